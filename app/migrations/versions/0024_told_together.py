"""Messages that are told together: which message tells of another."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_BEFORE = "state IN ('new', 'sending', 'done', 'dead', 'held')"
_AFTER = "state IN ('new', 'sending', 'done', 'dead', 'held', 'told')"


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told_by", sa.BigInteger(), nullable=True))
        batch_op.drop_constraint(batch_op.f("ck_outbox_state"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_outbox_state"), _AFTER)
        batch_op.create_index("ix_outbox_told_by", ["workspace_id", "told_by"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_outbox_workspace_id_told_by_outbox"),
            "outbox",
            ["workspace_id", "told_by"],
            ["workspace_id", "id"],
        )


def downgrade() -> None:
    # Whatever was told among others was told.
    op.execute("UPDATE outbox SET state = 'done', told_by = NULL WHERE state = 'told'")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_outbox_workspace_id_told_by_outbox"), type_="foreignkey"
        )
        batch_op.drop_index("ix_outbox_told_by")
        batch_op.drop_constraint(batch_op.f("ck_outbox_state"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_outbox_state"), _BEFORE)
        batch_op.drop_column("told_by")
