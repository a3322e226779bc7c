"""What organisers make of an event, in versions: its programme and its strategy."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COLUMNS = "event, document, number, based_on, kind, content, version, at"
SAID = "a revision is never altered: add to them"


def upgrade() -> None:
    op.create_table(
        "revision",
        sa.Column("event", sa.Text, sa.ForeignKey("event.code"), primary_key=True),
        sa.Column("document", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("based_on", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, sa.ForeignKey("change.version"), nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.CheckConstraint("document IN ('programme', 'strategy')", name="ck_revision_document"),
        sa.CheckConstraint("kind IN ('edit', 'restore', 'beside')", name="ck_revision_kind"),
        sa.CheckConstraint("number > 0 AND based_on >= 0 AND based_on < number", name="ck_revision_counts"),
    )
    for statement in _immutable(op.get_bind().dialect.name):
        op.execute(statement)


def _immutable(dialect: str) -> list[str]:
    if dialect == "sqlite":
        body = f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        return [f"CREATE TRIGGER revision_is_immutable BEFORE UPDATE OF {COLUMNS} ON revision {body}"]
    return [
        f"CREATE FUNCTION revision_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{SAID}'; END $$",
        "CREATE TRIGGER revision_is_immutable BEFORE UPDATE ON revision "
        "FOR EACH ROW EXECUTE FUNCTION revision_is_immutable()",
    ]
