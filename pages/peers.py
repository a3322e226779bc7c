"""How much could a cohort teach itself, and what takes a trainer?"""

import streamlit as st

from sctrain.charts.peers import cohorts_dots, pairs_heat, untaught_rows
from sctrain.frames import PEERS_COHORTS, PEERS_PAIRS, PEERS_TAUGHT
from sctrain.ui import data, peers
from sctrain.ui.live import Done
from sctrain.ui.page import figure, finding, nobody
from sctrain.ui.state import catalogue, current

selection, known = current(), catalogue()
if nobody(selection):
    raise Done

met = data.peers(selection)
finding(met.sentence)
peers.seats(selection)
st.caption(peers.mixed(met, selection))
shown = {"seats": met.seats, "k": data.threshold()}
if not met.why:
    groups, base = {"labels": peers.labels(met, selection), **shown}, peers.base(met, selection)
    figure("cohorts", cohorts_dots, met.cohorts, PEERS_COHORTS, base=base, **groups)
    st.caption(peers.explained(met, known.scale, known.labels))
    st.write(met.best)

    st.header("Who can teach whom", anchor="pairs")
    figure("pairs", pairs_heat, met.pairs, PEERS_PAIRS, base=base, **groups)

st.header("What takes a trainer", anchor="untaught")
st.write(met.untaught)
peers.shown(len(known.codes))
rows = {"top": 10 if selection.show == "ten" else None, "labels": known.labels, "marked": selection.competency}
rows |= shown | {"seats": selection.seats or peers.SEATS, "pick": "competency"}
figure("untaught", untaught_rows, met.taught, PEERS_TAUGHT, **rows)
