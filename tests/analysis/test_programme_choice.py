"""The programme that is chosen is the best of all, whatever road finds it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sctrain.analysis.programme import Rules
from sctrain.analysis.programme_choice import Problem, by_budget, choose, floors, in_rooms
from sctrain.analysis.programme_clash import bounds
from sctrain.analysis.programme_knapsack import Keys, best, path
from tests.analysis.made_programme import GROUPS, brute, offer, problems, programmes

FEW = settings(max_examples=20, deadline=None, derandomize=True)
"""Each example tries every set of modules."""


def simple(hours=(4, 4, 2), worth=(6, 3, 2), groups=()):
    """Three modules with a competency each."""
    units = np.array(groups, np.int64).reshape(-1, 3)
    return Problem(offer(hours, [[0], [1], [2]]), Rules(), np.array(worth), units, GROUPS[: len(units)])


def codes(problem, chosen):
    return {code for code, c in zip(problem.offer.codes, chosen, strict=True) if c}


@FEW
@given(problems())
def test_the_programme_is_the_best_of_all_programmes(problem):
    found, best_of_all = choose(problem), brute(problem)
    assert found.feasible[0] == (best_of_all is not None)
    if best_of_all is not None:
        assert found.chosen[0].tolist() == list(best_of_all)


@FEW
@given(problems())
def test_highs_alone_finds_the_same_programme(problem):
    least = floors(choose(problem).best[0], problem.rules.floor)
    rows = [row for bound, row in bounds(problem, choose(problem)) if bound.kind != "requires"]
    found = problem.model.best(problem.worth, [*rows, *problem.model.requirements])
    assert (None if found is None else tuple(found.tolist())) == brute(problem)
    assert (least >= 0).all()


@FEW
@given(problems(), st.booleans())
def test_the_knapsack_finds_the_best_programme_within_every_budget(problem, large):
    made, most = problem.offer, problem.offer.total
    table = best(made, problem.turns, problem.worth[None] * (10**4 if large else 1), most)
    for at, key in enumerate(table[:, 0]):
        within = replace(problem, rules=replace(problem.rules, hours=at * made.step / 2))
        best_of_all = brute(within, floors=False)
        chosen = tuple(Keys(made).chosen(key).tolist())
        assert (key >= 0) == (best_of_all is not None)
        assert chosen == (best_of_all or (False,) * made.n)


@FEW
@given(problems())
def test_the_floor_holds_for_every_group_and_so_does_every_other_bound(problem):
    found = choose(problem)
    if found.feasible[0]:
        learnt = problem.offer.covered(found.chosen[0])
        for units, most in zip(problem.groups, found.best[0], strict=True):
            alone = max(p[0] for p in programmes(replace(problem, worth=units), floors=False))
            assert most == alone
            assert units[learnt].sum() >= problem.rules.floor / 100 * alone
        assert problem.offer.hours[found.chosen[0]].sum() <= 2 * problem.rules.hours
        assert codes(problem, found.chosen[0]) >= set(problem.rules.locked)
        assert not codes(problem, found.chosen[0]) & set(problem.rules.left)


@FEW
@given(problems(), st.integers(0, 2**32 - 1))
def test_many_rooms_at_once_are_each_solved_as_one_alone(problem, seed):
    rng = np.random.default_rng(seed)
    worth, groups = rng.integers(0, 9, (6, len(problem.worth))), rng.integers(0, 9, (6, *problem.groups.shape))
    told = []
    together = in_rooms(problem, worth, groups, lambda done, of: told.append((done, of)))
    for room in range(6):
        best_of_all = brute(replace(problem, worth=worth[room], groups=groups[room]))
        assert together.feasible[room] == (best_of_all is not None)
        assert tuple(together.chosen[room].tolist()) == (best_of_all or (False,) * problem.offer.n)
    assert together.solved == 0
    assert told == sorted(told)
    assert not together.bound or told[-1] == (6, 6)


@FEW
@given(problems(most=6))
def test_each_budget_has_the_programme_it_has_alone(problem):
    budgets = [0, 1, 3, 6, 8, 30]
    together = by_budget(problem, budgets)
    for i, half in enumerate(budgets):
        best_of_all = brute(replace(problem, rules=replace(problem.rules, hours=half / 2)))
        assert together.feasible[i] == (best_of_all is not None)
        assert tuple(together.chosen[i].tolist()) == (best_of_all or (False,) * problem.offer.n)


def test_equal_programmes_take_fewer_hours_and_then_the_earlier_module():
    within = replace(simple((4, 3, 3), (5, 5, 5)), rules=Rules(hours=4, floor=0))
    assert codes(within, choose(within).chosen[0]) == {"m1"}
    rows = [within.model.hours(8)]
    assert codes(within, within.model.best(within.worth, rows)) == {"m1"}


def test_what_is_worth_nothing_is_not_chosen():
    problem = simple(worth=(6, 0, 2))
    assert codes(problem, choose(problem).chosen[0]) == {"m0", "m2"}


def test_a_competency_of_two_modules_counts_once():
    made = offer((4, 4, 4), [[0, 1], [0], [2]])
    problem = Problem(made, Rules(hours=8, floor=0), np.array([6, 1, 2]), np.zeros((0, 3), np.int64))
    assert codes(problem, choose(problem).chosen[0]) == {"m0", "m2"}


def test_a_floor_takes_hours_from_the_many_for_the_few():
    few = [(9, 0, 0), (0, 0, 9)]
    free = replace(simple(worth=(6, 4, 1), groups=few), rules=Rules(hours=8, floor=0))
    assert codes(free, choose(free).chosen[0]) == {"m0", "m1"}
    fair = replace(free, rules=replace(free.rules, floor=60))
    assert codes(fair, choose(fair).chosen[0]) == {"m0", "m2"}
    assert (choose(free).bound, choose(fair).bound) == (0, 1)


def test_a_balance_asks_for_hours_on_both_aspects():
    made = offer((4, 4, 2), [[0], [1], [2]], technology=[0, 1])
    problem = Problem(made, Rules(hours=8, floor=0, balance=30), np.array([6, 3, 2]), np.zeros((0, 3), np.int64))
    assert codes(problem, choose(problem).chosen[0]) == {"m0", "m2"}


@pytest.mark.parametrize(("percent", "least"), [(0, 0), (60, 5), (100, 7)])
def test_a_floor_is_rounded_up_to_whole_units(percent, least):
    assert floors(np.array([7, -1]), percent).tolist() == [least, 0]


def test_modules_that_are_tied_too_closely_are_left_to_highs(monkeypatch):
    monkeypatch.setattr("sctrain.analysis.programme_knapsack.WIDEST", 0)
    made = offer((4, 4, 4), [[0, 1], [1, 2], [2, 0]])
    problem = Problem(made, Rules(hours=8, floor=0), np.array([6, 1, 2]), np.array([[1, 2, 3]]), ("all",))
    assert path(made, problem.locked, problem.left) is None
    assert tuple(choose(problem).chosen[0].tolist()) == brute(problem)
    assert by_budget(problem, [16]).best.tolist() == choose(problem).best.tolist()
