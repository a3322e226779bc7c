"""A first look at a survey file that no mapping describes yet: how it is written, by which tool, where headings are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, zip_longest
from pathlib import Path

from sctrain.errors import ImportRefused
from sctrain.load import limits
from sctrain.load.mapping import File, fingerprint
from sctrain.load.reader import DELIMITERS, Rows, read_columns
from sctrain.load.records import Record, csv_records, encoding_of, is_workbook, sheet_names, sheet_records
from sctrain.load.text import caseless, fold
from sctrain.load.words import words

FIRST = 40
"""Rows at the top of a file by which its delimiter and its headings are found."""
MOST_CELLS = {"text": 4_000_000, "book": 300_000}
"""Cells that are looked at; of a larger file the first rows. A workbook is read at 10^5 cells a second."""
SECOND = ("response", "open-ended response", "réponse", "respuesta", "antwort", "resposta", "risposta", "antwoord")
"""What SurveyMonkey writes under a question that has no parts."""
KOBO = "KoboToolbox"
Open = Callable[..., Iterator[Record]]


@dataclass(frozen=True)
class Look:
    """What was seen of a file: how to read it, in words and as a mapping's `[file]`, and its first rows."""

    path: Path
    tool: str
    told: tuple[str, ...]
    file: File
    rows: Rows

    @property
    def has_form(self) -> bool:
        """Whether KoboToolbox exported it, whose forms have a code book."""
        return self.tool == KOBO


def look(path: Path | str) -> Look:
    """A first look at a CSV or XLSX file. ImportRefused if it cannot be read or holds no row."""
    path = Path(path) if isinstance(path, str) else path
    open_as, file, told = _book(path) if is_workbook(path) else _text(path)
    top = [[fold(cell) for cell in record] for record in islice(open_as(), FIRST)]
    if not any(map(any, top)):
        raise ImportRefused(f"{path}: the file is empty; there is no question and no answer in it")
    limits.check_width(path, max(map(len, top)))
    heading_row = _heading_row(top)
    heads = top[heading_row[-1] - 1]
    joined = [*heads, *(cell for row in heading_row[:-1] for cell in top[row - 1])]
    file = file.model_copy(update={"heading_row": heading_row, "strip_codes": _has_codes(joined)})
    rows = read_columns(path, open_as(), file, MOST_CELLS["book" if file.sheet else "text"])
    tool, reason = _tool(rows.headings, heading_row, top)
    where = f"headings in row {' and '.join(map(str, heading_row))}"
    seen = f"{rows.number.size} rows and {len(rows.headings)} columns"
    file = file.model_copy(update={"fingerprint": fingerprint(rows.headings)})
    return Look(path, tool, (*told, f"{where}, {seen}", f"looks like {tool}: {reason}"), file, rows)


def _book(path: Path) -> tuple[Open, File, list[str]]:
    """The sheet with most cells at its top."""
    names = sheet_names(path)
    if not names:
        raise ImportRefused(f"{path}: this workbook has no sheet with cells; save it as CSV")

    def cells(name: str) -> int:
        return sum(bool(fold(cell)) for record in islice(sheet_records(path, name), FIRST) for cell in record)

    best = max(names, key=cells)
    others = f" of {', '.join(map(repr, names))}" if len(names) > 1 else ""
    return partial(sheet_records, path, best), File(sheet=best), [f"a workbook, sheet {best!r}{others}"]


def _text(path: Path) -> tuple[Open, File, list[str]]:
    """The delimiter that gives most rows the same number of cells, and more than one."""
    encoding = encoding_of(path)

    def score(delimiter: str) -> tuple[float, int]:
        try:
            widths = Counter(len(r) for r in islice(csv_records(path, encoding, delimiter), FIRST) if len(r) > 1)
        except ImportRefused:
            return 0, 0
        width, n = max(widths.items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))
        return n, width

    best = max(DELIMITERS, key=score)
    packed = "a gzip file with a CSV in it" if limits.start_of(path).startswith(limits.GZIP) else "a CSV"
    named = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}[best]
    told = f"{packed}, encoding {encoding.removesuffix('-sig').upper()}, cells between {named}"
    given = "" if encoding.startswith("utf") else encoding
    return partial(csv_records, path, encoding, best), File(encoding=given, delimiter=best), [told]


def _heading_row(top: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """The row or the two rows that hold the headings, counted from 1."""
    filled = [sum(map(bool, row)) for row in top]
    first = next(i for i, n in enumerate(filled) if n)
    if max(filled) >= 4:  # above the headings stand at most a title, a date and blank rows
        first = next(i for i, n in enumerate(filled) if n > 2)
        if first and any(above and not below for above, below in zip_longest(top[first - 1], top[first], fillvalue="")):
            first -= 1  # a question whose items stand in the next row
    if first + 1 < len(top) and _is_second(top[first], top[first + 1]):
        return first + 1, first + 2
    return (first + 1,)


def _is_second(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether a row goes on with the headings: it fills what the row above leaves blank, with texts that differ."""
    if sum(caseless(cell) in SECOND for cell in lower) >= 2:
        return True
    below = [lower[i] for i in range(min(len(upper), len(lower))) if not upper[i] and lower[i]]
    return len(below) >= 3 and len(below) >= len(lower) / 3 and len(set(below)) >= 0.6 * len(below)


def _has_codes(heads: Sequence[str]) -> bool:
    return sum(bool(re.search(r"\(ID\d+\)", head)) for head in heads) >= 2


def _tool(headings: Sequence[str], heading_row: tuple[int, ...], top: Sequence[Sequence[str]]) -> tuple[str, str]:
    """Which tool exported a file, and what tells it."""
    names = [caseless(heading) for heading in headings]
    if (top[0] and caseless(top[0][0]) == "alias") or _has_codes([cell for row in top[:6] for cell in row]):
        return "EUSurvey", "its rows above the headings, or its codes such as (ID289)"
    if {"_uuid", "_submission_time"} & set(names) or {"_id", "_index"} <= set(names):
        return KOBO, "its columns _id, _uuid or _submission_time"
    if any(re.match(r"(submitdate|lastpage|startlanguage)\b|\w+\[\w+\]\.", name) for name in names):
        return "LimeSurvey", "its headings such as submitdate or code[part]."
    if len(heading_row) == 2:
        return "SurveyMonkey or LimeSurvey", "its two rows of headings"
    system = words().system
    if len(names) > 4 and names[0] == "id" and names[1] in system["start"] and names[2] in system["time"]:
        return "Microsoft Forms", f"its first columns {', '.join(headings[:3])}"
    if stamp := next((heading for heading in headings[:2] if caseless(heading) in system["google"]), ""):
        return "Google Forms", f"its column {stamp!r}"
    return "another tool", "no tool’s own columns are known in it"
