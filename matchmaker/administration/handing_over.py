"""What a member of staff has in hand goes to a colleague: before they leave, or while they are away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from matchmaker.accounts.errors import AccountMissing
from matchmaker.audit import service as audit
from matchmaker.cooperation import service as records
from matchmaker.database import take_serial_lock
from matchmaker.notices import service as notices
from matchmaker.pairings import service as pairings
from matchmaker.policy import Action, allow, require
from matchmaker.work import Work
from models import (
    Capability,
    CapabilityStatus,
    CooperationRecord,
    NextStep,
    Pairing,
    PairingStatus,
    Problem,
    ProblemStatus,
    RecordStatus,
    StepStatus,
    User,
)

CLOSED_PROBLEMS = (ProblemStatus.SOLVED, ProblemStatus.WITHDRAWN, ProblemStatus.EXPIRED)
CLOSED_RECORDS = (RecordStatus.ACCEPTED, RecordStatus.TERMINATED)


@dataclass(frozen=True)
class InHand:
    """What of each somebody has in hand that is not over."""

    problems: int
    capabilities: int
    pairings: int
    records: int
    next_steps: int

    @property
    def total(self) -> int:
        return self.problems + self.capabilities + self.pairings + self.records + self.next_steps


def find(work: Work, user_id: int) -> User:
    """An account that the actor may help with, or a colleague's whose work they may hand over. Raises AccountMissing."""
    require(work.actor, Action.ACCOUNT_HAND_OVER)
    found = work.session.get(User, user_id)
    if found is None or not (found.is_staff or allow(work.actor, Action.ACCOUNT_RESET, found)):
        raise AccountMissing
    return found


def in_hand(work: Work, user: User) -> InHand:
    """Nothing is changed."""
    require(work.actor, Action.ACCOUNT_HAND_OVER)
    numbers = {
        name: work.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
        for name, wanted in _wanted(user).items()
    }
    return InHand(**numbers)


def colleagues(work: Work, user: User) -> Sequence[User]:
    """To whom it can be given."""
    return [each for each in pairings.brokers(work) if each.id != user.id]


def hand_over(work: Work, user: User, to: User, note: str) -> InHand:
    """All of it is the colleague's from now on, who is told once; returns how much there was. Raises UnknownBroker."""
    require(work.actor, Action.ACCOUNT_HAND_OVER)
    take_serial_lock(work.session)
    if to not in colleagues(work, user):
        raise pairings.UnknownBroker(to.id)
    counted = in_hand(work, user)
    if not counted.total:
        return counted
    wanted = _wanted(user)
    pairings.hand_over_all(work, user, to, note)
    records.hand_over_all(work, list(work.session.scalars(wanted["records"])), to)
    for name in ("problems", "capabilities"):
        for posting in work.session.scalars(wanted[name]):
            posting.broker = to
            audit.record(work, f"{posting.KIND}.taken_on", posting, broker=to.id)
    audit.record(work, "account.handed_over", user, broker=to.id, reason=note)
    notices.tell(
        work, [to], "account.handed_over", "/pairings/next-steps", name=user.name, count=counted.total
    )
    return counted


def _wanted(user: User) -> dict[str, Any]:
    return {
        "problems": select(Problem).where(
            Problem.broker_id == user.id, Problem.status.not_in(CLOSED_PROBLEMS)
        ),
        "capabilities": select(Capability).where(
            Capability.broker_id == user.id, Capability.status != CapabilityStatus.ARCHIVED
        ),
        "pairings": select(Pairing).where(
            Pairing.broker_id == user.id, Pairing.status != PairingStatus.DISMISSED
        ),
        "records": select(CooperationRecord).where(
            CooperationRecord.broker_id == user.id, CooperationRecord.status.not_in(CLOSED_RECORDS)
        ),
        "next_steps": select(NextStep).where(
            NextStep.owner_id == user.id, NextStep.status == StepStatus.OPEN
        ),
    }
