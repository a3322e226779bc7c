"""Frames about the common ground: who is here, which challenges people and tables name, how the parts hang together.

A *part* is a challenge, competency, practice or discipline of the catalogue.
"""

from __future__ import annotations

from sctrain.frames.contract import Column, Frame

PARTS_OF = ("challenge", "competency", "practice", "discipline")
"""The kinds of parts, in the order they are drawn."""
RAISED_BY = ("both", "people only", "tables only", "neither", "cannot tell")

WHO_HERE = Frame(
    "WHO_HERE",
    "role and discipline; one role in all, one discipline in all, and everybody",
    ("role", "discipline"),
    (
        Column("role", "code", "role; empty for “not said”, missing for all roles", missing=True),
        Column("discipline", "code", "discipline; empty for “not said”, missing for all disciplines", missing=True),
        Column("n", "count", "people in both", "people", 0, missing=True),
        Column("suppressed", "yes", "whether the privacy gate hides this number"),
    ),
    "sctrain/analysis/ground.py",
)


def _share(name: str, says: str, of: str) -> tuple[Column, ...]:
    ends = (("_low", "lower"), ("_high", "upper"))
    return (
        Column(name, "number", says, "fraction", 0, 1, True, (), of),
        *(
            Column(f"{name}{end}", "number", f"{side} end of its 95 % Wilson interval", "fraction", 0, 1, True)
            for end, side in ends
        ),
    )


CHALLENGE_VOICES = Frame(
    "CHALLENGE_VOICES",
    "challenge of the catalogue",
    ("challenge",),
    (
        Column("challenge", "code", "catalogue code of the challenge"),
        Column("n", "count", "people who chose it", "people", 0, missing=True),
        Column("asked", "count", "people who replied to the question", "people", 0, missing=True),
        *_share("share", "share of those who replied that chose it", "n / asked"),
        Column("suppressed", "yes", "whether the privacy gate hides how many people chose it"),
        Column("tables", "count", "tables that wrote it down", "tables", 0),
        Column("wrote", "count", "tables that wrote anything down", "tables", 0),
        *_share("tables_share", "share of these tables that wrote it down", "tables / wrote"),
        Column(
            "raised_by",
            "text",
            "who raises it: tables where one wrote it down, people where no fewer than are shown chose it",
            choices=RAISED_BY,
        ),
    ),
    "sctrain/analysis/ground.py",
)

PARTS = Frame(
    "PARTS",
    "challenge, competency, practice or discipline",
    ("kind", "code"),
    (
        Column("kind", "text", "what it is", choices=PARTS_OF),
        Column("code", "code", "catalogue code"),
        Column("lines", "count", "lines about it; of a practice or discipline, about its competencies", "lines", 0),
        Column("tables", "count", "tables that wrote them", "tables", 0),
        Column(
            "place",
            "count",
            "of competencies, in which order they are drawn: by tables or gap, and so that all challenges are joined",
            "rank",
            1,
            missing=True,
        ),
        Column("n", "count", "people who marked both importance and level of a competency", "people", 0, missing=True),
        Column("gap", "number", "mean gap of a competency", "scale points", missing=True),
        Column("gap_low", "number", "lower end of its 95 % interval", "scale points", missing=True),
        Column("gap_high", "number", "upper end of the interval", "scale points", missing=True),
        Column("suppressed", "yes", "whether the privacy gate hides the gap"),
    ),
    "sctrain/analysis/ground.py",
)

LINKS = Frame(
    "LINKS",
    "competency and part that it is linked with",
    ("competency", "kind", "code"),
    (
        Column("competency", "code", "catalogue code of the competency"),
        Column("kind", "text", "what it is linked with", choices=("challenge", "practice", "discipline")),
        Column("code", "code", "catalogue code of that"),
        Column("lines", "count", "lines that name both; 0 where the catalogue alone links them", "lines", 0),
        Column("tables", "count", "tables that wrote these lines", "tables", 0),
        Column("suggested", "count", "of the lines, those where a code or competency is only suggested", "lines", 0),
    ),
    "sctrain/analysis/ground.py",
)
