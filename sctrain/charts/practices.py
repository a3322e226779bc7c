"""Pictures of the work practices and of both aspects: present level and importance, and a city's own check beside them.

A city's *marks* are its check stretched to the survey's scale.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape

import pandas as pd
import plotly.graph_objects as go

from sctrain.catalogue import Scale
from sctrain.charts.gaps import FAINT, about, hidden_words, sentence
from sctrain.charts.parts import TEXT, Drawing, Record, label_of, layer, pixel, records
from sctrain.charts.rows import Rows, Sign
from sctrain.charts.theme import FONT, LIGHT, SMALL_N, Look, hidden_for, wrap
from sctrain.frames import ASPECTS, PRACTICES
from sctrain.frames.practices import ASPECT_ROWS, OFTEN
from sctrain.numerals import count, two_digits
from sctrain.privacy import THRESHOLD

ENDS = [f"{role}{end}" for role in ("importance", "level", "gap") for end in ("", "_low", "_high")]
ASPECT_NAMES = {"technology": "Technology", "human": "Human side"}
BAND = 24
"""Height of a row's marks: a city's own square and two intervals have room beside each other."""
TITLE = 28
"""Height of the polar chart's title."""
HEIGHT = 460
"""Of the polar chart in px: whole under its heading on a laptop."""
LABEL = 15
"""Where a practice's name breaks at the rim, in characters: seven of them fit round the circle on a phone."""


def practices_dumbbell(
    practices: pd.DataFrame,
    labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    scale: Scale,
    marks: Mapping[str, float] | None = None,
    k: int = THRESHOLD,
) -> Drawing:
    """Each practice from present level to importance with 95 % intervals, the largest gap first: the bar is the gap.

    `marks` are a city's own by practice, on the survey's scale. Marks fade below n = 10; a hidden number says
    "fewer than `k`".
    """
    found = _by_gap(records(PRACTICES, PRACTICES.check(practices), "n", *ENDS))
    rows = [{**r, "name": label_of(labels, r["practice"]), "own": (marks or {}).get(r["practice"])} for r in found]
    title = "Work practices: present level and importance of the competencies that serve them, means"
    return _dumbbell(rows, "practice", title, look, scale, k)


def aspects_dumbbell(aspects: pd.DataFrame, look: Look = LIGHT, *, scale: Scale, k: int = THRESHOLD) -> Drawing:
    """Technology and the human side from present level to importance, as in `practices_dumbbell`."""
    found = records(ASPECTS, ASPECTS.check(aspects), "n", *ENDS)
    rows = [{**r, "name": ASPECT_NAMES[r["aspect"]], "own": None} for r in found if r["aspect"] != ASPECT_ROWS[2]]
    title = "Technology and the human side: present level and importance, means"
    return _dumbbell(rows, "aspect", title, look, scale, k)


def _by_gap(found: Sequence[Record]) -> list[Record]:
    return sorted(found, key=lambda r: (r["gap"] is None, -(r["gap"] or 0)))


def _dumbbell(found: Sequence[Record], key: str, title: str, look: Look, scale: Scale, k: int) -> Drawing:
    rows = Rows(
        look, [r["name"] for r in found], _key(look, any(r["own"] is not None for r in found)), columns=80, band=BAND
    )
    x = rows.scale((scale.low, scale.high), **_anchored(scale))
    x["scale"]["clamp"] = True  # an interval may reach past the scale: its line ends where the scale does
    tip = {"name": key, "importance_about": "importance", "level_about": "present level", "about": "gap"}
    bar = {"type": "rule", "color": look.gap, "strokeWidth": look.px(4)}
    layers = [
        rows.back({**tip, "own_about": "your city", "people": "people"}),
        rows.cover(),
        layer(bar, transform=_valid("gap"), x={"field": "level", **x}, x2={"field": "importance"}, **_at()),
        *_end(look, "level", look.level, "diamond", 6, x),
        *_end(look, "importance", look.importance, "circle", -6, x),
        _own(look, x),
        rows.names(),
        *rows.column("value", 36, "gap", bold=True),
        *rows.column("n", 2, "n"),
        *rows.signs(),
        *rows.notes(),
    ]
    data = [_row(r, k) for r in found]
    return rows.draw(title, _says(data, key, k), rows.place(data), layers, (key,))


def _key(look: Look, checked: bool) -> list[Sign]:
    found = [
        Sign("present level", "diamond", fill=look.level),
        Sign("gap", "stroke", stroke=look.gap, weight=look.px(4)),
        Sign("importance", "circle", fill=look.importance),
        Sign("95 % interval", "stroke", stroke=look.quiet, weight=look.px(1.5)),
    ]
    own = Sign(f"your city: 1 {OFTEN[0]} … {len(OFTEN)} {OFTEN[-1]}", "square", stroke=look.text, weight=look.px(2))
    return [*found, own] if checked else found


def _valid(field: str) -> list[Record]:
    return [{"filter": f"isValid(datum.{field})"}]


def _at() -> Record:
    return {"y": pixel("y"), "opacity": FAINT}


def _end(look: Look, role: str, colour: str, shape: str, lift: float, x: Record) -> list[Record]:
    """One end of the bar with its interval, which lies a little off the row's middle."""
    px = look.px
    line = {"type": "rule", "color": colour, "strokeWidth": px(1.5), "yOffset": px(lift), "y2Offset": px(lift)}
    dot = {"type": "point", "shape": shape, "fill": colour, "stroke": look.background, "strokeWidth": px(1.5)}
    span: Record = {"x": {"field": f"{role}_low", **x}, "x2": {"field": f"{role}_high"}}
    return [
        layer(line, transform=_valid(f"{role}_low"), **span, **_at()),
        layer({**dot, "size": px(11.5) ** 2}, transform=_valid(role), x={"field": role, **x}, **_at()),
    ]


def _own(look: Look, x: Record) -> Record:
    """The city's own mark: an open square, which lets the others be seen through it."""
    square = {"type": "point", "shape": "square", "size": look.px(17) ** 2, "fill": "transparent"}
    mark = {**square, "stroke": look.text, "strokeWidth": look.px(2)}
    return layer(mark, transform=_valid("own"), x={"field": "own", **x}, y=pixel("y"))


def _row(row: Record, k: int) -> Record:
    hidden = bool(row["suppressed"])
    note = hidden_for(k) if hidden else "no answers" if row["gap"] is None else ""
    told = {f"{role}_about": note or about(row, role) for role in ("importance", "level")}
    own = "not said" if row["own"] is None else two_digits(row["own"])
    return {
        **row,
        **told,
        "about": note or about(row, "gap"),
        "own_about": own,
        "note": note,
        "faint": (row["n"] or 0) < SMALL_N,
        "value": "" if note else two_digits(row["gap"]),
        "people": hidden_for(k) if hidden else count(row["n"] or 0),
        "n": "" if hidden else count(row["n"] or 0),
    }


def _anchored(scale: Scale) -> Record:
    """An axis with a tick at every mark, whose ends say in words what they mean."""
    low = [str(scale.low), f"importance: {scale.importance[0]}", f"level: {scale.level[0]}"]
    high = [str(scale.high), scale.importance[-1], scale.level[-1]]
    values = list(range(scale.low, scale.high + 1)) if scale.points <= 10 else [scale.low, scale.high]
    told = f"datum.value === {scale.low} ? {json.dumps(low)} : datum.value === {scale.high} ? {json.dumps(high)}"
    return {"values": values, "labelExpr": f"{told} : format(datum.value, 'd')", "labelOverlap": False}


def _says(data: Sequence[Record], key: str, k: int) -> str:
    says = f"mean present level and importance of {len(data)} {key}s"
    for r in data:
        if not r["note"]:
            level, importance = two_digits(r["level"]), two_digits(r["importance"])
            says += f"; {r['name']}: gap {r['about']}, from level {level} to importance {importance}, n {r['n']}"
            says += f", your city {r['own_about']}" if r["own"] is not None else ""
    return sentence(says + hidden_words(data, k))


# Round a circle


def practices_polar(
    practices: pd.DataFrame,
    look: Look = LIGHT,
    *,
    labels: Mapping[str, str],
    scale: Scale,
    marks: Mapping[str, float] | None = None,
) -> go.Figure:
    """Importance and present level of the practices round a circle, in the catalogue's order, with 95 % intervals.

    `marks` are a city's own, as in `practices_dumbbell`. Hidden practices leave a hole.
    """
    found = records(PRACTICES, PRACTICES.check(practices), "n", *ENDS)
    names = {r["practice"]: "<br>".join(map(escape, wrap(label_of(labels, r["practice"]), LABEL))) for r in found}
    traces = [
        *_round(found, names, "importance", look.importance, "circle"),
        *_round(found, names, "level", look.level, "diamond"),
    ]
    if marks:
        traces.append(_mine(names, marks, look))
    return go.Figure(traces, _layout(look, scale, list(names.values())))


def practices_polar_alt(
    practices: pd.DataFrame,
    *,
    labels: Mapping[str, str],
    scale: Scale,  # noqa: ARG001 - what a figure is made with, its text is
    marks: Mapping[str, float] | None = None,
) -> str:
    """What `practices_polar` shows, in a sentence."""
    found = records(PRACTICES, PRACTICES.check(practices), "n", *ENDS)
    own = {code: two_digits(mark) for code, mark in (marks or {}).items()}
    says = f"importance and present level of {len(found)} work practices round a circle"
    for r in found:
        if r["gap"] is not None:
            says += (
                f"; {label_of(labels, r['practice'])}: importance {about(r, 'importance')}, level {about(r, 'level')}"
            )
            says += f", your city {own[r['practice']]}" if r["practice"] in own else ""
    return sentence(says + hidden_words(found, THRESHOLD))


def _round(
    found: Sequence[Record], names: Mapping[str, str], role: str, colour: str, shape: str
) -> list[go.Scatterpolar]:
    """The closed line of a role, and its intervals along the spokes."""
    around = [*found, *found[:1]]
    angle = [names[r["practice"]] for r in around]
    told = [f"{name.replace('<br>', ' ')}: {about(r, role) if r[role] is not None else 'hidden'}"
            for name, r in zip(angle, around, strict=True)]  # fmt: skip
    word = {"importance": "importance", "level": "present level"}[role]
    look = {"r": [r[role] for r in around], "theta": angle, "mode": "lines+markers", "name": word}
    marker = {"color": colour, "size": 7, "symbol": shape}
    spokes = [r for r in found if r[f"{role}_low"] is not None]
    span = {
        "r": [end for r in spokes for end in (r[f"{role}_low"], r[f"{role}_high"], None)],
        "theta": [name for r in spokes for name in (names[r["practice"]],) * 3],
    }
    line = {"color": colour, "width": 3}
    plain: Record = {"mode": "lines", "line": line, "showlegend": False, "hoverinfo": "skip"}
    return [
        go.Scatterpolar(**look, marker=marker, line={"color": colour, "width": 1.5}, text=told, hoverinfo="text"),
        go.Scatterpolar(**span, **plain),
    ]


def _mine(names: Mapping[str, str], marks: Mapping[str, float], look: Look) -> go.Scatterpolar:
    own = {names[code]: mark for code, mark in marks.items() if code in names}
    marker = {"symbol": "square-open", "size": 13, "color": look.text, "line": {"width": 2}}
    told = [f"your city: {two_digits(mark)}" for mark in own.values()]
    at = {"r": list(own.values()), "theta": list(own)}
    return go.Scatterpolar(**at, mode="markers", marker=marker, name="your city", text=told, hoverinfo="text")


def _layout(look: Look, scale: Scale, names: Sequence[str]) -> go.Layout:
    font = {"family": FONT, "size": look.px(TEXT), "color": look.text}
    ticks = list(range(scale.low, scale.high + 1)) if scale.points <= 10 else [scale.low, scale.high]
    between = 90 - 180 / max(len(names), 1)  # two spokes, where numbers cover no mark
    radial = {
        "range": [scale.low, scale.high + scale.points / 16],  # a mark at the rim is off the names
        "tickvals": ticks,
        "angle": between,
        "tickangle": between,  # upright: they turn with their axis
        "showline": False,
        "ticks": "",
        "gridcolor": look.grid,
        "linecolor": look.grid,
        "tickfont": {**font, "color": look.quiet},
    }
    angular = {
        "categoryorder": "array",
        "categoryarray": list(names),
        "direction": "clockwise",
        "ticks": "",
        "rotation": 90,
        "gridcolor": look.grid,
        "linecolor": look.grid,
        "tickfont": font,
    }
    return go.Layout(
        polar={"radialaxis": radial, "angularaxis": angular, "bgcolor": look.background},
        font=font,
        paper_bgcolor=look.background,
        height=look.px(HEIGHT) + TITLE,
        margin={"l": 90, "r": 90, "t": 90 + TITLE, "b": 45},
        title=_title(font),
        legend={"orientation": "h", "x": 0.5, "xanchor": "center", "y": 1.3, "yanchor": "top", "font": font},
        dragmode=False,
    )


def _title(font: Record) -> Record:
    at = {"x": 0.5, "y": 1, "yref": "container", "yanchor": "top", "pad": {"t": 6}}
    return {"text": "Work practices: importance, present level", "font": {**font, "weight": 600}, **at}
