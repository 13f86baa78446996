"""Problems and capabilities that are the same as another, and pairs that look like it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("problem", "capability")


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("same_as_id", sa.Integer(), nullable=True))
            batch.create_index(op.f(f"ix_{table}_same_as_id"), ["same_as_id"])
            batch.create_foreign_key(op.f(f"fk_{table}_same_as_id_{table}"), table, ["same_as_id"], ["id"])
    op.create_table(
        "likely_duplicate",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("alike", sa.Float(), nullable=False),
        sa.Column("told_apart_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_apart_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('problem', 'capability')", name=op.f("ck_likely_duplicate_kind")),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_likely_duplicate_order")),
        sa.CheckConstraint("alike >= 0 AND alike <= 1", name=op.f("ck_likely_duplicate_alike")),
        sa.ForeignKeyConstraint(
            ["told_apart_by_id"],
            ["user_account.id"],
            name=op.f("fk_likely_duplicate_told_apart_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likely_duplicate")),
        sa.UniqueConstraint(
            "kind", "first_id", "second_id", name=op.f("uq_likely_duplicate_kind_first_id_second_id")
        ),
    )
    op.create_index("ix_likely_duplicate_second", "likely_duplicate", ["kind", "second_id"], unique=False)


def downgrade() -> None:
    op.drop_table("likely_duplicate")
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"fk_{table}_same_as_id_{table}"), type_="foreignkey")
            batch.drop_index(op.f(f"ix_{table}_same_as_id"))
            batch.drop_column("same_as_id")
