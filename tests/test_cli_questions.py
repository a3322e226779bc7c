"""The command `questions`: the page's numbers, past the same gate."""

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from sctrain import views
from sctrain.__main__ import main
from sctrain.errors import SelectionError
from sctrain.questions import clash, replied
from sctrain.selection import Selection
from sctrain.store.engine import open_store


@pytest.fixture(scope="module", autouse=True)
def demo_store(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCTRAIN_DB", f"sqlite:///{tmp_path_factory.mktemp('cli') / 'demo.db'}")
        run("demo")
        yield


def run(*args):
    return CliRunner().invoke(main, list(args), catch_exceptions=False, standalone_mode=False)


def output(*args):
    result = run(*args)
    if result.exception:
        raise result.exception
    return result.output


def room():
    engine = open_store()
    found = views.read(engine, Selection())
    return found, views.replies(engine, found)


def test_replies_as_json_are_the_numbers_of_the_page():
    told = json.loads(output("questions", "--by", "city_size_band", "--format", "json"))
    frame = replied(*room(), Selection(("demo",), by="city_size_band"))
    assert [row["n"] for row in told["rows"]] == [None if pd.isna(n) else n for n in frame["n"]]
    assert all(row["n"] is None and row["share"] is None for row in told["rows"] if row["suppressed"])
    assert told["how_long"].startswith("How long should the training take?")


def test_one_question_is_printed_by_label_with_its_sentence():
    text = output("questions", "--question", "training_for")
    assert "Heads of department" in text
    assert "how_long" not in text
    assert "people (" in text


def test_an_unknown_question_is_refused_with_the_choices():
    with pytest.raises(
        SelectionError, match="no question that anybody replied to called 'why'; there are: training_needed"
    ):
        output("questions", "--question", "why")


def test_clashes_are_those_of_the_page():
    told = json.loads(output("questions", "--clashes", "--format", "json"))
    found = clash(*room(), Selection(("demo",)))
    assert [row["shut_out"] for row in told["rows"]] == found.clashes["shut_out"].tolist()
    assert told["sentence"] == " ".join(found.sentences)
    assert "everyone" in output("questions", "--clashes")


def test_csv_tells_its_base_in_every_row():
    lines = output("questions", "--question", "how_long", "--format", "csv").splitlines()
    assert all("made-up" in line for line in lines[1:])
