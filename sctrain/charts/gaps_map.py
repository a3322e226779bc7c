"""The map of GAPS: present level across, importance up, divided by a crosshair into quadrants."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from sctrain.catalogue import Scale
from sctrain.charts.gaps import FAINT, about, hidden_words, sentence
from sctrain.charts.parts import (
    LINE,
    Drawing,
    Record,
    as_given,
    calculate,
    drawing,
    haloed,
    hatch,
    label_of,
    layer,
    one,
    pixel,
    records,
    words,
)
from sctrain.charts.plane import TIERS, Plane
from sctrain.charts.rows import Rows, Sign
from sctrain.charts.theme import LIGHT, SMALL_N, Look, hidden_for
from sctrain.frames import GAPS, QUADRANTS
from sctrain.numerals import count, two_digits
from sctrain.privacy import THRESHOLD

Crosshair = tuple[float, float]
"""Where importance and level are divided into low and high."""
NUMBERS = tuple(f"{role}{end}" for role in ("importance", "level", "gap") for end in ("", "_low", "_high"))
NUMBER = "M-0.4,-0.5L0.1,-0.8L0.1,0.8M-0.4,0.8L0.6,0.8"
"""The digit 1 as a shape."""


def gaps_map(
    gaps: pd.DataFrame,
    labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    crosshair: Crosshair,
    scale: Scale,
    aspects: Mapping[str, str],
    cross: str = "mean",
    k: int = THRESHOLD,
) -> Drawing:
    """One group's competencies by mean level and importance with 95 % intervals.

    `crosshair` is (importance, level) and `cross` what it is. Shape and hue tell the aspect;
    hollow points may lie in another quadrant. Names that would collide give way, lowest need
    first, to their rank; the axes show the part of the scale that is used.
    """
    gaps = one(GAPS, GAPS.check(gaps), "group")
    found = records(GAPS, gaps, "n", *NUMBERS, "quadrant", "quadrant_sure", "rank")
    plane = Plane(look, _by_rank(found), crosshair, scale, cross)
    data = _located(plane, labels, aspects)
    key = Rows(look, (), _key(look, data, found, k))
    tops = [head + look.px(LINE + 2) for head in key.head]
    top = f"(wide ? {tops[0]} : {tops[1]})"
    title = f"present level, {scale.low} {scale.level[0]} … {scale.high} {scale.level[-1]}"
    x = _axis(look, plane.level, [0, {"expr": "width"}], title)
    y = _axis(look, plane.importance, [{"expr": "height"}, {"expr": top}], None)
    return drawing(
        look,
        f"Importance and present level of {len(data)} competencies",
        _says(found, labels, crosshair, cross, k),
        data,
        [*_lines(plane, x, y), *_notes(plane, top), *_points(look, x, y), *_names(look, x, y), *key.signs()],
        (tops[0] + look.px(TIERS[1][1]), tops[1] + look.px(TIERS[0][1])),
        signals={"tier": f"width < {look.px(TIERS[1][0])} ? 0 : width < {look.px(TIERS[2][0])} ? 1 : 2"},
        pick=("competency",),
    )


def map_alt(
    gaps: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    crosshair: Crosshair,
    cross: str = "mean",
    k: int = THRESHOLD,
) -> str:
    """What `gaps_map` shows, in a sentence."""
    columns = ("importance", "level", "quadrant", "rank")
    return _says(records(GAPS, one(GAPS, GAPS.check(gaps), "group"), *columns), labels, crosshair, cross, k)


def _says(found: list[Record], labels: Mapping[str, str], crosshair: Crosshair, cross: str, k: int) -> str:
    shown = _by_rank(found)
    number = Counter(r["quadrant"] for r in shown)
    parts = ", ".join(f"{number[q]} {q}" for q in QUADRANTS if number[q])
    urgent = [label_of(labels, r["competency"]) for r in shown if r["quadrant"] == QUADRANTS[0]][:3]
    lines = f"divided at {cross} importance {two_digits(crosshair[0])} and {cross} level {two_digits(crosshair[1])}"
    says = f"importance against present level of {len(shown)} competencies, {lines}: {parts or 'none'}"
    says += f"; first among {QUADRANTS[0]}: {', '.join(urgent)}" if urgent else ""
    return sentence(says + hidden_words(found, k))


def _by_rank(found: list[Record]) -> list[Record]:
    """Those with numbers, the highest need first."""
    return sorted((r for r in found if r["importance"] is not None), key=lambda r: r["rank"] or math.inf)


def _marker(look: Look, aspect: str) -> tuple[str, str]:
    """Shape and colour of an aspect."""
    markers = {"technology": ("square", look.technology), "human": ("triangle-up", look.human)}
    return markers.get(aspect, ("circle", look.gap))


def _key(look: Look, data: Sequence[Record], found: Sequence[Record], k: int) -> list[Sign]:
    signs = []
    for aspect in ("technology", "human"):
        shape, colour = _marker(look, aspect)
        if any(r["shape"] == shape for r in data):
            signs.append(Sign(aspect, shape, fill=colour, stroke=colour))
    if not all(r["quadrant_sure"] for r in data):
        signs.append(Sign("quadrant not sure", "circle", stroke=look.gap, weight=look.px(1.5)))
    if any(r[f"text{tier}"].isdigit() for r in data for tier in range(len(TIERS))):
        signs.append(Sign("rank by need", NUMBER, stroke=look.text))
    hidden = sum(bool(r["suppressed"]) for r in found)
    if hidden:
        signs.append(Sign(f"{hidden} {hidden_for(k)}", hatch([(-1, 1)], 2, 0.7), stroke=look.hatch))
    return signs


def _located(plane: Plane, labels: Mapping[str, str], aspects: Mapping[str, str]) -> list[Record]:
    """The points' records, with their label's text and place in each tier: `text0`, `dx0`, …"""
    names = [label_of(labels, point["competency"]) for point in plane.points]
    tiers = [plane.labels(names, tier) for tier in range(len(TIERS))]
    data = []
    for i, (point, name) in enumerate(zip(plane.points, names, strict=True)):
        placed = {f"{key}{tier}": value for tier, found in enumerate(tiers) for key, value in found[i].items()}
        data.append({**point, **_point(point, name, plane.look, aspects.get(point["competency"], "")), **placed})
    return data


def _point(row: Record, name: str, look: Look, aspect: str) -> Record:
    shape, colour = _marker(look, aspect)
    return {
        "name": name,
        "shape": shape,
        "colour": colour,
        "fill": colour if row["quadrant_sure"] else look.background,
        "faint": row["n"] < SMALL_N,
        "place": f"{row['quadrant']}{'' if row['quadrant_sure'] else ', not sure'}",
        "people": count(row["n"]),
        **{f"{role}_about": about(row, role) for role in ("importance", "level", "gap")},
    }


def _points(look: Look, x: Record, y: Record) -> list[Record]:
    thin = {"type": "rule", "strokeWidth": look.px(1), "clip": True, "opacity": 0.45}
    point: Record = {"x": {"field": "level", **x}, "y": {"field": "importance", **y}}
    across: Record = {**point, "x": {"field": "level_low", **x}, "x2": {"field": "level_high"}}
    upward: Record = {**point, "y": {"field": "importance_low", **y}, "y2": {"field": "importance_high"}}
    tip = {
        "name": "competency",
        "importance_about": "importance",
        "level_about": "present level",
        "gap_about": "gap",
        "place": "quadrant",
        "people": "people",
    }
    edge = {"condition": {"param": "pick", "empty": False, "value": look.px(4)}, "value": look.px(1.8)}
    return [
        layer(thin, color=as_given("colour"), **across),
        layer(thin, color=as_given("colour"), **upward),
        layer(
            {"type": "point", "size": look.px(10) ** 2, "cursor": "pointer"},
            "rows",
            **point,
            shape=as_given("shape"),
            fill=as_given("fill"),
            stroke=as_given("colour"),
            strokeWidth=edge,
            opacity=FAINT,
            tip=tip,
        ),
    ]


def _names(look: Look, x: Record, y: Record) -> list[Record]:
    moved = {name: {"expr": f"datum['{name}' + tier]"} for name in ("dx", "dy", "align")}
    said = [calculate("said", "datum['text' + tier]"), {"filter": "datum.said"}]
    at: Record = {"x": {"field": "level", **x}, "y": {"field": "importance", **y}}
    return haloed(look, words(look, **moved), transform=said, text={"field": "said"}, **at)


def _lines(plane: Plane, x: Record, y: Record) -> list[Record]:
    """Border, diagonals of equal gap, crosshair."""
    look, (importance, level), (bottom, top), (left, right) = plane.look, plane.crosshair, plane.importance, plane.level
    ends: Record = {"x": {"field": "x1", **x}, "x2": {"field": "x2"}, "y": {"field": "y1", **y}, "y2": {"field": "y2"}}
    border = {"x1": left, "x2": right, "y1": bottom, "y2": top}
    cross = [{**border, "y1": importance, "y2": importance}, {**border, "x1": level, "x2": level}]
    equal = [{"y1": y1, "x1": x1, "y2": y2, "x2": x2} for (y1, x1), (y2, x2) in plane.diagonals.values()]
    return [
        layer({"type": "rect", "fill": "transparent", "stroke": look.grid}, data=[border], **ends),
        layer({"type": "rule", "color": look.hatch, "strokeDash": [2, 4]}, data=equal, **ends),
        layer({"type": "rule", "color": look.quiet}, data=cross, **ends),
    ]


def _notes(plane: Plane, top: str) -> list[Record]:
    """The upward axis's title, and the words on the plane."""
    look, scale = plane.look, plane.scale
    title = f"importance, {scale.low} {scale.importance[0]} … {scale.high} {scale.importance[-1]}"
    over = words(look, x=0, y={"expr": f"{top} - {look.px(LINE / 2 + 3)}"}, color=look.quiet)
    shown = [plane.shown(tier) for tier in range(len(TIERS))]
    data = [{**note._asdict(), **{f"show{t}": note in fit for t, fit in enumerate(shown)}} for note in plane.notes]
    where = [
        {"filter": "datum['show' + tier]"},
        calculate("x", "datum.across * width + datum.dx"),
        calculate("y", f"{top} + datum.down * (height - {top}) + datum.dy"),
    ]
    style = {"align": {"expr": "datum.align"}, "fontWeight": {"expr": "datum.strong ? 'bold' : 'normal'"}}
    mark = words(look, **style, color=look.quiet)
    at: Record = {"x": pixel("x"), "y": pixel("y")}
    return [
        layer(over, data=[{"title": title}], text={"field": "title"}),
        *haloed(look, mark, data=data, transform=where, text={"field": "text"}, **at),
    ]


def _axis(look: Look, span: tuple[float, float], ends: list[object], title: str | None) -> Record:
    scale = {"domain": list(span), "range": ends, "nice": False, "zero": False}
    axis = {"title": title, "tickCount": 5, "grid": False, "labelFlush": False, "labelPadding": look.px(7)}
    return {"type": "quantitative", "scale": scale, "axis": axis}
