"""The challenges the tables raised and the solutions they offered: a heat map of lines.

A *line* is what a table wrote down. A *suggested* line is one whose code no person has confirmed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from sctrain.charts.gaps import of_all, sentence
from sctrain.charts.headings import Headings
from sctrain.charts.parts import (
    EDGE,
    LINE,
    TEXT,
    WIDE,
    Drawing,
    Record,
    as_given,
    calculate,
    label_of,
    layer,
    picked,
    pixel,
    records,
    words,
)
from sctrain.charts.rows import Rows, Sign
from sctrain.charts.theme import LIGHT, Look, ink, mix, text_width
from sctrain.frames import CODED
from sctrain.numerals import count, tables

NO_CHALLENGE = "Challenge not named or not coded"
NOT_CODED = "Solution not coded"
UNANSWERED = "no solution offered"
CELL = 22
NAMES = 316
"""Width of the labels' column where wide, in px: each has one line."""
HEADING = 17
"""Where the heading of a column breaks into a second line, in characters."""
BESIDE = 24
"""From the cells to what stands right of them where wide, in px."""
DASHED = "M-1,-0.2V-1H-0.2M0.3,-1H1V-0.3M1,0.2V1H0.2M-0.3,1H-1V0.3"


def challenge_heat(
    coded: pd.DataFrame,
    look: Look = LIGHT,
    *,
    labels: Mapping[str, str],
    solution_labels: Mapping[str, str],
    top: int | None = None,
) -> Drawing:
    """How many solution lines of CODED offer a solution (column) for a challenge (row).

    The challenges raised at most tables come first, the solutions of most lines; what names no
    challenge, or is not coded, comes last. A challenge without a solution is one empty frame that
    says so. A cell whose lines are all suggested has a dashed outline. A click picks `challenge`.
    """
    board = _Board(coded, labels, solution_labels)
    shown = board.challenges[:top]
    told = [board.raised(code) for code in shown]
    names = [board.solution(code) for code in board.solutions]
    heads = Headings(look, names, chars=HEADING, within=WIDE - NAMES)
    side = max((text_width(said, TEXT) for said in (*told, "raised at") if any(told)), default=0)
    rows = _OneLine(
        look,
        [board.challenge(code) for code in shown],
        [Sign("dashed: only suggested", DASHED, stroke=look.tables, weight=look.px(1.5))] if board.guessed else [],
        columns=round(side),
        band=CELL,
        above=heads.heights,
        wide_from=max(WIDE, NAMES + side + BESIDE + heads.needed),
    )
    raised = (
        {"challenge": code, "name": board.challenge(code), "raised": said}
        for code, said in zip(shown, told, strict=True)
    )
    data = [{**row, **cell} for row in rows.place(raised) for cell in board.row(row["challenge"], look)]
    return rows.draw(
        board.title + of_all(shown, board.challenges),
        board.says,
        data,
        [rows.names("datum.column === 0"), *_cells(look), *_raised(rows), *rows.signs(), *heads.layers(rows)],
        ("challenge",),
        {**heads.signals, "begin": f"wide ? {look.px(NAMES)} : {EDGE}"},
    )


def challenge_alt(coded: pd.DataFrame, *, labels: Mapping[str, str], solution_labels: Mapping[str, str]) -> str:
    """What `challenge_heat` shows, in a sentence."""
    return _Board(coded, labels, solution_labels).says


def several(n: int, thing: str) -> str:
    """`1 line`, `3 lines`, `2 competencies`."""
    many = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
    return f"{count(n)} {thing if n == 1 else many}"


def partly_suggested(lines: int, suggested: int) -> str:
    """How many of the lines are only suggested, to stand behind their number; empty for none."""
    if not suggested:
        return ""
    return ", only suggested" if suggested == lines else f", {count(suggested)} of them only suggested"


@dataclass(frozen=True)
class _OneLine(Rows):
    """Rows whose labels have one line where wide: a dozen of them, under two storeys of headings, fit on a screen."""

    @property
    def step(self) -> float:
        """From one row to the next where wide."""
        return self.look.px(self.band + 6)

    @property
    def head(self) -> tuple[float, float]:
        """Height of the key, where there is one, and of the headings."""
        wide, narrow = super().head
        return (wide, narrow) if self.key else self.above

    @property
    def transform(self) -> list[Record]:
        """As of all rows, the label as it is broken where narrow."""
        whole = [calculate("label", "wide ? datum.name : datum.label"), calculate("lines", "wide ? 1 : datum.lines")]
        return [*whole, *super().transform]


@dataclass(frozen=True)
class _Board:
    """Which challenges were raised, and which solution lines are for them; the code "" is what has none."""

    coded: pd.DataFrame
    labels: Mapping[str, str]
    solution_labels: Mapping[str, str]

    @cached_property
    def _lines(self) -> list[Record]:
        # tables speak as groups: no line of theirs is hidden here
        frame = CODED.check(self.coded).assign(suppressed=False)
        return records(CODED, frame, "kind", "code", "answers", "coded_by")

    @cached_property
    def _problems(self) -> dict[tuple[int, int], Record]:
        """The challenge lines by table and line."""
        return {(r["table_number"], r["line"]): r for r in self._lines if r["kind"] == "challenge"}

    @cached_property
    def cells(self) -> dict[tuple[str, str], Counter[bool]]:
        """Solution lines by challenge and solution: how many are suggested and how many are not."""
        found: dict[tuple[str, str], Counter[bool]] = {}
        for r in self._lines:
            if r["kind"] == "solution":
                problem = self._problems.get((r["table_number"], r["answers"]), {"code": "", "coded_by": ""})
                guess = "machine" in (r["coded_by"], problem["coded_by"])
                found.setdefault((problem["code"], r["code"]), Counter())[guess] += 1
        return found

    @cached_property
    def _raised(self) -> dict[str, list[Record]]:
        """The challenge lines of each challenge."""
        found: dict[str, list[Record]] = {}
        for r in self._problems.values():
            found.setdefault(r["code"], []).append(r)
        return found

    def _tables(self, challenge: str) -> int:
        return len({r["table_number"] for r in self._raised.get(challenge, ())})

    @cached_property
    def challenges(self) -> list[str]:
        """Those raised, of most tables first, then of most lines."""
        codes = {*self._raised, *(challenge for challenge, _ in self.cells)}
        return _ordered(codes, self.labels, lambda c: (self._tables(c), len(self._raised.get(c, ()))))

    @cached_property
    def solutions(self) -> list[str]:
        """Those offered, of most lines first."""
        lines: Counter[str] = Counter()
        for (_, solution), n in self.cells.items():
            lines[solution] += n.total()
        return _ordered(lines, self.solution_labels, lambda code: (lines[code], 0))

    @cached_property
    def _most(self) -> int:
        return max((n.total() for n in self.cells.values()), default=0)

    @property
    def guessed(self) -> bool:
        """Whether the lines of some cell are all suggested."""
        return any(not n[False] for n in self.cells.values())

    def challenge(self, code: str) -> str:
        """The label of a challenge."""
        return label_of(self.labels, code) if code else NO_CHALLENGE

    def solution(self, code: str) -> str:
        """The label of a solution."""
        return label_of(self.solution_labels, code) if code else NOT_CODED

    def raised(self, challenge: str) -> str:
        """How many tables raised it, in words; empty for what no line raises."""
        lines = self._raised.get(challenge, [])
        guess = bool(lines) and all(r["coded_by"] == "machine" for r in lines)
        return tables(self._tables(challenge)) + ", suggested" * guess if lines else ""

    def row(self, challenge: str, look: Look) -> list[Record]:
        """The cells of a challenge; one over all columns where no solution is offered."""
        given = [self.cells.get((challenge, solution)) for solution in self.solutions]
        if not any(given):
            wide = {"column": 0, "span": max(1, len(given)), "value": UNANSWERED, "solution": UNANSWERED}
            return [{**wide, **_blank(look), "line": look.quiet, "about": UNANSWERED}]
        return [
            {"column": j, "span": 1, "solution": self.solution(code), **self._cell(n, look)}
            for j, (code, n) in enumerate(zip(self.solutions, given, strict=True))
        ]

    def _cell(self, n: Counter[bool] | None, look: Look) -> Record:
        """How a cell is drawn and what it says."""
        if not n:
            return {"value": "", "about": "no line", **_blank(look)}
        told = {"value": count(n.total()), "about": several(n.total(), "line") + partly_suggested(n.total(), n[True])}
        if not n[False]:
            return {**told, **_blank(look), "line": "transparent", "guess": True}
        fill = mix(look.band, look.tables, n.total() / self._most)
        return {**told, "fill": fill, "ink": ink(fill), "line": fill, "guess": False}

    @property
    def title(self) -> str:
        """What is measured."""
        if not self.challenges:
            return "Solutions for each challenge: no line is written down yet"
        n = len({r["table_number"] for r in self._lines})
        return f"Lines that offer a solution, by challenge ({tables(n)})"

    @property
    def says(self) -> str:
        """The alternative text."""
        if not self.challenges:
            return sentence(self.title)
        lines = sum(n.total() for n in self.cells.values())
        known = [c for c in self.challenges if c]
        says = f"{several(lines, 'solution line')} and {several(len(known), 'challenge')}"
        pairs = [pair for pair, n in self.cells.items() if all(pair) and n.total() == self._most]
        if self._most > 1 and pairs:
            each = [f"{self.solution(solution)} for {self.challenge(challenge)}" for challenge, solution in pairs]
            says += f"; most often {' and '.join(each)}: {several(self._most, 'line')}{' each' * (len(each) > 1)}"
        answered = {challenge for challenge, _ in self.cells}
        if without := [self.challenge(c) for c in known if c not in answered]:
            says += f"; {UNANSWERED} for {', '.join(without)}"
        return sentence(says + self._loose)

    @property
    def _loose(self) -> str:
        """How many lines are not coded or only suggested."""
        n = Counter(
            part
            for (challenge, solution), lines in self.cells.items()
            for part, holds in (("loose", not challenge), ("odd", not solution))
            for _ in range(lines.total() * holds)
        )
        suggested = sum(lines[True] for lines in self.cells.values())
        told = {
            "for a challenge not named or not coded": n["loose"],
            "not coded": n["odd"],
            "only suggested": suggested,
        }
        return "".join(f"; {several(number, 'line')} {what}" for what, number in told.items() if number)


def _ordered(codes: Collection[str], labels: Mapping[str, str], size: Callable[[str], tuple[int, int]]) -> list[str]:
    """The largest first, equals in the order of the labels, the empty code last; FrameError for one without label."""
    places = {code: i for i, code in enumerate(labels)}
    known = [code for code in codes if code and label_of(labels, code)]
    largest = sorted(known, key=lambda code: (*(-n for n in size(code)), places[code]))
    return largest + [""] * ("" in codes)


def _blank(look: Look) -> Record:
    return {"fill": "transparent", "ink": look.text, "line": look.grid, "guess": False}


def _cells(look: Look) -> list[Record]:
    """The cells, where wide as high as their row, and what stands in them."""
    px = look.px
    half = px(CELL / 2)
    where = [
        calculate("left", "begin + cell * datum.column + 1.5"),
        calculate("right", "begin + cell * (datum.column + datum.span) - 1.5"),
        calculate("over", f"(wide ? datum.top : datum.y - {half}) + 1.5"),
        calculate("under", f"(wide ? datum.bottom : datum.y + {half}) - 1.5"),
    ]
    middle = calculate("x", "begin + cell * (datum.column + datum.span / 2)")
    ends: Record = {"x": pixel("left"), "x2": {"field": "right"}, "y": pixel("over"), "y2": {"field": "under"}}
    paint: Record = {
        "fill": as_given("fill"),
        "stroke": {**as_given("line"), "condition": picked(look)["condition"]},
    }
    tip = {"name": "challenge", "solution": "solution", "about": "lines"}
    mark = {"type": "rect", "cursor": "pointer", "strokeWidth": 1.5}
    dashed = {"type": "rect", "stroke": look.tables, "strokeWidth": 1.5, "strokeDash": [4, 3], "fill": None}
    said: Record = {"x": pixel("x"), "y": pixel("y"), "text": {"field": "value"}, "color": as_given("ink")}
    return [
        layer(mark, "rows", transform=where, tip=tip, **paint, **ends),
        layer(dashed, transform=[*where, {"filter": "datum.guess"}], **ends),
        layer(words(look, align="center"), transform=[middle], **said),
    ]


def _raised(rows: Rows) -> list[Record]:
    """At the right of a row how many tables raised the challenge; what that is, where wide, above."""
    look = rows.look
    mark = words(look, x={"expr": f"width - {look.px(2)}"}, align="right", color=look.quiet)
    head = {**mark, "y": rows.head[0] - look.px(LINE / 2 + 6)}
    first = [{"filter": "datum.column === 0"}]
    said: Record = {"text": {"field": "raised"}}
    return [
        layer(mark, transform=first, y=pixel("side_y"), **said),
        layer(head, data=[{"raised": "raised at"}] if rows.columns else [], transform=[{"filter": "wide"}], **said),
    ]
