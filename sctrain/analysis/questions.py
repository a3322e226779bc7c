"""What people reply to the questions of the session, and where a group replies otherwise than the rest.

The *rest* of a group is everyone who replied and is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import false_discovery_control, fisher_exact

from sctrain.analysis.findings import FEWEST
from sctrain.analysis.gaps import Numbers, whole
from sctrain.analysis.who import wilson
from sctrain.frames import CONTRASTS, REPLIES
from sctrain.numerals import count, people, percent

Column = tuple[str, bool]
"""An option, and whether those who chose a later one are counted with it."""
KEY = ["question", "option", "or_more"]
TESTED = 5
"""Fewest people a side with a p."""
LEVEL = 0.05


def replies(
    question: str,
    columns: Sequence[Column],
    groups: Sequence[str | None],
    n: NDArray[np.integer],
    respondents: NDArray[np.integer],
    hidden: NDArray[np.bool_],
) -> pd.DataFrame:
    """REPLIES to one question: `n[g, c]` of the `respondents[g]` of a group are counted in a column."""
    shape = n.shape
    ends = [wilson(row, int(total)) for row, total in zip(n, respondents, strict=True)]
    low, high = (np.array([pair[end] for pair in ends], float).reshape(shape) for end in (0, 1))
    total = np.repeat(respondents.astype(float)[:, None], shape[1], axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        numbers = {"n": n.astype(float), "respondents": total, "share": n / total, "share_low": low, "share_high": high}
    kept = {name: np.where(hidden, np.nan, values).ravel() for name, values in numbers.items()}
    frame = pd.DataFrame(
        {
            "question": question,
            "option": [option for option, _ in columns] * shape[0],
            "or_more": [more for _, more in columns] * shape[0],
            "group": np.repeat(np.array(groups, object), shape[1]),
            **kept,
            "suppressed": hidden.ravel(),
        }
    )
    return REPLIES.check(_counted(frame))


def _counted(frame: pd.DataFrame) -> pd.DataFrame:
    names = ("n", "respondents", "n_rest", "respondents_rest", "n_high")
    return frame.assign(**{name: whole(frame[name].to_numpy(float)) for name in names if name in frame})


def contrasts(by_group: pd.DataFrame, everyone: pd.DataFrame) -> pd.DataFrame:
    """CONTRASTS of REPLIES by group with the rest of REPLIES of everyone; hidden where either is."""
    told = everyone.set_index(KEY)[["n", "respondents"]].astype("Float64")
    joined = by_group.join(told, on=KEY, rsuffix="_all")
    n, of, n_all, all_ = (joined[c].to_numpy(float, na_value=np.nan) for c in ("n", "respondents", "n_all", _ALL))
    hidden = np.isnan(n) | np.isnan(n_all)
    n, of, n_rest, rest = (np.where(hidden, np.nan, x) for x in (n, of, n_all - n, all_ - of))
    p = np.array([_fisher(*row) for row in zip(n, of, n_rest, rest, strict=True)], float)
    adjusted = adjust(p)
    frame = by_group[[*KEY, "group"]].assign(
        **{"n": n, "respondents": of, "n_rest": n_rest, "respondents_rest": rest},
        **dict(zip(_DIFFERENCE, _newcombe(n, of, n_rest, rest), strict=True)),
        p=p,
        p_adjusted=adjusted,
        differs=(adjusted <= LEVEL) & (np.fmin(of, rest) >= FEWEST),
        suppressed=hidden,
    )
    return CONTRASTS.check(_counted(frame).reset_index(drop=True))


_ALL = "respondents_all"
_DIFFERENCE = ("difference", "difference_low", "difference_high")


def adjust(p: Numbers) -> Numbers:
    """p adjusted for how many there are (Benjamini & Hochberg 1995); NaN stays."""
    found, known = np.full(p.shape, np.nan), ~np.isnan(p)
    if known.any():
        found[known] = false_discovery_control(p[known])
    return found


def _fisher(n: float, of: float, n_rest: float, rest: float) -> float:
    if not min(of, rest) >= TESTED:
        return np.nan
    return float(fisher_exact([[int(n), int(of - n)], [int(n_rest), int(rest - n_rest)]]).pvalue)


def _newcombe(n: Numbers, of: Numbers, n_rest: Numbers, rest: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The difference of two shares and its interval (Newcombe 1998, method 10)."""
    one, other = _with_ends(n, of), _with_ends(n_rest, rest)
    found = one[0] - other[0]
    low = found - np.hypot(one[0] - one[1], other[2] - other[0])
    high = found + np.hypot(one[2] - one[0], other[0] - other[1])
    return found, low, high


def _with_ends(n: Numbers, of: Numbers) -> Numbers:
    """[share, low, high]; NaN where nobody replied."""
    rows = [
        (k / m, *(float(end) for end in wilson(np.array(k), int(m)))) if m > 0 else (np.nan,) * 3
        for k, m in zip(n, of, strict=True)
    ]
    return np.array(rows, float).reshape(-1, 3).T


def sentence(replies: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """What everyone replies to one question: REPLIES of one group, as far as they may be shown.

    An ordered question is told at its middle. "More than any other" takes intervals that do not meet.
    """
    shown = replies[~replies["suppressed"].astype(bool)]
    if shown.empty or not (total := int(shown["respondents"].iloc[0])):
        return "Nobody replied to this." if len(shown) else "So few replied otherwise that no answer may be shown."
    lead = f"With {people(total)} we cannot tell what a room would say: " if total < FEWEST else ""
    middle = shown[shown["or_more"].astype(bool)]
    if len(middle):
        return f"{lead}{share_of(middle.iloc[0])} say “{labels[middle['option'].iloc[0]]}” or more."
    first, *others = (row for _, row in shown.sort_values("n", ascending=False, kind="stable").head(2).iterrows())
    if not first.n:
        return f"{lead}Of {people(total)} nobody chose an answer that may be shown."
    said, most = (
        f"{share_of(first)} chose “{labels[first.option]}”",
        not others or first.share_low > others[0].share_high,
    )
    if total >= FEWEST and most and len(shown) == len(replies):
        return f"{said}, more than anything else."
    return lead + said + "".join(f", and {_second(row, labels)}" for row in others if not most) + "."


def _second(row: pd.Series, labels: Mapping[str, str]) -> str:
    return f"{count(row.n) if row.n else 'nobody'} chose “{labels[row.option]}”"


def share_of(row: pd.Series) -> str:
    """`31 of 52 people (60 %; 95 %: 46 % to 72 %)`."""
    share, low, high = (percent(row[f"share{end}"], row.respondents) for end in ("", "_low", "_high"))
    return f"{count(row.n)} of {people(row.respondents)} ({share}; 95\u202f%: {low} to {high})"


MOST_TOLD = 2


def contrast_sentence(contrasts: pd.DataFrame, labels: Mapping[str, str], groups: Mapping[str, str]) -> str:
    """Which groups reply otherwise than the rest to one question; or that none does, or that it cannot be told."""
    known = contrasts[~contrasts["suppressed"].astype(bool)]
    sides = np.fmin(*(known[name].to_numpy(float) for name in ("respondents", "respondents_rest")))
    enough = known[sides >= FEWEST]
    if enough.empty:
        most = f"With n = {count(sides.max())} we cannot tell whether groups differ." if len(known) else ""
        return most or "The groups, or those who replied otherwise in them, are too small to be shown and compared."
    found = enough[enough["differs"].astype(bool)].assign(p=lambda rows: rows["p"].round(12))
    found = found.sort_values("p", kind="stable")
    found = found.drop_duplicates(["option", "or_more", "p"]).head(MOST_TOLD)  # of two groups, one says it all
    if found.empty:
        low, high = (count(enough["respondents"].agg(end)) for end in ("min", "max"))
        n = f"n = {low}" if low == high else f"n = {low}–{high}"
        return f"No group of {FEWEST} or more replies otherwise than the rest by more than chance would make ({n})."
    return " ".join(_contrast(row, labels, groups) for _, row in found.iterrows())


def _contrast(row: pd.Series, labels: Mapping[str, str], groups: Mapping[str, str]) -> str:
    said = f"“{labels[row.option]}”" + " or more" * bool(row.or_more)
    one, other = (
        f"{count(n)} of {count(of)} ({percent(n / of, of)})"
        for n, of in ((row.n, row.respondents), (row.n_rest, row.respondents_rest))
    )
    return f"Of “{groups[row.group]}” {one} say {said}, of everyone else {other}."
