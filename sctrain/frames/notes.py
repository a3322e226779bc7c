"""Frames about what tables wrote down: lines, the catalogue entries they speak of, and how these hang together."""

from __future__ import annotations

from sctrain.frames.contract import Column, Frame
from sctrain.frames.tables import NOTES

CODERS = ("person", "machine", "")

NOTED = Frame(
    "NOTED",
    "line a table wrote down, as far as people have coded it",
    NOTES.key,
    (
        *NOTES.columns,
        Column("cleared", "yes", "whether the organiser has cleared the line for everybody to read"),
        Column("code_settled", "yes", "whether a person has said what it is, if only that it is none of the catalogue"),
        Column("links_settled", "yes", "whether a person has said which competencies it is about, if only none"),
    ),
    "sctrain/store/coding.py",
)

SUGGESTED = Frame(
    "SUGGESTED",
    "line, column of the line, and catalogue entry that may belong there",
    ("table_number", "line", "column", "entry"),
    (
        Column("table_number", "count", "number of the table", "", 1),
        Column("line", "count", "place of the line on the table's sheet", "", 1),
        Column("column", "text", "what is suggested", choices=("code", "competencies")),
        Column("entry", "code", "challenge, solution or competency of the catalogue"),
        Column("rank", "count", "1 = most alike", "rank", 1),
        Column(
            "similarity",
            "number",
            "how alike the line and the entry's texts are, lines coded by people among them",
            "0..1",
            0,
            1,
            formula="cosine of TF–IDF weights over pieces of words",
            cites="Salton & Buckley 1988",
        ),
    ),
    "sctrain/analysis/coding.py",
)

CODED = Frame(
    "CODED",
    "line a table wrote down, coded by a person or, until then, by suggestion",
    NOTES.key,
    (
        *(column for column in NOTED.columns if not column.name.endswith("_settled")),
        Column("coded_by", "text", "who says what it is; empty where nobody does", choices=CODERS),
        Column("linked_by", "text", "who says which competencies it is about; empty where nobody does", choices=CODERS),
        Column("similarity", "number", "similarity of the suggested code; missing for a person's", "0..1", 0, 1, True),
    ),
    "sctrain/analysis/coding.py",
)

RAISED = Frame(
    "RAISED",
    "challenge or solution of the catalogue, and one row for lines nobody has coded",
    ("kind", "code"),
    (
        Column("kind", "text", "what it is", choices=("challenge", "solution")),
        Column("code", "code", "challenge or solution; empty for lines that are not coded"),
        Column("lines", "count", "lines that speak of it", "lines", 0),
        Column("tables", "count", "tables that wrote them", "tables", 0),
        Column("suggested", "count", "of the lines, those coded by suggestion only", "lines", 0),
        Column(
            "answered",
            "count",
            "for a challenge: solution lines for it, at any table; for a solution: its lines that name a competency",
            "lines",
            0,
        ),
        Column("open", "yes", "a challenge raised that no table has a solution for; a solution no competency serves"),
    ),
    "sctrain/analysis/challenges.py",
)

FLOWS = Frame(
    "FLOWS",
    "challenge, solution offered for it, and competency that serves it",
    ("challenge", "solution", "competency"),
    (
        Column("challenge", "code", "challenge; empty where the solution names none or its line is not coded"),
        Column("solution", "code", "solution; empty where its line is not coded"),
        Column("competency", "code", "competency; empty where the line names none"),
        Column("lines", "count", "solution lines; one that names two competencies is in two rows", "lines", 1),
        Column("tables", "count", "tables that wrote them", "tables", 1),
        Column("suggested", "count", "of the lines, those where a code or competency is only suggested", "lines", 0),
    ),
    "sctrain/analysis/challenges.py",
)
