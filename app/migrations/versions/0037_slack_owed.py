"""Slack: answers that are owed to people who only heard that their question arrived."""

import sqlalchemy as sa
from alembic import op

from goals.table import UTCDateTime

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("slack_inbound", sa.Column("owed_since", UTCDateTime(), nullable=True))
    op.add_column(
        "slack_inbound",
        sa.Column("is_urgent", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index("ix_slack_inbound_owed", "slack_inbound", ["owed_since"])


def downgrade() -> None:
    op.drop_index("ix_slack_inbound_owed", "slack_inbound")
    for column in ("is_urgent", "owed_since"):
        op.drop_column("slack_inbound", column)
