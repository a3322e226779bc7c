"""The map of PROFILE_MAP: who leans alike lies near, and an arrow points to those who lean to its competency.

It shows profiles, never people. Its axes have no unit; both have the same scale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import atan2, cos, degrees, hypot, pi, sin

import pandas as pd

from sctrain.charts.gaps import hidden_words, sentence
from sctrain.charts.parts import (
    LINE,
    TEXT,
    WIDE,
    Drawing,
    Record,
    as_given,
    calculate,
    drawing,
    haloed,
    label_of,
    layer,
    pixel,
    records,
    words,
)
from sctrain.charts.placement import Box, Point, Size, Spot, around, box, free, place
from sctrain.charts.profiles import DISC, discs, lettered
from sctrain.charts.theme import HIDDEN, LIGHT, Look, hidden_for, text_width, wrap
from sctrain.frames import PROFILE_MAP
from sctrain.numerals import count
from sctrain.privacy import THRESHOLD

TIERS = ((330, 320), (WIDE, 400), (1000, 420))
"""From which width on an arrangement of labels holds, and the height of the map in px: phone, page, wall."""
CHARS = (14, 20, 26)
"""Where names break in each tier."""
MARGIN = ((62, 26), (90, 24), (120, 24))
"""Room for labels in px, left and right, above and below."""
STEPS = 48
"""Points of an ellipse."""
SHAPE = ("x", "y", "long", "short", "turn")
NONE: Record = {"text": "", "dx": 0.0, "dy": 0.0, "align": "left"}


def profiles_map(
    map_: pd.DataFrame,
    labels: Mapping[str, str],
    names: Mapping[str, str],
    look: Look = LIGHT,
    *,
    k: int = THRESHOLD,
    own: str | None = None,
) -> Drawing:
    """Profiles as ellipses that hold half of their people, and competencies as arrows.

    Arrows are as long as makes the map readable: they tell directions, and which of two competencies tells
    profiles apart more. Names that would collide are left out, those of short arrows first, and their
    arrows are thin. The profile `own` has a thick line and is called yours.
    """
    field = _Field(look, map_, labels, names, k, own)
    x = calculate("x", "middle + stretch * datum.across")
    y = calculate("y", "centre - stretch * datum.up")
    margins = [[look.px(length) for length in margin] for margin in MARGIN]
    left, top = (_tiered([margin[side] for margin in margins]) for side in (0, 1))
    (x0, x1), (y0, y1) = field.span
    signals = {
        "tier": f"width < {look.px(TIERS[1][0])} ? 0 : width < {look.px(TIERS[2][0])} ? 1 : 2",
        "stretch": f"min((width - 2 * {left}) / {x1 - x0:.6g}, (height - 2 * {top}) / {y1 - y0:.6g})",
        "middle": f"width / 2 - stretch * {(x0 + x1) / 2:.6g}",
        "centre": f"height / 2 + stretch * {(y0 + y1) / 2:.6g}",
    }
    return drawing(
        look,
        "Map of the profiles: who leans alike lies near",
        field.says,
        field.data,
        [*_ellipses(field, [x, y]), *_arrows(look, field.arrows, [x, y]), *_profiles(look, [x, y])],
        (look.px(TIERS[2][1]), look.px(TIERS[0][1])),
        signals=signals,
        pick=("profile",),
    )


def _tiered(lengths: Sequence[float]) -> str:
    phone, page, wall = lengths
    return f"(tier === 0 ? {phone} : tier === 1 ? {page} : {wall})"


@dataclass(frozen=True)
class _Field:
    """What lies where on the map, in its own units, and where the labels go in each tier."""

    look: Look
    frame: pd.DataFrame
    labels: Mapping[str, str]
    names: Mapping[str, str]
    k: int
    own: str | None

    @cached_property
    def found(self) -> list[Record]:
        """The frame's rows."""
        return records(PROFILE_MAP, PROFILE_MAP.check(self.frame), "n", *SHAPE)

    @cached_property
    def profiles(self) -> list[Record]:
        """Those that have a place, A first."""
        return sorted((r for r in self.found if r["kind"] == "profile" and r["x"] is not None), key=lambda r: r["code"])

    @cached_property
    def ellipses(self) -> dict[str, list[Point]]:
        """The outline of each profile."""
        return {r["code"]: _ellipse(r) for r in self.profiles if None not in [r[name] for name in SHAPE]}

    @cached_property
    def tips(self) -> list[tuple[Record, Point]]:
        """The competencies with the tip of their arrow, the longest first; the longest reaches as far as a profile."""
        known = [r for r in self.found if r["kind"] == "competency" and r["x"] is not None]
        known.sort(key=lambda r: -hypot(r["x"], r["y"]))
        longest = hypot(known[0]["x"], known[0]["y"]) if known else 0
        stretch = self._reach / longest if longest else 1
        return [(r, (stretch * r["x"], stretch * r["y"])) for r in known]

    @cached_property
    def _reach(self) -> float:
        """How far from the middle profiles reach."""
        drawn = [point for outline in self.ellipses.values() for point in outline]
        centres = [(r["x"], r["y"]) for r in self.profiles]
        return max((hypot(*point) for point in [*drawn, *centres]), default=1) or 1

    @cached_property
    def span(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The ends of what is drawn, across and up."""
        drawn = [point for outline in self.ellipses.values() for point in outline]
        points = [(0.0, 0.0), *drawn, *((r["x"], r["y"]) for r in self.profiles), *(tip for _, tip in self.tips)]
        across, up = zip(*points, strict=True)
        return _apart(min(across), max(across)), _apart(min(up), max(up))

    def _px(self, point: Point, tier: int) -> Point:
        """Where a point lies in a picture as narrow as the tier allows."""
        (x0, x1), (y0, y1) = self.span
        (width, height), (side, over) = self._size(tier), (self.look.px(length) for length in MARGIN[tier])
        unit = min((width - 2 * side) / (x1 - x0), (height - 2 * over) / (y1 - y0))
        return width / 2 + unit * (point[0] - (x0 + x1) / 2), height / 2 - unit * (point[1] - (y0 + y1) / 2)

    def _size(self, tier: int) -> Size:
        width, height = TIERS[tier]
        return self.look.px(width), self.look.px(height)

    @cached_property
    def data(self) -> list[Record]:
        """The profiles' records: place, letter, words and where these stand."""
        tiers = [self._profile_labels(tier) for tier in range(len(TIERS))]
        return [
            {
                **lettered(self.look, r["code"]),
                **{"profile": r["code"], "across": r["x"], "up": r["y"]},
                **{"name": label_of(self.names, r["code"]), "people": self._n(r), "yours": r["code"] == self.own},
                **{f"{key}{tier}": value for tier, found in enumerate(tiers) for key, value in found[i].items()},
            }
            for i, r in enumerate(self.profiles)
        ]

    @cached_property
    def arrows(self) -> list[Record]:
        """The competencies' records."""
        tiers = [self._arrow_labels(tier) for tier in range(len(TIERS))]
        return [
            {
                **{"competency": r["code"], "across": tip[0], "up": tip[1]},
                **{"name": label_of(self.labels, r["code"]), "turn": round(90 - degrees(atan2(tip[1], tip[0])), 1)},
                **{f"{key}{tier}": value for tier, found in enumerate(tiers) for key, value in found[i].items()},
            }
            for i, (r, tip) in enumerate(self.tips)
        ]

    def _n(self, row: Record) -> str:
        return hidden_for(self.k) if row["suppressed"] or row["n"] is None else count(row["n"])

    def _profile_words(self, row: Record, tier: int) -> list[str]:
        """What stands beside a disc: name and n, or n alone on a phone and where there is no room."""
        n = HIDDEN if self._n(row) == hidden_for(self.k) else f"n {self._n(row)}"
        n += " · yours" * (row["code"] == self.own)
        return ["\n".join([*wrap(label_of(self.names, row["code"]), CHARS[tier]), n])] * bool(tier) + [n]

    def _discs(self, tier: int) -> list[Box]:
        half = self.look.px(DISC / 2 + 1)
        at = [self._px((r["x"], r["y"]), tier) for r in self.profiles]
        return [(x - half, y - half, x + half, y + half) for x, y in at]

    def _profile_labels(self, tier: int) -> list[Record]:
        return [self._label(text, spot) if spot else NONE for text, spot in self._profile_spots(tier)]

    def _profile_spots(self, tier: int) -> list[tuple[str, Spot | None]]:
        """The words of each profile and where they go, in a tier: as many as have room."""
        taken, found = self._discs(tier), []
        for r in self.profiles:
            at = self._px((r["x"], r["y"]), tier)
            tried = [(text, self._beside(at, self._extent(text), tier, taken)) for text in self._profile_words(r, tier)]
            text, spot = next(((text, spot) for text, spot in tried if spot), tried[-1])
            taken += [box(at, self._extent(text), spot)] if spot else []
            found.append((text, spot))
        return found

    def _beside(self, at: Point, size: Size, tier: int, taken: Sequence[Box]) -> Spot | None:
        """Where a profile's words have room: right of its disc, left of it, below or above."""
        off, down = self.look.px(DISC / 2 + 3), self.look.px(DISC / 2 + 2) + size[1] / 2
        tried = [Spot(off, 0, "left"), Spot(-off, 0, "right"), Spot(0, down, "center"), Spot(0, -down, "center")]
        width, height = self._size(tier)
        open_ = free([box(at, size, spot) for spot in tried], taken, (2, 2, width - 2, height - 2))
        return next((spot for spot, has_room in zip(tried, open_, strict=True) if has_room), None)

    def _arrow_labels(self, tier: int) -> list[Record]:
        """Text, dx, dy and align of each arrow's label, the longest first; nothing where there is no room."""
        width, height = self._size(tier)
        at = [self._px(tip, tier) for _, tip in self.tips]
        texts = ["\n".join(wrap(label_of(self.labels, r["code"]), CHARS[tier])) for r, _ in self.tips]
        centres = [self._px((r["x"], r["y"]), tier) for r in self.profiles]
        words_ = zip(centres, self._profile_spots(tier), strict=True)
        taken = [*self._discs(tier), *(box(c, self._extent(text), spot) for c, (text, spot) in words_ if spot)]
        shafts = [piece for tip in at for piece in _pieces(self._px((0, 0), tier), tip)]
        sizes = [self._extent(text) for text in texts]
        spots = place(at, sizes, (2, 2, width - 2, height - 2), [*taken, *map(around, at)], shafts)
        return [self._label(text, spot) if spot else NONE for text, spot in zip(texts, spots, strict=True)]

    def _extent(self, text: str) -> Size:
        width = max(text_width(line, self.look.px(TEXT)) for line in text.split("\n"))
        return width + self.look.px(4), self.look.px(LINE) * (text.count("\n") + 1)

    def _label(self, text: str, spot: Spot) -> Record:
        first = spot.dy - self.look.px(LINE / 2) * text.count("\n")
        return {"text": text, "dx": round(spot.dx, 1), "dy": round(first, 1), "align": spot.align}

    @property
    def says(self) -> str:
        """The alternative text."""
        says = f"map of {len(self.profiles)} profiles and {len(self.tips)} competencies"
        for r in self.profiles:
            says += f"; {r['code']}{' (yours)' * (r['code'] == self.own)} {label_of(self.names, r['code'])}"
            near = sorted(self.tips, key=lambda tip: -(tip[1][0] * r["x"] + tip[1][1] * r["y"]))[:2]
            named = " and ".join(label_of(self.labels, row["code"]) for row, _ in near)
            says += f", n {self._n(r)}, in the direction of {named}" if near else f", n {self._n(r)}"
        return sentence(says + hidden_words(self.found, self.k))


def _apart(low: float, high: float) -> tuple[float, float]:
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def _ellipse(row: Record) -> list[Point]:
    x, y, long, short, turn = (row[name] for name in SHAPE)
    angles = [2 * pi * step / STEPS for step in range(STEPS)]
    arms = [(long * cos(a), short * sin(a)) for a in angles]
    return [(x + u * cos(turn) - v * sin(turn), y + u * sin(turn) + v * cos(turn)) for u, v in arms]


def _pieces(start: Point, end: Point, n: int = 8) -> list[Box]:
    """A line as the boxes of its pieces."""
    at = [(start[0] + (end[0] - start[0]) * i / n, start[1] + (end[1] - start[1]) * i / n) for i in range(n + 1)]
    return [(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])) for a, b in pairwise(at)]


def _ellipses(field: _Field, where: list[Record]) -> list[Record]:
    """The profiles' outlines, and a cross where everyone's mean is."""
    look = field.look
    data = [
        {"profile": letter, "step": i, "across": x, "up": y, "yours": letter == field.own, **lettered(look, letter)}
        for letter, outline in field.ellipses.items()
        for i, (x, y) in enumerate(outline)
    ]
    at: Record = {"x": pixel("x"), "y": pixel("y")}
    line = {"type": "line", "interpolate": "linear-closed", "fillOpacity": 0.12}
    width = {"condition": {"test": "datum.yours", "value": look.px(4)}, "value": look.px(1.5)}
    order: Record = {"field": "step", "type": "quantitative"}
    paint: Record = {"stroke": as_given("paint"), "fill": as_given("paint"), "detail": {"field": "profile"}}
    cross = {"type": "point", "shape": "cross", "size": look.px(9) ** 2, "fill": look.quiet, "strokeWidth": 0}
    return [
        layer(line, data=data, transform=where, order=order, strokeWidth=width, **paint, **at),
        layer(cross, data=[{"across": 0, "up": 0}], transform=where, **at),
    ]


def _arrows(look: Look, arrows: list[Record], where: list[Record]) -> list[Record]:
    """Shafts and heads of the competencies, strong where they are named, and the names."""
    px = look.px
    at: Record = {"x": pixel("x"), "y": pixel("y")}
    named = calculate("said", "datum['text' + tier]")
    ends = [calculate("x0", "middle"), calculate("y0", "centre")]
    strong = {"condition": {"test": "datum.said", "value": 1}, "value": 0.35}
    shaft = {"type": "rule", "color": look.quiet, "strokeWidth": px(1.2)}
    head = {"type": "point", "shape": "triangle-up", "size": px(8) ** 2, "fill": look.quiet, "stroke": look.quiet}
    turned: Record = {"angle": {"field": "turn", "type": "quantitative", "scale": None}}
    moved = {name: {"expr": f"datum['{name}' + tier]"} for name in ("dx", "dy", "align")}
    given: Record = {"data": arrows, "transform": [*where, named]}
    from_: Record = {"x": pixel("x0"), "y": pixel("y0"), "x2": {"field": "x"}, "y2": {"field": "y"}}
    return [
        layer(shaft, data=arrows, transform=[*where, *ends, named], opacity=strong, **from_),
        layer(head, **given, opacity=strong, tip={"name": "competency"}, **turned, **at),
        *haloed(
            look,
            words(look, color=look.quiet, **moved),
            data=arrows,
            transform=[*where, named, {"filter": "datum.said"}],
            text={"field": "said"},
            **at,
        ),
    ]


def _profiles(look: Look, where: list[Record]) -> list[Record]:
    """The discs, what is pointed at, and the words beside them."""
    at: Record = {"x": pixel("x"), "y": pixel("y")}
    moved = {name: {"expr": f"datum['{name}' + tier]"} for name in ("dx", "dy", "align")}
    bold = {"expr": "datum.yours ? 'bold' : 'normal'"}
    said = [*where, calculate("said", "datum['text' + tier]"), {"filter": "datum.said"}]
    mark = words(look, fontWeight=bold, **moved)
    touch = {"type": "point", "shape": "circle", "size": look.px(DISC + 6) ** 2, "fill": "transparent"}
    return [
        *haloed(look, mark, transform=said, text={"field": "said"}, **at),
        *discs(look, transform=where),
        layer({**touch, "strokeWidth": 0}, "rows", transform=where, tip={"name": "profile", "people": "people"}, **at),
    ]
