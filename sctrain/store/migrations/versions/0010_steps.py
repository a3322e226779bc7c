"""Events whose numbers go on in steps of several people, and the data versions that are steps whatever changed."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("setup", sa.Column("steps", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "step",
        sa.Column("event", sa.Text, sa.ForeignKey("event.code", name="fk_step_event"), primary_key=True),
        sa.Column("what", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, sa.ForeignKey("change.version", name="fk_step_version"), primary_key=True),
        sa.Column("closed", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.CheckConstraint("length(what) > 0", name="ck_step_what"),
    )
