"""A record is compared with what is stored, without a mark of its content."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = (
    "account",
    "contact",
    "deal",
    "lead",
    "lead_event",
    "manual_reading",
    "owner",
    "product",
    "rate",
    "stage_event",
)


def upgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "fingerprint")


def downgrade() -> None:
    for table in TABLES:
        # Zero fits no content, so that each row is taken for changed when it comes again.
        op.add_column(
            table, sa.Column("fingerprint", sa.BigInteger(), nullable=False, server_default="0")
        )
