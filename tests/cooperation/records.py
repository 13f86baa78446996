"""Pairings and cooperation records as they stand, for these tests."""

from __future__ import annotations

import itertools
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from matchmaker.work import Work
from models import (
    CooperationRecord,
    Milestone,
    Organisation,
    Pairing,
    PairingStatus,
    PartyRole,
    ProblemStatus,
    RecordEvent,
    RecordParty,
    RecordStatus,
    User,
)
from tests import factories
from tests.days import today

_numbers = itertools.count(1)


def pairing(session: Session, enterprise: User, liaison: User, **given: Any) -> Pairing:
    problem = given.pop("problem", None) or factories.problem(session, enterprise)
    capability = given.pop("capability", None) or factories.capability(session, liaison)
    values: dict[str, Any] = {"score": 0.8, "engine_version": "test"} | given
    made = Pairing(problem=problem, capability=capability, **values)
    session.add(made)
    session.flush()
    return made


def record(
    session: Session,
    parties: list[Organisation],
    status: RecordStatus = RecordStatus.IN_PROGRESS,
    **given: Any,
) -> CooperationRecord:
    """In progress, signed and paid for in part, where nothing else is given."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "number": f"2020-{number:04d}",
        "title": f"压铸件气孔在线检测委托开发{number}",
        "mode": "commissioned",
        "contract_category": "development_commissioned",
        "amount": Decimal("80.50"),
        "technology_amount": Decimal("60"),
        "field": "8",
        "status": status,
    } | given
    if status is not RecordStatus.INTENDED:
        values.setdefault("signed_on", today() - timedelta(days=90))
    if status is RecordStatus.TERMINATED:
        values.setdefault("termination_reason", "企业转产")
    made = CooperationRecord(**values)
    made.parties = [
        RecordParty(role=role, organisation=each) for role, each in zip(PartyRole, parties, strict=False)
    ]
    made.events = [RecordEvent(action="opened", to_status=RecordStatus.INTENDED.value)]
    session.add(made)
    session.flush()
    return made


def paired_record(
    session: Session, people: dict[str, User], status: RecordStatus = RecordStatus.IN_PROGRESS, **given: Any
) -> CooperationRecord:
    """Of a confirmed pairing between `enterprise` and `liaison`, whose problem is in cooperation."""
    problem = given.pop("problem", None) or factories.problem(
        session, people["enterprise"], ProblemStatus.IN_COOPERATION
    )
    confirmed = pairing(
        session, people["enterprise"], people["liaison"], problem=problem, status=PairingStatus.CONFIRMED
    )
    sides = [people["enterprise"].organisation, people["liaison"].organisation]
    return record(session, sides, status, pairing=confirmed, **given)


def milestone(record: CooperationRecord, session: Session, due_in: int = 30, **given: Any) -> Milestone:
    """Due in so many days; negative: late."""
    values: dict[str, Any] = {"name": "样机测试", "due_on": today() + timedelta(days=due_in)} | given
    made = Milestone(**values)
    record.milestones.append(made)
    session.flush()
    return made


def again(work: Work, record: CooperationRecord) -> CooperationRecord:
    """As the database has it now. Roll back before the client writes again: SQLite has one writer."""
    work.session.rollback()
    work.session.expire_all()
    return work.session.get_one(CooperationRecord, record.id)
