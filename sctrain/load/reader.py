"""A survey file as columns of text, each label held once.

A *row* is one record and keeps the number a spreadsheet shows; a row is *ragged* if it has another
number of cells than the headings.
"""

from __future__ import annotations

import difflib
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain.errors import ImportRefused, MappingError
from sctrain.load import limits
from sctrain.load.mapping import File, Mapping
from sctrain.load.records import (
    Progress,
    Record,
    csv_records,
    encoding_of,
    is_workbook,
    quiet,
    sheet_names,
    sheet_records,
)
from sctrain.load.text import fold, without_codes

Numbered = Iterator[tuple[int, Record]]
CHUNK = 500
"""Records held at a time: so few that they stay in the processor's cache (10^6 rows: 17 s, with 20 000: 40 s)."""
DELIMITERS = ",;\t|"
T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, eq=False)
class Cells(Generic[T]):
    """One column of n rows: row i holds `labels[code[i]]`, so that each label is read once."""

    labels: tuple[T, ...]
    code: NDArray[np.integer]

    def map(self, read: Callable[[T], U]) -> Cells[U]:
        """The same rows with what `read` makes of each label."""
        return Cells(tuple(map(read, self.labels)), self.code)

    def where(self, test: Callable[[T], bool]) -> NDArray[np.bool_]:
        """[n]: whether the row's label passes the test."""
        return np.fromiter(map(test, self.labels), bool, len(self.labels))[self.code]

    def values(self, kind: type = object) -> NDArray[Any]:
        """[n]: the label of each row; objects, since numpy gives all texts the width of the longest."""
        given: NDArray[Any] = np.empty(len(self.labels), kind)
        given[:] = self.labels
        return given[self.code]


@dataclass(frozen=True, eq=False)
class Rows:
    """The n whole rows of a file, and the columns a mapping names.

    `key` is a hash of a row's whole text and which of the rows with that text it is; it has no length where a column
    says who answered. `cells` go by the heading the mapping uses, `unused` are the other headings. `ragged` has number
    and cell count of the rows that are not whole.
    """

    headings: tuple[str, ...]
    number: NDArray[np.int64]
    key: NDArray[np.object_]
    cells: dict[str, Cells[str]]
    ragged: tuple[tuple[int, int], ...]
    unused: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def only(self, kept: NDArray[np.bool_]) -> Rows:
        """The same file with these whole rows only."""
        if kept.all():
            return self
        cells = {heading: replace(c, code=c.code[kept]) for heading, c in self.cells.items()}
        return replace(self, number=self.number[kept], key=self.key[kept] if self.key.size else self.key, cells=cells)


def read_rows(path: Path | str, mapping: Mapping, progress: Progress | None = None) -> Rows:
    """The rows of a CSV or XLSX file; its first bytes say which of the two it is.

    Raises MappingError if a heading or the sheet is not in the file, ImportRefused if the file
    cannot be read at all or holds no row.
    """
    path = Path(path) if isinstance(path, str) else path
    open_as, choices, notes = _ways_to_read(path, mapping)
    choice = _likeliest(choices, open_as, mapping, path)
    numbered = enumerate(open_as(choice, progress or quiet), 1)
    headings = _headings(numbered, mapping.file, path)
    places = _places(headings, mapping, path)
    named = mapping.respondent is not None
    rows = _gather(islice(numbered, mapping.file.skip_rows, None), headings, places, mapping.file, named)
    if not (rows.number.size or rows.ragged):
        raise ImportRefused(f"{path}: there is no row below the headings")
    return replace(rows, notes=tuple(note.format(choice) for note in notes))


def read_columns(path: Path, records: Iterator[Record], file: File, most_cells: int) -> Rows:
    """The first rows of the records of a file with every column, up to so many cells.

    ImportRefused if there is no heading or no row.
    """
    numbered = enumerate(records, 1)
    headings = _headings(numbered, file, path)
    some = islice(numbered, file.skip_rows, file.skip_rows + max(100, most_cells // len(headings)))
    rows = _gather(some, headings, {heading: place for place, heading in enumerate(headings)}, file)
    if not (rows.number.size or rows.ragged):
        raise ImportRefused(f"{path}: there is no row below the headings")
    return rows


def headings_of(path: Path, mapping: Mapping) -> tuple[str, ...]:
    """The headings of a file as a mapping finds them; () where it cannot be read as the mapping says."""
    try:
        open_as, choices, _ = _ways_to_read(path, mapping)
        choice = _likeliest(choices, open_as, mapping, path)
        return _headings(enumerate(open_as(choice), 1), mapping.file, path)
    except MappingError:
        return ()


def _ways_to_read(path: Path, mapping: Mapping) -> tuple[Callable[..., Iterator[Record]], Sequence[str], list[str]]:
    """How to open the file as one of several sheets or with one of several delimiters; notes on it."""
    file = mapping.file
    if is_workbook(path):
        sheets = sheet_names(path)
        if file.sheet and file.sheet not in sheets:
            raise MappingError(mapping.source, "file.sheet", f"no sheet {file.sheet!r}; there are: {', '.join(sheets)}")
        several = len(sheets) > 1 and not file.sheet
        return partial(sheet_records, path), [file.sheet] if file.sheet else sheets, ["read the sheet {!r}"] * several
    encoding = file.encoding or encoding_of(path)
    guessed = not file.encoding and not encoding.startswith("utf")
    note = f"read as {encoding}, since it is not UTF-8; file.encoding can name another encoding"
    return partial(csv_records, path, encoding), file.delimiter or DELIMITERS, [note] * guessed


def _likeliest(choices: Sequence[str], open_as: Callable[..., Iterator[Record]], mapping: Mapping, path: Path) -> str:
    """The sheet or delimiter that finds most of the mapping's headings, then most columns."""
    wanted = {heading for _, heading in mapping.headings}

    def found(choice: str) -> tuple[int, int]:
        try:
            names = _headings(enumerate(open_as(choice), 1), mapping.file, path)
        except ImportRefused:
            return 0, 0
        return len(wanted.intersection(names)), len(names)

    return choices[0] if len(choices) == 1 else max(choices, key=found)


def _headings(numbered: Numbered, file: File, path: Path) -> tuple[str, ...]:
    """The heading of every column: unlike one another, and `column 3` where there is none."""
    last = file.heading_row[-1]
    top = list(islice(numbered, last))
    if len(top) < last or not any(map(fold, top[-1][1])):
        raise ImportRefused(f"{path}: there are no headings in row {last}")
    limits.check_width(path, len(top[-1][1]))
    tidy = without_codes if file.strip_codes else fold
    upper, lower = ([tidy(cell) for cell in top[row - 1][1]] for row in (file.heading_row[0], last))
    return tuple(_unlike(_joined(upper, lower) if len(file.heading_row) > 1 else lower))


def _joined(upper: Record, lower: Record) -> Iterator[str]:
    """Two heading rows as one: the upper cell holds for the blank ones to its right."""
    over = ""
    for above, below in zip_longest(upper, lower, fillvalue=""):
        over = above or over
        yield " - ".join(filter(None, (over, below)))


def _unlike(names: Iterable[str]) -> Iterator[str]:
    seen: Counter[str] = Counter()
    for place, name in enumerate(names):
        seen[name] += 1
        yield (name if seen[name] == 1 else f"{name}#{seen[name]}") if name else _nameless(place)


def _nameless(place: int) -> str:
    return f"column {place + 1}"


def _places(headings: tuple[str, ...], mapping: Mapping, path: Path) -> dict[str, int]:
    """Where each column of the mapping is. A column can also be named by its place: `column 3`."""
    known = {_nameless(place): place for place in range(len(headings))}
    known |= {heading: place for place, heading in enumerate(headings)}
    missing = {heading: key for key, heading in mapping.headings if heading not in known}
    if not missing:
        return {heading: known[heading] for _, heading in mapping.headings}
    heading, key = next(iter(missing.items()))
    close = difflib.get_close_matches(heading, headings, 3) or list(headings[:3])
    reason = f"no heading {heading!r} in {path}; the nearest are: {', '.join(map(repr, close))}"
    others = ", ".join(map(repr, list(missing)[1:6]))
    raise MappingError(mapping.source, key, reason + _more(len(missing) - 1, others) + _one_column(headings))


def _more(n: int, others: str) -> str:
    return f"; {n} more are missing: {others}{', …' if n > 5 else ''}" if n else ""


def _one_column(headings: tuple[str, ...]) -> str:
    return "" if len(headings) > 1 else "; the file has a single column: is file.delimiter right?"


class _Places(dict[str, int]):
    """Numbers labels in the order they are first asked for."""

    def __missing__(self, label: str) -> int:
        place = self[label] = len(self)
        return place


def _gather(
    numbered: Numbered, headings: tuple[str, ...], places: dict[str, int], file: File, named: bool = False
) -> Rows:
    labels = {name: _Places() for name in places}
    codes: dict[str, list[NDArray[np.int32]]] = {name: [np.empty(0, np.int32)] for name in places}
    numbers: list[int] = []
    digests: list[str] = []
    ragged: list[tuple[int, int]] = []
    width = len(headings)
    while chunk := list(islice(numbered, CHUNK)):
        whole = [row for row in chunk if len(row[1]) == width and row[1][0].strip()]
        if len(whole) < len(chunk):  # in most files all rows are so
            given = list(_given(chunk, width))
            whole = [row for row in given if len(row[1]) == width]
            ragged += [(number, len(record)) for number, record in given if len(record) != width]
        numbers += [number for number, _ in whole]
        digests += [] if named else [_digest(record) for _, record in whole]
        columns = list(zip(*(record for _, record in whole), strict=True))
        for name, place in places.items() if whole else ():
            code = map(labels[name].__getitem__, columns[place])
            codes[name].append(np.fromiter(code, np.int32, len(whole)))
    tidy = without_codes if file.strip_codes else str
    cells = {name: Cells(tuple(map(tidy, labels[name])), np.concatenate(codes.pop(name))) for name in places}
    unused = {i for i, heading in enumerate(headings) if heading != _nameless(i)} - set(places.values())
    others = tuple(headings[i] for i in sorted(unused))
    return Rows(headings, np.array(numbers, np.int64), _keys(digests), cells, tuple(ragged), others)


def _given(chunk: Iterable[tuple[int, Record]], width: int) -> Numbered:
    """The rows that hold anything, without blank cells beyond the headings."""
    for number, record in chunk:
        if any(map(str.strip, record)):
            beyond = any(map(str.strip, record[width:]))
            yield number, record if beyond else record[:width]


def _digest(record: Record) -> str:
    text = " ".join("\0".join(record).rstrip("\0").split())  # a file saved anew may have other line ends
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _keys(digests: list[str]) -> NDArray[np.object_]:
    digest = pd.Series(digests, dtype=object)
    occurrence = digest.groupby(digest).cumcount()
    return (digest + "-" + occurrence.astype(str)).to_numpy(object)
