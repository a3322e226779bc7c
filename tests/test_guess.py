"""A mapping is proposed for a file that nobody described: what is found, what is asked, what is refused."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sctrain import importing
from sctrain.__main__ import main
from sctrain.catalogue import read_catalogue
from sctrain.errors import ImportRefused, InputError
from sctrain.load.guess import Proposal, propose
from sctrain.load.keep import to_toml
from sctrain.load.mapping import Mapping, mapping_of
from sctrain.load.survey import load
from sctrain.load.words import country, words
from tests import exports

USUAL = read_catalogue()
TOOLS: dict[str, Callable[[Path], Path]] = {
    "Google Forms": exports.google,
    "Microsoft Forms": exports.microsoft,
    "EUSurvey": exports.eusurvey,
    "LimeSurvey": exports.limesurvey,
    "KoboToolbox": exports.kobo,
    "SurveyMonkey": exports.surveymonkey,
}


def survey(folder: Path, content: str, name: str = "answers.csv") -> Path:
    (folder / name).write_text(content, encoding="utf-8")
    return folder / name


def proposal(folder: Path, content: str, **said: str) -> Proposal:
    return propose(survey(folder, content), USUAL, {code.replace("__", "."): answer for code, answer in said.items()})


def asked(proposed: Proposal) -> dict[str, str]:
    """Code and assumed answer of every question."""
    return {ask.code: ask.default for ask in proposed.asks}


def uses(proposed: Proposal) -> dict[str, str]:
    return {found.heading: found.use for found in proposed.found}


def gaps(file: Path, proposed: Proposal) -> dict[str, tuple[int, float]]:
    """n and gap of each competency with both marks."""
    found = importing.preview(file, proposed).gaps
    return {row.competency: (row.n, row.gap) for row in found[found["n"] > 0].itertuples()}


def is_the_survey(file: Path) -> None:
    proposed = propose(file, USUAL)
    found = gaps(file, proposed)
    assert list(found)
    assert set(found) == set(exports.CODES)
    for code, n, gap in zip(exports.CODES, exports.PAIRS, exports.GAPS, strict=True):
        assert found[code] == (n, pytest.approx(gap))
    people = load(file, proposed.mapping, proposed.catalogue).submissions
    assert tuple(people["role"]) == exports.ROLES
    assert tuple(people["country"]) == exports.COUNTRIES


@pytest.mark.parametrize("tool", TOOLS)
def test_one_survey_gives_the_same_people_and_gaps_whichever_tool_exported_it(tmp_path: Path, tool: str) -> None:
    file = TOOLS[tool](tmp_path)
    assert tool in propose(file, USUAL).look.tool
    is_the_survey(file)


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt"])
def test_versions_of_one_survey_in_other_languages_give_the_same_gaps(tmp_path: Path, language: str) -> None:
    is_the_survey(exports.google(tmp_path, language))
    is_the_survey(exports.limesurvey(tmp_path, language))


def test_every_column_has_a_reason_and_the_share_of_its_answers_that_is_read(tmp_path: Path) -> None:
    proposed = propose(exports.microsoft(tmp_path), USUAL)
    by_heading = {found.heading: found for found in proposed.found}
    assert all(found.reason for found in proposed.found)
    assert by_heading["Email"].reason == "names and addresses are not read"
    level = by_heading["Seeing the city as one system [level]"]
    assert (level.use, level.share, level.cells) == ("level:systems_thinking", 1.0, 4)
    assert importing.shares(proposed) == pytest.approx((5 * 4 + 22) / (7 * 4 + 22))


GRID = "Importance [A],Importance [B],Level [A],Level [B]\n"


def test_codes_that_may_be_no_opinion_are_asked_about_with_the_number_of_cells(tmp_path: Path) -> None:
    rows = "5,4,1,2\n4,3,2,3\n3,9,4,77\n2,1,5,1\n1,2,3,4\n5,5,2,2\n"
    proposed = proposal(tmp_path, GRID + rows)
    assert asked(proposed)["scale.importance.is.9"] == asked(proposed)["scale.level.is.77"] == "no_opinion"
    assert {ask.code: ask.cells for ask in proposed.asks}["scale.importance.is.9"] == 1
    assert gaps(tmp_path / "answers.csv", proposed)["b"] == (5, pytest.approx((2 + 0 + 0 - 2 + 3) / 5))


def test_a_code_may_be_said_to_be_a_step_or_a_mistake(tmp_path: Path) -> None:
    rows = "5,4,1,2\n4,3,2,3\n3,6,4,1\n2,1,5,1\n1,2,3,4\n5,5,2,2\n"
    longer = proposal(tmp_path, GRID + rows, scale__importance__ends="1..6")
    assert longer.mapping.scale["importance"].span == (1, 6)
    file = tmp_path / "answers.csv"
    codes = "1,1,1,1\n2,2,2,2\n3,3,3,3\n4,4,4,4\n5,5,5,9\n"
    refused = importing.preview(file, proposal(tmp_path, GRID + codes, scale__level__is__9="refuse"))
    assert "row 6, column 'Level [B]': '9' is not one of: 1, 2, 3, 4, 5" in refused.refused


def test_a_step_that_nobody_in_a_small_room_chose_is_asked_about(tmp_path: Path) -> None:
    rows = "5,4,1,2\n4,3,2,3\n3,2,4,1\n"
    assert asked(proposal(tmp_path, GRID + rows))["scale.level.ends"] == "1..5"
    assert asked(proposal(tmp_path, GRID + rows * 60))["scale.level.ends"] == "1..4"


def test_a_scale_that_runs_backwards_is_asked_about_and_turned_where_somebody_says_so(tmp_path: Path) -> None:
    rows = "5,4,1,2\n4,3,2,3\n3,2,4,1\n2,1,5,1\n1,2,3,4\n"
    assert asked(proposal(tmp_path, GRID + rows))["scale.level.reversed"] == "no"
    turned = proposal(tmp_path, GRID + rows, scale__level__reversed="yes")
    # levels of A become 5, 4, 2, 1, 3
    assert gaps(tmp_path / "answers.csv", turned)["a"] == (5, pytest.approx(0))


def test_words_behind_numbers_tell_that_a_scale_runs_backwards(tmp_path: Path) -> None:
    rows = "1 - very important,2,1,2\n5 - not important,1 - very important,2,3\n3,4,4,5\n"
    proposed = proposal(tmp_path, GRID + rows)
    assert asked(proposed)["scale.importance_numbers_and_words.reversed"] == "yes"
    # importance of A is 5, 1, 3; levels 1, 2, 4
    assert gaps(tmp_path / "answers.csv", proposed)["a"] == (3, pytest.approx((4 - 1 - 1) / 3))


def test_none_is_an_answer_until_somebody_says_otherwise(tmp_path: Path) -> None:
    steps = ("Basic knowledge", "Some knowledge", "Advanced", "Expert")
    rows = "".join(f"{1 + n % 5},5,{step},{step}\n" for n, step in enumerate((*steps, *steps, "None")))
    proposed = proposal(tmp_path, GRID + rows)
    assert asked(proposed)["scale.level_knowledge.is.none"] == "1"
    assert gaps(tmp_path / "answers.csv", proposed)["a"][0] == 9
    silent = proposal(tmp_path, GRID + rows, scale__level_knowledge__is__none="no_opinion")
    assert gaps(tmp_path / "answers.csv", silent)["a"][0] == 8


def test_days_and_months_that_could_be_either_are_asked_about(tmp_path: Path) -> None:
    rows = "3/4/2026 10:00,5,4,1,2\n5/6/2026 10:00,4,3,2,3\n7/8/2026 10:00,3,2,4,1\n"
    proposed = proposal(tmp_path, "Timestamp," + GRID + rows)
    assert asked(proposed)["time.order"] == "%d/%m/%Y %H:%M"
    sure = proposal(tmp_path, "Timestamp," + GRID + rows + "12/31/2026 10:00,1,1,1,1\n")
    assert sure.mapping.submitted
    assert sure.mapping.submitted.format == "%m/%d/%Y %H:%M"
    assert "time.order" not in asked(sure)


def test_when_a_form_was_begun_or_how_long_it_took_is_read_for_how_long_people_took(tmp_path: Path) -> None:
    rows = "2026-03-04 10:00:00,2026-03-04 10:09:30,5,4,1,2\n,2026-03-04 10:12:00,4,3,2,3\n"
    rows += "2026-03-04 10:12:00,2026-03-04 10:12:00,3,2,4,1\n"
    by_times = proposal(tmp_path, "Start time,Completion time," + GRID + rows)
    assert by_times.mapping.started
    took = load(tmp_path / "answers.csv", by_times.mapping, by_times.catalogue).submissions["seconds"]
    assert took.tolist() == [570, pd.NA, pd.NA]
    rows = "".join(f"2026-03-04 10:00:00,2026-03-04 10:09:30,41{n}.7,{5 - n},4,1,2\n" for n in range(3))
    counted = proposal(tmp_path, "startdate. Date started,submitdate. Date submitted,Total time," + GRID + rows)
    assert counted.mapping.duration
    assert counted.mapping.started is None
    took = load(tmp_path / "answers.csv", counted.mapping, counted.catalogue).submissions["seconds"]
    assert took.tolist() == [411, 412, 413]
    two = "".join(f"2026-03-04 10:09:30,41{n}.7,41{n}.7,{5 - n},4,1,2\n" for n in range(3))
    twice = proposal(tmp_path, "submitdate,Total time,interviewtime," + GRID + two)
    assert twice.mapping.duration == counted.mapping.duration
    assert (twice.found[2].use, twice.found[2].reason) == ("ignore", "another column tells how long it took")


def test_rows_without_consent_and_tests_are_left_out_unless_somebody_keeps_them(tmp_path: Path) -> None:
    rows = "Yes,,5,4,1,2\nNo,,4,3,2,3\nYes,test 1,3,2,4,1\nYes,,2,1,5,4\n"
    content = "Do you consent?,Comment," + GRID + rows
    report = importing.preview(tmp_path / "answers.csv", proposal(tmp_path, content)).report
    assert report is not None
    assert (report.read, report.kept, report.excluded) == (4, 2, (("no consent", 1), ("a test", 1)))
    kept = importing.preview(tmp_path / "answers.csv", proposal(tmp_path, content, exclude__a_test__1="keep")).report
    assert kept is not None
    assert kept.kept == 3


def test_options_with_a_comma_in_them_are_one_option(tmp_path: Path) -> None:
    roles = [
        "Planner, urban, Mayor",
        "Mayor",
        "Planner, urban",
        "Officer",
        "Officer, Mayor",
        "Planner, urban, Officer",
    ] * 2
    rows = "".join(f'"{role}",{1 + n % 5},{1 + n % 4},{1 + n % 3},{1 + n % 5}\n' for n, role in enumerate(roles))
    proposed = proposal(tmp_path, "Your role," + GRID + rows)
    assert set(proposed.mapping.profile["role"].labels) == {"Planner, urban", "Mayor", "Officer"}
    people = load(tmp_path / "answers.csv", proposed.mapping, proposed.catalogue).submissions
    assert people["role"][0] == "mayor+planner_urban"


def test_choices_that_end_in_a_semicolon_are_taken_apart(tmp_path: Path) -> None:
    fields = ["Planning;", "Law;ICT;", "ICT;", "Planning;ICT;", "Law;"] * 2
    rows = "".join(f"{field},{1 + n % 5},{1 + n % 4},{1 + n % 3},{1 + n % 5}\n" for n, field in enumerate(fields))
    proposed = proposal(tmp_path, "Your field," + GRID + rows)
    people = load(tmp_path / "answers.csv", proposed.mapping, proposed.catalogue).submissions
    assert people["discipline"][:4].tolist() == ["planning", "ict+law", "ict", "ict+planning"]


def test_items_that_the_catalogue_lacks_make_a_catalogue_of_their_own(tmp_path: Path) -> None:
    proposed = proposal(tmp_path, GRID.replace("[A]", "[Baking & bread]") + "5,4,1,2\n4,3,2,3\n3,2,4,1\n")
    assert proposed.own
    assert proposed.catalogue.codes == ("baking_bread", "b")


def test_paired_items_that_are_named_slightly_differently_are_one(tmp_path: Path) -> None:
    heads = "Importance [Data and law],Importance [B],Level [Data & law],Level [B]\n"
    assert set(gaps(tmp_path / "answers.csv", proposal(tmp_path, heads + "5,4,1,2\n4,3,2,3\n3,2,4,1\n"))) == {
        "data_and_law",
        "b",
    }


def test_two_blocks_of_which_one_is_known_are_the_two_sides(tmp_path: Path) -> None:
    heads = "How often? [A],How often? [B],Your level [A],Your level [B]\n"
    proposed = proposal(tmp_path, heads + "5,4,1,2\n4,3,2,3\n3,2,4,1\n")
    assert uses(proposed)["How often? [A]"] == "importance:a"
    assert asked(proposed)["side.1"] == "importance"
    swapped = proposal(tmp_path, heads + "5,4,1,2\n4,3,2,3\n3,2,4,1\n", side__1="ignore")
    assert uses(swapped)["How often? [A]"] == "ignore"


def test_somebody_can_say_what_a_column_is(tmp_path: Path) -> None:
    rows = "x,5,4,1,2\ny,4,3,2,3\nz,3,2,4,1\n"
    heads = "Key,Q1,Q2,Q3,Q4\n"
    said = {"column__1": "respondent", "column__2": "importance:law", "column__4": "level:law"}
    proposed = proposal(tmp_path, heads + rows, **said)
    assert uses(proposed)["Key"] == "respondent"
    assert gaps(tmp_path / "answers.csv", proposed)["law"] == (3, pytest.approx((4 + 2 - 1) / 3))


def test_a_column_may_be_said_to_be_a_side_of_what_its_heading_says(tmp_path: Path) -> None:
    rows = "5,4,1,2\n4,3,2,3\n3,2,4,1\n"
    said = {"column__1": "importance", "column__3": "level"}
    proposed = proposal(tmp_path, "Law,Parks,Law,Parks\n" + rows, **said)
    assert uses(proposed)["Law"] == "importance:law"
    assert uses(proposed)["Law#2"] == "level:law"


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"scale.level.reversed": "perhaps"}, "'perhaps' is no answer to .*; there are: no, yes"),
        ({"scale.nothing": "yes"}, "'scale.nothing' is not asked of this file"),
        ({"column.9": "ignore"}, "no such column; there are 4"),
    ],
)
def test_what_cannot_be_said_is_refused_with_the_choices(tmp_path: Path, said: dict[str, str], says: str) -> None:
    file = survey(tmp_path, GRID + "5,4,1,2\n4,3,2,3\n3,2,4,1\n")
    with pytest.raises(InputError, match=says):
        propose(file, USUAL, said)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("Name,Town\nAnna,Porto\nBen,Bern\n", "no column holds ratings, such as 1 to 5"),
        (
            "Q1,Name\n1,a\n2,b\n3,c\n4,d\n5,e\n",
            "1 columns hold answers on a scale .*'Q1'.*no word tells importance or level",
        ),
        ("", "the file is empty"),
    ],
)
def test_a_file_without_ratings_is_refused_in_a_sentence(tmp_path: Path, content: str, says: str) -> None:
    with pytest.raises(ImportRefused, match=says):
        propose(survey(tmp_path, content), USUAL)


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Suisse", "CH"),
        ("switzerland", "CH"),
        ("CH", "CH"),
        ("Spain / España", "ES"),
        ("Deutschland", "DE"),
        ("UK", "GB"),
    ],
)
def test_countries_are_known_in_every_language(label: str, code: str) -> None:
    assert country(label) == code


def test_what_is_no_country_is_none() -> None:
    assert country("Spain / France") is None
    assert country("Europe") is None


def test_every_scale_of_words_is_said_in_the_seven_languages() -> None:
    for name in ("importance", "agreement", "frequency", "knowledge", "satisfaction"):
        scale = next(s for s in words().scales if (s.name, s.length) == (name, 5))
        assert set(scale.language.values()) >= {"en", "de", "fr", "es", "pt", "it", "nl"}, name
        assert set(scale.steps.values()) == set(range(5))


@pytest.mark.parametrize("tool", TOOLS)
def test_a_proposed_mapping_is_saved_and_read_again_as_the_same(tmp_path: Path, tool: str) -> None:
    mapping = propose(TOOLS[tool](tmp_path), USUAL).mapping
    again = mapping_of(to_toml(mapping, ["why\nand\x00 how"]), "m.toml")
    assert again.model_dump() == mapping.model_dump()


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@settings(deadline=None, max_examples=40)
@given(st.dictionaries(TEXT, st.integers(1, 5), min_size=1, max_size=4), TEXT, TEXT)
def test_any_mapping_survives_being_saved(labels: dict[str, int], heading: str, title: str) -> None:
    rating = {"competency": "a", "level": heading, "label": title}
    try:
        mapping = Mapping.model_validate(
            {"scale": {title: {"labels": labels}}, "rating": [rating], "level_scale": title}
        )
    except ValidationError:  # labels that are the same but for their case, headings of spaces
        return
    assert mapping_of(to_toml(mapping), "m.toml").model_dump() == mapping.model_dump()


def run(*args: object) -> str:
    return CliRunner().invoke(main, [str(a) for a in args], catch_exceptions=False, standalone_mode=False).output


def test_guess_saves_what_import_then_finds_by_the_headings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCTRAIN_DB", f"sqlite:///{tmp_path / 'cli.db'}")
    file = survey(tmp_path, GRID.replace("[A]", "[Baking]") + "5,4,1,2\n4,3,2,3\n3,2,4,1\n", "baking.csv")
    with pytest.raises(
        ImportRefused, match=r"no saved mapping fits its headings; `python -m sctrain guess baking\.csv"
    ):
        run("import", file)
    told = run("guess", file, "--out", tmp_path / "baking.toml", "--title", "Bakers")
    assert "'Level [Baking]': level:baking" in told
    assert "B: importance 3.0, level 2.0, gap 1.0 (n = 3)" in told
    assert tomllib.loads((tmp_path / "baking.toml").read_text(encoding="utf-8"))["event"]["title"] == "Bakers"
    later = survey(tmp_path, file.read_text() + "1,1,1,1\n", "later.csv")
    told = run("import", later)
    assert f"read with the saved mapping {tmp_path / 'baking.toml'}" in told
    assert "bakers: 4 added" in told
