"""What did the tables agree on, and where are they apart?"""

import streamlit as st

from sctrain.charts.consensus import consensus_ranks, rank_heat
from sctrain.charts.table_groups import group_ranks_heat
from sctrain.frames import CONSENSUS, GROUP_RANKS, RANKINGS
from sctrain.ui import controls, data, words
from sctrain.ui.live import Done
from sctrain.ui.page import figure, finding, no_tables, of_tables_only, veiled
from sctrain.ui.state import catalogue, current

selection, known, room = current(), catalogue(), data.table_room(current())
if no_tables(selection, room):
    raise Done

of_tables_only(selection)
topic = controls.topic(known)
if veiled(room.hidden, known, topic):
    raise Done
labels, agreed = room.labels(topic), data.agreed(selection, topic)
finding(agreed.sentence)
base = words.tables_base(room, topic)
rows = {"labels": labels, "top": 10 if selection.show == "ten" else None}
marked = {"marked": selection.option, "pick": "option", "base": base}
figure("consensus", consensus_ranks, agreed.consensus, CONSENSUS, tables=words.ranked_by(agreed), **marked, **rows)
st.write(words.agreement(agreed), words.odd_lists(room, topic))

st.header("Table by table", anchor="tables")
order = {"consensus": agreed.consensus, "tables": room.tables}
figure("ranks", rank_heat, room.ranked(topic), RANKINGS, **order, **marked, **rows)

if by := words.seated_by(selection):
    st.header("By who sat there", anchor="groups")
    groups = data.by_group(selection, topic, by)
    st.write(f"{known.comparisons[by].label}: {groups.sentence} A table counts in every group that its sheet names.")
    of = {"group_labels": groups.labels, "order": words.in_order(agreed)}
    if len(groups.ranks):
        figure("by_group", group_ranks_heat, groups.ranks, GROUP_RANKS, by=by, base=base, **of, **rows)
