"""Single competencies of events whose numbers go on in steps: each has steps of its own among those of the people.

Not everybody marks everything. From one step to the next at least k people have given something, and perhaps one of
them marked a competency: their marks would follow from its two means. So while an event is filled in, the marks of
a competency are shown as they stood at its own last step: the last one of the people's at which at least k of them
gave it other marks than at its step before. Who came later has "not answered" it yet.

Where the event was closed all is shown, and a step of a competency before that in which fewer than k people differ
from it is none any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from sctrain.store.schema import answer, item, step

Marks = NDArray[np.uint16]
"""[people, competencies]: both marks of each as one number, 0 for none."""
NONE = ".."
"""Both marks on a card, where neither is given."""


@dataclass(frozen=True)
class _Rows:
    """All that was ever marked in an event: rows of `marks`, whose they are, from which data version until which."""

    people: Sequence[str]
    competencies: Sequence[str]
    whose: NDArray[np.intp]
    marks: Marks
    since: NDArray[np.int64]
    until: NDArray[np.int64]
    _held: dict[int, Marks] = field(default_factory=dict)

    def at(self, version: int) -> Marks:
        """What stood at a data version."""
        stands = (self.since <= version) & (version < self.until)
        found = np.zeros((len(self.people), len(self.competencies)), np.uint16)
        found[self.whose[stands]] = self.marks[stands]
        return found


@dataclass(frozen=True)
class Lines:
    """The marks of an event's people as they are shown at a step, and the steps of each competency until then."""

    people: Sequence[str]
    competencies: Sequence[str]
    shown: Marks
    now: Marks
    steps: dict[str, list[int]]

    @property
    def late(self) -> dict[tuple[str, str], str]:
        """By competency and person the marks to show in place of those that wait."""
        places = zip(*np.nonzero(self.shown != self.now), strict=True)
        return {(self.competencies[c], self.people[p]): _text(int(self.shown[p, c])) for p, c in places}


def lines(connection: Connection, code: str, k: int, steps: Sequence[int], version: int) -> Lines:
    """What is shown of single competencies at one of an event's `steps`, which are those of its people."""
    rows = _rows(connection, code)
    kept = _kept(connection, code, rows.competencies)
    final = np.array([max(of, default=0) for of in kept], np.int64)
    shown, before = np.zeros((len(rows.people), len(rows.competencies)), np.uint16), 0
    found: dict[str, list[int]] = defaultdict(list)
    for at in (one for one in steps if one <= version):
        now = rows.at(at)
        apart = (now != shown).sum(axis=0)
        was = np.array([any(before < one <= at for one in of) for of in kept], bool)
        is_last = (before < final) & (final <= at)  # everybody saw it: the others give way
        goes = np.where(at < final, was, apart >= k) & ~_few(apart, k) & (apart > 0)
        for later in {int(one) for one in final if one > at}:
            goes &= ~((final == later) & _few((now != rows.at(later)).sum(axis=0), k))
        goes |= is_last
        shown[:, goes] = now[:, goes]
        for c in np.flatnonzero(goes):
            found[rows.competencies[int(c)]].append(at)
        before = at
    return Lines(rows.people, rows.competencies, shown, rows.at(version), found)


def _few(n: NDArray[np.integer], k: int) -> NDArray[np.bool_]:
    return (n > 0) & (n < k)


def _rows(connection: Connection, code: str) -> _Rows:
    asked = [answer.c[name] for name in ("person", "questionnaire_id", "ratings", "version", "replaced_in")]
    rows = connection.execute(select(*asked).where(answer.c.event == code)).all()
    forms = {form: _competencies(connection, form) for form in {row.questionnaire_id for row in rows}}
    people, names = sorted({row.person for row in rows}), sorted({c for form in forms.values() for c in form})
    place, column = {person: i for i, person in enumerate(people)}, {name: i for i, name in enumerate(names)}
    marks = np.zeros((len(rows), len(names)), np.uint16)
    for form, listed in forms.items():
        here = [i for i, row in enumerate(rows) if row.questionnaire_id == form]
        cards = np.frombuffer("".join(rows[i].ratings for i in here).encode(), np.uint8).reshape(len(here), -1, 2)
        pairs = cards[..., 0].astype(np.uint16) * 256 + cards[..., 1]
        marks[np.ix_(here, [column[name] for name in listed])] = np.where(pairs == _number(NONE), 0, pairs)
    since = np.array([row.version for row in rows], np.int64)
    until = np.array([row.replaced_in or np.iinfo(np.int64).max for row in rows], np.int64)
    return _Rows(people, names, np.array([place[row.person] for row in rows], np.intp), marks, since, until)


def _competencies(connection: Connection, form: int) -> list[str]:
    rows = select(item.c.competency).where(item.c.questionnaire_id == form).order_by(item.c.position)
    return list(connection.scalars(rows))


def _number(text: str) -> int:
    return ord(text[0]) * 256 + ord(text[1])


def _text(number: int) -> str:
    return chr(number // 256) + chr(number % 256) if number else NONE


def _kept(connection: Connection, code: str, competencies: Sequence[str]) -> list[list[int]]:
    """The steps of each competency that were kept before what they follow from was erased, and where all was shown."""
    rows = connection.execute(select(step.c.what, step.c.version, step.c.closed).where(step.c.event == code))
    found, closed = defaultdict[str, list[int]](list), list[int]()
    for what, version, is_closed in rows:
        (closed if is_closed else found[what]).append(version)
    return [sorted({*found[f"{MARKS}{name}"], *closed}) for name in competencies]


MARKS = "marks "
"""Before a competency in what a kept step is of."""
