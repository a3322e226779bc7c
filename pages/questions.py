"""What did people reply to the questions of the session, and whom does the format chosen most often shut out?"""

import streamlit as st

from sctrain.charts.clashes import formats_matrix, suited_dots
from sctrain.charts.questions import reach_dots, replies_heat, replies_shares
from sctrain.frames import CLASHES, FORMATS, REPLIES
from sctrain.ui import data, questions, words
from sctrain.ui.live import Done
from sctrain.ui.page import figure, finding, nobody
from sctrain.ui.state import catalogue, current

selection, known = current(), catalogue()
if nobody(selection) or questions.nothing(selection):
    raise Done

clash = data.clash(selection)
asked = questions.choose(selection, clash)
lead, also = questions.told(selection, asked, clash)
finding(lead)
questions.control(selection, asked)
st.write(also)
base = questions.base(selection, asked)
figure(
    "replies", replies_shares, asked.of(data.replied(selection, None)), REPLIES, base=base, **questions.shares(asked)
)

if by := words.comparison(selection):
    st.header(f"By {known.comparisons[by].label.lower()}", anchor="groups")
    st.write(questions.differences(selection, asked, by))
    draw, grouped = reach_dots if asked.question.kind == "ordered" else replies_heat, data.replied(selection, by)
    given = {"contrasts": asked.of(data.contrasts(selection, by)), **questions.groups(selection, asked, by)}
    figure("groups", draw, asked.of(grouped), REPLIES, by, base=questions.base(selection, asked, by), **given)

if len(clash.formats):
    st.header("How long, in which form, and whom that does not suit", anchor="clashes")
    questions.say(clash)
    base = questions.base(selection)
    if questions.drawn(clash.formats):
        figure("formats", formats_matrix, clash.formats, FORMATS, base=base, **questions.formats(selection))
    for place, (part, shown) in enumerate(questions.suited(selection, clash)):
        figure(f"suited_{place}", suited_dots, part, CLASHES, base=base, **shown)
