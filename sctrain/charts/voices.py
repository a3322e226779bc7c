"""The two voices side by side: the survey's rank of each competency, the tables' rank, a line between them.

A *side* is one voice's column: its ranks from the first down, and at its foot what it has no rank for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import inf

import pandas as pd

from sctrain import numerals
from sctrain.charts.consensus import NOT_RANKED
from sctrain.charts.gaps import of_all, sentence
from sctrain.charts.parts import (
    LINE,
    TEXT,
    Drawing,
    Record,
    as_given,
    calculate,
    drawing,
    hatch,
    label_of,
    layer,
    picked,
    pixel,
    records,
    words,
)
from sctrain.charts.rows import Rows, Sign, first, hidden_sign
from sctrain.charts.theme import HIDDEN, LABEL_CHARS, LIGHT, Look, hidden_for, interval, text_width, wrap
from sctrain.errors import FrameError
from sctrain.frames import VOICES
from sctrain.frames.voices import VOICE_LISTS
from sctrain.numerals import count
from sctrain.privacy import THRESHOLD

SURVEY = ("n", "survey_rank", "survey_low", "survey_high", "voice")
TABLES = ("ranked_by", "table_rank", "table_low", "table_high")
CORE_OF = {"survey": ("both", "survey only"), "table": ("both", "tables only")}
"""In which of the lists a competency is in the core of a side."""
SAID = {
    "both": "core of both",
    "tables only": "of the tables only",
    "survey only": "of the survey only",
    "neither": "of neither",
    "cannot tell": "cannot tell",
}
WEIGHTS = {"both": 3.5, "tables only": 2.5, "survey only": 2.5, "neither": 1.25, "cannot tell": 1.25}
"""Width of the lines in px."""
DOTTED = (1, 3)
CHARS = {"wide": LABEL_CHARS, "narrow": 20}
"""Where labels break."""
STRIP = {"wide": 116, "narrow": 30}
"""Width of the ranks from the first to the last, on which intervals lie, in px."""
NUMBER = 32
"""Width of a rank's number and of the dot beside it."""
GAP = 8
INSET = 5
"""From the edge to the labels, so that an outline does not touch them."""
LAYOUTS = ("wide", "narrow")
WIDE_FROM = 960
"""The width from which labels stand on both sides."""


def voices_slope(
    voices: pd.DataFrame,
    labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    core: int,
    tables: int,
    top: int | None = 10,
    k: int = THRESHOLD,
    marked: str | None = None,
) -> Drawing:
    """Competencies from their rank in the survey (left) to their rank at so many tables (right).

    Shown are the first `top` of either side, and the competency `marked`, which is outlined. Beside
    each rank lies its 95 % interval on all ranks, those of the core shaded: the first `core` of
    them. A line's weight and its dots say in whose core a competency is: a full dot is in, an open
    one out. Without a rank it stands at a side's foot; a hidden one says so.
    """
    found = _of(voices, tables)
    slope = _Slope(look, _shown(found, top, marked), labels, max(2, len(found)), core, k)
    title = f"Rank of need in the survey and Borda rank at {numerals.tables(tables)}" + of_all(slope.found, found)
    grounds = [part for side in slope.sides for part in _ground(slope, side)]
    sides = [part for side in slope.sides for part in _side(slope, side, tables)]
    lines = [_line(look, voice) for voice in VOICE_LISTS]
    return drawing(
        look,
        title,
        _says(found, labels, core, tables, k, marked),
        slope.data(marked),
        [*grounds, _ribbon(look), *sides, *lines, *_dots(look), *slope.rows.signs()],
        slope.heights,
        signals=slope.signals,
        pick=("competency",),
        transform=_transform(look),
        wide_from=WIDE_FROM,
    )


def voices_alt(
    voices: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    core: int,
    tables: int,
    k: int = THRESHOLD,
    marked: str | None = None,
) -> str:
    """What `voices_slope` shows, in a sentence."""
    return _says(_of(voices, tables), labels, core, tables, k, marked)


def _of(voices: pd.DataFrame, tables: int) -> list[Record]:
    """VOICES row by row, without what is hidden; FrameError if more than so many tables ranked one."""
    frame = VOICES.check(voices)
    # tables speak as groups: the privacy gate hides the survey's numbers only
    spoken = records(VOICES, frame.assign(suppressed=False), *TABLES)
    found = [{**t, **s} for t, s in zip(spoken, records(VOICES, frame, *SURVEY), strict=True)]
    for r in found:
        if r["ranked_by"] > tables:
            given = f"{r['competency']!r} is ranked by {r['ranked_by']} tables"
            raise FrameError(f"VOICES: {given}, and there are {tables}")
        r["voice"] = r["voice"] or "cannot tell"
        r["table_rank"] = r["table_rank"] if r["ranked_by"] else None
    return found


def _order(found: Sequence[Record], side: str, other: str) -> list[Record]:
    """A side from the first down, what has no rank last; ties by the other side."""
    return sorted(found, key=lambda r: [(r[f"{s}_rank"] is None, r[f"{s}_rank"] or 0) for s in (side, other)])


def _shown(found: Sequence[Record], top: int | None, marked: str | None) -> list[Record]:
    """The first `top` of each side, of the frame where neither has ranks, and what is marked."""
    ranked = [
        [r["competency"] for r in _order(found, *names) if r[f"{names[0]}_rank"] is not None]
        for names in (("survey", "table"), ("table", "survey"))
    ]
    everyone = [r["competency"] for r in found]
    chosen = {code for order in ranked for code in order[:top]} or set(first(everyone, top, None))
    chosen |= set(first(everyone, 0, marked))
    return [r for r in found if top is None or r["competency"] in chosen]


@dataclass(frozen=True)
class _Slope:
    """The competencies shown, and where each stands on both sides."""

    look: Look
    found: list[Record]
    labels: Mapping[str, str]
    last: int
    core: int
    k: int

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides' names: their columns begin so."""
        return tuple(CORE_OF)

    @cached_property
    def rows(self) -> Rows:
        """The key and the headings under it."""
        look, seen = self.look, {r["voice"] for r in self.found}
        key = [_sign(look, voice) for voice in VOICE_LISTS if voice in seen]
        if any(r[f"{side}_low"] is not None for side in self.sides for r in self.found):
            key.append(Sign("95 % interval of the rank", "stroke", stroke=look.quiet, weight=look.px(1.5)))
            key.append(Sign("ranks of the core", "square", fill=look.band, stroke=look.quiet))
        key += [hidden_sign(look, self.k)] * any(r["suppressed"] for r in self.found)
        above = look.px(2 * LINE + 2)
        return Rows(look, [], key, above=(above, above))

    @cached_property
    def orders(self) -> dict[str, list[Record]]:
        """The competencies of each side from the top."""
        left = _order(self.found, "survey", "table")
        return {"survey": left, "table": _order(left, "table", "survey")}

    @cached_property
    def lines(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """The labels' lines by layout and competency."""
        named = {r["competency"]: label_of(self.labels, r["competency"]) for r in self.found}
        return {layout: {code: wrap(name, CHARS[layout]) for code, name in named.items()} for layout in LAYOUTS}

    @cached_property
    def names(self) -> dict[str, float]:
        """Width of the labels in px."""
        size = 1.03 * self.look.px(TEXT)
        every = {layout: [line for lines in self.lines[layout].values() for line in lines] for layout in LAYOUTS}
        inset = self.look.px(INSET)
        return {at: round(inset + max((text_width(line, size) for line in every[at]), default=0)) for at in LAYOUTS}

    @property
    def slot(self) -> float:
        """Height of the words where the core ends."""
        return self.look.px(LINE + 3)

    def _high(self, layout: str, code: str) -> float:
        return self.look.px(LINE * len(self.lines[layout][code]) + 3)

    def ranked(self, side: str, within: float = inf) -> int:
        """How many of those shown have a rank, or one within the first so many."""
        ranks = (r[f"{side}_rank"] for r in self.found)
        return sum(rank is not None and rank <= within for rank in ranks)

    def _tops(self, side: str, layout: str) -> list[float]:
        """Where each row of a side begins and the last one ends, but for the words where the core ends."""
        head = self.rows.head[LAYOUTS.index(layout)]
        return list(accumulate((self._high(layout, r["competency"]) for r in self.orders[side]), initial=head))

    def _below(self, side: str, rows: int, add: float) -> tuple[float, float]:
        """What lies so much below so many rows of a side, wide and narrow."""
        wide, narrow = (round(self._tops(side, layout)[rows] + add, 1) for layout in LAYOUTS)
        return wide, narrow

    def ends(self, side: str) -> tuple[float, float]:
        """The middle of the words where the core ends."""
        return self._below(side, self.ranked(side, self.core), self.slot / 2)

    def feet(self, side: str) -> tuple[float, float]:
        """Where the rows with a rank end."""
        return self._below(side, self.ranked(side), self.slot)

    @property
    def heights(self) -> tuple[float, float]:
        """Height of the drawing."""
        return self._below("survey", len(self.found), self.slot)

    @cached_property
    def middles(self) -> dict[tuple[str, str, str], float]:
        """The middle of a row by side, layout and competency."""
        return {
            (side, layout, r["competency"]): round(middle, 1)
            for side in self.sides
            for layout in LAYOUTS
            for r, middle in zip(self.orders[side], self._middles(side, layout), strict=True)
        }

    def _middles(self, side: str, layout: str) -> list[float]:
        tops = self._tops(side, layout)
        core = self.ranked(side, self.core) if self.ranked(side) else len(self.found)
        lowered = [0.0] * core + [self.slot] * (len(self.found) - core)
        return [(top + bottom) / 2 + low for top, bottom, low in zip(tops, tops[1:], lowered, strict=False)]

    @property
    def signals(self) -> dict[str, str]:
        """Where strips begin and where slopes begin and end."""
        px = self.look.px
        names, strip = (f"(wide ? {of['wide']} : {of['narrow']})" for of in (self.names, STRIP))
        return {
            "strip": f"{strip} * {px(1)}",
            "survey_strip": f"{names} + {px(GAP)}",
            "survey_axis": f"survey_strip + strip + {px(NUMBER)}",
            "table_label": f"width - (wide ? {self.names['wide']} : 0)",
            "table_strip": f"table_label - {px(GAP)} - strip",
            "table_axis": f"table_strip - {px(NUMBER)}",
        }

    def data(self, marked: str | None) -> list[Record]:
        """One record for each competency."""
        return [self._record(r) | {"marked": r["competency"] == marked} for r in self.orders["survey"]]

    def _record(self, row: Record) -> Record:
        code = row["competency"]
        told: Record = {"competency": code, "name": label_of(self.labels, code), "suppressed": bool(row["suppressed"])}
        told |= {"voice": row["voice"], "said": SAID[row["voice"]], "asked": numerals.tables(row["ranked_by"])}
        told["people"] = hidden_for(self.k) if row["suppressed"] else count(row["n"] or 0)
        for layout in LAYOUTS:
            lines = self.lines[layout][code]
            told[f"{layout}_label"] = "\n".join(lines)
            told |= {f"{layout}_lines": len(lines), f"{layout}_high": self._high(layout, code)}
        for side in self.sides:
            told |= {f"{side}_{layout}": self.middles[side, layout, code] for layout in LAYOUTS}
            told |= self._ends(row, side)
        return told

    def _ends(self, row: Record, side: str) -> Record:
        """What stands at one end of a line: rank and interval as shares of all ranks, or a note."""
        rank, low, high = (row[f"{side}_{name}"] for name in ("rank", "low", "high"))
        note = "" if rank is not None else NOT_RANKED if side == "table" else _unheard(row, self.k)
        tied = sum(r[f"{side}_rank"] == rank for r in self.found) > 1
        short = HIDDEN if side == "survey" and row["suppressed"] else note
        ends: Record = {"about": note or _about(rank, low, high), "note": short}
        ends["number"] = "" if note else f"{count(rank)}{'=' * tied}"
        ends["dot"] = "" if note else _dot(row["voice"], side)
        if rank is not None:
            ends["at"] = round((rank - 0.5) / self.last, 4)
        if rank is not None and low is not None and high is not None:
            ends |= {"from": round((low - 1) / self.last, 4), "to": round(high / self.last, 4)}
        return {f"{side}_{name}": value for name, value in ends.items()}


def _unheard(row: Record, k: int) -> str:
    """Why the survey has no rank."""
    if row["suppressed"]:
        return hidden_for(k)
    return "not asked" if row["n"] is None else "no answers"


def _dot(voice: str, side: str) -> str:
    if voice == "cannot tell":
        return "unsure"
    return "in" if voice in CORE_OF[side] else "out"


def _about(rank: int, low: int | None, high: int | None) -> str:
    """The rank with its interval in words."""
    return count(rank) if low is None or high is None else interval(count(rank), count(low), count(high))


def _colour(look: Look, voice: str) -> str:
    return {"both": look.text, "tables only": look.tables, "survey only": look.survey}.get(voice, look.quiet)


def _sign(look: Look, voice: str) -> Sign:
    """A small picture of a list's line: its weight, and full or open dots at its ends."""
    if voice == "cannot tell":
        shape = "".join(_disc(x, 0.16) for x in (-1.2, -0.4, 0.4, 1.2))
    else:
        half = WEIGHTS[voice] / 11
        shape = f"M-0.8,{-half:.2f}L0.8,{-half:.2f}L0.8,{half:.2f}L-0.8,{half:.2f}Z"
        for x, side in ((-1.0, "survey"), (1.0, "table")):
            shape += _disc(x, 0.5) if voice in CORE_OF[side] else _disc(x, 0.5) + _disc(x, 0.26, turn=0)
    return Sign(SAID[voice], shape, fill=_colour(look, voice))


def _disc(x: float, radius: float, turn: int = 1) -> str:
    """A disc as an SVG path; turned the other way it is a hole in another one."""
    left, right, arc = x - radius, x + radius, f"A{radius},{radius},0,1,{turn},"
    return f"M{left:.2f},0{arc}{right:.2f},0{arc}{left:.2f},0Z"


def _transform(look: Look) -> list[Record]:
    """Adds the rows' middles on both sides, the label and the shape of all that belongs together."""
    px = look.px
    high, thin = "datum.high / 2 - 0.5", px(4)
    start, finish = f"(survey_axis + {px(6)})", f"(table_axis - {px(6)})"
    corners = [
        (f"{px(1)}", f"(datum.survey_y - ({high}))"),
        (start, f"(datum.survey_y - ({high}))"),
        (start, f"(datum.survey_y - {thin})"),
        (finish, f"(datum.table_y - {thin})"),
        (finish, f"(datum.table_y - ({high}))"),
        (f"(width - {px(1)})", f"(datum.table_y - ({high}))"),
    ]
    back = [(x, y.replace(" - ", " + ", 1)) for x, y in reversed(corners)]
    path = " + 'L' + ".join(f"{x} + ',' + {y}" for x, y in (*corners, *back))
    return [
        *(calculate(name, f"wide ? datum.wide_{name} : datum.narrow_{name}") for name in ("label", "lines", "high")),
        *(calculate(f"{side}_y", f"wide ? datum.{side}_wide : datum.{side}_narrow") for side in CORE_OF),
        calculate("ribbon", f"'M' + {path} + 'Z'"),
    ]


def _ribbon(look: Look) -> Record:
    """A competency's two rows and the way between them: what is clicked, pointed at and outlined."""
    tip = {"name": "competency", "survey_about": "survey’s rank", "table_about": "tables’ rank", "said": "core"}
    tip |= {"people": "people", "asked": "ranked by"}
    mark = {"type": "point", "size": 4, "x": 0, "y": 0, "fill": "transparent", "cursor": "pointer"}
    # a mitred join would count as wider than it is drawn and push the whole chart to the right
    mark |= {"strokeJoin": "round", "strokeWidth": look.px(1.5)}
    stroke = picked(look)
    stroke["condition"] = [{"test": "datum.marked", "value": look.text}, stroke["condition"]]
    return layer(mark, "rows", shape=as_given("ribbon"), stroke=stroke, tip=tip)


def _line(look: Look, voice: str) -> Record:
    """The lines of the competencies of one list."""
    mark: Record = {"type": "rule", "color": _colour(look, voice), "strokeWidth": look.px(WEIGHTS[voice])}
    if voice == "cannot tell":
        mark["strokeDash"] = [look.px(length) for length in DOTTED]
    across = [calculate("start", "survey_axis"), calculate("end", "table_axis")]
    where = [{"filter": f"datum.voice === '{voice}'"}, *across]
    ends: Record = {"x": pixel("start"), "x2": {"field": "end"}, "y": pixel("survey_y"), "y2": {"field": "table_y"}}
    return layer(mark, transform=where, **ends)


def _dots(look: Look) -> list[Record]:
    """The ends of the lines: full in the core, open outside, small where that cannot be told."""
    px, found = look.px, []
    for side, colour in (("survey", look.survey), ("table", look.tables)):
        for kind, size, fill in (("in", 10, colour), ("out", 10, look.background), ("unsure", 5, colour)):
            mark = {"type": "point", "shape": "circle", "size": px(size) ** 2, "fill": fill, "stroke": colour}
            mark |= {"strokeWidth": px(1.5), "x": {"expr": f"{side}_axis"}}
            where = [{"filter": f"datum.{side}_dot === '{kind}'"}]
            found.append(layer(mark, transform=where, y=pixel(f"{side}_y")))
    return found


def _side(slope: _Slope, side: str, tables: int) -> list[Record]:
    """One side: its heading, intervals, numbers and labels."""
    look, px = slope.look, slope.look.px
    left = side == "survey"
    bold = {"fontWeight": {"expr": "datum.marked ? 'bold' : 'normal'"}}
    names = words(look, x=px(INSET) if left else {"expr": "table_label"}, **bold)
    named = [
        {"filter": "true" if left else "wide"},
        calculate("label_y", f"datum.{side}_y - (datum.lines - 1) * {px(LINE / 2)}"),
    ]
    return [
        *_spreads(look, side),
        layer(words(look, **_beside(look, side)), y=pixel(f"{side}_y"), text={"field": f"{side}_number"}),
        layer(names, transform=named, y=pixel("label_y"), text={"field": "label"}),
        *_notes(look, side),
        *_heading(slope, side, tables),
    ]


def _ground(slope: _Slope, side: str) -> list[Record]:
    """The ranks of the core shaded, and a line with words under the last row that ranks within it."""
    if not slope.ranked(side):
        return []
    look, px = slope.look, slope.look.px
    left = side == "survey"
    head, foot, end = (_either(*of) for of in (slope.rows.head, slope.feet(side), slope.ends(side)))
    share = min(1.0, slope.core / slope.last)
    shade = {"type": "rect", "color": look.band, "y": {"expr": head}, "y2": {"expr": foot}}
    shade |= {"x": {"expr": f"{side}_strip"}, "x2": {"expr": f"{side}_strip + strip * {share:.4f}"}}
    line = {"type": "rule", "color": look.quiet, "strokeWidth": px(1), "y": {"expr": f"{end} + {px(LINE / 2)}"}}
    start, finish = ("0", "survey_axis") if left else ("table_axis", "width")
    x = f"{px(INSET)}" if left else f"(wide ? table_label : table_axis + {px(9)})"
    said = words(look, x={"expr": x}, y={"expr": end}, color=look.quiet)
    told = f"↑ core: the first {count(slope.core)}"
    across = [calculate("start", start), calculate("finish", finish)]
    return [
        layer(shade, data=[{"shade": side}]),
        layer(line, data=[{"line": side}], transform=across, x=pixel("start"), x2={"field": "finish"}),
        _either_words(said, told, told if left else "↑ core"),
    ]


def _either(wide: float, narrow: float) -> str:
    return f"(wide ? {wide} : {narrow})"


def _either_words(mark: Record, wide: str, narrow: str) -> Record:
    """One text, a shorter one where narrow."""
    told = calculate("told", "wide ? datum.wide : datum.narrow")
    return layer(mark, data=[{"wide": wide, "narrow": narrow}], transform=[told], text={"field": "told"})


def _spreads(look: Look, side: str) -> list[Record]:
    """The 95 % intervals on all ranks, and the ranks on them."""
    px, colour = look.px, look.survey if side == "survey" else look.tables
    at = {name: calculate(f"{name}_x", f"{side}_strip + strip * datum.{side}_{name}") for name in ("at", "from", "to")}
    line = {"type": "rule", "color": colour, "strokeWidth": px(1.5)}
    dot = {"type": "point", "shape": "circle", "size": px(5) ** 2, "fill": colour, "stroke": None}
    y = pixel(f"{side}_y")
    known = [{"filter": f"isValid(datum.{side}_{name})"} for name in ("from", "at")]
    ends: Record = {"x": pixel("from_x"), "x2": {"field": "to_x"}}
    return [
        layer(line, transform=[known[0], at["from"], at["to"]], y=y, **ends),
        layer(dot, transform=[known[1], at["at"]], x=pixel("at_x"), y=y),
    ]


def _notes(look: Look, side: str) -> list[Record]:
    """Words, and for what is hidden a hatch, where a side has no rank."""
    px = look.px
    told = words(look, **_beside(look, side), color=look.quiet)
    note = layer(told, y=pixel(f"{side}_y"), text={"field": f"{side}_note"})
    if side == "table":
        return [note]
    lines = " : ".join(f"'{hatch([(0, px(length))], px(12), px(5))}'" for length in (48, 10))
    mark = {"type": "point", "shape": {"expr": f"wide ? {lines}"}, "size": 4, "x": {"expr": "survey_strip"}}
    mark |= {"fill": "transparent", "stroke": look.hatch, "strokeWidth": 1}
    return [layer(mark, transform=[{"filter": "datum.suppressed"}], y=pixel("survey_y")), note]


def _beside(look: Look, side: str) -> Record:
    """Where text stands that belongs to the end of a line: outside of it."""
    sign, align = ("-", "right") if side == "survey" else ("+", "left")
    return {"x": {"expr": f"{side}_axis {sign} {look.px(9)}"}, "align": align}


def _heading(slope: _Slope, side: str, tables: int) -> list[Record]:
    """Whose ranks they are, over the first and the last of all ranks."""
    look, px = slope.look, slope.look.px
    foot = _either(*slope.rows.head)
    n = numerals.tables(tables)
    said = {"survey": ("rank in the survey", "survey"), "table": (f"rank at {n}", n)}[side]
    colour = look.survey if side == "survey" else look.tables
    head = words(look, **_beside(look, side), y={"expr": f"{foot} - {px(1.5 * LINE + 2)}"}, color=colour)
    ends = words(look, y={"expr": f"{foot} - {px(LINE / 2 + 2)}"}, align="center", color=look.quiet)
    ranks = [{"rank": count(rank), "at": round((rank - 0.5) / slope.last, 4)} for rank in (1, slope.last)]
    at = [calculate("x", f"{side}_strip + strip * datum.at")]
    return [
        _either_words({**head, "fontWeight": "bold"}, *said),
        *([layer(ends, data=ranks, transform=at, x=pixel("x"), text={"field": "rank"})] if slope.ranked(side) else []),
    ]


def _says(
    found: Sequence[Record], labels: Mapping[str, str], core: int, tables: int, k: int, marked: str | None
) -> str:
    """The alternative text."""
    says = f"rank of {len(found)} competencies in the survey and at {numerals.tables(tables)}"
    says += f"; the core are the first {core}"
    for voice in VOICE_LISTS[:3]:
        names = [label_of(labels, r["competency"]) for r in found if r["voice"] == voice]
        says += f"; {SAID[voice] if voice == 'both' else f'core {SAID[voice]}'}: {_list(names)}" if names else ""
    n = Counter(r["voice"] for r in found)
    says += f"; core of neither: {n['neither']}; for {n['cannot tell']} this cannot be told"
    unranked, hidden = sum(not r["ranked_by"] for r in found), sum(bool(r["suppressed"]) for r in found)
    says += f"; {unranked} ranked by no table" if unranked else ""
    says += f"; {hidden} {hidden_for(k)} people" if hidden else ""
    for r in found:
        says += f"; marked {label_of(labels, r['competency'])}: {_both(r, k)}" if r["competency"] == marked else ""
    return sentence(says)


def _both(row: Record, k: int) -> str:
    """Both ranks in words."""
    survey, table = (
        _about(*(row[f"{side}_{name}"] for name in ("rank", "low", "high")))
        if row[f"{side}_rank"] is not None
        else without
        for side, without in (("survey", _unheard(row, k)), ("table", NOT_RANKED))
    )
    return f"survey {survey}, tables {table}"


def _list(names: Sequence[str]) -> str:
    """All of a few names, only the number of many."""
    return ", ".join(names) if len(names) <= 5 else f"{len(names)} competencies"
