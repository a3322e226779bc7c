"""A document before it has a format: headings, sentences, figures and tables, each with what it stands on.

One `Document` is written as DOCX, PPTX, XLSX and HTML, so all of them say the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from sctrain import numerals
from sctrain.charts.theme import LIGHT, Look
from sctrain.frames import Column, Frame
from sctrain.report.base import Base

Draw = Callable[..., alt.TopLevelMixin]
"""Called with `look`, and with `top` where the figure can show fewer rows; the chart it returns is drawn once."""
Tell = Callable[[int, int], None]
"""Hears how many steps are done, of how many."""
NOTHING, HIDDEN = "–", "hidden"
LANGUAGE = "en-GB"


@dataclass(frozen=True)
class Heading:
    """The title of a chapter (level 1) or a part of one (2, 3)."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Text:
    """A paragraph; a `quiet` one is set smaller."""

    text: str
    quiet: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list of sentences; a `spoken` one has a slide of its own."""

    items: tuple[str, ...]
    spoken: bool = False


@dataclass(frozen=True, eq=False)
class Numbers:
    """A frame that keeps its contract, what it stands on, and the name that tells it from others in a file."""

    name: str
    frame: pd.DataFrame
    contract: Frame
    base: Base

    @cached_property
    def labelled(self) -> pd.DataFrame:
        """The frame with a label beside each code."""
        return self.base.labelled(self.frame)

    @property
    def hidden(self) -> int:
        """How many of its rows the privacy gate hides."""
        return int(self.frame["suppressed"].astype(bool).sum()) if "suppressed" in self.frame else 0


@dataclass(frozen=True)
class Bars:
    """What a figure is as plain bars: the columns of its labelled frame that name, measure and bound them.

    `of` chooses and orders the rows; `share` says that the values are fractions, written as percentages.
    """

    name: str
    value: str
    low: str
    high: str
    axis: str
    of: Callable[[pd.DataFrame], pd.DataFrame]
    share: bool = False


@dataclass(frozen=True, eq=False)
class Figure:
    """A chart: the name of its files, its numbers, what it shows in a phrase, the sentence it proves, how it is drawn.

    `top` is how many rows it shows, None where they are as many as there are; `bars` where it can be plain bars.
    A figure without a `finding` has no slide. `width` is that of its picture on paper, in px: at 700 most have their
    labels left of the marks, and print at 9 pt over 17 cm.
    """

    name: str
    numbers: Numbers
    caption: str
    draw: Draw
    finding: str = ""
    top: int | None = None
    bars: Bars | None = None
    width: int = 700

    def chart(self, look: Look = LIGHT, top: int | None = None) -> dict[str, Any]:
        """Its Vega-Lite specification, showing at most `top` rows where it can show fewer."""
        given = {"top": min(top, self.top) if top else self.top} if self.top else {}
        specification: dict[str, Any] = self.draw(look=look, **given).to_dict()
        return specification


@dataclass(frozen=True)
class Field:
    """A column of a table to be read: its heading, the value, and the ends of its interval if it has one."""

    heading: str
    column: str
    low: str = ""
    high: str = ""


@dataclass(frozen=True, eq=False)
class Table:
    """Numbers to be read: which columns, which rows and in which order.

    `of` chooses and orders rows of the labelled frame; all of them as they come if not given. A `spoken` one has
    a slide of its own, under its `finding` or else its caption.
    """

    numbers: Numbers
    caption: str
    fields: tuple[Field, ...]
    of: Callable[[pd.DataFrame], pd.DataFrame] | None = None
    spoken: bool = False
    finding: str = ""

    @cached_property
    def texts(self) -> list[tuple[str, ...]]:
        """Each row as texts, a cell for each field."""
        columns = {column.name: column for column in self.numbers.contract.columns}
        rows = self.of(self.numbers.labelled) if self.of else self.numbers.labelled
        return [tuple(cell(row, field, columns) for field in self.fields) for row in records(rows)]

    @property
    def right(self) -> tuple[bool, ...]:
        """Of which fields the cells are numbers."""
        kinds = {column.name: column.kind for column in self.numbers.contract.columns}
        return tuple(kinds.get(field.column) in ("count", "number") for field in self.fields)


@dataclass(frozen=True, eq=False)
class Data:
    """Numbers that only a workbook holds, for other formats say them in sentences."""

    numbers: Numbers
    caption: str


Block = Heading | Text | Bullets | Figure | Table | Data


@dataclass(frozen=True, eq=False)
class Document:
    """A title, the facts it stands on, and its blocks in order; `short` is what a footer says of it."""

    title: str
    subtitle: str
    facts: Mapping[str, str]
    short: str
    blocks: Sequence[Block] = field(default_factory=tuple)

    @property
    def figures(self) -> list[Figure]:
        """Its figures in order."""
        return [block for block in self.blocks if isinstance(block, Figure)]

    @property
    def tables(self) -> list[Table]:
        """Its tables in order."""
        return [block for block in self.blocks if isinstance(block, Table)]

    @property
    def numbers(self) -> list[Numbers]:
        """What its figures and tables show, each once, in the order of the text."""
        shown = [block.numbers for block in self.blocks if isinstance(block, Figure | Table | Data)]
        return list({one.name: one for one in shown}.values())

    @property
    def captions(self) -> list[tuple[Numbers, str]]:
        """What its tables, then its figures show, and in which words."""
        rest = [(block.numbers, block.caption) for block in self.blocks if isinstance(block, Figure | Data)]
        return [(table.numbers, table.caption) for table in self.tables] + rest

    @property
    def contracts(self) -> list[Frame]:
        """The contracts of all numbers, each once."""
        return list({one.contract.name: one.contract for one in self.numbers}.values())


CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no XML file may hold."""


def plain(text: str) -> str:
    """The text without signs that an office file cannot hold."""
    return CONTROL.sub("", text)


def stop(sentence: str) -> str:
    """The sentence with a full stop, unless it ends with one."""
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


def numbered(blocks: Sequence[Block]) -> Iterator[tuple[Block, int]]:
    """The blocks, figures and tables counted each from 1; 0 for what is neither."""
    counts = {Figure: 0, Table: 0}
    for block in blocks:
        kind = type(block)
        if kind in counts:
            counts[kind] += 1
        yield block, counts.get(kind, 0)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame; None for what is missing."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def cell(row: Mapping[str, Any], field: Field, columns: Mapping[str, Column]) -> str:
    """A value in words, with its interval where it has one; "hidden" where the privacy gate hides it."""
    value, column = row[field.column], columns.get(field.column)
    if value is None or value == "":
        return HIDDEN if row.get("suppressed") and column else NOTHING
    told = _told(value, column, row)
    ends = [row[end] for end in (field.low, field.high) if end]
    if not ends or any(end is None for end in ends):
        return told
    low, high = (_told(end, columns.get(field.low), row) for end in ends)
    return f"{told} ({low} to {high})"


def _told(value: Any, column: Column | None, row: Mapping[str, Any]) -> str:
    if column is None or isinstance(value, str):
        return str(value)
    if column.kind == "yes" or isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if column.unit == "fraction":
        return numerals.percent(float(value), float(row.get("respondents") or row.get("n") or 0))
    if column.kind == "count" or float(value).is_integer():
        return numerals.count(value).replace("-", numerals.MINUS)
    return f"{float(value):.2f}".replace("-", numerals.MINUS)
