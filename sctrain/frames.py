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
    """One column: its kind, unit, allowed range, whether it may be missing, its formula and source."""

    name: str
    kind: Kind
    says: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    missing: bool = False
    choices: tuple[str, ...] = ()
    formula: str = ""
    cites: str = ""


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
    absent = values.isna()
    if not column.missing and absent.any():
        raise FrameError(f"{frame}.{column.name}: a value is missing")
    if column.choices and not (values.isin(column.choices) | absent).all():
        odd = values[~values.isin(column.choices) & ~absent].iloc[0]
        raise FrameError(f"{frame}.{column.name}: {odd!r} is not one of {', '.join(column.choices)}")
    if column.kind in ("count", "number") and (column.low is not None or column.high is not None):
        _check_range(frame, column, values.to_numpy(dtype=float, na_value=np.nan))


def _check_range(frame: str, column: Column, numbers: NDArray[np.float64]) -> None:
    low, high = np.fmin.reduce(numbers, initial=np.inf), np.fmax.reduce(numbers, initial=-np.inf)
    if column.low is not None and low < column.low - 1e-9:
        raise FrameError(f"{frame}.{column.name}: {low} is below {column.low}")
    if column.high is not None and high > column.high + 1e-9:
        raise FrameError(f"{frame}.{column.name}: {high} is above {column.high}")


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


T_INTERVAL = "mean ± t(n − 1) · s / √n"
T_CITES = "Student's t; coverage at n = 5 is .92 for ratings 1–5, where the percentile bootstrap has .75"


def _interval(name: str, says: str, unit: str, formula: str, cites: str = "", half: bool = False) -> tuple[Column, ...]:
    ends = [("low", "lower", 95), ("high", "upper", 95)] + [("low50", "lower", 50), ("high50", "upper", 50)] * half
    how = "√(g′Sg / n), g = (2Ī − L̄, −Ī): delta method" if name == "mwds" else T_INTERVAL
    rest = (
        Column(
            f"{name}_{end}",
            "number",
            f"{side} end of the {level} % interval of {name}",
            unit,
            missing=True,
            formula=how,
            cites=T_CITES,
        )
        for end, side, level in ends
    )
    return (Column(name, "number", says, unit, missing=True, formula=formula, cites=cites), *rest)


GAPS = Frame(
    "GAPS",
    "competency and group",
    ("competency", "group"),
    (
        Column("competency", "code", "catalogue code of the competency"),
        Column("group", "code", "option of the compared dimension; missing for everyone", missing=True),
        Column("n", "count", "people who marked both importance and level", "people", 0, missing=True),
        Column("answered", "number", "n over all people of the group", "fraction", 0, 1, missing=True),
        *_interval("importance", "mean importance over complete pairs", "scale points", "Ī = ΣI / n"),
        *_interval("level", "mean present level over complete pairs", "scale points", "L̄ = ΣL / n"),
        *_interval("gap", "mean of importance minus level", "scale points", "Ī − L̄", half=True),
        *_interval(
            "mwds",
            "mean weighted discrepancy score: the gap weighted by the competency's mean importance; higher = more need",
            "squared scale points",
            "Ī (Ī − L̄)",
            "Borich 1980; McKim & Saucier 2011",
            half=True,
        ),
        *_interval(
            "rds",
            "ranked discrepancy score; most negative = highest need",
            "−100..100",
            "100 (share of L > I − share of L < I)",
            "Narine & Harder 2021",
            half=True,
        ),
        Column(
            "lacking", "number", "share whose level is below the importance", "fraction", 0, 1, True, (), "#(L < I) / n"
        ),
        Column(
            "exceeding",
            "number",
            "share whose level is above the importance",
            "fraction",
            0,
            1,
            True,
            (),
            "#(L > I) / n",
        ),
        Column(
            "pni",
            "number",
            "modified priority needs index; not given where the scale starts at 0",
            "ratio",
            missing=True,
            formula="(Ī − L̄) / L̄",
            cites="Wongwanich & Wiratchai",
        ),
        Column(
            "quadrant",
            "text",
            "importance–performance quadrant; a value on the line counts as high",
            missing=True,
            choices=QUADRANTS,
            formula="Ī and L̄ against the crosshair",
            cites="Martilla & James 1977",
        ),
        Column("quadrant_sure", "yes", "whether neither 95 % interval crosses the crosshair", missing=True),
        Column(
            "locus",
            "text",
            "gap, then importance: High or Low",
            missing=True,
            choices=("HH", "HL", "LH", "LL"),
            formula="gap and Ī against their means over competencies",
            cites="Locus for Focus, Mink, Shultz & Mink 1991",
        ),
        Column(
            "p",
            "number",
            "two-sided p of importance against level",
            "probability",
            0,
            1,
            True,
            (),
            "signed ranks of I − L, zeros left out, normal limit with ties",
            "Wilcoxon 1945",
        ),
        Column(
            "p_adjusted",
            "number",
            "p adjusted over the frame",
            "probability",
            0,
            1,
            True,
            (),
            "false discovery rate",
            "Benjamini & Hochberg 1995",
        ),
        Column(
            "rank",
            "count",
            "rank by the chosen measure within the group, 1 = highest need",
            "rank",
            1,
            missing=True,
            formula="competition ranks 1, 1, 3 after rounding to 1e−9",
        ),
        Column(
            "rank_low",
            "count",
            "best rank in the 95 % interval",
            "rank",
            1,
            missing=True,
            formula="2.5 % quantile of the ranks in 1 000 rooms of people drawn with replacement",
        ),
        Column(
            "rank_high",
            "count",
            "worst rank in the 95 % interval",
            "rank",
            1,
            missing=True,
            formula="97.5 % quantile of the same ranks",
        ),
        Column(
            "top3", "number", "share of the resampled rooms in which it ranks third or better", "fraction", 0, 1, True
        ),
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
        Column("option", "code", "option; empty for “not said”"),
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
            Column(d, "code", f"{d} code, several joined by +; empty for “not said”")
            for d in ("role", "discipline", "city_size", "country", "region", "cluster")
        ),
        Column("ratings", "text", "rating card, two characters a competency"),
    ),
    "sctrain/load",
)

SHEETS = Frame(
    "SHEETS",
    "World-Café table",
    ("table_number",),
    (
        Column("table_number", "count", "number of the table", "", 1),
        Column("members", "count", "people at the table; missing where nobody counted", "people", 1, missing=True),
        Column(
            "mix",
            "text",
            "who they are, as options of profile dimensions: `city_size=s+m role=elected`; empty for not known",
        ),
        Column("row", "count", "row or sheet of the file it was read from", "", 0),
    ),
    "sctrain/load",
)

RANKINGS = Frame(
    "RANKINGS",
    "table, topic and option that it ranked",
    ("table_number", "topic", "option"),
    (
        Column("table_number", "count", "number of the table", "", 1),
        Column("topic", "code", "ranked topic of the catalogue"),
        Column("option", "code", "option of the topic; one that a table did not rank has no row"),
        Column(
            "position",
            "count",
            "place in the table's list, 1 = first; ties share a place, the next one skips",
            "place",
            1,
        ),
    ),
    "sctrain/load",
)

NOTES = Frame(
    "NOTES",
    "line a table wrote down",
    ("table_number", "line"),
    (
        Column("table_number", "count", "number of the table", "", 1),
        Column("line", "count", "place of the line on the table's sheet", "", 1),
        Column("kind", "text", "what it is", choices=("challenge", "solution", "conclusion")),
        Column("text", "text", "the line as written; never public by default"),
        Column("code", "code", "catalogue challenge or solution a person says it is; empty where nobody did"),
        Column("competencies", "code", "competencies it is about, joined by +; empty for none"),
        Column("practices", "code", "work practices it is about, joined by +; empty for none"),
        Column(
            "answers",
            "count",
            "line of the challenge this solution is for; missing where not said",
            "",
            1,
            missing=True,
        ),
    ),
    "sctrain/load",
)


@dataclass(frozen=True, eq=False)
class Sheets:
    """What the tables of one event brought: a SHEETS, a RANKINGS and a NOTES frame."""

    sheets: pd.DataFrame
    rankings: pd.DataFrame
    notes: pd.DataFrame


def _ranked(name: str, says: str, formula: str, cites: str) -> tuple[Column, ...]:
    low, high = ("rank_low", "rank_high") if name == "borda" else (f"{name}_low", f"{name}_high")
    redrawn = "2.5 % and 97.5 % quantile of the ranks in 1 000 rooms of tables drawn with replacement"
    return (
        Column(f"{name}_rank", "count", f"rank by {says}", "rank", 1, None, True, (), formula, cites),
        Column(low, "count", f"best rank by {says} in the 95 % interval", "rank", 1, missing=True, formula=redrawn),
        Column(high, "count", f"worst rank by {says} in the 95 % interval", "rank", 1, missing=True, formula=redrawn),
    )


CONSENSUS = Frame(
    "CONSENSUS",
    "option of a ranked topic",
    ("option",),
    (
        Column("option", "code", "option of the topic"),
        Column("ranked_by", "count", "tables that ranked it", "tables", 0),
        Column("first", "count", "tables that put it first, alone or tied", "tables", 0),
        Column(
            "mean_position",
            "number",
            "mean place among the tables that ranked it; ties share theirs",
            "place",
            1,
            None,
            True,
        ),
        Column(
            "borda",
            "number",
            "Borda points over the points that could be had; options left out are tied last",
            "fraction",
            0,
            1,
            True,
            (),
            "(wins + ½ ties) / comparisons",
            "Borda 1784",
        ),
        *_ranked("borda", "Borda", "competition ranks 1, 1, 3", "Borda 1784; intervals: Hall & Miller 2009"),
        Column("p_first", "number", "share of the resampled rooms in which it is first", "fraction", 0, 1, True),
        Column(
            "p_top3", "number", "share of the resampled rooms in which it ranks third or better", "fraction", 0, 1, True
        ),
        Column(
            "band",
            "count",
            "band of options whose order cannot be told, 1 = best",
            "",
            1,
            None,
            True,
            (),
            "a line where all above it beat all below it in 95 % of the rooms; none below 6 tables",
        ),
        Column(
            "copeland",
            "number",
            "options beaten by majority minus options lost to",
            "options",
            missing=True,
            cites="Copeland 1951",
        ),
        *_ranked("copeland", "Copeland", "competition ranks 1, 1, 3", "Copeland 1951"),
        *_ranked("kemeny", "Kemeny", "place in one optimal order; up to 30 options", "Kemeny 1959; Young 1988"),
        Column(
            "worth",
            "number",
            "Plackett–Luce worth, shares over the options that sum to 1",
            "fraction",
            0,
            1,
            True,
            (),
            "mode under a Gamma(1.1, 0.1) prior; ties after Breslow",
            "Plackett 1975; Hunter 2004; Caron & Doucet 2012",
        ),
        *_ranked("worth", "Plackett–Luce", "competition ranks 1, 1, 3", "Plackett 1975"),
    ),
    "sctrain/analysis/consensus.py",
)

AGREEMENT = Frame(
    "AGREEMENT",
    "ranked topic",
    (),
    (
        Column("tables", "count", "tables that ranked something", "tables", 0),
        Column("options", "count", "options of the topic", "options", 0),
        Column("silent", "count", "tables that ranked nothing", "tables", 0),
        Column(
            "basis",
            "text",
            "the tables that W and tau are over: those that ranked everything where they are 3 or more, else all",
            choices=("complete", "unranked last"),
        ),
        Column("compared", "count", "tables that W and tau are over", "tables", 0),
        Column(
            "w",
            "number",
            "Kendall’s coefficient of concordance, corrected for ties",
            "0..1",
            0,
            1,
            True,
            (),
            "spread of the rank sums over the most it could be",
            "Kendall & Babington Smith 1939",
        ),
        Column(
            "p",
            "number",
            "probability of a W as large if tables ranked by chance",
            "probability",
            0,
            1,
            True,
            (),
            "ranks permuted within tables; chi-squared above 200 tables",
        ),
        Column("tau", "number", "mean Kendall tau-b over pairs of tables", "−1..1", -1, 1, True, cites="Kendall 1945"),
        Column(
            "words",
            "text",
            "W in words",
            missing=True,
            choices=("strong agreement", "moderate agreement", "weak agreement", "no agreement"),
            formula="from .7, .5, .3 on; none where p > .05",
            cites="Schmidt 1997",
        ),
        Column("kemeny_optima", "count", "how many orders are optimal; up to 13 options", "orders", 1, missing=True),
        Column(
            "kemeny_gap",
            "number",
            "by what share Kemeny’s order could still be better; 0 = proven",
            "fraction",
            0,
            None,
            True,
        ),
        Column("moving_table", "count", "table without which most pairs swap in the Borda order", "", missing=True),
        Column("moves", "count", "pairs of options that swap without it", "pairs", 0, missing=True),
    ),
    "sctrain/analysis/agreement.py",
)

TABLE_DISTANCES = Frame(
    "TABLE_DISTANCES",
    "two tables",
    ("table", "other"),
    (
        Column("table", "count", "the lower table number"),
        Column("other", "count", "the higher table number"),
        Column(
            "tau",
            "number",
            "Kendall tau-b of their lists, unranked tied last; missing where one tied everything",
            "−1..1",
            -1,
            1,
            True,
            cites="Kendall 1945",
        ),
        Column("opposed", "count", "pairs of options they order oppositely", "pairs", 0),
    ),
    "sctrain/analysis/agreement.py",
)

FRAMES = (GAPS, MIX, ANSWERED, JOINT, SUBMISSIONS, SHEETS, RANKINGS, NOTES, CONSENSUS, AGREEMENT, TABLE_DISTANCES)
