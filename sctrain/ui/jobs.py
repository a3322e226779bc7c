"""What is worked out in a process of its own; it knows no Streamlit, so that the process begins soon."""

from __future__ import annotations

from sctrain import profiles, views
from sctrain.profiles import Found, Tell
from sctrain.selection import Selection
from sctrain.store.engine import open_store


def profiles_of(url: str, selection: Selection, tell: Tell | None = None) -> Found:
    """The profiles of the selection's people in the store at this address."""
    engine = open_store(url)
    room = views.read(engine, selection)
    return profiles.find(room, selection, profiles.lineage(engine, room, selection), tell)
