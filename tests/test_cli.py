"""The command line: the pages' twins, and refusals that lose nothing."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from click import UsageError
from click.testing import CliRunner

from sctrain import notes, tables, views, voices
from sctrain.__main__ import main
from sctrain.cli.tell import GAP_COLUMNS
from sctrain.errors import SctrainError
from sctrain.selection import Selection
from sctrain.store.engine import open_store

ROOT = Path(__file__).parents[1]
MAPPING = """
[file]
[event]
code = "town_hall"
title = "Town hall"
[respondent]
column = "id"
[profile.role]
column = "role"
labels = { "Mayor" = "elected", "Head" = "head_of_department" }
[[rating]]
competency = "systems_thinking"
importance = "imp"
level = "lev"
"""


@pytest.fixture(autouse=True)
def own_store(tmp_path, monkeypatch):
    monkeypatch.setenv("SCTRAIN_DB", f"sqlite:///{tmp_path / 'cli.db'}")
    return tmp_path


def run(*args):
    result = CliRunner().invoke(main, [str(a) for a in args], catch_exceptions=False, standalone_mode=False)
    return result.output


def survey(folder, *rows):
    (folder / "map.toml").write_text(MAPPING)
    (folder / "survey.csv").write_text("\n".join(["id,role,imp,lev", *rows]) + "\n")
    return folder / "survey.csv", "--mapping", folder / "map.toml"


def test_gaps_as_json_are_the_numbers_of_the_page():
    run("demo")
    told = json.loads(run("gaps", "--by", "city_size_band", "--format", "json"))
    room = views.read(open_store(), Selection())
    shown = views.gaps(room, Selection(("demo",), by="city_size_band"))
    assert told["version"] == room.version
    assert told["selection"]["by"] == "city_size_band"
    assert list(told["rows"][0]) == GAP_COLUMNS
    assert len(told["rows"]) == len(shown) == 2 * len(room.catalogue.codes)
    for row, ours in zip(told["rows"], shown.itertuples(), strict=True):
        assert (row["competency"], row["group"]) == (ours.competency, ours.group)
        assert row["suppressed"] or row["gap"] == pytest.approx(ours.gap)
        assert row["suppressed"] or (isinstance(row["rank_low"], int) and isinstance(row["suppressed"], bool))


def test_suppressed_rows_have_null_for_every_number():
    run("demo")
    rows = json.loads(run("gaps", "--by", "role", "--format", "json"))["rows"]
    hidden = [row for row in rows if row["suppressed"]]
    assert hidden
    for row in hidden:
        assert {k for k, v in row.items() if v is not None} == {"competency", "group", "suppressed"}


def test_without_by_the_group_is_null():
    run("demo")
    assert {row["group"] for row in json.loads(run("gaps", "--format", "json"))["rows"]} == {None}


def test_gaps_as_csv_tell_their_base_in_every_row():
    run("demo")
    rows = list(csv.DictReader(io.StringIO(run("gaps", "--role", "programme_manager", "--format", "csv"))))
    assert len(rows) == len(views.read(open_store(), Selection()).catalogue.codes)
    assert all("made-up" in row["event"] and row["filters"].startswith("role:") for row in rows)
    assert all(row["data_version"].isdigit() and row["people"].isdigit() for row in rows)


def test_an_unknown_option_is_refused_with_the_choices():
    run("demo")
    with pytest.raises(SctrainError, match=r"wizard.*programme_manager"):
        run("gaps", "--role", "wizard")


def test_the_demo_is_the_same_again_and_never_mixed_with_real_answers(own_store):
    assert "60 added" in run("demo")
    assert "there already, 60 people" in run("demo")
    assert "30 added" in run("demo", "--event", "second", "--participants", "30")
    assert run("demo", "--if-empty") == ""
    file, *mapping = survey(own_store, "1,Mayor,5,2")
    run("import", file, *mapping)
    with pytest.raises(SctrainError, match="real answers"):
        run("demo", "--event", "town_hall")


def test_the_demo_s_other_rooms_are_older_and_made_only_where_asked_for():
    first = run("demo")
    assert first.splitlines()[-1].endswith("data version 6")
    told = run("demo", "--with", "earlier", "--with", "null")
    assert "demo: there already" in told
    assert "demo_2017: 36 added" in told
    assert "demo_null: 60 added" in told
    assert [line.split(":")[0] for line in run("events").splitlines()] == ["demo", "demo_null", "demo_2017"]
    assert run("events").count("made-up demo") == 3
    room = views.read(open_store(), Selection())
    assert [event.code for event in room.events] == ["demo"]
    assert "there already, 36 people" in run("demo", "--with", "earlier")
    assert "tiny_2017: 3 added" in run("demo", "--event", "tiny", "--participants", "5", "--with", "earlier")
    with pytest.raises(UsageError, match="'never' is not one of 'earlier', 'null'"):
        run("demo", "--with", "never")


def test_replies_come_in_with_a_survey_and_stand_beside_its_marks(own_store):
    file, *mapping = survey(own_store, "1,Mayor,5,2", "2,Head,4,4")
    (own_store / "map.toml").write_text(
        MAPPING + '[question.how_long]\ncolumn = "lev"\nlabels = { "2" = "week", "4" = "day" }\n'
    )
    assert "2 added" in run("import", file, *mapping)
    engine = open_store()
    room = views.read(engine, Selection())
    said, roles = views.replies(engine, room)["how_long"], room.cards.profile["role"]
    pairs = {(roles.values[r], said.values[s]) for r, s in zip(roles.code, said.code, strict=True)}
    assert pairs == {("elected", "week"), ("head_of_department", "day")}
    assert "0 added, 0 corrected, 2 there already" in run("import", file, *mapping)


def test_a_survey_comes_in_once_and_a_changed_row_is_a_correction(own_store):
    file, *mapping = survey(own_store, "1,Mayor,5,2", "2,Head,4,4", "3,Head,,3")
    assert "3 added" in run("import", file, *mapping)
    assert "0 added, 0 corrected, 3 there already" in run("import", file, *mapping)
    survey(own_store, "1,Mayor,5,3", "2,Head,4,4", "3,Head,,3")
    assert "0 added, 1 corrected, 2 there already" in run("import", file, *mapping)
    assert "town_hall: Town hall (no date; 3 people)" in run("events")


def test_a_bad_row_stops_the_file_and_nothing_is_stored(own_store):
    file, *mapping = survey(own_store, "1,Mayor,5,2", "2,Wizard,4,4", "3,Head,7,3")
    with pytest.raises(SctrainError) as refused:
        run("import", file, *mapping)
    assert re.search(r"row 3, column 'role': 'Wizard'.*Mayor", str(refused.value))
    assert re.search(r"row 4, column 'imp': '7'", str(refused.value))
    assert "no event yet" in run("events")
    assert "1 added" in run("import", file, *mapping, "--skip-bad")


def test_a_dry_run_reports_and_stores_nothing(own_store):
    file, *mapping = survey(own_store, "1,Mayor,5,2")
    assert "nothing was stored" in run("import", file, *mapping, "--dry-run")
    assert "no event yet" in run("events")


def test_table_sheets_come_in_and_the_consensus_is_told(own_store):
    run("demo")
    told = json.loads(run("consensus", "--topic", "contents", "--format", "json"))
    assert told["sentence"]
    assert len(told["rows"]) == len(views.read(open_store(), Selection()).catalogue.codes)
    example = ROOT / "data" / "sheets" / "example.csv"
    assert "nothing was stored" in run("import-tables", example, "--dry-run")
    assert "corrected" in run("import-tables", example)
    assert "0 added, 0 corrected" in run("import-tables", example)
    rows = list(csv.DictReader(io.StringIO(run("consensus", "--topic", "duration", "--format", "csv"))))
    assert all("made-up" in row["event"] for row in rows)


def test_voices_as_json_are_what_the_page_shows():
    run("demo")
    told = json.loads(run("voices", "--role", "programme_manager", "--role", "municipal_officer", "--format", "json"))
    selection = Selection(("demo",), (("role", ("programme_manager", "municipal_officer")),))
    room, table_room = views.read(open_store(), selection), tables.read(open_store(), selection)
    met = voices.meet(room, table_room, tables.agreed(table_room, "contents"), selection)
    assert told["sentence"] == met.sentence
    assert [row["voice"] for row in told["rows"]] == met.voices["voice"].tolist()
    assert "23 people and 8 tables" in told["sentence"]


def test_the_queue_is_of_any_topic():
    run("demo")
    contents = json.loads(run("queue", "--by", "city_size_band", "--format", "json"))
    assert contents["rows"][0]["rank"] == 1
    assert contents["cards"].startswith("1. ")
    assert any(row["group_more"] == "small_medium" for row in contents["rows"])
    duration = json.loads(run("queue", "--topic", "duration", "--format", "json"))
    assert {row["group_more"] for row in duration["rows"]} == {None}
    with pytest.raises(SctrainError, match=r"shoes.*duration"):
        run("queue", "--topic", "shoes")


def test_voices_and_queue_are_of_one_event():
    run("demo")
    run("demo", "--event", "second")
    for command in ("voices", "queue"):
        with pytest.raises(SctrainError, match="name one"):
            run(command, "--event", "demo", "--event", "second")


def test_lines_are_listed_coded_and_cleared_by_the_organiser_only():
    run("demo")
    listed = run("notes")
    place = next(line for line in listed.splitlines() if line.startswith("7.5.")).split()[0]
    assert f"{place} solution: A contract where the firm earns" in listed
    assert "code: ppp" in listed
    assert "all may read it" not in next(line for line in listed.splitlines() if line.startswith("7.5."))
    assert "1 added" in run("code-note", place, "--code", "ppp", "--clear")
    assert place not in run("notes")
    room = notes.read(open_store(), Selection())
    line = room.coded.set_index(["table_number", "line"]).loc[(7, 5)]
    assert (line["coded_by"], line["code"], line["text"][:10]) == ("person", "ppp", "A contract")
    run("code-note", place, "--unclear")
    assert notes.read(open_store(), Selection()).coded.set_index(["table_number", "line"]).loc[(7, 5), "text"] == ""


def test_a_wrong_code_or_line_is_refused_with_the_choices():
    run("demo")
    place = next(line for line in run("notes").splitlines() if line.startswith("7.5.")).split()[0]
    with pytest.raises(SctrainError, match=r"solution in line 5 of table 7.*silos.*ppp"):
        run("code-note", place, "--code", "silos")
    with pytest.raises(SctrainError, match=r"line of table 7.*99"):
        run("code-note", "7.99.abcd", "--clear")
    with pytest.raises(SctrainError, match=r"TABLE\.LINE\.MARK"):
        run("code-note", "7.5", "--clear")
    with pytest.raises(SctrainError, match="another text than was read"):
        run("code-note", "7.5.0000", "--clear")


def test_challenges_hold_no_text_that_is_not_cleared():
    run("demo")
    told = run("challenges", "--format", "json")
    assert "Privacy is at stake" in json.loads(told)["sentence"]
    written = notes.read(open_store(), Selection()).noted
    assert not any(text in told for text in written["text"])


def test_compare_prints_the_differences_of_the_page():
    run("demo")
    told = json.loads(run("compare", "--by", "city_size_band", "--format", "json"))
    room = views.read(open_store(), Selection())
    ours = views.compare(room, Selection(("demo",), by="city_size_band"))
    assert [row["difference"] for row in told["rows"]] == pytest.approx(ours["difference"].tolist())
    assert told["compared_by"] == "City size, rolled up"
    assert told["sentence"].startswith("“Small and medium cities")
    assert told["core"].startswith("Core of ")
    text = run("compare", "--by", "city_size_band")
    assert told["sentence"] in text
    assert "common core" in text


def test_compare_says_which_groups_it_cannot_show_and_refuses_the_unknown():
    run("demo")
    two = ("--group", "municipal_officer", "--group", "elected")
    told = json.loads(run("compare", "--by", "role", *two, "--format", "json"))
    assert {row["group"] for row in told["rows"]} == {"municipal_officer"}
    assert {row["reference"] for row in told["rows"]} == {""}
    assert told["left_out"] == "Not compared: elected."
    assert "core" not in told
    with pytest.raises(SctrainError, match="wizard"):
        run("compare", "--by", "role", "--group", "wizard")
    with pytest.raises(SctrainError, match=r"shoes.*city_size"):
        run("compare", "--by", "shoes")


def test_bench_measures_coverage_too():
    told = run("bench", "coverage", "--rooms", "2")
    assert "2 rooms of 12 competencies" in told
    assert told.count("difference: interval holds it") == 3


def test_every_command_is_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in main.commands:
        assert f"python -m sctrain {name}" in readme
