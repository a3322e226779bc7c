"""Groups side by side: where their gaps differ beyond chance, by how much, and where that cannot be told.

The *rest* of a group is everyone who is not in it. A *side* of a comparison is a group, or what it is compared with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, stdtrit
from scipy.stats import false_discovery_control

from sctrain.analysis.findings import FEWEST, Voice, listed, plus_minus
from sctrain.analysis.gaps import SAME, Numbers, whole
from sctrain.analysis.spread import between, mean, within
from sctrain.analysis.voices import core
from sctrain.errors import FrameError, SelectionError
from sctrain.frames import CITY_LENS, DIFFERENCES, GAPS, LENS, JointCounts
from sctrain.numerals import count

TESTED = 5
"""Fewest answers a side with a p: below, the normal limit of the rank sum is not to be trusted."""
LEVEL = 0.05
EFFECTS = ("negligible", "small", "medium", "large")
FROM = (0.147, 0.33, 0.474)
ALIKE = 0.5
"""Scale points within which two mean gaps are about the same: half a mark, less than anybody could give."""


def differences(
    counts: JointCounts, group: Sequence[str], reference: str | None, total: JointCounts | None = None
) -> pd.DataFrame:
    """DIFFERENCES of each group from the reference, or from its own rest where that is None.

    `counts` are of all groups of a comparison, past the gate, and `total` of everyone: the rest is total
    minus group. By group as asked for, the largest difference first, hidden rows last. Gaps are pooled
    over all groups of `counts`; if it is one, over the group and its rest. Weighted counts have no
    interval, no p and nothing pooled. The sides count as different people: whoever is in a group and in the
    reference, having two roles, stands on both, which draws the difference to 0 and leaves its interval too wide.
    SelectionError for an unknown group, FrameError where `total` does not hold the groups.
    """
    for code in group if reference is None else (*group, reference):
        if code not in counts.groups:
            raise SelectionError("group", code, [g for g in counts.groups if g is not None])
    if not group:
        return DIFFERENCES.empty()
    of, to = _sides(counts, [counts.groups.index(code) for code in group], reference, total)
    columns = _difference(of, to) | _pooled(counts, of, to) | _rank_sums(of, to)
    some = (np.fmin(of.n, to.n) >= FEWEST) & (columns["p_adjusted"] <= LEVEL)
    columns["differs"] = some & ((columns["difference_low"] > 0) | (columns["difference_high"] < 0))
    return DIFFERENCES.check(_frame(counts.competencies, group, reference, columns))


@dataclass(frozen=True, eq=False)
class _Side:
    """People by gap [groups, competencies, gaps from the lowest up]; NaN where hidden."""

    cells: Numbers
    weighted: bool = False

    @property
    def n(self) -> Numbers:
        return self.cells.sum(axis=-1)

    def sum(self, power: int) -> Numbers:
        span = self.cells.shape[-1] // 2
        return self.cells @ np.arange(-span, span + 1.0) ** power

    @property
    def gap(self) -> Numbers:
        with np.errstate(invalid="ignore"):
            return self.sum(1) / self.n

    @property
    def variance(self) -> Numbers:
        """Unbiased; NaN below two answers and for weighted sums."""
        n = self.n
        with np.errstate(invalid="ignore", divide="ignore"):
            found = (n * self.sum(2) - self.sum(1) ** 2) / (n * (n - 1))
        return np.where((n > 1) & (not self.weighted), found, np.nan)


def _sides(
    counts: JointCounts, asked: list[int], reference: str | None, total: JointCounts | None
) -> tuple[_Side, _Side]:
    """Both sides, emptied where either is hidden."""
    all_ = _by_gap(counts)
    of = all_[asked]
    if reference is not None:
        to = np.broadcast_to(all_[counts.groups.index(reference)], of.shape)
    elif total is None or (total.competencies, total.low, total.points) != _same(counts) or len(total.groups) != 1:
        raise FrameError("JointCounts: the rest of a group needs the counts of everyone, of the same competencies")
    else:
        to = _by_gap(total) - of
        if (to < -1e-9).any():
            raise FrameError("JointCounts: more people are in a group than in the total")
    hidden = np.isnan(of) | np.isnan(to)
    weighted = counts.cells.dtype.kind == "f"
    return _Side(np.where(hidden, np.nan, of), weighted), _Side(np.where(hidden, np.nan, to), weighted)


def _same(counts: JointCounts) -> tuple[tuple[str, ...], int, int]:
    return counts.competencies, counts.low, counts.points


def _by_gap(counts: JointCounts) -> Numbers:
    """[groups, competencies, gaps]: the diagonals of the joint counts; NaN where hidden."""
    size = counts.points
    gap = np.subtract.outer(np.arange(size), np.arange(size)).ravel() + size - 1
    cells = counts.pairs.reshape(*counts.pairs.shape[:2], size**2) @ np.eye(2 * size - 1)[gap]
    return np.where(counts.hidden[:, :, None], np.nan, cells)


def _difference(of: _Side, to: _Side) -> dict[str, NDArray]:
    """Means and Welch's interval; of sides that do not vary, the interval is the difference itself."""
    one, other = of.variance / of.n, to.variance / to.n
    se = np.sqrt(one + other)
    with np.errstate(invalid="ignore", divide="ignore"):
        df = (one + other) ** 2 / (one**2 / (of.n - 1) + other**2 / (to.n - 1))
    reach = np.where(se > 0, stdtrit(df, 1 - LEVEL / 2) * se, se)
    found = of.gap - to.gap
    return {
        "n": of.n,
        "n_reference": to.n,
        "gap": of.gap,
        "gap_reference": to.gap,
        "difference": found,
        "difference_low": found - reach,
        "difference_high": found + reach,
    }


def _pooled(counts: JointCounts, of: _Side, to: _Side) -> dict[str, NDArray]:
    """The difference of both gaps drawn to the mean of all groups: as in `spread.pooled`, also for a rest."""
    parts = _Side(_by_gap(counts), of.weighted)
    if len(counts.groups) == 1:
        parts = _Side(np.concatenate([of.cells, to.cells]), of.weighted)
    gap, n = parts.gap.T, parts.n.T
    chance = within(parts.variance.T, n)
    people = np.fmax.reduce(chance * n, axis=-1)  # the variance of people, the same in every group
    tau2 = between(gap, chance)
    middle = mean(gap, chance, tau2)
    one, other = (_drawn(side, people, middle, tau2) for side in (of, to))
    return {"pooled": one - other}


def _drawn(side: _Side, people: Numbers, middle: Numbers, tau2: Numbers) -> Numbers:
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(tau2 == 0, 0, tau2 / (tau2 + people / side.n))
    return np.where(side.n > 1, middle + share * (side.gap - middle), np.nan)


def _rank_sums(of: _Side, to: _Side) -> dict[str, NDArray]:
    """Cliff's delta, and p by Mann & Whitney from the counts of each gap, its normal limit.

    Ties share their mean rank and correct the variance, with continuity correction:
    scipy.stats.mannwhitneyu(method="asymptotic").
    """
    n, m, tied = of.n, to.n, of.cells + to.cells
    below = to.cells.cumsum(axis=-1) - to.cells / 2
    u, people = (of.cells * below).sum(axis=-1), n + m
    with np.errstate(invalid="ignore", divide="ignore"):
        delta = 2 * u / (n * m) - 1
        variance = n * m / 12 * (people + 1 - (tied**3 - tied).sum(axis=-1) / (people * (people - 1)))
        p = np.minimum(1, 2 * ndtr((0.5 - np.abs(u - n * m / 2)) / np.sqrt(np.maximum(variance, 0))))
    known = (np.fmin(n, m) >= TESTED) & ((tied > 0).sum(axis=-1) > 1) & (not of.weighted)
    adjusted = np.full(p.shape, np.nan)
    if known.any():
        adjusted[known] = false_discovery_control(p[known])
    words = np.array(EFFECTS, object)[np.digitize(np.abs(delta).round(SAME), FROM)]
    effect = np.where(np.isnan(delta), None, words)
    return {"delta": delta, "effect": effect, "p": np.where(known, p, np.nan), "p_adjusted": adjusted}


def _frame(
    competencies: Sequence[str], group: Sequence[str], reference: str | None, columns: Mapping[str, NDArray]
) -> pd.DataFrame:
    flat = {name: values.ravel() for name, values in columns.items()}
    item, place = (at.ravel() for at in np.meshgrid(np.arange(len(competencies)), np.arange(len(group))))
    order = np.lexsort((-flat["difference"].round(SAME), np.isnan(flat["n"]), place))
    flat = {name: values[order] for name, values in flat.items()}
    return pd.DataFrame(
        {
            "competency": pd.Series(np.array(competencies, object)[item[order]], dtype="str"),
            "group": pd.Series(np.array(list(group), object)[place[order]], dtype="str"),
            "reference": pd.Series([reference or ""] * len(order), dtype="str"),
            **flat,
            "n": whole(flat["n"]),
            "n_reference": whole(flat["n_reference"]),
            "effect": pd.Series(flat["effect"], dtype="str"),
            "suppressed": np.isnan(flat["n"]),
        }
    )


# Two groups and the core


def lens(gaps: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """CITY_LENS of two groups of GAPS with rank intervals, in the order of the first's competencies.

    The core is that of `voices`: the first third of all competencies. A competency is in it where the
    whole rank interval lies there, and out where none of it does; of fewer than FEWEST answers, or
    without rank intervals, it cannot be told. SelectionError for an unknown group.
    """
    frame = GAPS.check(gaps)
    for code in (first, second):
        if not (frame["group"] == code).any():
            raise SelectionError("group", code, frame["group"].dropna().unique())
    parts = [frame[frame["group"] == code].set_index("competency") for code in (first, second)]
    parts[1] = parts[1].reindex(parts[0].index)
    size = core(len(parts[0]))
    (in_one, out_one), (in_two, out_two) = (_inside(part, size) for part in parts)
    where = [in_one & in_two, in_one & out_two, out_one & in_two, out_one & out_two]
    sides = {
        f"{side}_{end}": part[name].array
        for side, part in zip(("first", "second"), parts, strict=True)
        for end, name in (("n", "n"), ("rank", "rank"), ("low", "rank_low"), ("high", "rank_high"))
    }
    hidden = parts[0]["suppressed"].to_numpy(bool) | parts[1]["suppressed"].to_numpy(bool)
    found = pd.DataFrame({"competency": parts[0].index, **sides, "suppressed": hidden})
    found["lens"] = np.select(where, LENS[:-1], LENS[-1])
    return CITY_LENS.check(found)


def _inside(part: pd.DataFrame, size: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether a competency is in the core for sure, and whether it is out."""
    told = (part["n"].fillna(0) >= FEWEST).to_numpy(bool)
    low, high = (part[name].to_numpy(float, na_value=np.nan) for name in ("rank_low", "rank_high"))
    return told & (high <= size), told & (low > size)


def lens_sentence(lens: pd.DataFrame, labels: Mapping[str, str], first: str, second: str) -> str:
    """What may be said of CITY_LENS: the core both groups share, and what is in that of one alone.

    `labels` are of competencies, `first` and `second` those of the groups.
    """
    rows, first, second = CITY_LENS.check(lens), quoted(first), quoted(second)
    shown = rows[~rows["suppressed"].astype(bool)]
    if shown.empty:
        return f"There are no answers of {listed([first, second])} that can be shown."
    base, voice = _n(shown["first_n"], shown["second_n"]), Voice(labels, 0)
    whose = {"common core": listed([first, second]), "first only": f"{first} only", "second only": f"{second} only"}
    said = []
    for where, group in whose.items():
        part = shown[shown["lens"] == where].sort_values("second_rank" if where == "second only" else "first_rank")
        said += [f"of {group}: {voice.names(part['competency'])}"] if len(part) else []
    if not said:
        return f"With {base} we cannot tell of any competency that it is in the core of either."
    return f"Core {'; '.join(said)} ({base})."


# In words


def sentence(differences: pd.DataFrame, labels: Mapping[str, str], group_labels: Mapping[str, str], points: int) -> str:
    """What may be said of all rows of DIFFERENCES: what differs for whom, that nothing does, or that it cannot be told.

    `labels` are of competencies, `points` the marks on the scale. Groups with one verdict share a sentence.
    """
    rows = DIFFERENCES.check(differences)
    words = _Words(labels, group_labels, points, bool(rows["suppressed"].any()))
    parts = [part for _, part in rows[~rows["suppressed"].astype(bool)].groupby("group", sort=False)]
    if not parts:
        return "There are no answers of both sides that can be shown."
    said = [words.differ(part[part["differs"].astype(bool)]) for part in parts if part["differs"].any()]
    alike = [part[_told(part)] for part in parts if _told(part).any() and not part["differs"].any()]
    few = [part for part in parts if not _told(part).any()]
    said += [words.alike(pd.concat(alike))] if alike else []
    open_ = sum(int((~_told(part)).sum()) for part in parts if _told(part).any())
    what = "comparison" if open_ == 1 else "comparisons"
    said += [f"Of {count(open_)} {what} we cannot tell: too few answers."] if open_ else []
    said += [words.few(pd.concat(few))] if few else []
    return " ".join(said)


def row_sentences(
    differences: pd.DataFrame, labels: Mapping[str, str], group_labels: Mapping[str, str], points: int
) -> pd.Series:
    """One sentence a row of DIFFERENCES, on its index; below FEWEST answers it says that it cannot be told.

    "About the same" needs an interval that lies within ALIKE of 0 as a whole.
    """
    rows, words = DIFFERENCES.check(differences), _Words(labels, group_labels, points)
    near = rows[["difference_low", "difference_high"]].abs().max(axis=1) <= ALIKE
    said = [words.row(row, same) for row, same in zip(rows.itertuples(), near & _told(rows), strict=True)]
    return pd.Series(said, rows.index, dtype="str")


@dataclass(frozen=True)
class _Words:
    """How competencies and groups are called; `part` says that some rows are hidden."""

    labels: Mapping[str, str]
    group_labels: Mapping[str, str]
    points: int
    part: bool = False

    def row(self, row: Any, same: bool) -> str:
        gap = f"gap in {self.labels.get(row.competency, row.competency)}"
        group, other = self.name(row.group), self.name(row.reference)
        if row.suppressed:
            return f"Too few people to show the {gap} for {listed([group, other])}."
        n = f"n = {count(row.n)} and {count(row.n_reference)}"
        if row.differs:
            way, by = ("larger", 1) if row.difference > 0 else ("smaller", -1)
            return f"{group}: the {gap} is {way} than that of {other}, by {self.size(row, by)} ({n})."
        if same:
            return f"The {gap} is about the same for {listed([group, other])}: {self.size(row)} ({n})."
        return f"With {n} we cannot tell whether the {gap} differs between {listed([group, other])}."

    def differ(self, rows: pd.DataFrame) -> str:
        """What differs for one group, the clearest end first."""
        if len(rows) == 1:
            return self.row(next(rows.itertuples()), same=False)
        voice, other = Voice(self.labels, self.points), self.name(rows["reference"].iloc[0])
        up, down = rows[rows["difference"] > 0], rows[rows["difference"] < 0][::-1]
        ways = [f"{way} in {voice.names(p['competency'])}" for way, p in (("larger", up), ("smaller", down)) if len(p)]
        return f"{self.names(rows)}: compared with {other}, the gap is {' and '.join(ways)} ({_both(rows)})."

    def alike(self, rows: pd.DataFrame) -> str:
        """That nothing differs for these groups."""
        which, other = "no gap shown" if self.part else "no gap", self.name(rows["reference"].iloc[0])
        return (
            f"{self.names(rows)}: {which} differs from that of {other} by more than chance would make ({_both(rows)})."
        )

    def few(self, rows: pd.DataFrame) -> str:
        """That these groups are too small."""
        return f"{self.names(rows)}: with {_both(rows)} we cannot tell whether the gaps differ."

    def name(self, group: str) -> str:
        return quoted(self.group_labels.get(group, group)) if group else "the rest"

    def names(self, rows: pd.DataFrame) -> str:
        return listed([self.name(code) for code in rows["group"].unique()])

    def size(self, row: Any, sign: int = 1) -> str:
        half = (row.difference_high - row.difference_low) / 2
        return f"{plus_minus(sign * row.difference, half)} of {self.points - 1} points"


def quoted(name: str) -> str:
    """The name of a group, which may hold a colon or a question mark."""
    return f"“{name}”"


def _told(rows: pd.DataFrame) -> pd.Series:
    return (rows[["n", "n_reference"]].min(axis=1).fillna(0) >= FEWEST) & rows["difference_low"].notna()


def _both(rows: pd.DataFrame) -> str:
    return _n(rows["n"], rows["n_reference"])


def _n(one: pd.Series, other: pd.Series) -> str:
    """`n = 41 and 12`, `n = 39–41 and 12`."""
    ends = ([count(side.min()), count(side.max())] for side in (one, other))
    return f"n = {' and '.join('–'.join(dict.fromkeys(pair)) for pair in ends)}"
