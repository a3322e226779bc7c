"""Frames about work practices: what competencies serve, and how often a city follows them.

A person's marks of a *practice*, or of an *aspect* (technology, human), are those of its competencies.
A *check* is how often a city follows each practice today, by itself: 1 never .. 5 always.
"""

from __future__ import annotations

from sctrain.frames.contract import Column, Frame

ASPECT_ROWS = ("technology", "human", "difference")
OFTEN = ("never", "seldom", "sometimes", "often", "always")
"""What the marks of a check mean, 1 to 5."""


def _mean(name: str, says: str, formula: str = "") -> tuple[Column, ...]:
    ends = (("low", f"lower end of the 95 % interval of {name}"), ("high", "upper end of the interval"))
    return (
        Column(name, "number", says, "scale points", missing=True, formula=formula),
        *(Column(f"{name}_{end}", "number", told, "scale points", missing=True) for end, told in ends),
    )


OVER = (
    "mean over its competencies of their mean over people with complete pairs. For people who marked all of them it is "
    "the mean of their own means. t interval with n − 1: each person’s marks of the competencies count as one"
)

PRACTICES = Frame(
    "PRACTICES",
    "work practice",
    ("practice",),
    (
        Column("practice", "code", "catalogue code of the practice"),
        Column("competencies", "count", "competencies that serve it and whose numbers are shown", "competencies", 0),
        Column("n", "count", "people with a complete pair for at least one of them", "people", 0, missing=True),
        *_mean("importance", "mean importance", OVER),
        *_mean("level", "mean present level", OVER),
        *_mean("gap", "mean importance minus mean level", OVER),
        Column(
            "first",
            "yes",
            "whether its gap may be the largest: no other practice’s is surely larger; missing below 10 people",
            missing=True,
            formula="intervals of the differences within people, 95 % for all others together (Bonferroni)",
        ),
        Column("suppressed", "yes", "whether the privacy gate hides this row’s numbers"),
    ),
    "sctrain/analysis/practices.py",
)

ASPECTS = Frame(
    "ASPECTS",
    "aspect, and their difference",
    ("aspect",),
    (
        Column("aspect", "text", "technology, human, or technology minus human", choices=ASPECT_ROWS),
        Column("competencies", "count", "competencies of the aspect whose numbers are shown", "competencies", 0),
        Column("n", "count", "people with a complete pair for at least one of them", "people", 0, missing=True),
        *_mean("importance", "mean importance; of the difference, within people", OVER),
        *_mean("level", "mean present level", OVER),
        *_mean("gap", "mean importance minus mean level", OVER),
        Column("suppressed", "yes", "whether the privacy gate hides this row’s numbers"),
    ),
    "sctrain/analysis/practices.py",
)

CHECKED = Frame(
    "CHECKED",
    "work practice that a city checked",
    ("practice",),
    (
        Column("practice", "code", "catalogue code of the practice"),
        Column(
            "own", "count", "how often the city follows it: 1 never .. 5 always; missing where not said", "", 1, 5, True
        ),
        Column(
            "mark",
            "number",
            "own, stretched to the survey’s scale",
            "scale points",
            missing=True,
            formula="low + (own − 1) / 4 × (high − low)",
        ),
        Column("n", "count", "people behind the room’s numbers", "people", 0, missing=True),
        *_mean("importance", "the room’s mean importance of the practice, as in PRACTICES"),
        *_mean("level", "the room’s mean present level"),
        Column(
            "shortfall", "number", "how far own is below “always”", "scale points", 0, None, True, (), "high − mark"
        ),
        Column(
            "score",
            "number",
            "what to start with: the higher, the earlier; missing where own or the importance is",
            "squared scale points",
            0,
            None,
            True,
            (),
            "importance × shortfall",
            "after Borich 1980",
        ),
        Column("score_low", "number", "score at the lower end of the importance’s interval", "", missing=True),
        Column("score_high", "number", "score at its upper end", "", missing=True),
        Column("place", "count", "place by score, ties share the first of theirs", "rank", 1, missing=True),
        Column(
            "start",
            "yes",
            "whether it may be the one to start with: its score_high reaches the highest score_low, and it falls short",
            missing=True,
        ),
        Column("suppressed", "yes", "whether the privacy gate hides the room’s numbers"),
    ),
    "sctrain/analysis/practices.py",
)
