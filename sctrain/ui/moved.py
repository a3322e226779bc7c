"""The page Minds moved: what it reads, its words, and its states before there is anything to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from sctrain import moved, numerals
from sctrain.moved import Moved, Twice
from sctrain.report import tables
from sctrain.selection import Selection
from sctrain.store.engine import store_url
from sctrain.ui import data
from sctrain.ui.base import Base
from sctrain.ui.page import finding, nobody
from sctrain.ui.shelf import kept

LEAST = 2
"""Options that a short list has at least."""
WAITING = {
    "": "The short list is set up; no minute of ordering is open",
    "before": "The minute before the debate is open: the short list is being put in order",
    "after": "The minute after the debate is open: the short list is being put in order again",
}
"""What to say by the round that is open, where nobody has put the list in order twice."""
HOW = (
    "A short list has two to seven entries. People put it in order on their phones in a minute before the debate, and "
    "again in a minute after it. What moved is shown here as soon as enough people have done both."
)


@kept(16)
def _twice(url: str, version: int, selection: Selection) -> Twice:  # noqa: ARG001 - url and version are keys
    return moved.read(data.engine(), data.room(selection))


@kept(128)
def _moved(url: str, version: int, selection: Selection) -> Moved:
    return moved.moved(_twice(url, version, Selection(selection.events, version=selection.version)), selection)


def twice(selection: Selection) -> Twice:
    """Who put the short list of the selection's first event in order twice, at its data version."""
    one = _one(selection)
    return _twice(store_url(), data.version(), Selection(one.events, version=one.version))


def told(selection: Selection, by: str | None) -> Moved:
    """What moved among the selected people, and among the groups of `by`."""
    return _moved(store_url(), data.version(), replace(_one(selection).people, by=by))


def _one(selection: Selection) -> Selection:
    return moved.one_event(data.room(selection), selection)


def nothing(selection: Selection) -> bool:
    """Say that there is nothing to show, why, and how to go on; False where there is."""
    found = twice(selection)
    n = moved.people(found, selection)
    if not found.room.cards.n:
        return nobody(selection) or _nobody_twice(selection, found)
    if n:
        if len(selection.events) > 1:
            st.info(f"A short list is one event’s; this is {found.room.title}.")
        return False
    k = found.room.threshold
    if found.room.cards.n < k:
        finding(f"Fewer than {k} people have put the short list in order twice")
        st.write(f"Numbers are shown from {k} people on.")
        return True
    few = "Nobody" if n == 0 else f"Fewer than {k} people"
    finding(f"{few} of this selection{', or outside it,' * (n is None)} put the short list in order twice")
    st.write("Take off a filter above, or choose more answers of one question.")
    return True


def _nobody_twice(selection: Selection, found: Twice) -> bool:
    if selection.version is not None:
        finding(f"At data version {selection.version} nobody had put a short list in order twice")
        st.write("Take “Frozen” off above to see what there is now.")
        return True
    how = moved.set_up(data.engine(), found.room)
    finding(WAITING[how.round] if len(how.shortlist) >= LEAST else "No short list is set up for this event")
    st.write(HOW)
    return True


def options(selection: Selection) -> dict[str, Any]:
    """What every chart of the page is drawn with."""
    return {"labels": twice(selection).labels, "k": twice(selection).room.threshold}


def group_labels(selection: Selection, by: str) -> Mapping[str, str]:
    """Label by group of those who put the list in order twice."""
    return twice(selection).room.group_labels(by)


def drawn(groups: pd.DataFrame) -> bool:
    """Whether any group's number may be shown; else how many groups there are is all there is to draw."""
    return bool((~groups["suppressed"].astype(bool) & (groups["n"].fillna(0) > 0)).any())


def base(selection: Selection, by: str | None = None) -> Base:
    """What a figure of the page stands on: who put the list in order twice."""
    found, one = twice(selection), _one(selection)
    room, n = found.room, moved.people(found, one)
    parts = [f"n = {numerals.people(n or 0)} who put it in order twice", one.words(room.catalogue, room.label)]
    parts += [f"compared by {room.catalogue.comparisons[by].label.lower()}"] if by else []
    parts += [room.title + " (demo)" * room.is_demo, f"data version {room.version}"]
    return Base(
        " · ".join(parts),
        tables.facts(room, replace(one, by=by)),
        lambda frame: moved.labelled(found, frame, by),
    )
