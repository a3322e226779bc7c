"""Numbers go on in steps: whatever two data versions are asked for, they show the same people or differ in several."""

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import combinations

import numpy as np
import pytest
from databases import address
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from live import EVENT, live_store, row, undone
from sqlalchemy import text

from sctrain.store import orderings, parts, phones, queries, setup, steps
from sctrain.store.bundle import bundle, unbundle
from sctrain.store.engine import open_store, writing
from sctrain.store.growth import growth
from sctrain.store.retention import anonymise
from sctrain.store.setup import Setup
from sctrain.store.steps import Given, chain
from sctrain.store.write import known_pseudonym

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
    filled = phones.Filled(marks=row(f"{said if content else '..'}..{who}"))
    return phones.send(connection, store.phone, form, f"p{person}", edit, filled)


def shown(connection, version=None):
    """Who is shown with what at a data version (none: now); nobody where too few are for any number."""
    cards = queries.cards(connection, ["live"], version, dimensions=())
    people = dict(zip(cards.pairs[2].tolist(), cards.pairs[0].tolist(), strict=True))
    return people if len(people) >= K else {}


def told(connection, version=None):
    """Who is in the room with which card, and who marked a and c how; nobody where too few are for any number."""
    at = steps.at(connection, ["live"], version).get("live", version or queries.data_version(connection))
    stands = (
        "SELECT person, ratings FROM answer WHERE version <= :at AND coalesce(replaced_in, :at + 1) > :at ORDER BY id"
    )
    people = dict(connection.execute(text(stands), {"at": at}).all())
    cards = queries.cards(connection, ["live"], version, dimensions=())
    marks = {"cards": people.values(), "a": cards.pairs[0].tolist(), "c": cards.pairs[2].tolist()}
    lines = {name: {p: m for p, m in zip(people, given, strict=True) if m} for name, given in marks.items()}
    return {name: given if len(given) >= K else {} for name, given in lines.items()}


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
        (
            Given({1: 3}, [(1, p, "x") for p in "pqr"] + [(2, p, "y") for p in "pqr"] + [(3, p, "x") for p in "pqr"]),
            (),
            [1, 2, 3],
        ),
        (
            Given({1: 3}, [(1, p, "x") for p in "pqr"] + [(2, p, "y") for p in "pqr"] + [(3, p, "x") for p in "pqrs"]),
            (),
            [1, 2],
        ),
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
    return known_pseudonym(connection, "live", f"p{person}")


def test_parts_that_other_processes_read_show_what_the_whole_does(live):
    with writing(live.engine) as connection:
        for person in range(8):
            give(connection, live, person, content=person % 3)
        spans, version = parts.spans(connection, 3), queries.data_version(connection)
        whole = queries.cards(connection, ["live"])
    source = parts.Source(parts.address(live.engine), ("live",), version, whole.competencies)
    each = [parts.read(source, span).pairs for span in spans]
    assert np.concatenate(each, axis=1).tolist() == whole.pairs.tolist()
    assert (whole.n, len(each)) == (6, 3)


def test_of_a_hidden_survey_nobody_is_told_that_they_wait(live):
    with undone(live.engine) as connection:
        for person in range(4):
            give(connection, live, person)
        assert (queries.waiting(connection, ["live"]), queries.filling(connection, ["live"])) == (1, ["live"])
        setup.set_hidden(connection, "live", "survey", hide=True)
        assert (queries.waiting(connection, ["live"]), queries.filling(connection, ["live"])) == (0, [])
        assert queries.cards(connection, ["live"]).n == queries.events(connection)[0].answers == 0


def test_what_waits_makes_no_page_of_people_draw_anew(live):
    with undone(live.engine) as connection:
        first = queries.data_version(connection)
        for person in range(5):
            give(connection, live, person)
        assert queries.heard(connection, "people") == first + 3
        assert queries.heard_since(connection, "people", first) == [first + 3]
        phones.withdraw(connection, "live", "p4")
        assert queries.heard(connection, "people") == queries.data_version(connection)


# Closing, switching on, another threshold


def test_closing_shows_what_waits_and_the_last_step_before_is_no_step_any_more(live):
    with undone(live.engine) as connection:
        for person in range(7):
            give(connection, live, person)
        assert queries.filling(connection, ["live"])
        setup.close(connection, "live")
        closed = queries.data_version(connection)
        assert (len(shown(connection)), queries.waiting(connection, ["live"])) == (7, 0)
        assert [len(shown(connection, version)) for version in range(5, closed + 1)] == [3, 3, 3, 3, 3, 7]
        assert not queries.filling(connection, ["live"])
        assert queries.filling(connection, ["live"], closed - 1)
        setup.put(connection, "live", closed=False)
        for person in range(7, 10):
            assert not queries.filling(connection, ["live"])
            give(connection, live, person)
        assert queries.filling(connection, ["live"])
        assert len(shown(connection)) == 10


def test_an_event_without_steps_makes_no_data_version_when_it_is_closed(tmp_path):
    with live_store(tmp_path) as store, undone(store.engine) as connection:
        before = queries.data_version(connection)
        setup.close(connection, "live")
        assert setup.read(connection, "live").closed
        assert queries.data_version(connection) == before


def test_what_stood_when_steps_were_switched_on_stays_and_what_came_before_is_in_steps(tmp_path):
    with live_store(tmp_path) as store, undone(store.engine) as connection:
        for person in range(7):
            give(connection, store, person)
        setup.change_event(connection, EVENT, STEPS)
        on = queries.data_version(connection)
        give(connection, store, 7)
        assert [len(shown(connection, version)) for version in range(3, on + 2)] == [0, 0, 3, 3, 3, 3, 3, 7, 7]
        setup.change_event(connection, EVENT, Setup(tables=3))
        assert len(shown(connection)) == 8


def test_another_threshold_moves_no_step_that_was_shown(live):
    with undone(live.engine) as connection:
        for person in range(7):
            give(connection, live, person)
        setup.change_event(connection, replace(EVENT, threshold=4), STEPS)
        seen = [len(shown(connection, version)) for version in range(5, 10)]
        assert seen == [0, 0, 0, 6, 6]
        for person in range(7, 10):
            give(connection, live, person)
        assert len(shown(connection)) == 10


# Who leaves


def test_who_withdraws_vanishes_from_every_version_and_moves_no_step(live):
    with undone(live.engine) as connection:
        for person in range(10):
            give(connection, live, person)
        phones.withdraw(connection, "live", "p4")
        now = shown(connection)
        assert {*now} == of(0, 1, 2, 3, 5, 6, 7, 8)
        give(connection, live, 10)
        assert shown(connection) == now
        give(connection, live, 11)
        assert {*shown(connection)} == of(0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11)


def test_an_event_made_anonymous_shows_what_it_did(live):
    with undone(live.engine) as connection:
        for person in range(7):
            give(connection, live, person)
        give(connection, live, 0, content=2, edit=2)
        versions = range(3, queries.data_version(connection) + 1)
        before = [shown(connection, version) for version in versions]
        anonymise(connection, "live", date(2027, 1, 1))
        assert [shown(connection, version) for version in versions] == before


def test_a_bundle_takes_the_steps_along(live, tmp_path):
    with writing(live.engine) as connection:
        for person in range(8):
            give(connection, live, person)
        phones.withdraw(connection, "live", "p1")
        before = [shown(connection, version) for version in range(3, 12)]
        assert [*map(len, before)] == [0, 0, 0, 0, 0, 5, 5, 5, 5]
    bundle(live.engine, "live", tmp_path / "live.zip")
    other = open_store(address(tmp_path, "other"))
    unbundle(other, tmp_path / "live.zip")
    with other.connect() as connection:
        assert setup.read(connection, "live").steps
        last = queries.data_version(connection)
        assert [len(shown(connection, version)) for version in range(last - 8, last + 1)] == [*map(len, before)]
    other.dispose()


# Orders of the short list


def test_orders_go_on_in_steps_of_people_who_gave_both(tmp_path):
    how = replace(STEPS, shortlist=("a", "b"), round="before")
    with live_store(tmp_path, how=how) as store, undone(store.engine) as connection:
        seen = []
        for name in ("before", "after"):
            setup.put(connection, "live", round=name)
            for person in range(4):
                phones.put_in_order(connection, store.phone, "live", f"p{person}", ["b", "a"])
                seen.append(len(orderings.orders(connection, "live").twice))
        assert seen == [0, 0, 0, 0, 0, 0, 3, 3]


# All together

ACTS = st.one_of(
    st.tuples(st.just("give"), st.integers(0, 11), st.integers(0, 2)),
    st.tuples(st.just("give"), st.integers(0, 11), st.integers(0, 2)),
    st.tuples(st.just("several"), st.integers(0, 8), st.integers(0, 2)),
    st.tuples(st.just("withdraw"), st.integers(0, 11), st.just(0)),
)
CLOSING = st.tuples(st.sampled_from(["close", "open"]), st.just(0), st.just(0))


def do(connection, store, act, edit):
    what, person, content = act
    if what in ("give", "several"):
        for one in range(person, person + 1 + 4 * (what == "several")):
            give(connection, store, one, content, edit)
    elif what == "withdraw":
        phones.withdraw(connection, "live", f"p{person}")
    elif what == "close":
        setup.close(connection, "live")
    else:
        setup.put(connection, "live", closed=False)


# A failing list of acts is short enough to be read; to shrink it would take minutes.
FEW = settings(max_examples=8, deadline=None, derandomize=True, phases=[Phase.generate])


@FEW
@given(acts=st.lists(st.one_of(ACTS, CLOSING), min_size=5, max_size=9))
def test_any_two_versions_show_the_same_people_or_differ_in_several(shared, acts):
    with undone(shared.engine) as connection:
        for edit, act in enumerate(acts, 1):
            do(connection, shared, act, edit)
        every = [told(connection, version) for version in range(1, queries.data_version(connection) + 1)]
    for some, other in combinations(every, 2):
        assert not any(0 < len(apart(some[line], other[line])) < K for line in some)


@FEW
@given(acts=st.lists(ACTS, min_size=5, max_size=9))
def test_who_notes_all_that_is_ever_shown_learns_of_those_who_withdrew_alone(shared, acts):
    seen, gone = [], set()
    with undone(shared.engine) as connection:
        for edit, act in enumerate(acts, 1):
            do(connection, shared, act, edit)
            gone |= {_pseudonym(connection, act[1])} if act[0] == "withdraw" else set()
            seen.append(told(connection))
        seen += [told(connection, version) for version in range(3, queries.data_version(connection) + 1, 3)]
    for some, other in combinations(seen, 2):
        for line in some:
            others = apart(some[line], other[line]) - gone if some[line] and other[line] else set()
            assert not others or len(others | gone) >= K


def test_without_steps_versions_differ_in_one_person(tmp_path):
    with live_store(tmp_path) as store, undone(store.engine) as connection:
        for person in range(5):
            give(connection, store, person)
        every = [told(connection, version) for version in range(3, queries.data_version(connection) + 1)]
    assert Counter(len(apart(some["a"], other["a"])) for some, other in combinations(every, 2))[1] > 0
