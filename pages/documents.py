"""As which documents does this selection leave the house, and what is in them?"""

from sctrain.ui import documents, words
from sctrain.ui.live import Done
from sctrain.ui.page import finding
from sctrain.ui.state import current

selection = current()
if documents.nothing(selection):
    raise Done

finding(documents.told(selection))
documents.held()
documents.desk(selection, words.comparison(selection))
