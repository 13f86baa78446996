"""Sessions: writers queue and lose nothing, readers cannot write."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from matchmaker.audit import service as audit
from matchmaker.database import Database, committed_beside, take_serial_lock
from matchmaker.engine import MatchingEngine
from matchmaker.settings import Settings
from matchmaker.work import Work
from models import AuditEvent, Notice, Organisation, User
from tests import factories
from tests.conftest import POSTGRESQL

THREADS, TIMES = 4, 50


@pytest.fixture
def person(work: Work, people: dict[str, User]) -> User:
    return people["enterprise"]


def at_once(database: Database, times: int, one: Callable[[Session], None]) -> list[BaseException]:
    """Run `one` so often in each of THREADS threads, in a writing session each time; what failed."""
    failed: list[BaseException] = []

    def often() -> None:
        try:
            for _ in range(times):
                with database.session() as session:
                    one(session)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=often) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def test_audit_events_of_many_writers_are_numbered_without_gaps(
    database: Database, engine: MatchingEngine, settings: Settings, work: Work
) -> None:
    failed = at_once(
        database,
        TIMES,
        lambda session: audit.record(Work(session, None, engine, settings), "test.happened") and None,
    )
    assert failed == []
    assert work.session.scalars(select(AuditEvent.id).order_by(AuditEvent.id)).all() == list(
        range(1, THREADS * TIMES + 1)
    )
    assert audit.first_broken_link(work) is None


def test_increments_of_many_writers_are_all_counted(database: Database, person: User, work: Work) -> None:
    def count(session: Session) -> None:
        session.execute(
            update(User).where(User.id == person.id).values(failed_sign_ins=User.failed_sign_ins + 1)
        )

    assert at_once(database, TIMES, count) == []
    work.session.refresh(person)
    assert person.failed_sign_ins == THREADS * TIMES


def test_what_is_read_under_the_lock_is_still_so_when_it_is_written(
    database: Database, person: User, work: Work
) -> None:
    def count(session: Session) -> None:
        take_serial_lock(session)
        mine = session.get_one(User, person.id)
        mine.failed_sign_ins += 1

    assert at_once(database, 20, count) == []
    work.session.refresh(person)
    assert person.failed_sign_ins == THREADS * 20


def test_writers_of_several_rows_in_any_order_never_block_each_other_for_good(
    database: Database, people: dict[str, User], work: Work
) -> None:
    ids = [people["enterprise"].id, people["liaison"].id]
    turn = iter(range(10_000))

    def both(session: Session) -> None:
        for id in ids if next(turn) % 2 else ids[::-1]:
            session.get_one(User, id).session_epoch += 1
            session.flush()

    assert at_once(database, 20, both) == []


def test_a_session_commits_at_its_end(database: Database) -> None:
    with database.session() as session:
        factories.organisation(session, name="安庆示例公司")
    with database.session(write=False) as session:
        assert session.scalar(select(Organisation.id).where(Organisation.name == "安庆示例公司"))


def test_a_session_that_fails_leaves_nothing(database: Database) -> None:
    def failing() -> None:
        with database.session() as session:
            factories.organisation(session)
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        failing()
    with database.session(write=False) as session:
        assert session.scalar(select(func.count()).select_from(Organisation)) == 0


def test_objects_may_be_read_after_the_commit(database: Database) -> None:
    with database.session() as session:
        made = factories.organisation(session)
    assert made.name


@pytest.mark.parametrize(
    "write",
    [
        lambda session: session.add(Notice(user_id=1, kind="x")) or session.flush(),
        lambda session: session.execute(insert(Notice).values(user_id=1, kind="x", details={}, path="")),
        lambda session: session.execute(update(User).values(name="x")),
        lambda session: session.execute(delete(Notice)),
        lambda session: session.execute(text("CREATE TABLE sneaked (id integer)")),
    ],
)
def test_a_read_only_session_cannot_write(
    database: Database, person: User, write: Callable[[Session], None]
) -> None:
    with database.open(write=False) as session:
        assert session.get(User, person.id)
        with pytest.raises(DBAPIError):
            write(session)


def test_a_connection_that_served_a_reader_can_serve_a_writer(database: Database, person: User) -> None:
    for _ in range(3):
        with database.session(write=False) as session:
            session.get_one(User, person.id)
        with database.session() as session:
            session.get_one(User, person.id).name = "改名"
        with database.open(write=False) as session, pytest.raises(DBAPIError):
            session.execute(update(User).values(name="x"))


def test_readers_go_on_while_somebody_writes(database: Database, person: User) -> None:
    with database.session() as writer:
        writer.get_one(User, person.id).name = "还没有提交"
        writer.flush()
        with database.session(write=False) as reader:
            assert reader.get_one(User, person.id).name == person.name


def test_a_session_beside_a_writing_one_sees_what_is_committed_and_cannot_write(
    database: Database, person: User
) -> None:
    with database.session() as writer:
        writer.get_one(User, person.id).name = "还没有提交"
        writer.flush()
        with committed_beside(writer) as beside:
            assert beside.get_one(User, person.id).name == person.name
            with pytest.raises(DBAPIError):
                beside.execute(update(User).values(name="x"))


def test_references_are_checked(database: Database) -> None:
    with database.open() as session, pytest.raises(IntegrityError):
        session.execute(insert(Notice).values(user_id=999, kind="x", details={}, path="", created_at=None))


def test_a_second_writer_waits_for_the_first(database: Database, person: User) -> None:
    order: list[str] = []
    writing = threading.Event()

    def second() -> None:
        writing.wait()
        with database.session() as session:
            session.get_one(User, person.id).failed_sign_ins += 1
            session.flush()
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with database.session() as session:
        session.get_one(User, person.id).failed_sign_ins += 1
        session.flush()
        writing.set()
        thread.join(0.3)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


@pytest.mark.skipif(POSTGRESQL, reason="of SQLite")
@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("synchronous", 2)]
)
@pytest.mark.parametrize("write", [True, False])
def test_every_sqlite_connection_is_durable_and_checks_references(
    database: Database, pragma: str, value: object, write: bool
) -> None:
    with database.session(write=write) as session:
        assert session.execute(text(f"PRAGMA {pragma}")).scalar() == value


@pytest.mark.skipif(POSTGRESQL, reason="of SQLite")
def test_the_folder_of_a_sqlite_file_is_made(tmp_path: Path, settings: Settings) -> None:
    apart = replace(settings, data_dir=tmp_path / "deep" / "data", database_url="")
    database = Database(apart.database)
    with database.session() as session:
        assert session.execute(text("SELECT 1")).scalar() == 1
    assert (tmp_path / "deep" / "data" / "matchmaker.sqlite3").is_file()
    database.engine.dispose()
