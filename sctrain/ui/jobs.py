"""What is worked out in a process of its own; it knows no Streamlit, so that the process begins soon."""

from __future__ import annotations

from sctrain import large, profiles, programme, tables, views
from sctrain.analysis.programme_robust import Robust
from sctrain.profiles import Found, Tell
from sctrain.selection import Selection
from sctrain.store.engine import open_store


def profiles_of(url: str, selection: Selection, tell: Tell | None = None) -> Found:
    """The profiles of the selection's people in the store at this address."""
    engine = open_store(url)
    room = large.read(engine, selection)
    return profiles.find(room, selection, profiles.lineage(engine, room, selection, large.read), tell)


def redrawn_of(url: str, selection: Selection, tell: Tell | None = None) -> Robust:
    """The selection's programme over redrawn rooms of the people and tables in the store at this address."""
    engine = open_store(url)
    room, heard = views.read(engine, selection), tables.read(engine, selection)
    return programme.robust(room, heard, programme.evidence(room, heard, selection), selection, tell)


def document_of(url: str, selection: Selection, form: str, tell: Tell | None = None) -> bytes:
    """The report of a selection in a format, as the bytes of a file."""
    from sctrain.report.formats import make  # it brings the painter and two office libraries: profiles need none

    return make(open_store(url), selection, form, tell)
