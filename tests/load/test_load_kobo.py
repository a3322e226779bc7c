"""KoboToolbox: codes put in words by the form's code book, and repeat groups laid beside the people they are of."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from sctrain import importing
from sctrain.__main__ import main
from sctrain.catalogue import read_catalogue
from sctrain.errors import ImportRefused
from sctrain.load.kobo import opened
from sctrain.load.records import csv_records
from sctrain.load.xlsform import read_book
from tests import exports

Rows = list[list[object]]
USUAL = read_catalogue()
SURVEY: Rows = [
    ["type", "name", "label::Español (es)", "label::English (en)"],
    ["start", "start", None, None],
    ["select_one role", "role", "Su función", "Your role"],
    ["select_one land", "land", "¿En qué país trabaja?", "In which country do you work?"],
    ["select_multiple why", "why", "¿Por qué?", "Why?"],
    ["begin_group", "imp", "¿Qué importancia tiene?", "How important is it for you?"],
    *[["select_one mark", f"i{n}", exports.ITEMS["es"][n], exports.ITEMS["en"][n]] for n in range(3)],
    ["end_group", None, None, None],
    ["begin group", "lev", "¿Cuál es su nivel?", "What is your present level?"],
    *[["integer", f"l{n}", exports.ITEMS["es"][n], exports.ITEMS["en"][n]] for n in range(3)],
    ["end group", None, None, None],
]
CHOICES: Rows = [
    ["list_name", "name", "label::Español (es)", "label::English (en)"],
    *[["role", code, exports.CALLED["es"][code], exports.CALLED["en"][code]] for code in exports.CALLED["en"]],
    *[["land", code.lower(), exports.LANDS["es"][code], exports.LANDS["en"][code]] for code in exports.LANDS["en"]],
    ["why", "own", "Interés", "Interest, mine"],
    ["why", "told", "Encargo", "I was told to"],
    *[["mark", f"m{n}", exports.words(n, "es"), exports.words(n, "en")] for n in range(1, 6)],
]


def book(path: Path, **sheets: Rows) -> Path:
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def coded(folder: Path) -> Path:
    """The survey of `exports` as KoboToolbox exports it with names and codes."""
    heads = ["start", "end", "role", "land", "why", "why/own", "why/told"]
    rows: Rows = [[*heads, *(f"{part}/{part[0]}{n}" for part in ("imp", "lev") for n in range(3)), "_id", "_uuid"]]
    for n, _work, _land, marks, levels in exports.people("en"):
        given = [f"m{mark}" if mark else None for mark in marks]
        when = [f"2026-11-05T10:{minute}:00" for minute in (10 + n, 20 + 2 * n)]
        who = [exports.ROLES[n], exports.COUNTRIES[n].lower(), "own told", 1, 1]
        rows.append([*when, *who, *given, *levels, 100 + n, f"u-{n}"])
    return exports.saved(folder / "coded.csv", exports.text(rows, ";"))


def table(path: Path) -> list[list[str]]:
    return list(csv_records(path, "utf-8", ","))


@pytest.mark.parametrize(("language", "spoken"), [("English (en)", "en"), ("Español (es)", "es"), (None, "es")])
def test_codes_are_put_in_words_of_the_language_that_the_form_opens_with(
    tmp_path: Path, language: str | None, spoken: str
) -> None:
    settings = [["form_title", "default_language"], ["A form", language]]
    form = book(tmp_path / "form.xlsx", survey=SURVEY, choices=CHOICES, settings=settings)
    heads, first, *_ = table(opened(coded(tmp_path), form).path)
    question, _level, role, country = exports.ASKED[spoken]
    assert heads[2:4] == [role, country]
    assert heads[7] == f"{question}/{exports.ITEMS[spoken][0]}"
    assert first[2:4] == [exports.CALLED[spoken]["programme_manager"], exports.LANDS[spoken]["ES"]]
    assert first[7] == exports.words(exports.IMPORTANCE[0][0], spoken)


def test_several_choices_are_joined_and_their_own_columns_named_after_them(tmp_path: Path) -> None:
    form = book(
        tmp_path / "form.xlsx", survey=SURVEY, choices=CHOICES, settings=[["default_language"], ["English (en)"]]
    )
    heads, first, *_ = table(opened(coded(tmp_path), form).path)
    assert dict(zip(heads[4:7], first[4:7], strict=True)) == {
        "Why?": "Interest, mine; I was told to",
        "Why?/Interest, mine": "1",
        "Why?/I was told to": "1",
    }


def test_a_survey_in_codes_gives_the_gaps_of_the_same_survey_in_words(tmp_path: Path) -> None:
    file, form = coded(tmp_path), book(tmp_path / "form.xlsx", survey=SURVEY, choices=CHOICES)
    proposed = importing.proposal(file, USUAL, form=form)
    found = importing.preview(proposed.look.path, proposed).gaps.set_index("competency")
    for code, gap, n in zip(exports.CODES, exports.GAPS, exports.PAIRS, strict=True):
        assert (found.loc[code, "gap"], found.loc[code, "n"]) == (pytest.approx(gap), n)
    assert set(proposed.mapping.profile) == {"role", "country"}
    assert "KoboToolbox" in proposed.look.tool
    assert proposed.look.told[0] == f"codes in words, by {form}: 12 of 15 columns"


def test_a_grid_of_kobotoolbox_has_its_choices_from_the_grid(tmp_path: Path) -> None:
    survey: Rows = [
        ["type", "name", "label", "kobo--score-choices"],
        ["begin_score", "grid", "How important?", "mark"],
        ["score__row", "law", "Law", None],
        ["end_score", None, None, None],
    ]
    choices: Rows = [["list_name", "name", "label"], ["mark", "a", "Very important"]]
    form = book(tmp_path / "form.xlsx", survey=survey, choices=choices)
    file = exports.saved(tmp_path / "grid.csv", "grid/law,_id\na,1\nb,2\n")
    assert table(opened(file, form).path) == [["How important?/Law", "_id"], ["Very important", "1"], ["b", "2"]]


NO_BOOK: dict[str, tuple[dict[str, Rows], str]] = {
    "no sheet": ({"survey": SURVEY}, "no XLSForm: it has no sheet 'choices'; there are: survey"),
    "no type": ({"survey": [["name", "label"]], "choices": CHOICES}, "no column 'type'; there are: name, label"),
    "no label": ({"survey": [["type", "name"]], "choices": CHOICES}, "no column 'label', and none such as"),
    "another": (
        {"survey": [["type", "name", "label"], ["text", "x", "X"]], "choices": CHOICES},
        "none of its questions",
    ),
}


@pytest.mark.parametrize("case", NO_BOOK)
def test_what_is_no_code_book_of_the_file_is_refused_by_what_it_lacks(tmp_path: Path, case: str) -> None:
    sheets, said = NO_BOOK[case]
    with pytest.raises(ImportRefused, match=said):
        opened(coded(tmp_path), book(tmp_path / "form.xlsx", **sheets))


def test_a_code_book_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="a code book is an XLSX workbook"):
        read_book(coded(tmp_path))


MAIN: Rows = [["start", "role", "_index", "_id"], ["t1", "head", 1, 71], [None] * 4, ["t2", "officer", 2, 72]]


def test_a_repeat_group_is_laid_beside_the_people_by_what_tells_its_times_apart(tmp_path: Path) -> None:
    each: Rows = [
        ["topic", "importance", "level", "_index", "_parent_index"],
        ["Law", 5, 2, 1, 1],
        ["Data", 4, None, 2, 1],
        ["Data", 3, 1, 3, 2],
        ["Law", 2, 2, 4, 9],
    ]
    found = opened(book(tmp_path / "kobo.xlsx", Form=MAIN, each=each))
    heads = ["importance [Law]", "importance [Data]", "level [Law]", "level [Data]"]
    rows = [
        ["t1", "head", "1", "71", "5", "4", "2", ""],
        ["", *[""] * 7],
        ["t2", "officer", "2", "72", "", "3", "", "1"],
    ]
    assert table(found.path) == [["start", "role", "_index", "_id", *heads], *rows]
    told = "sheet 'each': 4 rows of a repeat group, beside whose they are in 4 columns; 1 rows are nobody's"
    assert found.told == (told,)


def test_where_nothing_tells_the_times_apart_their_number_does(tmp_path: Path) -> None:
    each: Rows = [["topic", "_parent_index"], ["Law", 1], ["Law", 1], ["Data", 2]]
    heads, first, _, second = table(opened(book(tmp_path / "kobo.xlsx", Form=MAIN, each=each)).path)
    assert heads[-2:] == ["topic [1]", "topic [2]"]
    assert (first[-2:], second[-2:]) == (["Law", "Law"], ["Data", ""])


def test_a_repeat_group_without_end_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    each: Rows = [["x", "_parent_index"], *[[1, 1] for _ in range(101)]]
    with pytest.raises(ImportRefused, match="sheet 'each': a repeat group of 101 times"):
        opened(book(tmp_path / "kobo.xlsx", Form=MAIN, each=each))


def test_a_file_without_codes_and_repeat_groups_is_read_as_it_is(tmp_path: Path) -> None:
    workbook = book(tmp_path / "two.xlsx", Form=MAIN, other=[["x"], [1]])
    for file in (workbook, coded(tmp_path)):
        assert (opened(file).path, opened(file).told) == (file, ())


def test_the_commands_take_the_code_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCTRAIN_DB", f"sqlite:///{tmp_path / 'store.db'}")
    file, form = coded(tmp_path), book(tmp_path / "form.xlsx", survey=SURVEY, choices=CHOICES)

    def run(*given: str) -> str:
        return CliRunner().invoke(main, [*given, "--form", str(form)], catch_exceptions=False).output

    mapping = str(tmp_path / "map.toml")
    assert f"--mapping {mapping} --form {form}" in run("guess", str(file), "--out", mapping)
    told = run("import", str(file), "--mapping", mapping)
    assert "codes in words" in told
    assert "coded: 4 added, 0 corrected" in told
    assert "coded: 0 added, 0 corrected, 4 there already" in run("import", str(file), "--mapping", mapping)


def test_a_group_tells_apart_what_is_called_alike_where_the_headings_do_not_name_it(tmp_path: Path) -> None:
    form = book(
        tmp_path / "form.xlsx", survey=SURVEY, choices=CHOICES, settings=[["default_language"], ["English (en)"]]
    )
    file = exports.saved(tmp_path / "plain.csv", "role,i0,l0,_id\n,m5,2,1\n")
    importance, level, role, _ = exports.ASKED["en"]
    item = exports.ITEMS["en"][0]
    assert table(opened(file, form).path)[0] == [role, f"{importance}/{item}", f"{level}/{item}", "_id"]
