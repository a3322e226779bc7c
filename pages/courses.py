"""Which needs does no course on offer meet, and which courses meet no need?"""

import streamlit as st

from sctrain.charts.courses import coverage_dots
from sctrain.frames.courses import COURSES, COVERAGE
from sctrain.ui import controls, courses, data
from sctrain.ui.live import Done
from sctrain.ui.page import figure, finding, nobody, numbers
from sctrain.ui.state import catalogue, current

selection, known = current(), catalogue()
if nobody(courses.of_one_event(selection)) or courses.no_list(selection):
    raise Done

met, base = data.covered(selection), courses.base(selection)
finding(met.sentence)
controls.needs(known)
rows = {"top": 10 if selection.show == "ten" else None, "marked": selection.competency, "pick": "competency"}
figure("coverage", coverage_dots, met.coverage, COVERAGE, base=base, labels=known.labels, k=data.threshold(), **rows)
st.caption("Hours of a course that teaches several competencies are shared over them evenly.")

st.header("The courses", anchor="courses")
st.write(met.told)
courses.listed(met, known)
numbers("courses", met.courses, COURSES, base)
