"""How far tables agree with one another: concordance, distances between tables, and who moves the order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtrc
from scipy.stats import rankdata

from sctrain.analysis.ballots import Ballots, Unranked, borda, pairwise, points
from sctrain.analysis.gaps import SAME, Numbers
from sctrain.analysis.kemeny import SUBSETS, kemeny, kemeny_optima
from sctrain.analysis.ranks import SEED
from sctrain.frames import AGREEMENT, TABLE_DISTANCES

COMPLETE = 3
"""Fewest tables that ranked everything for concordance to be over them alone."""
PERMUTED = 200
"""Most tables whose ranks are permuted for p; above, chi-squared with options - 1 degrees of freedom."""
LIKELY = 0.05
WORDS = ((0.7, "strong agreement"), (0.5, "moderate agreement"), (0.3, "weak agreement"), (-1.0, "no agreement"))
"""From which concordance on; after Schmidt 1997, Delphi surveys. With p above LIKELY: no agreement."""


class Concordance(NamedTuple):
    """Kendall's W and its p; NaN where undefined."""

    w: float
    p: float


def agreement(ballots: Ballots, draws: int = 10_000, seed: int = SEED, unranked: Unranked = "last") -> pd.DataFrame:
    """AGREEMENT, one row. W and tau are over the options that any table ranked: what none did is no
    agreement. They are over the tables that ranked all of these where such are at least COMPLETE, else
    over all tables with unranked options tied last: `basis` says which.

    `unranked` is the rule for Kemeny's optima and for the order that a table moves.
    """
    ranked = ballots.of_ranked_options()
    complete = ranked.complete()
    basis = "complete" if complete.n >= COMPLETE else "unranked last"
    over = complete if basis == "complete" else ranked
    found = concordance(over, draws, seed)
    moving, moves = moving_table(ballots, unranked)
    before = pairwise(ballots.merged(), ballots.merged().weight[None], unranked)[0]
    row = {
        "tables": ballots.n,
        "options": len(ranked.options),
        "silent": ballots.silent,
        "basis": basis,
        "compared": over.n,
        **found._asdict(),
        "tau": mean_tau(over),
        "words": in_words(found),
        "kemeny_optima": kemeny_optima(before) if ballots.n else None,
        "kemeny_gap": _gap(before) if ballots.n else None,
        "moving_table": moving,
        "moves": moves,
    }
    counts = {c.name: "Int64" for c in AGREEMENT.columns if c.kind == "count"}
    numbers = {c.name: float for c in AGREEMENT.columns if c.kind == "number"}
    return AGREEMENT.check(pd.DataFrame([row]).astype({**counts, **numbers, "words": "str"}))


def concordance(ballots: Ballots, draws: int = 10_000, seed: int = SEED) -> Concordance:
    """Kendall's W, 0..1, corrected for ties, and the p of as much by chance; unranked options tie last.

    NaN below two tables or two options, and where every table tied everything. p is that of ranks
    permuted within each table, since chi-squared is poor for few. Kendall & Babington Smith 1939.
    """
    merged = ballots.merged()
    n, size = merged.n, len(merged.options)
    if n < 2 or size < 2:
        return Concordance(np.nan, np.nan)
    ranks = rankdata(merged.places(), axis=1)
    most = n * float(merged.weight @ ((ranks - (size + 1) / 2) ** 2).sum(axis=1))
    if most == 0:
        return Concordance(np.nan, np.nan)
    w = float(_spread(merged.weight @ ranks, n)) / most
    if n > PERMUTED:
        return Concordance(w, float(chdtrc(size - 1, n * (size - 1) * w)))
    each = np.sort(np.repeat(ranks, merged.weight, axis=0), axis=1)
    by_chance = _permuted(each, draws, np.random.default_rng(seed)) / most
    return Concordance(w, float((1 + (by_chance >= w - 1e-12).sum()) / (1 + draws)))


def _spread(sums: Numbers, n: int) -> Numbers:
    return ((sums - n * (sums.shape[-1] + 1) / 2) ** 2).sum(axis=-1)


def _permuted(ranks: Numbers, draws: int, rng: np.random.Generator) -> Numbers:
    sums = np.zeros((draws, ranks.shape[1]))
    for row in ranks:  # at most PERMUTED tables, each permuted in all draws at once
        sums += rng.permuted(np.broadcast_to(row, sums.shape), axis=1)
    return _spread(sums, len(ranks))


def in_words(found: Concordance) -> str | None:
    """What a concordance is called; None where it is undefined."""
    if np.isnan(found.w):
        return None
    return WORDS[-1][1] if found.p > LIKELY else next(words for least, words in WORDS if found.w >= least)


def _signs(ballots: Ballots) -> NDArray[np.float32]:
    """[ballots, pairs of options] 1, 0 or -1, to length 1; NaN where a ballot ties everything."""
    places = ballots.places()
    a, b = np.triu_indices(len(ballots.options), 1)
    sign = (places[:, a] < places[:, b]).astype(np.float32) - (places[:, a] > places[:, b])
    with np.errstate(invalid="ignore"):
        return sign / np.sqrt((sign**2).sum(axis=1, keepdims=True))


def mean_tau(ballots: Ballots) -> float:
    """Mean of Kendall's tau-b over pairs of tables, -1..1, unranked options tied last; NaN below two.

    Tables that tied everything have no tau. The mean needs no pairs: it is in the length of the sum.
    """
    merged = ballots.merged()
    unit = _signs(merged)
    told = ~np.isnan(unit).any(axis=1) & (unit.shape[1] > 0)
    weight = merged.weight[told].astype(float)
    n = weight.sum()
    tau = (((weight @ unit[told]) ** 2).sum() - n) / (n * (n - 1)) if n > 1 else np.nan
    return float(np.clip(tau, -1, 1))  # single precision may go beyond


def distances(ballots: Ballots) -> pd.DataFrame:
    """TABLE_DISTANCES of every two tables over the options that any ranked, furthest apart first.

    For the tables of a room, not for thousands.
    """
    ballots = ballots.of_ranked_options()
    sign = np.sign(_signs(ballots)).astype(float)  # in double precision, equal lists have a tau of 1
    with np.errstate(invalid="ignore"):
        unit = sign / np.sqrt((sign**2).sum(axis=1, keepdims=True))
    a, b = np.triu_indices(len(ballots.tables), 1)
    tau = np.clip((unit @ unit.T)[a, b].astype(float), -1, 1) if unit.shape[1] else np.full(len(a), np.nan)
    one, other = ballots.tables[a], ballots.tables[b]
    opposed = (np.sign(unit[a]) * np.sign(unit[b]) < 0).sum(axis=1)
    frame = pd.DataFrame(
        {"table": np.minimum(one, other), "other": np.maximum(one, other), "tau": tau.round(6), "opposed": opposed}
    )
    return TABLE_DISTANCES.check(frame.sort_values(["tau", "table", "other"], ignore_index=True))


def moving_table(ballots: Ballots, unranked: Unranked = "last") -> tuple[int | None, int | None]:
    """The table without which most pairs of options swap in the Borda order, and how many swap.

    The first of several; no table where none swaps a pair, nothing below two tables.
    """
    if ballots.n < 2:
        return None, None
    scored, weight = points(ballots, unranked), ballots.weight
    with np.errstate(invalid="ignore"):
        without = (weight @ scored.won - scored.won) / (weight @ scored.made - scored.made)
    whole = np.round(borda(scored, weight[None])[0], SAME)
    without = np.round(without, SAME)
    swaps = np.zeros(len(without), int)
    for k, score in enumerate(without.T):
        order = np.sign(whole[k] - whole)
        swaps += (np.sign(score[:, None] - without[:, :k]) * order[:k] < 0).sum(axis=1)
    first = np.lexsort([ballots.tables, -swaps])[0]
    return (int(ballots.tables[first]) if swaps[first] else None), int(swaps[first])


def _gap(before: Numbers) -> float | None:
    if len(before) <= SUBSETS:
        return 0.0
    found = kemeny(before)
    return None if found is None else found.gap
