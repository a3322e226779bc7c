"""As which documents does this selection leave the house, and what is in them?"""

import streamlit as st

from sctrain.ui import documents, words
from sctrain.ui.page import finding
from sctrain.ui.state import current

selection = current()
if documents.nothing(selection):
    st.stop()

finding(documents.told(selection))
documents.held()
documents.desk(selection, words.comparison(selection))
