"""From a survey file to submissions: marks, people, times, and what is refused."""

import csv
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from sctrain import cards
from sctrain.catalogue import Catalogue
from sctrain.errors import ImportRefused
from sctrain.load.mapping import Mapping
from sctrain.load.survey import Loaded, load

Read = Callable[..., Loaded]

BOTH = """
[[rating]]
competency = "data"
importance = "Data imp"
level = "Data now"
[[rating]]
competency = "law"
level = "Law now"
"""
HEAD = "Data imp,Data now,Law now\n"
ID = '[respondent]\ncolumn = "Id"\n'


def test_marks_stand_in_the_card_at_their_competency(read: Read) -> None:
    loaded = read(HEAD + "5,2,1\n4.0,,\n", BOTH)
    assert loaded.submissions["ratings"].tolist() == ["52.1", "4..."]
    assert loaded.submissions["row"].tolist() == [2, 3]
    assert (loaded.report.read, loaded.report.kept, loaded.report.blank) == (2, 2, 2)


def test_a_mark_off_the_scale_stops_the_file_with_row_column_value_and_choices(read: Read) -> None:
    with pytest.raises(ImportRefused) as refused:
        read(HEAD + "5,2,1\n5,6,1\n", BOTH)
    text = str(refused.value)
    assert "1 of 2 rows cannot be read; nothing was stored" in text
    assert "row 3, column 'Data now': '6' is not one of: 1, 2, 3, 4, 5" in text


def test_every_refusal_is_listed_in_the_order_of_the_file_up_to_a_limit(read: Read) -> None:
    with pytest.raises(ImportRefused) as refused:
        read(HEAD + "5,x,y\n1,1\n" + "z,1,1\n" * 30, BOTH)
    lines = [line.strip() for line in str(refused.value).splitlines()]
    assert lines[1:5] == [
        "row 2, column 'Data now': 'x' is not one of: 1, 2, 3, 4, 5",
        "row 2, column 'Law now': 'y' is not one of: 1, 2, 3, 4, 5",
        "row 3: 2 cells, and there are 3 headings",
        "row 4, column 'Data imp': 'z' is not one of: 1, 2, 3, 4, 5",
    ]
    assert lines[21] == "… and 13 more"
    assert "32 of 32 rows" in lines[0]


def test_skip_bad_keeps_the_other_rows_and_lists_what_it_left(read: Read) -> None:
    loaded = read(HEAD + "5,2,1\n5,6,7\n5\n1,1,1,1\n3,3,3\n", BOTH, skip_bad=True)
    assert loaded.submissions["ratings"].tolist() == ["52.1", "33.3"]
    report = loaded.report
    assert (report.read, report.kept, report.left_out, report.refused) == (5, 2, 3, 4)
    assert [(r.row, r.column, r.value) for r in report.refusals] == [
        (3, "Data now", "6"),
        (3, "Law now", "7"),
        (4, "", ""),
        (5, "", ""),
    ]
    assert "3 rows left out that could not be read:" in str(report)


def test_a_file_of_only_bad_rows_is_refused_whatever_is_skipped(read: Read) -> None:
    with pytest.raises(ImportRefused, match="2 of 2 rows cannot be read"):
        read(HEAD + "0,0,0\n6,6,6\n", BOTH, skip_bad=True)


@pytest.mark.parametrize(
    ("scale", "cells", "card"),
    [
        ("from = [1, 5]", "1,5,3", "15.3"),
        ("from = [1, 5]\nreversed = true", "1,5,3", "51.3"),
        ("from = [0, 4]", "0,4,2", "15.3"),
        ("from = [0, 10]\nrescale = true", "0,10,5", "15.3"),
        ("from = [1, 7]\nrescale = true", "2,6,3", "24.2"),  # 1.67, 4.33, 2.33
        ("from = [0, 7]\nrescale = true", '"4,75",0.62,5.38', "41.4"),  # 3.71, 1.35, 4.07
        ("from = [1, 9]\nrescale = true", "2,4,8", "23.5"),  # 1.5, 2.5, 4.5: a half goes up
        ("from = [1, 9]\nrescale = true\nreversed = true", "2,4,8", "54.2"),
        ("labels = { no = 1, Somewhat = 3, YES = 5 }", "No,yes,SOMEWHAT", "15.3"),
        ("labels = { no = 1, yes = 4 }\nreversed = true", "No,yes,no", "52.5"),
        ('labels = { None = 1, "n/a" = 2, NA = 3 }', "None,n/a,NA", "12.3"),
        ('labels = { "Very  much" = 5 }', "Very\u00a0much,\u00a0very much,very much ", "55.5"),
    ],
)
def test_a_scale_gives_marks_of_the_catalogue(read: Read, scale: str, cells: str, card: str) -> None:
    mapping = f'importance_scale = "s"\nlevel_scale = "s"\n[scale.s]\n{scale}\n{BOTH}'
    assert read(HEAD + cells + "\n", mapping).submissions["ratings"].tolist() == [card]


@pytest.mark.parametrize("cell", ["0", "6", "3.5", "-1", "1e0", "nan", "inf", "٣x", "1 2", "yes"])
def test_what_is_no_whole_mark_is_refused(read: Read, cell: str) -> None:
    with pytest.raises(ImportRefused, match="Law now"):
        read(HEAD + f"1,1,{cell}\n", BOTH)


def test_only_one_block_may_run_backwards(read: Read) -> None:
    mapping = BOTH.replace('level = "Law now"', 'level = "Law now"\nlevel_scale = "back"')
    scale = "[scale.back]\nfrom = [1, 5]\nreversed = true\n"
    assert read(HEAD + "2,2,2\n", scale + mapping).submissions["ratings"].tolist() == ["22.4"]


def test_no_opinion_is_missing_and_never_a_low_mark(read: Read) -> None:
    scale = (
        'importance_scale = "s"\nlevel_scale = "s"\n[scale.s]\nfrom = [1, 5]\nno_opinion = ["0", "9", "99", "n/a"]\n'
    )
    loaded = read(HEAD + "0,9,99\n0.0,N/A,1\n,,\n,1,\n", scale + BOTH)
    assert loaded.submissions["ratings"].tolist() == ["....", "...1", ".1.."]  # the third row is empty
    assert (loaded.report.no_opinion, loaded.report.blank) == (5, 2)
    assert loaded.report.notes == ("1 rows kept hold no rating; they count among the people asked",)


def test_rescaling_is_said(read: Read) -> None:
    scale = 'level_scale = "ten"\n[scale.ten]\nfrom = [1, 10]\nrescale = true\n'
    notes = read(HEAD + "1,1,10\n", scale + BOTH).report.notes
    assert notes == ("scale ten: 1..10 stretched to 1..5, rounded to the nearest mark, a half upwards",)


def test_the_person_is_the_id_of_the_respondent(read: Read) -> None:
    loaded = read("Id," + HEAD + "a 1,1,1,1\n007,1,1,1\n", ID + BOTH)
    assert loaded.submissions["person"].tolist() == ["a 1", "007"]


def test_an_id_that_is_blank_or_comes_twice_is_refused_without_repeating_it(read: Read) -> None:
    survey = "Id," + HEAD + "zoe@x.org,1,1,1\n,1,1,1\nzoe@x.org ,2,2,2\n,3,3,3\n"
    with pytest.raises(ImportRefused) as refused:
        read(survey, ID + BOTH)
    text = str(refused.value)
    assert "row 4, column 'Id': the same id as in row 2" in text
    assert "row 3, column 'Id': no id" in text
    assert "row 5, column 'Id': no id" in text
    assert "zoe" not in text
    kept = read(survey, ID + BOTH, skip_bad=True).submissions
    assert kept["row"].tolist() == [2]


def test_equal_rows_are_several_people_and_the_same_file_is_the_same_people(read: Read) -> None:
    survey = HEAD + "1,1,1\n2,2,2\n1,1,1\n"
    first, again = read(survey, BOTH).submissions, read(survey, BOTH).submissions
    assert first["person"].nunique() == 3
    assert first.equals(again)
    longer = read(HEAD + "2,2,2\n3,3,3\n1,1,1\n1,1,1\n1,1,1\n", BOTH).submissions
    assert set(first["person"]) < set(longer["person"])


def test_excluded_rows_are_not_read_and_change_nobody(read: Read) -> None:
    survey = "Consent," + HEAD + "yes,1,1,1\nno,x,y,z\n,x,1,1\nYES,2,2,2\nyes,1,1,1\ntest,3,3,3\n"
    rule = '[[exclude]]\ncolumn = "Consent"\nvalues = ["test"]\nreason = "a test"\n'
    rule += '[[exclude]]\ncolumn = "Consent"\nonly = ["Yes"]\n'
    loaded = read(survey, rule + BOTH)
    assert loaded.submissions["row"].tolist() == [2, 5, 6]
    assert loaded.report.excluded == (("a test", 1), ("Consent is not 'Yes'", 2))
    everyone = read(survey, BOTH, skip_bad=True).submissions
    assert set(loaded.submissions["person"]) < set(everyone["person"])


def test_a_file_whose_rows_are_all_excluded_gives_nobody(read: Read) -> None:
    rule = '[[exclude]]\ncolumn = "Law now"\nvalues = [""]\n'
    loaded = read(HEAD + "1,1,\n", rule + BOTH)
    assert loaded.submissions.empty
    assert loaded.report.excluded == (("Law now is ''", 1),)


@pytest.mark.parametrize(
    ("keys", "cell", "moment"),
    [
        ("", "2018-11-15 16:30:00", "2018-11-15T16:30:00Z"),
        ("", "2018-11-15T16:30:00+02:00", "2018-11-15T14:30:00Z"),
        ('format = "%d/%m/%Y %H:%M"', "15/11/2018 16:30", "2018-11-15T16:30:00Z"),
        ('format = "%d/%m/%Y %H:%M"\ntimezone = "Europe/Brussels"', "15/07/2018 16:30", "2018-07-15T14:30:00Z"),
        ('format = "%d/%m/%Y %H:%M"\ntimezone = "Europe/Brussels"', "2018-11-15T16:30:00", "2018-11-15T15:30:00Z"),
        ("", "", None),
    ],
)
def test_times_are_utc(read: Read, keys: str, cell: str, moment: str | None) -> None:
    loaded = read("When," + HEAD + f"{cell},1,1,1\n", f'[submitted]\ncolumn = "When"\n{keys}\n' + BOTH)
    at = loaded.submissions["submitted_at"]
    assert at.tolist() == [moment] if moment else at.isna().all()


TIMES = '[submitted]\ncolumn = "End"\nformat = "%d/%m/%Y %H:%M"\n[started]\ncolumn = "Start"\n'


def test_how_long_somebody_took_is_from_begin_to_end_where_both_are_told(read: Read) -> None:
    rows = ("15/11/2018 16:00,15/11/2018 16:09", ",15/11/2018 16:09", "15/11/2018 16:09,15/11/2018 16:00", "x,x")
    survey = "Start,End," + HEAD + "".join(f"{times},1,1,1\n" for times in rows)
    loaded = read(survey, TIMES + BOTH, skip_bad=True)
    assert loaded.submissions["seconds"].tolist() == [540, pd.NA, pd.NA]
    assert "1 rows end no later than they begin: how long they took is not known" in loaded.report.notes
    assert "row 5, column 'Start': 'x' is no time" in str(loaded.report)


@pytest.mark.parametrize(("cell", "seconds"), [("312.51", 313), ("312,4", 312), ("0.2", 1), ("0", pd.NA), ("", pd.NA)])
def test_how_long_somebody_took_is_what_the_tool_has_counted(read: Read, cell: str, seconds: int) -> None:
    survey = "Total time;" + HEAD.replace(",", ";") + f"{cell};1;1;1\n"
    loaded = read(survey, '[duration]\ncolumn = "Total time"\n' + BOTH)
    assert loaded.submissions["seconds"].tolist() == [seconds]


def test_a_duration_that_is_no_number_is_refused(read: Read) -> None:
    with pytest.raises(ImportRefused, match="row 2, column 'Took': '5 min' is no number of seconds, such as"):
        read("Took," + HEAD + "5 min,1,1,1\n", '[duration]\ncolumn = "Took"\n' + BOTH)


def test_a_time_of_another_form_is_refused(read: Read) -> None:
    mapping = '[submitted]\ncolumn = "When"\nformat = "%d/%m/%Y"\n' + BOTH
    with pytest.raises(ImportRefused, match="row 2, column 'When': '11/15/2018' is no time as %d/%m/%Y writes it"):
        read("When," + HEAD + "11/15/2018,1,1,1\n", mapping)


def test_tables_have_numbers(read: Read) -> None:
    cells = ["4", "Table 12", "table 03 (window)", "5.0", ""]
    table = '[table]\ncolumn = "Table"\n'
    loaded = read("Table," + HEAD + "".join(f"{cell},1,1,1\n" for cell in cells), table + BOTH)
    assert loaded.submissions["table_number"].fillna(0).tolist() == [4, 12, 3, 5, 0]
    for odd in ("0", "1 or 2", "window"):
        with pytest.raises(ImportRefused, match="no table number"):
            read("Table," + HEAD + f"{odd},1,1,1\n", table + BOTH)


def test_columns_that_no_one_asked_for_are_named_and_not_carried_on(read: Read) -> None:
    loaded = read("Name,E-mail," + HEAD + "Zoe,zoe@x.org,1,1,1\n", BOTH)
    assert loaded.report.unused == ("Name", "E-mail")
    assert "zoe" not in (loaded.submissions.to_csv() + str(loaded.report)).lower()


@pytest.mark.parametrize("survey", ["\ufeff" + HEAD.replace(",", ";") + "5;2;1\r\n", HEAD + "5,2,1\n"])
def test_the_dialect_of_the_file_does_not_matter(read: Read, survey: str) -> None:
    assert read(survey, BOTH).submissions["ratings"].tolist() == ["52.1"]


MARK = st.sampled_from(["", "1", "2", "3", "4", "5", "n/a"])
TABLE = st.integers(1, 6).flatmap(lambda k: st.lists(st.lists(MARK, min_size=2 * k, max_size=2 * k), min_size=1))


def survey_of(competencies: int) -> tuple[Mapping, Catalogue, list[str]]:
    codes = [f"c{i}" for i in range(competencies)]
    headings = [f"{code} {side}" for code in codes for side in ("importance", "level")]
    ratings = [{"competency": c, "importance": f"{c} importance", "level": f"{c} level"} for c in codes]
    scale = {"s": {"from": (1, 5), "no_opinion": ["n/a"]}}
    mapping = {"importance_scale": "s", "level_scale": "s", "scale": scale, "rating": ratings}
    entries = [{"code": code, "label": code} for code in codes]
    catalogue = {"catalogue": {"code": "c", "title": "C"}, "competency": entries}
    return Mapping.model_validate(mapping), Catalogue.model_validate(catalogue), headings


@settings(max_examples=60, deadline=None)
@given(TABLE)
def test_a_table_of_marks_comes_back_as_its_cards(table: list[list[str]]) -> None:
    mapping, catalogue, headings = survey_of(len(table[0]) // 2)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([["id", *headings], *([f"p{i}", *row] for i, row in enumerate(table))])
        loaded = load(path, mapping, catalogue)
    text = "".join(loaded.submissions["ratings"]).encode()
    pairs = cards.decode(text, len(catalogue.codes), 1, 5)
    marks = np.array([[int(cell) if cell.isdigit() else 0 for cell in row] for row in table]).reshape(len(table), -1, 2)
    assert (marks[:, :, 0] * 6 + marks[:, :, 1] == pairs.T).all()
    assert loaded.report.no_opinion == sum(row.count("n/a") for row in table)
    assert loaded.report.blank == sum(row.count("") for row in table)


@settings(max_examples=20, deadline=None)
@given(TABLE)
def test_a_workbook_gives_the_same_submissions_as_a_csv(table: list[list[str]]) -> None:
    mapping, catalogue, headings = survey_of(len(table[0]) // 2)
    rows = [["id", *headings], *([f"p{i}", *row] for i, row in enumerate(table))]
    book = Workbook()
    for row in rows:
        book.active.append([float(cell) if cell.isdigit() else cell or None for cell in row])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(rows)
        text = load(path, mapping, catalogue).submissions
        book.save(path)
        assert load(path, mapping, catalogue).submissions.equals(text)
