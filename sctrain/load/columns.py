"""The columns of a survey file, each read as one part of a submission.

A *fault* is the rows that a column makes unreadable, with the first of them as refusals.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain.cards import JOIN
from sctrain.catalogue import Catalogue
from sctrain.load.labels import (
    UNREADABLE,
    Answer,
    Choice,
    answer_choices,
    answer_reader,
    mark_choices,
    mark_reader,
    same_marks,
    table_number,
    tick_reader,
    time_reader,
)
from sctrain.load.mapping import Asked, Column, Exclude, Mapping, Submitted
from sctrain.load.reader import Cells, Rows
from sctrain.load.report import HELD, Refusal, listed
from sctrain.load.text import caseless, fold, number

Mask = NDArray[np.bool_]
Notes = tuple[str, ...]
SIDES = ("importance", "level")
LONGEST = 366 * 24 * 3600
"""Seconds of a year, beyond which nobody fills in a form."""


@dataclass(frozen=True, eq=False)
class Fault:
    """Which of the n rows cannot be read, and the first HELD of them as refusals."""

    bad: Mask
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, eq=False)
class Part:
    """One part of n submissions; what of it could not be read; what the report should say."""

    values: NDArray[np.object_]
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()


def excluded(rows: Rows, rule: Exclude) -> Mask:
    """[n]: whether a rule takes the row out."""
    named = set(map(caseless, rule.values or rule.only))
    return rows.cells[rule.column].where(lambda label: (caseless(label) in named) == bool(rule.values))


def persons(rows: Rows, respondent: Column | None) -> Part:
    """Who each row is from: the id in the respondent column, or else the row's key."""
    if respondent is None:
        return Part(rows.key)
    ids = rows.cells[respondent.column].map(fold)
    blank, given = ids.where(lambda text: not text), ids.values()
    again = pd.Series(given, dtype=object).duplicated().to_numpy(bool) & ~blank
    first = dict(zip(given[::-1], rows.number[::-1], strict=True)) if again.any() else {}
    # An id may be a name or an address, so a report does not repeat it.
    twice = (_refusal(rows, i, respondent.column, f"the same id as in row {first[given[i]]}") for i in _first(again))
    return Part(given, (_fault(rows, respondent.column, blank, ids, "no id"), Fault(again, tuple(twice))))


def moments(rows: Rows, submitted: Submitted | None) -> Part:
    """When each row was submitted (ISO 8601, UTC); None where the cell is blank."""
    if submitted is None:
        return Part(np.full(rows.number.size, None, object))
    cells = rows.cells[submitted.column]
    times = cells.map(time_reader(submitted))
    reason = f"is no time as {submitted.format or 'ISO 8601 (2018-11-15T16:30)'} writes it"
    fault = _fault(rows, submitted.column, times.where(_unread), cells, reason)
    return Part(times.map(lambda time: time or None).values(), (fault,))


def seconds(rows: Rows, mapping: Mapping, submitted: Part) -> Part:
    """How many seconds each row took; None where that is not told, or it ends no later than it begins."""
    if mapping.duration is not None:
        return _durations(rows, mapping.duration)
    if mapping.started is None or mapping.submitted is None:
        return Part(np.full(rows.number.size, None, object))
    started = moments(rows, mapping.submitted.model_copy(update={"column": mapping.started.column}))
    begun, ended = (pd.to_datetime(pd.Series(part.values, dtype="str"), utc=True) for part in (started, submitted))
    took = (ended - begun).dt.total_seconds()
    untold = int((took <= 0).sum())
    notes = (f"{untold} rows end no later than they begin: how long they took is not known",) * bool(untold)
    return Part(_whole_seconds(took), started.faults, notes)


def _durations(rows: Rows, duration: Column) -> Part:
    cells = rows.cells[duration.column]
    numbers = cells.map(lambda cell: number(cell) if cell.strip() else np.nan)
    fault = _fault(rows, duration.column, numbers.where(_unread), cells, "is no number of seconds, such as 312.5")
    return Part(_whole_seconds(pd.Series(numbers.values(), dtype=float)), (fault,))


def _whole_seconds(took: pd.Series) -> NDArray[np.object_]:
    """At least one; None where there is no time, or none has passed."""
    whole = took.where(took > 0).round().clip(1, LONGEST).astype("Int64")
    return whole.astype(object).where(whole.notna(), None).to_numpy()


def tables(rows: Rows, table: Column | None) -> Part:
    """The number of each row's World-Café table; None where the cell is blank."""
    if table is None:
        return Part(np.full(rows.number.size, None, object))
    cells = rows.cells[table.column]
    numbers = cells.map(table_number)
    fault = _fault(rows, table.column, numbers.where(_unread), cells, "is no table number, such as 4 or Table 4")
    return Part(numbers.map(lambda number: number or None).values(), (fault,))


def chosen(rows: Rows, asked: Asked, choice: Choice) -> Part:
    """Each row's codes of one choice, joined by `+`; `` where it is not said."""
    read = _from_column if asked.column else _from_ticks
    answers, faults, notes = read(rows, asked, choice)
    if not choice.multiple:
        several = answers.where(lambda codes: JOIN in codes)
        heading = asked.column or next(iter(asked.columns))
        reason = f"several answers, and the {choice.name} of the catalogue takes one"
        faults = (*faults, _fault(rows, heading, several, answers, reason))
    return Part(answers.values(), faults, notes)


def _from_column(rows: Rows, asked: Asked, choice: Choice) -> tuple[Cells[str], tuple[Fault, ...], Notes]:
    heading = str(asked.column)
    answers = rows.cells[heading].map(answer_reader(asked, choice))
    odd = answers.map(lambda answer: answer.odd)
    fault = _fault(rows, heading, odd.where(bool), odd, "is not one of", answer_choices(asked, choice))
    notes = _loose_notes(choice.name, answers.labels, always=asked.unknown is not None)
    return answers.map(lambda answer: answer.codes), (fault,), notes


def _loose_notes(name: str, answers: Iterable[Answer], always: bool) -> Notes:
    """Which labels share a code that no table gives them; any such label where it is `unknown`."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for label, code in (pair for answer in answers for pair in answer.loose):
        found[code].setdefault(caseless(label), label)
    return tuple(
        f"{name}: {listed([*map(repr, same.values())])} read as {code!r}"
        for code, same in found.items()
        if always or len(same) > 1
    )


def _from_ticks(rows: Rows, asked: Asked, choice: Choice) -> tuple[Cells[str], tuple[Fault, ...], Notes]:
    options = {option.code: option for option in choice.options}
    answers = Cells[frozenset[str]]((frozenset(),), np.zeros(rows.number.size, np.int64))
    faults = []
    for heading, code in asked.columns.items():
        cells = rows.cells[heading]
        ticks = cells.map(tick_reader(asked, heading, options.get(code)))
        faults.append(_fault(rows, heading, ticks.where(_unread), cells, "is neither a tick nor blank"))
        answers = _added(answers, code, ticks.where(bool))
    return answers.map(lambda codes: JOIN.join(sorted(codes))), tuple(faults), ()


def _added(answers: Cells[frozenset[str]], code: str, ticked: Mask) -> Cells[frozenset[str]]:
    state, pairs = pd.factorize(2 * answers.code + ticked)
    return Cells(tuple(answers.labels[pair // 2] | ({code} if pair % 2 else set()) for pair in pairs), state)


def ratings(rows: Rows, mapping: Mapping, catalogue: Catalogue) -> tuple[NDArray[np.int8], tuple[Fault, ...]]:
    """[2, competencies, n] importance and level of each competency, and what could not be read.

    1.. from the low end of the scale; 0 where the file does not ask; else BLANK, NO_OPINION, UNREADABLE.
    """
    marks = np.zeros((2, len(catalogue.codes), rows.number.size), np.int8)
    faults = []
    for rating in mapping.rating:
        for place, side in enumerate(SIDES):
            if heading := getattr(rating, side):
                scale = mapping.scale_of(rating, side) or same_marks(catalogue.scale)
                cells = rows.cells[heading]
                column = cells.map(mark_reader(scale, catalogue.scale)).values(np.int8)
                marks[place, catalogue.codes.index(rating.competency)] = column
                faults.append(_fault(rows, heading, column == UNREADABLE, cells, "is not one of", mark_choices(scale)))
    return marks, tuple(faults)


def _unread(value: object) -> bool:
    return value is None


def _first(bad: Mask) -> NDArray[np.intp]:
    return np.flatnonzero(bad)[:HELD]


def _refusal(rows: Rows, i: int, column: str, reason: str, value: str = "", choices: tuple[str, ...] = ()) -> Refusal:
    return Refusal(int(rows.number[i]), column, fold(value), reason, choices)


def _fault(rows: Rows, column: str, bad: Mask, cells: Cells[str], reason: str, choices: tuple[str, ...] = ()) -> Fault:
    shown = (_refusal(rows, i, column, reason, cells.labels[cells.code[i]], choices) for i in _first(bad))
    return Fault(bad, tuple(shown))
