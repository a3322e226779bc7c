"""The page Minds moved: its finding and charts, its URL, and each state before there is anything to show."""

import json

import pandas as pd
import pytest
from click.testing import CliRunner
from support import submissions

from sctrain import moved, views
from sctrain.__main__ import main
from sctrain.selection import Selection
from sctrain.store import setup
from sctrain.store.engine import open_store, writing
from sctrain.store.orderings import add_orders
from sctrain.store.write import NewEvent, add_answers, add_event, raise_version


@pytest.fixture(scope="module")
def moved_url(tmp_path_factory):
    """The demo as the command makes it, with two rounds of ordering."""
    url = f"sqlite:///{tmp_path_factory.mktemp('moved') / 'demo.db'}"
    CliRunner(env={"SCTRAIN_DB": url}).invoke(main, ["demo"], catch_exceptions=False)
    return url


def html(app):
    return " ".join(element.proto.body for element in app.get("html"))


def charts(app):
    return [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]


def shown(app):
    return " ".join(element.value for element in app.markdown)


@pytest.fixture
def room(tmp_path, small):
    """A room of twelve who answered; `room(rounds)` also stores orders, and sets up the short list."""
    url = f"sqlite:///{tmp_path / 'room.db'}"
    engine = open_store(url)
    add_event(engine, NewEvent("room", "A room"), small)
    roles = ["head"] * 6 + ["officer"] * 6
    add_answers(engine, "room", submissions(*((f"p{i}", role, "543211") for i, role in enumerate(roles))))

    def made(*rows, **how):
        with writing(engine) as connection:
            if how:
                setup.put(connection, "room", **how)
            if rows:
                given = pd.DataFrame(rows, columns=["person", "round", "options"])
                add_orders(connection, "room", given, raise_version(connection, "answers", "rounds"))
        return url

    return made


def both(n, before="a+b+c", after="c+a+b"):
    return [(f"p{i}", name, way) for i in range(n) for name, way in (("before", before), ("after", after))]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_opens_with_a_finding_and_has_three_charts_with_base_and_numbers(visit, moved_url, theme):
    app = visit("moved", url=moved_url, theme=theme)
    whole = views.read(open_store(moved_url), Selection())
    told = moved.moved(moved.read(open_store(moved_url), whole), Selection(by="city_size_band"))
    assert app.title[0].value == told.sentence
    assert told.sentence.startswith("After the debate “Working across departments")
    label = whole.catalogue.comparisons["city_size_band"].label.lower()
    assert [header.value for header in app.header] == ["How far, and how sure that is", f"By {label}"]
    assert len(charts(app)) == 3
    assert html(app).count("who put it in order twice") == 3
    assert html(app).count("compared by") == 1
    assert all(len(chart.proto.alt) > 20 for chart in app.get("vega_lite_chart"))
    assert told.group_sentence in shown(app)
    assert "places further up among “Small and medium cities" in told.group_sentence


def test_filter_and_comparison_are_in_the_url(visit, moved_url):
    app = visit("moved", url=moved_url, city_size="large", by="discipline")
    assert "city size: Large" in html(app)
    assert "After the debate “Working across" not in app.title[0].value
    assert "compared by discipline" in html(app)


def test_a_room_without_a_short_list_says_how_one_comes(visit, demo_url):
    app = visit("moved", url=demo_url)
    assert app.title[0].value == "No short list is set up for this event"
    assert "a minute before the debate" in shown(app)
    assert charts(app) == []


@pytest.mark.parametrize(
    ("open_", "said"),
    [
        ("", "no minute of ordering is open"),
        ("before", "The minute before the debate is open"),
        ("after", "The minute after the debate is open"),
    ],
)
def test_a_short_list_that_nobody_has_ordered_twice_says_which_minute_is_open(visit, room, open_, said):
    app = visit("moved", url=room(("p1", "before", "a+b+c"), shortlist=("a", "b", "c"), round=open_))
    assert said in app.title[0].value
    assert charts(app) == []


def test_fewer_people_than_the_threshold_are_not_counted_out(visit, room):
    app = visit("moved", url=room(*both(4), shortlist=("a", "b", "c")))
    assert app.title[0].value == "Fewer than 5 people have put the short list in order twice"
    assert charts(app) == []


def test_nine_people_are_shown_and_said_to_be_too_few(visit, room):
    app = visit("moved", url=room(*both(9), shortlist=("a", "b", "c")))
    assert app.title[0].value == "With 9 people who put it in order twice we cannot tell what moved"
    assert "n = 9 people who put it in order twice" in html(app)
    assert len(charts(app)) >= 2


def test_a_selection_of_too_few_says_so_and_keeps_its_filter_in_sight(visit, room):
    app = visit("moved", url=room(*both(9), shortlist=("a", "b", "c")), role="officer")
    assert (
        app.title[0].value == "Fewer than 5 people of this selection, or outside it, put the short list in order twice"
    )
    assert charts(app) == []


def test_a_frozen_link_from_before_the_rounds_says_so(visit, room):
    url = room(*both(12), shortlist=("a", "b", "c"))
    assert "After the debate" in visit("moved", url=url).title[0].value
    app = visit("moved", url=url, v="3")
    assert app.title[0].value == "At data version 3 nobody had put a short list in order twice"


def test_while_the_survey_is_hidden_nothing_of_it_is_shown(visit, room):
    url = room(*both(12), shortlist=("a", "b", "c"))
    with writing(open_store(url)) as connection:
        setup.set_hidden(connection, "room", "survey", True)
    app = visit("moved", url=url)
    assert charts(app) == []
    assert "Competency C" not in app.title[0].value
    assert "moved" not in app.title[0].value


def test_a_short_list_is_of_the_first_of_several_events(visit, room, small):
    url = room(*both(12), shortlist=("a", "b", "c"))
    engine = open_store(url)
    add_event(engine, NewEvent("sequel", "A sequel"), small)
    add_answers(engine, "sequel", submissions(*((f"q{i}", "head", "543211") for i in range(8))))
    app = visit("moved", url=url, event="room.sequel")
    assert "A short list is one event’s; this is A room." in [info.value for info in app.info]
    assert "n = 12 people" in html(app)
