"""Milestones with their steps and the word that one is done; bands, which have no target."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from goals.table import Exact

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "goal_step",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("goal_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sqlmodel.AutoString(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "done_by"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_goal_step_workspace_id_done_by_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "goal_id"],
            ["goal.workspace_id", "goal.id"],
            name=op.f("fk_goal_step_workspace_id_goal_id_goal"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_goal_step_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_goal_step")),
    )
    with op.batch_alter_table("goal_step", schema=None) as batch_op:
        batch_op.create_index(
            "ix_goal_step_goal", ["workspace_id", "goal_id", "due_on"], unique=False
        )

    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("done_when", sqlmodel.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("done_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("done_note", sqlmodel.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("done_by", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("goal_version", schema=None) as batch_op:
        batch_op.alter_column("target_input", existing_type=Exact(), nullable=True)


def downgrade() -> None:
    with op.batch_alter_table("goal_version", schema=None) as batch_op:
        batch_op.alter_column("target_input", existing_type=Exact(), nullable=False)
    with op.batch_alter_table("goal", schema=None) as batch_op:
        for column in ("done_by", "done_note", "done_on", "done_when"):
            batch_op.drop_column(column)
    op.drop_table("goal_step")
