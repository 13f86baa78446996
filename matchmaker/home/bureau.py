"""What waits for the bureau: staff's list of things to do by what hurts most, the administrator's by what is theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from matchmaker.audit import service as audit
from matchmaker.checking import service as checking
from matchmaker.cooperation import service as cooperation
from matchmaker.home.piles import BEFORE_INTRODUCTION, Pile, pile
from matchmaker.pairings import service as pairings
from matchmaker.policy import Action, condition, require
from matchmaker.work import Work
from models import (
    Capability,
    CapabilityStatus,
    CooperationRecord,
    Interest,
    Milestone,
    MilestoneStatus,
    NextStep,
    Organisation,
    Pairing,
    PairingEvent,
    PairingStatus,
    Problem,
    ProblemStatus,
    RecordStatus,
    Role,
    ThreadEntry,
    User,
    Verification,
)

SOON_DAYS = 14
QUIET_DAYS = 14
"""An introduction of which nothing was heard for so long asks for a call."""
NEW_DAYS = 30
SHOWN = 6
BEST_SHOWN = 5
AUDIT_LOOK = 500
"""The newest events that the administrator's page checks each time; the whole chain on demand."""
UNDER_WAY = (PairingStatus.INTRODUCED, PairingStatus.NEGOTIATING)


class Kind(StrEnum):
    PROBLEM = "problem"
    CAPABILITY = "capability"
    ORGANISATION = "organisation"


@dataclass(frozen=True)
class Unchecked:
    """Something that was sent in and that nobody has looked at."""

    kind: Kind
    id: int
    name: str
    organisation: str
    since: datetime


@dataclass(frozen=True)
class Wanted:
    """A pairing that staff have not introduced, though a side wants to talk; `interest` is the oldest that stands."""

    pairing: Pairing
    interest: Interest


@dataclass(frozen=True)
class StaffHome:
    """In the order in which it hurts."""

    steps: Pile[NextStep]
    """The reader's own next steps that are overdue or due within a week."""
    late: Pile[Milestone]
    soon: Pile[Milestone]
    quiet: Pile[Pairing]
    unchecked: Pile[Unchecked]
    unchecked_by_kind: Mapping[Kind, int]
    wanted: Pile[Wanted]
    best: Sequence[pairings.Suggestion]
    figures: Mapping[str, int]

    @property
    def nothing_waits(self) -> bool:
        piles = (self.steps, self.late, self.soon, self.quiet, self.unchecked, self.wanted)
        return not any(pile.total for pile in piles)


@dataclass(frozen=True)
class AdministratorHome:
    pending: Pile[Organisation]
    accounts: Mapping[Role, int]
    closed_accounts: int
    locked_accounts: int
    audit: audit.Chain
    figures: Mapping[str, int]


def staff_home(work: Work) -> StaffHome:
    require(work.actor, Action.PAIRING_QUEUE)
    today = work.today()
    soon = and_(
        Milestone.status == MilestoneStatus.PLANNED,
        Milestone.due_on.between(today, today + timedelta(days=SOON_DAYS)),
        CooperationRecord.status.in_(cooperation.RUNNING),
    )
    unchecked, by_kind = _unchecked(work)
    steps = pairings.soon(work, SHOWN)
    return StaffHome(
        steps=Pile(steps.items, steps.total),
        late=_milestones(work, cooperation.late_milestone(today)),
        soon=_milestones(work, soon),
        quiet=_quiet(work),
        unchecked=unchecked,
        unchecked_by_kind=by_kind,
        wanted=_wanted(work),
        best=_best_new(work),
        figures=_figures(work),
    )


def administrator_home(work: Work) -> AdministratorHome:
    require(work.actor, Action.ACCOUNT_ADMINISTER)
    pending = (
        select(Organisation)
        .where(Organisation.status == Verification.PENDING)
        .order_by(Organisation.created_at, Organisation.id)
    )
    closed, locked = work.session.execute(
        select(
            select(func.count(User.id)).where(User.active.is_(False)).scalar_subquery(),
            select(func.count(User.id)).where(User.locked_until > work.now()).scalar_subquery(),
        )
    ).one()
    by_role = work.session.execute(
        select(User.role, func.count(User.id)).where(User.active).group_by(User.role)
    )
    counted = {row[0]: row[1] for row in by_role}
    return AdministratorHome(
        pending=pile(work, pending, SHOWN),
        accounts={role: counted.get(role, 0) for role in Role},
        closed_accounts=closed,
        locked_accounts=locked,
        audit=audit.check(work, newest=AUDIT_LOOK),
        figures=_figures(work),
    )


def _milestones(work: Work, which: ColumnElement[bool]) -> Pile[Milestone]:
    wanted = (
        select(Milestone)
        .join(Milestone.record)
        .where(which, condition(work.actor, Action.RECORD_READ, CooperationRecord))
        .order_by(Milestone.due_on, Milestone.id)
    )
    found = pile(work, wanted.with_only_columns(Milestone.id, maintain_column_froms=True), SHOWN)
    if not found.items:
        return Pile([], 0)
    shown = work.session.scalars(
        wanted.where(Milestone.id.in_(found.items)).options(
            contains_eager(Milestone.record).options(
                joinedload(CooperationRecord.broker), selectinload(CooperationRecord.parties)
            )
        )
    )
    return Pile(shown.unique().all(), found.total)


def _quiet(work: Work) -> Pile[Pairing]:
    """Introduced or negotiating, and nothing happened or was said for a while; that it changed hands is neither."""
    since = work.now() - timedelta(days=QUIET_DAYS)
    heard = (
        select(PairingEvent.id)
        .where(
            PairingEvent.pairing_id == Pairing.id,
            PairingEvent.created_at >= since,
            PairingEvent.broker_id.is_(None),
        )
        .correlate(Pairing)
        .exists()
    )
    said = (
        select(ThreadEntry.id)
        .where(
            ThreadEntry.pairing_id == Pairing.id,
            ThreadEntry.created_at >= since,
            ThreadEntry.step_id.is_(None),
        )
        .correlate(Pairing)
        .exists()
    )
    wanted = (
        select(Pairing)
        .where(
            Pairing.status.in_(UNDER_WAY),
            Pairing.changed_at < since,
            ~heard,
            ~said,
            condition(work.actor, Action.PAIRING_READ, Pairing),
        )
        .order_by(Pairing.changed_at, Pairing.id)
    )
    return _with_sides(work, wanted)


def _with_sides(work: Work, wanted: Select[Any]) -> Pile[Pairing]:
    return pile(work, pairings.with_sides(wanted), SHOWN)


def _unchecked(work: Work) -> tuple[Pile[Unchecked], Mapping[Kind, int]]:
    """Problems, capabilities and organisations together, whoever waits longest first."""
    first, counts = checking.oldest(work, SHOWN)
    shown = [
        Unchecked(Kind(each.kind.value), each.id, each.title, each.organisation, each.place.since)
        for each in first
    ]
    return Pile(shown, sum(counts.values())), {Kind(kind.value): number for kind, number in counts.items()}


def _wanted(work: Work) -> Pile[Wanted]:
    """Pairings before their introduction with an interest that stands, the oldest first."""
    first = (
        select(Interest.pairing_id, func.min(Interest.created_at).label("since"))
        .where(Interest.stands)
        .group_by(Interest.pairing_id)
        .subquery()
    )
    wanted = (
        select(Pairing)
        .join(first, first.c.pairing_id == Pairing.id)
        .where(Pairing.status.in_(BEFORE_INTRODUCTION), condition(work.actor, Action.PAIRING_READ, Pairing))
        .order_by(first.c.since, Pairing.id)
    )
    found = _with_sides(work, wanted)
    return Pile(
        [
            Wanted(
                pairing, min(pairings.standing(pairing).values(), key=lambda interest: interest.created_at)
            )
            for pairing in found.items
        ],
        found.total,
    )


def _best_new(work: Work) -> list[pairings.Suggestion]:
    """The best suggestions of late that nobody has weighed, one for each problem that waits for a partner."""
    since = work.now() - timedelta(days=NEW_DAYS)
    place = (
        func.row_number()
        .over(partition_by=Pairing.problem_id, order_by=(Pairing.score.desc(), Pairing.id))
        .label("place")
    )
    placed = (
        select(Pairing.id, place)
        .join(Problem, Pairing.problem_id == Problem.id)
        .where(
            Pairing.status == PairingStatus.SUGGESTED,
            Pairing.created_at >= since,
            Problem.status == ProblemStatus.PUBLISHED,
            condition(work.actor, Action.PAIRING_READ, Pairing),
        )
        .subquery()
    )
    best = work.session.scalars(
        pairings.with_sides(
            select(Pairing)
            .join(placed, placed.c.id == Pairing.id)
            .where(placed.c.place == 1)
            .order_by(Pairing.score.desc(), Pairing.id)
            .limit(BEST_SHOWN)
        )
    ).all()
    return pairings.explained(work, [(pairing, None) for pairing in best])


def _figures(work: Work) -> Mapping[str, int]:
    """Numbers that each lead to the list of what they count."""
    late = select(Milestone.record_id).where(cooperation.late_milestone(work.today())).distinct()
    counts = {
        "problems": select(func.count(Problem.id)).where(Problem.status == ProblemStatus.PUBLISHED),
        "capabilities": select(func.count(Capability.id)).where(
            Capability.status == CapabilityStatus.PUBLISHED
        ),
        "introduced": select(func.count(Pairing.id)).where(Pairing.status == PairingStatus.INTRODUCED),
        "negotiating": select(func.count(Pairing.id)).where(Pairing.status == PairingStatus.NEGOTIATING),
        "running": select(func.count(CooperationRecord.id)).where(
            CooperationRecord.status.in_(cooperation.RUNNING)
        ),
        "accepted": select(func.count(CooperationRecord.id)).where(
            CooperationRecord.status == RecordStatus.ACCEPTED
        ),
        "late": select(func.count()).select_from(late.subquery()),
    }
    row = work.session.execute(select(*(each.scalar_subquery() for each in counts.values()))).one()
    return dict(zip(counts, row, strict=True))
