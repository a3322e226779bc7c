"""From the sheets of World-Café tables to checked lists and notes, all or nothing.

`docs/tables.md` describes the files.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pandas as pd

from sctrain.cards import JOIN
from sctrain.catalogue import Catalogue
from sctrain.errors import ImportRefused
from sctrain.frames import NOTES, RANKINGS, SHEETS, Sheets
from sctrain.load.records import Progress, quiet
from sctrain.load.report import HELD, LoadReport, listed
from sctrain.load.sheet_lines import Lines, read_lines
from sctrain.load.sheet_rules import (
    Fault,
    Item,
    Note,
    Ranked,
    Speech,
    Unit,
    block_faults,
    codes,
    count,
    item_faults,
    list_faults,
    mix_of,
    note_faults,
    read_items,
    table_faults,
)

T = TypeVar("T")


@dataclass(frozen=True)
class SheetReport(LoadReport):
    """What became of the lines of a file of table sheets. Counts are lines; there are no rating cells."""

    def __str__(self) -> str:
        lines = [f"{self.file}: {self.read} lines read, {self.kept} kept"]
        lines += ["what could not be read:"] * bool(self.refused)
        lines += [*self.refusal_lines(), *self.notes]
        lines += [f"{len(self.unused)} columns not used: {listed(self.unused)}"] * bool(self.unused)
        return "\n  ".join(lines)


@dataclass(frozen=True, eq=False)
class LoadedSheets(Sheets):
    """The SHEETS, RANKINGS and NOTES of a file, and what became of its lines."""

    report: LoadReport


def load_sheets(
    path: Path | str, catalogue: Catalogue, *, skip_bad: bool = False, progress: Progress | None = None
) -> LoadedSheets:
    """SHEETS, RANKINGS, NOTES and LoadReport of a CSV, XLSX or TOML file of table sheets.

    A table that ranked nothing is kept. Raises ImportRefused if the file or anything in it cannot
    be read: nothing is kept then, unless `skip_bad` leaves out the whole list (table and topic) or
    note it stands in. What cannot be read of a table's members is then not known.
    """
    lines = read_lines(Path(path), progress or quiet)
    speech = Speech(catalogue)
    items = tuple(read_items(lines.lines, speech))
    faults = sorted(_faults(items, speech), key=_place)
    bad = {fault.unit for fault in faults}
    kept = tuple(item for item in items if not _units(item) & bad)
    report = _report(str(path), lines, items, kept, faults)
    if faults and not (skip_bad and kept):
        raise ImportRefused(_refusal_text(report))
    if not items:
        raise ImportRefused(f"{path}: there is no table in it")
    return LoadedSheets(_sheets(items, bad, catalogue), _rankings(kept), _notes(kept, speech), report)


def _faults(items: tuple[Item, ...], speech: Speech) -> Iterator[Fault]:
    yield from item_faults(items)
    yield from block_faults(items)
    yield from table_faults(items, speech.catalogue)
    for ranks in _groups((item for item in items if isinstance(item, Ranked)), lambda rank: rank.unit):
        yield from list_faults(ranks, speech)
    notes = (item for item in items if isinstance(item, Note))
    for written in _groups(notes, lambda note: (note.table, note.line.block)):
        yield from note_faults(written, speech)


def _groups(values: Iterable[T], key: Callable[[T], Hashable]) -> Iterable[list[T]]:
    groups: defaultdict[Hashable, list[T]] = defaultdict(list)
    for value in values:
        groups[key(value)].append(value)
    return groups.values()


def _place(fault: Fault) -> tuple[int, int]:
    """The order of the file: by block, then by row."""
    return fault.unit[2], fault.refusal.row


def _units(item: Item) -> set[Unit]:
    """What takes the line along when it is left out."""
    return {item.unit, ("block", item.table, item.line.block, "")}


def _sheets(items: Iterable[Item], bad: set[Unit], catalogue: Catalogue) -> pd.DataFrame:
    of_tables = (item for item in items if item.table and ("block", item.table, item.line.block, "") not in bad)
    rows = [_sheet(lines, bad, catalogue) for lines in _groups(of_tables, lambda item: item.table)]
    frame = pd.DataFrame(rows, columns=SHEETS.names).sort_values("table_number", ignore_index=True)
    return SHEETS.check(frame.astype({"table_number": "int64", "members": "Int64", "mix": "str", "row": "int64"}))


def _sheet(lines: list[Item], bad: set[Unit], catalogue: Catalogue) -> tuple[int | None, int | None, str, int]:
    first = lines[0]
    known = {
        column: next(filter(None, (item.cell(column) for item in lines)), "")
        for column in ("members", "mix")
        if not any((column, item.table, item.line.block, "") in bad for item in lines)
    }
    members, mix = count(known.get("members", "")), mix_of(known.get("mix", ""), catalogue)[0]
    return first.table, members, mix, first.line.block or first.line.row


def _rankings(kept: Iterable[Item]) -> pd.DataFrame:
    rows = [(r.table, r.topic, r.option, r.position) for r in kept if isinstance(r, Ranked)]
    frame = pd.DataFrame(rows, columns=RANKINGS.names)
    frame = frame.astype({"table_number": "int64", "topic": "str", "option": "str", "position": "int64"})
    return RANKINGS.check(frame.sort_values(["table_number", "topic", "position"], kind="stable", ignore_index=True))


def _notes(kept: Iterable[Item], speech: Speech) -> pd.DataFrame:
    rows = [_written(note, speech) for note in kept if isinstance(note, Note)]
    frame = pd.DataFrame(rows, columns=NOTES.names)
    texts = dict.fromkeys(("kind", "text", "code", "competencies", "practices"), "str")
    frame = frame.astype({"table_number": "int64", "line": "int64", **texts, "answers": "Int64"})
    return NOTES.check(frame.sort_values(["table_number", "line"], ignore_index=True))


def _written(note: Note, speech: Speech) -> tuple[object, ...]:
    names = speech.notes
    code = names[note.kind].find(note.cell("code")) if note.kind in names else None
    links = (JOIN.join(codes(note.cell(column), names[column])) for column in ("competencies", "practices"))
    return note.table, note.number, note.kind, note.cell("text"), code or "", *links, note.answers


def _report(
    file: str, lines: Lines, items: tuple[Item, ...], kept: tuple[Item, ...], faults: list[Fault]
) -> LoadReport:
    return SheetReport(
        file=file,
        read=len(items),
        kept=len(kept),
        left_out=len(items) - len(kept),
        refused=len(faults),
        refusals=tuple(fault.refusal for fault in faults[:HELD]),
        excluded=(),
        blank=0,
        no_opinion=0,
        unused=lines.unused,
        notes=(*lines.notes, *_found(items, kept), *_left_out(items, kept)),
    )


def _found(items: tuple[Item, ...], kept: tuple[Item, ...]) -> Iterator[str]:
    tables = {item.table for item in items if item.table}
    lists = {rank.unit for rank in kept if isinstance(rank, Ranked)}
    notes = sum(1 for note in kept if isinstance(note, Note))
    yield f"tables {len(tables)}, lists {len(lists)}, notes {notes}"
    silent = tables - {item.table for item in items if isinstance(item, Ranked)}
    if silent:
        yield f"tables that ranked nothing: {listed([str(table) for table in sorted(silent)])}"


def _left_out(items: tuple[Item, ...], kept: tuple[Item, ...]) -> Iterator[str]:
    here = set(map(id, kept))
    for (kind, table, _, name), n in Counter(item.unit for item in items if id(item) not in here).items():
        what = f"{kind} {name} of" if name else "all of"
        yield f"left out: {what} {f'table {table}' if table else 'no table'}, lines {n}"


def _refusal_text(report: LoadReport) -> str:
    lines = [
        f"{report.file}: {report.left_out} of {report.read} lines cannot be kept; nothing was stored",
        *report.refusal_lines(),
        "correct the file; --skip-bad leaves out the lists and notes these stand in and keeps the others",
    ]
    return "\n  ".join(lines)
