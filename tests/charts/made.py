"""Frames to draw, from one made-up room of the catalogue that ships, and pictures to look into."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree

import altair as alt
import numpy as np
import pandas as pd
import vl_convert
from jsonschema import Draft7Validator

from sctrain.analysis import who
from sctrain.analysis.gaps import crosshair, gaps
from sctrain.cards import Codes
from sctrain.catalogue import read_catalogue
from sctrain.charts.gaps import gaps_dumbbell, gaps_priority
from sctrain.charts.gaps_map import gaps_map
from sctrain.charts.heat import gaps_heat
from sctrain.charts.joint import joint_table
from sctrain.charts.theme import text_width
from sctrain.charts.who import who_answered, who_mix
from sctrain.frames import GAPS, JOINT, MIX, JointCounts
from sctrain.privacy import gate, hide_small

KNOWN = read_catalogue()
LABELS, SCALE, ASPECTS = KNOWN.labels, KNOWN.scale, {c.code: c.aspect for c in KNOWN.competency}
ROLES = dict(list(KNOWN.dimensions["role"].labels.items())[:8])
PEOPLE = (62, 41, 28, 75, 33, 24, 16, 3)
VALID = Draft7Validator(alt.LayerChart._rootschema)


def room(groups=(None,), people=(47,), seed=1):
    """Joint counts of people who answer nine questions of ten, with needs that differ."""
    rng = np.random.default_rng(seed)
    items, points = len(KNOWN.codes), SCALE.points
    importance, level = rng.uniform(3.2, 4.7, items), rng.uniform(1.7, 3.6, items)
    cells = np.zeros((len(groups), items, points + 1, points + 1), int)
    for g, n in enumerate(people):
        for c in range(items):
            shift = 0.4 * np.sin(g + c)
            pair = rng.normal((importance[c] + shift, level[c] - shift), 0.9, (n, 2)).round().clip(1, points)
            given = (pair * (rng.random((n, 2)) > 0.1)).astype(int)
            np.add.at(cells[g, c], tuple(given.T), 1)
    return JointCounts(tuple(groups), KNOWN.codes, SCALE.low, cells, np.array(people))


def thin(counts):
    """The same room, where three people answered the second competency and nobody the third."""
    cells = counts.cells.copy()
    cells[0, 1:3] = 0
    cells[0, 1, 4, 2] = 3
    return JointCounts(counts.groups, counts.competencies, counts.low, cells, counts.people)


def ranked(frame):
    """With rank intervals that reach two places either way."""
    rank = frame["rank"].astype("Float64")
    low, high = (rank - 2).clip(lower=1).astype("Int64"), (rank + 2).astype("Int64")
    return GAPS.check(frame.assign(rank_low=low, rank_high=high))


def everyone(measure="mwds"):
    return ranked(gaps(gate(thin(room()), 5), measure))


def by_role(measure="gap"):
    return gaps(gate(room(tuple(ROLES), PEOPLE), 5), measure)


def gap_frame(*rows):
    """GAPS of rows that name only the columns that matter."""
    blank = {"group": None, "n": 40, "suppressed": False}
    frame = pd.DataFrame([{**blank, **row} for row in rows])
    return GAPS.check(frame.reindex(columns=GAPS.names))


def data_of(chart):
    """The chart's records by competency."""
    return {record["competency"]: record for record in chart.to_dict()["data"]["values"]}


def marks(chart, kind):
    """The layers of one kind of mark."""
    return [layer for layer in chart.to_dict()["layer"] if layer["mark"]["type"] == kind]


def lines():
    return tuple(float(line[0]) for line in crosshair(gate(thin(room()), 5)))


def mix():
    options = (*ROLES, "")
    codes = Codes(options, np.repeat(np.arange(9), (13, 11, 7, 6, 3, 2, 2, 1, 2)).astype(np.int32))
    where, n = np.ones(len(codes.code), bool), np.bincount(codes.code)
    return who.mix({"role": codes}, where, {"role": options}, {"role": hide_small(n, 5)})


def answered():
    return who.answered(gate(thin(room()), 5))


def joint():
    counts = room(people=(140,))
    n = counts.pairs[0, 4]
    return who.joint(counts, KNOWN.codes[4], (n > 0) & (n < 5))


@dataclass(frozen=True)
class Case:
    """A chart, the frame it takes and what else it is drawn with."""

    draw: object
    frame: object
    contract: object
    options: dict

    def __call__(self, frame=None, **options):
        return self.draw(self.frame() if frame is None else frame, **{**self.options, **options})


CASES = {
    "priority": Case(gaps_priority, everyone, GAPS, {"labels": LABELS, "top": None}),
    "dumbbell": Case(gaps_dumbbell, everyone, GAPS, {"labels": LABELS, "scale": SCALE, "top": None}),
    "map": Case(gaps_map, everyone, GAPS, {"labels": LABELS, "scale": SCALE, "crosshair": lines(), "aspects": ASPECTS}),
    "heat": Case(gaps_heat, by_role, GAPS, {"labels": LABELS, "group_labels": ROLES}),
    "mix": Case(who_mix, mix, MIX, {"labels": ROLES, "title": "Role"}),
    "answered": Case(who_answered, answered, who.ANSWERED, {"labels": LABELS}),
    "joint": Case(joint_table, joint, JOINT, {"scale": SCALE}),
}


def svg(chart, width):
    """The picture at a width, as a browser of this width would draw it; each is drawn once."""
    return _svg(json.dumps({**chart.to_dict(), "width": width}))


@cache
def _svg(spec):
    return vl_convert.vegalite_to_svg(spec, vl_version="6.4")


def check(chart):
    """Stops at what Altair's schema does not allow; its own check takes twice the time."""
    VALID.validate(chart.to_dict())


@cache
def picture(name, width):
    """The picture of a case."""
    return svg(CASES[name](), width)


@dataclass(frozen=True)
class Text:
    """A line of text in a picture, the box it covers, the text it is a line of, and whether that is bold."""

    line: str
    left: float
    top: float
    right: float
    bottom: float
    whole: str
    bold: bool

    def covers(self, other):
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide > 1 and high > 1


def texts(picture):
    """Every line of text of an SVG; one on its halo counts once."""
    return list(dict.fromkeys(_texts(ElementTree.fromstring(picture), 0.0, 0.0)))


def _texts(node, x, y):
    if found := re.match(r"translate\(([-\d.e]+),([-\d.e]+)\)", node.get("transform", "")):
        x, y = x + float(found[1]), y + float(found[2])
    if node.tag.endswith("}text"):
        yield from _lines(node, x, y)
    for child in node:
        yield from _texts(child, x, y)


def _lines(node, x, y):
    size, anchor = float(node.get("font-size").removesuffix("px")), node.get("text-anchor")
    bold = node.get("font-weight") == "bold"
    spans = [child for child in node if child.tag.endswith("}tspan")] or [node]
    whole = " ".join(span.text or "" for span in spans)
    for span in spans:
        y += float(span.get("dy", 0))
        # glyphs are narrower than the wide estimate charts leave room for
        width = 0.9 * text_width(span.text or "", size)
        left = x - {"start": 0, "middle": width / 2, "end": width}[anchor]
        if span.text:
            yield Text(span.text, left, y - 0.75 * size, left + width, y + 0.15 * size, whole, bold)
