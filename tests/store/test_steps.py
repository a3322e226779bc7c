"""Numbers go on in steps: whatever two data versions are asked for, they show the same people or differ in several."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from live import EVENT, LIVE, live_store, row, undone

from sctrain.store import orderings, phones, queries, setup, steps
from sctrain.store.engine import writing
from sctrain.store.growth import growth
from sctrain.store.setup import Setup
from sctrain.store.steps import Given, chain

K = EVENT.threshold
STEPS = Setup(tables=3, steps=True)


@pytest.fixture
def live(tmp_path):
    with live_store(tmp_path, how=STEPS) as found:
        yield found


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with live_store(tmp_path_factory.mktemp("steps"), how=STEPS) as found:
        yield found


def give(connection, store, person, content=1, edit=1):
    """A person's answer: what they said stands in the marks of a, who they are in those of c."""
    who, said = (f"{n // 5 + 1}{n % 5 + 1}" for n in (person, content))
    form = phones.form_of(connection, "live")
    filled = phones.Filled(marks=row(f"{said}..{who}"))
    return phones.send(connection, store.phone, form, f"p{person}", edit, filled)


def shown(connection, version=None):
    """Who is shown with what at a data version (none: now); nobody where too few are for any number."""
    cards = queries.cards(connection, ["live"], version)
    people = dict(zip(cards.pairs[2].tolist(), cards.pairs[0].tolist(), strict=True))
    return people if len(people) >= K else {}


def apart(some, other):
    return {person for person in {*some, *other} if some.get(person) != other.get(person)}


def of(*people):
    """The marks of c that say who people are, as cards have them."""
    return {(n // 5 + 1) * 6 + n % 5 + 1 for n in people}


# What a step is


@pytest.mark.parametrize(
    ("given", "kept", "found"),
    [
        (Given({1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1}), (), [3, 6]),
        (Given({1: 10, 2: 1, 3: 2}), (), [1, 3]),
        (Given({1: 3}, [(2, "p", "x"), (3, "q", "x"), (4, "p", "y"), (5, "r", "x")]), (), [1, 5]),
        # They correct, and back again: the second time differs from the one before the first in nobody, then in one.
        (Given({1: 3}, [(1, p, "x") for p in "pqr"] + [(2, p, "y") for p in "pqr"] + [(3, p, "x") for p in "pqr"]), (), [1, 2, 3]),
        (Given({1: 3}, [(1, p, "x") for p in "pqr"] + [(2, p, "y") for p in "pqr"] + [(3, p, "x") for p in "pqrs"]), (), [1, 2]),
        (Given({1: 3, 2: 3, 3: 2}), (1, 2, 3), [1, 3]),
        (Given({1: 3, 3: 2, 4: 3, 5: 1}), (1, 2, 4), [1, 4]),
        (Given({1: 2}), (1,), [1]),
        (Given({}), (), []),
    ],
)
def test_a_step_differs_from_every_earlier_one_in_nobody_or_several(given, kept, found):
    assert chain(given, 3, kept) == found


def test_answers_are_shown_with_the_step_that_comes_after_them(live):
    with undone(live.engine) as connection:
        seen = []
        for person in range(7):
            give(connection, live, person)
            seen.append((queries.cards(connection, ["live"]).n, queries.waiting(connection, ["live"])))
        assert seen == [(0, 1), (0, 2), (3, 0), (3, 1), (3, 2), (6, 0), (6, 1)]
        (event,) = queries.events(connection)
        assert (event.answers, event.steps, queries.data_version(connection)) == (6, True, 9)
        before = [queries.cards(connection, ["live"], version).n for version in range(3, 10)]
        assert before == [n for n, _ in seen]
        assert [queries.waiting(connection, ["live"], version) for version in (3, 4, 5, 6)] == [1, 2, 0, 1]


def test_without_steps_each_answer_is_shown_at_once(tmp_path):
    with live_store(tmp_path) as store, undone(store.engine) as connection:
        for person in range(4):
            give(connection, store, person)
        assert [queries.cards(connection, ["live"], version).n for version in range(3, 7)] == [1, 2, 3, 4]
        assert queries.waiting(connection, ["live"]) == 0


def test_all_that_is_read_of_answers_is_of_the_last_step(live):
    with undone(live.engine) as connection:
        for person in range(5):
            give(connection, live, person)
        give(connection, live, 0, content=2, edit=2)
        assert (queries.replaced(connection, ["live"]), queries.cards(connection, ["live"]).n) == (1, 5)
        give(connection, live, 1, content=2, edit=2)
        give(connection, live, 6)
        assert (queries.replaced(connection, ["live"]), queries.cards(connection, ["live"]).n) == (1, 5)
        assert queries.replies(connection, ["live"], None, ["long"])["long"].code.size == 5
        assert queries.waiting(connection, ["live"]) == 2
        assert [queries.answers_since(connection, ["live"], version) for version in (4, 5, 7, 8, 10)] == [5, 3, 3, 0, 0]
        assert growth(connection, ["live"], 10) == [(5, 3), (8, 5)]
        own = [queries.place_of(connection, ["live"], None, "live", _pseudonym(connection, n)) for n in (4, 6)]
        assert own == [3, None]


def _pseudonym(connection, person):
    from sctrain.store.write import known_pseudonym

    return known_pseudonym(connection, "live", f"p{person}")
