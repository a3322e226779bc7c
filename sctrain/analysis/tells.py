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
    held = known[:, n > 0]
    if not held.size:
        return False
    reach = np.einsum("ij,ji->i", np.linalg.pinv(held), held)
    return bool(((reach > 1 - SAME) & (n[n > 0] < threshold)).any())
