"""Two voices on the same competencies: what the survey needs most, and what the tables put first.

The *core* is the first third of all competencies. A voice puts one into it where it is there in
97.5 % of the redrawn rooms, and leaves it out where it is not in as many; else it cannot be told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from sctrain.analysis import consensus as tables_said
from sctrain.analysis.findings import FEWEST, named
from sctrain.analysis.gaps import Numbers, competition_rank, worst_rank
from sctrain.frames import ACCORD, CONSENSUS, GAPS, VOICES
from sctrain.numerals import count, people

FEWEST_TABLES = tables_said.FEWEST
NAMED = 2
"""Most competencies that the sentence names of each list; the rest are counted."""
CERTAIN = 0.975
"""Share of the rooms that a side of a 95 % interval leaves in."""


def core(competencies: int) -> int:
    """How many competencies are the core: the first third of all, at least one."""
    return max(1, round(competencies / 3))


def voices(
    gaps: pd.DataFrame,
    consensus: pd.DataFrame,
    tables: int,
    need: Numbers,
    points: Numbers,
    need_rooms: Numbers,
    point_rooms: Numbers,
) -> pd.DataFrame:
    """VOICES of ungrouped GAPS and the CONSENSUS of so many tables, in the order of GAPS.

    `need` and `points` [competencies] say who wants what, `*_rooms` [rooms, competencies] the same in
    redrawn rooms; nobody wants what has none of it. A voice with fewer than FEWEST answers or
    FEWEST_TABLES tables cannot be told.
    """
    heard = CONSENSUS.check(consensus).set_index("option").reindex(gaps["competency"])
    gaps = GAPS.check(gaps).reset_index(drop=True)
    ranked_by = heard["ranked_by"].fillna(0).astype("Int64").to_numpy()
    ranked = pd.Series(ranked_by > 0).to_numpy(bool)
    table = {
        f"table_{end}": heard[name].where(ranked).astype("Int64").array
        for end, name in (("rank", "borda_rank"), ("low", "rank_low"), ("high", "rank_high"))
    }
    survey = {f"survey_{end}": gaps[name] for end, name in _SURVEY.items()}
    frame = gaps[["competency", "n", "suppressed"]].assign(**survey, ranked_by=ranked_by, **table)
    size = core(len(frame))
    told = (gaps["n"].fillna(0) >= FEWEST).to_numpy(bool)
    by_people = np.where(told, membership(need, need_rooms, size), 0)
    by_tables = membership(points, point_rooms, size) * (tables >= FEWEST_TABLES)
    frame["voice"] = [_LISTS.get((int(a), int(b)), "cannot tell") for a, b in zip(by_people, by_tables, strict=True)]
    return VOICES.check(frame)


_SURVEY = {"rank": "rank", "low": "rank_low", "high": "rank_high"}
_LISTS = {(1, 1): "both", (-1, 1): "tables only", (1, -1): "survey only", (-1, -1): "neither"}


def membership(score: Numbers, rooms: Numbers, size: int) -> NDArray[np.int8]:
    """1 for what is among the first `size`, -1 for what is not, 0 where that cannot be told [competencies].

    In or out takes the score itself and CERTAIN of the rooms. A tie that reaches beyond the first `size`
    is not in, one that begins within them is not out, and what has no score above 0 is out.
    """
    known = ~np.isnan(rooms)
    inside, outside = ((f(rooms) & known).sum(axis=0) for f in (_in(size), _out(size)))
    seen = np.maximum(known.sum(axis=0), 1)
    sure_in, sure_out = inside / seen >= CERTAIN, outside / seen >= CERTAIN
    return (_in(size)(score) & sure_in).astype(np.int8) - (_out(size)(score) & sure_out).astype(np.int8)


def _in(size: int) -> Callable[[Numbers], NDArray[np.bool_]]:
    return lambda score: (worst_rank(score) <= size) & (score > 0)


def _out(size: int) -> Callable[[Numbers], NDArray[np.bool_]]:
    return lambda score: (competition_rank(score) > size) | (score <= 0)


def accord(
    need: Numbers, points: Numbers, need_rooms: Numbers, point_rooms: Numbers, n: int | None, tables: int
) -> pd.DataFrame:
    """ACCORD, one row: Kendall's tau-b of both voices over the competencies that both speak of.

    `need` and `points` [competencies] are NaN where unknown, `*_rooms` [rooms, competencies] are the
    same in redrawn rooms. Noise in either voice makes two orders look more apart than they are, so
    the interval is corrected by what redrawing takes away (Spearman 1904, on the scale sin(πτ/2)),
    widened by Student's t for few tables, and made to hold tau. In 150 made-up rooms each of 12-80 people
    and 6-10 tables it held the tau of endless rooms in 91-99 % of them, the percentile interval in 0-87 %.
    """
    both = ~np.isnan(need) & ~np.isnan(points)
    tau = float(tau_b(need[both], points[both])) if both.sum() > 1 else np.nan
    low, high = np.nan, np.nan
    if not np.isnan(tau) and tables >= FEWEST_TABLES and (n or 0) >= FEWEST:
        given = need[both], points[both], need_rooms[:, both], point_rooms[:, both]
        low, high = _interval(tau, *given, wider=stdtrit(tables - 1, 0.975) / ndtri(0.975))
    row: dict[str, int | None] = {"compared": int(both.sum()), "unranked": int((points[both] <= 0).sum())}
    row |= {"people": n, "tables": tables, "core": core(len(need))}
    frame = pd.DataFrame([row | {"tau": tau, "tau_low": low, "tau_high": high}])
    return ACCORD.check(frame.astype({"people": "Int64"}))


def tau_b(one: Numbers, other: Numbers) -> Numbers:
    """Kendall's tau-b along the last axis, NaN where either is all ties; NaN marks compare with nothing."""
    a, b = np.triu_indices(one.shape[-1], 1)
    signs = [np.nan_to_num(np.sign(np.round(x[..., a] - x[..., b], 9))) for x in (one, other)]
    known = ~np.isnan(one[..., a] - one[..., b]) & ~np.isnan(other[..., a] - other[..., b])
    first, second = (sign * known for sign in signs)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (first * second).sum(-1) / np.sqrt((first**2).sum(-1) * (second**2).sum(-1))


def _interval(
    tau: float, need: Numbers, points: Numbers, need_rooms: Numbers, point_rooms: Numbers, wider: float
) -> tuple[float, float]:
    kept = np.nanmean(_sine(tau_b(need_rooms, need))) * np.nanmean(_sine(tau_b(point_rooms, points)))
    drawn = _sine(tau_b(need_rooms, point_rooms))
    below, above = np.nanquantile(drawn, [0.025, 0.975]) - np.nanmean(drawn)
    ends = (_sine(tau) - wider * np.array([above, below])) / np.fmax(kept, 1e-9)
    low, high = 2 / np.pi * np.arcsin(np.clip(ends, -1, 1))
    return min(float(low), tau), max(float(high), tau)


def _sine(tau: Numbers | float) -> Numbers:
    return np.sin(np.pi * np.asarray(tau) / 2)


def sentence(voices: pd.DataFrame, accord: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """What may be said of both voices: the core they share, what only one raises, or that it cannot be told."""
    told = ACCORD.check(accord).iloc[0]
    if pd.isna(told["people"]):
        return "Too few people to be shown: only the tables speak."
    n = int(told["people"])
    base = f"{people(n)} and {count(told['tables'])} {'table' if told['tables'] == 1 else 'tables'}"
    if not told["tables"]:
        return "No table has ranked a competency yet: only the survey speaks."
    if n < FEWEST or told["tables"] < FEWEST_TABLES:
        return f"With {base} we cannot tell where survey and tables agree."
    names = {name: _names(VOICES.check(voices), name, labels) for name in ("both", "tables only", "survey only")}
    verbs = {"both": "both voices put {} first", "tables only": "only the tables raise {}"}
    verbs["survey only"] = "only the survey asks for {}"
    said = [verbs[name].format(given) for name, given in names.items() if given]
    if not said:
        return f"With {base} we cannot tell of any competency that either voice alone, or both, put it first."
    text = "; ".join(said)
    return f"{text[0].upper()}{text[1:]} ({base})."


def accord_words(accord: pd.DataFrame) -> str:
    """How far the two orders agree, with the interval, in one sentence; empty where there is no tau."""
    told = ACCORD.check(accord).iloc[0]
    if pd.isna(told["tau"]):
        return ""
    tau, low, high = (f"{told[name]:.2f}".replace("-", "−") for name in ("tau", "tau_low", "tau_high"))
    of = f"over {count(told['compared'])} competencies"
    of += f", of which {count(told['unranked'])} that no table ranked are tied last" * bool(told["unranked"])
    if pd.isna(told["tau_low"]):
        return f"Kendall’s tau of the two orders is {tau} {of}; too few answers or tables for an interval."
    meaning = "they agree more than chance would make" if told["tau_low"] > 0 else "that may be chance"
    meaning = "they disagree more than chance would make" if told["tau_high"] < 0 else meaning
    return f"Kendall’s tau of the two orders is {tau} ({low} to {high} once noise is allowed for), {of}: {meaning}."


def _names(voices: pd.DataFrame, voice: str, labels: Mapping[str, str]) -> str:
    rows = voices[voices["voice"] == voice]
    rows = rows.sort_values("survey_rank" if voice != "tables only" else "table_rank", kind="stable")
    return named(rows["competency"], labels, NAMED)
