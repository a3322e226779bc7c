"""The best programme under floors and balance in many rooms at once, by branch and bound.

The modules are gone through in the turns of `programme_knapsack`, all rooms side by side: each line is a part of a
programme, and is dropped where even the best that may follow cannot reach the best known, or leaves a group below its
floor. What may follow is bounded by Lagrangian relaxation (Geoffrion 1974; Fisher 1981): a group that is in danger of
missing its floor weighs more in the bound. Weights of any size give true bounds, so that the answer is exact; good ones
only make it quick.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sctrain.analysis.programme import UNITS, Bools, Offer, Whole
from sctrain.analysis.programme_knapsack import NONE, Keys, Move, Turn, best

SCALE = 64
"""Weights of groups are whole multiples of 1/SCALE: bounds are whole numbers, without rounding."""
ROUNDS = 12
"""Times that the weights are bettered before the search."""
CELLS = 1 << 22
"""Numbers in the tables of rooms that are searched together: 32 MB."""
LINES = 1 << 18
"""Most lines at once; rooms that would need more are halved, and a single one is left to HiGHS."""


@dataclass(frozen=True, eq=False)
class Cases:
    """Rooms to solve: units `worth[r, c]`, `groups[r, g, c]`, floors `least[r, g]`, `steps[r]` of hours to spend."""

    worth: Whole
    groups: Whole
    least: Whole
    steps: Whole

    def __len__(self) -> int:
        return len(self.worth)

    def only(self, kept: NDArray) -> Cases:
        """Some of them."""
        return Cases(self.worth[kept], self.groups[kept], self.least[kept], self.steps[kept])


@dataclass(frozen=True, eq=False)
class _Lines:
    """Parts of programmes: room, state, steps left, value, its bound's value, groups' needs covered, leans, modules."""

    room: Whole
    state: Whole
    left: Whole
    value: Whole
    bound: Whole
    has: Whole
    lean: Whole
    modules: Whole

    def only(self, kept: NDArray) -> _Lines:
        return _Lines(*(getattr(self, name)[kept] for name in self.__dataclass_fields__))


def search(
    offer: Offer, turns: list[Turn], lean: Whole, cases: Cases, tell: Callable[[int], None] | None = None
) -> tuple[Bools, Bools, Bools]:
    """(chosen[r, m], feasible[r], open[r]) of each room; what stays open took too many lines and is not answered.

    `tell` hears how many rooms are left to be looked at.
    """
    weights, known = _weights(offer, turns, lean, cases)
    chosen, feasible = np.zeros((len(cases), offer.n), bool), np.zeros(len(cases), bool)
    open_ = np.zeros(len(cases), bool)
    steps = int(cases.steps.max(initial=0)) + 1
    cells = (1 + sum(len(turn.moves) for turn in turns)) * steps * (1 + cases.groups.shape[1])
    parts = [
        np.arange(len(cases))[i : i + max(1, CELLS // cells)] for i in range(0, len(cases), max(1, CELLS // cells))
    ]
    while parts:
        part = parts.pop()
        found = _through(offer, turns, lean, cases.only(part), weights[part], known[part])
        if found is not None:
            chosen[part], feasible[part] = found
        elif len(part) > 1:
            parts += [part[: len(part) // 2], part[len(part) // 2 :]]
        else:
            open_[part] = True
        if tell:
            tell(sum(map(len, parts)) + int(open_.sum()))
    return chosen, feasible, open_


def _value(offer: Offer, worth: Whole, steps: Whole) -> Whole:
    """Units first, then fewer hours, in one whole number."""
    return worth * (Keys(offer).most + 1) - steps


def _through(
    offer: Offer, turns: list[Turn], lean: Whole, cases: Cases, weights: Whole, known: Whole
) -> tuple[Bools, Bools] | None:
    """(chosen, feasible) of each room; None where the lines become too many."""
    gains = _gains(offer, cases, weights)
    tables = _tables(turns, gains, int(cases.steps.max()) + 1)
    some = lean.clip(0).sum(axis=1) if len(lean) else np.zeros(0, np.int64)
    most = Keys(offer).most
    n = len(cases)
    base = -(most + 1) * (weights * cases.least).sum(axis=1)
    zeros = np.zeros(n, np.int64)
    start = cases.steps.copy(), zeros, base, np.zeros_like(cases.least), np.zeros((n, len(lean)), np.int64), zeros
    lines = _Lines(np.arange(n), zeros, *start)
    for t, turn in enumerate(turns):
        some = some - (lean[:, turn.module].clip(0) if len(lean) else 0)
        moved = [
            _move(offer, turn, move, lines.only(lines.state == state), gains, lean)
            for state, moves in turn.moves.items()
            for move in moves
        ]
        lines = _Lines(*(np.concatenate([getattr(m, name) for m in moved]) for name in _Lines.__dataclass_fields__))
        lines = lines.only(_hopeful(lines, tables[t + 1], cases, SCALE * known, some))
        if len(lines.room) > LINES:
            return None
    return _best(offer, lines, n)


def _gains(offer: Offer, cases: Cases, weights: Whole) -> Whole:
    """[competencies, rooms, 2 + groups]: what covering one adds to the value, the bound, and the groups' needs."""
    worth = cases.worth * (Keys(offer).most + 1)
    bound = SCALE * worth + (Keys(offer).most + 1) * np.einsum("rg,rgc->rc", weights, cases.groups)
    parts = np.concatenate([worth[:, None], bound[:, None], cases.groups], axis=1)
    return np.ascontiguousarray(parts.transpose(2, 0, 1))


def _tables(turns: list[Turn], gains: Whole, steps: int) -> list[dict[int, Whole]]:
    """For each turn and state [steps left, rooms, 1 + groups]: the most that the turns from here on can add."""
    size = (steps, gains.shape[1], gains.shape[2] - 1)
    tables: list[dict[int, Whole]] = [{0: np.zeros(size, np.int64)}]
    for turn in reversed(turns):
        after, here = tables[-1], {}
        for state, moves in turn.moves.items():
            found = np.full(size, NONE)
            for move in moves:
                if not move.taken:
                    np.maximum(found, after[move.target], out=found)
                elif turn.steps < steps:
                    gain = gains[list(move.fresh), :, 1:].sum(axis=0)
                    gain[:, 0] -= SCALE * turn.steps
                    there = after[move.target][: steps - turn.steps]
                    np.maximum(found[turn.steps :], np.where(there > NONE, there + gain, NONE), out=found[turn.steps :])
            here[state] = found
        tables.append(here)
    return tables[::-1]


def _move(offer: Offer, turn: Turn, move: Move, lines: _Lines, gains: Whole, lean: Whole) -> _Lines:
    """The lines of one state after a move; those without the hours for it are gone."""
    if not move.taken:
        return replace(lines, state=np.full_like(lines.state, move.target))
    lines = lines.only(lines.left >= turn.steps)
    gain = gains[list(move.fresh)].sum(axis=0)[lines.room]
    return _Lines(
        lines.room,
        np.full_like(lines.state, move.target),
        lines.left - turn.steps,
        lines.value + gain[:, 0] - turn.steps,
        lines.bound + gain[:, 1] - SCALE * turn.steps,
        lines.has + gain[:, 2:],
        lines.lean + lean[:, turn.module],
        lines.modules | (1 << (offer.n - 1 - turn.module)),
    )


def _hopeful(lines: _Lines, tables: dict[int, Whole], cases: Cases, known: Whole, lean: Whole) -> Bools:
    """[lines]: which may still become the best of their room."""
    kept = np.zeros(len(lines.room), bool)
    for state, table in tables.items():
        at = np.flatnonzero(lines.state == state)
        room = lines.room[at]
        more = table[lines.left[at], room]
        reach = (more[:, 0] > NONE) & (lines.bound[at] + more[:, 0] >= known[room])
        floors = (lines.has[at] + more[:, 1:] >= cases.least[room]).all(axis=1)
        kept[at] = reach & floors & (lines.lean[at] + lean >= 0).all(axis=1)
    return kept


def _best(offer: Offer, lines: _Lines, rooms: int) -> tuple[Bools, Bools]:
    """The best line of each room: of equal values, the one with the earlier modules."""
    order = np.lexsort((lines.modules, lines.value, lines.room))
    last = order[np.append(np.diff(lines.room[order]) > 0, True)] if len(order) else order
    chosen, feasible = np.zeros((rooms, offer.n), bool), np.zeros(rooms, bool)
    bits = lines.modules[last][:, None] >> (offer.n - 1 - np.arange(offer.n)) & 1
    chosen[lines.room[last]], feasible[lines.room[last]] = bits == 1, True
    return chosen, feasible


def _weights(offer: Offer, turns: list[Turn], lean: Whole, cases: Cases) -> tuple[Whole, Whole]:
    """(weights[r, g] in 1/SCALE, known[r]): weights of the groups that make a low bound, and a value that is reached.

    Subgradient steps after Polyak 1969: a group below its floor gets heavier, one above it lighter. What is chosen on
    the way may keep the bounds in this or in another room, and is then a value to be reached.
    """
    weights = np.zeros(cases.least.shape)
    top, scale = np.full(len(cases), np.inf), np.full(len(cases), 1.0)
    kept, seen = weights.copy(), []
    for _ in range(ROUNDS):
        chosen, worth = _relaxed(offer, turns, cases, weights)
        seen.append(chosen)
        has = np.einsum("rgc,rc->rg", cases.groups, offer.covered(chosen).astype(np.int64))
        bound = worth - (weights * cases.least).sum(axis=1)
        better = bound < top
        kept[better], top = weights[better], np.minimum(bound, top)
        scale = np.where(better, scale, scale * 0.7)
        off = (cases.least - has).astype(float)
        move = scale * 0.05 * np.maximum(np.abs(bound), UNITS / 10) / np.maximum((off**2).sum(axis=1), 1)
        weights = np.maximum(weights + move[:, None] * off, 0)
    return np.rint(kept * SCALE).astype(np.int64), _known(offer, lean, cases, np.unique(np.concatenate(seen), axis=0))


def _relaxed(offer: Offer, turns: list[Turn], cases: Cases, weights: NDArray) -> tuple[Bools, NDArray]:
    """(chosen[r, m], worth[r]) of the best programmes where a group's need counts by its weight and no floor binds."""
    joined = cases.worth + np.einsum("rg,rgc->rc", weights, cases.groups)
    size = np.maximum(joined.sum(axis=1), 1) / UNITS
    units = np.rint(joined / size[:, None]).astype(np.int64)
    keys = best(offer, turns, units, int(cases.steps.max()) * offer.step)
    at = keys[np.minimum(cases.steps, len(keys) - 1), np.arange(len(cases))]
    return Keys(offer).chosen(at), Keys(offer).worth(at) * size


def _known(offer: Offer, lean: Whole, cases: Cases, programmes: Bools) -> Whole:
    """[rooms] the greatest value of these programmes that keep a room's bounds; less than any where none does."""
    learnt = offer.covered(programmes).astype(float)
    steps = programmes @ offer.hours // offer.step
    fits = np.asarray(steps <= cases.steps[:, None]) & (programmes @ lean.T >= 0).all(axis=1)
    for g in range(cases.groups.shape[1]):
        fits &= cases.groups[:, g].astype(float) @ learnt.T >= cases.least[:, g, None]
    value = _value(offer, (cases.worth.astype(float) @ learnt.T).astype(np.int64), steps)
    reached: Whole = np.where(fits, value, -1 - Keys(offer).most).max(axis=1)  # less than no worth in all hours
    return reached
