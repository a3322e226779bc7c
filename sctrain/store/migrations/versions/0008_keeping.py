"""What becomes of an event at the end of its time, what was done to the store and when, and what can be put back."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SAID = "the trail is only added to"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE setup ADD COLUMN at_end TEXT NOT NULL DEFAULT 'erase' "
        "CONSTRAINT ck_setup_at_end CHECK (at_end IN ('erase', 'anonymise'))"
    )
    op.execute("ALTER TABLE setup ADD COLUMN ended_on DATE")
    op.create_table(
        "trail",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False, server_default=""),
        sa.Column("n", sa.Integer),
        sa.CheckConstraint("length(act) > 0", name="ck_trail_act"),
    )
    op.create_table(
        "trash",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.CheckConstraint("kind IN ('view', 'event')", name="ck_trash_kind"),
    )
    for statement in _only_added_to(op.get_bind().dialect.name):
        op.execute(statement)


def _only_added_to(dialect: str) -> list[str]:
    if dialect == "sqlite":
        body = f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        return [
            f"CREATE TRIGGER trail_no_{verb.lower()} BEFORE {verb} ON trail {body}" for verb in ("UPDATE", "DELETE")
        ]
    return [
        "CREATE FUNCTION trail_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{SAID}'; END $$",
        "CREATE TRIGGER trail_is_kept BEFORE UPDATE OR DELETE ON trail FOR EACH ROW EXECUTE FUNCTION trail_is_kept()",
    ]
