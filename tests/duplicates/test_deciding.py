"""Two that are the same: found, linked, told apart, undone; what that changes for whom."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from matchmaker.duplicates import reading, service
from matchmaker.duplicates.errors import AlreadyDuplicate, NotAlike, SameItself
from matchmaker.pairings import service as pairings
from matchmaker.pairings.filters import QueueFilters
from matchmaker.policy import Forbidden
from matchmaker.postings import service as postings
from matchmaker.postings.documents import document_of
from matchmaker.problems import reading as problem_pages
from matchmaker.problems import service as problems
from matchmaker.work import Work
from models import AuditEvent, LikelyDuplicate, Notice, Problem, ProblemStatus, User
from tests import factories
from tests.pairings import pairs


@pytest.fixture
def first(work: Work, people: dict[str, User]) -> Problem:
    made = pairs.problem(work, people["enterprise"])
    work.session.commit()
    return made


@pytest.fixture
def second(work: Work, people: dict[str, User], first: Problem) -> Problem:
    """Of another company, with the same text."""
    made = pairs.problem(work, people["other_enterprise"])
    work.session.commit()
    return made


def pair_of(work: Work) -> LikelyDuplicate | None:
    return work.session.scalar(select(LikelyDuplicate))


def events(work: Work) -> list[tuple[str, dict[str, Any]]]:
    found = work.session.scalars(select(AuditEvent).order_by(AuditEvent.id))
    return [(each.action, each.details) for each in found]


def test_a_copy_is_noted_when_it_is_sent_in(
    work: Work, people: dict[str, User], first: Problem, staff: Work
) -> None:
    owner = work.as_actor(people["other_enterprise"])
    copy = factories.problem(work.session, people["other_enterprise"], ProblemStatus.DRAFT)
    problems.submit(owner, copy)
    found = pair_of(work)
    assert found is not None
    assert (found.first_id, found.second_id, found.alike > 0.9) == (first.id, copy.id, True)


def test_an_edit_that_makes_it_another_text_takes_the_note_away(
    work: Work, people: dict[str, User], first: Problem, second: Problem
) -> None:
    service.look(work, second)
    changed = {
        "title": "印染废水膜法回用",
        "background": "印染废水盐分高，反渗透膜污堵快，清洗频繁，膜寿命不到一年，吨水成本居高不下。",
        "statement": "要求回用率达到百分之六十以上，浓水进一步蒸发减量，吨水成本控制在八元以内，占地不超过四百平方米。",
        "targets": [],
    }
    problems.save(work.as_actor(people["other_enterprise"]), second, changed, second.version)
    assert pair_of(work) is None


def test_a_link_keeps_one_and_hides_the_other_from_searches(
    work: Work, staff: Work, first: Problem, second: Problem
) -> None:
    service.link(staff, second, first)
    hits = work.engine.search(work.session, "problem", first.title, 10)
    assert [hit.id for hit in hits] == [first.id]


def test_the_list_shows_the_main_one_alone_but_staff_see_both(
    work: Work, staff: Work, first: Problem, second: Problem
) -> None:
    service.link(staff, second, first)

    def listed(reader: Work) -> set[int]:
        return {each.id for each in postings.find(reader, Problem, postings.Filters()).listing.items}

    assert (listed(work), listed(staff)) == ({first.id}, {first.id, second.id})


def test_where_the_main_one_is_not_public_the_other_is_in_the_list(
    work: Work, staff: Work, first: Problem, second: Problem
) -> None:
    service.link(staff, second, first)
    problems.withdraw(staff, first)
    assert [each.id for each in postings.find(work, Problem, postings.Filters()).listing.items] == [second.id]


def test_suggestions_of_the_duplicate_go_and_are_not_made_again(
    work: Work, people: dict[str, User], staff: Work, first: Problem, second: Problem
) -> None:
    theirs = pairs.capability(work, people["liaison"])
    for each in (first, second):
        pairings.suggest(work, each)
    service.link(staff, second, first)
    pairings.suggest(work, theirs)
    assert {each.problem_id for each in pairs.stored(work)} == {first.id}
    problems.save(
        work.as_actor(people["other_enterprise"]), second, {"basis": "已有一台设备。"}, second.version
    )
    assert {each.problem_id for each in pairs.stored(work)} == {first.id}


def test_what_somebody_acted_on_stays_on_the_board(
    work: Work, people: dict[str, User], staff: Work, first: Problem, second: Problem
) -> None:
    pairing = pairs.by_hand(work, second, pairs.capability(work, people["liaison"]))
    pairings.shortlist(staff, pairing, pairing.version)
    service.link(staff, second, first)
    shown = pairings.board(staff, QueueFilters()).listing.items
    assert [each.pairing.id for each in shown] == [pairing.id]


def test_undoing_a_link_brings_all_back(
    work: Work, people: dict[str, User], staff: Work, first: Problem, second: Problem
) -> None:
    pairs.capability(work, people["liaison"])
    pairings.suggest(work, second)
    before = {(each.problem_id, each.capability_id) for each in pairs.stored(work)}
    service.link(staff, second, first)
    service.unlink(staff, second)
    assert {(each.problem_id, each.capability_id) for each in pairs.stored(work)} == before != set()
    assert len(work.engine.search(work.session, "problem", first.title, 10)) == 2
    assert second.same_as_id is None


def test_who_decided_what_is_in_the_audit(work: Work, staff: Work, first: Problem, second: Problem) -> None:
    service.link(staff, second, first)
    service.unlink(staff, second)
    service.tell_apart(staff, second, first)
    service.reconsider(staff, second, first)
    assert events(work) == [
        ("problem.same_as", {"main": first.id, "moved": []}),
        ("problem.separated", {"main": first.id}),
        ("problem.told_apart", {"other": first.id}),
        ("problem.reconsidered", {"other": first.id}),
    ]


def test_the_owner_is_told(
    work: Work, people: dict[str, User], staff: Work, first: Problem, second: Problem
) -> None:
    service.link(staff, second, first)
    found = work.session.execute(select(Notice.user_id, Notice.kind)).all()
    assert [tuple(row) for row in found] == [(people["other_enterprise"].id, "problem.same_as")]


def test_what_was_the_same_as_a_duplicate_follows_it(
    work: Work, people: dict[str, User], staff: Work, first: Problem, second: Problem
) -> None:
    third = pairs.problem(work, people["enterprise"])
    service.link(staff, third, second)
    service.link(staff, second, first)
    work.session.refresh(third)
    assert (third.same_as_id, second.same_as_id) == (first.id, first.id)


def test_nothing_is_linked_to_a_duplicate(
    work: Work, people: dict[str, User], staff: Work, first: Problem, second: Problem
) -> None:
    third = pairs.problem(work, people["enterprise"])
    service.link(staff, second, first)
    for duplicate, main in ((third, second), (first, second), (second, third)):
        with pytest.raises(AlreadyDuplicate):
            service.link(staff, duplicate, main)


def test_linking_twice_is_once(work: Work, staff: Work, first: Problem, second: Problem) -> None:
    service.link(staff, second, first)
    service.link(staff, second, first)
    assert [action for action, _ in events(work)] == ["problem.same_as"]


def test_nothing_is_the_same_as_itself_or_as_another_kind(
    work: Work, people: dict[str, User], staff: Work, first: Problem
) -> None:
    with pytest.raises(SameItself):
        service.link(staff, first, first)
    with pytest.raises(NotAlike):
        service.link(staff, first, pairs.capability(work, people["liaison"]))


@pytest.mark.parametrize("role", ["enterprise", "liaison", "administrator"])
def test_only_staff_decide(
    work: Work, people: dict[str, User], first: Problem, second: Problem, role: str
) -> None:
    actor = work.as_actor(people[role])
    for step in (
        lambda: service.link(actor, second, first),
        lambda: service.unlink(actor, second),
        lambda: service.tell_apart(actor, second, first),
        lambda: service.reconsider(actor, second, first),
    ):
        with pytest.raises(Forbidden):
            step()


def test_what_was_told_apart_is_not_shown_again_until_that_is_taken_back(
    work: Work, staff: Work, first: Problem, second: Problem
) -> None:
    service.look(work, second)
    service.tell_apart(staff, first, second)
    service.look(work, second)
    assert reading.notes_of(staff, second).likely == []
    assert reading.duplicates(staff, reading.Filters()).listing.items == []
    service.reconsider(staff, second, first)
    assert [each.posting for each in reading.notes_of(staff, second).likely] == [first]
    assert len(reading.duplicates(staff, reading.Filters()).listing.items) == 1


def test_two_that_wait_to_be_checked_are_shown_as_alike(
    work: Work, people: dict[str, User], staff: Work
) -> None:
    waiting = [
        pairs.problem(work, people[who], ProblemStatus.SUBMITTED)
        for who in ("enterprise", "other_enterprise")
    ]
    work.session.commit()
    assert [each.posting for each in reading.notes_of(staff, waiting[0]).likely] == [waiting[1]]


def test_others_learn_only_of_a_main_one_that_they_may_read(
    work: Work, people: dict[str, User], staff: Work, first: Problem, second: Problem
) -> None:
    service.link(staff, second, first)
    assert reading.notes_of(work, second).main == first
    problems.withdraw(staff, first)
    told = reading.notes_of(work.as_actor(people["other_enterprise"]), second)
    assert (told.is_duplicate, told.main, told.followers) == (True, None, ())


def test_the_author_is_shown_ones_own_that_still_wait(work: Work, people: dict[str, User]) -> None:
    waiting = pairs.problem(work, people["enterprise"], ProblemStatus.SUBMITTED)
    work.session.commit()
    typed = document_of(
        Problem(
            id=0,
            title=waiting.title,
            background=waiting.background,
            statement=waiting.statement,
            targets=[],
            targets_text="",
            basis="",
        ),
        False,
    )
    own = postings.likeness(work.as_actor(people["enterprise"]), typed).similar
    theirs = postings.likeness(work.as_actor(people["other_enterprise"]), typed).similar
    assert ([each.posting for each in own], list(theirs)) == ([waiting], [])
    assert own[0].is_copy


def test_confidential_text_too_long_to_keep_does_not_stop_the_look_for_alike_ones(
    work: Work, people: dict[str, User], first: Problem
) -> None:
    """The form leaves out what does not fit."""
    values = {"title": first.title, "background": first.background, "statement": first.statement}
    found = problem_pages.likeness_of(work.as_actor(people["other_enterprise"]), values, None)
    assert found is not None
    assert [each.posting for each in found.similar] == [first]


def test_all_are_looked_at_in_turn(work: Work, first: Problem, second: Problem) -> None:
    after = service.look_at_all(work, "problem", 0, 1)
    assert after == first.id
    assert service.look_at_all(work, "problem", after, 5) is None
    assert service.count_likely(work) == {"problem": 1, "capability": 0}
