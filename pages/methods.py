"""How is every number made? Written from the code itself."""

import streamlit as st

from sctrain.frames import FRAMES
from sctrain.ui import methods
from sctrain.ui.page import finding
from sctrain.ui.state import catalogue, current

selection, known = current(), catalogue()

finding("How every number here is made")
st.write(methods.rules(selection))

st.header("The survey", anchor="survey")
st.write(methods.survey(known))
st.dataframe(methods.competencies(known), hide_index=True, alt="The competencies with discipline, aspect and source")

for frame in FRAMES:
    st.header(frame.name, anchor=frame.name.lower())
    st.write(f"One row for each {frame.grain}. Made in `{frame.source}`.")
    st.dataframe(
        methods.columns(frame), hide_index=True, alt=f"The columns of {frame.name}: meaning, unit, formula and source"
    )
