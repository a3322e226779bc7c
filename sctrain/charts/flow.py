"""The flow from challenges over the solutions offered to the competencies these take.

A *thread* is one line a table wrote: a solution line has one for each competency it names, a
challenge line that no table answers has one that ends at "no solution offered".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from itertools import pairwise
from statistics import fmean
from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go

from sctrain.charts.challenges import NO_CHALLENGE, NOT_CODED, partly_suggested, several
from sctrain.charts.gaps import sentence
from sctrain.charts.parts import LINE, TEXT, Record, label_of, records
from sctrain.charts.theme import FONT, LIGHT, Look, channels, wrap
from sctrain.errors import FrameError
from sctrain.frames import FLOWS, RAISED
from sctrain.numerals import count, tables

COLUMNS = ("challenge", "solution", "competency")
WITHOUT = (NO_CHALLENGE, NOT_CODED, "No competency named")
"""The names of nodes for lines that have no code, by column."""
OPEN = ("", "No solution offered", "No competency named")
"""The names of nodes where challenges and solutions end that nothing answers or serves, by column."""
PLACES = (0.001, 0.345, 0.999)
"""Where the columns stand: the labels of the last two share what is right of the second."""
LABEL = 16
"""Where a label breaks, in characters: three columns of them fit on a phone."""
THREAD, NODE, APART = 9, 10, 6
"""Height of a thread, width of a node, and room between labels, in px."""
UNCODED = "Lines are written down, and none is coded yet."
TITLE = "From challenge to solution to competency"
NOTHING = "No challenge and no solution is written down yet."
FOOT = 6
UNIT = "one thread: a solution line and a competency it names"
STRONG, WEAK = 0.4, 0.08
"""Opacity of threads that people coded, and of those only suggested."""


class Node(NamedTuple):
    """A column and what stands in it; `code` is empty for lines that have none, and where it is `open`."""

    column: int
    code: str
    open: bool = False


def challenge_flow(
    flows: pd.DataFrame,
    look: Look = LIGHT,
    *,
    raised: pd.DataFrame,
    labels: Mapping[str, str],
    solution_labels: Mapping[str, str],
    competency_labels: Mapping[str, str],
) -> go.Figure:
    """FLOWS as threads from challenge over solution to competency, with what RAISED says is open.

    Challenges without a solution and solutions that no competency serves end at nodes of their
    own, dark and named. Threads that are only suggested are paler, and say so to who points at
    them. The largest challenge is on top, what follows stands beside what it comes from. The
    figure is as wide as its container and as high as its nodes need. FrameError for a code without
    label, or one that RAISED does not speak of.
    """
    flow = _Flow(flows, raised, (labels, solution_labels, competency_labels))
    if not flow.threads:
        return go.Figure(layout=_layout(look, look.px(LINE), [NOTHING], {}))
    plan = _Plan(flow, look)
    trace = go.Sankey(
        arrangement="fixed",
        textfont=_font(look, look.text) | {"shadow": _halo(look)},
        hoverlabel={"bgcolor": look.band, "bordercolor": look.quiet, "font": _font(look, look.text), "align": "left"},
        node=_nodes(flow, plan, look),
        link=_links(flow, look),
    )
    pale = ["pale: only suggested"] * any(guess for *_, guess in flow.threads)
    headings = dict(zip(COLUMNS, flow.places, strict=False))
    layout = _layout(look, plan.height, [UNIT, *pale], headings)
    return go.Figure(trace, layout)


def challenge_flow_alt(
    flows: pd.DataFrame,
    *,
    raised: pd.DataFrame,
    labels: Mapping[str, str],
    solution_labels: Mapping[str, str],
    competency_labels: Mapping[str, str],
) -> str:
    """What `challenge_flow` shows, in a sentence."""
    return _Flow(flows, raised, (labels, solution_labels, competency_labels)).says


@dataclass(frozen=True)
class _Flow:
    """Which nodes there are, in the order they are drawn, and the threads between them."""

    flows: pd.DataFrame
    raised: pd.DataFrame
    labels: tuple[Mapping[str, str], ...]
    """Of challenges, solutions and competencies: a solution and a competency may share a code."""

    @cached_property
    def facts(self) -> dict[tuple[str, str], Record]:
        """What RAISED says of each challenge and solution."""
        # tables speak as groups: no row of theirs is ever hidden
        frame = RAISED.check(self.raised).assign(suppressed=False)
        found = records(RAISED, frame, "lines", "tables", "suggested", "answered", "open")
        return {(r["kind"], r["code"]): r for r in found}

    def is_open(self, kind: str, code: str) -> bool:
        """Whether RAISED says that nothing answers this challenge, or that no competency serves this solution."""
        found = self.facts.get((kind, code))
        return bool(code and found and found["lines"] and found["open"])

    @cached_property
    def threads(self) -> Counter[tuple[Node, Node, bool]]:
        """Threads by node they leave, node they reach, and whether they are only suggested."""
        found: Counter[tuple[Node, Node, bool]] = Counter()
        for r in records(FLOWS, FLOWS.check(self.flows).assign(suppressed=False), "lines", "suggested"):
            unserved = not r["competency"] and self.is_open("solution", r["solution"])
            way = Node(0, r["challenge"]), Node(1, r["solution"]), Node(2, r["competency"], unserved)
            for ends in pairwise(way):
                found[(*ends, True)] += r["suggested"]
                found[(*ends, False)] += r["lines"] - r["suggested"]
        for (kind, code), r in self.facts.items():
            if kind == "challenge" and self.is_open(kind, code):
                found[Node(0, code), Node(1, "", True), True] += r["suggested"]
                found[Node(0, code), Node(1, "", True), False] += r["lines"] - r["suggested"]
        return +found

    @cached_property
    def sizes(self) -> Counter[Node]:
        """Threads through each node."""
        leaving, reaching = Counter[Node](), Counter[Node]()
        for (source, target, _), n in self.threads.items():
            leaving[source] += n
            reaching[target] += n
        return leaving | reaching

    @cached_property
    def columns(self) -> list[list[Node]]:
        """The nodes of each column from the top: by size, then beside where they come from; what lacks a code last."""
        first = sorted(
            (node for node in self.sizes if node.column == 0),
            key=lambda n: (self.is_open("challenge", n.code), not n.code, -self.sizes[n], self.name(n)),
        )
        columns = [first]
        for column in (1, 2):
            at = {node: i for i, node in enumerate(columns[-1])}
            nodes = (node for node in self.sizes if node.column == column)
            columns.append(sorted(nodes, key=lambda n: (n.open, not n.code, self._from(n, at), self.name(n))))
        return columns

    def _from(self, node: Node, at: Mapping[Node, int]) -> float:
        """The mean place of what flows into a node."""
        return fmean(at[source] for (source, target, _), n in self.threads.items() if target == node for _ in range(n))

    @property
    def places(self) -> tuple[float, ...]:
        """Where the columns stand; Plotly writes the labels of the last one at its left."""
        return PLACES if self.columns[2] else (PLACES[0], PLACES[2])

    @cached_property
    def nodes(self) -> list[Node]:
        """All nodes, column by column."""
        return [node for column in self.columns for node in column]

    def name(self, node: Node) -> str:
        """What stands beside a node."""
        if node.code:
            return label_of(self.labels[node.column], node.code)
        return (OPEN if node.open else WITHOUT)[node.column]

    def about(self, node: Node) -> str:
        """What a node says to who points at it."""
        if not node.code or node.column == 2:
            unit = "line" if node.open or node.column == 2 else "thread"
            return f"{self.name(node)}: {several(self.sizes[node], unit)}"
        kind = COLUMNS[node.column]
        if (kind, node.code) not in self.facts:
            raise FrameError(f"RAISED: no row for the {kind} {node.code!r}, which FLOWS has")
        r = self.facts[kind, node.code]
        lines = several(r["lines"], "line") + partly_suggested(r["lines"], r["suggested"])
        said = f"{self.name(node)}: {lines}, at {tables(r['tables'])}; "
        if r["open"]:
            return said + OPEN[node.column + 1].lower()
        if node.column == 0:
            return f"{said}{several(r['answered'], 'solution line')} for it"
        return f"{said}a competency is named in {count(r['answered'])}"

    def passing(self, source: Node, target: Node, n: int, suggested: bool) -> str:
        """What threads say to who points at them."""
        unit = "thread" if source.column == 0 and not target.open else "line"
        return f"{self.name(source)} → {self.name(target)}: {several(n, unit)}{', only suggested' * suggested}"

    @property
    def says(self) -> str:
        """The alternative text."""
        if not self.threads:
            return NOTHING
        coded = [[node for node in column if node.code] for column in self.columns]
        if not any(coded):
            return UNCODED
        says = "flow from " + " to ".join(several(len(nodes), c) for nodes, c in zip(coded, COLUMNS, strict=True))
        if coded[2]:
            most = max(self.sizes[node] for node in coded[2])
            names = [self.name(node) for node in coded[2] if self.sizes[node] == most]
            says += f"; {several(most, 'line')} {'each ' * (len(names) > 1)}for {', '.join(names)}, the most"
        for column, state in enumerate(OPEN[1:]):
            names = [self.name(node) for node in self.columns[column] if self.is_open(COLUMNS[column], node.code)]
            says += f"; {state.lower()}: {', '.join(names)}" if names else ""
        return sentence(says)


@dataclass(frozen=True)
class _Plan:
    """Where the nodes stand, so that no label covers another: each has room for its threads and its label.

    Plotly makes the threads as thick as `pad` between nodes allows; `pad` is such that it is THREAD.
    """

    flow: _Flow
    look: Look

    def label(self, node: Node) -> tuple[str, ...]:
        """The lines of a node's label."""
        return wrap(self.flow.name(node), LABEL)

    def _room(self, node: Node) -> float:
        text = LINE * len(self.label(node))
        return self.look.px(max(THREAD * self.flow.sizes[node], text) + APART)

    @cached_property
    def _columns(self) -> list[list[Node]]:
        return [column for column in self.flow.columns if column]

    @cached_property
    def height(self) -> float:
        """Height of the highest column in px."""
        return max(sum(map(self._room, column)) for column in self._columns)

    @cached_property
    def pad(self) -> float:
        """The least room between two nodes of a column, in px, were they spread evenly."""
        free = [
            (self.height - self.look.px(THREAD) * sum(self.flow.sizes[n] for n in column)) / (len(column) - 1)
            for column in self._columns
            if len(column) > 1
        ]
        return min(free, default=0)

    @cached_property
    def y(self) -> list[float]:
        """The middle of each node, 0 at the top .. 1; a column is spread over the whole height."""
        found = []
        for column in self._columns:
            spare = (self.height - sum(map(self._room, column))) / len(column)
            top = 0.0
            for node in column:
                found.append((top + (self._room(node) + spare) / 2) / self.height)
                top += self._room(node) + spare
        return found


def _nodes(flow: _Flow, plan: _Plan, look: Look) -> Record:
    """The nodes: dark where something is open, hollow where lines have no code."""
    dark = [n.open or flow.is_open(COLUMNS[n.column], n.code) for n in flow.nodes]
    fills = [
        look.gap if end else look.tables if n.code else look.background for n, end in zip(flow.nodes, dark, strict=True)
    ]
    return {
        "label": ["<br>".join(escape(line, quote=False) for line in plan.label(n)) for n in flow.nodes],
        "x": [flow.places[n.column] for n in flow.nodes],
        "y": plan.y,
        "align": "left",
        "sort": "input",
        "pad": plan.pad,
        "thickness": look.px(NODE),
        "color": fills,
        "line": {"color": look.quiet, "width": 1},
        "customdata": [_hover(flow.about(n)) for n in flow.nodes],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _links(flow: _Flow, look: Look) -> Record:
    """The threads, strong before pale."""
    at = {node: i for i, node in enumerate(flow.nodes)}
    links = sorted(flow.threads.items(), key=lambda link: (at[link[0][0]], at[link[0][1]], link[0][2]))
    hues = [look.gap if target.open else look.tables for (_, target, _), _ in links]
    return {
        "source": [at[source] for (source, _, _), _ in links],
        "target": [at[target] for (_, target, _), _ in links],
        "value": [n for _, n in links],
        "color": [_glass(hue, WEAK if guess else STRONG) for hue, ((_, _, guess), _) in zip(hues, links, strict=True)],
        "line": {"color": look.tables, "width": 0.6},
        "customdata": [_hover(flow.passing(one, other, n, guess)) for (one, other, guess), n in links],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _glass(colour: str, opacity: float) -> str:
    red, green, blue = (round(255 * c) for c in channels(colour))
    return f"rgba({red}, {green}, {blue}, {opacity})"


def _hover(text: str) -> str:
    return "<br>".join(escape(line, quote=False) for line in wrap(text, 40))


def _halo(look: Look) -> str:
    """A shadow all round the letters, wide and full enough to stand off the threads."""
    px = look.px(2)
    round_ = [(x, y) for x in (-px, 0, px) for y in (-px, 0, px) if x or y]
    return ", ".join([*(f"{x}px {y}px 1px {look.background}" for x, y in round_), f"0 0 4px {look.background}"])


def _font(look: Look, colour: str) -> Record:
    return {"family": FONT, "size": look.px(TEXT), "color": colour}


def _layout(look: Look, height: float, under: Sequence[str], headings: Mapping[str, float]) -> Record:
    """The drawing of this height, above it a title, smaller what stands `under` that, and its columns' headings."""
    head = look.px((LINE + 3) * (1 + len(under)) + LINE * bool(headings) + 8)
    small = "".join(f'<br><span style="font-size:{look.px(TEXT)}px;color:{look.quiet}">{line}</span>' for line in under)
    title: Record = {"text": f"<b>{TITLE}</b>{small}", "font": _font(look, look.text) | {"size": look.px(15)}}
    # a title of the layout would leave the picture with its second line
    top = {"x": 0, "xanchor": "left", "align": "left", "xshift": 2 - look.px(NODE), "yanchor": "top", "yshift": head}
    named = {"yanchor": "bottom", "font": _font(look, look.quiet)}
    columns: list[Record] = [
        {"text": name, "x": x, "xanchor": "right" if x == PLACES[-1] else "left", **named}
        for name, x in headings.items()
    ]
    where: Record = {"xref": "paper", "yref": "paper", "y": 1, "showarrow": False}
    return {
        "height": head + height + FOOT,
        "margin": {"l": look.px(NODE), "r": look.px(NODE), "t": head, "b": FOOT},
        "paper_bgcolor": look.background,
        "plot_bgcolor": look.background,
        "font": _font(look, look.text),
        "xaxis": {"visible": False},
        "yaxis": {"visible": False},
        "annotations": [where | said for said in (title | top, *columns)],
    }
