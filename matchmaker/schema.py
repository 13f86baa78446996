"""The tables of a database and their version: brought to the newest by Alembic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from matchmaker.settings import ROOT

VERSION_TABLE = "alembic_version"


class UnknownVersion(Exception):
    """The database was migrated by a newer release than this one; carries its version."""

    def __init__(self, version: str) -> None:
        super().__init__(f"the database is at version {version}, which this release does not know")
        self.version = version


class ForeignTables(Exception):
    """The database holds tables and no version: it is not ours, or was made without migrations."""

    def __init__(self, tables: list[str]) -> None:
        super().__init__(f"tables without a version: {', '.join(tables)}")
        self.tables = tables


@dataclass(frozen=True)
class Migrated:
    """From which version to which; None stands for an empty database."""

    before: str | None
    after: str | None

    @property
    def changed(self) -> bool:
        return self.before != self.after


def configuration(engine: Engine) -> Config:
    """Alembic's, on this engine."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    config.attributes["engine"] = engine
    return config


def version(engine: Engine) -> str | None:
    """The version the database is at; None if it has none."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine) -> Migrated:
    """Bring the tables to the newest version. Raises UnknownVersion, ForeignTables."""
    config = configuration(engine)
    before = version(engine)
    known = ScriptDirectory.from_config(config)
    if before is None:
        tables = [each for each in inspect(engine).get_table_names() if each != VERSION_TABLE]
        if tables:
            raise ForeignTables(tables)
    elif before not in {script.revision for script in known.walk_revisions()}:
        raise UnknownVersion(before)
    command.upgrade(config, "head")
    return Migrated(before, known.get_current_head())


def forget_what_was_overwritten(engine: Engine) -> None:
    """Write the files of the database anew: a text that was sealed stands in free pages of the old ones."""
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if engine.dialect.name == "sqlite":
            driver.execute("PRAGMA query_only = OFF")  # what a reader had the connection before left
            driver.execute("VACUUM")
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            driver.autocommit = True
            try:
                driver.execute("VACUUM FULL problem, revision, webhook, attachment")
            finally:
                driver.autocommit = False
