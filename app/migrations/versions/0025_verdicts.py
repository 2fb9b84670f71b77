"""Tables: what members say of alerts, and proposals for rules that were taken."""

import sqlalchemy as sa
from alembic import op

from goals.table import Json, UTCDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_verdict",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("is_useful", sa.Boolean(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_alert_verdict_workspace_id_member_id_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "story_id"],
            ["alert_story.workspace_id", "alert_story.id"],
            name=op.f("fk_alert_verdict_workspace_id_story_id_alert_story"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_alert_verdict_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_alert_verdict")),
        sa.UniqueConstraint(
            "workspace_id",
            "story_id",
            "member_id",
            name=op.f("uq_alert_verdict_workspace_id_story_id_member_id"),
        ),
    )
    op.create_table(
        "rule_tuning",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=False),
        sa.Column("before", Json, nullable=False),
        sa.Column("after", Json, nullable=False),
        sa.Column("why", Json, nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("undone_by", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "by_id"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_rule_tuning_workspace_id_by_id_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "rule_id"],
            ["alert_rule.workspace_id", "alert_rule.id"],
            name=op.f("fk_rule_tuning_workspace_id_rule_id_alert_rule"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "undone_by"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_rule_tuning_workspace_id_undone_by_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_rule_tuning_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_rule_tuning")),
    )
    with op.batch_alter_table("rule_tuning", schema=None) as batch_op:
        batch_op.create_index(
            "ix_rule_tuning_rule", ["workspace_id", "rule_id", "at"], unique=False
        )


def downgrade() -> None:
    op.drop_table("rule_tuning")
    op.drop_table("alert_verdict")
