"""How long filling in a form took, where a survey file tells."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FIXED = (
    "id, event, questionnaire_id, person, submitted_at, seconds, table_number, "
    "role, discipline, city_size, country, region, cluster, ratings, replies, version"
)


def upgrade() -> None:
    op.execute("ALTER TABLE answer ADD COLUMN seconds INTEGER CONSTRAINT ck_answer_seconds CHECK (seconds > 0)")
    if op.get_bind().dialect.name == "sqlite":  # PostgreSQL's trigger looks at whole rows
        op.execute("DROP TRIGGER answer_is_immutable")
        op.execute(
            f"""
            CREATE TRIGGER answer_is_immutable BEFORE UPDATE OF {FIXED} ON answer
            BEGIN SELECT RAISE(ABORT, 'an answer is never altered: replace it'); END
            """
        )
