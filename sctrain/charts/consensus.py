"""What the tables put first: the order they agree on with its bands, and every table's own list.

A *band* is a run of options whose order the rankings cannot tell apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import pandas as pd

from sctrain import numerals
from sctrain.charts.gaps import FAINT, of_all, sentence
from sctrain.charts.parts import (
    LINE,
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
from sctrain.charts.rows import Rows, Sign, first
from sctrain.charts.theme import LIGHT, Look, ink, interval, mix, text_width
from sctrain.errors import FrameError
from sctrain.frames import CONSENSUS, RANKINGS
from sctrain.numerals import DASH, count, percent

NUMBERS = ("ranked_by", "borda", "borda_rank", "rank_low", "rank_high", "kemeny_rank", "worth_rank", "band")
COLUMNS = {"points": "Borda points", "kemeny": "Kemeny rank", "worth": "Plackett–Luce", "asked": "tables"}
"""What stands right of the marks; a narrow chart keeps the first and the last."""
EDGES = {"points": 252, "kemeny": 162, "worth": 66, "asked": 2}
"""Where these columns end, in px from the right of a wide chart."""
SIDE = 342
"""Width of all columns."""
ROOMY = 860
"""The width from which all columns, the labels and 200 px of ranks stand side by side."""
NOT_RANKED = "not ranked"
CELL = 24
SPOT = "M-0.3,0A0.3,0.3,0,1,1,0.3,0A0.3,0.3,0,1,1,-0.3,0Z"
EQUALS = "M-0.8,-0.35L0.8,-0.35M-0.8,0.35L0.8,0.35"


def consensus_ranks(
    consensus: pd.DataFrame,
    labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    tables: int,
    top: int | None = 10,
    marked: str | None = None,
) -> Drawing:
    """Options by their Borda rank over so many tables, with the 95 % rank interval and their band.

    Options that fewer than half of the tables ranked are faded; those that none ranked are
    last and have no rank. The option `marked` is outlined, and shown even beyond `top`.
    """
    found = _of(consensus, tables)
    options = first([r["option"] for r in found], top, marked)
    shown = [r for r in found if r["option"] in options]
    above = look.px(LINE + 4)
    key = _key(look, shown, tables)
    rows = Rows(look, [label_of(labels, r["option"]) for r in shown], key, above=(above, above), wide_from=ROOMY)
    last = max([2, *(int(r["rank_high"] or r["borda_rank"]) for r in shown if _has_rank(r))])
    x = rows.scale((1, last), **_ranks_axis(last))
    tip = {"name": "option", "ranks": "rank", "points": "Borda points, of the most possible"}
    tip |= {"kemeny": "Kemeny rank", "worth": "Plackett–Luce rank", "people": "ranked by"}
    layers = [
        rows.back(tip, "datum.shaded"),
        rows.cover(),
        *_marks(look, x),
        rows.names(),
        *_columns(rows),
        *rows.signs(),
        *rows.notes(),
        rows.outline(),
    ]
    shades = _shades(shown)
    data = [
        {**_row(r, labels, tables), "shaded": shade, "marked": r["option"] == marked}
        for r, shade in zip(shown, shades, strict=True)
    ]
    title = f"Rank by Borda points, {numerals.tables(tables)}" + of_all(shown, found) + _goes_on(found[:top], found)
    finish = f"width - (wide ? {look.px(SIDE + 24)} : {look.px(6)})"
    says = _ranks_says(found, labels, tables, marked)
    return rows.draw(title, says, rows.place(data), layers, ("option",), {"finish": finish})


def consensus_alt(consensus: pd.DataFrame, labels: Mapping[str, str], *, tables: int, marked: str | None = None) -> str:
    """What `consensus_ranks` shows, in a sentence."""
    return _ranks_says(_of(consensus, tables), labels, tables, marked)


def _ordered(consensus: pd.DataFrame) -> list[Record]:
    """CONSENSUS by Borda rank, options without a rank last; ties keep their order."""
    # tables speak as groups: no row of theirs is ever hidden
    found = records(CONSENSUS, CONSENSUS.check(consensus).assign(suppressed=False), *NUMBERS)
    return sorted(found, key=lambda r: (not r["ranked_by"], not _has_rank(r), r["borda_rank"] or 0))


def _has_rank(row: Record) -> bool:
    """Whether tables ranked it at all, and beside another option: what all left out is not last."""
    return bool(row["ranked_by"]) and row["borda_rank"] is not None


def _of(consensus: pd.DataFrame, tables: int) -> list[Record]:
    """The same; FrameError if an option is ranked by more than so many tables."""
    found = _ordered(consensus)
    for r in found:
        if r["ranked_by"] > tables:
            raise FrameError(f"CONSENSUS: {r['option']!r} is ranked by {r['ranked_by']} tables, and there are {tables}")
    return found


def _bands(found: Sequence[Record]) -> list[list[Record]]:
    """The ranked options band by band, from the top."""
    ranked = filter(_has_rank, found)
    return [list(band) for _, band in groupby(ranked, key=lambda r: r["band"])]


def _shades(shown: Sequence[Record]) -> list[bool]:
    """Which rows stand on a quiet ground: every other band; none where no band has two options.

    The last band always does: what is not ranked, below it, is no part of it.
    """
    bands = _bands(shown)
    several = any(len(band) > 1 for band in bands)
    shades = [several and (len(bands) - i) % 2 == 1 for i, band in enumerate(bands) for _ in band]
    return shades + [False] * (len(shown) - len(shades))


def _goes_on(shown: Sequence[Record], found: Sequence[Record]) -> str:
    """The end of a title where the last option shown is no surer to be there than the next one."""
    around = found[len(shown) - 1 : len(shown) + 1] if shown else ()
    cut = len(around) == 2 and all(map(_has_rank, around)) and len(_bands(around)) == 1
    return ", more in the last band" if cut else ""


def _few(row: Record, tables: int) -> bool:
    return 0 < 2 * row["ranked_by"] < tables


def _faded(look: Look) -> str:
    return mix(look.background, look.tables, 0.25)


def _key(look: Look, shown: Sequence[Record], tables: int) -> list[Sign]:
    line = Sign("95 % interval", "stroke", stroke=look.tables, weight=look.px(1.5))
    key = [line] if any(_has_rank(r) and r["rank_low"] is not None for r in shown) else []
    if any(_shades(shown)):
        key.append(Sign("no sure line within a shaded band", "square", fill=look.band, stroke=look.quiet))
    if any(_few(r, tables) for r in shown):
        key.append(Sign("faded: ranked by under half of the tables", "circle", _faded(look), look.tables, look.px(1.5)))
    return key


def _ranks_axis(last: int) -> Record:
    """Ranks as whole numbers from 1, so many of them that they never touch."""
    step = 1 if last <= 12 else 5
    values = [1, *(rank for rank in range(step, last + 1, step) if rank > 1)]
    labels = {"format": "d", "labelFlush": False, "labelOverlap": "greedy"}
    return {"values": values, "title": "rank; 1 is first", **labels}


def _marks(look: Look, x: Record) -> list[Record]:
    """The thin 95 % interval and the dot, faded where few tables ranked the option."""
    known = [{"filter": "isValid(datum.borda_rank)"}]
    spread = [{"filter": "isValid(datum.rank_low) && isValid(datum.rank_high)"}]
    line = {"type": "rule", "color": look.tables, "strokeWidth": look.px(1.5)}
    dot = {"type": "point", "shape": "circle", "size": look.px(11) ** 2, "strokeWidth": look.px(1.5)}
    fill = {"condition": {"test": "datum.faint", "value": _faded(look)}, "value": look.tables}
    ends: Record = {"x": {"field": "rank_low", **x}, "x2": {"field": "rank_high"}, "y": pixel("y")}
    at: Record = {"x": {"field": "borda_rank", **x}, "y": pixel("y")}
    return [
        layer(line, transform=spread, opacity=FAINT, **ends),
        layer(dot, transform=known, fill=fill, stroke={"value": look.tables}, **at),
    ]


def _columns(rows: Rows) -> list[Record]:
    """Points, the ranks of two other methods, and how many tables ranked the option."""
    wide = [rows.column(field, EDGES[field], said, field == "points") for field, said in COLUMNS.items()]
    narrow = [rows.column("points", 64, "points", True), rows.column("asked", 2, "tables")]
    return [
        {**found, "transform": [{"filter": when}]}
        for when, columns in (("wide", wide), ("!wide", narrow))
        for column in columns
        for found in column
    ]


def _row(row: Record, labels: Mapping[str, str], tables: int) -> Record:
    """What a row of an option carries: names, ranks, and its numbers in words."""
    asked = f"{count(row['ranked_by'])} of {count(tables)}"
    told = {"option": row["option"], "name": label_of(labels, row["option"]), "suppressed": False}
    told |= {"faint": _few(row, tables), "asked": asked, "people": f"{asked} tables"}
    if not _has_rank(row):
        note = "not compared" if row["ranked_by"] else NOT_RANKED
        return {**told, "note": note, "ranks": note, "points": "", "kemeny": "", "worth": ""}
    return {
        **told,
        **{name: row[name] for name in ("borda_rank", "rank_low", "rank_high")},
        "note": "",
        "ranks": _about(row),
        "points": percent(row["borda"], tables),
        "kemeny": _rank(row["kemeny_rank"]),
        "worth": _rank(row["worth_rank"]),
    }


def _rank(rank: int | None) -> str:
    return DASH if rank is None else count(rank)


def _about(row: Record) -> str:
    """The rank with its interval in words."""
    rank, low, high = (_rank(row[name]) for name in ("borda_rank", "rank_low", "rank_high"))
    return rank if row["rank_low"] is None else interval(rank, low, high)


def _ranks_says(found: list[Record], labels: Mapping[str, str], tables: int, marked: str | None) -> str:
    ranked, unranked = [r for r in found if _has_rank(r)], [r for r in found if not r["ranked_by"]]
    says = f"rank of {len(found)} options by Borda points over {numerals.tables(tables)}"
    for word, r in zip(("highest", "lowest"), (ranked[0], ranked[-1]) if ranked else (), strict=False):
        says += (
            f"; {word} {label_of(labels, r['option'])}: rank {_about(r)}, {percent(r['borda'], tables)} of the most "
        )
        says += f"possible points, ranked by {count(r['ranked_by'])} of {count(tables)}"
    for band in _bands(found):
        if len(band) > 1:
            says += f"; no sure line divides {_list([label_of(labels, r['option']) for r in band])}"
    if unranked:
        says += f"; ranked by no table: {_list([label_of(labels, r['option']) for r in unranked])}"
    for r in found:
        if r["option"] == marked:
            said = f"rank {_about(r)}" if _has_rank(r) else "without a rank"
            asked = f"{count(r['ranked_by'])} of {count(tables)}"
            says += f"; marked {label_of(labels, r['option'])}: {said}, ranked by {asked}"
    return sentence(says)


def _list(names: Sequence[str]) -> str:
    """All of a few names, only the number of many."""
    if len(names) > 4:
        return f"{len(names)} options"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def rank_heat(
    rankings: pd.DataFrame,
    consensus: pd.DataFrame,
    labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    tables: Sequence[int],
    top: int | None = None,
    marked: str | None = None,
) -> Drawing:
    """The place each of these tables gave each option of one topic, options in consensus order.

    The first place stands out most; "=" is a shared place. What a table did not rank is a dot,
    not its last place. The option `marked` is outlined, and shown even beyond `top`.
    """
    heat = _Lists(rankings, consensus, tuple(sorted(tables)))
    shown = first(heat.order, top, marked)
    names = [label_of(labels, option) for option in shown]
    above = (look.px(LINE + 4), look.px(2 * LINE + 4))
    rows = Rows(look, names, heat.key(look, shown), band=CELL, above=above)
    placed = rows.place({"option": o, "name": n, "marked": o == marked} for o, n in zip(shown, names, strict=True))
    data = [
        {**row, **heat.cell(row["option"], table, look), "column": j}
        for row in placed
        for j, table in enumerate(heat.tables)
    ]
    needed = look.px(8) + max((text_width(f"Table {t}", look.px(TEXT)) for t in heat.tables), default=0)
    return rows.draw(
        f"Place in each table's list, {numerals.tables(len(tables))}" + of_all(shown, heat.order),
        heat.says(labels, marked),
        data,
        [
            rows.names("datum.column === 0"),
            *_cells(look),
            *rows.signs(),
            *_headings(rows, heat.tables),
            rows.outline("datum.column === 0"),
        ],
        ("option", "table_number"),
        {"cell": f"(finish - begin) / {max(1, len(heat.tables))}", "numbered": f"cell < {needed:.1f}"},
    )


def rank_heat_alt(
    rankings: pd.DataFrame,
    consensus: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    tables: Sequence[int],
    marked: str | None = None,
) -> str:
    """What `rank_heat` shows, in a sentence."""
    return _Lists(rankings, consensus, tuple(sorted(tables))).says(labels, marked)


@dataclass(frozen=True)
class _Lists:
    """The lists of these tables about one topic, and the order of the options."""

    rankings: pd.DataFrame
    consensus: pd.DataFrame
    tables: tuple[int, ...]

    @cached_property
    def order(self) -> list[str]:
        """The options in consensus order."""
        return [r["option"] for r in _ordered(self.consensus)]

    @cached_property
    def places(self) -> dict[tuple[str, int], int]:
        """Place by option and table."""
        frame = one(RANKINGS, RANKINGS.check(self.rankings), "topic").assign(suppressed=False)
        found = [r for r in records(RANKINGS, frame, "position") if r["table_number"] in self.tables]
        for r in found:
            if r["option"] not in self.order:
                raise FrameError(f"RANKINGS: {r['option']!r} is not an option of CONSENSUS: {', '.join(self.order)}")
        return {(r["option"], r["table_number"]): r["position"] for r in found}

    @cached_property
    def shared(self) -> set[tuple[int, int]]:
        """Tables and the places that several of their options share."""
        n = Counter((table, place) for (_, table), place in self.places.items())
        return {at for at, options in n.items() if options > 1}

    @cached_property
    def last(self) -> int:
        """The last place any table gave, at least 2."""
        return max(2, max(self.places.values(), default=2))

    def key(self, look: Look, shown: Sequence[str]) -> list[Sign]:
        """First and last place; a shared place and what is not ranked, where there is any."""
        key = [
            Sign("first", "square", fill=look.tables),
            Sign(f"place {self.last}", "square", fill=look.band, stroke=look.quiet),
        ]
        if self.shared:
            key.append(Sign("shared place", EQUALS, stroke=look.text, weight=look.px(1.5)))
        if len([o for o, _ in self.places if o in shown]) < len(shown) * len(self.tables):
            key.append(Sign("not ranked, which is not last", SPOT, fill=look.quiet))
        return key

    def cell(self, option: str, table: int, look: Look) -> Record:
        """How one cell is filled and what it says."""
        known = {"table_number": table, "table_name": f"Table {table}"}
        place = self.places.get((option, table))
        if place is None:
            blank = {"fill": "transparent", "ink": look.quiet, "value": ""}
            return {**known, **blank, "blank": True, "about": f"{NOT_RANKED} by this table"}
        fill = mix(look.tables, look.band, (place - 1) / (self.last - 1))
        tied = (table, place) in self.shared
        said = f"{place}, shared" if tied else f"{place}"
        text = f"{place}{'=' * tied}"
        return {**known, "fill": fill, "ink": ink(fill), "value": text, "blank": False, "about": said}

    def says(self, labels: Mapping[str, str], marked: str | None) -> str:
        """The alternative text."""
        says = f"places that {numerals.tables(len(self.tables))} gave {len(self.order)} options"
        firsts = Counter(option for (option, _), place in self.places.items() if place == 1)
        if firsts:
            most = max(firsts.values())
            names = [label_of(labels, o) for o in self.order if firsts[o] == most]
            says += f"; most often first {_list(names)}: {numerals.tables(most)}{' each' * (len(names) > 1)}"
        empty = len(self.order) * len(self.tables) - len(self.places)
        says += f"; {count(empty)} places not given, which does not mean last" if empty else ""
        if marked is not None:
            n = sum(option == marked for option, _ in self.places)
            says += f"; marked {label_of(labels, marked)}: ranked by {count(n)} of {count(len(self.tables))}"
        return sentence(says)


def _cells(look: Look) -> list[Record]:
    """The cells, where wide as high as their row, and what stands in them."""
    px = look.px
    half = px(CELL / 2)
    where = [
        calculate("left", "begin + cell * datum.column + min(1, cell / 12)"),
        calculate("right", "begin + cell * (datum.column + 1) - min(1, cell / 12)"),
        calculate("over", f"(wide ? datum.top : datum.y - {half}) + 1"),
        calculate("under", f"(wide ? datum.bottom : datum.y + {half}) - 1"),
    ]
    middle = calculate("x", "begin + cell * (datum.column + 0.5)")
    fits = {"expr": f"cell < {px(24)} ? 0 : 1"}
    ends: Record = {"x": pixel("left"), "x2": {"field": "right"}, "y": pixel("over"), "y2": {"field": "under"}}
    tip = {"name": "option", "table_name": "table", "about": "place"}
    at: Record = {"x": pixel("x"), "y": pixel("y")}
    said: Record = {"text": {"field": "value"}, "color": as_given("ink"), **at}
    cell = {"type": "rect", "cursor": "pointer"}
    spot = {"type": "point", "shape": SPOT, "size": px(11) ** 2, "fill": look.quiet, "stroke": None}
    return [
        layer(cell, "rows", transform=where, tip=tip, fill=as_given("fill"), stroke=picked(look), **ends),
        layer(spot, transform=[middle, {"filter": "datum.blank"}], **at),
        layer(words(look, align="center", opacity=fits), transform=[middle], **said),
    ]


def _headings(rows: Rows, tables: Sequence[int]) -> list[Record]:
    """Each table's number over its column, of narrow columns only as many as there is room for."""
    look, px = rows.look, rows.look.px
    foot = f"(wide ? {rows.head[0]} : {rows.head[1]})"
    data = [{"column": j, "number": f"{table}", "name": f"Table {table}"} for j, table in enumerate(tables)]
    each = [
        {"filter": f"datum.column % ceil({px(20)} / cell) === 0"},
        calculate("x", "begin + cell * (datum.column + 0.5)"),
        calculate("y", f"{foot} - {px(LINE / 2 + 4)}"),
        calculate("said", "numbered ? datum.number : datum.name"),
    ]
    at: Record = {"x": pixel("x"), "y": pixel("y"), "text": {"field": "said"}}
    x, y = f"wide ? begin - {px(36 + 8)} : begin", f"{foot} - (wide ? {px(LINE / 2 + 4)} : {px(1.5 * LINE + 4)})"
    what = words(look, x={"expr": x}, y={"expr": y}, color=look.quiet)
    return [
        layer(words(look, align="center"), data=data, transform=each, **at),
        layer(what, data=[{"said": "table"}], transform=[{"filter": "numbered"}], text={"field": "said"}),
    ]
