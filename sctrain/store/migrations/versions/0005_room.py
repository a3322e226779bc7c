"""The live room: set-up, links, drafts of phones, desks of tables, what is hidden, saved views, short lists."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FIXED = {
    "desk": ("event, table_number, part, revision, content, kind, device", "a desk is never altered: add to it"),
    "ordering": ("id, event, person, round, options, version", "an ordering is never altered: replace it"),
}


def upgrade() -> None:
    _setup()
    _access()
    _phones()
    _desks()
    _views()
    _orderings()
    dialect = op.get_bind().dialect.name
    for table, (columns, said) in FIXED.items():
        for statement in _immutable(dialect, table, columns, said):
            op.execute(statement)


def _event() -> sa.Column:
    return sa.Column("event", sa.Text, sa.ForeignKey("event.code"), primary_key=True)


def _setup() -> None:
    op.create_table(
        "setup",
        _event(),
        sa.Column("tables", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("languages", sa.Text, nullable=False, server_default="en"),
        sa.Column("retain_until", sa.Date),
        sa.Column("closed", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("ends_at", sa.Text, nullable=False, server_default=""),
        sa.Column("shortlist", sa.Text, nullable=False, server_default=""),
        sa.Column("round", sa.Text, nullable=False, server_default=""),
        sa.Column("stage", sa.Text, nullable=False, server_default=""),
        sa.CheckConstraint("tables BETWEEN 0 AND 99", name="ck_setup_tables"),
        sa.CheckConstraint("round IN ('', 'before', 'after')", name="ck_setup_round"),
    )
    op.create_table("hidden", _event(), sa.Column("topic", sa.Text, primary_key=True))


def _access() -> None:
    op.create_table(
        "access",
        sa.Column("jti", sa.Text, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("event", sa.Text, sa.ForeignKey("event.code")),
        sa.Column("table_number", sa.SmallInteger),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Text, nullable=False),
        sa.Column("revoked_at", sa.Text, nullable=False, server_default=""),
        sa.CheckConstraint("role IN ('organiser', 'presenter', 'table', 'participant')", name="ck_access_role"),
        sa.CheckConstraint("role = 'organiser' OR event IS NOT NULL", name="ck_access_event"),
        sa.CheckConstraint("(role = 'table') = (table_number IS NOT NULL)", name="ck_access_table_number"),
    )


def _phones() -> None:
    op.create_table(
        "draft",
        _event(),
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("edit", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.CheckConstraint("length(person) = 16", name="ck_draft_person_is_hashed"),
        sa.CheckConstraint("state IN ('open', 'sent', 'withdrawn')", name="ck_draft_state"),
    )


def _desks() -> None:
    op.create_table(
        "desk",
        _event(),
        sa.Column("table_number", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("part", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False, server_default=""),
        sa.Column("edit", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("at", sa.Text, nullable=False),
        sa.CheckConstraint("table_number > 0 AND revision > 0", name="ck_desk_counts"),
        sa.CheckConstraint("kind IN ('edit', 'undo', 'reset', 'paper')", name="ck_desk_kind"),
    )
    op.create_table(
        "locked", _event(), sa.Column("table_number", sa.SmallInteger, primary_key=True, autoincrement=False)
    )


def _views() -> None:
    op.create_table(
        "saved_view",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("event", sa.Text, sa.ForeignKey("event.code"), nullable=False),
        sa.Column("page", sa.Text, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("position", sa.Integer),
    )


def _orderings() -> None:
    op.create_table(
        "ordering",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("event", sa.Text, sa.ForeignKey("event.code"), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("round", sa.Text, nullable=False),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, sa.ForeignKey("change.version"), nullable=False),
        sa.Column("replaced_in", sa.Integer, sa.ForeignKey("change.version")),
        sa.CheckConstraint("length(person) = 16", name="ck_ordering_person_is_hashed"),
        sa.CheckConstraint("round IN ('before', 'after')", name="ck_ordering_round"),
        sa.CheckConstraint("replaced_in > version", name="ck_ordering_replaced"),
    )
    current = sa.text("replaced_in IS NULL")
    op.create_index(
        "uq_ordering_current",
        "ordering",
        ["person", "round", "event"],
        unique=True,
        sqlite_where=current,
        postgresql_where=current,
    )


def _immutable(dialect: str, table: str, columns: str, said: str) -> list[str]:
    if dialect == "sqlite":
        body = f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
        return [f"CREATE TRIGGER {table}_is_immutable BEFORE UPDATE OF {columns} ON {table} {body}"]
    old, new = (", ".join(f"{row}.{c}" for c in columns.split(", ")) for row in ("OLD", "NEW"))
    return [
        f"CREATE FUNCTION {table}_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF ({old}) IS DISTINCT FROM ({new}) THEN RAISE EXCEPTION '{said}'; END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER {table}_is_immutable BEFORE UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_is_immutable()",
    ]
