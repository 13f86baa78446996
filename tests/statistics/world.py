"""A bureau's year at random, always the same: what figures are counted from, and its rows as plain tuples."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    Capability,
    CooperationRecord,
    Organisation,
    OrganisationKind,
    Pairing,
    PairingEvent,
    PairingStatus,
    PartyRole,
    Problem,
    ProblemStatus,
    RecordEvent,
    RecordParty,
    RecordStatus,
    Role,
    User,
    Verification,
)
from tests import factories

COUNTIES = ("340802", "340881", "340822")
FIELDS = ("1", "4", "8")
STEPS = ("shortlist", "introduce", "negotiate", "confirm")
SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2025, 10, 1, 15, 30, tzinfo=UTC)
"""Half an hour before midnight in Shanghai, so that days fall on either side."""


def fill(session: Session, seed: int = 5) -> None:
    """Organisations, postings, pairings with their steps and records, over some 14 months."""
    dice = random.Random(seed)
    firms = [
        _body(session, dice, OrganisationKind.ENTERPRISE, Role.ENTERPRISE, COUNTIES[number % 3])
        for number in range(5)
    ]
    schools = [
        _body(session, dice, kind, Role.LIAISON, county)
        for kind, county in (
            (OrganisationKind.UNIVERSITY, None),
            (OrganisationKind.UNIVERSITY, COUNTIES[1]),
            (OrganisationKind.INSTITUTE, COUNTIES[0]),
        )
    ]
    firms[0].organisation.status = Verification.PENDING
    problems = [_problem(session, dice, dice.choice(firms)) for _ in range(26)]
    capabilities = [_capability(session, dice, dice.choice(schools)) for _ in range(14)]
    pairs = dice.sample([(p, c) for p in problems for c in capabilities], 70)
    pairings = [_pairing(session, dice, *pair) for pair in pairs]
    for number, pairing in enumerate(p for p in pairings if p.status is PairingStatus.CONFIRMED):
        _record(session, dice, number, pairing)
    for number in range(6):
        _record(session, dice, 900 + number, None)
    problems[0].same_as = problems[1]
    session.flush()


def _moment(dice: random.Random, at: datetime = START, most: int = 420) -> datetime:
    return at + timedelta(days=dice.randrange(most), minutes=dice.randrange(90))


def _body(
    session: Session, dice: random.Random, kind: OrganisationKind, role: Role, county: str | None
) -> User:
    of = factories.organisation(session, kind, county=county, created_at=_moment(dice))
    return factories.user(session, role, of)


def _dates(dice: random.Random) -> dict[str, Any]:
    submitted = _moment(dice)
    return {
        "submitted_at": submitted,
        "published_at": submitted + timedelta(days=dice.randrange(1, 9), hours=3),
    }


def _problem(session: Session, dice: random.Random, author: User) -> Problem:
    status = dice.choice([ProblemStatus.PUBLISHED] * 5 + [ProblemStatus.SOLVED] * 2 + [ProblemStatus.DRAFT])
    given = {"field": dice.choice((*FIELDS, None)), "county": dice.choice(COUNTIES)}
    return factories.problem(session, author, status, **given, **_dates(dice))


def _capability(session: Session, dice: random.Random, author: User) -> Capability:
    given = {"field": dice.choice(FIELDS), "county": dice.choice((*COUNTIES, None))}
    return factories.capability(session, author, **given, **_dates(dice))


def _pairing(session: Session, dice: random.Random, problem: Problem, capability: Capability) -> Pairing:
    made = _moment(dice)
    steps = STEPS[: dice.choice((0, 0, 0, 1, 2, 3, 4))]
    status = PairingStatus.CONFIRMED if len(steps) == 4 else PairingStatus.SUGGESTED
    if len(steps) < 4 and dice.random() < 0.2:
        status = PairingStatus.DISMISSED
    pairing = Pairing(
        problem_id=problem.id,
        capability_id=capability.id,
        score=dice.uniform(0.05, 0.5),
        engine_version="rank-2+x",
        created_at=made,
        status=status,
        dismissal="other" if status is PairingStatus.DISMISSED else None,
        acted_on=bool(steps),
    )
    session.add(pairing)
    session.flush()
    for number, step in enumerate(steps):
        if step == "shortlist" and dice.random() < 0.5:
            continue  # introduced at once
        for _ in range(dice.choice((1, 1, 2))):  # taken twice
            at = _moment(dice, made + timedelta(days=9 * number), 30)
            session.add(PairingEvent(pairing_id=pairing.id, action=step, created_at=at))
    return pairing


def _record(session: Session, dice: random.Random, number: int, pairing: Pairing | None) -> None:
    amount = dice.choice((None, Decimal("12.34"), Decimal("100"), Decimal("0.01")))
    signed = _moment(dice).date()
    record = CooperationRecord(
        number=f"2026-{number:04d}",
        title="合作",
        pairing=pairing,
        mode=dice.choice(("commissioned", "transfer")),
        contract_category=dice.choice(("development_commissioned", None)),
        field=dice.choice((*FIELDS, None)),
        amount=amount,
        technology_amount=amount and dice.choice((amount, None)),
        signed_on=dice.choice((signed, signed, None)),
        registered_on=dice.choice((signed + timedelta(days=20), None)),
        status=RecordStatus.SIGNED,
    )
    session.add(record)
    bodies = session.scalars(select(Organisation).order_by(Organisation.id)).all()
    firms = [each for each in bodies if each.kind is OrganisationKind.ENTERPRISE]
    others = [
        each for each in bodies if each.kind in (OrganisationKind.UNIVERSITY, OrganisationKind.INSTITUTE)
    ]
    record.parties.append(RecordParty(role=PartyRole.A, organisation_id=dice.choice(firms).id))
    if dice.random() < 0.9:
        record.parties.append(RecordParty(role=PartyRole.B, organisation_id=dice.choice(others).id))
    session.flush()
    for action in ("signed", "accepted")[: dice.randrange(3)]:
        session.add(RecordEvent(record_id=record.id, action=action, created_at=_moment(dice)))


class Rows:
    """Every table as plain rows, read by the simplest of selects."""

    def __init__(self, session: Session) -> None:
        def read(model: Any) -> list[Any]:
            columns = list(model.__table__.columns)
            names = [column.name for column in columns]
            return [
                SimpleNamespace(**dict(zip(names, row, strict=True)))
                for row in session.execute(select(*columns))
            ]

        session.flush()
        self.organisations = {each.id: each for each in read(Organisation)}
        self.problems = {each.id: each for each in read(Problem)}
        self.capabilities = {each.id: each for each in read(Capability)}
        self.pairings = {each.id: each for each in read(Pairing)}
        self.pairing_events = read(PairingEvent)
        self.records = {each.id: each for each in read(CooperationRecord)}
        self.record_events = read(RecordEvent)
        self.parties = {(each.record_id, each.role.value): each.organisation_id for each in read(RecordParty)}
        self.party_rows = read(RecordParty)

    def steps(self, action: str) -> Iterator[tuple[Any, datetime]]:
        """(pairing, moment) of every step of pairings, and of their records."""
        for event in self.pairing_events:
            if event.action == action:
                yield self.pairings[event.pairing_id], event.created_at
        for event in self.record_events:
            record = self.records[event.record_id]
            if event.action == action and record.pairing_id is not None:
                yield self.pairings[record.pairing_id], event.created_at

    def first(self, action: str, latest: bool = False) -> dict[int, datetime]:
        """By problem: when a step was first, or last, taken with one of its pairings."""
        found: dict[int, datetime] = {}
        for pairing, at in self.steps(action):
            known = found.get(pairing.problem_id, at)
            found[pairing.problem_id] = max(known, at) if latest else min(known, at)
        return found


def day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
