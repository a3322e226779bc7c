"""What more hours buy: the share of the need that is covered by budget, and whom another budget hurts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sctrain.charts.gaps import sentence
from sctrain.charts.parts import (
    LINE,
    PHONE,
    TEXT,
    WIDE,
    Drawing,
    Record,
    as_given,
    calculate,
    drawing,
    label_of,
    layer,
    pixel,
    records,
    words,
)
from sctrain.charts.rows import Rows, Sign
from sctrain.charts.theme import LIGHT, Look, text_width
from sctrain.frames import CURVE, FALLS
from sctrain.numerals import MINUS, count, percent

EVERYONE = "Everyone"
DASHES: tuple[list[int], ...] = ([], [8, 3], [2, 3], [8, 3, 2, 3])
"""Of the lines of groups: told apart without colour, too."""
SHAPES = ("circle", "square", "diamond", "triangle-up", "cross")
"""Of everyone and of groups, where a line crosses the budget."""
HEIGHT, AXIS = 290, 48
"""Of the plane in px, and the width of what stands left of it."""


def programme_curve(
    curve: pd.DataFrame,
    groups: Mapping[str, str],
    look: Look = LIGHT,
    *,
    hours: float,
    instead: float | None = None,
) -> Drawing:
    """The share of the need covered (up) by the hours of the budget (right): everyone, and up to four groups.

    Upright lines stand at the chosen hours and at others; short lines under a mark are the floor of its group.
    """
    frame = CURVE.check(curve)
    found = records(CURVE, frame.assign(suppressed=False), "covered", "floor")
    names: dict[str | None, str] = {None: EVERYONE, **dict(list(groups.items())[: len(look.groups)])}
    styles = {code: _style(look, place) for place, code in enumerate(names)}
    shown = [r for r in found if r["group"] in names and r["covered"] is not None]
    keyed = _key(look, names, styles)
    data = [{**r, **styles[r["group"]], "name": names[r["group"]], "told": percent(r["covered"], 1)} for r in shown]
    top = max((r["hours"] for r in found), default=1)
    layers = [
        *_grid(look),
        *_rules(look, top, hours, instead),
        *(_line(look, code, styles[code], top) for code in reversed(names)),
        *_marks(look, data, hours, top),
        *_signs(look, keyed),
    ]
    heads = tuple(look.px(LINE * (1 + max(k[way] for k in keyed)) + 38) for way in ("row", "low"))
    return drawing(
        look,
        "What more hours buy: share of the need covered",
        _says(shown, names, hours),
        data,
        layers,
        (heads[0] + look.px(HEIGHT), heads[1] + look.px(HEIGHT)),
        signals={
            "head": f"wide ? {heads[0]} : {heads[1]}",
            "begin": f"{look.px(AXIS)}",
            "finish": f"width - {look.px(20)}",
        },
    )


def _style(look: Look, place: int) -> Record:
    colour = look.text if place == 0 else look.groups[place - 1]
    dash = DASHES[(place - 1) % len(DASHES)] if place else []
    return {"colour": colour, "dash": dash, "shape": SHAPES[place], "weight": 3 if place == 0 else 2}


def _x(top: float) -> Record:
    axis = {"title": "hours", "grid": False, "tickCount": {"expr": "wide ? 12 : 4"}}
    ends = [{"expr": "begin"}, {"expr": "finish"}]
    return {"type": "quantitative", "scale": {"domain": [0, top], "range": ends, "nice": False}, "axis": axis}


def _y() -> Record:
    ends = [{"expr": "height"}, {"expr": "head"}]
    return {"type": "quantitative", "scale": {"domain": [0, 1], "range": ends, "nice": False}, "axis": None}


def _grid(look: Look) -> list[Record]:
    """Lines of equal shares with their percentages: within the drawing, so that no axis changes its width."""
    data: list[Record] = [{"share": share / 5, "said": percent(share / 5, 1)} for share in range(6)]
    y: Record = {"field": "share", **_y()}
    rule = {"type": "rule", "color": look.grid, "x": {"expr": "begin"}, "x2": {"expr": "finish"}}
    said = words(look, color=look.quiet, align="right", x={"expr": f"begin - {look.px(6)}"})
    return [layer(rule, data=data, y=y), layer(said, data=data, y=y, text={"field": "said"})]


def _line(look: Look, code: str | None, style: Record, top: float) -> Record:
    mark = {"type": "line", "interpolate": "step-after", "color": style["colour"]}
    mark |= {"strokeWidth": look.px(style["weight"]), "strokeDash": [look.px(d) for d in style["dash"]]}
    which = "datum.group == null" if code is None else f"datum.group == '{code}'"
    return layer(mark, transform=[{"filter": which}], x={"field": "hours", **_x(top)}, y={"field": "covered", **_y()})


def _rules(look: Look, top: float, hours: float, instead: float | None) -> list[Record]:
    """The budget, and the other one, as upright lines with their hours."""
    found = []
    for lift, at, colour, dash in ((1.5, instead, look.quiet, [4, 3]), (0.5, hours, look.text, [])):
        if at is None or at > top:
            continue
        right = at > 0.8 * top
        data: list[Record] = [{"at": at, "said": f"{at:g} hours"}]
        rule = {"type": "rule", "color": colour, "strokeDash": dash, "strokeWidth": look.px(1.5)}
        x: Record = {"field": "at", **_x(top)}
        said = words(look, color=colour, align="right" if right else "left", xOffset=look.px(-4 if right else 4))
        y = {"value": {"expr": f"head - {look.px(LINE * lift)}"}}
        ends: Record = {
            "y": {"value": {"expr": f"head - {look.px(LINE * (lift + 0.5))}"}},
            "y2": {"value": {"expr": "height"}},
        }
        found += [layer(rule, data=data, x=x, **ends), layer(said, data=data, x=x, y=y, text={"field": "said"})]
    return found


def _marks(look: Look, data: Sequence[Record], hours: float, top: float) -> list[Record]:
    """Where the lines cross the budget, and the floors of groups under them."""
    px, within = look.px, [r["hours"] for r in data if r["hours"] <= hours]
    here = [r for r in data if within and r["hours"] == max(within)]
    at: Record = {"x": {"field": "hours", **_x(top)}}
    dot = {"type": "point", "size": px(11) ** 2, "stroke": look.background, "strokeWidth": 1, "fillOpacity": 1}
    tick = {"type": "tick", "orient": "horizontal", "size": px(26), "thickness": px(2.5)}
    tip = {"name": "of", "told": "covered", "least": "floor"}
    rows = [{**r, "least": "none" if r["floor"] is None else percent(r["floor"], 1)} for r in here]
    paint: Record = {"shape": as_given("shape"), "fill": as_given("colour")}
    floors = [r for r in rows if r["floor"] is not None]
    return [
        layer(tick, data=floors, **at, y={"field": "floor", **_y()}, color=as_given("colour")),
        layer(dot, data=rows, tip=tip, **at, y={"field": "covered", **_y()}, **paint),
    ]


def _key(look: Look, names: Mapping[str | None, str], styles: Mapping[str | None, Record]) -> list[Record]:
    """The key's entries: `x`, `row` of them where wide, `across`, `low` where narrow."""
    px, found = look.px, []
    said = [*names.values(), "floor of a group"]
    wide = _flow(said, look, px(WIDE))  # what reaches beyond the drawing makes it narrower, and that wider again
    narrow = _flow(said, look, px(PHONE))
    for text, style, (x, row), (across, low) in zip(said, [*styles.values(), None], wide, narrow, strict=True):
        shown = style or {"colour": look.quiet, "shape": "M-1.2,-0.2L1.2,-0.2L1.2,0.2L-1.2,0.2Z"}
        entry = {"said": text, "colour": shown["colour"], "shape": shown["shape"]}
        found.append({**entry, "x": x, "row": row, "across": across, "low": low})
    return found


def _flow(said: Sequence[str], look: Look, room: float) -> list[tuple[float, int]]:
    """Place and line of entries that stand one after the other."""
    found, x, line = [], 0.0, 0
    for text in said:
        width = look.px(36) + text_width(text, look.px(TEXT))
        if x and x + width > room:
            x, line = 0.0, line + 1
        found.append((round(x, 1), line))
        x += width
    return found


def _signs(look: Look, keyed: Sequence[Record]) -> list[Record]:
    px = look.px
    where = [
        calculate("key_x", f"(wide ? datum.x : datum.across) + {px(8)}"),
        calculate("key_y", f"(wide ? datum.row : datum.low) * {px(LINE)} + {px(LINE / 2)}"),
    ]
    both: Record = {"data": keyed, "transform": where, "x": pixel("key_x"), "y": pixel("key_y")}
    dot = {"type": "point", "size": px(11) ** 2, "strokeWidth": 0}
    return [
        layer(dot, shape=as_given("shape"), fill=as_given("colour"), **both),
        layer(words(look, xOffset=px(13)), text={"field": "said"}, **both),
    ]


def _says(shown: Sequence[Record], names: Mapping[str | None, str], hours: float) -> str:
    says = f"share of the need covered by hours, for everyone and {count(len(names) - 1)} groups"
    within = [r["hours"] for r in shown if r["hours"] <= hours]
    for r in shown:
        if within and r["hours"] == max(within):
            floor = "" if r["floor"] is None else f" (floor {percent(r['floor'], 1)})"
            says += f"; {names[r['group']]} {percent(r['covered'], 1)}{floor}"
    return sentence(says + f" at {hours:g} hours")


def programme_falls(falls: pd.DataFrame, groups: Mapping[str, str], look: Look = LIGHT, *, instead: float) -> Drawing:
    """What `instead` hours add to the share of the need that is covered, or takes from it: everyone, then groups."""
    frame = FALLS.check(falls)
    whole = frame[frame["module"].isna()].assign(suppressed=False)
    found = records(FALLS, whole, "effect", "to_hours")
    found = sorted(found, key=lambda r: (r["group"] is not None, r["effect"] if r["effect"] is not None else 1))
    names = [EVERYONE if r["group"] is None else label_of(groups, r["group"]) for r in found]
    low = min([0.0, *(r["effect"] for r in found if r["effect"] is not None)])
    high = max([0.0, *(r["effect"] for r in found if r["effect"] is not None)])
    rows = Rows(look, names, [Sign("less is covered", "square", fill=look.level), *_more(look, high)], columns=60)
    x = rows.scale(
        (low, high if high > low else low + 0.01),
        grid=True,
        labelExpr="datum.value ? format(datum.value, '+.0%') : '0'",
    )
    data = [{**r, **_fall(r, look), "name": name} for r, name in zip(found, names, strict=True)]
    tip = {"name": "of", "value": "share of the need"}
    bars = rows.bars(x, "zero", "effect", fill=as_given("fill"))
    layers = [rows.back(tip), rows.cover(), bars, rows.zero(x), rows.names()]
    layers += [*rows.column("value", 2, "change", bold=True), *rows.signs()]
    told = "; ".join(f"{name} {r['value']}" for name, r in zip(names, data, strict=True))
    title = f"What {instead:g} hours would change in the share of the need covered"
    return rows.draw(
        title, sentence(f"change of the share of the need covered: {told}"), rows.place(data), layers, ("group",)
    )


def _more(look: Look, high: float) -> list[Sign]:
    return [Sign("more is covered", "square", fill=look.survey)] * (high > 0)


def _fall(row: Record, look: Look) -> Record:
    effect = row["effect"]
    if effect is None:
        return {"zero": 0, "value": "no need is known", "fill": look.quiet}
    sign = "" if not round(effect, 3) else "+" if effect > 0 else MINUS
    told = f"{100 * abs(effect):.1f}".rstrip("0").rstrip(".")
    return {"zero": 0, "value": f"{sign}{told} points", "fill": look.survey if effect > 0 else look.level}
