"""How should a cohort be mixed so that its members teach each other most, and what still takes a trainer?"""

import streamlit as st

from sctrain.charts.cohorts import recipes_dots
from sctrain.frames.cohorts import RECIPES
from sctrain.ui import cohorts, data, peers
from sctrain.ui.live import Done
from sctrain.ui.page import figure, finding, nobody
from sctrain.ui.state import current

selection = current()
if nobody(selection):
    raise Done

met = data.cohorts(selection)
finding(met.sentence)
peers.seats(selection)
cohorts.cards(met)
for why in met.why:
    st.caption(why)
if met.told:
    st.header("Beside a mix as the room is", anchor="recipes")
    shown = {"labels": cohorts.labels(selection), "seats": cohorts.size(met, selection)}
    figure("recipes", recipes_dots, met.recipes, RECIPES, base=cohorts.base(met, selection), **shown)
    st.caption(
        "Seats are by group; nobody is picked out. Hidden groups are in no recipe. A mix is chosen on one half "
        "of the people and tested on the other. **Peer teaching** has all cohorts and who can teach whom."
    )
