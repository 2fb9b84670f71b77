"""Table: retrospectives, what people say of a goal when it has ended."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from goals.table import UTCDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retrospective",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("goal_id", sa.BigInteger(), nullable=False),
        sa.Column("went_well", sqlmodel.AutoString(), nullable=True),
        sa.Column("in_the_way", sqlmodel.AutoString(), nullable=True),
        sa.Column("keep", sqlmodel.AutoString(), nullable=True),
        sa.Column("next_time", sqlmodel.AutoString(), nullable=True),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "goal_id"],
            ["goal.workspace_id", "goal.id"],
            name=op.f("fk_retrospective_workspace_id_goal_id_goal"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "made_by"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_retrospective_workspace_id_made_by_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_retrospective_workspace_id_workspace"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_retrospective")),
        sa.UniqueConstraint(
            "workspace_id", "goal_id", name=op.f("uq_retrospective_workspace_id_goal_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("retrospective")
