"""Who is missing against the target, and would it change what is needed most?"""

import streamlit as st

from sctrain.charts.missing import target_mix, weighted_ranks
from sctrain.frames import MISSING, WEIGHTED
from sctrain.ui import data, missing
from sctrain.ui.live import Done
from sctrain.ui.page import figure, finding, nobody
from sctrain.ui.state import catalogue, current

selection, known = current(), catalogue()
if nobody(selection) or missing.nothing(selection, known):
    raise Done

met = data.missing(selection)
finding(met.sentence)
for name in met.missing["dimension"].unique():
    figure(f"target_{name}", target_mix, missing.of(met, name), MISSING, **missing.mix_options(selection, known, name))
    st.caption(missing.about(met, selection, known, name))

st.header("Would the order change?", anchor="weighted")
missing.told(met, known)
if met.weights.margins:
    figure("weighted", weighted_ranks, met.weighted, WEIGHTED, labels=known.labels, k=data.threshold())
