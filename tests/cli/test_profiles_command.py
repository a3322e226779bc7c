"""The command `profiles`: what the page shows, as text, JSON and CSV."""

import csv
import io
import json

import numpy as np
import pytest
from click.testing import CliRunner
from support import submissions

from sctrain.__main__ import main
from sctrain.cards import encode
from sctrain.catalogue import Catalogue
from sctrain.profiling import Scene, room
from sctrain.store.engine import open_store
from sctrain.store.write import NewEvent, add_answers, add_event

ITEMS = 12


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """Forty people of two planted groups; of 15 and more in each: only two can be tried."""
    address = f"sqlite:///{tmp_path_factory.mktemp('cli') / 'store.db'}"
    engine = open_store(address)
    head = {"catalogue": {"code": "asked", "title": "Twelve"}}
    codes = [{"code": f"c{c:02}", "label": f"Competency {c}"} for c in range(ITEMS)]
    add_event(engine, NewEvent("room", "A room", threshold=15), Catalogue.model_validate({**head, "competency": codes}))
    cards, _ = room(Scene("command", ITEMS, (22, 18), 3.0, n=40), 1)
    marks = encode(*np.divmod(cards.pairs.T, cards.width))
    add_answers(engine, "room", submissions(*((f"p{i}", "", card) for i, card in enumerate(marks))))
    return address


@pytest.fixture
def say(url, monkeypatch):
    monkeypatch.setenv("SCTRAIN_DB", url)
    return lambda *args: CliRunner().invoke(main, ["profiles", *args], catch_exceptions=False).output


def test_each_profile_is_told_with_its_rule_and_its_needs(say):
    text = say()
    assert text.startswith("Two groups of people need different things: A “Competency")
    assert text.count("Competency") > 10
    assert "adjusted Rand index" in text
    assert "stability_null" in text


def test_json_holds_every_frame(say):
    told = json.loads(say("--format", "json"))
    assert [row["profile"] for row in told["profiles"]] == ["A", "B"]
    assert len(told["needs"]) == 2 * ITEMS
    assert {row["kind"] for row in told["map"]} == {"profile", "competency"}
    assert told["choice"][0]["reliable"] is True
    assert (told["n"], told["left_out"]) == (40, 0)


def test_csv_holds_the_needs_of_each_profile(say):
    lines = [line for line in say("--format", "csv").splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(io.StringIO("\n".join(lines))))
    assert len(rows) >= 2 * ITEMS
