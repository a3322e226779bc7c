"""What a page computes: gaps, rank intervals, both voices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import stdtrit
from sqlalchemy import Engine

from sctrain import tables, views, voices
from sctrain.analysis.counts import joint_counts
from sctrain.analysis.ranks import SEED, rank_intervals
from sctrain.bench.result import Result
from sctrain.bench.room import BY, EVENT, MARKS, Bench, rating_frame
from sctrain.bench.turns import compared, must_equal
from sctrain.cards import Cards
from sctrain.demo import demo_sheets
from sctrain.selection import Selection
from sctrain.store import queries
from sctrain.store.sheets import add_sheets

ROOM = 60
PAGE = 10_000
"""Answers behind the rows about a page."""
ROLES = ("head_of_department", "municipal_officer", "programme_manager")
"""Whom the page is filtered to: about half of the room."""
DRAWS, DRAWS_NAIVE = 1000, 5


def rows(bench: Bench) -> Iterator[Result]:
    """The gap table with and without rank intervals, and the ranks alone."""
    bench.say("making a page")
    with bench.store(bench.first(min(PAGE, bench.participants))) as engine:
        yield from _gaps(engine, bench.repeats)


def _gaps(engine: Engine, repeats: int) -> Iterator[Result]:
    selection = Selection((EVENT,), (("role", ROLES),), by="city_size")
    room = views.read(engine, selection)
    ratings = rating_frame(room.cards, BY)
    what = f"gaps by city size, {room.cards.n:,} answers"

    def ours(resampled: bool) -> pd.DataFrame:
        with engine.connect() as connection:
            queries.data_version(connection)
        return views.gaps(room, selection, resampled)

    theirs = pandas_gaps(ratings)
    shown = ours(False).query("n > 0")
    must_equal(what, ["competency", "group"], shown[theirs.columns], theirs.merge(shown[["competency", "group"]]))
    against = "pandas, groupby of long rows"
    sides = (("", partial(ours, False)), (against, partial(pandas_gaps, ratings)))
    mine, grouped = compared(repeats, *sides)
    (ranked,) = compared(repeats, ("", partial(ours, True)))
    yield Result(what, mine, grouped, within=0.05)
    yield Result(f"{what}, with rank intervals", ranked, within=0.3)
    yield _ranks(room.cards, repeats)


def pandas_gaps(ratings: pd.DataFrame) -> pd.DataFrame:
    """The gap table as one would write it in pandas: the columns of GAPS that a groupby gives."""
    kept = ratings[ratings["role"].isin(ROLES)]
    gap = kept["importance"] - kept["level"]
    terms = kept.assign(gap=gap, sign=-100 * np.sign(gap), lacking=gap > 0, exceeding=gap < 0)
    by = terms.groupby(["city_size", "competency"], observed=True)
    table = by[["importance", "level", "gap", "lacking", "exceeding"]].mean()
    table["n"], table["rds"] = by.size(), by["sign"].mean()
    table["mwds"] = table["importance"] * table["gap"]
    for name in (*MARKS, "gap"):
        reach = stdtrit(table["n"] - 1, 0.975) * by[name].sem()
        table[f"{name}_low"], table[f"{name}_high"] = table[name] - reach, table[name] + reach
    return table.reset_index().rename(columns={"city_size": "group"})


def _ranks(cards: Cards, repeats: int) -> Result:
    what = f"rank intervals of {cards.n:,} answers, {DRAWS} draws"
    in_order = replace(cards, pairs=cards.pairs[:, np.lexsort(cards.pairs)], profile={})
    counts = joint_counts(in_order)

    def ours(draws: int = DRAWS) -> pd.DataFrame:
        return rank_intervals(in_order, None, None, counts, draws=draws)

    naive = partial(pandas_ranks, rating_frame(in_order), cards.n, DRAWS_NAIVE)
    few = ours(DRAWS_NAIVE)  # the same people in the same order, drawn by the same numbers: the same intervals
    must_equal(what, ["competency"], few[["competency", "rank_low", "rank_high"]], naive())
    against = f"pandas, resample and groupby ({DRAWS_NAIVE} draws, scaled)"
    mine, theirs = compared(repeats, ("", ours), (against, naive))
    return Result(what, mine, theirs.times(DRAWS / DRAWS_NAIVE), faster=100)


def pandas_ranks(ratings: pd.DataFrame, people: int, draws: int) -> pd.DataFrame:
    """Rank intervals as one would write them in pandas: draw people, join their ratings, group, rank."""
    rng, ranks = np.random.default_rng([SEED]), []
    for _ in range(draws):
        drawn = pd.DataFrame({"person": rng.integers(people, size=people)}).merge(ratings, on="person")
        mean = drawn.groupby("competency", observed=True)[list(MARKS)].mean()
        mwds = mean["importance"] * (mean["importance"] - mean["level"])
        ranks.append(mwds.round(9).rank(ascending=False, method="min"))
    rooms = pd.concat(ranks, axis=1)
    low, high = np.quantile(rooms, [0.025, 0.975], axis=1, method="inverted_cdf")
    return pd.DataFrame({"competency": rooms.index, "rank_low": low, "rank_high": high})


def both_voices(bench: Bench) -> Iterator[Result]:
    """All that the pages of the second voice compute for a room: consensus, two voices, methods and queue."""
    bench.say("hearing both voices")
    with bench.store(bench.first(min(ROOM, bench.participants))) as engine:
        add_sheets(engine, EVENT, demo_sheets(bench.catalogue))
        asked = Selection((EVENT,))
        room, table_room = views.read(engine, asked), tables.read(engine, asked)

    def heard() -> None:
        agreed = tables.agreed(table_room, "contents")
        voices.meet(room, table_room, agreed, asked)
        voices.queue(room, table_room, agreed, asked, "contents", "city_size_band")

    (mine,) = compared(bench.repeats, ("", heard))
    what = f"both voices and queue, {ROOM} answers, {len(table_room.tables)} tables, {DRAWS} draws"
    yield Result(what, mine, within=2)
