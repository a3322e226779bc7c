"""Pictures of peer teaching: cohorts compared, who can teach whom, and what stays untaught."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sctrain.charts.gaps import FAINT, hidden_words, of_all, sentence
from sctrain.charts.headings import Headings
from sctrain.charts.parts import (
    EDGE,
    LINE,
    WIDE,
    Drawing,
    Record,
    as_given,
    calculate,
    hatch,
    label_of,
    layer,
    pixel,
    records,
    words,
)
from sctrain.charts.rows import LABELS, Rows, Sign, first
from sctrain.charts.theme import HIDDEN, LIGHT, SMALL_N, Look, hidden_for, ink, interval
from sctrain.frames import PEERS_COHORTS, PEERS_PAIRS, PEERS_TAUGHT
from sctrain.frames.peers import COHORTS
from sctrain.numerals import DASH, MINUS, count, percent
from sctrain.privacy import THRESHOLD

PERCENT = {"labelExpr": "format(datum.value, '.0%')"}
CELL = 42
NAMES = {"best mix": "Mix that seems best", "mix of the room": "Mixed as the room is"}
"""What mixes are called."""
SIDE = 240
"""Width of the numbers of cohorts where wide."""


def cohorts_dots(
    cohorts: pd.DataFrame,
    labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    seats: int,
    k: int = THRESHOLD,
) -> Drawing:
    """The taught share of each cohort with its 95 % interval, and how it differs from the mix of the room.

    Mixes come first, then groups alone from the largest share down; those that fill fewer than `seats`
    are open and say how many. Marks fade below n = 10; a hidden number says "fewer than `k`".
    """
    found = _sorted(records(PEERS_COHORTS, PEERS_COHORTS.check(cohorts), *_COHORT))
    names = [NAMES.get(r["cohort"], "") or f"Only {label_of(labels, r['group'])}" for r in found]
    key = [
        Sign("mix", "square", fill=look.survey),
        Sign("one group", "circle", fill=look.gap),
        Sign("95 % interval", "stroke", stroke=look.gap, weight=look.px(1.5)),
    ]
    if any(_fewer(r, seats) for r in found):
        key.append(Sign(f"fewer than {seats} seats", "circle", look.background, look.gap, look.px(1.5)))
    rows = Rows(look, names, key, columns=92)
    x = rows.scale((0, 1), grid=True, **PERCENT)
    tip = {
        "name": "cohort",
        "about": "taught",
        "against": "against the mix of the room",
        "seated": "seats",
        "people": "n",
    }
    line = {"type": "rule", "strokeWidth": look.px(1.5)}
    dot = {"type": "point", "size": look.px(11) ** 2, "strokeWidth": look.px(1.5), "opacity": 1}
    paint: Record = {name: as_given(name) for name in ("shape", "fill", "stroke")}
    known = [{"filter": "isValid(datum.taught)"}]
    ends: Record = {"x": {"field": "taught_low", **x}, "x2": {"field": "taught_high"}, "y": pixel("y")}
    layers = [
        rows.back(tip),
        rows.cover(),
        layer(line, transform=known, stroke=as_given("stroke"), opacity=FAINT, **ends),
        layer(dot, transform=known, x={"field": "taught", **x}, y=pixel("y"), opacity=FAINT, **paint),
        rows.names(),
        *_wide(rows.column("against", 100, "against the room’s mix")),
        *rows.column("value", 42, "taught", bold=True),
        *rows.column("n", 2, "n"),
        *rows.signs(),
        *rows.notes(),
    ]
    data = [{**r, **_cohort(r, name, look, seats, k)} for r, name in zip(found, names, strict=True)]
    side = f"width - (wide ? {look.px(SIDE + 24)} : {look.px(EDGE)})"
    title = f"Share of what its members lack that a cohort of {seats} could teach itself"
    return rows.draw(title, _cohorts_says(data, k), rows.place(data), layers, ("cohort", "group"), {"finish": side})


_COHORT = ("n", "seats", "taught", "taught_low", "taught_high", *(f"difference{e}" for e in ("", "_low", "_high")))
_COHORT = (*_COHORT, "verdict")


def _sorted(found: Sequence[Record]) -> list[Record]:
    order = list(COHORTS)
    return sorted(found, key=lambda r: (order.index(r["cohort"]), bool(r["suppressed"]), -(r["taught"] or 0)))


def _fewer(row: Record, seats: int) -> bool:
    return row["seats"] is not None and row["seats"] < seats


def _wide(parts: Sequence[Record]) -> list[Record]:
    """Parts that are left out where the chart is narrow."""
    return [{**part, "transform": [*part.get("transform", ()), {"filter": "wide"}]} for part in parts]


def _cohort(row: Record, name: str, look: Look, seats: int, k: int) -> Record:
    """How a cohort is drawn and what it says."""
    hidden, mixed = bool(row["suppressed"]), row["cohort"] in NAMES
    colour, few = look.survey if mixed else look.gap, _fewer(row, seats)
    note = hidden_for(k) if hidden else "lacks nothing" if row["taught"] is None else ""
    return {
        "name": name,
        "note": note,
        "faint": (row["n"] or 0) < SMALL_N,
        "shape": "square" if mixed else "circle",
        "fill": look.background if few else colour,
        "stroke": colour,
        "value": "" if note else percent(row["taught"], 1),
        "about": note or _about(row, "taught"),
        "against": "" if note else f"too few for {seats} seats" if few else _against(row),
        "seated": "" if hidden else str(row["seats"]),
        "people": note if hidden else count(row["n"]),
        "n": "" if hidden else count(row["n"]),
    }


def _about(row: Record, name: str) -> str:
    return interval(*(percent(row[f"{name}{end}"], 1) for end in ("", "_low", "_high")))


def _against(row: Record) -> str:
    """How a cohort differs from the mix of the room: in points where it can be told."""
    if row["verdict"] not in ("more", "less"):
        return row["verdict"] or ""
    points = f"{abs(100 * row['difference']):.0f} points"
    return f"+{points}" if row["verdict"] == "more" else f"{MINUS}{points}"


def _cohorts_says(data: Sequence[Record], k: int) -> str:
    says = f"share of its gap that each of {len(data)} cohorts could teach itself"
    for r in data:
        if r["taught"] is not None:
            told = f", {r['against']}" if r["against"] else ""
            says += f"; {r['name']}: {r['about']}, n {r['n']}{told}"
    return sentence(says + hidden_words(data, k))


# Who can teach whom


def pairs_heat(
    pairs: pd.DataFrame,
    labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    seats: int,
    k: int = THRESHOLD,
) -> Drawing:
    """The taught share of each group of learners (row) by who fills the other seats of `seats` (column).

    In each cell stand the share and its 95 % interval; the more is taught the darker. Hidden cells say "<k",
    cells of fewer than 10 people are smaller. A group's own people are framed.
    """
    found = {(r["learners"], r["teachers"]): r for r in records(PEERS_PAIRS, PEERS_PAIRS.check(pairs), *_PAIR)}
    codes = list(dict.fromkeys(one for one, _ in found))
    names = [label_of(labels, code) for code in codes]
    heads = Headings(look, names, counts=[_people(found[code, code]) for code in codes])
    wide_from = max(WIDE, LABELS + 2 * EDGE + heads.needed)
    rows = Rows(look, names, _pair_key(look), band=CELL, above=heads.heights, wide_from=wide_from)
    placed = rows.place({"learners": code, "name": name} for code, name in zip(codes, names, strict=True))
    data = [
        {**row, **_pair(found[row["learners"], other], look, k), "teachers_name": name, "column": j}
        for row in placed
        for j, (other, name) in enumerate(zip(codes, names, strict=True))
    ]
    marks = [rows.names("datum.column === 0"), *_cells(look), *rows.signs(), *heads.layers(rows)]
    title = f"Share of what a row’s people lack that is taught if a column’s people have the other {seats - 1} seats"
    return rows.draw(title, _pairs_says(data, k), data, marks, signals=heads.signals)


_PAIR = ("n_learners", "n_teachers", "seats", "taught", "taught_low", "taught_high")


def _people(own: Record) -> str:
    """How many people a column has."""
    return HIDDEN if own["suppressed"] else f"n {count(own['n_teachers'])}"


def _pair_key(look: Look) -> list[Sign]:
    own = Sign("their own group", "square", stroke=look.text, weight=look.px(2))
    return [own, Sign(f"smaller: n below {SMALL_N}", "square", fill=look.quiet)]


def _pair(row: Record, look: Look, k: int) -> Record:
    """How one cell is filled and what it says."""
    own = row["learners"] == row["teachers"]
    known = {"suppressed": bool(row["suppressed"]), "own": own, "teachers": row["teachers"]}
    if row["taught"] is None:
        said = hidden_for(k) if row["suppressed"] else "they lack nothing"
        blank = {"fill": "transparent", "ink": look.quiet, "small": False, "seated": said, "people": said}
        return {**known, **blank, "value": "", "about": said}
    fill = look.shade(row["taught"])
    people = f"{count(row['n_learners'])} and {count(row['n_teachers'])}"
    value, low, high = (f"{100 * row[f'taught{end}']:.0f}" for end in ("", "_low", "_high"))
    told = {"value": f"{value}\u202f%\n{low}{DASH}{high}", "about": _about(row, "taught"), "seated": str(row["seats"])}
    small = min(row["n_learners"], row["n_teachers"]) < SMALL_N
    return {**known, **told, "fill": fill, "ink": ink(fill), "small": small, "people": people, "share": row["taught"]}


def _cells(look: Look) -> list[Record]:
    """The cells, what stands in them, and the frames of a group's own."""
    px = look.px
    inset, half = f"(datum.small ? {px(4)} : {px(1)})", px(CELL / 2)
    where = [
        calculate("left", f"begin + cell * datum.column + {inset}"),
        calculate("right", f"begin + cell * (datum.column + 1) - {inset}"),
        calculate("over", f"(wide ? datum.top : datum.y - {half}) + {inset}"),
        calculate("under", f"(wide ? datum.bottom : datum.y + {half}) - {inset}"),
    ]
    ends: Record = {"x": pixel("left"), "x2": {"field": "right"}, "y": pixel("over"), "y2": {"field": "under"}}
    tip = {"name": "learners", "teachers_name": "other seats", "about": "taught", "seated": "seats of theirs"}
    frame = {"type": "rect", "filled": False, "stroke": look.text, "strokeWidth": px(2)}
    middle = [
        calculate("x", "begin + cell * (datum.column + 0.5)"),
        calculate("up", f"datum.y - (datum.suppressed ? 0 : {px(LINE / 2)})"),
    ]
    fits = {"expr": f"cell < {px(60)} ? 0 : 1"}
    shape = hatch([(px(-26), px(-14)), (px(14), px(26))], px(CELL - 26), px(4))
    hatched = {"type": "point", "shape": shape, "size": 4, "fill": "transparent", "stroke": look.hatch}
    value: Record = {"text": {"field": "value"}, "color": as_given("ink"), "x": pixel("x"), "y": pixel("up")}
    return [
        layer(
            {"type": "rect", "stroke": look.grid},
            "rows",
            transform=where,
            tip={**tip, "people": "n of both"},
            fill=as_given("fill"),
            **ends,
        ),
        layer(frame, transform=[*where, {"filter": "datum.own && !datum.suppressed"}], **ends),
        layer(
            {**hatched, "strokeWidth": 1, "opacity": fits},
            transform=[*middle, {"filter": "datum.suppressed"}],
            x=pixel("x"),
            y=pixel("y"),
        ),
        layer(words(look, align="center"), transform=middle, **value),
    ]


def _pairs_says(data: Sequence[Record], k: int) -> str:
    known = sorted((r for r in data if "share" in r), key=lambda r: -r["share"])
    says = f"share of the gap of {len({r['learners'] for r in data})} groups that others could teach them"
    for word, r in zip(("most", "least"), (known[0], known[-1]) if known else (), strict=False):
        says += f"; {word} for {r['name']} by {r['teachers_name']}: {r['about']}, n {r['people']}"
    return sentence(says + hidden_words(data, k))


# What stays untaught


def untaught_rows(
    taught: pd.DataFrame,
    labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    seats: int,
    top: int | None = 10,
    k: int = THRESHOLD,
    marked: str | None = None,
) -> Drawing:
    """For each competency the share of its gap that stays untaught, with its 95 % interval, and how many can teach it.

    What nobody can teach comes first, then what few can and is hidden, then from the largest share down.
    """
    found = _untaught(records(PEERS_TAUGHT, PEERS_TAUGHT.check(taught), *_TAUGHT))
    codes = first([r["competency"] for r in found], top, marked)
    shown = [r for r in found if r["competency"] in codes]
    key = [
        Sign("nobody here can teach it", "square", fill=look.gap),
        Sign("somebody can", "circle", fill=look.gap),
        Sign("95 % interval", "stroke", stroke=look.gap, weight=look.px(1.5)),
    ]
    rows = Rows(look, [label_of(labels, r["competency"]) for r in shown], key, columns=136)
    x = rows.scale((0, 1), grid=True, **PERCENT)
    known = [{"filter": "isValid(datum.untaught)"}]
    ends: Record = {"x": {"field": "untaught_low", **x}, "x2": {"field": "untaught_high"}, "y": pixel("y")}
    tip = {"name": "competency", "about": "untaught", "teaching": "can teach it", "size": "gap"}
    dot = {"type": "point", "size": look.px(11) ** 2, "fill": look.gap, "stroke": None}
    layers = [
        rows.back(tip),
        rows.cover(),
        layer(
            {"type": "rule", "stroke": look.gap, "strokeWidth": look.px(1.5)}, transform=known, opacity=FAINT, **ends
        ),
        layer(
            dot,
            transform=known,
            x={"field": "untaught", **x},
            y=pixel("y"),
            shape=as_given("shape"),
            opacity=FAINT,
        ),
        rows.names(),
        *rows.column("value", 82, "untaught", bold=True),
        *rows.column("teaching", 2, "can teach"),
        *rows.signs(),
        *rows.notes(),
        rows.outline(),
    ]
    data = [{**_taught_row(r, labels, k), "marked": r["competency"] == marked} for r in shown]
    title = f"Share of the gap that stays untaught in a cohort of {seats}{of_all(shown, found)}"
    return rows.draw(title, _untaught_says(found, labels, k), rows.place(data), layers, ("competency",))


_TAUGHT = ("n", "teachers", "share", "share_low", "share_high", "gap", "untaught", "untaught_low", "untaught_high")


def _untaught(found: Sequence[Record]) -> list[Record]:
    """Nobody can teach it, hidden, by what stays untaught, without answers."""

    def place(row: Record) -> tuple[int, float]:
        if row["suppressed"]:
            return 1, 0
        if row["teachers"] is None:
            return 3, 0
        return (0 if row["teachers"] == 0 else 2), -(row["untaught"] or 0)

    return sorted(found, key=place)


def _taught_row(row: Record, labels: Mapping[str, str], k: int) -> Record:
    hidden, silent = bool(row["suppressed"]), row["teachers"] is None
    note = hidden_for(k) if hidden else "no answers" if silent else ""
    told = "" if note else f"{count(row['teachers'])} of {count(row['n'])}"
    share = "" if note else f", {_about(row, 'share')}"
    return {
        **row,
        "name": label_of(labels, row["competency"]),
        "note": note or ("nobody lacks it" if row["untaught"] is None else ""),
        "faint": (row["n"] or 0) < SMALL_N,
        "shape": "square" if row["teachers"] == 0 else "circle",
        "value": "" if note or row["untaught"] is None else percent(row["untaught"], 1),
        "about": note or ("" if row["untaught"] is None else _about(row, "untaught")),
        "teaching": told,
        "able": note or told + share,
        "size": "" if row["gap"] is None else f"{row['gap']:.1f}",
    }


def _untaught_says(found: Sequence[Record], labels: Mapping[str, str], k: int) -> str:
    known = [_taught_row(r, labels, k) for r in found if r["untaught"] is not None]
    says = f"share of the gap that stays untaught, of {len(found)} competencies"
    nobody = [r["name"] for r in known if r["teachers"] == 0]
    says += f"; nobody can teach {', '.join(nobody)}" if nobody else ""
    for r in known[:1]:
        says += f"; most stays untaught in {r['name']}: {r['about']}, {r['teaching']} people can teach it"
    return sentence(says + hidden_words(found, k))
