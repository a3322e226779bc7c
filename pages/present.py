"""What does the presenter show, in which order, and what may the room see yet?"""

import streamlit as st

from sctrain.ui import login, presenting, roles
from sctrain.ui.live import Done
from sctrain.ui.page import finding
from sctrain.ui.state import current

event = current().events[0]
token = roles.token("presenter", event)
if not token:
    finding("The presenter’s list is opened with a presenter’s or an organiser’s link")
    st.write("The organiser finds both on the event’s own page. Everybody else can follow what is shown:")
    st.link_button("Follow the presenter", f"/overview?event={event}&follow=1")
    login.offer()
    raise Done

views = presenting.views(event)
finding(presenting.told(len(views)))
presenting.deck(event, token, views)
st.write(
    "On any page, *Link* has “Add to the presenter’s list”. On the wall the arrow keys ← and → go from view to view, "
    "and phones that opened the following link go along:"
)
presenting.following(event)

st.header("What the room may see", anchor="reveal")
st.write("What is hidden is served to nobody: no page, no file, no link.")
presenting.reveal(event, token, "page")
