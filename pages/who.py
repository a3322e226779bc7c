"""Who answered, and what did they leave out?"""

import streamlit as st
from sctrain.charts.who import who_answered, who_mix

from sctrain.frames import ANSWERED, MIX
from sctrain.ui import data, words
from sctrain.ui.page import figure, finding, nobody
from sctrain.ui.state import catalogue, current

selection, known = current(), catalogue()
if nobody(selection):
    st.stop()

mix, room = data.mix(selection), data.room(selection)
finding(words.who(selection, mix))
if room.replaced:
    st.write(f"{room.replaced} sent a correction later; the corrected answers are the ones that count.")

with st.container(key="mixes"):
    for name in words.answered_dimensions(selection, mix):
        one = mix[mix["dimension"] == name]
        figure(
            f"mix_{name}",
            who_mix,
            one,
            MIX,
            labels=words.options_of(name, one),
            title=known.dimensions[name].label,
            k=room.threshold,
        )

st.header("What was left out", anchor="left-out")
st.write(
    "Skipped is not the same as “not needed”: an answer left out counts nowhere, and each number says how many gave one."
)
figure("answered", who_answered, data.answered(selection), ANSWERED, labels=known.labels, k=room.threshold)
