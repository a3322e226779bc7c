"""Table sheets as lines of text, whichever of CSV, XLSX and TOML they come in.

A *line* is one row, or what a TOML file says in one place; a *block* is a sheet or a `[[table]]`
that belongs to one table.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sctrain.cards import JOIN
from sctrain.errors import ImportRefused
from sctrain.load.records import (
    Progress,
    Record,
    csv_records,
    encoding_of,
    is_workbook,
    sheet_names,
    sheet_records,
)
from sctrain.load.report import listed
from sctrain.load.text import caseless, fold

RANK = ("topic", "option", "position")
NOTE = ("kind", "text", "code", "competencies", "practices", "answers")
COLUMNS = ("table", "members", "mix", *RANK, *NOTE)
DELIMITERS = ",;\t|"
SHEET_NAME = re.compile(r"(?:table ?)?(0*[1-9]\d{0,3})")


@dataclass(frozen=True)
class Line:
    """The cells that are not blank, by column, and where they stand.

    `place` names the sheet or the place in a TOML file, `row` is 0 in a TOML file, `block` is 0 for
    lines that name their table themselves. `beyond` counts cells without a heading.
    """

    place: str
    row: int
    block: int
    cells: dict[str, str]
    beyond: int = 0

    @property
    def spot(self) -> str:
        """Where it stands, in words."""
        return ", ".join(filter(None, (self.place, f"row {self.row}" if self.row else "")))


@dataclass(frozen=True)
class Lines:
    """The lines of a file, the headings that were not used, and what a report should say."""

    lines: tuple[Line, ...]
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_lines(path: Path, tell: Progress) -> Lines:
    """The lines of a CSV, XLSX or TOML file; ImportRefused if it is none or lacks a column."""
    if is_workbook(path):
        return _joined(_of_sheet(path, name, block, tell) for block, name in enumerate(sheet_names(path), 1))
    if path.suffix.casefold() == ".toml":
        return Lines(tuple(_of_toml(path)))
    encoding = encoding_of(path)
    delimiter = max(DELIMITERS, key=lambda mark: len(_known(next(csv_records(path, encoding, mark), ()))))
    notes = ("read as cp1252, since it is not UTF-8",) * (encoding == "cp1252")
    return replace(_of_records(csv_records(path, encoding, delimiter, tell), str(path)), notes=notes)


def _joined(parts: Iterable[Lines]) -> Lines:
    whole = list(parts)
    unused = dict.fromkeys(chain.from_iterable(part.unused for part in whole))
    notes = chain.from_iterable(part.notes for part in whole)
    return Lines(tuple(chain.from_iterable(part.lines for part in whole)), tuple(unused), tuple(notes))


def _of_sheet(path: Path, name: str, block: int, tell: Progress) -> Lines:
    """A sheet that has a column `table` names its tables, another is named after its table."""
    known = _known(next(_filled(sheet_records(path, name)), (0, ()))[1])
    number = SHEET_NAME.fullmatch(caseless(name))
    place, records = f"sheet {name!r}", sheet_records(path, name, tell)
    if "table" in known:
        return _of_records(records, f"{path}, {place}", place)
    if number:
        return _of_records(records, f"{path}, {place}", place, block, number[1])
    if known:
        raise ImportRefused(f"{path}, {place}: call the sheet `Table 3` or `3`, or give it a column `table`")
    return Lines((), notes=(f"{place} was not read: it is named after no table and has no column `table`",))


def _filled(records: Iterable[Record]) -> Iterator[tuple[int, Record]]:
    return ((number, record) for number, record in enumerate(records, 1) if any(map(str.strip, record)))


def _known(record: Record) -> set[str]:
    return set(map(caseless, record)).intersection(COLUMNS)


def _of_records(records: Iterable[Record], source: str, place: str = "", block: int = 0, table: str = "") -> Lines:
    numbered = _filled(records)
    row, headings = next(numbered, (1, ()))
    columns = [caseless(heading) for heading in headings]
    said = {"table": table} if table else {}
    own = [Line(place, row, block, said)] * bool(table)
    if columns or not table:
        _check_columns([*columns, *said], headings, source)
    lines = (_line(place, number, block, columns, record, said) for number, record in numbered)
    unused = tuple(fold(h) for h, column in zip(headings, columns, strict=True) if column and column not in COLUMNS)
    return Lines((*own, *lines), unused)


def _line(place: str, row: int, block: int, columns: list[str], record: Record, said: dict[str, str]) -> Line:
    given = zip(columns, map(fold, record), strict=False)
    cells = {column: cell for column, cell in given if cell and column in COLUMNS}
    beyond = sum(1 for cell in record[len(columns) :] if fold(cell))
    return Line(place, row, block, cells | said, beyond)


def _check_columns(columns: list[str], headings: Record, source: str) -> None:
    """Each begun group of columns is whole, and there is one at least."""
    twice = [column for column in COLUMNS if columns.count(column) > 1]
    if twice:
        raise ImportRefused(f"{source}: the heading {twice[0]!r} stands twice")
    needed = ["table", *(RANK if set(columns) & {*RANK} or not set(columns) & {*NOTE} else ())]
    needed += NOTE[:2] if set(columns) & {*NOTE} else ()
    missing = [column for column in needed if column not in columns]
    if missing:
        there = listed([fold(heading) for heading in headings]) or "none"
        raise ImportRefused(f"{source}: no column {missing[0]!r}; the headings are: {there}")


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Tie = Annotated[tuple[str, ...], Field(min_length=1)]


class _List(_Value):
    rank: tuple[str | Tie, ...] = Field(min_length=1)


class _Note(_Value):
    kind: str
    text: str
    code: str = ""
    competencies: tuple[str, ...] = ()
    practices: tuple[str, ...] = ()
    answers: int | None = None


class _Table(_Value):
    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, _List] = Field(init=False)
    number: int = Field(ge=1, le=9999)
    members: int | None = None
    mix: str = ""
    note: tuple[_Note, ...] = ()


class _File(_Value):
    table: tuple[_Table, ...] = Field(min_length=1)


def _of_toml(path: Path) -> Iterator[Line]:
    try:
        file = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ImportRefused(f"{path}: this is no TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"])
        raise ImportRefused(f"{path}: {key}: {first['msg']}") from error
    return chain.from_iterable(_of_table(table, block) for block, table in enumerate(file.table, 1))


def _of_table(table: _Table, block: int) -> Iterator[Line]:
    place = f"table {table.number}"
    yield _said(place, block, table, members=table.members, mix=fold(table.mix))
    for topic, given in table.__pydantic_extra__.items():
        position = 1
        for tie in ((tied,) if isinstance(tied, str) else tied for tied in given.rank):
            rank = f"{position}{'=' * (len(tie) > 1)}"
            yield from (_said(f"{place}, {topic}", block, table, topic=topic, option=o, position=rank) for o in tie)
            position += len(tie)
    for number, note in enumerate(table.note, 1):
        lists = {"competencies": JOIN.join(note.competencies), "practices": JOIN.join(note.practices)}
        yield _said(f"{place}, note {number}", block, table, **(note.model_dump() | lists))


def _said(place: str, block: int, table: _Table, **cells: object) -> Line:
    texts = {column: fold(str(cell)) for column, cell in cells.items() if cell not in (None, "")}
    return Line(place, 0, block, {"table": str(table.number), **texts})
