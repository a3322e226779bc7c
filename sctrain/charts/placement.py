"""Where the labels of points go so that they cover neither one another nor a point.

A *box* is left, top, right, bottom in px. A *spot* is where a label lies beside its point.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Size = tuple[float, float]
Box = tuple[float, float, float, float]
SIDES = ((1, -1), (1, 1), (-1, -1), (-1, 1), (1, 0), (-1, 0), (0, -1), (0, 1))
"""Right and down of the point, in the order they are tried: corners, where no whisker runs, first."""
REACH = 7
"""Px around a point's middle that stay free."""


class Spot(NamedTuple):
    """From the point to the label: px to its anchor and to its middle line, and the anchor."""

    dx: float
    dy: float
    align: str


def place(
    points: Sequence[Point], sizes: Sequence[Size], area: Box, taken: Sequence[Box], shunned: Sequence[Box] = ()
) -> list[Spot | None]:
    """A spot for each label (width, height) in turn, the first that is free; None where none is.

    Earlier labels have the choice, so give the important ones first. Labels stay inside `area`,
    off the boxes `taken` (give those of all points, `around`) and, if they can, off `shunned`.
    """
    boxes: list[Box] = list(taken)
    spots: list[Spot | None] = []
    for point, size in zip(points, sizes, strict=True):
        tried = [_spot(side, size[1]) for side in SIDES]
        covered = [box(point, size, spot) for spot in tried]
        possible = free(covered, boxes, area)
        best = possible & free(covered, shunned, area)
        found = np.flatnonzero(best if best.any() else possible)
        spots.append(tried[found[0]] if found.size else None)
        boxes += [covered[found[0]]] if found.size else []
    return spots


def free(boxes: Sequence[Box], taken: Sequence[Box], area: Box) -> NDArray[np.bool_]:
    """Which of the boxes lie inside the area and off every box taken."""
    left, top, right, bottom = np.array(boxes, float).reshape(-1, 4).T[:, :, None]
    x1, y1, x2, y2 = np.array(taken, float).reshape(-1, 4).T
    overlapping = (left < x2) & (x1 < right) & (top < y2) & (y1 < bottom)
    within = (left >= area[0]) & (top >= area[1]) & (right <= area[2]) & (bottom <= area[3])
    return within[:, 0] & ~overlapping.any(axis=1)


def around(point: Point) -> Box:
    """What a point itself covers."""
    x, y = point
    return x - REACH, y - REACH, x + REACH, y + REACH


def box(point: Point, size: Size, spot: Spot) -> Box:
    """What a label of this size covers at its spot."""
    (x, y), (width, height) = point, size
    left = x + spot.dx - {"left": 0.0, "center": width / 2, "right": width}[spot.align]
    top = y + spot.dy - height / 2
    return left, top, left + width, top + height


def _spot(side: tuple[int, int], height: float) -> Spot:
    right, down = side
    # above and below the label has the point to clear, at a corner only the point's whisker
    lift = height / 2 + (2 if right else REACH + 1)
    return Spot(right * (REACH + 1), down * lift, {1: "left", 0: "center", -1: "right"}[right])
