"""One encoder version serves, to everybody from one moment on, and never half of another."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from sqlalchemy import text

from matchmaker.database import Database
from matchmaker.engine import MatchingEngine, rows, versions
from matchmaker.engine.encoding import encode_documents
from matchmaker.engine.versions import NotComplete, Version
from matchmaker.settings import ROOT
from models import EncoderOrigin, EncoderState, EncoderVersion
from tests.conftest import POSTGRESQL
from tests.engine.samples import CharacterEncoder, changeable_engine, document

DOCUMENTS = [document("problem", 1), *(document("capability", id, id - 1) for id in range(1, 7))]
OLD, NEW = "characters-1", "characters-2"


@pytest.fixture
def here(database: Database) -> MatchingEngine:
    """An engine that has indexed DOCUMENTS with OLD."""
    engine = changeable_engine()
    with database.session() as session:
        engine.index(session, DOCUMENTS)
    return engine


@pytest.fixture
def there() -> MatchingEngine:
    """Another process's engine."""
    return changeable_engine()


def registered(engine: MatchingEngine, database: Database, name: str = NEW) -> EncoderVersion:
    with database.session() as session:
        return engine.in_service.register(session, name)


def caught_up(engine: MatchingEngine, database: Database, version: EncoderVersion) -> None:
    """Vectors of DOCUMENTS where they are lacking."""
    by_key = {(each.kind, each.id): each for each in DOCUMENTS}
    with database.session() as session:
        found = rows.lacking(session, version.id, 100)
        made = engine.in_service.encode(version, [by_key[each.kind, each.object_id] for each in found])  # type: ignore[index]
        rows.add_version(session, version.id, list(zip(found, made, strict=True)))


def switched(database: Database, version: EncoderVersion) -> None:
    with database.session() as session:
        versions.switch(session, session.get_one(EncoderVersion, version.id))


def changed_over(engine: MatchingEngine, database: Database, name: str = NEW) -> None:
    version = registered(engine, database, name)
    caught_up(engine, database, version)
    switched(database, version)


def scores(engine: MatchingEngine, database: Database) -> dict[int, float]:
    with database.session(write=False) as session:
        return {each.id: each.score for each in engine.rank(session, ("problem", 1), depth=None)}


def expected(database: Database, name: str) -> dict[int, float]:
    """What an engine says that knows nothing but that version."""
    with another_database() as other:
        engine = changeable_engine(name)
        with other.session() as session:
            engine.index(session, DOCUMENTS)
        return pytest.approx(scores(engine, other), abs=1e-6)  # type: ignore[return-value]


@contextmanager
def another_database() -> Iterator[Database]:
    from models.base import Base
    from models.indexing import ENGINE_TABLES, create_lexical_index

    database = Database("sqlite://")
    with database.session() as session:
        Base.metadata.create_all(session.connection(), tables=ENGINE_TABLES)
        create_lexical_index(session.connection())
    yield database
    database.engine.dispose()


def test_the_first_text_puts_the_encoder_of_the_setting_into_service(database: Database) -> None:
    with database.session() as session:
        assert versions.active(session) is None
        changeable_engine().index(session, DOCUMENTS[:1])
        version = versions.active(session)
        assert version is not None
        assert (version.version, version.setting, version.origin) == (OLD, OLD, EncoderOrigin.SETTING)


def test_a_version_that_is_prepared_changes_nothing(here: MatchingEngine, database: Database) -> None:
    before = scores(here, database)
    caught_up(here, database, registered(here, database))
    assert scores(here, database) == before == expected(database, OLD)


def test_a_version_goes_into_service_for_everybody_at_once(
    here: MatchingEngine, there: MatchingEngine, database: Database
) -> None:
    assert scores(there, database) == expected(database, OLD)
    changed_over(here, database)
    assert scores(here, database) == scores(there, database) == expected(database, NEW)
    with database.session(write=False) as session:
        assert here.version(session).endswith(f"+{NEW}")


def test_a_version_that_lacks_vectors_does_not_go_into_service(
    here: MatchingEngine, database: Database
) -> None:
    version = registered(here, database)
    caught_up(here, database, version)
    with database.session() as session:
        here.index(session, [document("capability", 7)])
    with pytest.raises(NotComplete) as raised:
        switched(database, version)
    assert raised.value.lacking == 1
    assert scores(here, database).keys() == set(range(1, 8))


def test_a_text_that_changes_loses_the_vectors_of_every_version(
    here: MatchingEngine, database: Database
) -> None:
    version = registered(here, database)
    caught_up(here, database, version)
    with database.session() as session:
        here.index(session, [document("capability", 2, 4), document("capability", 3, 2, searchable=False)])
        assert [each.object_id for each in rows.lacking(session, version.id, 9)] == [
            2
        ]  # 3: the text is the same


def test_vectors_of_a_text_that_changed_meanwhile_are_not_written(
    here: MatchingEngine, database: Database
) -> None:
    version = registered(here, database)
    with database.session(write=False) as session:
        found = rows.lacking(session, version.id, 100)
    made = encode_documents(CharacterEncoder(NEW), DOCUMENTS)
    with database.session() as session:
        here.index(session, [document("capability", 2, 4)])
        here.remove(session, "capability", 3)
    with database.session() as session:
        assert (
            rows.add_version(session, version.id, list(zip(found, made, strict=True))) == len(DOCUMENTS) - 2
        )
        assert [each.object_id for each in rows.lacking(session, version.id, 9)] == [2]


def test_vectors_that_are_there_are_not_written_twice(here: MatchingEngine, database: Database) -> None:
    version = registered(here, database)
    with database.session() as session:
        found = rows.lacking(session, version.id, 100)
        made = list(zip(found, encode_documents(CharacterEncoder(NEW), DOCUMENTS), strict=True))
        assert rows.add_version(session, version.id, made) == len(DOCUMENTS)
        assert rows.add_version(session, version.id, made) == 0


def test_what_was_encoded_ahead_with_the_old_version_is_encoded_again(
    here: MatchingEngine, database: Database
) -> None:
    with database.session(write=False) as session:
        ahead = here.encode_ahead([document("capability", 2, 4)], session)
    changed_over(here, database)
    with database.session() as session:
        here.index(session, ahead)
    with database.session(write=False) as session:
        stored = rows.read(session, "capability", 2, versions.active(session).id)  # type: ignore[union-attr]
        assert stored.title == pytest.approx(
            CharacterEncoder(NEW).encode_queries([document("capability", 2, 4).title])[0], abs=1e-3
        )


def test_a_process_reads_an_announced_version_ahead_and_what_it_lacked_later(
    here: MatchingEngine, there: MatchingEngine, database: Database
) -> None:
    version = registered(here, database)
    caught_up(here, database, version)
    with (
        database.session() as session
    ):  # loses its vector of the new version, which the other process notices
        here.index(session, [document("capability", 2, 4)])
        here.index(session, [document("capability", 2, 1)])
    with database.session() as session:
        versions.announce(session, version)
    assert scores(there, database) == expected(database, OLD)
    for thread in threading.enumerate():
        if thread.name == f"take-up-{NEW}":
            thread.join()
    with database.session(write=False) as session:
        assert there.in_service.is_ready(session)
    caught_up(here, database, version)
    switched(database, version)
    assert scores(there, database) == expected(database, NEW)


def test_a_version_that_comes_back_is_read_anew(
    here: MatchingEngine, there: MatchingEngine, database: Database
) -> None:
    assert scores(there, database) == expected(database, OLD)
    changed_over(here, database)
    with database.session() as session:
        here.index(session, [document("capability", 2, 4)])
    with database.session() as session:
        rows.delete_vectors(session, versions.retired(session), 0, 100)
        assert not rows.has_vectors(session, versions.retired(session))
    with database.session() as session:
        here.index(session, [document("capability", 2, 1)])
    changed_over(there, database, OLD)
    assert scores(there, database) == scores(here, database) == expected(database, OLD)


def test_work_that_a_switch_falls_into_is_done_with_one_version(
    here: MatchingEngine, there: MatchingEngine, database: Database
) -> None:
    """PostgreSQL shows a transaction what is committed meanwhile; on SQLite it goes on as it began."""
    seen: list[Version] = []

    def work(version: Version) -> list[Any]:
        seen.append(version)
        if len(seen) == 1:
            changed_over(here, database)
            with database.session() as writer:
                here.index(writer, [document("capability", 6, 4)])
                here.index(writer, [document("capability", 6, 5)])
                rows.delete_vectors(writer, versions.retired(writer), 0, 100)
        return [rows.read(session, "capability", id, version.id).title for id in range(1, 7)]

    with database.session(write=False) as session:
        there.version(session)  # SQLite's transaction sees the database as of its first look
        result = there.in_service.use(session, work)
    assert [each.name for each in seen] == ([OLD, NEW] if POSTGRESQL else [OLD])
    titles = CharacterEncoder(seen[-1].name).encode_passages([each.title for each in DOCUMENTS[1:]])
    assert np.stack(result) == pytest.approx(titles, abs=1e-3)


def test_a_session_that_has_written_stays_with_its_own_text_and_the_version_in_service(
    here: MatchingEngine, database: Database
) -> None:
    changed_over(here, database)
    with database.session() as session:
        here.index(session, [document("capability", 7, 0)])
        assert {each.id for each in here.rank(session, ("problem", 1), depth=None)} == set(range(1, 8))
        session.rollback()
    assert scores(here, database) == expected(database, NEW)


def test_only_one_version_is_prepared(here: MatchingEngine, database: Database) -> None:
    first = registered(here, database)
    registered(here, database, "characters-3")
    with database.session(write=False) as session:
        assert session.get_one(EncoderVersion, first.id).state is EncoderState.RETIRED
        assert versions.preparing(session).version == "characters-3"  # type: ignore[union-attr]


def test_naming_the_version_in_service_gives_up_the_one_that_is_prepared(
    here: MatchingEngine, database: Database
) -> None:
    registered(here, database)
    assert registered(here, database, OLD).state is EncoderState.ACTIVE
    with database.session(write=False) as session:
        assert versions.preparing(session) is None


def test_the_version_before_is_the_last_that_served(here: MatchingEngine, database: Database) -> None:
    with database.session(write=False) as session:
        assert versions.before(session) is None
    registered(here, database, "characters-3")
    changed_over(here, database)
    with database.session(write=False) as session:
        assert versions.before(session).version == OLD  # type: ignore[union-attr]


def test_another_process_takes_a_switch_up_without_a_restart(
    here: MatchingEngine, database: Database, database_url: str
) -> None:
    script = f"""
import sys
from matchmaker.database import Database
from tests.engine.samples import changeable_engine
database, engine = Database({database_url!r}), changeable_engine()
for line in sys.stdin:
    with database.session(write=False) as session:
        print({{each.id: round(each.score, 5) for each in engine.rank(session, ("problem", 1), None)}}, flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as other:
        assert other.stdin
        assert other.stdout

        def asked() -> dict[int, float]:
            other.stdin.write("\n")  # type: ignore[union-attr]
            return pytest.approx(eval(other.stdout.readline()), abs=2e-5)  # type: ignore[return-value, union-attr]

        assert asked() == scores(here, database)
        changed_over(here, database)
        new = scores(here, database)
        assert asked() == new
        other.stdin.close()
    assert other.returncode == 0


def test_an_emptied_database_starts_with_the_setting_again(database: Database) -> None:
    engine = changeable_engine()
    with database.session() as session:
        engine.index(session, DOCUMENTS)
    with database.session() as session:
        for table in ("embedding", "indexed_document", "encoder_version"):
            session.execute(text(f"DELETE FROM {table}"))
    with database.session() as session:
        assert engine.search(session, "capability", "气孔", 5) == []
        engine.index(session, DOCUMENTS[:3])
    assert scores(engine, database).keys() == {1, 2}
