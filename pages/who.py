"""Who answered, and what did they leave out?"""

import streamlit as st

from sctrain.charts.who import who_answered, who_mix
from sctrain.frames import ANSWERED, MIX
from sctrain.ui import data, words
from sctrain.ui.live import Done
from sctrain.ui.page import figure, finding, nobody
from sctrain.ui.state import catalogue, current

selection, known = current(), catalogue()
if nobody(selection):
    raise Done

mix, room = data.mix(selection), data.room(selection)
finding(words.who(mix, selection))
if room.replaced:
    st.write(f"Answers sent again with a correction: {room.replaced}. The corrected ones count.")

columns = st.columns(2, gap="large")
for place, dimension in enumerate(words.dimensions_answered(mix)):
    with columns[place % 2]:
        one = words.of(mix, dimension)
        figure(f"mix_{dimension}", who_mix, one, MIX, **words.mix_options(mix, dimension))

st.header("What was left out", anchor="left-out")
st.write("Skipped is not “not needed”: what was left out counts nowhere, and each number says how many gave it.")
answered = data.answered(selection)
st.write(words.dont_know(answered, known.labels))
figure("answered", who_answered, answered, ANSWERED, labels=known.labels, k=room.threshold)
