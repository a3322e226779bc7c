"""Which methods put a competency into the top five: one row each, one column a method.

A *room drawn anew* is the people, or the tables, drawn with replacement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from sctrain.charts.gaps import of_all, sentence
from sctrain.charts.parts import (
    LINE,
    TEXT,
    Drawing,
    Record,
    as_given,
    calculate,
    hatch,
    label_of,
    layer,
    picked,
    pixel,
    records,
    words,
)
from sctrain.charts.rows import LABELS, Rows, Sign, hidden_sign
from sctrain.charts.theme import LIGHT, Look, hidden_for, ink, mix, text_width
from sctrain.errors import FrameError
from sctrain.frames import ROBUST, TOP_FIVE
from sctrain.frames.voices import METHOD_NAMES, METHODS
from sctrain.numerals import DASH, count, people, percent, tables
from sctrain.privacy import THRESHOLD

HEADINGS = {
    "mwds": ("weighted", "gap"),
    "gap": ("gap",),
    "rds": ("how many", "lack it"),
    "quadrant": ("quadrant",),
    "borda": ("Borda",),
    "worth": ("Plackett–", "Luce"),
}
VOICES = {"survey": METHODS[:4], "tables": METHODS[4:]}
"""Whose numbers a method ranks by."""
MARK = 22
"""Width of a mark in px: a rank of two digits fits in."""
APART = 14
"""Px between the survey's methods and the tables'."""
SIDE = 108
"""Width of the columns at the right."""
PALE = 0.25
"""How much of its colour a pale mark keeps."""


def methods_agree(
    top_five: pd.DataFrame,
    robust: pd.DataFrame,
    labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    k: int = THRESHOLD,
    top: int | None = None,
) -> Drawing:
    """Competencies that a method puts into its top five (rows) by method (columns), most methods first.

    A full mark is inside, an open one is not; in it stands the rank, beside it, or under it where there
    is no room, the share of rooms drawn anew in which it is inside. A full mark is pale where that
    share is below one half: what put it there may be chance.
    """
    grid = _Grid(top_five, robust, labels, k)
    shown = grid.order[:top]
    above = look.px(3.6 * LINE + 2)
    wide = LABELS + SIDE + 24 + APART + len(METHODS) * (MARK + text_width("100 %", TEXT) + 18)
    names = [label_of(labels, r["competency"]) for r in shown]
    rows = _WithShares(
        look,
        names,
        _key(look) + [hidden_sign(look, k)] * bool(grid.n_hidden),
        columns=SIDE,
        band=MARK,
        above=(above, look.px(above / look.scale + LINE)),
        wide_from=wide,
    )
    placed = rows.place(_row(r, labels) for r in shown)
    data = [
        {**row, **grid.cell(row["competency"], method, look), "column": j}
        for row in placed
        for j, method in enumerate(METHODS)
    ]
    return rows.draw(
        "In the first five, or in the quadrant, by each of six methods" + of_all(shown, grid.order),
        grid.says(),
        data,
        [*_columns(rows), *_cells(look), *rows.signs(), *_headings(rows)],
        ("competency",),
        {"cell": f"(finish - begin - {look.px(APART)}) / {len(METHODS)}"},
    )


def agree_alt(top_five: pd.DataFrame, robust: pd.DataFrame, labels: Mapping[str, str], *, k: int = THRESHOLD) -> str:
    """What `methods_agree` shows, in a sentence."""
    return _Grid(top_five, robust, labels, k).says()


@dataclass(frozen=True)
class _WithShares(Rows):
    """Rows with a line of text under their marks where narrow."""

    def _narrow(self, lines: tuple[str, ...]) -> float:
        return super()._narrow(lines) + self.look.px(LINE)

    def place(self, rows: Iterable[Record]) -> list[Record]:
        """The rows' records as of all rows, the room for the text under the marks."""
        return [{**row, "narrow": round(row["narrow"] - self.look.px(LINE), 1)} for row in super().place(rows)]


@dataclass(frozen=True)
class _Grid:
    """The methods' answers by competency, and the order of the rows."""

    top_five: pd.DataFrame
    robust: pd.DataFrame
    labels: Mapping[str, str]
    k: int

    @cached_property
    def cells(self) -> dict[tuple[str, str], Record]:
        """The answers by competency and method."""
        found = records(TOP_FIVE, TOP_FIVE.check(self.top_five), "n", "rank", "inside", "p_inside")
        return {(r["competency"], r["method"]): r for r in found}

    @cached_property
    def order(self) -> list[Record]:
        """ROBUST, from what most methods agree on down."""
        found = records(ROBUST, ROBUST.check(self.robust).assign(suppressed=False), *ROBUST.names[1:])
        for r in found:
            if not any((r["competency"], method) in self.cells for method in METHODS):
                raise FrameError(f"ROBUST: {r['competency']!r} is in no row of TOP_FIVE")
        return sorted(found, key=lambda r: -r["inside"])

    def cell(self, competency: str, method: str, look: Look) -> Record:
        """How one mark is filled and what it says."""
        row = self.cells.get((competency, method), {"suppressed": False, "inside": None, "n": None})
        hidden = bool(row["suppressed"])
        told = {"method": METHOD_NAMES[method], "suppressed": hidden}
        if row["inside"] is None:
            said = hidden_for(self.k) if hidden else "no numbers"
            text = "" if hidden else DASH
            blank = {"mark": "", "text": text, "ink": look.quiet, "share": "", "fill": "transparent", "stroke": ""}
            return {**told, **blank, "about": said, "rooms": said, "people": said}
        unit = "table" if method in VOICES["tables"] else "person"
        return {**told, **_mark(row, method, look), "people": _count(row["n"], unit)}

    def says(self) -> str:
        """The alternative text."""
        says = f"competencies among the first by any of {len(METHODS)} methods: {len(self.order)}"
        robust = [r for r in self.order if r["robust"]]
        for r in robust or self.order[:1]:
            agreed = f"{count(r['inside'])} of {count(r['methods'])} methods"
            says += f"; {'robust' if r['robust'] else 'most'}: {label_of(self.labels, r['competency'])}, {agreed}"
        says += "" if robust or not self.order else "; none is robust"
        return sentence(says + (f"; {self.n_hidden} {hidden_for(self.k)} people" if self.n_hidden else ""))

    @property
    def n_hidden(self) -> int:
        """How many cells are hidden."""
        return sum(bool(self._get(r, method)["suppressed"]) for r in self.order for method in METHODS)

    def _get(self, row: Record, method: str) -> Record:
        return self.cells.get((row["competency"], method), {"suppressed": False})


def _mark(row: Record, method: str, look: Look) -> Record:
    """A full mark inside, pale where that holds in under half of the rooms drawn anew; an open one outside."""
    colour = look.tables if method in VOICES["tables"] else look.survey
    inside, share, rank = row["inside"], row["p_inside"], row["rank"]
    pale = inside and share is not None and share < 0.5
    fill = (mix(look.background, colour, PALE) if pale else colour) if inside else look.background
    about = "inside" if inside else "outside"
    about += "" if rank is None else f", rank {count(rank)}"
    told = "" if share is None else percent(share, row["n"] or 0)
    text = "" if rank is None else count(rank)
    return {
        **{"mark": "in" if inside else "out", "text": text, "ink": ink(fill), "fill": fill},
        **{"stroke": colour if inside else look.quiet, "share": told, "about": about, "rooms": told or DASH},
    }


def _count(n: int | None, unit: str) -> str:
    return people(n or 0) if unit == "person" else tables(n or 0)


def _row(row: Record, labels: Mapping[str, str]) -> Record:
    """What a row carries: names, how many methods agree, and on what it depends."""
    return {
        "competency": row["competency"],
        "name": label_of(labels, row["competency"]),
        "agreed": f"{count(row['inside'])} of {count(row['methods'])}",
        "robust": "robust" if row["robust"] else "",
        "depends": row["depends"] or "nothing: robust",
    }


def _key(look: Look) -> list[Sign]:
    """What a mark, a pale one and an open one are, and what is written."""
    edge = look.px(1.5)
    pale = mix(look.background, look.survey, PALE)
    return [
        Sign("in the first five, or in the quadrant", "circle", fill=look.survey, stroke=look.survey, weight=edge),
        Sign("pale: in under half of the rooms drawn anew", "circle", fill=pale, stroke=look.survey, weight=edge),
        Sign("outside", "circle", fill=look.background, stroke=look.quiet, weight=edge),
    ]


def _columns(rows: Rows) -> list[Record]:
    """Labels, how many methods agree, and the word where that is robust: once a row."""
    once = [{"filter": "datum.column === 0"}]
    texts = [rows.column("agreed", 62, "methods"), rows.column("robust", 2, "", bold=True)]
    told = [{**column[0], "transform": once} for column in texts]
    return [rows.names("datum.column === 0"), *told]


def _across(look: Look) -> list[Record]:
    """The columns' middles: those of the tables stand apart."""
    gap = f"(datum.column < {len(VOICES['survey'])} ? 0 : {look.px(APART)})"
    return [calculate("left", f"begin + cell * datum.column + {gap}"), calculate("x", "datum.left + cell / 2")]


def _cells(look: Look) -> list[Record]:
    """What is clicked and pointed at, the marks, the ranks in them and the shares beside them."""
    px, across = look.px, _across(look)
    right = calculate("right", "datum.left + cell")
    centred = calculate("mark_x", f"datum.x - ({_roomy(look)} ? {px(18)} : 0)")
    tip = {"name": "competency", "method": "method", "about": "among the first", "rooms": "of rooms drawn anew"}
    tip |= {"people": "n", "depends": "depends on"}
    ends: Record = {"x": pixel("left"), "x2": {"field": "right"}, "y": pixel("top"), "y2": {"field": "bottom"}}
    area = {"type": "rect", "cursor": "pointer", "fill": "transparent", "strokeWidth": 1}
    dot = {"type": "point", "shape": "circle", "size": px(MARK) ** 2, "strokeWidth": px(1.5)}
    at: Record = {"x": pixel("mark_x"), "y": pixel("y")}
    beside = words(look, color=look.quiet, xOffset=px(MARK / 2 + 5))
    under = words(look, color=look.quiet, align="center", yOffset=px(MARK / 2 + LINE / 2))
    paint: Record = {"fill": as_given("fill"), "stroke": as_given("stroke")}
    return [
        layer(area, "rows", transform=[*across, right], tip=tip, stroke=picked(look), **ends),
        layer(dot, transform=[{"filter": "datum.mark"}, *across, centred], **paint, **at),
        _hatched(look, [*across, centred]),
        layer(
            words(look, align="center"),
            transform=[*across, centred],
            text={"field": "text"},
            color=as_given("ink"),
            **at,
        ),
        layer(beside, transform=[{"filter": _roomy(look)}, *across, centred], text={"field": "share"}, **at),
        layer(under, transform=[{"filter": f"!({_roomy(look)})"}, *across, centred], text={"field": "share"}, **at),
    ]


def _roomy(look: Look) -> str:
    """Whether shares fit beside the marks."""
    return f"cell > {look.px(MARK + 44)}"


def _hatched(look: Look, across: Sequence[Record]) -> Record:
    """Diagonals in a hidden cell."""
    px = look.px
    shape = hatch([(px(-24), px(24))], px(MARK - 8), px(4))
    mark = {"type": "point", "shape": shape, "size": 4, "fill": "transparent", "stroke": look.hatch, "strokeWidth": 1}
    return layer(mark, transform=[{"filter": "datum.suppressed"}, *across], x=pixel("mark_x"), y=pixel("y"))


def _headings(rows: Rows) -> list[Record]:
    """The methods over their columns, and over them whose numbers they read."""
    look, px = rows.look, rows.look.px
    foot = f"(wide ? {rows.head[0]} : {rows.head[1]})"
    data = [
        {"column": j, "words": "\n".join(HEADINGS[method]), "lines": len(HEADINGS[method])}
        for j, method in enumerate(METHODS)
    ]
    y = calculate("y", f"{foot} - {px(LINE / 2 + 6)} - (datum.lines - 1) * {px(LINE)}")
    where = [*_across(look), y]
    head = layer(
        words(look, align="center"), data=data, transform=where, x=pixel("x"), y=pixel("y"), text={"field": "words"}
    )
    said = layer(
        words(look, x=0, y={"expr": f"{foot} - {px(1.5 * LINE + 6)}"}, color=look.quiet),
        data=[{"said": "In the mark the rank, beside it the\nshare of rooms drawn anew inside"}],
        transform=[{"filter": f"wide && {_roomy(look)}"}],
        text={"field": "said"},
    )
    low = layer(
        words(look, x=0, y={"expr": f"{rows.head[1] - rows.above[1]} + {px(LINE / 2)}"}, color=look.quiet),
        data=[{"said": "In the mark the rank, by it the share of rooms inside"}],
        transform=[{"filter": "!wide"}],
        text={"field": "said"},
    )
    return [head, said, low, *(part for voice in VOICES for part in _voice(look, voice, foot))]


def _voice(look: Look, voice: str, foot: str) -> list[Record]:
    """Whose numbers they are, over a line as wide as their columns."""
    px, columns = look.px, [METHODS.index(method) for method in VOICES[voice]]
    colour = {"survey": look.survey, "tables": look.tables}[voice]
    ends = [*_across(look), calculate("right", f"datum.left + {len(columns)} * cell")]
    data = [{"column": columns[0], "said": voice}]
    said = words(look, align="center", y={"expr": f"{foot} - {px(3 * LINE)}"}, color=colour, fontWeight="bold")
    line = {"type": "rule", "color": colour, "strokeWidth": px(1.5), "y": {"expr": f"{foot} - {px(2.4 * LINE)}"}}
    middle = calculate("middle", "(datum.left + datum.right) / 2")
    return [
        layer(line, data=data, transform=ends, x=pixel("left"), x2={"field": "right"}),
        layer(said, data=data, transform=[*ends, middle], x=pixel("middle"), text={"field": "said"}),
    ]
