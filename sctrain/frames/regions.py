"""Frames about places and events, and about who is missing among those who answered.

An *area* is a region, a country or a cluster partner. The *target* says whom the answers should speak for.
"""

from __future__ import annotations

from sctrain.frames.contract import Column, Frame

LEVELS = ("region", "country", "cluster")
"""The dimensions whose options are areas."""
CHANGES = ("larger", "smaller", "cannot tell")
STATES = ("shown", "can be added", "other questionnaire", "too few people")
"""Why an event is, or is not, among those looked at."""
IN_TARGET = ("in target", "weighted together", "nobody", "outside")
"""What an option is to the target: one of its own, one of several too small, one nobody gave, none of its options."""
PLACES = ("stays", "comes in", "goes out", "outside")
"""What weighting does to a competency's place among the first five."""

_SUPPRESSED = Column("suppressed", "yes", "whether the privacy gate hides this row’s numbers")
_COMPETENCY = Column("competency", "code", "catalogue code of the competency")


def _gap(name: str, says: str) -> tuple[Column, ...]:
    ends = (("_low", "lower end of its 95 % interval"), ("_high", "upper end of the interval"))
    numbers = (Column(f"{name}{end}", "number", told, "scale points", missing=True) for end, told in ends)
    return (Column(name, "number", says, "scale points", missing=True), *numbers)


AREAS = Frame(
    "AREAS",
    "area and competency",
    ("level", "area", "competency"),
    (
        Column("level", "code", "what kind of area it is", choices=LEVELS),
        Column("area", "code", "option of that dimension: NUTS code, country or cluster partner"),
        Column("within", "code", "country of a region; empty for other areas and where it is not known"),
        _COMPETENCY,
        Column("n", "count", "people of the area who marked importance and level", "people", 0, missing=True),
        *_gap("gap", "mean of importance minus level in the area"),
        Column("rank", "count", "rank of the gap within the area, 1 = largest", "rank", 1, missing=True),
        Column("gap_all", "number", "the same gap of everyone selected", "scale points", missing=True),
        Column(
            "differs",
            "yes",
            "whether it differs from everyone else’s beyond chance, over all areas of the level and competencies",
            formula="ten answers on both sides, adjusted p at most .05, interval without zero: as in DIFFERENCES",
        ),
        _SUPPRESSED,
    ),
    "sctrain/analysis/regions.py",
)

TREND = Frame(
    "TREND",
    "competency and event",
    ("competency", "event"),
    (
        _COMPETENCY,
        Column("event", "code", "one of the events of the same catalogue that are looked at"),
        Column("place", "count", "its place in time, 1 = earliest", "", 1),
        Column("n", "count", "people of the event who marked importance and level", "people", 0, missing=True),
        *_gap("gap", "mean of importance minus level at the event"),
        Column(
            "change",
            "number",
            "gap minus the gap of the earliest event; the people of two events count as different people",
            "scale points",
            missing=True,
        ),
        Column(
            "change_low",
            "number",
            "lower end of its 95 % interval",
            "scale points",
            missing=True,
            formula="Welch’s t with Satterthwaite’s degrees of freedom",
            cites="Welch 1947",
        ),
        Column("change_high", "number", "upper end of the interval", "scale points", missing=True),
        Column(
            "changed",
            "text",
            "whether it differs from the earliest event’s, as DIFFERENCES tells it, adjusted over all",
            missing=True,
            choices=CHANGES,
        ),
        _SUPPRESSED,
    ),
    "sctrain/analysis/regions.py",
)

EVENTS = Frame(
    "EVENTS",
    "event of the store",
    ("event",),
    (
        Column("event", "code", "code of the event"),
        Column("title", "text", "what it is called"),
        Column("held_on", "text", "when it was held (ISO 8601)", missing=True),
        Column("n", "count", "people whose answer stands", "people", 0, missing=True),
        Column("catalogue", "code", "whose competencies it asks about"),
        Column("common", "count", "how many competencies it shares with the events looked at", "competencies", 0),
        Column("state", "text", "whether it is looked at, could be, or why not", choices=STATES),
        _SUPPRESSED,
    ),
    "sctrain/regions.py",
)

MISSING = Frame(
    "MISSING",
    "profile dimension and option",
    ("dimension", "option"),
    (
        Column("dimension", "code", "profile dimension that has a target"),
        Column("option", "code", "one of its options"),
        Column("kind", "text", "what the option is to the target", choices=IN_TARGET),
        Column("n", "count", "people who gave it", "people", 0, missing=True),
        Column("share", "number", "n over all people within the target", "fraction", 0, 1, True),
        Column("share_low", "number", "lower end of the 95 % Wilson interval", "fraction", 0, 1, True),
        Column("share_high", "number", "upper end of the 95 % Wilson interval", "fraction", 0, 1, True),
        Column(
            "target",
            "number",
            "share it should have among the options of the target that can be told",
            "fraction",
            0,
            1,
            True,
        ),
        Column(
            "missing",
            "count",
            "how many more of as many people the target would have; 0 where it has fewer",
            "people",
            0,
            missing=True,
            formula="max(0, target × people within the target − n), rounded",
        ),
        Column(
            "weight",
            "number",
            "mean weight of its people after raking; 1 counts as one person",
            "people",
            0,
            missing=True,
            formula="iterative proportional fitting, capped at 5 times the median weight",
            cites="Deming & Stephan 1940",
        ),
        Column("reached", "number", "its share within the target after weighting", "fraction", 0, 1, True),
        _SUPPRESSED,
    ),
    "sctrain/analysis/weights.py",
)

WEIGHTED = Frame(
    "WEIGHTED",
    "competency",
    ("competency",),
    (
        _COMPETENCY,
        Column("n", "count", "people who marked importance and level", "people", 0, missing=True),
        Column("gap", "number", "mean gap of the people as they came", "scale points", missing=True),
        Column("gap_weighted", "number", "mean gap weighted to the target", "scale points", missing=True),
        Column("rank", "count", "rank by the chosen measure as they came, 1 = highest need", "rank", 1, missing=True),
        Column("rank_low", "count", "best rank in its 95 % interval", "rank", 1, missing=True),
        Column("rank_high", "count", "worst rank in its 95 % interval", "rank", 1, missing=True),
        Column("rank_weighted", "count", "rank by the same measure weighted to the target", "rank", 1, missing=True),
        Column("place", "text", "what weighting does to its place among the first five", choices=PLACES, missing=True),
        _SUPPRESSED,
    ),
    "sctrain/analysis/weights.py",
)
