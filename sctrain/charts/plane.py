"""The importance-level plane as geometry: which part of the scale is shown, and where words go.

A *share* is a position from left to right or from top to bottom, 0..1. A *tier* is a width from
which on an arrangement of labels holds: phone, page, wall.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sctrain.catalogue import Scale
from sctrain.charts.parts import LINE, TEXT, WIDE, Record
from sctrain.charts.placement import Box, Point, Size, Spot, around, box, free, place
from sctrain.charts.theme import Look, text_width, wrap
from sctrain.numerals import MINUS, count, two_digits

TIERS = ((330, 400), (WIDE, 420), (1000, 420))
"""Width and height of the plane in px."""
CHARS = (18, 24, 34)
"""Where names break in each tier."""
SPACE = 4
"""Px from one label to the next in a line."""
CORNERS = {"concentrate here": (0, 0), "keep up": (1, 0), "low priority": (0, 1), "possible overkill": (1, 1)}
"""Each quadrant's corner as shares."""


class Note(NamedTuple):
    """Words on the plane at these shares, moved by px; `strong` are the quadrants."""

    text: str
    across: float
    down: float
    dx: float
    dy: float
    align: str
    strong: bool = False


@dataclass(frozen=True)
class Plane:
    """Points (records with importance, level, their intervals and rank, highest need first) on the plane.

    `crosshair` is where (importance, level) are divided, and `cross` what it is.
    """

    look: Look
    points: Sequence[Record]
    crosshair: tuple[float, float]
    scale: Scale
    cross: str

    @cached_property
    def level(self) -> tuple[float, float]:
        """The ends of the level axis."""
        return self._span("level", self.crosshair[1])

    @cached_property
    def importance(self) -> tuple[float, float]:
        """The ends of the importance axis."""
        return self._span("importance", self.crosshair[0])

    def _span(self, role: str, line: float) -> tuple[float, float]:
        """The part of the scale with every interval and the crosshair, to half points."""
        given = (point[f"{role}{end}"] for point in self.points for end in ("", "_low", "_high"))
        ends = [end for end in (line, *given) if end is not None and not math.isnan(end)]
        if not ends:  # nobody marked anything that may be shown
            return float(self.scale.low), float(self.scale.high)
        low = max(self.scale.low, math.floor(2 * min(ends)) / 2)
        high = min(self.scale.high, math.ceil(2 * max(ends)) / 2)
        return (low, high) if low < high else (float(self.scale.low), float(self.scale.high))

    def shares(self, importance: float, level: float) -> Point:
        """Where a pair of means lies."""
        (left, right), (bottom, top) = self.level, self.importance
        return (level - left) / (right - left), (top - importance) / (top - bottom)

    @cached_property
    def diagonals(self) -> dict[int, tuple[Point, Point]]:
        """Lines of equal gap, one for each whole point that crosses the plane: two (importance, level)."""
        (left, right), (bottom, top) = self.level, self.importance
        found = {}
        for gap in range(math.ceil(bottom - right), math.floor(top - left) + 1):
            start, end = max(left, bottom - gap), min(right, top - gap)
            if start < end:
                found[gap] = ((start + gap, start), (end + gap, end))
        return found

    @cached_property
    def notes(self) -> list[Note]:
        """Names of quadrants, lines and diagonals, in the order they are given room."""
        pad, half = self.look.px(6), self.look.px(LINE / 2)
        found = [
            Note(name, right, low, (1 - 2 * right) * pad, (1 - 2 * low) * (half + 4), ("left", "right")[right], True)
            for name, (right, low) in CORNERS.items()
        ]
        across, down = self.shares(*self.crosshair)
        importance, level = map(two_digits, self.crosshair)
        found.append(Note(f"{self.cross} importance {importance}", 1, down, -pad, -half, "right"))
        found.append(Note(f"{self.cross} level {level}", across, 1, pad, -3 * half - 6, "left"))
        for gap, (_, end) in self.diagonals.items():
            across, down = self.shares(*end)
            # a line that ends at the top leaves room to its right, one that ends at the side above it
            place = (pad, half, "left") if down < 1e-9 else (-pad, -half, "right")
            found.append(Note(f"gap {gap}".replace("-", MINUS), across, down, *place))
        return found

    def shown(self, tier: int) -> dict[Note, Box]:
        """The notes that have room in a tier, with what they cover."""
        width, height = self._size(tier)
        found: dict[Note, Box] = {}
        for note in self.notes:
            size = self._extent(note.text, 1.1 if note.strong else 1)
            covered = box((note.across * width, note.down * height), size, Spot(note.dx, note.dy, note.align))
            if free([covered], [*found.values()], (0, 0, width, height))[0]:
                found[note] = covered
        return found

    def labels(self, names: Sequence[str], tier: int) -> list[Record]:
        """Text, dx, dy and align of each point's label in a tier.

        Whole names as long as there is room, the highest need first; then ranks; else nothing.
        """
        width, height = self._size(tier)
        at = [(across * width, down * height) for across, down in self._at]
        area, shunned = (2.0, 2.0, width - 2, height - 2), self._lines(width, height)
        taken = [*self.shown(tier).values(), *map(around, at)]
        texts = ["\n".join(wrap(name, CHARS[tier])) for name in names]
        ranks = ["" if point["rank"] is None else count(point["rank"]) for point in self.points]
        placed: dict[int, Record] = {}
        for said in (texts, ranks):
            left = [i for i, text in enumerate(said) if text and i not in placed]
            sizes = [self._extent(said[i]) for i in left]
            spots = place([at[i] for i in left], sizes, area, taken, shunned)
            found = [(i, size, spot) for i, size, spot in zip(left, sizes, spots, strict=True) if spot]
            taken += [box(at[i], size, spot) for i, size, spot in found]
            placed |= {i: self._label(said[i], spot) for i, _, spot in found}
        return [placed.get(i, NO_LABEL) for i in range(len(names))]

    @property
    def _at(self) -> list[Point]:
        return [self.shares(point["importance"], point["level"]) for point in self.points]

    def _lines(self, width: float, height: float) -> list[Box]:
        """What whiskers and crosshair cover."""
        across, down = self.shares(*self.crosshair)
        found: list[Box] = [(0, down * height, width, down * height), (across * width, 0, across * width, height)]
        for point in self.points:
            if point["importance_low"] is None:
                continue
            left, top = self.shares(point["importance_high"], point["level_low"])
            right, bottom = self.shares(point["importance_low"], point["level_high"])
            x, y = self.shares(point["importance"], point["level"])
            found += [(left * width, y * height, right * width, y * height)]
            found += [(x * width, top * height, x * width, bottom * height)]
        return found

    def _size(self, tier: int) -> Size:
        width, height = TIERS[tier]
        return self.look.px(width), self.look.px(height)

    def _extent(self, text: str, stretch: float = 1) -> Size:
        lines = text.split("\n")
        width = max(text_width(line, self.look.px(TEXT)) for line in lines) * stretch
        return width + self.look.px(SPACE), self.look.px(LINE) * len(lines)

    def _label(self, text: str, spot: Spot) -> Record:
        first = spot.dy - self.look.px(LINE / 2) * text.count("\n")
        return {"text": text, "dx": round(spot.dx, 1), "dy": round(first, 1), "align": spot.align}


NO_LABEL: Record = {"text": "", "dx": 0.0, "dy": 0.0, "align": "left"}
