"""Damaged, hostile and odd survey files: `python -m tests.fuzz 10000` makes that many and reads each.

Every file must be imported or refused with an SctrainError, within ten seconds and a gigabyte, and no row may be lost.
"""

from __future__ import annotations

import gzip
import io
import random
import resource
import signal
import sys
import tempfile
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from openpyxl import Workbook

from sctrain.catalogue import Catalogue, read_catalogue
from sctrain.errors import SctrainError
from sctrain.load.guess import propose
from sctrain.load.held import held
from sctrain.load.kobo import opened
from sctrain.load.survey import load
from tests import exports

SECONDS = 10
OLD = Path(__file__).parent / "known" / "eusurvey.xls"
"""A workbook as spreadsheets wrote them before 2007."""
ODD = [
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b'"',
    b'""',
    b";",
    b"\r",
    b"\n\n",
    b"=1+1",
    b"\xe9\x81",
    "漢字".encode("gb18030"),
    b"1e999",
    b"-1",
    b"nan",
]


@cache
def usual() -> Catalogue:
    """The catalogue that ships, read once."""
    return read_catalogue()


@cache
def bases() -> tuple[tuple[str, bytes], ...]:
    """Name and content of a small export of each kind."""
    makers = (
        exports.google,
        exports.microsoft,
        exports.eusurvey,
        exports.limesurvey,
        exports.kobo,
        exports.surveymonkey,
        exports.repeats,
        exports.form,
    )
    with tempfile.TemporaryDirectory() as folder:
        files = [make(Path(folder)) for make in makers]
        found = [(file.name, file.read_bytes()) for file in files]
    return (
        *found,
        (OLD.name, OLD.read_bytes()),
        ("formulas.xlsx", _formulas()),
        ("packed.csv.gz", gzip.compress(found[0][1])),
    )


@cache
def coded() -> Path:
    """The export that the code book `form.xlsx` is of."""
    with tempfile.TemporaryDirectory() as folder:
        return held(exports.coded(Path(folder)).read_bytes(), "coded.csv")


def _formulas() -> bytes:
    """A workbook with formulas, merged cells and a part that is called as macros are."""
    made = Workbook()
    sheet = made.active
    for row in (["Importance [A]", "Importance [B]", "Level [A]", "Level [B]"], [5, 4, "=A2-3", 2], [4, 3, 2, "=1/0"]):
        sheet.append(row)
    sheet.merge_cells("A4:D9")
    out = io.BytesIO()
    made.save(out)
    with zipfile.ZipFile(out, "a") as book:
        book.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 macros")
    return out.getvalue()


def mutant(rng: random.Random) -> tuple[str, bytes]:
    """A file made of one of the exports by one to three changes, or one that is hostile from the start."""
    if rng.random() < 0.02:
        return rng.choice(HOSTILE)(rng)
    name, data = rng.choice(bases())
    for _ in range(rng.randint(1, 3)):
        data = rng.choice(CHANGES)(rng, data)
    return rng.choice([name, name, "answers.csv", "answers.xlsx", "answers"]), data


def _cut(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randint(0, len(data))]


def _flip(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 8) if data else 0):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _insert(rng: random.Random, data: bytes) -> bytes:
    place = rng.randint(0, len(data))
    return data[:place] + rng.choice(ODD) * rng.randint(1, 4) + data[place:]


def _repeat(rng: random.Random, data: bytes) -> bytes:
    start = rng.randint(0, len(data))
    piece = data[start : start + rng.randint(1, 400)]
    return data[:start] + piece * rng.randint(2, 30) + data[start:]


def _drop(rng: random.Random, data: bytes) -> bytes:
    start = rng.randint(0, len(data))
    return data[:start] + data[start + rng.randint(1, 200) :]


def _mixed(rng: random.Random, data: bytes) -> bytes:
    """Half in one encoding, half in another."""
    half = data.find(b"\n", len(data) // 2) + 1
    text = data[half:].decode("utf-8", "replace")
    return data[:half] + text.encode(rng.choice(["cp1252", "utf-16", "mac_roman", "gb18030"]), "replace")


def _swap(rng: random.Random, data: bytes) -> bytes:
    return data.replace(
        *rng.choice([(b",", b";"), (b";", b"\t"), (b"\n", b"\r"), (b'"', b""), (b"5", b"9"), (b"1", b"None")])
    )


def _inside(rng: random.Random, data: bytes) -> bytes:
    """A change in one part of a workbook, which stays a whole archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            parts = {info.filename: book.read(info) for info in book.infolist()}
    except (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, OSError, EOFError, KeyError):
        return _flip(rng, data)
    name = rng.choice([*parts, *(n for n in parts if "sheet" in n or "strings" in n)])
    parts[name] = rng.choice([_cut, _flip, _insert, _repeat, _drop, _attributes])(rng, parts[name])
    if rng.random() < 0.1:
        del parts[name]
    return zipped(parts)


def _attributes(rng: random.Random, data: bytes) -> bytes:
    """Rows and cells that say they stand somewhere else, or are something else."""
    pairs = [(b'r="2"', b'r="1048576"'), (b'r="A2"', b'r="XFD2"'), (b't="n"', b't="s"'), (b't="inlineStr"', b't="d"')]
    pairs += [
        (b"<v>5</v>", b"<v>99999999</v>"),
        (b'r="3"', b'r="-3"'),
        (b"<v>", b"<v>1e400"),
        (b'r="A1"', b'r="ZZZZ1"'),
    ]
    return data.replace(*rng.choice(pairs))


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in parts.items():
            book.writestr(name, part)
    return out.getvalue()


def _million_columns(rng: random.Random) -> tuple[str, bytes]:
    return "wide.csv", b",".join([b"Importance [A]", *[b"x"] * 1_000_000]) + b"\n" + b"1," * 1_000_000 + b"1\n"


def _long_line(rng: random.Random) -> tuple[str, bytes]:
    return "line.csv", b'"' * rng.randint(0, 1) + b"1;2;3 " * 3_000_000


def _bomb(rng: random.Random) -> tuple[str, bytes]:
    sheet = b"<worksheet><sheetData>" + b'<row><c t="n"><v>1</v></c></row>' * 1_500_000 + b"</sheetData></worksheet>"
    with zipfile.ZipFile(io.BytesIO(bases()[1][1])) as book:
        parts = {info.filename: book.read(info) for info in book.infolist()}
    parts[rng.choice(["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/media/x.xml"])] = sheet
    return "bomb.xlsx", zipped(parts)


def _gzip_bomb(rng: random.Random) -> tuple[str, bytes]:
    return "bomb.csv.gz", gzip.compress(b"a,b\n" + b"1,2\n" * 8_000_000, 9)


def _laughs(rng: random.Random) -> tuple[str, bytes]:
    """Entities that grow by being nested."""
    nested = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 9))
    head = f'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY l0 "ha">{nested}]>'
    with zipfile.ZipFile(io.BytesIO(bases()[1][1])) as book:
        parts = {info.filename: book.read(info) for info in book.infolist()}
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"</v>", b"&l8;</v>")
    parts["xl/worksheets/sheet1.xml"] = head.encode() + sheet
    return "laughs.xlsx", zipped(parts)


def _many_scales(rng: random.Random) -> tuple[str, bytes]:
    heads = ",".join(f"Importance [item {i} of many]" for i in range(3000))
    rows = "\n".join(",".join(str(rng.randint(1, 5)) for _ in range(3000)) for _ in range(6))
    return "many.csv", f"{heads}\n{rows}\n".encode()


def _far_cells(rng: random.Random) -> tuple[str, bytes]:
    rows = "".join(f'<row r="{i}"><c r="XFD{i}"><v>1</v></c></row>' for i in range(1, 1500))
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    with zipfile.ZipFile(io.BytesIO(bases()[1][1])) as book:
        parts = {info.filename: book.read(info) for info in book.infolist()}
    last = '<row r="99999999"><c r="A99999999"><v>1</v></c></row>' * rng.randint(0, 1)
    parts["xl/worksheets/sheet1.xml"] = f"<worksheet {space}><sheetData>{rows}{last}</sheetData></worksheet>".encode()
    return "far.xlsx", zipped(parts)


CHANGES: list[Callable[[random.Random, bytes], bytes]] = [
    _cut,
    _flip,
    _insert,
    _repeat,
    _drop,
    _mixed,
    _swap,
    _inside,
    _inside,
]
HOSTILE: list[Callable[[random.Random], tuple[str, bytes]]] = [
    *(_million_columns, _long_line, _bomb, _gzip_bomb, _laughs, _many_scales, _far_cells),
]


def outcome(name: str, data: bytes) -> str:
    """`kept`, or the refusal's kind. Whatever else is raised, or a row that is lost, is a fault."""
    file = held(data, name)
    try:
        file = (opened(coded(), file) if name == "form.xlsx" else opened(file)).path
        proposed = propose(file, usual())
        report = load(file, proposed.mapping, proposed.catalogue, skip_bad=True).report
    except SctrainError as error:
        return type(error).__name__
    assert report.read == report.kept + report.left_out + sum(n for _, n in report.excluded)
    return "kept"


class Late(BaseException):
    """Reading a file takes too long. No Exception, which a reader could take for damage."""


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Late where what is done takes longer: the processor's time, as others may use the machine too."""

    def stop(*_: object) -> None:
        raise Late(f"more than {seconds} s")

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def main(n: int, seed: int = 1) -> int:
    """Read so many files, tell what became of them; how many were neither imported nor refused."""
    told, faults, slowest = Counter[str](), 0, (0.0, "")
    for i in range(seed, seed + n):
        name, data = mutant(random.Random(i))
        start = time.process_time()
        try:
            with within(SECONDS):
                told[outcome(name, data)] += 1
        except (Exception, Late) as error:  # noqa: BLE001 - what is looked for is any other error
            faults += 1
            print(f"seed {i}, {name}: {type(error).__name__}: {error}")  # noqa: T201
        slowest = max(slowest, (time.process_time() - start, f"seed {i}, {name}"))
        if (i + 1 - seed) % 1000 == 0:
            print(f"{i + 1 - seed} read, {faults} faults", flush=True)  # noqa: T201
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{n} files: {dict(told)}, {faults} faults; slowest {slowest[0]:.1f} s ({slowest[1]}); {memory:.0f} MB")  # noqa: T201
    return faults


if __name__ == "__main__":
    sys.exit(min(1, main(*map(int, sys.argv[1:]))))
