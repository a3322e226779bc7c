"""The curve of hours and need, and what another budget takes from whom."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from sctrain.analysis.programme import UNITS, Rules, Voices
from sctrain.analysis.programme_choice import Problem, choose
from sctrain.analysis.programme_curve import budgets, covering, curve, falls, problem_of
from tests.analysis.made_programme import brute, offer, problems

THREE = offer((4, 4, 2), [[0], [1], [2]])
GROUPS = np.array([[5, 0, 5], [0, 10, 0]])
PROBLEM = Problem(THREE, Rules(hours=8, floor=0), np.array([6, 3, 1]), GROUPS, ("small", "large"))


def of(frame, group, column="covered"):
    rows = frame[frame["group"].isna() if group is None else frame["group"].eq(group)]
    return rows[column].tolist()


def test_the_curve_says_for_each_budget_what_is_covered_of_whom():
    frame = curve(PROBLEM, [2, 4, 6, 8, 10])
    assert of(frame, None) == pytest.approx([0.1, 0.6, 0.7, 0.9, 1])
    assert of(frame, "small") == pytest.approx([0.5, 0.5, 1, 0.5, 1])
    assert of(frame, "large") == pytest.approx([0, 0, 0, 1, 1])
    assert of(frame, "small", "best") == pytest.approx([0.5, 0.5, 1, 1, 1])
    assert of(frame, None, "spent") == [2, 4, 6, 8, 10]
    assert of(frame, None, "modules") == ["m2", "m0", "m0+m2", "m0+m1", "m0+m1+m2"]
    assert frame.loc[frame["group"].isna(), "floor"].isna().all()


def test_with_a_floor_the_curve_gives_up_some_of_the_whole():
    fair = replace(PROBLEM, rules=Rules(hours=8, floor=60))
    frame = curve(fair, [4, 6, 8])
    assert of(frame, None, "modules") == ["", "", ""]  # 60 % of both takes m1 with m0 and m2: ten hours
    assert of(frame, "large", "floor") == pytest.approx([0.6] * 3)
    assert of(frame, "small", "floor") == pytest.approx([0.3, 0.6, 0.6])


@settings(max_examples=15, deadline=None, derandomize=True)
@given(problems(most=6))
def test_each_point_of_the_curve_is_the_best_programme_and_keeps_the_floors(problem):
    hours = [1, 2.5, 4, 9]
    frame = curve(problem, hours)
    for i, budget in enumerate(hours):
        best = brute(replace(problem, rules=replace(problem.rules, hours=budget)))
        codes = "+".join(c for c, kept in zip(problem.offer.codes, best or (), strict=False) if kept)
        assert of(frame, None, "modules")[i] == codes
        assert np.isnan(of(frame, None, "spent")[i]) == (best is None)
    rows = frame[frame["covered"].notna()]
    assert (rows["covered"] <= rows["best"] + 1e-12).all()
    floored = rows[rows["floor"].notna()]
    assert (floored["covered"] >= floored["floor"] - 1e-12).all()


def test_a_group_that_needs_nothing_has_no_share():
    problem = replace(PROBLEM, groups=np.zeros((2, 3), np.int64))
    frame = covering(problem, [8], choose(problem))
    assert frame.loc[frame["group"].notna(), ["covered", "best", "floor"]].isna().all(axis=None)


def test_only_groups_that_are_heard_have_a_line():
    nan = np.nan
    given_ = Voices(
        tuple("abc"), np.array([6.0, 3, 1]), np.full(3, nan), ("few", "many"), np.array([[nan] * 3, [0, 1, -9]])
    )
    problem = problem_of(THREE, given_, Rules(hours=8, floor=60))
    assert problem.names == ("many",)
    assert problem.groups.tolist() == [[0, UNITS, 0]]
    assert problem.worth.tolist() == [60_000, 30_000, 10_000]
    assert set(curve(problem, [4])["group"].dropna()) == {"many"}


def test_budgets_reach_to_all_hours_and_are_not_too_many():
    assert budgets(THREE) == [*range(1, 11)]
    long = budgets(offer([400] * 3, [[0], [1], [2]]))
    assert len(long) <= 121
    assert (long[0], long[-1]) == (10, 1200)


def test_what_falls_off_is_told_with_what_each_group_loses():
    frame = falls(PROBLEM, 6)  # m1 falls off, m2 comes in
    rows = {(m, g): r for m, g, r in zip(frame["module"], frame["group"], frame.to_dict("records"), strict=True)}
    keys = [(r["module"], r["group"], r["change"], round(r["effect"], 9), r["hours"]) for r in rows.values()]
    told = [tuple(None if part != part else part for part in key) for key in keys]
    assert told == [
        (None, None, "together", -0.2, -2),
        (None, "small", "together", 0.5, -2),
        (None, "large", "together", -1, -2),
        ("m1", None, "falls off", -0.3, 4),
        ("m1", "small", "falls off", 0, 4),
        ("m1", "large", "falls off", -1, 4),
        ("m2", None, "comes in", 0.1, 2),
        ("m2", "small", "comes in", 0.5, 2),
        ("m2", "large", "comes in", 0, 2),
    ]
    assert (frame["from_hours"].unique().tolist(), frame["to_hours"].unique().tolist()) == ([8], [6])


def test_a_module_loses_only_what_no_other_covers():
    made = offer((4, 4), [[0, 1], [1]])
    problem = Problem(made, Rules(hours=8, floor=0, locked=("m1",)), np.array([6, 4]), np.zeros((0, 2), np.int64))
    frame = falls(problem, 4)
    assert frame["effect"].tolist() == pytest.approx([-0.6, -0.6])
    assert frame["module"].tolist()[1] == "m0"


def test_without_a_programme_in_one_of_the_budgets_nothing_is_compared():
    assert falls(replace(PROBLEM, rules=Rules(hours=8, floor=0, locked=("m0",))), 2).empty
