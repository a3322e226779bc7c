"""How good a seating is, beside what is possible and what chance does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sctrain.seating.room import Floats, Ints, Room
from sctrain.seating.values import Meetings, Mixed

AGAIN = 2
"""What a repeated meeting costs, in people out of place by one attribute (measured in docs/seating.md)."""
SAME = 1e-9


def scores(room: Room, tables_of: Ints) -> Floats:
    """[attributes]: the fraction of each that is out of place."""
    t = len(room.sizes)
    seated = np.bincount(room.option * t + tables_of[room.person], minlength=room.ideal.size).reshape(room.ideal.shape)
    return _by_attribute(room, np.abs(seated - room.ideal).sum(1) / 2)


def _by_attribute(room: Room, out_of_place: Floats) -> Floats:
    return np.bincount(room.attribute, out_of_place, minlength=len(room.choices)) / room.choices


def least_scores(room: Room) -> Floats:
    """[attributes]: the least that whole people allow: a table has the whole part of its ideal share, or one more."""
    part = -np.sort(-(room.ideal - np.floor(room.ideal + SAME)), axis=1)
    more = np.arange(len(room.sizes)) < np.round(part.sum(1))[:, None]
    return _by_attribute(room, np.where(more, 1 - part, 0).sum(1))


def cost(room: Room, tables_of: Ints, earlier: Sequence[Ints]) -> float:
    """People out of place, summed over attributes, and AGAIN for each time that a pair of units has met before."""
    t = len(room.sizes)
    first = np.unique(room.unit, return_index=True)[1]
    both = [np.bincount(before[first] * t + tables_of[first]) for before in earlier]
    return float(room.n * scores(room, tables_of).sum() + AGAIN * sum((c * (c - 1) / 2).sum() for c in both))


def least_cost(room: Room, earlier: Sequence[Ints]) -> float:
    """What no seating of this round can cost less than."""
    first = np.unique(room.unit, return_index=True)[1]
    met = sum(_least_met(np.bincount(before[first]), len(room.sizes)) for before in earlier)
    return float(room.n * least_scores(room).sum() + AGAIN * met)


def _least_met(sat: Ints, tables: int) -> int:
    """Pairs that must meet again when those who sat at each table spread over the tables as evenly as can be."""
    even, more = np.divmod(sat, tables)
    return int(((tables - more) * even * (even - 1) // 2 + more * (even + 1) * even // 2).sum())


def judged(
    room: Room, attributes: Sequence[Mixed], seatings: Sequence[Ints], draws: Ints
) -> tuple[tuple[Mixed, ...], Mixed, float]:
    """The attributes with their figures, the overall mix, and the fraction of the draws that mix better."""
    n = room.n
    if not len(room.choices):
        return tuple(attributes), Mixed("overall", n, 0, why="no attribute has an option that people share"), np.nan
    ours = np.mean([scores(room, tables_of) for tables_of in seatings], axis=0)
    random = np.array([np.mean([scores(room, tables_of) for tables_of in draw], axis=0) for draw in draws])
    least = least_scores(room)
    figures = iter(zip(ours, least, random.mean(0), random.min(0), strict=True))
    told = tuple(m if m.why else replace(m, **_figures(next(figures))) for m in attributes)
    whole = random.mean(1)
    figures_of_all = _figures((ours.mean(), least.mean(), whole.mean(), whole.min()))
    overall = Mixed("overall", n, sum(m.options for m in told if not m.why), **figures_of_all)
    return told, overall, float((whole < ours.mean() - SAME).mean())


def _figures(values: Iterable[float]) -> dict[str, Any]:
    return dict(zip(("score", "bound", "random_mean", "random_best"), map(float, values), strict=True))


def meetings(room: Room, seatings: Sequence[Ints], draws: Ints) -> Meetings:
    """Who meets again, in a plan and in random ones [draws, rounds, n]."""
    kept = room.unit[:, None] == room.unit
    ours = _repeated(np.array(seatings), kept)
    random = [_repeated(draw, kept) for draw in draws]
    return Meetings(ours, _least_repeated(room, len(seatings)), float(np.mean(random)), min(random))


def _repeated(seatings: Ints, kept: NDArray[np.bool_]) -> int:
    """Pairs who share a table in more than one of the seatings [rounds, n], without those kept together."""
    times = np.zeros(kept.shape, np.int8)
    for tables_of in seatings.astype(np.int8):
        times += tables_of[:, None] == tables_of
    return int(((times > 1) & ~kept).sum()) // 2


def _least_repeated(room: Room, rounds: int) -> int:
    """No plan has fewer: two rounds spread tables over tables, and there are only so many pairs to meet."""
    if rounds < 2:
        return 0
    weights = np.bincount(room.unit)
    kept = int((weights * (weights - 1) // 2).sum())
    apart = sum(int(weights[a].sum() * weights[b].sum()) for a, b in _apart_pairs(room))
    meet = rounds * (sum(comb(int(size), 2) for size in room.sizes) - kept)
    too_many = meet - (comb(room.n, 2) - kept - apart)
    return max(0, _least_met(room.sizes, len(room.sizes)) - kept, -(-too_many // (rounds - 1)))


def _apart_pairs(room: Room) -> set[tuple[int, int]]:
    """The pairs of units that never share a table, each once."""
    return {pair for group in room.apart for pair in combinations(np.flatnonzero(group).tolist(), 2)}
