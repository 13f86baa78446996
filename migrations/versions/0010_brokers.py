"""Who of the bureau's staff has a problem, a capability or a pairing in hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0016"
branch_labels = None
depends_on = None

BROKERED = ("problem", "capability", "pairing")


def upgrade() -> None:
    for table in BROKERED:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("broker_id", sa.Integer(), nullable=True))
            batch.create_index(op.f(f"ix_{table}_broker_id"), ["broker_id"])
            batch.create_foreign_key(
                op.f(f"fk_{table}_broker_id_user_account"), "user_account", ["broker_id"], ["id"]
            )


def downgrade() -> None:
    for table in reversed(BROKERED):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"fk_{table}_broker_id_user_account"), type_="foreignkey")
            batch.drop_index(op.f(f"ix_{table}_broker_id"))
            batch.drop_column("broker_id")
