"""Calls for solutions: their criteria, named organisations, sealed proposals, reviewers, scores, objections, events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "solution_call",
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("requirements", sa.Text(), nullable=False),
        sa.Column("reward", sa.BigInteger(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "answerers",
            sa.Enum(
                "academic",
                "named",
                "anyone",
                name="answerers",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("objection_days", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "open",
                "closed",
                "under_review",
                "decided",
                "notice",
                "awarded",
                "unawarded",
                "cancelled",
                name="call_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("return_reason", sa.Text(), nullable=False),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unsealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unsealed_by_id", sa.Integer(), nullable=True),
        sa.Column("decision_reasons", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objections_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pairing_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status <> 'awarded' OR pairing_id IS NOT NULL", name=op.f("ck_solution_call_awarded")
        ),
        sa.CheckConstraint(
            "status <> 'cancelled' OR cancel_reason <> ''", name=op.f("ck_solution_call_cancel_reason")
        ),
        sa.CheckConstraint(
            "status <> 'notice' OR objections_until IS NOT NULL", name=op.f("ck_solution_call_notice")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'cancelled') OR (closes_at IS NOT NULL AND published_at IS NOT NULL)",
            name=op.f("ck_solution_call_published"),
        ),
        sa.CheckConstraint("objection_days BETWEEN 1 AND 60", name=op.f("ck_solution_call_objection_days")),
        sa.CheckConstraint("reward >= 0", name=op.f("ck_solution_call_reward")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_solution_call_author_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["pairing_id"], ["pairing.id"], name=op.f("fk_solution_call_pairing_id_pairing")
        ),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name=op.f("fk_solution_call_problem_id_problem")
        ),
        sa.ForeignKeyConstraint(
            ["unsealed_by_id"], ["user_account.id"], name=op.f("fk_solution_call_unsealed_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_solution_call")),
        sa.UniqueConstraint("pairing_id", name=op.f("uq_solution_call_pairing_id")),
    )
    op.create_index(op.f("ix_solution_call_closes_at"), "solution_call", ["closes_at"], unique=False)
    op.create_index(op.f("ix_solution_call_problem_id"), "solution_call", ["problem_id"], unique=False)
    op.create_index(op.f("ix_solution_call_status"), "solution_call", ["status"], unique=False)
    op.create_index(
        "uq_solution_call_live",
        "solution_call",
        ["problem_id"],
        unique=True,
        sqlite_where=sa.text("status NOT IN ('awarded', 'unawarded', 'cancelled')"),
        postgresql_where=sa.text("status NOT IN ('awarded', 'unawarded', 'cancelled')"),
    )
    op.create_table(
        "call_criterion",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("weight BETWEEN 1 AND 100", name=op.f("ck_call_criterion_weight")),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["solution_call.id"],
            name=op.f("fk_call_criterion_call_id_solution_call"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_criterion")),
        sa.UniqueConstraint("call_id", "name", name=op.f("uq_call_criterion_call_id_name")),
    )
    op.create_index(op.f("ix_call_criterion_call_id"), "call_criterion", ["call_id"], unique=False)
    op.create_table(
        "call_event",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("from_status", sa.String(length=32), nullable=True),
        sa.Column("to_status", sa.String(length=32), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_call_event_actor_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["solution_call.id"],
            name=op.f("fk_call_event_call_id_solution_call"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_event")),
    )
    op.create_index(op.f("ix_call_event_call_id"), "call_event", ["call_id"], unique=False)
    op.create_table(
        "call_objection",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answered_at IS NULL OR answer <> ''", name=op.f("ck_call_objection_answer")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["user_account.id"],
            name=op.f("fk_call_objection_answered_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["solution_call.id"],
            name=op.f("fk_call_objection_call_id_solution_call"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_call_objection_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_objection")),
    )
    op.create_index(op.f("ix_call_objection_call_id"), "call_objection", ["call_id"], unique=False)
    op.create_table(
        "call_organisation",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["solution_call.id"],
            name=op.f("fk_call_organisation_call_id_solution_call"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_call_organisation_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_organisation")),
        sa.UniqueConstraint(
            "call_id", "organisation_id", name=op.f("uq_call_organisation_call_id_organisation_id")
        ),
    )
    op.create_index(
        op.f("ix_call_organisation_organisation_id"), "call_organisation", ["organisation_id"], unique=False
    )
    op.create_table(
        "call_reviewer",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("named_by_id", sa.Integer(), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conflicted", sa.Boolean(), nullable=True),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "conflicted IS NULL OR declared_at IS NOT NULL", name=op.f("ck_call_reviewer_declared")
        ),
        sa.CheckConstraint(
            "finished_at IS NULL OR conflicted = false", name=op.f("ck_call_reviewer_finished")
        ),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["solution_call.id"],
            name=op.f("fk_call_reviewer_call_id_solution_call"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["named_by_id"], ["user_account.id"], name=op.f("fk_call_reviewer_named_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_call_reviewer_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_reviewer")),
        sa.UniqueConstraint("call_id", "user_id", name=op.f("uq_call_reviewer_call_id_user_id")),
    )
    op.create_index(op.f("ix_call_reviewer_user_id"), "call_reviewer", ["user_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("draft", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "sealed",
                "withdrawn",
                "unsealed",
                "awarded",
                "declined",
                name="proposal_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "NOT chosen OR status IN ('unsealed', 'awarded', 'declined')", name=op.f("ck_proposal_chosen")
        ),
        sa.CheckConstraint(
            "status = 'draft' OR handed_in_at IS NOT NULL", name=op.f("ck_proposal_handed_in")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'withdrawn') OR sealed IS NOT NULL", name=op.f("ck_proposal_sealed")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_proposal_author_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["solution_call.id"], name=op.f("fk_proposal_call_id_solution_call")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_proposal_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_call_id"), "proposal", ["call_id"], unique=False)
    op.create_index(op.f("ix_proposal_organisation_id"), "proposal", ["organisation_id"], unique=False)
    op.create_index(
        "uq_proposal_chosen",
        "proposal",
        ["call_id"],
        unique=True,
        sqlite_where=sa.text("chosen"),
        postgresql_where=sa.text("chosen"),
    )
    op.create_table(
        "call_score",
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("points BETWEEN 0 AND 100", name=op.f("ck_call_score_points")),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["call_criterion.id"], name=op.f("fk_call_score_criterion_id_call_criterion")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_call_score_proposal_id_proposal")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"],
            ["call_reviewer.id"],
            name=op.f("fk_call_score_reviewer_id_call_reviewer"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_score")),
        sa.UniqueConstraint(
            "reviewer_id",
            "proposal_id",
            "criterion_id",
            name=op.f("uq_call_score_reviewer_id_proposal_id_criterion_id"),
        ),
    )
    op.create_index(op.f("ix_call_score_proposal_id"), "call_score", ["proposal_id"], unique=False)
    op.create_table(
        "proposal_event",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_proposal_event_actor_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_event_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_event")),
    )
    op.create_index(op.f("ix_proposal_event_proposal_id"), "proposal_event", ["proposal_id"], unique=False)
    op.create_table(
        "proposal_file",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_file_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_file")),
    )
    op.create_index(op.f("ix_proposal_file_proposal_id"), "proposal_file", ["proposal_id"], unique=False)


def downgrade() -> None:
    op.drop_table("proposal_file")
    op.drop_table("proposal_event")
    op.drop_table("call_score")
    op.drop_table("proposal")
    op.drop_table("call_reviewer")
    op.drop_table("call_organisation")
    op.drop_table("call_objection")
    op.drop_table("call_event")
    op.drop_table("call_criterion")
    op.drop_table("solution_call")
