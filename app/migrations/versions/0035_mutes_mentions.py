"""Goals that a place is told nothing of, and messages that people attached to goals."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from goals.table import Json, UTCDateTime

revision = "0035"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mute",
        *_head("mute"),
        sa.Column("channel_kind", sqlmodel.AutoString(), nullable=False),
        sa.Column("destination", sqlmodel.AutoString(), nullable=False),
        sa.CheckConstraint(
            "channel_kind IN ('slack', 'direct')", name=op.f("ck_mute_channel_kind")
        ),
        sa.UniqueConstraint(
            "workspace_id",
            "goal_id",
            "channel_kind",
            "destination",
            name=op.f("uq_mute_workspace_id_goal_id_channel_kind_destination"),
        ),
    )
    op.create_table(
        "mention",
        *_head("mention"),
        sa.Column("url", sqlmodel.AutoString(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=True),
        sa.Column("author", sqlmodel.AutoString(), nullable=True),
        sa.Column("place", sqlmodel.AutoString(), nullable=True),
        sa.Column("readers", Json, nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.UniqueConstraint(
            "workspace_id",
            "goal_id",
            "url",
            "made_by",
            name=op.f("uq_mention_workspace_id_goal_id_url_made_by"),
        ),
    )


def _head(table: str) -> list[sa.schema.SchemaItem]:
    """Return what both tables have: their keys, the goal, and who made a row when."""
    return [
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("goal_id", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "goal_id"],
            ["goal.workspace_id", "goal.id"],
            name=op.f(f"fk_{table}_workspace_id_goal_id_goal"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "made_by"],
            ["member.workspace_id", "member.id"],
            name=op.f(f"fk_{table}_workspace_id_made_by_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f(f"fk_{table}_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f(f"pk_{table}")),
    ]


def downgrade() -> None:
    op.drop_table("mention")
    op.drop_table("mute")
