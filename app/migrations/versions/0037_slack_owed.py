"""Slack: answers that are owed to people who only heard that their question arrived."""

import sqlalchemy as sa
from alembic import op

from goals.table import UTCDateTime

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("slack_inbound", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owed_since", UTCDateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("is_urgent", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("slack_inbound", schema=None) as batch_op:
        batch_op.alter_column("is_urgent", existing_type=sa.Boolean(), server_default=None)
        batch_op.create_index("ix_slack_inbound_owed", ["owed_since"])


def downgrade() -> None:
    with op.batch_alter_table("slack_inbound", schema=None) as batch_op:
        batch_op.drop_index("ix_slack_inbound_owed")
        for column in ("is_urgent", "owed_since"):
            batch_op.drop_column(column)
