"""Which views may stand side by side: by hand, and against every small set there is."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sctrain import differencing
from sctrain.differencing import Asked, Guard, Pool, basis, cells, follows, free, keep, told

ALONE = np.ones(12, int)
ALL, FIRST_NINE, LAST_SIX = np.ones(12, bool), np.arange(12) < 9, np.arange(12) >= 6


@pytest.mark.parametrize(
    ("views", "shown"),
    [
        ([ALL, np.arange(12) < 6, LAST_SIX], [1, 1, 1]),  # halves of 6
        ([ALL, FIRST_NINE], [1, 0]),  # 3 people are left over
        ([ALL, np.arange(12) < 5, np.arange(12) < 7], [1, 1, 0]),  # 2 more than the first 5
        ([FIRST_NINE, LAST_SIX, ALL], [1, 1, 0]),  # who is in both: 9 + 6 - 12
    ],
)
def test_of_views_that_together_tell_of_few_the_last_is_not_shown(views, shown):
    assert keep(np.array(views), ALONE, 5)[0].astype(int).tolist() == shown


def test_what_three_views_tell_together_is_found_though_no_two_do():
    views = np.array([ALL, np.arange(12) < 5, (np.arange(12) >= 5) & (np.arange(12) < 10)])
    assert keep(views[:2], ALONE, 5)[0].all()
    assert keep(views[[0, 2]], ALONE, 5)[0].all()
    assert keep(views, ALONE, 5)[0].tolist() == [True, True, False]
    (found, *_) = told(free(basis(views)), ALONE, 5)
    assert np.flatnonzero(found).tolist() == [10, 11]


def test_what_follows_from_shown_views_may_be_shown_as_well():
    ways = free(basis(np.array([ALL, np.arange(12) < 5])))
    assert follows(ways, np.array([np.arange(12) >= 5, FIRST_NINE])).tolist() == [True, False]


sets = arrays(np.bool_, st.tuples(st.integers(1, 9), st.integers(6, 10)), elements=st.booleans())


@settings(deadline=None, max_examples=50)
@given(sets, st.integers(3, 5), st.data())
def test_no_set_of_few_people_is_a_sum_of_the_views_that_are_kept(views, threshold, data):
    n = np.array(data.draw(st.lists(st.integers(1, 6), min_size=views.shape[1], max_size=views.shape[1])))
    shown, _ = keep(views, n, threshold)
    known = views[shown].astype(float)
    for size in range(1, threshold):
        for cells_ in combinations(range(len(n)), size):
            if n[list(cells_)].sum() < threshold:
                wanted = np.isin(np.arange(len(n)), cells_).astype(float)
                assert not len(known) or np.abs(known.T @ solved(known, wanted) - wanted).max() > 1e-6


def solved(known, wanted):
    return np.linalg.lstsq(known.T, wanted, rcond=None)[0]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=30), st.integers(0, 40))
def test_people_of_the_same_answers_are_a_cell(people, more):
    codes = [np.array([p[i] * (1 + more * i) for p in people], int) for i in range(2)]
    first, cell = cells(codes, len(people))
    assert len(first) == len(set(people))
    assert all((codes[0][first[c]], codes[1][first[c]]) == (codes[0][i], codes[1][i]) for i, c in enumerate(cell))


def guard(people):
    """Of (first answer, second answer) rows, each 0 or 1; nobody was asked about a competency."""
    codes = {name: np.array(column) for name, column in zip("ab", zip(*people, strict=True), strict=True)}
    asked = [Asked(name, code, np.eye(int(code.max()) + 1, dtype=bool)) for name, code in codes.items()]
    return Guard(codes, asked, lambda _: np.zeros(len(people), bool), len(people), 5), asked


def both(asked, a, b):
    return [Asked(of.question, of.code, of.held[[value]]) for of, value in zip(asked, (a, b), strict=True)]


SMALL = [(0, 0)] * 9 + [(0, 1)] * 3 + [(1, 0)] * 8 + [(1, 1)] * 9


@pytest.mark.parametrize("times", [1, 10])
def test_a_small_combination_hides_what_would_tell_it_in_rooms_of_any_size(times):
    # Ten times as many people of whom just as many are few: the larger room looks at these two questions only.
    room, asked = guard(SMALL + [p for p in SMALL if p != (0, 1)] * (times - 1))
    assert room.may([asked[0]], 1).all()
    assert [bool(room.may(both(asked, a, b), 1)[0, 0]) for a, b in ((0, 0), (0, 1), (1, 0), (1, 1))] == [False] * 4


def test_where_combinations_are_very_many_only_coarser_views_are_looked_at(monkeypatch):
    monkeypatch.setattr(differencing, "LIMIT", 5)
    monkeypatch.setattr(differencing, "CELLS", 2)
    room, asked = guard(SMALL)
    assert [bool(room.may(both(asked, a, b), 1)[0, 0]) for a, b in ((0, 0), (0, 1), (1, 0), (1, 1))] == [0, 0, 1, 0]


def test_a_larger_room_combines_no_more_than_three_questions(monkeypatch):
    monkeypatch.setattr(differencing, "LIMIT", 5)
    codes = {name: np.arange(400) // 2**i % 2 for i, name in enumerate("abcd")}
    asked = [Asked(name, code, np.eye(2, dtype=bool)) for name, code in codes.items()]
    room = Guard(codes, asked, lambda _: np.ones(400, bool), 400, 5)
    assert room.may(asked[:3], 1).all()
    assert not room.may(asked, 1).any()


def test_events_together_show_what_each_of_them_shows():
    one, two = [(0, 0)] * 9 + [(1, 0)] * 9, [(0, 0)] * 9 + [(1, 0)] * 2
    rooms, places = [guard(one)[0], guard(two)[0]], [np.arange(18), np.arange(18, 29)]
    asked = guard(one + two)[1]
    assert rooms[0].may([guard(one)[1][0]], 1).tolist() == [[True, True]]
    assert Pool(list(zip(places, rooms, strict=True))).may([asked[0]], 1).tolist() == [[False, False]]
