"""Deciding one after the other, what a second member of staff is told, and taking a decision back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from matchmaker.checking import service
from matchmaker.checking.service import Altered, CannotUndo, NotInQueue, OrganisationNotVerified, Overtaken
from matchmaker.postings.service import ReasonMissing
from matchmaker.problems import service as problems
from matchmaker.work import Work
from models import CheckKind, Notice, Pairing, PairingEvent, ProblemStatus, Revision, Role, User, Verification
from tests import factories
from tests.checking import waiting
from tests.checking.waiting import filters, name, named

PROBLEM, CAPABILITY, ORGANISATION = CheckKind.PROBLEM, CheckKind.CAPABILITY, CheckKind.ORGANISATION


@pytest.fixture
def waits(staff: Work, people: dict[str, User]) -> dict[CheckKind, Any]:
    return {
        PROBLEM: waiting.problem(staff.session, people["enterprise"], days=5),
        ORGANISATION: waiting.organisation(staff.session, days=3),
        CAPABILITY: waiting.capability(staff.session, people["liaison"], days=1),
    }


def accept(work: Work, kind: CheckKind, subject: Any) -> service.Decided:
    return service.accept(work, kind, subject.id, subject.version, filters())


def last_event(work: Work) -> int:
    decision = service.last(work)
    assert decision is not None
    return decision.event.id


@pytest.mark.parametrize("kind", list(CheckKind))
def test_what_is_accepted_leaves_the_queue_and_the_next_is_claimed(
    staff: Work, waits: dict[CheckKind, Any], people: dict[str, User], kind: CheckKind
) -> None:
    order = list(waits)
    following = waits[order[(order.index(kind) + 1) % 3]]
    decided = accept(staff, kind, waits[kind])
    assert waits[kind].status.value in ("published", "verified")
    assert decided.following is not None
    assert named([decided.following]) == [name(following)]
    colleague = staff.as_actor(factories.user(staff.session, Role.STAFF, people["staff"].organisation))
    assert service.company(colleague, decided.following.kind, decided.following.id).others == [
        people["staff"].name
    ]


@pytest.mark.parametrize("kind", list(CheckKind))
def test_what_is_sent_back_has_its_reason(staff: Work, waits: dict[CheckKind, Any], kind: CheckKind) -> None:
    subject = waits[kind]
    service.send_back(staff, kind, subject.id, subject.version, "请补充指标", filters())
    assert subject.status.value in ("returned", "rejected")
    assert "请补充指标" in (getattr(subject, "return_reason", ""), getattr(subject, "reject_reason", ""))


def test_nothing_is_sent_back_without_a_reason(staff: Work, waits: dict[CheckKind, Any]) -> None:
    problem = waits[PROBLEM]
    with pytest.raises(ReasonMissing):
        service.send_back(staff, PROBLEM, problem.id, problem.version, "  ", filters())
    assert problem.status is ProblemStatus.SUBMITTED


def test_after_the_last_there_is_nothing_to_go_on_with(staff: Work, people: dict[str, User]) -> None:
    only = waiting.problem(staff.session, people["enterprise"])
    assert accept(staff, PROBLEM, only).following is None


def test_of_two_who_decide_the_second_is_told_what_happened(
    staff: Work, waits: dict[CheckKind, Any], people: dict[str, User]
) -> None:
    problem, seen = waits[PROBLEM], waits[PROBLEM].version
    accept(staff, PROBLEM, problem)
    with pytest.raises(Overtaken) as raised:
        service.send_back(staff, PROBLEM, problem.id, seen, "请补充指标", filters())
    assert problem.status is ProblemStatus.PUBLISHED
    assert raised.value.event is not None
    assert (raised.value.event.action, raised.value.event.who) == (
        "problem.published",
        people["staff"].name,
    )


def test_what_was_sent_in_again_meanwhile_is_read_again(
    staff: Work, waits: dict[CheckKind, Any], people: dict[str, User]
) -> None:
    problem, seen, author = waits[PROBLEM], waits[PROBLEM].version, staff.as_actor(people["enterprise"])
    problems.withdraw(author, problem)
    problems.restore(author, problem)
    problems.submit(author, problem)
    staff.session.flush()
    with pytest.raises(Altered):
        service.accept(staff, PROBLEM, problem.id, seen, filters())
    assert problem.status is ProblemStatus.SUBMITTED


def test_a_text_waits_for_its_organisation(staff: Work, waits: dict[CheckKind, Any]) -> None:
    problem = waits[PROBLEM]
    problem.organisation.status = Verification.PENDING
    with pytest.raises(OrganisationNotVerified):
        accept(staff, PROBLEM, problem)
    assert problem.status is ProblemStatus.SUBMITTED


def test_an_administrator_checks_no_texts(
    work: Work, people: dict[str, User], waits: dict[CheckKind, Any]
) -> None:
    with pytest.raises(NotInQueue):
        accept(work.as_actor(people["administrator"]), PROBLEM, waits[PROBLEM])


@pytest.mark.parametrize("kind", list(CheckKind))
@pytest.mark.parametrize("accepts", [True, False])
def test_the_last_decision_is_taken_back_as_if_it_had_not_been(
    staff: Work, waits: dict[CheckKind, Any], kind: CheckKind, accepts: bool
) -> None:
    subject, before = waits[kind], named(service.queue(staff, filters()).listing.items)
    if accepts:
        accept(staff, kind, subject)
    else:
        service.send_back(staff, kind, subject.id, subject.version, "请补充指标", filters())
    service.undo(staff, last_event(staff))
    assert named(service.queue(staff, filters()).listing.items) == before
    left = [
        getattr(subject, each, None)
        for each in ("published_at", "verified_at", "return_reason", "reject_reason")
    ]
    assert not any(left)
    assert service.item(staff, kind, subject.id, filters()).returned is None
    assert service.last(staff) is None


def test_its_people_are_told_that_a_decision_was_taken_back(
    staff: Work, waits: dict[CheckKind, Any], people: dict[str, User]
) -> None:
    accept(staff, PROBLEM, waits[PROBLEM])
    service.undo(staff, last_event(staff))
    told = staff.session.scalars(
        select(Notice.kind).where(Notice.user_id == people["enterprise"].id).order_by(Notice.id)
    )
    assert list(told) == ["problem.published", "problem.rechecked"]


def test_a_text_that_was_public_before_keeps_when(staff: Work, people: dict[str, User]) -> None:
    author = staff.as_actor(people["enterprise"])
    problem = waiting.problem(staff.session, people["enterprise"])
    accept(staff, PROBLEM, problem)
    first = problem.published_at
    for step, actor in ((problems.withdraw, author), (problems.restore, author), (problems.submit, author)):
        step(actor, problem)
    later = replace(staff, clock=lambda: staff.clock() + timedelta(days=1))
    accept(later, PROBLEM, problem)
    service.undo(later, last_event(later))
    assert first is not None
    assert problem.published_at == first.replace(microsecond=0)
    assert staff.session.scalars(select(Revision)).all()


@pytest.mark.parametrize(
    "reason", ["too late", "a colleague's", "edited since", "acted on since", "another event"]
)
def test_a_decision_that_somebody_went_on_from_stands(
    staff: Work, people: dict[str, User], waits: dict[CheckKind, Any], reason: str
) -> None:
    problem, actor = waits[PROBLEM], staff
    accept(staff, PROBLEM, problem)
    event = last_event(staff)
    if reason == "too late":
        actor = replace(staff, clock=lambda: staff.clock() + timedelta(minutes=11))
    elif reason == "a colleague's":
        actor = staff.as_actor(factories.user(staff.session, Role.STAFF, people["staff"].organisation))
    elif reason == "edited since":
        author = staff.as_actor(people["enterprise"])
        problems.save(author, problem, {"basis": "已有样机"}, problem.version)
    elif reason == "acted on since":
        pairing = Pairing(
            problem=problem,
            capability=factories.capability(staff.session, people["liaison"]),
            score=0.5,
            parts={},
            engine_version="x",
        )
        event_of_it = PairingEvent(
            pairing=pairing, action="introduce", created_at=staff.now() + timedelta(seconds=2)
        )
        staff.session.add_all([pairing, event_of_it])
        staff.session.flush()
    else:
        event += 1
    with pytest.raises(CannotUndo):
        service.undo(actor, event)
    assert problem.status is ProblemStatus.PUBLISHED
