"""Columns: how a workspace's year is divided and named, its working days and its country."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

#: New columns with what they say for the workspaces that there are.
DEFAULTS = {
    "fiscal_pattern": "months",
    "fiscal_ends": "last",
    "fiscal_named": "end",
    "working_days": "01234",
}
CHECKS = {
    "fiscal_pattern": "fiscal_pattern IN ('months', '445', '454', '544')",
    "fiscal_ends": "fiscal_ends IN ('last', 'nearest')",
    "fiscal_named": "fiscal_named IN ('end', 'start')",
}


def upgrade() -> None:
    text = sqlmodel.AutoString()
    with op.batch_alter_table("workspace", schema=None) as batch_op:
        for name, value in DEFAULTS.items():
            batch_op.add_column(sa.Column(name, text, nullable=False, server_default=value))
        batch_op.add_column(sa.Column("country", text, nullable=True))
    with op.batch_alter_table("workspace", schema=None) as batch_op:
        for name in DEFAULTS:
            batch_op.alter_column(name, existing_type=text, server_default=None)
        for name, condition in CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_workspace_{name}"), condition)


def downgrade() -> None:
    with op.batch_alter_table("workspace", schema=None) as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(op.f(f"ck_workspace_{name}"), type_="check")
        for name in (*DEFAULTS, "country"):
            batch_op.drop_column(name)
