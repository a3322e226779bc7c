"""The frame JOINT: how many people gave one competency each pair of importance and level."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sctrain.catalogue import Scale
from sctrain.charts.gaps import hidden_words, sentence
from sctrain.charts.parts import (
    LINE,
    TEXT,
    Drawing,
    Record,
    as_given,
    calculate,
    cell_words,
    drawing,
    hidden_cells,
    layer,
    pixel,
    records,
    words,
)
from sctrain.charts.rows import Rows, Sign, hidden_sign
from sctrain.charts.theme import HIDDEN, LIGHT, Look, hidden_for, ink, text_width
from sctrain.charts.who import base_of
from sctrain.frames import JOINT
from sctrain.numerals import count, people, percent
from sctrain.privacy import THRESHOLD

CELL = (104, 34)
"""Greatest width and the height of a cell in px."""


def joint_table(joint: pd.DataFrame, look: Look = LIGHT, *, scale: Scale, k: int = THRESHOLD) -> Drawing:
    """Counts by importance (up) and level (across); zero is blank, a hidden cell hatched.

    Outlined cells are the diagonal, where level equals importance: above it lies the gap.
    """
    found = records(JOINT, JOINT.check(joint), "n", "share")
    peak = max((r["n"] or 0 for r in found), default=0) or 1
    base = base_of(found)
    key = [Sign("level equals importance; above it, a gap", "square", stroke=look.text, weight=look.px(2))]
    if any(r["suppressed"] for r in found):
        key.append(hidden_sign(look, k))
    signs = Rows(look, (), key)
    tops = [head + look.px(LINE + 4) for head in signs.head]
    high = look.px(CELL[1]) * scale.points
    labels = [_end(scale, mark, scale.importance) for mark in range(scale.high, scale.low - 1, -1)]
    left = look.px(12) + max(text_width(label, look.px(TEXT)) for label in labels)
    return drawing(
        look,
        "Importance and present level" + (f": {people(base)} by pair of marks" if base else ""),
        _says(found, k),
        [_cell(r, scale, look, peak, base, k) for r in found],
        [*_cells(look), *_scales(look, scale, labels, high), *signs.signs()],
        (tops[0] + high + look.px(3 * LINE + 6), tops[1] + high + look.px(3 * LINE + 6)),
        signals={
            "top": f"wide ? {tops[0]} : {tops[1]}",
            "begin": f"{left:.0f}",
            "cell": f"min({look.px(CELL[0])}, (width - begin) / {scale.points})",
        },
        transform=_where(look),
    )


def joint_alt(joint: pd.DataFrame, *, k: int = THRESHOLD) -> str:
    """What `joint_table` shows, in a sentence."""
    return _says(records(JOINT, JOINT.check(joint), "n", "share"), k)


def _says(found: Sequence[Record], k: int) -> str:
    base = base_of(found)
    says = "people by importance and present level" + (f", {count(base)} with both marks" if base else "")
    if known := sorted((r for r in found if r["n"]), key=lambda r: -r["n"]):
        most = known[0]
        pair = f"importance {most['importance']} and level {most['level']}"
        says += f"; most often {pair}: {count(most['n'])} people, {percent(most['share'], base)}"
    return sentence(says + hidden_words(found, k))


def _cell(row: Record, scale: Scale, look: Look, peak: float, base: float, k: int) -> Record:
    hidden, n = bool(row["suppressed"]), row["n"] or 0
    fill = look.shade(0.08 + 0.92 * n / peak) if n else look.background
    return {
        "importance": row["importance"],
        "level": row["level"],
        "across": row["level"] - scale.low,
        "down": scale.high - row["importance"],
        "suppressed": hidden,
        "equal": row["importance"] == row["level"],
        "fill": fill,
        "ink": look.quiet if hidden else ink(fill),
        "value": HIDDEN if hidden else count(n) if n else "",
        "people": hidden_for(k) if hidden else count(n),
        "share": hidden_for(k) if hidden else percent(row["share"], base),
    }


def _where(look: Look) -> list[Record]:
    high = look.px(CELL[1])
    return [
        calculate("left", "begin + datum.across * cell"),
        calculate("right", "datum.left + cell"),
        calculate("over", f"top + datum.down * {high}"),
        calculate("under", f"datum.over + {high}"),
        calculate("x", "datum.left + cell / 2"),
        calculate("y", f"datum.over + {high / 2}"),
    ]


def _cells(look: Look) -> list[Record]:
    px = look.px
    at: Record = {"x": pixel("x"), "y": pixel("y")}
    ends: Record = {"x": pixel("left"), "x2": {"field": "right"}, "y": pixel("over"), "y2": {"field": "under"}}
    tip = {"importance": "importance", "level": "present level", "people": "people", "share": "share"}
    fits = {"expr": f"cell < {px(24)} ? 0 : 1"}
    outlines = [
        {"type": "rect", "fill": "transparent", "stroke": colour, "strokeWidth": px(wide)}
        for colour, wide in ((look.background, 5), (look.text, 2))
    ]
    return [
        layer({"type": "rect", "stroke": look.grid}, "rows", fill=as_given("fill"), tip=tip, **ends),
        hidden_cells(look, CELL[1] - 14, **at),
        *(layer(outline, transform=[{"filter": "datum.equal"}], **ends) for outline in outlines),
        layer(
            words(look, align="center", opacity=fits),
            transform=[cell_words(look)],
            text={"field": "told"},
            color=as_given("ink"),
            **at,
        ),
    ]


def _end(scale: Scale, mark: int, anchors: Sequence[str]) -> str:
    """A mark, with its word where the scale gives one."""
    if len(anchors) == scale.points:
        return f"{mark} {anchors[mark - scale.low]}"
    return {scale.low: f"{mark} {anchors[0]}", scale.high: f"{mark} {anchors[-1]}"}.get(mark, str(mark))


def _scales(look: Look, scale: Scale, labels: Sequence[str], high: float) -> list[Record]:
    """The marks of both scales in words, and what they are."""
    px, side = look.px, {"color": look.quiet}
    foot = f"top + {high + px(LINE / 2 + 4)}"
    finish = f"begin + {scale.points} * cell"
    rows = [{"said": label, "down": i} for i, label in enumerate(labels)]
    marks = [{"said": str(scale.low + i), "across": i} for i in range(scale.points)]
    under, last = {"expr": f"{foot} + {px(LINE)}"}, {"expr": f"{foot} + {px(2 * LINE)}"}
    once: list[tuple[str, Record]] = [
        (scale.level[0], {"x": {"expr": "begin"}, "y": under}),
        (scale.level[-1], {"x": {"expr": finish}, "y": under, "align": "right"}),
        ("present level", {"x": {"expr": f"(begin + {finish}) / 2"}, "y": last, "align": "center"}),
        ("importance", {"x": 0, "y": {"expr": f"top - {px(LINE / 2 + 2)}"}}),
    ]
    down = calculate("y", f"top + (datum.down + 0.5) * {px(CELL[1])}")
    across = calculate("x", "begin + (datum.across + 0.5) * cell")
    said: Record = {"text": {"field": "said"}}
    beside = words(look, x={"expr": f"begin - {px(8)}"}, align="right", **side)
    below = words(look, y={"expr": foot}, align="center", **side)
    return [
        layer(beside, data=rows, transform=[down], y=pixel("y"), **said),
        layer(below, data=marks, transform=[across], x=pixel("x"), **said),
        *(layer(words(look, **side, **at), data=[{"said": word}], **said) for word, at in once),
    ]
