"""What every chart is put together from: records of a frame, layers of marks, the whole drawing.

A drawing is *wide* or *narrow*; both layouts travel with it and the browser picks by its width.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

import altair as alt
import pandas as pd

from sctrain.charts.theme import FONT, Look, wrap
from sctrain.errors import FrameError
from sctrain.frames import Frame
from sctrain.numerals import DASH

Record = dict[str, Any]
TEXT = 13
"""Size of labels and numbers in px; every other length is made to fit it."""
LINE = 17
"""From one line of a label to the next."""
WIDE = 640
"""The width from which labels stand beside the marks."""
PHONE = 350
"""A width that has to be enough."""
EDGE = 6
"""Room for half a mark at the ends of a narrow chart."""


def records(contract: Frame, frame: pd.DataFrame, *columns: str) -> list[Record]:
    """The frame's rows with its key, `suppressed` and these columns; None for what is missing or hidden.

    A hidden number stops here, whatever the frame still holds: it never reaches the browser.
    """
    open_to_all = {*contract.key, "suppressed"}
    rows = frame[[*contract.key, *columns, "suppressed"]].to_dict("records")
    return [
        {str(c): None if row["suppressed"] and c not in open_to_all else _plain(v) for c, v in row.items()}
        for row in rows
    ]


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or value != value:
        return None
    value = value.item() if hasattr(value, "item") else value
    return float(f"{value:.9g}") if isinstance(value, float) else value


def label_of(labels: Mapping[str, str], code: str) -> str:
    """The label of a code; FrameError if it has none."""
    if code not in labels:
        raise FrameError(f"no label for {code!r}; there are labels for {', '.join(labels) or 'nothing'}")
    return labels[code]


def one(contract: Frame, frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """The frame itself; FrameError if its rows differ in this column."""
    found = frame[column].unique()
    if len(found) > 1:
        given = ", ".join(map(str, found))
        raise FrameError(f"{contract.name}.{column}: one is drawn at a time, and here are {given}")
    return frame


def choice(choices: Mapping[str, Any], what: str, given: str) -> Any:
    """The choice called so; FrameError with the names there are if there is none."""
    if given not in choices:
        raise FrameError(f"no {what} called {given!r}; there are: {', '.join(choices)}")
    return choices[given]


class Drawing(alt.LayerChart):
    """A layered chart that is kept as the Vega-Lite it is, finished: do not edit it with Altair.

    Altair's own objects cost 50 ms a chart to build and 50 ms to write and check, this one 5 ms;
    the tests check every chart against Altair's schema.
    """

    def __init__(self, spec: Record) -> None:
        super().__init__()
        object.__setattr__(self, "_spec", spec)

    def to_dict(self, *_: Any, **__: Any) -> Record:
        """The Vega-Lite specification, a new copy each time."""
        return deepcopy(self._spec)


def layer(
    mark: Record,
    name: str | None = None,
    data: Sequence[Record] | None = None,
    transform: Sequence[Record] = (),
    tip: Mapping[str, str] | None = None,
    **encoding: Any,
) -> Record:
    """One layer of a drawing, of the drawing's own data unless given others.

    `tip` is what a mark tells who points at it, and a screen reader: fields and their names.
    """
    if tip:
        # a title is put into an expression: JSON quotes what would end or change it
        said = " + '; ' + ".join(f"{json.dumps(f'{title} ')} + datum.{field}" for field, title in tip.items())
        shown = [{"field": field, "type": "nominal", "title": title} for field, title in tip.items()]
        mark, transform = {**mark, "aria": True}, [*transform, calculate("spoken", said)]
        encoding |= {"tooltip": shown, "description": {"field": "spoken", "type": "nominal"}}
    whole: Record = {"mark": mark, "encoding": encoding}
    whole |= {"name": name} if name else {}
    whole |= {"data": {"values": list(data)}} if data is not None else {}
    whole |= {"transform": list(transform)} if transform else {}
    return whole


def pixel(field: str) -> Record:
    """A position that is given in px already."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def as_given(field: str, kind: str = "nominal") -> Record:
    """A colour, shape or width that the field itself holds."""
    return {"field": field, "type": kind, "scale": None, "legend": None}


def calculate(name: str, expression: str) -> Record:
    """A field that the browser computes."""
    return {"calculate": expression, "as": name}


def picked(look: Look, otherwise: str = "transparent") -> Record:
    """The stroke of a mark: the text's colour where it was clicked."""
    return {"condition": {"param": "pick", "empty": False, "value": look.text}, "value": otherwise}


def words(look: Look, **mark: Any) -> Record:
    """A text mark of the charts' size, from the left; lines break at newlines."""
    plain = {"align": "left", "baseline": "middle", "color": look.text, "lineBreak": "\n"}
    return {"type": "text", "fontSize": look.px(TEXT), "lineHeight": look.px(LINE), **plain, **mark}


def haloed(look: Look, mark: Record, **given: Any) -> list[Record]:
    """A text layer on a halo that keeps it readable over lines."""
    halo = {"stroke": look.background, "strokeWidth": look.px(5), "strokeJoin": "round", "strokeOpacity": 0.85}
    return [layer(mark | halo, **given), layer(mark, **given)]


def hatch(spans: Iterable[tuple[float, float]], height: float, gap: float) -> str:
    """An SVG path of diagonals that fill these spans from left to right, centred vertically."""
    path, half = "", height / 2
    for start, end in spans:
        x = start - height + gap
        while x < end:
            left, right = max(x, start), min(x + height, end)
            path += f"M{left:.1f},{half - (left - x):.1f}L{right:.1f},{half - (right - x):.1f}"
            x += gap
    return path


FLANKED = 92
"""From this width on the word in a hidden cell has room for diagonals beside it."""


def hidden_cells(look: Look, height: float, where: Sequence[Record] = (), **given: Any) -> Record:
    """Diagonals on both sides of what stands in a hidden cell of a column's width."""
    px = look.px
    short, long = (
        json.dumps(hatch([(px(-w), px(-inner)), (px(inner), px(w))], px(height), px(4)))
        for inner, w in ((8, 19), (26, 44))
    )
    shape = {"expr": f"cell > {px(FLANKED)} ? {long} : {short}"}
    mark = {"type": "point", "shape": shape, "size": 4, "fill": "transparent", "stroke": look.hatch, "strokeWidth": 1}
    return layer(mark, transform=[*where, {"filter": "datum.suppressed"}], **given)


def cell_words(look: Look) -> Record:
    """Adds `told`: the `value` of a cell, of a hidden one a dash where its word has no room."""
    return calculate("told", f"datum.suppressed && cell <= {look.px(FLANKED)} ? '{DASH}' : datum.value")


def drawing(
    look: Look,
    title: str,
    says: str,
    data: Sequence[Record],
    layers: Sequence[Record],
    heights: tuple[float, float],
    *,
    signals: Mapping[str, str],
    pick: Sequence[str] = (),
    transform: Sequence[Record] = (),
    wide_from: float = WIDE,
) -> Drawing:
    """A chart as wide as its container and as high as its layout needs, wide or narrow.

    Expressions may use `wide` and these `signals`. A click on the layer called `rows` is the
    selection `pick` of these fields.
    """
    layout = {
        "wide": f"width >= {look.px(wide_from)}",
        "height": f"wide ? {heights[0]:.0f} : {heights[1]:.0f}",
        **signals,
    }
    params: list[Record] = [{"name": name, "expr": expr} for name, expr in layout.items()]
    if pick:
        select = {"type": "point", "fields": list(pick), "toggle": False}
        params.append({"name": "pick", "select": select, "views": ["rows"]})
    return Drawing(
        {
            "$schema": alt.SCHEMA_URL,
            "title": _title(look, title),
            "description": says,
            "width": "container",
            "height": round(heights[0]),
            "autosize": {"type": "fit-x", "contains": "padding"},
            "padding": {"left": 2, "right": 2, "top": 2, "bottom": 6},
            "background": look.background,
            "params": params,
            "data": {"values": list(data)},
            "transform": list(transform),
            "layer": list(layers),
            "config": _config(look),
        }
    )


def _title(look: Look, title: str) -> Record:
    size = look.px(15)
    letter = 0.57 * size
    lines = [wrap(title, int(look.px(px) / letter)) for px in (WIDE, PHONE)]
    once, wide, narrow = (json.dumps(found, ensure_ascii=False) for found in ((title,), *lines))
    return {
        "text": {"expr": f"width >= {letter * len(title):.0f} ? {once} : wide ? {wide} : {narrow}"},
        "anchor": "start",
        "frame": "bounds",
        "fontSize": size,
        "lineHeight": look.px(19),
        "offset": look.px(8),
        "color": look.text,
        "limit": 10_000,
    }


def _config(look: Look) -> Record:
    size = look.px(TEXT)
    axis = {
        "aria": False,
        "labelColor": look.quiet,
        "labelFontSize": size,
        "titleColor": look.quiet,
        "titleFontSize": size,
        "titleFontWeight": "normal",
        "gridColor": look.grid,
        "domain": False,
        "ticks": False,
        "labelLimit": 0,
        "labelPadding": look.px(4),
        "titlePadding": look.px(4),
    }
    return {"font": FONT, "view": {"stroke": None}, "axis": axis, "mark": {"aria": False}, "point": {"opacity": 1}}
