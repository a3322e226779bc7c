"""Bounds that are said to collide do, none of them could be spared, and which ones they are depends on no solver."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from sctrain.analysis.programme import ASPECTS, Rules
from sctrain.analysis.programme_choice import Problem
from sctrain.analysis.programme_clash import Bound, colliding
from sctrain.analysis.programme_possible import Demands, Ways
from tests.analysis.made_programme import GROUPS, brute, offer, problems, programmes

FEW = settings(max_examples=50, deadline=None, derandomize=True)
"""Each example tries every set of modules."""
ORDER = ("floor", "balance", "requires", "left", "locked", "hours")


def simple(hours=(4, 4, 2), worth=(6, 3, 2), groups=()):
    """Three modules with a competency each."""
    units = np.array(groups, np.int64).reshape(-1, 3)
    return Problem(offer(hours, [[0], [1], [2]]), Rules(), np.array(worth), units, GROUPS[: len(units)])


def every(problem):
    """Every bound, and for every set of modules which of them it keeps, without a row or a solver."""
    made, rules = problem.offer, problem.rules
    sets = np.array(list(itertools.product([False, True], repeat=made.n)))
    place, learnt, hours = made.codes.index, made.covered(sets), sets @ made.hours / 2
    told = {Bound("hours", number=float(rules.hours)): hours <= rules.hours}
    for code in sorted(rules.locked, key=place):
        told[Bound("locked", code, number=made.hours[place(code)] / 2)] = sets[:, place(code)]
    for code in sorted(rules.left, key=place):
        told[Bound("left", code)] = ~sets[:, place(code)]
    for m, r in np.argwhere(made.requires).tolist():
        told[Bound("requires", made.codes[m], made.codes[r])] = sets[:, r] | ~sets[:, m]
    for aspect, shares in zip(ASPECTS, made.aspects, strict=True):
        if rules.balance:
            spent = sets @ (made.hours * shares / 2)
            told[Bound("balance", aspect, number=rules.balance / 100)] = spent >= rules.balance / 100 * hours - 1e-9
    for name, units in zip(problem.names, problem.groups, strict=True):
        alone = max((p[0] for p in programmes(replace(problem, worth=units), floors=False)), default=0)
        if least := -(-rules.floor * alone // 100):
            told[Bound("floor", name, number=least / units.sum())] = learnt @ units >= least
    return told


def together(told, named):
    """Whether some set of modules keeps these bounds."""
    return bool(np.all([told[bound] for bound in named], axis=0).any())


def one_by_one(told):
    """What is left where each bound in turn, the last of each kind first, is given up where the others collide."""
    kept = list(told)
    last_first = kept[::-1]
    for bound in sorted(last_first, key=lambda bound: ORDER.index(bound.kind)):
        others = [other for other in kept if other != bound]
        kept = kept if together(told, others) else others
    return tuple(kept)


@FEW
@given(problems(most=7))
def test_bounds_that_are_named_collide_and_without_any_one_of_them_there_is_a_programme(problem):
    named, told = colliding(problem), every(problem)
    assert bool(named) == (brute(problem) is None)
    assert set(named) <= set(told)
    if named:
        assert not together(told, named)
        assert all(together(told, [bound for bound in named if bound != spared]) for spared in named)
        assert named == one_by_one(told)


@pytest.mark.parametrize("place", ["programme_possible.WIDTHS", "programme_knapsack.WIDEST"])
def test_the_same_bounds_are_named_where_lines_are_lost_or_modules_tied_too_closely(place, monkeypatch):
    rng, found = np.random.default_rng(2), []
    for hours in (6, 9, 12, 15):
        covers = [sorted({m, int(rng.integers(8))}) for m in range(8)]
        made = offer(rng.integers(2, 6, 8).tolist(), covers, [(3, 1), (5, 2)], technology=range(4))
        rules = Rules(hours=hours, floor=95, balance=45, locked=("m3",))
        found.append(Problem(made, rules, np.ones(8, np.int64), rng.integers(0, 40, (2, 8)), GROUPS))
    expected = [one_by_one(every(problem)) for problem in found]
    assert sum(map(bool, expected)) > 2
    monkeypatch.setattr(f"sctrain.analysis.{place}", {"WIDTHS": (1,), "WIDEST": 0}[place.split(".")[1]])
    assert [colliding(replace(p)) for p in found if brute(p) is None] == [
        named for p, named in zip(found, expected, strict=True) if brute(p) is None
    ]


@FEW
@given(problems(most=7))
def test_a_programme_is_found_for_any_of_the_demands_where_there_is_one(problem):
    told, needs = every(problem), [2 * units.sum() // 3 for units in problem.groups]
    aspects = np.zeros((2, problem.offer.n), np.int64)
    demands = Demands(problem.groups, aspects, np.array(needs, np.int64))
    ways = Ways(
        problem.offer, problem.turns, min(problem.rules.halves, problem.offer.total) // problem.offer.step, demands
    )
    rest = [kept for bound, kept in told.items() if bound.kind not in ("floor", "balance")]
    sets = np.array(list(itertools.product([False, True], repeat=problem.offer.n)))[np.all(rest, axis=0)]
    for among in itertools.product([True, False], repeat=2):
        answer = ways.programme(np.array(among))
        met = (problem.offer.covered(sets) @ problem.groups.T >= needs)[:, among].all(axis=1)
        assert answer.is_known
        assert (answer.programme is not None) == met.any()
        if answer.programme is not None:
            assert answer.programme.tolist() in sets[met].tolist()


def test_locks_that_take_more_than_the_hours_are_named_with_the_hours():
    problem = simple((8, 6, 2), groups=[(1, 1, 1)])
    tight = replace(problem, rules=Rules(hours=12, locked=("m0", "m1")))
    assert colliding(tight) == (
        Bound("hours", number=12.0),
        Bound("locked", "m0", number=8.0),
        Bound("locked", "m1", number=6.0),
    )


def test_a_locked_module_whose_requirement_is_left_out_collides_without_the_hours():
    made = offer((4, 4), [[0], [1]], requires=[(1, 0)])
    rules = Rules(hours=40, locked=("m1",), left=("m0",))
    problem = Problem(made, rules, np.array([1, 1]), np.zeros((0, 2), np.int64))
    assert colliding(problem) == (Bound("locked", "m1", number=4.0), Bound("left", "m0"), Bound("requires", "m1", "m0"))


def test_two_groups_that_need_other_things_collide_over_few_hours():
    problem = simple((4, 4, 4), groups=[(9, 1, 0), (0, 1, 9)])
    few = replace(problem, rules=Rules(hours=4, floor=80))
    assert colliding(few) == (
        Bound("hours", number=4.0),
        Bound("floor", "small", number=0.8),
        Bound("floor", "large", number=0.8),
    )
