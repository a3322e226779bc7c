"""Registrations as people: headings, values in many spellings, what is refused, and uploads that touch no disk."""

import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from sctrain.catalogue import BUILT_IN, Catalogue, read_catalogue
from sctrain.errors import ImportRefused
from sctrain.load import registrations
from sctrain.load.registrations import Registrations
from sctrain.seating import Registrant

CATALOGUE = read_catalogue(BUILT_IN)
PAGE = (Path(__file__).parents[2] / "docs" / "seating.md").read_text(encoding="utf-8")


def read(text: str, name: str = "room.csv") -> Registrations:
    return registrations.read(text.encode(), name, CATALOGUE)


def refusal(text: str) -> str:
    with pytest.raises(ImportRefused) as refused:
        read(text)
    return str(refused.value)


def test_a_person_is_a_name_a_profile_and_two_rules():
    found = read("name,role,city_size,together,apart\nAnna Roe,elected,s,Pair 1,\nBo Li,,XXL,pair  1,Firm\n")
    assert found.people == (
        Registrant("Anna Roe", {"role": "elected", "city_size": "s"}, "pair 1", "", 2),
        Registrant("Bo Li", {"role": "", "city_size": "xxl"}, "pair 1", "firm", 3),
    )
    assert found.unused == ()


@pytest.mark.parametrize("value", ["ict", "ICT and data", "it", "INFORMATION  technology"])
def test_a_value_is_a_code_a_label_or_a_synonym(value):
    assert read(f"name;Discipline\nAnna;{value}\n").people[0].profile == {"discipline": "ict"}


@pytest.mark.parametrize("heading", ["city_size", "City size", "CITY SIZE", " city  size "])
def test_a_heading_is_the_code_or_the_label_of_a_dimension(heading):
    assert read(f"Name,{heading}\nAnna,M\n").people[0].profile == {"city_size": "m"}


def test_open_dimensions_take_any_text():
    people = read("name,region,country\nAnna,ES51,España\nBo,es51,ES\n").people
    assert [p.profile for p in people] == [{"region": "es51", "country": "ES"}] * 2


def test_columns_not_read_are_named():
    found = read("name,e-mail,role,diet\nAnna,a@b,elected,vegan\n")
    assert found.unused == ("e-mail", "diet")
    assert str(found) == "room.csv: 1 people\n  columns not read: e-mail, diet"
    assert "a@b" not in repr(found)


def test_what_was_not_said_and_who_shares_a_name_is_noted():
    notes = read("name,role\nAnna Roe,elected\nBo Li,\nanna  roe,\n").notes
    assert notes == (
        "rows 2, 4 have the same name: their cards look alike",
        "Role: 2 of 3 did not say, and are not mixed by it",
    )


def test_unknown_values_are_refused_with_row_column_value_and_choices():
    text = refusal("name,Role,City size\nAnna,elected,S\n\nBo,wizard,huge\n")
    assert "nobody is seated; cells or rows that cannot be read: 2" in text
    assert "row 4, column 'Role': 'wizard' is not one of: Programme manager, Head of department" in text
    assert "row 4, column 'City size': 'huge' is not one of: Town, under 50" in text
    assert "Bo" not in text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("role\nelected\n", "no column 'name'; the headings are: role"),
        ("", "no column 'name'; the headings are: none"),
        ("name,role\n", "there is no row below the headings"),
        ("name,role\n,elected\n", "row 2, column 'name': no name"),
        ("name,role,Role\nAnna,elected,elected\n", "more than one column holds 'role'"),
        ("name,role\nAnna,elected,12\n", "row 2: 3 cells, and there are 2 headings"),
        ("name\n" + "Anna\n" * 401, "more than 400 people"),
        ("name,role\n" + "Anna,wizard\n" * 25, "… and 5 more"),
    ],
)
def test_what_is_no_registration_is_refused(text, says):
    assert says in refusal(text)


def test_a_file_and_its_bytes_are_the_same_people(tmp_path):
    file = tmp_path / "room.csv"
    file.write_text("name\trole\nAnna\telected\n", encoding="utf-16")
    found = registrations.read(file, catalogue=CATALOGUE)
    assert found.people == registrations.read(file.read_bytes(), "upload.csv", CATALOGUE).people
    assert found.file == str(file)
    assert [*tmp_path.iterdir()] == [file]


def test_a_workbook_is_read_from_the_sheet_that_has_names():
    book = Workbook()
    book.active.append(["Read me first"])
    sheet = book.create_sheet("People")
    for row in (["Name", "Role", "Together"], ["Zoë", "Mayor", 1], [None, None, None], ["Bo", None, "1.0"]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    found = registrations.read(out.getvalue(), "room.xlsx", CATALOGUE)
    assert [(p.name, p.profile["role"], p.together, p.row) for p in found.people] == [
        ("Zoë", "elected", "1", 2),
        ("Bo", "", "1", 4),
    ]
    assert found.notes[0] == "read the sheet 'People'"


def test_a_damaged_workbook_a_missing_and_a_huge_file_are_refused(tmp_path):
    with pytest.raises(ImportRefused, match=r"room\.xlsx: this is no whole XLSX workbook"):
        registrations.read(b"PK\x03\x04 and no more", "room.xlsx", CATALOGUE)
    with pytest.raises(ImportRefused, match="No such file"):
        registrations.read(tmp_path / "none.csv", catalogue=CATALOGUE)
    with pytest.raises(ImportRefused, match="5000001 bytes"):
        registrations.read(b"n" * 5_000_001, "room.csv", CATALOGUE)


def test_old_spreadsheets_are_read_as_cp1252():
    found = registrations.read("name\nJürgen\n".encode("cp1252"), "room.csv", CATALOGUE)
    assert found.people[0].name == "Jürgen"
    assert found.notes == ("read as cp1252, since it is not UTF-8",)


def test_a_catalogue_with_several_options_takes_them_joined_by_plus():
    given = CATALOGUE.model_dump()
    given["dimension"] = [d | {"multiple": d["code"] == "discipline"} for d in given["dimension"]]
    several = Catalogue.model_validate(given)
    found = registrations.read(b"name,discipline\nAnna,Law + ICT\n", "room.csv", several)
    assert found.people[0].profile == {"discipline": "ict+law"}


def test_the_example_of_the_page_is_read():
    example = PAGE.split("```csv\n")[1].split("```")[0]
    people = read(example).people
    assert [p.row for p in people] == [2, 3, 4, 5, 6, 7]
    assert [p.together for p in people].count("anna and her interpreter") == 2
    assert [p.apart for p in people].count("acme") == 2
    assert people[0].profile == {"role": "elected", "discipline": "planning", "city_size": "m", "country": "ES"}
