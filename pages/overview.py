"""What does the room say? Five sentences that hold under their intervals, and four charts."""

import streamlit as st

from sctrain.analysis.findings import findings
from sctrain.charts.gaps import gaps_priority
from sctrain.charts.gaps_map import gaps_map
from sctrain.charts.heat import gaps_heat
from sctrain.charts.who import who_mix
from sctrain.frames import GAPS, MIX
from sctrain.ui import data, words
from sctrain.ui.page import figure, finding, nobody
from sctrain.ui.state import catalogue, current

selection, known = current(), catalogue()
if nobody(selection):
    st.stop()

gaps, mix, by = data.gaps(selection, None), data.mix(selection), words.comparison(selection, known)
grouped = data.gaps(selection, by) if by else None
groups, base = words.groups(by, grouped), {"labels": known.labels, "k": data.threshold()}
said = findings(gaps, known.labels, known.scale.points, selection.measure, grouped, groups, mix, words.options(mix))
finding(said[0].text)
st.markdown("\n".join(f"- {one.text}" for one in said[1:]))

left, right = st.columns(2, gap="large")
with left:
    figure("priority", gaps_priority, gaps, GAPS, measure=selection.measure, top=6, **base)
with right:
    figure("map", gaps_map, gaps, GAPS, **words.map_options(selection), **base)
with left:
    if by and groups:
        figure("heat", gaps_heat, grouped, GAPS, by, group_labels=groups, top=8, **base)
with right:
    first = words.dimensions_answered(mix)[0]
    figure("mix", who_mix, words.of(mix, first), MIX, **words.mix_options(mix, first))
