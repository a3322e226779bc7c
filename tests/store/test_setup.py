"""An event is set up, changed and kept; what cannot be is refused with a sentence."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from live import EVENT, LIVE, answer, live_store, undone

from sctrain.errors import SctrainError, StoreError
from sctrain.store import queries, setup
from sctrain.store.engine import writing
from sctrain.store.setup import Setup
from sctrain.store.write import NewEvent, add_event

HOW = Setup(12, ("en", "pt"), date(2027, 11, 30), True, "2026-11-30T10:30:00+00:00", ("u", "v"), "before", "ABC234")


@pytest.fixture
def live(tmp_path):
    with live_store(tmp_path) as found:
        yield found


def test_a_set_up_comes_back_as_it_was_given(live):
    with undone(live.engine) as connection:
        setup.make_event(connection, NewEvent("new", "New", date(2026, 12, 1), "Setúbal", 7), LIVE, HOW, ["contents"])
        assert setup.read(connection, "new") == HOW
        assert setup.event_row(connection, "new") == NewEvent("new", "New", date(2026, 12, 1), "Setúbal", 7)
        assert queries.hidden_topics(connection, ["new"]) == {"contents"}


def test_an_event_is_not_set_up_twice(live):
    with undone(live.engine) as connection, pytest.raises(StoreError, match="an event 'live' already"):
        setup.make_event(connection, EVENT, LIVE, HOW, ())


def test_a_topic_named_twice_is_hidden_once_and_an_unknown_one_is_refused(live):
    with undone(live.engine) as connection:
        setup.make_event(connection, NewEvent("new", "New"), LIVE, HOW, ["notes", "notes"])
        assert queries.hidden_topics(connection, ["new"]) == {"notes"}
        with pytest.raises(StoreError, match="no topic 'food' to hide; there are: survey, replies, contents, methods"):
            setup.make_event(connection, NewEvent("newer", "Newer"), LIVE, HOW, ["food"])


def test_what_tables_give_in_is_usually_hidden_and_the_survey_is_not():
    assert setup.usually_hidden(LIVE) == ("contents", "methods", "notes")
    assert set(setup.usually_hidden(LIVE)) < set(setup.topics(LIVE))


def test_changing_an_event_keeps_its_code_catalogue_and_answers(live):
    answer(live, "p1")
    with writing(live.engine) as connection:
        before = queries.cards(connection, ["live"])
        setup.change_event(connection, replace(EVENT, title="Renamed", threshold=9, place="Porto"), HOW)
    with live.engine.connect() as connection:
        (event,) = queries.events(connection)
        assert (event.title, event.threshold, event.place, event.catalogue) == ("Renamed", 9, "Porto", "live")
        assert (event.answers, queries.cards(connection, ["live"]).n) == (1, before.n) == (1, 1)
        assert setup.read(connection, "live") == HOW


def test_an_event_that_there_is_not_is_not_changed(live):
    with undone(live.engine) as connection, pytest.raises(StoreError, match="no event 'nowhere'"):
        setup.change_event(connection, NewEvent("nowhere", "Nowhere"), HOW)


def test_an_imported_event_has_no_set_up_until_a_field_is_put(live):
    add_event(live.engine, NewEvent("imported", "Imported"), LIVE)
    with writing(live.engine) as connection:
        assert setup.read(connection, "imported") is None
        before = queries.data_version(connection)
        setup.put(connection, "imported", shortlist=("u", "v"), round="after")
        setup.put(connection, "imported", closed=True, languages="en+fr")
        assert setup.read(connection, "imported") == Setup(
            languages=("en", "fr"), closed=True, shortlist=("u", "v"), round="after"
        )
        assert queries.data_version(connection) == before


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"tables": 100}, "100 tables are not within 0..99"),
        ({"tables": -1}, "-1 tables"),
        ({"round": "during"}, "the round 'during' is none of"),
        ({"shortlist": ("u", "a b")}, "'a b' is no code"),
        ({"languages": ("<b>",)}, "'<b>' is no code"),
        ({"ends_at": "soon"}, "'soon' is no ISO time"),
    ],
)
def test_a_set_up_that_cannot_be_is_refused_in_words(live, values, said):
    with pytest.raises(StoreError, match=said):
        replace(Setup(), **values)
    with undone(live.engine) as connection, pytest.raises(StoreError, match=said):
        setup.put(connection, "live", **values)


def test_no_set_up_is_put_for_an_event_that_there_is_not(live):
    with undone(live.engine) as connection, pytest.raises(StoreError, match="no event 'nowhere'"):
        setup.put(connection, "nowhere", closed=True)


TEXT = st.text(max_size=8)


@given(st.integers(-5, 200), st.lists(TEXT, max_size=3), TEXT | st.sampled_from(["", "before"]), TEXT)
def test_whatever_is_typed_a_set_up_is_made_or_says_why_not(tables, codes, round_, ends):
    try:
        made = Setup(tables=tables, shortlist=tuple(codes), round=round_, ends_at=ends)
    except SctrainError:
        return
    assert 0 <= made.tables <= 99
    assert made.round in ("", "before", "after")
    assert "+" not in "".join(made.shortlist)


def test_hiding_and_revealing_raise_the_data_version_once_each(live):
    with undone(live.engine) as connection:
        before = queries.data_version(connection)
        told = [setup.set_hidden(connection, "live", "contents", hide) for hide in (True, True, False, False)]
        assert told == [True, False, True, False]
        assert queries.data_version(connection) == before + 2
        with pytest.raises(StoreError, match="no topic 'food'"):
            setup.set_hidden(connection, "live", "food", True)
        with pytest.raises(StoreError, match="no event 'nowhere'"):
            setup.set_hidden(connection, "nowhere", "contents", True)
