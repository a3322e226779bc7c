"""A CSV or XLSX file as records of text, in the order and number a spreadsheet shows.

Text is read as text: `None`, `NA` and `007` stay what they are.
"""

from __future__ import annotations

import codecs
import csv
import io
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from charset_normalizer import from_bytes

from sctrain.errors import ImportRefused
from sctrain.load import limits, old_books

Record = Sequence[str]
Progress = Callable[[int, int], None]
"""Called with what is done and the whole, both in bytes of a CSV or rows of a sheet."""
TOLD_EVERY = 20_000
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""The encoding that each byte order mark at the start of a file stands for."""

OTHERS = (
    "cp1252",
    "mac_roman",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1256",
    "gb18030",
    "shift_jis",
    "euc_kr",
    "big5",
)
"""Encodings that exports without a mark have been met in, other than UTF-8."""
SAMPLE = 1 << 18
"""Bytes that an encoding is told from."""
FEW = 8
"""Bytes beyond ASCII below which no encoding can be told from another."""

DAMAGE = (
    *(BadZipFile, zlib.error, ParseError, SyntaxError, LookupError, ValueError, TypeError, AttributeError),
    *(EOFError, OSError, RuntimeError, ArithmeticError, AssertionError),
)
"""What a damaged or protected workbook has been seen to raise: its reader checks little of what it finds."""


def quiet(_done: int, _total: int) -> None:
    """The Progress that tells nobody."""


def is_workbook(path: Path) -> bool:
    """Whether the file is a workbook by its first bytes; ImportRefused if it is none of the files we read."""
    return limits.start_of(path).startswith((limits.ZIP, limits.OLD_BOOK))


def _is_old(path: Path) -> bool:
    """Whether a workbook is one from before 2007, `.xls`."""
    return limits.start_of(path).startswith(limits.OLD_BOOK)


def encoding_of(path: Path) -> str:
    """What the byte order mark says, else UTF-8 if the whole file is that, else the one that fits best, or cp1252."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with limits.opened(path) as raw:
        block = raw.read(SAMPLE)
        marked = [name for mark, name in MARKS.items() if block.startswith(mark)]
        if marked:
            return marked[0]
        try:
            while block:
                decoder.decode(block)
                sample, block = block, raw.read(SAMPLE)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return _likely(block or sample)
    return "utf-8"


def _likely(sample: bytes) -> str:
    """The encoding in which a sample reads most like text. cp1252 where it cannot be told, or makes no difference."""
    beyond = sum(byte > 127 for byte in sample)
    best = from_bytes(sample, cp_isolation=[*OTHERS]).best() if beyond >= FEW else None
    if best is None or "cp1252" in best.could_be_from_charset or str(best) == sample.decode("cp1252", "replace"):
        return "cp1252"
    return best.encoding


def csv_records(path: Path, encoding: str, delimiter: str, tell: Progress = quiet) -> Iterator[Record]:
    """The records of a CSV, empty ones too; ImportRefused where the encoding or a quotation fails."""
    total = path.stat().st_size
    number = 0
    with limits.opened(path) as raw, io.TextIOWrapper(raw, encoding, newline="") as text:
        lines = limits.Lines(path, text)
        try:
            for number, record in enumerate(csv.reader(lines, delimiter=delimiter), 1):
                lines.taken = 0
                yield record
                if number % TOLD_EVERY == 0:
                    tell(max(0, min(raw.tell(), total)), total)
        except UnicodeError as error:
            raise ImportRefused(f"{path}: after row {number}: {_undecoded(error, encoding)}") from error
        except csv.Error as error:
            raise ImportRefused(f"{path}: after row {number}: {error}; is a quotation mark left open?") from error
    tell(total, total)


def _undecoded(error: UnicodeError, encoding: str) -> str:
    odd = f"the byte {error.object[error.start]:#04x}" if isinstance(error, UnicodeDecodeError) else "what follows"
    return f"{odd} is not {encoding}; name the file's encoding in file.encoding, for example mac_roman"


def sheet_names(path: Path) -> list[str]:
    """The names of a workbook's sheets, in its order; ImportRefused if it is damaged."""
    if _is_old(path):
        return old_books.names(path)
    with path.open("rb") as raw, _refusing_damage(path):
        limits.check_workbook(path)
        return [sheet.title for sheet in _workbook(raw).worksheets]


def sheet_records(path: Path, sheet: str, tell: Progress = quiet) -> Iterator[Record]:
    """The rows of a sheet, each as wide as the widest before it; ImportRefused if it is damaged."""
    if _is_old(path):
        yield from _widened(path, old_books.rows(path, sheet), tell, 0)
        return
    with path.open("rb") as raw, _refusing_damage(path):
        limits.check_workbook(path)
        yield from _rows_of(path, _workbook(raw)[sheet], tell)


def _workbook(raw: BinaryIO) -> Any:
    from openpyxl import load_workbook  # 17 MB that a server needs for uploads only

    with warnings.catch_warnings():  # of styles and validations, which do not matter here
        warnings.simplefilter("ignore", UserWarning)
        return load_workbook(raw, read_only=True, data_only=True)


@contextmanager
def _refusing_damage(path: Path) -> Iterator[None]:
    try:
        yield
    except DAMAGE as error:
        raise ImportRefused(
            f"{path}: this is no whole XLSX workbook; open it in a spreadsheet and save it anew"
        ) from error


def _rows_of(path: Path, sheet: Any, tell: Progress) -> Iterator[Record]:
    total = sheet.max_row or 0
    sheet.reset_dimensions()  # some exports state a size that is wrong
    rows = ([*map(_text, values)] for values in sheet.iter_rows(values_only=True))
    yield from _widened(path, rows, tell, total)


def _widened(path: Path, rows: Iterable[list[str]], tell: Progress, total: int) -> Iterator[Record]:
    width = number = cells = 0
    for number, values in enumerate(rows, 1):
        cells += len(values)
        if cells > limits.MOST_CELLS or number > limits.MOST_ROWS:
            raise ImportRefused(f"{path}: more than {limits.MOST_CELLS} cells; save the sheet as CSV")
        width = max(width, len(values))
        # A row that the sheet leaves out stays empty: a million of them must cost nothing.
        yield [*values, *[""] * (width - len(values))] if values else ()
        if number % TOLD_EVERY == 0:
            tell(number, max(total, number))
    tell(number, number)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    text = str(value.total_seconds()) if isinstance(value, timedelta) else str(value)
    # Half a sign can be written into a workbook, and nowhere else.
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
