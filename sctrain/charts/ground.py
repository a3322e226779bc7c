"""The common ground in two pictures: who is here, by role and discipline; which challenges both voices name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from sctrain.charts.gaps import sentence
from sctrain.charts.headings import Headings
from sctrain.charts.parts import (
    EDGE,
    TEXT,
    WIDE,
    Drawing,
    Record,
    as_given,
    calculate,
    label_of,
    layer,
    pixel,
    records,
    words,
)
from sctrain.charts.rows import LABELS, Rows, Sign
from sctrain.charts.theme import HIDDEN, LIGHT, Look, hidden_for, ink, interval, mix, text_width
from sctrain.frames import CHALLENGE_VOICES, WHO_HERE
from sctrain.numerals import count, people, percent, tables
from sctrain.privacy import THRESHOLD

CELL = 24
ALL = "all"
"""The heading of the totals."""
VEIL = "M-1,0L0,-1M-1,1L1,-1M0,1L1,0"
"""Diagonals: a hidden number."""
SIDE = 56
"""Width of the column of a voice's numbers."""
OFF = 6
"""Of the people's and of the tables' marks from the middle of their row, in px."""
SQUARE = "square"
ONE_VOICE = ("people only", "tables only")


def who_matrix(
    who: pd.DataFrame,
    labels: Mapping[str, str],
    discipline_labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    k: int = THRESHOLD,
) -> Drawing:
    """How many people of WHO_HERE have each role (row) and discipline (column), with the totals of both.

    The largest come first. Roles and disciplines whose total is hidden, or is nobody, are left out. Hidden
    cells are hatched, a cell with nobody in it is empty.
    """
    board = _Who(who, labels, discipline_labels)
    rows_, columns = board.order("role"), board.order("discipline")
    names = [ALL, *(label_of(discipline_labels, code) or code for code in columns)]
    heads = Headings(look, names)
    rows = Rows(
        look,
        ["All roles", *(label_of(labels, code) for code in rows_)] if rows_ else [],
        board.key(look, k),
        band=CELL,
        above=heads.heights,
        wide_from=max(WIDE, LABELS + 2 * EDGE + heads.needed),
    )
    given = ({"role": code, "name": board.name("role", code)} for code in ([None, *rows_] if rows_ else []))
    data = [
        {**row, **board.cell(row["role"], code, look, k), "column": j, "column_name": board.name("discipline", code)}
        for row in rows.place(given)
        for j, code in enumerate([None, *columns])
    ]
    title = f"Role and discipline of {people(board.total)}" if board.total else "Role and discipline"
    layers = [rows.names("datum.column === 0"), *_cells(look), *rows.signs(), *heads.layers(rows)]
    return rows.draw(title, board.says, data, layers, (), heads.signals)


@dataclass(frozen=True)
class _Who:
    """The cells by role and discipline, None for all of them; and in which order they are drawn."""

    frame: pd.DataFrame
    labels: Mapping[str, str]
    discipline_labels: Mapping[str, str]

    @cached_property
    def cells(self) -> dict[tuple[str | None, str | None], Record]:
        """The numbers."""
        found = records(WHO_HERE, WHO_HERE.check(self.frame), "n")
        return {(r["role"], r["discipline"]): r for r in found}

    @cached_property
    def total(self) -> int:
        """How many people there are; 0 where that is hidden."""
        return self.cells.get((None, None), {"n": 0})["n"] or 0

    def _totals(self, question: str) -> dict[str, Record]:
        at = ("role", "discipline").index(question)
        return {key[at]: r for key, r in self.cells.items() if key[at] is not None and key[1 - at] is None}  # type: ignore[misc]

    def order(self, question: str) -> list[str]:
        """The roles, or disciplines, with a total that is shown: the largest first, "not said" last."""
        known = {code: r["n"] for code, r in self._totals(question).items() if r["n"]}
        return sorted(known, key=lambda code: (code == "", -known[code]))

    def name(self, question: str, code: str | None) -> str:
        """What a row or a column is called."""
        return ALL if code is None else label_of(self.labels if question == "role" else self.discipline_labels, code)

    @cached_property
    def _shown(self) -> list[Record]:
        return [self.cells[r, d] for r in self.order("role") for d in self.order("discipline")]

    def key(self, look: Look, k: int) -> list[Sign]:
        """What hidden and empty cells are, where there are any."""
        hidden = [Sign(hidden_for(k), VEIL, stroke=look.hatch)]
        empty = [Sign("nobody", SQUARE, stroke=look.quiet)]
        veiled, blank = (any(map(has, self._shown)) for has in (_is_hidden, _is_empty))
        return hidden * veiled + empty * blank

    @cached_property
    def _most(self) -> int:
        return max((r["n"] or 0 for r in self._shown), default=0)

    def cell(self, role: str | None, discipline: str | None, look: Look, k: int) -> Record:
        """How one cell is filled and what it says."""
        row, total = self.cells[role, discipline], role is None or discipline is None
        n, hidden = row["n"], bool(row["suppressed"])
        fill = "transparent"
        if n and not total:
            fill = mix(look.band, look.survey, n / self._most)
        about = hidden_for(k) if hidden else people(n) if n else "nobody"
        paint = {"fill": fill, "ink": look.text if fill == "transparent" else ink(fill), "total": total}
        return {"value": count(n) if n else "", "hidden": hidden, "about": about, **paint}

    @property
    def says(self) -> str:
        """The alternative text."""
        if not self.total:
            return sentence("role and discipline: too few people to show")
        says = f"role and discipline of {people(self.total)}"
        for question in ("role", "discipline"):
            totals = self._totals(question)
            told = [f"{self.name(question, code)} {count(totals[code]['n'])}" for code in self.order(question)]
            says += f"; by {question}: {', '.join(told) or 'hidden'}"
        shown = [(k, r) for k, r in self.cells.items() if None not in k and r["n"]]
        pairs = [f"{self.name('role', r)} in {self.name('discipline', d)} {count(c['n'])}" for (r, d), c in shown]
        return sentence(says + (f"; together {', '.join(pairs)}" if pairs else "; all else is hidden"))


def _is_hidden(row: Record) -> bool:
    return bool(row["suppressed"])


def _is_empty(row: Record) -> bool:
    return row["n"] == 0


def _cells(look: Look) -> list[Record]:
    """The cells, where wide as high as their row, with their numbers or their hatch."""
    px = look.px
    half = px(CELL / 2)
    where = [
        calculate("left", "begin + cell * datum.column + 1.5"),
        calculate("right", "begin + cell * (datum.column + 1) - 1.5"),
        calculate("over", f"(wide ? datum.top : datum.y - {half}) + 1.5"),
        calculate("under", f"(wide ? datum.bottom : datum.y + {half}) - 1.5"),
    ]
    middle = calculate("x", "begin + cell * (datum.column + 0.5)")
    ends: Record = {"x": pixel("left"), "x2": {"field": "right"}, "y": pixel("over"), "y2": {"field": "under"}}
    at: Record = {"x": pixel("x"), "y": pixel("y")}
    tip = {"name": "role", "column_name": "discipline", "about": "people"}
    line: Record = {"stroke": {"condition": {"test": "datum.total", "value": "transparent"}, "value": look.grid}}
    bold = {"expr": "datum.total ? 'bold' : 'normal'"}
    veil = {"type": "point", "shape": VEIL, "size": px(13) ** 2, "stroke": look.hatch, "strokeWidth": 1, "fill": None}
    return [
        layer({"type": "rect"}, transform=where, tip=tip, fill=as_given("fill"), **line, **ends),
        layer(veil, transform=[middle, {"filter": "datum.hidden"}], **at),
        layer(
            words(look, align="center", fontWeight=bold),
            transform=[middle],
            text={"field": "value"},
            color=as_given("ink"),
            **at,
        ),
    ]


def challenge_voices(
    voices: pd.DataFrame,
    labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    k: int = THRESHOLD,
    marked: str | None = None,
) -> Drawing:
    """For each challenge the share of people who chose it and of tables that wrote it down, on one axis.

    Each with its 95 % Wilson interval. What people chose most comes first, else what tables wrote most. A band
    marks what only one voice raises. A click picks `challenge`; the one `marked` is outlined.
    """
    found = _ordered(CHALLENGE_VOICES.check(voices))
    asked, wrote = _asked(found)
    names = [label_of(labels, r["challenge"]) for r in found]
    alone = any(r["raised_by"] in ONE_VOICE for r in found)
    key = _key(look, asked, wrote, alone)
    wide = 2 * SIDE + sum(36 + text_width(sign.words, TEXT) for sign in key)
    rows = Rows(look, names, key, 2 * SIDE, band=26, wide_from=max(WIDE, wide))
    said = (_voice_words(r, name, k) for r, name in zip(found, names, strict=True))
    data = [{**r, **told, "marked": r["challenge"] == marked} for r, told in zip(found, said, strict=True)]
    most = max((r[end] or 0 for r in found for end in ("share_high", "tables_share_high")), default=0)
    x = rows.scale((0, most or 1), labelExpr="format(datum.value, '.0%')")
    tip = {"name": "challenge", "said_people": "people", "said_tables": "tables", "raised_by": "raised by"}
    layers = [
        rows.back(tip, "datum.alone"),
        rows.cover(),
        *_spans(rows, x, "share", -OFF, look.survey, "circle"),
        *_spans(rows, x, "tables_share", OFF, look.tables, SQUARE),
        rows.names(),
        *rows.column("value", SIDE + 2, "people", bold=True),
        *rows.column("said", 2, "tables"),
        *rows.signs(),
        *rows.notes(),
        rows.outline(),
    ]
    return rows.draw(
        "Who names which challenge", _voices_say(found, labels, k), rows.place(data), layers, ("challenge",)
    )


def _ordered(voices: pd.DataFrame) -> list[Record]:
    numbers = ("n", "asked", "share", "share_low", "share_high")
    found = records(CHALLENGE_VOICES, voices, *numbers)
    spoken = ("tables", "wrote", "tables_share", "tables_share_low", "tables_share_high", "raised_by")
    # tables speak as groups: only people's numbers are ever hidden
    said = records(CHALLENGE_VOICES, voices.assign(suppressed=False), *spoken)
    rows = [{**r, **{name: s[name] for name in spoken}} for r, s in zip(found, said, strict=True)]
    return sorted(rows, key=lambda r: (-(r["share"] or 0), -r["tables"]))


def _asked(found: list[Record]) -> tuple[int, int]:
    """How many people replied, 0 where it is hidden, and how many tables wrote."""
    return max((r["asked"] or 0 for r in found), default=0), max((r["wrote"] for r in found), default=0)


def _key(look: Look, asked: int, wrote: int, alone: bool) -> list[Sign]:
    return [
        Sign(f"chose it, of {people(asked)}" if asked else "people", "circle", fill=look.survey),
        Sign(f"wrote it down, of {tables(wrote)}" if wrote else "tables", SQUARE, fill=look.tables),
        Sign("95 % interval", "stroke", stroke=look.text, weight=look.px(1.5)),
        *[Sign("only one voice raises it", SQUARE, fill=look.band, stroke=look.quiet)] * alone,
    ]


def _voice_words(row: Record, name: str, k: int) -> Record:
    """What stands in the columns of a row, and what it tells who points at it."""
    hidden, n = bool(row["suppressed"]), row["asked"] or 0
    share, low, high = (percent(row[f"share{end}"], n) for end in ("", "_low", "_high"))
    wrote = f"{count(row['tables'])} of {count(row['wrote'])}" if row["wrote"] else ""
    wrote = "none" if wrote and not row["tables"] else wrote
    return {
        "name": name,
        "note": "",
        "value": HIDDEN if hidden else share if n else "",
        "said": wrote,
        "alone": row["raised_by"] in ONE_VOICE,
        "said_people": hidden_for(k) if hidden else interval(share, low, high) if n else "no reply",
        "said_tables": wrote or "none wrote",
    }


def _spans(rows: Rows, x: Record, name: str, off: float, colour: str, shape: str) -> list[Record]:
    """A mark and its interval, beside the middle of the row."""
    px = rows.look.px
    where = [{"filter": f"isValid(datum.{name})"}, calculate("off", f"datum.y + {px(off)}")]
    line = {"type": "rule", "color": colour, "strokeWidth": px(1.5)}
    dot = {"type": "point", "shape": shape, "size": px(10) ** 2, "fill": colour, "stroke": rows.look.background}
    return [
        layer(line, transform=where, y=pixel("off"), x={"field": f"{name}_low", **x}, x2={"field": f"{name}_high"}),
        layer(dot, transform=where, y=pixel("off"), x={"field": name, **x}),
    ]


def _voices_say(found: list[Record], labels: Mapping[str, str], k: int) -> str:
    """The alternative text."""
    asked, wrote = _asked(found)
    says = f"{count(len(found))} challenges, named by {people(asked)} and {tables(wrote)}"
    for r in [r for r in found if r["share"]][:2]:
        says += f"; {label_of(labels, r['challenge'])}: {percent(r['share'], asked)} of people, {tables(r['tables'])}"
    for voice in ONE_VOICE:
        only = [label_of(labels, r["challenge"]) for r in found if r["raised_by"] == voice]
        says += f"; {voice}: {', '.join(only)}" if only else ""
    hidden = sum(bool(r["suppressed"]) for r in found)
    return sentence(says + (f"; {hidden} {hidden_for(k)} people" if hidden else ""))
