"""Sums and cross-products of marks: they add up over partitions, and means drawn from them need no people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from sctrain.analysis.gaps import Numbers

EXACT = 1 << 24
"""Below this single precision counts whole numbers one by one."""
BLOCK = 65_536
"""Most people multiplied at once."""


def products(pairs: NDArray[np.uint8 | np.uint16], table: NDArray[np.float32]) -> NDArray[np.int64]:
    """[terms * competencies]²: sums over people of the products of what their pairs [competencies, people] stand for.

    `table` [terms, pairs] holds whole numbers, its first term 1 for a complete pair, all 0 where incomplete: so the
    products with the first term are counts and sums. They are exact: added up in any parts they are the same.
    """
    size = len(table) * len(pairs)
    step = int(max(1, min(BLOCK, (EXACT - 1) // max(1.0, float(np.abs(table).max()) ** 2))))
    found = np.zeros((size, size), np.int64)
    with threadpool_limits(1):
        for start in range(0, pairs.shape[1], step):
            marks = table[:, pairs[:, start : start + step]].reshape(size, -1)
            found += (marks @ marks.T).astype(np.int64)
    return found


def drawn(of: NDArray[np.int64], terms: int, rng: np.random.Generator, draws: int) -> Numbers:
    """Means [terms - 1, rooms, competencies] from their joint normal limit, of the `products` of so many terms.

    The limit is that which `ranks` draws from, where it has the people themselves.
    """
    means, spread = limit(of, terms)
    rooms = rng.multivariate_normal(means.ravel(), spread, draws, check_valid="ignore", method="eigh")
    return rooms.reshape(draws, *means.shape).swapaxes(0, 1)


def limit(of: NDArray[np.int64], terms: int) -> tuple[Numbers, Numbers]:
    """Means [terms - 1, competencies] and their covariance, of the `products`; somebody has to have answered each.

    Missing answers make a mean a ratio: its linear part is (mark - mean) over those who answered.
    """
    by_term = of.reshape(terms, len(of) // terms, terms, -1).astype(float)
    own = np.arange(by_term.shape[1])
    sums = by_term[:, own, 0, own]
    means = sums[1:] / sums[0]
    n, mean, size = np.tile(sums[0], terms - 1), means.ravel(), means.size
    marks = by_term[1:, :, 1:].reshape(size, size)
    answered = np.tile(by_term[1:, :, 0].reshape(size, -1), terms - 1) * mean
    both = np.tile(by_term[0, :, 0], (terms - 1, terms - 1)) * np.outer(mean, mean)
    return means, (marks - answered - answered.T + both) / np.outer(n, n)


def only(of: NDArray[np.int64], terms: int, seen: NDArray[np.intp]) -> NDArray[np.int64]:
    """The products of these competencies alone."""
    rows = (np.arange(terms)[:, None] * (len(of) // terms) + seen).ravel()
    return of[np.ix_(rows, rows)]
