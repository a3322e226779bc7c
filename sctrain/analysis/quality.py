"""How carefully was the survey filled in? Signs to be looked at by people: none of them proves anything.

An answer is the same *again* where marks and profile equal those of an answer before it in its event. Somebody
*straight-lines* who gives one mark throughout (Krosnick 1991); that can be what they think. A *speeder* takes less than
half of the time that the middle one of all takes: a relative speed index above 2 (Leiner 2019).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain.cards import Cards
from sctrain.frames.quality import CHECKS, QUALITY
from sctrain.privacy import small

LEAST = 5
"""Marks below which equal ones say nothing: of five points, five equal ones come by chance once in 625."""
TIMED, FAST = 10, 0.5
"""People whose times are known from whom on there is a usual one, and the share of it below which somebody is fast."""
Mask = NDArray[np.bool_]
Seconds = NDArray[np.int64]


def found(cards: Cards) -> dict[str, Mask]:
    """By check [n]: who has it. Whoever gave too few marks for it to mean anything has not."""
    importance, level = np.divmod(cards.pairs, cards.width)
    given_importance, given_level = (importance > 0).sum(axis=0), (level > 0).sum(axis=0)
    given, asked = given_importance + given_level, 2 * len(cards.competencies)
    return {
        "again": _again(cards) & (given >= max(2 * LEAST, asked / 2)),
        "same_importance": _same(importance) & (given_importance >= LEAST),
        "same_level": _same(level) & (given_level >= LEAST),
        "half_empty": 2 * given < asked,
    }


def _same(marks: NDArray[np.integer]) -> Mask:
    """[n]: whose marks are all one; 0 is not answered."""
    top = marks.max(axis=0, initial=0)
    return np.asarray((top > 0) & ((marks == top) | (marks == 0)).all(axis=0))


def _again(cards: Cards) -> Mask:
    """[n]: who answers as somebody before them in the same event."""
    columns = [row.astype(np.int64) for row in cards.pairs] + [
        codes.code.astype(np.int64) for codes in cards.profile.values()
    ]
    if not columns or not cards.n:
        return np.zeros(cards.n, bool)
    # Each column is folded into the number of the answers so far, so that no answer is held as a text.
    key = np.zeros(cards.n, np.int64)
    for column in columns:
        key = pd.factorize(key * (int(column.max()) + 1) + column)[0].astype(np.int64)
    return pd.Series(key).duplicated().to_numpy(bool)


def limit(seconds: Seconds) -> float | None:
    """Seconds below which somebody is fast; None where too few times are known to tell what is usual."""
    return FAST * float(np.median(seconds)) if len(seconds) >= TIMED else None


def quality(cards: Cards, threshold: int, seconds: Seconds) -> pd.DataFrame:
    """QUALITY of an event's people; counts hidden that few people have, or that few do not have.

    `seconds` is how long those took of whom it is known.
    """
    within, has = limit(seconds), [mask.sum() for mask in found(cards).values()]
    n = np.array([*has, 0 if within is None else (seconds < within).sum()])
    people = np.array([*[cards.n] * len(has), 0 if within is None else len(seconds)])
    hidden = small(n, threshold) | ((n > 0) & small(people - n, threshold))
    frame = pd.DataFrame({"check": list(CHECKS), "n": pd.array(n, "Int64"), "people": people, "suppressed": hidden})
    frame["n"] = frame["n"].mask(hidden | (people == 0))
    share = frame["n"].astype(float) / frame["people"].where(people > 0)
    return QUALITY.check(frame.assign(share=share))


def sentence(frame: pd.DataFrame) -> str:
    """What the page opens with: the sign that most people show."""
    shown = frame[frame["n"].notna() & (frame["n"] > 0)].sort_values("share", ascending=False, kind="stable")
    if shown.empty:
        hidden = " that can be shown" * bool(frame["suppressed"].any())
        return f"Nothing stands out{hidden} in how the survey was filled in."
    top = shown.iloc[0]
    rest = (
        f"; {len(shown) - 1} more things to look at"
        if len(shown) > 2
        else "; one more thing to look at" * (len(shown) == 2)
    )
    return f"To be looked at first: {CHECKS[top['check']]}, {top['n']} of {top['people']} people{rest}."
