"""The thread of a pairing: notes, messages, next steps; to whom a pairing was handed; files on a thread."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0009"
branch_labels = None
depends_on = None

OWNERS = ("problem", "capability", "record")


def upgrade() -> None:
    op.create_table(
        "next_step",
        sa.Column("pairing_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("what <> ''", name=op.f("ck_next_step_what")),
        sa.CheckConstraint("(status = 'open') = (closed_at IS NULL)", name=op.f("ck_next_step_closed")),
        sa.CheckConstraint("status IN ('open', 'done', 'dropped')", name=op.f("ck_next_step_step_status")),
        sa.ForeignKeyConstraint(
            ["pairing_id"], ["pairing.id"], name=op.f("fk_next_step_pairing_id_pairing"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_next_step_owner_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_next_step")),
    )
    op.create_index("ix_next_step_owner", "next_step", ["owner_id", "status", "due_on"])
    op.create_index(op.f("ix_next_step_pairing_id"), "next_step", ["pairing_id"])
    op.create_table(
        "thread_entry",
        sa.Column("pairing_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=32), nullable=True),
        sa.Column("audience", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'message') = (day IS NULL)", name=op.f("ck_thread_entry_day")),
        sa.CheckConstraint(
            "(step_id IS NULL) = (kind IN ('call', 'visit', 'meeting', 'mail', 'message'))",
            name=op.f("ck_thread_entry_step"),
        ),
        sa.CheckConstraint(
            "step_id IS NULL OR audience = 'staff'", name=op.f("ck_thread_entry_step_audience")
        ),
        sa.CheckConstraint(
            "side IS NULL OR (kind = 'message' AND audience IN (side, 'both'))",
            name=op.f("ck_thread_entry_side_audience"),
        ),
        sa.CheckConstraint(
            "kind <> 'message' OR audience <> 'staff'", name=op.f("ck_thread_entry_message_audience")
        ),
        sa.CheckConstraint(
            "kind IN ('call', 'visit', 'meeting', 'mail', 'message', 'step_planned', 'step_moved',"
            " 'step_done', 'step_dropped', 'step_reopened')",
            name=op.f("ck_thread_entry_entry_kind"),
        ),
        sa.CheckConstraint("side IN ('problem', 'capability')", name=op.f("ck_thread_entry_entry_side")),
        sa.CheckConstraint(
            "audience IN ('staff', 'problem', 'capability', 'both')", name=op.f("ck_thread_entry_audience")
        ),
        sa.ForeignKeyConstraint(
            ["pairing_id"],
            ["pairing.id"],
            name=op.f("fk_thread_entry_pairing_id_pairing"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_thread_entry_author_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["step_id"],
            ["next_step.id"],
            name=op.f("fk_thread_entry_step_id_next_step"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_entry")),
    )
    op.create_index("ix_thread_entry_pairing", "thread_entry", ["pairing_id", "created_at"])
    with op.batch_alter_table("pairing_event") as batch:
        batch.add_column(sa.Column("broker_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_pairing_event_broker_id_user_account"), "user_account", ["broker_id"], ["id"]
        )
    _restrict_owners((*OWNERS, "thread_entry"))


def downgrade() -> None:
    op.execute("DELETE FROM attachment WHERE owner_kind = 'thread_entry'")
    _restrict_owners(OWNERS)
    op.execute("DELETE FROM pairing_event WHERE action IN ('take_on', 'hand_over')")
    with op.batch_alter_table("pairing_event") as batch:
        batch.drop_constraint(op.f("fk_pairing_event_broker_id_user_account"), type_="foreignkey")
        batch.drop_column("broker_id")
    op.drop_table("thread_entry")
    op.drop_table("next_step")


def _restrict_owners(kinds: tuple[str, ...]) -> None:
    """What files may hang on."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("attachment") as batch:
        batch.drop_constraint(op.f("ck_attachment_attachment_owner"), type_="check")
        batch.create_check_constraint(op.f("ck_attachment_attachment_owner"), f"owner_kind IN ({listed})")
