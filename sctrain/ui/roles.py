"""Which links this browser was opened with: organiser's and presenter's, kept in cookies that no script reads."""

from __future__ import annotations

import streamlit as st

from sctrain.errors import AccessError
from sctrain.store import access
from sctrain.ui import data

ROLES = ("organiser", "presenter")


def held(role: str) -> str:
    """The link of a role that this browser has; `` for none."""
    return st.context.cookies.get(f"sct_{role}", "")


def token(role: str, event: str) -> str:
    """A link of this browser that allows this role in this event; `` if it has none. Writing asks again."""
    for other in ROLES:
        if given := held(other):
            try:
                with data.engine().connect() as connection:
                    access.demand(connection, given, role, event)
            except AccessError:
                continue
            return given
    return ""
