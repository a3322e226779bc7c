"""What moved between two rounds of ordering: slopes from before to after, and shifts round zero, also by group.

A *block* is what stands at the end of a slope: the name of an option, and its numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from sctrain.charts.gaps import FAINT, hidden_words, of_all, sentence
from sctrain.charts.parts import (
    LINE,
    Drawing,
    Record,
    as_given,
    calculate,
    drawing,
    label_of,
    layer,
    pixel,
    records,
    words,
)
from sctrain.charts.rows import Rows, Sign
from sctrain.charts.theme import HIDDEN, LIGHT, SMALL_N, Look, hidden_for, interval, wrap
from sctrain.frames import MOVED, MOVED_GROUPS
from sctrain.frames.moved import MANY, MOVES
from sctrain.numerals import MINUS, count
from sctrain.privacy import THRESHOLD

UNSURE = "may not have moved"
WIDE_CHARS, PHONE_CHARS = 52, 27
"""Where the words of a block break."""
SIDE, PHONE_SIDE = 350, 190
"""Width of the blocks."""
NUMBERS = 46
"""Width of the mean places before."""
HEAD = 2 * LINE + 10
PLACE = 50
"""From one place to the next in px, at least."""
BLOCK_GAP = 9
_ENDS = ("shift_low", "shift_high", "shift_low50", "shift_high50")
_SHARES = ("up", "same", "down")


def moved_slope(moved: pd.DataFrame, labels: Mapping[str, str], look: Look = LIGHT, *, k: int = THRESHOLD) -> Drawing:
    """The mean place of each option before and after, joined by a line: bold and in colour where it moved.

    At the end of each line stand its option, both mean places and the shift with its 95 % interval. Hidden options
    are listed below. Places start at 1, on top.
    """
    found = _found(moved)
    slopes = _Slopes(look, found, labels, k)
    return drawing(
        look,
        "Mean place in people’s own orders, before and after the debate (1 is first)",
        _slope_says(found, labels, k),
        slopes.data,
        slopes.layers,
        slopes.heights,
        signals=slopes.signals,
        transform=slopes.transform,
    )


def slope_alt(moved: pd.DataFrame, labels: Mapping[str, str], *, k: int = THRESHOLD) -> str:
    """What `moved_slope` shows, in a sentence."""
    return _slope_says(_found(moved), labels, k)


def _found(moved: pd.DataFrame) -> list[Record]:
    return records(MOVED, MOVED.check(moved), "n", "before", "after", "shift", *_ENDS, "moved", *_SHARES)


def _slope_says(found: Sequence[Record], labels: Mapping[str, str], k: int) -> str:
    shown = [r for r in found if r["shift"] is not None]
    said = f"mean places of {len(found)} options before and after the debate"
    said += f", of {count(shown[0]['n'])} people" if shown else ""
    told = [f"{label_of(labels, r['option'])}: {_both(r)}, {_way(r)}" for r in sorted(shown, key=lambda r: r["after"])]
    return sentence("; ".join([said, *told]) + hidden_words(found, k))


def _both(row: Record) -> str:
    return f"{_number(row['before'], row)} → {_number(row['after'], row)}"


def _number(value: float, row: Record) -> str:
    """With as many decimals as it is rounded to."""
    text = f"{value + 0.0:.{1 if (row['n'] or 0) < MANY else 2}f}"
    return text.strip("-") if not float(text) else text.replace("-", MINUS)


def _about(row: Record, name: str = "shift", sign: int = 1) -> str:
    """A shift with its interval, turned round where `sign` is negative."""
    ends = [row[f"{name}{end}"] for end in ("", *(("_low", "_high")[::sign]))]
    if None in ends:
        return _number(sign * ends[0], row)
    value, low, high = (_number(sign * end, row) for end in ends)
    return interval(value, low, high)


def _sure(row: Record) -> bool:
    return row["moved"] in MOVES[:2]


def _way(row: Record) -> str:
    """`up 1.2 (95 %: 0.7 to 1.7)`, `may not have moved (95 %: −0.3 to 0.2)`."""
    if row["shift_low"] is None:
        return "cannot tell"
    if _sure(row):
        return f"{row['moved']} {_about(row, sign=1 if row['shift'] > 0 else -1)}"
    return f"{UNSURE} {_about(row).partition(' ')[2]}"


@dataclass(frozen=True)
class _Slopes:
    """Slopes and their blocks, laid out wide and narrow."""

    look: Look
    found: Sequence[Record]
    labels: Mapping[str, str]
    k: int

    @cached_property
    def shown(self) -> list[Record]:
        """The options that have a slope, from the first after the debate on."""
        return sorted((r for r in self.found if r["shift"] is not None), key=lambda r: (r["after"], r["before"]))

    @property
    def _rest(self) -> list[Record]:
        return [r for r in self.found if r["shift"] is None]

    def _blocks(self, chars: int) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Name and numbers of each option, the hidden ones last, in lines of so many characters."""
        named = [(label_of(self.labels, r["option"]), f"{_both(r)}: {_way(r)}") for r in self.shown]
        named += [(label_of(self.labels, r["option"]), hidden_for(self.k)) for r in self._rest]
        return [(wrap(name, chars), wrap(told, chars)) for name, told in named]

    def _heights(self, chars: int) -> list[float]:
        gap = self.look.px(BLOCK_GAP)
        return [self.look.px(LINE * (len(name) + len(told))) + gap for name, told in self._blocks(chars)]

    def _plot(self, chars: int) -> float:
        """Height from the first place to the last."""
        blocks = self._heights(chars)[: len(self.shown)]
        return max(self.look.px(PLACE) * (len(self.found) - 1), sum(blocks) - min(blocks, default=0), 1)

    @property
    def heights(self) -> tuple[float, float]:
        """Height of the drawing, wide and narrow."""
        wide, narrow = (self._bottom(chars) for chars in (WIDE_CHARS, PHONE_CHARS))
        return wide, narrow

    def _bottom(self, chars: int) -> float:
        blocks = self._heights(chars)
        ends = [middle + height / 2 for middle, height in zip(self._middles(chars), blocks, strict=True)]
        return max([self.look.px(HEAD) + self._plot(chars) + self.look.px(LINE), *ends]) + self.look.px(4)

    def _y(self, place: float, chars: int) -> float:
        most = max(len(self.found) - 1, 1)
        return self.look.px(HEAD) + (place - 1) / most * self._plot(chars)

    def _middles(self, chars: int) -> list[float]:
        """Where the middle of each block is: at the end of its line, or as near as the others let it."""
        blocks = self._heights(chars)
        n, top = len(self.shown), self.look.px(HEAD - LINE)
        middles = _apart([self._y(r["after"], chars) for r in self.shown], blocks[:n], top)
        end = max([self._y(len(self.found), chars), *(m + h / 2 for m, h in zip(middles, blocks, strict=False))])
        for height in blocks[n:]:
            middles.append(end + height / 2)
            end += height
        return middles

    @cached_property
    def data(self) -> list[Record]:
        """A record for each option, with where everything of it is, wide and narrow."""
        rows = [self._record(r) for r in (*self.shown, *self._rest)]
        for layout, chars in (("wide", WIDE_CHARS), ("narrow", PHONE_CHARS)):
            starts = _apart(
                [self._y(r["before"], chars) for r in sorted(self.shown, key=lambda r: r["before"])],
                [self.look.px(LINE)] * len(self.shown),
                0,
            )
            order = sorted(range(len(self.shown)), key=lambda i: self.shown[i]["before"])
            number = dict(zip(order, starts, strict=True))
            for i, (row, middle, block) in enumerate(zip(rows, self._middles(chars), self._blocks(chars), strict=True)):
                row[layout] = self._at(i, middle, block, number.get(i), chars)
        return sorted(rows, key=lambda row: bool(row["moved"]))  # what moved is drawn over the rest

    def _at(
        self, i: int, middle: float, block: tuple[tuple[str, ...], tuple[str, ...]], number: float | None, chars: int
    ) -> Record:
        """Both ends of a slope, its number, and the lines of its block."""
        name, told = block
        px, lines = self.look.px, len(name) + len(told)
        first = middle - px(LINE) * (lines - 1) / 2
        ends: Record = {"before": None, "after": None, "number": number}
        if i < len(self.shown):
            ends |= {end: round(self._y(self.shown[i][end], chars), 1) for end in ("before", "after")}
        at = {"middle": round(middle, 1), "name": round(first, 1), "told": round(first + px(LINE) * len(name), 1)}
        return {**ends, **at, "name_words": "\n".join(name), "told_words": "\n".join(told)}

    def _record(self, row: Record) -> Record:
        look, sure, hidden = self.look, _sure(row), row["shift"] is None
        return {
            "option": row["option"],
            "label": label_of(self.labels, row["option"]),
            "suppressed": bool(row["suppressed"]),
            "moved": sure,
            "faint": (row["n"] or 0) < SMALL_N,
            "colour": look.survey if sure else look.quiet,
            "weight": look.px(4 if sure else 1.5),
            "size": look.px(12 if sure else 8) ** 2,
            "shape": "diamond" if sure else "circle",
            "said": "" if hidden else _number(row["before"], row),
            "about": hidden_for(self.k) if hidden else f"{_both(row)}: {_way(row)}",
            "people": hidden_for(self.k) if hidden else count(row["n"]),
            "shares": _shares_words(row),
        }

    @property
    def signals(self) -> dict[str, str]:
        """Names for expressions: where slopes begin and end."""
        px = self.look.px
        side = f"(wide ? {px(SIDE)} : {px(PHONE_SIDE)})"
        return {"begin": str(px(NUMBERS)), "finish": f"width - {side} - {px(24)}"}

    @property
    def transform(self) -> list[Record]:
        """Adds where everything is in the layout that is drawn."""
        names = ("before", "after", "number", "middle", "name", "told", "name_words", "told_words")
        px = self.look.px
        across = {"start": "begin", "end": "finish", "lead": f"finish + {px(8)}", "lead_end": f"finish + {px(20)}"}
        return [
            *(calculate(f"at_{name}", f"wide ? datum.wide.{name} : datum.narrow.{name}") for name in names),
            *(calculate(f"x_{name}", where) for name, where in across.items()),
        ]

    @property
    def layers(self) -> list[Record]:
        """Places, slopes, numbers and blocks."""
        look, px = self.look, self.look.px
        known = [{"filter": "isValid(datum.at_after)"}]
        begin, finish = {"expr": "begin"}, {"expr": "finish"}
        tip = {"label": "option", "about": "mean place", "shares": "people", "people": "n"}
        slope = {"type": "rule"}
        along: Record = {
            "x": pixel("x_start"),
            "x2": {"field": "x_end"},
            "y": pixel("at_before"),
            "y2": {"field": "at_after"},
        }
        dot = {"type": "point", "stroke": look.background, "strokeWidth": px(1.5)}
        given: Record = {
            "fill": as_given("colour"),
            "shape": as_given("shape"),
            "size": as_given("size", "quantitative"),
        }
        ends = [
            layer({**dot, "x": x}, transform=known, tip=tip, y=pixel(f"at_{at}"), opacity=FAINT, **given)
            for x, at in ((begin, "before"), (finish, "after"))
        ]
        stroke: Record = {"stroke": as_given("colour"), "strokeWidth": as_given("weight", "quantitative")}
        return [
            *self._ruled(),
            layer(slope, transform=known, opacity=FAINT, **along, **stroke),
            *ends,
            self._leaders(known),
            *self._words(known),
            *self._heads(),
        ]

    def _ruled(self) -> list[Record]:
        """A thin line at each place."""
        data = [
            {"wide_y": self._y(place, WIDE_CHARS), "narrow_y": self._y(place, PHONE_CHARS)}
            for place in range(1, len(self.found) + 1)
        ]
        at = [calculate("y", "wide ? datum.wide_y : datum.narrow_y")]
        line = {"type": "rule", "x": {"expr": "begin"}, "x2": {"expr": "finish"}, "color": self.look.grid}
        return [layer(line, data=data, transform=at, y=pixel("y"))]

    def _leaders(self, known: Sequence[Record]) -> Record:
        """From the end of a slope to its block."""
        line = {"type": "rule", "color": self.look.quiet, "strokeWidth": 1}
        ends: Record = {"x": pixel("x_lead"), "x2": {"field": "x_lead_end"}, "y2": {"field": "at_middle"}}
        return layer(line, transform=known, y=pixel("at_after"), **ends)

    def _words(self, known: Sequence[Record]) -> list[Record]:
        look, px = self.look, self.look.px
        at = {"x": {"expr": f"finish + {px(24)}"}}
        bold = {"fontWeight": {"expr": "datum.moved ? 'bold' : 'normal'"}}
        number = {"x": {"expr": f"begin - {px(12)}"}, "align": "right", "color": look.quiet}
        return [
            layer(words(look, **at, **bold), y=pixel("at_name"), text={"field": "at_name_words"}),
            layer(words(look, **at, color=look.quiet), y=pixel("at_told"), text={"field": "at_told_words"}),
            layer(words(look, **number), transform=known, y=pixel("at_number"), text={"field": "said"}),
        ]

    def _heads(self) -> list[Record]:
        look, px = self.look, self.look.px
        n = count(self.shown[0]["n"]) if self.shown else HIDDEN
        heads = (("0", "before"), (f"finish + {px(24)}", f"after, n {n}"))
        return [
            layer(
                words(look, x={"expr": x}, y=px(LINE / 2), color=look.quiet),
                data=[{"said": said}],
                text={"field": "said"},
            )
            for x, said in heads
        ]


def _apart(wanted: Sequence[float], heights: Sequence[float], top: float) -> list[float]:
    """The middles of blocks of these heights, in their order, each as near to where it should be as they allow.

    Blocks that would overlap are moved apart as one, so that they are off by as little as can be (pool adjacent
    violators, Ayer et al. 1955); none begins above `top`.
    """
    groups: list[tuple[float, list[float]]] = []  # where the first begins, and the heights of those joined to it
    for want, height in zip(wanted, heights, strict=True):
        groups.append((max(want - height / 2, top), [height]))
        while len(groups) > 1 and groups[-2][0] + sum(groups[-2][1]) > groups[-1][0]:
            (start, one), (_, other) = groups[-2], groups[-1]
            both = [*one, *other]
            moved = (start * len(one) + (groups[-1][0] - sum(one)) * len(other)) / len(both)
            groups[-2:] = [(max(moved, top), both)]
    middles = []
    for start, each in groups:
        for height in each:
            middles.append(start + height / 2)
            start += height
    return middles


# Shifts


def _shares_words(row: Record) -> str:
    """`60 % up, hidden left, hidden down`; nothing where all three are hidden."""
    if all(row[share] is None for share in _SHARES):
        return ""
    names = {"up": "up", "same": "left", "down": "down"}
    said = [(name, row[share]) for share, name in names.items()]
    return ", ".join(f"{HIDDEN if share is None else f'{share:.0%}'} {name}" for name, share in said)


def moved_forest(moved: pd.DataFrame, labels: Mapping[str, str], look: Look = LIGHT, *, k: int = THRESHOLD) -> Drawing:
    """How far each option moved, round zero: 95 % and 50 % interval, a full diamond where it moved, and n."""
    found = _found(moved)
    rows = Rows(look, [label_of(labels, r["option"]) for r in found], _forest_key(look, found), columns=126)
    data = [{**_shift_row(r, label_of(labels, r["option"]), look, k), "shares": _shares_words(r)} for r in found]
    tip = {"name": "option", "about": "shift", "shares": "people", "people": "n"}
    return _forest(rows, data, tip, "Shift of the mean place, in places", _forest_says(found, labels, k))


def forest_alt(moved: pd.DataFrame, labels: Mapping[str, str], *, k: int = THRESHOLD) -> str:
    """What `moved_forest` shows, in a sentence."""
    return _forest_says(_found(moved), labels, k)


def _forest_says(found: Sequence[Record], labels: Mapping[str, str], k: int) -> str:
    said = f"shift of the mean place of {len(found)} options"
    told = [f"{label_of(labels, r['option'])} {_about(r)}" for r in found if r["shift"] is not None]
    return sentence("; ".join([said, *told]) + hidden_words(found, k))


def _shift_row(row: Record, name: str, look: Look, k: int) -> Record:
    note = hidden_for(k) if row["suppressed"] else "nobody" if row["shift"] is None else ""
    sure = _sure(row)
    return {
        "option": row["option"],
        "name": name,
        "suppressed": bool(row["suppressed"]),
        "note": note,
        "faint": (row["n"] or 0) < SMALL_N,
        "marked": sure,
        **{end: row.get(end) for end in ("shift", *_ENDS)},
        "shape": "diamond" if sure else "circle",
        "fill": look.survey if sure else look.background,
        "stroke": look.survey if sure else look.quiet,
        "value": "" if note else _number(row["shift"], row),
        "about": note or _about(row),
        "people": hidden_for(k) if row["suppressed"] else count(row["n"] or 0),
        "n": "" if row["suppressed"] else count(row["n"] or 0),
    }


def _forest_key(look: Look, found: Sequence[Record]) -> list[Sign]:
    px = look.px
    key = [Sign("moved", "diamond", look.survey, look.survey, px(1.5))] if any(map(_sure, found)) else []
    key.append(Sign(UNSURE, "circle", look.background, look.quiet, px(1.5)))
    thick = [Sign("50 %", "stroke", stroke=look.quiet, weight=px(5))]
    has_50 = any(r.get("shift_low50") is not None for r in found)
    return [*key, *(thick if has_50 else []), Sign("95 % interval", "stroke", stroke=look.quiet, weight=px(1.5))]


def _forest(rows: Rows, data: Sequence[Record], tip: Mapping[str, str], title: str, says: str) -> Drawing:
    px = rows.look.px
    numbers = [abs(r[end]) for r in data for end in ("shift", *_ENDS) if r.get(end) is not None]
    reach = max([*numbers, 0.5])
    x = rows.scale((-reach, reach), grid=True, title="← moved down · moved up →")
    lines = [
        layer(
            {"type": "rule", "strokeWidth": px(weight)},
            transform=[{"filter": f"isValid(datum.{low})"}],
            y=pixel("y"),
            x={"field": low, **x},
            x2={"field": high},
            stroke=as_given("stroke"),
            opacity=FAINT,
        )
        for low, high, weight in (("shift_low", "shift_high", 1.5), ("shift_low50", "shift_high50", 5))
    ]
    dot = layer(
        {"type": "point", "size": px(11) ** 2, "strokeWidth": px(1.5)},
        transform=[{"filter": "isValid(datum.shift)"}],
        tip=tip,
        y=pixel("y"),
        x={"field": "shift", **x},
        shape=as_given("shape"),
        fill=as_given("fill"),
        stroke=as_given("stroke"),
        opacity=FAINT,
    )
    columns = [*rows.column("value", 66, "shift", bold=True), *rows.column("n", 2, "n")]
    marks = [rows.cover(), rows.zero(x), *lines, dot, rows.names(), *columns, *rows.signs(), *rows.notes()]
    return rows.draw(title, says, rows.place(data), marks)


def moved_groups(
    groups: pd.DataFrame,
    labels: Mapping[str, str],
    group_labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    k: int = THRESHOLD,
) -> Drawing:
    """How far an option moved in each group, round zero, with 95 % interval and n: a heading for each option.

    Only options that moved in some group, or otherwise than for everyone else, else the first.
    """
    found, shown = _grouped(groups)
    names, data = [], []
    for option in shown:
        names.append(label_of(labels, option))
        data.append({**_heading(option, names[-1]), "heading": True})
        for row in (r for r in found if r["option"] == option):
            names.append(label_of(group_labels, row["group"]))
            record = _shift_row(row, names[-1], look, k)
            data.append({**record, "group": row["group"], "heading": False, "marked": False})
    rows = Rows(look, names, _forest_key(look, [r for r in found if r["option"] in shown]), columns=126)
    for row in data:
        row["marked"] = row["heading"]
    title = "Shift of the mean place by group, in places" + of_all(shown, _options(found))
    tip = {"name": "group", "about": "shift", "people": "n"}
    return _forest(rows, data, tip, title, _groups_say(found, shown, labels, group_labels, k))


def groups_alt(
    groups: pd.DataFrame, labels: Mapping[str, str], group_labels: Mapping[str, str], *, k: int = THRESHOLD
) -> str:
    """What `moved_groups` shows, in a sentence."""
    found, shown = _grouped(groups)
    return _groups_say(found, shown, labels, group_labels, k)


def _grouped(groups: pd.DataFrame) -> tuple[list[Record], list[str]]:
    """The rows, and the options that are drawn."""
    found = records(
        MOVED_GROUPS, MOVED_GROUPS.check(groups), "n", "shift", "shift_low", "shift_high", "moved", "differs"
    )
    told = [r["option"] for r in found if _sure(r) or r["differs"]]
    return found, list(dict.fromkeys(told)) or _options(found)[:1]


def _options(found: Sequence[Record]) -> list[str]:
    return list(dict.fromkeys(r["option"] for r in found))


def _heading(option: str, name: str) -> Record:
    blank: Record = dict.fromkeys(("note", "value", "people", "n", "about"), "")
    blank |= {"suppressed": False, "faint": False, "shape": "circle", "fill": "transparent", "stroke": "transparent"}
    return {"option": option, "group": "", "name": name, **blank, **dict.fromkeys(("shift", *_ENDS))}


def _groups_say(
    found: Sequence[Record],
    shown: Sequence[str],
    labels: Mapping[str, str],
    group_labels: Mapping[str, str],
    k: int,
) -> str:
    rows = [r for r in found if r["option"] in shown]
    said = [f"shift of the mean place of {len(shown)} options by group"]
    for option in shown:
        told = [
            f"{label_of(group_labels, r['group'])} {_about(r)}, n {count(r['n'])}"
            for r in rows
            if r["option"] == option and r["shift"] is not None
        ]
        said += [f"{label_of(labels, option)}: {', '.join(told)}"] * bool(told)
    return sentence("; ".join(said) + hidden_words(rows, k))
