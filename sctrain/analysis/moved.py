"""What moved between two rounds of ordering: how far, for how many, for whom, and what these numbers would tell.

Rounds are counted like ratings: `JointCounts` whose importance is a person's place for an option before the
debate, and whose level is their place after it, 1 for the first. So the gap is the shift, positive upwards. A
*kind* is what somebody did with an option: moved it up, left it, or moved it down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit
from scipy.stats import kendalltau

from sctrain.analysis.compare import LEVEL, TESTED, differences
from sctrain.analysis.findings import FEWEST, listed
from sctrain.analysis.gaps import SAME, Numbers, competition_rank, gaps, whole
from sctrain.analysis.questions import adjust
from sctrain.analysis.who import wilson
from sctrain.frames import MOVED, MOVED_GROUPS, MOVED_ORDER, JointCounts
from sctrain.frames.moved import MANY, MOVES
from sctrain.numerals import count, people, percent, two_digits
from sctrain.privacy import small

KINDS = ("up", "same", "down")
FEWEST_PAIRS = 3
"""People from whom on a shift has an interval: that of two reaches 12.7 standard errors either way."""
BOUNDS = (0.001, 0.01, 0.05, 0.1, 1.0)
"""What p is rounded up to, for the reason of MANY."""
ZERO = 1e-9
MOST_TOLD = 2
"""Most groups a sentence tells of."""
Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]


def moved(counts: JointCounts, hidden: Mask) -> pd.DataFrame:
    """MOVED of everyone's counts, past the gate: what moved up most first, hidden options last.

    `hidden` [options, kinds] says which shares are hidden. Below FEWEST_PAIRS people there is no interval. What
    is rounded is rounded first, and all else follows from that: ranks, the order, whether it moved.
    """
    frame = _shifts(counts)
    for name in ("before", "after"):
        frame[f"rank_{name}"] = whole(competition_rank(-frame[name].to_numpy(float)))
    kinds = np.where(hidden | counts.hidden[0][:, None], np.nan, kinds_of(steps(counts.pairs[0])))
    for i, name in enumerate(KINDS):
        frame[[name, f"{name}_low", f"{name}_high"]] = _shares(kinds[:, i], counts.n[0])
    return MOVED.check(_most_first(frame))


def _shifts(counts: JointCounts) -> pd.DataFrame:
    """n, mean places, shifts and what moved, by group and option."""
    names = {"competency": "option", "importance": "before", "level": "after", "gap": "shift"}
    frame = gaps(counts, "gap").rename(columns=names)
    n = frame["n"].to_numpy(float, na_value=np.nan)
    before, after, mean = (_rounded(frame[name].to_numpy(float), n) for name in ("before", "after", "shift"))
    half = np.where(n >= FEWEST_PAIRS, outward((frame["gap_high"] - frame["gap_low"]).to_numpy(float) / 2, n), np.nan)
    with np.errstate(invalid="ignore"):
        half50 = half * stdtrit(n - 1, 0.75) / stdtrit(n - 1, 0.975)
    frame = frame.assign(before=before, after=after, shift=mean, shift_low=mean - half, shift_high=mean + half)
    frame = frame.assign(shift_low50=mean - half50, shift_high50=mean + half50)
    p = adjust(np.where(n >= TESTED, frame["p"], np.nan))
    sure = (n >= FEWEST) & (p <= LEVEL)
    ways = sure & (mean - half > ZERO), sure & (mean + half < -ZERO), n > 0
    told = pd.Series(np.select(ways, MOVES, ""), dtype="str")
    return frame.assign(p_at_most=at_most(p), moved=told.mask(told == ""))


def _unit(n: Numbers) -> Numbers:
    """To how much of a place numbers of n people are rounded."""
    return np.where(n < MANY, 0.1, 0.01)


def _rounded(mean: Numbers, n: Numbers) -> Numbers:
    return np.asarray((np.round(mean / _unit(n) + 0.0, SAME).round() * _unit(n)).round(SAME), float)


def outward(half: Numbers, n: Numbers) -> Numbers:
    """Half an interval, so much wider that it holds what it held also round a mean that is rounded."""
    unit = _unit(n)
    return np.asarray((np.ceil(np.round(half / unit + 0.5, SAME)) * unit).round(SAME), float)


def at_most(p: Numbers) -> Numbers:
    """The smallest of BOUNDS that p does not exceed."""
    bounds = np.array([*BOUNDS, np.nan])
    return np.asarray(bounds[np.where(np.isnan(p), len(BOUNDS), np.searchsorted(BOUNDS, p))], float)


def _shares(n: Numbers, total: Numbers) -> Numbers:
    """[options, 3] each share with its interval; NaN where n is."""
    rows = [
        (k / of, *(float(end) for end in wilson(np.array(k), int(of)))) if of and not np.isnan(k) else (np.nan,) * 3
        for k, of in zip(n, total, strict=True)
    ]
    return np.array(rows, float).reshape(-1, 3)


def _most_first(frame: pd.DataFrame) -> pd.DataFrame:
    keys = pd.DataFrame({"shift": -frame["shift"].round(SAME), "place": frame["before"], "option": frame["option"]})
    return frame.loc[keys.sort_values(["shift", "place", "option"], kind="stable").index].reset_index(drop=True)


def order(moved: pd.DataFrame) -> pd.DataFrame:
    """MOVED_ORDER of MOVED: how far the room's order is the same, of the options that are shown."""
    shown = moved[~moved["suppressed"].astype(bool) & moved["before"].notna()]
    before, after = (shown[name].round(SAME).to_numpy(float) for name in ("before", "after"))
    tau = kendalltau(before, after).statistic if len(shown) > 1 else np.nan
    turned = sum((before[a] - before[b]) * (after[a] - after[b]) < 0 for a, b in combinations(range(len(shown)), 2))
    n = shown["n"].max() if len(shown) else None
    row = {"n": n, "options": len(moved), "shown": len(shown), "tau": tau, "swapped": turned, "suppressed": n is None}
    return MOVED_ORDER.check(pd.DataFrame([row]).astype({"n": "Int64", "tau": float}))


def by_group(counts: JointCounts, total: JointCounts, first: Sequence[str]) -> pd.DataFrame:
    """MOVED_GROUPS of the groups' counts, past the gate; `total` is everyone, `first` the order of the options."""
    if counts.groups == (None,) or not counts.groups:
        return MOVED_GROUPS.empty()
    frame = _shifts(counts)
    groups = [group for group in counts.groups if group is not None]
    against = differences(counts, groups, None, total).rename(columns={"competency": "option"})
    told = ["difference", "difference_low", "difference_high", "differs"]
    frame = _rounded_differences(frame.merge(against[["option", "group", *told]], on=["option", "group"], how="left"))
    at = [
        pd.Index(list(known)).get_indexer(pd.Index(frame[name]))
        for known, name in ((first, "option"), (groups, "group"))
    ]
    return MOVED_GROUPS.check(frame.iloc[np.lexsort((at[1], at[0]))].reset_index(drop=True))


def _rounded_differences(frame: pd.DataFrame) -> pd.DataFrame:
    n = frame["n"].to_numpy(float, na_value=np.nan)
    half = outward((frame["difference_high"] - frame["difference_low"]).to_numpy(float) / 2, n)
    mean = _rounded(frame["difference"].to_numpy(float), n)
    differs = frame["differs"].eq(True) & (np.abs(mean) - half > ZERO)
    ends = {"difference_low": mean - half, "difference_high": mean + half}
    return frame.assign(difference=mean, differs=differs, **ends)


# What would be told


def steps(cells: Counts) -> Counts:
    """[.., shifts] how many people moved an option so far, the farthest down first; of [.., before, after] places."""
    size = cells.shape[-1]
    far = np.subtract.outer(np.arange(size), np.arange(size)).ravel() + size - 1
    return np.asarray(cells.reshape(*cells.shape[:-2], size**2) @ np.eye(2 * size - 1, dtype=np.int64)[far], np.int64)


def kinds_of(steps: Counts) -> Counts:
    """[.., kinds] how many moved it up, left it, moved it down."""
    return np.asarray(steps @ _kinds(steps.shape[-1]).T, np.int64)


def _kinds(size: int) -> Counts:
    way = np.sign(np.arange(size) - size // 2)
    return np.array([way > 0, way == 0, way < 0], np.int64)


def tells_of_steps(steps: Counts, threshold: int, hidden: Mask | None = None) -> bool:
    """Whether n and the mean shift with its interval, rounded, tell how few people moved an option, or left it.

    Told is a small number of people that stays the same however else one or two people could have moved it, so
    that n, mean and interval are shown as they are; and where kinds are shown but for those `hidden`, so that
    the shown ones stay and small ones stay small. More people could have; so some are held to tell that do not.
    """
    far = np.arange(steps.size) - steps.size // 2
    return _told(steps, _kinds(steps.size), threshold, hidden, lambda counts: _seen(counts, far))


def tells_of_places(places: Counts, threshold: int) -> bool:
    """Whether n and the mean place, rounded, tell how few people gave an option a place."""

    def seen(counts: Counts) -> Numbers:
        n = counts.sum(axis=1)
        return _rounded(counts @ np.arange(1, places.size + 1) / np.maximum(n, 1), n)[:, None]

    return _told(places, np.eye(places.size, dtype=np.int64), threshold, None, seen)


def _seen(counts: Counts, far: Counts) -> Numbers:
    """[ways, 2] mean shift and half of its interval as they are shown, of counts by shift [ways, shifts]."""
    n, total = counts.sum(axis=1), counts @ far
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = (counts @ far**2 - total**2 / n) / (n - 1)
        half = stdtrit(n - 1, 0.975) * np.sqrt(np.maximum(variance, 0) / n)
        return np.column_stack([_rounded(total / n, n), np.nan_to_num(outward(half, n))])


def _told(
    counts: Counts, kinds: Counts, threshold: int, hidden: Mask | None, seen: Callable[[Counts], Numbers]
) -> bool:
    now = kinds @ counts
    few = small(now, threshold) & (True if hidden is None else hidden)
    untold, shown = few, seen(counts[None])
    for movers in (1, 2):
        if not untold.any():
            return False
        others = counts + _transfers(counts.size, movers)
        others = others[(others >= 0).all(axis=1)]
        others = others[(np.abs(seen(others) - shown) < ZERO).all(axis=1)]
        then = others @ kinds.T
        if hidden is not None:
            same = (then == now)[:, ~hidden].all(axis=1)
            then = then[same & (small(then, threshold) == small(now, threshold)).all(axis=1)]
        untold = untold & (then == now).all(axis=0)
    return bool(untold.any())


@cache
def _transfers(size: int, people: int) -> Counts:
    """[ways, size] changes of counts where so many people (1 or 2) are in another cell."""
    cell = np.eye(size, dtype=np.int64)
    one = (cell[:, None] - cell[None, :])[~np.eye(size, dtype=bool)]
    if people == 1:
        return one
    a, b = np.triu_indices(len(one))
    return np.unique(one[a] + one[b], axis=0)


# Sentences


def sentence(moved: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """What moved after the debate, beyond chance; that nothing did, or that it cannot be told."""
    known = moved[~moved["suppressed"].astype(bool) & moved["shift"].notna()]
    if known.empty:
        return "So few people moved anything, or left it, that nothing may be shown of it"
    n = int(known["n"].max())
    if n < FEWEST:
        return f"With {people(n)} who put it in order twice we cannot tell what moved"
    sure = known[known["moved"].isin(MOVES[:2])]
    if sure.empty:
        return f"With {people(n)} who put it in order twice, of nothing can it be told that it moved"
    sure = sure.loc[sure["shift"].abs().sort_values(ascending=False, kind="stable").index]
    told = listed([f"“{labels[row['option']]}” moved {_far(row)}" for _, row in sure.iterrows()])
    rest = len(moved) - len(sure)
    return f"After the debate {told}" + "; for nothing else can it be told" * (rest > 0)


def _far(row: pd.Series) -> str:
    return f"{'up' if row['shift'] > 0 else 'down'} by {_plus_minus(row, 'shift')} places"


def _plus_minus(row: pd.Series, name: str) -> str:
    """How far, and half of its interval, with the decimals they are rounded to."""
    digits = 1 if row["n"] < MANY else 2
    return f"{abs(row[name]):.{digits}f} ± {(row[f'{name}_high'] - row[f'{name}_low']) / 2:.{digits}f}"


def order_sentence(order: pd.DataFrame) -> str:
    """How far the room's order is the same as before; empty where fewer than two options are shown."""
    row = order.iloc[0]
    options, shown, swapped, tau = int(row["options"]), int(row["shown"]), int(row["swapped"]), float(row["tau"])
    if shown < 2:
        return ""
    pairs = shown * (shown - 1) // 2
    of = f"{count(swapped)} of {count(pairs)} pairs of options" if pairs > 1 else "the two options"
    said = f"In the order of the room {of} changed places" if swapped else "The order of the room stayed as it was"
    hidden = f", of the {shown} of {options} that may be shown" if shown < options else ""
    tau_words = "" if np.isnan(tau) else f" (Kendall’s tau = {two_digits(tau)})"
    return f"{said}{hidden}{tau_words}."


def shares_sentence(moved: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """How many people moved what moved most up and down, or left it; as far as it may be shown."""
    known = moved[~moved["suppressed"].astype(bool) & moved["shift"].notna()]
    sure = known[known["moved"].isin(MOVES[:2])]
    rows = sure if len(sure) else known.loc[known["shift"].abs().nlargest(1).index]
    told = [f"“{labels[row['option']]}”: {_kinds_told(row)}" for _, row in rows.iterrows()]
    return "; ".join(told) + "." if told else ""


def _kinds_told(row: pd.Series) -> str:
    words = {"up": "moved it up", "same": "left it", "down": "moved it down"}
    said = [
        f"{percent(row[kind], row.n)} ({percent(row[f'{kind}_low'], row.n)} to {percent(row[f'{kind}_high'], row.n)}) "
        f"{words[kind]}"
        for kind in KINDS
        if pd.notna(row[kind])
    ]
    if len(said) == len(KINDS):
        return ", ".join(said)
    gone = listed([f"how many {words[kind]}" for kind in KINDS if pd.isna(row[kind])])
    return "; ".join(filter(None, [", ".join(said), f"{gone} is hidden"]))


def group_sentence(by_group: pd.DataFrame, labels: Mapping[str, str], groups: Mapping[str, str]) -> str:
    """For whom something moved otherwise than for everyone else; or that of no group it can be told."""
    known = by_group[~by_group["suppressed"].astype(bool) & by_group["difference"].notna()]
    if known.empty:
        return "No two groups are large enough to be shown and compared."
    sure = known[known["differs"].astype(bool)]
    sure = sure.loc[sure["difference"].abs().sort_values(ascending=False, kind="stable").index]
    sure = sure[~sure.assign(far=sure["difference"].abs().round(SAME)).duplicated(["option", "far"])].head(MOST_TOLD)
    if sure.empty:
        low, high = (count(known["n"].agg(end)) for end in ("min", "max"))
        n = f"n = {low}" if low == high else f"n = {low}–{high}"
        return f"Of no group can it be told that something moved otherwise than for everyone else ({n})."
    return " ".join(_otherwise(row, labels, groups) for _, row in sure.iterrows())


def _otherwise(row: pd.Series, labels: Mapping[str, str], groups: Mapping[str, str]) -> str:
    way = "further up" if row.difference > 0 else "further down"
    far = _plus_minus(row, "difference")
    among = f"among “{groups.get(row.group, row.group)}” (n = {count(row.n)})"
    return f"“{labels[row.option]}” moved {far} places {way} {among} than among everyone else."
