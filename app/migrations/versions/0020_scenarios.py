"""Table: scenarios, what was assumed of a goal's drivers."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from goals.table import Exact, Json, UTCDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scenario",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("goal_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sqlmodel.AutoString(), nullable=False),
        sa.Column("note", sqlmodel.AutoString(), nullable=True),
        sa.Column("levers", Json, nullable=False),
        sa.Column("base_landing", Exact(), nullable=True),
        sa.Column("landing", Exact(), nullable=False),
        sa.Column("target", Exact(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "goal_id"],
            ["goal.workspace_id", "goal.id"],
            name=op.f("fk_scenario_workspace_id_goal_id_goal"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "made_by"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_scenario_workspace_id_made_by_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_scenario_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_scenario")),
    )
    with op.batch_alter_table("scenario", schema=None) as batch_op:
        batch_op.create_index("ix_scenario_goal", ["workspace_id", "goal_id"], unique=False)


def downgrade() -> None:
    op.drop_table("scenario")
