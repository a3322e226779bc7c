"""The presenter's pages and the room, live: what each may do, and what everybody sees meanwhile."""

import sqlite3
from contextlib import closing

import pytest
from support import submissions

from sctrain.catalogue import read_catalogue
from sctrain.store import access, desk, queries, setup, stage
from sctrain.store.desk import Change
from sctrain.store.engine import open_store, writing
from sctrain.store.setup import Setup
from sctrain.store.write import NewEvent, add_answers


def everything(app):
    html = " ".join(element.proto.body for element in app.get("html"))
    return html + " ".join(m.value for m in (*app.title, *app.markdown, *app.caption))


@pytest.fixture
def room_url(tmp_path):
    """A live event of two tables; table 1 has ranked something, which is hidden."""
    url = f"sqlite:///{tmp_path / 'room.db'}"
    engine = open_store(url)
    access.ensure_key(engine)
    catalogue = read_catalogue()
    with writing(engine) as connection:
        hide = setup.usually_hidden(catalogue)
        setup.make_event(connection, NewEvent("porto", "Porto"), catalogue, Setup(tables=2), hide)
        access.make_links(connection, "porto", 2)
        token = access.standing_link(connection, "table", "porto", 1)
        desk.save(connection, token, "porto", 1, Change("contents", 0, [["ppp"], ["communication"]]))
    return url


@pytest.fixture
def own_demo(demo_url, tmp_path):
    """A copy of the demo that a test may write to."""
    copy = tmp_path / "demo.db"
    with closing(sqlite3.connect(demo_url.removeprefix("sqlite:///"))) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    return f"sqlite:///{copy}"


def test_the_room_says_how_far_it_is_and_not_what_it_said(visit, room_url):
    app = visit("live", url=room_url)
    assert app.title[0].value == "0 people have answered; 1 of 2 tables has begun their sheet."
    told = everything(app)
    assert "Table 1" in told
    assert "Hidden until the presenter reveals it: Tables: Contents;" in told
    assert any("/j/" in code.value for code in app.code)


def test_an_imported_event_is_not_live(visit):
    assert "nobody answers it live" in visit("live").title[0].value


def test_without_a_link_the_presenters_list_stays_shut(visit):
    app = visit("present")
    assert "presenter’s or an organiser’s link" in app.title[0].value
    assert not app.toggle


def test_another_events_presenter_is_no_presenter_here(visit, own_demo, entered):
    engine = open_store(own_demo)
    with writing(engine) as connection:
        setup.make_event(connection, NewEvent("other", "Other"), read_catalogue(), Setup(), ())
    entered("presenter", "other", own_demo)
    assert not visit("present", url=own_demo, event="demo").toggle


def test_the_presenter_puts_views_on_the_list_and_in_order(visit, own_demo, entered):
    entered("presenter", "demo", own_demo)
    for page, query in (("gaps", {"role": "programme_manager"}), ("who", {})):
        app = visit(page, url=own_demo, **query)
        app.button(key="add_deck").click().run()
        assert not app.exception
    app = visit("present", url=own_demo)
    assert app.title[0].value == "2 views are ready to be shown."
    with open_store(own_demo).connect() as connection:
        first, second = stage.deck(connection, "demo")
    assert (first.page, second.page) == ("gaps", "who")
    assert "role=programme_manager" in first.query
    app.button(key=f"▲_{second.code}").click().run()
    with open_store(own_demo).connect() as connection:
        assert [view.code for view in stage.deck(connection, "demo")] == [second.code, first.code]
    app.button(key=f"✕_{second.code}").click().run()
    assert app.title[0].value == "1 view is ready to be shown."


def test_what_the_presenter_hides_is_served_to_nobody_and_says_why(visit, own_demo, entered):
    entered("presenter", "demo", own_demo)
    app = visit("present", url=own_demo)
    for topic in ("survey", "contents", "notes", "replies"):
        app.toggle(key=f"reveal_page_{topic}").set_value(False).run()
        assert not app.exception
    with open_store(own_demo).connect() as connection:
        assert queries.hidden_topics(connection, ["demo"]) == {"survey", "contents", "notes", "replies"}
    for page in ("overview", "gaps", "who", "tables", "queue", "voices", "challenges", "questions", "compare"):
        shut = visit(page, url=own_demo)
        assert shut.title[0].value == "This is hidden until the presenter reveals it", page
        assert not shut.get("vega_lite_chart")
    assert visit("tables", url=own_demo, topic="duration").get("vega_lite_chart")
    app.toggle(key="reveal_page_survey").set_value(True).run()
    assert visit("gaps", url=own_demo).get("vega_lite_chart")


def test_a_short_link_holds_the_view_and_is_made_once(visit, own_demo):
    app = visit("gaps", url=own_demo, city_size="small_medium")
    app.button(key="make_short").click().run()
    code = next(c.value for c in app.code if "/v/" in c.value).rsplit("/", 1)[1]
    again = visit("gaps", url=own_demo, city_size="small_medium")
    again.button(key="make_short").click().run()
    assert any(c.value.endswith(code) for c in again.code)
    with open_store(own_demo).connect() as connection:
        found = stage.view(connection, code)
    assert (found.page, found.position) == ("gaps", None)
    assert "city_size=small_medium" in found.query


def test_a_frozen_view_says_how_many_answers_have_come_since(visit, own_demo):
    frozen = visit("gaps", url=own_demo, v="5")
    assert "see_now" not in [b.key for b in frozen.button]
    before = everything(frozen)
    card = "5" + "1" + "." * (2 * len(read_catalogue().codes) - 2)
    add_answers(open_store(own_demo), "demo", submissions(("new", "elected", card), ("newer", "elected", card)))
    frozen.run()
    assert everything(frozen) == before
    assert frozen.button(key="see_now").label == "2 answers since: see now"
    frozen.button(key="see_now").click().run()
    assert "n = 62 people" in everything(frozen)


def test_on_the_wall_a_view_is_large_and_has_no_controls_for_who_is_no_presenter(visit, own_demo, entered):
    entered("presenter", "demo", own_demo)
    app = visit("gaps", url=own_demo)
    app.button(key="add_deck").click().run()
    with open_store(own_demo).connect() as connection:
        (view,) = stage.deck(connection, "demo")
    wall = visit("gaps", url=own_demo, present=view.code)
    assert wall.button(key="step_ArrowRight").disabled
    assert f"/v/{view.code}" in everything(wall)
    entered("participant", "demo", own_demo)
    wall = visit("gaps", url=own_demo, present=view.code)
    assert "step_ArrowRight" not in [b.key for b in wall.button]
    assert wall.get("vega_lite_chart")
