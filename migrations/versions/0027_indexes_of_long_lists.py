"""What the checking queue and the navigation count stands in indexes, so that long texts are not read for it."""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

POSTING = ["status", "submitted_at", "created_at", "published_at", "county", "field"]
INDEXES = {
    "problem": POSTING,
    "capability": POSTING,
    "organisation": ["status", "created_at", "county"],
}


def upgrade() -> None:
    for table, columns in INDEXES.items():
        op.create_index(f"ix_{table}_queue", table, columns)


def downgrade() -> None:
    for table in INDEXES:
        op.drop_index(f"ix_{table}_queue", table_name=table)
