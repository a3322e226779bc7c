"""Which bounds of a programme collide: bounds that none keeps together, though some keep all but any one of them.

Each bound in turn is taken out for good where the others still collide (the deletion filter of Chinneck & Dravnieks
1991). Several are taken out at once first, and halves of them where that is too much (as in Junker's QuickXplain,
2004): as more bounds collide where fewer do, what stays is the same. Every programme met on the way answers for all the
sets of bounds it keeps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sctrain.analysis.gaps import Numbers
from sctrain.analysis.programme import ASPECTS, Bools
from sctrain.analysis.programme_choice import Choices, Problem, choose, floors
from sctrain.analysis.programme_knapsack import path
from sctrain.analysis.programme_milp import Row
from sctrain.analysis.programme_possible import Demands, Ways


@dataclass(frozen=True)
class Bound:
    """A bound by its `kind` (hours, locked, left, requires, floor, balance), what it is about, and its number.

    `about` is a module, a group or an aspect; `before` the module that one requires. The number is hours, or of a
    floor the fraction of the group's need to be covered, of a balance the fraction of the hours.
    """

    kind: str
    about: str = ""
    before: str = ""
    number: float = 0.0


def colliding(problem: Problem, found: Choices | None = None) -> tuple[Bound, ...]:
    """Bounds that no programme keeps together, though some keep all but any one of them; none where one keeps all.

    There may be several such sets. It is the one that is left where bounds are given up in this order: floors from the
    last group to the first, balance, requirements, modules left out, locked modules, hours. So it depends on no solver.
    Floors stand at the numbers they have with all the other bounds; where locks and requirements alone collide there
    are none. `found` is what `choose` found of the problem, if it is known.
    """
    found = found or choose(problem)
    if found.feasible[0]:
        return ()
    every = dict(bounds(problem, found))
    trials, kept = _Trials(problem, tuple(every), list(every.values())), np.ones(len(every), bool)
    kinds = np.array([bound.kind for bound in every])
    _drop(trials, kept, np.flatnonzero(kinds == "floor"))
    _drop(trials, kept, np.flatnonzero((kinds != "floor") & (kinds != "hours")))
    _drop(trials, kept, np.flatnonzero(kinds == "hours"))
    return tuple(reversed([bound for bound, stays in zip(every, kept, strict=True) if stays]))


def bounds(problem: Problem, found: Choices) -> Iterator[tuple[Bound, Row]]:
    """Every bound with its row, in the order in which they are given up: demands first, the hours last."""
    model, codes, total = problem.model, problem.offer.codes, np.maximum(problem.groups.sum(axis=1), 1)
    least = floors(found.best[0], problem.rules.floor)
    for g in np.flatnonzero(least > 0)[::-1]:
        row = Row(model.need(problem.groups[g]), float(least[g]))
        yield Bound("floor", problem.names[g], number=float(least[g] / total[g])), row
    for line, aspect in zip(problem.lean, ASPECTS, strict=False):
        yield Bound("balance", aspect, number=problem.rules.balance / 100), Row(model.modules(line), 0)
    for m, r in np.argwhere(problem.offer.requires)[::-1].tolist():
        yield Bound("requires", codes[m], codes[r]), model.requires(m, r)
    for m in np.flatnonzero(problem.left)[::-1].tolist():
        yield Bound("left", codes[m]), model.left(m)
    for m in np.flatnonzero(problem.locked)[::-1].tolist():
        yield Bound("locked", codes[m], number=problem.offer.hours[m] / 2), model.locked(m)
    yield Bound("hours", number=problem.rules.halves / 2), model.hours(problem.rules.halves)


def _drop(trials: _Trials, kept: Bools, part: NDArray[np.intp]) -> None:
    """Take out of `kept` what one would take out of this part, one after the other."""
    without = kept.copy()
    without[part] = False
    if len(part) and not trials.possible(without):
        kept[:] = without
    elif len(part) > 1:
        _drop(trials, kept, part[: len(part) // 2])
        _drop(trials, kept, part[len(part) // 2 :])


@dataclass(frozen=True, eq=False)
class _Trials:
    """Sets of bounds on trial: every bound with its row, and for each programme met which bounds it keeps."""

    problem: Problem
    every: tuple[Bound, ...]
    rows: Sequence[Row]
    met: list[Bools] = field(default_factory=list)
    ways: dict[bytes, Ways | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with all modules that are not left out, and those of them whose requirements are not either."""
        chosen = ~self.problem.left
        self._meet(chosen)
        while (without := chosen & (self.problem.offer.requires & ~chosen).any(axis=1)).any():
            chosen = chosen & ~without
        self._meet(chosen)

    def possible(self, kept: Bools) -> bool:
        """Whether a programme keeps these bounds [bound]."""
        if any(met[kept].all() for met in self.met):
            return True
        ways, n = self._ways(kept), len(self._demands.least)
        answer = ways.programme(kept[:n]) if ways else None
        for chosen in answer.tried if answer else ():
            self._meet(chosen)
        found = answer.programme if answer else None
        if answer is None or not answer.is_known:
            found = self.problem.model.any([row for row, is_kept in zip(self.rows, kept, strict=True) if is_kept])
        if found is not None:
            self._meet(found)
        return found is not None

    def _meet(self, chosen: Bools) -> None:
        weights, least = self._table
        self.met.append(weights @ self.problem.model.variables(chosen) >= least - 0.5)

    @cached_property
    def _table(self) -> tuple[Numbers, Numbers]:
        return np.array([row.weights for row in self.rows]), np.array([row.least for row in self.rows])

    @cached_property
    def _demands(self) -> Demands:
        """Floors and balance, as they are first among the bounds."""
        problem = self.problem
        floor = [(problem.names.index(bound.about), row) for bound, row in self._of("floor")]
        balance = [ASPECTS.index(bound.about) for bound, _ in self._of("balance")]
        covered = np.zeros((len(floor) + len(balance), len(problem.worth)), np.int64)
        chosen = np.zeros((len(covered), problem.offer.n), np.int64)
        covered[: len(floor)] = problem.groups[[g for g, _ in floor]]
        chosen[len(floor) :] = problem.lean[balance]
        return Demands(covered, chosen, np.array([*(row.least for _, row in floor), *(0 for _ in balance)], np.int64))

    def _of(self, kind: str) -> list[tuple[Bound, Row]]:
        return [(bound, row) for bound, row in zip(self.every, self.rows, strict=True) if bound.kind == kind]

    def _ways(self, kept: Bools) -> Ways | None:
        """All programmes under the hours, locks and requirements among these bounds; None where ties are too close."""
        rest = kept[len(self._demands.least) :]
        if rest.tobytes() not in self.ways:
            left = [bound for bound, is_kept in zip(self.every, kept, strict=True) if is_kept]
            self.ways[rest.tobytes()] = self._under(left)
        return self.ways[rest.tobytes()]

    def _under(self, kept: Sequence[Bound]) -> Ways | None:
        problem, codes = self.problem, self.problem.offer.codes
        of = {kind: [bound.about for bound in kept if bound.kind == kind] for kind in ("locked", "left", "hours")}
        requires = np.zeros_like(problem.offer.requires)
        for bound in kept:
            if bound.kind == "requires":
                requires[codes.index(bound.about), codes.index(bound.before)] = True
        offer = replace(problem.offer, requires=requires)
        turns = path(offer, offer.among(of["locked"]), offer.among(of["left"]))
        steps = min(problem.rules.halves, offer.total) // offer.step if of["hours"] else None
        return None if turns is None else Ways(offer, turns, steps, self._demands)
