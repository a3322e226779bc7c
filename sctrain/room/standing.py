"""Where one participant stands against the room: their own marks beside the room's, past the privacy gate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from sctrain import views
from sctrain.numerals import MINUS, two_digits
from sctrain.selection import Selection
from sctrain.store.phones import Form, Own
from sctrain.store.queries import SURVEY


@dataclass(frozen=True)
class Row:
    """One competency: own marks as written, the room's mean gap with its 95 % interval, and of how many people."""

    competency: str
    importance: str
    level: str
    gap: str
    room: str
    n: str


@dataclass(frozen=True)
class Standing:
    """Own marks beside the room's, the largest own gap first; `hidden` while the survey is not revealed."""

    rows: tuple[Row, ...]
    people: int | None
    hidden: bool


def read(engine: Engine, form: Form, own: Own) -> Standing:
    """The standing of somebody's answer as it is now, in the room as it is now."""
    selection = Selection((form.event,))
    room = views.read(engine, selection)
    marks = own.answer.marks if own.answer else {}
    given = [code for code in room.catalogue.codes if ("i", code) in marks or ("l", code) in marks]
    own_gaps = {code: gap(marks.get(("i", code), ""), marks.get(("l", code), "")) for code in given}
    told = {row.competency: row for row in views.gaps(room, selection, resampled=False).itertuples()}
    rows = [
        Row(code, marks.get(("i", code), ""), marks.get(("l", code), ""), _shown(own_gaps[code]), *_room(told[code]))
        for code in sorted(given, key=lambda code: _first_the_largest(own_gaps[code]))
    ]
    # Nobody is shown where all who answered wait for the first step.
    return Standing(tuple(rows), views.people(room, selection) or None, SURVEY in room.hidden)


def gap(importance: str, level: str) -> int | None:
    """Importance minus level, of two marks; None where one is not given or not known."""
    return int(importance, 36) - int(level, 36) if importance.isalnum() and level.isalnum() else None


def _first_the_largest(own_gap: int | None) -> float:
    return math.inf if own_gap is None else -own_gap


def _shown(own_gap: int | None) -> str:
    return "" if own_gap is None else str(own_gap).replace("-", MINUS)


def _room(told: Any) -> tuple[str, str]:
    """The room's gap with its interval and its n; nothing where that is withheld."""
    if told.suppressed or not told.n:
        return "", ""
    return f"{two_digits(told.gap)} ({two_digits(told.gap_low)} … {two_digits(told.gap_high)})", str(told.n)
