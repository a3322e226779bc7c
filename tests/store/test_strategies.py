"""A strategy is kept in versions; it names roles, never addresses, and what is hidden stays hidden and is not lost."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from live import live_store

from sctrain.errors import AccessError, InputError, StaleError
from sctrain.store import programmes, setup, strategies
from sctrain.store.engine import writing
from sctrain.store.programmes import Draft
from sctrain.store.strategies import Item, Strategy

SILOS = Item("challenge_silos", "challenge", "Silos", "silos", "notes", "The mayor’s office", "Map who knows what")
OWN = Item("own1", "question", "Who pays?", status="agreed")
NEED = Item("priority_a", "priority", "Competency A", "a", "survey+contents")


@pytest.fixture
def live(tmp_path):
    with live_store(tmp_path) as found:
        yield found


def save(live, items, based_on, token=None):
    return strategies.save(live.engine, token or live.organiser, "live", Strategy(tuple(items)), based_on)


def read(live, number=None):
    with live.engine.connect() as connection:
        return strategies.read(connection, "live", number)


def hide(live, topic, hidden=True):
    with writing(live.engine) as connection:
        setup.set_hidden(connection, "live", topic, hidden)


def test_a_strategy_comes_back_in_its_order_and_earlier_versions_too(live):
    assert read(live) is None
    save(live, [SILOS, OWN], 0)
    save(live, [OWN, replace(SILOS, status="doing")], 1)
    assert [item.id for item in read(live).strategy.items] == ["own1", "challenge_silos"]
    assert read(live, 1).strategy.items == (SILOS, OWN)
    strategies.restore(live.engine, live.organiser, "live", 1, 2)
    assert read(live).strategy.items == (SILOS, OWN)
    with live.engine.connect() as connection:
        assert [head.kind for head in strategies.history(connection, "live")] == ["restore", "edit", "edit"]


def test_strategy_and_programme_have_numbers_of_their_own(live):
    programmes.save(live.engine, live.organiser, "live", Draft(), 0)
    assert save(live, [OWN], 0).number == 1


def test_who_was_slower_keeps_a_version_beside(live):
    save(live, [SILOS], 0)
    save(live, [SILOS, OWN], 1)
    with pytest.raises(StaleError, match="of the strategy while you worked on version 1"):
        save(live, [OWN], 1)
    assert read(live).strategy.items == (SILOS, OWN)
    assert read(live, 3).strategy.items == (OWN,)


def test_a_presenter_saves_no_strategy(live):
    with pytest.raises(AccessError, match="not for the organiser"):
        save(live, [OWN], 0, live.presenter)
    assert read(live) is None


def test_items_that_rest_on_what_is_hidden_are_not_read_and_not_lost_by_who_saves_meanwhile(live):
    save(live, [SILOS, OWN, NEED], 0)
    hide(live, "notes")
    hide(live, "contents")
    found = read(live)
    assert (found.strategy.items, found.left_out) == ((OWN,), 2)
    save(live, [replace(OWN, status="done")], 1)
    assert read(live).strategy.items == (replace(OWN, status="done"),)
    hide(live, "notes", False)
    hide(live, "contents", False)
    assert read(live).strategy.items == (SILOS, replace(OWN, status="done"), NEED)


@pytest.mark.parametrize("field", ["text", "owner", "next_step"])
def test_an_address_is_refused_wherever_it_is_written(field):
    with pytest.raises(InputError, match="e-mail address in it: name a role or an organisation"):
        replace(OWN, **{field: "ask ana@city.example"})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": "a b"}, "is no item"),
        ({"source": "<b>"}, "is no item"),
        ({"kind": "wish"}, "the kind 'wish' is none of challenge, solution, priority, question"),
        ({"status": "late"}, "the status 'late' is none of open, agreed, doing, done, dropped"),
        ({"text": "  "}, "an item of “Open questions” says nothing"),
        ({"text": "x" * 301}, "text: 301 characters, of 300"),
        ({"owner": "x" * 81}, "owner: 81 characters, of 80"),
        ({"next_step": "x" * 301}, "next step: 301 characters, of 300"),
    ],
)
def test_what_an_item_cannot_be_is_refused_in_words(change, said):
    with pytest.raises(InputError, match=said):
        replace(OWN, **change)


def test_a_strategy_has_each_item_once_and_not_without_end():
    with pytest.raises(InputError, match="'own1' stands 2 times"):
        Strategy((OWN, OWN))
    with pytest.raises(InputError, match="at most 150 items, not 151"):
        Strategy(tuple(replace(OWN, id=f"o{i}") for i in range(151)))


TEXT = st.text(min_size=1, max_size=30).filter(lambda text: "@" not in text)


@given(st.lists(TEXT, max_size=5), st.sets(st.integers(0, 4)))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_hidden_items_keep_their_order_whatever_is_kept_of_the_rest(texts, hidden):
    items = [
        Item(f"i{i}", "question", f"t{text}", topic="notes" if i in hidden else "") for i, text in enumerate(texts)
    ]
    shown = [item for item in items if not item.topic]
    assert list(strategies._with_hidden(shown, items, frozenset(["notes"]))) == items
    rest = strategies._with_hidden([], items, frozenset(["notes"]))
    assert list(rest) == [item for item in items if item.topic]
    assert strategies._from_json(strategies._to_json(items)) == items
