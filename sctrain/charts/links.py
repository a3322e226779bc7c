"""How the parts hang together: challenges, competencies, practices and disciplines in four columns, joined by lines.

A *part* is one of them, its *column* its kind. Where there is no room for columns, each competency has a
paragraph that says what it is joined with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean

import pandas as pd

from sctrain.charts.gaps import of_all, sentence
from sctrain.charts.parts import (
    EDGE,
    LINE,
    Drawing,
    Record,
    as_given,
    calculate,
    drawing,
    haloed,
    label_of,
    layer,
    pixel,
    records,
    words,
)
from sctrain.charts.rows import Rows, Sign
from sctrain.charts.theme import HIDDEN, LIGHT, Look, hidden_for, interval, wrap
from sctrain.errors import FrameError
from sctrain.frames import LINKS, PARTS
from sctrain.frames.ground import PARTS_OF
from sctrain.numerals import DASH, people, tables, two_digits
from sctrain.privacy import THRESHOLD

HEADINGS = {
    "challenge": "Challenges",
    "competency": "Competencies, and how much they are needed",
    "practice": "Work practices",
    "discipline": "Disciplines",
}
LETTERS = {"challenge": 28, "competency": 25, "practice": 20, "discipline": 22}
"""Where a label breaks where the chart is wide, by column."""
TEXTS = {"challenge": 194, "competency": 176, "practice": 140, "discipline": 152}
"""Width of the labels of a column in px."""
NEED, VALUE = 84, 34
"""Width of a competency's gap on its scale, and of its number."""
STEM = 60
"""The least room between two columns."""
APART = 11
"""Between two labels of a column."""
PARAGRAPH = 56
"""Where a line of a paragraph breaks, in characters."""
BAND = 14
"""Height of a gap where narrow."""
TITLE = "What is joined with what"
NOTHING = "Nothing is linked yet"
Node = tuple[str, str]
"""Kind and code of a part."""


def parts_map(
    parts: pd.DataFrame,
    links: pd.DataFrame,
    labels: Mapping[str, Mapping[str, str]],
    look: Look = LIGHT,
    *,
    top: int = 11,
    marked: str | None = None,
    k: int = THRESHOLD,
) -> Drawing:
    """The first `top` competencies of PARTS by place, and what LINKS join them with; `labels` by kind.

    A line from a challenge is as thick as tables name both; one to a practice or discipline is the catalogue's.
    In a competency stands its gap with the 95 % interval. A click on a part picks `competency`, `challenge` and
    `part`, and dims what it is not joined with, as does the competency that is `marked`.
    """
    net = _Net(parts, links, labels, look, top, marked, k)
    key = Rows(look, [], net.key)
    plan = _Plan(net, key.head)
    focus = f"competency:{marked}" if marked in net.first else ""
    signals = plan.signals | {"focus": f"(pick && pick.part && pick.part[0]) || '{focus}'"}
    marks = [*_lines(net, plan), *_nodes(look), *_needs(net), *_paragraphs(look), *_heads(look, plan), *key.signs()]
    return drawing(
        look,
        net.title,
        net.says,
        plan.nodes,
        marks,
        plan.heights,
        signals=signals,
        pick=("part", "competency", "challenge"),
        transform=_transform(look),
        wide_from=WIDEST,
    )


WIDEST = sum(TEXTS.values()) + NEED + VALUE + 4 * 10 + 3 * STEM
"""From how many px on there is room for four columns."""


@dataclass(frozen=True)
class _Net:
    """Which parts are drawn, and what joins them."""

    parts: pd.DataFrame
    links: pd.DataFrame
    labels: Mapping[str, Mapping[str, str]]
    look: Look
    top: int
    marked: str | None
    k: int

    @cached_property
    def facts(self) -> dict[Node, Record]:
        """What PARTS says of each."""
        numbers = records(PARTS, PARTS.check(self.parts), "n", "gap", "gap_low", "gap_high")
        # tables speak as groups: only people's numbers are ever hidden
        told = records(PARTS, self.parts.assign(suppressed=False), "lines", "tables", "place")
        return {(r["kind"], r["code"]): {**t, **r} for r, t in zip(numbers, told, strict=True)}

    @cached_property
    def _placed(self) -> list[str]:
        places = {code: r["place"] for (kind, code), r in self.facts.items() if r["place"] is not None}
        return sorted(places, key=places.__getitem__)

    @cached_property
    def first(self) -> list[str]:
        """The competencies that are drawn; what is marked is among them."""
        return [code for i, code in enumerate(self._placed) if i < self.top or code == self.marked]

    @cached_property
    def joined(self) -> list[tuple[Node, Node, Record]]:
        """From the competency to what it is joined with."""
        found = records(LINKS, LINKS.check(self.links).assign(suppressed=False), "lines", "tables", "suggested")
        pairs = [(("competency", r["competency"]), (r["kind"], r["code"]), r) for r in found]
        for _, other, _ in pairs:
            if other not in self.facts:
                raise FrameError(f"LINKS: the {other[0]} {other[1]!r} is in no row of PARTS")
        return [pair for pair in pairs if pair[0][1] in self.first]

    def beside(self, node: Node) -> list[Node]:
        """What a part is joined with."""
        return [b if a == node else a for a, b, _ in self.joined if node in (a, b)]

    @cached_property
    def columns(self) -> dict[str, list[Node]]:
        """The parts of each column from the top: challenges by tables, the others beside what they are joined with."""
        if not self.first:
            return {}
        seen = {other for _, other, _ in self.joined}
        challenges = [n for n in self.facts if n[0] == "challenge" and (n in seen or self.facts[n]["tables"])]
        first = sorted(challenges, key=lambda n: -self.facts[n]["tables"])
        columns = {"challenge": first}
        columns["competency"] = self._beside([("competency", code) for code in self.first], first)
        for kind in ("practice", "discipline"):
            columns[kind] = self._beside([n for n in self.facts if n[0] == kind and n in seen], columns["competency"])
        return columns

    def _beside(self, nodes: list[Node], before: list[Node]) -> list[Node]:
        """By the mean place of what they are joined with; what is joined with nothing keeps to the end."""
        at = {node: i for i, node in enumerate(before)}

        def place(node: Node) -> float:
            near = [at[other] for other in self.beside(node) if other in at]
            return fmean(near) if near else len(before)

        return sorted(nodes, key=place)

    @cached_property
    def widest(self) -> float:
        """The end of the scale of gaps."""
        return max((self.facts["competency", code]["gap_high"] or 0 for code in self.first), default=0) or 1

    @property
    def key(self) -> list[Sign]:
        """What lines and marks are."""
        px, purple = self.look.px, self.look.tables
        most = max((r["tables"] for _, _, r in self.joined), default=0)
        said = [Sign("named together at 1 table", "stroke", stroke=purple, weight=px(_thick(1)))] if most else []
        said += [Sign(f"at {tables(most)}", "stroke", stroke=purple, weight=px(_thick(most)))] if most > 1 else []
        return [
            *said,
            Sign("joined in the catalogue", "stroke", stroke=self.look.quiet, weight=px(1)),
            Sign("gap, with its 95 % interval", "circle", fill=self.look.gap),
        ]

    @property
    def title(self) -> str:
        """What is drawn."""
        if not self.first:
            return f"{TITLE}: {NOTHING.lower()}"
        part = of_all(self.first, self._placed)
        return TITLE + part + " competencies" * bool(part)

    def name(self, node: Node) -> str:
        """The label of a part."""
        return label_of(self.labels[node[0]], node[1])

    def need(self, node: Node) -> str:
        """The gap of a competency in words; empty for other parts."""
        row = self.facts[node]
        if row["suppressed"]:
            return hidden_for(self.k)
        if row["gap"] is None:
            return "no answers" if node[0] == "competency" else ""
        said = interval(*(two_digits(row[f"gap{end}"]) for end in ("", "_low", "_high")))
        return f"gap {said}, {people(row['n'])}"

    def told(self, code: str) -> list[str]:
        """The paragraph of a competency: what it is named for, its practices, its discipline."""
        parts: dict[str, list[str]] = {kind: [] for kind in PARTS_OF}
        for a, other, r in sorted(self.joined, key=lambda pair: -pair[2]["tables"]):
            if a[1] == code:
                parts[other[0]].append(self.name(other) + (f" ({tables(r['tables'])})" if r["tables"] else ""))
        starts = {"challenge": "Named for", "practice": "Practices", "discipline": "Discipline"}
        return [f"{start}: {'; '.join(parts[kind])}" for kind, start in starts.items() if parts[kind]]

    @property
    def says(self) -> str:
        """The alternative text."""
        if not self.first:
            return sentence(NOTHING)
        says = f"{len(self.first)} competencies and what they are joined with"
        for code in self.first:
            told = "; ".join(self.told(code))
            says += f". {self.name(('competency', code))}, {self.need(('competency', code))}: {told}"
        return sentence(says)


def _thick(n: int) -> float:
    """How thick the line of n tables is, in px."""
    return min(1.5 + 1.5 * (n - 1), 12)


@dataclass(frozen=True)
class _Plan:
    """Where parts stand: in columns where wide, else competencies one above the other; `head` is above them."""

    net: _Net
    head: tuple[float, float]

    def _lines(self, node: Node) -> tuple[str, ...]:
        return wrap(self.net.name(node), LETTERS[node[0]])

    def _needs(self, node: Node) -> float:
        return self.net.look.px(LINE * len(self._lines(node)) + APART)

    @cached_property
    def top(self) -> float:
        """Where the columns begin, under their headings."""
        return self.head[0] + self.net.look.px(LINE + 8)

    @cached_property
    def tall(self) -> float:
        """How high the highest column is."""
        return max((sum(map(self._needs, column)) for column in self.net.columns.values()), default=0)

    @cached_property
    def y(self) -> dict[Node, float]:
        """The middle of each part where wide; a column is spread over the whole height."""
        found = {}
        for column in self.net.columns.values():
            spare = (self.tall - sum(map(self._needs, column))) / max(1, len(column))
            at = self.top
            for node in column:
                found[node] = round(at + (self._needs(node) + spare) / 2, 1)
                at += self._needs(node) + spare
        return found

    @cached_property
    def _blocks(self) -> list[Record]:
        """The paragraphs: their texts, and from where to where they reach."""
        px, at, found = self.net.look.px, self.head[1], []
        for code in self.net.first:
            name = wrap(self.net.name(("competency", code)), 38)
            told = [line for part in self.net.told(code) for line in wrap(part, PARAGRAPH)]
            middle = at + px(LINE * len(name) + 6 + BAND / 2)
            end = middle + px(BAND / 2 + LINE * len(told) + 18)
            texts = {"title": "\n".join(name), "told": "\n".join(told)}
            found.append({**texts, "start": round(at, 1), "middle": round(middle, 1), "end": round(end, 1)})
            at = end
        return found

    @property
    def heights(self) -> tuple[float, float]:
        """Of the drawing, wide and narrow."""
        if not self.net.first:
            return 0, 0
        return self.top + self.tall, self._blocks[-1]["end"]

    @property
    def signals(self) -> dict[str, str]:
        """Where the columns begin and end."""
        px = self.net.look.px
        inner = {kind: px(width + 10) for kind, width in TEXTS.items()}
        inner["competency"] += px(NEED + VALUE)
        found = {"stem": f"(width - {sum(inner.values())}) / 3"}
        at = "0"
        for i, kind in enumerate(PARTS_OF):
            found[f"{kind}_from"] = f"{at} + {i} * stem"
            at = f"{at} + {inner[kind]}"
            found[f"{kind}_to"] = f"{at} + {i} * stem"
        return found

    @property
    def nodes(self) -> list[Record]:
        """One record a part, with all that is drawn of it."""
        blocks = dict(zip(self.net.first, self._blocks, strict=True))
        none = {"title": "", "told": "", "start": 0, "middle": 0, "end": 0}
        return [
            self._node(node, blocks[node[1]] if kind == "competency" else none)
            for kind, column in self.net.columns.items()
            for node in column
        ]

    def _node(self, node: Node, block: Record) -> Record:
        (kind, code), net, lines = node, self.net, self._lines(node)
        fact = net.facts[node]
        near = [node, *net.beside(node)]
        need = {name: fact[name] for name in ("gap", "gap_low", "gap_high")}
        return {
            **block,
            **need,
            "part": f"{kind}:{code}",
            "kind": kind,
            "competency": code if kind == "competency" else "",
            "challenge": code if kind == "challenge" else "",
            "name": net.name(node),
            "label": "\n".join(lines),
            "lines": len(lines),
            "wide_y": self.y[node],
            "half": round(self._needs(node) / 2, 1),
            "near": "|".join(["", *(f"{k}:{c}" for k, c in near), ""]),
            "value": HIDDEN if fact["suppressed"] else "" if fact["gap"] is None else two_digits(fact["gap"]),
            "about": net.need(node) or DASH,
            "spoken_of": tables(fact["tables"]),
        }


def _transform(look: Look) -> list[Record]:
    """Adds from where to where a part reaches, and whether it is joined with the one in focus."""
    at = " : ".join(f"datum.kind === '{kind}' ? {kind}_{{end}}" for kind in PARTS_OF[:-1])
    ends = {end: f"{at.format(end=end)} : discipline_{end}" for end in ("from", "to")}
    return [
        calculate("left", f"wide ? ({ends['from']}) : 0"),
        calculate("right", f"wide ? ({ends['to']}) : width"),
        calculate("y", "wide ? datum.wide_y : datum.middle"),
        calculate("over", f"wide ? datum.wide_y - datum.half + {look.px(2)} : datum.start"),
        calculate("under", f"wide ? datum.wide_y + datum.half - {look.px(2)} : datum.end - {look.px(6)}"),
        calculate("lit", "focus === '' || indexof(datum.near, '|' + focus + '|') >= 0"),
        {"filter": "wide || datum.competency"},
    ]


def _lines(net: _Net, plan: _Plan) -> list[Record]:
    """The lines, each a smooth curve through four points, those of tables above those of the catalogue."""
    look, rows = net.look, []
    for i, (one, other, r) in enumerate(sorted(net.joined, key=lambda pair: pair[2]["tables"])):
        ends = (other, one) if other[0] == "challenge" else (one, other)
        ids = [":".join(node) for node in ends]
        line = {"line": i, "said": r["tables"] > 0, "weight": look.px(_thick(r["tables"]) if r["tables"] else 1)}
        line |= {"one": ids[0], "other": ids[1], "from": ends[0][0], "to": ends[1][0]}
        rows += [{**line, "step": step, "at": plan.y[ends[step > 1]]} for step in range(4)]
    starts = "datum.from === 'challenge' ? challenge_to : competency_to"
    stops = "datum.to === 'competency' ? competency_from : datum.to === 'practice' ? practice_from : discipline_from"
    where = [
        {"filter": "wide"},
        calculate("begins", starts),
        calculate("ends", stops),
        # a line to the last column bends beyond the one it passes behind
        calculate(
            "bend", "datum.to === 'discipline' ? (practice_from + practice_to) / 2 : (datum.begins + datum.ends) / 2"
        ),
        calculate("x", "datum.step === 0 ? datum.begins : datum.step === 3 ? datum.ends : datum.bend"),
        calculate("focused", "focus === datum.one || focus === datum.other"),
        calculate("strength", "datum.focused ? 0.9 : focus !== '' ? 0.07 : datum.said ? 0.5 : 0.4"),
    ]
    mark = {"type": "line", "interpolate": "basis", "strokeCap": "butt"}
    return [
        layer(
            mark,
            data=rows,
            transform=where,
            x=pixel("x"),
            y=pixel("at"),
            order={"field": "step", "type": "quantitative"},
            detail={"field": "line", "type": "nominal"},
            strokeWidth=as_given("weight", "quantitative"),
            opacity=as_given("strength", "quantitative"),
            stroke={"condition": {"test": "datum.said", "value": look.tables}, "value": look.quiet},
        )
    ]


def _nodes(look: Look) -> list[Record]:
    """What is clicked, the bar at a part's edge, and the labels."""
    px = look.px
    tip = {"name": "part", "spoken_of": "named at", "about": "need"}
    area = {"type": "rect", "cursor": "pointer", "fill": "transparent", "strokeWidth": 1.5, "cornerRadius": 3}
    stroke = {"condition": {"test": "focus === datum.part", "value": look.text}, "value": "transparent"}
    ends: Record = {"x": pixel("left"), "x2": {"field": "right"}, "y": pixel("over"), "y2": {"field": "under"}}
    dim = {"condition": {"test": "datum.lit", "value": 1}, "value": 0.35}
    bar = {"type": "rect", "width": px(4), "height": px(20), "color": look.quiet}
    edge = calculate("bar", f"datum.kind === 'challenge' ? datum.right - {px(2)} : datum.left + {px(2)}")
    where = [{"filter": "wide"}, calculate("text_y", f"datum.wide_y - (datum.lines - 1) * {px(LINE / 2)}")]
    left = [*where, {"filter": "datum.kind !== 'challenge'"}, calculate("text_x", f"datum.left + {px(10)}")]
    right = [*where, {"filter": "datum.kind === 'challenge'"}, calculate("text_x", f"datum.right - {px(10)}")]
    said: Record = {"x": pixel("text_x"), "y": pixel("text_y"), "text": {"field": "label"}, "opacity": dim}
    return [
        layer(bar, transform=[{"filter": "wide"}, edge], x=pixel("bar"), y=pixel("wide_y"), opacity=dim),
        *haloed(look, words(look), transform=left, **said),
        *haloed(look, words(look, align="right"), transform=right, **said),
        layer(area, "rows", tip=tip, stroke=stroke, **ends),
    ]


def _needs(net: _Net) -> list[Record]:
    """The gap of each competency with its interval, on one scale, and its number."""
    look, px = net.look, net.look.px
    begin = f"(wide ? datum.left + {px(TEXTS['competency'] + 10)} : {EDGE})"
    room = f"(wide ? {px(NEED - 10)} : width - {px(60)})"
    low = min((net.facts["competency", code]["gap_low"] or 0 for code in net.first), default=0)
    low = min(low, 0)
    over = net.widest - low

    def x(field: str) -> Record:
        return calculate(f"{field}_x", f"{begin} + {room} * (datum.{field} - {low:.4f}) / {over:.4f}")

    where = [{"filter": "isValid(datum.gap)"}, *map(x, ("gap", "gap_low", "gap_high"))]
    dim = {"condition": {"test": "datum.lit", "value": 1}, "value": 0.35}
    y = pixel("y")
    zero = [{"filter": "datum.competency"}, calculate("zero", f"{begin} + {room} * {-low / over:.4f}")]
    zero += [calculate("zero_top", f"datum.y - {px(8)}"), calculate("zero_bottom", f"datum.y + {px(8)}")]
    value = [{"filter": "datum.competency"}, calculate("value_x", f"wide ? datum.right - {px(6)} : width - {px(2)}")]
    line = {"type": "rule", "color": look.gap, "strokeWidth": px(1.5)}
    ends: Record = {"y": pixel("zero_top"), "y2": {"field": "zero_bottom"}}
    return [
        layer({"type": "rule", "color": look.grid, "strokeWidth": px(1.5)}, transform=zero, x=pixel("zero"), **ends),
        layer(line, transform=where, x=pixel("gap_low_x"), x2={"field": "gap_high_x"}, y=y, opacity=dim),
        layer(
            {"type": "point", "shape": "circle", "size": px(9) ** 2, "fill": look.gap, "stroke": None},
            transform=where,
            x=pixel("gap_x"),
            y=y,
            opacity=dim,
        ),
        layer(
            words(look, align="right", fontWeight="bold"),
            transform=value,
            x=pixel("value_x"),
            y=y,
            text={"field": "value"},
            opacity=dim,
        ),
    ]


def _paragraphs(look: Look) -> list[Record]:
    """Where narrow the name of a competency over its gap, and under it what it is joined with."""
    px = look.px
    narrow = {"filter": "!wide"}
    title = [narrow, calculate("title_y", f"datum.start + {px(LINE / 2)}")]
    told = [narrow, calculate("told_y", f"datum.middle + {px(BAND / 2 + LINE / 2 + 2)}")]
    return [
        layer(words(look, x=0, fontWeight="bold"), transform=title, y=pixel("title_y"), text={"field": "title"}),
        layer(words(look, x=0, color=look.quiet), transform=told, y=pixel("told_y"), text={"field": "told"}),
    ]


def _heads(look: Look, plan: _Plan) -> list[Record]:
    """The headings of the columns."""
    px = look.px
    data = [{"kind": kind, "heading": HEADINGS[kind]} for kind, column in plan.net.columns.items() if column]
    x = "datum.kind === 'competency' ? competency_from : datum.kind === 'practice' ? practice_from : discipline_from"
    left = [{"filter": "wide && datum.kind !== 'challenge'"}, calculate("x", f"({x}) + {px(10)}")]
    right = [{"filter": "wide && datum.kind === 'challenge'"}, calculate("x", f"challenge_to - {px(10)}")]
    y = plan.top - px(LINE / 2 + 4)
    said: Record = {"x": pixel("x"), "text": {"field": "heading"}}
    return [
        layer(words(look, y=y, color=look.quiet), data=data, transform=left, **said),
        layer(words(look, y=y, color=look.quiet, align="right"), data=data, transform=right, **said),
    ]
