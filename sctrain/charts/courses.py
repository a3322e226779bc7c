"""The picture of courses on offer: how large each gap is, and how many hours there are for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sctrain.charts.gaps import FAINT, about, hidden_words, of_all, sentence
from sctrain.charts.parts import LINE, Drawing, Record, as_given, calculate, label_of, layer, pixel, records
from sctrain.charts.rows import Rows, Sign, first
from sctrain.charts.theme import LIGHT, SMALL_N, Look, hidden_for
from sctrain.frames.courses import COVERAGE, STATES
from sctrain.numerals import count, two_digits
from sctrain.privacy import THRESHOLD

NO_COURSE, OFFER, OUTSIDE, OPEN = STATES
WORDS = {
    NO_COURSE: "needed, no course",
    OFFER: "needed, on offer",
    OUTSIDE: "in no core",
    OPEN: "cannot tell",
}
"""What states are called beside a row."""
HOURS, BARS, TOLD, SIDE = 66, 170, 182, 316
"""How far from the right edge the hours end, their bars begin, the state ends, and the marks end where wide.

Where the chart is narrow, state and bars are left out.
"""
LONGEST = 60
"""Of a bar."""


def coverage_dots(
    coverage: pd.DataFrame,
    labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    top: int | None = 10,
    k: int = THRESHOLD,
    marked: str | None = None,
) -> Drawing:
    """Each competency's mean gap with its 95 % interval by its rank of need, and the hours on offer as a bar.

    A square is needed and has no course, a disc is needed and has one; rings are outside the core or cannot be told.
    Marks fade below n = 10; a hidden number says "fewer than `k`".
    """
    found = _by_need(records(COVERAGE, COVERAGE.check(coverage), *_NUMBERS))
    codes = first([r["competency"] for r in found], top, marked)
    shown = [r for r in found if r["competency"] in codes]
    rows = Rows(look, [label_of(labels, r["competency"]) for r in shown], _key(look), columns=108)
    x = rows.scale(_domain(shown), grid=True, title="mean gap, scale points")
    most = max((r["hours"] or 0 for r in found), default=0)
    data = [{**_row(r, labels, look, k, most), "marked": r["competency"] == marked} for r in shown]
    tip = {"name": "competency", "about": "gap", "told": "state", "supply": "on offer", "people": "n"}
    layers = [
        rows.back(tip),
        rows.zero(x),
        rows.cover(),
        *_marks(look, x),
        rows.names(),
        *_bars(look),
        *_wide(rows.column("told", TOLD, "")),
        *rows.column("hours", HOURS, "hours", bold=True),
        *rows.column("courses", 2, "courses"),
        *rows.signs(),
        *rows.notes(),
        rows.outline(),
    ]
    side = f"width - (wide ? {look.px(SIDE)} : {look.px(6)})"
    title = f"Gaps and the hours on offer for them{of_all(shown, found)}"
    return rows.draw(title, _says(found, labels, k), rows.place(data), layers, ("competency",), {"finish": side})


_NUMBERS = ("n", "gap", "gap_low", "gap_high", "survey_rank", "table_rank", "courses", "hours", "state")


def _by_need(found: Sequence[Record]) -> list[Record]:
    """By rank in the survey; those that have none last."""
    return sorted(found, key=lambda r: (r["survey_rank"] is None, r["survey_rank"] or 0))


def _key(look: Look) -> list[Sign]:
    thin = look.px(1.5)
    return [
        Sign(WORDS[NO_COURSE], "square", fill=look.level),
        Sign(WORDS[OFFER], "circle", fill=look.survey),
        Sign("in no core, or cannot tell", "circle", look.background, look.quiet, thin),
        Sign("95 % interval", "stroke", stroke=look.quiet, weight=thin),
    ]


def _domain(shown: Sequence[Record]) -> tuple[float, float]:
    ends = [r[name] for r in shown for name in ("gap", "gap_low", "gap_high") if r[name] is not None]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    return low, high if high > low else low + 1


def _row(row: Record, labels: Mapping[str, str], look: Look, k: int, most: float) -> Record:
    """How one competency is drawn, and what it says. What is on offer is public, whatever is hidden of the survey."""
    gone = bool(row["suppressed"])
    note = hidden_for(k) if gone else "no answers" if row["gap"] is None else ""
    state = None if gone else row["state"]
    colour = {NO_COURSE: look.level, OFFER: look.survey}.get(state or "", look.quiet)
    return {
        "competency": row["competency"],
        "name": label_of(labels, row["competency"]),
        "suppressed": gone,
        "note": note,
        "faint": (row["n"] or 0) < SMALL_N,
        **{name: row[name] for name in ("gap", "gap_low", "gap_high")},
        "about": note or about(row, "gap"),
        "people": note or count(row["n"]),
        "told": "" if gone else WORDS[row["state"]],
        "shape": "square" if state == NO_COURSE else "circle",
        "fill": colour if state in (NO_COURSE, OFFER) else look.background,
        "colour": colour,
        "hours": "" if gone else "–" if row["hours"] is None else two_digits(row["hours"]),
        "courses": "" if gone else count(row["courses"]),
        "supply": "" if gone else _supply(row),
        "length": 0 if gone or not most else (row["hours"] or 0) / most,
    }


def _supply(row: Record) -> str:
    if not row["courses"]:
        return "no course"
    courses = f"{count(row['courses'])} course{'s' * (row['courses'] != 1)}"
    return f"{courses}, {'hours not said' if row['hours'] is None else two_digits(row['hours']) + ' hours'}"


def _marks(look: Look, x: Record) -> list[Record]:
    known = [{"filter": "isValid(datum.gap)"}]
    ends: Record = {"x": {"field": "gap_low", **x}, "x2": {"field": "gap_high"}, "y": pixel("y")}
    dot = {"type": "point", "size": look.px(11) ** 2, "strokeWidth": look.px(1.5), "opacity": 1}
    paint: Record = {"shape": as_given("shape"), "fill": as_given("fill"), "stroke": as_given("colour")}
    line = {"type": "rule", "strokeWidth": look.px(1.5)}
    return [
        layer(line, transform=[{"filter": "isValid(datum.gap_low)"}], stroke=as_given("colour"), opacity=FAINT, **ends),
        layer(dot, transform=known, x={"field": "gap", **x}, y=pixel("y"), opacity=FAINT, **paint),
    ]


def _bars(look: Look) -> list[Record]:
    """Hours on offer as bars beside their number, where wide."""
    px, half = look.px, look.px(LINE / 2 - 2)
    where = [
        {"filter": "wide && datum.length > 0"},
        calculate("left", f"width - {px(BARS)}"),
        calculate("right", f"datum.left + {px(LONGEST)} * datum.length"),
        calculate("over", f"datum.side_y - {half}"),
        calculate("under", f"datum.side_y + {half}"),
    ]
    ends: Record = {"x": pixel("left"), "x2": {"field": "right"}, "y": pixel("over"), "y2": {"field": "under"}}
    return [layer({"type": "rect", "fill": look.quiet, "fillOpacity": 0.55}, transform=where, **ends)]


def _wide(parts: Sequence[Record]) -> list[Record]:
    """Parts that are left out where the chart is narrow."""
    return [{**part, "transform": [*part.get("transform", ()), {"filter": "wide"}]} for part in parts]


def _says(found: Sequence[Record], labels: Mapping[str, str], k: int) -> str:
    known = [r for r in found if not r["suppressed"]]
    says = f"mean gap of {len(found)} competencies and the hours on offer for them"
    for state in (NO_COURSE, OFFER):
        rows = [r for r in known if r["state"] == state]
        names = [f"{label_of(labels, r['competency'])} (gap {about(r, 'gap')}, {_supply(r)})" for r in rows]
        says += f"; {WORDS[state]}: {', '.join(names)}" if names else ""
    rest = {state: sum(r["state"] == state for r in known) for state in (OUTSIDE, OPEN)}
    says += "".join(f"; {WORDS[state]}: {n}" for state, n in rest.items() if n)
    return sentence(says + hidden_words(found, k))
