"""How sure the order of needs is: ranks redrawn over whole people.

A competency's ranks depend on all the others rated by the same people, so people are drawn,
never competencies one by one (that moves most interval ends). A *room* is one redraw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri
from threadpoolctl import threadpool_limits

from sctrain.analysis import moments
from sctrain.analysis.counts import BLOCK, Groups, everyone
from sctrain.analysis.gaps import Numbers, competition_rank, need
from sctrain.cards import Cards
from sctrain.errors import SelectionError
from sctrain.frames import GAPS, MEASURES, JointCounts

SEED = 2018
EXACT = 10_000
"""Largest group redrawn person by person; above, its means are drawn from their normal limit,
which there moves fewer interval ends than another seed does."""
DRAWN = 1 << 20
"""People drawn at once (4 MB of weights), whatever the number of rooms."""


def rank_intervals(
    cards: Cards,
    where: NDArray[np.bool_] | None,
    groups: Groups | None,
    gated: JointCounts,
    measure: str = "mwds",
    draws: int = 1000,
    seed: int = SEED,
    exact: int = EXACT,
) -> pd.DataFrame:
    """Competency, group, rank_low, rank_high (95 %, percentile) and top3 of what `gated` shows.

    People of a group are drawn with replacement and all visible competencies ranked in each
    room; a room without answers to a competency leaves it unranked. A group's numbers do not
    depend on the groups beside it. Bootstrap of ranks: Hall & Miller 2009.
    """
    if measure not in MEASURES:
        raise SelectionError("measure", measure, MEASURES)
    groups = groups or everyone(cards.n)
    rows = []
    with threadpool_limits(1):  # two threads on a busy machine cost ten times as much
        for g, code in enumerate(groups.codes):
            seen = np.flatnonzero((gated.n[g] > 0) & ~gated.hidden[g])
            if not len(seen):
                continue
            held = np.flatnonzero(groups.holds(g) if where is None else groups.holds(g) & where)
            rng = np.random.default_rng([seed, *(code or "").encode()])
            scores = _scored(
                _redrawn_of(cards, seen, held, _table(cards.low, cards.width, measure), rng, draws, exact), measure
            )
            rows += _intervals(competition_rank(need(measure, scores)), [cards.competencies[c] for c in seen], code)
    frame = pd.DataFrame(rows, columns=["competency", "group", "rank_low", "rank_high", "top3"])
    return frame.astype({"competency": "str", "group": "str", "top3": float})


def redrawn(
    pairs: NDArray[np.uint8 | np.uint16],
    low: int,
    width: int,
    measure: str,
    rng: np.random.Generator,
    draws: int = 1000,
    exact: int = EXACT,
) -> Numbers:
    """Scores in each room [draws, competencies], rds as a fraction; NaN where nobody drawn had answered."""
    return _scored(_means(pairs, _table(low, width, measure), rng, draws, exact), measure)


def _scored(means: Numbers, measure: str) -> Numbers:
    return means[0] * (means[0] - means[1]) if measure == "mwds" else means[0]


def _redrawn_of(
    cards: Cards,
    seen: NDArray[np.intp],
    held: NDArray[np.intp],
    table: NDArray[np.float32],
    rng: np.random.Generator,
    draws: int,
    exact: int,
) -> Numbers:
    """Means [terms, rooms, competencies `seen`] of those `held`; of ratings elsewhere from sums over partitions.

    A small group's people are fetched, and drawn as if they had been here.
    """
    if cards.elsewhere is None:
        return _means(cards.pairs[np.ix_(seen, held)], table, rng, draws, exact)
    where = np.zeros(cards.n, bool)
    where[held] = True
    if cards.heads(where) <= exact:
        return _means(cards.elsewhere.people(where)[seen], table, rng, draws, exact)
    of = moments.only(cards.elsewhere.products(table, where), len(table), seen)
    return moments.drawn(of, len(table), rng, draws)


@dataclass(frozen=True, eq=False)
class Rooms:
    """Means of every room [rooms, competencies], NaN where hidden or nobody drawn had answered.

    `exceeding` is the share whose level is above the importance minus the share where it is below.
    """

    importance: Numbers
    level: Numbers
    exceeding: Numbers

    def need(self, measure: str) -> Numbers:
        """The measure in the unit of GAPS, turned so that more is more need."""
        gap = self.importance - self.level
        return {"mwds": self.importance * gap, "gap": gap, "rds": -100 * self.exceeding}[measure]


def rooms(
    cards: Cards,
    where: NDArray[np.bool_] | None,
    gated: JointCounts,
    draws: int = 1000,
    seed: int = SEED,
    exact: int = EXACT,
) -> Rooms:
    """Everyone `where` redrawn with replacement, once for all measures: the rooms of `rank_intervals`."""
    seen = np.flatnonzero((gated.n[0] > 0) & ~gated.hidden[0])
    found = np.full((3, draws, len(cards.competencies)), np.nan)
    if len(seen):
        held = np.arange(cards.n) if where is None else np.flatnonzero(where)
        table = _table(cards.low, cards.width, "all")
        with threadpool_limits(1):
            rng = np.random.default_rng([seed])
            found[:, :, seen] = _redrawn_of(cards, seen, held, table, rng, draws, exact)
    return Rooms(*found)


def _means(pairs: NDArray, table: NDArray[np.float32], rng: np.random.Generator, draws: int, exact: int) -> Numbers:
    return (_resampled if pairs.shape[1] <= exact else _normal)(pairs, table, rng, draws)


def _table(low: int, width: int, measure: str) -> NDArray[np.float32]:
    """[terms, pairs]: 1 for a complete pair, then what the measure takes the mean of; 0 where incomplete."""
    mark = np.arange(width)
    x, y = (m.astype(float) for m in np.meshgrid(mark, mark, indexing="ij"))
    complete = (x > 0) & (y > 0)
    marks, sign = (x + low - 1, y + low - 1), np.sign(y - x)
    terms = {"mwds": marks, "gap": (x - y,), "rds": (sign,), "all": (*marks, sign)}[measure]
    return np.stack([complete, *(term * complete for term in terms)]).reshape(1 + len(terms), -1).astype(np.float32)


def _resampled(pairs: NDArray, table: NDArray[np.float32], rng: np.random.Generator, draws: int) -> Numbers:
    """Means [terms, rooms, competencies]: how often each person was drawn, times their marks.

    Sums of marks are whole numbers below 2^24, so single precision is exact and ties stay ties.
    """
    n = pairs.shape[1]
    pairs = pairs[:, np.lexsort(pairs)]  # the same answers make the same rooms, in whatever order a store has them
    marks = table[:, pairs].reshape(-1, n).T
    at_once = max(1, DRAWN // n)
    sums = []
    for start in range(0, draws, at_once):
        rooms = min(at_once, draws - start)
        drawn = rng.integers(n, size=(rooms, n)) + n * np.arange(rooms)[:, None]
        weights = np.bincount(drawn.ravel(), minlength=rooms * n).reshape(rooms, n)
        sums.append(weights.astype(np.float32) @ marks)
    total = np.concatenate(sums).astype(float).reshape(draws, len(table), len(pairs)).swapaxes(0, 1)
    with np.errstate(invalid="ignore"):
        return total[1:] / total[0]


def _normal(pairs: NDArray, table: NDArray[np.float32], rng: np.random.Generator, draws: int) -> Numbers:
    """Means [terms, rooms, competencies] from their joint normal limit.

    Missing answers make a mean a ratio: its linear part is (mark - mean) over those who answered.
    """
    counts = np.stack([np.bincount(p, minlength=table.shape[1]) for p in pairs])
    sums = table.astype(float) @ counts.T
    means = sums[1:] / sums[0]
    spread = np.zeros((means.size, means.size))
    for start in range(0, pairs.shape[1], BLOCK):
        marks = table[:, pairs[:, start : start + BLOCK]]
        off = (marks[1:] - means[:, :, None].astype(np.float32) * marks[0]).reshape(means.size, -1)
        spread += off @ off.T
    n = np.tile(sums[0], len(means))
    drawn = rng.multivariate_normal(means.ravel(), spread / np.outer(n, n), draws, check_valid="ignore", method="eigh")
    return drawn.reshape(draws, *means.shape).swapaxes(0, 1)


def _intervals(ranks: Numbers, names: list[str], group: str | None) -> list[tuple]:
    """One row a competency; the quantiles are ranks that occurred (inverse of the distribution)."""
    room, item = np.nonzero(~np.isnan(ranks))
    size = len(names)
    place = item * size + ranks[room, item].astype(int) - 1
    reached = np.bincount(place, minlength=size**2).reshape(size, size).cumsum(axis=1)
    rooms = reached[:, -1]
    low, high = (1 + (reached < share * rooms[:, None]).sum(axis=1) for share in (0.025, 0.975))
    top3 = reached[:, min(2, size - 1)] / np.maximum(rooms, 1)
    return [(names[c], group, int(low[c]), int(high[c]), float(top3[c])) for c in range(size) if rooms[c]]


def with_ranks(gaps: pd.DataFrame, ranks: pd.DataFrame) -> pd.DataFrame:
    """GAPS with these rank intervals, widened to hold the observed rank where ties leave it outside."""
    frame = gaps.drop(columns=["rank_low", "rank_high", "top3"]).merge(ranks, on=["competency", "group"], how="left")
    frame["rank_low"] = frame[["rank", "rank_low"]].min(axis=1, skipna=False).astype("Int64")
    frame["rank_high"] = frame[["rank", "rank_high"]].max(axis=1, skipna=False).astype("Int64")
    return GAPS.check(frame)


def klein_ranks(estimate: ArrayLike, se: ArrayLike, adjust: str = "bonferroni", level: float = 0.95) -> pd.DataFrame:
    """rank, rank_low, rank_high of independent estimates, highest first, from simultaneous intervals.

    Covers every true rank at once with at least `level`; wide (Klein, Wright & Wieczorek 2020).
    """
    mean, spread = np.asarray(estimate, float), np.asarray(se, float)
    outside = {"bonferroni": (1 - level) / len(mean), "sidak": 1 - level ** (1 / len(mean))}
    if adjust not in outside:
        raise SelectionError("adjustment", adjust, outside)
    reach = ndtri(1 - outside[adjust] / 2) * spread
    low, high = mean - reach, mean + reach
    return pd.DataFrame(
        {
            "rank": competition_rank(mean).astype(int),
            "rank_low": 1 + (low[None, :] > high[:, None]).sum(axis=1),
            "rank_high": len(mean) - (high[None, :] < low[:, None]).sum(axis=1),
        }
    )
