"""The commands `peers` and `practices`: the pages' numbers, and refusals."""

import json

import click
import pytest
from click.testing import CliRunner

from sctrain import peers, practices, views
from sctrain.__main__ import main
from sctrain.catalogue import read_catalogue
from sctrain.errors import SctrainError, SelectionError
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
        return CliRunner().invoke(main, [*map(str, args)], catch_exceptions=False, standalone_mode=False).output

    return told


@pytest.fixture
def room(store_url):
    return views.read(open_store(store_url), Selection())


@pytest.mark.parametrize(("what", "name"), [("cohorts", "cohorts"), ("pairs", "pairs"), ("untaught", "taught")])
def test_peers_prints_the_frames_of_the_page(run, room, what, name):
    told = json.loads(run("peers", "--seats", 6, "--what", what, "--format", "json"))
    met = peers.read(room, Selection(("demo",), seats=6))
    column = "untaught" if what == "untaught" else "taught"
    ours = getattr(met, name)[column]
    assert [row[column] for row in told["rows"]] == pytest.approx(
        ours.astype(object).where(ours.notna(), None).tolist()
    )
    assert told["sentence"] == met.sentence
    assert told["seats"] == "6"
    assert told["compared_by"] == "Discipline"
    hidden = [row for row in told["rows"] if row["suppressed"]]
    assert all(row[column] is None for row in hidden)


def test_peers_as_a_table_names_groups_and_says_its_sentences(run):
    text = run("peers", "--by", "city_size_band")
    assert "Small and medium cities" in text
    assert "mix of the room" in text
    assert "In a cohort of 12, mixed as the room is" in text
    assert "Governing with data" in run("peers", "--what", "untaught")


@pytest.mark.parametrize("seats", ["3", "61", "many"])
def test_peers_refuses_seats_that_no_cohort_has(run, seats):
    with pytest.raises(click.BadParameter):
        run("peers", "--seats", seats)


def test_practices_prints_the_frame_of_the_page(run, room):
    told = json.loads(run("practices", "--format", "json"))
    met = practices.read(room, Selection(("demo",)))
    assert [row["gap"] for row in told["rows"]] == pytest.approx(met.practices["gap"].tolist())
    assert (told["sentence"], told["aspects"]) == (met.sentence, met.balance)
    assert "Data-driven governance" in run("practices")


def test_a_check_is_told_and_written_as_a_sheet(run, tmp_path):
    file = tmp_path / "sheet.html"
    told = json.loads(run("practices", "--check", "3412050", "--html", file, "--format", "json"))
    assert [row["own"] for row in told["rows"]] == [3, 4, 1, 2, None, 5, None]
    assert told["start"].startswith("Start with Placing citizens at the core")
    text = file.read_text(encoding="utf-8")
    assert told["start"].split(":")[0] in text
    assert all(practice.label in text for practice in read_catalogue().practice)


@pytest.mark.parametrize("check", ["", "34", "6666666", "341205a"])
def test_a_check_that_cannot_be_is_refused_with_the_practices_it_is_about(run, check):
    with pytest.raises(SelectionError, match=r"7 digits 0 to 5, for Encouraging innovation, "):
        run("practices", "--check", check)


def test_a_sheet_without_a_check_and_unknown_options_are_refused(run, tmp_path):
    with pytest.raises(click.UsageError, match="--check"):
        run("practices", "--html", tmp_path / "sheet.html")
    assert not list(tmp_path.iterdir())
    with pytest.raises(SctrainError, match="wizard"):
        run("peers", "--role", "wizard")
