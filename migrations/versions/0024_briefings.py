"""Briefings; and when a problem or capability was first submitted and published, which figures are counted by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0020"
branch_labels = None
depends_on = None

POSTINGS = ("problem", "capability")
STEPS = ("submitted", "published")
KINDS = (
    "overview",
    "problems",
    "capabilities",
    "cooperation",
    "overdue",
    "gaps",
    "projects",
    "next_steps",
)


def _row() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    ]


def upgrade() -> None:
    for table in POSTINGS:
        for step in STEPS:
            op.add_column(table, sa.Column(f"first_{step}_at", sa.DateTime(timezone=True), nullable=True))
            op.execute(_from_what_happened(table, step))
        op.create_index(op.f(f"ix_{table}_first_published_at"), table, ["first_published_at"])
    op.create_table(
        "briefing",
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("county", sa.String(length=32), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_row(),
        sa.CheckConstraint("first <= last", name=op.f("ck_briefing_period")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_briefing_title")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_briefing_author_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_briefing")),
    )
    op.create_table(
        "briefing_section",
        sa.Column("briefing_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="section_kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("editor_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_row(),
        sa.CheckConstraint("length(text) <= 8000", name=op.f("ck_briefing_section_length")),
        sa.ForeignKeyConstraint(
            ["briefing_id"],
            ["briefing.id"],
            name=op.f("fk_briefing_section_briefing_id_briefing"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["user_account.id"], name=op.f("fk_briefing_section_editor_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_briefing_section")),
        sa.UniqueConstraint("briefing_id", "kind", name=op.f("uq_briefing_section_briefing_id_kind")),
    )


def _from_what_happened(table: str, step: str) -> str:
    """The first such event in the audit; of what was imported without one, its only date."""
    first = (
        f"SELECT MIN(at) FROM audit_event WHERE object_kind = '{table}'"
        f" AND object_id = {table}.id AND action = '{table}.{step}'"
    )
    return f"UPDATE {table} SET first_{step}_at = COALESCE(({first}), {step}_at)"


def downgrade() -> None:
    op.drop_table("briefing_section")
    op.drop_table("briefing")
    for table in POSTINGS:
        op.drop_index(op.f(f"ix_{table}_first_published_at"), table_name=table)
        for step in STEPS:
            op.drop_column(table, f"first_{step}_at")
