"""The second voice: what each World-Café table ranked and wrote down."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FIXED = {
    "sheet": "id, event, table_number, members, mix, content, version",
    "ranking": "sheet_id, topic, option, position",
    "note": "sheet_id, line, kind, text, code, competencies, practices, answers",
}


def upgrade() -> None:
    _sheets()
    _what_is_on_them()
    dialect = op.get_bind().dialect.name
    for table, columns in FIXED.items():
        for statement in _immutable(dialect, table, columns):
            op.execute(statement)


def _sheets() -> None:
    op.create_table(
        "sheet",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("event", sa.Text, sa.ForeignKey("event.code"), nullable=False),
        sa.Column("table_number", sa.SmallInteger, nullable=False),
        sa.Column("members", sa.SmallInteger),
        sa.Column("mix", sa.Text, nullable=False, server_default=""),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, sa.ForeignKey("change.version"), nullable=False),
        sa.Column("replaced_in", sa.Integer, sa.ForeignKey("change.version")),
        sa.CheckConstraint("table_number > 0", name="ck_sheet_table_number"),
        sa.CheckConstraint("members IS NULL OR members > 0", name="ck_sheet_members"),
        sa.CheckConstraint("replaced_in > version", name="ck_sheet_replaced"),
    )
    current = sa.text("replaced_in IS NULL")
    op.create_index(
        "uq_sheet_current",
        "sheet",
        ["table_number", "event"],
        unique=True,
        sqlite_where=current,
        postgresql_where=current,
    )


def _what_is_on_them() -> None:
    op.create_table(
        "ranking",
        sa.Column("sheet_id", sa.Integer, sa.ForeignKey("sheet.id"), primary_key=True),
        sa.Column("topic", sa.Text, primary_key=True),
        sa.Column("option", sa.Text, primary_key=True),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.CheckConstraint("position > 0", name="ck_ranking_position"),
    )
    op.create_table(
        "note",
        sa.Column("sheet_id", sa.Integer, sa.ForeignKey("sheet.id"), primary_key=True),
        sa.Column("line", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False, server_default=""),
        sa.Column("competencies", sa.Text, nullable=False, server_default=""),
        sa.Column("practices", sa.Text, nullable=False, server_default=""),
        sa.Column("answers", sa.SmallInteger),
        sa.CheckConstraint("kind IN ('challenge', 'solution', 'conclusion')", name="ck_note_kind"),
        sa.CheckConstraint("line > 0 AND (answers IS NULL OR answers > 0)", name="ck_note_line"),
    )


def _immutable(dialect: str, table: str, columns: str) -> list[str]:
    said = "a sheet is never altered: replace it"
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
