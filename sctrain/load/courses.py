"""A list of courses on offer (CSV or XLSX) as OFFERED. `docs/courses.md` describes the file.

Columns that are not named there are not read, so that no person's name or number comes in with them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pandas as pd

from sctrain.cards import JOIN
from sctrain.catalogue import Catalogue
from sctrain.errors import ImportRefused
from sctrain.frames.courses import OFFERED
from sctrain.load.reader import DELIMITERS
from sctrain.load.records import Record, csv_records, encoding_of, is_workbook, sheet_names, sheet_records
from sctrain.load.report import LISTED, Refusal, listed
from sctrain.load.text import caseless, fold, number

COMPETENCIES = "competencies"
NEEDED = ("code", "title")
LONGEST = {"code": 40, "title": 200, "provider": 120, "language": 40, "method": 80, "link": 500}
"""Characters of a cell."""
MOST = 2_000
"""Courses of one list."""
MOST_HOURS = 5_000
TAUGHT = ("x", "yes", "y", "true", "1", "✓")
NOT_TAUGHT = ("", "no", "n", "false", "0", "-", "–")
EMAIL = re.compile(r"[^\s@:/]+@[^\s@]+\.[^\s@]+|mailto:", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Courses:
    """The courses of a file in its order, the headings that were not read, and what the reader should know."""

    file: str
    offered: pd.DataFrame
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.file}: {len(self.offered)} courses", *self.notes]
        lines += [f"columns not read: {listed(self.unused)}"] * bool(self.unused)
        return "\n  ".join(lines)


def load_courses(file: Path, known: Catalogue) -> Courses:
    """The courses of a file, all or none.

    Competencies stand in one column, separated by ; or +, by code or label, or each in a column of its own that is
    marked with x. ImportRefused, naming file, row, column, value and choices, if anything cannot be read.
    """
    columns = _columns(known)
    records, notes = _records(file, columns)
    numbered = ((n, record) for n, record in enumerate(records, 1) if any(map(fold, record)))
    _, headings = next(numbered, (1, ()))
    read_as = [columns.get(caseless(heading), "") for heading in headings]
    _check(read_as, headings, file, known)
    rows = list(islice(numbered, MOST + 1))
    if not rows or len(rows) > MOST:
        raise ImportRefused(f"{file}: {'more than ' * bool(rows)}{MOST if rows else 'no'} rows below the headings")
    reader = _Reader(read_as, [fold(heading) for heading in headings], known)
    frame = pd.DataFrame([reader.course(n, record) for n, record in rows], columns=OFFERED.names)
    reader.repeated(rows)
    if reader.refusals:
        raise ImportRefused(_refused(file, reader.refusals))
    unused = tuple(fold(h) for h, column in zip(headings, read_as, strict=True) if fold(h) and not column)
    silent = int((frame[COMPETENCIES] == "").sum())
    notes = (*notes, *[f"{silent} of them name no competency of the catalogue"] * bool(silent))
    return Courses(str(file), OFFERED.check(frame.astype({"hours": "float"})), unused, notes)


def _columns(known: Catalogue) -> dict[str, str]:
    """What is read of a heading, by its caseless text."""
    taught = {caseless(text): f"is {c.code}" for c in known.competency for text in (c.code, c.label)}
    return taught | {name: name for name in (*LONGEST, "hours", COMPETENCIES)}


def _records(file: Path, columns: Mapping[str, str]) -> tuple[Iterable[Record], tuple[str, ...]]:
    """The records of the sheet, or with the delimiter, whose headings are known best."""

    def score(records: Iterable[Record]) -> int:
        headings = next((record for record in records if any(map(fold, record))), ())
        return sum(caseless(heading) in columns for heading in headings)

    if is_workbook(file):
        sheets = sheet_names(file)
        best = max(sheets, key=lambda sheet: score(sheet_records(file, sheet)))
        return sheet_records(file, best), (f"read the sheet {best!r}",) * (len(sheets) > 1)
    encoding = encoding_of(file)
    delimiter = max(DELIMITERS, key=lambda mark: score(csv_records(file, encoding, mark)))
    return csv_records(file, encoding, delimiter), ("read as cp1252, since it is not UTF-8",) * (encoding == "cp1252")


def _check(read_as: Sequence[str], headings: Record, file: Path, known: Catalogue) -> None:
    twice = [column for column, n in Counter(read_as).items() if column and n > 1]
    if twice:
        raise ImportRefused(f"{file}: more than one column holds {twice[0].removeprefix('is ')!r}")
    there = listed([fold(heading) for heading in headings]) or "none"
    for needed in (name for name in NEEDED if name not in read_as):
        raise ImportRefused(f"{file}: no column {needed!r}; the headings are: {there}")
    if COMPETENCIES not in read_as and not any(column.startswith("is ") for column in read_as):
        codes = listed(known.codes, 6)
        raise ImportRefused(f"{file}: no column {COMPETENCIES!r}, nor one called like a competency ({codes}): {there}")


@dataclass
class _Reader:
    """Reads rows into courses; what cannot be read is gathered in `refusals`."""

    read_as: Sequence[str]
    headings: Sequence[str]
    known: Catalogue
    refusals: list[Refusal] = field(default_factory=list)

    def __post_init__(self) -> None:
        entries = self.known.competency
        self._codes = {caseless(text): c.code for c in entries for text in (c.label, c.code)}
        self._called = dict(zip(self.read_as, self.headings, strict=True))

    def course(self, row: int, record: Record) -> tuple[object, ...]:
        """One course, in the order of OFFERED."""
        cells = {column: fold(cell) for column, cell in zip(self.read_as, record, strict=False) if column}
        if any(map(fold, record[len(self.read_as) :])):
            self._refuse(row, "", "", f"{len(record)} cells, and there are {len(self.read_as)} headings")
        texts = {name: self._text(row, name, cells.get(name, "")) for name in LONGEST}
        first = (texts["code"], texts["title"], texts["provider"], self._hours(row, cells.get("hours", "")))
        return (*first, texts["language"], texts["method"], texts["link"], self._competencies(row, cells))

    def repeated(self, rows: Sequence[tuple[int, Record]]) -> None:
        """Refuse codes that stand in several rows."""
        place, seen = self.read_as.index("code"), dict[str, int]()
        for row, record in rows:
            code = fold(record[place]) if place < len(record) else ""
            if code and seen.setdefault(code, row) != row:
                self._refuse(row, "code", code, f"is the code of row {seen[code]} too")
        self.refusals.sort()

    def _text(self, row: int, name: str, cell: str) -> str:
        faults: Mapping[str, Callable[[str], bool]] = {
            "is missing": lambda text: name in NEEDED and not text,
            f"is longer than {LONGEST[name]} characters": lambda text: len(text) > LONGEST[name],
            "holds an e-mail address; people are not named here: leave it out": lambda text: bool(EMAIL.search(text)),
            "is no code: letters, digits, _ and - only": lambda text: name == "code" and not _is_code(text),
            "is no link: it begins with https:// or http://": lambda text: name == "link" and not _is_link(text),
        }
        fault = next((reason for reason, found in faults.items() if found(cell)), None)
        if fault:
            self._refuse(row, name, cell, fault)
        return cell

    def _hours(self, row: int, cell: str) -> float | None:
        value = number(cell) if cell else None
        if cell and not (value is not None and 0 < value <= MOST_HOURS):
            self._refuse(row, "hours", cell, f"is no number of hours above 0 and up to {MOST_HOURS}")
        return value

    def _competencies(self, row: int, cells: Mapping[str, str]) -> str:
        found = list(self._listed(row, cells.get(COMPETENCIES, "")))
        for column in (column for column in cells if column.startswith("is ")):
            cell = caseless(cells[column])
            if cell in TAUGHT:
                found.append(column.removeprefix("is "))
            elif cell not in NOT_TAUGHT:
                self._refuse(row, column, cells[column], "is not one of", (*TAUGHT[:3], "no"))
        return JOIN.join(code for code in self.known.codes if code in found)

    def _listed(self, row: int, cell: str) -> Iterator[str]:
        for text in filter(None, map(fold, re.split("[;+]", cell))):
            code = self._codes.get(caseless(text))
            if code is None:
                self._refuse(row, COMPETENCIES, text, "is not one of", self.known.codes)
            else:
                yield code

    def _refuse(self, row: int, column: str, value: str, reason: str, choices: Sequence[str] = ()) -> None:
        self.refusals.append(Refusal(row, self._called.get(column, column), value, reason, tuple(choices)))


def _is_code(text: str) -> bool:
    return not text or bool(re.fullmatch(r"[A-Za-z0-9_-]+", text))


def _is_link(text: str) -> bool:
    return not text or bool(re.fullmatch(r"https?://[^\s@\"<>]+", text))


def _refused(file: Path, refusals: Sequence[Refusal]) -> str:
    more = len(refusals) - LISTED
    lines = [f"{file}: no course is stored; cells that cannot be read: {len(refusals)}", *map(str, refusals[:LISTED])]
    return "\n  ".join([*lines, *[f"… and {more} more"] * (more > 0)])
