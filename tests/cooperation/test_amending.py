"""Amendments: old values are kept, and two editors do not overwrite each other unseen."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from matchmaker.cooperation import events, service
from matchmaker.cooperation.service import BadTerms, ChangedMeanwhile, Fault, NothingToNote, RecordNotFound
from matchmaker.cooperation.terms import terms_of
from matchmaker.policy import Forbidden
from matchmaker.work import Work
from models import CooperationRecord, OrganisationKind, PartyRole, RecordStatus, User
from tests import factories
from tests.cooperation import records
from tests.days import today


@pytest.fixture
def record(work: Work, people: dict[str, User]) -> CooperationRecord:
    return records.paired_record(work.session, people)


def test_an_amendment_keeps_old_and_new_of_each_field(staff: Work, record: CooperationRecord) -> None:
    terms = replace(terms_of(record), amount=Decimal("90"), ends_on=today() + timedelta(days=200))

    service.amend(staff, record, terms, record.version)

    assert {each.field: (each.old, each.new) for each in events.changes_in(record.events[-1])} == {
        "amount": ("80.50", "90.00"),
        "ends_on": ("", (today() + timedelta(days=200)).isoformat()),
    }


def test_a_new_party_is_kept_by_name(staff: Work, record: CooperationRecord) -> None:
    third = factories.organisation(staff.session, OrganisationKind.INSTITUTE, name="示例研究院")
    terms = terms_of(record)
    parties = (*(terms.parties or ()), (PartyRole.C, third.id))

    service.amend(staff, record, replace(terms, parties=parties), record.version)

    assert [(each.field, each.old, each.new) for each in events.changes_in(record.events[-1])] == [
        ("party_c", "", "示例研究院")
    ]
    assert [party.organisation_id for party in record.parties][-1] == third.id


def test_parties_can_change_places(staff: Work, record: CooperationRecord) -> None:
    first, second = (party.organisation_id for party in record.parties)
    terms = replace(terms_of(record), parties=((PartyRole.A, second), (PartyRole.B, first)))

    service.amend(staff, record, terms, record.version)
    staff.session.commit()
    staff.session.expire_all()

    assert [party.organisation_id for party in record.parties] == [second, first]


def test_another_member_of_staff_takes_over(staff: Work, record: CooperationRecord) -> None:
    colleague = factories.user(staff.session, staff.person.role, staff.person.organisation, name="王琳")

    service.amend(staff, record, replace(terms_of(record), broker_id=colleague.id), record.version)

    assert record.broker is colleague


def test_an_amendment_that_changes_nothing_is_no_event(staff: Work, record: CooperationRecord) -> None:
    before = len(record.events)

    assert service.amend(staff, record, terms_of(record), record.version) == []
    assert len(record.events) == before


def test_the_second_editor_is_told_what_changed_and_nothing_is_written(
    staff: Work, record: CooperationRecord
) -> None:
    seen, last = record.version, record.events[-1].id
    service.amend(staff, record, replace(terms_of(record), amount=Decimal("90")), seen)
    staff.session.flush()

    with pytest.raises(ChangedMeanwhile) as conflict:
        service.amend(staff, record, replace(terms_of(record), amount=Decimal("70")), seen, last)

    assert [event.action for event in conflict.value.happened] == ["amended"]
    assert [(each.field, each.old, each.new) for each in conflict.value.differences] == [
        ("amount", "90.00", "70.00")
    ]
    assert record.amount == Decimal("90")


def test_a_change_of_parties_alone_is_a_conflict_too(staff: Work, record: CooperationRecord) -> None:
    seen = record.version
    third = factories.organisation(staff.session, OrganisationKind.INSTITUTE)
    terms = terms_of(record)
    service.amend(
        staff, record, replace(terms, parties=(*(terms.parties or ()), (PartyRole.C, third.id))), seen
    )
    staff.session.flush()

    with pytest.raises(ChangedMeanwhile):
        service.amend(staff, record, replace(terms, title="另一个项目名称"), seen)


def test_the_amount_does_not_fall_below_the_agreed_payments(staff: Work, record: CooperationRecord) -> None:
    records.milestone(record, staff.session, payment=Decimal("70"))

    with pytest.raises(BadTerms) as refused:
        service.amend(
            staff,
            record,
            replace(terms_of(record), amount=Decimal("69.99"), technology_amount=None),
            record.version,
        )

    assert refused.value.faults == [("amount", Fault.AMOUNT_BELOW_PAYMENTS)]


def test_a_signed_record_keeps_its_day_and_category(staff: Work, record: CooperationRecord) -> None:
    with pytest.raises(BadTerms) as refused:
        service.amend(
            staff,
            record,
            replace(terms_of(record), signed_on=None, contract_category=None),
            record.version,
        )

    assert refused.value.faults == [
        ("signed_on", Fault.SIGNED_NEEDS_DAY),
        ("contract_category", Fault.SIGNED_NEEDS_CATEGORY),
    ]


def test_an_intention_needs_neither(staff: Work, people: dict[str, User]) -> None:
    record = records.paired_record(staff.session, people, RecordStatus.INTENDED)

    service.amend(staff, record, replace(terms_of(record), contract_category=None), record.version)

    assert record.contract_category is None


@pytest.mark.parametrize("role", ["enterprise", "liaison", "administrator"])
def test_only_staff_amend(role: str, work: Work, people: dict[str, User], record: CooperationRecord) -> None:
    with pytest.raises(Forbidden):
        service.amend(work.as_actor(people[role]), record, terms_of(record), record.version)


def test_a_note_stands_in_the_history(staff: Work, record: CooperationRecord) -> None:
    service.add_note(staff, record, "  第二轮样机已送检 ")

    assert (record.events[-1].action, record.events[-1].note) == ("noted", "第二轮样机已送检")


def test_an_empty_note_is_refused(staff: Work, record: CooperationRecord) -> None:
    with pytest.raises(NothingToNote):
        service.add_note(staff, record, "  ")


@pytest.mark.parametrize(
    ("role", "found"),
    [
        ("staff", True),
        ("administrator", True),
        ("enterprise", True),
        ("liaison", True),
        ("other_enterprise", False),
        ("other_liaison", False),
        (None, False),
    ],
)
def test_a_record_is_found_by_its_parties_and_the_bureau(
    role: str | None, found: bool, work: Work, people: dict[str, User], record: CooperationRecord
) -> None:
    reader = work.as_actor(people[role] if role else None)

    if found:
        assert service.find(reader, record.id) is record
    else:
        with pytest.raises(RecordNotFound):
            service.find(reader, record.id)
