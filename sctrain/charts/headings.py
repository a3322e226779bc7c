"""Names over the columns of a heat map: in words where columns are wide enough, else letters and a key of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from string import ascii_uppercase

from sctrain.charts.parts import EDGE, LINE, PHONE, TEXT, Record, calculate, layer, pixel, words
from sctrain.charts.rows import Rows
from sctrain.charts.theme import Look, text_width, wrap

MIDDLE = calculate("x", "begin + cell * (datum.column + 0.5)")
"""Of a column."""
SAID: Record = {"x": pixel("x"), "y": pixel("y"), "text": {"field": "said"}}


@dataclass(frozen=True)
class Headings:
    """The names of columns of equal width, which expressions call `cell`.

    A name breaks after `chars`, else after as many as a phone has room for. `notes` end the names,
    in words and in the key; `counts` stand under words and letters alike. Names that need more than
    `within` px where the chart is wide stand in two storeys.
    """

    look: Look
    names: Sequence[str]
    notes: Sequence[str] = ()
    counts: Sequence[str] = ()
    chars: int | None = None
    within: float = inf

    @cached_property
    def _words(self) -> list[tuple[str, ...]]:
        fitting = (PHONE - 2 * EDGE) // (7 * max(1, len(self.names)))
        chars = self.chars or min(max(fitting, 14), 28)
        names = [wrap(name, chars) for name in self.names]
        return [(*name, note) for name, note in zip(names, self.notes, strict=True)] if self.notes else names

    @cached_property
    def _room(self) -> float:
        """Width in px that the longest line needs, at the type's usual size."""
        return 4 + max((text_width(line, TEXT) for lines in self._words for line in lines), default=0)

    @property
    def _storeys(self) -> int:
        return 2 if self._room * len(self.names) > self.within else 1

    @property
    def needed(self) -> float:
        """Width in px that all words need in their storeys, at the type's usual size."""
        return self._room * len(self.names) / self._storeys

    @property
    def signals(self) -> dict[str, str]:
        """The width of a column, and whether letters stand for the words."""
        cell = f"(finish - begin) / {max(1, len(self.names))}"
        return {"cell": cell, "lettered": f"!wide && cell < {self.look.px(self._room)}"}

    @cached_property
    def _letters(self) -> list[str]:
        n = len(self.names)
        return [*ascii_uppercase, *map(str, range(len(ascii_uppercase) + 1, n + 1))][:n]

    @cached_property
    def _legend(self) -> tuple[str, ...]:
        said = zip(self.names, self.notes, strict=True)
        wholes = [f"{name}, {note}" for name, note in said] if self.notes else self.names
        entries = [f"{letter} {whole}" for letter, whole in zip(self._letters, wholes, strict=True)]
        return wrap("; ".join(entry.replace(" ", "\xa0") for entry in entries), PHONE // 7)

    @property
    def _storey(self) -> float:
        return self.look.px(LINE * max(map(len, self._words), default=0) + 8)

    @property
    def heights(self) -> tuple[float, float]:
        """Height of the headings, wide and narrow."""
        if not self.names:
            return 0, 0
        fits = self._room * len(self.names) <= PHONE - 2 * EDGE
        narrow = self._storey if fits else self.look.px(LINE * (len(self._legend) + 1) + 8)
        counts = self.look.px(LINE) if self.counts else 0
        return self._storey * self._storeys + counts, narrow + counts

    def layers(self, rows: Rows) -> list[Record]:
        """Words, from the upper storey with a line down to the column, or letters and their key; the counts."""
        found = [self._named(rows), self._key(rows)]
        found += [self._stems(rows)] if self._storeys > 1 else []
        return found + ([self._counted(rows)] if self.counts else [])

    @property
    def _data(self) -> list[Record]:
        return [
            {"column": j, "words": "\n".join(lines), "lines": len(lines), "letter": letter, "up": j % self._storeys}
            for j, (lines, letter) in enumerate(zip(self._words, self._letters, strict=True))
        ]

    def _foot(self, rows: Rows) -> str:
        """Where a name's storey ends."""
        return f"{_floor(rows)} - (wide ? datum.up * {self._storey} : 0)"

    def _named(self, rows: Rows) -> Record:
        px = self.look.px
        lift = px(LINE * (1.5 if self.counts else 0.5) + 6)
        where = [
            MIDDLE,
            calculate("y", f"{self._foot(rows)} - {lift} - (lettered ? 0 : (datum.lines - 1) * {px(LINE)})"),
            calculate("said", "lettered ? datum.letter : datum.words"),
        ]
        return layer(words(self.look, align="center"), data=self._data, transform=where, **SAID)

    def _counted(self, rows: Rows) -> Record:
        data = [{"column": j, "said": n} for j, n in enumerate(self.counts)]
        where = [MIDDLE, calculate("y", f"{_floor(rows)} - {self.look.px(LINE / 2 + 6)}")]
        return layer(words(self.look, align="center", color=self.look.quiet), data=data, transform=where, **SAID)

    def _stems(self, rows: Rows) -> Record:
        where = [
            {"filter": "wide && datum.up"},
            MIDDLE,
            calculate("top", f"{self._foot(rows)} - {self.look.px(2)}"),
            calculate("bottom", f"{rows.head[0]} - 2"),
        ]
        ends: Record = {"x": pixel("x"), "y": pixel("top"), "y2": {"field": "bottom"}}
        return layer({"type": "rule", "color": self.look.quiet}, data=self._data, transform=where, **ends)

    def _key(self, rows: Rows) -> Record:
        y = rows.head[1] - self.heights[1] + self.look.px(LINE / 2)
        mark = words(self.look, x=0, y=y, color=self.look.quiet)
        said = [{"said": "\n".join(self._legend)}]
        return layer(mark, data=said, transform=[{"filter": "lettered"}], text={"field": "said"})


def _floor(rows: Rows) -> str:
    """Where the headings end and the columns begin."""
    return f"(wide ? {rows.head[0]} : {rows.head[1]})"
