"""What does the room say? Five sentences that hold under their intervals, and four charts."""

import streamlit as st

from sctrain.charts.gaps import gaps_priority
from sctrain.charts.gaps_map import gaps_map
from sctrain.charts.heat import gaps_heat
from sctrain.charts.who import who_mix
from sctrain.frames import GAPS, MIX
from sctrain.ui import data, words
from sctrain.ui.live import Done
from sctrain.ui.page import figure, finding, nobody
from sctrain.ui.state import catalogue, current

selection, known = current(), catalogue()
if nobody(selection):
    raise Done

by = words.comparison(selection)
first, *others = data.findings(selection, by)
finding(first)
st.markdown("\n".join(f"- {one}" for one in others))

gaps, mix, base = data.gaps(selection, None), data.mix(selection), {"labels": known.labels, "k": data.threshold()}
left, right = st.columns(2, gap="large")
with left:
    figure("priority", gaps_priority, gaps, GAPS, measure=selection.measure, top=6, **base)
with right:
    figure("map", gaps_map, gaps, GAPS, **words.map_options(selection), **base)
with left:
    if by:
        grouped = data.gaps(selection, by)
        base |= {"group_labels": words.groups(by, grouped), "measure": selection.measure}
        figure("heat", gaps_heat, grouped, GAPS, by, top=8, **base)
with right:
    for name in words.dimensions_answered(mix)[:1]:
        figure("mix", who_mix, words.of(mix, name), MIX, **words.mix_options(mix, name))
