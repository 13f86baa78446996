"""Problems, capabilities, their history and files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "problem",
        sa.Column("need", sa.String(length=32), nullable=True),
        sa.Column("background", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("targets_text", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("confidential", sa.Text(), nullable=False),
        sa.Column("industry", sa.String(length=32), nullable=True),
        sa.Column(
            "urgency",
            sa.Enum(
                "normal",
                "urgent",
                "blocking",
                name="urgency",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "budget_readers",
            sa.Enum(
                "all",
                "signed_in",
                name="budget_readers",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("wanted_by", sa.Date(), nullable=True),
        sa.Column("acceptable_partners", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "published",
                "in_cooperation",
                "solved",
                "withdrawn",
                "expired",
                name="problem_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=True),
        sa.Column("subfield", sa.String(length=32), nullable=True),
        sa.Column("county", sa.String(length=32), nullable=True),
        sa.Column(
            "money_kind",
            sa.Enum(
                "negotiable",
                "exact",
                "range",
                name="money_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("money_low", sa.BigInteger(), nullable=True),
        sa.Column("money_high", sa.BigInteger(), nullable=True),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("contact_name", sa.String(length=40), nullable=False),
        sa.Column("contact_phone", sa.String(length=40), nullable=False),
        sa.Column("contact_email", sa.String(length=120), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("external_id", sa.String(length=120), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(money_kind = 'negotiable' AND money_low IS NULL AND money_high IS NULL) OR (money_kind = 'exact' AND money_low IS NOT NULL AND money_low >= 0 AND money_high IS NULL) OR (money_kind = 'range' AND money_low IS NOT NULL AND money_high IS NOT NULL AND money_low >= 0 AND money_high >= money_low)",
            name=op.f("ck_problem_budget"),
        ),
        sa.CheckConstraint("length(background) <= 2000", name=op.f("ck_problem_background_length")),
        sa.CheckConstraint("length(confidential) <= 4000", name=op.f("ck_problem_confidential_length")),
        sa.CheckConstraint("length(statement) <= 4000", name=op.f("ck_problem_statement_length")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_problem_author_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_problem_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem")),
        sa.UniqueConstraint("external_id", name=op.f("uq_problem_external_id")),
    )
    op.create_index(op.f("ix_problem_county"), "problem", ["county"], unique=False)
    op.create_index(op.f("ix_problem_field"), "problem", ["field"], unique=False)
    op.create_index(op.f("ix_problem_organisation_id"), "problem", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_problem_status"), "problem", ["status"], unique=False)
    op.create_table(
        "problem_mode",
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["problem_id"],
            ["problem.id"],
            name=op.f("fk_problem_mode_problem_id_problem"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("problem_id", "code", name=op.f("pk_problem_mode")),
    )
    op.create_table(
        "capability",
        sa.Column("kind", sa.String(length=32), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("innovation", sa.Text(), nullable=False),
        sa.Column("advantage", sa.Text(), nullable=False),
        sa.Column("economics", sa.Text(), nullable=False),
        sa.Column("application", sa.Text(), nullable=False),
        sa.Column("trl", sa.Integer(), nullable=True),
        sa.Column("stage", sa.String(length=32), nullable=True),
        sa.Column("patents", sa.JSON(), nullable=False),
        sa.Column("team", sa.String(length=200), nullable=False),
        sa.Column("school", sa.String(length=120), nullable=False),
        sa.Column("cases", sa.Text(), nullable=False),
        sa.Column("awards", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "published",
                "archived",
                name="capability_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=True),
        sa.Column("subfield", sa.String(length=32), nullable=True),
        sa.Column("county", sa.String(length=32), nullable=True),
        sa.Column(
            "money_kind",
            sa.Enum(
                "negotiable",
                "exact",
                "range",
                name="money_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("money_low", sa.BigInteger(), nullable=True),
        sa.Column("money_high", sa.BigInteger(), nullable=True),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("contact_name", sa.String(length=40), nullable=False),
        sa.Column("contact_phone", sa.String(length=40), nullable=False),
        sa.Column("contact_email", sa.String(length=120), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("external_id", sa.String(length=120), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(money_kind = 'negotiable' AND money_low IS NULL AND money_high IS NULL) OR (money_kind = 'exact' AND money_low IS NOT NULL AND money_low >= 0 AND money_high IS NULL) OR (money_kind = 'range' AND money_low IS NOT NULL AND money_high IS NOT NULL AND money_low >= 0 AND money_high >= money_low)",
            name=op.f("ck_capability_price"),
        ),
        sa.CheckConstraint("length(summary) <= 2000", name=op.f("ck_capability_summary_length")),
        sa.CheckConstraint("trl IS NULL OR trl BETWEEN 1 AND 9", name=op.f("ck_capability_trl")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_capability_author_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_capability_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capability")),
        sa.UniqueConstraint("external_id", name=op.f("uq_capability_external_id")),
    )
    op.create_index(op.f("ix_capability_county"), "capability", ["county"], unique=False)
    op.create_index(op.f("ix_capability_field"), "capability", ["field"], unique=False)
    op.create_index(op.f("ix_capability_organisation_id"), "capability", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_capability_status"), "capability", ["status"], unique=False)
    op.create_table(
        "capability_mode",
        sa.Column("capability_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["capability_id"],
            ["capability.id"],
            name=op.f("fk_capability_mode_capability_id_capability"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("capability_id", "code", name=op.f("pk_capability_mode")),
    )
    op.create_table(
        "revision",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_revision_author_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("kind", "object_id", "number", name=op.f("uq_revision_kind_object_id_number")),
    )
    op.create_table(
        "attachment",
        sa.Column(
            "owner_kind",
            sa.Enum(
                "problem",
                "capability",
                "record",
                name="attachment_owner",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_as", sa.String(length=80), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_attachment_size")),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["user_account.id"], name=op.f("fk_attachment_uploaded_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_attachment_stored_as")),
    )
    op.create_index("ix_attachment_owner", "attachment", ["owner_kind", "owner_id"], unique=False)


def downgrade() -> None:
    op.drop_table("attachment")
    op.drop_table("revision")
    op.drop_table("capability_mode")
    op.drop_table("capability")
    op.drop_table("problem_mode")
    op.drop_table("problem")
