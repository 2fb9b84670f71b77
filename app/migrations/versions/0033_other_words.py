"""Other words for goals, people and teams, questions that were not understood, what was asked."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from goals.table import UTCDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alias",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("word", sqlmodel.AutoString(), nullable=False),
        sa.Column("form", sqlmodel.AutoString(), nullable=False),
        sa.Column("goal_id", sa.BigInteger(), nullable=True),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("team_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["workspace_id", f"{table}_id"],
                [f"{table}.workspace_id", f"{table}.id"],
                name=op.f(f"fk_alias_workspace_id_{table}_id_{table}"),
            )
            for table in ("goal", "member", "team")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_alias_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_alias")),
        sa.UniqueConstraint("workspace_id", "form", name=op.f("uq_alias_workspace_id_form")),
    )
    op.create_table(
        "unanswered",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("question", sqlmodel.AutoString(), nullable=False),
        sa.Column("form", sqlmodel.AutoString(), nullable=False),
        sa.Column("rest", sqlmodel.AutoString(), nullable=False),
        sa.Column("locale", sqlmodel.AutoString(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("locale IN ('en', 'th', 'zh_Hans')", name=op.f("ck_unanswered_locale")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_unanswered_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_unanswered")),
        sa.UniqueConstraint("workspace_id", "form", name=op.f("uq_unanswered_workspace_id_form")),
    )

    op.add_column("slack_inbound", sa.Column("place", sqlmodel.AutoString(), nullable=True))
    op.add_column("slack_inbound", sa.Column("question", sa.Text(), nullable=True))
    op.create_index(
        "ix_slack_inbound_place", "slack_inbound", ["place", "received_at"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_slack_inbound_place", table_name="slack_inbound")
    op.drop_column("slack_inbound", "question")
    op.drop_column("slack_inbound", "place")
    op.drop_table("unanswered")
    op.drop_table("alias")
