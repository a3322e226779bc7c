"""Lists of courses as people keep them: read whole, or refused with row, column, value and choices."""

import pytest
from openpyxl import Workbook
from support import ROOT

from sctrain.catalogue import read_catalogue
from sctrain.errors import ImportRefused
from sctrain.load.courses import load_courses

HEAD = "code,title,hours,competencies"


@pytest.fixture
def given(tmp_path, small):
    def load(*lines, known=small):
        file = tmp_path / "courses.csv"
        file.write_text("\n".join(lines), encoding="utf-8")
        return load_courses(file, known)

    return load


def test_a_list_is_read_by_code_or_label_in_any_case(given):
    found = given(HEAD, "X1,First,12,a; Competency C ", 'X2,Second,"7,5",COMPETENCY B', "X3,Third,,").offered
    assert found["course"].tolist() == ["X1", "X2", "X3"]
    assert found["competencies"].tolist() == ["a+c", "b", ""]
    assert found["hours"].fillna(-1).tolist() == [12, 7.5, -1]
    assert (found[["provider", "language", "method", "link"]] == "").all(axis=None)


def test_competencies_may_have_a_column_each(given):
    found = given("Code;Title;a;Competency B;c", "X1;First;x;no;Yes", "X2;Second;;1;").offered
    assert found["competencies"].tolist() == ["a+c", "b"]


def test_a_workbook_is_read_from_the_sheet_whose_headings_are_known(tmp_path, small):
    book = Workbook()
    book.active.append(["something", "else"])
    sheet = book.create_sheet("Courses")
    for row in (["code", "title", "hours", "competencies"], ["X1", "First", 8, "a;b"]):
        sheet.append(row)
    book.save(tmp_path / "courses.xlsx")
    found = load_courses(tmp_path / "courses.xlsx", small)
    assert found.offered["competencies"].tolist() == ["a+b"]
    assert found.notes == ("read the sheet 'Courses'",)


def test_columns_that_are_not_asked_for_are_not_read_and_named(given):
    found = given(f"{HEAD},contact,price", "X1,First,3,a,Ann Smith ann@example.org,90")
    assert found.unused == ("contact", "price")
    assert "Ann" not in found.offered.to_json()
    assert "columns not read: contact, price" in str(found)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("X1,First,3,d", "row 2, column 'competencies': 'd' is not one of: a, b, c"),
        ("X1,First,long,a", "row 2, column 'hours': 'long' is no number of hours above 0 and up to 5000"),
        ("X1,First,-2,a", "row 2, column 'hours': '-2' is no number of hours"),
        ("X 1,First,3,a", "row 2, column 'code': 'X 1' is no code: letters, digits, _ and - only"),
        (",First,3,a", "row 2, column 'code': is missing"),
        ("X1,,3,a", "row 2, column 'title': is missing"),
        ("X1,First (ask ann@example.org),3,a", "row 2, column 'title': 'First (ask ann@example.org)' holds an e-mail"),
        ("X1,First,3,a,more", "row 2: 5 cells, and there are 4 headings"),
        ("X1," + "F" * 201 + ",3,a", "is longer than 200 characters"),
    ],
)
def test_a_cell_that_cannot_be_read_is_refused_by_row_column_value_and_choices(given, row, said):
    with pytest.raises(ImportRefused) as refused:
        given(HEAD, row)
    assert said in str(refused.value)
    assert "courses.csv: no course is stored; cells that cannot be read: 1" in str(refused.value)


def test_a_code_that_stands_twice_is_refused_with_the_other_row(given):
    with pytest.raises(ImportRefused, match="row 4, column 'code': 'X1' is the code of row 2 too"):
        given(HEAD, "X1,First,3,a", "X2,Second,3,a", "X1,Third,3,b")


@pytest.mark.parametrize("link", ["javascript:alert(1)", "example.org", "https://ann@example.org/x", "https://x y"])
def test_a_link_is_a_web_address_without_a_person(given, link):
    with pytest.raises(ImportRefused, match="row 2, column 'link'"):
        given("code,title,competencies,link", f"X1,First,a,{link}")


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("title,competencies", "no column 'code'; the headings are: title, competencies"),
        ("code,title", "no column 'competencies', nor one called like a competency"),
        ("code,title,title,competencies", "more than one column holds 'title'"),
        ("code,title,a,Competency A", "more than one column holds 'a'"),
    ],
)
def test_headings_that_do_not_do_are_named(given, head, said):
    with pytest.raises(ImportRefused, match=said):
        given(head, "X1,First,x,x")


def test_a_list_without_rows_is_refused(given):
    with pytest.raises(ImportRefused, match="no rows below the headings"):
        given(HEAD)


def test_the_example_goes_with_the_catalogue_that_ships_and_says_that_it_is_made_up():
    found = load_courses(ROOT / "data" / "courses" / "example.csv", read_catalogue())
    assert len(found.offered) == 12
    assert found.notes == ("1 of them name no competency of the catalogue",)
    assert found.offered["provider"].str.startswith("Example ").all()
    assert "made up" in (ROOT / "data" / "courses" / "README.md").read_text(encoding="utf-8")
