"""`python -m sctrain ground`: what the page shows, past the same gate."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from sctrain.__main__ import main
from sctrain.errors import SctrainError
from sctrain.frames import CHALLENGE_VOICES, LINKS, PARTS, WHO_HERE


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('cli') / 'demo.db'}"
    CliRunner(env={"SCTRAIN_DB": url}).invoke(main, ["demo"], catch_exceptions=False)
    return url


def said(url, *options):
    return CliRunner(env={"SCTRAIN_DB": url}).invoke(main, ["ground", *options], catch_exceptions=False).stdout


@pytest.mark.parametrize(
    ("what", "contract"), [("who", WHO_HERE), ("challenges", CHALLENGE_VOICES), ("parts", PARTS), ("links", LINKS)]
)
def test_every_table_of_the_page_is_printed_and_none_of_its_hidden_numbers(demo, what, contract):
    found = list(csv.DictReader(io.StringIO(said(demo, "--what", what, "--format", "csv").lstrip("\ufeff"))))
    assert set(contract.names) <= set(found[0])
    hidden = [row for row in found if row.get("suppressed") == "True"]
    assert bool(hidden) == (what == "who")
    assert not any(row["n"] for row in hidden)


def test_a_person_reads_labels_and_the_sentence(demo):
    told = said(demo, "--what", "who")
    assert "Programme manager" in told
    assert "hidden" in told
    assert told.splitlines()[-1].startswith("Who is here so far: 60 people")


def test_json_holds_all_four(demo):
    told = json.loads(said(demo, "--format", "json"))
    assert [len(told[name]) > 10 for name in ("who", "challenges", "parts", "links")] == [True] * 4


def test_filters_choose_people_and_two_events_are_refused(demo):
    told = json.loads(said(demo, "--discipline", "law", "--format", "json"))
    assert told["sentence"].startswith("The first answers are in")
    assert all(row["n"] is None for row in told["who"])
    with pytest.raises(SctrainError, match="name one"):
        said(demo, "--event", "demo", "--event", "other")
