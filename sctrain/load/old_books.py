"""Workbooks as spreadsheets wrote them before 2007 (`.xls`), and as EUSurvey still exports them."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sctrain.errors import ImportRefused

MOST = 20 << 20
"""Bytes: such a workbook is read as a whole, and a cell of it takes ten times as much in memory."""
STREAMS = "Workbook", "Book"
"""The parts of such a file that hold the cells, the newer first."""
DAMAGE = (
    *(ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError, OSError, RuntimeError),
    *(StopIteration, TypeError, ValueError, struct.error),
)
"""What a damaged workbook has been seen to raise, beside what its reader says: it checks little of what it finds."""


def names(path: Path) -> list[str]:
    """The names of the sheets, in their order; ImportRefused if the workbook is damaged or protected."""
    with _book(path) as book:
        found: list[str] = book.sheet_names()
        return found


def rows(path: Path, sheet: str) -> Iterator[list[str]]:
    """The rows of a sheet as texts, each as wide as its last cell; ImportRefused as for `names`."""
    with _book(path) as book:
        held = book.sheet_by_name(sheet)
        for number in range(held.nrows):
            yield [_text(book, cell.ctype, cell.value) for cell in held.row(number)]


@contextmanager
def _book(path: Path) -> Iterator[Any]:
    import olefile  # for such uploads only
    import xlrd

    with path.open("rb") as raw:
        content = raw.read(MOST + 1)
    if len(content) > MOST:
        raise ImportRefused(f"{path}: an old workbook (.xls) may have {MOST >> 20} MB; save it as XLSX or CSV")
    silent = io.StringIO()
    try:
        # xlrd follows a chain of sectors that bites its tail until the memory is full; olefile does not.
        with olefile.OleFileIO(content, raise_defects=olefile.DEFECT_INCORRECT) as parts:
            name = next(name for name in STREAMS if parts.exists(name))
            stream = parts.openstream(name).read()
        yield xlrd.open_workbook(file_contents=stream, logfile=silent, on_demand=True, ragged_rows=True)
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError, *DAMAGE) as error:
        raise ImportRefused(
            f"{path}: this is no whole workbook, or a protected one; save it as XLSX or CSV without a password"
        ) from error


def _text(book: Any, kind: int, value: Any) -> str:
    import xlrd

    if kind == xlrd.XL_CELL_DATE:
        when = xlrd.xldate_as_datetime(value, book.datemode)
        return (when.time() if value < 1 else when).isoformat()
    if kind == xlrd.XL_CELL_BOOLEAN:
        return str(bool(value))
    if kind == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(value, ""))
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
