"""Whether any programme keeps a set of bounds: the search that says which bounds collide.

The modules are gone through in the turns of `programme_knapsack`, each line a part of a programme, as in
`programme_search`; but any programme will do, and so the bound is another one. Demands are weighed against each other:
where even the programme that is best by their weighted sum falls short of it, none keeps them all (Lagrangian
relaxation, Geoffrion 1974). The weights are bettered by multiplicative updates (Plotkin, Shmoys & Tardos 1995). Weights
of any size give true bounds and all numbers are whole, so that what is answered is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sctrain.analysis.programme import Bools, Offer, Whole
from sctrain.analysis.programme_knapsack import NONE, Turn

ROUNDS = 6
"""Times that the weights are bettered before lines are gone through."""
SHORT = 2.0
"""How much more than it can win a demand may fall short, as far as its weight is concerned."""
FINE = 1 << 40
"""Weights are whole parts of it, over what a demand has to spare at most."""
WIDTHS = (1 << 8, 1 << 12, 1 << 16)
"""Most lines at once. The most promising are kept; where none of them arrives and others were lost, more are."""


@dataclass(frozen=True, eq=False)
class Demands:
    """What is to be kept: covered competencies give `covered[r, c]`, modules `chosen[r, m]`, together `least[r]`.

    All are whole numbers; `least` is what it takes at least.
    """

    covered: Whole
    chosen: Whole
    least: Whole

    def has(self, offer: Offer, chosen: Bools) -> Whole:
        """[r] what a programme has of each."""
        found: Whole = self.covered @ offer.covered(chosen) + self.chosen @ chosen
        return found


class Answer(NamedTuple):
    """A programme that keeps the demands, or None, which may be wrong unless it `is_known`; `tried` are those met."""

    programme: Bools | None
    is_known: bool = True
    tried: tuple[Bools, ...] = ()


class _Step(NamedTuple):
    """A module's turn as arrays over its states, which are numbered.

    `after[taken, state]` is the state after it, -1 where that may not be; `gain[state, r]` is what taking it gives.
    """

    module: int
    steps: int
    after: Whole
    gain: Whole


class _Bound(NamedTuple):
    """Weights [r], what the demands weigh together, and per turn [state, left] the most that may be added to them."""

    weights: Whole
    least: int
    tables: list[Whole]

    @property
    def spare(self) -> int:
        """By how much the best programme is over what the demands weigh; none keeps them all where it is below."""
        return int(self.tables[0][0, -1]) - self.least


class _Lines(NamedTuple):
    """Parts of programmes: state, steps left, what they have [line, r], its weighted sum, modules [line, m]."""

    state: Whole
    left: Whole
    has: Whole
    value: Whole
    chosen: Bools

    def only(self, kept: NDArray[np.intp]) -> _Lines:
        """Some of them."""
        return _Lines(self.state[kept], self.left[kept], self.has[kept], self.value[kept], self.chosen[kept])


@dataclass(frozen=True, eq=False)
class Ways:
    """All programmes under hours, locks and requirements, and what they may have of the demands.

    `turns` are of the locks and requirements; `steps` of hours may be spent, or as many as one likes: None.
    """

    offer: Offer
    turns: list[Turn]
    steps: int | None
    demands: Demands

    @property
    def most(self) -> int:
        """Steps that may be left at most."""
        return self.steps or 0

    @cached_property
    def path(self) -> list[_Step]:
        """The turns as arrays."""
        states = [{state: i for i, state in enumerate(sorted(turn.moves))} for turn in self.turns] + [{0: 0}]
        return [self._step(turn, *states[t : t + 2]) for t, turn in enumerate(self.turns)]

    def _step(self, turn: Turn, before: dict[int, int], after: dict[int, int]) -> _Step:
        to = np.full((2, len(before)), -1)
        gain = np.zeros((len(before), len(self.demands.least)), np.int64)
        for state, moves in turn.moves.items():
            for move in moves:
                to[int(move.taken), before[state]] = after[move.target]
                if move.taken:
                    fresh = self.demands.covered[:, list(move.fresh)].sum(axis=1)
                    gain[before[state]] = fresh + self.demands.chosen[:, turn.module]
        return _Step(turn.module, 0 if self.steps is None else turn.steps, to, gain)

    @cached_property
    def reach(self) -> list[Whole]:
        """For each turn [state, left, r]: the most that the turns from here on can give; far below 0 where none can."""
        return self._tables([step.gain for step in self.path])

    @cached_property
    def top(self) -> Whole | None:
        """[r] the most that any programme has of each demand; None where there is no programme."""
        if not all(turn.moves for turn in self.turns):
            return None
        (least,) = self._tables([np.zeros((len(step.gain), 1), np.int64) for step in self.path])[0][0, -1]
        return self.reach[0][0, -1] if least == 0 else None

    def _tables(self, gains: list[Whole]) -> list[Whole]:
        tables = [np.zeros((1, self.most + 1, gains[0].shape[1]), np.int64)]
        for step, gain in zip(reversed(self.path), reversed(gains), strict=True):
            skip, take = step.after
            here = np.where(skip[:, None, None] < 0, NONE, tables[-1][skip])
            if step.steps <= self.most:
                taken = tables[-1][take, : self.most + 1 - step.steps] + gain[:, None]
                taken[take < 0] = NONE
                np.maximum(here[:, step.steps :], taken, out=here[:, step.steps :])
            tables.append(here)
        return tables[::-1]

    def programme(self, among: Bools) -> Answer:
        """A programme that keeps those of the demands that are `among[r]` them, if there is one."""
        if self.top is None or (self.top < self.demands.least)[among].any():
            return Answer(None)
        tried, bounds = list[Bools](), list[_Bound]()
        scale = np.maximum(np.maximum(self.top - self.demands.least, np.abs(self.demands.least) // 50), 1)
        weights = among.astype(float)
        for _ in range(ROUNDS):
            bounds.append(self._bound(np.rint(weights / max(weights.sum(), 1e-9) * FINE).astype(np.int64) // scale))
            if bounds[-1].spare < 0:
                return Answer(None, tried=tuple(tried))
            tried.append(self._traced(bounds[-1]))
            spare = self.demands.has(self.offer, tried[-1]) - self.demands.least
            if (spare >= 0)[among].all():
                return Answer(tried[-1], tried=tuple(tried))
            weights *= np.exp(-np.clip(spare / scale, -SHORT, 1))
        return self._searched(among, min(bounds, key=lambda bound: bound.spare), tuple(tried))

    def _bound(self, weights: Whole) -> _Bound:
        tables = self._tables([(step.gain @ weights)[:, None] for step in self.path])
        return _Bound(weights, int(weights @ self.demands.least), [table[..., 0] for table in tables])

    def _traced(self, bound: _Bound) -> Bools:
        """[modules] of a programme with the greatest weighted sum."""
        chosen, state, left = np.zeros(self.offer.n, bool), 0, self.most
        for t, step in enumerate(self.path):
            skip = step.after[0, state]
            stays = skip >= 0 and bound.tables[t + 1][skip, left] == bound.tables[t][state, left]
            chosen[step.module] = not stays
            left -= 0 if stays else step.steps
            state = skip if stays else step.after[1, state]
        return chosen

    def _searched(self, among: Bools, bound: _Bound, tried: tuple[Bools, ...]) -> Answer:
        for width in WIDTHS:
            found, is_whole = self._through(among, bound, width)
            if len(found) or is_whole:
                return Answer(found[0] if len(found) else None, tried=tried)
        return Answer(None, is_known=False, tried=tried)

    def _through(self, among: Bools, bound: _Bound, width: int) -> tuple[Bools, bool]:
        """(programmes that keep the demands, whether no line was lost)."""
        one, is_whole = np.zeros(1, np.int64), True
        nothing = np.zeros((1, len(among)), np.int64), one - bound.least, np.zeros((1, self.offer.n), bool)
        lines = _Lines(one, one + self.most, *nothing)
        for t, step in enumerate(self.path):
            lines = _moved(step, lines, bound.weights)
            hope = lines.value + bound.tables[t + 1][lines.state, lines.left]
            more = lines.has + self.reach[t + 1][lines.state, lines.left]
            kept = np.flatnonzero((hope >= 0) & (more >= self.demands.least)[:, among].all(axis=1))
            is_whole &= len(kept) <= width
            kept = kept[np.argsort(-hope[kept], kind="stable")[:width]]
            lines = lines.only(kept)
        return lines.chosen, is_whole


def _moved(step: _Step, lines: _Lines, weights: Whole) -> _Lines:
    """The lines after a turn, those that skip it first; those that may not, or have too few hours, are gone."""
    may = step.after[:, lines.state] >= 0
    may[1] &= lines.left >= step.steps
    taken, at = np.nonzero(may)
    gain = step.gain[lines.state[at]] * taken[:, None]
    chosen = lines.chosen[at]
    chosen[:, step.module] = taken
    state, left = step.after[taken, lines.state[at]], lines.left[at] - step.steps * taken
    return _Lines(state, left, lines.has[at] + gain, lines.value[at] + gain @ weights, chosen)
