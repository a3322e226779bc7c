"""Which modules to choose: most of the need within the hours, under every bound.

The best programme without floors and balance is known exactly for every budget and room (`programme_knapsack`). Where
it keeps them, too, it is the best one; where it does not, it is searched for (`programme_search`), or solved by HiGHS
where modules are tied too closely for that (`programme_milp`). Of equal programmes the one with fewer hours is chosen,
of these the one with the earlier modules of the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from sctrain.analysis.programme import Bools, Offer, Rules, Whole
from sctrain.analysis.programme_knapsack import Keys, Turn, best, path
from sctrain.analysis.programme_milp import Model, Row
from sctrain.analysis.programme_search import Cases, search

Tell = Callable[[int, int], None]
"""Told how many rooms are done, of how many."""


@dataclass(frozen=True, eq=False)
class Problem:
    """An offer, the rules, and what is needed: units `worth[competencies]` of all, `groups[g, competencies]`.

    `names` are the groups' codes.
    """

    offer: Offer
    rules: Rules
    worth: Whole
    groups: Whole
    names: tuple[str, ...] = ()

    @cached_property
    def locked(self) -> Bools:
        """[modules] that must be chosen."""
        return self.offer.among(self.rules.locked)

    @cached_property
    def left(self) -> Bools:
        """[modules] that must not be chosen."""
        return self.offer.among(self.rules.left)

    @cached_property
    def lean(self) -> Whole:
        """[0 or 2, modules] whole numbers whose sum over a programme must not be negative; none without a balance."""
        return self.offer.lean(self.rules.balance)[: 2 * (self.rules.balance > 0)]

    @cached_property
    def turns(self) -> list[Turn] | None:
        """The modules' turns, with locks; None where they are tied too closely."""
        return path(self.offer, self.locked, self.left)

    @cached_property
    def model(self) -> Model:
        """The variables for HiGHS."""
        return Model(self.offer)

    @cached_property
    def fixed(self) -> list[Row]:
        """The bounds that no need and no budget changes: locks, requirements and balance."""
        rows = [self.model.locked(int(m)) for m in np.flatnonzero(self.locked)]
        rows += [self.model.left(int(m)) for m in np.flatnonzero(self.left)]
        return rows + self.model.requirements


@dataclass(frozen=True, eq=False)
class Choices:
    """Programmes of several cases (budgets or rooms): `chosen[case, module]`, all False where not `feasible[case]`.

    `best[case, g]` is the most units of a group's need that any programme covers there under the same locks and
    requirements, and `top[case]` the same of everyone, -1 where there is none. `bound` counts the cases where floors or
    balance bind, `solved` those of them that were left to HiGHS.
    """

    chosen: Bools
    feasible: Bools
    best: Whole
    top: Whole
    bound: int = 0
    solved: int = 0


def floors(bests: Whole, percent: int) -> Whole:
    """The least units of a group's need to be covered: `percent` of the most that could be, rounded up."""
    return np.maximum(-(-percent * bests // 100), 0)


def choose(problem: Problem) -> Choices:
    """The programme of one problem, as one case."""
    return in_rooms(problem, problem.worth[None], problem.groups[None])


def in_rooms(problem: Problem, worth: Whole, groups: Whole, tell: Tell | None = None) -> Choices:
    """The programme in each room: units `worth[rooms, competencies]`, `groups[rooms, g, competencies]`."""
    rooms, g = groups.shape[:2]
    keys = _keys(problem, np.concatenate([worth, groups.reshape(rooms * g, worth.shape[1])]), [problem.rules.halves])
    bests = Keys(problem.offer).worth(keys[0, rooms:]).reshape(rooms, g)
    return _kept(problem, worth, groups, np.full(rooms, problem.rules.halves), keys[0, :rooms], bests, tell)


def by_budget(problem: Problem, halves: Iterable[int]) -> Choices:
    """The programme within each budget, in halves of an hour."""
    budgets = np.array(list(halves), np.int64)
    keys = _keys(problem, np.vstack([problem.worth, problem.groups]), budgets.tolist())
    worth, groups = (np.repeat(given[None], len(budgets), axis=0) for given in (problem.worth, problem.groups))
    return _kept(problem, worth, groups, budgets, keys[:, 0], Keys(problem.offer).worth(keys[:, 1:]))


def _keys(problem: Problem, worth: Whole, halves: list[int]) -> NDArray:
    """[budgets, columns] keys of the best programmes without floors and balance, of units [columns, competencies]."""
    offer = problem.offer
    if problem.turns is not None:
        found = best(offer, problem.turns, worth, max(halves))
        return found[np.minimum(np.array(halves) // offer.step, len(found) - 1)]
    keys, rows = Keys(offer), problem.fixed
    solved = [[problem.model.best(units, [*rows, problem.model.hours(half)]) for units in worth] for half in halves]
    return np.array([[keys.of(one, units) for one, units in zip(line, worth, strict=True)] for line in solved])


def _kept(
    problem: Problem,
    worth: Whole,
    groups: Whole,
    halves: Whole,
    keys: NDArray,
    bests: Whole,
    tell: Tell | None = None,
) -> Choices:
    """The programmes of these keys where they keep floors and balance, and HiGHS' where not."""
    offer, order = problem.offer, Keys(problem.offer)
    chosen, feasible, least = order.chosen(keys), keys >= 0, floors(bests, problem.rules.floor)
    has = np.einsum("rc,rgc->rg", offer.covered(chosen), groups)
    broken = np.flatnonzero(feasible & ((has < least).any(axis=1) | (chosen @ problem.lean.T < 0).any(axis=1)))
    left_of = partial(_left, tell, len(keys))
    cases = Cases(worth[broken], groups[broken], least[broken], np.minimum(halves[broken], offer.total) // offer.step)
    chosen[broken], feasible[broken], unknown = _searched(problem, cases, left_of)
    for done, case in enumerate(broken[unknown]):
        found = problem.model.best(worth[case], _rows(problem, groups[case], least[case], int(halves[case])))
        chosen[case], feasible[case] = (False, False) if found is None else (found, True)
        left_of(int(unknown.sum()) - done - 1)
    return Choices(chosen, feasible.astype(bool), bests, order.worth(keys), len(broken), int(unknown.sum()))


def _left(tell: Tell | None, cases: int, left: int) -> None:
    if tell:
        tell(cases - left, cases)


def _searched(problem: Problem, cases: Cases, left: Callable[[int], None]) -> tuple[Bools, Bools, Bools]:
    """(chosen, feasible, unknown) of cases whose floors or balance bind; what is unknown is for HiGHS."""
    if problem.turns is not None and len(cases):
        return search(problem.offer, problem.turns, problem.lean, cases, left)
    size = len(cases)
    return np.zeros((size, problem.offer.n), bool), np.zeros(size, bool), np.ones(size, bool)


def _rows(problem: Problem, groups: Whole, least: Whole, halves: int) -> list[Row]:
    model = problem.model
    rows = [Row(model.need(units), float(floor)) for units, floor in zip(groups, least, strict=True) if floor]
    rows += [Row(model.modules(line), 0) for line in problem.lean]
    return [*rows, *problem.fixed, model.hours(halves)]
