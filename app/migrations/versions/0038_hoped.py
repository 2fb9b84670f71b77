"""Actions that are tried: by how much their driver is hoped to change."""

import sqlalchemy as sa
from alembic import op

from goals.table import Exact

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hoped", Exact(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_column("hoped")
