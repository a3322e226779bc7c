"""What PostgreSQL's own rules refuse is an error of integrity, as SQLite's is; both say the same."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OURS = (
    "answer_card",
    *(
        f"{table}_is_immutable"
        for table in ("answer", "sheet", "ranking", "note", "coding", "desk", "ordering", "revision", "course_list")
    ),
    "trail_is_kept",
)


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    for name in OURS:
        made = bind.scalar(sa.text("SELECT pg_get_functiondef(to_regproc(:name))"), {"name": name})
        better = re.sub(r"(RAISE EXCEPTION '[^']*')", r"\1 USING ERRCODE = 'integrity_constraint_violation'", made)
        op.execute(sa.text(better))
