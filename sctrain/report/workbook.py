"""A document as XLSX: what it stands on, a sheet for each table with its whole frame, and the data dictionary."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from sctrain.report.document import LANGUAGE, Block, Bullets, Document, Heading, Numbers, Tell, Text, plain
from sctrain.report.tables import fill

FIRST, LAST = "Report", "Data dictionary"
LONGEST = 31
"""Letters of a sheet's name, by the format."""
WIDEST = 60
"""Letters that a column is made wide for; longer texts are wrapped on the sheets of text."""
HEADS = ["sheet", "frame", "column", "meaning", "kind", "unit", "formula", "source", "made in"]


def write(document: Document, tell: Tell | None = None) -> bytes:
    """The document as the bytes of an XLSX file: its facts and sentences, its numbers, and what each column means.

    Numbers are numbers, with all their digits; a text that begins like a formula is a text.
    """
    book = Workbook()
    names = _names(document.numbers)
    _fill(book.active, FIRST, _report(document, names), wrapped=True)
    for done, numbers in enumerate(document.numbers, 1):
        _fill(book.create_sheet(), names[numbers.name], _rows(numbers))
        if tell:
            tell(done, len(document.numbers))
    _fill(book.create_sheet(), LAST, _dictionary(document.numbers, names), wrapped=True)
    book.properties.title, book.properties.subject = plain(document.title), plain(document.subtitle)
    book.properties.creator, book.properties.language = "sctrain", LANGUAGE
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _names(numbers: Sequence[Numbers]) -> dict[str, str]:
    """A sheet's name for each, in words, unlike the others."""
    found: dict[str, str] = {}
    for one in numbers:
        name = re.sub(r"[^\w ]+", " ", one.name.replace("_", " ")).strip().capitalize()[:LONGEST]
        while name.lower() in {known.lower() for known in (*found.values(), FIRST, LAST)}:
            name = f"{name[: LONGEST - 2]} {len(found)}"
        found[one.name] = name
    return found


def _report(document: Document, names: dict[str, str]) -> list[list[Any]]:
    """Title, facts, the sheets with what they hold and stand on, and what is said in sentences."""
    captions: dict[str, str] = {}
    for numbers, caption in document.captions:
        captions.setdefault(numbers.name, caption)
    sheets = [[names[one.name], captions[one.name], one.base.words] for one in document.numbers]
    rows: list[list[Any]] = [[document.title, document.subtitle, ""]]
    rows += [[name, value] for name, value in document.facts.items()]
    rows += [[], ["Sheet", "What it holds", "What it stands on"], *sheets, [LAST, "Every column, in words"], []]
    return rows + [line for block in document.blocks for line in _said(block)]


def _said(block: Block) -> list[list[str]]:
    if isinstance(block, Heading):
        return [[], [block.text]] if block.level == 1 else [[block.text]]
    if isinstance(block, Text):
        return [["", block.text]]
    return [["", item] for item in block.items] if isinstance(block, Bullets) else []


def _rows(numbers: Numbers) -> list[list[Any]]:
    frame = numbers.labelled
    values = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    return [list(map(str, frame.columns)), *([_value(v) for v in row] for row in values)]


def _value(value: Any) -> Any:
    return plain(value) if isinstance(value, str) else value.item() if hasattr(value, "item") else value


def _dictionary(numbers: Sequence[Numbers], names: dict[str, str]) -> list[list[Any]]:
    rows: list[list[Any]] = [HEADS]
    for one in numbers:
        columns = {column.name: column for column in one.contract.columns}
        for name in map(str, one.labelled.columns):
            c = columns.get(name)
            told = (
                [c.says, c.kind, c.unit, c.formula, c.cites]
                if c
                else ["in words: the column before", "text", "", "", ""]
            )
            rows.append([names[one.name], one.contract.name, name, *told, one.contract.source])
    return rows


def _fill(sheet: Worksheet, name: str, rows: list[list[Any]], *, wrapped: bool = False) -> None:
    """Write the rows, the first of them frozen, with columns as wide as what they hold."""
    sheet.title = name
    fill(sheet, [[plain(v) if isinstance(v, str) else v for v in row] for row in rows])
    for place, column in enumerate(sheet.iter_cols(), 1):
        longest = max((len(str(cell.value)) for cell in column if cell.value is not None), default=0)
        sheet.column_dimensions[column[0].column_letter].width = min(longest, WIDEST if place > 1 else 36) + 2
        if wrapped:
            for cell in column:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
