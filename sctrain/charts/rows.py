"""Labelled rows: one competency or option each, its marks, its numbers, and the key above them all.

Where the chart is wide a label stands left of its marks, where it is narrow above them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sctrain.charts.parts import (
    EDGE,
    LINE,
    PHONE,
    TEXT,
    WIDE,
    Drawing,
    Record,
    as_given,
    calculate,
    drawing,
    haloed,
    hatch,
    layer,
    picked,
    pixel,
    words,
)
from sctrain.charts.theme import Look, hidden_for, text_width, wrap
from sctrain.errors import FrameError

LABELS = 250
"""Width of the labels' column where wide, in px."""
GAP = 12
"""Between rows where narrow."""


@dataclass(frozen=True)
class Sign:
    """One entry of a key: words beside a shape; `weight` is the width of the shape's line in px."""

    words: str
    shape: str
    fill: str = "transparent"
    stroke: str = "transparent"
    weight: float = 1


def hidden_sign(look: Look, k: int) -> Sign:
    """The key's entry for hatched cells."""
    return Sign(hidden_for(k), hatch([(-1, 1)], 2, 0.7), stroke=look.hatch)


def first(order: Sequence[str], top: int | None, marked: str | None) -> list[str]:
    """The first `top` of an order, all for None, and the marked one where it is not among them.

    FrameError if what is marked is not in the order at all.
    """
    if marked is not None and marked not in order:
        raise FrameError(f"{marked!r} cannot be marked; there are: {', '.join(order) or 'nothing'}")
    return [code for i, code in enumerate(order) if top is None or i < top or code == marked]


@dataclass(frozen=True)
class Rows:
    """Labelled rows: marks of `band` px, `columns` px of numbers at their right, a key above.

    `above` is the height of headings under the key, wide and narrow; `wide_from` the width
    from which the chart is wide.
    """

    look: Look
    labels: Sequence[str]
    key: Sequence[Sign] = ()
    columns: int = 0
    band: int = 14
    above: tuple[float, float] = (0, 0)
    wide_from: float = WIDE

    @cached_property
    def lines(self) -> list[tuple[str, ...]]:
        """The labels, broken into lines."""
        return [wrap(label) for label in self.labels]

    @cached_property
    def key_records(self) -> list[Record]:
        """The key's entries one after the other: `wide` in one line, `narrow` in as many as it takes."""
        px, room = self.look.px, self.look.px(PHONE - self.columns)
        along, x, line, found = 0.0, 0.0, 0, []
        for sign in self.key:
            width = px(36) + text_width(sign.words, px(TEXT))
            if x and x + width > room:
                x, line = 0.0, line + 1
            found.append({**vars(sign), "wide": round(along), "narrow": round(x), "line": line})
            x, along = x + width, along + width
        return found

    @property
    def head(self) -> tuple[float, float]:
        """Height of the key and the headings, wide and narrow."""
        px, lines = self.look.px, 1 + max((sign["line"] for sign in self.key_records), default=0)
        top = (px(LINE + 8), px(LINE * lines + 8)) if self.key or self.columns else (0.0, 0.0)
        return top[0] + self.above[0], top[1] + self.above[1]

    @property
    def step(self) -> float:
        """From one row to the next where wide."""
        return self.look.px(max(LINE * max(map(len, self.lines), default=1) + 6, self.band + 8))

    def _narrow(self, lines: tuple[str, ...]) -> float:
        return self.look.px(LINE * len(lines) + self.band + GAP)

    @property
    def heights(self) -> tuple[float, float]:
        """Height of the drawing above its axis, wide and narrow."""
        wide, narrow = self.head
        return wide + self.step * len(self.labels), narrow + sum(map(self._narrow, self.lines))

    def place(self, rows: Iterable[Record]) -> list[Record]:
        """The rows' records with their label and the middle of their marks, `wide` and `narrow`."""
        (wide, narrow), placed = self.head, []
        for i, (row, lines) in enumerate(zip(rows, self.lines, strict=True)):
            narrow += self._narrow(lines)
            at = {"wide": wide + self.step * (i + 0.5), "narrow": narrow - self.look.px(self.band / 2 + GAP)}
            at = {layout: round(y, 1) for layout, y in at.items()}
            placed.append({**row, "label": "\n".join(lines), "lines": len(lines), **at})
        return placed

    @property
    def transform(self) -> list[Record]:
        """Adds y of marks, label_y of a label's first line, side_y of numbers; a row's top and bottom."""
        px, half = self.look.px, round(self.step / 2, 1)
        beside = f"datum.wide - (datum.lines - 1) * {px(LINE / 2)}"
        above = f"datum.narrow - {px(self.band / 2)} - (datum.lines - 0.5) * {px(LINE)}"
        return [
            calculate("y", "wide ? datum.wide : datum.narrow"),
            calculate("label_y", f"wide ? {beside} : {above}"),
            calculate("side_y", "wide ? datum.wide : datum.label_y"),
            calculate("top", f"wide ? datum.wide - {half} : datum.label_y - {px((LINE + GAP) / 2)}"),
            calculate("bottom", f"wide ? datum.wide + {half} : datum.narrow + {px((self.band + GAP) / 2)}"),
        ]

    def back(self, tip: Mapping[str, str], shaded: str = "false") -> Record:
        """The rows themselves, which are clicked and pointed at; on a band where `shaded`."""
        look = self.look
        mark = {"type": "rect", "x": 0, "x2": "width", "cursor": "pointer", "strokeWidth": 1, "fillOpacity": 0.6}
        return layer(
            mark,
            "rows",
            y=pixel("top"),
            y2={"field": "bottom"},
            fill={"condition": {"test": shaded, "value": look.band}, "value": "transparent"},
            stroke=picked(look),
            tip=tip,
        )

    def names(self, only: str = "") -> Record:
        """The whole labels, a marked row's bold; where a row has several records, of the one that `only` says."""
        where = [{"filter": only}] if only else []
        bold = {"expr": "datum.marked ? 'bold' : 'normal'"}
        inset = {"expr": f"datum.marked ? {self.look.px(6)} : 0"}  # off the outline
        mark = words(self.look, x=inset, fontWeight=bold)
        return layer(mark, transform=where, y=pixel("label_y"), text={"field": "label"})

    def outline(self, only: str = "true") -> Record:
        """A line round the row that is `marked`; where a row has several records, of the one that `only` says."""
        px = self.look.px
        # numbers end at the drawing's edge: the line stands off them
        sides = {"x": px(1), "x2": {"expr": f"width + {px(3)}"}}
        mark = {"type": "rect", "filled": False, "stroke": self.look.text, "strokeWidth": px(2), **sides}
        where = [{"filter": f"datum.marked && {only}"}]
        return layer(mark, transform=where, y=pixel("top"), y2={"field": "bottom"})

    def column(self, field: str, right: int, heading: str, bold: bool = False) -> list[Record]:
        """A column of texts that ends `right` px from the drawing's edge, and its heading."""
        look, (wide, narrow) = self.look, self.head
        edge = {"expr": f"width - {look.px(right)}"}
        strong: Record = {"color": look.text, "fontWeight": "bold"} if bold else {"color": look.quiet}
        y = {"expr": f"(wide ? {wide} : {narrow}) - {look.px(LINE / 2 + 8)}"}
        mark = words(look, x=edge, align="right", **strong)
        head = words(look, x=edge, y=y, align="right", color=look.quiet)
        return [
            layer(mark, y=pixel("side_y"), text={"field": field}),
            layer(head, data=[{"heading": heading}], text={"field": "heading"}),
        ]

    def signs(self) -> list[Record]:
        """The key."""
        px = self.look.px
        x = calculate("x", f"(wide ? datum.wide : datum.narrow) + {px(8)}")
        y = calculate("y", f"(wide ? 0 : datum.line) * {px(LINE)} + {px(LINE / 2)}")
        sign: Record = {name: as_given(name) for name in ("shape", "fill", "stroke")}
        weight = as_given("weight", "quantitative")
        both: Record = {"data": self.key_records, "transform": [x, y], "x": pixel("x"), "y": pixel("y")}
        return [
            # a mitred join would count as wider than it is drawn and push the whole chart to the right
            layer({"type": "point", "size": px(11) ** 2, "strokeJoin": "round"}, strokeWidth=weight, **sign, **both),
            layer(words(self.look, xOffset=px(13)), text={"field": "words"}, **both),
        ]

    def notes(self) -> list[Record]:
        """Hatch and words where a row has a `note` instead of numbers."""
        look, px = self.look, self.look.px
        shape = hatch([(0, px(56))], px(12), px(5))
        mark = {"type": "point", "shape": shape, "size": 4, "fill": "transparent", "x": {"expr": "begin"}}
        stroke = {"stroke": look.hatch, "strokeWidth": 1}
        told = words(look, x={"expr": f"begin + (datum.suppressed ? {px(62)} : 0)"}, color=look.quiet)
        return [
            layer({**mark, **stroke}, transform=[{"filter": "datum.suppressed"}], y=pixel("y")),
            *haloed(look, told, transform=[{"filter": "datum.note"}], y=pixel("y"), text={"field": "note"}),
        ]

    def bars(self, x: Record, start: str, end: str, data: Sequence[Record] | None = None, **given: Any) -> Record:
        """Bars of the band's height between two fields; of these placed records where a row has several."""
        half = self.look.px(self.band / 2)
        where = [
            *([] if data is None else self.transform),
            {"filter": f"isValid(datum.{end})"},
            calculate("over", f"datum.y - {half}"),
            calculate("under", f"datum.y + {half}"),
        ]
        across: Record = {"x": {"field": start, **x}, "x2": {"field": end}}
        mark = {"type": "rect", "cursor": "pointer"}
        return layer(mark, data=data, transform=where, y=pixel("over"), y2={"field": "under"}, **across, **given)

    def scale(self, domain: tuple[float, float], **axis: Any) -> Record:
        """The marks' horizontal scale over the whole `domain`, and the axis below them."""
        count = {"tickCount": {"expr": f"max(3, (finish - begin) / {self.look.px(90)})"}, "labelFlush": False}
        ticks = {"title": None, **({} if "values" in axis else count), **axis}
        ends = [{"expr": "begin"}, {"expr": "finish"}]
        scale = {"domain": [round(end, 4) for end in domain], "range": ends, "nice": False, "zero": False}
        return {"type": "quantitative", "scale": scale, "axis": ticks}

    def zero(self, x: Record) -> Record:
        """A line at zero; where narrow only beside the marks, so that it crosses no label."""
        half = self.look.px(self.band / 2 + 2)
        where = [
            calculate("zero_top", f"wide ? datum.top : datum.y - {half}"),
            calculate("zero_bottom", f"wide ? datum.bottom : datum.y + {half}"),
        ]
        mark = {"type": "rule", "color": self.look.quiet}
        ends: Record = {"y": pixel("zero_top"), "y2": {"field": "zero_bottom"}}
        return layer(mark, transform=where, x={"datum": 0, **x}, **ends)

    def cover(self) -> Record:
        """Hides the grid behind the key and the headings."""
        edge = {"expr": f"wide ? {self.head[0]} : {self.head[1]}"}
        mark = {"type": "rect", "x": 0, "x2": "width", "y": 0, "y2": edge, "color": self.look.background}
        return layer(mark, data=[{"cover": 1}])

    def draw(
        self,
        title: str,
        says: str,
        data: Sequence[Record],
        layers: Sequence[Record],
        pick: Sequence[str] = (),
        signals: Mapping[str, str] | None = None,
    ) -> Drawing:
        """The whole chart; `says` is its alternative text, `signals` more names for expressions."""
        px = self.look.px
        ends: Record = {"begin": (LABELS, EDGE), "finish": (self.columns + 24 if self.columns else EDGE, EDGE)}
        begin, finish = (f"wide ? {px(wide)} : {px(narrow)}" for wide, narrow in ends.values())
        return drawing(
            self.look,
            title,
            says,
            data,
            layers,
            self.heights,
            signals={"begin": begin, "finish": f"width - ({finish})", **(signals or {})},
            pick=pick,
            transform=self.transform,
            wide_from=self.wide_from,
        )
