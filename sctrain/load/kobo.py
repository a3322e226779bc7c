"""An export of KoboToolbox as one table in words: codes by their code book, sheets of repeat groups beside the first.

A *repeat group* is asked several times of a person, such as once for each competency. Its sheet has a row each time,
and `_parent_index` says whose it is. Beside the person's other answers it becomes a column for each question and time,
`Question [item]`: the item is what tells the times apart, or their number.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from sctrain.errors import ImportRefused
from sctrain.load import limits
from sctrain.load.held import held
from sctrain.load.look import look
from sctrain.load.records import Record, csv_records, encoding_of, is_workbook, sheet_names, sheet_records
from sctrain.load.text import fold
from sctrain.load.xlsform import Book, read_book

INDEX, PARENT = "_index", "_parent_index"
MOST_ITEMS = 100
"""Different items of a repeat group, beyond which nothing tells its times apart."""


@dataclass(frozen=True)
class Opened:
    """A survey file as it is read on, and what was done to it, in sentences."""

    path: Path
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A sheet: its headings, and its rows as wide as these."""

    name: str
    headings: list[str]
    rows: list[list[str]]

    def place(self, heading: str) -> int:
        """Where a column is; -1 where there is none."""
        return self.headings.index(heading) if heading in self.headings else -1


def opened(path: Path, form: Path | None = None) -> Opened:
    """The file itself, or where it has sheets of repeat groups, or there is a code book (`form`), one table made of it.

    ImportRefused where the code book is none, or says nothing of the file.
    """
    tables = _sheets(path) if is_workbook(path) else []
    if form is None and not tables:
        return Opened(path)
    book = read_book(form) if form else Book({})
    tables = tables or [_only(path)]
    known = [heading for table in tables for heading in table.headings if book.asked(heading)]
    if form and not known:
        raise ImportRefused(f"{form}: none of its questions is a column of {path}: is it the code book of this form?")
    main, *repeats = [_spoken(table, book) for table in tables]
    told = [f"codes in words, by {form}: {len(known)} of {sum(len(t.headings) for t in tables)} columns"] * bool(form)
    for repeat in repeats:
        main, line = _beside(main, repeat)
        told.append(line)
    return Opened(held(_text([main.headings, *main.rows]), path.name), tuple(told))


def _sheets(path: Path) -> list[Table]:
    """The sheet with the people and those of repeat groups; none where there is no repeat group."""
    names = sheet_names(path)
    heads = {name: [fold(cell) for cell in next(iter(sheet_records(path, name)), ())] for name in names}
    main = next((name for name in names if INDEX in heads[name] and PARENT not in heads[name]), None)
    repeats = [name for name in names if PARENT in heads[name]]
    if main is None or not repeats:
        return []
    return [_table(name, sheet_records(path, name)) for name in (main, *repeats)]


def _only(path: Path) -> Table:
    """The one table of a file, without what stands above its headings."""
    seen = look(path)
    if seen.file.sheet:
        records = sheet_records(path, seen.file.sheet)
    else:
        records = csv_records(path, seen.file.encoding or encoding_of(path), seen.file.delimiter)
    for _ in range(seen.file.heading_row[-1] - 1):
        next(records)
    return _table("", records)


def _table(name: str, records: Iterator[Record]) -> Table:
    headings = [fold(cell) for cell in next(records)]
    rows = [[*record, *[""] * (len(headings) - len(record))] for record in records]
    return Table(name, headings, rows)


def _spoken(table: Table, book: Book) -> Table:
    words = [partial(book.cell, heading) for heading in table.headings]
    rows = [[*(say(cell) for say, cell in zip(words, row, strict=False)), *row[len(words) :]] for row in table.rows]
    return Table(table.name, [book.heading(heading) for heading in table.headings], rows)


def _beside(main: Table, repeat: Table) -> tuple[Table, str]:
    """The table with the columns of a repeat group, and what is said of it."""
    parent, own = repeat.place(PARENT), [i for i, name in enumerate(repeat.headings) if not name.startswith("_")]
    of: defaultdict[str, list[list[str]]] = defaultdict(list)
    for row in filter(any, repeat.rows):
        of[row[parent]].append(row)
    n = sum(map(len, of.values()))
    item = next((i for i in own if _tells(of.values(), i)), -1)
    items = list(dict.fromkeys(_called(row, time, item) for rows in of.values() for time, row in enumerate(rows, 1)))
    asked = [i for i in own if i != item]
    added = [f"{repeat.headings[i]} [{name}]" for i in asked for name in items]
    _check_size(repeat, len(items), len(main.rows) * len(added))
    rows = [[*row, *_laid(of.pop(row[main.place(INDEX)], []), asked, items, item)] for row in main.rows]
    told = f"sheet {repeat.name!r}: {n} rows of a repeat group, beside whose they are in {len(added)} columns"
    lost = sum(map(len, of.values()))
    return Table(main.name, [*main.headings, *added], rows), told + f"; {lost} rows are nobody's" * bool(lost)


def _check_size(repeat: Table, times: int, cells: int) -> None:
    if times > MOST_ITEMS or cells > limits.MOST_CELLS:
        raise ImportRefused(
            f"sheet {repeat.name!r}: a repeat group of {times} times, {cells} cells beside the people; at most "
            f"{MOST_ITEMS} times and {limits.MOST_CELLS} cells can be read"
        )


def _tells(groups: Iterable[Sequence[Sequence[str]]], place: int) -> bool:
    """Whether a column tells the times of each person apart, with few names in all."""
    names = [[row[place] for row in rows] for rows in groups]
    apart = all(all(some) and len(set(some)) == len(some) for some in names)
    return apart and 1 < len({*chain.from_iterable(names)}) <= MOST_ITEMS


def _called(row: Sequence[str], number: int, item: int) -> str:
    return row[item] if item >= 0 else str(number)


def _laid(rows: Sequence[Sequence[str]], asked: Sequence[int], items: Sequence[str], item: int) -> list[str]:
    by_item = {_called(row, number, item): row for number, row in enumerate(rows, 1)}
    return [by_item[name][i] if name in by_item else "" for i in asked for name in items]


def _text(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()
