"""How large a file may be, and how it is opened: a refusal comes before time and memory are taken.

A *bomb* is a small file that unpacks to a huge one. What a survey export has been seen to be is far below each limit.
"""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from functools import partial
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from sctrain.errors import ImportRefused

MOST_BYTES = 2 << 30
"""Of a CSV."""
MOST_BOOK = 128 << 20
"""Bytes of a workbook."""
MOST_UNPACKED = 1 << 30
MOST_STRINGS = 64 << 20
"""Bytes of a workbook's table of texts, which is held in memory as a whole."""
MOST_DIRECTORY = 1 << 20
"""Bytes of the list of a workbook's parts."""
SMALL, RATIO = 8 << 20, 60
"""A part that unpacks to more than SMALL, and to RATIO times what it is packed, is a bomb; real ones have 4 to 30."""
MOST_LINE = 8 << 20
"""Characters of one row of a CSV."""
MOST_COLUMNS = 16_384
"""As many as a spreadsheet has."""
MOST_ROWS = 20_000_000
MOST_CELLS = 20_000_000
"""Of one sheet of a workbook."""
GZIP, ZIP, OLD_BOOK = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
BINARY = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"{\\rtf": "a text document",
    b"Rar!": "an archive",
    b"7z\xbc\xaf": "an archive",
    b"SQLi": "a database",
    b"PAR1": "a Parquet file",
}
"""What other files begin with that people mean to be a survey."""


def start_of(path: Path) -> bytes:
    """The first bytes of a file; ImportRefused if it is a folder, cannot be read, or is too large to be a survey."""
    if path.is_dir():
        raise ImportRefused(f"{path}: this is a folder; name one file in it")
    try:
        size = path.stat().st_size
        with path.open("rb") as raw:
            start = raw.read(8)
    except (OSError, ValueError) as error:
        raise ImportRefused(f"{path}: {getattr(error, 'strerror', None) or 'cannot be read'}") from error
    if size > MOST_BYTES:
        raise ImportRefused(f"{path}: {_size(size)}, and at most {_size(MOST_BYTES)} can be read; split it by rows")
    for begin, what in BINARY.items():
        if start.startswith(begin):
            raise ImportRefused(f"{path}: this is {what}, not a survey; export the answers as CSV or XLSX")
    return start


def opened(path: Path) -> BinaryIO:
    """A file's bytes, unpacked if they are packed by gzip; ImportRefused while reading if it is a bomb."""
    raw = path.open("rb")
    if raw.peek(2)[:2] != GZIP:
        return raw
    return cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, _Unpacked(path, raw))))


class _Unpacked(io.RawIOBase):
    """The content of a gzip file, up to a limit."""

    def __init__(self, path: Path, raw: BinaryIO) -> None:
        self._path, self._raw, self._inner = path, raw, gzip.GzipFile(fileobj=raw)
        self._size, self._done = path.stat().st_size, 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._raw.tell()

    def close(self) -> None:
        self._raw.close()
        super().close()

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        try:
            block = self._inner.read(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            raise ImportRefused(f"{self._path}: the packed file is damaged or cut off; download it again") from error
        self._done += len(block)
        if self._done > MOST_BYTES or self._done > max(SMALL, RATIO * self._size):
            raise ImportRefused(f"{self._path}: this unpacks to far more than a survey holds; nothing was read")
        buffer[: len(block)] = block
        return len(block)


class Lines:
    """The lines of a text, ends kept; ImportRefused at a row so long that it cannot be one of a table.

    `taken` counts the characters of a row; who reads rows sets it to 0 after each.
    """

    def __init__(self, path: Path, text: TextIO) -> None:
        self._path, self._next, self.taken = path, partial(text.readline, MOST_LINE), 0

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        line = self._next()
        if not line:
            raise StopIteration
        self.taken += len(line)
        if self.taken >= MOST_LINE:
            raise ImportRefused(
                f"{self._path}: a row has more than {MOST_LINE >> 20} million characters; is this a table of answers?"
            )
        return line


def check_workbook(path: Path) -> None:
    """ImportRefused if a workbook is larger than can be read, a bomb, or holds what no export writes."""
    size = path.stat().st_size
    if size > MOST_BOOK:
        raise ImportRefused(f"{path}: {_size(size)}, and a workbook may have {_size(MOST_BOOK)}; save it as CSV")
    if _directory_size(path) > MOST_DIRECTORY:
        raise ImportRefused(f"{path}: this workbook has far too many parts; save it anew as XLSX or CSV")
    with path.open("rb") as raw, zipfile.ZipFile(raw) as book:
        _check_kind(path, book.namelist())
        parts = book.infolist()
        unpacked = sum(part.file_size for part in parts)
        if unpacked > MOST_UNPACKED or any(map(_is_bomb, parts)) or _is_large(unpacked, size):
            raise ImportRefused(
                f"{path}: this unpacks to {_size(unpacked)}, far more than a survey holds; save it as CSV"
            )
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                with book.open(part) as content:
                    if b"<!DOCTYPE" in content.read(4096):
                        raise ImportRefused(f"{path}: {part.filename} declares a document type; save it anew as XLSX")


def _check_kind(path: Path, names: list[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    inside = [name for name in names if name.lower().endswith((".csv", ".xlsx", ".txt"))]
    if "mimetype" in names or "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise ImportRefused(f"{path}: this is a document of another kind; save the table in it as XLSX or CSV")
    if inside:
        shown = ", ".join(inside[:5])
        raise ImportRefused(f"{path}: this is an archive with {shown} in it; unpack it and import that file")
    raise ImportRefused(f"{path}: this is no whole XLSX workbook; open it in a spreadsheet and save it anew")


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    too_many_texts = part.filename.lower().endswith("sharedstrings.xml") and part.file_size > MOST_STRINGS
    return too_many_texts or _is_large(part.file_size, part.compress_size)


def _is_large(unpacked: int, packed: int) -> bool:
    return unpacked > SMALL and unpacked > RATIO * packed


def _directory_size(path: Path) -> int:
    """Bytes of the list of parts, as the end of the file states it; the list itself is not read."""
    with path.open("rb") as raw:
        raw.seek(0, io.SEEK_END)
        raw.seek(max(0, raw.tell() - 65_557))
        tail = raw.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or place + 20 > len(tail):
        raise ImportRefused(f"{path}: this is no whole XLSX workbook; open it in a spreadsheet and save it anew")
    return int(struct.unpack_from("<I", tail, place + 12)[0])


def check_width(path: Path, width: int) -> None:
    """ImportRefused where there are more columns than a spreadsheet has."""
    if width > MOST_COLUMNS:
        raise ImportRefused(f"{path}: {width} columns, and at most {MOST_COLUMNS} can be read; is the delimiter right?")


def _size(given: int) -> str:
    return f"{given / (1 << 20):.0f} MB" if given >= 1 << 20 else f"{given / 1024:.0f} kB"
