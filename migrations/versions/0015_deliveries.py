"""Notices leave the service: what is to be sent, how people want to be told, robots, what was reminded of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None

WAITS_FOR_DIGEST = sa.text("in_digest AND delivery_id IS NULL")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _row() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("format", _choice("payload_format", "json", "wecom", "dingtalk", "feishu"), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_row(),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_webhook_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user_account.id"], name=op.f("fk_webhook_changed_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_webhook_organisation_id")),
    )
    op.create_table(
        "delivery",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("channel", _choice("channel", "mail", "webhook"), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("webhook_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("digest_day", sa.Date(), nullable=True),
        sa.Column(
            "status",
            _choice("delivery_status", "waiting", "sending", "sent", "failed", "dropped"),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=False),
        *_row(),
        sa.CheckConstraint("status <> 'sending' OR lease_until IS NOT NULL", name=op.f("ck_delivery_lease")),
        sa.CheckConstraint("status <> 'sent' OR sent_at IS NOT NULL", name=op.f("ck_delivery_sent_at")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_delivery_user_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhook.id"],
            name=op.f("fk_delivery_webhook_id_webhook"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_delivery_key")),
        sa.UniqueConstraint("user_id", "digest_day", name=op.f("uq_delivery_user_id_digest_day")),
    )
    op.create_index("ix_delivery_due", "delivery", ["status", "next_try_at"])
    op.create_table(
        "notice_choice",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("frequency", _choice("frequency", "at_once", "daily", "in_service", "off"), nullable=False),
        *_row(),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_notice_choice_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_choice")),
        sa.UniqueConstraint("user_id", "topic", name=op.f("uq_notice_choice_user_id_topic")),
    )
    op.create_table(
        "reminder",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=40), nullable=False),
        *_row(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "kind", "object_id", "occasion", name=op.f("uq_reminder_kind_object_id_occasion")
        ),
    )
    with op.batch_alter_table("notice") as batch:
        batch.add_column(sa.Column("in_digest", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("delivery_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_notice_delivery_id_delivery"), "delivery", ["delivery_id"], ["id"], ondelete="SET NULL"
        )
        batch.create_index(op.f("ix_notice_delivery_id"), ["delivery_id"])
    with op.batch_alter_table("notice") as batch:
        batch.alter_column("in_digest", server_default=None)
    op.create_index(
        "ix_notice_digest",
        "notice",
        ["user_id"],
        sqlite_where=WAITS_FOR_DIGEST,
        postgresql_where=WAITS_FOR_DIGEST,
    )


def downgrade() -> None:
    op.drop_index("ix_notice_digest", "notice")
    with op.batch_alter_table("notice") as batch:
        batch.drop_constraint(op.f("fk_notice_delivery_id_delivery"), type_="foreignkey")
        batch.drop_index(op.f("ix_notice_delivery_id"))
        batch.drop_column("delivery_id")
        batch.drop_column("in_digest")
    for table in ("reminder", "notice_choice", "delivery", "webhook"):
        op.drop_table(table)
