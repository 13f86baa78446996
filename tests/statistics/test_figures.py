"""Statistics come from what happened: events of pairings, first dates of postings, dates of records."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from matchmaker.cooperation import service as cooperation
from matchmaker.statistics import service
from matchmaker.statistics.service import Figures, Grouping, Period
from matchmaker.work import Work
from models import (
    CooperationRecord,
    Pairing,
    PairingEvent,
    PartyRole,
    Problem,
    RecordEvent,
    RecordParty,
    RecordStatus,
    User,
)
from tests import factories
from tests.cooperation import records
from tests.factories import sign_in

SUBMITTED = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


class World:
    def __init__(self, work: Work, people: dict[str, User]) -> None:
        self.work, self.people = work, people

    def problem(self, **given: Any) -> Problem:
        dates = {"submitted_at": SUBMITTED, "published_at": SUBMITTED + timedelta(days=2)}
        return factories.problem(self.work.session, self.people["enterprise"], **dates | given)

    def pairing(self, problem: Problem, *steps: tuple[str, float]) -> Pairing:
        """`steps`: what was done, and how many days after the submission."""
        capability = factories.capability(self.work.session, self.people["liaison"])
        pairing = Pairing(
            problem_id=problem.id,
            capability_id=capability.id,
            score=0.5,
            engine_version="rank-2+x",
            created_at=SUBMITTED,
        )
        self.work.session.add(pairing)
        self.work.session.flush()
        for action, days in steps:
            at = SUBMITTED + timedelta(days=days)
            self.work.session.add(PairingEvent(pairing_id=pairing.id, action=action, created_at=at))
        self.work.session.flush()
        return pairing

    def record(self, amount: str | None, pairing: Pairing | None = None, **given: Any) -> CooperationRecord:
        given = {"mode": "commissioned", "field": "4", "signed_on": date(2026, 5, 6)} | given
        number = f"2026-{self.work.session.query(CooperationRecord).count() + 1:04d}"
        money = None if amount is None else Decimal(amount)
        made = CooperationRecord(
            number=number,
            title="合作",
            pairing=pairing,
            amount=money,
            technology_amount=money,
            status=RecordStatus.SIGNED,
            **given,
        )
        for role, who in ((PartyRole.A, "enterprise"), (PartyRole.B, "liaison")):
            made.parties.append(RecordParty(role=role, organisation_id=self.people[who].organisation_id))
        self.work.session.add(made)
        self.work.session.flush()
        return made

    def figures(self, period: Period = YEAR) -> Figures:
        return service.figures(self.work.as_actor(self.people["staff"]), period)


@pytest.fixture
def record(work: Work, people: dict[str, User]) -> CooperationRecord:
    return records.paired_record(work.session, people, RecordStatus.INTENDED)


@pytest.fixture
def world(work: Work, people: dict[str, User]) -> World:
    return World(work, people)


def test_times_run_from_the_submission_to_the_first_time_a_step_was_taken(world: World) -> None:
    one, two = world.problem(), world.problem()
    world.pairing(one, ("introduce", 10), ("introduce", 30))
    world.pairing(one, ("introduce", 20))
    world.pairing(two, ("introduce", 4), ("confirm", 40))
    found = {each.name: each for each in world.figures().durations}
    assert (found["publish"].count, found["publish"].median) == (2, pytest.approx(2))
    assert (found["introduce"].count, found["introduce"].median) == (2, pytest.approx(7))
    assert found["introduce"].slowest_tenth == pytest.approx(10)
    assert (found["confirm"].count, found["confirm"].median) == (1, pytest.approx(40))
    assert (found["signed"].count, found["signed"].median) == (0, None)


def test_a_pairing_reached_what_it_was_taken_back_from_and_what_lies_before(world: World) -> None:
    problem = world.problem()
    world.pairing(problem)
    world.pairing(problem, ("shortlist", 1), ("dismiss", 2))
    done = world.pairing(problem, ("introduce", 1), ("confirm", 9))
    record = world.record("10", done)
    world.work.session.add(RecordEvent(record_id=record.id, action="signed"))
    world.work.session.flush()
    stages = {each.name: (each.count, each.of_before) for each in world.figures().stages}
    assert stages["suggested"] == (3, None)
    assert stages["shortlist"] == (2, pytest.approx(2 / 3))
    assert stages["introduce"] == (1, 0.5)
    assert stages["negotiate"] == stages["confirm"] == stages["signed"] == (1, 1.0)
    assert stages["accepted"] == (0, 0.0)


def test_a_signature_made_by_the_service_counts(
    world: World, record: CooperationRecord, people: dict[str, User]
) -> None:
    assert record.pairing
    today = world.work.today()
    record.pairing.problem.submitted_at = world.work.now() - timedelta(days=3)
    record.pairing.problem.first_submitted_at = record.pairing.problem.submitted_at
    cooperation.sign(
        world.work.as_actor(people["staff"]), record, today, "development_commissioned", "2026-7"
    )
    world.work.session.flush()
    found = world.figures(Period(today.replace(month=1, day=1), today))
    assert {each.name: each.count for each in found.stages}["signed"] == 1
    assert {each.name: each.count for each in found.durations}["signed"] == 1
    assert found.amounts.total.records == 1


def test_amounts_are_exact_and_groups_add_up_to_the_total(world: World, people: dict[str, User]) -> None:
    world.record("0.10")
    world.record("0.20", field="8", mode="transfer", signed_on=date(2026, 6, 1))
    world.record(None, field=None)
    world.record("99", signed_on=date(2025, 12, 31))
    found = world.figures()
    assert (found.amounts.total.records, found.amounts.total.amount) == (3, Decimal("0.30"))
    for grouping, rows in {**found.amounts.groups, "time": found.amounts.over_time}.items():
        assert sum(each.amount for each in rows) == Decimal("0.30"), grouping
        assert sum(each.records for each in rows) == 3, grouping
    assert [(each.key, each.records) for each in found.amounts.groups[Grouping.FIELD]] == [
        ("8", 1),
        ("4", 1),
        ("", 1),
    ]
    months = [each.key for each in found.amounts.over_time if each.records]
    assert (months, len(found.amounts.over_time)) == (["2026-05", "2026-06"], 12)
    institutions = found.amounts.groups[Grouping.INSTITUTION]
    assert [each.name for each in institutions] == [people["liaison"].organisation.name]


def test_the_days_are_those_of_the_bureaus_clock_and_both_count(world: World) -> None:
    world.problem(published_at=datetime(2026, 3, 9, 16, 30, tzinfo=UTC))  # the 10th in Shanghai
    count = {
        day: world.figures(Period(date(2026, 3, day), date(2026, 3, day))).durations[0].count
        for day in (9, 10, 11)
    }
    assert count == {9: 0, 10: 1, 11: 0}


def test_a_problem_that_is_submitted_and_published_again_counts_from_the_first_time(world: World) -> None:
    problem = world.problem()
    world.pairing(problem, ("introduce", 10))
    problem.submitted_at = problem.published_at = SUBMITTED + timedelta(days=100)
    world.work.session.flush()
    found = {each.name: each for each in world.figures().durations}
    assert (found["publish"].count, found["publish"].median) == (1, pytest.approx(2))
    assert found["introduce"].median == pytest.approx(10)


def test_a_county_narrows_everything(world: World, people: dict[str, User]) -> None:
    people["enterprise"].organisation.county = "340881"
    problem = world.problem(county="340881")
    world.pairing(problem, ("introduce", 3))
    world.record("5")
    assert world.figures(Period(YEAR.first, YEAR.last, "340881")).amounts.total.records == 1
    other = world.figures(Period(YEAR.first, YEAR.last, "340802"))
    assert other.amounts.total.records == other.stages[0].count == other.durations[0].count == 0


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ({}, ("2026-01-01", "2026-08-07")),
        ({"from": "2026-02-30", "to": "x"}, ("2026-01-01", "2026-08-07")),
        ({"from": "2026-05-01", "to": "2026-04-01"}, ("2026-04-01", "2026-05-01")),
        ({"from": "0001-01-01", "to": "9999-12-31"}, ("2000-01-01", "2028-12-31")),
    ],
)
def test_an_address_of_nonsense_means_this_year(query: dict[str, str], days: tuple[str, str]) -> None:
    period = Period.of(query, date(2026, 8, 7))
    assert (str(period.first), str(period.last)) == days


def test_the_page_shows_them_to_the_bureau(
    client: FlaskClient, world: World, people: dict[str, User]
) -> None:
    world.record("1234.50")
    world.work.session.commit()
    page = sign_in(client, people["staff"]).get("/statistics/?from=2026-01-01&to=2026-12-31")
    assert page.status_code == 200
    assert "1,234.50 万元" in page.text
    assert sign_in(client, people["enterprise"]).get("/statistics/").status_code == 403
