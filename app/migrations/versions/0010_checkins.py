"""Tables: check-ins and actions that were tried; goals get the rhythm of their check-ins."""

from datetime import UTC, date, datetime

import sqlalchemy as sa
import sqlmodel
from alembic import op

from goals.table import UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

#: The longest windows, in days, that get a rhythm; longer ones are looked at quarterly.
LENGTHS = ((45, "weekly"), (190, "fortnightly"), (400, "monthly"))


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("goal_id", sa.BigInteger(), nullable=False),
        sa.Column("remedy", sqlmodel.AutoString(), nullable=True),
        sa.Column("text", sqlmodel.AutoString(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("before_id", sa.BigInteger(), nullable=True),
        sa.Column("taken_by", sa.BigInteger(), nullable=True),
        sa.Column("taken_at", UTCDateTime(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("outcome", sqlmodel.AutoString(), nullable=True),
        sa.Column("note", sqlmodel.AutoString(), nullable=True),
        sa.Column("after_id", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.BigInteger(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('helped', 'not_helped', 'early', 'dropped')",
            name=op.f("ck_attempt_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "after_id"],
            ["evaluation.workspace_id", "evaluation.id"],
            name=op.f("fk_attempt_workspace_id_after_id_evaluation"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "before_id"],
            ["evaluation.workspace_id", "evaluation.id"],
            name=op.f("fk_attempt_workspace_id_before_id_evaluation"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "goal_id"],
            ["goal.workspace_id", "goal.id"],
            name=op.f("fk_attempt_workspace_id_goal_id_goal"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "owner_id"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_attempt_workspace_id_owner_id_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "settled_by"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_attempt_workspace_id_settled_by_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "taken_by"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_attempt_workspace_id_taken_by_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_attempt_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index("ix_attempt_goal", ["workspace_id", "goal_id"], unique=False)
    op.create_table(
        "checkin",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("goal_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("evaluation_id", sa.BigInteger(), nullable=True),
        sa.Column("confidence", sqlmodel.AutoString(), nullable=False),
        sa.Column("note", sqlmodel.AutoString(), nullable=False),
        sa.Column("blocker", sqlmodel.AutoString(), nullable=True),
        sa.Column("next_action", sqlmodel.AutoString(), nullable=True),
        sa.Column("next_due", sa.Date(), nullable=True),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=True),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "confidence IN ('90', '70', '50', '30', '10')", name=op.f("ck_checkin_confidence")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "evaluation_id"],
            ["evaluation.workspace_id", "evaluation.id"],
            name=op.f("fk_checkin_workspace_id_evaluation_id_evaluation"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "goal_id"],
            ["goal.workspace_id", "goal.id"],
            name=op.f("fk_checkin_workspace_id_goal_id_goal"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "made_by"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_checkin_workspace_id_made_by_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_checkin_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_checkin")),
    )
    with op.batch_alter_table("checkin", schema=None) as batch_op:
        batch_op.create_index("ix_checkin_goal", ["workspace_id", "goal_id", "day"], unique=False)

    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("cadence", sqlmodel.AutoString(), nullable=False, server_default="none")
        )
        batch_op.add_column(sa.Column("cadence_since", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("reminds", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    _give_rhythms(datetime.now(UTC).date())
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.alter_column("cadence", existing_type=sqlmodel.AutoString(), server_default=None)
        batch_op.alter_column("reminds", existing_type=sa.Boolean(), server_default=None)
        batch_op.create_check_constraint(
            op.f("ck_goal_cadence"),
            "cadence IN ('weekly', 'fortnightly', 'monthly', 'quarterly', 'none')",
        )


def _give_rhythms(today: date) -> None:
    """Give each goal that there is the rhythm that fits its window, from today on."""
    names = ("workspace_id", "id", "version", "cadence")
    since = sa.column("cadence_since", sa.Date())
    goal = sa.table("goal", *(sa.column(name) for name in names), since)
    kept = ("workspace_id", "goal_id", "version")
    days = (sa.column("first_day", sa.Date()), sa.column("last_day", sa.Date()))
    terms = sa.table("goal_version", *(sa.column(name) for name in kept), *days)
    held = sa.and_(
        terms.c.workspace_id == goal.c.workspace_id,
        terms.c.goal_id == goal.c.id,
        terms.c.version == goal.c.version,
    )
    found = sa.select(
        goal.c.workspace_id, goal.c.id, terms.c.first_day, terms.c.last_day
    ).join_from(goal, terms, held)
    bind = op.get_bind()
    for workspace_id, goal_id, first, last in bind.execute(found).all():
        length = (last - first).days + 1
        word = next((word for most, word in LENGTHS if length <= most), "quarterly")
        bind.execute(
            goal.update()
            .where(goal.c.workspace_id == workspace_id, goal.c.id == goal_id)
            .values(cadence=word, cadence_since=today)
        )


def downgrade() -> None:
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_goal_cadence"), type_="check")
        batch_op.drop_column("reminds")
        batch_op.drop_column("cadence_since")
        batch_op.drop_column("cadence")
    op.drop_table("checkin")
    op.drop_table("attempt")
