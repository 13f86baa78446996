"""Engine and session scope, and what differs between SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.orm import Session

from matchmaker.confidential_keys import KeyRing
from matchmaker.settings import Settings
from models.sealed import SEALED, use_keys

SERIAL_LOCK = 20261124
BUSY_SECONDS = 30
IN_USE = {
    "problem": f"SELECT 1 FROM problem WHERE confidential LIKE '{SEALED}%' LIMIT 1",
    "attachment": "SELECT 1 FROM attachment WHERE key_id IS NOT NULL LIMIT 1",
    "proposal": "SELECT 1 FROM proposal WHERE draft IS NOT NULL OR sealed IS NOT NULL LIMIT 1",
    "webhook": f"SELECT 1 FROM webhook WHERE url LIKE '{SEALED}%' LIMIT 1",
}
"""By table, what has a row as soon as anything is sealed; revisions were such problems once. Some tables came later."""


class Database:
    """One engine and its sessions. Web requests, jobs and commands all use `session()`.

    Without `keys` nothing confidential can be written, and what is there cannot be read. An `engine` in the
    place of the address keeps the statements that it has compiled.
    """

    def __init__(self, place: str | Engine, keys: KeyRing | None = None) -> None:
        self.engine = place if isinstance(place, Engine) else make_engine(place)
        self.keys = keys
        if keys is not None:
            use_keys(self.engine, keys)
        self._read_only = self.engine.execution_options(read_only=True)

    @classmethod
    def of(cls, settings: Settings, engine: Engine | None = None) -> Database:
        """The installation's, with its keys. Raises BadKeys for a setting that holds something else."""
        keys = KeyRing.of(settings)
        made = cls(engine or settings.database, keys)
        keys.in_use = made._holds_sealed
        return made

    def _holds_sealed(self) -> bool:
        with self._read_only.connect() as connection:
            there = set(inspect(connection).get_table_names())
            return any(
                connection.execute(text(asked)).first() is not None
                for table, asked in IN_USE.items()
                if table in there
            )

    def open(self, write: bool = True) -> Session:
        """A session that the caller commits, rolls back and closes.

        On SQLite a writing session takes the write lock at once (BEGIN IMMEDIATE): taking it halfway
        through, after reading, can fail with SQLITE_BUSY however long one is ready to wait.
        """
        session = Session(bind=self.engine if write else self._read_only, expire_on_commit=False)
        if write:
            event.listen(session, "before_flush", _serialise)
        return session

    @contextmanager
    def session(self, write: bool = True) -> Iterator[Session]:
        """Commits at the end, rolls back on an exception."""
        with self.open(write) as session:
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise


def make_engine(url: str) -> Engine:
    """An engine for a SQLite or PostgreSQL URL; SQLite's folder is made if it is missing."""
    parsed = make_url(url)
    # an error is logged, and must not quote what was being written
    options: dict[str, Any] = {"hide_parameters": True}
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        timeouts = {"timeout": BUSY_SECONDS, "check_same_thread": False}
        engine = create_engine(parsed, connect_args=timeouts, **options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(parsed, pool_size=10, max_overflow=20, pool_pre_ping=True, **options)
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=FULL")  # what was acknowledged survives a power cut
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("read_only")
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")  # writers use it after us
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("read_only"):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _serialise(session: Session, context: Any, instances: Any) -> None:
    """Writers queue before their first row lock, so none waits for a row while holding the serial lock."""
    take_serial_lock(session)


def committed_beside(session: Session) -> Session:
    """A read-only session that sees what is committed, while `session` has changes of its own. The caller closes it."""
    return Session(bind=session.get_bind().engine.execution_options(read_only=True))


def take_serial_lock(session: Session) -> None:
    """Until the transaction ends, nobody else draws a change number or writes the audit chain.

    SQLite has a single writer anyway. On PostgreSQL numbers must become visible in the order in which they
    were drawn, or a reader that has seen 6 would never look for 5. There is one such lock, so that no two
    transactions can take two of them in different orders.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SERIAL_LOCK})
