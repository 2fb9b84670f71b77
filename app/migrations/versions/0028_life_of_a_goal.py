"""Columns of a goal: what it is rolled up by, its period without an end, and what it continues."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from goals.table import Exact

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("weight", Exact(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("every", sqlmodel.AutoString(), nullable=True))
        batch_op.add_column(
            sa.Column("period_version", sa.Integer(), server_default="1", nullable=False)
        )
        batch_op.add_column(sa.Column("continues_id", sa.BigInteger(), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_goal_every"), "every IN ('month', 'quarter', 'year')"
        )
        batch_op.create_foreign_key(
            op.f("fk_goal_workspace_id_continues_id_goal"),
            "goal",
            ["workspace_id", "continues_id"],
            ["workspace_id", "id"],
        )
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.alter_column("weight", existing_type=Exact(), server_default=None)
        batch_op.alter_column("period_version", existing_type=sa.Integer(), server_default=None)
    with op.batch_alter_table("goal_version", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("rollup", sqlmodel.AutoString(), server_default="own", nullable=False)
        )
        batch_op.create_check_constraint(
            op.f("ck_goal_version_rollup"), "rollup IN ('own', 'sum', 'mean', 'worst', 'done')"
        )
    with op.batch_alter_table("goal_version", schema=None) as batch_op:
        batch_op.alter_column("rollup", existing_type=sqlmodel.AutoString(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("goal_version", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_goal_version_rollup"), type_="check")
        batch_op.drop_column("rollup")
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_goal_workspace_id_continues_id_goal"), type_="foreignkey")
        batch_op.drop_constraint(op.f("ck_goal_every"), type_="check")
        for name in ("continues_id", "period_version", "every", "weight"):
            batch_op.drop_column(name)
