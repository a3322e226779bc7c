"""Which competencies are among the first five by whatever method, and on what it depends for the others."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain.analysis.findings import FEWEST, named
from sctrain.analysis.gaps import Numbers, competition_rank, crosshair_of, need, quadrant, worst_rank
from sctrain.analysis.ranks import Rooms
from sctrain.analysis.voices import FEWEST_TABLES
from sctrain.frames import CONSENSUS, GAPS, MEASURES, METHODS, QUADRANTS, ROBUST, TOP_FIVE

FIRST = 5
FEWEST_COMPETENCIES = 2 * FIRST
"""Of fewer, being among the first five says little."""
FEWEST_METHODS = 4
"""Methods that must have numbers before a competency is called robust."""
LIKELY = 0.5
"""Share of the redrawn rooms in which each of these methods must put it there."""
SURVEY, TABLES = ("mwds", "gap", "rds", "quadrant"), ("borda", "worth")
DEPENDS = (
    (SURVEY, TABLES, "on whether the survey or the tables are asked"),
    (("mwds", "gap"), ("rds",), "on whether it counts how large gaps are, or how many people have one"),
    (("mwds",), ("gap",), "on whether importance weighs beside the gap"),
    (("mwds", "gap", "rds"), ("quadrant",), "on where the importance–level map is divided"),
    (("borda",), ("worth",), "on how the tables’ lists are counted"),
    (("mwds", "gap", "rds"), TABLES, "on whether the survey or the tables are asked"),
    (("mwds", "gap"), TABLES, "on whether the survey or the tables are asked"),
)
"""Where all of one side put it among the first, and none of the other do (or the other way round), it depends so."""


def top_five(
    gaps: pd.DataFrame,
    consensus: pd.DataFrame,
    rooms: Rooms,
    table_rooms: Mapping[str, Numbers],
    tables: int,
    midpoint: float,
    cross: str = "mean",
) -> pd.DataFrame:
    """TOP_FIVE of ungrouped GAPS, divided at `cross`, and of CONSENSUS, each with its redrawn rooms.

    `rooms` and `table_rooms` have the competencies in the order of GAPS. `midpoint` is the middle of
    the scale. What nobody answered, what is hidden and what no table ranked has no rank. A method
    with fewer than FEWEST answers, or than FEWEST_TABLES of `tables`, does not speak; nor does any
    of a catalogue of fewer than FEWEST_COMPETENCIES: the frame is empty then.
    """
    if len(gaps) < FEWEST_COMPETENCIES:
        return TOP_FIVE.empty()
    gaps = GAPS.check(gaps).reset_index(drop=True)
    heard = CONSENSUS.check(consensus).set_index("option").reindex(gaps["competency"]).reset_index()
    n = gaps["n"].astype("Int64")
    few = (n.fillna(0) < FEWEST).to_numpy(bool)
    found = []
    for measure in MEASURES:
        score = need(measure, gaps[measure].to_numpy(float))
        found.append(_rows(gaps, measure, n, competition_rank(score), _first(score), _first(rooms.need(measure)), few))
    found.append(_by_quadrant(gaps, rooms, cross, midpoint, n, few))
    for method in TABLES:
        found.append(_by_tables(gaps, heard, method, table_rooms.get(method), tables < FEWEST_TABLES))
    return TOP_FIVE.check(pd.concat(found, ignore_index=True))


def _first(score: Numbers) -> Numbers:
    """1 among the first FIRST, ties at their last place and only with a score above 0; NaN where unknown."""
    return np.where(np.isnan(score), np.nan, (worst_rank(score) <= FIRST) & (score > 0))


def _by_tables(gaps: pd.DataFrame, heard: pd.DataFrame, method: str, drawn: Numbers | None, few: bool) -> pd.DataFrame:
    """What no table ranked is out, and has no rank."""
    by = heard["ranked_by"].fillna(0).astype("Int64")
    listed = (by > 0).to_numpy(bool)
    score = np.where(listed, heard[method].to_numpy(float, na_value=np.nan), 0)
    ranks = np.where(listed, heard[f"{method}_rank"].to_numpy(float, na_value=np.nan), np.nan)
    redrawn = None if drawn is None else _first(drawn)
    found = _rows(gaps, method, by, ranks, _first(score), redrawn, np.full(len(gaps), few))
    return found.assign(suppressed=False)


def _by_quadrant(
    gaps: pd.DataFrame, rooms: Rooms, cross: str, midpoint: float, n: pd.Series, few: NDArray[np.bool_]
) -> pd.DataFrame:
    lines = crosshair_of(rooms.importance, rooms.level, cross, midpoint)
    drawn = quadrant(rooms.importance, rooms.level, lines)
    share: Numbers = np.where(pd.isna(drawn), np.nan, drawn == QUADRANTS[0])
    known = gaps["quadrant"].notna().to_numpy(bool)
    inside: Numbers = np.where(known, (gaps["quadrant"] == QUADRANTS[0]).to_numpy(bool), np.nan)
    return _rows(gaps, "quadrant", n, np.full(len(gaps), np.nan), inside, share, few)


def _rows(
    gaps: pd.DataFrame,
    method: str,
    n: pd.Series,
    ranks: Numbers,
    inside: Numbers,
    drawn: Numbers | None,
    few: NDArray[np.bool_],
) -> pd.DataFrame:
    """TOP_FIVE of one method; `inside` and `drawn` [rooms, competencies] are 1, 0 or NaN."""
    told = ~np.isnan(inside) & ~few
    share = np.full(len(gaps), np.nan)
    if drawn is not None:
        seen = (~np.isnan(drawn)).sum(axis=0)
        share = np.where(told & (seen > 0), np.nansum(drawn, axis=0) / np.maximum(seen, 1), np.nan)
    return pd.DataFrame(
        {
            "competency": gaps["competency"],
            "method": method,
            "n": n,
            "rank": pd.Series(ranks).astype("Int64"),
            "inside": pd.Series(np.nan_to_num(inside) > 0).astype("boolean").where(told),
            "p_inside": share,
            "suppressed": gaps["suppressed"].to_numpy(bool),
        }
    )


def robust(top_five: pd.DataFrame) -> pd.DataFrame:
    """ROBUST: each competency that is among the first five by some method, most methods first."""
    if top_five.empty:
        return ROBUST.empty()
    rows = TOP_FIVE.check(top_five).pivot(index="competency", columns="method", values="inside")
    rows = rows.reindex(columns=list(METHODS)).loc[list(dict.fromkeys(top_five["competency"]))]
    inside, methods = rows.eq(True).fillna(False).sum(axis=1), rows.notna().sum(axis=1)
    frame = pd.DataFrame({"competency": rows.index, "inside": inside.to_numpy(), "methods": methods.to_numpy()})
    likely = top_five[top_five["inside"].fillna(False).astype(bool)].groupby("competency")["p_inside"].min() >= LIKELY
    sure = frame["competency"].map(likely).fillna(False).astype(bool)
    frame["robust"] = sure & (frame["methods"] >= FEWEST_METHODS) & (frame["methods"] - frame["inside"] <= 1)
    told = [{str(m): bool(v) for m, v in row.items() if not pd.isna(v)} for row in rows.to_dict("records")]
    frame["depends"] = ["" if sure else _depends(row) for sure, row in zip(frame["robust"], told, strict=True)]
    frame = frame[frame["inside"] > 0].sort_values(["inside", "methods"], ascending=False, kind="stable")
    return ROBUST.check(frame.reset_index(drop=True).astype({"depends": "str"}))


def _depends(told: dict[str, bool]) -> str:
    """On what: every pair of sides that contradict one another throughout."""
    if [method for method, inside in told.items() if inside] == ["quadrant"]:
        return "on the map alone: only the quadrant has it, which takes more than five"
    if len(told) - sum(told.values()) <= 1 and len(told) >= FEWEST_METHODS:
        return "on chance: a method has it there in under half of the redrawn rooms"
    found = []
    for one, other, words in DEPENDS:
        left, right = {told[m] for m in one if m in told}, {told[m] for m in other if m in told}
        if len(left) == len(right) == 1 and left != right:
            found.append(words)
    if found:
        return ", and ".join(dict.fromkeys(found))
    return "on the method" if len(set(told.values())) > 1 else f"on the methods that cannot speak: only {len(told)} can"


def sentence(robust: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Which competencies every method but one at most puts among the first five."""
    rows = ROBUST.check(robust)
    sure = rows.loc[rows["robust"].astype(bool), "competency"].tolist()
    if rows.empty:
        return "No method can tell yet what comes first."
    if not sure:
        return "No competency is among the first whatever the method."
    verb = "is" if len(sure) == 1 else "are"
    return f"{named(sure, labels)} {verb} among the first by every method, or by all but one."
