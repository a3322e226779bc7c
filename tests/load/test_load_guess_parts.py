"""The parts of a proposal: headings taken apart, answers recognised, saved mappings found again."""

from pathlib import Path

import pytest

from sctrain.catalogue import read_catalogue
from sctrain.errors import ImportRefused
from sctrain.load.answers import Column, options_of, scale_of, separator_of, time_formats
from sctrain.load.guess import propose
from sctrain.load.headings import alike, side_of, split
from sctrain.load.keep import Saved, fitting, to_toml
from sctrain.load.look import look
from sctrain.load.mapping import fingerprint, mapping_of
from sctrain.load.words import plain


@pytest.mark.parametrize(
    ("headings", "question", "items"),
    [
        (["How important? [Law]", "How important? [Data]"], "How important?", ["Law", "Data"]),
        (["7a1. Law. - How often?", "7b1. Data. - How often?"], "How often?", ["Law", "Data"]),
        (["imp[1]. How important? [Law]", "imp[2]. How important? [Data]"], "How important?", ["Law", "Data"]),
        (["imp[1]._.How important? [Law]", "imp[2]._.How important? [Data]"], "How important?", ["Law", "Data"]),
        (["How important?/Law", "How important?/Data (open)"], "How important?", ["Law", "Data (open)"]),
        (["Importance: Law", "Importance: Data"], "Importance", ["Law", "Data"]),
        (["Law (importance)", "Data (importance)"], "importance", ["Law", "Data"]),
        (["ImportanceLaw", "ImportanceData"], "", ["Law", "Data"]),
    ],
)
def test_a_grid_is_taken_apart_however_a_tool_writes_it(headings: list[str], question: str, items: list[str]) -> None:
    parts = split(headings)
    assert [part.question for part in parts] == [question, question]
    assert [part.item for part in parts] == items


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("Wie wichtig ist das?", "importance"),
        ("Rate your present level", "level"),
        ("¿Cuál es su nivel?", "level"),
        ("IM", "importance"),
        ("in my town", ""),
        ("How important is your knowledge?", ""),
    ],
)
def test_a_word_tells_importance_from_level_and_two_tell_nothing(text: str, side: str) -> None:
    assert side_of(text)[0] == side


def test_items_are_one_where_they_are_spelt_nearly_alike() -> None:
    assert alike(plain("Data & law"), [plain("Procurement"), plain("Data and laws")]) == "data and laws"
    assert alike(plain("Finding extensions"), [plain("Developing extensions")]) is None


def answers(**counts: int) -> Column:
    return Column("Q", {label.replace("_", " "): n for label, n in counts.items()})


def numbers(*values: object) -> Column:
    return Column("Q", {str(value): 10 for value in values})


@pytest.mark.parametrize(
    ("values", "ends", "others"),
    [
        ((1, 2, 3, 4, 5), (1, 5), ()),
        ((1, 2, 3), (1, 3), ()),
        ((0, 1, 2, 3, 4), (0, 4), ()),
        ((0.0, 2.5, 6.75), (0, 7), ()),
        (("1/5", "4/5", "5/5"), (1, 5), ()),
        ((1, 2, 3, 4, 5, 99), (1, 5), ("99",)),
        ((0, 5, 8, 10), (0, 10), ()),
    ],
)
def test_numbers_are_on_the_smallest_scale_that_holds_them(values: tuple, ends: tuple, others: tuple) -> None:
    scaled = scale_of([numbers(*values)])
    assert scaled is not None
    assert (scaled.low, scaled.high, scaled.others) == (*ends, others)


@pytest.mark.parametrize("values", [("Yes", "No"), (1984, 1990, 2001), ("a", "b", "c"), (3,)])
def test_ticks_years_and_words_are_no_scale(values: tuple) -> None:
    assert scale_of([numbers(*values)]) is None


def test_words_of_two_languages_are_one_scale() -> None:
    scaled = scale_of([answers(Very_important=3, Wichtig=2, Nada_importante=1, Don_t_know=1)])
    assert scaled is not None
    assert scaled.marks == {"Very important": 4, "Wichtig": 3, "Nada importante": 0}
    assert scaled.others == ("Don t know",)


def test_parts_that_never_stand_alone_are_one_option() -> None:
    lists = Column(
        "Q", {"Laws, rules and contracts, ICT": 3, "ICT": 4, "Laws, rules and contracts": 2, "ICT, Parks": 3}
    )
    between = separator_of(lists)
    assert between == ", "
    assert options_of(lists, between) == {"Laws, rules and contracts": 5, "ICT": 10, "Parks": 3}


@pytest.mark.parametrize(
    ("text", "formats"),
    [
        ("2026-11-02T10:00:00", [""]),
        ("13/02/2026 10:00", ["%d/%m/%Y %H:%M"]),
        ("02.11.2026", ["%d.%m.%Y"]),
        ("1/2/2026", ["%d/%m/%Y", "%m/%d/%Y"]),
        ("soon", []),
    ],
)
def test_moments_are_known_by_how_they_are_written(text: str, formats: list[str]) -> None:
    assert time_formats(numbers(text)) == formats


def test_a_preamble_and_two_rows_of_headings_are_told_from_answers(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    for text, rows in (
        ("Alias,x\nExport Date,2026\n\nA,B,C,D\n1,2,3,4\n", (4,)),
        ("A,Grid,,,\n,one,two,three,four\n1,2,3,4,5\n", (1, 2)),
        ("A,B,C,D\n1,,,\n2,,,\n", (1,)),
    ):
        file.write_text(text, encoding="utf-8")
        assert look(file).file.heading_row == rows


def test_a_fingerprint_is_of_headings_without_their_codes_and_case() -> None:
    assert fingerprint(["Role (ID7)", "Law"]) == fingerprint(["role (ID99)", "LAW"])
    assert fingerprint(["Law", "Role"]) != fingerprint(["Role", "Law"])


def test_a_saved_mapping_is_found_by_its_fingerprint_before_one_whose_columns_are_there(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("Importance [A],Level [A],Other\n5,1,x\n4,2,y\n3,4,z\n", encoding="utf-8")
    exact = propose(file, read_catalogue()).mapping
    part = mapping_of('[[rating]]\ncompetency = "a"\nlevel = "Level [A]"\n', "part.toml")
    foreign = mapping_of('[[rating]]\ncompetency = "a"\nlevel = "Nivel [A]"\n', "foreign.toml")
    saved = [Saved("part", part), Saved("foreign", foreign), Saved("exact", mapping_of(to_toml(exact), "exact"))]
    assert fitting(file, saved).name == "exact"
    assert fitting(file, saved[:2]).name == "part"
    with pytest.raises(ImportRefused, match="several saved mappings fit it: part, twin; choose one with --mapping"):
        fitting(file, [saved[0], Saved("twin", part)])
    with pytest.raises(ImportRefused, match="no saved mapping fits its headings"):
        fitting(file, saved[1:2])
