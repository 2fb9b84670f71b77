"""Column: the currency in which a goal's terms are meant; those there are, in the base one."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("goal_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("currency", sqlmodel.AutoString(), nullable=True))
    # What was judged last says whether the number is money, and in which currency it was meant.
    op.execute(
        "UPDATE goal_version SET currency = (SELECT evaluation.currency FROM evaluation"
        " JOIN goal ON goal.workspace_id = evaluation.workspace_id"
        " AND goal.evaluation_id = evaluation.id"
        " WHERE goal.workspace_id = goal_version.workspace_id AND goal.id = goal_version.goal_id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("goal_version", schema=None) as batch_op:
        batch_op.drop_column("currency")
