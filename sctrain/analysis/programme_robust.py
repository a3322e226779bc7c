"""In how many redrawn rooms each module is chosen: people and tables are drawn anew, and the programme is solved again.

People are drawn with replacement from the whole room, so that a group is as large as chance makes it and whoever counts
for the room counts for their group, too (Efron 1979); tables are drawn as for their consensus. Held fixed are the
hours, the locks and every other rule, and which competencies and groups may be shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from sctrain.analysis.gaps import Numbers, whole
from sctrain.analysis.programme import Bools, Voices, Whole, priority, units
from sctrain.analysis.programme_choice import Problem, Tell, in_rooms
from sctrain.analysis.ranks import EXACT, Rooms
from sctrain.cards import Cards
from sctrain.frames import MODULES

CORE, LIKELY, CONTESTED = 0.95, 0.5, 0.05
"""Shares of the rooms from which on a module is called so."""


@dataclass(frozen=True, eq=False)
class Robust:
    """What redrawn rooms say of a programme.

    `shares[module]` of the `rooms` that have a programme in which it is chosen; `without` are rooms where the bounds
    collide; `covered` the 95 % interval of what the programme itself covers of the need in a room, NaN without one.
    """

    codes: tuple[str, ...]
    shares: Numbers
    rooms: int
    without: int
    covered: tuple[float, float]

    @property
    def drawn(self) -> int:
        """Rooms that were drawn."""
        return self.rooms + self.without


def redrawn(
    cards: Cards, where: Bools, groups: Bools, rng: np.random.Generator, draws: int = 1000, exact: int = EXACT
) -> list[Rooms]:
    """Means of every room: of everyone `where`, then of each group `groups[g, n]`; NaN where nobody drawn answered.

    People of one room are the same for everyone and for all groups. More than `exact` people are put into as many bags
    by chance, and bags are drawn: sums over them vary as those over people do.
    """
    held = np.flatnonzero(where)
    pairs, among = cards.pairs[:, held], np.vstack([np.ones(len(held), bool), groups[:, held]])
    sort = np.lexsort([*pairs, *among])  # the same answers make the same rooms, in whatever order a store has them
    pairs, among = pairs[:, sort], among[:, sort]
    bags = max(min(len(held), exact), 1)
    bag = np.arange(len(held)) if len(held) <= exact else rng.permutation(len(held)) % bags
    drawn = np.stack([np.bincount(rng.integers(bags, size=bags), minlength=bags) for _ in range(draws)])
    table = _table(cards.low, cards.width)
    with threadpool_limits(1):
        return [_means(pairs, table, member, bag, drawn.astype(float)) for member in among]


def _means(pairs: NDArray, table: Numbers, member: Bools, bag: NDArray[np.intp], drawn: Numbers) -> Rooms:
    bags = drawn.shape[1]
    sums = [[np.bincount(bag, row[p] * member, minlength=bags) for p in pairs] for row in table]
    total = np.array(sums).reshape(-1, bags) @ drawn.T
    n, *marks = total.reshape(len(table), len(pairs), -1).swapaxes(1, 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        return Rooms(*(given / n for given in marks))


def _table(low: int, width: int) -> Numbers:
    """[4, pairs]: 1 for a complete pair, its importance, its level, and the sign of level minus importance."""
    x, y = (mark.ravel() for mark in np.meshgrid(np.arange(width), np.arange(width), indexing="ij"))
    complete = (x > 0) & (y > 0)
    return np.stack([complete, x + low - 1, y + low - 1, np.sign(y - x)]) * complete.astype(float)


def robust(
    problem: Problem,
    voices: Voices,
    chosen: Bools,
    need: Numbers,
    groups: Numbers,
    points: Numbers,
    tell: Tell | None = None,
) -> Robust:
    """The problem solved in each room: `need[rooms, c]`, `groups[rooms, g, c]` of the heard groups, `points[rooms, c]`.

    What the voices do not know stays unknown in every room. `chosen` is the programme of the voices themselves.
    """
    need = np.where(np.isnan(voices.need), np.nan, need)
    groups = np.where(np.isnan(voices.groups[voices.heard]), np.nan, groups) if len(voices.names) else groups
    worth = units(priority(need, points, problem.rules.weight / 100))
    found = in_rooms(problem, worth, units(np.maximum(groups, 0)), tell)
    if tell:
        tell(len(worth), len(worth))
    rooms = int(found.feasible.sum())
    shares = found.chosen.sum(axis=0) / rooms if rooms else np.full(problem.offer.n, np.nan)
    return Robust(problem.offer.codes, shares, rooms, len(worth) - rooms, _interval(problem, chosen, worth))


def _interval(problem: Problem, chosen: Bools, worth: Whole) -> tuple[float, float]:
    total = worth.sum(axis=1)
    if not chosen.any() or not (total > 0).any():
        return np.nan, np.nan
    covered = worth[:, problem.offer.covered(chosen)].sum(axis=1)[total > 0] / total[total > 0]
    low, high = np.quantile(covered, [0.025, 0.975])
    return float(low), float(high)


def with_rooms(modules: pd.DataFrame, found: Robust) -> pd.DataFrame:
    """MODULES with the share of the rooms that choose each, and how certain that makes it."""
    share = pd.Series(found.shares, index=list(found.codes)).reindex(modules["module"]).to_numpy()
    names = np.select([share >= CORE, share >= LIKELY, share >= CONTESTED], ["core", "likely", "contested"], "out")
    certainty = pd.Series(names, index=modules.index, dtype="str").mask(np.isnan(share))
    rooms = whole(np.full(len(modules), float(found.rooms))).set_axis(modules.index)
    return MODULES.check(modules.assign(rooms=rooms, share_chosen=share, certainty=certainty))
