"""What a channel gets beside its alerts, and what each member's Home tab shows."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from goals.table import UTCDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("channel", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("has_charts", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        batch_op.add_column(
            sa.Column("keeps_status", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("status_at", UTCDateTime(), nullable=True))
    with op.batch_alter_table("channel", schema=None) as batch_op:
        for name in ("has_charts", "keeps_status"):
            batch_op.alter_column(name, existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table("slack_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("home_hash", sqlmodel.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("home_due", UTCDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("slack_link", schema=None) as batch_op:
        batch_op.drop_column("home_due")
        batch_op.drop_column("home_hash")
    with op.batch_alter_table("channel", schema=None) as batch_op:
        batch_op.drop_column("status_at")
        batch_op.drop_column("keeps_status")
        batch_op.drop_column("has_charts")
