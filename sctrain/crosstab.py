"""Which cells of a table of two questions to hide, where the totals of each question are shown too.

A hidden number is *told* when only one value of it fits all that is shown. The *whole table* is the
cells with their totals, the last row and the last column; every row and every column of it adds up.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sctrain.privacy import small

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]


def whole_table(n: Counts) -> Counts:
    """The cells [rows, columns] with their totals, the last row and the last column."""
    rows = np.append(n, n.sum(axis=0, keepdims=True), axis=0)
    return np.append(rows, rows.sum(axis=1, keepdims=True), axis=1)


def hide_cells(n: Counts, threshold: int, totals: tuple[Mask, Mask], also: Mask | None = None) -> Mask:
    """Which cells of n [rows, columns] to hide, where `totals` of rows and of columns are hidden elsewhere.

    Hidden are numbers of 1 to threshold - 1 people, whole rows and columns whose total is hidden (an empty
    cell would tell what none of so few are), and `also`. Then, as long as a hidden number is told that the
    totals alone do not tell, the rectangle of the fewest people that holds it: who is there is cover, and if
    need be who is not. Where nobody gave an answer at all, its cells are shown.
    """
    hidden = small(n, threshold) | totals[0][:, None] | totals[1][None, :]
    hidden |= False if also is None else also
    hidden &= _given(n)
    while (told := _told_by_cells(n, threshold, totals, hidden)).any():
        hidden |= _cover(n, hidden, told)
    return hidden


def told_cells(n: Counts, threshold: int, totals: tuple[Mask, Mask], hidden: Mask, *, knowing: bool) -> Mask:
    """[rows + 1, columns + 1]: which hidden numbers of the whole table are told.

    Who is `knowing` also knows which hidden numbers are small. A number that can change without any that is
    shown lies on a circle of hidden numbers that can go up and down in turn (Gusfield 1988).
    """
    table, veil = whole_table(n), _with_totals(hidden, totals)
    low, high = _bounds(table, veil, threshold if knowing else None, totals)
    start, end = _arcs(table.shape)
    up, down = veil & (table < high), veil & (table > low)
    ways = np.zeros((sum(table.shape), sum(table.shape)), bool)
    ways[start[up], end[up]] = True
    ways[end[down], start[down]] = True
    told = np.zeros(table.shape, bool)
    for cell in zip(*map(np.ndarray.tolist, np.nonzero(veil)), strict=True):
        a, b = int(start[cell]), int(end[cell])
        told[cell] = not ((up[cell] and _leads(ways, b, a)) or (down[cell] and _leads(ways, a, b)))
    return told


def _given(n: Counts) -> Mask:
    """The cells of answers that somebody gave."""
    return (n.sum(axis=1) > 0)[:, None] & (n.sum(axis=0) > 0)[None, :]


def _told_by_cells(n: Counts, threshold: int, totals: tuple[Mask, Mask], hidden: Mask) -> Mask:
    """What is told to who is knowing, or to who is not, and would not be if no cell were shown."""
    told = np.zeros((n.shape[0] + 1, n.shape[1] + 1), bool)
    for knowing in (True, False):
        by_totals = told_cells(n, threshold, totals, _given(n), knowing=knowing)
        told |= told_cells(n, threshold, totals, hidden, knowing=knowing) & ~by_totals
    return told


def _with_totals(hidden: Mask, totals: tuple[Mask, Mask]) -> Mask:
    veil = np.zeros((hidden.shape[0] + 1, hidden.shape[1] + 1), bool)
    veil[:-1, :-1], veil[:-1, -1], veil[-1, :-1] = hidden, *totals
    return veil


def _bounds(table: Counts, veil: Mask, threshold: int | None, totals: tuple[Mask, Mask]) -> tuple[Counts, Counts]:
    """Between what each number lies, for who knows below which threshold it is, or does not."""
    low = np.minimum(table, 1)
    low[:-1, :-1] = np.where(totals[0][:, None] | totals[1][None, :], 0, low[:-1, :-1])
    high = (
        np.full(table.shape, table[-1, -1])
        if threshold is None
        else np.where(table < threshold, threshold - 1, table[-1, -1])
    )
    return np.where(veil, low, table), np.where(veil, high, table)


def _arcs(shape: tuple[int, ...]) -> tuple[Counts, Counts]:
    """From where to where each number flows: row to column to all columns' row to all rows' column and back."""
    rows, columns = np.indices(shape)
    columns = columns + shape[0]
    last_row, last_column = rows == shape[0] - 1, columns == sum(shape) - 1
    back = last_row ^ last_column
    return np.where(back, columns, rows), np.where(back, rows, columns)


def _leads(ways: Mask, start: int, end: int) -> bool:
    """Whether a way leads from start to end, other than straight."""
    seen = ways[start].copy()
    seen[end] = False
    while not seen[end]:
        wider = seen | ways[seen].any(axis=0)
        wider[start] = False
        if (wider == seen).all():
            return False
        seen = wider
    return True


def _cover(n: Counts, hidden: Mask, told: Mask) -> Mask:
    """What to hide next: three corners of a rectangle with what is told, else one cell near it.

    Of the fewest people; a cell with nobody costs more than any other, what is hidden costs nothing.
    """
    price = np.where(hidden, 0, np.where(n > 0, n, n.max(initial=0) + 1)).astype(float)
    price[~_given(n)] = np.inf
    for row, column in np.argwhere(told[:-1, :-1]).tolist():
        corners = price[row] + price[:, [column]] + price
        corners[row], corners[:, column], corners[corners == 0] = np.inf, np.inf, np.inf
        if np.isfinite(corners.min()):
            across, down = divmod(int(corners.argmin()), n.shape[1])
            found = np.zeros(n.shape, bool)
            found[[row, row, across, across], [column, down, column, down]] = True
            return found
    near = (told[:-1].sum(axis=1) > 0)[:, None] | (told[:, :-1].sum(axis=0) > 0)[None, :]
    open_ = ~hidden & _given(n)
    single = np.where(open_ & near if (open_ & near).any() else open_, price, np.inf)
    found = np.zeros(n.shape, bool)
    found.flat[single.argmin()] = True
    return found
