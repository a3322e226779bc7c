"""Profile questions: one column, several answers in a cell, a column per option, open lists."""

from collections.abc import Callable

import pytest

from sctrain.errors import ImportRefused
from sctrain.load.survey import Loaded

Read = Callable[..., Loaded]
RATING = '\n[[rating]]\ncompetency = "data"\nlevel = "Data"\n'


def answers(read: Read, dimension: str, keys: str, *cells: str, **options: object) -> Loaded:
    survey = "Data;Answer\n" + "".join(f"1;{cell}\n" for cell in cells)
    return read(survey, f'[profile.{dimension}]\ncolumn = "Answer"\n{keys}\n{RATING}', **options)


def test_a_label_synonym_or_code_of_the_catalogue_needs_no_table(read: Read) -> None:
    loaded = answers(read, "role", "", "Municipal officer", "CIVIL\u00a0SERVANT", "mayor", "")
    assert loaded.submissions["role"].tolist() == ["officer", "officer", "mayor", ""]


def test_the_table_of_the_mapping_goes_before_the_catalogue(read: Read) -> None:
    keys = 'not_said = ["Other"]\nlabels = { "Mayor" = "officer", Burgemeester = "mayor", Maire = "mayor" }'
    loaded = answers(read, "role", keys, "mayor", "burgemeester", "Maire", "other")
    assert loaded.submissions["role"].tolist() == ["officer", "mayor", "mayor", ""]


def test_a_label_that_nobody_knows_is_refused_with_the_choices(read: Read) -> None:
    with pytest.raises(ImportRefused) as refused:
        answers(read, "role", 'labels = { Maire = "mayor" }', "Maire", "Clerk")
    text = "row 3, column 'Answer': 'Clerk' is not one of: Maire, Municipal officer, Mayor, Other"
    assert text in str(refused.value)


def test_unknown_labels_become_an_option_only_where_the_mapping_says_so(read: Read) -> None:
    loaded = answers(read, "role", 'unknown = "other"', "Clerk", "Mayor", "clerk", "Poet")
    assert loaded.submissions["role"].tolist() == ["other", "mayor", "other", "other"]
    assert loaded.report.notes == ("role: 'Clerk', 'Poet' read as 'other'",)


@pytest.mark.parametrize(
    ("separator", "cell", "codes"),
    [
        ("; ", "ICT and data; Planning, urban", "ict+planning"),
        (";", "Planning, urban;ict and data;", "ict+planning"),
        (", ", "Planning, urban, ICT and data", "ict+planning"),
        (", ", "ICT and data, Planning, urban, ICT and data", "ict+planning"),
        (", ", "Planning, urban", "planning"),
        (", ", "", ""),
    ],
)
def test_several_answers_in_a_cell_are_joined_in_order(read: Read, separator: str, cell: str, codes: str) -> None:
    loaded = answers(read, "discipline", f'separator = "{separator}"', f'"{cell}"')
    assert loaded.submissions["discipline"].tolist() == [codes]


def test_the_part_of_a_cell_that_nobody_knows_is_named(read: Read) -> None:
    with pytest.raises(ImportRefused, match="row 2, column 'Answer': 'Magic' is not one of"):
        answers(read, "discipline", 'separator = ", "', "ICT and data, Magic, Planning, urban")


def test_several_answers_are_refused_where_the_catalogue_takes_one(read: Read) -> None:
    with pytest.raises(ImportRefused, match=r"row 3, .*'mayor\+officer' several answers, and the role .* takes one"):
        answers(read, "role", 'separator = ","', "mayor,mayor", "mayor,officer")


TICKS = """
[profile.discipline.columns]
"2. ICT" = "ict"
"Field [Planning, urban]" = "planning"
"""


def ticked(read: Read, mapping: str, *rows: str) -> list[str]:
    survey = "Data;2. ICT;Field [Planning, urban]\n" + "".join(f"1;{row}\n" for row in rows)
    return read(survey, mapping + RATING).submissions["discipline"].tolist()


def test_ticks_are_the_usual_ones_or_the_text_of_the_option(read: Read) -> None:
    rows = ["1;0", "x;TRUE", "ict;", "ICT and data;Planning, urban", "No;\u00a0", "0.0;1.0"]
    expected = ["ict", "ict+planning", "ict", "ict+planning", "", "planning"]
    assert ticked(read, TICKS, *rows) == expected


def test_a_text_that_is_neither_tick_nor_blank_is_refused_until_the_mapping_says(read: Read) -> None:
    for cell in ("Ja", "T", "Planning, rural"):
        with pytest.raises(ImportRefused, match=r"row 2, column '2\. ICT': .* is neither a tick nor blank"):
            ticked(read, TICKS, f"{cell};")
    keys = '[profile.discipline]\nticked = ["Ja", "0"]\nunticked = ["Nein"]'
    assert ticked(read, keys + TICKS, "ja;NEIN", "Nein;0") == ["ict", "planning"]


def test_any_text_may_be_a_tick(read: Read) -> None:
    keys = '[profile.discipline]\nticked = "any"\nunticked = ["-"]'
    assert ticked(read, keys + TICKS, "robots;-", "No;maps") == ["ict", "planning"]


def test_an_open_dimension_makes_codes_of_its_labels(read: Read) -> None:
    keys = 'not_said = ["none"]\nlabels = { "C#" = "c_sharp" }'
    cells = ["AUG 7-8 (Online)", "aug 7-8\u00a0(online)", "Zürich", "東京", "None", "C#"]
    codes = answers(read, "cluster", keys, *cells).submissions["cluster"].tolist()
    assert codes[:3] == ["aug_7_8_online", "aug_7_8_online", "zurich"]
    assert codes[3].startswith("x")
    assert len(codes[3]) == 9
    assert codes[4:] == ["", "c_sharp"]


def test_labels_of_an_open_dimension_that_become_one_code_are_said(read: Read) -> None:
    report = answers(read, "cluster", "", "C", "C++", "c", "D").report
    assert report.notes == ("cluster: 'C', 'C++' read as 'c'",)
