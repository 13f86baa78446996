"""Whose a pairing is: taken on, handed over with everything, several at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.pairings import service
from matchmaker.policy import Forbidden
from matchmaker.work import Work
from models import Notice, Pairing, PairingEvent, Role, User
from tests import factories
from tests.pairings import talks


@pytest.fixture
def colleague(work: Work, people: dict[str, User]) -> User:
    return factories.user(work.session, Role.STAFF, people["staff"].organisation, name="王工")


def events(work: Work, pairing: Pairing) -> list[tuple[str, int | None, str]]:
    rows = work.session.scalars(
        select(PairingEvent).where(PairingEvent.pairing_id == pairing.id).order_by(PairingEvent.id)
    )
    return [(row.action, row.broker_id, row.note) for row in rows]


def test_a_broker_takes_on_a_pairing(staff: Work, pairing: Pairing) -> None:
    assert service.hand_over(staff, pairing, staff.person, pairing.version)

    assert pairing.broker is staff.person
    assert events(staff, pairing) == [("take_on", staff.person.id, "")]
    assert talks.told(staff, staff.person) == []


def test_a_pairing_is_handed_over_with_what_is_open(
    staff: Work, pairing: Pairing, people: dict[str, User], colleague: User
) -> None:
    third = factories.user(staff.session, Role.STAFF, people["staff"].organisation)
    service.hand_over(staff, pairing, staff.person, pairing.version)
    tomorrow = staff.today() + timedelta(days=1)
    mine = service.plan(staff, pairing, "回访企业", tomorrow, staff.person)
    thirds = service.plan(staff, pairing, "问登记号", tomorrow, third)
    done = service.plan(staff, pairing, "打电话", tomorrow, staff.person)
    service.change(staff, done, "finish", done.version)
    service.hand_over(staff, pairing, colleague, pairing.version, "我去挂职了")

    assert (mine.owner, thirds.owner, done.owner) == (colleague, third, staff.person)
    assert events(staff, pairing)[-1] == ("hand_over", colleague.id, "我去挂职了")
    assert talks.told(staff, colleague) == ["pairing.assigned"]


def test_the_broker_before_is_told_when_somebody_else_takes_it(
    staff: Work, pairing: Pairing, colleague: User
) -> None:
    service.hand_over(staff, pairing, staff.person, pairing.version)
    service.hand_over(staff.as_actor(colleague), pairing, colleague, pairing.version)

    assert talks.told(staff, staff.person) == ["pairing.taken_over"]


def test_who_did_not_see_a_change_does_not_overwrite_it(
    staff: Work, pairing: Pairing, colleague: User
) -> None:
    seen = pairing.version
    service.hand_over(staff, pairing, colleague, seen)
    staff.session.flush()

    with pytest.raises(service.StaleDecision) as refused:
        service.hand_over(staff, pairing, staff.person, seen)
    assert refused.value.event is not None
    assert refused.value.event.broker is colleague


def test_several_are_given_at_once_with_one_notice(
    work: Work, staff: Work, people: dict[str, User], pairing: Pairing, colleague: User
) -> None:
    others = [talks.pairing(work, people) for _ in range(3)]
    service.assign(staff, [others[0].id], colleague)
    changed = service.assign(staff, [pairing.id, *(each.id for each in others), 10_000], colleague)

    assert changed == 3
    assert {each.broker_id for each in (pairing, *others)} == {colleague.id}
    assert [len(events(staff, each)) for each in (pairing, *others)] == [1, 1, 1, 1]
    assert talks.told(staff, colleague) == ["pairing.assigned", "pairing.assigned_many"]
    notice = work.session.scalars(select(Notice).order_by(Notice.id.desc())).first()
    assert notice is not None
    assert (notice.details["count"], notice.path) == (3, "/pairings/next-steps")


@pytest.mark.parametrize("role", ["enterprise", "administrator"])
def test_a_broker_is_of_the_staff(staff: Work, people: dict[str, User], pairing: Pairing, role: str) -> None:
    with pytest.raises(service.UnknownBroker):
        service.assign(staff, [pairing.id], people[role])


@pytest.mark.parametrize("role", ["enterprise", "liaison", "administrator"])
def test_only_staff_assign(work: Work, people: dict[str, User], pairing: Pairing, role: str) -> None:
    with pytest.raises(Forbidden):
        service.assign(work.as_actor(people[role]), [pairing.id], people["staff"])
