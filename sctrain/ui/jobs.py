"""What is worked out in a process of its own; it knows no Streamlit, so that the process begins soon."""

from __future__ import annotations

from functools import lru_cache

from sctrain import large, partitions, profiles, programme, tables, views
from sctrain.analysis.programme_robust import Robust
from sctrain.profiles import Found, Tell
from sctrain.selection import Selection
from sctrain.store.engine import open_store
from sctrain.views import Room


def profiles_of(url: str, selection: Selection, tell: Tell | None = None) -> Found:
    """The profiles of the selection's people, at the data version it names, in the store at this address."""
    engine, runner = open_store(url), partitions.chosen()
    event = Selection(selection.events, version=selection.version)
    room = views.read(engine, event) if runner is None else _parted(url, event, runner)
    return profiles.find(room, selection, profiles.lineage(engine, room, selection, large.read), tell)


@lru_cache(1)  # other filters ask the same partitions: to read them takes longer than to find profiles
def _parted(url: str, event: Selection, runner: partitions.Runner) -> Room:
    return large.in_partitions(open_store(url), event, runner, large=large.LARGE)


def redrawn_of(url: str, selection: Selection, tell: Tell | None = None) -> Robust:
    """The selection's programme over redrawn rooms of the people and tables in the store at this address."""
    engine = open_store(url)
    room, heard = views.read(engine, selection), tables.read(engine, selection)
    return programme.robust(room, heard, programme.evidence(room, heard, selection), selection, tell)


def document_of(url: str, selection: Selection, form: str, tell: Tell | None = None) -> bytes:
    """The report of a selection in a format, as the bytes of a file."""
    from sctrain.report.formats import make  # it brings the painter and two office libraries: profiles need none

    return make(open_store(url), selection, form, tell)
