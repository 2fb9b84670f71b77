"""Tables: rules of alerts, their stories and their log; whom a message comes from."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from goals.table import Json, UTCDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_off",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("event", sqlmodel.AutoString(), nullable=False),
        sa.Column("way", sqlmodel.AutoString(), nullable=False),
        sa.CheckConstraint(
            "event IN ('alert', 'recovery', 'checkin', 'escalation', 'source', 'digest')",
            name=op.f("ck_notice_off_event"),
        ),
        sa.CheckConstraint("way IN ('direct', 'email')", name=op.f("ck_notice_off_way")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_notice_off_workspace_id_member_id_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_notice_off_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_notice_off")),
        sa.UniqueConstraint(
            "workspace_id",
            "member_id",
            "event",
            "way",
            name=op.f("uq_notice_off_workspace_id_member_id_event_way"),
        ),
    )
    op.create_table(
        "alert_rule",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sqlmodel.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.AutoString(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("settings", Json, nullable=False),
        sa.Column("goal_id", sa.BigInteger(), nullable=True),
        sa.Column("team_id", sa.BigInteger(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("metric", sqlmodel.AutoString(), nullable=True),
        sa.Column("routes", Json, nullable=False),
        sa.Column("secrets", sa.Text(), nullable=True),
        sa.Column("quiet_from", sqlmodel.AutoString(), nullable=True),
        sa.Column("quiet_to", sqlmodel.AutoString(), nullable=True),
        sa.Column("workdays_only", sa.Boolean(), nullable=False),
        sa.Column("cool_down", sa.Integer(), nullable=False),
        sa.Column("weekly_most", sa.Integer(), nullable=True),
        sa.Column("ladder", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("off_reason", Json, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("archived_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('status_change', 'recovery', 'milestone', 'pace_gap', 'chance_below', 'stale_data', 'failing_source', 'missed_checkin', 'digest')",
            name=op.f("ck_alert_rule_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "created_by"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_alert_rule_workspace_id_created_by_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "goal_id"],
            ["goal.workspace_id", "goal.id"],
            name=op.f("fk_alert_rule_workspace_id_goal_id_goal"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "owner_id"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_alert_rule_workspace_id_owner_id_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "team_id"],
            ["team.workspace_id", "team.id"],
            name=op.f("fk_alert_rule_workspace_id_team_id_team"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_alert_rule_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_alert_rule")),
    )
    op.create_table(
        "alert_story",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sqlmodel.AutoString(), nullable=False),
        sa.Column("goal_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sqlmodel.AutoString(), nullable=False),
        sa.Column("word", sqlmodel.AutoString(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("told_at", UTCDateTime(), nullable=True),
        sa.Column("acknowledged_by", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_at", UTCDateTime(), nullable=True),
        sa.Column("snoozed_until", UTCDateTime(), nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("wake_at", UTCDateTime(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'firing', 'acknowledged', 'snoozed', 'closed')",
            name=op.f("ck_alert_story_state"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "acknowledged_by"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_alert_story_workspace_id_acknowledged_by_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "goal_id"],
            ["goal.workspace_id", "goal.id"],
            name=op.f("fk_alert_story_workspace_id_goal_id_goal"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "rule_id"],
            ["alert_rule.workspace_id", "alert_rule.id"],
            name=op.f("fk_alert_story_workspace_id_rule_id_alert_rule"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_alert_story_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_alert_story")),
    )
    with op.batch_alter_table("alert_story", schema=None) as batch_op:
        batch_op.create_index(
            "ix_alert_story_subject", ["workspace_id", "rule_id", "subject"], unique=False
        )
        batch_op.create_index("ix_alert_story_wake", ["workspace_id", "wake_at"], unique=False)

    op.create_table(
        "rule_check",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject", sqlmodel.AutoString(), nullable=False),
        sa.Column("goal_id", sa.BigInteger(), nullable=True),
        sa.Column("evaluation_id", sa.BigInteger(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("code", sqlmodel.AutoString(), nullable=False),
        sa.Column("fired", sa.Boolean(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("why", Json, nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "goal_id"],
            ["goal.workspace_id", "goal.id"],
            name=op.f("fk_rule_check_workspace_id_goal_id_goal"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "rule_id"],
            ["alert_rule.workspace_id", "alert_rule.id"],
            name=op.f("fk_rule_check_workspace_id_rule_id_alert_rule"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_rule_check_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_rule_check")),
        sa.UniqueConstraint(
            "workspace_id",
            "rule_id",
            "version",
            "subject",
            "day",
            "code",
            name=op.f("uq_rule_check_workspace_id_rule_id_version_subject_day_code"),
        ),
    )
    with op.batch_alter_table("rule_check", schema=None) as batch_op:
        batch_op.create_index("ix_rule_check_latest", ["workspace_id", "at"], unique=False)

    op.create_table(
        "alert_act",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sqlmodel.AutoString(), nullable=False),
        sa.Column("text", sqlmodel.AutoString(), nullable=True),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('opened', 'told', 'acknowledged', 'snoozed', 'comment', 'escalated', 'closed')",
            name=op.f("ck_alert_act_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "by_id"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_alert_act_workspace_id_by_id_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "story_id"],
            ["alert_story.workspace_id", "alert_story.id"],
            name=op.f("fk_alert_act_workspace_id_story_id_alert_story"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_alert_act_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_alert_act")),
    )
    with op.batch_alter_table("alert_act", schema=None) as batch_op:
        batch_op.create_index(
            "ix_alert_act_story", ["workspace_id", "story_id", "at"], unique=False
        )

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rule_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("story_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("deferred_until", UTCDateTime(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_outbox_workspace_id_story_id_alert_story"),
            "alert_story",
            ["workspace_id", "story_id"],
            ["workspace_id", "id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_outbox_workspace_id_rule_id_alert_rule"),
            "alert_rule",
            ["workspace_id", "rule_id"],
            ["workspace_id", "id"],
        )


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_outbox_workspace_id_rule_id_alert_rule"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("fk_outbox_workspace_id_story_id_alert_story"), type_="foreignkey"
        )
        batch_op.drop_column("deferred_until")
        batch_op.drop_column("story_id")
        batch_op.drop_column("rule_id")

    with op.batch_alter_table("alert_act", schema=None) as batch_op:
        batch_op.drop_index("ix_alert_act_story")

    op.drop_table("alert_act")
    with op.batch_alter_table("rule_check", schema=None) as batch_op:
        batch_op.drop_index("ix_rule_check_latest")

    op.drop_table("rule_check")
    with op.batch_alter_table("alert_story", schema=None) as batch_op:
        batch_op.drop_index("ix_alert_story_wake")
        batch_op.drop_index("ix_alert_story_subject")

    op.drop_table("alert_story")
    op.drop_table("alert_rule")
    op.drop_table("notice_off")
