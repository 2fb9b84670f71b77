"""What a member counts over a window is read without the other members."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

COLUMNS = ["workspace_id", "measure", "dim", "key", "day", "n", "sum"]


def upgrade() -> None:
    op.create_index("ix_rollup_member", "rollup", COLUMNS)


def downgrade() -> None:
    op.drop_index("ix_rollup_member", "rollup")
