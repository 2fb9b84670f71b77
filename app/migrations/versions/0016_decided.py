"""What a source tells of a stage beside what counts, and connections that were removed."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from goals.table import UTCDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("pipeline_stage", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told", sqlmodel.AutoString(), nullable=True))
    # Until now nobody could decide otherwise than a source told.
    op.execute("UPDATE pipeline_stage SET told = status")
    with op.batch_alter_table("connection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("removed_at", UTCDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("connection", schema=None) as batch_op:
        batch_op.drop_column("removed_at")
    with op.batch_alter_table("pipeline_stage", schema=None) as batch_op:
        batch_op.drop_column("told")
