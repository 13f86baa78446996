"""A vector of a problem's confidential details: another part beside title, text and sentences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BEFORE = "part IN ('title', 'text', 'sentence')"
AFTER = "part IN ('title', 'text', 'sentence', 'confidential')"


def upgrade() -> None:
    _parts(AFTER, sa.String(length=20), sa.String(length=10))


def downgrade() -> None:
    op.execute("DELETE FROM embedding WHERE part = 'confidential'")
    _parts(BEFORE, sa.String(length=10), sa.String(length=20))


def _parts(allowed: str, wanted: sa.String, before: sa.String) -> None:
    name = op.f("ck_embedding_part")
    with op.batch_alter_table("embedding") as batch:
        batch.drop_constraint(name, type_="check")
        batch.alter_column("part", type_=wanted, existing_type=before, existing_nullable=False)
        batch.create_check_constraint(name, allowed)
