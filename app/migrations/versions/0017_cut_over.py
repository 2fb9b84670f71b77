"""The days from which one source counts in the place of another."""

import sqlalchemy as sa
from alembic import op

from goals.table import UTCDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cut_over",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("old_id", sa.BigInteger(), nullable=False),
        sa.Column("new_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("set_at", UTCDateTime(), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_cut_over_workspace_id_workspace")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "new_id"],
            ["connection.workspace_id", "connection.id"],
            name=op.f("fk_cut_over_workspace_id_new_id_connection"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "old_id"],
            ["connection.workspace_id", "connection.id"],
            name=op.f("fk_cut_over_workspace_id_old_id_connection"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "set_by"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_cut_over_workspace_id_set_by_member"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_cut_over")),
    )


def downgrade() -> None:
    op.drop_table("cut_over")
