"""A single step is kept to be undone as several at once are; and whether somebody had acted on a pairing before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("bulk_item") as batch:
        batch.add_column(sa.Column("acted_on_before", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("bulk_item") as batch:
        batch.alter_column("acted_on_before", server_default=None)
    _kinds("'dismiss', 'assign', 'shortlist'")


def downgrade() -> None:
    of_one = "SELECT id FROM bulk_change WHERE kind = 'shortlist'"
    op.execute(f"DELETE FROM bulk_item WHERE change_id IN ({of_one})")
    op.execute("DELETE FROM bulk_change WHERE kind = 'shortlist'")
    _kinds("'dismiss', 'assign'")
    with op.batch_alter_table("bulk_item") as batch:
        batch.drop_column("acted_on_before")


def _kinds(allowed: str) -> None:
    with op.batch_alter_table("bulk_change") as batch:
        batch.drop_constraint(op.f("ck_bulk_change_bulk_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_bulk_change_bulk_kind"), f"kind IN ({allowed})")
