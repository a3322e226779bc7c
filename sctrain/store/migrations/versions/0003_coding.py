"""What people say that the lines of the tables speak of, and which lines everybody may read."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FIXED = "id, event, note, code, competencies, practices, cleared, version"
SAID = "a coding is never altered: replace it"


def upgrade() -> None:
    _codings()
    dialect = op.get_bind().dialect.name
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[dialect]:
        op.execute(statement)


def _codings() -> None:
    op.create_table(
        "coding",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("event", sa.Text, sa.ForeignKey("event.code"), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("competencies", sa.Text),
        sa.Column("practices", sa.Text),
        sa.Column("cleared", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("version", sa.Integer, sa.ForeignKey("change.version"), nullable=False),
        sa.Column("replaced_in", sa.Integer, sa.ForeignKey("change.version")),
        sa.CheckConstraint("length(note) = 32", name="ck_coding_note_is_hashed"),
        sa.CheckConstraint("replaced_in > version", name="ck_coding_replaced"),
    )
    current = sa.text("replaced_in IS NULL")
    op.create_index(
        "uq_coding_current",
        "coding",
        ["note", "event"],
        unique=True,
        sqlite_where=current,
        postgresql_where=current,
    )


OLD, NEW = (", ".join(f"{row}.{name}" for name in FIXED.split(", ")) for row in ("OLD", "NEW"))

SQLITE = (
    f"""
    CREATE TRIGGER coding_is_immutable BEFORE UPDATE OF {FIXED} ON coding
    BEGIN SELECT RAISE(ABORT, '{SAID}'); END
    """,
)

POSTGRESQL = (
    f"""
    CREATE FUNCTION coding_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF ({OLD}) IS DISTINCT FROM ({NEW}) THEN
            RAISE EXCEPTION '{SAID}';
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER coding_is_immutable BEFORE UPDATE ON coding FOR EACH ROW EXECUTE FUNCTION coding_is_immutable()",
)
