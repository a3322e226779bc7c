"""A CSV or XLSX file as records of text, in the order and number a spreadsheet shows.

Text is read as text: `None`, `NA` and `007` stay what they are.
"""

from __future__ import annotations

import codecs
import csv
import io
import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl import load_workbook

from sctrain.errors import ImportRefused

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

DAMAGE = (BadZipFile, zlib.error, ParseError, KeyError, ValueError, EOFError, OSError, RuntimeError)
"""What a damaged or protected workbook has been seen to raise."""


def quiet(_done: int, _total: int) -> None:
    """The Progress that tells nobody."""


def is_workbook(path: Path) -> bool:
    """Whether the file is an XLSX workbook by its first bytes; ImportRefused if it cannot be read."""
    try:
        with path.open("rb") as raw:
            start = raw.read(4)
    except OSError as error:
        raise ImportRefused(f"{path}: {error.strerror}") from error
    if start == b"\xd0\xcf\x11\xe0":
        raise ImportRefused(f"{path}: this is an old or a protected workbook; save it as XLSX or CSV")
    return start == b"PK\x03\x04"


def encoding_of(path: Path) -> str:
    """What the byte order mark says, else UTF-8 if the whole file is that, else cp1252."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as raw:
        start = raw.peek(4)
        marked = [name for mark, name in MARKS.items() if start.startswith(mark)]
        if marked:
            return marked[0]
        try:
            for block in iter(partial(raw.read, 1 << 20), b""):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def csv_records(path: Path, encoding: str, delimiter: str, tell: Progress = quiet) -> Iterator[Record]:
    """The records of a CSV, empty ones too; ImportRefused where the encoding or a quotation fails."""
    total = path.stat().st_size
    number = 0
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding, newline="") as text:
        try:
            for number, record in enumerate(csv.reader(text, delimiter=delimiter), 1):
                yield record
                if number % TOLD_EVERY == 0:
                    tell(raw.tell(), total)
        except UnicodeDecodeError as error:
            odd = error.object[error.start]
            reason = f"the byte {odd:#04x} is not {encoding}; name the file's encoding in file.encoding"
            raise ImportRefused(f"{path}: after row {number}: {reason}, for example mac_roman") from error
        except csv.Error as error:
            raise ImportRefused(f"{path}: after row {number}: {error}; is a quotation mark left open?") from error
    tell(total, total)


def sheet_names(path: Path) -> list[str]:
    """The names of a workbook's sheets, in its order; ImportRefused if it is damaged."""
    with path.open("rb") as raw, _refusing_damage(path):
        return list(_workbook(raw).sheetnames)


def sheet_records(path: Path, sheet: str, tell: Progress = quiet) -> Iterator[Record]:
    """The rows of a sheet, each as wide as the widest before it; ImportRefused if it is damaged."""
    with path.open("rb") as raw, _refusing_damage(path):
        yield from _rows_of(_workbook(raw)[sheet], tell)


def _workbook(raw: BinaryIO) -> Any:
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


def _rows_of(sheet: Any, tell: Progress) -> Iterator[Record]:
    total = sheet.max_row or 0
    sheet.reset_dimensions()  # some exports state a size that is wrong
    width = number = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
        width = max(width, len(values))
        yield [*map(_text, values), *[""] * (width - len(values))]
        if number % TOLD_EVERY == 0:
            tell(number, max(total, number))
    tell(number, number)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
