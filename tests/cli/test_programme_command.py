"""The command `programme`: the page's numbers, and refusals."""

from __future__ import annotations

import csv
import io
import json

import click
import pytest
from click.testing import CliRunner

from sctrain import programme, tables, views
from sctrain.__main__ import main
from sctrain.catalogue import read_catalogue
from sctrain.errors import SctrainError, SelectionError
from sctrain.selection import Selection
from sctrain.store.engine import open_store


@pytest.fixture(scope="module")
def store_url(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('programme') / 'cli.db'}"
    CliRunner(env={"SCTRAIN_DB": url}).invoke(main, ["demo"], catch_exceptions=False)
    return url


@pytest.fixture
def run(store_url, monkeypatch):
    monkeypatch.setenv("SCTRAIN_DB", store_url)

    def told(*args):
        given = ["programme", *map(str, args)]
        return CliRunner().invoke(main, given, catch_exceptions=False, standalone_mode=False).output

    return told


@pytest.fixture
def read(store_url):
    def met(**asked):
        engine, selection = open_store(store_url), Selection(("demo",), **asked)
        room, table_room = views.read(engine, selection), tables.read(engine, selection)
        return programme.evidence(room, table_room, selection), selection, room, table_room

    return met


def test_it_prints_the_programme_of_the_page_with_the_rules_it_keeps(run, read):
    told = json.loads(run("--hours", 24, "--weight", 0, "--lock", "plain_words", "--rooms", 40, "--format", "json"))
    found, selection, room, table_room = read(hours=24, weight=0, lock=("plain_words",))
    met = programme.with_rooms(
        programme.read(found, selection), programme.robust(room, table_room, found, selection, draws=40)
    )
    chosen = sorted((row["order"], row["module"]) for row in told["rows"] if row["chosen"])
    assert tuple(module for _, module in chosen) == met.chosen
    assert [row["share_chosen"] for row in told["rows"]] == met.modules["share_chosen"].tolist()
    assert told["sentence"] == met.sentence
    assert (told["budget_hours"], told["weight"], told["floor"], told["locked"]) == ("24", "0", "60", "plain_words")
    assert told["compared_by"] == "City size, rolled up"


def test_it_prints_the_curve_the_priorities_and_what_falls_off(run, read):
    found, selection, *_ = read(by="role", hours=32)
    curve = json.loads(run("--by", "role", "--hours", 32, "--what", "curve", "--rooms", 0, "--format", "json"))
    ours = programme.curve(found, selection)["covered"]
    assert [row["covered"] for row in curve["rows"]] == ours.astype(object).where(ours.notna(), None).tolist()
    needs = json.loads(run("--by", "role", "--what", "priorities", "--rooms", 0, "--format", "json"))
    hidden = [row for row in needs["rows"] if row["suppressed"]]
    assert hidden
    assert all(row[name] is None for row in hidden for name in ("n", "need"))
    fallen = json.loads(run("--by", "role", "--hours", 32, "--what", "falls", "--rooms", 0, "--format", "json"))
    assert fallen["falls"] == programme.falls(found, selection, 24).sentence


def test_as_a_table_it_names_modules_and_groups(run):
    text = run("--rooms", 20, "--leave", "business_models")
    assert "Collecting and reading data" in text
    assert "Small and medium cities" in text
    assert "over 20 redrawn rooms" in text
    assert "Training duration: “" in run("--what", "form")


def test_bounds_that_collide_are_told_in_words(run):
    text = run("--hours", 4, "--lock", "procurement")
    assert "No programme keeps these bounds together: at most 4 hours; “Buying what is new” is locked in" in text


def test_csv_has_each_modules_own_hours_and_says_what_it_is_based_on(run):
    rows = list(csv.DictReader(io.StringIO(run("--rooms", 0, "--format", "csv", "--hours", 16))))
    assert {row["module"]: float(row["hours"]) for row in rows} == {m.code: m.hours for m in read_catalogue().modules}
    assert {row["budget_hours"] for row in rows} == {"16"}


@pytest.mark.parametrize(
    ("args", "error", "match"),
    [
        (("--lock", "juggling"), SelectionError, "no module called 'juggling'; there are: city_as_system"),
        (("--leave", "juggling"), SelectionError, "juggling"),
        (("--by", "shoe_size"), SctrainError, "shoe_size"),
        (("--event", "demo", "--event", "other"), SctrainError, "name one"),
        (("--hours", "0"), click.BadParameter, "0"),
        (("--floor", "101"), click.BadParameter, "101"),
    ],
)
def test_what_cannot_be_is_refused(run, args, error, match):
    with pytest.raises(error, match=match):
        run(*args)
