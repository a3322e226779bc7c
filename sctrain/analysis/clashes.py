"""Where the format that is chosen most often shuts a group out, and which format would not.

A *format* is a duration and a form. It *would suit* a participant who chose its form, or was not sure of one, and a
duration at least as long: who has three months has one week, too. It *shuts out* a group most of whom it does not suit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import hypergeom

from sctrain.analysis.findings import FEWEST, listed
from sctrain.analysis.gaps import Numbers, whole
from sctrain.analysis.questions import LEVEL
from sctrain.analysis.who import wilson
from sctrain.frames import CLASHES, FORMATS
from sctrain.numerals import count, people, percent

Format = tuple[int, int]
"""A duration and a form, by their places in their questions."""
UNSURE = ("unsure", "not_sure", "any", "none")
"""Options of the form that rule no form out."""
ENOUGH = 0.5
"""A group is shut out where a format suits a smaller share of it."""
MOST_NAMED = 2
"""Groups that are named as not suited besides the first."""
MOST_TIED = 2
"""Formats that may be chosen equally often and still be the room's."""


def suits(
    duration: NDArray[np.integer], form: NDArray[np.integer], to: Format, open_to_all: Iterable[int]
) -> NDArray[np.bool_]:
    """[n]: whom a format would suit, by the places of the options they chose; -1 for no reply."""
    fits = np.isin(form, [to[1], *open_to_all])
    return (duration >= to[0]) & fits & (duration >= 0) & (form >= 0)


def most_chosen(forms: Iterable[str], n: NDArray[np.integer]) -> NDArray[np.bool_]:
    """[d, f]: the formats chosen most often, of all numbers, hidden or not; none where too many are."""
    real = np.array([form not in UNSURE for form in forms], bool)
    chosen: NDArray[np.bool_] = real & (n == np.where(real, n, 0).max(initial=0)) & (n > 0)
    return chosen & (chosen.sum() <= MOST_TIED)


def formats(
    durations: Iterable[str], forms: Iterable[str], n: NDArray[np.integer], hidden: NDArray[np.bool_]
) -> pd.DataFrame:
    """FORMATS: `n[d, f]` people chose this duration and this form; none is `chosen` where such a one is hidden."""
    durations, forms = list(durations), list(forms)
    chosen = most_chosen(forms, n)
    frame = pd.DataFrame(
        {
            "duration": np.repeat(durations, len(forms)),
            "form": forms * len(durations),
            "n": whole(np.where(hidden, np.nan, n).ravel()),
            "respondents": whole(np.where(hidden, np.nan, float(n.sum())).ravel()),
            "chosen": (chosen & ~(chosen & hidden).any()).ravel(),
            "suppressed": hidden.ravel(),
        }
    )
    return FORMATS.check(frame)


def without(formats: pd.DataFrame, cells: NDArray[np.bool_]) -> pd.DataFrame:
    """FORMATS with the numbers of `cells[d, f]` hidden, too; what is chosen stays so."""
    gone = cells.ravel()
    kept = {name: formats[name].mask(gone) for name in ("n", "respondents")}
    return FORMATS.check(formats.assign(**kept, suppressed=formats["suppressed"].to_numpy(bool) | gone))


def tell(
    n: NDArray[np.integer], hidden: NDArray[np.bool_], suited: Sequence[NDArray[np.bool_]], threshold: int
) -> NDArray[np.bool_]:
    """[d, f]: cells of `n` to hide beside how many people are `suited` by each of some formats, sets of cells.

    In no such set, outside of it or between two of them may the cells that are shown leave 1 to threshold - 1 people:
    there all are hidden.
    """
    sets = [*suited, *(~one for one in suited)]
    sets += [one & ~other for one in suited for other in suited if not (other & ~one).any()]
    found = hidden.copy()
    while True:
        before = found.copy()
        for inside in sets:
            left = int(n[inside & found].sum())
            found |= inside & (0 < left < threshold)
        if (found == before).all():
            return found


@dataclass(frozen=True, eq=False)
class Counted:
    """Of each group of one comparison: how many it suits, at most, and replied at all; NaN for what is hidden.

    Of everyone where `dimension` is None.
    """

    dimension: str | None
    groups: tuple[str | None, ...]
    n: Numbers
    n_high: Numbers
    respondents: Numbers


def clashes(duration: str, form: str, everyone: Counted, by: Iterable[Counted]) -> pd.DataFrame:
    """CLASHES of one format: everyone, then the groups of each comparison."""
    parts = [everyone, *by]
    n, high, of = (np.concatenate([getattr(p, name) for p in parts]) for name in ("n", "n_high", "respondents"))
    ends = [_ends(*row) for row in zip(n, high, of, strict=True)]
    low, upper = np.array(ends, float).reshape(-1, 2).T
    p, adjusted = _fewer(high, of, float(everyone.n[0]), float(everyone.respondents[0]))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = n / of
    frame = pd.DataFrame(
        {
            "duration": duration,
            "form": form,
            "dimension": np.repeat(np.array([p.dimension for p in parts], object), [len(p.groups) for p in parts]),
            "group": np.array([group for p in parts for group in p.groups], object),
            **{"n": whole(n), "n_high": whole(high), "respondents": whole(of)},
            **{"share": share, "share_low": low, "share_high": upper, "p": p, "p_adjusted": adjusted},
            "shut_out": (adjusted <= LEVEL) & (upper < ENOUGH),
            "suppressed": np.isnan(high),
        }
    )
    return CLASHES.check(frame)


def _ends(n: float, high: float, of: float) -> tuple[float, float]:
    if np.isnan(high) or not of:
        return np.nan, np.nan
    low = 0.0 if np.isnan(n) else float(wilson(np.array(n), int(of))[0])
    return low, float(wilson(np.array(high), int(of))[1])


def _fewer(n_high: Numbers, of: Numbers, n_all: float, all_: float) -> tuple[Numbers, Numbers]:
    """One-sided p of each group against its rest (Fisher 1935), and p adjusted for their number (Heyse 2011).

    NaN for fewer than FEWEST people on a side. In small rooms such a p takes few values: what a group cannot
    reach does not count against the others, as it would after Benjamini & Hochberg.
    """
    p, adjusted = np.full(n_high.shape, np.nan), np.full(n_high.shape, np.nan)
    ask = ~np.isnan(n_high) & (of >= FEWEST) & (all_ - of >= FEWEST) & ~np.isnan(n_all)
    ask[0] = False  # everyone has no rest
    reach = [hypergeom.cdf(np.arange(size + 1), all_, n_all, size).clip(0, 1) for size in of[ask]]
    p[ask] = [steps[int(n)] for steps, n in zip(reach, n_high[ask], strict=True)]
    order = np.flatnonzero(ask)[np.argsort(p[ask], kind="stable")]
    # a step is reached up to rounding
    chance = [sum(steps[steps <= p[i] * (1 + 1e-9)].max(initial=0) for steps in reach) for i in order]
    if len(order):
        shares = np.array(chance) / np.arange(1, len(order) + 1)
        adjusted[order] = np.minimum.accumulate(shares[::-1])[::-1].clip(max=1)
    return p, adjusted


def kinder(shares: Numbers, total: NDArray[np.integer], real: NDArray[np.bool_]) -> Format | None:
    """The format that keeps most of the room's wish and shuts nobody out; None where no option is a form.

    It suits `shares[d, f, g]` of each group, `total[d, f]` of everyone; `real[f]` says that it is a form.
    Of the formats that suit at least half of every group, the longest; where there is none, the one
    whose smallest share is greatest. Of equals, the one that suits most people. (The greatest smallest share
    alone is always that of the shortest duration: whoever has a month has a day.)
    """
    smallest = np.where(real, shares.min(axis=2, initial=1.0), -1.0)
    places = [(d, f) for d in range(smallest.shape[0]) for f in range(smallest.shape[1]) if real[f]]
    kind = [at for at in places if smallest[at] >= ENOUGH]
    if kind:
        return max(kind, key=lambda at: (at[0], int(total[at])))
    return max(places, key=lambda at: (float(smallest[at]), at[0], int(total[at])), default=None)


Labels = Mapping[tuple[str, str], str]
"""Of groups, by comparison and group."""


def worst(clashes: pd.DataFrame) -> pd.DataFrame:
    """The groups that are shut out, the surest first; the same people under two names stand once."""
    out = clashes[clashes["shut_out"].astype(bool)].sort_values(["p", "respondents"], kind="stable")
    return out.drop_duplicates(["duration", "form", "n_high", "respondents"])


def sentence(clashes: pd.DataFrame, durations: Mapping[str, str], forms: Mapping[str, str], groups: Labels) -> str:
    """Whom the one format of CLASHES would suit, and whom it shuts out."""
    everyone = clashes[clashes["group"].isna()].iloc[0]
    lead = f"{named(everyone, durations, forms)} would suit {_of(everyone)}"
    out = worst(clashes)
    if len(out):
        first, *others = (row for _, row in out.iterrows())
        names = [f"“{groups[row.dimension, row.group]}”" for row in others[:MOST_NAMED]]
        more = f" Nor does it suit most of {listed(names)}." if names else ""
        return f"{lead}, but {'only ' * bool(first.n_high and pd.notna(first.n))}{_of(first, groups)}.{more}"
    tested = clashes.loc[clashes["p"].notna(), "respondents"]
    if tested.empty:
        why = f"as no group has {FEWEST} people in it and as many outside"
        return f"{lead}; whether it shuts a group out cannot be told, {why}."
    low, high = count(tested.min()), count(tested.max())
    n = f"n = {low}" if low == high else f"n = {low}–{high}"
    return f"{lead}, and of no group can it be told that it would not suit most ({n})."


def kinder_sentence(
    clashes: pd.DataFrame,
    shut_out: pd.DataFrame,
    durations: Mapping[str, str],
    forms: Mapping[str, str],
    groups: Labels,
) -> str:
    """What the format of these CLASHES would mean for everyone, for who was shut out, and whom it suits least."""
    everyone = clashes[clashes["group"].isna()].iloc[0]
    lead = f"{named(everyone, durations, forms)} would suit more groups: {_of(everyone)}"
    rows = clashes[clashes["group"].notna() & clashes["n"].notna() & (clashes["respondents"].fillna(0) >= FEWEST)]
    same = rows.merge(shut_out[["dimension", "group"]], on=["dimension", "group"])
    told = [f", among them {_of(row, groups)}" for _, row in same.head(1).iterrows()]
    least = rows.sort_values("share", kind="stable").head(1)
    told += [
        f"; the smallest share is that of {_of(row, groups)}"
        for _, row in least.iterrows()
        if same.empty or row["group"] != same["group"].iloc[0]
    ]
    return lead + "".join(told) + "."


def named(row: pd.Series, durations: Mapping[str, str], forms: Mapping[str, str]) -> str:
    """A format by its two labels."""
    return f"“{durations[row.duration]}”, “{forms[row.form]}”"


def _of(row: pd.Series, groups: Labels | None = None) -> str:
    """`31 of 52 people (60 %; 95 %: 46–72 %)`; of a group `2 of the 15 people of “Town”`, or fewer than 5 of them."""
    if pd.isna(row.n_high):
        return "a number of people that may not be shown"
    n = (count(row.n) if row.n else "none") if pd.notna(row.n) else f"fewer than {count(row.n_high + 1)}"
    if groups is None:
        share, low, high = (percent(row[f"share{end}"], row.respondents) for end in ("", "_low", "_high"))
        span = f"{low.removesuffix('%').strip()}–{high}"
        return f"{n} of {people(row.respondents)} ({f'{share}; ' * pd.notna(row.n)}95\u202f%: {span})"
    return f"{n} of the {people(row.respondents)} of “{groups[row.dimension, row.group]}”"
