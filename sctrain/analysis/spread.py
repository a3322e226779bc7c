"""How far groups differ beyond chance, what each group's mean is worth beside the others, and how far tables differ.

*Within* is how people of one group differ, *between* how the groups' true means do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from sctrain.analysis.ballots import Ballots, points
from sctrain.analysis.gaps import Numbers

HALVINGS = 70
"""Of an interval that holds the variance between: 2^-70 of the variance of the means is nothing."""


class Means(NamedTuple):
    """Mean gaps of groups, the people behind them and their sampling variances, all [competencies, groups]."""

    groups: tuple[str, ...]
    gap: Numbers
    n: Numbers
    v: Numbers


def means(gaps: pd.DataFrame, competencies: Sequence[str]) -> Means:
    """The mean gaps of GAPS by group that are shown and have an interval (two people or more); NaN for the others."""
    shown = ~gaps["suppressed"].astype(bool) & gaps["group"].notna() & gaps["competency"].isin(list(competencies))
    rows = gaps[shown & gaps["gap_low"].notna()]
    groups = tuple(map(str, rows["group"].unique()))
    names = (competencies, rows["competency"]), (groups, rows["group"])
    at = tuple(pd.Index(list(known), dtype="str").get_indexer(pd.Index(of)) for known, of in names)
    gap, n, variance = (np.full((len(competencies), len(groups)), np.nan) for _ in range(3))
    gap[at], n[at] = rows["gap"].to_numpy(float), rows["n"].to_numpy(float)
    half = (rows["gap_high"] - rows["gap_low"]).to_numpy(float) / 2
    variance[at] = n[at] * (half / stdtrit(n[at] - 1, 0.975)) ** 2
    return Means(groups, gap, n, within(variance, n))


def within(variance: ArrayLike, n: ArrayLike) -> Numbers:
    """Sampling variances of group means [.., groups], from the variance of people pooled over the groups.

    `variance` is that of people in each group, with n - 1; groups without one are left out. One
    group's own variance is too uncertain: two people who agree would be known without error.
    """
    own, people = np.asarray(variance, float), np.asarray(n, float)
    df = np.where(np.isnan(own), 0, people - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        whole = (df * np.nan_to_num(own)).sum(axis=-1, keepdims=True) / df.sum(axis=-1, keepdims=True)
        return np.where(df > 0, whole / people, np.nan)


def between(y: ArrayLike, v: ArrayLike) -> Numbers:
    """Variance of the true means of groups [..], squared unit of y; 0 where chance explains all, NaN below two groups.

    `y` [.., groups] are the groups' means and `v` their sampling variances; a group with a NaN is left
    out. Solves Σ (y - mean)² / (v + τ²) = groups - 1, whose left side falls as τ² rises. Paule & Mandel 1982.
    """
    off, chance = _known(y, v)
    groups = (~np.isnan(off)).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        off = off - (np.nansum(off, axis=-1) / groups)[..., None]
        high = np.nansum(off**2, axis=-1) / (groups - 1)  # the answer without chance, which only lowers it
        low = np.zeros(high.shape)
        for _ in range(HALVINGS):
            tau2 = (low + high) / 2
            squares = (off - mean(off, chance, tau2)[..., None]) ** 2
            more = np.nansum(squares / (chance + tau2[..., None]), axis=-1) > groups - 1
            low, high = np.where(more, tau2, low), np.where(more, high, tau2)
    return np.where(groups < 2, np.nan, low)


def mean(y: ArrayLike, v: ArrayLike, tau2: ArrayLike) -> Numbers:
    """Mean of the groups [..], each weighted by 1 / (v + τ²); groups known without error, if any, alone count."""
    own, chance = _known(y, v)
    total = chance + np.asarray(tau2, float)[..., None]
    exact = total == 0
    weight = np.where(exact.any(axis=-1, keepdims=True), exact, 1 / np.where(exact, 1, total))
    weight = np.where(np.isnan(own), 0, weight)
    with np.errstate(invalid="ignore"):
        return (weight * np.nan_to_num(own)).sum(axis=-1) / weight.sum(axis=-1)


def pooled(y: ArrayLike, v: ArrayLike, tau2: ArrayLike) -> Numbers:
    """Partially pooled means [.., groups], NaN for groups that are left out: mean + τ² / (τ² + v) · (y - mean).

    The less is known of a group, the more it is drawn to the mean; with τ² = 0 all are the mean. Efron & Morris 1977.
    """
    own, chance = _known(y, v)
    variance, middle = np.asarray(tau2, float)[..., None], mean(y, v, tau2)[..., None]
    total = chance + variance
    share = np.where(variance > 0, variance / np.where(total > 0, total, 1), 0)
    return middle + share * (own - middle)


def between_tables(ballots: Ballots, weights: NDArray[np.int64]) -> Numbers:
    """How far tables are apart [rooms, options]: 2 · standard deviation of points / (options - 1), 0..1.

    `weights` [rooms, ballots] says how often each ballot is in each room. Points are over the options
    that a table of the ballots ranked; the others have 0. NaN below two tables.
    """
    if ballots.n < 2 or len(ballots.options) < 2:
        return np.full((len(weights), len(ballots.options)), np.nan)
    asked = ballots.of_ranked_options()
    doubled = (2 * points(asked).won).astype(np.int64)  # whole numbers: equal tables are exactly 0 apart
    n, most = weights.sum(axis=1, keepdims=True), max(len(asked.options) - 1, 1)
    apart = np.zeros((len(weights), len(ballots.options)))
    apart[:, np.isin(ballots.options, asked.options)] = (
        np.sqrt(n * (weights @ doubled**2) - (weights @ doubled) ** 2) / n / most
    )
    return apart


def _known(y: ArrayLike, v: ArrayLike) -> tuple[Numbers, Numbers]:
    own, chance = np.broadcast_arrays(np.asarray(y, float), np.asarray(v, float))
    left_out = np.isnan(own) | np.isnan(chance)
    return np.where(left_out, np.nan, own), np.where(left_out, np.nan, chance)
