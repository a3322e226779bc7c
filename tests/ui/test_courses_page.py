"""The page on courses on offer: with and without a list, tables and people, and what it says of each course."""

import pytest
from support import ROOT, submissions

from sctrain.catalogue import read_catalogue
from sctrain.demo import DEMO_EVENT, demo_batches, demo_sheets
from sctrain.load.courses import load_courses
from sctrain.store.courses import put_courses
from sctrain.store.engine import open_store
from sctrain.store.sheets import add_sheets
from sctrain.store.write import NewEvent, add_answers, add_event

FEW = ("code,title,competencies,link", 'X-1,"<b>Bold</b> & free",ppp,https://example.org/x?a=1&b=2')


def html(app):
    return " ".join(element.proto.body for element in app.get("html"))


@pytest.fixture(scope="module")
def offered(tmp_path_factory):
    """The demo room with the example list of courses."""
    url = f"sqlite:///{tmp_path_factory.mktemp('offered') / 'demo.db'}"
    engine, known = open_store(url), read_catalogue()
    add_event(engine, NewEvent(**vars(DEMO_EVENT), is_demo=True), known)
    for batch in demo_batches(known):
        add_answers(engine, "demo", batch)
    add_sheets(engine, "demo", demo_sheets(known))
    found = load_courses(ROOT / "data" / "courses" / "example.csv", known)
    put_courses(engine, known.catalogue.code, found.offered, "example.csv")
    return url


def plain(tmp_path, *lines, people=14):
    """A room of people who all lack the same, without tables, and with this list of courses."""
    url = f"sqlite:///{tmp_path / 'plain.db'}"
    engine, known = open_store(url), read_catalogue()
    add_event(engine, NewEvent("plain", "Plain"), known)
    cards = ["".join("51" if code == "ppp" else "33" for code in known.codes)] * people
    add_answers(engine, "plain", submissions(*((f"p{i}", "", card) for i, card in enumerate(cards))))
    if lines:
        file = tmp_path / "list.csv"
        file.write_text("\n".join(lines), encoding="utf-8")
        put_courses(engine, known.catalogue.code, load_courses(file, known).offered, "list.csv")
    return url


def test_without_a_list_the_page_says_how_to_bring_one_in(visit, tmp_path):
    app = visit("courses", url=plain(tmp_path))
    assert app.title[0].value == "No list of courses on offer yet"
    assert app.code[-1].value == "python -m sctrain courses data/courses/example.csv"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_with_a_list_it_opens_with_the_needs_that_have_no_course(visit, offered, theme):
    app = visit("courses", url=offered, theme=theme)
    assert "have no course on offer: Innovative public procurement" in app.title[0].value
    assert app.title[0].value.endswith("(60 people, 8 tables).")
    assert "12 courses from example.csv" in html(app)
    assert [h.value for h in app.header] == ["The courses"]
    (chart,) = app.get("vega_lite_chart")
    assert "needed, no course: Innovative public procurement" in chart.proto.alt
    assert len(app.dataframe) == 2


def test_courses_stand_under_what_they_are_for_with_what_they_teach(visit, offered):
    told = html(visit("courses", url=offered))
    places = [told.index(text) for text in ("For a need (", "Nobody puts it first (", "Cannot be told (")]
    assert places == sorted(places)
    assert told.index("Business models for infrastructure and data") < places[1]
    assert told.index("A short history of town planning") > places[2]


def test_without_tables_a_need_is_the_survey_s_alone_and_no_course_is_for_nobody(visit, tmp_path):
    app = visit("courses", url=plain(tmp_path, *FEW))
    assert app.title[0].value == "Of the one need, there is a course (14 people, 0 tables)."
    assert "Nobody puts it first (0)" in html(app)


def test_a_title_is_shown_as_text_and_a_link_as_a_link(visit, tmp_path):
    told = html(visit("courses", url=plain(tmp_path, *FEW)))
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; free" in told
    assert "<b>Bold" not in told
    assert 'href="https://example.org/x?a=1&amp;b=2"' in told


def test_too_few_people_tell_nothing_of_needs(visit, tmp_path):
    app = visit("courses", url=plain(tmp_path, *FEW, people=3))
    assert app.title[0].value.startswith("Fewer than 5 people")
    assert not app.get("vega_lite_chart")


def test_a_frozen_link_from_before_the_list_says_so(visit, tmp_path):
    url = plain(tmp_path, *FEW)
    app = visit("courses", url=url, v="3")
    assert app.title[0].value == "At data version 3 there was no list of courses"


def test_the_measure_and_a_mark_are_in_the_url(visit, offered):
    app = visit("courses", url=offered, measure="gap", competency="ppp")
    assert app.selectbox(key="pick_measure").value == "gap"
    rows = app.dataframe[0].value
    assert rows.set_index("competency").loc["innovative_procurement", "courses"] == 0
