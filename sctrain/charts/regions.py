"""The map of Europe by one competency's gap, with the same countries as rows beside it.

The *window* is the part of the map that is seen, in the plane of Lambert's azimuthal equal-area projection.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from math import ceil, floor
from pathlib import Path
from typing import Any

import pandas as pd

from sctrain.charts.gaps import FAINT, about, hidden_words, sentence
from sctrain.charts.panels import faded_sign
from sctrain.charts.parts import (
    LINE,
    TEXT,
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
from sctrain.charts.rows import Rows, Sign
from sctrain.charts.theme import HIDDEN, LIGHT, SMALL_N, Look, hidden_for
from sctrain.frames import AREAS
from sctrain.numerals import count, two_digits
from sctrain.privacy import THRESHOLD

GEOMETRY = Path(__file__).parents[2] / "data" / "geometry" / "europe.json"
ATTRIBUTION = "Made with Natural Earth."
MAP = 430
"""Height of the map in px."""
NARROW = 330
STEP = 25
"""From one row of the list to the next."""
MOST = 16
"""Countries that have a row; the numbers have them all."""
NAMES, NUMBERS = 150, 92
"""Width of the columns of names and of numbers."""
CENTRE = (-10, -52)
"""What the globe is turned by: the middle that Eurostat's maps have, too."""
WINDOW = ((-0.286, 0.374), (-0.292, 0.36))
"""From Iceland and Portugal to the Caucasus, from Crete to the North Cape; the earth's radius is 1."""
PALEST = 0.15
"""The shade of the smallest gap, so that it is told from countries nobody came from."""
STRIPES = 9
"""Of a country whose numbers are hidden."""


def region_map(
    areas: pd.DataFrame,
    labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    competency: str,
    own: str | None = None,
    k: int = THRESHOLD,
) -> Drawing:
    """Countries shaded by one competency's gap, and beside them the gap with its 95 % interval and n.

    `areas` are countries and one competency, which is called `competency`. The country `own` is outlined. Hidden
    countries are striped and say "fewer than `k`", countries nobody is from are plain.
    """
    found = _sorted(one(AREAS, one(AREAS, AREAS.check(areas), "competency"), "level"))
    drawn = [_row(r, labels, own, k) for r in found]
    shown = drawn[:MOST]
    key = Rows(look, [], _key(look, found, own))
    top = key.head[0], key.head[1]
    px = look.px
    data = [{**_place(r["area"]), **r, "row": i} for i, r in enumerate(shown)]
    list_height = px(STEP) * len(shown) + px(LINE + 30)
    heights = (top[0] + max(px(MAP), list_height), top[1] + px(NARROW) + list_height + px(12))
    rows = _layout(look, top)
    layers = [*_map(look, drawn, found), *_list(look, found), *key.signs()]
    says = _says(found, labels, competency, k)
    spec = drawing(
        look, f"Gap in “{competency}” by country (scale points)", says, data, layers, heights,
        signals=rows, transform=_rows_at(look), wide_from=760,
    ).to_dict()  # fmt: skip
    return Drawing({**spec, "projection": PROJECTION})


def map_alt(areas: pd.DataFrame, labels: Mapping[str, str], *, competency: str, k: int = THRESHOLD) -> str:
    """What `region_map` shows, in a sentence."""
    found = _sorted(one(AREAS, one(AREAS, AREAS.check(areas), "competency"), "level"))
    return _says(found, labels, competency, k)


def _says(found: Sequence[Record], labels: Mapping[str, str], competency: str, k: int) -> str:
    known = [r for r in found if r["gap"] is not None]
    says = f"gap in {competency} by country, {len(found)} countries"
    for word, r in zip(("largest", "smallest"), (known[0], known[-1]) if known else (), strict=False):
        says += f"; {word} in {label_of(labels, r['area'])}: {about(r, 'gap')}, n {count(r['n'])}"
    return sentence(says + hidden_words(found, k))


def _sorted(areas: pd.DataFrame) -> list[Record]:
    """The areas from the largest gap down, those without a number last."""
    found = records(AREAS, areas, "n", "gap", "gap_low", "gap_high", "gap_all")
    return sorted(found, key=lambda r: (r["gap"] is None, -(r["gap"] or 0), r["area"]))


def _row(row: Record, labels: Mapping[str, str], own: str | None, k: int) -> Record:
    hidden, empty = bool(row["suppressed"]), row["gap"] is None
    note = hidden_for(k) if hidden else "no answers" if empty else ""
    return {
        "area": row["area"],
        "name": label_of(labels, row["area"]),
        "own": row["area"] == own,
        "suppressed": hidden,
        "note": note,
        "short": HIDDEN if hidden else note,
        "faint": (row["n"] or 0) < SMALL_N,
        "gap": row["gap"],
        "gap_low": row["gap_low"],
        "gap_high": row["gap_high"],
        "value": "" if note else two_digits(row["gap"]),
        "on_map": HIDDEN if hidden else "" if empty else two_digits(row["gap"]),
        "about": note or about(row, "gap"),
        "people": hidden_for(k) if hidden else count(row["n"] or 0),
        "n": "" if hidden else count(row["n"] or 0),
    }


def _key(look: Look, found: Sequence[Record], own: str | None) -> list[Sign]:
    known = [r["gap"] for r in found if r["gap"] is not None]
    signs = []
    if known:
        signs.append(Sign(f"gap {two_digits(max(known))}", "square", fill=_shade(look, max(known), known)))
    if len(set(known)) > 1:
        signs.append(Sign(two_digits(min(known)), "square", fill=_shade(look, min(known), known)))
    if any(r["suppressed"] for r in found):
        path = hatch([(-1, 1)], 2, 0.6)
        signs.append(Sign("too few people, hidden", path, stroke=look.hatch))
    signs.append(Sign("nobody from here", "square", fill=look.background, stroke=look.hatch))
    if any(r["gap"] is not None and r["n"] < SMALL_N for r in found):
        signs.append(faded_sign(look, look.gap))
    return signs + [Sign("your region’s country", "square", stroke=look.groups[1], weight=look.px(3))] * bool(own)


def _shade(look: Look, gap: float, known: Sequence[float]) -> str:
    peak = max([*known, 0.0])
    return look.shade(PALEST + (1 - PALEST) * max(gap, 0) / peak if peak > 0 else PALEST)


# The map

PROJECTION: Record = {
    "type": "azimuthalEqualArea",
    "rotate": [*CENTRE, 0],
    "scale": {"expr": "earth"},
    "translate": {"expr": "middle"},
    "clipExtent": {"expr": "[[0, map_top], [map_width, map_bottom]]"},
    "precision": 0.5,
}


def _layout(look: Look, top: tuple[float, float]) -> dict[str, str]:
    """The signals: the map's box, its scale and middle, and where the list stands."""
    px, ((west, east), (south, north)) = look.px, WINDOW
    wide_map = f"min(width * 0.48, {px(560)})"
    left, upper = f"(map_width - earth * {east - west:.3f}) / 2", "map_top"
    return {
        "map_width": f"wide ? {wide_map} : width",
        "map_top": f"wide ? {top[0]} : {top[1]}",
        "map_bottom": f"map_top + (wide ? {px(MAP)} : {px(NARROW)})",
        "earth": f"min(map_width / {east - west:.3f}, (map_bottom - map_top) / {north - south:.3f})",
        "middle": f"[{left} - earth * {west}, {upper} + earth * {north}]",
        "list_left": f"wide ? map_width + {px(28)} : 0",
        "list_top": f"wide ? {top[0]} : map_bottom + {px(12)}",
        "begin": f"list_left + {px(NAMES)}",
        "finish": f"width - {px(NUMBERS)}",
    }


@cache
def _topology() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(GEOMETRY.read_text(encoding="utf-8"))
    return found


def _place(code: str) -> Record:
    """Where a country's number stands on the map, and how much room it has; missing where it is not on it."""
    found = [
        g["properties"] for g in _topology()["objects"]["countries"]["geometries"] if g["properties"]["code"] == code
    ]
    best = max(found, key=lambda p: p["reach"], default={"lon": None, "lat": None, "reach": 0})
    return {name: best[name] for name in ("lon", "lat", "reach")}


def _map(look: Look, drawn: Sequence[Record], found: Sequence[Record]) -> list[Record]:
    known = [r["gap"] for r in found if r["gap"] is not None]
    fills = {r["area"]: _fill(look, r, known) for r in drawn}
    told = {r["area"]: {name: r[name] for name in ("name", "about", "people", "own")} for r in drawn}
    plain = {"fill": look.background, "ink": look.text, "own": False}
    geometries = [
        {**g, "properties": {"code": code, **plain, **told.get(code, {}), "fill": fills.get(code, look.background)}}
        for g in _topology()["objects"]["countries"]["geometries"]
        for code in [g["properties"]["code"]]
    ]
    geometries.sort(key=lambda g: g["properties"]["own"])  # the outline goes over its neighbours
    topology = {**_topology(), "objects": {"countries": {"type": "GeometryCollection", "geometries": geometries}}}
    own = {"test": "datum.properties.own", "value": look.groups[1]}
    wide = {"test": "datum.properties.own", "value": look.px(3)}
    shapes = layer(
        {"type": "geoshape", "strokeJoin": "round"},
        tip={"properties.name": "country", "properties.about": "gap", "properties.people": "people"},
        fill=as_given("properties.fill"),
        stroke={"condition": own, "value": look.hatch},
        strokeWidth={"condition": wide, "value": 0.5},
    )
    shapes["data"] = {"values": topology, "format": {"type": "topojson", "feature": "countries"}}
    shapes["transform"] = [{"calculate": "isValid(datum.properties.name) ? 1 : 0", "as": "known"}, *shapes["transform"]]
    return [shapes, *_on_map(look)]


def _fill(look: Look, row: Record, known: Sequence[float]) -> Any:
    if row["gap"] is not None:
        return _shade(look, row["gap"], known)
    if not row["suppressed"]:
        return look.background
    stops = []
    for i in range(STRIPES):
        for start, end, colour in ((0, 0.7, look.background), (0.7, 1, look.hatch)):
            stops += [{"offset": round((i + at) / STRIPES, 4), "color": colour} for at in (start, end)]
    return {"gradient": "linear", "x1": 0, "y1": 0, "x2": 1, "y2": 1, "stops": stops}


def _on_map(look: Look) -> list[Record]:
    """The numbers of the countries that have room for them."""
    fits = {"filter": f"isValid(datum.lon) && datum.on_map && datum.reach * earth * PI / 180 > {look.px(7)}"}
    where: Record = {
        name: {"field": field, "type": "quantitative"} for name, field in (("longitude", "lon"), ("latitude", "lat"))
    }
    text: Record = {"text": {"field": "on_map"}}
    return haloed(look, words(look, align="center"), transform=[fits], **where, **text)


# The list


def _rows_at(look: Look) -> list[Record]:
    px = look.px
    return [
        calculate("y", f"list_top + {px(LINE + 14)} + {px(STEP)} * datum.row"),
        calculate("top", f"datum.y - {px(STEP / 2)}"),
        calculate("bottom", f"datum.y + {px(STEP / 2)}"),
        calculate("left", "list_left"),
        calculate("right", "width"),
    ]


def _list(look: Look, found: Sequence[Record]) -> list[Record]:
    px = look.px
    scale = _scale(found)
    tip = {"name": "country", "about": "gap", "people": "people"}
    known = [{"filter": "isValid(datum.gap)"}]
    band = {"type": "rect", "fillOpacity": 0.6}
    whisker = {"type": "rule", "color": look.gap, "strokeWidth": px(1.5)}
    dot = {"type": "point", "shape": "circle", "fill": look.gap, "size": px(10) ** 2, "stroke": look.background}
    edges: Record = {"x": pixel("left"), "x2": {"field": "right"}, "y": pixel("top"), "y2": {"field": "bottom"}}
    own = {"condition": {"test": "datum.own", "value": look.band}, "value": "transparent"}
    bold = {"expr": "datum.own ? 'bold' : 'normal'"}
    name = words(look, x={"expr": f"list_left + {px(4)}"}, fontWeight=bold)
    return [
        layer(band, fill=own, tip=tip, **edges),
        *_ticks(look, found, scale),
        *_everyone(look, found, scale),
        layer(
            whisker,
            transform=known,
            y=pixel("y"),
            x={"field": "gap_low", **scale},
            x2={"field": "gap_high"},
            opacity=FAINT,
        ),
        layer(dot, transform=known, y=pixel("y"), x={"field": "gap", **scale}, opacity=FAINT),
        layer(name, y=pixel("y"), text={"field": "name"}),
        *_column(look, "value", 46, "gap", strong=True),
        *_column(look, "n", 2, "n"),
        *_notes(look),
    ]


def _scale(found: Sequence[Record]) -> Record:
    ends = [r[name] for r in found for name in ("gap", "gap_low", "gap_high", "gap_all") if r[name] is not None]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    domain = [round(low, 4), round(high if high > low else low + 1, 4)]
    bounds = [{"expr": "begin"}, {"expr": "finish"}]
    scale = {"domain": domain, "range": bounds, "nice": False, "zero": False}
    return {"type": "quantitative", "scale": scale, "axis": None}


def _ticks(look: Look, found: Sequence[Record], scale: Record) -> list[Record]:
    """Thin lines at whole points, and their numbers below the list."""
    px, (low, high) = look.px, scale["scale"]["domain"]
    step = max(round((high - low) / 5), 1)
    data = [{"mark": mark} for mark in range(ceil(low / step) * step, floor(high) + 1, step)]
    bottom = px(LINE + 14) + px(STEP) * (min(len(found), MOST) - 0.5)
    ends = [
        calculate("top", f"list_top + {px(LINE)}"),
        calculate("bottom", f"list_top + {bottom}"),
        calculate("under", f"datum.bottom + {px(9)}"),
        calculate("said", "replace(format(datum.mark, 'd'), '-', '−')"),
    ]
    given: Record = {"data": data, "transform": ends, "x": {"field": "mark", **scale}}
    rule = {"type": "rule", "color": look.grid, "strokeWidth": 1}
    return [
        layer(rule, y=pixel("top"), y2={"field": "bottom"}, **given),
        layer(words(look, align="center", color=look.quiet), y=pixel("under"), text={"field": "said"}, **given),
    ]


def _everyone(look: Look, found: Sequence[Record], scale: Record) -> list[Record]:
    """A line at the gap of everyone, with its number above."""
    everyone = next((r["gap_all"] for r in found if r["gap_all"] is not None), None)
    if everyone is None:
        return []
    px, rows = look.px, sum(r["gap"] is not None for r in found[:MOST])
    data = [{"everyone": everyone, "said": f"everyone {two_digits(everyone)}"}]
    ends = [
        calculate("top", f"list_top + {px(LINE)}"),
        calculate("bottom", f"list_top + {px(LINE + 6)} + {px(STEP)} * {rows}"),
    ]
    rule = {"type": "rule", "color": look.quiet, "strokeDash": [3, 3]}
    text = words(look, align="center", color=look.quiet, y={"expr": f"list_top + {px(LINE / 2)}"})
    at: Record = {"x": {"field": "everyone", **scale}}
    return [
        layer(rule, data=data, transform=ends, y=pixel("top"), y2={"field": "bottom"}, **at),
        layer(text, data=data, text={"field": "said"}, **at),
    ]


def _column(look: Look, field: str, right: int, heading: str, strong: bool = False) -> list[Record]:
    edge = {"expr": f"width - {look.px(right)}"}
    mark = words(look, x=edge, align="right", fontWeight="bold" if strong else "normal")
    head = words(look, x=edge, align="right", color=look.quiet, y={"expr": f"list_top + {look.px(LINE / 2)}"})
    return [
        layer(mark, y=pixel("y"), text={"field": field}),
        layer(head, data=[{"heading": heading}], text={"field": "heading"}),
    ]


def _notes(look: Look) -> list[Record]:
    px = look.px
    shape = hatch([(0, px(44))], px(TEXT - 1), px(5))
    mark = {"type": "point", "shape": shape, "size": 4, "fill": "transparent", "stroke": look.hatch, "strokeWidth": 1}
    told = words(look, x={"expr": f"begin + (datum.suppressed ? {px(52)} : 0)"}, color=look.quiet)
    return [
        layer({**mark, "x": {"expr": "begin"}}, transform=[{"filter": "datum.suppressed"}], y=pixel("y")),
        layer(told, transform=[{"filter": "datum.note"}], y=pixel("y"), text={"field": "short"}),
    ]
