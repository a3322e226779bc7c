"""Which competencies need training most, and for whom?"""

import streamlit as st

from sctrain.charts.gaps import gaps_dumbbell, gaps_priority
from sctrain.charts.gaps_map import gaps_map
from sctrain.charts.heat import gaps_heat
from sctrain.charts.joint import joint_table
from sctrain.frames import GAPS, JOINT
from sctrain.ui import controls, data, words
from sctrain.ui.live import Done
from sctrain.ui.page import figure, finding, nobody
from sctrain.ui.state import catalogue, current

selection, known = current(), catalogue()
if nobody(selection):
    raise Done

gaps, measure = data.gaps(selection, None), selection.measure
shown = {"labels": known.labels, "k": data.threshold()}
rows = {"sort": selection.sort, "top": 10 if selection.show == "ten" else None, **shown}
finding(data.findings(selection, words.comparison(selection))[0])
controls.gaps(len(known.codes))
marked = {"pick": "competency", "marked": selection.competency}
figure("priority", gaps_priority, gaps, GAPS, measure=measure, **marked, **rows)
st.markdown(words.answers_below(selection, gaps))

st.header("From present level to importance", anchor="levels")
figure("levels", gaps_dumbbell, gaps, GAPS, pick="competency", scale=known.scale, **rows)

st.header("Importance and present level", anchor="map")
controls.crosshair()
figure("map", gaps_map, gaps, GAPS, pick="competency", **words.map_options(selection), **shown)

if by := words.comparison(selection):
    st.header(f"By {known.comparisons[by].label.lower()}", anchor="groups")
    grouped = data.gaps(selection, by)
    st.caption(words.groups_left_out(by, grouped))
    of = {"group_labels": words.groups(by, grouped), "measure": measure}
    figure("heat", gaps_heat, grouped, GAPS, by, **marked, **of, **rows)

st.header("One competency, answer by answer", anchor="one")
one, k = controls.competency(known, gaps), data.threshold()
figure("joint", joint_table, data.joint(selection, one), JOINT, scale=known.scale, k=k)
