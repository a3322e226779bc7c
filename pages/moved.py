"""What did the debate move in the order of a short list, and for whom?"""

import streamlit as st

from sctrain.charts.moved import moved_forest, moved_groups, moved_slope
from sctrain.frames import MOVED, MOVED_GROUPS
from sctrain.ui import moved, words
from sctrain.ui.live import Done
from sctrain.ui.page import figure, finding, numbers
from sctrain.ui.state import catalogue, current

selection, known = current(), catalogue()
if moved.nothing(selection):
    raise Done

by = words.comparison(selection)
told, base, drawn = moved.told(selection, by), moved.base(selection), moved.options(selection)
finding(told.sentence)
st.write(told.order_sentence)
figure("slope", moved_slope, told.moved, MOVED, base=base, **drawn)

st.header("How far, and how sure that is", anchor="shifts")
st.write(told.shares_sentence)
figure("shifts", moved_forest, told.moved, MOVED, base=base, **drawn)
st.caption("Places of one order add up to the same sum: where one moves up, others move down.")

if by and len(told.groups):
    st.header(f"By {known.comparisons[by].label.lower()}", anchor="groups")
    st.write(told.group_sentence)
    base = moved.base(selection, by)
    if moved.drawn(told.groups):
        named = {"group_labels": moved.group_labels(selection, by), **drawn}
        figure("groups", moved_groups, told.groups, MOVED_GROUPS, by, base=base, **named)
    else:
        numbers("groups", told.groups, MOVED_GROUPS, base, by)
