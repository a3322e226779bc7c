"""What to debate first: options that are needed, and over which tables or groups of people are apart.

*Disagreement* is how far they are apart over the most they could be. The *queue* sorts options by
need × disagreement.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain.analysis.ballots import Ballots, redrawn
from sctrain.analysis.ballots import points as borda_points
from sctrain.analysis.findings import FEWEST
from sctrain.analysis.gaps import SAME, Numbers, competition_rank
from sctrain.analysis.ranks import SEED
from sctrain.analysis.spread import between, between_tables, means
from sctrain.analysis.table_groups import rank_interval
from sctrain.cards import JOIN
from sctrain.errors import FrameError
from sctrain.frames import QUEUE

KINDS: dict[str, Any] = {"code": "str", "text": "str", "count": "Int64", "number": float}


def queue(
    ballots: Ballots,
    need: NDArray,
    n: NDArray,
    rooms: NDArray | None,
    groups: pd.DataFrame | None,
    points: int,
    draws: int = 1000,
    seed: int = SEED,
) -> pd.DataFrame:
    """QUEUE of the ballots' options whose need is known and that tables or groups can be compared on.

    `need` [options] is in any unit, NaN for unknown, a negative one is none; `n` are the people (or
    tables) behind it, and `rooms` [draws, options] the need redrawn over them, fixed if not given.
    `groups` are GAPS by group on a scale of `points` marks. Each room of tables is paired with one
    of `rooms`; those of `consensus.rooms` with this seed are of the same tables. Sorted by rank,
    ties in the given order. Raises FrameError where shapes do not fit.
    """
    options, need = ballots.options, np.asarray(need, float)
    rooms = np.broadcast_to(need, (draws, len(need))) if rooms is None else np.asarray(rooms, float)
    if need.shape != (len(options),) or np.shape(n) != need.shape or rooms.shape != (draws, *need.shape):
        raise FrameError(f"queue: {need.shape}, {np.shape(n)} and {rooms.shape} do not fit {len(options)} options")
    most = np.fmax.reduce(need, initial=0) or 1
    tables = between_tables(ballots, ballots.weight[None])[0]
    people, by_group = _groups(groups, options, points)
    share, apart = np.maximum(need, 0) / most, _both(tables, people)
    rank = competition_rank(share * apart)
    low, high = rank_interval(rank, _drawn_ranks(ballots, np.maximum(rooms, 0) / most, people, rank, seed))
    columns = {
        **{"option": list(options), "n": np.nan_to_num(np.asarray(n, float)), "need": share},
        **{"tables": ballots.n, "options": len(ballots.of_ranked_options().options)},
        **{"between_tables": tables, "between_groups": people, "disagreement": apart, "score": share * apart},
        **{"rank": rank, "rank_low": low, "rank_high": high},
    }
    frame = pd.concat([pd.DataFrame(columns), _tables(ballots, tables > 0), by_group], axis=1)
    kept = frame[frame["score"].notna()].sort_values("rank", kind="stable", ignore_index=True)
    return QUEUE.check(kept.astype({column.name: KINDS[column.kind] for column in QUEUE.columns}))


def _both(tables: Numbers, groups: Numbers) -> Numbers:
    """The mean of the two, or the one there is."""
    return np.where(np.isnan(groups), tables, np.where(np.isnan(tables), groups, (tables + groups) / 2))


def _drawn_ranks(ballots: Ballots, need: Numbers, groups: Numbers, rank: Numbers, seed: int) -> Numbers:
    """Ranks [rooms, options] of the options that have a rank; no rooms below two tables."""
    merged = ballots.merged()
    if merged.n < 2:
        return np.zeros((0, len(rank)))
    tables = between_tables(merged, redrawn(merged, len(need), np.random.default_rng(seed)))
    tables = tables[:, [merged.options.index(option) for option in ballots.options]]
    return competition_rank(np.where(np.isnan(rank), np.nan, need * _both(tables, groups)))


def _tables(ballots: Ballots, apart: NDArray[np.bool_]) -> pd.DataFrame:
    """By option: its places on the lists, who leaves it out and, where tables are `apart`, its two ends.

    A table that leaves it out puts it below any that lists it: by points alone, the last of a whole
    list would be below the many left out of a short one.
    """
    by_number = np.argsort(ballots.tables, kind="stable")
    places, numbers = ballots.positions[by_number], ballots.tables[by_number]
    won = borda_points(ballots).won[by_number] - np.where(places > 0, 0, len(ballots.options))
    length = (places > 0).sum(axis=1)
    short = 2 * length < (np.median(length) if len(length) else 0)
    rows = []
    for place, points, differ in zip(places.T, won.T, apart, strict=True):
        shares = (places == place[:, None]).sum(axis=1)
        ends = _ends(place, points, shares, short, numbers) if differ else {"ask_for": "", "ask_against": ""}
        rows.append(_listed(place, numbers) | ends)
    columns = [f"{what}_{side}" for side in ("for", "against") for what in ("table", "place")]
    listed = ["listed_by", "place_first", "place_last", "left_out"]
    return pd.DataFrame(rows, columns=[*listed, *columns, "shares_for", "ask_for", "ask_against"])


def _listed(place: NDArray, numbers: NDArray) -> dict[str, Any]:
    on = place[place > 0]
    found = {"listed_by": len(on), "left_out": _joined(numbers[place == 0])}
    return found | ({"place_first": on.min(), "place_last": on.max()} if len(on) else {})


def _ends(place: NDArray, won: Numbers, shares: NDArray, short: NDArray, numbers: NDArray) -> dict[str, Any]:
    """Who puts an option highest and lowest, and who may be asked why; a short list leaves out without a reason."""
    top, low = np.lexsort((shares, -won))[0], np.argmin(won)
    high = (won == won[top]) & (shares == shares[top]) & (place == place[top])
    out, lowest = place == 0, np.argsort(won, kind="stable")
    against = out & ~short if out.any() else (won == won[low]) & (place == place[low])
    found = {"table_for": numbers[top], "place_for": place[top], "shares_for": shares[top]}
    found |= {"table_against": numbers[low]} | ({} if out.any() else {"place_against": place[low]})
    return found | {"ask_for": _joined(numbers[high]), "ask_against": _joined(numbers[lowest][against[lowest]])}


def _joined(numbers: NDArray) -> str:
    return JOIN.join(map(str, numbers))


def _groups(gaps: pd.DataFrame | None, options: tuple[str, ...], points: int) -> tuple[Numbers, pd.DataFrame]:
    """By option: how far groups are apart, and of those of FEWEST people the ones with the largest and smallest gap."""
    found: list[dict[str, Any]] = [{} for _ in options]
    apart = np.full(len(options), np.nan)
    if gaps is not None:
        groups, gap, n, v = means(gaps, options)
        among = np.maximum((~np.isnan(gap)).sum(axis=-1), 1)
        most = (points - 1) * np.sqrt(among / np.maximum(among - 1, 1))  # half of the groups at either end
        apart = np.minimum(np.sqrt(between(gap, v).round(SAME)) / most, 1)
        for k in np.flatnonzero(apart > 0):
            order = [g for g in np.argsort(gap[k], kind="stable") if n[k, g] >= FEWEST]
            differ = len(order) > 1 and gap[k, order[-1]] > gap[k, order[0]]
            for side, g in (("more", order[-1]), ("less", order[0])) if differ else ():
                found[k] |= {f"group_{side}": groups[g], f"gap_{side}": gap[k, g], f"n_{side}": n[k, g]}
    columns = [f"{what}_{side}" for side in ("more", "less") for what in ("group", "gap", "n")]
    return apart, pd.DataFrame(found, columns=columns)
