"""Frames where survey and tables meet: two voices, the methods that agree, and what to debate first."""

from __future__ import annotations

from sctrain.frames.contract import Column, Frame
from sctrain.frames.survey import MEASURES

VOICE_LISTS = ("both", "tables only", "survey only", "neither", "cannot tell")
"""Where a competency stands. The *core* are the first third of all competencies."""
METHODS = (*("mwds", "gap", "rds"), "quadrant", "borda", "worth")
"""What may put a competency first: four ways to read the survey, two to read the tables."""
METHOD_NAMES = {**MEASURES, "quadrant": "quadrant “concentrate here”", "borda": "Borda", "worth": "Plackett–Luce"}


def _rank(name: str, says: str, drawn: str) -> tuple[Column, ...]:
    return (
        Column(f"{name}_rank", "count", says, "rank", 1, missing=True),
        Column(
            f"{name}_low",
            "count",
            f"best rank in the 95 % interval of {name}_rank",
            "rank",
            1,
            missing=True,
            formula=f"2.5 % quantile of the ranks in 1 000 rooms of {drawn} drawn with replacement",
        ),
        Column(f"{name}_high", "count", f"worst rank in the 95 % interval of {name}_rank", "rank", 1, missing=True),
    )


VOICES = Frame(
    "VOICES",
    "competency",
    ("competency",),
    (
        Column("competency", "code", "catalogue code of the competency"),
        Column("n", "count", "people who marked both importance and level", "people", 0, missing=True),
        *_rank("survey", "rank by the chosen measure of need", "people"),
        Column("ranked_by", "count", "tables that ranked it", "tables", 0),
        *_rank("table", "rank by Borda over the tables", "tables"),
        Column(
            "voice",
            "text",
            "who puts it into the core, the first third of all competencies",
            choices=VOICE_LISTS,
            formula="in, or out, where it is in 97.5 % of the redrawn rooms; a tie reaches to its last place; "
            "what nobody needs, or no table ranked, is out; below 10 people or 6 tables it cannot be told",
        ),
        Column("suppressed", "yes", "whether the privacy gate hides the survey's numbers"),
    ),
    "sctrain/analysis/voices.py",
)

ACCORD = Frame(
    "ACCORD",
    "survey and tables of one event",
    (),
    (
        Column("compared", "count", "competencies with numbers in the survey, where tables spoke", "competencies", 0),
        Column("unranked", "count", "of these, those that no table ranked: tied last", "competencies", 0),
        Column("people", "count", "people selected", "people", 0, missing=True),
        Column("tables", "count", "tables that ranked something", "tables", 0),
        Column("core", "count", "competencies that are the first third", "competencies", 1),
        Column(
            "tau",
            "number",
            "Kendall tau-b of the need in the survey and the Borda points of the tables",
            "−1..1",
            -1,
            1,
            True,
            cites="Kendall 1945",
        ),
        Column(
            "tau_low",
            "number",
            "lower end of its 95 % interval; missing for fewer than 6 tables or 10 people",
            "−1..1",
            -1,
            1,
            True,
            formula="quantiles of tau over 1 000 rooms of people and of tables, on the scale sin(πτ/2), widened by t "
            "for few tables, over what redrawing leaves of either order; at most tau",
            cites="Spearman 1904 (attenuation)",
        ),
        Column("tau_high", "number", "upper end of the interval; at least tau", "−1..1", -1, 1, True),
    ),
    "sctrain/analysis/voices.py",
)

TOP_FIVE = Frame(
    "TOP_FIVE",
    "competency and method",
    ("competency", "method"),
    (
        Column("competency", "code", "catalogue code of the competency"),
        Column("method", "text", "way to rank", choices=METHODS),
        Column("n", "count", "people, or for the last two tables, behind it", "people or tables", 0, missing=True),
        Column("rank", "count", "rank by this method; the quadrant has none", "rank", 1, missing=True),
        Column(
            "inside",
            "yes",
            "whether it ranks fifth or better, ties counted at their last place, or lies in the quadrant; "
            "missing below 10 people or 6 tables",
            missing=True,
        ),
        Column(
            "p_inside",
            "number",
            "share of 1 000 resampled rooms in which it does",
            "fraction",
            0,
            1,
            True,
        ),
        Column("suppressed", "yes", "whether the privacy gate hides this row's numbers"),
    ),
    "sctrain/analysis/robust.py",
)

ROBUST = Frame(
    "ROBUST",
    "competency that a method puts into its top five",
    ("competency",),
    (
        Column("competency", "code", "catalogue code of the competency"),
        Column("inside", "count", "methods that put it into the top five", "methods", 1),
        Column("methods", "count", "methods that have numbers for it", "methods", 1),
        Column(
            "robust",
            "yes",
            "whether at least four methods speak, and all but one at most have it, each in half of the redrawn rooms",
        ),
        Column("depends", "text", "on what it depends whether it is in the top five; empty where robust"),
    ),
    "sctrain/analysis/robust.py",
)

QUEUE = Frame(
    "QUEUE",
    "option of a topic that may be debated",
    ("option",),
    (
        Column("option", "code", "competency, or option of another topic"),
        Column("n", "count", "people behind its need; tables, where the survey does not ask", "people or tables", 0),
        Column(
            "need",
            "number",
            "need in the survey over the greatest need; Borda points over the most, where the survey does not ask",
            "fraction",
            0,
            1,
        ),
        Column("tables", "count", "tables that ranked something", "tables", 0),
        Column("options", "count", "options of the topic that a table ranked", "options", 0),
        Column("listed_by", "count", "tables that list it", "tables", 0),
        Column(
            "place_first",
            "count",
            "best place it has on a list; missing where no table lists it",
            "place",
            1,
            None,
            True,
        ),
        Column("place_last", "count", "worst place it has on a list", "place", 1, None, True),
        Column("left_out", "text", "numbers of the tables that ranked something and left it out, joined by +"),
        Column(
            "between_tables",
            "number",
            "how far tables are apart: spread of their Borda points over the most it could be",
            "fraction",
            0,
            1,
            True,
            (),
            "2 · standard deviation of points / (options − 1), of the options that a table ranked",
        ),
        Column(
            "between_groups",
            "number",
            "how far groups of people are apart beyond what chance makes, over the most they could be",
            "fraction",
            0,
            1,
            True,
            (),
            "τ √((groups − 1) / groups) / (highest − lowest mark), τ² between the groups' mean gaps",
            "Paule & Mandel 1982",
        ),
        Column("disagreement", "number", "mean of the two, or the one there is", "fraction", 0, 1),
        Column("score", "number", "need × disagreement: the higher, the earlier in the debate", "fraction", 0, 1),
        Column("rank", "count", "place in the queue", "rank", 1),
        Column(
            "rank_low",
            "count",
            "best place in the 95 % interval; missing for fewer than 2 tables",
            "rank",
            1,
            missing=True,
            formula="2.5 % quantile over 1 000 rooms of people and of tables; the groups as they are",
        ),
        Column("rank_high", "count", "worst place in the 95 % interval", "rank", 1, missing=True),
        Column(
            "table_for",
            "count",
            "the table that puts it highest, of equals one with it alone in its place; missing where tables agree",
            "",
            1,
            missing=True,
        ),
        Column("place_for", "count", "the place it has there", "place", 1, missing=True),
        Column("shares_for", "count", "options that share this place there; 1 = alone", "options", 1, missing=True),
        Column(
            "table_against", "count", "the table that puts it lowest; one that leaves it out first", "", 1, None, True
        ),
        Column(
            "place_against", "count", "the place it has there; missing where it is left out", "place", 1, None, True
        ),
        Column("ask_for", "text", "the tables with it as high as table_for, joined by +"),
        Column(
            "ask_against",
            "text",
            "the tables with it as low as table_against; of those that leave it out, "
            "the ones whose list is at least half as long as the median list",
        ),
        Column(
            "group_more",
            "code",
            "of groups of 10 people or more, the one with the largest gap; missing where no two of them differ",
            missing=True,
        ),
        Column("gap_more", "number", "its mean gap", "scale points", missing=True),
        Column("n_more", "count", "people behind it", "people", 0, missing=True),
        Column("group_less", "code", "of these, the one with the smallest gap", missing=True),
        Column("gap_less", "number", "its mean gap", "scale points", missing=True),
        Column("n_less", "count", "people behind it", "people", 0, missing=True),
    ),
    "sctrain/analysis/debate.py",
)
