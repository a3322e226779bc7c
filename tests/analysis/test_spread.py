"""Variance between groups and partial pooling: known answers, by hand, and what must always hold."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import brentq
from support import SHARED

from sctrain.analysis.spread import between, between_tables, mean, pooled, within

from .made import quick
from .test_consensus import lists

REFERENCE = SHARED / "reference"
shared = pytest.mark.skipif(not REFERENCE.exists(), reason=f"{REFERENCE} is not here")


def reference(name):
    answers = json.loads((REFERENCE / "expected" / "known_numbers.json").read_text(encoding="utf-8"))[name]
    return pd.read_csv(REFERENCE / "data" / answers["data"]), answers


@shared
def test_eight_schools_differ_no_more_than_chance_makes():
    schools, answers = reference("eight_schools")
    y, v = schools["effect"], schools["se"] ** 2
    tau2 = between(y, v)
    assert tau2 == answers["tau2"][0]
    assert_allclose(mean(y, v, tau2), answers["mu"][0], atol=answers["mu"][1])
    assert_allclose(pooled(y, v, tau2), answers["mu"][0], atol=answers["mu"][1])


@shared
def test_batters_of_1970_are_drawn_to_their_mean():
    batters, answers = reference("efron_morris")
    y = batters["hits"] / batters["at_bats"]
    v = np.full(len(y), y.mean() * (1 - y.mean()) / 45)
    c, tolerance, _ = answers["shrink_c"]
    assert_allclose(mean(y, v, 0.001), answers["grand_mean"][0], atol=answers["grand_mean"][1])
    assert_allclose(pooled(y, v, v[0] * c / (1 - c))[0], answers["clemente"][0], atol=answers["clemente"][1])
    # with equal v, theirs is 1 - (k - 3) v / SS and that of Paule & Mandel 1 - (k - 1) v / SS; k = 18
    tau2 = between(y, v)
    assert_allclose(1 - tau2 / (tau2 + v[0]), (1 - c) * 17 / 15, atol=2 * tolerance)


def test_trials_of_the_bcg_vaccine_differ_as_published():
    # log risk ratios of the 13 trials of Colditz et al. 1994; empirical Bayes (= Paule-Mandel) by R metafor: 0.3181
    ill = np.array([4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27])
    well = np.array([119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886])
    ill0 = np.array([11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29])
    well0 = np.array([128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825])
    n, n0 = ill + well, ill0 + well0
    y, v = np.log(ill / n / (ill0 / n0)), 1 / ill - 1 / n + 1 / ill0 - 1 / n0
    assert_allclose(between(y, v), 0.3181, atol=5e-5)


def test_two_groups_by_hand():
    # the means have the variance (3 - 1)² / 2 = 2, of which 0.5 is chance
    assert_allclose(between([1, 3], [0.5, 0.5]), 1.5, rtol=1e-10)
    assert between([1, 1.5], [0.5, 0.5]) == 0
    # weights 1 / (0.5 + 1.5): the mean is 2, and each group keeps 1.5 / 2 of its distance
    assert_allclose(pooled([1, 3], [0.5, 0.5], 1.5), [1.25, 2.75])
    assert_allclose(pooled([1, 3], [0.5, 0.5], 0), [2, 2])


def test_groups_that_are_known_exactly_have_the_variance_of_their_means():
    assert_allclose(between([1, 2, 6], [0, 0, 0]), 7, rtol=1e-10)
    assert between([2, 2], [0, 0]) == 0
    assert_allclose(pooled([2, 2, 5], [0, 0, 1], 0), [2, 2, 2])
    assert_allclose(pooled([1, 2, 6], [0, 0, 0], 7), [1, 2, 6])


def test_fewer_than_two_groups_have_no_variance_between():
    y = [[1, np.nan, 3], [1, 9, np.nan], [np.nan, np.nan, np.nan]]
    v = [[0.5, 1, 0.5], [0.5, np.nan, np.nan], [1, 1, 1]]
    assert_allclose(between(y, v), [1.5, np.nan, np.nan], rtol=1e-10)
    assert np.isnan(between(np.zeros((2, 0)), np.zeros((2, 0)))).all()
    assert_array_equal(np.isnan(pooled(y[1], v[1], 1)), [False, True, True])


def test_the_variance_within_is_pooled_over_the_groups():
    # (2 · 3 + 4 · 1.5 + 1 · 0) / 7 = 12 / 7 of people, over 3, 5 and 2 people
    assert_allclose(within([3, 1.5, 0, np.nan], [3, 5, 2, 1]), np.array([12 / 21, 12 / 35, 12 / 14, np.nan]))
    assert np.isnan(within([np.nan, np.nan], [1, 1])).all()


@st.composite
def groups(draw):
    size = draw(st.integers(2, 7))
    y = draw(st.lists(st.integers(-40, 40), min_size=size, max_size=size))
    v = draw(st.lists(st.integers(1, 60), min_size=size, max_size=size))
    return np.array(y) / 10, np.array(v) / 20


@quick
@given(groups(), st.floats(0.01, 100), st.floats(-50, 50))
def test_the_variance_between_follows_the_unit_and_not_the_origin(given_, scale, moved):
    y, v = given_
    tau2 = between(y, v)
    assert tau2 >= 0
    assert_allclose(between(scale * y, scale**2 * v), scale**2 * tau2, rtol=1e-8, atol=1e-9 * scale**2)
    assert_allclose(between(y + moved, v), tau2, rtol=1e-8, atol=1e-9)
    assert_allclose(between(y[::-1], v[::-1]), tau2, rtol=1e-8, atol=1e-9)


@quick
@given(groups())
def test_the_variance_between_is_where_the_groups_spread_as_chance_would(given_):
    y, v = given_

    def excess(tau2):
        weight = 1 / (v + tau2)
        return weight @ (y - weight @ y / weight.sum()) ** 2 - (len(y) - 1)

    assume(excess(0) > 1e-3)
    assert_allclose(between(y, v), brentq(excess, 0, 1e4, xtol=1e-13), rtol=1e-8)


@quick
@given(groups(), st.floats(0, 10))
def test_a_pooled_mean_lies_between_its_own_and_that_of_all(given_, tau2):
    y, v = given_
    middle, found = mean(y, v, tau2), pooled(y, v, tau2)
    assert ((found - middle) * (found - y) <= 1e-12).all()


def test_tables_at_opposite_ends_of_what_they_ranked_are_as_far_apart_as_can_be():
    given_ = lists("1230", "3210", options="ABCD")
    # of A, B and C, two, one or no points; nobody ranked D
    assert_allclose(
        between_tables(given_, np.array([[1, 1], [2, 0], [3, 1]])),
        [[1, 0, 1, 0], [0] * 4, [0.75**0.5, 0, 0.75**0.5, 0]],
    )


def test_a_redrawn_room_keeps_the_scale_of_all_tables():
    # of A, B and C, the first two tables, that never rank C, give A 2 and 1 points: half a point of 2, doubled
    assert_allclose(between_tables(lists("120", "210", "123"), np.array([[1, 1, 0]])), [[0.5, 0.5, 0]])


def test_tables_that_ranked_one_option_agree_and_one_table_is_not_compared():
    assert between_tables(lists("100", "100"), np.ones((1, 2), int)).tolist() == [[0, 0, 0]]
    assert np.isnan(between_tables(lists("123"), np.ones((1, 1), int))).all()
    assert np.isnan(between_tables(lists("1", "1", options="A"), np.ones((1, 2), int))).all()
