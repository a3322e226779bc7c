"""How carefully was the survey filled in, and what was left out?"""

import streamlit as st

from sctrain.charts.who import who_answered
from sctrain.frames import ANSWERED
from sctrain.frames.quality import QUALITY
from sctrain.ui import data, quality
from sctrain.ui.live import Done
from sctrain.ui.page import figure, finding, nobody, numbers, of_people
from sctrain.ui.state import catalogue, current

selection = quality.of_event(current())
if nobody(selection):
    raise Done

found, base = quality.read(selection), of_people(selection, None)
finding(found.sentence)
quality.told(found)
numbers("quality", found.frame, QUALITY, base)
quality.review(selection)

st.header("Missing answers by competency", anchor="missing")
st.write("Skipped is not “not needed”: what was left out counts nowhere.")
answered = data.answered(selection)
figure("answered", who_answered, answered, ANSWERED, base=base, labels=catalogue().labels, k=data.threshold())
