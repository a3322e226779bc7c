"""Whether tables with different people put different options first.

A *group* of tables are those whose sheet names one of the group's options in its *mix*; a table
of mixed people is in several.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from sctrain.analysis.ballots import Ballots, borda, points, redrawn
from sctrain.analysis.consensus import FEWEST
from sctrain.analysis.findings import listed, named
from sctrain.analysis.gaps import Numbers, competition_rank
from sctrain.analysis.ranks import SEED
from sctrain.cards import JOIN
from sctrain.frames import GROUP_RANKS, Frame
from sctrain.numerals import count

MIN_TABLES = 2
"""Fewest tables that are a group: one is itself, not its people."""


def members(
    mixes: Mapping[int, str], dimension: str, groups: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[int, ...]]:
    """Table numbers by group code, in the order of `groups`; a table without a known mix is in none.

    `mixes` are the texts of SHEETS.mix by table number, `groups` the options of each group. Without
    `groups` (an open dimension) each option that a table names is a group, sorted.
    """
    said = {table: _options(mix, dimension) for table, mix in sorted(mixes.items())}
    groups = groups or {option: (option,) for option in sorted(set().union(*said.values()))}
    return {group: tuple(t for t, has in said.items() if has & set(options)) for group, options in groups.items()}


def _options(mix: str, dimension: str) -> set[str]:
    """The options of one dimension in `city_size=s+m role=elected`."""
    parts = (part.partition("=") for part in mix.split())
    return {option for name, _, options in parts if name == dimension for option in options.split(JOIN) if option}


def group_ranks(
    ballots: Ballots, members: Mapping[str, Collection[int]], draws: int = 1000, seed: int = SEED
) -> pd.DataFrame:
    """GROUP_RANKS of the groups of which MIN_TABLES ranked something, in the order of `members`, options as given.

    A group's numbers are those of its own tables in whatever order, options left out tied last.
    Rank intervals are 2.5-97.5 % over `draws` rooms of FEWEST tables or more.
    """
    groups = {group: ballots.only(np.isin(ballots.tables, list(tables))) for group, tables in members.items()}
    parts = [_ranks(own, draws, seed).assign(group=code) for code, own in groups.items() if own.n >= MIN_TABLES]
    frame = pd.concat(parts) if parts else pd.DataFrame(columns=GROUP_RANKS.names)
    return checked(frame.reset_index(drop=True), GROUP_RANKS)


def checked(frame: pd.DataFrame, contract: Frame) -> pd.DataFrame:
    """The frame with its codes, counts and numbers typed, if it keeps the contract; FrameError if not."""
    kinds: dict[str, Any] = {"code": "str", "count": "Int64", "number": float}
    return contract.check(frame.astype({c.name: kinds[c.kind] for c in contract.columns}))


def _ranks(ballots: Ballots, draws: int, seed: int) -> pd.DataFrame:
    merged = ballots.merged()
    scored = points(merged)
    score = borda(scored, merged.weight[None])[0]
    rank = competition_rank(score)
    rooms = redrawn(merged, draws if merged.n >= FEWEST else 0, np.random.default_rng(seed))
    low, high = rank_interval(rank, competition_rank(borda(scored, rooms)))
    columns = {
        "tables": merged.n,
        "ranked_by": merged.weight @ (merged.positions > 0),
        **{"borda": score, "rank": rank, "rank_low": low, "rank_high": high},
    }
    by_code = pd.DataFrame({"option": list(merged.options), **columns}).set_index("option")
    return by_code.loc[list(ballots.options)].rename_axis("option").reset_index()


def rank_interval(rank: Numbers, drawn: Numbers) -> tuple[Numbers, Numbers]:
    """2.5 % and 97.5 % quantile of the ranks `drawn` [rooms, options], widened to hold `rank`; NaN without rooms.

    The quantiles are ranks that occurred; rooms in which an option has no rank do not count for it.
    Percentile bootstrap of ranks: Hall & Miller 2009.
    """
    ends = np.full((2, len(rank)), np.nan)
    for k, ranks in enumerate(drawn.T):
        seen = ranks[~np.isnan(ranks)]
        if len(seen) and not np.isnan(rank[k]):
            ends[:, k] = np.quantile(seen, [0.025, 0.975], method="inverted_cdf")
    known = ~np.isnan(ends[0])
    return np.where(known, np.fmin(ends[0], rank), np.nan), np.where(known, np.fmax(ends[1], rank), np.nan)


def sentence(ranks: pd.DataFrame, labels: Mapping[str, str], groups: Mapping[str, str]) -> str:
    """Whether the groups of GROUP_RANKS put different options first, and the tables it rests on.

    A group puts an option first where no other has rank 1 in its interval. Options and groups
    without a label are called by their code.
    """
    ranked = GROUP_RANKS.check(ranks).dropna(subset="rank")
    parts = {groups.get(str(code), str(code)): rows for code, rows in ranked.groupby("group", sort=False)}
    if len(parts) < 2:
        return f"Groups cannot be compared: fewer than two have {MIN_TABLES} tables that ranked something."
    sure = {name: rows for name, rows in parts.items() if (rows["rank_low"] == 1).sum() == 1}
    if len(sure) < 2:
        told = "it cannot be told whether groups differ" if sure else "the groups' orders cannot be told"
        return f"With {_tables(parts)} {told}; most points: {_firsts(parts, labels)}."
    rest = listed([name for name in parts if name not in sure])
    differ = "Different" if len({_first(rows, labels) for rows in sure.values()}) > 1 else "The same"
    plural = "s come" if differ == "Different" else " comes"
    others = f"; of {rest} it cannot be told" if rest else ""
    return f"{differ} option{plural} first: {_firsts(sure, labels)}, with {_tables(sure)}{others}."


def _first(rows: pd.DataFrame, labels: Mapping[str, str]) -> str:
    return named(rows.loc[rows["rank"] == 1, "option"], labels)


def _firsts(parts: Mapping[str, pd.DataFrame], labels: Mapping[str, str]) -> str:
    """`Ants (small and large cities), Bees (towns)`: what each group puts first."""
    first = pd.Series({name: _first(rows, labels) for name, rows in parts.items()})
    return ", ".join(
        f"{option} ({listed(list(names))})" for option, names in first.groupby(first, sort=False).groups.items()
    )


def _tables(parts: Mapping[str, pd.DataFrame]) -> str:
    sizes = [count(rows["tables"].iloc[0]) for rows in parts.values()]
    if len(set(sizes)) == 1:
        return f"{sizes[0]} tables each"
    return f"{listed(sizes)} tables"
