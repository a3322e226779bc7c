"""The heat map of PROFILE_NEEDS: how far each profile leans to each competency, or away from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from sctrain.charts.gaps import about, hidden_words, of_all, sentence
from sctrain.charts.parts import (
    EDGE,
    LINE,
    PHONE,
    TEXT,
    WIDE,
    Drawing,
    Record,
    as_given,
    calculate,
    cell_words,
    hidden_cells,
    label_of,
    layer,
    picked,
    pixel,
    records,
    words,
)
from sctrain.charts.profiles import DISC, discs, lettered
from sctrain.charts.rows import LABELS, Rows, Sign, first, hidden_sign
from sctrain.charts.theme import HIDDEN, LIGHT, Look, hidden_for, ink, mix, text_width, wrap
from sctrain.frames import PROFILE_NEEDS
from sctrain.numerals import MINUS, count, two_digits
from sctrain.privacy import THRESHOLD

CELL = 24
CHARS = {1: 40, 2: 40, 3: 30, 4: 24}
"""Where the name over a column breaks, by the number of columns; after 18 where there are more."""
ENDS = ("leaning", "leaning_low", "leaning_high")
FAINT = 0.3
"""How much of its colour a cell keeps whose interval holds 0."""
MIDDLE = calculate("x", "begin + cell * (datum.column + 0.5)")
"""Of a column."""


def profiles_heat(
    needs: pd.DataFrame,
    labels: Mapping[str, str],
    names: Mapping[str, str],
    people: Mapping[str, int | None],
    look: Look = LIGHT,
    *,
    top: int | None = 10,
    k: int = THRESHOLD,
    marked: str | None = None,
    own: str | None = None,
) -> Drawing:
    """How far each profile (column) leans to a competency (row), green, or away from it, purple.

    A cell is faint and its number light where the interval holds 0; hidden cells are hatched.
    The `top` are the competencies that set profiles apart most; they come profile by profile, under
    the one that leans to them most. The competency `marked` is outlined, and shown even beyond the
    `top`; the profile `own` is called yours. `people` are the n of profiles, None where hidden.
    """
    heat = _Heat(needs, labels, names, k)
    shown = heat.shown(top, marked)
    heads = _Heads(look, heat.letters, names, people, own, k)
    rows = _Close(
        look,
        [label_of(labels, code) for code in shown],
        _key(look, heat.unsure) + [hidden_sign(look, k)] * heat.has_hidden,
        band=CELL,
        above=heads.heights,
        wide_from=max(WIDE, LABELS + 2 * EDGE + heads.needed),
    )
    placed = rows.place({"competency": c, "name": label_of(labels, c), "marked": c == marked} for c in shown)
    data = [
        {**row, **heat.cell(row["competency"], letter, look), "column": j}
        for row in placed
        for j, letter in enumerate(heat.letters)
    ]
    return rows.draw(
        "Leaning: gap above or below people’s own mean, against everyone; scale points" + of_all(shown, heat.codes),
        heat.says(marked, own),
        data,
        [
            rows.names("datum.column === 0"),
            *_cells(look),
            *rows.signs(),
            *heads.layers(rows),
            rows.outline("datum.column === 0"),
        ],
        ("competency", "profile"),
        {"cell": f"(finish - begin) / {max(1, len(heat.letters))}"},
    )


@dataclass(frozen=True)
class _Close(Rows):
    """Rows that stand closer where wide, so that ten of them fit under the finding."""

    @property
    def step(self) -> float:
        return self.look.px(max(LINE * max(map(len, self.lines), default=1) + 1, self.band))


@dataclass(frozen=True)
class _Heat:
    """The leanings by competency and profile, and the order of the rows."""

    frame: pd.DataFrame
    labels: Mapping[str, str]
    names: Mapping[str, str]
    k: int

    @cached_property
    def cells(self) -> dict[tuple[str, str], Record]:
        """The frame's rows by competency and profile."""
        found = records(PROFILE_NEEDS, PROFILE_NEEDS.check(self.frame), "n", *ENDS)
        return {(r["competency"], r["profile"]): r for r in found}

    @cached_property
    def letters(self) -> list[str]:
        """The profiles, A first."""
        return sorted({letter for _, letter in self.cells})

    @cached_property
    def codes(self) -> list[str]:
        """The competencies in the frame's order."""
        return list(dict.fromkeys(code for code, _ in self.cells))

    def _of(self, code: str) -> list[Record]:
        found = (self.cells.get((code, letter)) for letter in self.letters)
        return [r for r in found if r is not None and r["leaning"] is not None]

    def _telling(self, code: str) -> tuple[bool, float]:
        """Whether some profile surely leans, and how far the farthest one does that counts for it."""
        sure = [abs(r["leaning"]) for r in self._of(code) if _sure(r)]
        return bool(sure), max(sure or [abs(r["leaning"]) for r in self._of(code)], default=-1)

    def _place(self, code: str) -> tuple[int, float]:
        """After which profile, and how far in its part, a row comes; rows without any number last."""
        most = max(self._of(code), key=lambda r: r["leaning"], default=None)
        return (len(self.letters), 0) if most is None else (self.letters.index(most["profile"]), -most["leaning"])

    def shown(self, top: int | None, marked: str | None) -> list[str]:
        """The competencies that set profiles apart most, and what is marked, in the order of the rows."""
        chosen = first(sorted(self.codes, key=self._telling, reverse=True), top, marked)
        return sorted(chosen, key=self._place)

    @property
    def unsure(self) -> bool:
        """Whether there is a leaning that may be chance."""
        return any(r["leaning"] is not None and not _sure(r) for r in self.cells.values())

    @property
    def has_hidden(self) -> bool:
        """Whether some cell is hidden."""
        return any(r["suppressed"] for r in self.cells.values())

    @cached_property
    def _peak(self) -> float:
        return max((abs(r["leaning"]) for r in self.cells.values() if r["leaning"] is not None), default=0) or 1

    def cell(self, code: str, letter: str, look: Look) -> Record:
        """How one cell is filled and what it says."""
        row = self.cells.get((code, letter), {"suppressed": False, "leaning": None, "n": None})
        value, hidden = row["leaning"], bool(row["suppressed"])
        known = {"profile": letter, "called": f"{letter}: {label_of(self.names, letter)}", "suppressed": hidden}
        if value is None:
            note = hidden_for(self.k) if hidden else "no answers"
            said = {"value": HIDDEN if hidden else "", "about": note, "people": note}
            return {**known, **said, "fill": "transparent", "ink": look.quiet, "sure": False}
        sure = _sure(row)
        fill = _tint(look, value / self._peak * (1 if sure else FAINT))
        told = {"value": _signed(value), "about": about(row, "leaning"), "people": count(row["n"])}
        return {**known, **told, "fill": fill, "ink": ink(fill) if sure else look.quiet, "sure": sure}

    def says(self, marked: str | None, own: str | None) -> str:
        """The alternative text."""
        says = f"leaning of {len(self.letters)} profiles to {len(self.codes)} competencies"
        for letter in self.letters:
            leanings = [r for (_, found), r in self.cells.items() if found == letter and r["leaning"] is not None]
            top = sorted((r for r in leanings if r["leaning"] > 0 and _sure(r)), key=lambda r: -r["leaning"])[:2]
            told = ", ".join(f"{label_of(self.labels, r['competency'])} {_signed(r['leaning'])}" for r in top)
            says += f"; {letter}{' (yours)' * (letter == own)} leans to {told or 'nothing that is sure'}"
        says += hidden_words(list(self.cells.values()), self.k)
        if marked is not None:
            told = ", ".join(f"{r['profile']} {about(r, 'leaning')}" for r in self._of(marked))
            says += f"; marked {label_of(self.labels, marked)}: {told or 'no number'}"
        return sentence(says)


def _sure(row: Record) -> bool:
    """Whether the interval of a leaning leaves 0 out."""
    low, high = row["leaning_low"], row["leaning_high"]
    return low is not None and high is not None and (low > 0 or high < 0)


def _signed(value: float) -> str:
    said = two_digits(value)
    return said if said == "0" or said.startswith(MINUS) else f"+{said}"


def _tint(look: Look, share: float) -> str:
    """The diverging colour at -1 (away) .. 0 .. 1 (to)."""
    away, nothing, to = look.differences
    return mix(nothing, to if share > 0 else away, min(abs(share), 1))


def _key(look: Look, unsure: bool) -> list[Sign]:
    signs = [
        Sign("leans to it", "square", fill=_tint(look, 0.8), stroke=look.quiet),
        Sign("leans away from it", "square", fill=_tint(look, -0.8), stroke=look.quiet),
    ]
    faint = Sign("faint: may be chance", "square", fill=_tint(look, 0.8 * FAINT), stroke=look.quiet)
    return [*signs, faint] if unsure else signs


@dataclass(frozen=True)
class _Heads:
    """Over each column its letter, where wide its name, and its n; where narrow the names are a list above."""

    look: Look
    letters: Sequence[str]
    names: Mapping[str, str]
    people: Mapping[str, int | None]
    own: str | None
    k: int

    @cached_property
    def _lines(self) -> list[tuple[str, ...]]:
        chars = CHARS.get(len(self.letters), 18)
        return [wrap(label_of(self.names, letter), chars) for letter in self.letters]

    @cached_property
    def _listed(self) -> list[str]:
        """The names where they are a list, each broken to fit a phone."""
        return ["\n".join(wrap(f"{letter} {label_of(self.names, letter)}", PHONE // 7)) for letter in self.letters]

    @property
    def needed(self) -> float:
        """Width in px that the columns need where wide, at the type's usual size."""
        longest = max((text_width(line, TEXT) for lines in self._lines for line in lines), default=0)
        return (longest + 14) * len(self.letters)

    @property
    def heights(self) -> tuple[float, float]:
        """Wide and narrow."""
        wide = LINE * max(map(len, self._lines), default=0) + 4
        narrow = sum(LINE * (said.count("\n") + 1) for said in self._listed) + 6 + LINE + 6
        return self.look.px(DISC + 8 + wide), self.look.px(DISC + 8 + narrow)

    def layers(self, rows: Rows) -> list[Record]:
        """Discs, names and n: where wide n stands beside its disc, where narrow below."""
        look, px = self.look, self.look.px
        (wide, narrow), tall = rows.head, max(map(len, self._lines), default=0)
        foot = f"(wide ? {wide - px(LINE * tall + 4)} : {narrow - px(LINE + 6)})"
        disc = [
            MIDDLE,
            calculate("x", "datum.x - (wide ? datum.aside : 0)"),
            calculate("y", f"{foot} - {px(DISC / 2 + 4)}"),
        ]
        beside = [{"filter": "wide"}, *disc, calculate("x", f"datum.x + {px(DISC / 2 + 5)}")]
        below = [{"filter": "!wide"}, MIDDLE, calculate("y", f"{narrow - px(LINE / 2 + 5)}")]
        names = [{"filter": "wide"}, MIDDLE, calculate("y", f"{wide - px(LINE * (tall - 0.5) + 4)}")]
        at: Record = {"data": self._data, "x": pixel("x"), "y": pixel("y")}
        quiet = words(look, color=look.quiet)
        return [
            *discs(look, self._data, disc),
            layer(words(look, align="center"), transform=names, text={"field": "said"}, **at),
            layer(quiet, transform=beside, text={"field": "n"}, **at),
            layer({**quiet, "align": "center"}, transform=below, text={"field": "n"}, **at),
            self._list(rows),
        ]

    @cached_property
    def _data(self) -> list[Record]:
        size = self.look.px(TEXT)
        return [
            {
                **lettered(self.look, letter),
                **{"column": j, "said": "\n".join(lines), "n": self._n(letter)},
                "aside": round(text_width(self._n(letter), size) / 2 + 2, 1),
            }
            for j, (letter, lines) in enumerate(zip(self.letters, self._lines, strict=True))
        ]

    def _n(self, letter: str) -> str:
        n = self.people.get(letter)
        return (HIDDEN if n is None else f"n {count(n)}") + " · yours" * (letter == self.own)

    def _list(self, rows: Rows) -> Record:
        top = rows.head[1] - self.heights[1] + self.look.px(LINE / 2)
        said = [{"said": "\n".join(self._listed)}]
        mark = words(self.look, x=0, y=top)
        return layer(mark, data=said, transform=[{"filter": "!wide"}], text={"field": "said"})


def _cells(look: Look) -> list[Record]:
    """The cells, where wide as high as their row, and what stands in them."""
    px, half = look.px, look.px(CELL / 2)
    where = [
        calculate("left", f"begin + cell * datum.column + {px(1)}"),
        calculate("right", f"begin + cell * (datum.column + 1) - {px(1)}"),
        calculate("over", f"(wide ? datum.top : datum.y - {half}) + {px(1)}"),
        calculate("under", f"(wide ? datum.bottom : datum.y + {half}) - {px(1)}"),
    ]
    ends: Record = {"x": pixel("left"), "x2": {"field": "right"}, "y": pixel("over"), "y2": {"field": "under"}}
    at: Record = {"x": pixel("x"), "y": pixel("y")}
    tip = {"name": "competency", "called": "profile", "about": "leaning", "people": "people"}
    value: Record = {"text": {"field": "told"}, "color": as_given("ink")}
    bold = {"expr": "datum.sure ? 'bold' : 'normal'"}
    return [
        layer(
            {"type": "rect", "cursor": "pointer"},
            "rows",
            transform=where,
            tip=tip,
            fill=as_given("fill"),
            stroke=picked(look, look.grid),
            **ends,
        ),
        hidden_cells(look, CELL - 8, [MIDDLE], **at),
        layer(words(look, align="center", fontWeight=bold), transform=[MIDDLE, cell_words(look)], **value, **at),
    ]
