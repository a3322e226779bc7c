"""The frame about how carefully a survey was filled in: what should be looked at, never what is wrong."""

from __future__ import annotations

from sctrain.frames.contract import Column, Frame

CHECKS = {
    "again": "the same in every answer as somebody before",
    "same_importance": "one mark for every importance",
    "same_level": "one mark for every level",
    "half_empty": "fewer than half of the marks given",
    "fast": "filled in within less than half of the usual time",
}
"""What is looked for, in words."""

QUALITY = Frame(
    "QUALITY",
    "check",
    ("check",),
    (
        Column("check", "code", "what is looked for", choices=tuple(CHECKS)),
        Column("n", "count", "people it is found of; missing where hidden", "people", 0, None, True),
        Column("people", "count", "people of whom it can be told", "people", 0),
        Column("share", "number", "n over people", "fraction", 0, 1, True, (), "n / people"),
        Column("suppressed", "yes", "fewer than the threshold have it, or do not have it"),
    ),
    "sctrain/analysis/quality.py",
)
