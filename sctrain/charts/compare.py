"""Groups of people side by side: how far their gaps differ, and for whom a competency is in the core.

The *reference* is whom groups are compared with; the *core* of a group are the first of its ranks of need.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf

import pandas as pd

from sctrain.charts.gaps import about, hidden_words, of_all, sentence
from sctrain.charts.parts import (
    EDGE,
    LINE,
    PHONE,
    TEXT,
    Drawing,
    Record,
    as_given,
    calculate,
    label_of,
    layer,
    one,
    picked,
    pixel,
    records,
    words,
)
from sctrain.charts.rows import LABELS, Rows, Sign, first, hidden_sign
from sctrain.charts.theme import HIDDEN, LIGHT, Look, hidden_for, interval, text_width, wrap
from sctrain.errors import FrameError
from sctrain.frames import CITY_LENS, DIFFERENCES, LENS
from sctrain.numerals import DASH, count, two_digits
from sctrain.privacy import THRESHOLD

SHAPES = ("circle", "square", "triangle-up")
"""Of the groups against one reference; a chart takes no more of them."""
SMALL = "M0,-0.6L0.6,0L0,0.6L-0.6,0Z"
ENDS = ("difference", "difference_low", "difference_high", "pooled")
NUMBERS = ("n", "n_reference", *ENDS, "delta", "effect", "differs")
BLANK: Record = {**dict.fromkeys(NUMBERS), "suppressed": False}
REST, SAME = "the rest", "may be the same"
COLUMNS = {
    "wide": (("value", 180, "difference"), ("asked", 88, "n of both"), ("effect", 2, "effect")),
    "!wide": (("value", 66, "difference"), ("asked", 2, "n of both")),
}
"""What stands right of the marks of one group: field, px from the right, heading."""
SIDES = ("first", "second")
SECTIONS = ("common core", "first only", "second only", "cannot tell", "neither")
RANKS = 60
"""Width of the ranks right of two groups' marks."""
PITCH, PHONE_PITCH = 11, 19
"""From the line of one group to the next in px, wide and narrow."""
CELL = 116
"""Width of one group's numbers where there are several groups."""
SIDE, PHONE_SIDE = 250, 118
"""Width of the numbers of one group, wide and narrow."""
PLOT = 400
"""A wide chart keeps so many px for its marks."""
END_CHARS = 27
"""Where the words at the ends of an axis break if they have to; two of them have room in PLOT."""
NAME_CHARS = 36
"""Where the name of a group is cut in the title, in the key and under the axis."""
APART = 6
"""From the middle of a row to the ranks of either of two groups."""
SECTION_CHARS = 28
"""Where the heading of a section breaks."""
SECTION = 22
"""Height of a section's heading where narrow."""


@dataclass(frozen=True)
class _Close(Rows):
    """Rows that stand closer where wide, with a line between them; `least` is the height they need."""

    least: float = 0

    @property
    def step(self) -> float:
        return self.look.px(max(LINE * max(map(len, self.lines), default=1) + 1, self.least))

    def between(self, only: str = "true") -> Record:
        """The line under each row; where a row has several records, of the one that `only` says."""
        mark = {"type": "rule", "color": self.look.grid, "x": 0, "x2": "width"}
        return layer(mark, transform=[{"filter": f"wide && {only}"}], y=pixel("bottom"))


@dataclass(frozen=True)
class _Lines(_Close):
    """Rows of several records, each on a line of its own: `lift` lines below the middle of the row."""

    @property
    def transform(self) -> list[Record]:
        pitch = f"(wide ? {self.look.px(PITCH)} : {self.look.px(PHONE_PITCH)})"
        return [
            *super().transform,
            calculate("middle", "datum.y"),
            calculate("y", f"datum.middle + datum.lift * {pitch}"),
            calculate("over", f"datum.line ? datum.y - {pitch} / 2 : datum.top"),
            calculate("under", f"datum.last ? datum.bottom : datum.y + {pitch} / 2"),
        ]


def differences_forest(
    differences: pd.DataFrame,
    labels: Mapping[str, str],
    group_labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    points: int,
    top: int | None = None,
    k: int = THRESHOLD,
    marked: str | None = None,
) -> Drawing:
    """How far the gaps of at most three groups lie from those of one reference, round zero.

    A row is a competency, with a line for each group: the difference with its 95 % interval, full
    where it `differs`, open where not, and the pooled difference, a small mark. Rows keep the frame's
    order, those without any number last; `top` keeps those farthest from zero for any group. The scale
    has so many `points`. A hidden number says so. The competency `marked` is outlined,
    and shown even beyond `top`.
    """
    given = _Compared(differences, labels, group_labels, points, k)
    shown = given.shown(top, marked)
    names = [label_of(labels, code) for code in shown]
    rows, key = _forest_rows(look, names, given)
    placed = rows.place(
        {"competency": code, "name": name, "marked": code == marked} for code, name in zip(shown, names, strict=True)
    )
    data = [{**row, **given.record(row["competency"], j, look)} for row in placed for j in range(len(given.groups))]
    x = rows.scale(given.domain(shown), grid=True, labelExpr="datum.value === 0 ? 'same gap' : datum.label")
    x["scale"]["clamp"] = True  # an interval may reach past what is possible: its line ends there
    side = f"wide ? {look.px(given.side + 24)} : {look.px(PHONE_SIDE if given.several else EDGE)}"
    return rows.draw(
        f"Difference of gaps, {given.titled}{of_all(shown, given.order)}",
        given.says(marked),
        data,
        [*_forest_marks(rows, x), *_forest_words(rows, given), *rows.signs(), *key],
        ("competency",),
        {"finish": f"width - ({side})"},
    )


def differences_alt(
    differences: pd.DataFrame,
    labels: Mapping[str, str],
    group_labels: Mapping[str, str],
    *,
    points: int,
    k: int = THRESHOLD,
    marked: str | None = None,
) -> str:
    """What `differences_forest` shows, in a sentence."""
    return _Compared(differences, labels, group_labels, points, k).says(marked)


@dataclass(frozen=True)
class _Compared:
    """The differences by competency and group, in the order of the groups' labels."""

    frame: pd.DataFrame
    labels: Mapping[str, str]
    group_labels: Mapping[str, str]
    points: int
    k: int

    @cached_property
    def found(self) -> list[Record]:
        """The frame's rows; FrameError if they have several references or more groups than can be drawn."""
        frame = one(DIFFERENCES, DIFFERENCES.check(self.frame), "reference")
        groups = list(frame["group"].unique())
        if len(groups) > len(SHAPES):
            raise FrameError(f"DIFFERENCES.group: {len(SHAPES)} are drawn at most, and here are {', '.join(groups)}")
        return records(DIFFERENCES, frame, *NUMBERS)

    @cached_property
    def cells(self) -> dict[tuple[str, str], Record]:
        """The rows by competency and group."""
        return {(r["competency"], r["group"]): r for r in self.found}

    @cached_property
    def groups(self) -> dict[str, str]:
        """The groups compared and their names."""
        there = {r["group"]: label_of(self.group_labels, r["group"]) for r in self.found}
        return {group: there[group] for group in self.group_labels if group in there}

    @property
    def several(self) -> bool:
        """Whether one reference has more than one group beside it."""
        return len(self.groups) > 1

    @property
    def reference(self) -> str:
        """The name of the reference."""
        code = next(iter(self.frame["reference"]), "")
        return label_of(self.group_labels, code) if code else REST

    @property
    def measured(self) -> str:
        """What is taken from what, and out of how many points."""
        return self._measured(str)

    @property
    def titled(self) -> str:
        """The same with long names cut."""
        return self._measured(_shortened)

    def _measured(self, named: Callable[[str], str]) -> str:
        group = "each group" if len(self.groups) != 1 else named(next(iter(self.groups.values())))
        return f"{group} minus {named(self.reference)}, of {self.points - 1} points"

    @property
    def side(self) -> int:
        """Width of the numbers where wide."""
        return CELL * len(self.groups) if self.several else SIDE

    @cached_property
    def order(self) -> list[str]:
        """The competencies as the frame has them, last those without a number, and of them what is hidden."""
        codes = dict.fromkeys(r["competency"] for r in self.found)
        return sorted(codes, key=lambda code: (not self._known(code), self._hidden(code) and not self._known(code)))

    def _of(self, code: str) -> list[Record]:
        return [self.cells[code, group] for group in self.groups if (code, group) in self.cells]

    def _known(self, code: str) -> list[float]:
        return [r["difference"] for r in self._of(code) if r["difference"] is not None]

    def _hidden(self, code: str) -> bool:
        return any(r["suppressed"] for r in self._of(code))

    def shown(self, top: int | None, marked: str | None) -> list[str]:
        """The `top` competencies farthest from zero for any group, and what is marked, in their order."""
        far = sorted(self.order, key=lambda code: -max(map(abs, self._known(code)), default=-1))
        chosen = first(far, top, marked)
        return [code for code in self.order if code in chosen]

    def domain(self, shown: Sequence[str]) -> tuple[float, float]:
        """As far on either side of zero as any number of these competencies, at most as far as there can be."""
        given = [abs(r[end]) for code in shown for r in self._of(code) for end in ENDS if r[end] is not None]
        reach = min(max(given, default=0) or 1, 2 * (self.points - 1))
        return -reach, reach

    def record(self, code: str, j: int, look: Look) -> Record:
        """The line of one group in the row of one competency: its numbers, marks and words."""
        group, name = list(self.groups.items())[j]
        row = self.cells.get((code, group), BLANK)
        note, hidden, last = _note(row, self.k), bool(row["suppressed"]), len(self.groups) - 1
        return {
            **{end: row[end] for end in ENDS},
            **{"line": j, "lift": j - last / 2, "last": j == last, "group": group, "group_name": name},
            **{"shape": SHAPES[j], "stroke": look.groups[j]},
            "fill": look.groups[j] if row["differs"] else look.background,
            "suppressed": hidden,
            "note": "" if self.several else note,
            "value": "" if note else two_digits(row["difference"]),
            "effect": "" if note else row["effect"] or "",
            "asked": (HIDDEN if hidden else note or _both(row)) if self.several else "" if hidden else _both(row),
            "people": note if hidden else _both(row),
            **_told(row, note),
        }

    @property
    def ends(self) -> tuple[str, ...]:
        """What it means to lie left and right of zero."""
        if not self.groups:
            return ()
        reference, group = _shortened(self.reference), _shortened(next(iter(self.groups.values())))
        if self.several:
            return f"← smaller gap than in {reference}", f"larger gap than in {reference} →"
        return f"← larger gap in {reference}", f"larger gap in {group} →"

    def says(self, marked: str | None) -> str:
        """The alternative text."""
        says = f"difference of gaps of {len(self.order)} competencies, {self.measured}"
        known = sorted((r for r in self.found if r["difference"] is not None), key=lambda r: -r["difference"])
        says += f"; {sum(r['differs'] for r in known)} of {len(known)} differ" if known else ""
        for word, r in zip(("highest", "lowest"), (*known[:1], *known[1:][-1:]), strict=False):
            says += f"; {word} {self._said(r)}"
        says += hidden_words(self.found, self.k)
        if marked is not None:
            says += f"; marked {', '.join(map(self._said, self._of(marked)))}"
        return sentence(says)

    def _said(self, row: Record) -> str:
        """One difference in words."""
        name = label_of(self.labels, row["competency"])
        name += f", {self.groups[row['group']]}" if self.several else ""
        note = _note(row, self.k)
        return f"{name}: {note or about(row, 'difference') + ', n ' + _both(row)}"


def _shortened(name: str) -> str:
    """A long name cut after a word; the alternative text has it whole."""
    return name if len(name) <= NAME_CHARS else name[:NAME_CHARS].rsplit(" ", 1)[0].rstrip(" ,.:;–-") + "…"


def _note(row: Record, k: int) -> str:
    """Why there is no difference; empty where there is one."""
    if row["suppressed"]:
        return hidden_for(k)
    return "no answers" if row["difference"] is None else ""


def _both(row: Record) -> str:
    """How many people stand on either side."""
    return f"{count(row['n'] or 0)} : {count(row['n_reference'] or 0)}"


def _told(row: Record, note: str) -> Record:
    """What a line says to who points at it."""
    if note:
        return {"about": note, "pooled_about": note, "delta_about": note, "reading": note}
    delta = f"{two_digits(row['delta'])}, {row['effect']}" if row["delta"] is not None else DASH
    reading = "differs" if row["differs"] else SAME
    told = {"about": about(row, "difference"), "pooled_about": two_digits(row["pooled"])}
    return {**told, "delta_about": delta, "reading": reading}


def _forest_rows(look: Look, names: Sequence[str], given: _Compared) -> tuple[_Lines, list[Record]]:
    """The rows, and a second key for what full and open marks are where the first one names several groups."""
    edge, colour = look.px(1.5), look.quiet if given.several else look.groups[0]
    signs = [
        Sign("differs", "circle", colour, colour, edge),
        Sign(SAME, "circle", look.background, colour, edge),
        Sign("95 % interval", "stroke", stroke=colour, weight=edge),
        Sign("pooled", SMALL, look.background, colour, edge),
    ]
    wide = max(LABELS + 24 + PLOT, _key_width(signs)) + given.side
    if not given.several:
        return _Lines(look, names, signs, PHONE_SIDE, wide_from=wide, least=20), []
    paint = zip(given.groups.values(), SHAPES, look.groups, strict=False)
    groups = [Sign(_shortened(name), shape, colour, colour, edge) for name, shape, colour in paint]
    groups += [hidden_sign(look, given.k)] * any(r["suppressed"] for r in given.found)
    lower, down = Rows(look, (), signs, PHONE_SIDE), Rows(look, (), groups).head[1] - look.px(8)
    n = len(given.groups)
    rows = _Lines(
        *(look, names, groups),
        band=PHONE_PITCH * n,
        above=(look.px(LINE), lower.head[1] - look.px(8)),
        wide_from=max(wide, _key_width(groups)),
        least=PITCH * n + 2,
    )
    return rows, [_lowered(part, look.px(LINE), down) for part in lower.signs()]


def _key_width(key: Iterable[Sign]) -> float:
    """Width of a key in one line, at the type's usual size."""
    return sum(36 + text_width(sign.words, TEXT) for sign in key)


def _lowered(part: Record, wide: float, narrow: float) -> Record:
    """A part of a key, so many px further down."""
    return {**part, "transform": [*part["transform"], calculate("y", f"datum.y + (wide ? {wide} : {narrow})")]}


def _forest_marks(rows: _Lines, x: Record) -> list[Record]:
    """What is clicked and pointed at, the line at zero, the intervals, the pooled differences and the dots."""
    look, px = rows.look, rows.look.px
    tip = {"name": "competency", "group_name": "group", "about": "difference", "pooled_about": "pooled difference"}
    tip |= {"delta_about": "Cliff’s delta", "reading": "reading", "people": "people on either side"}
    area = {"type": "rect", "x": 0, "x2": "width", "cursor": "pointer", "fill": "transparent"}
    line = {"type": "rule", "strokeWidth": px(1.5)}
    small = {"type": "point", "shape": "diamond", "size": px(7) ** 2, "fill": look.background, "strokeWidth": px(1.2)}
    dot = {"type": "point", "size": px(9 if rows.above[0] else 11) ** 2, "strokeWidth": px(1.5)}
    stroke, y = as_given("stroke"), pixel("y")
    ends: Record = {"x": {"field": "difference_low", **x}, "x2": {"field": "difference_high"}}
    paint: Record = {"shape": as_given("shape"), "fill": as_given("fill"), "stroke": stroke}
    row: Record = {"transform": [{"filter": "datum.last"}], "y": pixel("top"), "y2": {"field": "bottom"}}
    return [
        layer({**area, "strokeWidth": 1}, stroke=picked(look), **row),
        layer(area, "rows", tip=tip, y=pixel("over"), y2={"field": "under"}),
        rows.between("datum.last"),
        _zero(rows, x),
        rows.cover(),
        layer(line, transform=_valid("difference_low", "difference_high"), stroke=stroke, y=y, **ends),
        layer(small, transform=_valid("pooled"), stroke=stroke, x={"field": "pooled", **x}, y=y),
        layer(dot, transform=_valid("difference"), x={"field": "difference", **x}, y=y, **paint),
    ]


def _valid(*fields: str) -> list[Record]:
    return [{"filter": " && ".join(f"isValid(datum.{field})" for field in fields)}]


def _zero(rows: _Lines, x: Record) -> Record:
    """A strong line where gaps are the same; where narrow only beside the marks, so that it crosses no label."""
    look, half = rows.look, rows.look.px(rows.band / 2)
    where = [
        {"filter": "datum.last"},
        calculate("zero_top", f"wide ? datum.top : datum.middle - {half}"),
        calculate("zero_bottom", f"wide ? datum.bottom : datum.middle + {half}"),
    ]
    mark = {"type": "rule", "color": look.text, "strokeWidth": look.px(1.5)}
    return layer(mark, transform=where, x={"datum": 0, **x}, y=pixel("zero_top"), y2={"field": "zero_bottom"})


def _forest_words(rows: _Lines, given: _Compared) -> list[Record]:
    """Labels, numbers, what is hidden, what the ends of the axis mean, and the line round what is marked."""
    return [
        rows.names("datum.line === 0"),
        *(_cells(rows, given) if given.several else _columns(rows)),
        *rows.notes(),
        *_ends(rows.look, given),
        rows.outline("datum.line === 0"),
    ]


def _columns(rows: _Lines) -> list[Record]:
    """The numbers of one group: the difference, both n and, where wide, how large it is."""
    return [
        {**part, "transform": [{"filter": when}]}
        for when, columns in COLUMNS.items()
        for field, right, heading in columns
        for part in rows.column(field, right, heading, field == "value")
    ]


def _cells(rows: _Lines, given: _Compared) -> list[Record]:
    """The numbers of several groups: where wide a column for each in two storeys, else beside the marks."""
    look, px = rows.look, rows.look.px
    left = f"width - {px(CELL)} * ({len(given.groups) - 1} - datum.line)"
    wide = (("value", 74, -0.5), ("effect", 2, -0.5), ("asked", 2, 0.5))
    places = [
        *((field, "wide", f"{left} - {px(right)}", f"datum.middle + {px(LINE * down)}") for field, right, down in wide),
        *((field, "!wide", f"width - {px(right)}", "datum.y") for field, right in (("value", 70), ("asked", 2))),
    ]
    texts = [
        layer(
            words(look, align="right", color=look.text if field == "value" else look.quiet),
            transform=[{"filter": when}, calculate("edge", x), calculate("at", y)],
            **_at("edge", "at"),
            text={"field": field},
        )
        for field, when, x, y in places
    ]
    return [*texts, *_heads(rows, given, left)]


def _heads(rows: _Lines, given: _Compared, left: str) -> list[Record]:
    """Over each group's numbers its mark and what they are; where narrow once for all."""
    look, px = rows.look, rows.look.px
    high, low = (head - px(LINE / 2 + 8) for head in rows.head)
    said = words(look, align="right", color=look.quiet)
    data = [
        {"line": j, "shape": SHAPES[j], "paint": look.groups[j], "said": "difference, n"}
        for j in range(len(given.groups))
    ]
    once = [{"right": px(70), "said": "difference"}, {"right": px(2), "said": "n"}]
    sign = {"type": "point", "size": px(10) ** 2}
    where = [{"filter": "wide"}, calculate("edge", f"{left} - {px(8)}"), calculate("beside", f"datum.edge - {px(10)}")]
    where.append(calculate("at", f"{high}"))
    narrow = [{"filter": "!wide"}, calculate("edge", "width - datum.right"), calculate("at", f"{low}")]
    return [
        layer(
            sign,
            data=data,
            transform=where,
            **_at("edge", "at"),
            shape=as_given("shape"),
            fill=as_given("paint"),
            stroke=as_given("paint"),
        ),
        layer(said, data=data, transform=where, **_at("beside", "at"), text={"field": "said"}),
        layer(said, data=once, transform=narrow, **_at("edge", "at"), text={"field": "said"}),
    ]


def _at(x: str, y: str) -> Record:
    """A place given in px."""
    return {"x": pixel(x), "y": pixel(y)}


def _ends(look: Look, given: _Compared) -> list[Record]:
    """What either end of the axis means, under it: side by side where wide, else one after the other."""
    px, data, line = look.px, [], 0
    needed = px(24) + sum(text_width(said, px(TEXT)) for said in given.ends)
    for align, said in zip(("left", "right"), given.ends, strict=False):
        alone = wrap(said, PHONE // 7)
        lines = {"wide": "\n".join(wrap(said, END_CHARS)), "narrow": "\n".join(alone), "line": line}
        data.append({"align": align, "once": said, **lines})
        line += len(alone)
    where = [
        calculate("said", f"!wide ? datum.narrow : finish - begin > {needed:.0f} ? datum.once : datum.wide"),
        calculate("at", f"height + {px(LINE * 1.5 + 2)} + (wide ? 0 : datum.line * {px(LINE)})"),
        calculate("edge", "datum.align === 'left' ? (wide ? begin : 0) : (wide ? finish : width)"),
    ]
    mark = words(look, color=look.quiet, align={"expr": "datum.align"})
    return [layer(mark, data=data, transform=where, **_at("edge", "at"), text={"field": "said"})]


def lens_columns(
    lens: pd.DataFrame,
    labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    first_label: str,
    second_label: str,
    core: int,
    top: int | None = 10,
    k: int = THRESHOLD,
    marked: str | None = None,
) -> Drawing:
    """Competencies by rank of need in two groups, with the 95 % rank intervals, on the ranks of all.

    The core, the first `core` ranks, is shaded. Sections say for whom a competency is in the core;
    those in neither core are left out unless `top` is None. Within a section the better of both
    ranks comes first. The competency `marked` is outlined, and shown even where it would be left out.
    """
    given = _Cores(lens, labels, (first_label, second_label), core, k)
    shown = given.shown(top, marked)
    names = [label_of(labels, r["competency"]) for r in shown]
    rows = _lens_rows(look, names, given, shown)
    x = rows.scale((0.5, given.last + 0.5), **_ranks(given.last))
    data = [
        {**given.record(r), "heading": heading, "name": name, "marked": r["competency"] == marked}
        for r, heading, name in zip(shown, rows.headings, names, strict=True)
    ]
    side = f"wide ? {look.px(RANKS + 24)} : {look.px(EDGE)}"
    return rows.draw(
        f"Rank of need, {first_label} and {second_label}{of_all(shown, given.found)}",
        given.says(marked),
        rows.place(data),
        _lens_layers(rows, x, given),
        ("competency",),
        {"begin": f"wide ? {look.px(rows.indent + LABELS)} : {look.px(EDGE)}", "finish": f"width - ({side})"},
    )


def lens_alt(
    lens: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    first_label: str,
    second_label: str,
    core: int,
    k: int = THRESHOLD,
    marked: str | None = None,
) -> str:
    """What `lens_columns` shows, in a sentence."""
    return _Cores(lens, labels, (first_label, second_label), core, k).says(marked)


@dataclass(frozen=True)
class _Cores:
    """The ranks of two groups, and in whose core each competency is."""

    frame: pd.DataFrame
    labels: Mapping[str, str]
    names: tuple[str, str]
    core: int
    k: int

    @cached_property
    def found(self) -> list[Record]:
        """The frame's rows; of what is hidden it cannot be told where it stands."""
        found = records(CITY_LENS, CITY_LENS.check(self.frame), *CITY_LENS.names[1:-1])
        return [{**r, "lens": r["lens"] or "cannot tell"} for r in found]

    @property
    def last(self) -> int:
        """The last rank there is, at least 2."""
        ends = (r[f"{side}_{end}"] or 0 for r in self.found for side in SIDES for end in ("rank", "high"))
        return int(max(2, len(self.found), *ends))

    def heading(self, lens: str) -> str:
        """What a section is called."""
        only = dict(zip(("first only", "second only"), self.names, strict=True))
        return f"{only[lens]} only" if lens in only else lens

    def shown(self, top: int | None, marked: str | None) -> list[Record]:
        """Section by section, the better of both ranks first; ties keep the frame's order."""
        order = sorted(self.found, key=lambda r: (SECTIONS.index(r["lens"]), r["suppressed"], _best(r)))
        heard = sum(r["lens"] != "neither" for r in order)
        chosen = first([r["competency"] for r in order], None if top is None else min(top, heard), marked)
        return [r for r in order if r["competency"] in chosen]

    def record(self, row: Record) -> Record:
        """One row: its ranks and intervals, and what it says."""
        ranks = {f"{side}_{end}": row[f"{side}_{end}"] for side in SIDES for end in ("rank", "low", "high")}
        none = "no answers" if all(row[f"{side}_rank"] is None for side in SIDES) else ""
        note = hidden_for(self.k) if row["suppressed"] else none
        told = {f"{s}_about": note or f"{_rank(row, s)} in {name}" for s, name in zip(SIDES, self.names, strict=True)}
        n = " : ".join(count(row[f"{side}_n"] or 0) for side in SIDES)
        return {
            "competency": row["competency"],
            "suppressed": bool(row["suppressed"]),
            "note": note,
            **ranks,
            **told,
            "ranks": "" if note else " : ".join(_number(row[f"{side}_rank"]) for side in SIDES),
            "people": hidden_for(self.k) if row["suppressed"] else n,
            "lens": self.heading(row["lens"]),
        }

    def says(self, marked: str | None) -> str:
        """The alternative text."""
        first_name, second_name = self.names
        says = f"rank of need of {len(self.found)} competencies in two groups, {first_name} and {second_name}"
        says += f"; the core are the first {self.core}"
        for lens in LENS[:3]:
            names = [label_of(self.labels, r["competency"]) for r in self.found if r["lens"] == lens]
            listed = ", ".join(names) if len(names) <= 5 else f"{len(names)} competencies"
            says += f"; {self.heading(lens)}: {listed or 'none'}"
        n = Counter(r["lens"] for r in self.found)
        says += f"; in neither core: {n['neither']}; for {n['cannot tell']} this cannot be told"
        says += hidden_words(self.found, self.k)
        for r in self.found:
            if r["competency"] == marked:
                told = self.record(r)
                ranks = f"rank {told['first_about']}, {told['second_about']}"
                says += f"; marked {label_of(self.labels, r['competency'])}: {told['note'] or ranks}"
        return sentence(says)


def _best(row: Record) -> float:
    """The better of both ranks, infinite where there is none."""
    return min((row[f"{side}_rank"] for side in SIDES if row[f"{side}_rank"] is not None), default=inf)


def _number(rank: int | None) -> str:
    return DASH if rank is None else count(rank)


def _rank(row: Record, side: str) -> str:
    """A rank with its interval in words."""
    rank, low, high = (row[f"{side}_{end}"] for end in ("rank", "low", "high"))
    return _number(rank) if None in (rank, low, high) else interval(count(rank), count(low), count(high))


def _ranks(last: int) -> Record:
    """The axis of ranks, from 1."""
    step = 1 if last <= 12 else 5
    values = [1, *(rank for rank in range(step, last + 1, step) if rank > 1)]
    return {"values": values, "title": "rank of need; 1 is the greatest", "format": "d", "labelOverlap": "greedy"}


@dataclass(frozen=True)
class _Sections(_Close):
    """Rows in sections: `headings` holds a section's heading at its first row and nothing at the others."""

    headings: Sequence[str] = ()

    @property
    def indent(self) -> float:
        """Width of the headings where they stand at the left of the labels."""
        lines = (line for heading in self.headings for line in wrap(heading, SECTION_CHARS))
        return 16 + max((text_width(line, TEXT) for line in lines), default=0)

    @property
    def heights(self) -> tuple[float, float]:
        wide, narrow = super().heights
        return wide, narrow + self.look.px(SECTION) * sum(map(bool, self.headings))

    def place(self, rows: Iterable[Record]) -> list[Record]:
        """The same with room over the first row of a section where narrow."""
        down, placed = 0.0, []
        for row in super().place(rows):
            down += self.look.px(SECTION) * bool(row["heading"])
            beside = wrap(row["heading"], SECTION_CHARS)
            told = {"beside": "\n".join(beside), "beside_lines": len(beside)}
            placed.append({**row, **told, "narrow": round(row["narrow"] + down, 1)})
        return placed

    def sections(self) -> list[Record]:
        """The headings, with a line over each."""
        look, px = self.look, self.look.px
        where = [
            {"filter": "datum.heading"},
            calculate("said", "wide ? datum.beside : datum.heading"),
            calculate(
                "wide_y", f"max(datum.top + {px(LINE / 2 + 1)}, datum.y - (datum.beside_lines - 1) * {px(LINE / 2)})"
            ),
            calculate("at", f"wide ? datum.wide_y : datum.label_y - {px(SECTION - 1)}"),
            calculate("line", f"wide ? datum.top : datum.at - {px(LINE / 2 + 3)}"),
        ]
        mark = words(look, x=0, fontWeight="bold")
        rule = {"type": "rule", "color": look.quiet, "x": 0, "x2": "width"}
        return [
            layer(rule, transform=where, y=pixel("line")),
            layer(mark, transform=where, y=pixel("at"), text={"field": "said"}),
        ]

    def names(self, only: str = "") -> Record:
        """The labels, right of the headings where wide."""
        said = super().names(only)
        inset = f"(datum.marked ? {self.look.px(6)} : 0) + (wide ? {self.look.px(self.indent)} : 0)"
        return {**said, "mark": {**said["mark"], "x": {"expr": inset}}}


def _lens_rows(look: Look, names: Sequence[str], given: _Cores, shown: Sequence[Record]) -> _Sections:
    """The rows with their key and the headings of their sections."""
    edge = look.px(1.5)
    key = [Sign(name, SHAPES[j], look.groups[j], look.groups[j], edge) for j, name in enumerate(given.names)]
    key.append(Sign("95 % interval", "stroke", stroke=look.quiet, weight=edge))
    key.append(Sign(f"core: the first {count(given.core)}", "square", fill=look.band, stroke=look.quiet))
    before = [None, *(r["lens"] for r in shown)]
    headings = [given.heading(r["lens"]) if r["lens"] != old else "" for r, old in zip(shown, before, strict=False)]
    sections = Counter(map(given.heading, (r["lens"] for r in shown)))
    least = max((len(wrap(heading, SECTION_CHARS)) * LINE / n for heading, n in sections.items()), default=0)
    rows = _Sections(look, names, key, RANKS, 24, least=max(30, least + 2), headings=headings)
    return replace(rows, wide_from=max(rows.indent + LABELS + RANKS + PLOT, _key_width(key) + RANKS))


def _lens_layers(rows: _Sections, x: Record, given: _Cores) -> list[Record]:
    """The core's ranks, the ranks of both groups with their intervals, labels, numbers and the key."""
    look, half = rows.look, rows.look.px(rows.band / 2 + 2)
    tip = {"name": "competency", "lens": "core", "first_about": "rank", "second_about": "rank"}
    where = [
        calculate("from_", "0.5"),
        calculate("to_", f"{given.core} + 0.5"),
        calculate("over", f"wide ? datum.top : datum.y - {half}"),
        calculate("under", f"wide ? datum.bottom : datum.y + {half}"),
    ]
    ends: Record = {"x": {"field": "from_", **x}, "x2": {"field": "to_"}, "y": pixel("over"), "y2": {"field": "under"}}
    shade = layer({"type": "rect", "color": look.band}, transform=where, **ends)
    return [
        shade,
        rows.back({**tip, "people": "people of either"}),
        rows.between(),
        rows.cover(),
        *(part for j, side in enumerate(SIDES) for part in _side(look, x, side, j)),
        rows.names(),
        *rows.sections(),
        *rows.column("ranks", 2, "ranks"),
        *rows.signs(),
        *rows.notes(),
        rows.outline(),
    ]


def _side(look: Look, x: Record, side: str, j: int) -> list[Record]:
    """The ranks of one group, over or under the middle of the row, and their intervals."""
    px, colour = look.px, look.groups[j]
    lift = px(APART if j else -APART)
    line = {"type": "rule", "color": colour, "strokeWidth": px(1.5), "yOffset": lift, "y2Offset": lift}
    dot = {"type": "point", "shape": SHAPES[j], "size": px(10) ** 2, "fill": colour, "stroke": None, "yOffset": lift}
    ends: Record = {"x": {"field": f"{side}_low", **x}, "x2": {"field": f"{side}_high"}}
    return [
        layer(line, transform=_valid(f"{side}_low", f"{side}_high"), y=pixel("y"), **ends),
        layer(dot, transform=_valid(f"{side}_rank"), x={"field": f"{side}_rank", **x}, y=pixel("y")),
    ]
