"""Which numbers follow from others: the linear algebra of a reader who adds and subtracts all that is shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SAME = 1e-6


def told(known: NDArray[np.float64], n: NDArray[np.integer] | NDArray[np.floating], threshold: int) -> bool:
    """Whether the sum over a cell of fewer than `threshold` people is a combination of the known sums.

    `known` [sums, cells] holds with what weight each sum counts each cell, `n` how many people are in the cell.
    Cells of nobody have no part in any sum. Sums over several such cells are not looked for.
    """
    return bool(telling(known, n, threshold).any())


def telling(
    known: NDArray[np.float64], n: NDArray[np.integer] | NDArray[np.floating], threshold: int
) -> NDArray[np.bool_]:
    """[sums]: which of the known sums such a cell is combined of, the first of the cells told; none where none is."""
    held, few = known[:, n > 0], n[n > 0] < threshold
    if not held.size or not few.any():
        return np.zeros(len(known), bool)
    weights = np.linalg.pinv(held)
    cells = np.flatnonzero((np.einsum("ij,ji->i", weights, held) > 1 - SAME) & few)
    return np.abs(weights[cells[0]]) > SAME if len(cells) else np.zeros(len(known), bool)
