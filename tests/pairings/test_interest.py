"""Interest of the sides: contacts open when both stand, and close when one is withdrawn; confidential parts need more."""

import pytest
from sqlalchemy import select

from matchmaker.pairings import service
from matchmaker.policy import Action, Forbidden, allow
from matchmaker.work import Work
from models import (
    AuditEvent,
    ConsentStatus,
    Interest,
    Notice,
    Pairing,
    PairingEvent,
    ProblemStatus,
    Side,
    User,
)
from tests import factories
from tests.pairings import pairs


@pytest.fixture
def pairing(work: Work, people: dict[str, User]) -> Pairing:
    ours = factories.problem(work.session, people["enterprise"])
    theirs = factories.capability(work.session, people["liaison"])
    made = pairs.by_hand(work, ours, theirs)
    work.session.commit()
    return made


@pytest.fixture
def firm(work: Work, people: dict[str, User]) -> Work:
    return work.as_actor(people["enterprise"])


@pytest.fixture
def school(work: Work, people: dict[str, User]) -> Work:
    return work.as_actor(people["liaison"])


def contacts_open(people: dict[str, User], pairing: Pairing) -> tuple[bool, bool, bool]:
    return (
        allow(people["liaison"], Action.PROBLEM_READ_CONTACT, pairing.problem),
        allow(people["liaison"], Action.PROBLEM_READ_CONFIDENTIAL, pairing.problem),
        allow(people["enterprise"], Action.CAPABILITY_READ_CONTACT, pairing.capability),
    )


def told(work: Work, person: User) -> list[str]:
    return list(
        work.session.scalars(select(Notice.kind).where(Notice.user_id == person.id).order_by(Notice.id))
    )


def test_contacts_stay_closed_while_one_side_is_silent(
    firm: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    service.express(firm, pairing, "想看演示")

    assert contacts_open(people, pairing) == (False, False, False)


def test_contacts_open_when_both_sides_want_to_talk(
    firm: Work, school: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    service.express(firm, pairing, "想看演示")
    both = service.express(school, pairing, "可以")

    assert (both, contacts_open(people, pairing)) == (True, (True, False, True))


def test_contacts_close_when_one_side_withdraws(
    firm: Work, school: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    service.express(firm, pairing, "")
    service.express(school, pairing, "")
    service.withdraw(firm, pairing)

    assert contacts_open(people, pairing) == (False, False, False)


def test_contacts_open_to_the_two_sides_only(
    firm: Work, school: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    service.express(firm, pairing, "")
    service.express(school, pairing, "")

    assert not allow(people["other_liaison"], Action.PROBLEM_READ_CONTACT, pairing.problem)


def test_a_withdrawn_interest_may_stand_again_with_a_new_message(firm: Work, pairing: Pairing) -> None:
    service.express(firm, pairing, "想看演示")
    service.withdraw(firm, pairing)
    service.express(firm, pairing, "下月再谈")

    interest = firm.session.scalars(select(Interest).where(Interest.side == Side.PROBLEM)).one()
    assert (interest.message, interest.status) == ("下月再谈", ConsentStatus.AGREED)


def test_a_side_has_one_interest(firm: Work, pairing: Pairing) -> None:
    service.express(firm, pairing, "")

    with pytest.raises(service.AlreadyInterested):
        service.express(firm, pairing, "再说一次")


def test_there_is_nothing_to_withdraw_where_nothing_was_said(firm: Work, pairing: Pairing) -> None:
    with pytest.raises(service.NotInterested):
        service.withdraw(firm, pairing)


def test_the_side_is_that_of_the_persons_organisation(school: Work, pairing: Pairing) -> None:
    service.express(school, pairing, "")

    assert [each.side for each in pairing.interests if each.stands] == [Side.CAPABILITY]


def test_a_stranger_expresses_no_interest(work: Work, pairing: Pairing, people: dict[str, User]) -> None:
    with pytest.raises(Forbidden):
        service.express(work.as_actor(people["other_liaison"]), pairing, "")


def test_a_dismissed_pairing_takes_no_interest(
    work: Work, firm: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    service.dismiss(work.as_actor(people["staff"]), pairing, pairing.version, "field")

    with pytest.raises(service.NotOpen):
        service.express(firm, pairing, "")


def test_interest_marks_the_pairing_as_acted_on(firm: Work, pairing: Pairing) -> None:
    service.express(firm, pairing, "")

    assert pairing.acted_on


def test_interest_is_in_the_history_with_the_score_of_its_moment(firm: Work, pairing: Pairing) -> None:
    service.express(firm, pairing, "想看演示")

    event = firm.session.scalars(select(PairingEvent)).one()
    assert (event.action, event.note, event.score, event.rank) == ("interest", "想看演示", 0.8, 1)


def test_the_audit_does_not_get_the_message(firm: Work, pairing: Pairing) -> None:
    service.express(firm, pairing, "我们的秘密配方")

    assert "配方" not in str(firm.session.scalars(select(AuditEvent)).one().details)


def test_interest_is_told_to_the_other_side_and_staff(
    firm: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    service.express(firm, pairing, "")

    assert [told(firm, people[each]) for each in ("enterprise", "liaison", "staff", "administrator")] == [
        [],
        ["interest.expressed"],
        ["interest.expressed"],
        [],
    ]


def test_both_sides_are_told_that_contacts_are_open(
    firm: Work, school: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    colleague = factories.user(firm.session, people["liaison"].role, people["liaison"].organisation)
    service.express(firm, pairing, "")
    service.express(school, pairing, "")

    assert [told(firm, each)[-1] for each in (people["enterprise"], colleague)] == ["interest.both"] * 2


def test_a_withdrawal_is_told_to_the_other_side(
    firm: Work, school: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    service.express(firm, pairing, "")
    service.withdraw(firm, pairing)

    assert told(firm, people["liaison"])[-1] == "interest.withdrawn"


def test_interest_from_an_unpublished_problem_is_not_told_to_who_may_not_know_of_it(
    firm: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    waiting = factories.problem(firm.session, people["enterprise"], ProblemStatus.SUBMITTED)
    early = pairs.by_hand(firm, waiting, pairing.capability)

    service.express(firm, early, "")

    assert told(firm, people["liaison"]) == []
