"""What may be said in a sentence: statements made by code, each true under its interval.

A *finding* is one sentence with its n. What the intervals do not settle is said to be unsettled,
and what the privacy gate hides is not spoken of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from sctrain.errors import FrameError, SelectionError
from sctrain.frames import MEASURES, QUADRANTS
from sctrain.numerals import count, people, percent

FEWEST = 10
"""Answers below which nothing is concluded; charts fade the marks of fewer."""
NAMED = 4
"""Most competencies a sentence names; the rest are counted."""
FINEST = 6
"""Most decimals a number is printed with."""
SUPERLATIVES = {
    "mwds": ("greatest need", "smallest need"),
    "gap": ("largest gap", "smallest gap"),
    "rds": ("most common gap", "least common gap"),
}


@dataclass(frozen=True)
class Finding:
    """One true sentence: the competencies it names, and the answers it rests on."""

    text: str
    competencies: tuple[str, ...]
    n: int


@dataclass(frozen=True)
class Voice:
    """How a sentence calls things: competency labels, marks on the scale, the ranked measure.

    `part` says that some competencies are hidden or unanswered, so that superlatives are of the rest.
    """

    labels: Mapping[str, str]
    points: int
    measure: str = "mwds"
    part: bool = False

    def __post_init__(self) -> None:
        if self.measure not in MEASURES:
            raise SelectionError("measure", self.measure, MEASURES)

    def names(self, given: Iterable[str]) -> str:
        """`X, Y, Z and 2 more`, in the order given."""
        return named(given, self.labels)

    @property
    def shown(self) -> str:
        """What a superlative adds where not all competencies are compared."""
        return " of those shown" if self.part else ""

    def size(self, row: pd.Series) -> str:
        """How large the need of a competency is, with its half width."""
        if self.measure == "rds":
            return f"a ranked discrepancy score of {plus_minus(row.rds, (row.rds_high - row.rds_low) / 2)}"
        points = f"{plus_minus(row.gap, (row.gap_high - row.gap_low) / 2)} of {self.points - 1} points"
        return points if self.measure == "gap" else f"a gap of {points}"


def headline(gaps: pd.DataFrame, labels: Mapping[str, str], points: int, measure: str = "mwds") -> str:
    """What stands above the gaps of one group: the greatest need, as far as it can be told.

    `points` are the marks on the scale. "Greatest" needs a 95 % rank interval of one rank;
    without rank intervals, an interval of the measure that no other reaches.
    """
    return _greatest(*_heard(gaps, labels, points, measure)).text


def findings(
    gaps: pd.DataFrame,
    labels: Mapping[str, str],
    points: int,
    measure: str = "mwds",
    by_group: pd.DataFrame | None = None,
    groups: Mapping[str, str] | None = None,
    mix: pd.DataFrame | None = None,
    options: Mapping[tuple[str, str], str] | None = None,
) -> list[Finding]:
    """Up to five findings of GAPS for everyone, GAPS `by_group` of the same people, and MIX.

    `groups` are labels by group code, `options` by (dimension, option); codes without a label
    are called by their code.
    """
    rows, voice = _heard(gaps, labels, points, measure)
    found = [_greatest(rows, voice), _concentrate(rows, voice)]
    if by_group is not None:
        found.append(_contrast(rows, _visible(by_group), voice, groups or {}))
    found.append(_covered(rows, voice) or _least(rows, voice))
    if mix is not None:
        found.append(_room(mix, options or {}))
    return [finding for finding in found if finding]


def _heard(gaps: pd.DataFrame, labels: Mapping[str, str], points: int, measure: str) -> tuple[pd.DataFrame, Voice]:
    groups = gaps["group"].unique()
    if len(groups) > 1:
        raise FrameError(f"GAPS.group: one group is spoken of at a time, and here are {', '.join(map(str, groups))}")
    rows = _visible(gaps)
    return rows, Voice(labels, points, measure, len(rows) < len(gaps))


def _visible(gaps: pd.DataFrame) -> pd.DataFrame:
    shown = ~gaps["suppressed"].astype(bool) & (gaps["n"].fillna(0) > 0)
    return gaps[shown.to_numpy(bool)].sort_values("rank", kind="stable").set_index("competency", drop=False)


def _enough(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[(rows["n"] >= FEWEST).to_numpy(bool) & rows["gap_low"].notna()]


def _greatest(rows: pd.DataFrame, voice: Voice) -> Finding:
    if rows.empty:
        return Finding("There are no answers that can be shown.", (), 0)
    nobody, lead = rows.iloc[:0], _lead(rows, voice.measure)
    if _enough(rows).empty or (len(lead) == 1 and _enough(lead).empty):
        return _finding(f"With {_answers(lead)} we cannot tell which competency is needed most.", nobody, lead)
    if not (rows["gap_low"] > 0).any():
        return _finding(f"With {_answers(rows)} no gap{voice.shown} is larger than chance would make.", nobody, rows)
    if len(lead) == 1:
        return _finding(f"{_place(lead, len(rows), voice)} ({_n(lead)}).", lead, lead)
    if len(lead) == len(rows):
        return _finding(f"With {_answers(rows)} no competency{voice.shown} stands out.", nobody, rows)
    text = f"{voice.names(lead.index)} share the top{voice.shown}: with {_answers(lead)} their order cannot be told."
    return _finding(text, lead[:NAMED], lead)


def _lead(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    """The competencies that may be first: by their rank intervals, else by the measure's intervals."""
    if rows["rank_low"].notna().all():
        return rows[(rows[["rank", "rank_low"]] == 1).any(axis=1).to_numpy(bool)]
    low, high = rows[f"{measure}_low"], rows[f"{measure}_high"]
    if measure == "rds":
        low, high = -high, -low
    return rows[(high >= low.max()) | low.isna()]


def _place(lead: pd.DataFrame, of: int, voice: Voice) -> str:
    top = lead.iloc[0]
    place = SUPERLATIVES[voice.measure][0]
    last = 1 if pd.isna(top["rank_high"]) else int(top["rank_high"])
    which = f" is the {place}{voice.shown}" if last == 1 else f" is among the {last} {place}s{voice.shown}"
    return f"{voice.names(lead.index)}{which if of > 1 else ''}: {voice.size(top)}"


def _concentrate(rows: pd.DataFrame, voice: Voice) -> Finding | None:
    rows = _enough(rows)
    sure = rows[(rows["quadrant"] == QUADRANTS[0]) & rows["quadrant_sure"].fillna(False).astype(bool)]
    if sure.empty:
        return None
    lie = "lies with its whole interval" if len(sure) == 1 else "lie with their whole intervals"
    return _finding(f"{voice.names(sure.index)} {lie} in “{QUADRANTS[0]}” ({_n(sure)}).", sure[:NAMED], sure)


def _covered(rows: pd.DataFrame, voice: Voice) -> Finding | None:
    """Where the level meets the importance, beyond the interval or within it."""
    rows = _enough(rows)[::-1]
    over, open_ = rows[rows["gap_high"] < 0], rows[(rows["gap_low"] <= 0) & (rows["gap_high"] >= 0)]
    if len(over) == 1:
        top = over.iloc[0]
        by = plus_minus(-top["gap"], (top["gap_high"] - top["gap_low"]) / 2)
        text = f"the level exceeds the importance by {by} of {voice.points - 1} points"
        return _finding(f"{voice.names(over.index)} is already covered: {text} ({_n(over)}).", over, over)
    if len(over):
        text = f"{voice.names(over.index)} are already covered: their levels exceed their importance ({_n(over)})."
        return _finding(text, over[:NAMED], over)
    if open_.empty or len(open_) == len(rows):
        return None
    gap = "its gap" if len(open_) == 1 else "their gaps"
    text = f"{voice.names(open_.index)} may already be covered: {gap} cannot be told from zero ({_n(open_)})."
    return _finding(text, open_[:NAMED], open_)


def _least(rows: pd.DataFrame, voice: Voice) -> Finding | None:
    """The one competency that ranks last in its whole rank interval."""
    last = _enough(rows)[-1:]
    if len(rows) < 2 or last.empty or not (last["rank_low"] == len(rows)).fillna(False).all():
        return None
    text = f"{voice.names(last.index)} is the {SUPERLATIVES[voice.measure][1]}{voice.shown}: {voice.size(last.iloc[0])}"
    return _finding(f"{text} ({_n(last)}).", last, last)


def _contrast(rows: pd.DataFrame, parts: pd.DataFrame, voice: Voice, groups: Mapping[str, str]) -> Finding | None:
    """The clearest difference of one group's mean gap from the rest's, Bonferroni over all compared."""
    tested = _against_rest(rows, parts)
    if tested.empty:
        return None
    clearest = (tested["difference"] / tested["se"]).abs().round(9).idxmax()  # of equals, the first group
    best = tested.loc[[clearest]].iloc[0]
    half = stdtrit(best["df"], 1 - 0.025 / len(tested)) * best["se"]
    if abs(best["difference"]) <= half:
        text = f"No group of {FEWEST} or more differs from the rest by more than chance would make ({_n(rows)})."
        return _finding(text, rows.iloc[:0], rows)
    way = "larger" if best["difference"] > 0 else "smaller"
    text = (
        f"{groups.get(best['group'], best['group'])}: the gap in {voice.names([best['competency']])} is "
        f"{plus_minus(abs(best['difference']), half)} points {way} than among the rest "
        f"(n = {int(best['n'])} and {int(best['rest'])})."
    )
    return Finding(text, (best["competency"],), int(best["n"] + best["rest"]))


def _against_rest(rows: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Each group's mean gap minus that of all others, with Welch's standard error and degrees of freedom.

    The rest are everyone without the group, so their mean and variance follow from both, and the
    two are independent. Only where either side has FEWEST answers and some variation.
    """
    of, all_ = _moments(parts), _moments(rows).set_index("competency").drop(columns="group")
    both = of.join(all_.add_suffix("_all"), on="competency", how="inner")
    n, total = both["n"], both["n_all"]
    both["rest"] = rest = total - n
    both = both[(n >= FEWEST) & (rest >= FEWEST)].copy()
    n, total, rest = both["n"], both["n_all"], both["rest"]
    mean = (total * both["gap_all"] - n * both["gap"]) / rest
    both["difference"] = both["gap"] - mean
    between = n * rest / total * both["difference"] ** 2
    squares = (total - 1) * both["variance_all"] - (n - 1) * both["variance"] - between
    one, other = both["variance"] / n, squares / (rest - 1) / rest
    both["se"] = np.sqrt((one + other).clip(lower=0))
    both["df"] = (one + other) ** 2 / (one**2 / (n - 1) + other**2 / (rest - 1))
    return both[(one > 1e-9) & (other > 1e-9)].reset_index(drop=True)


def _moments(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows[rows["gap_low"].notna()].reset_index(drop=True)
    n = rows["n"].astype(float)
    se = (rows["gap_high"] - rows["gap_low"]) / 2 / stdtrit(n - 1, 0.975)
    return rows[["competency", "group", "gap"]].assign(n=n, variance=n * se**2)


def _room(mix: pd.DataFrame, options: Mapping[tuple[str, str], str]) -> Finding | None:
    """The most frequent answer that is shown, of the first dimension; no superlative, others may be hidden."""
    first = mix[mix["dimension"] == mix["dimension"].iloc[0]] if len(mix) else mix
    shown = first[
        ~first["suppressed"].astype(bool) & (first["option"] != "") & (first["n"].fillna(0) > 0).to_numpy(bool)
    ]
    if shown.empty:
        return None
    row = shown.sort_values("n", kind="stable", ascending=False).iloc[0]
    total, label = round(row["n"] / row["share"]), options.get((row["dimension"], row["option"]), row["option"])
    return Finding(f"{label}: {count(row['n'])} of {people(total)} ({percent(row['share'], total)}).", (), total)


def _finding(text: str, named: pd.DataFrame, base: pd.DataFrame) -> Finding:
    return Finding(text, tuple(named.index), round(base["n"].max()))


def _range(rows: pd.DataFrame) -> tuple[int, int]:
    return round(rows["n"].min()), round(rows["n"].max())


def _n(rows: pd.DataFrame) -> str:
    low, high = _range(rows)
    return f"n = {count(low)}" if low == high else f"n = {count(low)}–{count(high)}"


def _answers(rows: pd.DataFrame) -> str:
    low, high = _range(rows)
    if low == high:
        return "1 answer" if high == 1 else f"{count(high)} answers"
    return f"{count(low)} to {count(high)} answers"


def named(codes: Iterable[str], labels: Mapping[str, str], most: int = NAMED) -> str:
    """`X, Y, Z and 2 more`, in the order given; one more is named as well. Without a label: the code."""
    names = [labels.get(code, code) for code in codes]
    more = len(names) - most
    return listed([*names[:most], f"{more} more"] if more > 1 else names)


def listed(names: Sequence[str]) -> str:
    """`A, B and C`; with a comma before the last `and` where a name holds one itself.

    Names that hold a comma stand in quotation marks.
    """
    if len(names) < 2:
        return "".join(names)
    if any("," in name for name in names):
        names = [name if re.match(r"\d+ more$|“", name) else f"“{name}”" for name in names]
    comma = "," if any(" and " in name for name in names) and "“" not in names[0] else ""
    return f"{', '.join(names[:-1])}{comma} and {names[-1]}"


def plus_minus(value: float, half: float) -> str:
    """`1.6 ± 0.4`: two significant digits, and enough for the half width not to vanish."""
    places = min(_places(value, 2), _places(half, 2)) if half else _places(value, 2)
    places = max(places, _places(half, 1) if half else 0)
    while half < abs(value) and round(half, places) >= round(abs(value), places) and places < FINEST:
        places += 1  # an interval clear of zero must not look as if it reached it
    text = f"{round(value, places) + 0.0:.{places}f} ± {half:.{places}f}"
    return text.replace("-", "−")


def _places(value: float, digits: int) -> int:
    """Decimals that show this many significant digits; 0 has one."""
    rounded = float(f"{value:.{digits}g}")
    return max(0, digits - 1 - floor(log10(abs(rounded)))) if rounded else digits - 1
