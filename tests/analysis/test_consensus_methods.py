"""Kemeny's order and Plackett-Luce worths, each found by another road too."""

from itertools import permutations

import choix
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import kendalltau, rankdata

from sctrain.analysis.agreement import agreement, distances, mean_tau, moving_table
from sctrain.analysis.ballots import Ballots, borda, pairwise, points, redrawn
from sctrain.analysis.kemeny import _programmed, kemeny, kemeny_optima, kemeny_orders
from sctrain.analysis.plackett_luce import worths

from .made import quick


@st.composite
def rooms(draw, most=6, strict=False, most_tables=6):
    """Ballots with ties and options left out, unless strict."""
    size, n = draw(st.integers(2, most)), draw(st.integers(2, most_tables))
    if strict:
        positions = [np.argsort(draw(st.permutations(range(size)))) + 1 for _ in range(n)]
    else:
        row = st.lists(st.integers(0, size), min_size=size, max_size=size).filter(any)
        positions = [competition(draw(row)) for _ in range(n)]
    return Ballots(tuple("ABCDEFGH"[:size]), np.array(positions))


def competition(marks):
    """Places of marks, lowest first; 0 stays unranked."""
    marks = np.array(marks)
    places = np.zeros(len(marks), int)
    places[marks > 0] = rankdata(marks[marks > 0], "min")
    return places


def agreements(before):
    """Agreement with every order there is."""
    return {p: sum(before[a, b] for i, a in enumerate(p) for b in p[i + 1 :]) for p in permutations(range(len(before)))}


@quick
@given(rooms(7), st.sampled_from(["last", "ignore"]))
def test_kemeny_is_the_best_of_all_orders(ballots, unranked):
    before = pairwise(ballots, ballots.weight[None], unranked)[0]
    every = agreements(before)
    found = kemeny(before)
    assert found.agreement == max(every.values()) == every[tuple(found.order.tolist())]
    assert kemeny_optima(before) == list(every.values()).count(found.agreement)


@quick
@given(rooms(6), st.integers(0, 9))
def test_kemeny_of_many_rooms_is_that_of_each(ballots, seed):
    weights = redrawn(ballots, 5, np.random.default_rng(seed))
    before = pairwise(ballots, weights)
    for one, order in zip(before, kemeny_orders(before), strict=True):
        assert_array_equal(order, kemeny(one).order)


@quick
@given(rooms(7))
def test_integer_programming_finds_what_dynamic_programming_finds(ballots):
    before = pairwise(ballots, ballots.weight[None])[0]
    if len(before) > 2:
        assert _programmed(before, 5).agreement == kemeny(before).agreement


def test_a_circle_of_three_has_three_best_orders():
    ballots = Ballots(("A", "B", "C"), np.array([[1, 2, 3], [3, 1, 2], [2, 3, 1]]))
    assert kemeny_optima(pairwise(ballots, ballots.weight[None])[0]) == 3


@pytest.mark.parametrize("size", [16, 30])
def test_many_options_in_unanimous_order_are_solved(size):
    order = np.random.default_rng(size).permutation(size)
    before = np.zeros((size, size))
    before[np.ix_(order, order)] = np.triu(np.full((size, size), 3.0), 1)
    found = kemeny(before)
    assert_array_equal(found.order, order)
    assert (found.agreement, found.gap) == (3 * size * (size - 1) / 2, 0)


def test_a_search_cut_short_tells_its_gap_or_gives_no_order():
    before = np.random.default_rng(3).integers(0, 9, (30, 30)).astype(float)
    found = kemeny(before, seconds=0.01)
    assert found is None or found.gap > 0


def test_more_than_thirty_options_have_no_kemeny_order():
    assert kemeny(np.zeros((31, 31))) is None
    assert kemeny_optima(np.zeros((14, 14))) is None


@quick
@given(rooms(6, strict=True), st.sampled_from([0.1, 1.0]))
def test_worths_of_strict_lists_are_those_of_choix(ballots, alpha):
    lists = [np.argsort(row).tolist() for row in ballots.positions]
    theirs = choix.mm_rankings(len(ballots.options), lists, alpha=alpha, tol=1e-10)
    ours = np.log(worths(ballots, ballots.weight[None], alpha=alpha)[0])
    assert_allclose(ours - ours.mean(), theirs, atol=1e-6)


def test_worths_of_lists_cut_short_are_those_of_choix_over_what_they_rank():
    ballots = Ballots(("A", "B", "C", "D"), np.array([[1, 2, 0, 0], [0, 2, 1, 3], [3, 1, 2, 0], [1, 0, 0, 2]]))
    theirs = choix.mm_rankings(4, [[0, 1], [2, 1, 3], [1, 2, 0], [0, 3]], alpha=0.1, tol=1e-10)
    ours = np.log(worths(ballots, ballots.weight[None], "ignore")[0])
    assert_allclose(ours - ours.mean(), theirs, atol=1e-6)


def test_leaving_out_is_being_chosen_after_all_that_are_ranked():
    ballots = Ballots(("A", "B", "C"), np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0]]))
    # one choice a list, from all three: shares of first places, the prior adding alpha each
    assert_allclose(worths(ballots, ballots.weight[None], alpha=1e-9)[0], [2 / 3, 1 / 3, 0], atol=1e-6)


def test_tied_options_are_worth_the_same():
    ballots = Ballots(("A", "B", "C"), np.array([[1, 1, 3], [1, 1, 3]]))
    found = worths(ballots, ballots.weight[None])[0]
    assert found[0] == found[1] > found[2]


@quick
@given(rooms(6), st.integers(0, 9))
def test_worths_of_many_rooms_are_those_of_each(ballots, seed):
    weights = redrawn(ballots, 4, np.random.default_rng(seed))
    together = worths(ballots, weights)
    assert_allclose(together.sum(axis=1), 1)
    for row, found in zip(weights, together, strict=True):
        assert_allclose(found, worths(ballots, row[None])[0], atol=1e-7)


@quick
@given(rooms(6))
def test_the_mean_tau_is_that_of_all_pairs(ballots):
    ballots = ballots.of_ranked_options()
    rows = ballots.places()
    told = [row for row in rows if len(set(row)) > 1]
    pairs = [kendalltau(a, b).statistic for i, a in enumerate(told) for b in told[i + 1 :]]
    assert_allclose(mean_tau(ballots), np.mean(pairs) if pairs else np.nan, atol=1e-5)
    frame = distances(ballots)
    assert len(frame) == len(rows) * (len(rows) - 1) / 2
    assert_allclose(np.sort(frame["tau"].dropna()), np.sort(pairs), atol=1e-5)


@quick
@given(rooms(6))
def test_the_moving_table_is_the_one_whose_absence_swaps_most(ballots):
    def order(given):
        score = borda(points(given), given.weight[None])[0].round(9)
        return np.sign(score[:, None] - score)

    whole = order(ballots)
    swaps = [
        int((whole * order(ballots.only(ballots.tables != t)) < 0).sum() // 2) for t in ballots.tables if ballots.n > 1
    ]
    expected = ballots.tables[int(np.argmax(swaps))] if max(swaps) else None
    assert moving_table(ballots) == (expected, max(swaps))


def test_options_that_no_table_ranked_are_no_agreement():
    """Six tables with lists as different as can be, of three options out of thirty."""
    rng = np.random.default_rng(4)
    positions = np.zeros((6, 30), np.int16)
    positions[:, :3] = [rng.permutation(3) + 1 for _ in range(6)]
    wide, narrow = Ballots(tuple(f"o{k:02}" for k in range(30)), positions), Ballots(("a", "b", "c"), positions[:, :3])
    for column in ("w", "p", "tau", "words", "options"):
        assert agreement(wide)[column].tolist() == agreement(narrow)[column].tolist()
    assert_allclose(distances(wide)["tau"], distances(narrow)["tau"])


def test_equal_tables_do_not_agree_more_than_wholly():
    """In single precision the mean of equal lists lies above 1."""
    for listed in range(1, 9):
        for size in range(2, 30, 3):
            positions = np.tile(np.where(np.arange(size) < listed, np.arange(size) + 1, 0), (6, 1)).astype(np.int16)
            found = agreement(Ballots(tuple(f"o{k:02}" for k in range(size)), positions))
            assert found["tau"].isna().all() or found["tau"].iloc[0] <= 1
