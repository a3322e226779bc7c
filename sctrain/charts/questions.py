"""Pictures of what people reply to a question of the session: everyone's shares, and those of groups."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from sctrain.charts.dots import Dots
from sctrain.charts.gaps import FAINT, hidden_words, sentence
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
    one,
    picked,
    pixel,
    records,
    words,
)
from sctrain.charts.rows import LABELS, Rows, Sign
from sctrain.charts.theme import HIDDEN, LIGHT, SMALL_N, Look, hidden_for, ink, interval
from sctrain.charts.who import PERCENT
from sctrain.errors import FrameError
from sctrain.frames import CONTRASTS, REPLIES
from sctrain.numerals import count, people, percent
from sctrain.privacy import THRESHOLD

CELL = 36
"""Height of a cell: a share and its interval below it."""
ROOMY = 84
"""Width of a cell from which its interval is written in it."""
_RESTS = ("n_rest", "respondents_rest", "differs")
NO_VIEW = ("unsure", "none", "other", "not_sure")
"""Options that stand last, whatever their share."""
HATCHED = hatch([(-1, 1)], 2, 0.7)
ENDS = ("share", "share_low", "share_high")


@dataclass(frozen=True)
class _Near(Rows):
    """Rows as close as their labels and bars allow: a question has many options."""

    @property
    def step(self) -> float:
        return self.look.px(max(LINE * max(map(len, self.lines), default=1) + 2, self.band + 8))


def replies_shares(
    replies: pd.DataFrame,
    labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    title: str,
    ordered: bool = False,
    k: int = THRESHOLD,
) -> Drawing:
    """Of everyone who replied to one question the share that chose each option, with 95 % interval and n.

    Options go from the largest share down, "not sure" and "none" last; `ordered` ones keep the frame's
    order, and the rows of which it is told how many chose them or more are shaded.
    """
    given = one(REPLIES, one(REPLIES, REPLIES.check(replies), "question"), "group")
    found = [{**r, "option_label": label_of(labels, r["option"])} for r in _records(given)]
    rest, middle = [r for r in found if not r["or_more"]], [r for r in found if r["or_more"]]
    shown = rest if ordered else sorted(rest, key=lambda r: (r["option"] in NO_VIEW, -(r["n"] or 0)))
    rows = _Near(look, [r["option_label"] for r in shown], _shares_key(look, middle), columns=92)
    x = rows.scale((0, max((r["share_high"] or 0 for r in shown), default=0) or 1), **PERCENT)
    reached = [r["option"] for r in rest][next((i for i, r in enumerate(rest) if _is(r, middle)), len(rest)) :]
    data = [{**r, **_row_words(r, k), "zero": 0, "reached": r["option"] in reached} for r in shown]
    tip = {"option_label": "answer", "about": "share", "people": "people"}
    whisker = {"type": "rule", "color": look.text, "strokeWidth": look.px(1.5)}
    layers = [
        rows.back(tip, "datum.reached"),
        rows.cover(),
        rows.bars(x, "zero", "share", fill={"value": look.survey}, opacity=FAINT, tip=tip),
        layer(whisker, y=pixel("y"), x={"field": "share_low", **x}, x2={"field": "share_high"}),
        rows.names(),
        *rows.column("value", 42, "share", bold=True),
        *rows.column("people", 2, "n"),
        *rows.signs(),
        *rows.notes(),
    ]
    return rows.draw(_titled(title, found), _shares_says(found, title, k), rows.place(data), layers, ("option",))


def shares_alt(
    replies: pd.DataFrame, labels: Mapping[str, str], *, title: str, ordered: bool = False, k: int = THRESHOLD
) -> str:
    """What `replies_shares` shows, in a sentence."""
    return str(replies_shares(replies, labels, title=title, ordered=ordered, k=k).to_dict()["description"])


def _records(replies: pd.DataFrame) -> list[Record]:
    return records(REPLIES, replies, "n", "respondents", *ENDS)


def _is(row: Record, middle: Sequence[Record]) -> bool:
    """Whether the rows that are shaded begin with this one."""
    return any(m["option"] == row["option"] and m["share"] is not None for m in middle)


def _shares_key(look: Look, middle: Sequence[Record]) -> list[Sign]:
    key = [Sign("95 % interval", "stroke", stroke=look.text, weight=look.px(1.5))]
    told = [_span(m) for m in middle if m["share"] is not None]
    return [*key, *(Sign(f"shaded, together: {said}", "square", fill=look.band, stroke=look.quiet) for said in told)]


def _span(row: Record) -> str:
    """`56 % (47–64 %)`: a share and its interval where there is little room."""
    share, low, high = (percent(row[end], row["respondents"] or 0) for end in ENDS)
    return f"{share} ({low.removesuffix('%').strip()}–{high})"


def _base(found: Sequence[Record]) -> int:
    return max((r["respondents"] or 0 for r in found), default=0)


def _titled(title: str, found: Sequence[Record]) -> str:
    return f"{title} Share of {people(_base(found))} who replied" if _base(found) else title


def _about(row: Record) -> str:
    share, low, high = (percent(row[end], row["respondents"] or 0) for end in ENDS)
    return interval(share, low, high)


def _row_words(row: Record, k: int) -> Record:
    hidden = bool(row["suppressed"])
    return {
        "note": hidden_for(k) if hidden else "",
        "faint": (row["respondents"] or 0) < SMALL_N,
        "value": "" if hidden else percent(row["share"], row["respondents"] or 0),
        "about": hidden_for(k) if hidden else _about(row),
        "people": "" if hidden else count(row["n"] or 0),
    }


def _of(row: Record) -> str:
    return "" if row["n"] is None else f"{count(row['n'])} of {count(row['respondents'])}"


def _shares_says(found: Sequence[Record], title: str, k: int) -> str:
    plain = [r for r in found if not r["or_more"]]
    says = f"{title} {count(_base(found))} people, {len(plain)} answers"
    known = sorted((r for r in plain if r["n"] is not None), key=lambda r: -r["n"])
    for word, r in zip(("most", "fewest"), (known[0], known[-1]) if known else (), strict=False):
        says += f"; {word} chose {r['option_label']}: {_about(r)}, n {count(r['n'])}"
    for r in found:
        if r["or_more"] and r["share"] is not None:
            says += f"; {r['option_label']} or more: {_about(r)}, n {count(r['n'])}"
    return sentence(says + hidden_words(plain, k))


def replies_heat(
    replies: pd.DataFrame,
    contrasts: pd.DataFrame,
    labels: Mapping[str, str],
    group_labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    title: str,
    k: int = THRESHOLD,
) -> Drawing:
    """Of each group (column) the share that chose each option of one question (row), with its interval.

    A cell is outlined where the group `differs` from its rest; hidden cells are hatched and say "<k". Cells of
    fewer than 10 people are smaller.
    """
    heat = _Heat(replies, contrasts, labels, tuple(group_labels), k)
    names = [label_of(group_labels, g) for g in heat.groups]
    heads = Headings(look, names, counts=[HIDDEN if n is None else f"n {count(n)}" for n in heat.people])
    wide = max(WIDE, LABELS + 2 * EDGE + heads.needed)
    rows = Rows(look, list(heat.options.values()), heat.key(look), band=CELL, above=heads.heights, wide_from=wide)
    placed = rows.place({"option": option, "name": name} for option, name in heat.options.items())
    data = [
        {**row, **heat.cell(row["option"], group, look), "group_name": name, "column": j}
        for row in placed
        for j, (group, name) in enumerate(zip(heat.groups, names, strict=True))
    ]
    return rows.draw(
        f"{title} Share of each group",
        heat.says(group_labels, title),
        data,
        [rows.names("datum.column === 0"), *_cells(look), *rows.signs(), *heads.layers(rows)],
        ("option", "group"),
        heads.signals,
    )


@dataclass(frozen=True)
class _Heat:
    """The cells of one question by option and group, in the order of the rows."""

    replies: pd.DataFrame
    contrasts: pd.DataFrame
    labels: Mapping[str, str]
    known: tuple[str, ...]
    k: int

    @cached_property
    def cells(self) -> dict[tuple[str, str], Record]:
        """What is drawn; `differs` of CONTRASTS with it."""
        found = _records(one(REPLIES, REPLIES.check(self.replies), "question"))
        rests = records(CONTRASTS, CONTRASTS.check(self.contrasts), *_RESTS)
        sides = {(r["option"], r["group"]): r for r in rests}
        cells = {}
        for r in found:
            rest = sides.get((r["option"], r["group"])) if r["share"] is not None else None
            cells[r["option"], r["group"]] = {**r, **{name: rest[name] if rest else None for name in _RESTS}}
        if any(r["group"] is None for r in found):
            raise FrameError("REPLIES.group: groups are drawn here, and a row is of everyone")
        return {(option, group): r for (option, group), r in cells.items() if group in self.known}

    @cached_property
    def options(self) -> dict[str, str]:
        """The options and their labels, from the greatest mean share down, those of no view last."""
        codes = dict.fromkeys(option for option, _ in self.cells)
        mean = {
            code: [r["share"] for (o, _), r in self.cells.items() if o == code and r["share"] is not None]
            for code in codes
        }
        order = sorted(codes, key=lambda code: (code in NO_VIEW, -sum(mean[code]) / max(1, len(mean[code]))))
        return {code: label_of(self.labels, code) for code in order}

    @cached_property
    def groups(self) -> list[str]:
        """The groups of which anybody replied."""
        there = {g for (_, g), r in self.cells.items() if r["suppressed"] or r["respondents"]}
        return [group for group in self.known if group in there]

    @cached_property
    def people(self) -> list[int | None]:
        """How many replied of each group; None where all of it is hidden."""
        given = [[r["respondents"] for (_, g), r in self.cells.items() if g == group] for group in self.groups]
        return [next((n for n in of if n is not None), None) for of in given]

    def key(self, look: Look) -> list[Sign]:
        """What an outline and a small cell mean, where there are some."""
        key = [Sign("differs from the rest", "square", stroke=look.text, weight=look.px(2))] if self._differs else []
        small = any(0 < (n or 0) < SMALL_N for n in self.people)
        key += [Sign(f"smaller: n below {SMALL_N}", "square", fill=look.quiet)] * small
        hidden = any(r["suppressed"] for r in self.cells.values())
        return key + [Sign(hidden_for(self.k), HATCHED, stroke=look.hatch)] * hidden

    @property
    def _differs(self) -> list[Record]:
        return [r for r in self.cells.values() if r["differs"]]

    @cached_property
    def _peak(self) -> float:
        return max((r["share"] or 0 for r in self.cells.values()), default=0) or 1

    def cell(self, option: str, group: str, look: Look) -> Record:
        """How one cell is filled and what it says."""
        r, hidden = self.cells[option, group], bool(self.cells[option, group]["suppressed"])
        known = {"group": group, "suppressed": hidden, "differs": bool(r["differs"])}
        known["small"] = 0 < (r["respondents"] or 0) < SMALL_N
        if r["share"] is None:
            said = hidden_for(self.k) if hidden else "no replies"
            blank = {"value": "", "range": "", "rest": said}
            return {**known, **blank, "fill": "transparent", "ink": look.quiet, "about": said, "people": said}
        fill = look.shade(r["share"] / self._peak)
        share, _, span = _span(r).partition(" (")
        rest = "not shown" if r["n_rest"] is None else f"{count(r['n_rest'])} of {count(r['respondents_rest'])}"
        told = {"value": share, "range": span.rstrip(")"), "about": _about(r), "people": _of(r), "rest": rest}
        return {**known, **told, "fill": fill, "ink": ink(fill)}

    def says(self, group_labels: Mapping[str, str], title: str) -> str:
        """The alternative text."""
        says = f"{title} Share of {len(self.options)} answers in {len(self.groups)} groups"
        for r in self._differs:
            where = f"{label_of(self.labels, r['option'])}, {label_of(group_labels, r['group'])}"
            says += f"; differs from the rest: {where}: {_about(r)}, n {count(r['n'])}"
        if not self._differs:
            says += "; no group can be told to differ from the rest"
        return sentence(says + hidden_words(list(self.cells.values()), self.k))


def _cells(look: Look) -> list[Record]:
    """The cells, and in them the share over its interval."""
    px = look.px
    inset, half = f"(datum.small ? {px(5)} : {px(1)})", px(CELL / 2)
    where = [
        calculate("left", f"begin + cell * datum.column + {inset}"),
        calculate("right", f"begin + cell * (datum.column + 1) - {inset}"),
        calculate("over", f"(wide ? datum.top : datum.y - {half}) + {inset}"),
        calculate("under", f"(wide ? datum.bottom : datum.y + {half}) - {inset}"),
    ]
    roomy = f"cell > {px(ROOMY)}"
    middle = calculate("x", "begin + cell * (datum.column + 0.5)")
    lift = calculate("lifted", f"datum.y - ({roomy} && datum.range ? {px(LINE / 2 - 1)} : 0)")
    below = calculate("lowered", f"datum.y + {px(LINE / 2)}")
    ends: Record = {"x": pixel("left"), "x2": {"field": "right"}, "y": pixel("over"), "y2": {"field": "under"}}
    tip = {"name": "answer", "group_name": "group", "about": "share", "people": "people", "rest": "of the rest"}
    paint: Record = {"fill": as_given("fill"), "stroke": picked(look, look.grid)}
    said: Record = {"x": pixel("x"), "color": as_given("ink")}
    edge = {"type": "rect", "filled": False, "stroke": look.text, "strokeWidth": px(2.5)}
    fits = {"expr": f"cell < {px(26)} ? 0 : 1"}
    bold = {"expr": "datum.differs ? 'bold' : 'normal'"}
    value = words(look, align="center", opacity=fits, fontWeight=bold)
    span = words(look, align="center", fontSize=px(12))
    return [
        layer({"type": "rect", "cursor": "pointer"}, "rows", transform=where, tip=tip, **paint, **ends),
        *hatched(look, [middle], "datum.y"),
        layer(edge, transform=[{"filter": "datum.differs"}, *where], **ends),
        layer(value, transform=[middle, lift], y=pixel("lifted"), text={"field": "value"}, **said),
        layer(span, transform=[{"filter": roomy}, middle, below], y=pixel("lowered"), text={"field": "range"}, **said),
    ]


def hatched(look: Look, where: Sequence[Record], middle: str) -> list[Record]:
    """Diagonals in the hidden cells of a column's width; `middle` is the expression of a cell's y."""
    px = look.px
    short, long = (json.dumps(hatch([(px(-w), px(w))], px(CELL - 18), px(5))) for w in (12, 34))
    shape = {"expr": f"cell > {px(ROOMY)} ? {long} : {short}"}
    mark = {"type": "point", "shape": shape, "size": 4, "fill": "transparent", "stroke": look.hatch, "strokeWidth": 1}
    at = [{"filter": "datum.suppressed"}, *where, calculate("hatch_y", middle)]
    return [layer(mark, transform=at, x=pixel("x"), y=pixel("hatch_y"))]


def reach_dots(
    replies: pd.DataFrame,
    contrasts: pd.DataFrame,
    labels: Mapping[str, str],
    group_labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    title: str,
    everyone: float | None = None,
    k: int = THRESHOLD,
) -> Drawing:
    """Of each group (row) the share that chose an option of an ordered question or more, with its interval.

    A diamond is a group that `differs` from its rest; the line is the share of `everyone`.
    """
    given = one(REPLIES, one(REPLIES, REPLIES.check(replies), "question"), "option")
    sides = records(CONTRASTS, CONTRASTS.check(contrasts), "differs")
    apart = {r["group"] for r in sides if r["differs"]}
    found = [r for r in _records(given) if r["suppressed"] or r["respondents"]]
    reached = f"“{label_of(labels, found[0]['option'])}” or more" if found else "nothing"
    said = [{**r, **_row_words(r, k), "name": label_of(group_labels, r["group"])} for r in found]
    rows = [{**r, "strong": r["group"] in apart, "people": _of(r)} for r in said]
    drawn = Dots(look, rows, "differs from the rest", "everyone", everyone, ("group",))
    says = f"{title} {reached}, by group"
    for r in rows:
        if r["share"] is not None:
            says += f"; {r['name']}: {_about(r)}, n {count(r['respondents'])}" + ", differs" * bool(r["strong"])
    return drawn.draw(f"{title} Share that says {reached}", sentence(says + hidden_words(found, k)))
