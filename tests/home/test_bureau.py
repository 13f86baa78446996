"""What waits for staff and administrator."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from matchmaker.audit import service as audit
from matchmaker.home import service
from matchmaker.home.bureau import AdministratorHome, Kind, StaffHome
from matchmaker.policy import Forbidden
from matchmaker.work import Work
from models import (
    CapabilityStatus,
    ConsentStatus,
    CooperationRecord,
    MilestoneStatus,
    Organisation,
    PairingEvent,
    PairingStatus,
    ProblemStatus,
    RecordStatus,
    Role,
    Side,
    User,
    Verification,
    now,
)
from tests import factories
from tests.cooperation import records
from tests.days import today
from tests.home import pages


@pytest.fixture
def record(work: Work, people: dict[str, User]) -> CooperationRecord:
    return records.paired_record(work.session, people)


def home(staff: Work) -> StaffHome:
    staff.session.flush()
    found = service.first_page(staff)
    assert isinstance(found, StaffHome)
    return found


def test_late_milestones_come_with_the_latest_first(staff: Work, record: CooperationRecord) -> None:
    later, earlier = (records.milestone(record, staff.session, due_in=-days) for days in (2, 30))
    records.milestone(record, staff.session, due_in=0)

    assert list(home(staff).late.items) == [earlier, later]


@pytest.mark.parametrize("status", [RecordStatus.ACCEPTED, RecordStatus.TERMINATED])
def test_nobody_waits_for_milestones_of_closed_records(
    status: RecordStatus, staff: Work, people: dict[str, User]
) -> None:
    closed = records.paired_record(staff.session, people, status)
    records.milestone(closed, staff.session, due_in=-2)
    records.milestone(closed, staff.session, due_in=2)

    assert (home(staff).late.total, home(staff).soon.total) == (0, 0)


def test_due_within_two_weeks_counts_both_ends(staff: Work, record: CooperationRecord) -> None:
    first, last = (records.milestone(record, staff.session, due_in=days) for days in (0, 14))
    records.milestone(record, staff.session, due_in=15)
    records.milestone(record, staff.session, due_in=3, status=MilestoneStatus.DONE, done_on=today())

    assert list(home(staff).soon.items) == [first, last]


@pytest.mark.parametrize("status", [PairingStatus.INTRODUCED, PairingStatus.NEGOTIATING])
def test_an_introduction_without_news_for_two_weeks_waits(
    status: PairingStatus, staff: Work, people: dict[str, User]
) -> None:
    quiet = pages.quiet_pairing(staff.session, people, 15, status=status)
    pages.quiet_pairing(staff.session, people, 13, status=status)

    assert list(home(staff).quiet.items) == [quiet]


def test_an_event_since_then_is_news(staff: Work, people: dict[str, User]) -> None:
    pairing = pages.quiet_pairing(staff.session, people, 20, status=PairingStatus.INTRODUCED)
    staff.session.add(PairingEvent(pairing=pairing, action="interest", created_at=now() - timedelta(days=3)))

    assert home(staff).quiet.total == 0


def test_what_is_unchecked_stands_together_oldest_first(staff: Work, people: dict[str, User]) -> None:
    session = staff.session
    problem = factories.problem(session, people["enterprise"], ProblemStatus.SUBMITTED)
    capability = factories.capability(session, people["liaison"], CapabilityStatus.SUBMITTED)
    pending = factories.organisation(session, status=Verification.PENDING)
    problem.submitted_at = now() - timedelta(days=2)
    capability.submitted_at = now() - timedelta(days=9)
    pending.created_at = now() - timedelta(days=5)

    found = home(staff)

    assert [(each.kind, each.id) for each in found.unchecked.items] == [
        (Kind.CAPABILITY, capability.id),
        (Kind.ORGANISATION, pending.id),
        (Kind.PROBLEM, problem.id),
    ]
    assert found.unchecked_by_kind == {Kind.PROBLEM: 1, Kind.CAPABILITY: 1, Kind.ORGANISATION: 1}


def test_drafts_wait_for_nobody_at_the_bureau(staff: Work, people: dict[str, User]) -> None:
    factories.problem(staff.session, people["enterprise"], ProblemStatus.DRAFT)
    factories.capability(staff.session, people["liaison"], CapabilityStatus.DRAFT)

    assert home(staff).nothing_waits


def test_an_interest_waits_until_the_two_are_introduced(staff: Work, people: dict[str, User]) -> None:
    waiting = records.pairing(staff.session, people["enterprise"], people["liaison"])
    introduced = records.pairing(
        staff.session, people["enterprise"], people["liaison"], status=PairingStatus.INTRODUCED
    )
    for pairing in (waiting, introduced):
        pages.interest(staff.session, pairing, people["liaison"], Side.CAPABILITY)

    assert [each.pairing for each in home(staff).wanted.items] == [waiting]


def test_a_withdrawn_interest_waits_for_nobody(staff: Work, people: dict[str, User]) -> None:
    pairing = records.pairing(staff.session, people["enterprise"], people["liaison"])
    pages.interest(staff.session, pairing, people["liaison"], Side.CAPABILITY, status=ConsentStatus.WITHDRAWN)

    assert home(staff).wanted.total == 0


def test_the_best_new_pairings_are_one_for_each_problem(staff: Work, people: dict[str, User]) -> None:
    problem = factories.problem(staff.session, people["enterprise"])
    best = records.pairing(staff.session, people["enterprise"], people["liaison"], problem=problem, score=0.9)
    records.pairing(staff.session, people["enterprise"], people["liaison"], problem=problem, score=0.8)
    other = records.pairing(staff.session, people["enterprise"], people["liaison"], score=0.7)

    assert [each.pairing for each in home(staff).best] == [best, other]


@pytest.mark.parametrize("status", [PairingStatus.SHORTLISTED, PairingStatus.CONFIRMED])
def test_what_staff_have_weighed_is_not_new(
    status: PairingStatus, staff: Work, people: dict[str, User]
) -> None:
    records.pairing(staff.session, people["enterprise"], people["liaison"], status=status)

    assert home(staff).best == []


def test_figures_count_what_their_lists_show(
    staff: Work, people: dict[str, User], record: CooperationRecord
) -> None:
    factories.problem(staff.session, people["enterprise"])
    records.milestone(record, staff.session, due_in=-2)
    records.milestone(record, staff.session, due_in=-3)

    figures = home(staff).figures

    assert (figures["problems"], figures["capabilities"], figures["running"], figures["late"]) == (1, 1, 1, 1)


def test_more_waiting_takes_no_more_queries(staff: Work, people: dict[str, User]) -> None:
    def statements() -> int:
        counted: list[str] = []
        staff.session.flush()
        staff.session.expire_all()

        def count(*arguments: Any) -> None:
            counted.append(arguments[2])

        bind = staff.session.get_bind()
        event.listen(bind, "before_cursor_execute", count)
        try:
            assert people["staff"].name  # the actor is loaded before the page is asked for
            found = home(staff)
            for milestone in found.late.items:
                assert milestone.record.parties[0].organisation.name
            for pairing in found.quiet.items:
                assert pairing.problem.organisation.name
        finally:
            event.remove(bind, "before_cursor_execute", count)
        return len(counted)

    def more() -> None:
        records.milestone(records.paired_record(staff.session, people), staff.session, due_in=-2)
        pages.quiet_pairing(staff.session, people, 20, status=PairingStatus.INTRODUCED)
        factories.problem(staff.session, people["enterprise"], ProblemStatus.SUBMITTED)

    more()
    few = statements()
    for _ in range(4):
        more()

    assert statements() == few


def test_the_administrator_sees_pending_organisations_oldest_first(
    work: Work, people: dict[str, User]
) -> None:
    newer, older = (factories.organisation(work.session, status=Verification.PENDING) for _ in range(2))
    older.created_at = now() - timedelta(days=3)
    work.session.flush()

    found = administrator(work, people)

    assert list(found.pending.items) == [older, newer]


def administrator(work: Work, people: dict[str, User]) -> AdministratorHome:
    found = service.first_page(work.as_actor(people["administrator"]))
    assert isinstance(found, AdministratorHome)
    return found


def test_the_administrator_sees_accounts_by_role_without_closed_ones(
    work: Work, people: dict[str, User]
) -> None:
    factories.user(work.session, Role.STAFF, people["staff"].organisation, active=False)

    found = administrator(work, people)

    assert (found.accounts[Role.ENTERPRISE], found.accounts[Role.STAFF], found.closed_accounts) == (2, 1, 1)


def test_the_administrator_sees_a_broken_chain(work: Work, people: dict[str, User]) -> None:
    made = audit.record(work, "problem.published", people["staff"].organisation)
    made.actor_name = "别人"
    work.session.flush()

    assert administrator(work, people).audit.broken == audit.BrokenLink(made.id)


@pytest.mark.parametrize("role", ["enterprise", "liaison", "administrator"])
def test_the_list_of_staff_is_for_staff(role: str, work: Work, people: dict[str, User]) -> None:
    assert not isinstance(service.first_page(work.as_actor(people[role])), StaffHome)


def test_the_administrators_page_refuses_staff(work: Work, people: dict[str, User]) -> None:
    from matchmaker.home.bureau import administrator_home

    with pytest.raises(Forbidden):
        administrator_home(work.as_actor(people["staff"]))


def test_a_pending_organisation_is_one_click_away(work: Work, people: dict[str, User]) -> None:
    pending: Organisation = factories.organisation(work.session, status=Verification.PENDING)

    assert home(work.as_actor(people["staff"])).unchecked.items[0].id == pending.id
