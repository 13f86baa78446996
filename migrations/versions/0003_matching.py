"""What the engine keeps, the word index, and pairings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.indexing import create_lexical_index, drop_lexical_index

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "indexed_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("engine_version", sa.String(length=80), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("bigrams", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("searchable", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("change_number", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("kind IN ('problem', 'capability')", name=op.f("ck_indexed_document_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indexed_document")),
        sa.UniqueConstraint("change_number", name=op.f("uq_indexed_document_change_number")),
        sa.UniqueConstraint("kind", "object_id", name=op.f("uq_indexed_document_kind_object_id")),
    )
    create_lexical_index(op.get_bind())
    op.create_table(
        "embedding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("part IN ('title', 'text', 'sentence')", name=op.f("ck_embedding_part")),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["indexed_document.id"],
            name=op.f("fk_embedding_document_id_indexed_document"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embedding")),
    )
    op.create_index("ix_embedding_document_part", "embedding", ["document_id", "part"], unique=False)
    op.create_table(
        "pairing",
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("capability_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("engine_version", sa.String(length=80), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "suggested",
                "shortlisted",
                "introduced",
                "negotiating",
                "confirmed",
                "dismissed",
                name="pairing_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acted_on", sa.Boolean(), nullable=False),
        sa.Column("dismissal", sa.String(length=32), nullable=True),
        sa.Column("dismissal_note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status <> 'dismissed' OR dismissal IS NOT NULL", name=op.f("ck_pairing_dismissal_reason")
        ),
        sa.CheckConstraint("score >= 0 AND score <= 1", name=op.f("ck_pairing_score")),
        sa.ForeignKeyConstraint(
            ["capability_id"], ["capability.id"], name=op.f("fk_pairing_capability_id_capability")
        ),
        sa.ForeignKeyConstraint(["problem_id"], ["problem.id"], name=op.f("fk_pairing_problem_id_problem")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing")),
        sa.UniqueConstraint("problem_id", "capability_id", name=op.f("uq_pairing_problem_id_capability_id")),
    )
    op.create_index(op.f("ix_pairing_capability_id"), "pairing", ["capability_id"], unique=False)
    op.create_index("ix_pairing_queue", "pairing", ["status", "score"], unique=False)
    op.create_table(
        "pairing_event",
        sa.Column("pairing_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("from_status", sa.String(length=32), nullable=True),
        sa.Column("to_status", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("parts", sa.JSON(), nullable=True),
        sa.Column("engine_version", sa.String(length=80), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_pairing_event_actor_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["pairing_id"],
            ["pairing.id"],
            name=op.f("fk_pairing_event_pairing_id_pairing"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing_event")),
    )
    op.create_index(op.f("ix_pairing_event_pairing_id"), "pairing_event", ["pairing_id"], unique=False)
    op.create_table(
        "interest",
        sa.Column("pairing_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "problem", "capability", name="side", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["pairing_id"], ["pairing.id"], name=op.f("fk_interest_pairing_id_pairing"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_interest_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest")),
        sa.UniqueConstraint("pairing_id", "side", name=op.f("uq_interest_pairing_id_side")),
    )
    op.create_index(op.f("ix_interest_pairing_id"), "interest", ["pairing_id"], unique=False)


def downgrade() -> None:
    op.drop_table("interest")
    op.drop_table("pairing_event")
    op.drop_table("pairing")
    op.drop_table("embedding")
    drop_lexical_index(op.get_bind())
    op.drop_table("indexed_document")
