"""What is the common ground: who is here, which challenges does the room name, and how do the parts hang together?"""

import streamlit as st

from sctrain.charts.ground import challenge_voices, who_matrix
from sctrain.charts.links import parts_map
from sctrain.frames import CHALLENGE_VOICES, PARTS, WHO_HERE
from sctrain.ui import data, ground
from sctrain.ui.live import Done
from sctrain.ui.page import figure, finding, nobody, of_tables_only
from sctrain.ui.state import catalogue, current

selection, known = ground.of_event(current()), catalogue()
if selection.filters and nobody(selection):
    raise Done

met, (of_people, base) = data.ground(selection), ground.base(selection)
finding(met.sentence)
if ground.somebody(met):
    ground.who_is_here(selection)
    st.html(ground.missing(met, known))
else:
    st.html(ground.invited(known, data.room(selection).threshold))
ground.about(known)
if ground.crossed(met):
    st.header("Who does what", anchor="crossed")
    figure("who_here", who_matrix, met.who, WHO_HERE, base=of_people, **ground.shown(selection, known, "who"))

st.header("Main challenges", anchor="challenges")
st.write(ground.voices_told(met, known))
if ground.named(met):
    shown = ground.shown(selection, known, "challenges")
    figure("named", challenge_voices, met.voices, CHALLENGE_VOICES, base=base, **shown)
else:
    st.html(ground.challenges(known))

st.header("How the parts hang together", anchor="parts")
st.write(ground.parts_told(met))
if ground.joined(met):
    shown = ground.shown(selection, known, "parts")
    figure("parts", parts_map, met.parts, PARTS, base=base, links=met.links, **shown)
    of_tables_only(selection)
