"""What does the room say? Five sentences that hold under their intervals, and four charts."""

import streamlit as st
from sctrain.charts.who import who_mix

from sctrain.analysis.findings import findings
from sctrain.charts.gaps import gaps_heat, gaps_map, gaps_priority
from sctrain.frames import GAPS, MIX
from sctrain.ui import data, words
from sctrain.ui.page import figure, finding, nobody
from sctrain.ui.state import catalogue, current

selection, known = current(), catalogue()
if nobody(selection):
    st.stop()

by = selection.by or words.usual_comparison(known)
gaps, mix = data.gaps(selection, None), data.mix(selection)
grouped = data.gaps(selection, by) if by else None
said = findings(
    gaps,
    known.labels,
    known.scale.points,
    selection.measure,
    grouped,
    words.groups(by, grouped),
    mix,
    words.options(mix),
)

finding(said[0].text)
for one in said[1:]:
    st.write(one.text)

left, right = st.columns(2, gap="large")
with left:
    figure(
        "priority",
        gaps_priority,
        gaps,
        GAPS,
        labels=known.labels,
        measure=selection.measure,
        top=8,
        pick={"competency": "competency"},
    )
    if by and grouped is not None:
        figure(
            "heat",
            gaps_heat,
            grouped,
            GAPS,
            by=by,
            labels=known.labels,
            group_labels=words.groups(by, grouped),
            measure="gap",
            top=8,
        )
with right:
    figure("map", gaps_map, gaps, GAPS, **words.map_options(selection))
    name = words.first_mix(selection, known)
    one = mix[mix["dimension"] == name]
    figure("mix", who_mix, one, MIX, labels=words.options_of(name, one), title=known.dimensions[name].label)
