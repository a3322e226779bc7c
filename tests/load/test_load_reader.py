"""From a file to columns of text: encodings, delimiters, headings, row numbers, workbooks."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from sctrain.errors import ImportRefused, MappingError
from sctrain.load.mapping import Mapping
from sctrain.load.reader import Rows, read_rows


def mapping(*headings: str, **file: object) -> Mapping:
    ratings = [{"competency": f"c{i}", "level": heading} for i, heading in enumerate(headings)]
    return Mapping.model_validate({"file": file, "rating": ratings})


def rows_of(tmp_path: Path, content: str | bytes, *headings: str, **file: object) -> Rows:
    path = tmp_path / "a.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_rows(path, mapping(*headings, **file))


def column(rows: Rows, heading: str) -> list[str]:
    return rows.cells[heading].values().tolist()


@pytest.mark.parametrize(
    ("encoding", "given", "notes"),
    [
        ("utf-8", "", 0),
        ("utf-8-sig", "", 0),
        ("utf-8-sig", "utf-8", 0),
        ("utf-16", "", 0),
        ("cp1252", "", 1),
        ("cp1252", "cp1252", 0),
        ("mac_roman", "mac_roman", 0),
    ],
)
def test_the_encoding_is_seen_or_given(tmp_path: Path, encoding: str, given: str, notes: int) -> None:
    rows = rows_of(tmp_path, "Größe;Straße\nMünchen – klein;ä\n".encode(encoding), "Größe", "Straße", encoding=given)
    assert column(rows, "Größe") == ["München – klein"]
    assert len(rows.notes) == notes


def test_bytes_of_no_known_encoding_ask_for_its_name(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match=r"0x8f is not cp1252.*file\.encoding.*mac_roman"):
        rows_of(tmp_path, "a,b\nfran\x8fais,1\n".encode("latin-1"), "a")


@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_the_delimiter_is_the_one_that_finds_the_headings(tmp_path: Path, delimiter: str) -> None:
    text = delimiter.join(["Other; or, none | at all".replace(delimiter, "/"), "B"]) + f"\n1{delimiter}2\n"
    assert column(rows_of(tmp_path, text, "B"), "B") == ["2"]


def test_headings_are_folded_numbered_and_found_by_place(tmp_path: Path) -> None:
    text = '"How often\u00a0do\n you?",Data,Data,,Law\n1,2,3,4,5\n'
    rows = rows_of(tmp_path, text, "How often do you?", "Data#2", "column 4", "column 5")
    assert rows.headings == ("How often do you?", "Data", "Data#2", "column 4", "Law")
    assert [column(rows, heading) for heading in rows.cells] == [["1"], ["3"], ["4"], ["5"]]
    assert rows.unused == ("Data",)


@pytest.mark.parametrize(
    ("file", "heading", "first"),
    [
        ({"heading_row": 3}, "B", "x"),
        ({"heading_row": [2, 3]}, "Grid - B", "x"),
        ({"heading_row": 3, "skip_rows": 1}, "B", "y"),
    ],
)
def test_headings_may_stand_lower_and_in_two_rows(
    tmp_path: Path, file: dict[str, object], heading: str, first: str
) -> None:
    rows = rows_of(tmp_path, "Survey of 2018,\nGrid,\nA,B\n1,x\n2,y\n", heading, **file)
    assert column(rows, heading)[0] == first


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, 'A,B\r\n"1\r\n2",x\r\n\r\n,\r\n3,y\r\n', "A")
    assert rows.number.tolist() == [2, 5]
    assert column(rows, "A") == ["1\r\n2", "3"]


def test_text_is_read_as_text(tmp_path: Path) -> None:
    words = ["None", "NA", "n/a", "nan", "NULL", "007", "1e3", "-"]
    rows = rows_of(tmp_path, "A,B\n" + "".join(f"{word},x\n" for word in words), "A")
    assert column(rows, "A") == words


def test_a_row_of_another_width_is_ragged_unless_only_blanks_are_beyond(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, "A,B\n1,2\n3\n4,5,,\n6,7,8\n", "A")
    assert column(rows, "A") == ["1", "4"]
    assert rows.ragged == ((3, 1), (5, 3))


def test_a_heading_that_is_not_there_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(MappingError) as refused:
        rows_of(tmp_path, "Data (level),Law (level)\n1,2\n", "Data level", "Law (level)", "X", "Y")
    assert refused.value.key == "rating.c0.level"
    assert "the nearest are: 'Data (level)'" in refused.value.reason
    assert "2 more are missing: 'X', 'Y'" in refused.value.reason


def test_a_wrong_delimiter_is_suspected_where_there_is_one_column(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"single column: is file\.delimiter right\?"):
        rows_of(tmp_path, "A,B\n1,2\n", "A", delimiter=";")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "no headings in row 1"),
        ("\n\n", "no headings in row 1"),
        ("A,B\n", "no row below the headings"),
        ("A,B\n,\n", "no row below the headings"),
        ('A,B\n"1,2\n' + "3,4\n" * 50_000, "after row 1: .*quotation mark left open"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "no whole workbook, or a protected one"),
        (b"PK\x03\x04 and then nothing", "no whole XLSX workbook"),
    ],
)
def test_a_file_that_holds_no_answers_is_refused(tmp_path: Path, content: str | bytes, says: str) -> None:
    with pytest.raises(ImportRefused, match=says):
        rows_of(tmp_path, content, "A")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match=r"none\.csv: No such file"):
        read_rows(tmp_path / "none.csv", mapping("A"))


def workbook(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    book = Workbook()
    book.active.title = "Read me"
    answers = book.create_sheet("Answers")
    for row in rows:
        answers.append(row)
    book.save(path)
    return path


def test_a_workbook_gives_whole_numbers_and_iso_times(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["A", "B", "C"],
        [4.0, 2.5, datetime(2018, 11, 15, 16, 30)],
        [None, None, None],
        [True, None, "x"],
    ]
    read = read_rows(workbook(tmp_path / "a.xlsx", rows), mapping("A", "B", "C"))
    assert [column(read, heading) for heading in "ABC"] == [
        ["4", "True"],
        ["2.5", ""],
        ["2018-11-15T16:30:00", "x"],
    ]
    assert read.number.tolist() == [2, 4]
    assert read.notes == ("read the sheet 'Answers'",)


def test_a_workbook_is_known_by_its_bytes_and_its_sheets_are_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.csv", [["A"], [1]])
    with pytest.raises(MappingError, match=r"no sheet 'Antworten'; there are: Read me, Answers"):
        read_rows(path, mapping("A", sheet="Antworten"))


def test_a_damaged_workbook_is_refused_wherever_the_damage_is(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "a.xlsx", [["A", "B"], *[[i % 5, f"text {i}"] for i in range(50)]]).read_bytes()
    path = tmp_path / "b.xlsx"
    outcomes: set[object] = set()
    for place in range(4, len(whole), 61):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 255]) + whole[place + 1 :])
        try:
            outcomes.add(read_rows(path, mapping("A")).number.size)
        except (ImportRefused, MappingError) as error:
            outcomes.add(type(error).__name__)
    assert outcomes <= {50, "ImportRefused", "MappingError"}
    assert {50, "ImportRefused"} <= outcomes


@settings(deadline=None)
@given(st.text(alphabet='",;\n\r\t|A1 \0ä\ufeff', max_size=60).map(str.encode) | st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        try:
            rows = rows_of(Path(folder), content, "column 1")
        except (ImportRefused, MappingError):
            return
    assert rows.number.size + len(rows.ragged) > 0


def test_equal_rows_have_keys_of_their_own_that_a_second_reading_gives_again(tmp_path: Path) -> None:
    first = rows_of(tmp_path, 'A,B\nx,"1\n2"\ny,2\nx,"1\n2"\n', "A").key.tolist()
    again = rows_of(tmp_path, 'A,B\r\nx,"1\r\n2"\r\ny,2\r\nx,"1\r\n2"\r\n', "B").key.tolist()
    assert first == again
    assert len(set(first)) == 3
    assert first[0].removesuffix("-0") == first[2].removesuffix("-1")


def test_progress_rises_to_the_whole(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = tmp_path / "a.csv"
    path.write_text("A,B\n" + "1,2\n" * 45_000)
    read_rows(path, mapping("A"), lambda done, total: told.append((done, total)))
    assert len(told) == 3
    assert told == sorted(told)
    assert told[-1] == (path.stat().st_size, path.stat().st_size)
