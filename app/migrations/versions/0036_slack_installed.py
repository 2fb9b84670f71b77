"""Slack: tokens that expire, links that were ended, the language of linked people."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from goals.table import UTCDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("slack_team", sa.Column("expires_at", UTCDateTime(), nullable=True))
    op.add_column("slack_team", sa.Column("refreshing_until", UTCDateTime(), nullable=True))
    op.add_column("slack_link", sa.Column("ended_at", UTCDateTime(), nullable=True))
    op.add_column("slack_link", sa.Column("locale", sqlmodel.AutoString(), nullable=True))
    op.add_column("slack_link", sa.Column("locale_at", UTCDateTime(), nullable=True))


def downgrade() -> None:
    for column in ("locale_at", "locale", "ended_at"):
        op.drop_column("slack_link", column)
    for column in ("refreshing_until", "expires_at"):
        op.drop_column("slack_team", column)
