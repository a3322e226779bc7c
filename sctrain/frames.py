"""The contracts of everything that crosses a folder: grain, key, columns, units, ranges.

A `Frame` is checked by the function that promises it and by the chart that accepts it.
The Methods page is made from this file.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain.errors import FrameError

Kind = Literal["code", "text", "count", "number", "yes"]


@dataclass(frozen=True)
class Column:
    """One column: its kind, unit, allowed range, and whether it may be missing."""

    name: str
    kind: Kind
    says: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    missing: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Frame:
    """A contract: one row per `grain`, identified by `key`."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    source: str = ""

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [c.name for c in self.columns]

    def empty(self) -> pd.DataFrame:
        """A frame without rows that keeps the contract."""
        return self.check(pd.DataFrame({name: [] for name in self.names}))

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame itself, its columns in order, if it keeps the contract; FrameError if not."""
        absent = [name for name in self.names if name not in frame.columns]
        if absent:
            raise FrameError(f"{self.name}: column {absent[0]!r} is missing; it has {list(frame.columns)}")
        if self.key and frame.duplicated(list(self.key)).any():
            raise FrameError(f"{self.name}: two rows share one key ({', '.join(self.key)})")
        for column in self.columns:
            _check_column(self.name, column, frame[column.name])
        return frame[self.names]


def _check_column(frame: str, column: Column, values: pd.Series) -> None:
    if not column.missing and values.isna().any():
        raise FrameError(f"{frame}.{column.name}: a value is missing")
    given = values.dropna()
    if given.empty:
        return
    if column.choices and not given.isin(column.choices).all():
        odd = given[~given.isin(column.choices)].iloc[0]
        raise FrameError(f"{frame}.{column.name}: {odd!r} is not one of {', '.join(column.choices)}")
    if column.kind in ("code", "text", "yes"):
        return
    numbers = pd.to_numeric(given)
    if column.low is not None and (numbers < column.low - 1e-9).any():
        raise FrameError(f"{frame}.{column.name}: {numbers.min()} is below {column.low}")
    if column.high is not None and (numbers > column.high + 1e-9).any():
        raise FrameError(f"{frame}.{column.name}: {numbers.max()} is above {column.high}")


@dataclass(frozen=True, eq=False)
class JointCounts:
    """How many people gave each pair of marks: all that the gap pages are computed from.

    `cells[g, c, i, l]` counts (or sums the weights of) the people of group g who marked
    competency c with importance i and level l; index 0 is "not answered", 1.. count up from
    `low`. `people[g]` counts the answers of the group. Where `hidden[g, c]`, the privacy gate
    has emptied the cells. Counts add up over events, partitions and machines.
    """

    groups: tuple[str | None, ...]
    competencies: tuple[str, ...]
    low: int
    cells: NDArray[np.int64] | NDArray[np.float64]
    people: NDArray[np.int64]
    hidden: NDArray[np.bool_] = field(default_factory=lambda: np.zeros((0, 0), bool))

    def __post_init__(self) -> None:
        if self.hidden.size == 0:
            object.__setattr__(self, "hidden", np.zeros(self.cells.shape[:2], bool))

    @property
    def points(self) -> int:
        """Marks on the scale."""
        return self.cells.shape[2] - 1

    @property
    def values(self) -> NDArray[np.float64]:
        """The marks' values, low end first."""
        return np.arange(self.low, self.low + self.points, dtype=float)

    @property
    def pairs(self) -> NDArray[np.int64] | NDArray[np.float64]:
        """[g, c, i, l] of complete pairs only."""
        return self.cells[:, :, 1:, 1:]

    @property
    def n(self) -> NDArray[np.int64] | NDArray[np.float64]:
        """[g, c] number of complete pairs."""
        return self.pairs.sum(axis=(2, 3))

    def hide(self, hidden: NDArray[np.bool_]) -> JointCounts:
        """The same counts with these cells emptied and marked."""
        hidden = hidden | self.hidden
        cells = np.where(hidden[:, :, None, None], 0, self.cells)
        people = np.where(hidden.all(axis=1), 0, self.people)
        return replace(self, cells=cells, people=people, hidden=hidden)


QUADRANTS = ("concentrate here", "keep up", "low priority", "possible overkill")
MEASURES = {
    "mwds": "mean weighted discrepancy score",
    "gap": "gap",
    "rds": "ranked discrepancy score",
}
"""The measures competencies can be ranked by. Highest first, but `rds`: most negative first."""


def _interval(name: str, says: str, unit: str, half: bool = False) -> tuple[Column, ...]:
    ends = [("low", "lower end of the 95 % interval"), ("high", "upper end of the 95 % interval")]
    if half:
        ends += [("low50", "lower end of the 50 % interval"), ("high50", "upper end of the 50 % interval")]
    rest = (Column(f"{name}_{end}", "number", f"{text} of {name}", unit, missing=True) for end, text in ends)
    return (Column(name, "number", says, unit, missing=True), *rest)


GAPS = Frame(
    "GAPS",
    "competency and group",
    ("competency", "group"),
    (
        Column("competency", "code", "catalogue code of the competency"),
        Column("group", "code", "option of the compared dimension; missing for everyone", missing=True),
        Column("n", "count", "people who marked both importance and level", "people", 0, missing=True),
        Column("answered", "number", "n over all people of the group", "fraction", 0, 1, missing=True),
        *_interval("importance", "mean importance over complete pairs", "scale points"),
        *_interval("level", "mean present level over complete pairs", "scale points"),
        *_interval("gap", "mean of importance minus level", "scale points", half=True),
        *_interval("mwds", "mean importance times gap (Borich 1980)", "squared scale points", half=True),
        *_interval(
            "rds",
            "100 x (share whose level exceeds importance - share whose importance exceeds level)"
            " (Narine & Harder 2021); most negative = highest need",
            "-100..100",
            half=True,
        ),
        Column(
            "lacking", "number", "share whose level is below the importance (negative rank)", "fraction", 0, 1, True
        ),
        Column(
            "exceeding", "number", "share whose level is above the importance (positive rank)", "fraction", 0, 1, True
        ),
        Column("pni", "number", "gap over mean level (PNI-modified, Wongwanich & Wiratchai)", "ratio", missing=True),
        Column(
            "quadrant",
            "text",
            "importance-performance quadrant (Martilla & James 1977)",
            missing=True,
            choices=QUADRANTS,
        ),
        Column("quadrant_sure", "yes", "whether neither 95 % interval crosses the crosshair", missing=True),
        Column(
            "locus",
            "text",
            "gap then importance, High or Low (Locus for Focus, Mink et al. 1991)",
            missing=True,
            choices=("HH", "HL", "LH", "LL"),
        ),
        Column("p", "number", "two-sided Wilcoxon signed-rank p, importance against level", "probability", 0, 1, True),
        Column(
            "p_adjusted", "number", "p adjusted over the frame (Benjamini & Hochberg 1995)", "probability", 0, 1, True
        ),
        Column(
            "rank",
            "count",
            "competition rank by the chosen measure within the group, 1 = highest need",
            "rank",
            1,
            missing=True,
        ),
        Column("rank_low", "count", "best rank in the 95 % bootstrap interval", "rank", 1, missing=True),
        Column("rank_high", "count", "worst rank in the 95 % bootstrap interval", "rank", 1, missing=True),
        Column("top3", "number", "share of bootstrap rooms in which it ranks third or better", "fraction", 0, 1, True),
        Column("suppressed", "yes", "whether the privacy gate hides this row's numbers"),
    ),
    "sctrain/analysis/gaps.py",
)

MIX = Frame(
    "MIX",
    "profile dimension and option",
    ("dimension", "option"),
    (
        Column("dimension", "code", "profile dimension"),
        Column("option", "code", "option; `` is not said"),
        Column("n", "count", "people who gave this option", "people", 0, missing=True),
        Column("share", "number", "n over all people selected", "fraction", 0, 1, True),
        Column("share_low", "number", "lower end of the 95 % Wilson interval", "fraction", 0, 1, True),
        Column("share_high", "number", "upper end of the 95 % Wilson interval", "fraction", 0, 1, True),
        Column("suppressed", "yes", "whether the privacy gate hides this row's numbers"),
    ),
    "sctrain/analysis/who.py",
)

ANSWERED = Frame(
    "ANSWERED",
    "competency",
    ("competency",),
    (
        Column("competency", "code", "catalogue code of the competency"),
        Column("n", "count", "people selected", "people", 0, missing=True),
        Column("both", "number", "share who marked importance and level", "fraction", 0, 1, True),
        Column("importance_only", "number", "share who marked importance only", "fraction", 0, 1, True),
        Column("level_only", "number", "share who marked level only", "fraction", 0, 1, True),
        Column("neither", "number", "share who marked neither", "fraction", 0, 1, True),
        Column("suppressed", "yes", "whether the privacy gate hides this row's numbers"),
    ),
    "sctrain/analysis/who.py",
)

JOINT = Frame(
    "JOINT",
    "mark of importance and mark of level, one competency",
    ("importance", "level"),
    (
        Column("importance", "count", "mark of importance", "scale points", 0),
        Column("level", "count", "mark of present level", "scale points", 0),
        Column(
            "n",
            "count",
            "people who gave this pair of marks; missing where fewer than the threshold",
            "people",
            0,
            missing=True,
        ),
        Column("share", "number", "n over all complete pairs", "fraction", 0, 1, True),
        Column("suppressed", "yes", "whether the privacy gate hides this cell"),
    ),
    "sctrain/analysis/who.py",
)

SUBMISSIONS = Frame(
    "SUBMISSIONS",
    "submitted questionnaire",
    ("person",),
    (
        Column("person", "text", "who it is from, within the event; stored only as a salted hash"),
        Column("row", "count", "row in the file it was read from, first data row as the file numbers it", "", 0),
        Column("submitted_at", "text", "when it was submitted (ISO 8601, UTC)", missing=True),
        Column("table_number", "count", "World-Café table", "", 1, missing=True),
        *(
            Column(d, "code", f"{d} code, several joined by +; `` is not said")
            for d in ("role", "discipline", "city_size", "country", "region", "cluster")
        ),
        Column("ratings", "text", "rating card, two characters a competency"),
    ),
    "sctrain/load",
)

FRAMES = (GAPS, MIX, ANSWERED, JOINT, SUBMISSIONS)
