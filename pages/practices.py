"""Which work practices lag behind, and how does our own city stand beside the room?"""

import streamlit as st

from sctrain.charts.practices import aspects_dumbbell, practices_dumbbell, practices_polar, practices_polar_alt
from sctrain.frames import ASPECTS, CHECKED, PRACTICES
from sctrain.ui import data, practices
from sctrain.ui.live import Done
from sctrain.ui.page import figure, finding, flow, nobody, numbers
from sctrain.ui.state import catalogue, current

selection, known = current(), catalogue()
if nobody(selection) or practices.nothing(known):
    raise Done

met, base = data.practised(selection), practices.base(selection, known)
found = practices.answered(selection, known, met)
shown = {"scale": known.scale, "k": data.threshold()}
of = {"labels": practices.labels(known), "marks": practices.marks(found)}
finding(met.sentence)
figure("practices", practices_dumbbell, met.practices, PRACTICES, base=base, **of, **shown)

st.header("Your own city", anchor="check")
practices.check(selection, known)
practices.result(found, selection, known)
if of["marks"]:
    numbers("check", found.checked, CHECKED, base)

if len(met.aspects):
    st.header("Technology and the human side", anchor="aspects")
    st.write(met.balance)
    figure("aspects", aspects_dumbbell, met.aspects, ASPECTS, base=base, **shown)

st.header("All practices round a circle", anchor="circle")
flow("circle", practices_polar, practices_polar_alt, met.practices, PRACTICES, base, scale=known.scale, **of)
