"""The page on work practices: the room's numbers, a city's own check in the address, and its states."""

import json

import pytest
from support import submissions

from sctrain import practices, views
from sctrain.catalogue import read_catalogue
from sctrain.selection import Selection
from sctrain.store import queries
from sctrain.store.engine import open_store
from sctrain.store.write import NewEvent, add_answers, add_event

KNOWN = read_catalogue()
HEADERS = ["Your own city", "Technology and the human side", "All practices round a circle"]


def html(app):
    return " ".join(element.proto.body for element in app.get("html"))


def written(app):
    return " ".join(m.value for m in app.markdown)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_opens_with_a_sentence_and_three_figures_with_base_and_numbers(visit, demo_url, theme):
    app = visit("practices", theme=theme)
    met = practices.read(views.read(open_store(demo_url), Selection()), Selection())
    assert app.title[0].value == met.sentence
    assert [h.value for h in app.header] == HEADERS
    assert len(app.get("vega_lite_chart")) == 2
    assert len(app.get("plotly_chart")) == 1
    assert len(app.dataframe) == 3
    assert html(app).count("n = 60 people · everyone") == 3
    assert met.balance in written(app)
    assert app.dataframe[0].value["practice_label"].tolist() == [p.label for p in KNOWN.practice]
    assert not app.get("download_button")  # the numbers' files are there when they are opened, a sheet with a check


def test_a_check_in_the_link_is_shown_beside_the_room(visit):
    app = visit("practices", check="3412050")
    asked = {group.key: group.value for group in app.button_group}
    assert asked["pick_check_innovation"] == 3
    assert asked["pick_check_resources"] is None
    assert "Start with Placing citizens at the core" in written(app)
    assert "2 of 7 practices are not marked" in written(app)
    assert html(app).count("<article") == 2
    assert "your city" in json.dumps(json.loads(app.get("vega_lite_chart")[0].proto.spec))
    assert len(app.dataframe) == 4
    sheets = [b for b in app.get("download_button") if b.proto.label.startswith("Sheet")]
    assert len(sheets) == 1


def test_marking_a_practice_puts_it_into_the_address_and_nowhere_else(visit, demo_url):
    app = visit("practices")
    with open_store(demo_url).connect() as connection:
        before = queries.data_version(connection)
    next(g for g in app.button_group if g.key == "pick_check_innovation").set_value(2).run()
    assert not app.exception
    assert app.session_state["check"] == "2000000"
    next(g for g in app.button_group if g.key == "pick_check_vision").set_value(5).run()
    assert app.session_state["check"] == "2000005"
    assert "Start with Encouraging innovation" in written(app).replace("\\", "")
    next(g for g in app.button_group if g.key == "pick_check_innovation").set_value(None).run()
    next(g for g in app.button_group if g.key == "pick_check_vision").set_value(None).run()
    assert app.session_state["check"] == ""
    with open_store(demo_url).connect() as connection:
        assert queries.data_version(connection) == before


@pytest.mark.parametrize("check", ["34", "9999999", "34120501", "abcdefg"])
def test_a_check_that_cannot_be_is_dropped_in_words(visit, check):
    app = visit("practices", check=check)
    assert "check" in app.info[0].value
    assert len(app.dataframe) == 3


def test_too_few_people_and_nobody_are_designed_states(visit):
    assert "Fewer than 5 people" in visit("practices", discipline="law").title[0].value
    assert visit("practices", country="FI").title[0].value == "Nobody gave this combination of answers"


def test_a_catalogue_without_practices_says_so(visit, tmp_path, small):
    url = f"sqlite:///{tmp_path / 'small.db'}"
    engine = open_store(url)
    add_event(engine, NewEvent("plain", "Plain"), small)
    add_answers(engine, "plain", submissions(*((f"p{i}", "head", "543211") for i in range(12))))
    app = visit("practices", url=url)
    assert app.title[0].value == "The catalogue of this survey names no work practices"
    assert not app.get("vega_lite_chart")
