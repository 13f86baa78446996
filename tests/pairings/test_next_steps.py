"""Next steps: planned, moved, done; a broker's list loses none; two people never overwrite each other."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.belonging import Belonging
from matchmaker.pairings import service
from matchmaker.policy import Forbidden
from matchmaker.work import Work
from models import (
    EntryKind,
    IllegalStep,
    NextStep,
    Pairing,
    Role,
    StepStatus,
    ThreadEntry,
    User,
)
from tests import factories
from tests.pairings import talks


@pytest.fixture
def colleague(work: Work, people: dict[str, User]) -> User:
    return factories.user(work.session, Role.STAFF, people["staff"].organisation)


def planned(work: Work, pairing: Pairing, days: int, what: str = "回访企业") -> NextStep:
    """Due in so many days from now; overdue ones were planned when they were not."""
    when = talks.at(work, work.now() - timedelta(days=60))
    return service.plan(when, pairing, what, work.today() + timedelta(days=days), work.person)


def entries(work: Work, step: NextStep) -> list[tuple[str, str, str]]:
    rows = work.session.scalars(
        select(ThreadEntry).where(ThreadEntry.step_id == step.id).order_by(ThreadEntry.id)
    )
    return [(row.kind.value, str(row.day), row.text) for row in rows]


def test_what_happens_to_a_step_stands_on_the_thread(staff: Work, pairing: Pairing) -> None:
    step = planned(staff, pairing, 1)
    day = staff.today() + timedelta(days=9)
    service.move(staff, step, day, staff.person, step.version, "企业出差")
    service.change(staff, step, "finish", step.version, "已谈妥")

    assert step.status is StepStatus.DONE
    assert [(kind, text) for kind, _day, text in entries(staff, step)] == [
        ("step_planned", ""),
        ("step_moved", "企业出差"),
        ("step_done", "已谈妥"),
    ]
    assert entries(staff, step)[1][1] == str(day)


def test_a_step_that_was_closed_by_mistake_opens_again(staff: Work, pairing: Pairing) -> None:
    step = planned(staff, pairing, 1)
    service.change(staff, step, "drop", step.version)
    service.change(staff, step, "reopen", step.version)

    assert (step.status, step.closed_at) == (StepStatus.OPEN, None)


def test_the_second_of_two_sees_what_the_first_did(staff: Work, pairing: Pairing) -> None:
    step = planned(staff, pairing, 1)
    seen = step.version
    service.change(staff, step, "finish", seen)

    with pytest.raises(service.StaleStep) as refused:
        service.move(staff, step, staff.today(), staff.person, seen)
    assert refused.value.entry is not None
    assert refused.value.entry.kind is EntryKind.STEP_DONE


def test_what_is_done_is_not_done_twice(staff: Work, pairing: Pairing) -> None:
    step = planned(staff, pairing, 1)
    service.change(staff, step, "finish", step.version)

    with pytest.raises(IllegalStep):
        service.change(staff, step, "finish", step.version)


def test_a_step_is_not_put_on_a_day_that_has_passed(staff: Work, pairing: Pairing) -> None:
    yesterday = staff.today() - timedelta(days=1)
    with pytest.raises(service.DueInPast):
        service.plan(staff, pairing, "回访", yesterday, staff.person)
    step = planned(staff, pairing, 1)
    with pytest.raises(service.DueInPast):
        service.move(staff, step, yesterday, staff.person, step.version)


@pytest.mark.parametrize("role", ["enterprise", "administrator"])
def test_only_staff_are_given_steps(
    staff: Work, people: dict[str, User], pairing: Pairing, role: str
) -> None:
    with pytest.raises(service.UnknownBroker):
        service.plan(staff, pairing, "回访", staff.today(), people[role])


def test_sides_keep_no_steps(work: Work, people: dict[str, User], pairing: Pairing) -> None:
    firm = work.as_actor(people["enterprise"])
    with pytest.raises(Forbidden):
        service.plan(firm, pairing, "回访", firm.today(), people["staff"])
    with pytest.raises(Forbidden):
        service.my_steps(firm)


def test_a_colleague_is_told_of_a_step_that_is_theirs(staff: Work, pairing: Pairing, colleague: User) -> None:
    step = planned(staff, pairing, 1)
    service.move(staff, step, step.due_on, colleague, step.version)

    assert (talks.told(staff, colleague), talks.told(staff, staff.person)) == (["next_step.given"], [])


def test_a_brokers_list_has_the_overdue_first_then_by_day(staff: Work, pairing: Pairing) -> None:
    for days in (3, -2, 0, -9):
        planned(staff, pairing, days, f"第{days}天")
    service.change(staff, done := planned(staff, pairing, -20), "finish", done.version)

    mine = service.my_steps(staff)
    assert [step.what for step in mine.listing.items] == ["第-9天", "第-2天", "第0天", "第3天"]
    assert (mine.overdue, service.due_count(staff)) == (2, 3)


def test_a_list_is_of_one_broker(staff: Work, pairing: Pairing, colleague: User) -> None:
    planned(staff, pairing, 1)

    assert service.my_steps(staff.as_actor(colleague)).listing.total == 0
    assert service.my_steps(staff.as_actor(colleague), of=staff.person.id).listing.total == 1
    assert service.due_count(staff.as_actor(colleague)) == 0


def test_pairings_without_a_next_step_are_not_lost(staff: Work, pairing: Pairing) -> None:
    service.hand_over(staff, pairing, staff.person, pairing.version)
    before = service.my_steps(staff).without
    step = planned(staff, pairing, 1)
    during = service.my_steps(staff).without
    service.change(staff, step, "finish", step.version)

    assert [list(before), list(during), list(service.my_steps(staff).without)] == [[pairing], [], [pairing]]


def test_a_list_is_narrowed_to_pairings_of_which_a_side_belongs_to_a_carrier(
    staff: Work, pairing: Pairing
) -> None:
    planned(staff, pairing, -1)
    inside = factories.carrier(staff.session, pairing.capability.organisation)
    nobody = factories.carrier(staff.session)
    found = [service.my_steps(staff, belonging=Belonging(carrier=each.id)) for each in (inside, nobody)]
    assert [(each.listing.total, each.overdue) for each in found] == [(1, 1), (0, 0)]
