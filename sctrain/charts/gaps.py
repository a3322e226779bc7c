"""Pictures of the frame GAPS, one group's competencies as rows: by need, and from level to importance."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from sctrain.catalogue import Scale
from sctrain.charts.parts import Drawing, Record, choice, label_of, layer, one, pixel, records
from sctrain.charts.rows import Rows, Sign, first
from sctrain.charts.theme import FADED, LIGHT, SMALL_N, Look, hidden_for, interval
from sctrain.frames import GAPS
from sctrain.numerals import DASH, MINUS, count, two_digits
from sctrain.privacy import THRESHOLD


@dataclass(frozen=True)
class _Measure:
    """How a measure is spoken of. `need` is -1 where the most negative is the highest need."""

    name: str
    title: str
    heading: str
    unit: str
    need: int = 1
    start: float = 0
    """Where its axis begins unless an interval reaches below."""


MEASURES = {
    "gap": _Measure("gap", "Gap: mean of importance minus present level", "gap", "scale points"),
    "mwds": _Measure(
        "mean weighted discrepancy score",
        "Mean weighted discrepancy score: importance × gap",
        "MWDS",
        "squared scale points",
    ),
    "rds": _Measure(
        "ranked discrepancy score",
        "Ranked discrepancy score: levels above minus below importance",
        "RDS",
        f"% of people; {MINUS}100 is the highest need",
        need=-1,
        start=-100,
    ),
}
_DUMBBELL = ("n", *(f"{role}{end}" for role in ("importance", "level", "gap") for end in ("", "_low", "_high")))
FAINT = {"condition": {"test": "datum.faint", "value": FADED}, "value": 1}
"""The opacity of marks: faded where few people stand behind them."""


def gaps_priority(
    gaps: pd.DataFrame,
    labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    measure: str = "mwds",
    top: int | None = 10,
    sort: str = "need",
    k: int = THRESHOLD,
    marked: str | None = None,
) -> Drawing:
    """One group's competencies by need: dot, 50 % and 95 % interval, rank range and n.

    `sort` "questionnaire" keeps the frame's order. Shaded rows may rank first; marks fade below
    n = 10; a hidden number says so. The competency `marked` is outlined, and shown
    even beyond `top`.
    """
    gaps = one(GAPS, GAPS.check(gaps), "group")
    said = choice(MEASURES, "measure", measure)
    found = by_need(records(GAPS, gaps, *_numbers(measure), "rank", "rank_low", "rank_high"), measure, sort)
    codes = first([r["competency"] for r in found], top, marked)
    shown = [r for r in found if r["competency"] in codes]
    rows = Rows(look, [label_of(labels, r["competency"]) for r in shown], _priority_key(look, shown), columns=126)
    x = rows.scale(_domain(shown, measure, said.start), title=said.unit)
    layers = [
        rows.back({"name": "competency", "about": said.heading, "ranks": "rank", "people": "people"}, "datum.first"),
        rows.zero(x),
        rows.cover(),
        *_whiskers(look, measure, x),
        _dot(look, {"type": "point", "shape": "circle", "fill": look.gap}, measure, x),
        rows.names(),
        *rows.column("value", 84, said.heading, bold=True),
        *rows.column("ranks", 34, "rank"),
        *rows.column("n", 2, "n"),
        *rows.signs(),
        *rows.notes(),
        rows.outline(),
    ]
    data = [{**_need_row(r, labels, measure, k), "marked": r["competency"] == marked} for r in shown]
    says = _priority_says(found, labels, measure, k, marked)
    return rows.draw(said.title + of_all(shown, found), says, rows.place(data), layers, ("competency",))


def priority_alt(
    gaps: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    measure: str = "mwds",
    k: int = THRESHOLD,
    marked: str | None = None,
) -> str:
    """What `gaps_priority` shows, in a sentence."""
    gaps = one(GAPS, GAPS.check(gaps), "group")
    choice(MEASURES, "measure", measure)
    return _priority_says(records(GAPS, gaps, *_numbers(measure)), labels, measure, k, marked)


def _priority_says(found: list[Record], labels: Mapping[str, str], measure: str, k: int, marked: str | None) -> str:
    known = [r for r in by_need(found, measure) if r[measure] is not None]
    says = f"{MEASURES[measure].name} of {len(found)} competencies"
    for word, r in zip(("highest", "lowest"), (known[0], known[-1]) if known else (), strict=False):
        says += f"; {word} need {label_of(labels, r['competency'])}: {about(r, measure)}, n {count(r['n'])}"
    says += hidden_words(found, k)
    for r in found:
        if r["competency"] == marked:
            row = _row(r, labels, measure, k)
            says += f"; marked {row['name']}: {row['about']}" + (f", n {row['n']}" if row["n"] else "")
    return sentence(says)


def gaps_dumbbell(
    gaps: pd.DataFrame,
    labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    scale: Scale,
    top: int | None = 10,
    sort: str = "need",
    k: int = THRESHOLD,
) -> Drawing:
    """One group's competencies from present level to importance over the whole scale: the bar is the gap."""
    gaps = one(GAPS, GAPS.check(gaps), "group")
    found = by_need(records(GAPS, gaps, *_DUMBBELL), "gap", sort)
    shown = found[:top]
    level = Sign("present level", "diamond", fill=look.level)
    importance = Sign("importance", "circle", fill=look.importance)
    bar = Sign("gap", "stroke", stroke=look.gap, weight=look.px(4))
    rows = Rows(look, [label_of(labels, r["competency"]) for r in shown], (level, bar, importance), columns=80)
    x = rows.scale((scale.low, scale.high), **_anchored(scale))
    x["scale"]["clamp"] = True  # an interval may reach past the scale: its line ends where the scale does
    tip = {"name": "competency", "importance_about": "importance", "level_about": "present level", "about": "gap"}
    layers = [
        rows.back({**tip, "people": "people"}),
        rows.cover(),
        _line(("level", "importance"), x, {"color": look.gap, "strokeWidth": look.px(4)}),
        _line(("level_low", "level_high"), x, _thin(look, look.level, 5)),
        _line(("importance_low", "importance_high"), x, _thin(look, look.importance, -5)),
        _dot(look, {"type": "point", "shape": "diamond", "fill": look.level}, "level", x, 12),
        _dot(look, {"type": "point", "shape": "circle", "fill": look.importance}, "importance", x, 11),
        rows.names(),
        *rows.column("value", 36, "gap", bold=True),
        *rows.column("n", 2, "n"),
        *rows.signs(),
        *rows.notes(),
    ]
    data = [{**_row(r, labels, "gap", k), **_both(r, k)} for r in shown]
    title = "Present level and importance, means on the scale" + of_all(shown, found)
    return rows.draw(title, _dumbbell_says(found, labels, k), rows.place(data), layers, ("competency",))


def dumbbell_alt(gaps: pd.DataFrame, labels: Mapping[str, str], *, k: int = THRESHOLD) -> str:
    """What `gaps_dumbbell` shows, in a sentence."""
    return _dumbbell_says(records(GAPS, one(GAPS, GAPS.check(gaps), "group"), *_DUMBBELL), labels, k)


def _dumbbell_says(found: list[Record], labels: Mapping[str, str], k: int) -> str:
    known = [r for r in by_need(found, "gap") if r["gap"] is not None]
    says = f"mean present level and importance of {len(found)} competencies"
    for word, r in zip(("largest", "smallest"), (known[0], known[-1]) if known else (), strict=False):
        level, importance = two_digits(r["level"]), two_digits(r["importance"])
        says += f"; {word} gap {label_of(labels, r['competency'])}: {about(r, 'gap')}"
        says += f", from level {level} to importance {importance}, n {count(r['n'])}"
    return sentence(says + hidden_words(found, k))


def by_need(found: list[Record], measure: str, sort: str = "need") -> list[Record]:
    """The records from the highest need down, those without a number last; ties keep their order."""
    choice({"need": 1, "questionnaire": 1}, "sort", sort)
    if sort != "need":
        return found
    sign = MEASURES[measure].need
    return sorted(found, key=lambda r: (r[measure] is None, -sign * (r[measure] or 0)))


def hidden_words(found: Sequence[Record], k: int) -> str:
    """How many of the records are hidden, as the end of a sentence; empty for none."""
    n = sum(bool(r["suppressed"]) for r in found)
    return f"; {n} {hidden_for(k)} people" if n else ""


def sentence(says: str) -> str:
    """With a capital and a full stop."""
    return f"{says[:1].upper()}{says[1:]}."


def of_all(shown: Sequence[object], found: Sequence[object]) -> str:
    """The end of a title where not all are shown."""
    return "" if len(shown) == len(found) else f"; {len(shown)} of {len(found)}"


def about(row: Record, name: str) -> str:
    """A number with its interval in words; without one where there is none."""
    value, low, high = (two_digits(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    return value if row[f"{name}_low"] is None else interval(value, low, high)


def _ends(measure: str) -> list[str]:
    return [measure, *(f"{measure}_{end}" for end in ("low", "high", "low50", "high50"))]


def _numbers(measure: str) -> list[str]:
    return ["n", *_ends(measure)]


def _row(row: Record, labels: Mapping[str, str], measure: str, k: int) -> Record:
    """What every row of a competency carries: names, its number and n in words, whether it is faint."""
    note = hidden_for(k) if row["suppressed"] else "no answers" if row[measure] is None else ""
    return {
        "competency": row["competency"],
        "name": label_of(labels, row["competency"]),
        "suppressed": bool(row["suppressed"]),
        "note": note,
        "faint": (row["n"] or 0) < SMALL_N,
        "value": "" if note else two_digits(row[measure]),
        "about": note or about(row, measure),
        "people": hidden_for(k) if row["suppressed"] else count(row["n"] or 0),
        "n": "" if row["suppressed"] else count(row["n"] or 0),
    }


def _priority_key(look: Look, shown: Sequence[Record]) -> list[Sign]:
    spans = (("50 %", 5), ("95 % interval", 1.5))
    lines = [Sign(words, "stroke", stroke=look.gap, weight=look.px(px)) for words, px in spans]
    leader = Sign("may rank first", "square", fill=look.band, stroke=look.quiet)
    return [*lines, leader] if any(r["rank_low"] == 1 for r in shown) else lines


def _need_row(row: Record, labels: Mapping[str, str], measure: str, k: int) -> Record:
    """A row with its rank range, and the ends of its intervals."""
    best, worst = row["rank_low"] or row["rank"], row["rank_high"] or row["rank"]
    ranks = "" if best is None else count(best) if best == worst else f"{count(best)}{DASH}{count(worst)}"
    numbers = {name: row[name] for name in _ends(measure)}
    return {**_row(row, labels, measure, k), "ranks": ranks, "first": row["rank_low"] == 1, **numbers}


def _both(row: Record, k: int) -> Record:
    """The dumbbell's ends and what is said of them."""
    ends: Record = {name: row[name] for name in _DUMBBELL if name != "n" and not name.startswith("gap")}
    told = {
        f"{role}_about": hidden_for(k) if row["suppressed"] else about(row, role) for role in ("importance", "level")
    }
    return ends | told


def _domain(shown: Sequence[Record], measure: str, start: float) -> tuple[float, float]:
    """From where the scale starts, or an interval's end below it, to the farthest end."""
    ends = [r[name] for r in shown for name in _ends(measure) if r[name] is not None]
    low, high = min([start, *ends]), max([0.0, *ends])
    return low, high if high > low else low + 1


def _whiskers(look: Look, measure: str, x: Record) -> list[Record]:
    thin, thick = ({"color": look.gap, "strokeWidth": look.px(px)} for px in (1.5, 5))
    return [
        _line((f"{measure}_low", f"{measure}_high"), x, thin),
        _line((f"{measure}_low50", f"{measure}_high50"), x, thick),
    ]


def _thin(look: Look, colour: str, lift: float) -> Record:
    return {"color": colour, "strokeWidth": look.px(1.5), "yOffset": look.px(lift), "y2Offset": look.px(lift)}


def _line(ends: tuple[str, str], x: Record, mark: Record) -> Record:
    start, end = ends
    known = [{"filter": f"isValid(datum.{start}) && isValid(datum.{end})"}]
    return layer(
        {"type": "rule", **mark},
        transform=known,
        y=pixel("y"),
        x={"field": start, **x},
        x2={"field": end},
        opacity=FAINT,
    )


def _dot(look: Look, mark: Record, field: str, x: Record, size: float = 10) -> Record:
    edge = {"stroke": look.background, "strokeWidth": look.px(1.5), "size": look.px(size) ** 2}
    known = [{"filter": f"isValid(datum.{field})"}]
    return layer(
        {"type": "point", **edge, **mark}, transform=known, y=pixel("y"), x={"field": field, **x}, opacity=FAINT
    )


def _anchored(scale: Scale) -> Record:
    """An axis with a tick at every mark, whose ends say in words what they mean."""
    low = [str(scale.low), f"importance: {scale.importance[0]}", f"level: {scale.level[0]}"]
    high = [str(scale.high), scale.importance[-1], scale.level[-1]]
    values = list(range(scale.low, scale.high + 1)) if scale.points <= 10 else [scale.low, scale.high]
    told = f"datum.value === {scale.low} ? {json.dumps(low)} : datum.value === {scale.high} ? {json.dumps(high)}"
    return {"values": values, "labelExpr": f"{told} : format(datum.value, 'd')", "labelOverlap": False}
