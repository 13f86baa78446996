"""Milestones: late ones, what is done with them, and what a closed record refuses."""

from datetime import timedelta
from decimal import Decimal

import pytest

from matchmaker.cooperation import events, milestones
from matchmaker.cooperation.milestones import RecordClosed
from matchmaker.cooperation.service import BadTerms, Fault, MilestoneTerms, RecordNotFound
from matchmaker.policy import Forbidden
from matchmaker.work import Work
from models import CooperationRecord, IllegalStep, MilestoneStatus, RecordStatus, User
from tests.cooperation import records
from tests.days import today


@pytest.fixture
def record(work: Work, people: dict[str, User]) -> CooperationRecord:
    """Worth 80.50 万元."""
    return records.paired_record(work.session, people)


def test_a_milestone_is_late_from_the_day_after_it_was_due(staff: Work, record: CooperationRecord) -> None:
    milestone = records.milestone(record, staff.session, due_in=0)

    assert (milestone.is_late(today()), milestone.is_late(today() + timedelta(days=1))) == (False, True)


def test_what_is_done_is_never_late(staff: Work, record: CooperationRecord) -> None:
    milestone = records.milestone(record, staff.session, due_in=-9)

    milestones.complete(staff, milestone, today(), "测试报告 2026-7")

    assert not milestone.is_late(today())


def test_completion_keeps_day_and_evidence(staff: Work, record: CooperationRecord) -> None:
    milestone = records.milestone(record, staff.session)

    milestones.complete(staff, milestone, today(), "测试报告 2026-7")

    assert (milestone.status, milestone.done_on, milestone.evidence) == (
        MilestoneStatus.DONE,
        today(),
        "测试报告 2026-7",
    )


def test_what_was_received_adds_to_what_was_paid(staff: Work, record: CooperationRecord) -> None:
    record.paid = Decimal("10.10")

    milestones.complete(staff, records.milestone(record, staff.session), today(), received=Decimal("20.25"))

    assert record.paid == Decimal("30.35")


def test_more_is_not_received_than_was_agreed(staff: Work, record: CooperationRecord) -> None:
    with pytest.raises(BadTerms) as refused:
        milestones.complete(
            staff, records.milestone(record, staff.session), today(), received=Decimal("80.51")
        )

    assert refused.value.faults == [("received", Fault.PAID_ABOVE_AMOUNT)]


def test_nothing_is_done_tomorrow(staff: Work, record: CooperationRecord) -> None:
    with pytest.raises(BadTerms):
        milestones.complete(staff, records.milestone(record, staff.session), today() + timedelta(days=2))


def test_waiving_needs_a_reason(staff: Work, record: CooperationRecord) -> None:
    with pytest.raises(BadTerms):
        milestones.waive(staff, records.milestone(record, staff.session), "")


def test_a_milestone_that_is_done_cannot_be_waived(staff: Work, record: CooperationRecord) -> None:
    milestone = records.milestone(record, staff.session)
    milestones.complete(staff, milestone, today())

    with pytest.raises(IllegalStep):
        milestones.waive(staff, milestone, "不再需要")


def test_a_reopened_milestone_is_planned_without_a_day(staff: Work, record: CooperationRecord) -> None:
    milestone = records.milestone(record, staff.session)
    milestones.complete(staff, milestone, today(), "报告")

    milestones.reopen(staff, milestone)

    assert (milestone.status, milestone.done_on, milestone.evidence) == (MilestoneStatus.PLANNED, None, "")


def test_payments_of_milestones_add_up_to_the_amount_at_most(staff: Work, record: CooperationRecord) -> None:
    milestones.add(staff, record, MilestoneTerms("样机", today(), Decimal("80")))

    with pytest.raises(BadTerms) as refused:
        milestones.add(staff, record, MilestoneTerms("验收", today(), Decimal("0.51")))

    assert refused.value.faults == [("payment", Fault.PAYMENTS_ABOVE_AMOUNT)]


def test_a_waived_payment_is_free_for_another_milestone(staff: Work, record: CooperationRecord) -> None:
    first = milestones.add(staff, record, MilestoneTerms("样机", today(), Decimal("80.50")))
    milestones.waive(staff, first, "改为一次付清")

    second = milestones.add(staff, record, MilestoneTerms("验收", today(), Decimal("80.50")))

    assert second.payment == Decimal("80.50")


def test_a_waived_milestone_does_not_come_back_above_the_amount(
    staff: Work, record: CooperationRecord
) -> None:
    first = milestones.add(staff, record, MilestoneTerms("样机", today(), Decimal("80.50")))
    milestones.waive(staff, first, "改为一次付清")
    milestones.add(staff, record, MilestoneTerms("验收", today(), Decimal("80.50")))

    with pytest.raises(BadTerms):
        milestones.reopen(staff, first)


def test_an_amended_milestone_may_keep_its_own_payment(staff: Work, record: CooperationRecord) -> None:
    milestone = milestones.add(staff, record, MilestoneTerms("样机", today(), Decimal("80.50")))

    milestones.amend(staff, milestone, MilestoneTerms("样机交付", today(), Decimal("80.50")))

    assert milestone.name == "样机交付"


def test_an_amendment_keeps_the_old_values(staff: Work, record: CooperationRecord) -> None:
    milestone = milestones.add(staff, record, MilestoneTerms("样机", today(), Decimal("20")))

    milestones.amend(staff, milestone, MilestoneTerms("样机", today() + timedelta(days=30), None))

    changes = {each.field: (each.old, each.new) for each in events.changes_in(record.events[-1])}
    assert changes == {
        "milestone": ("样机", "样机"),
        "milestone_due_on": (today().isoformat(), (today() + timedelta(days=30)).isoformat()),
        "milestone_payment": ("20.00", ""),
    }


def test_an_amendment_that_changes_nothing_is_no_event(staff: Work, record: CooperationRecord) -> None:
    milestone = milestones.add(staff, record, MilestoneTerms("样机", today()))
    before = len(record.events)

    milestones.amend(staff, milestone, MilestoneTerms("样机", today()))

    assert len(record.events) == before


@pytest.mark.parametrize("status", [RecordStatus.ACCEPTED, RecordStatus.TERMINATED])
def test_a_closed_record_keeps_its_milestones(
    status: RecordStatus, staff: Work, people: dict[str, User]
) -> None:
    record = records.paired_record(staff.session, people, status)
    milestone = records.milestone(record, staff.session)

    with pytest.raises(RecordClosed):
        milestones.complete(staff, milestone, today())


@pytest.mark.parametrize("role", ["enterprise", "liaison", "administrator"])
def test_parties_do_not_complete_milestones(
    role: str, work: Work, people: dict[str, User], record: CooperationRecord
) -> None:
    milestone = records.milestone(record, work.session)

    with pytest.raises(Forbidden):
        milestones.complete(work.as_actor(people[role]), milestone, today())


def test_a_stranger_does_not_find_a_milestone(
    work: Work, people: dict[str, User], record: CooperationRecord
) -> None:
    milestone = records.milestone(record, work.session)

    with pytest.raises(RecordNotFound):
        milestones.find_milestone(work.as_actor(people["other_enterprise"]), milestone.id)
