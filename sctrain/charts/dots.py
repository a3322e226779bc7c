"""Shares of groups as dots on their intervals, one group a row; some of them stand out by shape and colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sctrain.charts.gaps import FAINT
from sctrain.charts.parts import Drawing, Record, as_given, calculate, layer, pixel
from sctrain.charts.rows import Rows, Sign
from sctrain.charts.theme import Look
from sctrain.numerals import percent

PERCENT = {"labelExpr": "format(datum.value, '.0%')"}
LINE = "M-1,0L1,0"
UPRIGHT = "M0,-1L0,1"


@dataclass(frozen=True)
class Dots:
    """Rows of `name`, `share`, `share_low`, `share_high` (fractions), `value`, `people`, `about` and `note` in words.

    Rows that are `strong` are diamonds, called `emphasis` in the key; `of_all` is a share that all are set
    against, a line called `line`. A row without a share has its interval only. A click picks the fields `pick`.
    """

    look: Look
    found: Sequence[Record]
    emphasis: str
    line: str
    of_all: float | None
    pick: Sequence[str]

    @property
    def _key(self) -> list[Sign]:
        look = self.look
        key = [Sign("95 % interval", LINE, stroke=look.text, weight=look.px(1.5))]
        if any(r["strong"] for r in self.found):
            key.insert(0, Sign(self.emphasis, "diamond", fill=look.level))
        if self.of_all is not None:
            key.append(Sign(f"{self.line}: {percent(self.of_all, 0)}", UPRIGHT, stroke=look.quiet, weight=look.px(1.5)))
        return key

    def draw(self, title: str, says: str) -> Drawing:
        """The chart; `says` is its alternative text."""
        look, px = self.look, self.look.px
        rows = Rows(look, [r["name"] for r in self.found], self._key, columns=116)
        x = rows.scale((0, 1), **PERCENT, grid=True)
        data = [{**r, **self._mark(r), "marked": r["strong"]} for r in self.found]
        tip = {"name": "group", "about": "share", "people": "people"}
        whisker = {"type": "rule", "strokeWidth": px(1.5)}
        dot = {"type": "point", "strokeWidth": 0, "cursor": "pointer"}
        size = {"condition": {"test": "datum.strong", "value": px(13) ** 2}, "value": px(10) ** 2}
        layers = [
            rows.back(tip),
            rows.cover(),
            *self._reference(rows, x),
            layer(
                whisker,
                y=pixel("y"),
                x={"field": "share_low", **x},
                x2={"field": "share_high"},
                stroke=as_given("fill"),
            ),
            layer(
                dot,
                transform=[{"filter": "isValid(datum.share)"}],
                y=pixel("y"),
                x={"field": "share", **x},
                size=size,
                shape=as_given("shape"),
                fill=as_given("fill"),
                opacity=FAINT,
                tip=tip,
            ),
            rows.names(),
            *rows.column("value", 66, "share", bold=True),
            *rows.column("people", 2, "of people"),
            *rows.signs(),
            *rows.notes(),
        ]
        return rows.draw(title, says, rows.place(data), layers, self.pick)

    def _mark(self, row: Record) -> Record:
        strong = bool(row["strong"])
        return {"shape": "diamond" if strong else "circle", "fill": self.look.level if strong else self.look.survey}

    def _reference(self, rows: Rows, x: Record) -> list[Record]:
        """The share of all, as a line beside the marks of each row."""
        if self.of_all is None:
            return []
        half = self.look.px(rows.band / 2 + 2)
        where = [
            calculate("ref_top", f"wide ? datum.top : datum.y - {half}"),
            calculate("ref_bottom", f"wide ? datum.bottom : datum.y + {half}"),
        ]
        mark = {"type": "rule", "color": self.look.quiet, "strokeWidth": self.look.px(1.5)}
        ends: Record = {"y": pixel("ref_top"), "y2": {"field": "ref_bottom"}}
        return [layer(mark, transform=where, x={"datum": round(self.of_all, 4), **x}, **ends)]
