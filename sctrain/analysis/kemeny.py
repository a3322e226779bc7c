"""Kemeny's order: the one with which most pairwise preferences agree, found exactly.

Input is how many tables place a before b. Up to SUBSETS options by dynamic programming over
sets of options, many rooms at once; up to MOST by integer programming.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from sctrain.analysis.gaps import Numbers

ROOMS, COUNTED, SUBSETS, MOST = 12, 13, 15, 30
"""Most options for many rooms, for counting optima, for dynamic programming, and at all."""
AT_ONCE = 1 << 23
"""Numbers held at once (32 MB), whatever the number of rooms."""
SECONDS = 5.0
"""After this long the integer program gives the best order it has, and its gap."""


class Kemeny(NamedTuple):
    """An order (option indices, first is best), the preferences that agree with it, the gap left.

    `gap` is 0 for a proven optimum, else by how much of `agreement` an order could at most be better.
    """

    order: NDArray[np.int64]
    agreement: float
    gap: float


def kemeny(before: Numbers, seconds: float = SECONDS) -> Kemeny | None:
    """An optimal order of `before` [a, b]; of several, one that ends with later indices (dynamic programming).

    None for more than MOST options, or where no order was found in time. Kemeny 1959; Young 1988.
    """
    size = len(before)
    if size > MOST:
        return None
    if size > SUBSETS:
        return _programmed(before, seconds)
    order = kemeny_orders(before[None])[0]
    return Kemeny(order, _agreement(before, order), 0.0)


def kemeny_orders(before: Numbers) -> NDArray[np.int64]:
    """One optimal order [rooms, place] of each `before` [rooms, a, b], for up to SUBSETS options."""
    size = before.shape[-1]
    rooms = max(1, AT_ONCE // (size << size))
    parts = [_orders(before[start : start + rooms]) for start in range(0, len(before), rooms)]
    return np.concatenate(parts) if parts else np.zeros((0, size), np.int64)


def kemeny_optima(before: Numbers) -> int | None:
    """How many orders are optimal for `before` [a, b]; None for more than COUNTED options."""
    size = len(before)
    if size > COUNTED:
        return None
    best, added = _best(before[None])
    ways = np.ones(1 << size)
    for sets, last, rest in _layers(size):
        reached = best[rest, 0] + added[rest, last, 0]
        ways[sets] = (ways[rest] * (reached == best[sets, 0][:, None])).sum(axis=1)
    return round(ways[-1])


def _agreement(before: Numbers, order: NDArray[np.int64]) -> float:
    return float(np.triu(before[np.ix_(order, order)], 1).sum())


@cache
def _layers(size: int) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]], ...]:
    """For each number of members: the sets, which member may stand last, and the set without it."""
    sets = np.arange(1 << size)
    member = (sets[:, None] >> np.arange(size)) & 1
    found = []
    for count in range(1, size + 1):
        here = sets[member.sum(axis=1) == count]
        last = np.nonzero(member[here])[1].reshape(-1, count)
        found.append((here, last, here[:, None] ^ (1 << last)))
    return tuple(found)


def _best(before: Numbers) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Most agreement within each set [sets, rooms], and what an option adds behind a set [sets, options, rooms].

    Counts of tables below 2^24 are exact in single precision.
    """
    rooms, size, _ = before.shape
    counts = np.ascontiguousarray(np.moveaxis(before, 0, -1), np.float32)
    added = np.zeros((1 << size, size, rooms), np.float32)
    for k in range(size):
        added[1 << k : 2 << k] = added[: 1 << k] + counts[k]
    best = np.zeros((1 << size, rooms), np.float32)
    for sets, last, rest in _layers(size):
        most = best[rest[:, 0]] + added[rest[:, 0], last[:, 0]]
        for slot in range(1, last.shape[1]):
            np.maximum(most, best[rest[:, slot]] + added[rest[:, slot], last[:, slot]], out=most)
        best[sets] = most
    return best, added


def _orders(before: Numbers) -> NDArray[np.int64]:
    """Walk back from the set of all: who stands last, of several the highest index."""
    rooms, size, _ = before.shape
    best, added = _best(before)
    room, options = np.arange(rooms), np.arange(size)
    left, order = np.full(rooms, (1 << size) - 1), np.zeros((rooms, size), np.int64)
    for place in reversed(range(size)):
        rest = left[:, None] & ~(1 << options)
        reached = best[rest, room[:, None]] + added[rest, options, room[:, None]]
        optimal = (rest != left[:, None]) & (reached == best[left, room][:, None])
        order[:, place] = size - 1 - optimal[:, ::-1].argmax(axis=1)
        left = rest[room, order[:, place]]
    return order


def _programmed(before: Numbers, seconds: float) -> Kemeny | None:
    """The linear ordering problem: x = 1 where a < b stand in this order, no three in a circle."""
    size = len(before)
    upper = np.triu_indices(size, 1)
    at = np.zeros((size, size), int)
    at[upper] = np.arange(len(upper[0]))
    a, b, c = np.array(list(combinations(range(size), 3))).T
    columns = np.concatenate([at[a, b], at[b, c], at[a, c]])
    signs = np.repeat([1.0, 1.0, -1.0], len(a))
    circles = coo_array((signs, (np.tile(np.arange(len(a)), 3), columns)), shape=(len(a), len(upper[0])))
    gain = before[upper] - before.T[upper]
    found = milp(
        -gain,
        integrality=np.ones(len(gain)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(circles.tocsr(), 0, 1),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        return None
    first = np.zeros((size, size))
    first[upper] = np.round(found.x)
    order = np.argsort(-(first + np.tril(1 - first.T, -1)).sum(axis=1), kind="stable")
    agreement = _agreement(before, order)
    most = before.T[upper].sum() - (found.mip_dual_bound if found.mip_dual_bound is not None else -agreement)
    return Kemeny(order, agreement, max(0.0, (most - agreement) / max(agreement, 1.0)) if found.status else 0.0)
