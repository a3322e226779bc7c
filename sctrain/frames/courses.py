"""Frames about courses: those on offer, what each competency has on offer, and what each course is for.

A competency is *needed* where survey or tables put it into the core, the first third of all competencies, and that
can be told; it is *outside* where both leave it out.
"""

from __future__ import annotations

from sctrain.frames.contract import Column, Frame
from sctrain.frames.voices import VOICES

STATES = ("no course", "on offer", "outside the core", "cannot tell")
"""How a competency stands: needed without a course, needed with one, needed by nobody, or it cannot be told."""
VERDICTS = ("meets a need", "nobody puts it first", "cannot tell")
"""What a course is for."""

_COURSE = (
    Column("course", "code", "code of the course in its list"),
    Column("title", "text", "what it is called"),
    Column("provider", "text", "who offers it: an organisation; empty for not said"),
    Column("hours", "number", "how long it takes; missing where not said", "hours", 0, None, True),
    Column("language", "text", "in which language; empty for not said"),
    Column("method", "text", "how it is taught; empty for not said"),
    Column("link", "text", "where it is described; empty for not said"),
    Column("competencies", "code", "competencies it teaches, joined by +; empty for none of the catalogue"),
)

OFFERED = Frame("OFFERED", "course on offer", ("course",), _COURSE, "sctrain/load/courses.py")

COVERAGE = Frame(
    "COVERAGE",
    "competency",
    ("competency",),
    (
        Column("competency", "code", "catalogue code of the competency"),
        Column("n", "count", "people who marked both importance and level", "people", 0, missing=True),
        Column("gap", "number", "mean gap, as in GAPS", "scale points", missing=True),
        Column("gap_low", "number", "lower end of its 95 % interval", "scale points", missing=True),
        Column("gap_high", "number", "upper end of the interval", "scale points", missing=True),
        *(column for column in VOICES.columns if column.name.startswith("survey_")),
        Column("ranked_by", "count", "tables that ranked it; 0 where there are none", "tables", 0),
        *(column for column in VOICES.columns if column.name.startswith("table_")),
        Column("courses", "count", "courses on offer that teach it", "courses", 0),
        Column(
            "hours",
            "number",
            "hours on offer for it; missing where none of its courses says how long it takes",
            "hours",
            0,
            None,
            True,
            formula="Σ hours of its courses, each divided by how many competencies it teaches",
        ),
        Column(
            "state",
            "text",
            "whether it is needed, and whether a course is on offer",
            choices=STATES,
            formula="needed: in a core by VOICES, or where one voice alone has its whole rank interval in the core "
            "(10 people, 6 tables); outside the core: VOICES says neither; else it cannot be told",
        ),
        Column("suppressed", "yes", "whether the privacy gate hides the survey's numbers"),
    ),
    "sctrain/analysis/courses.py",
)

COURSES = Frame(
    "COURSES",
    "course on offer",
    ("course",),
    (
        *_COURSE,
        Column("meets", "code", "of its competencies, those that are needed, joined by +; empty for none"),
        Column(
            "verdict",
            "text",
            "whether it meets a need",
            choices=VERDICTS,
            formula="nobody puts it first: it teaches some competency, and all it teaches are outside the core of both "
            "voices; else, where it meets no need, it cannot be told",
        ),
    ),
    "sctrain/analysis/courses.py",
)
