"""Tables: metrics that a workspace makes itself; readings tell what they are made of."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from goals.table import Json, UTCDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "custom_metric",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("slug", sqlmodel.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.AutoString(), nullable=False),
        sa.Column("description", sqlmodel.AutoString(), nullable=False),
        sa.Column("direction", sqlmodel.AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("archived_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "direction IN ('up', 'down', 'neutral')", name=op.f("ck_custom_metric_direction")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "created_by"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_custom_metric_workspace_id_created_by_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_custom_metric_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_custom_metric")),
        sa.UniqueConstraint(
            "workspace_id", "slug", name=op.f("uq_custom_metric_workspace_id_slug")
        ),
    )
    op.create_table(
        "custom_metric_version",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("metric_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("expression", sqlmodel.AutoString(), nullable=False),
        sa.Column("unit", sqlmodel.AutoString(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "made_by"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_custom_metric_version_workspace_id_made_by_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "metric_id"],
            ["custom_metric.workspace_id", "custom_metric.id"],
            name=op.f("fk_custom_metric_version_workspace_id_metric_id_custom_metric"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_custom_metric_version_workspace_id_workspace"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_custom_metric_version")),
        sa.UniqueConstraint(
            "workspace_id",
            "metric_id",
            "number",
            name=op.f("uq_custom_metric_version_workspace_id_metric_id_number"),
        ),
    )
    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.add_column(sa.Column("made_of", Json, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.drop_column("made_of")
    op.drop_table("custom_metric_version")
    op.drop_table("custom_metric")
