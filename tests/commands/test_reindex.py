"""Changing the encoder while people work: complete, of one version at any moment, and whatever kills the job."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from matchmaker.audit import service as audit
from matchmaker.database import Database
from matchmaker.engine import ModelMissing, NotIndexed, VersionMissing, rows, versions
from matchmaker.imports import reindexing
from matchmaker.imports.reindexing import Job
from matchmaker.pairings import service as pairings
from matchmaker.postings import service as postings
from matchmaker.settings import Settings
from models import (
    AuditEvent,
    Capability,
    CapabilityStatus,
    Pairing,
    PairingStatus,
    Problem,
    User,
)
from tests.commands.changing import CAPABILITIES, NEW, OLD, change, edit, of_present_titles, ranking, stored
from tests.engine.samples import CharacterEncoder, changeable_engine


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"CHUNK": 2, "LAST": 1, "CLEANED": 3, "MATCHING_SECONDS": 0.0}.items():
        monkeypatch.setattr(reindexing, name, value)


def test_everything_is_encoded_and_matched_with_the_new_version_and_the_old_one_is_gone(job: Job) -> None:
    outcome = change(job)
    assert outcome == reindexing.Outcome(NEW, True, CAPABILITIES + 1, CAPABILITIES + 1)
    assert stored(job) == {NEW: of_present_titles(job, NEW)}
    with job.work(write=False) as work:
        every = work.session.scalars(select(Pairing)).all()
        assert len(every) > 3
        for each in every:
            scored = work.engine.score(work.session, each.problem_id, each.capability_id)
            assert each.score == pytest.approx(scored.score, abs=1e-5)
            assert each.engine_version == work.engine.version(work.session)


def test_what_somebody_acted_on_keeps_its_score(job: Job) -> None:
    with job.work() as work:
        pairing = work.session.scalars(select(Pairing).limit(1)).one()
        pairing.status, pairing.acted_on, pairing.score = PairingStatus.SHORTLISTED, True, 0.123
    change(job)
    with job.work(write=False) as work:
        kept = work.session.get_one(Pairing, pairing.id)
        assert (kept.score, kept.engine_version) == (0.123, pairing.engine_version)


def test_a_posting_that_waits_for_its_check_is_matched_too(job: Job) -> None:
    with job.work() as work:
        waiting = work.session.scalars(select(Capability).limit(1)).one()
        waiting.status = CapabilityStatus.SUBMITTED
        postings.index(work, waiting)
        pairings.suggest(work, waiting)
    change(job)
    with job.work(write=False) as work:
        scored = {
            each.engine_version
            for each in work.session.scalars(select(Pairing).where(Pairing.capability_id == waiting.id))
        }
        assert scored == {work.engine.version(work.session)}


def test_a_change_of_version_is_in_the_audit(job: Job, people: dict[str, User]) -> None:
    change(replace(job, actor=people["staff"]))
    with job.work(write=False) as work:
        event = work.session.scalars(select(AuditEvent)).one()
        serving = versions.active(work.session)
        assert serving is not None
        assert (event.action, event.actor_id, event.object_kind, event.object_id, event.details) == (
            "encoder.activated",
            people["staff"].id,
            "encoder_version",
            serving.id,
            {"before": OLD, "after": NEW},
        )
        assert serving.activated_by == people["staff"].id
        assert audit.first_broken_link(work) is None


@pytest.mark.usefixtures("small_chunks")
def test_texts_edited_between_two_chunks_and_before_the_switch_are_encoded_as_they_are(job: Job) -> None:
    titles = iter(f"改写第{number}次的气孔检测成果" for number in range(100))

    def edit_another(step: str, done: int, total: int) -> None:
        if step == "encode" and done < CAPABILITIES:
            edit(job, done % CAPABILITIES, next(titles))
            edit(job, 0, next(titles))

    job = replace(job, progress=edit_another)
    version = reindexing.wanted(job, NEW)
    assert version is not None
    reindexing.catch_up(job, version)
    reindexing.announce(job, version)
    edit(job, 3, "切换之前刚刚改过的名称")
    assert reindexing.switch(job, version)
    assert stored(job)[NEW] == of_present_titles(job, NEW)
    assert "切换之前刚刚改过的名称" in {each.title for each in _capabilities(job)}


@pytest.mark.usefixtures("small_chunks")
def test_the_switch_waits_where_too_many_texts_were_edited(job: Job) -> None:
    version = reindexing.wanted(job, NEW)
    assert version is not None
    reindexing.catch_up(job, version)
    for number in range(3):
        edit(job, number, f"又改了{number}")
    assert not reindexing.switch(job, version)
    with job.work(write=False) as work:
        assert versions.active(work.session).version == OLD  # type: ignore[union-attr]
    assert reindexing.run(job, version).encoded == 3
    assert stored(job) == {NEW: of_present_titles(job, NEW)}


def test_a_text_edited_while_it_was_encoded_is_not_encoded_as_it_was(job: Job) -> None:
    version = reindexing.wanted(job, NEW)
    assert version is not None
    found = reindexing._lacking(job, version, 100)
    encoded = reindexing._encode(job, version, found)
    edit(job, 2, "正在计算时改过的名称")
    with job.work() as work:
        assert reindexing._store(work, version, found, encoded) == CAPABILITIES
        assert len(rows.lacking(work.session, version.id, 100)) == 1


def test_what_has_no_posting_any_more_is_forgotten(job: Job) -> None:
    with job.work() as work:
        work.session.execute(text("DELETE FROM pairing"))
        work.session.execute(text("DELETE FROM problem_mode"))
        work.session.execute(text("DELETE FROM problem"))
    change(job)
    assert {kind for kind, _ in stored(job)[NEW]} == {"capability"}
    with job.work(write=False) as work, pytest.raises(NotIndexed):
        work.engine.rank(work.session, ("problem", 1))


@pytest.mark.usefixtures("small_chunks")
def test_at_every_moment_a_reader_gets_a_whole_ranking_of_one_version(job: Job) -> None:
    before = ranking(job)
    seen: list[dict[int, float]] = []
    ended = threading.Event()
    reader = changeable_engine()

    def read() -> None:
        with job.database.session(write=False) as session:
            problem = session.scalars(select(Problem.id)).one()
            found = reader.rank(session, ("problem", problem), None)
            seen.append({each.id: round(each.score, 4) for each in found})

    def read_on() -> None:
        while not ended.is_set():
            read()

    thread = threading.Thread(target=read_on)
    thread.start()
    try:
        change(replace(job, progress=lambda step, done, total: read()))
    finally:
        ended.set()
        thread.join()
    read()
    after = ranking(job)
    assert before != after
    assert before.keys() == after.keys()
    assert len(seen) > 10
    assert [each for each in seen if each not in (before, after)] == []
    first_new = seen.index(after)
    assert all(each == before for each in seen[:first_new])
    assert all(each == after for each in seen[first_new + 2 :])  # two readers: one may have begun before


def test_the_version_before_comes_back_with_the_texts_of_now(job: Job) -> None:
    change(job)
    edit(job, 1, "换版本以后改过的名称")
    back = reindexing.back(job)
    assert back is not None
    assert reindexing.run(job, back).version == OLD
    assert stored(job) == {OLD: of_present_titles(job, OLD)}


def test_without_an_earlier_version_there_is_no_way_back(job: Job) -> None:
    with pytest.raises(reindexing.NothingBefore):
        reindexing.back(job)


def test_without_a_word_the_model_that_was_newly_set_is_taken(job: Job) -> None:
    set_anew = replace(job, engine=changeable_engine(NEW), settings=replace(job.settings, model=NEW))
    assert reindexing.wanted(set_anew).version == NEW  # type: ignore[union-attr]
    assert reindexing.wanted(job).version == NEW, "what was begun goes on"  # type: ignore[union-attr]


def test_without_a_word_a_model_that_served_before_is_not_taken_back(job: Job) -> None:
    change(job)
    assert reindexing.wanted(job).version == NEW  # type: ignore[union-attr]
    assert reindexing.wanted(job, OLD).version == OLD  # type: ignore[union-attr]


def test_without_a_word_the_model_of_the_setting_replaces_one_that_is_gone(job: Job) -> None:
    change(job)

    def without_new(setting: str) -> CharacterEncoder:
        if setting == NEW:
            raise ModelMissing(setting, "no such folder")
        return CharacterEncoder(setting)

    from matchmaker.engine import MatchingEngine

    left = replace(job, engine=MatchingEngine(OLD, loader=without_new))
    with left.work(write=False) as work:
        with pytest.raises(VersionMissing):
            work.engine.search(work.session, "capability", "气孔", 5)
        problem = work.session.scalars(select(Problem.id)).one()
        assert work.engine.rank(work.session, ("problem", problem)), (
            "what is stored is ranked without the model"
        )
    version = reindexing.wanted(left)
    assert version is not None
    assert reindexing.run(left, version).version == OLD
    assert stored(job) == {OLD: of_present_titles(job, OLD)}


def test_a_model_that_cannot_be_loaded_is_not_registered(job: Job) -> None:
    from matchmaker.engine import MatchingEngine

    def loader(setting: str) -> CharacterEncoder:
        if setting != OLD:
            raise ModelMissing(setting, "no such folder")
        return CharacterEncoder(setting)

    with pytest.raises(ModelMissing):
        reindexing.wanted(replace(job, engine=MatchingEngine(OLD, loader=loader)), "/nowhere")
    with job.work(write=False) as work:
        assert versions.preparing(work.session) is None


def test_texts_that_the_engine_knows_otherwise_are_indexed_anew(job: Job) -> None:
    with job.work() as work:
        capability = work.session.scalars(select(Capability).limit(1)).one()
        capability.title = "没有经过引擎改的名称"
    outcome = reindexing.run(job, reindexing.wanted(job))  # type: ignore[arg-type]
    assert outcome == reindexing.Outcome(OLD, False, 1, 0)
    assert stored(job) == {OLD: of_present_titles(job, OLD)}
    assert reindexing.run(job, reindexing.wanted(job)).encoded == 0  # type: ignore[arg-type]


def test_an_empty_database_has_nothing_to_encode(database: Database, settings: Settings) -> None:
    assert reindexing.wanted(Job(database, changeable_engine(), settings)) is None


def _capabilities(job: Job) -> list[Capability]:
    with job.work(write=False) as work:
        return list(work.session.scalars(select(Capability).order_by(Capability.id)))
