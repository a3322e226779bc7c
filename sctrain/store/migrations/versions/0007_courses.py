"""The list of courses on offer for a catalogue's competencies, in versions."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FIXED = ("id", "catalogue", "content", "origin", "version")
SAID = "a list of courses is never altered: replace it"


def upgrade() -> None:
    op.create_table(
        "course_list",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("catalogue", sa.Text, sa.ForeignKey("catalogue.code"), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False, server_default=""),
        sa.Column("version", sa.Integer, sa.ForeignKey("change.version"), nullable=False),
        sa.Column("replaced_in", sa.Integer, sa.ForeignKey("change.version")),
        sa.CheckConstraint("replaced_in > version", name="ck_course_list_replaced"),
    )
    current = sa.text("replaced_in IS NULL")
    op.create_index(
        "uq_course_list_current",
        "course_list",
        ["catalogue"],
        unique=True,
        sqlite_where=current,
        postgresql_where=current,
    )
    for statement in _immutable(op.get_bind().dialect.name):
        op.execute(statement)


def _immutable(dialect: str) -> list[str]:
    if dialect == "sqlite":
        body = f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        return [f"CREATE TRIGGER course_list_is_immutable BEFORE UPDATE OF {', '.join(FIXED)} ON course_list {body}"]
    old, new = (", ".join(f"{row}.{name}" for name in FIXED) for row in ("OLD", "NEW"))
    return [
        "CREATE FUNCTION course_list_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF ({old}) IS DISTINCT FROM ({new}) THEN RAISE EXCEPTION '{SAID}'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER course_list_is_immutable BEFORE UPDATE ON course_list "
        "FOR EACH ROW EXECUTE FUNCTION course_list_is_immutable()",
    ]
