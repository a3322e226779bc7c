"""The page Common ground in its states."""

import json

import pytest
from support import submissions

from sctrain.catalogue import read_catalogue
from sctrain.demo import demo_sheets
from sctrain.store.engine import open_store
from sctrain.store.sheets import add_sheets
from sctrain.store.write import NewEvent, add_answers, add_event

KNOWN = read_catalogue()
CARD = "5" * 2 * len(KNOWN.codes)


def html(app):
    return " ".join(element.proto.body for element in app.get("html"))


def words(app):
    return " ".join(m.value for m in app.markdown)


def charts(app):
    return [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]


def store(tmp_path, people=0, tables=False, catalogue=KNOWN):
    url = f"sqlite:///{tmp_path / 'one.db'}"
    engine = open_store(url)
    add_event(engine, NewEvent("one", "One"), catalogue)
    if people:
        add_answers(engine, "one", submissions(*((f"p{i}", "elected", CARD) for i in range(people))))
    if tables:
        add_sheets(engine, "one", demo_sheets(catalogue))
    return url


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_opens_with_who_is_here_and_draws_four_charts_with_their_numbers(visit, theme):
    app = visit("ground", theme=theme)
    assert app.title[0].value.startswith("Who is here so far: 60 people in ")
    assert [h.value for h in app.header] == ["Main challenges", "How the parts hang together"]
    assert len(charts(app)) == len(app.dataframe) == 4
    assert all(len(chart.proto.alt) > 20 for chart in app.get("vega_lite_chart"))
    assert html(app).count("n = 60 people") == 4
    assert html(app).count("and 8 tables that wrote") == 2
    assert "A programme is many projects with one aim" in words(app)


def test_who_is_too_few_to_show_is_named_and_not_counted(visit):
    app = visit("ground")
    assert "Here, but too few to show:" in html(app)
    assert "Elected member or mayor" in html(app)


def test_with_the_first_three_answers_it_says_what_it_waits_for(visit, tmp_path):
    app = visit("ground", url=store(tmp_path, people=3))
    assert app.title[0].value == "The first answers are in: numbers appear from 5 people on."
    assert not charts(app)
    assert "Who is to be heard:" in html(app)
    assert KNOWN.challenge[0].label in html(app)
    assert "the map is drawn here" in words(app)


def test_tables_are_heard_before_people_are(visit, tmp_path):
    app = visit("ground", url=store(tmp_path, tables=True))
    assert app.title[0].value == "Nobody has answered yet"
    assert len(charts(app)) == 2
    assert "How many people chose each challenge is shown as soon as enough have replied." in words(app)


def test_people_are_heard_before_tables_are(visit, tmp_path):
    app = visit("ground", url=store(tmp_path, people=12))
    assert app.title[0].value.startswith("Who is here so far: 12 people in 1 role")
    assert "Who is not here yet:" in html(app)
    assert app.header[0].value == "Who does what"
    assert len(charts(app)) == 3
    assert "the lines are the catalogue’s alone" in words(app)


def test_a_link_to_a_competency_dims_what_it_is_not_joined_with(visit):
    found = charts(visit("ground", competency="innovative_procurement"))[-1]
    assert "competency:innovative_procurement" in next(p["expr"] for p in found["params"] if p["name"] == "focus")


def test_filters_choose_people_and_that_is_said(visit):
    app = visit("ground", city_size="small_medium")
    assert "city size: Small and medium cities" in html(app)
    assert "What tables said is not filtered." in " ".join(c.value for c in app.caption)
    assert "Fewer than 5 people" in visit("ground", discipline="law").title[0].value


def test_a_catalogue_of_three_competencies_has_its_ground(visit, tmp_path, small):
    url = f"sqlite:///{tmp_path / 'small.db'}"
    engine = open_store(url)
    add_event(engine, NewEvent("small", "Small"), small)
    add_answers(engine, "small", submissions(*((f"p{i}", "head", "543211") for i in range(12))))
    assert visit("ground", url=url).title[0].value.startswith("Who is here so far: 12 people")
