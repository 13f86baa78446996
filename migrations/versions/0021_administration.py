"""Administration: organisations are merged and keep former names, persons are erased, settings change in service."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0023"
branch_labels = None
depends_on = None

VERIFICATION = "status IN ('pending', 'verified', 'rejected', 'merged')"
VERIFICATION_BEFORE = "status IN ('pending', 'verified', 'rejected')"
MERGED = "(status = 'merged') = (merged_into_id IS NOT NULL)"
LOGIN_NAME = "(erased_at IS NULL) = (email IS NOT NULL OR mobile IS NOT NULL)"
LOGIN_NAME_BEFORE = "email IS NOT NULL OR mobile IS NOT NULL"
VERSIONED = ("organisation", "term")


def upgrade() -> None:
    for table in VERSIONED:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        with op.batch_alter_table(table) as batch:
            batch.alter_column("version", existing_type=sa.Integer(), server_default=None)
    with op.batch_alter_table("organisation") as batch:
        batch.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch.drop_constraint(op.f("ck_organisation_verification"), type_="check")
        batch.create_check_constraint(op.f("ck_organisation_verification"), VERIFICATION)
        batch.create_check_constraint(op.f("ck_organisation_merged"), MERGED)
        batch.create_foreign_key(
            op.f("fk_organisation_merged_into_id_organisation"), "organisation", ["merged_into_id"], ["id"]
        )
        batch.create_index(op.f("ix_organisation_merged_into_id"), ["merged_into_id"])
    with op.batch_alter_table("user_account") as batch:
        batch.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
        batch.drop_constraint(op.f("ck_user_account_has_login_name"), type_="check")
        batch.create_check_constraint(op.f("ck_user_account_has_login_name"), LOGIN_NAME)
        batch.create_check_constraint(
            op.f("ck_user_account_erased_is_closed"), "erased_at IS NULL OR NOT active"
        )
    with op.batch_alter_table("audit_event") as batch:
        batch.add_column(sa.Column("remains", sa.String(length=64), nullable=True))
        batch.create_index("ix_audit_event_action", ["action", "id"])
        batch.create_index("ix_audit_event_at", ["at"])
    _former_names()
    _settings()


def _former_names() -> None:
    op.create_table(
        "former_name",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("code", sa.String(length=18), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_from_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("until >= since", name=op.f("ck_former_name_period")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_former_name_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["merged_from_id"], ["organisation.id"], name=op.f("fk_former_name_merged_from_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user_account.id"], name=op.f("fk_former_name_changed_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_name")),
    )
    op.create_index(op.f("ix_former_name_organisation_id"), "former_name", ["organisation_id"])
    op.create_index(op.f("ix_former_name_name"), "former_name", ["name"])


def _settings() -> None:
    op.create_table(
        "service_setting",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user_account.id"], name=op.f("fk_service_setting_changed_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_service_setting")),
    )


def downgrade() -> None:
    """Merged organisations stand as refused, and erased persons get a login name that nobody can receive."""
    op.drop_table("service_setting")
    op.drop_table("former_name")
    with op.batch_alter_table("audit_event") as batch:
        batch.drop_index("ix_audit_event_at")
        batch.drop_index("ix_audit_event_action")
        batch.drop_column("remains")
    with op.batch_alter_table("user_account") as batch:
        batch.drop_constraint(op.f("ck_user_account_erased_is_closed"), type_="check")
        batch.drop_constraint(op.f("ck_user_account_has_login_name"), type_="check")
    erased = "UPDATE user_account SET email = 'erased-' || id || '@invalid' WHERE erased_at IS NOT NULL"
    op.execute(erased)
    with op.batch_alter_table("user_account") as batch:
        batch.create_check_constraint(op.f("ck_user_account_has_login_name"), LOGIN_NAME_BEFORE)
        batch.drop_column("erased_at")
    with op.batch_alter_table("organisation") as batch:
        batch.drop_constraint(op.f("ck_organisation_merged"), type_="check")
        batch.drop_constraint(op.f("ck_organisation_verification"), type_="check")
        batch.drop_index(op.f("ix_organisation_merged_into_id"))
        batch.drop_constraint(op.f("fk_organisation_merged_into_id_organisation"), type_="foreignkey")
        batch.drop_column("merged_into_id")
    op.execute("UPDATE organisation SET status = 'rejected' WHERE status = 'merged'")
    with op.batch_alter_table("organisation") as batch:
        batch.create_check_constraint(op.f("ck_organisation_verification"), VERIFICATION_BEFORE)
    for table in VERSIONED:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("version")
