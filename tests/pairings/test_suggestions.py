"""Suggestions stored for both sides, refreshed when a text changes, never over what somebody did."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from matchmaker.database import Database
from matchmaker.engine import MatchingEngine
from matchmaker.pairings import service, suggestions
from matchmaker.postings import service as postings
from matchmaker.settings import Settings
from matchmaker.work import Work
from models import Capability, CapabilityStatus, Pairing, PairingStatus, Problem, ProblemStatus, User
from tests.pairings import pairs

TEA = {
    "title": "夏秋茶加工红茶的香气提升",
    "background": "夏秋鲜叶做红茶香气低、汤色暗，收购价只有春茶的三分之一，茶农不愿意采。",
    "statement": "需要找到适合小叶种夏秋鲜叶的萎凋、发酵和提香工艺参数，做出可以稳定销售的中档红茶。",
    "targets": [],
}


def limited(work: Work, **settings: float) -> Work:
    return replace(work, settings=replace(work.settings, **settings))


def test_a_submitted_problem_is_paired_with_public_capabilities(work: Work, people: dict[str, User]) -> None:
    theirs = pairs.capability(work, people["liaison"])
    ours = pairs.problem(work, people["enterprise"], ProblemStatus.SUBMITTED)

    service.suggest(work, ours)

    assert [each.capability_id for each in pairs.stored(work)] == [theirs.id]


def test_a_problem_is_not_paired_with_a_capability_that_is_not_public(
    work: Work, people: dict[str, User]
) -> None:
    pairs.capability(work, people["liaison"], CapabilityStatus.SUBMITTED)
    ours = pairs.problem(work, people["enterprise"])

    service.suggest(work, ours)

    assert pairs.stored(work) == []


def test_a_new_capability_is_paired_with_public_problems(work: Work, people: dict[str, User]) -> None:
    ours = pairs.problem(work, people["enterprise"])
    theirs = pairs.capability(work, people["liaison"])

    service.suggest(work, theirs)

    assert [each.problem_id for each in pairs.stored(work)] == [ours.id]


def test_a_pairing_found_from_both_sides_stands_once(work: Work, people: dict[str, User]) -> None:
    ours = pairs.problem(work, people["enterprise"])
    theirs = pairs.capability(work, people["liaison"])

    service.suggest(work, ours)
    service.suggest(work, theirs)

    assert len(pairs.stored(work)) == 1


def test_score_parts_and_engine_version_are_those_of_the_ranking(work: Work, people: dict[str, User]) -> None:
    theirs = pairs.capability(work, people["liaison"])
    ours = pairs.problem(work, people["enterprise"])
    ranked = work.engine.rank(work.session, ("problem", ours.id))[0]

    service.suggest(work, ours)

    pairing = pairs.of(work, ours, theirs)
    assert (pairing.score, pairing.parts, pairing.engine_version) == (
        ranked.score,
        ranked.parts,
        work.engine.version(work.session),
    )


def test_what_scores_below_the_floor_is_not_suggested(work: Work, people: dict[str, User]) -> None:
    pairs.capability(work, people["liaison"])
    ours = pairs.problem(work, people["enterprise"])

    service.suggest(limited(work, suggestion_floor=1.0), ours)

    assert pairs.stored(work) == []


def test_no_more_are_suggested_than_the_setting_says(work: Work, people: dict[str, User]) -> None:
    for _ in range(4):
        pairs.capability(work, people["liaison"])
    ours = pairs.problem(work, people["enterprise"])

    service.suggest(limited(work, suggestions=3), ours)

    assert len(pairs.stored(work)) == 3


def test_an_untouched_pairing_is_scored_again_when_the_text_changes(
    work: Work, people: dict[str, User]
) -> None:
    pairing = pairs.suggested(work, people)
    before = pairing.score
    pairing.problem.statement += "希望与高校联合建立缺陷样本库。"
    postings.index(work, pairing.problem)

    service.suggest(work, pairing.problem)

    assert pairing.score != before


def test_scoring_again_is_no_step_that_makes_a_decision_stale(work: Work, people: dict[str, User]) -> None:
    pairing = pairs.suggested(work, people)
    seen = pairing.version
    pairing.problem.statement += "希望与高校联合建立缺陷样本库。"
    postings.index(work, pairing.problem)

    service.suggest(work, pairing.problem)

    assert pairing.version == seen


def test_an_untouched_pairing_that_does_not_fit_any_more_is_dropped(
    work: Work, people: dict[str, User]
) -> None:
    pairing = pairs.suggested(work, people)
    ours = pairing.problem
    for field, value in TEA.items():
        setattr(ours, field, value)
    postings.index(work, ours)

    service.suggest(work, ours)

    assert pairs.stored(work) == []


def test_a_pairing_that_somebody_acted_on_is_not_scored_again(work: Work, people: dict[str, User]) -> None:
    pairing = pairs.suggested(work, people)
    service.shortlist(work.as_actor(people["staff"]), pairing, pairing.version)
    before = (pairing.score, pairing.parts, pairing.scored_at)
    pairing.problem.statement += "希望与高校联合建立缺陷样本库。"
    postings.index(work, pairing.problem)

    service.suggest(work, pairing.problem)
    work.session.refresh(pairing)

    assert (pairing.score, pairing.parts, pairing.scored_at) == before


def test_a_pairing_that_somebody_acted_on_is_never_dropped(work: Work, people: dict[str, User]) -> None:
    pairing = pairs.suggested(work, people)
    service.shortlist(work.as_actor(people["staff"]), pairing, pairing.version)
    for field, value in TEA.items():
        setattr(pairing.problem, field, value)
    postings.index(work, pairing.problem)

    service.suggest(work, pairing.problem)

    assert pairs.stored(work) == [pairing]


def test_a_dismissed_pairing_is_not_suggested_again(work: Work, people: dict[str, User]) -> None:
    pairing = pairs.suggested(work, people)
    service.dismiss(work.as_actor(people["staff"]), pairing, pairing.version, "budget")

    service.suggest(work, pairing.capability)

    assert [each.status for each in pairs.stored(work)] == [PairingStatus.DISMISSED]


def test_what_is_no_longer_among_the_best_stays_while_it_is_above_the_floor(
    work: Work, people: dict[str, User]
) -> None:
    pairing = pairs.suggested(work, people)
    for _ in range(2):  # closer to the problem than the first
        pairs.capability(work, people["other_liaison"], title="铝合金压铸件气孔在线检测")

    service.suggest(limited(work, suggestions=2), pairing.problem)

    assert len(pairs.stored(work)) == 3


def test_a_pairing_with_what_waits_for_its_check_is_scored_again_too(
    work: Work, people: dict[str, User]
) -> None:
    theirs = pairs.capability(work, people["liaison"])
    ours = pairs.problem(work, people["enterprise"], ProblemStatus.SUBMITTED)
    service.suggest(work, ours)
    pairing = pairs.of(work, ours, theirs)
    before = pairing.score
    theirs.summary += "可定制夹具，适应换型。"
    postings.index(work, theirs)

    service.suggest(work, theirs)

    assert pairing.score != before


def test_retracting_drops_untouched_suggestions(work: Work, people: dict[str, User]) -> None:
    pairing = pairs.suggested(work, people)

    service.retract(work, pairing.problem)

    assert pairs.stored(work) == []


def test_retracting_keeps_what_somebody_acted_on(work: Work, people: dict[str, User]) -> None:
    pairing = pairs.suggested(work, people)
    service.shortlist(work.as_actor(people["staff"]), pairing, pairing.version)

    service.retract(work, pairing.problem)

    assert pairs.stored(work) == [pairing]


@pytest.mark.parametrize("times", [1, 2])
def test_both_sides_may_be_suggested_at_once(
    work: Work,
    people: dict[str, User],
    database: Database,
    engine: MatchingEngine,
    settings: Settings,
    times: int,
) -> None:
    ours = pairs.problem(work, people["enterprise"])
    theirs = pairs.capability(work, people["liaison"])
    work.session.commit()
    start, failures = threading.Barrier(2), []

    def suggest(kind: type[Problem] | type[Capability], object_id: int) -> None:
        start.wait()
        try:
            for _ in range(times):
                with database.session() as session:
                    service.suggest(Work(session, None, engine, settings), session.get_one(kind, object_id))
        except Exception as error:
            failures.append(error)

    threads = [
        threading.Thread(target=suggest, args=(Problem, ours.id)),
        threading.Thread(target=suggest, args=(Capability, theirs.id)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (failures, len(pairs.stored(work))) == ([], 1)


def test_a_pairing_inserted_by_somebody_else_is_left_as_it_is(work: Work, people: dict[str, User]) -> None:
    """Somebody who does not take the lock, between our look and our insert."""
    theirs = pairs.capability(work, people["liaison"])
    ours = pairs.problem(work, people["enterprise"])
    ranked = work.engine.rank(work.session, ("problem", ours.id))
    pairs.by_hand(work, ours, theirs, score=0.5)

    suggestions._add(work, ours, ranked)

    assert work.session.scalars(select(Pairing.score)).all() == [0.5]
