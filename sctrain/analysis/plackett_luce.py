"""Worths: how much each option is worth if a list is made by choosing again and again from what is left.

A *stage* is one choice: the option chosen, and the options it was chosen from.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import softmax
from threadpoolctl import threadpool_limits

from sctrain.analysis.ballots import Ballots, Unranked
from sctrain.analysis.gaps import Numbers

ALPHA = 0.1
"""Strength of the prior, as choix counts it: worths of few tables stay finite."""
TOLERANCE, STEPS = 1e-8, 100


class Stages(NamedTuple):
    """Choices of all ballots: how often each chose each option, and from which sets.

    `chosen` [ballots, options]; `held` [ballots, sets], how often a ballot chose from a set;
    `sets` [sets, options], 1 for the options a set holds.
    """

    chosen: Numbers
    held: csr_array
    sets: Numbers


def worths(ballots: Ballots, weights: NDArray, unranked: Unranked = "last", alpha: float = ALPHA) -> Numbers:
    """Plackett-Luce worths [rooms, options], shares that sum to 1; NaN where they do not settle.

    `weights` [rooms, ballots] says how often each ballot is in each room. Tied options are each
    chosen from all that are tied with or behind them (Breslow 1974); the last of a list are chosen
    from nothing. `alpha` > 0: as if each option had been chosen so often more from all of them, which
    is the mode under a Gamma(1 + alpha, alpha) prior on worths (Caron & Doucet 2012) and equals
    choix.mm_rankings. By Newton's method, damped as befits log-sum-exp (Bach 2010).
    """
    stages = stages_of(ballots, unranked)
    weights, size = np.asarray(weights, float), len(ballots.options)
    chosen = weights @ stages.chosen + alpha
    held = np.column_stack([(stages.held.T @ weights.T).T, np.full(len(weights), alpha * size)])
    sets = np.vstack([stages.sets, np.ones(size)])
    with threadpool_limits(1):  # many small products: two threads on a busy machine are slower than one
        middle = _settled(chosen.mean(axis=0)[None], held.mean(axis=0)[None], sets, np.zeros((1, size)))
        start = np.repeat(np.nan_to_num(middle), len(weights), axis=0)
        utility = middle if len(weights) == 1 else _settled(chosen, held, sets, start)
    with np.errstate(invalid="ignore"):
        return softmax(utility, axis=1)


def stages_of(ballots: Ballots, unranked: Unranked = "last") -> Stages:
    """The stages of each ballot; equal sets are one, so that many ballots cost little more than few."""
    places = ballots.places(unranked)
    n, size = places.shape
    ranked = np.isfinite(places) & (places < np.nanmax(places, axis=1, keepdims=True, initial=0))
    behind = np.zeros(places.shape, np.int64)
    for k, place in enumerate(places.T):
        behind |= (place[:, None] >= places).astype(np.int64) << k
    ballot = np.nonzero(ranked)[0]
    codes, which = np.unique(behind[ranked], return_inverse=True)
    held = csr_array((np.ones(len(ballot)), (ballot, which)), shape=(n, len(codes)))
    return Stages(ranked.astype(float), held, ((codes[:, None] >> np.arange(size)) & 1).astype(float))


def _settled(chosen: Numbers, held: Numbers, sets: Numbers, utility: Numbers) -> Numbers:
    """Log worths [rooms, options] that sum to 0 where the likelihood is greatest; NaN if not within STEPS."""
    result, open_ = np.full(chosen.shape, np.nan), np.arange(len(chosen))
    members = np.ascontiguousarray(sets.T)
    for _ in range(STEPS):
        worth = np.exp(utility)
        total = worth @ members
        rate = held / total
        drawn = worth * (rate @ sets)
        curve = -_products(rate / total, sets) * worth[:, :, None] * worth[:, None, :]
        diagonal = np.arange(len(members))
        curve[:, diagonal, diagonal] += drawn
        curve += drawn.mean(axis=1)[:, None, None]  # worths have no scale: this holds their mean still
        step = np.linalg.solve(curve, (chosen - drawn)[:, :, None])[:, :, 0]
        reach = 2 * np.abs(step).max(axis=1, keepdims=True, initial=1e-300)
        utility = utility + step * np.log1p(reach) / reach
        done = reach[:, 0] < TOLERANCE
        result[open_[done]] = utility[done]
        if done.all():
            break
        open_, utility, chosen, held = open_[~done], utility[~done], chosen[~done], held[~done]
    return result


def _products(rate: Numbers, sets: Numbers) -> Numbers:
    """Sums over sets of rate * a in set * b in set [rooms, a, b], by the shorter loop."""
    if len(rate) < sets.shape[1]:
        return np.stack([(sets.T * one) @ sets for one in rate])
    return np.stack([(rate * member) @ sets for member in sets.T], axis=1)
