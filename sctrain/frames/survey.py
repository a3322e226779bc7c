"""Frames about the survey: what people marked, who they are, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sctrain.frames.contract import Column, Frame


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
        Column(
            "dont_know",
            "number",
            "share who said of its importance or level that they do not know; it counts as not marked; "
            "missing where nobody could say so",
            "fraction",
            0,
            1,
            True,
        ),
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
        Column("seconds", "count", "how long filling in took, where the file tells", "s", 1, missing=True),
        Column("table_number", "count", "World-Café table", "", 1, missing=True),
        *(
            Column(d, "code", f"{d} code, several joined by +; empty for “not said”")
            for d in ("role", "discipline", "city_size", "country", "region", "cluster")
        ),
        Column("ratings", "text", "rating card, two characters a competency"),
        Column("replies", "text", "replies to the session’s questions, `question=option+option;…`; empty for none"),
    ),
    "sctrain/load",
)
