"""One round after another, solved by HiGHS."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from sctrain.seating.judge import AGAIN, SAME, cost, least_cost
from sctrain.seating.room import Floats, Ints, Room
from sctrain.seating.values import SeatingRefused, Solved

WHOLE = 100
"""Places (units times tables) up to which a room is solved as one programme: a second or so at that size."""
NODES = {"node_limit": 200}
"""Of one programme of two tables: a limit that, unlike the clock, gives the same plan everywhere."""


def one_round(room: Room, earlier: Sequence[Ints], rng: np.random.Generator, deadline: float) -> tuple[Ints, Solved]:
    """Tables of the people in one more round, and how it was solved."""
    tables_of = _any_seating(room, rng, deadline)
    now, least = cost(room, tables_of, earlier), least_cost(room, earlier)
    few = (room.unit.max() + 1) * len(room.sizes) <= WHOLE
    blocks = [*combinations(range(len(room.sizes)), len(room.sizes) if few else 2)]
    waiting = dict.fromkeys(blocks[i] for i in rng.permutation(len(blocks)))
    while waiting and now > least + SAME and (left := deadline - time.monotonic()) > 0:
        block = next(iter(waiting))
        found, best = _reseated(room, tables_of, block, earlier, {"time_limit": left, **({} if few else NODES)})
        del waiting[block]
        if (cost_found := cost(room, found, earlier)) < now - SAME:
            tables_of, now = found, cost_found
            waiting |= dict.fromkeys(b for b in blocks if b != block and not set(b).isdisjoint(block))
        if best and len(block) == len(room.sizes):
            least = now
    if now <= least + SAME:
        return tables_of, Solved(now, now, "proved")
    return tables_of, Solved(now, least, "settled" if time.monotonic() < deadline else "time")


def _any_seating(room: Room, rng: np.random.Generator, deadline: float) -> Ints:
    """A seating that keeps the rules, at random by random costs; SeatingRefused if there is none, or none in time."""
    units, tables = room.unit.max() + 1, np.arange(len(room.sizes))
    costs = rng.random((units, len(tables)))
    left = max(deadline - time.monotonic(), 1.0)
    found, status = _solve(room, np.arange(units), tables, costs, None, {"mip_rel_gap": 0.1, "time_limit": left})
    if found is None:
        none = "there is no seating" if status == 2 else "no seating was found in the time given"
        sizes = " or ".join(map(str, sorted(set(room.sizes.tolist()))))
        raise SeatingRefused(
            f"{none} that keeps these people together and apart at {len(tables)} tables of {sizes}: "
            "give other tables, or ask for less in the columns together and apart"
        )
    return found[room.unit]


def _reseated(
    room: Room, tables_of: Ints, block: Sequence[int], earlier: Sequence[Ints], limits: Mapping[str, float]
) -> tuple[Ints, bool]:
    """The seating with the tables of the block seated as well as can be, and whether that is proved."""
    units = np.unique(room.unit[np.isin(tables_of, block)])
    counted = _Counted.of(room, units, np.array(block), earlier)
    still = np.zeros((len(units), len(block)))
    found, status = _solve(room, units, np.array(block), still, counted, {"mip_rel_gap": 0.0, **limits})
    if found is None:
        return tables_of, False
    of_unit = np.full(room.unit.max() + 1, -1)
    of_unit[units] = found
    return np.where(of_unit[room.unit] >= 0, of_unit[room.unit], tables_of), status == 0


@dataclass(frozen=True, eq=False)
class _Counted:
    """Counts [k, units] that cost something at each table: the j-th step of a count is `width` wide at a `slope`.

    The cost is convex in the count, so its steps fill in order; it bends only at whole numbers, so that the programme's
    relaxation is as tight as rounding allows. `row` numbers count and table, k * tables of them.
    """

    counts: sparse.csr_array
    row: Ints
    width: Floats
    slope: Floats

    @classmethod
    def of(cls, room: Room, units: Ints, tables: Ints, earlier: Sequence[Ints]) -> _Counted:
        """What of the units costs something at the tables: options, and who sat together before."""
        t, chosen, ideal = len(tables), _chosen(room, units), room.ideal[:, tables]
        total, whole = chosen.sum(1), np.floor(ideal + SAME)
        moot = (total <= whole.min(1)) | ((total == 1) & (np.ptp(ideal, axis=1) < SAME))
        steps = [
            (k * t + at, *step)
            for k, o in enumerate(np.flatnonzero(~moot))
            for at in range(t)
            for step in _mix_steps(ideal[o, at], whole[o, at], room.worth[o])
        ]
        met = [_met(before, room.unit, units) for before in earlier]
        past = np.concatenate([np.zeros((0, len(units))), *met])
        past = past[past.sum(1) > 1]
        first = int((~moot).sum())
        steps += [
            (k * t + at, 1.0, float(AGAIN * many))
            for k, most in enumerate(past.sum(1).astype(int), first)
            for at in range(t)
            for many in range(most)
        ]
        row, width, slope = np.array(steps).reshape(-1, 3).T
        return cls(sparse.csr_array(np.concatenate([chosen[~moot], past])), row.astype(int), width, slope)


def _chosen(room: Room, units: Ints) -> Floats:
    """[options, units]: how many of the unit chose the option."""
    place = np.full(room.unit.max() + 1, -1)
    place[units] = np.arange(len(units))
    of_choice = place[room.unit[room.person]]
    chosen = np.zeros((len(room.attribute), len(units)))
    np.add.at(chosen, (room.option[of_choice >= 0], of_choice[of_choice >= 0]), 1)
    return chosen


def _mix_steps(ideal: float, whole: float, worth: float) -> Iterator[tuple[float, float]]:
    """Width and slope of the surplus over the ideal share: nothing up to its whole part, then part of one, then all."""
    yield whole, 0.0
    yield 1.0, worth * (whole + 1 - ideal)
    yield np.inf, worth


def _met(before: Ints, unit: Ints, units: Ints) -> Floats:
    """[tables, units]: whether the unit sat at the table then."""
    of_unit = np.empty(unit.max() + 1, int)
    of_unit[unit] = before
    return (of_unit[units] == np.arange(before.max() + 1)[:, None]).astype(float)


def _solve(
    room: Room, units: Ints, tables: Ints, costs: Floats, counted: _Counted | None, limits: Mapping[str, float]
) -> tuple[Ints | None, int]:
    """The table of each unit, None if none was found, and HiGHS's status: 0 optimal, 1 a limit, 2 infeasible."""
    u, t = costs.shape
    each = sparse.eye_array(t, format="csr")
    weights = np.bincount(room.unit)[units]
    sizes, apart = room.sizes[tables], room.apart[:, units]
    apart = apart[apart.sum(1) > 1]
    rules = [
        (sparse.kron(sparse.eye_array(u), np.ones((1, t))), np.ones(u), np.ones(u)),
        (sparse.kron(weights[None, :], each), sizes, sizes),
        (sparse.kron(apart.astype(float), each), np.zeros(len(apart) * t), np.ones(len(apart) * t)),
    ]
    steps = 0
    if counted is not None:
        steps, k = len(counted.row), counted.counts.shape[0]
        filled = sparse.csr_array((np.ones(steps), (counted.row, np.arange(steps))), shape=(k * t, steps))
        rules.append((sparse.hstack([sparse.kron(counted.counts, each), -filled]), np.zeros(k * t), np.zeros(k * t)))
    upper = np.ones((u, t))
    if (sizes == sizes[0]).all() and counted is not None:
        upper = np.tril(upper)  # like tables can be swapped: the first unit sits at the first, and so on
    constraints = [_widened(*rule, u * t + steps) for rule in rules if rule[0].shape[0]]
    return _answer(costs, upper, counted, constraints, limits, tables)


def _widened(matrix: Any, low: Floats, high: Floats, width: int) -> LinearConstraint:
    rows, columns = matrix.shape
    padded = sparse.hstack([matrix, sparse.csr_array((rows, width - columns))], format="csr")
    return LinearConstraint(padded, low, high)


def _answer(
    costs: Floats,
    upper: Floats,
    counted: _Counted | None,
    constraints: Sequence[LinearConstraint],
    limits: Mapping[str, float],
    tables: Ints,
) -> tuple[Ints | None, int]:
    slope, width = (counted.slope, counted.width) if counted else (np.zeros(0), np.zeros(0))
    found = milp(
        np.concatenate([costs.ravel(), slope]),
        integrality=np.repeat([1, 0], [costs.size, len(slope)]),
        bounds=Bounds(0, np.concatenate([upper.ravel(), width])),
        constraints=constraints,
        options=dict(limits),
    )
    if found.x is None:
        return None, int(found.status)
    return tables[found.x[: costs.size].reshape(costs.shape).argmax(1)], int(found.status)
