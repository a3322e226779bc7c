"""A frame as CSV or XLSX, with what it is based on in the file itself.

*Facts* are the base of a table: event, filters, people, date, data version, threshold.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from sctrain.frames import MEASURES, Frame
from sctrain.selection import Selection
from sctrain.views import Room, people

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula at the beginning of a text."""


def facts(room: Room, selection: Selection, today: date | None = None) -> dict[str, str]:
    """What a table of this selection is based on, in words, in the order it is told."""
    n = people(room, selection)
    compared = room.catalogue.comparisons[selection.by].label if selection.by else ""
    return {
        "event": room.title + (" (made-up demo data)" if room.is_demo else ""),
        "filters": selection.words(room.catalogue, room.label),
        "compared_by": compared,
        "people": f"hidden to protect fewer than {room.threshold}" if n is None else str(n),
        "ranked_by": MEASURES[selection.measure],
        "quadrants_divided_at": selection.cross,
        "data_version": str(room.version),
        "hidden_below": str(room.threshold),
        "retrieved": (today or date.today()).isoformat(),
        "source": room.catalogue.catalogue.source,
    }


def labelled(frame: pd.DataFrame, room: Room, by: str | None = None) -> pd.DataFrame:
    """The same frame with a label column after each column of codes."""
    catalogue, groups = room.catalogue, room.group_labels(by) if by else {}
    out = frame.copy()
    if "competency" in out:
        out.insert(list(out).index("competency") + 1, "competency_label", out["competency"].map(catalogue.labels))
    if "group" in out and by:
        out.insert(list(out).index("group") + 1, "group_label", out["group"].map(lambda g: groups.get(g, g)))
    if "option" in out:
        names = [room.label(d, o) for d, o in zip(out["dimension"], out["option"], strict=True)]
        out.insert(list(out).index("option") + 1, "option_label", names)
    return out


def to_csv(frame: pd.DataFrame, based_on: Mapping[str, str]) -> bytes:
    """UTF-8 CSV: the frame, then the facts as columns, so that every row tells its base."""
    safe = frame.assign(**dict(based_on)).map(unformula)
    return safe.to_csv(index=False, lineterminator="\n").encode("utf-8")


def to_xlsx(frame: pd.DataFrame, based_on: Mapping[str, str], contract: Frame) -> bytes:
    """A workbook of three sheets: the numbers (headers frozen), what they are based on, the columns."""
    from openpyxl import Workbook  # 17 MB that most visitors never need

    book = Workbook()
    numbers = book.active
    numbers.title = "Numbers"
    fill(numbers, [list(frame.columns), *frame.astype(object).where(frame.notna(), None).to_numpy().tolist()])
    fill(book.create_sheet("Based on"), [["what", "value"], *map(list, based_on.items())])
    rows = [[c.name, c.says, c.unit] for c in contract.columns if c.name in frame]
    fill(book.create_sheet("Columns"), [["column", "meaning", "unit"], *rows])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def fill(sheet: Worksheet, rows: list[list[Any]]) -> None:
    """Write rows into an empty sheet: texts stay texts, the first row is bold and stays in sight."""
    from openpyxl.cell.cell import TYPE_STRING
    from openpyxl.styles import Font

    for row in rows:
        sheet.append(row)
    for cell in (cell for row in sheet.iter_rows() for cell in row):
        if isinstance(cell.value, str):
            cell.data_type = TYPE_STRING  # a text that begins with = stays a text
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"


def unformula(value: object) -> object:
    """The value; a text that a spreadsheet would take for a formula with a quotation mark before it."""
    if not isinstance(value, str):
        return value
    # A lone CR ends a line for spreadsheets, but the CSV writer quotes only LF.
    plain = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{plain}" if value.startswith(FORMULA) else plain
