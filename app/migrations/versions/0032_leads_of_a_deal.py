"""Index: which leads became a deal."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_lead_converted_deal", "lead", ["workspace_id", "converted_deal_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_lead_converted_deal", table_name="lead")
