"""Who of the bureau's staff has a problem, a capability or a pairing in hand; confidential texts are sealed.

Files stay as they are: `flask migrate` seals those that are confidential after this.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from models.sealed import IN_REVISIONS, SEALED, SEALED_CHECK, Keys, keys_of

revision = "0010"
down_revision = "0016"
branch_labels = None
depends_on = None

BROKERED = ("problem", "capability", "pairing")
PROBLEM = sa.table("problem", sa.column("id", sa.Integer), sa.column("confidential", sa.Text))
REVISION = sa.table("revision", sa.column("id", sa.Integer), sa.column("data", sa.JSON))
ATTACHMENT = sa.table("attachment", sa.column("stored_as", sa.String), sa.column("key_id", sa.String))


def upgrade() -> None:
    for table in BROKERED:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("broker_id", sa.Integer(), nullable=True))
            batch.create_index(op.f(f"ix_{table}_broker_id"), ["broker_id"])
            batch.create_foreign_key(
                op.f(f"fk_{table}_broker_id_user_account"), "user_account", ["broker_id"], ["id"]
            )
            if table == "problem":
                batch.drop_constraint(op.f("ck_problem_confidential_length"), type_="check")
    _change_texts(lambda keys, text: keys.seal(text), prepare=True)
    with op.batch_alter_table("problem") as batch:
        batch.create_check_constraint(op.f("ck_problem_confidential_sealed"), SEALED_CHECK)
    with op.batch_alter_table("attachment") as batch:
        batch.add_column(sa.Column("key_id", sa.String(length=8), nullable=True))
        batch.create_index(op.f("ix_attachment_key_id"), ["key_id"])


def downgrade() -> None:
    """With the keys at hand. Raises RuntimeError where one is missing; nothing has changed then."""
    _open_files()
    with op.batch_alter_table("attachment") as batch:
        batch.drop_index(op.f("ix_attachment_key_id"))
        batch.drop_column("key_id")
    with op.batch_alter_table("problem") as batch:
        batch.drop_constraint(op.f("ck_problem_confidential_sealed"), type_="check")
    _change_texts(_opened)
    for table in reversed(BROKERED):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"fk_{table}_broker_id_user_account"), type_="foreignkey")
            batch.drop_index(op.f(f"ix_{table}_broker_id"))
            batch.drop_column("broker_id")
            if table == "problem":
                batch.create_check_constraint(
                    op.f("ck_problem_confidential_length"), "length(confidential) <= 4000"
                )


def _change_texts(change: Callable[[Keys, str], str], prepare: bool = False) -> None:
    connection = op.get_bind()
    problems = connection.execute(sa.select(PROBLEM).where(PROBLEM.c.confidential != "")).all()
    revisions = [
        (row.id, row.data)
        for row in connection.execute(sa.select(REVISION))
        if isinstance(row.data, dict) and row.data.get(IN_REVISIONS)
    ]
    if not problems and not revisions:
        return
    keys = keys_of(connection.dialect)
    if prepare:
        keys.prepare()
    for row in problems:
        new: Any = {"confidential": change(keys, row.confidential)}
        connection.execute(sa.update(PROBLEM).where(PROBLEM.c.id == row.id).values(new))
    for id, data in revisions:
        new = {"data": data | {IN_REVISIONS: change(keys, data[IN_REVISIONS])}}
        connection.execute(sa.update(REVISION).where(REVISION.c.id == id).values(new))


def _opened(keys: Keys, sealed: str) -> str:
    text = keys.open(sealed) if sealed.startswith(SEALED) else sealed
    if text is None:
        raise RuntimeError(
            "a confidential text is sealed with a key that is not at hand: bring it back first"
        )
    return text


def _open_files() -> None:
    """A file that is open again is read by both versions, so that being stopped half-way loses nothing."""
    connection = op.get_bind()
    stored = connection.scalars(sa.select(ATTACHMENT.c.stored_as).where(ATTACHMENT.c.key_id.is_not(None)))
    for name in stored.all():
        if not keys_of(connection.dialect).unseal(name):
            raise RuntimeError(
                f"the file {name} is sealed with a key that is not at hand: bring it back first"
            )
