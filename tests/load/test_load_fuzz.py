"""Damaged and hostile files are imported or refused, as each limit says. More: `python -m tests.fuzz 10000`."""

import gzip
import io
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sctrain.catalogue import read_catalogue
from sctrain.errors import ImportRefused
from sctrain.load import limits
from sctrain.load.guess import propose
from sctrain.load.held import held
from sctrain.load.records import encoding_of
from tests import fuzz


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10**9))
def test_a_changed_export_is_imported_or_refused_and_no_row_is_lost(seed: int) -> None:
    rng = random.Random(seed)
    name, data = rng.choice(fuzz.bases())
    for _ in range(rng.randint(1, 3)):
        data = rng.choice(fuzz.CHANGES)(rng, data)
    with fuzz.within(fuzz.SECONDS):
        fuzz.outcome(name, data)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (fuzz._million_columns, "wide.csv: 1000001 columns, and at most 16384 can be read; is the delimiter right?"),
        (fuzz._bomb, "bomb.xlsx: this unpacks to 4. MB, far more than a survey holds"),
        (fuzz._gzip_bomb, "bomb.csv.gz: this unpacks to far more than a survey holds; nothing was read"),
        (fuzz._laughs, "laughs.xlsx: xl/worksheets/sheet1.xml declares a document type"),
        (fuzz._far_cells, "far.xlsx: more than 20000000 cells; save the sheet as CSV|holds ratings"),
    ],
)
def test_a_hostile_file_is_refused_before_it_takes_time_or_memory(make, says: str) -> None:
    name, data = make(random.Random(1))
    with pytest.raises(ImportRefused, match=says), fuzz.within(fuzz.SECONDS):
        propose(held(data, name), read_catalogue())


def archive(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr(name, "a,b\n1,2\n")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"%PDF-1.7 ...", "this is a PDF, not a survey; export the answers as CSV or XLSX"),
        (b"\x89PNG....", "this is a picture"),
        (b"\xd0\xcf\x11\xe0", "this is no whole workbook, or a protected one; save it as XLSX or CSV"),
        (b"", "the file is empty"),
        (b"\n\n,,\n", "the file is empty"),
        (archive("answers.csv"), "an archive with answers.csv in it; unpack it and import that file"),
        (archive("word/document.xml"), "a document of another kind"),
        (archive("readme"), "no whole XLSX workbook"),
        (archive("xl/workbook.xml")[:60], "no whole XLSX workbook"),
        (gzip.compress(b"a,b\n1,2\n" * 900)[:-9], "the packed file is damaged or cut off; download it again"),
    ],
)
def test_what_is_no_survey_is_named(data: bytes, says: str) -> None:
    with pytest.raises(ImportRefused, match=f"^a.csv: .*{says}"):
        propose(held(data, "a.csv"), read_catalogue())


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="this is a folder; name one file in it"):
        propose(tmp_path, read_catalogue())


def test_a_row_may_not_be_longer_than_any_table_has() -> None:
    text = io.StringIO('"a\n",' * (limits.MOST_LINE // 5 + 1))  # one record of short lines
    with pytest.raises(ImportRefused, match="a row has more than 8 million characters"):
        for _ in limits.Lines(Path("a.csv"), text):
            pass


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("¿Qué ciudad? Sí, Málaga;muy importante\nEspaña;años;educación\nCórdoba;información;gestión\n", "mac_roman"),
        ("¿Qué ciudad? Sí, Málaga;muy importante\nEspaña;años;educación\nCórdoba;información;gestión\n", "cp1252"),
        ("Bardzo ważne;źle;Łódź\nmiasto;średnio ważne;żółw\n", "cp1250"),
        ("Очень важно;Не важно;Москва\nгород;управление\n", "cp1251"),
        ("非常重要;不重要\n北京;城市管理\n", "gb18030"),
    ],
)
def test_the_encoding_is_told_from_the_text(text: str, encoding: str) -> None:
    assert encoding_of(held(text.encode(encoding), "a.csv")) == encoding
