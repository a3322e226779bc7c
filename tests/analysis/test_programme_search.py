"""The search under floors finds what HiGHS finds where there are too many programmes to try them all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sctrain.analysis.programme import Rules, units
from sctrain.analysis.programme_choice import Problem, _rows, choose, floors, in_rooms
from sctrain.analysis.programme_clash import bounds, colliding
from tests.analysis.made_programme import offer


def room(seed, modules=14, groups=4, **rules):
    """Modules that overlap and require each other, and groups that need other things."""
    rng = np.random.default_rng(seed)
    covers = [sorted({m, int(rng.integers(modules))}) for m in range(modules)]
    requires = [(m, int(rng.integers(m))) for m in rng.choice(np.arange(1, modules), 2, replace=False)]
    made = offer(rng.integers(2, 7, modules).tolist(), covers, requires, technology=range(modules // 2))
    needs = units(rng.random((1 + groups, made.covers.shape[1])) ** 2)
    return Problem(made, Rules(**rules), needs[0], needs[1:], tuple("abcd"[:groups]))


def by_highs(problem):
    found = choose(problem)
    least = floors(found.best[0], problem.rules.floor)
    return problem.model.best(problem.worth, _rows(problem, problem.groups, least, problem.rules.halves))


@pytest.mark.parametrize(
    ("hours", "floor", "balance"), [(12, 60, 0), (12, 80, 0), (24, 75, 0), (24, 90, 0), (24, 60, 40), (36, 95, 45)]
)
def test_the_search_finds_the_programme_that_highs_finds(hours, floor, balance):
    bound = 0
    for seed in range(3):
        problem = room(seed, hours=hours, floor=floor, balance=balance, locked=("m2",))
        found, expected = choose(problem), by_highs(problem)
        assert found.feasible[0] == (expected is not None)
        if expected is not None:
            assert found.chosen[0].tolist() == expected.tolist()
        bound += found.bound
    assert bound


def test_where_lines_become_too_many_rooms_are_halved_and_single_ones_left_to_highs(monkeypatch):
    problem = room(4, hours=24, floor=80)
    worth = np.vstack([problem.worth, problem.worth[::-1], problem.worth])
    groups = np.stack([problem.groups] * 3)
    searched = in_rooms(problem, worth, groups)
    monkeypatch.setattr("sctrain.analysis.programme_search.LINES", 3)
    told = []
    left = in_rooms(problem, worth, groups, lambda done, of: told.append((done, of)))
    assert searched.solved == 0 < left.solved
    assert told == sorted(told)
    assert told[-1] == (3, 3)
    assert left.chosen.tolist() == searched.chosen.tolist()
    assert left.feasible.tolist() == searched.feasible.tolist()


def test_tables_that_do_not_fit_are_searched_in_parts(monkeypatch):
    problem = room(5, hours=12, floor=80)
    rng = np.random.default_rng(1)
    worth = units(rng.random((5, len(problem.worth))) ** 3)
    groups = units(rng.random((5, *problem.groups.shape)) ** 3)
    whole = in_rooms(problem, worth, groups)
    monkeypatch.setattr("sctrain.analysis.programme_search.CELLS", 1)
    assert in_rooms(problem, worth, groups).chosen.tolist() == whole.chosen.tolist()
    assert whole.bound > 1


def test_keys_that_do_not_fit_into_64_bits_say_the_same():
    small = room(6, modules=10, hours=14, floor=70)
    many = 52  # modules that nobody needs make the key longer
    offered = small.offer
    wide = offer(
        [*(offered.hours / 2), *[6] * many],
        [*(np.flatnonzero(line).tolist() for line in offered.covers), *[[0]] * many],
        np.argwhere(offered.requires).tolist(),
    )
    worth, groups = small.worth.copy(), small.groups.copy()
    worth[0] = groups[:, 0] = 0
    small = replace(small, worth=worth, groups=groups)
    found = choose(replace(small, offer=wide))
    assert found.chosen[0, :10].tolist() == choose(small).chosen[0].tolist()
    assert not found.chosen[0, 10:].any()


@pytest.mark.parametrize("seed", range(4))
def test_collisions_of_many_bounds_are_minimal(seed):
    problem = room(seed, hours=10, floor=97, balance=45, locked=("m1",))
    named = colliding(problem)
    assert named
    every = dict(bounds(problem, choose(problem)))
    assert problem.model.any([every[bound] for bound in named]) is None
    for spared in named:
        assert problem.model.any([every[bound] for bound in named if bound != spared]) is not None
