"""What each session and each process sees of documents that are written, hidden, removed or rolled back."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from matchmaker.database import Database
from matchmaker.engine import Facts, MatchingEngine, Passage, VersionMissing
from matchmaker.settings import ROOT
from tests.engine.samples import CharacterEncoder, document, quick_engine


@pytest.fixture
def here() -> MatchingEngine:
    return quick_engine()


@pytest.fixture
def there() -> MatchingEngine:
    """Another process's engine, as far as the caches are concerned."""
    return quick_engine()


@pytest.fixture
def writer(database: Database, here: MatchingEngine) -> Iterator[Session]:
    """A session whose database has problem 1 and capabilities 1 to 3, committed."""
    session = database.open()
    here.index(session, [document("problem", 1), *(document("capability", id, id - 1) for id in (1, 2, 3))])
    session.commit()
    yield session
    session.close()


def seen(engine: MatchingEngine, session: Session) -> list[int]:
    return sorted(each.id for each in engine.rank(session, ("problem", 1), depth=None))


def seen_by_others(engine: MatchingEngine, database: Database) -> list[int]:
    with database.session(write=False) as reader:
        return seen(engine, reader)


def test_uncommitted_documents_are_seen_by_their_session_alone(
    here: MatchingEngine, there: MatchingEngine, database: Database, writer: Session
) -> None:
    here.index(writer, [document("capability", 4)])
    assert seen(here, writer) == [1, 2, 3, 4]
    assert seen_by_others(here, database) == [1, 2, 3]
    assert seen_by_others(there, database) == [1, 2, 3]


def test_committed_documents_are_seen_by_everyone(
    here: MatchingEngine, there: MatchingEngine, database: Database, writer: Session
) -> None:
    assert seen_by_others(here, database) == seen_by_others(there, database) == [1, 2, 3]
    here.index(writer, [document("capability", 4)])
    writer.commit()
    assert seen_by_others(here, database) == [1, 2, 3, 4]
    assert seen_by_others(there, database) == [1, 2, 3, 4]


def test_an_uncommitted_change_is_seen_by_its_session_alone(
    here: MatchingEngine, database: Database, writer: Session
) -> None:
    before = here.rank(writer, ("problem", 1))[0]
    assert before.id == 1
    here.index(writer, [document("capability", 1, 4)])
    assert here.rank(writer, ("problem", 1))[-1].id == 1
    with database.session(write=False) as reader:
        assert here.rank(reader, ("problem", 1))[0] == before


@pytest.mark.parametrize("change", ["hide", "remove"])
def test_what_is_hidden_or_removed_leaves_its_sessions_results_at_once(
    here: MatchingEngine, database: Database, writer: Session, change: str
) -> None:
    if change == "hide":
        here.set_searchable(writer, "capability", 2, False)
    else:
        here.remove(writer, "capability", 2)
    assert seen(here, writer) == [1, 3]
    assert [hit.id for hit in here.search(writer, "capability", "染整废水膜法回用", 1)] != [2]
    assert seen_by_others(here, database) == [1, 2, 3]


@pytest.mark.parametrize("change", ["hide", "remove"])
def test_what_is_hidden_or_removed_leaves_all_results_with_the_commit(
    here: MatchingEngine, there: MatchingEngine, database: Database, writer: Session, change: str
) -> None:
    assert seen_by_others(there, database) == [1, 2, 3]
    if change == "hide":
        here.set_searchable(writer, "capability", 2, False)
    else:
        here.remove(writer, "capability", 2)
    writer.commit()
    for engine in (here, there):
        assert seen_by_others(engine, database) == [1, 3]
        with database.session(write=False) as reader:
            assert 2 not in {hit.id for hit in engine.search(reader, "capability", "染整废水膜法回用", 9)}


def test_a_hidden_document_that_is_shown_again_is_found_again(
    here: MatchingEngine, there: MatchingEngine, database: Database, writer: Session
) -> None:
    here.set_searchable(writer, "capability", 2, False)
    writer.commit()
    assert seen_by_others(there, database) == [1, 3]
    here.set_searchable(writer, "capability", 2, True)
    writer.commit()
    assert seen_by_others(there, database) == [1, 2, 3]


def test_a_rollback_leaves_no_trace(here: MatchingEngine, database: Database, writer: Session) -> None:
    before = here.rank(writer, ("problem", 1))
    here.index(writer, [document("capability", 4), document("capability", 1, 4)])
    here.remove(writer, "capability", 2)
    assert seen(here, writer) == [1, 3, 4]
    writer.rollback()
    assert here.rank(writer, ("problem", 1)) == before
    with database.session(write=False) as reader:
        assert here.rank(reader, ("problem", 1)) == before


def test_a_savepoint_rolled_back_leaves_no_trace_and_the_rest_stays(
    here: MatchingEngine, database: Database, writer: Session
) -> None:
    here.index(writer, [document("capability", 4)])
    savepoint = writer.begin_nested()
    here.index(writer, [document("capability", 5)])
    here.remove(writer, "capability", 4)
    here.set_searchable(writer, "capability", 1, False)
    assert seen(here, writer) == [2, 3, 5]
    savepoint.rollback()
    assert seen(here, writer) == [1, 2, 3, 4]
    here.index(writer, [document("capability", 6)])
    writer.commit()
    assert seen_by_others(here, database) == [1, 2, 3, 4, 6]


def test_a_savepoint_released_keeps_what_it_wrote(here: MatchingEngine, writer: Session) -> None:
    with writer.begin_nested():
        here.index(writer, [document("capability", 4)])
    assert seen(here, writer) == [1, 2, 3, 4]
    writer.commit()
    assert seen(here, writer) == [1, 2, 3, 4]


def test_numbers_drawn_again_after_a_rollback_are_noticed(
    here: MatchingEngine, database: Database, writer: Session
) -> None:
    here.index(writer, [document("capability", 4)])
    assert seen(here, writer) == [1, 2, 3, 4]
    writer.rollback()
    here.index(writer, [document("capability", 5)])
    writer.commit()
    assert seen_by_others(here, database) == [1, 2, 3, 5]


def test_a_change_made_elsewhere_is_noticed_by_a_session_that_writes(
    here: MatchingEngine, there: MatchingEngine, database: Database, writer: Session
) -> None:
    assert seen(here, writer) == [1, 2, 3]
    writer.commit()
    with database.session() as elsewhere:
        there.index(elsewhere, [document("capability", 4)])
        there.remove(elsewhere, "capability", 1)
    here.index(writer, [document("capability", 5)])
    assert seen(here, writer) == [2, 3, 4, 5]


def test_readers_see_what_was_committed_elsewhere_while_a_writer_changes_the_same_document(
    here: MatchingEngine, there: MatchingEngine, database: Database, writer: Session
) -> None:
    assert seen_by_others(here, database) == [1, 2, 3]
    with database.session() as elsewhere:
        there.set_searchable(elsewhere, "capability", 1, False)
        there.index(elsewhere, [document("capability", 4)])
    here.index(writer, [document("capability", 1, 3)])
    assert seen(here, writer) == [1, 2, 3, 4]
    assert seen_by_others(here, database) == [2, 3, 4]
    writer.rollback()
    assert seen_by_others(here, database) == [2, 3, 4]


def test_a_process_that_starts_with_a_write_knows_all_documents(
    there: MatchingEngine, database: Database, writer: Session, here: MatchingEngine
) -> None:
    there.index(writer, [document("capability", 1, 4), document("capability", 4)])
    assert seen(there, writer) == [1, 2, 3, 4]
    assert seen_by_others(there, database) == [1, 2, 3]
    scores = {each.id: each.score for each in there.rank(writer, ("problem", 1), depth=None)}
    same = {each.id: each.score for each in here.rank(writer, ("problem", 1), depth=None)}
    assert scores == pytest.approx(same, abs=1e-6)


def test_another_process_sees_and_is_seen(
    here: MatchingEngine, database: Database, writer: Session, database_url: str
) -> None:
    assert seen(here, writer) == [1, 2, 3]
    writer.commit()
    script = f"""
from matchmaker.database import Database
from tests.engine.samples import document, quick_engine
database, engine = Database({database_url!r}), quick_engine()
with database.session() as session:
    engine.index(session, [document("capability", 4)])
    engine.remove(session, "capability", 2)
with database.session(write=False) as session:
    print(sorted(each.id for each in engine.rank(session, ("problem", 1))))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout.strip(), done.returncode) == ("[1, 3, 4]", 0), done.stderr
    assert seen_by_others(here, database) == [1, 3, 4]


def test_two_databases_of_one_engine_are_kept_apart(
    here: MatchingEngine, database: Database, writer: Session, database_url: str
) -> None:
    same_place = Database(database_url)
    assert seen_by_others(here, same_place) == [1, 2, 3]
    here.remove(writer, "capability", 1)
    writer.commit()
    assert seen_by_others(here, same_place) == seen_by_others(here, database) == [2, 3]
    same_place.engine.dispose()


def test_an_emptied_database_is_noticed(here: MatchingEngine, database: Database, writer: Session) -> None:
    from models import EmbeddingRow, IndexedDocument

    assert seen(here, writer) == [1, 2, 3]
    writer.query(EmbeddingRow).delete()
    writer.query(IndexedDocument).delete()
    writer.commit()
    assert here.search(writer, "capability", "气孔", 5) == []
    here.index(writer, [document("problem", 1), document("capability", 7)])
    writer.commit()
    assert seen_by_others(here, database) == [7]


def test_unchanged_text_is_not_encoded_again(database: Database) -> None:
    encoder = CharacterEncoder()
    engine = quick_engine(encoder)
    with database.session() as session:
        engine.index(session, [document("capability", 1), document("problem", 1)])
    encoder.encoded.clear()
    with database.session() as session:
        engine.index(session, [document("capability", 1, facts=Facts(field="8"), searchable=False)])
        assert engine.encode_ahead([document("problem", 1)], session) == [document("problem", 1)]
    assert encoder.encoded == []


def test_facts_of_unchanged_text_take_effect(here: MatchingEngine, writer: Session) -> None:
    here.index(writer, [document("problem", 1, facts=Facts(field="8"))])
    plain = here.score(writer, 1, 1)
    here.index(writer, [document("capability", 1, facts=Facts(field="8"))])
    assert here.score(writer, 1, 1).score > plain.score
    assert here.rank(writer, ("problem", 1))[0].parts["field_agrees"] == 1


def test_a_changed_passage_is_encoded_again_and_explained(here: MatchingEngine, writer: Session) -> None:
    told = "气孔要在三十秒内判定并定位，逐件出厂检验。"
    here.index(writer, [document("capability", 1, passages=(Passage("summary", told),))])
    pairs = here.explain(writer, 1, 1, ["statement"], ["summary"]).sentence_pairs
    assert [pair.capability_text for pair in pairs] == [told]


def test_a_document_given_twice_counts_as_it_was_given_last(here: MatchingEngine, writer: Session) -> None:
    encoded = here.encode_ahead([document("capability", 1, 4)])
    here.index(writer, [*encoded, document("capability", 1, 0)])
    assert here.rank(writer, ("problem", 1))[0].id == 1
    here.index(writer, [document("capability", 1, 0), *encoded])
    assert here.rank(writer, ("problem", 1))[-1].id == 1


def test_the_encoder_of_the_first_text_serves_although_the_setting_names_another(
    here: MatchingEngine, database: Database, writer: Session
) -> None:
    other = quick_engine(CharacterEncoder("characters-2"))
    assert seen_by_others(other, database) == [1, 2, 3]
    assert other.version(writer) == here.version(writer)
    for needs_the_model in (
        lambda: other.search(writer, "capability", "气孔", 5),
        lambda: other.index(writer, [document("capability", 4)]),
    ):
        with pytest.raises(VersionMissing, match="flask reindex") as raised:
            needs_the_model()
        assert raised.value.version == "characters-1"
    other.index(writer, [document("capability", 1, 0, searchable=False)])  # the text is the same
    assert seen(other, writer) == [2, 3]


def test_threads_may_write_and_rank_at_once(
    here: MatchingEngine, database: Database, writer: Session
) -> None:
    failed: list[BaseException] = []

    def write(first: int) -> None:
        for id in range(first, first + 6):
            with database.session() as session:
                here.index(session, [document("capability", id, id)])
                here.rank(session, ("problem", 1))

    def read() -> None:
        for _ in range(20):
            with database.session(write=False) as session:
                here.rank(session, ("problem", 1))
                here.search(session, "capability", "气孔", 5)

    def noting(work: object, *given: int) -> None:
        try:
            work(*given)  # type: ignore[operator]
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=noting, args=(write, first)) for first in (100, 200)]
    threads += [threading.Thread(target=noting, args=(read,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert seen_by_others(here, database) == [1, 2, 3, *range(100, 106), *range(200, 206)]


def test_a_cache_forgotten_is_read_anew(here: MatchingEngine, database: Database, writer: Session) -> None:
    before = here.rank(writer, ("problem", 1))
    here.forget()
    assert here.rank(writer, ("problem", 1)) == before


def test_the_text_of_a_change_replaces_the_words_looked_for(here: MatchingEngine, writer: Session) -> None:
    here.index(writer, [replace(document("capability", 1), title="黄芩苷提取", passages=())])
    writer.commit()
    assert here.search(writer, "capability", "黄芩苷", 1)[0].id == 1
