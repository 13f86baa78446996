"""The addresses and secrets of robots are sealed; confidential files keep no digest that a guess could be tried against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from models.sealed import LONGEST_SEALED_ADDRESS, SEALED, Keys, keys_of

revision = "0025"
down_revision = "0017"
branch_labels = None
depends_on = None

WEBHOOK = sa.table("webhook", sa.column("id", sa.Integer), sa.column("url", sa.Text))


def _sealed(column: str) -> str:
    return f"{column} LIKE '{SEALED}%' AND length({column}) <= {LONGEST_SEALED_ADDRESS}"


def upgrade() -> None:
    with op.batch_alter_table("webhook") as batch:
        batch.alter_column(
            "url", existing_type=sa.String(length=500), type_=sa.Text(), existing_nullable=False
        )
        batch.add_column(sa.Column("signing_secret", sa.Text(), nullable=False, server_default=""))
    _change_addresses(lambda keys, url: keys.seal(url), prepare=True)
    with op.batch_alter_table("webhook") as batch:
        batch.alter_column("signing_secret", server_default=None)
        batch.create_check_constraint(op.f("ck_webhook_url_sealed"), _sealed("url"))
        batch.create_check_constraint(
            op.f("ck_webhook_signing_secret_sealed"), f"signing_secret = '' OR ({_sealed('signing_secret')})"
        )
    op.execute("UPDATE attachment SET sha256 = '' WHERE confidential OR key_id IS NOT NULL")
    with op.batch_alter_table("attachment") as batch:
        batch.create_check_constraint(
            op.f("ck_attachment_sealed_without_digest"), "key_id IS NULL OR sha256 = ''"
        )


def downgrade() -> None:
    """With the keys at hand. Raises RuntimeError where one is missing. Digests do not come back: nothing read them."""
    with op.batch_alter_table("attachment") as batch:
        batch.drop_constraint(op.f("ck_attachment_sealed_without_digest"), type_="check")
    with op.batch_alter_table("webhook") as batch:
        batch.drop_constraint(op.f("ck_webhook_url_sealed"), type_="check")
        batch.drop_constraint(op.f("ck_webhook_signing_secret_sealed"), type_="check")
    _change_addresses(_opened)
    with op.batch_alter_table("webhook") as batch:
        batch.drop_column("signing_secret")
        batch.alter_column(
            "url", existing_type=sa.Text(), type_=sa.String(length=500), existing_nullable=False
        )


def _change_addresses(change: Callable[[Keys, str], str], prepare: bool = False) -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.select(WEBHOOK)).all()
    if not rows:
        return
    keys = keys_of(connection.dialect)
    if prepare:
        keys.prepare()
    for row in rows:
        new: Any = {"url": change(keys, row.url)}
        connection.execute(sa.update(WEBHOOK).where(WEBHOOK.c.id == row.id).values(new))


def _opened(keys: Keys, sealed: str) -> str:
    url = keys.open(sealed)
    if url is None:
        raise RuntimeError(
            "the address of a robot is sealed with a key that is not at hand: bring it back first"
        )
    return url
