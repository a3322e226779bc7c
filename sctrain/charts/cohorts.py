"""The picture of cohort recipes: what each teaches itself, beside a cohort mixed as the room is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sctrain.charts.gaps import FAINT, sentence
from sctrain.charts.parts import EDGE, Drawing, Record, label_of, layer, pixel, records
from sctrain.charts.rows import Rows, Sign
from sctrain.charts.theme import LIGHT, SMALL_N, Look, interval
from sctrain.frames.cohorts import RECIPES
from sctrain.frames.peers import VERDICTS
from sctrain.numerals import MINUS, count, percent

PERCENT = {"labelExpr": "format(datum.value, '.0%')"}
LIFT = 6
"""How far the two marks of a row stand above and below its middle, in px."""
SIDE = 210
"""Width of the numbers where wide."""


def recipes_dots(recipes: pd.DataFrame, labels: Mapping[str, str], look: Look = LIGHT, *, seats: int) -> Drawing:
    """For each recipe the share that a cohort teaches itself (square), and that of the mix of the room (ring).

    Both with their 95 % interval; `labels` are the comparisons'. Marks fade below n = 10.
    """
    found = records(RECIPES, RECIPES.check(recipes), *_NUMBERS)
    key = [
        Sign("this mix", "square", fill=look.survey),
        Sign("mixed as the room is", "circle", look.background, look.gap, look.px(1.5)),
        Sign("95 % interval", "stroke", stroke=look.gap, weight=look.px(1.5)),
    ]
    rows = Rows(look, [f"By {label_of(labels, r['by']).lower()}" for r in found], key, columns=92, band=24)
    x = rows.scale(_domain(found), grid=True, **PERCENT)
    tip = {"name": "recipe", "about": "this mix", "usual": "mix of the room", "against": "difference", "n": "n"}
    layers = [
        rows.back(tip),
        rows.cover(),
        *_mark(look, "taught", -LIFT, x, {"shape": "square", "fill": look.survey, "stroke": look.survey}),
        *_mark(look, "random", LIFT, x, {"shape": "circle", "fill": look.background, "stroke": look.gap}),
        rows.names(),
        *_wide(rows.column("against", 100, "against the room’s mix")),
        *rows.column("value", 42, "taught", bold=True),
        *rows.column("n", 2, "n"),
        *rows.signs(),
    ]
    data = [_row(r, labels) for r in found]
    side = f"width - (wide ? {look.px(SIDE + 24)} : {look.px(EDGE)})"
    title = f"Share of what its members lack that a cohort of {seats} could teach itself"
    return rows.draw(title, _says(data), rows.place(data), layers, ("by",), {"finish": side})


_ENDS = ("", "_low", "_high")
_NUMBERS = ("n", *(f"{name}{end}" for name in ("taught", "random", "difference") for end in _ENDS), "verdict")


def _domain(found: Sequence[Record]) -> tuple[float, float]:
    """From a round tenth below every interval to all of the gap: shares near the end would else lie on one heap."""
    low = min((r[f"{name}_low"] for r in found for name in ("taught", "random")), default=0.0)
    return min(int(low * 10) / 10, 0.8), 1.0


def _mark(look: Look, name: str, lift: float, x: Record, paint: Record) -> list[Record]:
    by = {"yOffset": look.px(lift), "y2Offset": look.px(lift)}
    line = {"type": "rule", "strokeWidth": look.px(1.5), "stroke": paint["stroke"], **by}
    dot = {"type": "point", "size": look.px(11) ** 2, "strokeWidth": look.px(1.5), "yOffset": look.px(lift), **paint}
    ends: Record = {"x": {"field": f"{name}_low", **x}, "x2": {"field": f"{name}_high"}, "y": pixel("y")}
    return [
        layer(line, opacity=FAINT, **ends),
        layer({**dot, "opacity": 1}, x={"field": name, **x}, y=pixel("y"), opacity=FAINT),
    ]


def _wide(parts: Sequence[Record]) -> list[Record]:
    """Parts that are left out where the chart is narrow."""
    return [{**part, "transform": [*part.get("transform", ()), {"filter": "wide"}]} for part in parts]


def _row(row: Record, labels: Mapping[str, str]) -> Record:
    points = round(100 * (row["difference"] or 0))
    more = f"{points:+d} points".replace("-", MINUS)
    return {
        **{f"{name}{end}": row[f"{name}{end}"] for name in ("taught", "random") for end in _ENDS},
        "by": row["by"],
        "name": f"By {label_of(labels, row['by']).lower()}",
        "faint": (row["n"] or 0) < SMALL_N,
        "value": percent(row["taught"], 1),
        "about": _about(row, "taught"),
        "usual": _about(row, "random"),
        "against": more if row["verdict"] == VERDICTS[0] else VERDICTS[2],
        "n": count(row["n"] or 0),
    }


def _about(row: Record, name: str) -> str:
    return interval(*(percent(row[f"{name}{end}"], 1) for end in _ENDS))


def _says(data: Sequence[Record]) -> str:
    says = f"share of its gap that a cohort of each of {len(data)} recipes could teach itself"
    for r in data:
        says += f"; {r['name']}: {r['about']}, mixed as the room is {r['usual']}, {r['against']}, n {r['n']}"
    return sentence(says)
