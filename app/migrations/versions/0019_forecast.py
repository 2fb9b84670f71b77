"""What a forecast of a goal's end was made with, and the sentence that explains it."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from goals.table import Json

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("raw_chance", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("method", sqlmodel.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("seed", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("grounds", Json, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.drop_column("grounds")
        batch_op.drop_column("seed")
        batch_op.drop_column("method")
        batch_op.drop_column("raw_chance")
