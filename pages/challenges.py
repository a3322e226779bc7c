"""What stands in the way, what may help, and which competencies serve it?"""

import streamlit as st

from sctrain.charts.challenges import challenge_heat
from sctrain.charts.flow import challenge_flow, challenge_flow_alt
from sctrain.frames import CODED, FLOWS
from sctrain.ui import controls, data, lines, organiser
from sctrain.ui.live import Done
from sctrain.ui.page import figure, finding, flow, no_lines, of_tables_only
from sctrain.ui.state import current

selection, room = current(), data.note_room(current())
if no_lines(selection, room):
    raise Done

of_tables_only(selection)
finding(room.sentence)
base, labels = lines.base(room), lines.labels(room)
about = {name: labels[name] for name in ("labels", "solution_labels")}
figure("challenges", challenge_heat, room.coded, CODED, base=base, pick="challenge", **about)

st.write(room.coding_told)
st.header("From challenges through solutions to competencies", anchor="flow")
flow("flow", challenge_flow, challenge_flow_alt, room.flows, FLOWS, base, raised=room.raised, **labels)

st.header("What tables wrote", anchor="lines")
if raised := lines.raised(room):
    st.html(lines.about(room, controls.challenge(raised)))

organiser.coding(room)
