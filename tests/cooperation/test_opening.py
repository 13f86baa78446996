"""Records opened from a pairing or by hand."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from matchmaker.cooperation.service import (
    AlreadyRecorded,
    BadTerms,
    Fault,
    MilestoneTerms,
    RecordTerms,
    create,
    open_record,
)
from matchmaker.database import Database
from matchmaker.policy import Forbidden
from matchmaker.work import Work
from models import (
    AuditEvent,
    CooperationRecord,
    Notice,
    OrganisationKind,
    Pairing,
    PartyRole,
    RecordStatus,
    User,
    Verification,
)
from tests import factories
from tests.cooperation import records
from tests.days import today


@pytest.fixture
def pairing(work: Work, people: dict[str, User]) -> Pairing:
    return records.pairing(work.session, people["enterprise"], people["liaison"])


def terms(**given: Any) -> RecordTerms:
    values: dict[str, Any] = {"title": "压铸件气孔在线检测委托开发", "mode": "commissioned"} | given
    return RecordTerms(**values)


def by_hand(people: dict[str, User], **given: Any) -> RecordTerms:
    parties = (
        (PartyRole.A, people["enterprise"].organisation_id),
        (PartyRole.B, people["liaison"].organisation_id),
    )
    return terms(**{"parties": parties} | given)


def test_the_parties_are_the_two_sides_of_the_pairing(
    staff: Work, people: dict[str, User], pairing: Pairing
) -> None:
    record = open_record(staff, pairing, terms())

    assert [(party.role, party.organisation_id) for party in record.parties] == [
        (PartyRole.A, people["enterprise"].organisation_id),
        (PartyRole.B, people["liaison"].organisation_id),
    ]


def test_whoever_opens_a_record_brokers_it(staff: Work, pairing: Pairing) -> None:
    assert open_record(staff, pairing, terms()).broker is staff.actor


def test_the_field_is_that_of_the_problem(staff: Work, pairing: Pairing) -> None:
    assert open_record(staff, pairing, terms()).field == pairing.problem.field


def test_an_amount_is_kept_to_the_hundredth(staff: Work, pairing: Pairing) -> None:
    record = open_record(staff, pairing, terms(amount=Decimal("86.57"), technology_amount=Decimal("86.57")))
    staff.session.commit()
    staff.session.refresh(record)

    assert (record.amount, record.technology_amount) == (Decimal("86.57"), Decimal("86.57"))


def test_the_milestones_agreed_stand_in_the_record(staff: Work, pairing: Pairing) -> None:
    due = today() + timedelta(days=60)
    agreed = (MilestoneTerms("样机", due, Decimal(20)),)

    record = open_record(staff, pairing, terms(amount=Decimal(80), milestones=agreed))

    assert [(each.name, each.due_on, each.payment) for each in record.milestones] == [
        ("样机", due, Decimal(20))
    ]


def test_a_second_record_of_a_pairing_is_refused_and_the_first_one_named(
    staff: Work, pairing: Pairing
) -> None:
    first = open_record(staff, pairing, terms())

    with pytest.raises(AlreadyRecorded) as refused:
        open_record(staff, pairing, terms())

    assert refused.value.record is first


def test_of_two_who_open_at_once_the_second_gets_the_first_ones_record(
    staff: Work, pairing: Pairing, people: dict[str, User], database: Database
) -> None:
    """As two server processes would: both have read the pairing before either writes."""
    staff.session.commit()
    together = threading.Barrier(2, timeout=20)
    outcomes: list[str] = []

    def open_it() -> None:
        with database.open(write=False) as reading:
            assert reading.get_one(Pairing, pairing.id).record is None
        together.wait()
        with database.session() as session:
            work = Work(session, session.get_one(User, people["staff"].id), staff.engine, staff.settings)
            try:
                number = open_record(work, session.get_one(Pairing, pairing.id), terms()).number
                outcomes.append(f"opened {number}")
            except AlreadyRecorded as refused:
                outcomes.append(f"told of {refused.record.number}")

    threads = [threading.Thread(target=open_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    year = staff.today().year
    assert sorted(outcomes) == [f"opened {year}-0001", f"told of {year}-0001"]


def test_numbers_count_within_the_bureaus_year(staff: Work, people: dict[str, User]) -> None:
    year = staff.today().year

    numbers = [create(staff, by_hand(people)).number for _ in range(2)]

    assert numbers == [f"{year}-0001", f"{year}-0002"]


def test_a_new_year_begins_with_number_one_at_midnight_in_shanghai(
    work: Work, people: dict[str, User]
) -> None:
    def at(moment: datetime) -> Work:
        clock: Callable[[], datetime] = lambda: moment  # noqa: E731
        return Work(work.session, people["staff"], work.engine, work.settings, clock=clock)

    last = create(at(datetime(2026, 12, 31, 15, 59, tzinfo=UTC)), by_hand(people))
    first = create(at(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)), by_hand(people))

    assert (last.number, first.number) == ("2026-0001", "2027-0001")


def test_the_number_after_9999_is_10000(staff: Work, people: dict[str, User]) -> None:
    year = staff.today().year
    sides = [people["enterprise"].organisation, people["liaison"].organisation]
    records.record(staff.session, sides, number=f"{year}-9999")
    records.record(staff.session, sides, number=f"{year}-10000")

    assert create(staff, by_hand(people)).number == f"{year}-10001"


def test_opening_is_in_the_audit(staff: Work, pairing: Pairing) -> None:
    record = open_record(staff, pairing, terms())

    event = staff.session.scalars(select(AuditEvent)).one()
    assert (event.action, event.object_kind, event.object_id) == (
        "record.opened",
        "cooperation_record",
        record.id,
    )


def test_the_history_begins_with_the_opening(staff: Work, pairing: Pairing) -> None:
    record = open_record(staff, pairing, terms())

    assert [(event.action, event.actor, event.to_status) for event in record.events] == [
        ("opened", staff.actor, RecordStatus.INTENDED)
    ]


def test_members_of_both_parties_are_told_of_a_record_made_by_hand(
    staff: Work, people: dict[str, User]
) -> None:
    create(staff, by_hand(people))
    staff.session.flush()

    told = {(notice.user_id, notice.kind) for notice in staff.session.scalars(select(Notice))}
    assert told == {(people[name].id, "record.opened") for name in ("enterprise", "liaison")}


@pytest.mark.parametrize("role", ["enterprise", "liaison", "administrator"])
def test_only_staff_open_records(role: str, work: Work, people: dict[str, User], pairing: Pairing) -> None:
    with pytest.raises(Forbidden):
        open_record(work.as_actor(people[role]), pairing, terms())


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"title": "  "}, ("title", Fault.TITLE_MISSING)),
        ({"technology_amount": Decimal(5)}, ("amount", Fault.AMOUNT_MISSING)),
        (
            {"amount": Decimal(60), "technology_amount": Decimal("60.01")},
            ("technology_amount", Fault.TECHNOLOGY_ABOVE_AMOUNT),
        ),
        ({"amount": Decimal(60), "paid": Decimal(61)}, ("paid", Fault.PAID_ABOVE_AMOUNT)),
        ({"signed_on": today() + timedelta(days=2)}, ("signed_on", Fault.SIGNED_IN_FUTURE)),
        (
            {"starts_on": today(), "ends_on": today() - timedelta(days=1)},
            ("ends_on", Fault.ENDS_BEFORE_START),
        ),
        (
            {"signed_on": today() - timedelta(days=5), "ends_on": today() - timedelta(days=6)},
            ("ends_on", Fault.ENDS_BEFORE_SIGNING),
        ),
        (
            {"signed_on": today() - timedelta(days=5), "registered_on": today() - timedelta(days=6)},
            ("registered_on", Fault.REGISTERED_BEFORE_SIGNING),
        ),
        (
            {"amount": Decimal(10), "milestones": (MilestoneTerms("样机", today(), Decimal(11)),)},
            ("milestones", Fault.PAYMENTS_ABOVE_AMOUNT),
        ),
        ({"milestones": (MilestoneTerms("样机", today(), Decimal(11)),)}, ("amount", Fault.AMOUNT_MISSING)),
        ({"parties": ()}, ("parties", Fault.TOO_FEW_PARTIES)),
        ({"parties": ((PartyRole.A, 0), (PartyRole.B, 99999))}, ("parties", Fault.UNKNOWN_ORGANISATION)),
    ],
)
def test_terms_that_cannot_be_are_refused(
    given: dict[str, Any], fault: tuple[str, Fault], staff: Work, people: dict[str, User]
) -> None:
    with pytest.raises(BadTerms) as refused:
        create(staff, by_hand(people, **given))

    assert refused.value.faults == [fault]


def test_an_organisation_is_a_party_once(staff: Work, people: dict[str, User]) -> None:
    one = people["enterprise"].organisation_id

    with pytest.raises(BadTerms) as refused:
        create(staff, terms(parties=((PartyRole.A, one), (PartyRole.B, one))))

    assert refused.value.faults == [("parties", Fault.PARTY_TWICE)]


def test_an_organisation_that_is_not_verified_is_no_party(staff: Work, people: dict[str, User]) -> None:
    pending = factories.organisation(staff.session, OrganisationKind.ENTERPRISE, status=Verification.PENDING)
    parties = ((PartyRole.A, pending.id), (PartyRole.B, people["liaison"].organisation_id))

    with pytest.raises(BadTerms) as refused:
        create(staff, terms(parties=parties))

    assert refused.value.faults == [("parties", Fault.UNKNOWN_ORGANISATION)]


def test_refused_terms_leave_no_record(staff: Work, people: dict[str, User]) -> None:
    with pytest.raises(BadTerms):
        create(staff, by_hand(people, title=""))
    staff.session.commit()

    assert staff.session.scalars(select(CooperationRecord)).all() == []
