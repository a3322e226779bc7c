"""What did the tables agree on, and where are they apart?"""

import streamlit as st

from sctrain.charts.consensus import consensus_ranks, rank_heat
from sctrain.frames import CONSENSUS, RANKINGS
from sctrain.ui import controls, data, words
from sctrain.ui.page import figure, finding
from sctrain.ui.state import catalogue, current

selection, known, room = current(), catalogue(), data.table_room(current())
if not room.tables:
    finding("No table has given in a sheet yet")
    st.write("As soon as sheets come in, they are shown here. From a file:")
    st.code("python -m sctrain import-tables FILE", language=None)
    st.stop()

topic = controls.topic(known)
labels, agreed = room.labels(topic), data.agreed(selection, topic)
finding(agreed.sentence)
st.write(words.agreement(agreed))
base = words.tables_base(room, topic)
rows = {"labels": labels, "top": 10 if selection.show == "ten" else None}
figure("consensus", consensus_ranks, agreed.consensus, CONSENSUS, base=base, tables=len(room.tables), **rows)

st.header("Table by table", anchor="tables")
ranked = words.of_topic(room, topic)
order = {"consensus": agreed.consensus, "tables": room.tables}
figure("ranks", rank_heat, ranked, RANKINGS, base=base, **order, **rows)
