"""Where do survey and tables agree, and what does only one of them raise?"""

import streamlit as st

from sctrain.charts.robust import methods_agree
from sctrain.charts.voices import voices_slope
from sctrain.frames import TOP_FIVE, VOICES
from sctrain.ui import controls, data, meeting
from sctrain.ui.live import Done
from sctrain.ui.page import figure, finding, no_meeting
from sctrain.ui.state import catalogue, current

selection, known, room = current(), catalogue(), data.table_room(current())
if no_meeting(selection, room):
    raise Done

met = data.meeting(selection)
finding(met.sentence)
st.write(met.told)
controls.needs(known)
base, shown = meeting.base(selection, room), {"labels": known.labels, "k": meeting.threshold(selection, room)}
rows = {"top": 10 if selection.show == "ten" else None, **meeting.sizes(met)}
rows |= {"marked": selection.competency, "pick": "competency"}
figure("voices", voices_slope, met.voices, VOICES, base=base, **rows, **shown)
st.html(meeting.lists(met, known))

st.header("Whatever the method", anchor="methods")
st.write(met.robust_told)
figure("methods", methods_agree, met.top_five, TOP_FIVE, base=base, robust=met.robust, **shown)
meeting.depends(met, known)
