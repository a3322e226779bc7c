"""Which competencies need training: every number of the gap pages, from joint counts alone.

A *gap* is importance minus present level over complete pairs. The *crosshair* divides the
importance-level plane into the four quadrants of importance-performance analysis.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, stdtrit
from scipy.stats import false_discovery_control, rankdata

from sctrain.errors import SelectionError
from sctrain.frames import GAPS, MEASURES, QUADRANTS, JointCounts
from sctrain.selection import CROSSHAIRS

Numbers = NDArray[np.float64]
SAME = 9
"""Decimals to which two scores must agree to be tied: sums of marks differ by more."""


class Crosshair(NamedTuple):
    """Where importance and level are divided into low and high, one number a group."""

    importance: Numbers
    level: Numbers


def gaps(counts: JointCounts, measure: str = "mwds", cross: str = "mean") -> pd.DataFrame:
    """GAPS of every group and competency, without rank intervals.

    Intervals are t intervals with n - 1 degrees of freedom; that of the mean weighted
    discrepancy score is by the delta method. They are missing where n = 1 and for weighted
    counts, whose n is the sum of weights. `cross` is one of CROSSHAIRS, `measure` of MEASURES.
    """
    if measure not in MEASURES:
        raise SelectionError("measure", measure, MEASURES)
    sums = _Sums(counts)
    columns = _scores(sums)
    columns |= _quadrants(columns, crosshair(counts, cross))
    columns |= _signed_rank(counts, sums)
    columns["rank"] = competition_rank(need(measure, columns[measure]))
    return GAPS.check(_frame(counts, columns))


def crosshair(counts: JointCounts, cross: str = "mean") -> Crosshair:
    """The dividing lines of each group: over its competencies with answers, or the scale's middle.

    Martilla & James 1977 leave the choice open, and it moves competencies: print it.
    """
    sums = _Sums(counts)
    return crosshair_of(sums.mean("i"), sums.mean("l"), cross, float(counts.values.mean()))


def crosshair_of(importance: Numbers, level: Numbers, cross: str, midpoint: float) -> Crosshair:
    """The dividing lines of mean importances and levels [groups, competencies]; NaN is no data."""
    if cross not in CROSSHAIRS:
        raise SelectionError("crosshair", cross, CROSSHAIRS)
    if cross == "midpoint":
        middle = np.full(len(importance), midpoint)
        return Crosshair(middle, middle)
    importance, level = (getattr(pd.DataFrame(x), cross)(axis=1).to_numpy() for x in (importance, level))
    return Crosshair(importance, level)


def quadrant(importance: Numbers, level: Numbers, lines: Crosshair) -> NDArray[np.object_]:
    """The quadrant of each mean pair [groups, competencies]; on the line is high; None for NaN."""
    weak = ~_high(level, lines.level[:, None])
    low = ~_high(importance, lines.importance[:, None])
    # the order of QUADRANTS: high importance and low level first
    place = np.select([weak & ~low, ~weak & ~low, weak & low], [0, 1, 2], 3)
    return _where_known(importance, np.array(QUADRANTS, object)[place])


def need(measure: str, score: Numbers) -> Numbers:
    """The score turned so that more is more need: ranked discrepancies fall as need rises."""
    return -score if measure == "rds" else score


def competition_rank(need: Numbers) -> Numbers:
    """Rank along the last axis, 1 = most need, ties 1, 1, 3; NaN where there is no score."""
    known = ~np.isnan(need)
    falling = -np.round(np.where(known, need, -np.inf), SAME)
    return np.where(known, rankdata(falling, method="min", axis=-1), np.nan)


def worst_rank(need: Numbers) -> Numbers:
    """The same with ties 2, 2, 3: the last place that each of them could have."""
    known = ~np.isnan(need)
    falling = -np.round(np.where(known, need, -np.inf), SAME)
    return np.where(known, rankdata(falling, method="max", axis=-1), np.nan)


class _Sums:
    """Sums over complete pairs [groups, competencies], all by one matrix product."""

    def __init__(self, counts: JointCounts) -> None:
        x, y = (marks.ravel() for marks in np.meshgrid(counts.values, counts.values, indexing="ij"))
        terms = {"n": x**0, "i": x, "l": y, "d": x - y, "s": np.sign(y - x), "lacking": y < x, "exceeding": y > x}
        squares = {a + b: terms[a] * terms[b] for a, b in ("ii", "ll", "dd", "ss", "il")}
        names = {**terms, **squares}
        table = np.column_stack([*names.values()]).astype(float)
        pairs = counts.pairs.reshape(*counts.pairs.shape[:2], counts.points**2).astype(float)
        self._sum = dict(zip(names, np.moveaxis(pairs @ table, -1, 0), strict=True))
        self.weighted = counts.cells.dtype.kind == "f"
        self.low = counts.low
        self.n = self._sum["n"]

    def mean(self, name: str) -> Numbers:
        """Mean of a term; NaN where nobody answered."""
        with np.errstate(invalid="ignore"):
            return self._sum[name] / self.n

    def covariance(self, a: str, b: str) -> Numbers:
        """Unbiased covariance of two terms; NaN below two answers and for weighted sums."""
        n, product = self.n, self._sum["".join(sorted(a + b))]
        with np.errstate(invalid="ignore", divide="ignore"):
            found = (n * product - self._sum[a] * self._sum[b]) / (n * (n - 1))
        return np.where((n > 1) & (not self.weighted), found, np.nan)


def _scores(sums: _Sums) -> dict[str, Numbers]:
    importance, level, gap, sign = (sums.mean(name) for name in ("i", "l", "d", "s"))
    by_importance, by_level = 2 * importance - level, -importance
    spread = (
        by_importance**2 * sums.covariance("i", "i")
        + by_level**2 * sums.covariance("l", "l")
        + 2 * by_importance * by_level * sums.covariance("i", "l")
    )
    pni = gap / level if sums.low > 0 else np.full(gap.shape, np.nan)  # near a level of 0 it means nothing
    return {
        **_intervals("importance", importance, sums.covariance("i", "i"), sums.n),
        **_intervals("level", level, sums.covariance("l", "l"), sums.n),
        **_intervals("gap", gap, sums.covariance("d", "d"), sums.n, half=True),
        **_intervals("mwds", importance * gap, np.maximum(spread, 0), sums.n, half=True),
        **_intervals("rds", 100 * sign, 1e4 * sums.covariance("s", "s"), sums.n, half=True),
        "lacking": sums.mean("lacking"),
        "exceeding": sums.mean("exceeding"),
        "pni": pni,
    }


def _intervals(name: str, mean: Numbers, variance: Numbers, n: Numbers, half: bool = False) -> dict[str, Numbers]:
    with np.errstate(divide="ignore", invalid="ignore"):
        se = np.sqrt(variance / n)
    ends = {name: mean}
    for share, suffix in ((0.95, ""), (0.5, "50"))[: 1 + half]:
        reach = stdtrit(n - 1, (1 + share) / 2) * se
        ends |= {f"{name}_low{suffix}": mean - reach, f"{name}_high{suffix}": mean + reach}
    return ends


def _quadrants(columns: dict[str, Numbers], lines: Crosshair) -> dict[str, NDArray]:
    importance, level = columns["importance"], columns["level"]
    middle = crosshair_of(importance, columns["gap"], "mean", np.nan)
    much, important = _high(columns["gap"], middle.level[:, None]), _high(importance, middle.importance[:, None])
    locus = np.array([["LL", "LH"], ["HL", "HH"]], object)[much.astype(int), important.astype(int)]
    return {
        "quadrant": quadrant(importance, level, lines),
        "quadrant_sure": _where_known(
            columns["importance_low"],
            _one_side(columns, "importance", lines.importance) & _one_side(columns, "level", lines.level),
        ),
        "locus": _where_known(importance, locus),
    }


def _one_side(columns: dict[str, Numbers], name: str, line: Numbers) -> NDArray[np.bool_]:
    return _high(columns[f"{name}_low"], line[:, None]) | ~_high(columns[f"{name}_high"], line[:, None])


def _high(values: Numbers, line: Numbers) -> NDArray[np.bool_]:
    return np.round(values, SAME) >= np.round(line, SAME)


def _where_known(numbers: Numbers, values: NDArray) -> NDArray[np.object_]:
    known = values.astype(object)
    known[np.isnan(numbers)] = None
    return known


def _signed_rank(counts: JointCounts, sums: _Sums) -> dict[str, Numbers]:
    """Wilcoxon's signed rank from the counts of each difference, its normal approximation.

    Zero differences are dropped, ties share their mean rank and correct the variance, no
    continuity correction: scipy.stats.wilcoxon(method="asymptotic"). Nothing left: p = 1.
    """
    span = counts.points - 1
    pairs = counts.pairs.astype(float)
    up = np.stack([pairs.trace(-k, 2, 3) for k in range(1, span + 1)], axis=-1)
    down = np.stack([pairs.trace(k, 2, 3) for k in range(1, span + 1)], axis=-1)
    tied = up + down
    rank = np.cumsum(tied, axis=-1) - (tied - 1) / 2
    n = tied.sum(axis=-1)
    distance = (up * rank).sum(axis=-1) - n * (n + 1) / 4
    variance = (n * (n + 1) * (2 * n + 1) - (tied * (tied**2 - 1)).sum(axis=-1) / 2) / 24
    with np.errstate(invalid="ignore", divide="ignore"):
        p = np.where(n > 0, 2 * ndtr(-np.abs(distance) / np.sqrt(variance)), 1.0)
    p = np.where((sums.n > 0) & (not sums.weighted), p, np.nan)
    adjusted, known = p.copy(), ~np.isnan(p)
    adjusted[known] = false_discovery_control(p[known]) if known.any() else p[known]
    return {"p": p, "p_adjusted": adjusted}


def _frame(counts: JointCounts, columns: dict[str, NDArray]) -> pd.DataFrame:
    n = np.where(counts.hidden, np.nan, counts.n)
    people = np.where(counts.hidden, np.nan, counts.people[:, None]).astype(float)
    flat = {name: values.ravel() for name, values in columns.items()}
    return pd.DataFrame(
        {
            "competency": pd.Series(list(counts.competencies) * len(counts.groups), dtype="str"),
            "group": pd.Series([group for group in counts.groups for _ in counts.competencies], dtype="str"),
            **flat,
            "n": whole(n.ravel()),
            "answered": np.divide(n, people, out=np.full(n.shape, np.nan), where=people > 0).ravel(),
            "quadrant": pd.Series(flat["quadrant"], dtype="str"),
            "locus": pd.Series(flat["locus"], dtype="str"),
            "quadrant_sure": pd.array(flat["quadrant_sure"], dtype="boolean"),
            "rank": whole(flat["rank"]),
            "rank_low": whole(np.full(n.size, np.nan)),
            "rank_high": whole(np.full(n.size, np.nan)),
            "top3": np.nan,
            "suppressed": counts.hidden.ravel(),
        }
    )


def whole(values: Numbers) -> pd.Series:
    """Counts as whole numbers that may be missing; sums of weights stay fractions."""
    return pd.Series(values) if (values % 1 > 0).any() else pd.Series(values).astype("Int64")
