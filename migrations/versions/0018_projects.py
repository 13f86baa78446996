"""Common needs, the problems that they are made of, and the projects distilled from them; plans are a vocabulary."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0024"
branch_labels = None
depends_on = None

KINDS = (
    "field",
    "subfield",
    "industry",
    "county",
    "mode",
    "need",
    "capability_kind",
    "stage",
    "trl",
    "patent_kind",
    "contract_category",
    "programme",
    "organisation_tag",
    "dismissal",
    "return_problem",
    "return_capability",
    "return_organisation",
    "carrier_kind",
    "member_stage",
    "research_body_kind",
    "service_kind",
)


def upgrade() -> None:
    _allow((*KINDS, "plan"))
    _common_needs()
    _projects()


def downgrade() -> None:
    for table in (
        "project_source",
        "project_participant",
        "project_event",
        "project",
        "common_need_member",
        "need_told_apart",
        "common_need",
    ):
        op.drop_table(table)
    op.execute("DELETE FROM term WHERE kind = 'plan'")
    _allow(KINDS)


def _allow(kinds: tuple[str, ...]) -> None:
    """What lists there are."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("term") as batch:
        batch.drop_constraint(op.f("ck_term_vocabulary_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_term_vocabulary_kind"), f"kind IN ({listed})")


def _common_needs() -> None:
    op.create_table(
        "common_need",
        sa.Column("medoid_id", sa.Integer(), nullable=True),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("cohesion", sa.Float(), nullable=False),
        sa.Column("companies", sa.Integer(), nullable=False),
        sa.Column("capabilities", sa.Integer(), nullable=False),
        sa.Column("strength", sa.Float(), nullable=False),
        sa.Column("engine_version", sa.String(length=80), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cohesion >= 0 AND cohesion <= 1", name=op.f("ck_common_need_cohesion")),
        sa.CheckConstraint("companies >= 0 AND capabilities >= 0", name=op.f("ck_common_need_counts")),
        sa.CheckConstraint("strength >= 0 AND strength <= 1", name=op.f("ck_common_need_strength")),
        sa.ForeignKeyConstraint(
            ["medoid_id"], ["problem.id"], name=op.f("fk_common_need_medoid_id_problem"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_common_need")),
    )
    op.create_index(op.f("ix_common_need_strength"), "common_need", ["strength"], unique=False)
    op.create_table(
        "need_told_apart",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("told_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_need_told_apart_order")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["problem.id"], name=op.f("fk_need_told_apart_first_id_problem"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"],
            ["problem.id"],
            name=op.f("fk_need_told_apart_second_id_problem"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["told_by_id"], ["user_account.id"], name=op.f("fk_need_told_apart_told_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_told_apart")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_need_told_apart_first_id_second_id")),
    )
    op.create_index(op.f("ix_need_told_apart_second_id"), "need_told_apart", ["second_id"], unique=False)
    op.create_table(
        "common_need_member",
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("closeness", sa.Float(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("closeness >= 0 AND closeness <= 1", name=op.f("ck_common_need_member_closeness")),
        sa.ForeignKeyConstraint(
            ["need_id"],
            ["common_need.id"],
            name=op.f("fk_common_need_member_need_id_common_need"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["problem_id"],
            ["problem.id"],
            name=op.f("fk_common_need_member_problem_id_problem"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_common_need_member")),
        sa.UniqueConstraint("problem_id", name=op.f("uq_common_need_member_problem_id")),
    )
    op.create_index(op.f("ix_common_need_member_need_id"), "common_need_member", ["need_id"], unique=False)


def _projects() -> None:
    op.create_table(
        "project",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("programme", sa.String(length=32), nullable=True),
        sa.Column("plan", sa.String(length=32), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "national",
                "provincial",
                "municipal",
                name="project_level",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("field", sa.String(length=32), nullable=True),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        sa.Column("necessity", sa.Text(), nullable=False),
        sa.Column("expected_results", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("approval_number", sa.String(length=60), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "distilling",
                "reserve",
                "recommended",
                "approved",
                "accepted",
                "cancelled",
                name="project_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("recommended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("broker_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status <> 'cancelled' OR cancel_reason <> ''", name=op.f("ck_project_cancel_reason")
        ),
        sa.CheckConstraint(
            "status IN ('distilling', 'cancelled') OR (programme IS NOT NULL AND level IS NOT NULL)",
            name=op.f("ck_project_complete"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('recommended', 'approved', 'accepted') OR recommended_at IS NOT NULL",
            name=op.f("ck_project_recommended"),
        ),
        sa.CheckConstraint("budget IS NULL OR budget >= 0", name=op.f("ck_project_budget")),
        sa.CheckConstraint(
            "ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name=op.f("ck_project_dates")
        ),
        sa.ForeignKeyConstraint(
            ["broker_id"], ["user_account.id"], name=op.f("fk_project_broker_id_user_account")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["common_need.id"], name=op.f("fk_project_need_id_common_need")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("number", name=op.f("uq_project_number")),
    )
    op.create_index(op.f("ix_project_broker_id"), "project", ["broker_id"], unique=False)
    op.create_index(op.f("ix_project_field"), "project", ["field"], unique=False)
    op.create_index(op.f("ix_project_need_id"), "project", ["need_id"], unique=False)
    op.create_index(op.f("ix_project_programme"), "project", ["programme"], unique=False)
    op.create_index(op.f("ix_project_status"), "project", ["status"], unique=False)
    op.create_table(
        "project_event",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("from_status", sa.String(length=32), nullable=True),
        sa.Column("to_status", sa.String(length=32), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_project_event_actor_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_project_event_project_id_project"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_event")),
    )
    op.create_index(op.f("ix_project_event_project_id"), "project_event", ["project_id"], unique=False)
    op.create_table(
        "project_participant",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "lead",
                "partner",
                name="participant_role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_project_participant_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_project_participant_project_id_project"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_participant")),
        sa.UniqueConstraint(
            "project_id", "organisation_id", name=op.f("uq_project_participant_project_id_organisation_id")
        ),
    )
    op.create_index(
        op.f("ix_project_participant_organisation_id"),
        "project_participant",
        ["organisation_id"],
        unique=False,
    )
    op.create_index(
        "uq_project_participant_lead",
        "project_participant",
        ["project_id"],
        unique=True,
        sqlite_where=sa.text("role = 'lead'"),
        postgresql_where=sa.text("role = 'lead'"),
    )
    op.create_table(
        "project_source",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name=op.f("fk_project_source_problem_id_problem")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_project_source_project_id_project"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_source")),
        sa.UniqueConstraint("project_id", "problem_id", name=op.f("uq_project_source_project_id_problem_id")),
    )
    op.create_index(op.f("ix_project_source_problem_id"), "project_source", ["problem_id"], unique=False)
