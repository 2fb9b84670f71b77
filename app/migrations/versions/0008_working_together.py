"""Tables: who works on which section, comments, the last place, links to read."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from goals.table import Json, UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comment",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("question", sqlmodel.AutoString(), nullable=False),
        sa.Column("item", sqlmodel.AutoString(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sqlmodel.AutoString(), nullable=False),
        sa.Column("mentions", Json, nullable=False),
        sa.Column("written_by", sa.BigInteger(), nullable=True),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.Column("resolved_by", sa.BigInteger(), nullable=True),
        sa.Column("resolved_at", UTCDateTime(), nullable=True),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "parent_id"],
            ["comment.workspace_id", "comment.id"],
            name=op.f("fk_comment_workspace_id_parent_id_comment"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "resolved_by"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_comment_workspace_id_resolved_by_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "written_by"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_comment_workspace_id_written_by_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_comment_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_comment")),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_comment_question", ["workspace_id", "question", "item"], unique=False
        )
    op.create_table(
        "last_place",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("section", sqlmodel.AutoString(), nullable=False),
        sa.Column("question", sqlmodel.AutoString(), nullable=False),
        sa.Column("item", sqlmodel.AutoString(), nullable=True),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_last_place_workspace_id_member_id_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_last_place_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_last_place")),
        sa.UniqueConstraint(
            "workspace_id", "member_id", name=op.f("uq_last_place_workspace_id_member_id")
        ),
    )
    op.create_table(
        "section_assignee",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("section", sqlmodel.AutoString(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("assigned_by", sa.BigInteger(), nullable=True),
        sa.Column("assigned_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "assigned_by"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_section_assignee_workspace_id_assigned_by_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_section_assignee_workspace_id_member_id_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_section_assignee_workspace_id_workspace"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_section_assignee")),
        sa.UniqueConstraint(
            "workspace_id", "section", name=op.f("uq_section_assignee_workspace_id_section")
        ),
    )
    op.create_table(
        "share_link",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token_hash", sqlmodel.AutoString(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.Column("opened_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "made_by"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_share_link_workspace_id_made_by_member"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_share_link_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_share_link")),
        sa.UniqueConstraint(
            "workspace_id", "token_hash", name=op.f("uq_share_link_workspace_id_token_hash")
        ),
    )


def downgrade() -> None:
    op.drop_table("share_link")
    op.drop_table("section_assignee")
    op.drop_table("last_place")
    op.drop_table("comment")
