"""Commands run as an operator runs them, and databases that hold nothing yet."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import create_engine, make_url, text

from matchmaker import create_app
from matchmaker.confidential_keys import KeyRing
from matchmaker.database import Database
from matchmaker.imports.reindexing import Job
from matchmaker.settings import Settings
from models import User
from tests.commands.changing import paired_job
from tests.conftest import MODEL, POSTGRESQL

CHINESE = {"LANGUAGE": "", "LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh_CN.UTF-8"}
Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """`run("rank", "--out", path)`: in Chinese, on the test's database with tables and vocabulary."""
    return runner(app)


@pytest.fixture
def empty_url(database_url: str, tmp_path: Path) -> Iterator[str]:
    """A database without tables, on the server under test."""
    if not POSTGRESQL:
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    name = f"empty_{uuid.uuid4().hex[:12]}"
    admin = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    yield make_url(database_url).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def empty(empty_url: str, tmp_path: Path) -> Iterator[Database]:
    database = Database(empty_url, KeyRing(tmp_path / "confidential_key"))
    yield database
    database.engine.dispose()


@pytest.fixture
def run_on_empty(empty_url: str, tmp_path: Path) -> Iterator[Run]:
    """As `run`, on a database without tables."""
    settings = Settings(data_dir=tmp_path, database_url=empty_url, secret_key="test", model=MODEL)
    app = create_app(settings)
    yield runner(app)
    app.extensions["database"].engine.dispose()


@pytest.fixture
def job(database: Database, settings: Settings, people: dict[str, User]) -> Job:
    return paired_job(database, settings, people)


@pytest.fixture
def write_lines(tmp_path: Path) -> Callable[..., Path]:
    """`write_lines("problems.jsonl", {...}, "not json")`: one line each; strings are written as they are."""

    def write(name: str, *lines: Any) -> Path:
        path = tmp_path / name
        written = [each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in lines]
        path.write_text("\n".join(written) + "\n", "utf-8")
        return path

    return write


def runner(app: Flask) -> Run:
    """As `run`, on an application of one's own."""
    commands = app.test_cli_runner()

    def run(*arguments: object) -> Result:
        result = commands.invoke(args=[str(each) for each in arguments], env=CHINESE)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run
