"""Which competencies are among the first five by whatever method, and on what it depends for the others."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain.analysis.findings import NAMED, listed
from sctrain.analysis.gaps import Numbers, competition_rank, crosshair_of, need, quadrant
from sctrain.analysis.ranks import Rooms
from sctrain.frames import CONSENSUS, GAPS, MEASURES, METHODS, QUADRANTS, ROBUST, TOP_FIVE

FIRST = 5
FEWEST_METHODS = 4
"""Methods that must have numbers before a competency is called robust."""
SURVEY, TABLES = ("mwds", "gap", "rds", "quadrant"), ("borda", "worth")
DEPENDS = (
    (SURVEY, TABLES, "on whether the survey or the tables are asked"),
    (("mwds", "gap"), ("rds",), "on whether it counts how large gaps are, or how many people have one"),
    (("mwds",), ("gap",), "on whether importance weighs beside the gap"),
    (("mwds", "gap", "rds"), ("quadrant",), "on where the importance–level map is divided"),
    (("borda",), ("worth",), "on how the tables’ lists are counted"),
)
"""Where all of one side put it among the first, and none of the other do (or the other way round), it depends so."""


def top_five(
    gaps: pd.DataFrame,
    consensus: pd.DataFrame,
    rooms: Rooms,
    table_rooms: Mapping[str, Numbers],
    midpoint: float,
    cross: str = "mean",
) -> pd.DataFrame:
    """TOP_FIVE of ungrouped GAPS, divided at `cross`, and of CONSENSUS, each with its redrawn rooms.

    `rooms` and `table_rooms` have the competencies in the order of GAPS. `midpoint` is the middle of
    the scale. What nobody answered, what is hidden and what no table ranked has no rank.
    """
    gaps = GAPS.check(gaps).reset_index(drop=True)
    heard = CONSENSUS.check(consensus).set_index("option").reindex(gaps["competency"]).reset_index()
    hidden, n = gaps["suppressed"].to_numpy(bool), gaps["n"].astype("Int64")
    found = []
    for measure in MEASURES:
        ranks = competition_rank(need(measure, gaps[measure].to_numpy(float)))
        found.append(_rows(gaps, measure, n, ranks, ranks <= FIRST, competition_rank(rooms.need(measure)), hidden))
    found.append(_by_quadrant(gaps, rooms, cross, midpoint, n, hidden))
    for method in TABLES:
        found.append(_by_tables(gaps, heard, method, table_rooms.get(method)))
    return TOP_FIVE.check(pd.concat(found, ignore_index=True))


def _by_tables(gaps: pd.DataFrame, heard: pd.DataFrame, method: str, drawn: Numbers | None) -> pd.DataFrame:
    """What no table ranked is out, and has no rank; without tables nothing is known."""
    by = heard["ranked_by"].fillna(0).astype("Int64")
    last = len(gaps) + 1.0 if (by > 0).any() else np.nan
    ranks: Numbers = np.where((by > 0).to_numpy(bool), heard[f"{method}_rank"].astype(float), last)
    ranked = None if drawn is None else competition_rank(drawn)
    found = _rows(gaps, method, by, ranks, ranks <= FIRST, ranked, np.zeros(len(gaps), bool))
    return found.assign(rank=found["rank"].where(by > 0))


def _by_quadrant(
    gaps: pd.DataFrame, rooms: Rooms, cross: str, midpoint: float, n: pd.Series, hidden: NDArray[np.bool_]
) -> pd.DataFrame:
    inside = (gaps["quadrant"] == QUADRANTS[0]).to_numpy(bool)
    lines = crosshair_of(rooms.importance, rooms.level, cross, midpoint)
    drawn = quadrant(rooms.importance, rooms.level, lines)
    share: Numbers = np.where(drawn == QUADRANTS[0], 1.0, np.where(pd.isna(drawn), np.nan, FIRST + 1.0))
    known: Numbers = np.where(gaps["quadrant"].notna(), 1.0, np.nan)
    found = _rows(gaps, "quadrant", n, known, inside, share, hidden)
    return found.assign(rank=pd.Series(pd.NA, index=found.index, dtype="Int64"))


def _rows(
    gaps: pd.DataFrame,
    method: str,
    n: pd.Series,
    ranks: Numbers,
    inside: NDArray[np.bool_],
    drawn: Numbers | None,
    hidden: NDArray[np.bool_],
) -> pd.DataFrame:
    known = ~np.isnan(ranks)
    share = np.full(len(gaps), np.nan)
    if drawn is not None:
        seen = (~np.isnan(drawn)).sum(axis=0)
        share = np.where(known & (seen > 0), (drawn <= FIRST).sum(axis=0) / np.maximum(seen, 1), np.nan)
    return pd.DataFrame(
        {
            "competency": gaps["competency"],
            "method": method,
            "n": n,
            "rank": pd.Series(ranks).astype("Int64"),
            "inside": pd.Series(inside).astype("boolean").where(known),
            "p_inside": share,
            "suppressed": hidden,
        }
    )


def robust(top_five: pd.DataFrame) -> pd.DataFrame:
    """ROBUST: each competency that is among the first five by some method, most methods first."""
    rows = TOP_FIVE.check(top_five).pivot(index="competency", columns="method", values="inside")
    rows = rows.reindex(columns=list(METHODS)).loc[list(dict.fromkeys(top_five["competency"]))]
    inside, methods = rows.eq(True).fillna(False).sum(axis=1), rows.notna().sum(axis=1)
    frame = pd.DataFrame({"competency": rows.index, "inside": inside.to_numpy(), "methods": methods.to_numpy()})
    frame["robust"] = (frame["methods"] >= FEWEST_METHODS) & (frame["methods"] - frame["inside"] <= 1)
    told = [{str(m): bool(v) for m, v in row.items() if not pd.isna(v)} for row in rows.to_dict("records")]
    frame["depends"] = ["" if sure else _depends(row) for sure, row in zip(frame["robust"], told, strict=True)]
    frame = frame[frame["inside"] > 0].sort_values(["inside", "methods"], ascending=False, kind="stable")
    return ROBUST.check(frame.reset_index(drop=True).astype({"depends": "str"}))


def _depends(told: dict[str, bool]) -> str:
    """On what: every pair of sides that contradict one another throughout."""
    found = []
    for one, other, words in DEPENDS:
        left, right = {told[m] for m in one if m in told}, {told[m] for m in other if m in told}
        if len(left) == len(right) == 1 and left != right:
            found.append(words)
    if found:
        return listed(found)
    return "on the method" if len(set(told.values())) > 1 else f"only {len(told)} methods have numbers"


def sentence(robust: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Which competencies every method but one at most puts among the first five."""
    rows = ROBUST.check(robust)
    sure = [labels.get(code, code) for code in rows.loc[rows["robust"].astype(bool), "competency"]]
    if rows.empty:
        return "No method has numbers yet."
    if not sure:
        return f"No competency is among the first {FIRST} whatever the method."
    more = len(sure) - NAMED
    named = listed([*sure[:NAMED], f"{more} more"] if more > 0 else sure)
    verb = "is" if len(sure) == 1 else "are"
    return f"{named} {verb} among the first {FIRST} by every method, or by all but one."
