"""The board: filters that a person keeps by name, and what was done to several pairings at once, to be undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STATUSES = "('suggested', 'shortlisted', 'introduced', 'negotiating', 'confirmed', 'dismissed')"


def upgrade() -> None:
    op.create_table(
        "saved_filter",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("query", sa.String(length=1000), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_saved_filter_name")),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_saved_filter_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_filter_user_id_name")),
    )
    op.create_index(
        "uq_saved_filter_default",
        "saved_filter",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )
    op.create_table(
        "bulk_change",
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('dismiss', 'assign')", name=op.f("ck_bulk_change_bulk_kind")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_bulk_change_actor_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_change")),
    )
    op.create_index("ix_bulk_change_actor", "bulk_change", ["actor_id", "created_at"])
    op.create_table(
        "bulk_item",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("pairing_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status_before", sa.String(length=32), nullable=False),
        sa.Column("broker_before_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"status_before IN {STATUSES}", name=op.f("ck_bulk_item_status_before")),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["bulk_change.id"],
            name=op.f("fk_bulk_item_change_id_bulk_change"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["pairing_id"], ["pairing.id"], name=op.f("fk_bulk_item_pairing_id_pairing"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["broker_before_id"], ["user_account.id"], name=op.f("fk_bulk_item_broker_before_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_item")),
        sa.UniqueConstraint("change_id", "pairing_id", name=op.f("uq_bulk_item_change_id_pairing_id")),
    )
    op.create_index(op.f("ix_bulk_item_pairing_id"), "bulk_item", ["pairing_id"])


def downgrade() -> None:
    op.drop_table("bulk_item")
    op.drop_table("bulk_change")
    op.drop_table("saved_filter")
    op.execute("DELETE FROM pairing_event WHERE action = 'release'")
