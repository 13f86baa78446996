"""What each side answered, how and when; the undertaking of confidentiality, its versions and who accepted them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STATUSES = "status IN ('asked', 'agreed', 'declined', 'withdrawn')"
REASONS = "reason IN ('not_now', 'not_fitting', 'has_partner', 'no_capacity', 'other')"
WAYS = "way IN ('phone', 'mail', 'meeting', 'wechat', 'letter')"
SIDES = "IN ('problem', 'capability')"
NEW_ACTIONS = (
    "'propose', 'decline_interest', 'record_interest', 'record_decline', 'record_withdrawal', 'undertake'"
)


def upgrade() -> None:
    _undertakings()
    with op.batch_alter_table("interest") as batch:
        batch.add_column(sa.Column("status", sa.String(length=32), nullable=True))
        batch.add_column(sa.Column("reason", sa.String(length=32), nullable=True))
        batch.add_column(sa.Column("way", sa.String(length=32), nullable=True))
        batch.add_column(sa.Column("said_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("said_by", sa.String(length=60), nullable=True))
        batch.add_column(sa.Column("version", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE interest SET said_by = '', version = 1,"
        " status = CASE WHEN withdrawn_at IS NULL THEN 'agreed' ELSE 'withdrawn' END,"
        " created_at = COALESCE(withdrawn_at, created_at)"
    )
    with op.batch_alter_table("interest") as batch:
        batch.alter_column("status", existing_type=sa.String(length=32), nullable=False)
        batch.alter_column("said_by", existing_type=sa.String(length=60), nullable=False)
        batch.alter_column("version", existing_type=sa.Integer(), nullable=False)
        batch.drop_column("withdrawn_at")
        batch.create_check_constraint(op.f("ck_interest_consent_status"), STATUSES)
        batch.create_check_constraint(op.f("ck_interest_decline_reason_code"), REASONS)
        batch.create_check_constraint(op.f("ck_interest_consent_way"), WAYS)
        batch.create_check_constraint(
            op.f("ck_interest_said"),
            "(way IS NULL) = (said_on IS NULL) AND (way IS NULL) = (said_by = '')",
        )
        batch.create_check_constraint(
            op.f("ck_interest_decline_reason"), "(status = 'declined') = (reason IS NOT NULL)"
        )
    with op.batch_alter_table("pairing_event") as batch:
        batch.add_column(sa.Column("side", sa.String(length=32), nullable=True))
        batch.add_column(sa.Column("way", sa.String(length=32), nullable=True))
        batch.add_column(sa.Column("said_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("said_by", sa.String(length=60), server_default="", nullable=False))
        batch.add_column(sa.Column("undertaking_id", sa.Integer(), nullable=True))
        batch.create_check_constraint(op.f("ck_pairing_event_event_side"), f"side {SIDES}")
        batch.create_foreign_key(
            op.f("fk_pairing_event_undertaking_id_undertaking"), "undertaking", ["undertaking_id"], ["id"]
        )
    with op.batch_alter_table("pairing_event") as batch:
        batch.alter_column("said_by", existing_type=sa.String(length=60), server_default=None)


def _undertakings() -> None:
    op.create_table(
        "undertaking",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "version > 0 AND text_zh <> '' AND text_en <> ''", name=op.f("ck_undertaking_text")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["user_account.id"], name=op.f("fk_undertaking_published_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undertaking")),
        sa.UniqueConstraint("version", name=op.f("uq_undertaking_version")),
    )
    op.create_table(
        "undertaking_acceptance",
        sa.Column("pairing_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=32), nullable=False),
        sa.Column("undertaking_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"side {SIDES}", name=op.f("ck_undertaking_acceptance_acceptance_side")),
        sa.ForeignKeyConstraint(
            ["pairing_id"],
            ["pairing.id"],
            name=op.f("fk_undertaking_acceptance_pairing_id_pairing"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["undertaking_id"],
            ["undertaking.id"],
            name=op.f("fk_undertaking_acceptance_undertaking_id_undertaking"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_undertaking_acceptance_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undertaking_acceptance")),
        sa.UniqueConstraint(
            "pairing_id",
            "side",
            "undertaking_id",
            name=op.f("uq_undertaking_acceptance_pairing_id_side_undertaking_id"),
        ),
    )


def downgrade() -> None:
    op.execute(f"DELETE FROM pairing_event WHERE action IN ({NEW_ACTIONS})")
    with op.batch_alter_table("pairing_event") as batch:
        batch.drop_constraint(op.f("fk_pairing_event_undertaking_id_undertaking"), type_="foreignkey")
        batch.drop_constraint(op.f("ck_pairing_event_event_side"), type_="check")
        for name in ("undertaking_id", "said_by", "said_on", "way", "side"):
            batch.drop_column(name)
    op.execute("DELETE FROM interest WHERE status IN ('asked', 'declined')")
    with op.batch_alter_table("interest") as batch:
        batch.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE interest SET withdrawn_at = created_at WHERE status = 'withdrawn'")
    with op.batch_alter_table("interest") as batch:
        for name in ("consent_status", "decline_reason_code", "consent_way", "said", "decline_reason"):
            batch.drop_constraint(op.f(f"ck_interest_{name}"), type_="check")
        for name in ("version", "said_by", "said_on", "way", "reason", "status"):
            batch.drop_column(name)
    op.drop_table("undertaking_acceptance")
    op.drop_table("undertaking")
