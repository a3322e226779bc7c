"""What people reply to the questions that the session puts to everyone."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FIXED = (
    "id, event, questionnaire_id, person, submitted_at, table_number, "
    "role, discipline, city_size, country, region, cluster, ratings, replies, version"
)


def upgrade() -> None:
    op.execute(
        "ALTER TABLE answer ADD COLUMN replies TEXT NOT NULL DEFAULT '' "
        "CONSTRAINT ck_answer_replies CHECK (replies NOT LIKE '%,%')"
    )
    if op.get_bind().dialect.name == "sqlite":  # PostgreSQL's trigger looks at whole rows
        op.execute("DROP TRIGGER answer_is_immutable")
        op.execute(
            f"""
            CREATE TRIGGER answer_is_immutable BEFORE UPDATE OF {FIXED} ON answer
            BEGIN SELECT RAISE(ABORT, 'an answer is never altered: replace it'); END
            """
        )
