"""Learning in service: adopted only if better, one at a time, and taken back exactly."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from matchmaker.database import Database
from matchmaker.engine import rankings
from matchmaker.engine.ranking import DEFAULT_MODEL
from matchmaker.imports import reindexing
from matchmaker.learning import service
from matchmaker.learning.service import Result
from matchmaker.policy import Forbidden
from matchmaker.work import Work
from models import (
    AuditEvent,
    EncoderState,
    EncoderVersion,
    LearntRanking,
    Notice,
    RankingState,
    User,
    now,
)
from tests.learning import examples
from tests.learning.history import History
from tests.pairings import pairs


@pytest.fixture
def consistent(work: Work, history: History) -> History:
    """Shared words decided, whatever else there was; committed."""
    history.many(12, 8, examples.by_words)
    work.session.commit()
    return history


def models(work: Work) -> list[tuple[str, RankingState]]:
    rows = work.session.scalars(select(LearntRanking).order_by(LearntRanking.id))
    return [(row.name, row.state) for row in rows]


def made(work: Work, words: float, state: RankingState = RankingState.CANDIDATE) -> LearntRanking:
    """A model with this weight of words, without having learnt it."""
    model = replace(
        DEFAULT_MODEL,
        name=rankings.next_name(work.session),
        weights={**DEFAULT_MODEL.weights, "words": words},
        cuts=(-2.0, 0.25, 1.5),
    )
    encoder = work.engine.in_service.version(work.session).name
    return rankings.keep(work.session, model, encoder, {"decisions": 60}, 1, state)


def test_consistent_decisions_are_learnt_and_serve_at_once(
    work: Work, people: dict[str, User], consistent: History
) -> None:
    assert service.learn(work) is Result.ADOPTED
    name = f"{DEFAULT_MODEL.name}.1"
    assert models(work) == [(name, RankingState.ACTIVE)]
    assert work.engine.ranking(work.session).weights["words"] > DEFAULT_MODEL.weights["words"]
    assert work.engine.version(work.session).startswith(f"{name}+")
    event = work.session.scalars(select(AuditEvent).where(AuditEvent.action == "ranking.adopted")).one()
    assert event.details == {"before": DEFAULT_MODEL.name, "after": name, "decisions": 96}
    told = work.session.scalars(select(Notice)).all()
    assert {each.user_id for each in told} == {people["administrator"].id}
    row = work.session.scalars(select(LearntRanking)).one()
    assert row.figures["problems"] == 12
    assert row.figures["comparison"]["new"]["agreement"] > row.figures["comparison"]["old"]["agreement"]


def test_decisions_by_chance_are_refused(work: Work, history: History) -> None:
    history.many(12, 8, examples.by_chance)
    assert service.learn(work) is Result.REFUSED
    assert models(work) == [(f"{DEFAULT_MODEL.name}.1", RankingState.REFUSED)]
    assert work.engine.ranking(work.session) == DEFAULT_MODEL
    assert work.session.scalars(select(AuditEvent)).all() == []


def test_too_few_decisions_are_told_with_what_is_lacking(work: Work, history: History) -> None:
    history.many(4, 5, examples.by_words)
    lesson = service.study(work)
    assert lesson.lacking == (service.LEAST_DECISIONS - 20, service.LEAST_TELLING - lesson.telling)
    assert service.learn(work) is Result.TOO_FEW
    assert models(work) == []


def test_without_a_new_decision_nothing_is_learnt_again(work: Work, consistent: History) -> None:
    service.learn(work)
    assert service.learn(work) is Result.NOTHING_NEW
    consistent.add("introduce", problem=1)
    assert service.learn(work) is not Result.NOTHING_NEW


def test_a_second_model_must_be_better_than_the_first_would_be_on_the_same_problems(
    work: Work, consistent: History
) -> None:
    service.learn(work)
    consistent.add("introduce", problem=1)
    assert service.learn(work) is Result.REFUSED
    assert work.engine.ranking(work.session).name == f"{DEFAULT_MODEL.name}.1"


def test_only_one_of_two_that_learn_at_once_adopts(
    database: Database, work: Work, people: dict[str, User], consistent: History
) -> None:
    results: list[Result] = []
    ready = threading.Barrier(2)

    def learn() -> None:
        with database.session(write=False) as session:
            lesson = service.study(Work(session, None, work.engine, work.settings))
        learnt = service.learn_from(lesson)
        ready.wait()
        with database.session() as session:
            results.append(service.conclude(Work(session, None, work.engine, work.settings), lesson, learnt))

    threads = [threading.Thread(target=learn) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [Result.ADOPTED, Result.OVERTAKEN]
    work.session.rollback()
    assert models(work) == [(f"{DEFAULT_MODEL.name}.1", RankingState.ACTIVE)]


def test_another_process_ranks_with_what_was_adopted_at_its_next_look(
    database: Database, work: Work, people: dict[str, User]
) -> None:
    from matchmaker.engine import MatchingEngine

    pairing = pairs.suggested(work, people)
    elsewhere = MatchingEngine(work.settings.encoder)
    with database.session(write=False) as session:
        before = elsewhere.score(session, pairing.problem_id, pairing.capability_id)
    rankings.adopt(work.session, made(work, words=90.0))
    work.session.commit()
    with database.session(write=False) as session:
        after = elsewhere.score(session, pairing.problem_id, pairing.capability_id)
        assert elsewhere.version(session).startswith(f"{DEFAULT_MODEL.name}.1+")
    assert after.parts == before.parts
    assert after.score > before.score


def test_at_most_one_model_is_active_whoever_writes(work: Work, people: dict[str, User]) -> None:
    for row in (made(work, 1.0), made(work, 2.0)):
        row.state, row.adopted_at = RankingState.ACTIVE, now()
    with pytest.raises(IntegrityError):
        work.session.flush()
    work.session.rollback()


def test_going_back_restores_exactly_what_served_before(work: Work, people: dict[str, User]) -> None:
    administrator = work.as_actor(people["administrator"])
    first, second = made(work, 20.0), made(work, 40.0)
    service.adopt(administrator, first.id)
    one = work.engine.ranking(work.session)
    service.adopt(administrator, second.id)
    assert work.engine.ranking(work.session).weights["words"] == 40.0
    assert service.roll_back(administrator, second.id) == (second, first)
    assert work.engine.ranking(work.session) == one
    assert service.roll_back(administrator) == (first, None)
    assert work.engine.ranking(work.session) is DEFAULT_MODEL
    with pytest.raises(service.NothingToTakeBack):
        service.roll_back(administrator)
    actions = work.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions == ["ranking.adopted"] * 2 + ["ranking.rolled_back"] * 2


def test_one_who_looks_at_an_old_page_takes_nothing_back(work: Work, people: dict[str, User]) -> None:
    administrator = work.as_actor(people["administrator"])
    first, second = made(work, 20.0), made(work, 40.0)
    service.adopt(administrator, first.id)
    service.adopt(administrator, second.id)
    with pytest.raises(service.NothingToTakeBack):
        service.roll_back(administrator, first.id)
    assert work.engine.ranking(work.session).name == second.name


def test_after_a_person_took_one_back_a_person_decides_on_the_next(
    work: Work, people: dict[str, User], consistent: History
) -> None:
    administrator = work.as_actor(people["administrator"])
    service.learn(work)
    service.roll_back(administrator)
    consistent.add("introduce", problem=1)
    assert service.learn(work) is Result.WAITING
    assert work.engine.ranking(work.session) is DEFAULT_MODEL
    waiting = service.standing(administrator).candidate
    assert waiting is not None
    service.adopt(administrator, waiting.id)
    assert work.engine.ranking(work.session).name == waiting.name
    assert not rankings.was_rolled_back(work.session)


@pytest.mark.parametrize("state", [RankingState.REFUSED, RankingState.RETIRED, RankingState.ACTIVE])
def test_only_what_waits_can_be_adopted(work: Work, people: dict[str, User], state: RankingState) -> None:
    administrator = work.as_actor(people["administrator"])
    row = made(work, 20.0)
    if state is RankingState.ACTIVE:
        service.adopt(administrator, row.id)
    else:
        row.state = state
        work.session.flush()
    with pytest.raises(service.NotAdoptable):
        service.adopt(administrator, row.id)
    with pytest.raises(service.NotAdoptable):
        service.adopt(administrator, 10_000)


@pytest.mark.parametrize("role", ["enterprise", "liaison", "staff"])
def test_only_administrators_adopt_and_go_back(work: Work, people: dict[str, User], role: str) -> None:
    row = made(work, 20.0)
    with pytest.raises(Forbidden):
        service.adopt(work.as_actor(people[role]), row.id)
    service.adopt(work.as_actor(people["administrator"]), row.id)
    with pytest.raises(Forbidden):
        service.roll_back(work.as_actor(people[role]))


@pytest.mark.parametrize(("name", "value"), [("encoder", "another-encoder"), ("base", "rank-0")])
def test_a_model_for_other_features_does_not_serve(
    work: Work, people: dict[str, User], name: str, value: str
) -> None:
    row = made(work, 20.0)
    rankings.adopt(work.session, row)
    setattr(row, name, value)
    work.session.flush()
    assert work.engine.ranking(work.session) is DEFAULT_MODEL
    standing = service.standing(work.as_actor(people["administrator"]))
    assert (standing.active, standing.serves) == (row, False)


def test_untouched_suggestions_are_scored_again_and_decided_ones_keep_theirs(
    database: Database, work: Work, people: dict[str, User]
) -> None:
    untouched, decided = pairs.suggested(work, people), pairs.suggested(work, people)
    decided.acted_on = True
    work.session.commit()
    before = (decided.score, decided.engine_version)
    row = made(work, words=30.0)
    rankings.adopt(work.session, row)
    work.session.commit()
    assert reindexing.match_again(reindexing.Job(database, work.engine, work.settings)) > 0
    work.session.expire_all()
    assert untouched.score == work.engine.ranking(work.session).score(untouched.parts)
    assert untouched.engine_version.startswith(f"{DEFAULT_MODEL.name}.1+")
    assert (decided.score, decided.engine_version) == before
    serving = work.session.scalars(
        select(EncoderVersion).where(EncoderVersion.state == EncoderState.ACTIVE)
    ).one()
    assert serving.matched_through is None
