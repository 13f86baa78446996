"""What a visitor sees: what is posted at present, and how much came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from matchmaker.policy import Action, condition, public
from matchmaker.work import Work
from models import (
    Capability,
    CooperationRecord,
    Organisation,
    OrganisationKind,
    Problem,
    RecordStatus,
    Verification,
)

SHOWN = 5
AGREED = (RecordStatus.SIGNED, RecordStatus.IN_PROGRESS, RecordStatus.ACCEPTED)
"""Cooperations that are more than an intention and did not end without a result."""


@dataclass(frozen=True)
class Figures:
    """As the database has them now."""

    problems: int
    capabilities: int
    organisations: int
    cooperations: int


@dataclass(frozen=True)
class VisitorHome:
    figures: Figures
    problems: Sequence[Problem]
    capabilities: Sequence[Capability]


def visitor_home(work: Work) -> VisitorHome:
    return VisitorHome(
        figures(work),
        _newest(work, Problem, Action.PROBLEM_READ),
        _newest(work, Capability, Action.CAPABILITY_READ),
    )


def figures(work: Work) -> Figures:
    """Counts of what is public; of cooperations nothing but their number is."""
    counts = (
        select(func.count(Problem.id)).where(public(Problem)),
        select(func.count(Capability.id)).where(public(Capability)),
        select(func.count(Organisation.id)).where(
            Organisation.status == Verification.VERIFIED, Organisation.kind != OrganisationKind.BUREAU
        ),
        select(func.count(CooperationRecord.id)).where(CooperationRecord.status.in_(AGREED)),
    )
    return Figures(*work.session.execute(select(*(each.scalar_subquery() for each in counts))).one())


def _newest(work: Work, model: Any, action: Action) -> Sequence[Any]:
    return (
        work.session.scalars(
            select(model)
            .where(condition(work.actor, action, model), model.published_at.is_not(None))
            .order_by(model.published_at.desc(), model.id.desc())
            .limit(SHOWN)
        )
        .unique()
        .all()
    )
