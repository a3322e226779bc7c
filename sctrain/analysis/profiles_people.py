"""People as rows of gaps and leanings, in one order whatever the order of the answers.

A person's *leaning* towards a competency is how much larger its gap is than the room's usual one, minus
the person's mean of that: who marks high throughout, or lacks everything, leans nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.impute import SimpleImputer

from sctrain.cards import Cards

CHUNK = 65_536
"""People whose gaps are worked out at once: 8 MB at 30 competencies."""
ANSWERED = 0.25
"""Least share of the competencies, both marks given, that a person is grouped by."""

Rows = NDArray[np.intp]
Gaps = NDArray[np.floating]


class Leanings(TransformerMixin, BaseEstimator):
    """Gaps [people, competencies] to leanings, in scale points; what is missing stays missing."""

    def fit(self, gaps: Gaps, _y: None = None) -> Self:
        """Learn the usual gap of each competency; 0 where nobody has one."""
        known = ~np.isnan(gaps)
        self.usual_ = np.nansum(gaps, axis=0) / np.maximum(known.sum(axis=0), 1)
        return self

    def transform(self, gaps: Gaps) -> Gaps:
        """The leanings; a person without any gap has none."""
        beyond = gaps - self.usual_.astype(gaps.dtype)
        known = ~np.isnan(beyond)
        mean = np.nansum(beyond, axis=1) / np.maximum(known.sum(axis=1), 1)
        leaning: Gaps = beyond - mean[:, None].astype(gaps.dtype)
        return leaning


def prepared() -> tuple[BaseEstimator, ...]:
    """Steps from gaps to numbers without holes: who left a competency open does not lean to it, nor away."""
    return Leanings(), SimpleImputer(strategy="constant", fill_value=0.0, keep_empty_features=True)


def gaps_of(cards: Cards, rows: Rows) -> NDArray[np.float32]:
    """[rows, competencies] importance minus level; NaN unless both were marked."""
    importance, level = np.divmod(np.arange(cards.width**2), cards.width)
    table = np.where((importance > 0) & (level > 0), importance - level, np.nan).astype(np.float32)
    found: NDArray[np.float32] = table[cards.pairs[:, rows].T]
    return found


def answering(cards: Cards, where: NDArray[np.bool_]) -> Rows:
    """Who of the people `where` marked enough to be grouped, in an order that only their marks decide.

    A competency that nobody marked does not count.
    """
    importance, level = np.divmod(np.arange(cards.width**2), cards.width)
    complete = ((importance > 0) & (level > 0)).astype(np.uint8)
    marked = np.zeros(cards.n, np.uint16)
    asked = 0
    for row in cards.pairs:
        both = complete[row]
        asked += bool(both[where].any())
        marked += both
    rows = np.flatnonzero(where & (marked >= least(asked)))
    return rows[by_marks(cards.pairs[:, rows])]


def least(asked: int) -> float:
    """How many of the competencies that were asked a person has to have marked to be grouped."""
    return max(1, ANSWERED * asked)


def drawn(n: int, most: int, rng: np.random.Generator) -> Rows:
    """Places of at most so many of n people, rising."""
    return np.arange(n) if n <= most else np.sort(rng.choice(n, most, replace=False))


def by_marks(pairs: NDArray[np.uint8 | np.uint16]) -> Rows:
    """The people [competencies, people] sorted by their marks; eight bytes are compared at once."""
    text = np.ascontiguousarray(pairs.T).view(np.uint8)
    padded = np.zeros((len(text), -(-max(text.shape[1], 1) // 8) * 8), np.uint8)
    padded[:, : text.shape[1]] = text
    return np.lexsort(padded.view(">u8").T[::-1])


def chunks(n: int, size: int = CHUNK) -> Iterator[slice]:
    """Slices of n rows, a chunk each."""
    return (slice(start, start + size) for start in range(0, n, size))
