"""What should the room debate first?"""

import streamlit as st

from sctrain.frames import QUEUE
from sctrain.ui import controls, data, meeting, words
from sctrain.ui.page import finding, no_tables, numbers
from sctrain.ui.state import catalogue, current

selection, known, room = current(), catalogue(), data.table_room(current())
if no_tables(selection, room):
    st.stop()

topic, by = controls.listed(known), words.comparison(selection, known)
debate = data.debate(selection, topic, by)
finding(debate.sentence)
st.write(meeting.QUEUE)
meeting.cards(debate, selection, room, topic, by)
numbers("queue", debate.queue, QUEUE, meeting.base(selection, room, topic, by), by)
