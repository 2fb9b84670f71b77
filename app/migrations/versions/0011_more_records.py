"""Tables: what is done, asked for, paid, spent and reached around deals."""

from typing import Any

import sqlalchemy as sa
import sqlmodel
from alembic import op

from goals.table import Json, Money, UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _record() -> list[sa.Column[Any]]:
    """Return the columns that every record has."""
    return [
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("connection_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sqlmodel.AutoString(), nullable=False),
        sa.Column("url", sqlmodel.AutoString(), nullable=True),
        sa.Column("custom", Json, nullable=True),
        sa.Column("is_stub", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
    ]


def upgrade() -> None:
    op.create_table(
        "activity",
        *_record(),
        sa.Column("kind", sqlmodel.AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("deal_id", sa.BigInteger(), nullable=True),
        sa.Column("lead_id", sa.BigInteger(), nullable=True),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sqlmodel.AutoString(), nullable=True),
        sa.Column("direction", sqlmodel.AutoString(), nullable=True),
        sa.CheckConstraint(
            "direction IN ('inbound', 'outbound')", name=op.f("ck_activity_direction")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_activity_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_activity")),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index("ix_activity_contact", ["workspace_id", "contact_id"], unique=False)
        batch_op.create_index("ix_activity_day", ["workspace_id", "day"], unique=False)
        batch_op.create_index("ix_activity_deal", ["workspace_id", "deal_id"], unique=False)
        batch_op.create_index("ix_activity_lead", ["workspace_id", "lead_id"], unique=False)

    op.create_table(
        "campaign",
        *_record(),
        sa.Column("name", sqlmodel.AutoString(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("budget", Money(), nullable=True),
        sa.Column("currency", sqlmodel.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_campaign_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_campaign")),
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.create_index("ix_campaign_name", ["workspace_id", "name"], unique=False)

    op.create_table(
        "campaign_member",
        *_record(),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("responded_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_campaign_member_workspace_id_workspace"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_campaign_member")),
    )
    with op.batch_alter_table("campaign_member", schema=None) as batch_op:
        batch_op.create_index(
            "ix_campaign_member_campaign", ["workspace_id", "campaign_id"], unique=False
        )
        batch_op.create_index("ix_campaign_member_lead", ["workspace_id", "lead_id"], unique=False)
        batch_op.create_index(
            "ix_campaign_member_responded", ["workspace_id", "responded_on"], unique=False
        )

    op.create_table(
        "email_event",
        *_record(),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sqlmodel.AutoString(), nullable=False),
        sa.Column("message", sqlmodel.AutoString(), nullable=True),
        sa.Column("recipient", sqlmodel.AutoString(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('sent', 'delivered', 'open', 'click', 'bounce', 'unsubscribe')",
            name=op.f("ck_email_event_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_email_event_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_email_event")),
    )
    with op.batch_alter_table("email_event", schema=None) as batch_op:
        batch_op.create_index("ix_email_event_day", ["workspace_id", "day"], unique=False)

    op.create_table(
        "expense",
        *_record(),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("currency", sqlmodel.AutoString(), nullable=True),
        sa.Column("category", sqlmodel.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_expense_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_expense")),
    )
    with op.batch_alter_table("expense", schema=None) as batch_op:
        batch_op.create_index("ix_expense_day", ["workspace_id", "day"], unique=False)

    op.create_table(
        "holiday",
        *_record(),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("country", sqlmodel.AutoString(), nullable=True),
        sa.Column("name", sqlmodel.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_holiday_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_holiday")),
    )
    with op.batch_alter_table("holiday", schema=None) as batch_op:
        batch_op.create_index("ix_holiday_day", ["workspace_id", "day"], unique=False)

    op.create_table(
        "purchase",
        *_record(),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("currency", sqlmodel.AutoString(), nullable=True),
        sa.Column("quantity", Money(), nullable=True),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("campaign_id", sa.BigInteger(), nullable=True),
        sa.Column("is_refund", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_purchase_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_purchase")),
    )
    with op.batch_alter_table("purchase", schema=None) as batch_op:
        batch_op.create_index("ix_purchase_account", ["workspace_id", "account_id"], unique=False)
        batch_op.create_index("ix_purchase_day", ["workspace_id", "day"], unique=False)

    op.create_table(
        "quota",
        *_record(),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("currency", sqlmodel.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_quota_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_quota")),
    )
    with op.batch_alter_table("quota", schema=None) as batch_op:
        batch_op.create_index("ix_quota_first", ["workspace_id", "first_day"], unique=False)
        batch_op.create_index("ix_quota_last", ["workspace_id", "last_day"], unique=False)

    op.create_table(
        "spend",
        *_record(),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("currency", sqlmodel.AutoString(), nullable=True),
        sa.Column("campaign_id", sa.BigInteger(), nullable=True),
        sa.Column("category", sqlmodel.AutoString(), nullable=True),
        sa.CheckConstraint("category IN ('marketing', 'sales')", name=op.f("ck_spend_category")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_spend_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_spend")),
    )
    with op.batch_alter_table("spend", schema=None) as batch_op:
        batch_op.create_index("ix_spend_day", ["workspace_id", "day"], unique=False)

    op.create_table(
        "subscription",
        *_record(),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("mrr", Money(), nullable=False),
        sa.Column("currency", sqlmodel.AutoString(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("renewed_on", sa.Date(), nullable=True),
        sa.Column("plan", sqlmodel.AutoString(), nullable=True),
        sa.Column("seats", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_subscription_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_subscription")),
    )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.create_index(
            "ix_subscription_account", ["workspace_id", "account_id"], unique=False
        )
        batch_op.create_index("ix_subscription_ended", ["workspace_id", "ended_on"], unique=False)
        batch_op.create_index(
            "ix_subscription_started", ["workspace_id", "started_on"], unique=False
        )

    op.create_table(
        "survey_answer",
        *_record(),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("score", Money(), nullable=False),
        sa.Column("scale", sqlmodel.AutoString(), nullable=True),
        sa.Column("kind", sqlmodel.AutoString(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("comment", sqlmodel.AutoString(), nullable=True),
        sa.CheckConstraint("kind IN ('nps', 'csat', 'ces')", name=op.f("ck_survey_answer_kind")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_survey_answer_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_survey_answer")),
    )
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_survey_answer_account", ["workspace_id", "account_id"], unique=False
        )
        batch_op.create_index("ix_survey_answer_day", ["workspace_id", "day"], unique=False)

    op.create_table(
        "ticket",
        *_record(),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("first_reply_at", UTCDateTime(), nullable=True),
        sa.Column("solved_at", UTCDateTime(), nullable=True),
        sa.Column("solved_on", sa.Date(), nullable=True),
        sa.Column("reopened_at", UTCDateTime(), nullable=True),
        sa.Column("waiting_hours", Money(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("topic", sqlmodel.AutoString(), nullable=True),
        sa.Column("priority", sqlmodel.AutoString(), nullable=True),
        sa.Column("status", sqlmodel.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_ticket_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_ticket")),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_account", ["workspace_id", "account_id"], unique=False)
        batch_op.create_index("ix_ticket_opened", ["workspace_id", "opened_on"], unique=False)
        batch_op.create_index("ix_ticket_solved", ["workspace_id", "solved_on"], unique=False)

    op.create_table(
        "web_visit",
        *_record(),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("visitors", sa.BigInteger(), nullable=True),
        sa.Column("visits", sa.BigInteger(), nullable=True),
        sa.Column("source", sqlmodel.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_web_visit_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_web_visit")),
    )
    with op.batch_alter_table("web_visit", schema=None) as batch_op:
        batch_op.create_index("ix_web_visit_day", ["workspace_id", "day"], unique=False)


def downgrade() -> None:
    op.drop_table("web_visit")
    op.drop_table("ticket")
    op.drop_table("survey_answer")
    op.drop_table("subscription")
    op.drop_table("spend")
    op.drop_table("quota")
    op.drop_table("purchase")
    op.drop_table("holiday")
    op.drop_table("expense")
    op.drop_table("email_event")
    op.drop_table("campaign_member")
    op.drop_table("campaign")
    op.drop_table("activity")
