"""Things that wait to be checked, since a given number of days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from matchmaker.checking import service
from matchmaker.checking.service import Entry, Place
from models import (
    Capability,
    CapabilityStatus,
    CheckKind,
    Organisation,
    Problem,
    ProblemStatus,
    User,
    Verification,
    now,
)
from tests import factories

Named = tuple[CheckKind, int]


def problem(session: Session, author: User, days: float = 0, **given: Any) -> Problem:
    made = factories.problem(session, author, ProblemStatus.SUBMITTED, **given)
    made.submitted_at = now() - timedelta(days=days)
    session.flush()
    return made


def capability(session: Session, author: User, days: float = 0, **given: Any) -> Capability:
    made = factories.capability(session, author, CapabilityStatus.SUBMITTED, **given)
    made.submitted_at = now() - timedelta(days=days)
    session.flush()
    return made


def organisation(session: Session, days: float = 0, **given: Any) -> Organisation:
    since = now() - timedelta(days=days)
    return factories.organisation(session, status=Verification.PENDING, created_at=since, **given)


def named(entries: Iterable[Entry | Place]) -> list[Named]:
    return [(each.kind, each.id) for each in entries]


def name(subject: Any) -> Named:
    return CheckKind(subject.__tablename__), subject.id


def filters(**given: str) -> service.Filters:
    return service.Filters.from_query(given)
