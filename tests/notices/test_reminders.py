"""What is told because its day has come: to whom, when, and once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from matchmaker.cooperation.reminders import stage
from matchmaker.notices import choices
from matchmaker.settings import Settings
from matchmaker.work import Work
from models import (
    CooperationRecord,
    Frequency,
    Milestone,
    MilestoneStatus,
    Notice,
    Pairing,
    PartyRole,
    RecordParty,
    RecordStatus,
    User,
)
from tests import factories
from tests.deliveries.post_office import do_chores

DUE = date(2026, 11, 25)


@pytest.fixture
def milestone(work: Work, people: dict[str, User]) -> Milestone:
    """Due on DUE, of a record of the enterprise and the liaison, with a broker."""
    record = CooperationRecord(
        number="A-1",
        title="合作",
        mode="commissioned",
        amount=Decimal(10),
        status=RecordStatus.IN_PROGRESS,
        broker=people["staff"],
    )
    record.parties = [
        RecordParty(role=PartyRole.A, organisation=people["enterprise"].organisation),
        RecordParty(role=PartyRole.B, organisation=people["liaison"].organisation),
    ]
    made = Milestone(record=record, name="样机", due_on=DUE)
    work.session.add_all([record, made])
    work.session.commit()
    return made


def noon(days: int) -> datetime:
    return datetime(2026, 11, 25, 4, tzinfo=UTC) + timedelta(days=days)


def told(work: Work) -> list[tuple[int, str]]:
    work.session.rollback()
    found = work.session.execute(select(Notice.user_id, Notice.kind).order_by(Notice.id))
    return [(user_id, kind) for user_id, kind in found]


@pytest.mark.parametrize(
    ("days", "expected"),
    [(14, 14), (4, 14), (3, 3), (1, 3), (0, 0), (-6, 0), (-7, -1), (-13, -1), (-14, -2)],
)
def test_the_stages_of_a_milestone(days: int, expected: int) -> None:
    assert stage(DUE + timedelta(days=days), DUE) == expected


def test_both_parties_and_the_broker_are_told_at_each_stage_once(
    work: Work, people: dict[str, User], settings: Settings, milestone: Milestone
) -> None:
    for day in (-15, -14, -13, -3, -2, 0, 0, 6, 7, 8, 14):
        do_chores(settings, noon(day))
    who = [people[each].id for each in ("enterprise", "liaison", "staff")]
    kinds = ["milestone.due", "milestone.due", "milestone.today", "milestone.late", "milestone.late"]
    assert sorted(told(work)) == sorted((person, kind) for person in who for kind in kinds)


def test_a_service_that_was_off_tells_only_of_the_stage_that_holds_now(
    work: Work, settings: Settings, milestone: Milestone
) -> None:
    do_chores(settings, noon(-20))
    do_chores(settings, noon(9))
    assert {kind for _, kind in told(work)} == {"milestone.late"}


def test_another_due_day_is_reminded_of_anew(work: Work, settings: Settings, milestone: Milestone) -> None:
    do_chores(settings, noon(-3))
    milestone.due_on = DUE + timedelta(days=7)
    work.session.commit()
    do_chores(settings, noon(-2))
    assert len(told(work)) == 6


def test_nobody_is_reminded_of_what_is_done_or_of_a_record_that_ended(
    work: Work, settings: Settings, milestone: Milestone
) -> None:
    milestone.status, milestone.done_on = MilestoneStatus.DONE, DUE
    work.session.commit()
    do_chores(settings, noon(-3))
    milestone.status, milestone.record.status = MilestoneStatus.PLANNED, RecordStatus.ACCEPTED
    work.session.commit()
    do_chores(settings, noon(-3))
    assert told(work) == []


def test_the_author_is_told_at_thirty_and_at_seven_days(
    work: Work, people: dict[str, User], settings: Settings
) -> None:
    colleague = factories.user(work.session, people["enterprise"].role, people["enterprise"].organisation)
    factories.problem(work.session, people["enterprise"], valid_until=DUE)
    factories.capability(work.session, people["liaison"], valid_until=DUE)
    work.session.commit()
    for day in (-31, -30, -29, -7, -6, 0):
        do_chores(settings, noon(day))
    author, liaison = people["enterprise"].id, people["liaison"].id
    assert told(work) == [(author, "expiring.problem"), (liaison, "expiring.capability")] * 2
    assert colleague.id not in {user_id for user_id, _ in told(work)}


def test_strong_suggestions_are_told_together_to_who_asked(
    work: Work, people: dict[str, User], settings: Settings
) -> None:
    problem = factories.problem(work.session, people["enterprise"])
    for score in (0.9, 0.8, 0.3):
        capability = factories.capability(work.session, people["liaison"])
        work.session.add(Pairing(problem=problem, capability=capability, score=score, engine_version="test"))
    choices.choose(work.as_actor(people["enterprise"]), {"match": Frequency.IN_SERVICE})
    work.session.commit()
    today = datetime.now(UTC).replace(hour=4)
    for _ in range(2):
        do_chores(settings, today)
    (notice,) = work.session.scalars(select(Notice))
    assert (notice.user_id, notice.kind, notice.path) == (
        people["enterprise"].id,
        "match.problem",
        f"/problems/{problem.id}",
    )
    assert notice.details["count"] == 2


def test_what_counts_as_strong_is_a_setting(work: Work, people: dict[str, User], settings: Settings) -> None:
    problem, capability = (
        factories.problem(work.session, people["enterprise"]),
        factories.capability(work.session, people["liaison"]),
    )
    work.session.add(Pairing(problem=problem, capability=capability, score=0.8, engine_version="test"))
    choices.choose(work.as_actor(people["liaison"]), {"match": Frequency.DAILY})
    work.session.commit()
    today = datetime.now(UTC).replace(hour=4)
    assert do_chores(replace(settings, strong_match=0.85), today)["strong_matches"] == 0
    assert do_chores(replace(settings, strong_match=0.75), today)["strong_matches"] == 1
