"""Column: since when a source no longer lists a stage."""

import sqlalchemy as sa
from alembic import op

from goals.table import UTCDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("pipeline_stage", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gone_at", UTCDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("pipeline_stage", schema=None) as batch_op:
        batch_op.drop_column("gone_at")
