"""The command `moved`: the page's numbers, past the same gate."""

import json

import pytest
from click.testing import CliRunner

from sctrain import moved, views
from sctrain.__main__ import main
from sctrain.errors import SelectionError
from sctrain.selection import Selection
from sctrain.store.engine import open_store


@pytest.fixture(scope="module")
def store_url(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('told') / 'cli.db'}"
    CliRunner(env={"SCTRAIN_DB": url}).invoke(main, ["demo"], catch_exceptions=False)
    return url


@pytest.fixture
def run(store_url, monkeypatch):
    monkeypatch.setenv("SCTRAIN_DB", store_url)

    def told(*args):
        return CliRunner().invoke(main, ["moved", *args], catch_exceptions=False, standalone_mode=False).output

    return told


@pytest.fixture
def twice(store_url):
    return moved.read(open_store(store_url), views.read(open_store(store_url), Selection()))


def column(rows, name):
    return [row[name] for row in rows]


def test_it_prints_the_frame_of_the_page_and_what_is_said_of_it(run, twice):
    told, found = json.loads(run("--format", "json")), moved.moved(twice, Selection())
    assert column(told["rows"], "option") == list(found.moved["option"])
    assert column(told["rows"], "shift") == pytest.approx(list(found.moved["shift"]))
    assert (told["sentence"], told["order"]) == (found.sentence, found.order_sentence)
    assert told["people"] == str(found.n)


def test_with_a_comparison_it_prints_groups(run, twice):
    told = json.loads(run("--by", "city_size_band", "--format", "json"))
    found = moved.moved(twice, Selection(by="city_size_band"))
    assert column(told["rows"], "group") == list(found.groups["group"])
    hidden = [row for row in told["rows"] if row["suppressed"]]
    assert all(row["shift"] is None and row["n"] is None for row in hidden)
    assert told["groups"] == found.group_sentence
    assert "Small and medium cities" in run("--by", "city_size_band")


def test_the_order_as_a_whole_and_filters(run):
    (row,) = json.loads(run("--what", "order", "--format", "json"))["rows"]
    assert row["options"] == 5
    assert -1 <= row["tau"] <= 1
    large = json.loads(run("--city-size", "large", "--format", "json"))
    whole = json.loads(run("--format", "json"))
    assert int(large["people"]) < int(whole["people"])


def test_a_table_has_labels(run):
    assert "Working across departments and aligning budgets" in run()


def test_groups_without_a_comparison_are_refused(run):
    with pytest.raises(SelectionError, match="--by city_size"):
        run("--what", "groups")


def test_the_demo_plants_one_mover_among_small_cities_and_nothing_else_of_it_moves_others(twice):
    by = moved.moved(twice, Selection(by="city_size_band")).groups.set_index(["option", "group"])
    assert by.loc[("cross_department", "small_medium"), "moved"] == "up"
    assert by.loc[("cross_department", "small_medium"), "differs"]
    others = by.drop(index="cross_department", level="option")
    assert not others["differs"].any()
    assert "up" not in set(others["moved"].dropna())
