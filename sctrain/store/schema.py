"""The tables, as SQLAlchemy Core sees them; `migrations/` is what makes them.

A *change* is one committed write; its number is the *data version*. An *answer* is one submitted
questionnaire, never altered: a correction is a new answer of the same person, and the old one is
marked with the data version it was replaced in. A *sheet* is what one World-Café table gave in, kept
the same way, with its *rankings* and *notes*. A *coding* is what people say that a note's text speaks
of, kept the same way too.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from sctrain.catalogue import DIMENSIONS

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

change = Table(
    "change",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("kind", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    CheckConstraint("kind IN ('catalogue', 'event', 'answers')", name="kind"),
)

setting = Table(
    "setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

catalogue = Table(
    "catalogue",
    metadata,
    Column("code", Text, primary_key=True),
    Column("body", Text, nullable=False),
)

questionnaire = Table(
    "questionnaire",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("catalogue", Text, ForeignKey("catalogue.code"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("low", SmallInteger, nullable=False),
    Column("high", SmallInteger, nullable=False),
    Column("items", SmallInteger, nullable=False),
    Column("marks", Text, nullable=False),
    UniqueConstraint("catalogue", "version"),
    CheckConstraint("low >= 0 AND high > low AND high <= 35", name="scale"),
    CheckConstraint("items > 0", name="items"),
    CheckConstraint("length(marks) = high - low + 2", name="marks"),
)

item = Table(
    "item",
    metadata,
    Column("questionnaire_id", ForeignKey("questionnaire.id"), primary_key=True),
    Column("position", SmallInteger, primary_key=True, autoincrement=False),
    Column("competency", Text, nullable=False),
    UniqueConstraint("questionnaire_id", "competency"),
    CheckConstraint("position >= 0", name="position"),
)

event = Table(
    "event",
    metadata,
    Column("code", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("held_on", Date),
    Column("place", Text, nullable=False, server_default=""),
    Column("catalogue", Text, ForeignKey("catalogue.code"), nullable=False),
    Column("threshold", SmallInteger, nullable=False, server_default="5"),
    Column("is_demo", Boolean, nullable=False, server_default=false()),
    CheckConstraint("threshold BETWEEN 3 AND 20", name="threshold"),
    CheckConstraint("length(code) > 0 AND length(title) > 0", name="named"),
)

answer = Table(
    "answer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event", Text, ForeignKey("event.code"), nullable=False),
    Column("questionnaire_id", ForeignKey("questionnaire.id"), nullable=False),
    Column("person", Text, nullable=False),
    Column("submitted_at", Text, nullable=False, server_default=""),
    Column("table_number", SmallInteger),
    *(Column(dimension, Text, nullable=False, server_default="") for dimension in DIMENSIONS),
    Column("ratings", Text, nullable=False),
    Column("replies", Text, nullable=False, server_default=""),
    Column("version", ForeignKey("change.version"), nullable=False),
    Column("replaced_in", ForeignKey("change.version")),
    CheckConstraint("length(person) = 16", name="person_is_hashed"),
    CheckConstraint("table_number IS NULL OR table_number > 0", name="table_number"),
    CheckConstraint("replaced_in > version", name="replaced"),
    CheckConstraint("replies NOT LIKE '%,%'", name="replies"),
)

Index(
    "uq_answer_current",
    answer.c.person,
    answer.c.event,  # last, or SQLite would read whole events through this index, 10 x slower than by id
    unique=True,
    sqlite_where=answer.c.replaced_in.is_(None),
    postgresql_where=answer.c.replaced_in.is_(None),
)

sheet = Table(
    "sheet",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event", Text, ForeignKey("event.code"), nullable=False),
    Column("table_number", SmallInteger, nullable=False),
    Column("members", SmallInteger),
    Column("mix", Text, nullable=False, server_default=""),
    Column("content", Text, nullable=False),  # a digest of all that is on it: the same sheet again adds nothing
    Column("version", ForeignKey("change.version"), nullable=False),
    Column("replaced_in", ForeignKey("change.version")),
    CheckConstraint("table_number > 0", name="table_number"),
    CheckConstraint("members IS NULL OR members > 0", name="members"),
    CheckConstraint("replaced_in > version", name="replaced"),
)

Index(
    "uq_sheet_current",
    sheet.c.table_number,
    sheet.c.event,
    unique=True,
    sqlite_where=sheet.c.replaced_in.is_(None),
    postgresql_where=sheet.c.replaced_in.is_(None),
)

ranking = Table(
    "ranking",
    metadata,
    Column("sheet_id", ForeignKey("sheet.id"), primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("option", Text, primary_key=True),
    Column("position", SmallInteger, nullable=False),
    CheckConstraint("position > 0", name="position"),
)

note = Table(
    "note",
    metadata,
    Column("sheet_id", ForeignKey("sheet.id"), primary_key=True),
    Column("line", SmallInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("code", Text, nullable=False, server_default=""),
    Column("competencies", Text, nullable=False, server_default=""),
    Column("practices", Text, nullable=False, server_default=""),
    Column("answers", SmallInteger),
    CheckConstraint("kind IN ('challenge', 'solution', 'conclusion')", name="kind"),
    CheckConstraint("line > 0 AND (answers IS NULL OR answers > 0)", name="line"),
)

coding = Table(
    "coding",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event", Text, ForeignKey("event.code"), nullable=False),
    Column("note", Text, nullable=False),  # a digest of kind and text: it outlives the sheet that the line stands on
    Column("code", Text),
    Column("competencies", Text),
    Column("practices", Text),
    Column("cleared", Boolean, nullable=False, server_default=false()),
    Column("version", ForeignKey("change.version"), nullable=False),
    Column("replaced_in", ForeignKey("change.version")),
    CheckConstraint("length(note) = 32", name="note_is_hashed"),
    CheckConstraint("replaced_in > version", name="replaced"),
)

Index(
    "uq_coding_current",
    coding.c.note,
    coding.c.event,
    unique=True,
    sqlite_where=coding.c.replaced_in.is_(None),
    postgresql_where=coding.c.replaced_in.is_(None),
)
