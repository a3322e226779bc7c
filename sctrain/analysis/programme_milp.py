"""The best programme under all bounds as a mixed integer programme, solved by HiGHS (Huangfu & Hall 2018).

A variable says of each module whether it is chosen; another, of each competency that several modules cover, whether
one of them is. All numbers are whole and below 10⁶, HiGHS holds whole variables to 10⁻⁶ and bounds to 10⁻⁷, and bounds
are set half a unit apart from the numbers they stand for: so what it finds is exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from sctrain.analysis.gaps import Numbers
from sctrain.analysis.programme import Bools, Offer, Whole
from sctrain.errors import SctrainError

CHUNK = 15
"""Modules among which the catalogue's order is decided at once: their weights reach to 2^14."""
SOLVED, NOTHING = 0, 2
"""What scipy answers where it found the best, and where nothing keeps the bounds."""


@dataclass(frozen=True, eq=False)
class Row:
    """A bound: the weighted variables sum up to `least` at least, in whole numbers."""

    weights: Numbers
    least: float


@dataclass(frozen=True, eq=False)
class Model:
    """The variables of an offer: its modules, then the competencies that several of them cover."""

    offer: Offer

    @cached_property
    def shared(self) -> Bools:
        """[competencies] that several modules cover."""
        several: Bools = self.offer.covers.sum(axis=0) > 1
        return several

    def need(self, units: Whole) -> Numbers:
        """[variables] what each of them covers of these units [competencies]."""
        alone = self.offer.covers[:, ~self.shared] @ units[~self.shared]
        return np.concatenate([alone, units[self.shared]]).astype(float)

    def modules(self, weights: NDArray) -> Numbers:
        """[variables] a weight for each module."""
        return np.concatenate([weights, np.zeros(int(self.shared.sum()))]).astype(float)

    def hours(self, halves: int) -> Row:
        """At most so many halves of an hour."""
        return Row(self.modules(-self.offer.hours), -halves)

    def locked(self, module: int) -> Row:
        """The module is chosen."""
        return Row(self.modules(np.arange(self.offer.n) == module), 1)

    def left(self, module: int) -> Row:
        """The module is not chosen."""
        return Row(self.modules(-1.0 * (np.arange(self.offer.n) == module)), 0)

    def requires(self, module: int, before: int) -> Row:
        """A module is chosen only with the one that comes before it."""
        at = np.arange(self.offer.n)
        return Row(self.modules((at == before) - 1.0 * (at == module)), 0)

    @cached_property
    def requirements(self) -> list[Row]:
        """Of all modules."""
        return [self.requires(int(m), int(r)) for m, r in np.argwhere(self.offer.requires)]

    @cached_property
    def covering(self) -> list[Row]:
        """A shared competency is covered only where a module that covers it is chosen."""
        at, covers = np.eye(int(self.shared.sum())), self.offer.covers[:, self.shared].T
        return [Row(np.concatenate([covers[i], -at[i]]).astype(float), 0) for i in range(len(at))]

    def best(self, units: Whole, bounds: Sequence[Row]) -> Bools | None:
        """[modules] of the best programme: most units, then fewest hours, then the earlier modules; None if none is."""
        goals = self._goals(units)
        bounds, found = list(bounds), None
        for goal in goals:
            found = self._most(goal, bounds)
            if found is None:
                return None
            bounds.append(Row(goal, float(goal @ self.variables(found))))
        return found

    def any(self, bounds: Sequence[Row]) -> Bools | None:
        """[modules] of a programme that keeps the bounds, whatever it covers; None if none does."""
        return self._most(self.modules(np.zeros(self.offer.n)), bounds)

    def variables(self, chosen: Bools) -> Numbers:
        """[variables] of a programme."""
        return np.concatenate([chosen, self.offer.covered(chosen)[self.shared]]).astype(float)

    def _goals(self, units: Whole) -> Iterator[Numbers]:
        """What is to be most, one after the other."""
        yield self.need(units)
        yield self.modules(-self.offer.hours)
        for start in range(0, self.offer.n, CHUNK):
            at = np.arange(self.offer.n) - start
            yield self.modules(np.where((at >= 0) & (at < CHUNK), 2.0 ** (CHUNK - 1 - at.clip(0, CHUNK - 1)), 0))

    def _most(self, goal: Numbers, bounds: Sequence[Row]) -> Bools | None:
        rows = [*bounds, *self.covering]
        weights = np.array([row.weights for row in rows]).reshape(len(rows), len(goal))
        least = np.array([row.least for row in rows]) - 0.5 * (np.arange(len(rows)) < len(bounds))
        found = milp(
            -goal,
            integrality=np.arange(len(goal)) < self.offer.n,
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(weights, least, np.inf) if rows else None,
            options={"mip_rel_gap": 0},
        )
        if found.status not in (SOLVED, NOTHING):
            raise SctrainError(f"the solver stopped without an answer about the programme: {found.message}")
        return None if found.x is None else np.rint(found.x[: self.offer.n]).astype(bool)
