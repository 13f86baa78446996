"""Every list can be narrowed to a carrier or an alliance, and its page shows what the reader could read elsewhere."""

from __future__ import annotations

from decimal import Decimal

import pytest

from matchmaker.belonging import Belonging
from matchmaker.carriers import service
from matchmaker.carriers.service import BodyFacts, BodyFilter
from matchmaker.cooperation import register
from matchmaker.home import service as home
from matchmaker.pairings import narrowing
from matchmaker.pairings.filters import QueueFilters
from matchmaker.postings import service as postings
from matchmaker.statistics.amounts import amounts
from matchmaker.statistics.period import Period, Step
from matchmaker.work import Work
from models import (
    Capability,
    CooperationRecord,
    Pairing,
    PartyRole,
    Problem,
    ProblemStatus,
    RecognitionLevel,
    RecordParty,
    RecordStatus,
    User,
    Verification,
)
from tests import factories


class Town:
    """Two companies and two universities with what they post and agreed; the first pair belongs to `carrier`."""

    def __init__(self, work: Work, people: dict[str, User]) -> None:
        session = work.session
        self.inside = people["enterprise"].organisation
        self.problems = [
            factories.problem(session, people[each]) for each in ("enterprise", "other_enterprise")
        ]
        self.draft = factories.problem(session, people["enterprise"], ProblemStatus.DRAFT)
        self.capabilities = [
            factories.capability(session, people[each]) for each in ("liaison", "other_liaison")
        ]
        self.pairings = [
            Pairing(problem=problem, capability=self.capabilities[1], score=0.5, engine_version="t")
            for problem in self.problems
        ]
        session.add_all(self.pairings)
        self.records = [
            self._record(f"2026-{place}", problem, self.capabilities[1], 10 * place)
            for place, problem in enumerate(self.problems, 1)
        ]
        session.add_all(self.records)
        self.carrier = factories.carrier(session, self.inside, people["liaison"].organisation)
        self.alliance = factories.alliance(session, people["other_liaison"].organisation)
        session.commit()

    def _record(
        self, number: str, problem: Problem, capability: Capability, amount: int
    ) -> CooperationRecord:
        made = CooperationRecord(
            number=number,
            title="合作",
            mode="commissioned",
            amount=Decimal(amount),
            status=RecordStatus.IN_PROGRESS,
        )
        made.parties = [
            RecordParty(role=PartyRole.A, organisation=problem.organisation),
            RecordParty(role=PartyRole.B, organisation=capability.organisation),
        ]
        return made


@pytest.fixture
def town(work: Work, people: dict[str, User]) -> Town:
    return Town(work, people)


def test_lists_hold_what_is_of_the_members(work: Work, people: dict[str, User], town: Town) -> None:
    staff = work.as_actor(people["staff"])
    asked = {"carrier": str(town.carrier.id)}
    filters = postings.Filters.from_query(asked)
    assert postings.find(staff, Problem, filters).listing.items == [town.problems[0]]
    assert postings.find(staff, Capability, filters).listing.items == [town.capabilities[0]]
    found = register.find(staff, register.Filters.from_query(asked))
    assert ([each.record for each in found.listing.items], found.amount) == ([town.records[0]], Decimal(10))
    board = narrowing.narrowed(staff, QueueFilters.of(asked))
    assert list(work.session.scalars(board)) == [town.pairings[0]]
    assert filters.narrowed
    assert QueueFilters.of(asked).query() == {"carrier": town.carrier.id}


def test_a_pairing_or_a_record_is_found_by_the_alliance_of_either_side(
    work: Work, people: dict[str, User], town: Town
) -> None:
    staff, asked = work.as_actor(people["staff"]), {"alliance": str(town.alliance.id)}
    board = narrowing.narrowed(staff, QueueFilters.of(asked))
    assert set(work.session.scalars(board)) == set(town.pairings)
    assert register.find(staff, register.Filters.from_query(asked)).listing.total == len(town.records)
    both = asked | {"carrier": str(town.carrier.id)}
    assert list(work.session.scalars(narrowing.narrowed(staff, QueueFilters.of(both)))) == [town.pairings[0]]


def test_the_contracts_of_the_members_add_up_as_statistics_add_them_up(
    work: Work, people: dict[str, User], town: Town
) -> None:
    staff, carrier = work.as_actor(people["staff"]), town.carrier.id
    signed = town._record("2026-9", town.problems[0], town.capabilities[1], 165)
    signed.signed_on = work.today()
    work.session.add(signed)
    work.session.flush()
    shown = service.carrier_page(staff, carrier, []).members.records
    assert shown is not None
    assert (shown.total, shown.amount) == (2, Decimal(165))  # the other one was not signed
    counted = amounts(staff, Period.of({"carrier": str(carrier)}, work.today()), Step.YEAR)
    assert counted.total.amount == shown.amount
    linked = register.find(staff, register.Filters.from_query({"carrier": str(carrier), **shown.signed}))
    assert (linked.listing.total, linked.amount) == (1, shown.amount)


def test_the_search_stays_among_the_members(work: Work, people: dict[str, User], town: Town) -> None:
    staff = work.as_actor(people["staff"])
    found = home.search(staff, "示例单位", Belonging(carrier=town.carrier.id))
    assert {each.id for each in found.organisations.items} == {  # type: ignore[attr-defined]
        town.inside.id,
        people["liaison"].organisation_id,
    }


@pytest.mark.parametrize(
    ("person", "records"), [("visitor", None), ("enterprise", 1), ("other_enterprise", 0), ("staff", 1)]
)
def test_the_page_shows_what_the_reader_may_see(
    work: Work, people: dict[str, User], town: Town, person: str, records: int | None
) -> None:
    page = service.carrier_page(work.as_actor(people.get(person)), town.carrier.id, [])
    assert page.members.problems == [town.problems[0]]
    assert page.members.organisations == 2
    shown = page.members.records
    assert (None if shown is None else shown.total) == records


def test_a_member_that_is_not_verified_is_shown_to_the_bureau_only(
    work: Work, people: dict[str, User], town: Town
) -> None:
    town.inside.status = Verification.REJECTED
    work.session.commit()
    for person, shown in ((None, 1), (people["staff"], 2)):
        page = service.carrier_page(work.as_actor(person), town.carrier.id, [])
        assert sum(len(stays) for _stage, stays in page.stages) == page.members.organisations == shown


def test_research_bodies_are_listed_by_level_and_narrowed(
    work: Work, people: dict[str, User], town: Town
) -> None:
    staff = work.as_actor(people["staff"])
    for firm, level in ((town.inside, RecognitionLevel.MUNICIPAL), (town.inside, RecognitionLevel.NATIONAL)):
        service.add_body(staff, firm, BodyFacts("technology_centre", level, f"{level.value}企业技术中心"))
    service.add_body(
        staff,
        people["other_enterprise"].organisation,
        BodyFacts("key_laboratory", RecognitionLevel.PROVINCIAL, "重点实验室"),
    )
    wanted = BodyFilter(belonging=Belonging(carrier=town.carrier.id))
    assert [each.level for each in service.bodies(work, wanted).items] == [
        RecognitionLevel.NATIONAL,
        RecognitionLevel.MUNICIPAL,
    ]
