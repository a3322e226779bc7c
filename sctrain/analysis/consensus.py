"""Which order the tables agree on, by four methods, and how far that order can be told.

A *room* is one redraw of as many tables with replacement. A *band* holds options whose order
the tables cannot tell.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import rankdata
from threadpoolctl import threadpool_limits

from sctrain.analysis.ballots import Ballots, Points, Unranked, borda, copeland, pairwise, points, redrawn
from sctrain.analysis.findings import named
from sctrain.analysis.gaps import SAME, Numbers, competition_rank
from sctrain.analysis.kemeny import ROOMS, kemeny, kemeny_orders
from sctrain.analysis.plackett_luce import worths
from sctrain.analysis.ranks import SEED
from sctrain.frames import AGREEMENT, CONSENSUS
from sctrain.numerals import tables

EXACT = 5_000
"""Most different ballots redrawn table by table; above, Borda scores are drawn from their normal limit."""
WORTHS = 100
"""Most different ballots whose worths are redrawn: each room has its own maximum to climb."""
CERTAIN = 0.95
"""Share of the rooms in which a line between two bands must hold."""
FEWEST = 6
"""Fewest tables whose order can be told: five agree about two options by chance with p = 2 / 2^5 = .06."""
METHODS = ("borda", "copeland", "kemeny", "worth")


def consensus(
    ballots: Ballots, draws: int = 1000, seed: int = SEED, unranked: Unranked = "last", exact: int = EXACT
) -> pd.DataFrame:
    """CONSENSUS of the tables, options in their given order; it does not depend on the order of tables.

    Rank intervals are 2.5-97.5 % of the competition ranks over `draws` rooms (Hall & Miller 2009),
    missing for one table. Kemeny has them up to ROOMS options, worths up to WORTHS different
    ballots; above `exact` different ballots only Borda has them. A line divides the Borda order
    into bands where, in CERTAIN of the rooms and in the tables themselves, every option above it is
    strictly above every option below it, and tables are at least FEWEST.
    """
    merged = ballots.merged()
    if not merged.n:
        return CONSENSUS.check(_silent(ballots))
    scored = points(merged, unranked)
    with threadpool_limits(1):
        scores = _scores(merged, scored, unranked)
        ranks = {name: competition_rank(score) for name, score in scores.items()}
        ranks["kemeny"] = _kemeny_rank(merged, ranks["borda"], unranked)
        drawn, rooms = _rooms(merged, scored, ranks["borda"], draws, seed, unranked, exact)
    columns = {
        **_places(merged),
        **scores,
        **{f"{name}_rank": ranks[name] for name in METHODS},
        **_intervals(ranks, rooms if merged.n > 1 else {}),
        "band": bands(scores["borda"], drawn if merged.n >= FEWEST else drawn[:0]),
    }
    frame = pd.DataFrame({"option": list(merged.options), **columns}).set_index("option")
    frame = frame.loc[list(ballots.options)].rename_axis("option").reset_index()
    return CONSENSUS.check(_typed(frame.rename(columns={"borda_low": "rank_low", "borda_high": "rank_high"})))


def rooms(ballots: Ballots, draws: int = 1000, seed: int = SEED, unranked: Unranked = "last") -> dict[str, Numbers]:
    """Borda scores of redrawn rooms [draws, options], worths too up to WORTHS different ballots; NaN without tables.

    What no table of a room ranked has 0 there: it is tied last among what nobody asked for.
    """
    merged = ballots.merged()
    back = [merged.options.index(option) for option in ballots.options]
    if not merged.n:
        return {"borda": np.full((draws, len(back)), np.nan)}
    weights = redrawn(merged, draws, np.random.default_rng(seed))
    with threadpool_limits(1):
        found = {"borda": borda(points(merged, unranked), weights)}
        if len(merged.weight) <= WORTHS:
            found["worth"] = worths(merged, weights, unranked)
    listed = weights @ (merged.positions > 0) > 0
    return {name: np.where(listed, scores, 0)[:, back] for name, scores in found.items()}


def bands(score: Numbers, drawn: Numbers, certain: float = CERTAIN) -> Numbers:
    """The band of each option, 1 = best; NaN without a score. `drawn` are scores [rooms, options].

    Without rooms all are in one band.
    """
    order = np.argsort(-score, kind="stable")
    order = order[: int((~np.isnan(score)).sum())]
    above = np.vstack([score, drawn])[:, order].round(SAME)
    lowest = np.fmin.accumulate(above, axis=1)[:, :-1]
    highest = np.fmax.accumulate(above[:, ::-1], axis=1)[:, ::-1][:, 1:]
    holds = lowest > highest
    line = holds[0] & (holds[1:].mean(axis=0) >= certain) if len(drawn) else np.zeros(max(len(order) - 1, 0), bool)
    band = np.full(len(score), np.nan)
    band[order] = 1 + np.concatenate([[0], np.cumsum(line)])[: len(order)]
    return band


def _scores(ballots: Ballots, scored: Points, unranked: Unranked) -> dict[str, Numbers]:
    once = ballots.weight[None]
    score = borda(scored, once)[0]
    compared = ~np.isnan(score)
    return {
        "borda": score,
        "copeland": np.where(compared, copeland(pairwise(ballots, once, unranked))[0], np.nan),
        "worth": np.where(compared, worths(ballots, once, unranked)[0], np.nan),
    }


def _kemeny_rank(ballots: Ballots, borda_rank: Numbers, unranked: Unranked) -> Numbers:
    """Of several optimal orders, one near Borda's."""
    by_borda = np.argsort(borda_rank, kind="stable")
    before = pairwise(ballots, ballots.weight[None], unranked)[0][np.ix_(by_borda, by_borda)]
    found, rank = kemeny(before), np.full(len(by_borda), np.nan)
    if found is not None:
        rank[by_borda[found.order]] = np.arange(1, len(rank) + 1)
    return np.where(np.isnan(borda_rank), np.nan, rank)


def _rooms(
    ballots: Ballots, scored: Points, borda_rank: Numbers, draws: int, seed: int, unranked: Unranked, exact: int
) -> tuple[Numbers, dict[str, Numbers]]:
    """Borda scores [rooms, options], and ranks by each method that is redrawn."""
    rng = np.random.default_rng(seed)
    if len(ballots.weight) > exact:
        drawn = _normal(ballots, scored, rng, draws)
        return drawn, {"borda": competition_rank(drawn)}
    weights = redrawn(ballots, draws, rng)
    drawn, before = borda(scored, weights), pairwise(ballots, weights, unranked)
    ranks = {
        "borda": competition_rank(drawn),
        "copeland": competition_rank(copeland(before)),
    }
    if len(ballots.weight) <= WORTHS:
        ranks["worth"] = competition_rank(worths(ballots, weights, unranked))
    if len(ballots.options) <= ROOMS:
        by_borda = np.argsort(borda_rank, kind="stable")
        orders = by_borda[kemeny_orders(before[:, by_borda][:, :, by_borda])]
        ranks["kemeny"] = np.argsort(orders, axis=1).astype(float) + 1
    return drawn, ranks


def _normal(ballots: Ballots, scored: Points, rng: np.random.Generator, draws: int) -> Numbers:
    """Borda scores are ratios of sums over tables; their linear part is normal for many tables."""
    score, made = borda(scored, ballots.weight[None])[0], ballots.weight @ scored.made
    seen = np.flatnonzero(made > 0)
    off = (scored.won - np.nan_to_num(score) * scored.made)[:, seen]
    spread = (off * ballots.weight[:, None]).T @ off / np.outer(made[seen], made[seen])
    drawn = np.full((draws, len(score)), np.nan)
    drawn[:, seen] = rng.multivariate_normal(score[seen], spread, draws, check_valid="ignore", method="eigh")
    return drawn


def _places(ballots: Ballots) -> dict[str, Numbers]:
    """How many tables ranked it, how many put it first, and its mean place, tied places shared."""
    ranked, weight = ballots.positions > 0, ballots.weight
    by = weight @ ranked
    shared = rankdata(ballots.places("ignore"), axis=1, nan_policy="omit")
    mean = np.where(by > 0, (weight @ np.where(ranked, shared, 0)) / np.maximum(by, 1), np.nan)
    best = np.nanmin(ballots.places("ignore"), axis=1, keepdims=True)
    return {"ranked_by": by, "first": weight @ (ballots.positions == best), "mean_position": mean}


def _intervals(ranks: Mapping[str, Numbers], rooms: Mapping[str, Numbers]) -> dict[str, Numbers]:
    size = len(ranks["borda"])
    columns = {name: np.full(size, np.nan) for name in ("p_first", "p_top3")}
    columns |= {f"{name}_{end}": np.full(size, np.nan) for name in METHODS for end in ("low", "high")}
    for name, drawn in rooms.items():
        for k in np.flatnonzero(~np.isnan(ranks[name])):
            seen = drawn[:, k][~np.isnan(drawn[:, k])]
            low, high = np.quantile(seen, [0.025, 0.975], method="inverted_cdf") if len(seen) else (np.nan, np.nan)
            columns[f"{name}_low"][k] = np.fmin(low, ranks[name][k])
            columns[f"{name}_high"][k] = np.fmax(high, ranks[name][k])
            if name == "borda" and len(seen):
                columns["p_first"][k], columns["p_top3"][k] = (seen == 1).mean(), (seen <= 3).mean()
    return columns


def _silent(ballots: Ballots) -> pd.DataFrame:
    """No table ranked anything: every option is there, without a place."""
    columns = {name: np.full(len(ballots.options), np.nan) for name in CONSENSUS.names}
    nobody = {name: np.zeros(len(ballots.options)) for name in ("ranked_by", "first")}
    return _typed(pd.DataFrame({**columns, **nobody, "option": list(ballots.options)}))


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    counts = {c.name: "Int64" for c in CONSENSUS.columns if c.kind == "count"}
    return frame.astype({**counts, "option": "str"})


def sentence(consensus: pd.DataFrame, agreement: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """What the presenter may say of CONSENSUS and its AGREEMENT: what may come first, no more.

    Options without a label are called by their code.
    """
    CONSENSUS.check(consensus)
    row = AGREEMENT.check(agreement).iloc[0]
    n, words = int(row["tables"]), row["words"]
    compared = consensus["borda_rank"].notna() & (consensus["ranked_by"] > 0)
    ranked = consensus[compared.to_numpy(bool)].sort_values("borda_rank", kind="stable")
    if ranked.empty:
        return "No table ranked anything that can be compared."
    if n < FEWEST:
        best = named(ranked.loc[(ranked["borda_rank"] == 1).to_numpy(bool), "option"], labels)
        return f"With {tables(n)} the order cannot be told; most points: {best}."
    lead = ranked[((ranked["rank_low"] == 1) | (ranked["borda_rank"] == 1)).to_numpy(bool)]
    agreed = "" if pd.isna(words) else f" ({words})"
    little = "" if words != "no agreement" else ", though their whole lists show no agreement"
    if len(lead) == 1:
        return f"{named(lead['option'], labels)} in first place: {tables(n)}{little or agreed}."
    if len(lead) == len(ranked):
        return f"With {tables(n)} no option stands out{agreed}."
    return f"{named(lead['option'], labels)} share the top: with {tables(n)} their order cannot be told{agreed}."
