"""What should the room debate first?"""

import streamlit as st

from sctrain.frames import QUEUE
from sctrain.ui import controls, data, meeting, words
from sctrain.ui.live import Done
from sctrain.ui.page import finding, no_tables, numbers, of_tables_only, veiled
from sctrain.ui.state import catalogue, current

selection, known, room = current(), catalogue(), data.table_room(current())
if no_tables(selection, room):
    raise Done

topic, by = controls.listed(known), words.comparison(selection)
if veiled(room.hidden, known, topic):
    raise Done
asked = meeting.asked(known, topic)
if not asked:
    of_tables_only(selection)
debate = data.debate(selection, topic, by)
finding(debate.sentence)
st.write(meeting.explained(known, by, asked))
meeting.cards(debate, selection, room, topic, by)
base = meeting.base(selection, room, topic, by) if asked else words.tables_base(room, topic)
numbers("queue", debate.queue, QUEUE, base, by)
