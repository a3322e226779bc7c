"""The modules of a programme: which are chosen, what each covers of the need, and how sure it is of its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from sctrain.charts.gaps import sentence
from sctrain.charts.parts import (
    Drawing,
    Record,
    as_given,
    calculate,
    label_of,
    layer,
    pixel,
    records,
    words,
)
from sctrain.charts.rows import Rows, Sign, first
from sctrain.charts.theme import LIGHT, Look, wrap
from sctrain.frames import MODULES
from sctrain.numerals import DASH, count, percent

NAMES, CHARS = 290, 44
"""Width of the names' column where wide, in px, and where a name breaks."""
SIDE, WORDS, COVERS, HOURS = 316, 58, 178, 250
"""How far from the right edge marks, certainty, shares and hours end where wide."""
UNDER = 46
"""The same of the marks where narrow: the hours stand beside them."""
CERTAIN = {
    "core": ("circle", True),
    "likely": ("square", True),
    "contested": ("circle", False),
    "out": ("stroke", False),
}
"""Shape by certainty, and whether it is full."""
_GIVEN = (
    *("hours", "priority", "survey", "tables", "adds", "chosen", "locked", "left", "order"),
    *("rooms", "share_chosen", "certainty", "unknown"),
)


def programme_rows(
    modules: pd.DataFrame,
    labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    rooms: int | None = None,
    top: int | None = 10,
    marked: str | None = None,
) -> Drawing:
    """Each module with two bars: what it covers of the survey's need (above) and of the tables' points (below).

    Those of the programme come first, numbered and on a band, then the others by what they would add; `top` rows, and
    always the whole programme. `rooms` is how many were redrawn; None while nobody knows how sure a module is.
    """
    found = _in_order(records(MODULES, MODULES.check(modules).assign(suppressed=False), *_GIVEN))
    chosen = sum(bool(r["chosen"]) for r in found)
    codes = first([r["module"] for r in found], None if top is None else max(top, chosen), marked)
    shown = [r for r in found if r["module"] in codes]
    heard = [voice for voice in ("survey", "tables") if any(r[voice] is not None for r in found)]
    rows = _Modules(look, [_label(r, labels) for r in shown], _key(look, heard), columns=76, band=16)
    most = max((r[voice] or 0 for r in found for voice in ("survey", "tables")), default=0)
    x = rows.scale((0, most or 1), grid=True, labelExpr="format(datum.value, '.0%')")
    data = [{**_row(r, labels, look), "marked": r["module"] == marked} for r in shown]
    tip = {"name": "module", "length": "hours", "by_survey": "of the survey’s need", "by_tables": "of the tables’"}
    tip |= {"more": "adds to the programme", "sure": "redrawn rooms"}
    layers = [
        rows.back(tip, shaded="datum.chosen"),
        rows.cover(),
        *(_bars(rows, x, voice) for voice in ("survey", "tables")),
        rows.names(),
        *_wide(rows.column("length", HOURS, "hours")),
        *_wide(rows.column("covers", COVERS, "of need", bold=True)),
        *_certainty(rows, rooms),
        *_beside(rows),
        *rows.signs(),
        rows.outline(),
    ]
    part = f", {count(len(shown))} of {count(len(found))}" if len(shown) < len(found) else ""
    title = f"Modules, what each covers of the need by itself{part}"
    ends = {
        "begin": f"wide ? {look.px(NAMES)} : 6",
        "finish": f"width - (wide ? {look.px(SIDE)} : {look.px(UNDER)})",
    }
    return rows.draw(title, _says(found, labels, rooms), rows.place(data), layers, ("line",), ends)


@dataclass(frozen=True)
class _Modules(Rows):
    """Rows whose names have more room."""

    @cached_property
    def lines(self) -> list[tuple[str, ...]]:
        """The labels, broken into lines."""
        return [wrap(label, CHARS) for label in self.labels]


def _in_order(found: Sequence[Record]) -> list[Record]:
    """The programme in its order, then what would add most; what is left out last."""
    return sorted(found, key=lambda r: (not r["chosen"], bool(r["left"]), r["order"] or 0, -(r["adds"] or 0)))


def _label(row: Record, labels: Mapping[str, str]) -> str:
    name = label_of(labels, row["module"])
    return f"{count(row['order'])}  {name}" if row["chosen"] else name


def _key(look: Look, heard: Sequence[str]) -> list[Sign]:
    bar = "M-1,-0.5L1,-0.5L1,0.5L-1,0.5Z"
    voices = {
        "survey": Sign("upper: survey’s need", bar, fill=look.survey),
        "tables": Sign("lower: tables’ points", bar, fill=look.tables),
    }
    band = Sign("chosen", "square", fill=look.band, stroke=look.quiet)
    return [band, *(voices[voice] for voice in heard)]


def _row(row: Record, labels: Mapping[str, str], look: Look) -> Record:
    """How one module is drawn, and what it says."""
    word = "locked in" if row["locked"] else "left out" if row["left"] else row["certainty"] or ""
    told = "" if row["share_chosen"] is None else percent(row["share_chosen"], 1)
    shape, full = CERTAIN.get(row["certainty"] or "", ("stroke", False))
    fixed = bool(row["locked"] or row["left"])
    return {
        "line": row["module"],
        "zero": 0,
        "name": label_of(labels, row["module"]),
        "chosen": bool(row["chosen"]),
        "survey": row["survey"],
        "tables": row["tables"],
        "length": f"{row['hours']:g}",
        "short": f"{row['hours']:g} h",
        "covers": _share(row["priority"]),
        "by_survey": _share(row["survey"]),
        "by_tables": _share(row["tables"]),
        "more": _share(row["adds"]),
        "word": word,
        "told": "" if fixed else told,
        "sure": word if fixed or not told else f"chosen in {told} of them: {word}",
        "shape": shape,
        "fill": look.text if full else look.background,
        "is_sure": bool(row["certainty"]) and not fixed,
    }


def _share(given: float | None) -> str:
    return DASH if given is None else percent(given, 1)


def _bars(rows: Rows, x: Record, voice: str) -> Record:
    """The bar of one voice: the survey's in the upper half of the band, the tables' in the lower."""
    half, look = rows.look.px(rows.band / 2 - 1), rows.look
    upper = voice == "survey"
    where = [
        {"filter": f"isValid(datum.{voice})"},
        calculate("over", f"datum.y - {half if upper else -0.5}"),
        calculate("under", f"datum.y + {half if not upper else -0.5}"),
    ]
    across: Record = {"x": {"field": "zero", **x}, "x2": {"field": voice}, "y": pixel("over"), "y2": {"field": "under"}}
    fill = look.survey if upper else look.tables
    return layer({"type": "rect", "cursor": "pointer", "fill": fill}, transform=where, **across)


def _certainty(rows: Rows, rooms: int | None) -> list[Record]:
    """In how many of the redrawn rooms a module is chosen: word, shape and share where wide, the word where narrow."""
    look, px = rows.look, rows.look.px
    heading = "" if rooms is None else f"in {count(rooms)} redrawn rooms"
    at = {"expr": f"width - {px(WORDS + 82)}"}
    dot = {"type": "point", "size": px(10) ** 2, "strokeWidth": px(1.5), "stroke": look.text, "x": at}
    paint: Record = {"shape": as_given("shape"), "fill": as_given("fill"), "y": pixel("side_y")}
    wide = [*_wide(rows.column("told", 2, heading)), *_wide(rows.column("word", WORDS, ""))]
    return [*wide, *_narrow(rows.column("word", 2, "")), layer(dot, transform=_ROOMY, **paint)]


_ROOMY: list[Record] = [{"filter": "wide && datum.is_sure"}]


def _beside(rows: Rows) -> list[Record]:
    """The hours, where narrow: beside the bars."""
    mark = words(rows.look, x={"expr": "width - 2"}, align="right", color=rows.look.quiet)
    return _narrow([layer(mark, y=pixel("y"), text={"field": "short"})])


def _wide(parts: Sequence[Record]) -> list[Record]:
    return [{**part, "transform": [*part.get("transform", ()), {"filter": "wide"}]} for part in parts]


def _narrow(parts: Sequence[Record]) -> list[Record]:
    return [{**part, "transform": [*part.get("transform", ()), {"filter": "!wide"}]} for part in parts]


def _says(found: Sequence[Record], labels: Mapping[str, str], rooms: int | None) -> str:
    names = [
        f"{label_of(labels, r['module'])} ({r['hours']:g} hours, {_share(r['priority'])} of the need"
        f"{', ' + r['certainty'] if r['certainty'] else ''})"
        for r in found
        if r["chosen"]
    ]
    says = f"{count(len(found))} modules and what each covers of the need of survey and tables"
    says += f"; chosen: {', '.join(names)}" if names else "; none is chosen"
    next_ = [r for r in found if not r["chosen"] and not r["left"]][:1]
    says += "".join(f"; next would be {label_of(labels, r['module'])}, {_share(r['adds'])}" for r in next_)
    return sentence(says + (f"; how sure that is, by {count(rooms)} redrawn rooms" if rooms else ""))
