"""Runs migrations on the database of the settings, or on the engine that the caller put into the configuration.

flask migrate                                    what an installation needs
alembic revision --autogenerate -m "what it does" --rev-id 0002      a new one, to be read and corrected
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Engine, text
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import Enum, TypeDecorator

from matchmaker.database import Database
from matchmaker.settings import Settings
from models import Base

NOT_OURS_TO_COMPARE = ("document_words", "ix_indexed_document_lexemes")
"""The word index: virtual tables and an index over an expression, made by models.indexing."""


def include(
    item: SchemaItem, name: str | None, kind: str, reflected: bool, compared_to: SchemaItem | None
) -> bool:
    return not (name or "").startswith(NOT_OURS_TO_COMPARE)


def render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Our column types stand in a migration as the plain types under them: a migration never changes."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    if kind == "type" and isinstance(item, Enum):
        values = ", ".join(repr(value) for value in item.enums)
        return f'sa.Enum({values}, name="{item.name}", native_enum=False, create_constraint=True, length={item.length})'
    return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        include_object=include,
        render_item=render,
        render_as_batch=True,
        # SQLite too takes back a migration that fails half-way: our engine says BEGIN before the first statement.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    given: Engine | None = context.config.attributes.get("engine")
    engine = given or Database.of(Settings.from_environment()).engine
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            run(connection)
    else:
        _run_on_sqlite(engine)
    if given is None:
        engine.dispose()


def _run_on_sqlite(engine: Engine) -> None:
    """Without foreign keys: a batch migration replaces whole tables, which would delete what refers to them."""
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")  # has no effect once a transaction has begun
        try:
            with connection.begin():
                run(connection)
                broken = connection.execute(text("PRAGMA foreign_key_check")).first()
                if broken is not None:
                    raise RuntimeError(f"the migration breaks a foreign key: {tuple(broken)}")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


main()
