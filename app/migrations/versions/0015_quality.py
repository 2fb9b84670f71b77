"""The quality of the data: rules of fields, counts of faults, the gate for alerts."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from goals.table import Exact, Json, UTCDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "data_rule",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record", sqlmodel.AutoString(), nullable=False),
        sa.Column("field", sqlmodel.AutoString(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("allowed", Json, nullable=True),
        sa.Column("low", Exact(), nullable=True),
        sa.Column("high", Exact(), nullable=True),
        sa.Column("duplicates", sqlmodel.AutoString(), nullable=False),
        sa.CheckConstraint(
            "duplicates IN ('may_repeat', 'unique', 'alike')",
            name=op.f("ck_data_rule_duplicates"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_data_rule_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_data_rule")),
    )
    op.create_table(
        "fault_count",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record", sqlmodel.AutoString(), nullable=False),
        sa.Column("check", sqlmodel.AutoString(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("counted_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_fault_count_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_fault_count")),
    )
    with op.batch_alter_table("fault_count", schema=None) as batch_op:
        batch_op.create_index("uq_fault_count", ["workspace_id", "record", "check"], unique=True)

    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("quality_gate", sa.Integer(), nullable=False, server_default="50")
        )
    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.alter_column("quality_gate", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.drop_column("quality_gate")
    op.drop_table("fault_count")
    op.drop_table("data_rule")
