"""What is to be done: which challenges, solutions and priorities, who owns them, and what stays open?"""

import streamlit as st

from sctrain.frames import PROPOSED
from sctrain.ui import data, strategy
from sctrain.ui.live import Done
from sctrain.ui.page import finding, nobody, numbers
from sctrain.ui.state import current

selection = strategy.of_event(current())
revision, proposed = strategy.standing(selection.events[0]), data.proposed(selection)
if revision is None and not len(proposed) and nobody(selection):
    raise Done

finding(strategy.finding(revision))
strategy.explained(current(), revision, proposed)
rest = strategy.rest(revision, proposed)
strategy.organise(selection, rest)
if revision:
    st.html(strategy.parts(selection, revision.strategy, proposed))
    strategy.changed(selection.events[0], revision)

strategy.proposals(rest, heading=revision is not None)
numbers("proposed", proposed, PROPOSED, strategy.base(selection))
