"""Open pages that follow the data. That a page redraws itself is a journey (tests/browser/test_live_journeys.py)."""

import inspect

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from support import ROOT, submissions

from sctrain.catalogue import read_catalogue
from sctrain.selection import Selection
from sctrain.store.engine import open_store, writing
from sctrain.store.queries import VOICES
from sctrain.store.sheets import SheetRows, put_sheets
from sctrain.store.write import NewEvent, add_answers, add_event
from sctrain.ui import data, live, shelf
from sctrain.ui.titles import HEARS, TITLES

CARD = "54" * 29
ROOM = Selection(("room",))


@pytest.fixture
def room(tmp_path, monkeypatch):
    """An event with a function that has people answer in a role."""
    url = f"sqlite:///{tmp_path / 'room.db'}"
    monkeypatch.setenv("SCTRAIN_DB", url)
    engine = open_store(url)
    add_event(engine, NewEvent("room", "The room"), read_catalogue())

    def answers(role, *people):
        add_answers(engine, "room", submissions(*((person, role, CARD) for person in people)))
        return data._clock(url).read()

    return answers


def test_who_writes_and_draws_again_sees_it_at_once(room):
    first = room("mayor", "ann")
    assert data.newest() == first
    assert room("mayor", "ben") == first + 1
    assert data.newest() == first + 1


def test_the_bar_is_drawn_anew_only_when_what_it_offers_has_changed(room):
    def around(version):
        return data._surroundings(data.store_url(), version, ROOM)

    elected = [f"elected {n}" for n in range(6)]
    citizens = [f"citizen {n}" for n in range(6)]
    room("elected", *elected)
    few = around(room("citizen", *citizens[:4]))
    enough = around(room("citizen", *citizens[4:]))
    assert enough != few  # five and more citizens may be filtered for
    assert around(room("citizen", "one more")) == enough


def test_a_page_is_not_drawn_anew_for_the_voice_that_it_does_not_speak_of(room):
    answered = room("mayor", "ann")
    engine = data._engine(data.store_url())
    rows = SheetRows({"members": 6, "mix": ""})
    with writing(engine) as connection:
        given = put_sheets(connection, "room", {1: rows}, "desk").version
    assert (data.heard(given, "people"), data.heard(given, "tables")) == (answered, given)
    assert set(HEARS) < set(TITLES)
    assert set(HEARS.values()) == set(VOICES)
    for page, voice in HEARS.items():
        source = (ROOT / "pages" / f"{page}.py").read_text()
        other = (
            ("table_room", "note_room", "meeting", "data.debate") if voice == "people" else ("data.gaps", "findings")
        )
        assert not [name for name in other if name in source], page


def test_a_run_begins_with_the_theme_that_streamlit_would_look_up(visit):
    def themes():
        told = CustomThemeConfig()
        for part, section in ((told, "theme"), (told.light, "theme.light"), (told.dark, "theme.dark")):
            app_session._populate_theme_msg(part, section)
        return told

    shelf.clear()  # so that the next page finds a server that has just started
    plain = inspect.unwrap(config.get_options_for_section)
    config.get_options_for_section = plain
    looked_up = themes()
    assert looked_up.light.primary_color
    visit("methods")
    assert inspect.unwrap(config.get_options_for_section) is plain is not config.get_options_for_section
    assert themes() == looked_up


def test_a_page_that_ends_early_leaves_only_its_own_link_to_be_drawn_anew(visit):
    app = visit("overview")
    for page in ("courses", "moved"):  # in the demo neither has anything to show, and their bars are shorter
        app.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
        assert "No" in app.title[0].value
        for key in (live.PAGE, live.LINK, live.SINCE):
            assert len(app._fragment_storage.resolve_target([key])) == 1
