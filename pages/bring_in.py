"""What do the columns of a survey file mean, which gaps come of it, and shall it be brought in?"""

import streamlit as st

from sctrain.ui import importing, login
from sctrain.ui.live import Done
from sctrain.ui.page import finding
from sctrain.ui.state import catalogue

if not importing.is_open():
    finding("Surveys are brought in with the organiser’s link")
    importing.closed()
    login.offer()
    raise Done

st.title("Bring in a survey", anchor=False)
seen = importing.upload()
if seen is None:
    raise Done

proposal = importing.proposed(seen, catalogue())
if proposal is None:
    raise Done

st.markdown(f"**{importing.explained(proposal)}.**")
importing.ask(proposal)
importing.columns(proposal, catalogue())
importing.bring_in(proposal, importing.tried(proposal))
