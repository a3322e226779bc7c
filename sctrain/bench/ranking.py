"""Aggregation of rankings, against choix (Plackett-Luce) and votelib (pair counts, Copeland, Kemeny)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain.analysis.agreement import agreement
from sctrain.analysis.ballots import Ballots, copeland, pairwise, redrawn
from sctrain.analysis.consensus import consensus
from sctrain.analysis.kemeny import kemeny
from sctrain.analysis.plackett_luce import ALPHA, worths
from sctrain.analysis.ranks import SEED
from sctrain.bench.pages import DRAWS, DRAWS_NAIVE
from sctrain.bench.result import Result
from sctrain.bench.room import Bench
from sctrain.bench.turns import compared, installed, must_equal

TABLES, OPTIONS = 12, 12
PERMUTED = 7
"""Options that votelib's Kemeny can take: it tries all their orders."""
CITY, CITY_OPTIONS = 100_000, 25
"""Ballots and options of a city that votes: each ballot ranks its first one to eight."""


def rows(bench: Bench) -> Iterator[Result]:
    """Every method with resampling for a room, each method against a library, and a city's partial ballots."""
    bench.say("ranking")
    room = lists(TABLES, OPTIONS)
    city = lists(min(CITY, bench.participants), CITY_OPTIONS, most=8)

    def both(ballots: Ballots) -> None:
        consensus(ballots, DRAWS)
        agreement(ballots)

    (mine,) = compared(bench.repeats, ("", partial(both, room)))
    yield Result(f"consensus of {TABLES} tables, {OPTIONS} options, {DRAWS} draws", mine, within=1)
    yield _worths(room.merged(), bench.repeats)
    yield _copeland(lists(1000, OPTIONS), bench.repeats)
    yield _kemeny(lists(TABLES + 1, PERMUTED), bench.repeats)  # an odd number: votelib takes no equal orders
    (large,) = compared(1, ("", partial(both, city)))
    yield Result(f"consensus of {len(city.positions):,} partial ballots, {CITY_OPTIONS} options", large, within=10)


def lists(tables: int, options: int, most: int | None = None) -> Ballots:
    """Made-up ballots of which each is a Plackett-Luce draw, cut after one to `most` options."""
    rng = np.random.default_rng([SEED, tables])
    utility = np.linspace(0, 2, options) + rng.gumbel(size=(tables, options))
    place = options - utility.argsort(axis=1).argsort(axis=1)
    ranked = place <= (rng.integers(1, most + 1, size=(tables, 1)) if most else options)
    return Ballots(tuple(f"option_{k:02}" for k in range(options)), np.where(ranked, place, 0))


def _worths(room: Ballots, repeats: int) -> Result:
    """Equal to choix.mm_rankings under the same prior; timed against ilsr_rankings, the fastest in choix."""
    choix = installed("choix")
    rooms = redrawn(room, DRAWS, np.random.default_rng(SEED))
    lists = [np.argsort(row).tolist() for row in room.positions]
    what = f"Plackett–Luce worths of {TABLES} tables, {DRAWS} draws"

    def theirs(method: Callable, **options: float) -> NDArray[np.float64]:
        drawn = ([one for one, n in zip(lists, row, strict=True) for _ in range(n)] for row in rooms[:DRAWS_NAIVE])
        return np.array([method(OPTIONS, each, alpha=ALPHA, **options) for each in drawn])

    utility = np.log(worths(room, rooms)[:DRAWS_NAIVE])
    ours, same = (
        pd.DataFrame(u - u.mean(axis=1, keepdims=True)).reset_index(names="room")
        for u in (utility, theirs(choix.mm_rankings, tol=1e-11))
    )
    must_equal(what, ["room"], ours, same)
    against = f"choix.ilsr_rankings in a loop ({DRAWS_NAIVE} draws, scaled)"
    mine, loop = compared(repeats, ("", partial(worths, room, rooms)), (against, partial(theirs, choix.ilsr_rankings)))
    return Result(what, mine, loop.times(DRAWS / DRAWS_NAIVE), faster=50)


def _votes(ballots: Ballots) -> dict[tuple[str, ...], int]:
    """Complete ballots as votelib wants them: options in order, and how many gave this order."""
    votes: dict[tuple[str, ...], int] = {}
    for row, weight in zip(ballots.positions, ballots.weight, strict=True):
        order = tuple(ballots.options[k] for k in np.argsort(row))
        votes[order] = votes.get(order, 0) + int(weight)
    return votes


def _copeland(ballots: Ballots, repeats: int) -> Result:
    """Copeland's scores from ballots, which are counted in pairs first."""
    convert, evaluate = installed("votelib.convert", "votelib"), installed("votelib.evaluate.condorcet", "votelib")
    votes, counts = _votes(ballots), evaluate.pairwise_wins
    what = f"Copeland of {ballots.n:,} ballots, {len(ballots.options)} options"

    def ours() -> NDArray[np.float64]:
        return copeland(pairwise(ballots, ballots.weight[None]))[0]

    def theirs() -> dict[str, int]:
        scores: dict[str, int] = evaluate.Copeland.scores(counts(convert.RankedToCondorcetVotes().convert(votes)))
        return scores

    given = theirs()
    same = pd.DataFrame({"option": ballots.options, "score": [given.get(option, 0) for option in ballots.options]})
    must_equal(what, ["option"], same.assign(score=ours()), same)
    mine, loop = compared(repeats, ("", ours), ("votelib, Copeland", theirs))
    return Result(what, mine, loop)


def _kemeny(ballots: Ballots, repeats: int) -> Result:
    """Kemeny's order; as many preferences must agree with ours as with theirs."""
    condorcet: Any = installed("votelib.evaluate.condorcet", "votelib")
    before = pairwise(ballots, ballots.weight[None])[0]
    options = ballots.options
    pairs = {(a, b): int(before[i, j]) for i, a in enumerate(options) for j, b in enumerate(options) if i != j}
    what = f"Kemeny of {ballots.n} tables, {len(options)} options"

    def theirs() -> list[Any]:
        found: list[Any] = condorcet.KemenyYoung().evaluate(pairs, len(options))
        return found

    found, agreed = kemeny(before), condorcet.KemenyYoung.score(theirs(), pairs)
    same = pd.DataFrame({"what": ["agreement"], "n": [agreed]})
    must_equal(what, ["what"], same.assign(n=found.agreement if found else np.nan), same)
    mine, tried = compared(repeats, ("", partial(kemeny, before)), ("votelib, all orders tried", theirs))
    return Result(what, mine, tried)
