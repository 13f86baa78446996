"""The register: what it shows to whom, its filters, order and sums."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from matchmaker.cooperation import register
from matchmaker.cooperation.register import Filters, Sort
from matchmaker.work import Work
from models import CooperationRecord, MilestoneStatus, RecordEvent, RecordStatus, User, now
from tests import factories
from tests.cooperation import records
from tests.days import today


def made(
    work: Work, people: dict[str, User], status: RecordStatus = RecordStatus.SIGNED, **given: Any
) -> CooperationRecord:
    sides = given.pop("sides", [people["enterprise"].organisation, people["liaison"].organisation])
    return records.record(work.session, sides, status, **given)


def found(work: Work, **filters: Any) -> list[CooperationRecord]:
    return [entry.record for entry in register.find(work, Filters(**filters)).listing.items]


def test_a_party_sees_its_own_records_only(work: Work, people: dict[str, User]) -> None:
    own = made(work, people)
    made(work, people, sides=[people["other_enterprise"].organisation, people["other_liaison"].organisation])

    assert found(work.as_actor(people["liaison"])) == [own]


def test_the_sums_of_a_party_are_those_of_its_own(work: Work, people: dict[str, User]) -> None:
    made(work, people, amount=Decimal("10.25"), technology_amount=Decimal("4"))
    made(work, people, sides=[people["other_enterprise"].organisation, people["other_liaison"].organisation])

    sums = register.find(work.as_actor(people["enterprise"]), Filters())

    assert (sums.amount, sums.technology_amount) == (Decimal("10.25"), Decimal("4"))


@pytest.mark.parametrize(
    ("filters", "given"),
    [
        ({"state": "signed"}, {"status": RecordStatus.INTENDED}),
        ({"field": "8"}, {"field": "1"}),
        ({"mode": "commissioned"}, {"mode": "consulting"}),
        ({"category": "development_commissioned"}, {"contract_category": "licence"}),
        ({"q": "压铸件"}, {"title": "水产加工"}),
        ({"state": "open"}, {"status": RecordStatus.ACCEPTED}),
    ],
)
def test_a_filter_keeps_what_fits(
    filters: dict[str, Any], given: dict[str, Any], staff: Work, people: dict[str, User]
) -> None:
    wanted = made(staff, people)
    made(staff, people, **given)

    assert found(staff, **filters) == [wanted]


def test_the_broker_filter_keeps_their_records(staff: Work, people: dict[str, User]) -> None:
    wanted = made(staff, people, broker=people["staff"])
    made(staff, people)

    assert found(staff, broker=people["staff"].id) == [wanted]


def test_words_find_a_party_by_part_of_its_name(staff: Work, people: dict[str, User]) -> None:
    firm = factories.organisation(staff.session, name="安庆示例船用设备有限公司")
    wanted = made(staff, people, sides=[firm, people["liaison"].organisation])
    made(staff, people)

    assert found(staff, q="船用设备") == [wanted]


def test_a_per_cent_sign_is_a_character_like_others(staff: Work, people: dict[str, User]) -> None:
    made(staff, people)

    assert found(staff, q="%") == []


def test_a_state_that_does_not_exist_finds_nothing(staff: Work, people: dict[str, User]) -> None:
    made(staff, people)

    assert found(staff, state="nonsense") == []


def test_the_late_filter_and_count_agree(staff: Work, people: dict[str, User]) -> None:
    late, fine = made(staff, people), made(staff, people)
    records.milestone(late, staff.session, due_in=-3)
    records.milestone(late, staff.session, due_in=-2)
    records.milestone(late, staff.session, due_in=5)
    records.milestone(fine, staff.session, due_in=0)
    records.milestone(fine, staff.session, due_in=-3, status=MilestoneStatus.DONE, done_on=today())

    entries = register.find(staff, Filters(late=True)).listing.items

    assert [(entry.record, entry.late) for entry in entries] == [(late, 2)]


@pytest.mark.parametrize("status", [RecordStatus.ACCEPTED, RecordStatus.TERMINATED])
def test_nobody_waits_for_milestones_of_a_closed_record(
    status: RecordStatus, staff: Work, people: dict[str, User]
) -> None:
    records.milestone(made(staff, people, status), staff.session, due_in=-3)

    entry = register.find(staff, Filters()).listing.items[0]

    assert (entry.late, entry.next_due) == (0, None)


def test_order_by_amount_puts_what_is_open_last(staff: Work, people: dict[str, User]) -> None:
    small, unknown, large = (
        made(staff, people, amount=amount, technology_amount=None)
        for amount in (Decimal(9), None, Decimal(80))
    )

    assert found(staff, sort=Sort.AMOUNT) == [large, small, unknown]


def test_order_by_signing_puts_the_latest_first(staff: Work, people: dict[str, User]) -> None:
    earlier = made(staff, people, signed_on=today() - timedelta(days=40))
    later = made(staff, people, signed_on=today() - timedelta(days=4))

    assert found(staff, sort=Sort.SIGNED) == [later, earlier]


def test_order_by_due_day_puts_the_latest_milestone_first(staff: Work, people: dict[str, User]) -> None:
    without, soon, late = (made(staff, people) for _ in range(3))
    records.milestone(soon, staff.session, due_in=3)
    records.milestone(late, staff.session, due_in=-3)

    assert found(staff, sort=Sort.DUE) == [late, soon, without]


def test_the_last_touched_comes_first(staff: Work, people: dict[str, User]) -> None:
    touched, fresh = made(staff, people), made(staff, people)
    touched.events.append(RecordEvent(action="noted", note="来电", created_at=now() + timedelta(minutes=1)))
    staff.session.flush()

    assert found(staff) == [touched, fresh]


def test_sums_are_over_all_pages(staff: Work, people: dict[str, User]) -> None:
    for _ in range(staff.settings.page_size + 1):
        made(staff, people, amount=Decimal("1.01"), technology_amount=None)

    result = register.find(staff, Filters(page=2))

    assert (len(result.listing.items), result.amount) == (1, Decimal("1.01") * (staff.settings.page_size + 1))
