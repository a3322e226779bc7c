"""The tables, as SQLAlchemy Core sees them; `migrations/` is what makes them.

A *change* is one committed write; its number is the *data version*. An *answer* is one submitted
questionnaire, never altered: a correction is a new answer of the same person, and the old one is
marked with the data version it was replaced in. A *sheet* is what one World-Café table gave in, kept
the same way, with its *rankings* and *notes*. A *coding* is what people say that a note's text speaks
of, kept the same way too.

The live room adds its own: how an event is *set up*, which links give *access* to it, the *draft* a phone has
not sent yet, the *desk* of each table (every change of a part of its sheet, appended), which topics are *hidden*
until they are revealed, at which *steps* an event's numbers go on, *saved views*, and the *ordering* of a short list
before and after the debate.

A *revision* is one version of what organisers make of an event: its programme or its strategy. A *course list* is
what is on offer for a catalogue's competencies.

The *trail* is what was done to the store and when, without what anybody answered; the *trash* what can be put back.
"""

from sqlalchemy import (
    BigInteger,
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
    Column("seconds", Integer),
    Column("table_number", SmallInteger),
    *(Column(dimension, Text, nullable=False, server_default="") for dimension in DIMENSIONS),
    Column("ratings", Text, nullable=False),
    Column("replies", Text, nullable=False, server_default=""),
    Column("version", ForeignKey("change.version"), nullable=False),
    Column("replaced_in", ForeignKey("change.version")),
    CheckConstraint("length(person) = 16", name="person_is_hashed"),
    CheckConstraint("seconds > 0", name="seconds"),
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

setup = Table(
    "setup",
    metadata,
    Column("event", ForeignKey("event.code"), primary_key=True),
    Column("tables", SmallInteger, nullable=False, server_default="0"),
    Column("languages", Text, nullable=False, server_default="en"),
    Column("retain_until", Date),
    Column("closed", Boolean, nullable=False, server_default=false()),
    Column("ends_at", Text, nullable=False, server_default=""),
    Column("shortlist", Text, nullable=False, server_default=""),
    Column("round", Text, nullable=False, server_default=""),
    Column("stage", Text, nullable=False, server_default=""),
    Column("at_end", Text, nullable=False, server_default="erase"),
    Column("ended_on", Date),
    Column("steps", Boolean, nullable=False, server_default=false()),
    CheckConstraint("at_end IN ('erase', 'anonymise')", name="at_end"),
    CheckConstraint("tables BETWEEN 0 AND 99", name="tables"),
    CheckConstraint("round IN ('', 'before', 'after')", name="round"),
)

step = Table(
    "step",
    metadata,
    Column("event", Text, ForeignKey("event.code"), primary_key=True),
    Column("what", Text, primary_key=True),
    Column("version", ForeignKey("change.version"), primary_key=True),
    Column("closed", Boolean, nullable=False, server_default=false()),
    CheckConstraint("length(what) > 0", name="what"),
)

hidden = Table(
    "hidden",
    metadata,
    Column("event", ForeignKey("event.code"), primary_key=True),
    Column("topic", Text, primary_key=True),
)

access = Table(
    "access",
    metadata,
    Column("jti", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("event", ForeignKey("event.code")),
    Column("table_number", SmallInteger),
    Column("made_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("revoked_at", Text, nullable=False, server_default=""),
    CheckConstraint("role IN ('organiser', 'presenter', 'table', 'participant')", name="role"),
    CheckConstraint("role = 'organiser' OR event IS NOT NULL", name="event"),
    CheckConstraint("(role = 'table') = (table_number IS NOT NULL)", name="table_number"),
)

draft = Table(
    "draft",
    metadata,
    Column("event", ForeignKey("event.code"), primary_key=True),
    Column("person", Text, primary_key=True),
    Column("edit", BigInteger, nullable=False),  # counts up with each change on the phone: what is older came late
    Column("state", Text, nullable=False),
    Column("content", Text, nullable=False),
    CheckConstraint("length(person) = 16", name="person_is_hashed"),
    CheckConstraint("state IN ('open', 'sent', 'withdrawn')", name="state"),
)

desk = Table(
    "desk",
    metadata,
    Column("event", ForeignKey("event.code"), primary_key=True),
    Column("table_number", SmallInteger, primary_key=True, autoincrement=False),
    Column("part", Text, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("device", Text, nullable=False, server_default=""),
    Column("edit", BigInteger, nullable=False, server_default="0"),
    Column("at", Text, nullable=False),
    CheckConstraint("table_number > 0 AND revision > 0", name="counts"),
    CheckConstraint("kind IN ('edit', 'undo', 'reset', 'paper')", name="kind"),
)

locked = Table(
    "locked",
    metadata,
    Column("event", ForeignKey("event.code"), primary_key=True),
    Column("table_number", SmallInteger, primary_key=True, autoincrement=False),
)

saved_view = Table(
    "saved_view",
    metadata,
    Column("code", Text, primary_key=True),
    Column("event", ForeignKey("event.code"), nullable=False),
    Column("page", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("position", Integer),
)

ordering = Table(
    "ordering",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event", Text, ForeignKey("event.code"), nullable=False),
    Column("person", Text, nullable=False),
    Column("round", Text, nullable=False),
    Column("options", Text, nullable=False),
    Column("version", ForeignKey("change.version"), nullable=False),
    Column("replaced_in", ForeignKey("change.version")),
    CheckConstraint("length(person) = 16", name="person_is_hashed"),
    CheckConstraint("round IN ('before', 'after')", name="round"),
    CheckConstraint("replaced_in > version", name="replaced"),
)

Index(
    "uq_ordering_current",
    ordering.c.person,
    ordering.c.round,
    ordering.c.event,
    unique=True,
    sqlite_where=ordering.c.replaced_in.is_(None),
    postgresql_where=ordering.c.replaced_in.is_(None),
)

revision = Table(
    "revision",
    metadata,
    Column("event", ForeignKey("event.code"), primary_key=True),
    Column("document", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("based_on", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("version", ForeignKey("change.version"), nullable=False),
    Column("at", Text, nullable=False),
    CheckConstraint("document IN ('programme', 'strategy')", name="document"),
    CheckConstraint("kind IN ('edit', 'restore', 'beside')", name="kind"),
    CheckConstraint("number > 0 AND based_on >= 0 AND based_on < number", name="counts"),
)

course_list = Table(
    "course_list",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("catalogue", Text, ForeignKey("catalogue.code"), nullable=False),
    Column("content", Text, nullable=False),
    Column("origin", Text, nullable=False, server_default=""),
    Column("version", ForeignKey("change.version"), nullable=False),
    Column("replaced_in", ForeignKey("change.version")),
    CheckConstraint("replaced_in > version", name="replaced"),
)

Index(
    "uq_course_list_current",
    course_list.c.catalogue,
    unique=True,
    sqlite_where=course_list.c.replaced_in.is_(None),
    postgresql_where=course_list.c.replaced_in.is_(None),
)

trail = Table(
    "trail",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("event", Text, nullable=False, server_default=""),  # no foreign key: it outlives the event
    Column("n", Integer),
    CheckConstraint("length(act) > 0", name="act"),
)

trash = Table(
    "trash",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("content", Text, nullable=False),
    CheckConstraint("kind IN ('view', 'event')", name="kind"),
)
