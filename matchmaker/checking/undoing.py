"""Taking back one's last decision of the queue, for some minutes and while nobody went on from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import exists, select

from matchmaker.capabilities import service as capabilities
from matchmaker.checking.completeness import Subject
from matchmaker.checking.errors import CannotUndo
from matchmaker.checking.queue import MODELS, WAITING
from matchmaker.database import take_serial_lock
from matchmaker.organisations import service as organisations
from matchmaker.problems import service as problems
from matchmaker.work import Work
from models import (
    AuditEvent,
    Call,
    Capability,
    CheckKind,
    ImportKind,
    ImportRow,
    Organisation,
    Pairing,
    PairingEvent,
    Problem,
    RowOutcome,
    SpreadsheetImport,
)

MINUTES = 10
DECISIONS: Mapping[str, tuple[CheckKind, bool]] = {
    "capability.published": (CheckKind.CAPABILITY, True),
    "capability.returned": (CheckKind.CAPABILITY, False),
    "organisation.verified": (CheckKind.ORGANISATION, True),
    "organisation.rejected": (CheckKind.ORGANISATION, False),
    "problem.published": (CheckKind.PROBLEM, True),
    "problem.returned": (CheckKind.PROBLEM, False),
}
"""The audit's events that decide, of what kind, and whether for it."""


@dataclass(frozen=True)
class Decision:
    """What the actor decided last, and can still take back."""

    kind: CheckKind
    subject: Subject
    accepted: bool
    event: AuditEvent


def last(work: Work) -> Decision | None:
    """The actor's newest decision, if it can still be taken back."""
    event = work.session.scalars(
        select(AuditEvent)
        .where(
            AuditEvent.actor_id == work.person.id,
            AuditEvent.at > work.now() - timedelta(minutes=MINUTES),
            AuditEvent.action.in_(DECISIONS),
        )
        .order_by(AuditEvent.id.desc())
        .limit(1)
    ).first()
    if event is None:
        return None
    kind, accepted = DECISIONS[event.action]
    subject = work.session.get(MODELS[kind], event.object_id)
    if subject is None or not _stands(work, kind, subject, event):
        return None
    return Decision(kind, subject, accepted, event)


def undo(work: Work, event_id: int) -> Decision:
    """Take back the decision of that audit event: it waits in the queue again, where it was. Raises CannotUndo."""
    take_serial_lock(work.session)
    decision = last(work)
    if decision is None or decision.event.id != event_id:
        raise CannotUndo
    work.session.refresh(decision.subject)
    if isinstance(decision.subject, Problem):
        problems.recheck(work, decision.subject)
    elif isinstance(decision.subject, Capability):
        capabilities.recheck(work, decision.subject)
    else:
        organisations.recheck(work, decision.subject)
    return decision


def _stands(work: Work, kind: CheckKind, subject: Subject, event: AuditEvent) -> bool:
    """Whether it is the last thing that happened to it, and led there from the queue."""
    newest = work.session.scalars(
        select(AuditEvent.id)
        .where(AuditEvent.object_kind == event.object_kind, AuditEvent.object_id == subject.id)
        .order_by(AuditEvent.id.desc())
        .limit(1)
    ).first()
    came_from_queue = event.details.get("from") == WAITING[kind].value
    if newest != event.id or not came_from_queue or _was_used(work, subject, event):
        return False
    return not _was_imported(work, kind, subject)


def _was_imported(work: Work, kind: CheckKind, subject: Subject) -> bool:
    """Whether a table of the actor's brought it, published at once: nobody looked at it in the queue."""
    brought = exists().where(
        SpreadsheetImport.user_id == work.person.id,
        SpreadsheetImport.publishes,
        SpreadsheetImport.kind == ImportKind(kind.value),
        ImportRow.import_id == SpreadsheetImport.id,
        ImportRow.object_id == subject.id,
        ImportRow.outcome == RowOutcome.ADDED,
    )
    return bool(work.session.scalar(select(brought)))


def _was_used(work: Work, subject: Subject, event: AuditEvent) -> bool:
    """Whether somebody acted on a pairing of it or wrote a call for it since: then it is no slip any more."""
    if isinstance(subject, Organisation):
        return False
    side = Pairing.problem_id if isinstance(subject, Problem) else Pairing.capability_id
    acted = exists().where(
        PairingEvent.pairing_id == Pairing.id, side == subject.id, PairingEvent.created_at > event.at
    )
    called = exists().where(Call.problem_id == subject.id, Call.created_at > event.at)
    asked = acted if isinstance(subject, Capability) else acted | called
    return bool(work.session.scalar(select(asked)))
