"""The first room: catalogue, questionnaire, event, answer, and the view `rating`."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

PROFILE = ("role", "discipline", "city_size", "country", "region", "cluster")
FIXED = ("event", "questionnaire_id", "person", "submitted_at", "table_number", *PROFILE, "ratings", "version")
ORDER = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def upgrade() -> None:
    _changes()
    _questions()
    _events()
    _answers()
    dialect = op.get_bind().dialect.name
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[dialect]:
        op.execute(statement)


def _changes() -> None:
    op.create_table(
        "change",
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.CheckConstraint("kind IN ('catalogue', 'event', 'answers')", name="ck_change_kind"),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def _questions() -> None:
    op.create_table(
        "catalogue",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "questionnaire",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("catalogue", sa.Text, sa.ForeignKey("catalogue.code"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("low", sa.SmallInteger, nullable=False),
        sa.Column("high", sa.SmallInteger, nullable=False),
        sa.Column("items", sa.SmallInteger, nullable=False),
        sa.Column("marks", sa.Text, nullable=False),
        sa.UniqueConstraint("catalogue", "version", name="uq_questionnaire_catalogue_version"),
        sa.CheckConstraint("low >= 0 AND high > low AND high <= 35", name="ck_questionnaire_scale"),
        sa.CheckConstraint("items > 0", name="ck_questionnaire_items"),
        sa.CheckConstraint("length(marks) = high - low + 2", name="ck_questionnaire_marks"),
    )
    op.create_table(
        "item",
        sa.Column("questionnaire_id", sa.Integer, sa.ForeignKey("questionnaire.id"), primary_key=True),
        sa.Column("position", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("competency", sa.Text, nullable=False),
        sa.UniqueConstraint("questionnaire_id", "competency", name="uq_item_questionnaire_id_competency"),
        sa.CheckConstraint("position >= 0", name="ck_item_position"),
    )


def _events() -> None:
    op.create_table(
        "event",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("held_on", sa.Date),
        sa.Column("place", sa.Text, nullable=False, server_default=""),
        sa.Column("catalogue", sa.Text, sa.ForeignKey("catalogue.code"), nullable=False),
        sa.Column("threshold", sa.SmallInteger, nullable=False, server_default="5"),
        sa.Column("is_demo", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.CheckConstraint("threshold BETWEEN 3 AND 20", name="ck_event_threshold"),
        sa.CheckConstraint("length(code) > 0 AND length(title) > 0", name="ck_event_named"),
    )


def _answers() -> None:
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("event", sa.Text, sa.ForeignKey("event.code"), nullable=False),
        sa.Column("questionnaire_id", sa.Integer, sa.ForeignKey("questionnaire.id"), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("submitted_at", sa.Text, nullable=False, server_default=""),
        sa.Column("table_number", sa.SmallInteger),
        *(sa.Column(name, sa.Text, nullable=False, server_default="") for name in PROFILE),
        sa.Column("ratings", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, sa.ForeignKey("change.version"), nullable=False),
        sa.Column("replaced_in", sa.Integer, sa.ForeignKey("change.version")),
        sa.CheckConstraint("length(person) = 16", name="ck_answer_person_is_hashed"),
        sa.CheckConstraint("table_number IS NULL OR table_number > 0", name="ck_answer_table_number"),
        sa.CheckConstraint("replaced_in > version", name="ck_answer_replaced"),
    )
    current = sa.text("replaced_in IS NULL")
    op.create_index(
        "uq_answer_current",
        "answer",
        ["person", "event"],
        unique=True,
        sqlite_where=current,
        postgresql_where=current,
    )


SQLITE = (
    """
    CREATE TRIGGER answer_card BEFORE INSERT ON answer
    WHEN NOT EXISTS (
        SELECT 1 FROM questionnaire
        WHERE id = NEW.questionnaire_id AND length(NEW.ratings) = 2 * items AND trim(NEW.ratings, marks) = ''
    )
    BEGIN SELECT RAISE(ABORT, 'this rating card does not fit its questionnaire'); END
    """,
    f"""
    CREATE TRIGGER answer_is_immutable BEFORE UPDATE OF id, {", ".join(FIXED)} ON answer
    BEGIN SELECT RAISE(ABORT, 'an answer is never altered: replace it'); END
    """,
    """
    CREATE TRIGGER answer_is_replaced_once BEFORE UPDATE OF replaced_in ON answer
    WHEN OLD.replaced_in IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'an answer is replaced only once'); END
    """,
    f"""
    CREATE VIEW rating AS
    SELECT answer.id AS answer, answer.event AS event, item.competency AS competency,
           nullif(instr('{ORDER}', substr(ratings, 2 * position + 1, 1)), 0) - 1 AS importance,
           nullif(instr('{ORDER}', substr(ratings, 2 * position + 2, 1)), 0) - 1 AS level
    FROM answer JOIN item ON item.questionnaire_id = answer.questionnaire_id
    WHERE replaced_in IS NULL
    """,
)

POSTGRESQL = (
    """
    CREATE FUNCTION answer_card() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE form questionnaire%ROWTYPE;
    BEGIN
        SELECT * INTO form FROM questionnaire WHERE id = NEW.questionnaire_id;
        IF length(NEW.ratings) <> 2 * form.items OR trim(both form.marks from NEW.ratings) <> '' THEN
            RAISE EXCEPTION 'this rating card does not fit its questionnaire';
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER answer_card BEFORE INSERT ON answer FOR EACH ROW EXECUTE FUNCTION answer_card()",
    """
    CREATE FUNCTION answer_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE kept answer%ROWTYPE := NEW;
    BEGIN
        IF OLD.replaced_in IS NOT NULL THEN
            RAISE EXCEPTION 'an answer is replaced only once';
        END IF;
        kept.replaced_in := NULL;
        IF kept IS DISTINCT FROM OLD THEN
            RAISE EXCEPTION 'an answer is never altered: replace it';
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER answer_is_immutable BEFORE UPDATE ON answer FOR EACH ROW EXECUTE FUNCTION answer_is_immutable()",
    f"""
    CREATE VIEW rating AS
    SELECT answer.id AS answer, answer.event AS event, item.competency AS competency,
           nullif(strpos('{ORDER}', substr(ratings, 2 * position + 1, 1)), 0) - 1 AS importance,
           nullif(strpos('{ORDER}', substr(ratings, 2 * position + 2, 1)), 0) - 1 AS level
    FROM answer JOIN item ON item.questionnaire_id = answer.questionnaire_id
    WHERE replaced_in IS NULL
    """,
)
