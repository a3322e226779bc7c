"""Which competencies need training most, and for whom?"""

import streamlit as st
from sctrain.charts.joint import joint_table
from sctrain.charts.map import gaps_map

from sctrain.analysis.findings import headline
from sctrain.charts.gaps import gaps_dumbbell, gaps_priority
from sctrain.charts.heat import gaps_heat
from sctrain.frames import GAPS, JOINT
from sctrain.ui import controls, data, words
from sctrain.ui.page import figure, finding, nobody
from sctrain.ui.state import catalogue, current

selection, known = current(), catalogue()
if nobody(selection):
    st.stop()

gaps, labels, scale = data.gaps(selection, None), known.labels, known.scale
finding(headline(gaps, labels, scale.points, selection.measure))
controls.gaps(len(labels))
shown = {
    "labels": labels,
    "sort": selection.sort,
    "top": 10 if selection.show == "ten" else None,
    "k": data.threshold(),
}
figure("priority", gaps_priority, gaps, GAPS, pick="competency", measure=selection.measure, **shown)

st.header("From present level to importance", anchor="levels")
figure("levels", gaps_dumbbell, gaps, GAPS, pick="competency", scale=scale, **shown)

st.header("Importance and present level", anchor="map")
controls.crosshair()
lines = data.crosshair(selection)
figure(
    "map", gaps_map, gaps, GAPS, pick="competency", labels=labels, crosshair=lines, scale=scale, aspects=known.aspects
)

by = controls.comparison(known)
grouped = data.gaps(selection, by)
st.header(f"By {known.comparisons[by].label.lower()}", anchor="groups")
figure(
    "heat",
    gaps_heat,
    grouped,
    GAPS,
    by=by,
    pick="competency",
    group_labels=words.groups(by, grouped),
    measure=selection.measure,
    **shown,
)

st.header("One competency", anchor="one")
one = controls.competency(known, gaps)
figure("joint", joint_table, data.joint(selection, one), JOINT, anchors=scale, k=data.threshold())
