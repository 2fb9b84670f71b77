"""Plans: more curves; lines beside the target, and the chance to reach each."""

import sqlalchemy as sa
from alembic import op

from goals.table import Exact

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BEFORE = ("linear", "seasonal", "points")
AFTER = ("linear", "working_days", "monthly", "seasonal", "s_curve", "points")


def _check(words: tuple[str, ...]) -> str:
    return f"plan IN ({', '.join(repr(word) for word in words)})"


def upgrade() -> None:
    with op.batch_alter_table("goal_version", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_goal_version_plan"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_goal_version_plan"), _check(AFTER))
        batch_op.add_column(sa.Column("commit_value", Exact(), nullable=True))
        batch_op.add_column(sa.Column("stretch_value", Exact(), nullable=True))
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("commit_chance", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("stretch_chance", sa.Float(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.drop_column("stretch_chance")
        batch_op.drop_column("commit_chance")
    # What the earlier program cannot draw, it draws straight.
    op.execute(
        "UPDATE goal_version SET plan = 'points' WHERE plan = 'monthly' AND plan_points IS NOT NULL"
    )
    op.execute(
        "UPDATE goal_version SET plan = 'linear'"
        " WHERE plan IN ('working_days', 'monthly', 's_curve')"
    )
    with op.batch_alter_table("goal_version", schema=None) as batch_op:
        batch_op.drop_column("stretch_value")
        batch_op.drop_column("commit_value")
        batch_op.drop_constraint(batch_op.f("ck_goal_version_plan"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_goal_version_plan"), _check(BEFORE))
