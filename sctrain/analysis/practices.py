"""What work practices need: the marks of the competencies that serve each, and a city's own check against them.

A *mean of means* is taken over people for each competency, then over competencies; people are its unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from sctrain.analysis.compare import ALIKE
from sctrain.analysis.findings import FEWEST, listed, named
from sctrain.analysis.gaps import SAME, Numbers, competition_rank, whole
from sctrain.frames import ASPECTS, CHECKED, PRACTICES
from sctrain.frames.practices import ASPECT_ROWS, OFTEN
from sctrain.numerals import NARROW_SPACE, count, two_digits
from sctrain.numerals import people as heads

ROLES = ("importance", "level", "gap")
TO_START = 2
"""Practices whose activities are told."""


@dataclass(frozen=True, eq=False)
class Ratings:
    """Pairs [competencies, people] of a scale with so many `points` from `low` up."""

    pairs: NDArray[np.uint8 | np.uint16]
    low: int
    points: int

    def of(self, c: int, role: str) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
        """[people] the marks of one competency, `gap` is importance minus level, and who has a complete pair."""
        importance, level = np.divmod(self.pairs[c].astype(np.int16), self.points + 1)
        marks = {"importance": importance + self.low - 1, "level": level + self.low - 1, "gap": importance - level}
        return marks[role], (importance > 0) & (level > 0)

    def anyone(self, serves: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """[people]: who has a complete pair of any of these competencies."""
        found = np.zeros(self.pairs.shape[1], bool)
        for c in np.flatnonzero(serves).tolist():
            found |= self.of(c, "gap")[1]
        return found

    @cached_property
    def answered(self) -> NDArray[np.bool_]:
        """[competencies]: whether anybody has a complete pair."""
        return np.array([self.of(c, "gap")[1].any() for c in range(len(self.pairs))], bool)


@dataclass(frozen=True, eq=False)
class Mean:
    """A mean of means, what each person adds to it [people], and who adds anything."""

    value: float
    added: Numbers
    there: NDArray[np.bool_]

    def minus(self, other: Mean) -> Mean:
        """Their difference, within people."""
        return Mean(self.value - other.value, self.added - other.added, self.there | other.there)

    def ends(self, level: float = 0.95) -> tuple[float, float, float]:
        """The value and its t interval with n - 1; without an interval for one person.

        The variance is that of what people add (linearisation; Särndal, Swensson & Wretman 1992, 5.5). Where
        everybody answered all, it is the t interval of the people's own means.
        """
        n = int(self.there.sum())
        if n < 2:
            return self.value, np.nan, np.nan
        reach = float(stdtrit(n - 1, (1 + level) / 2) * np.sqrt((self.added**2).sum() * n / (n - 1)))
        return self.value, self.value - reach, self.value + reach


def mean_of_means(given: Ratings, serves: NDArray[np.bool_], role: str) -> Mean:
    """The mean over these competencies of their mean over people; NaN where there are none. All must be answered."""
    used = np.flatnonzero(serves)
    added, value = np.zeros(given.pairs.shape[1]), 0.0
    for c in used.tolist():
        marks, there = given.of(c, role)
        mean, n = marks[there].mean(), there.sum()
        value += mean / len(used)
        added += np.where(there, marks - mean, 0) / n / len(used)
    return Mean(value if len(used) else np.nan, added, given.anyone(serves))


def practices(given: Ratings, serving: Mapping[str, NDArray[np.bool_]], hidden: Sequence[str]) -> pd.DataFrame:
    """PRACTICES of these people; `serving[practice]` says which competencies count for it. `hidden` tell nothing."""
    means = {code: _means(given, serves & given.answered) for code, serves in serving.items()}
    first = _first({code: own["gap"] for code, own in means.items() if code not in hidden})
    used = {code: int((serves & given.answered).sum()) for code, serves in serving.items()}
    rows = [
        {"practice": code, **_row(own, used[code], code in hidden), "first": first.get(code)}
        for code, own in means.items()
    ]
    frame = pd.DataFrame(rows, columns=PRACTICES.names)
    return PRACTICES.check(frame.astype({"practice": "str", "n": "Int64", "first": "boolean", "suppressed": bool}))


def _means(given: Ratings, serves: NDArray[np.bool_]) -> dict[str, Mean]:
    return {role: mean_of_means(given, serves, role) for role in ROLES}


def _row(means: Mapping[str, Mean], competencies: int, hidden: bool) -> dict[str, object]:
    """The numbers of a practice, of an aspect or of a difference."""
    blank = (np.nan,) * 3
    told = {role: blank if hidden else mean.ends() for role, mean in means.items()}
    return {
        "competencies": competencies,
        "n": pd.NA if hidden else int(means["gap"].there.sum()),
        **{end: value for role in ROLES for end, value in zip(_ends(role), told[role], strict=True)},
        "suppressed": hidden,
    }


def _first(gaps: Mapping[str, Mean]) -> dict[str, bool]:
    """Whether each practice may have the largest gap: no other one's is surely larger. None below FEWEST people."""
    enough = {code: gap for code, gap in gaps.items() if gap.there.sum() >= FEWEST}
    level = 1 - 0.05 / max(len(enough) - 1, 1)
    return {
        code: not any(
            round(other.minus(own).ends(level)[1], SAME) > 0 for name, other in enough.items() if name != code
        )
        for code, own in enough.items()
    }


def aspects(given: Ratings, sides: Mapping[str, NDArray[np.bool_]], hidden: Sequence[str]) -> pd.DataFrame:
    """ASPECTS of these people; `sides` says which competencies are of which aspect. No rows unless both have some."""
    used = {name: sides[name] & given.answered for name in ASPECT_ROWS[:2]}
    if not all(serves.any() for serves in used.values()) and not hidden:
        return ASPECTS.empty()
    technology, human = (_means(given, serves) for serves in used.values())
    apart = {role: technology[role].minus(human[role]) for role in ROLES}
    n = [int(serves.sum()) for serves in used.values()]
    rows = [
        {"aspect": name, **_row(means, competencies, name in hidden or (name == ASPECT_ROWS[2] and bool(hidden)))}
        for name, means, competencies in zip(ASPECT_ROWS, (technology, human, apart), (*n, sum(n)), strict=True)
    ]
    frame = pd.DataFrame(rows, columns=ASPECTS.names)
    return ASPECTS.check(frame.astype({"aspect": "str", "n": "Int64", "suppressed": bool}))


def checked(practices: pd.DataFrame, check: str, low: int, high: int) -> pd.DataFrame:
    """CHECKED: a digit of `check` for each row of PRACTICES, 0 where not said."""
    rows = PRACTICES.check(practices)[["practice", "n", *_ends("importance"), *_ends("level"), "suppressed"]].copy()
    own = np.array([float(digit) or np.nan for digit in check])
    mark = low + (own - 1) / (len(OFTEN) - 1) * (high - low)
    shortfall = high - mark
    score = {end: rows[f"importance{end}"].to_numpy(float) * shortfall for end in ("", "_low", "_high")}
    best = np.fmax.reduce(score["_low"], initial=-np.inf)
    told = ~np.isnan(score["_high"])
    start = pd.array((score["_high"].round(SAME) >= round(float(best), SAME)) & (shortfall > 0), "boolean")
    start[~told] = pd.NA
    frame = rows.assign(
        own=whole(own),
        mark=mark,
        shortfall=shortfall,
        **{f"score{end}": values for end, values in score.items()},
        place=whole(competition_rank(score[""])),
        start=start,
    )
    return CHECKED.check(frame)


def _ends(name: str) -> list[str]:
    return [name, f"{name}_low", f"{name}_high"]


# In words


def sentence(practices: pd.DataFrame, labels: Mapping[str, str], points: int) -> str:
    """What may be said of PRACTICES: where the level falls furthest behind the importance, as far as it can be told."""
    rows = PRACTICES.check(practices)
    shown = rows[~rows["suppressed"] & (rows["n"].fillna(0) > 0)].sort_values("gap", ascending=False, kind="stable")
    if shown.empty:
        return "There are no answers about the work practices that can be shown."
    told = shown[shown["first"].notna()]
    if told.empty:
        return f"With {heads(shown['n'].max())} we cannot tell which work practice is furthest behind."
    lead = told[told["first"].astype(bool)]
    n = f"n = {count(told['n'].max())}"
    if not (told["gap_low"].round(SAME) > 0).any():
        return f"No work practice lags behind its importance by more than chance would make ({n})."
    if len(lead) == 1:
        top: Any = next(lead.itertuples())
        size = _sized(top.gap, top.gap_low, top.gap_high, points)
        return f"{labels[top.practice]} lags furthest behind its importance: a gap of {size} ({n})."
    if len(lead) == len(told):
        return f"No work practice can be told to lag further behind its importance than the others ({n})."
    names = named(lead["practice"], labels)
    return f"{names} lag furthest behind their importance; which of them most cannot be told ({n})."


def aspects_sentence(aspects: pd.DataFrame, points: int) -> str:
    """What may be said of ASPECTS: whether technology or human aspects weigh more, and where the gap is larger."""
    rows = ASPECTS.check(aspects)
    if rows.empty:
        return "The competencies do not say which are about technology and which about people."
    row = rows[rows["aspect"] == ASPECT_ROWS[2]].iloc[0]
    if row["suppressed"] or not row["n"]:
        return "Too few people to set technology and human aspects side by side."
    n = f"n = {count(row['n'])}"
    if row["n"] < FEWEST or np.isnan(row["importance_low"]):
        return f"With {heads(row['n'])} we cannot tell whether technology or human aspects weigh more."
    weight = _which(row, "importance", points, ("more important", "about equally important"))
    gap = _which(row, "gap", points, ("further behind its importance", "about equally far behind their importance"))
    return f"{weight} {gap} ({n})."


def _which(row: pd.Series, role: str, points: int, words: tuple[str, str]) -> str:
    """One comparison of the aspects as a sentence; the last one is left open for what follows."""
    value, low, high = (round(float(row[end]), SAME) for end in _ends(role))
    turned = (-value, -high, -low) if value < 0 else (value, low, high)
    size = _sized(*turned, points)
    stop = "." if role == "importance" else ""
    if low > 0 or high < 0:
        more, less = ("Technology", "the human side") if low > 0 else ("The human side", "technology")
        return f"{more} is {words[0]} than {less}, by {size}{stop}"
    if max(abs(low), abs(high)) <= ALIKE:
        return f"Technology and the human side are {words[1]}: they differ by {size}{stop}"
    return f"Whether technology or the human side is {words[0]} we cannot tell{stop}"


def _sized(value: float, low: float, high: float, points: int) -> str:
    """`0.35 of 4 points (95 %: 0.28 to 0.42)`; an end that is not 0 is never printed as 0."""
    ends = [two_digits(end) if two_digits(end) != "0" or not end else f"{end:.0e}" for end in (low, high)]
    return f"{two_digits(value)} of {points - 1} points (95{NARROW_SPACE}%: {ends[0]} to {ends[1]})"


def start_sentence(checked: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """What may be said of CHECKED: what to start with, as far as the room's answers tell."""
    rows = CHECKED.check(checked)
    said = rows[rows["own"].notna()]
    if said.empty:
        return "Nothing is marked yet."
    told = said[said["score"].notna()].sort_values("place", kind="stable")
    if told.empty:
        return "The room’s answers about these practices cannot be shown, so there is no order."
    if (told["shortfall"] == 0).all():
        return "You always do all that you marked: there is nothing to start with."
    start = told[told["start"].astype(bool)]
    left = int(rows["own"].isna().sum())
    more = f" {left} of {len(rows)} practices are not marked, so they are not compared." * bool(left)
    if len(start) == 1:
        top: Any = next(start.itertuples())
        return f"Start with {labels[top.practice]}: {_why(top, told)}.{more}"
    names = listed([labels[code] for code in start["practice"]])
    return f"Start with one of {names}: the room’s answers cannot tell which matters most.{more}"


def _why(top: Any, told: pd.DataFrame) -> str:
    """Why one practice comes first: its score is the shortfall times the importance, and either may be the larger."""
    others = told.loc[told["practice"] != top.practice, "shortfall"].max()
    far = "furthest" if not others >= top.shortfall else "as far as anywhere" if others == top.shortfall else "far"
    room = f"the room rates it {two_digits(top.importance)} of {count(top.mark + top.shortfall)} (n {count(top.n)})"
    return f"you are {far} from “{OFTEN[-1]}” there ({count(top.own)} of {len(OFTEN)}), and {room}"


def to_start(checked: pd.DataFrame) -> list[str]:
    """The practices whose activities come first: of those that fall short, the TO_START with the highest score.

    Where the room's importance is hidden, those with the greatest shortfall come after all others.
    """
    rows = CHECKED.check(checked)
    short = rows[(rows["shortfall"] > 0).fillna(False)]
    ordered = short.sort_values(["score", "shortfall"], ascending=False, kind="stable", na_position="last")
    return [str(code) for code in ordered["practice"][:TO_START]]
