"""Cooperation records, milestones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cooperation_record",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("pairing_id", sa.Integer(), nullable=True),
        sa.Column("mode", sa.String(length=32), nullable=False),
        sa.Column("contract_category", sa.String(length=32), nullable=True),
        sa.Column("contract_number", sa.String(length=60), nullable=False),
        sa.Column("registration_number", sa.String(length=60), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("technology_amount", sa.BigInteger(), nullable=True),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=True),
        sa.Column("programme", sa.String(length=32), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("leader_a", sa.String(length=60), nullable=False),
        sa.Column("leader_b", sa.String(length=60), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "intended",
                "signed",
                "in_progress",
                "accepted",
                "terminated",
                name="record_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("termination_reason", sa.Text(), nullable=False),
        sa.Column("acceptance_note", sa.Text(), nullable=False),
        sa.Column("result_patents", sa.Integer(), nullable=True),
        sa.Column("result_products", sa.Integer(), nullable=True),
        sa.Column("result_standards", sa.Integer(), nullable=True),
        sa.Column("result_jobs", sa.Integer(), nullable=True),
        sa.Column("result_output_value", sa.BigInteger(), nullable=True),
        sa.Column("result_tax", sa.BigInteger(), nullable=True),
        sa.Column("broker_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status <> 'terminated' OR termination_reason <> ''",
            name=op.f("ck_cooperation_record_termination_reason"),
        ),
        sa.CheckConstraint("amount IS NULL OR amount >= 0", name=op.f("ck_cooperation_record_amount")),
        sa.CheckConstraint(
            "ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on",
            name=op.f("ck_cooperation_record_dates"),
        ),
        sa.CheckConstraint("paid >= 0", name=op.f("ck_cooperation_record_paid")),
        sa.CheckConstraint(
            "technology_amount IS NULL OR (amount IS NOT NULL AND technology_amount BETWEEN 0 AND amount)",
            name=op.f("ck_cooperation_record_technology_amount"),
        ),
        sa.ForeignKeyConstraint(
            ["broker_id"], ["user_account.id"], name=op.f("fk_cooperation_record_broker_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["pairing_id"], ["pairing.id"], name=op.f("fk_cooperation_record_pairing_id_pairing")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cooperation_record")),
        sa.UniqueConstraint("number", name=op.f("uq_cooperation_record_number")),
        sa.UniqueConstraint("pairing_id", name=op.f("uq_cooperation_record_pairing_id")),
    )
    op.create_index(op.f("ix_cooperation_record_status"), "cooperation_record", ["status"], unique=False)
    op.create_table(
        "record_party",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "a", "b", "c", "d", name="party_role", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_record_party_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["cooperation_record.id"],
            name=op.f("fk_record_party_record_id_cooperation_record"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_party")),
        sa.UniqueConstraint(
            "record_id", "organisation_id", name=op.f("uq_record_party_record_id_organisation_id")
        ),
        sa.UniqueConstraint("record_id", "role", name=op.f("uq_record_party_record_id_role")),
    )
    op.create_index(
        op.f("ix_record_party_organisation_id"), "record_party", ["organisation_id"], unique=False
    )
    op.create_table(
        "record_event",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("from_status", sa.String(length=32), nullable=True),
        sa.Column("to_status", sa.String(length=32), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_record_event_actor_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["cooperation_record.id"],
            name=op.f("fk_record_event_record_id_cooperation_record"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_event")),
    )
    op.create_index(op.f("ix_record_event_record_id"), "record_event", ["record_id"], unique=False)
    op.create_table(
        "milestone",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("payment", sa.BigInteger(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "done",
                "waived",
                name="milestone_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status <> 'done' OR done_on IS NOT NULL", name=op.f("ck_milestone_done_on")),
        sa.CheckConstraint("payment IS NULL OR payment >= 0", name=op.f("ck_milestone_payment")),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["cooperation_record.id"],
            name=op.f("fk_milestone_record_id_cooperation_record"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    op.create_index(op.f("ix_milestone_record_id"), "milestone", ["record_id"], unique=False)


def downgrade() -> None:
    op.drop_table("milestone")
    op.drop_table("record_event")
    op.drop_table("record_party")
    op.drop_table("cooperation_record")
