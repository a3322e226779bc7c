"""From the sheets of tables to lists and notes: the three formats, ties, and what is refused."""

import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from sctrain.catalogue import BUILT_IN, Catalogue, read_catalogue
from sctrain.errors import ImportRefused
from sctrain.frames import NOTES, RANKINGS, SHEETS
from sctrain.load.sheets import LoadedSheets, load_sheets

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "data" / "sheets"
PAGE = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
CATALOGUE = read_catalogue(BUILT_IN)
RANKS = "table,topic,option,position\n"
NOTED = "table,kind,text,code,competencies,practices,answers\n"


def load(folder: Path, text: str | bytes, name: str = "sheets.csv", skip_bad: bool = False) -> LoadedSheets:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_sheets(file, CATALOGUE, skip_bad=skip_bad)


def refusal(folder: Path, text: str, name: str = "sheets.csv") -> str:
    with pytest.raises(ImportRefused) as refused:
        load(folder, text, name)
    return str(refused.value)


def workbook(folder: Path, **sheets: Sequence[Sequence[object]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    book.save(folder / "sheets.xlsx")
    return folder / "sheets.xlsx"


def places(loaded: LoadedSheets) -> dict[str, int]:
    return dict(zip(loaded.rankings["option"], loaded.rankings["position"], strict=True))


# The three formats


def test_the_example_says_the_same_in_csv_and_toml() -> None:
    csv, toml = (load_sheets(EXAMPLE / f"example.{kind}", CATALOGUE) for kind in ("csv", "toml"))
    pd.testing.assert_frame_equal(csv.sheets.drop(columns="row"), toml.sheets.drop(columns="row"))
    pd.testing.assert_frame_equal(csv.rankings, toml.rankings)
    pd.testing.assert_frame_equal(csv.notes, toml.notes)
    assert csv.sheets["row"].tolist() == [2, 11]
    assert toml.sheets["row"].tolist() == [1, 2]


def test_the_example_is_read_as_written() -> None:
    loaded = load_sheets(EXAMPLE / "example.csv", CATALOGUE)
    assert loaded.sheets["members"].tolist() == [7, 6]
    assert loaded.sheets["mix"].tolist() == ["role=municipal_officer+programme_manager city_size=m+s", ""]
    assert loaded.rankings.to_numpy().tolist() == [
        [1, "contents", "innovative_procurement", 1],
        [1, "contents", "data_models", 2],
        [1, "contents", "ppp", 2],
        [1, "contents", "communication", 4],
        [1, "duration", "month", 1],
        [1, "duration", "week", 2],
    ]
    assert loaded.notes["code"].tolist() == ["procurement", "innovative_procurement", ""]
    assert loaded.notes["competencies"].tolist() == ["innovative_procurement", "innovative_procurement+ppp", ""]
    assert loaded.notes["answers"].astype(object).where(loaded.notes["answers"].notna(), None).tolist() == [
        None,
        1,
        None,
    ]
    assert "tables 2, lists 2, notes 3" in str(loaded.report)
    assert "tables that ranked nothing: 2" in str(loaded.report)


@pytest.mark.parametrize("kind", ["csv", "toml"])
def test_the_page_shows_the_example(kind: str) -> None:
    shown = re.search(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    assert shown
    assert (EXAMPLE / f"example.{kind}").read_text(encoding="utf-8").endswith(shown[1])


def test_a_workbook_has_a_sheet_for_each_table(tmp_path: Path) -> None:
    head = ["Topic", "OPTION", "Position"]
    file = workbook(
        tmp_path,
        Help=[["Fill in one sheet for each table."]],
        Table_3=[
            head,
            ["contents", "ppp", 1.0],
            ["contents", "data_models", "2="],
            ["contents", "communication", "2="],
        ],
        Table_12=[head, ["Duration", "One day", 1]],
        Table_4=[],
    )
    loaded = load_sheets(file, CATALOGUE)
    assert loaded.sheets["table_number"].tolist() == [3, 4, 12]
    assert places(loaded) == {"ppp": 1, "data_models": 2, "communication": 2, "day": 1}
    assert any("'Help' was not read" in note for note in loaded.report.notes)


def test_a_workbook_can_hold_all_tables_on_one_sheet(tmp_path: Path) -> None:
    file = workbook(tmp_path, All=[["table", "topic", "option", "position"], ["Table 2", "contents", "ppp", 1]])
    assert load_sheets(file, CATALOGUE).rankings.to_numpy().tolist() == [[2, "contents", "ppp", 1]]


def test_a_sheet_with_lists_that_is_named_after_no_table_is_refused(tmp_path: Path) -> None:
    file = workbook(tmp_path, Sheet1=[["topic", "option", "position"], ["contents", "ppp", 1]])
    with pytest.raises(ImportRefused, match="'Sheet1': call the sheet `Table 3`"):
        load_sheets(file, CATALOGUE)


def test_semicolons_a_byte_order_mark_and_cp1252_are_read(tmp_path: Path) -> None:
    text = "table;topic;option;position\n1;contents;Public–private partnerships;1\n"
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        assert places(load(tmp_path, text.encode(encoding))) == {"ppp": 1}


# Lists


def test_labels_short_labels_and_codes_name_the_same(tmp_path: Path) -> None:
    c = CATALOGUE.find("data_models")
    for name in (c.code, c.label, c.short, c.label.upper()):
        assert places(load(tmp_path, f"{RANKS}1,contents,{name},1\n")) == {"data_models": 1}


def test_an_unknown_item_is_refused_with_the_closest_choices(tmp_path: Path) -> None:
    text = refusal(tmp_path, f"{RANKS}1,contents,data_modls,1\n")
    assert "row 2, column 'option': 'data_modls' is not one of: data_models" in text
    assert "1 of 1 lines cannot be kept; nothing was stored" in text


@pytest.mark.parametrize(
    ("ranks", "message"),
    [
        (["1", "2", "2"], "row 4, column 'position': '2' is the same rank as in row 3, without a tie mark"),
        (["1", "2=", "2"], "row 4, column 'position': '2' is the same rank as in row 3, without a tie mark"),
        (["1", "2=", "3"], "row 3, column 'position': '2=' is a tie with nothing; alone at its rank it is: 2"),
        (["1", "2", "4"], "row 4, column 'position': '4' is not the next rank after 2 ranked, which is: 3"),
        (["1=", "1=", "2"], "row 4, column 'position': '2' is not the next rank after 2 ranked, which is: 3"),
        (["2", "3", "4"], "row 2, column 'position': '2' is not the first rank, which is: 1"),
        (["1", "2", "first"], "row 4, column 'position': 'first' is no rank, such as 2, or 2="),
        (["1", "2", "0"], "row 4, column 'position': '0' is no rank"),
        (["1", "2", "2.5"], "row 4, column 'position': '2.5' is no rank"),
        (["1", "2", ""], "row 4, column 'position': is no rank"),
    ],
)
def test_ranks_that_make_no_list_are_refused(tmp_path: Path, ranks: list[str], message: str) -> None:
    options = ("ppp", "data_models", "communication")
    lines = "".join(f"1,contents,{o},{rank}\n" for o, rank in zip(options, ranks, strict=True))
    text = refusal(tmp_path, RANKS + lines)
    assert message in text
    assert text.count("column 'position'") == 1


def test_an_item_ranked_twice_is_refused(tmp_path: Path) -> None:
    text = refusal(tmp_path, f"{RANKS}1,contents,ppp,1\n1,contents,Public–private partnerships,2\n")
    assert "row 3, column 'option': 'Public–private partnerships' is on this list already in row 2" in text


def test_an_unknown_topic_is_refused_once_with_the_topics(tmp_path: Path) -> None:
    text = refusal(tmp_path, f"{RANKS}1,food,ppp,1\n1,food,data_models,2\n1,duraton,day,1\n")
    assert "'food' is not one of: contents, methodology, duration, framework, target" in text
    assert text.count("food") == 1
    assert "'duraton' is not one of: duration" in text


def test_two_tables_may_rank_the_same_and_one_item_may_stand_on_two_lists(tmp_path: Path) -> None:
    loaded = load(tmp_path, f"{RANKS}1,contents,ppp,1\n2,contents,ppp,1\n2,target,elected,1\n")
    assert loaded.rankings["table_number"].tolist() == [1, 2, 2]


@pytest.mark.parametrize("table", ["", "none", "0", "1.5"])
def test_a_line_of_no_table_is_refused(tmp_path: Path, table: str) -> None:
    assert "row 2, column 'table'" in refusal(tmp_path, f"{RANKS}{table},contents,ppp,1\n")


def test_a_table_on_two_sheets_is_refused(tmp_path: Path) -> None:
    rows: list[list[object]] = [["topic", "option", "position"], ["contents", "ppp", 1]]
    file = workbook(tmp_path, **{"Table_3": rows, "3": rows})
    with pytest.raises(ImportRefused, match="sheet '3', row 1, column 'table': '3' is a table for the second time"):
        load_sheets(file, CATALOGUE)
    loaded = load_sheets(file, CATALOGUE, skip_bad=True)
    assert places(loaded) == {"ppp": 1}
    assert loaded.sheets["row"].tolist() == [1]


def test_a_table_twice_in_toml_is_refused(tmp_path: Path) -> None:
    text = refusal(tmp_path, "[[table]]\nnumber = 3\n[[table]]\nnumber = 3\n", "sheets.toml")
    assert "table 3" in text
    assert "is a table for the second time" in text


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[[table]]\nnumber = 'x'\n", "table.1.number: "),
        ("[[table]]\nnumber = 1\nhost = 'Jo'\n", "table.1.host: "),
        ("[[table]]\nnumber = 1\n[table.contents]\nrank = [[]]\n", "table.1.contents.rank.1"),
        ("[[table]\n", "this is no TOML"),
        ("x = 1\n", "table: Field required"),
    ],
)
def test_toml_of_another_shape_is_refused_at_its_key(tmp_path: Path, toml: str, message: str) -> None:
    assert message in refusal(tmp_path, toml, "sheets.toml")


def test_toml_names_the_place_of_a_fault(tmp_path: Path) -> None:
    toml = "[[table]]\nnumber = 3\n[table.contents]\nrank = ['ppp', 'nothing like it']\n"
    assert "table 3, contents, column 'option': 'nothing like it' is not one of" in refusal(tmp_path, toml, "a.toml")


# Notes


@pytest.mark.parametrize(
    ("note", "message"),
    [
        ("idea,Words", "column 'kind': 'idea' is not one of: challenge, solution, conclusion"),
        (",Words", "column 'kind': is blank; it can be: challenge, solution, conclusion"),
        ("challenge,", "column 'text': is blank"),
        ("challenge,Words,living_labs", "column 'code': 'living_labs' is not one of"),
        ("conclusion,Words,silos", "column 'code': 'silos' a conclusion has no code"),
        ("challenge,Words,,ppp+pppp", "column 'competencies': 'ppp+pppp' has 'pppp', which is not one of: ppp"),
        ("challenge,Words,,,inovation", "column 'practices': 'inovation' is not one of: innovation"),
        ("solution,Words,,,,1", "column 'answers': '1' is not the number of a challenge"),
        ("solution,Words,,,,first", "column 'answers': 'first' is not the number of a challenge"),
        ("challenge,Words,,,,1", "column 'answers': '1' only a solution answers a challenge"),
    ],
)
def test_a_note_that_cannot_be_read_is_refused(tmp_path: Path, note: str, message: str) -> None:
    assert f"row 2, {message}" in refusal(tmp_path, f"{NOTED}1,{note}\n")


def test_an_answer_counts_the_notes_of_its_own_table(tmp_path: Path) -> None:
    lines = ["2,challenge,a", "1,conclusion,b", "1,challenge,c", "1,solution,d,,,,2"]
    loaded = load(tmp_path, NOTED + "\n".join(lines))
    assert loaded.notes[["table_number", "line", "text"]].to_numpy().tolist() == [
        [1, 1, "b"],
        [1, 2, "c"],
        [1, 3, "d"],
        [2, 1, "a"],
    ]
    text = refusal(tmp_path, NOTED + "\n".join([*lines[:3], "1,solution,d,,,,1"]))
    assert "column 'answers': '1' is not the number of a challenge among this table's notes: 2" in text


def test_a_line_that_is_both_rank_and_note_is_refused(tmp_path: Path) -> None:
    text = "table,topic,option,position,kind,text\n1,contents,ppp,1,challenge,Words\n"
    assert "row 2: a line holds a rank or a note, not both" in refusal(tmp_path, text)


# Tables


def test_a_table_that_ranked_nothing_is_kept(tmp_path: Path) -> None:
    loaded = load(tmp_path, f"{RANKS}4\n")
    assert loaded.sheets["table_number"].tolist() == [4]
    assert loaded.rankings.empty
    assert loaded.notes.empty
    for frame, contract in ((loaded.sheets, SHEETS), (loaded.rankings, RANKINGS), (loaded.notes, NOTES)):
        contract.check(frame)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("many,", "column 'members': 'many' is no number of people"),
        ("0,", "column 'members': '0' is no number of people"),
        (",age=40", "has 'age', which is no profile dimension; there are: role"),
        (",role=king", "has 'king', which is no option of role; there are: "),
        ("6,\n1,7,", "row 3, column 'members': '7' is not what is said in row 2: 6"),
    ],
)
def test_members_that_cannot_be_read_are_refused_and_else_not_known(tmp_path: Path, said: str, message: str) -> None:
    text = f"table,members,mix,topic,option,position\n1,{said},contents,ppp,1\n"
    assert message in refusal(tmp_path, text)
    loaded = load(tmp_path, text, skip_bad=True)
    assert loaded.sheets[["members", "mix"]].isin([pd.NA, ""]).all(axis=None)
    assert places(loaded) == {"ppp": 1}


def test_a_roll_up_in_the_mix_stands_for_its_options(tmp_path: Path) -> None:
    loaded = load(tmp_path, "table,mix,kind,text\n1,city_size=small_medium\n")
    members = CATALOGUE.dimensions["city_size"].members("small_medium")
    assert loaded.sheets["mix"].tolist() == [f"city_size={'+'.join(sorted(members))}"]


def test_a_column_for_names_is_not_read_and_is_named(tmp_path: Path) -> None:
    loaded = load(tmp_path, "table,Host,topic,option,position\n1,Jo,contents,ppp,1\n")
    assert loaded.report.unused == ("Host",)
    assert "Jo" not in str([loaded.sheets, loaded.rankings, loaded.notes])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no column 'table'"),
        ("topic,option,position\ncontents,ppp,1\n", "no column 'table'; the headings are: topic, option, position"),
        ("table,topic,option\n1,contents,ppp\n", "no column 'position'"),
        ("table,text\n1,Words\n", "no column 'kind'"),
        ("table,topic,option,option,position\n", "the heading 'option' stands twice"),
        (RANKS, "there is no table in it"),
        (f"{RANKS}1,contents,ppp,1,more\n", "row 2: 1 cells stand beyond the headings"),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str, message: str) -> None:
    assert message in refusal(tmp_path, text)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="No such file"):
        load_sheets(tmp_path / "none.toml", CATALOGUE)


# Leaving out


def test_skip_bad_leaves_out_the_whole_list_and_lists_it(tmp_path: Path) -> None:
    lines = "1,contents,ppp,1\n1,contents,nothing,2\n1,duration,day,1\n2,contents,ppp,1\n"
    loaded = load(tmp_path, RANKS + lines, skip_bad=True)
    assert loaded.rankings[["table_number", "topic"]].to_numpy().tolist() == [[1, "duration"], [2, "contents"]]
    report = loaded.report
    assert (report.read, report.kept, report.left_out, report.refused) == (4, 2, 2, 1)
    assert "left out: list contents of table 1, lines 2" in report.notes


def test_skip_bad_leaves_out_a_solution_with_the_challenge_it_answers_and_keeps_the_numbers(tmp_path: Path) -> None:
    lines = "1,challenge,a,nonsense\n1,solution,b,,,,1\n1,challenge,c\n1,solution,d,,,,3\n"
    loaded = load(tmp_path, NOTED + lines, skip_bad=True)
    assert loaded.notes["line"].tolist() == [3, 4]
    assert loaded.notes["answers"].tolist()[1] == 3
    assert [(r.row, r.column) for r in loaded.report.refusals] == [(2, "code"), (3, "answers")]


def test_a_file_of_only_bad_lists_is_refused_whatever_is_skipped(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="1 of 1 lines"):
        load(tmp_path, f"{RANKS}1,contents,nothing,1\n", skip_bad=True)


def test_progress_ends_with_the_whole(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    load_sheets(EXAMPLE / "example.csv", CATALOGUE, progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0


# Any list with ties


def _long(ties: list[list[str]]) -> str:
    lines, above = [], 0
    for tie in ties:
        mark = "=" if len(tie) > 1 else ""
        lines += [f"1,contents,{option},{above + 1}{mark}" for option in tie]
        above += len(tie)
    return RANKS + "\n".join(lines)


@st.composite
def ranked(draw: st.DrawFn) -> list[list[str]]:
    options = draw(st.permutations(CATALOGUE.codes))[: draw(st.integers(1, 12))]
    ends = sorted(draw(st.sets(st.integers(1, len(options) - 1)))) if len(options) > 1 else []
    return [list(options[a:b]) for a, b in zip([0, *ends], [*ends, len(options)], strict=True)]


@given(ranked())
@settings(max_examples=40, deadline=None)
def test_any_list_with_ties_has_the_same_places_by_both_roads(ties: list[list[str]]) -> None:
    """A place is one more than the number of items above it, whatever file it came from."""
    toml = f"[[table]]\nnumber = 1\n[table.contents]\nrank = {ties}\n"
    expected = {o: 1 + sum(map(len, ties[:i])) for i, tie in enumerate(ties) for o in tie}
    with TemporaryDirectory() as folder:
        assert places(load(Path(folder), toml, "a.toml")) == expected
        assert places(load(Path(folder), _long(ties))) == expected


def test_a_catalogue_without_roles_has_no_target_population(catalogue: Catalogue, tmp_path: Path) -> None:
    small = catalogue.model_copy(update={"topic": CATALOGUE.topic, "dimension": ()})
    (tmp_path / "a.csv").write_text(f"{RANKS}1,target,elected,1\n", encoding="utf-8")
    with pytest.raises(ImportRefused, match="'elected' is not one of"):
        load_sheets(tmp_path / "a.csv", small)
