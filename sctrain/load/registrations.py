"""Registrations for a workshop (CSV or XLSX) as people to be seated. `docs/seating.md` describes the file.

Names are held in memory only: nothing here writes, and messages name rows, not people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sctrain.cards import JOIN
from sctrain.catalogue import Catalogue, Dimension
from sctrain.errors import ImportRefused
from sctrain.load.held import held
from sctrain.load.labels import answer_choices, answer_reader, choice_of
from sctrain.load.mapping import Asked
from sctrain.load.reader import DELIMITERS
from sctrain.load.records import Record, csv_records, encoding_of, is_workbook, sheet_names, sheet_records
from sctrain.load.report import LISTED, Refusal, listed
from sctrain.load.text import caseless, fold
from sctrain.seating import PEOPLE, Registrant

NAME, TOGETHER, APART = "name", "together", "apart"
MOST_BYTES = 5_000_000
"""Of a file: four hundred people take a hundredth of that."""


@dataclass(frozen=True)
class Registrations:
    """The people of a file in its order, the headings not read, and what an organiser should know."""

    file: str
    people: tuple[Registrant, ...]
    unused: tuple[str, ...]
    notes: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"{self.file}: {len(self.people)} people", *self.notes]
        lines += [f"columns not read: {listed(self.unused)}"] * bool(self.unused)
        return "\n  ".join(lines)


def read(source: Path | str | bytes, filename: str = "", catalogue: Catalogue | None = None) -> Registrations:
    """The registered people in a CSV or XLSX file, or in the bytes of one; `filename` is how messages call it.

    Columns are `name`, `together`, `apart` and the catalogue's dimensions by code or label; without a catalogue only
    the first three are read. Raises ImportRefused, naming row, column, value and choices, if anything cannot be read.
    """
    file = _held(source, filename)
    columns = _columns(catalogue)
    records, notes = _records(file, columns)
    numbered = ((number, record) for number, record in enumerate(records, 1) if any(map(fold, record)))
    _, headings = next(numbered, (1, ()))
    read_as = [columns.get(caseless(heading), "") for heading in headings]
    _check_headings(read_as, headings, str(file))
    rows = list(islice(numbered, PEOPLE[1] + 1))
    if len(rows) > PEOPLE[1]:
        raise ImportRefused(f"{file}: more than {PEOPLE[1]} people; they cannot be seated in one plan")
    dimensions = catalogue.dimensions if catalogue else {}
    people = _people(rows, headings, read_as, [dimensions[c] for c in read_as if c in dimensions], str(file))
    unused = tuple(fold(h) for h, column in zip(headings, read_as, strict=True) if fold(h) and not column)
    return Registrations(str(file), people, unused, (*notes, *_notes(people, dimensions)))


def _held(source: Path | str | bytes, filename: str) -> Path:
    try:
        data = source if isinstance(source, bytes) else Path(source).read_bytes()
    except OSError as error:
        raise ImportRefused(f"{filename or source!s}: {error.strerror}") from error
    name = filename or ("the file" if isinstance(source, bytes) else str(source))
    if len(data) > MOST_BYTES:
        raise ImportRefused(
            f"{name}: {len(data)} bytes; registrations of {PEOPLE[1]} people take less than {MOST_BYTES}"
        )
    return held(data, name)


def _columns(catalogue: Catalogue | None) -> dict[str, str]:
    """What is read of a heading, by its caseless text."""
    dimensions = catalogue.dimensions.values() if catalogue else ()
    known = {caseless(text): d.code for d in dimensions for text in (d.code.replace("_", " "), d.code, d.label)}
    return known | {column: column for column in (NAME, TOGETHER, APART)}


def _records(file: Path, columns: dict[str, str]) -> tuple[Iterable[Record], tuple[str, ...]]:
    """The records of the sheet, or with the delimiter, whose headings are known best."""

    def known(records: Iterable[Record]) -> int:
        headings = next((record for record in records if any(map(fold, record))), ())
        return sum(caseless(heading) in columns for heading in headings)

    if is_workbook(file):
        sheets = sheet_names(file)
        best = max(sheets, key=lambda sheet: known(sheet_records(file, sheet)))
        return sheet_records(file, best), (f"read the sheet {best!r}",) * (len(sheets) > 1)
    encoding = encoding_of(file)
    delimiter = max(DELIMITERS, key=lambda mark: known(csv_records(file, encoding, mark)))
    notes = ("read as cp1252, since it is not UTF-8",) * (encoding == "cp1252")
    return csv_records(file, encoding, delimiter), notes


def _check_headings(read_as: Sequence[str], headings: Record, file: str) -> None:
    twice = [column for column, n in Counter(read_as).items() if column and n > 1]
    if twice:
        raise ImportRefused(f"{file}: more than one column holds {twice[0]!r}")
    if NAME not in read_as:
        there = listed([fold(heading) for heading in headings]) or "none"
        raise ImportRefused(f"{file}: no column {NAME!r}; the headings are: {there}")


def _people(
    rows: Sequence[tuple[int, Record]],
    headings: Record,
    read_as: Sequence[str],
    dimensions: Sequence[Dimension],
    file: str,
) -> tuple[Registrant, ...]:
    asked = {d.code: Asked(column=d.code, separator=JOIN if d.multiple else "") for d in dimensions}
    readers = {d.code: answer_reader(asked[d.code], choice_of(d)) for d in dimensions}
    choices = {d.code: answer_choices(asked[d.code], choice_of(d)) for d in dimensions}
    called = {column: fold(heading) for heading, column in zip(headings, read_as, strict=True)}
    people, refusals = [], []
    for number, record in rows:
        cells = {column: cell for column, cell in zip(read_as, record, strict=False) if column}
        answers = {code: reads(cells.get(code, "")) for code, reads in readers.items()}
        odd = ((code, answer.odd) for code, answer in answers.items() if answer.odd)
        refusals += [Refusal(number, called[c], fold(value), "is not one of", choices[c]) for c, value in odd]
        refusals += _row_refusals(number, record, len(headings), fold(cells.get(NAME, "")), called[NAME])
        rules = {rule: caseless(cells.get(rule, "")) for rule in (TOGETHER, APART)}
        profile: dict[str, str] = {code: answer.codes for code, answer in answers.items()}
        people.append(Registrant(fold(cells.get(NAME, "")), profile, **rules, row=number))
    if refusals or not people:
        raise ImportRefused(_refusal_text(file, refusals))
    return tuple(people)


def _row_refusals(number: int, record: Record, width: int, name: str, heading: str) -> Iterator[Refusal]:
    if any(map(fold, record[width:])):
        yield Refusal(number, "", "", f"{len(record)} cells, and there are {width} headings")
    if not name:
        yield Refusal(number, heading, "", "no name")


def _refusal_text(file: str, refusals: Sequence[Refusal]) -> str:
    if not refusals:
        return f"{file}: there is no row below the headings"
    more = len(refusals) - LISTED
    lines = [
        f"{file}: nobody is seated; cells or rows that cannot be read: {len(refusals)}",
        *map(str, refusals[:LISTED]),
    ]
    return "\n  ".join([*lines, *[f"… and {more} more"] * (more > 0)])


def _notes(people: Sequence[Registrant], dimensions: dict[str, Dimension]) -> Iterator[str]:
    called: dict[str, list[str]] = {}
    for person in people:
        called.setdefault(caseless(person.name), []).append(str(person.row))
    for rows in called.values():
        if len(rows) > 1:
            yield f"rows {listed(rows)} have the same name: their cards look alike"
    for code in people[0].profile:
        if silent := sum(not person.profile[code] for person in people):
            yield f"{dimensions[code].label}: {silent} of {len(people)} did not say, and are not mixed by it"
