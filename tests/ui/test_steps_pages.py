"""Pages of an event whose numbers go on in steps: what is shown, what waits, and when groups are there."""

import pytest
from support import submissions

from sctrain import views
from sctrain.catalogue import read_catalogue
from sctrain.report.base import of_people
from sctrain.selection import Selection
from sctrain.store import queries, setup
from sctrain.store.engine import open_store, writing
from sctrain.store.setup import Setup
from sctrain.store.write import NewEvent, add_answers

ROLES = ("programme_manager", "elected")
LABELS = ("Programme manager", "Elected member")


def stored(folder, people, closed=False):
    """A room with a threshold of five that so many people filled in, one after the other."""
    url, known = f"sqlite:///{folder / 'room.db'}", read_catalogue()
    engine = open_store(url)
    with writing(engine) as connection:
        setup.make_event(connection, NewEvent("room", "A room"), known, Setup(steps=True), ())
    for person in range(people):
        card = "".join(f"{1 + (person + c) % 5}{1 + c % 3}" for c in range(len(known.codes)))
        add_answers(engine, "room", submissions((f"p{person}", ROLES[person % 2], card)))
    if closed:
        with writing(engine) as connection:
            setup.close(connection, "room")
    engine.dispose()
    return url


@pytest.fixture(scope="module")
def filling(tmp_path_factory):
    return stored(tmp_path_factory.mktemp("filling"), 12)


def everything(app):
    """All that a page serves below its bar: texts, and the data of charts and tables."""
    kinds = ("html", "vega_lite_chart", "arrow_data_frame", "markdown", "heading", "plotly_chart")
    return " ".join(str(one.proto) for kind in kinds for one in app.get(kind))


def said(app):
    return " ".join([*(one.value for one in (*app.title, *app.markdown)), *(str(one.proto) for one in app.get("html"))])


def test_the_base_says_how_many_more_are_in_and_when_they_are_shown(visit, filling):
    told = said(visit("gaps", url=filling))
    assert "n = 10 people" in told
    assert "2 more answers are in, shown from 5 on" in told


def test_documents_say_it_too_and_frozen_views_what_waited_then(filling):
    engine = open_store(filling)
    with engine.connect() as connection:
        now = queries.data_version(connection)
    words = []
    for version in (now, now - 1, now - 2):
        view = Selection(("room",), version=version)
        words.append(of_people(views.read(engine, view), view, None).words.rpartition(" · ")[2])
    engine.dispose()
    assert words[0] == "2 more answers are in, shown from 5 on"
    assert words[1] == "1 more answer is in, shown from 5 on"
    assert words[2] == f"data version {now - 2}"


def test_before_the_first_step_a_page_says_how_many_answers_are_in(visit, tmp_path):
    app = visit("gaps", url=stored(tmp_path, 3))
    assert app.title[0].value == "Fewer than 5 people have answered"
    assert "3 answers are in, shown from 5 on." in said(app)


def test_a_filter_waits_until_no_more_answers_are_taken(visit, filling):
    app = visit("gaps", url=filling, role="elected")
    assert app.title[0].value == "Filters wait until no more answers are taken"
    assert "go on in steps of 5 people" in said(app)


@pytest.mark.parametrize("page", ["overview", "who", "compare", "questions", "profiles", "quality", "missing"])
def test_no_page_tells_of_a_part_of_the_room_meanwhile(visit, filling, page):
    app = visit(page, url=filling)
    assert not app.exception
    assert not any(label in everything(app) for label in LABELS)


def test_when_no_more_answers_are_taken_all_is_shown_with_its_groups(visit, tmp_path):
    url = stored(tmp_path, 12, closed=True)
    told = said(visit("gaps", url=url, role="elected"))
    assert "n = 6 people" in told
    assert "more answers" not in told
    assert all(label in everything(visit("who", url=url)) for label in LABELS)
