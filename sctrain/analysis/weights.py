"""Whom the answers should speak for: who is missing, weights that set it right, and whether the order holds.

A *unit* is the people of a target's option, or of several options too small to be told apart. A *margin* is one
profile dimension cut into units. *Raking* weights people until each unit of each margin has its target. Whoever is
outside of a target keeps their part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from raking.raking_methods import raking_entropic

from sctrain.analysis import tells
from sctrain.analysis.counts import Groups
from sctrain.analysis.findings import FEWEST, listed
from sctrain.analysis.gaps import Numbers, competition_rank, need, whole
from sctrain.analysis.who import wilson
from sctrain.cards import Cards
from sctrain.differencing import cells
from sctrain.errors import FrameError
from sctrain.frames import MISSING, WEIGHTED
from sctrain.numerals import count, people

CAP = 5.0
"""Largest weight, as a multiple of the median weight."""
STEPS = 25
"""Of Newton’s method: it meets margins in five to ten, or they cannot be met."""
ROUNDS = 20
"""Of capping and raking again; after these the cap stands and the target is not quite met."""
MET = 1e-6
"""How far a unit may be from its target, as a fraction of all people."""
FIRST = 5
"""How many of the greatest needs the weighted order is compared by."""
NAMED = 3
"""Most options a sentence names."""
WORDS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}
OUTSIDE = -1
"""The unit of who is outside of the target."""

Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Margin:
    """One dimension of the target: its units, each person's unit, and the share each unit should have."""

    dimension: str
    units: tuple[tuple[str, ...], ...]
    unit: Whole
    shares: Numbers

    @property
    def inside(self) -> int:
        """How many people are within the target."""
        return int((self.unit != OUTSIDE).sum())

    @property
    def wanted(self) -> Numbers:
        """[units] how many people each should be."""
        return self.shares * self.inside

    def sums(self, weights: Numbers) -> Numbers:
        """[units] sum of these weights."""
        held = self.unit != OUTSIDE
        return np.bincount(self.unit[held], weights[held], minlength=len(self.units)).astype(float)


def margin(
    dimension: str, groups: Groups, hidden: NDArray[np.bool_], target: Mapping[str, float], threshold: int
) -> Margin:
    """The units of a target by group of people; `hidden` marks groups whose number must not be told.

    Hidden groups are one unit together; where that is too small, they are outside, as is who is in no group
    or in one without a target. Options nobody gave are left out, and the others share their part.
    FrameError where somebody is in two groups.
    """
    member = groups.member[:, groups.value].T
    if (member.sum(axis=1) > 1).any():
        raise FrameError(f"{dimension}: a person is in several groups, so there is no one part for them")
    group = np.where(member.any(axis=1), member.argmax(axis=1), OUTSIDE)
    n, codes = member.sum(axis=0), [str(code) for code in groups.codes]
    wanted = np.array([target.get(code, 0.0) for code in codes])
    alone = [g for g in range(len(codes)) if n[g] and wanted[g] and not hidden[g]]
    together = _together(n, hidden, wanted, len(group), threshold)
    units = [[g] for g in alone] + [together] * bool(together)
    shares = np.array([wanted[unit].sum() for unit in units])
    place = np.full(len(codes) + 1, OUTSIDE)
    for i, unit in enumerate(units):
        place[unit] = i
    named = tuple(tuple(codes[g] for g in unit if wanted[g]) for unit in units)
    return Margin(dimension, named, place[group], shares / (shares.sum() or 1))


def _together(n: Whole, hidden: NDArray[np.bool_], wanted: Numbers, everyone: int, threshold: int) -> list[int]:
    """All hidden groups, to be weighted as one; none where their sum would tell more than total minus shown does.

    That is so where too few are hidden, or others than theirs: groups outside of the target, or people in no group.
    """
    held = hidden & (n > 0)
    others = n[held & (wanted == 0)].sum()
    safe = n.sum() == everyone and n[held].sum() >= threshold and others < threshold
    return np.flatnonzero(held).tolist() if safe and (held & (wanted > 0)).any() else []


@dataclass(frozen=True, eq=False)
class Weights:
    """A weight for each person, which sum to the number of people, and the margins they are raked to.

    `left_out` are margins that contradict those before them. `capped` says that the cap keeps a unit off its target.
    """

    each: Numbers
    margins: tuple[Margin, ...]
    left_out: tuple[str, ...] = ()
    capped: bool = False

    @property
    def effective(self) -> float:
        """As many people of equal weight would know as much: (Σw)² / Σw² (Kish 1965)."""
        return kish(self.each)

    @cached_property
    def cell(self) -> Whole:
        """[n] which cell of the crossed margins each person is in."""
        return _cells([m.unit for m in self.margins], len(self.each))


def kish(weights: Numbers) -> float:
    """The effective number of people, (Σw)² / Σw² (Kish 1965); 0 for none."""
    return float(weights.sum() ** 2 / (weights**2).sum()) if len(weights) else 0.0


def weigh(margins: Sequence[Margin], n: int) -> Weights:
    """Weights of n people for these margins; one with fewer than two units, or that cannot be met, is left out."""
    held: list[Margin] = []
    left_out: list[str] = []
    each, capped = np.ones(n), False
    for margin in margins:
        found = _capped([*held, margin], n) if len(margin.units) > 1 else None
        if found is None:
            left_out.append(margin.dimension)
        else:
            held.append(margin)
            each, capped = found
    return Weights(each, tuple(held), tuple(left_out), capped)


def _capped(margins: Sequence[Margin], n: int) -> tuple[Numbers, bool] | None:
    units = [m.unit for m in margins]
    wanted = [np.append(m.wanted, n - m.inside) for m in margins]
    weights = rake(units, wanted, np.ones(n))
    for _ in range(ROUNDS):
        if weights is None:
            return None
        cap = CAP * float(np.median(weights))
        if weights.max() <= cap * (1 + MET):
            return weights, False
        weights = rake(units, wanted, np.minimum(weights, cap))
    if weights is None:
        return None
    kept = np.minimum(weights, CAP * np.median(weights))
    return kept * n / kept.sum(), True


def rake(units: Sequence[Whole], wanted: Sequence[Numbers], start: Numbers) -> Numbers | None:
    """[n] weights nearest to `start` by entropy, so that each unit of each margin sums to what is wanted of it.

    That is the limit of iterative proportional fitting (Deming & Stephan 1940; Ireland & Kullback 1968).
    `wanted` has a number for each unit and, where anybody is OUTSIDE, one more, last. None where no weights can.
    """
    cell = _cells(units, len(start))
    held, first = np.bincount(cell, start), np.unique(cell, return_index=True)[1]
    rows = [
        np.arange(len(sums))[:, None] == (unit[first] % len(sums)) for unit, sums in zip(units, wanted, strict=True)
    ]
    asked, sums = np.vstack(rows).astype(float), np.concatenate(list(wanted))
    someone = asked.any(axis=1)
    with np.errstate(all="ignore"):  # where the margins contradict each other its steps run away
        found = raking_entropic(held, asked[someone], sums[someone], max_iter=STEPS)[0]
        off = np.abs(asked @ found - sums).max()
    if not off <= MET * sums.max():
        return None
    return start * (found / held)[cell]


def _cells(units: Sequence[Whole], n: int) -> Whole:
    return cells([unit - OUTSIDE for unit in units], n)[1]


def told(
    weights: Weights, answered: NDArray[np.bool_], hidden: Sequence[NDArray[np.bool_]], threshold: int
) -> NDArray[np.bool_]:
    """[competencies]: whether the weighted sum tells a cell of too few, beside the sums that are shown.

    `answered` [competencies, n] says who marked both; `hidden` has for each margin [units, competencies] whose sums
    are not shown. A cell is told where its sum is a combination of the total, the shown units and the weighted sum.
    """
    cells = int(weights.cell.max(initial=0)) + 1
    mean = np.bincount(weights.cell, weights.each, cells) / np.maximum(np.bincount(weights.cell, minlength=cells), 1)
    first = np.unique(weights.cell, return_index=True)[1]
    found = []
    for c, who in enumerate(answered):
        n = np.bincount(weights.cell[who], minlength=cells)
        known = [np.ones(cells), mean]
        for m, veil in zip(weights.margins, hidden, strict=True):
            known += [(m.unit[first] == u).astype(float) for u in range(len(m.units)) if not veil[u, c]]
        found.append(tells.told(np.array(known), n, threshold))
    return np.array(found, bool)


def complete(cards: Cards) -> NDArray[np.bool_]:
    """[competencies, n]: who marked both importance and level."""
    return (cards.pairs // cards.width > 0) & (cards.pairs % cards.width > 0)


# Frames


def missing(margins: Sequence[Margin], options: Mapping[str, pd.DataFrame], weights: Weights) -> pd.DataFrame:
    """MISSING of each margin; `options` has by dimension: option, n (missing where hidden), target, suppressed."""
    raked = {m.dimension for m in weights.margins}
    parts = [_missing(m, options[m.dimension], weights.each if m.dimension in raked else None) for m in margins]
    return MISSING.check(pd.concat(parts, ignore_index=True)) if parts else MISSING.empty()


def _missing(margin: Margin, options: pd.DataFrame, each: Numbers | None) -> pd.DataFrame:
    place = {option: i for i, unit in enumerate(margin.units) for option in unit}
    frame, total = options.reset_index(drop=True), margin.inside
    kind = pd.Series([_kind(row, place) for row in frame.itertuples()], dtype="str")
    target = frame["target"].mask(kind == "outside")
    target /= target.sum() or 1
    n = frame["n"].astype(float).where(kind.isin(["in target", "nobody"]))
    low, high = (pd.Series(end).mask(n.isna()) for end in wilson(n.fillna(0).to_numpy().astype(np.int64), total))
    ones = np.ones(len(margin.unit))
    sums, people = margin.sums(ones if each is None else each), margin.sums(ones)
    at = frame["option"].map(place).where(kind == "in target")
    mean, reached = (at.map(dict(enumerate(x))).astype(float) for x in (sums / people, sums / max(total, 1)))
    numbers = {
        "share": n / total if total else np.nan,
        "share_low": low,
        "share_high": high,
        "missing": (target * total - n).clip(lower=0).round().astype("Int64"),
        "weight": np.nan if each is None else mean,
        "reached": reached,
    }
    return frame.assign(dimension=margin.dimension, kind=kind, n=frame["n"].astype("Int64"), target=target, **numbers)


def _kind(row: Any, place: Mapping[str, int]) -> str:
    if row.option in place:
        return "weighted together" if row.suppressed else "in target"
    return "nobody" if row.target > 0 and not row.suppressed and row.n == 0 else "outside"


def weighted(gaps: pd.DataFrame, after: pd.DataFrame, measure: str) -> pd.DataFrame:
    """WEIGHTED: one group's GAPS with rank intervals beside the GAPS of the weighted counts.

    Both are ranked over the competencies that both show.
    """
    other = after.set_index("competency").loc[gaps["competency"]].reset_index()
    both = gaps[measure].notna().to_numpy() & other[measure].notna().to_numpy()
    ranks = [
        competition_rank(need(measure, np.where(both, frame[measure].to_numpy(float), np.nan)))
        for frame in (gaps, other)
    ]
    first = [rank <= FIRST for rank in ranks]
    place = np.select([first[0] & first[1], first[1], first[0]], ["stays", "comes in", "goes out"], "outside")
    frame = pd.DataFrame(
        {
            "competency": gaps["competency"],
            "n": gaps["n"],
            "gap": gaps["gap"],
            "gap_weighted": other["gap"],
            "rank": whole(ranks[0]),
            "rank_low": gaps["rank_low"],
            "rank_high": gaps["rank_high"],
            "rank_weighted": whole(ranks[1]),
            "place": pd.Series(place, dtype="str").mask(~both),
            "suppressed": gaps["suppressed"].astype(bool),
        }
    )
    return WEIGHTED.check(frame)


# Sentences


def missing_sentence(missing: pd.DataFrame, labels: Mapping[tuple[str, str], str], inside: Mapping[str, int]) -> str:
    """Who is missing against the target, then of whom there are too many, and whether that is beyond chance.

    `inside` says how many people are within the target of each dimension. Beyond chance are shares whose Wilson
    intervals leave out the target at .05 over the number of options (Bonferroni).
    """
    known = missing[missing["kind"].isin(["in target", "nobody"]) & ~missing["suppressed"].astype(bool)]
    known = known[(known["target"] > 0) & (known["dimension"].map(inside) >= FEWEST)]
    if known.empty:
        return "Who is missing against the target cannot be told: too few people can be shown."
    low, high = _ends(known, inside)
    few, many = known[high < known["target"]], known[low > known["target"]]
    parts = [_short(few, known, labels)]
    if len(many):
        off = (many["share"] - many["target"]).sort_values(ascending=False)
        parts.append(f"more are from {_options_named(many.loc[off.index], labels)} than the target has, beyond chance")
    return f"{'; '.join(filter(None, parts)) or 'No group of the target is short of people'}."


def _ends(known: pd.DataFrame, inside: Mapping[str, int]) -> tuple[pd.Series, pd.Series]:
    """Both ends of the share of each option, at .05 over all of them."""
    level = 1 - 0.05 / len(known)
    n = known["n"].astype(int)
    ends = [wilson(np.array([one]), inside[d], level) for one, d in zip(n, known["dimension"], strict=True)]
    low, high = (pd.Series([float(end[side][0]) for end in ends], known.index) for side in (0, 1))
    return low, high


def _short(few: pd.DataFrame, known: pd.DataFrame, labels: Mapping[tuple[str, str], str]) -> str:
    """Who is missing beyond chance, else who may be."""
    if len(few):
        rows = few.sort_values("missing", ascending=False, kind="stable")[:NAMED]
        told = [
            f"“{name}” is short by {people(n)}" for name, n in zip(_called(rows, labels), rows["missing"], strict=True)
        ]
        return f"{listed(told)}, beyond chance"
    most: Any = next(known.sort_values("missing", ascending=False, kind="stable").itertuples())
    if not most.missing:
        return ""
    return f"“{labels[most.dimension, most.option]}” may be short by {people(most.missing)}, within chance"


def _options_named(rows: pd.DataFrame, labels: Mapping[tuple[str, str], str]) -> str:
    return listed([f"“{name}”" for name in _called(rows[:NAMED], labels)])


def _called(rows: pd.DataFrame, labels: Mapping[tuple[str, str], str]) -> list[str]:
    return [labels[d, o] for d, o in zip(rows["dimension"], rows["option"], strict=True)]


def sentence(frame: pd.DataFrame, weights: Weights, labels: Mapping[str, str]) -> str:
    """Whether the first five stay the same when people are weighted to the target, and whether that is chance."""
    if not weights.margins:
        return "There is nothing to weight: at least two groups of the target need enough people."
    said = f"effective n = {count(weights.effective)} of {count(len(weights.each))}"
    into, out = (frame[frame["place"] == place] for place in ("comes in", "goes out"))
    if frame["place"].isna().all():
        return "Too few people answered to set a weighted order beside the order of those who came."
    if into.empty and out.empty:
        return f"Weighted to the target mix the same {WORDS[FIRST]} stay in front{_swapped(frame)} ({said})."
    changes = [f"{_names(rows, labels)} {verb}" for rows, verb in ((into, "comes in"), (out, "goes out")) if len(rows)]
    chance = (into["rank_low"] <= FIRST).all() and (out["rank_high"] > FIRST).all()
    end = "this is within chance" if chance else "this is more than the order’s own uncertainty"
    return f"Weighted to the target mix {' and '.join(changes)} of the first {FIRST}; with {said} {end}."


def _swapped(frame: pd.DataFrame) -> str:
    """How many of the first keep no place of their own."""
    first = frame[frame["place"] == "stays"]
    moved = int((first["rank"] != first["rank_weighted"]).sum())
    if not moved:
        return ""
    how_many = WORDS.get(moved, count(moved))
    return f"; {how_many} of them {'change places' if moved > 1 else 'changes its place'}"


def _names(rows: pd.DataFrame, labels: Mapping[str, str]) -> str:
    return listed([f"“{labels[code]}”" for code in rows["competency"]])
