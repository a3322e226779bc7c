"""Small multiples: the largest gaps of each area, and each gap from event to event.

A *panel* is one area's, or one competency's, small chart; all panels share one scale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from sctrain.charts.gaps import FAINT, about, of_all, sentence
from sctrain.charts.parts import LINE, Drawing, Record, calculate, drawing, label_of, layer, pixel, records, words
from sctrain.charts.rows import Rows, Sign
from sctrain.charts.theme import FADED, HIDDEN, LIGHT, SMALL_N, Look, hidden_for, mix, wrap
from sctrain.frames import AREAS, TREND
from sctrain.frames.regions import CHANGES
from sctrain.numerals import MINUS, count, two_digits
from sctrain.privacy import THRESHOLD

WIDE_FROM = 900
"""The width from which panels stand side by side."""
GAP = 28
"""Between panels."""
INSET = 8
"""Of what stands in a panel, so that an outline goes round it."""
NAMES = 168
"""Width of the competencies' names."""
ROW = 23
HEAD = 26
"""Height of a panel's heading, of one line."""
FIRST = 5
"""Competencies in the panel of an area."""
PANELS = 12
"""Areas that have a panel; the numbers have them all."""
PLOT = 84
"""Height of the lines from event to event."""
TOLD = 20


@dataclass(frozen=True)
class Grid:
    """`columns` of panels where wide, one where narrow; each is `height` px high."""

    look: Look
    panels: int
    columns: int
    height: float
    key: Rows

    @property
    def heights(self) -> tuple[float, float]:
        """Height of the drawing, wide and narrow."""
        wide, narrow = self.key.head
        each = self.height + self.look.px(GAP / 2)
        return wide + each * -(-self.panels // self.columns), narrow + each * self.panels

    @property
    def signals(self) -> dict[str, str]:
        """Names for expressions: the panels' width and where the first begins."""
        gap, (wide, narrow) = self.look.px(GAP), self.key.head
        return {
            "across": f"wide ? {self.columns} : 1",
            "panel_width": f"(width - {2 * self.look.px(INSET)} - {gap} * (across - 1)) / across",
            "panels_top": f"wide ? {wide} : {narrow}",
        }

    @property
    def corners(self) -> list[Record]:
        """Adds `left` and `upper`, the corner of a record's `panel`."""
        px, each = self.look.px, self.height + self.look.px(GAP / 2)
        return [
            calculate("left", f"{px(INSET)} + (datum.panel % across) * (panel_width + {px(GAP)})"),
            calculate("upper", f"panels_top + floor(datum.panel / across) * {each}"),
        ]

    def draw(self, title: str, says: str, data: Sequence[Record], layers: Sequence[Record]) -> Drawing:
        """The whole chart; `says` is its alternative text."""
        return drawing(
            self.look,
            title,
            says,
            data,
            layers,
            self.heights,
            signals=self.signals,
            transform=self.corners,
            wide_from=WIDE_FROM,
        )


def _domain(numbers: Iterable[float | None], most: float) -> tuple[float, float]:
    """From 0, or the lowest number below it, to the highest; not beyond what a gap can be."""
    known = [n for n in numbers if n is not None]
    low, high = max(min([0.0, *known]), -most), min(max([0.0, *known]), most)
    return low, high if high > low else low + 1


# Areas


def area_panels(
    areas: pd.DataFrame,
    labels: Mapping[str, str],
    area_labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    points: int,
    own: str | None = None,
    k: int = THRESHOLD,
) -> Drawing:
    """A panel for each area with its largest gaps and their 95 % intervals; a grey tick is the gap of everyone.

    Areas come in the frame's order; `own` is outlined. `points` are the marks on the scale.
    """
    found = records(AREAS, AREAS.check(areas), "n", "gap", "gap_low", "gap_high", "gap_all", "rank")
    panels = _by_area(found)
    shown = dict(list(panels.items())[:PANELS])
    rows = [
        {**_area_row(r, labels, area_labels, k), "panel": i, "row": j, "own": area == own}
        for i, ((_, area), rows) in enumerate(shown.items())
        for j, r in enumerate(rows[:FIRST])
    ]
    heads = [
        {"panel": i, "heading": f"{label_of(area_labels, area)} · n {_most(rows)}", "own": area == own}
        for i, ((_, area), rows) in enumerate(shown.items())
    ]
    domain = _domain((r[name] for r in rows for name in ("gap_low", "gap_high", "gap", "gap_all")), points - 1)
    key = Rows(look, [], [*_area_key(look), *_faded(look, rows)])
    grid = Grid(look, len(shown), 3, look.px(HEAD + ROW * FIRST + 22), key)
    layers = [*_frame(grid, heads), *_ruled(grid, rows, heads, domain), *_area_marks(look, domain), *key.signs()]
    title = f"The {FIRST} largest gaps that may be shown of each area (scale points)" + of_all([*shown], [*panels])
    return grid.draw(title, _areas_say(shown, labels, area_labels), rows, layers)


def panels_alt(areas: pd.DataFrame, labels: Mapping[str, str], area_labels: Mapping[str, str]) -> str:
    """What `area_panels` shows, in a sentence."""
    found = records(AREAS, AREAS.check(areas), "n", "gap", "gap_low", "gap_high")
    return _areas_say(dict(list(_by_area(found).items())[:PANELS]), labels, area_labels)


def _areas_say(
    shown: Mapping[tuple[str, str], Sequence[Record]], labels: Mapping[str, str], area_labels: Mapping[str, str]
) -> str:
    said = [f"largest gaps of {len(shown)} areas"]
    for (_, area), rows in shown.items():
        if rows and rows[0]["gap"] is not None:
            top = rows[0]
            said.append(f"{label_of(area_labels, area)}: {label_of(labels, top['competency'])} {about(top, 'gap')}")
    return sentence("; ".join(said))


def _by_area(found: Sequence[Record]) -> dict[tuple[str, str], list[Record]]:
    """The records of each area from the largest gap down, those without a number last."""
    panels: dict[tuple[str, str], list[Record]] = {}
    for r in found:
        panels.setdefault((r["level"], r["area"]), []).append(r)
    return {key: sorted(rows, key=lambda r: (r["gap"] is None, -(r["gap"] or 0))) for key, rows in panels.items()}


def _most(rows: Sequence[Record]) -> str:
    most = max((r["n"] for r in rows if r["n"] is not None), default=None)
    return HIDDEN if most is None else count(most)


def _area_key(look: Look) -> list[Sign]:
    px = look.px
    return [
        Sign("gap, 95 % interval", "circle", fill=look.gap),
        Sign("gap of everyone", "M0,-0.9L0,0.9", stroke=look.quiet, weight=px(2.5)),
    ]


def faded_sign(look: Look, colour: str) -> Sign:
    """The key's entry for marks of few people."""
    return Sign(f"faded: n below {SMALL_N}", "circle", fill=mix(look.background, colour, FADED))


def _faded(look: Look, rows: Sequence[Record]) -> list[Sign]:
    return [faded_sign(look, look.gap)] * any(r["faint"] and r["gap"] is not None for r in rows)


def _area_row(row: Record, labels: Mapping[str, str], area_labels: Mapping[str, str], k: int) -> Record:
    note = hidden_for(k) if row["suppressed"] else "no answers" if row["gap"] is None else ""
    return {
        "competency": row["competency"],
        "area": row["area"],
        "level": row["level"],
        "name": label_of(labels, row["competency"]),
        "area_name": label_of(area_labels, row["area"]),
        "suppressed": bool(row["suppressed"]),
        "note": note,
        "faint": (row["n"] or 0) < SMALL_N,
        **{name: row[name] for name in ("gap", "gap_low", "gap_high", "gap_all")},
        "about": note or about(row, "gap"),
        "people": hidden_for(k) if row["suppressed"] else count(row["n"] or 0),
        "everyone": two_digits(row["gap_all"]),
    }


def _frame(grid: Grid, heads: Sequence[Record]) -> list[Record]:
    """The headings, the own panel on a band."""
    look, px = grid.look, grid.look.px
    right = [
        calculate("right", f"datum.left + panel_width + {px(INSET)}"),
        calculate("inset", f"datum.left - {px(INSET)}"),
    ]
    down = [calculate("down", f"datum.upper + {grid.height - px(2)}"), calculate("over", f"datum.upper - {px(3)}")]
    box = {"type": "rect", "fill": look.band, "fillOpacity": 0.6, "stroke": look.text, "strokeWidth": px(2)}
    corner: Record = {"x": pixel("inset"), "x2": {"field": "right"}, "y": pixel("over"), "y2": {"field": "down"}}
    name = words(look, fontWeight="bold", yOffset=px(HEAD / 2 - 2))
    data: Record = {"data": list(heads)}
    own = [*grid.corners, *right, *down, {"filter": "datum.own"}]
    return [
        layer(box, transform=own, **data, **corner),
        layer(name, transform=grid.corners, x=pixel("left"), y=pixel("upper"), text={"field": "heading"}, **data),
    ]


def _along(field: str, to: str, domain: tuple[float, float], look: Look) -> list[Record]:
    """Adds `to`: where a number stands between the panel's names and its right edge."""
    low, high = domain
    clamped = f"min(max(datum.{field}, {low:.4f}), {high:.4f})"
    span = f"(panel_width - {look.px(NAMES + 14)})"
    where = f"datum.left + {look.px(NAMES)} + ({clamped} - {low:.4f}) / {high - low:.4f} * {span}"
    return [calculate(to, f"isValid(datum.{field}) ? {where} : null")]


def _area_marks(look: Look, domain: tuple[float, float]) -> list[Record]:
    px = look.px
    at = [calculate("y", f"datum.upper + {px(HEAD + ROW / 2)} + datum.row * {px(ROW)}")]
    for field, to in (("gap", "x"), ("gap_low", "x_low"), ("gap_high", "x_high"), ("gap_all", "x_all")):
        at += _along(field, to, domain, look)
    known = [*at, {"filter": "isValid(datum.gap)"}]
    tip = {"area_name": "area", "name": "competency", "about": "gap", "everyone": "everyone", "people": "people"}
    line = {"type": "rule", "color": look.gap, "strokeWidth": px(1.5)}
    dot = {"type": "point", "shape": "circle", "fill": look.gap, "size": px(9) ** 2, "stroke": look.background}
    tick = {"type": "rule", "color": look.quiet, "strokeWidth": px(2.5)}
    ends = [calculate("over", f"datum.y - {px(7)}"), calculate("under", f"datum.y + {px(7)}")]
    y: Record = {"y": pixel("y")}
    return [
        layer(tick, transform=[*known, *ends], x=pixel("x_all"), y=pixel("over"), y2={"field": "under"}),
        layer(line, transform=known, x=pixel("x_low"), x2={"field": "x_high"}, opacity=FAINT, **y),
        layer(dot, transform=known, tip=tip, x=pixel("x"), opacity=FAINT, **y),
        layer(words(look), transform=at, x=pixel("left"), text={"field": "name"}, **y),
        layer(
            words(look, color=look.quiet),
            transform=[*at, {"filter": "datum.note"}, calculate("x", f"datum.left + {px(NAMES)}")],
            x=pixel("x"),
            text={"field": "note"},
            **y,
        ),
    ]


def _ruled(grid: Grid, rows: Sequence[Record], heads: Sequence[Record], domain: tuple[float, float]) -> list[Record]:
    """Thin lines at whole points in each panel, and their numbers below."""
    look, px, (low, high) = grid.look, grid.look.px, domain
    step = 1 if high - low <= 4 else 2
    marks = [mark for mark in range(-40, 41) if low - 1e-9 <= mark <= high + 1e-9 and mark % step == 0]
    most = [max((r["row"] for r in rows if r["panel"] == head["panel"]), default=0) + 1 for head in heads]
    data = [
        {"panel": head["panel"], "rows": n, "mark": mark, "said": str(mark).replace("-", MINUS), "zero": mark == 0}
        for head, n in zip(heads, most, strict=True)
        for mark in marks
    ]
    at = [
        *grid.corners,
        *_along("mark", "x", domain, look),
        calculate("over", f"datum.upper + {px(HEAD)}"),
        calculate("under", f"datum.over + datum.rows * {px(ROW)}"),
    ]
    strong: Record = {"condition": {"test": "datum.zero", "value": look.quiet}, "value": look.grid}
    rule = {"type": "rule", "strokeWidth": 1}
    text = words(look, align="center", color=look.quiet, yOffset=px(9))
    given: Record = {"data": data, "transform": at, "x": pixel("x")}
    return [
        layer(rule, y=pixel("over"), y2={"field": "under"}, stroke=strong, **given),
        layer(text, y=pixel("under"), text={"field": "said"}, **given),
    ]


# Events


def trend_panels(
    trend: pd.DataFrame,
    labels: Mapping[str, str],
    event_labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    points: int,
    top: int | None = 8,
    k: int = THRESHOLD,
) -> Drawing:
    """A panel for each competency with its gap at each event and the 95 % intervals, and the change in words.

    Competencies come in the frame's order, the first `top` of them. `points` are the marks on the scale.
    """
    found = records(TREND, TREND.check(trend), "place", *_TRENDED, "changed")
    panels: dict[str, list[Record]] = {}
    for r in found:
        panels.setdefault(r["competency"], []).append(r)
    shown = dict(list(panels.items())[:top])
    rows = [
        {**_event_row(r, after, labels, event_labels, k), "panel": i, "last": len(rows) - 1}
        for i, rows in enumerate(shown.values())
        for r, after in zip(rows, [*rows[1:], None], strict=True)
    ]
    heads = [{"panel": i, **_change_words(rows, label_of(labels, c), k)} for i, (c, rows) in enumerate(shown.items())]
    domain = _domain((r[name] for r in rows for name in ("gap", "gap_low", "gap_high")), points - 1)
    key = Rows(look, [], [Sign("gap, 95 % interval", "circle", fill=look.gap), *_faded(look, rows)])
    grid = Grid(look, len(shown), 4, look.px(2 * LINE + PLOT + 4 * LINE + TOLD), key)
    layers = [*_event_heads(grid, heads), *_event_marks(look, domain), *key.signs()]
    title = "Gap from event to event, the largest change first (scale points)" + of_all([*shown], [*panels])
    return grid.draw(title, _trend_says(shown, labels, k), rows, layers)


_TRENDED = ("n", "gap", "gap_low", "gap_high", "change", "change_low", "change_high")


def trend_alt(trend: pd.DataFrame, labels: Mapping[str, str], *, k: int = THRESHOLD) -> str:
    """What `trend_panels` shows, in a sentence."""
    found = records(TREND, TREND.check(trend), "place", *_TRENDED, "changed")
    panels: dict[str, list[Record]] = {}
    for r in found:
        panels.setdefault(r["competency"], []).append(r)
    return _trend_says(panels, labels, k)


def _trend_says(shown: Mapping[str, Sequence[Record]], labels: Mapping[str, str], k: int) -> str:
    said = [f"gap from event to event of {len(shown)} competencies"]
    for code, rows in list(shown.items())[:FIRST]:
        told = _change_words(rows, label_of(labels, code), k)
        said.append(f"{label_of(labels, code)}: {told['change']}")
    return sentence("; ".join(said))


def _event_row(
    row: Record, after: Record | None, labels: Mapping[str, str], event_labels: Mapping[str, str], k: int
) -> Record:
    note = hidden_for(k) if row["suppressed"] else "no answers" if row["gap"] is None else ""
    return {
        **{name: row[name] for name in ("competency", "event", "place", "gap", "gap_low", "gap_high")},
        "name": label_of(labels, row["competency"]),
        "event_name": label_of(event_labels, row["event"]),
        "foot_note": f"{label_of(event_labels, row['event'])}\nn {_most([row])}",
        "suppressed": bool(row["suppressed"]),
        "note": note,
        "next": after["gap"] if after else None,
        "faint": (row["n"] or 0) < SMALL_N,
        "about": note or about(row, "gap"),
        "people": hidden_for(k) if row["suppressed"] else count(row["n"] or 0),
    }


def _change_words(rows: Sequence[Record], label: str, k: int) -> Record:
    """The heading of a panel, and what changed from its earliest event to its last."""
    first, last = rows[0], rows[-1]
    heading = {"heading": "\n".join(wrap(label, 36))}
    if last["changed"] is None:
        hidden = any(r["suppressed"] for r in (first, last))
        return {**heading, "told": hidden_for(k) if hidden else "cannot tell", "change": ""}
    said = "may be the same" if last["changed"] == CHANGES[2] else "differs"
    verdict = f"{two_digits(first['gap'])} → {two_digits(last['gap'])}: {said}"
    return {**heading, "told": verdict, "change": f"change {about(last, 'change')}"}


def _event_heads(grid: Grid, heads: Sequence[Record]) -> list[Record]:
    look, px = grid.look, grid.look.px
    under = grid.height - px(2 * LINE)
    given: Record = {"data": heads, "transform": grid.corners, "x": pixel("left"), "y": pixel("upper")}
    return [
        layer(words(look, fontWeight="bold", baseline="top"), text={"field": "heading"}, **given),
        layer(words(look, yOffset=under), text={"field": "told"}, **given),
        layer(words(look, yOffset=under + px(LINE), color=look.quiet), text={"field": "change"}, **given),
    ]


def _event_at(look: Look, domain: tuple[float, float]) -> list[Record]:
    """Adds where an event stands in its panel, and the next one, its interval, zero and the line of words below."""
    px, (low, high) = look.px, domain
    inset, top = px(34), px(2 * LINE + 8)
    step = f"(panel_width - {2 * inset}) / max(datum.last, 1)"

    def height(value: str) -> str:
        clamped = f"min(max({value}, {low:.4f}), {high:.4f})"
        return f"datum.upper + {top} + {px(PLOT)} * (1 - ({clamped} - {low:.4f}) / {high - low:.4f})"

    places = {"gap": "y", "gap_low": "y_low", "gap_high": "y_high", "next": "y2"}
    return [
        calculate("x", f"datum.left + {inset} + (datum.place - 1) * {step}"),
        calculate("x2", f"datum.x + {step}"),
        *(calculate(to, f"isValid(datum.{of}) ? {height(f'datum.{of}')} : null") for of, to in places.items()),
        calculate("zero", height("0")),
        calculate("lowest", height(f"{low:.4f}")),
        calculate("highest", height(f"{high:.4f}")),
        calculate("foot", f"datum.upper + {top} + {px(PLOT + 14)}"),
        calculate("right", "datum.left + panel_width"),
    ]


def _event_marks(look: Look, domain: tuple[float, float]) -> list[Record]:
    px, at = look.px, _event_at(look, domain)
    tip = {"name": "competency", "event_name": "event", "about": "gap", "people": "people"}
    dot = {"type": "point", "shape": "circle", "fill": look.gap, "size": px(9) ** 2, "stroke": look.background}
    line, quiet = {"type": "rule", "color": look.gap}, words(look, color=look.quiet)
    both, known = ([*at, {"filter": f"isValid(datum.gap){more}"}] for more in (" && isValid(datum.next)", ""))
    flat = [*at, {"filter": "datum.place === 1"}]
    slope: Record = {"x": pixel("x"), "x2": {"field": "x2"}, "y": pixel("y"), "y2": {"field": "y2"}}
    whisker: Record = {"x": pixel("x"), "y": pixel("y_low"), "y2": {"field": "y_high"}}
    zero: Record = {"x": pixel("left"), "y": pixel("zero")}
    foot: Record = {"x": pixel("x"), "y": pixel("foot"), "text": {"field": "foot_note"}}
    return [
        layer({"type": "rule", "color": look.quiet, "strokeWidth": 1}, transform=flat, x2={"field": "right"}, **zero),
        layer({**line, "strokeWidth": px(2)}, transform=both, **slope),
        layer({**line, "strokeWidth": px(1.5)}, transform=known, opacity=FAINT, **whisker),
        layer(dot, transform=known, tip=tip, x=pixel("x"), y=pixel("y"), opacity=FAINT),
        *_ends_of_axis(look, domain, flat),
        layer({**quiet, "yOffset": px(-8)}, transform=flat, text={"value": "0"}, **zero),
        layer({**quiet, "align": "center"}, transform=at, **foot),
    ]


def _ends_of_axis(look: Look, domain: tuple[float, float], flat: Sequence[Record]) -> list[Record]:
    """Lines at the ends of the scale with their numbers; zero has its own."""
    line, quiet = {"type": "rule", "color": look.grid, "strokeWidth": 1}, words(look, color=look.quiet)
    found = []
    for end, mark in (("lowest", domain[0]), ("highest", domain[1])):
        if mark:
            at: Record = {"x": pixel("left"), "y": pixel(end), "transform": flat}
            found.append(layer(line, x2={"field": "right"}, **at))
            found.append(layer({**quiet, "yOffset": look.px(-8)}, text={"value": two_digits(mark)}, **at))
    return found
