"""Cooperation records: opened from a pairing or by hand, amended, noted, and found again."""

from __future__ import annotations

from sqlalchemy import func, select

from matchmaker.audit import service as audit
from matchmaker.cooperation.terms import (
    TERM_FIELDS,
    BadTerms,
    Fault,
    MilestoneTerms,
    Parties,
    RecordTerms,
    faults,
)
from matchmaker.database import take_serial_lock
from matchmaker.policy import Action, require
from matchmaker.work import Work
from models import (
    CooperationRecord,
    Milestone,
    Organisation,
    Pairing,
    PartyRole,
    RecordEvent,
    RecordParty,
    RecordStatus,
)

__all__ = ["AlreadyRecorded", "BadTerms", "Fault", "MilestoneTerms", "RecordTerms", "faults", "open_record"]


class AlreadyRecorded(Exception):
    """The pairing has its cooperation record already; carries it."""

    def __init__(self, record: CooperationRecord) -> None:
        super().__init__(f"pairing {record.pairing_id} is record {record.number}")
        self.record = record


def open_record(work: Work, pairing: Pairing, terms: RecordTerms) -> CooperationRecord:
    """The record of a pairing that is being confirmed. Pairing and problem are moved by the caller, who also tells.

    Raises AlreadyRecorded, also for the second of two who confirm at once, and BadTerms.
    """
    require(work.actor, Action.RECORD_EDIT)
    take_serial_lock(work.session)
    existing = work.session.scalar(
        select(CooperationRecord).where(CooperationRecord.pairing_id == pairing.id)
    )
    if existing is not None:
        raise AlreadyRecorded(existing)
    parties = terms.parties or (
        (PartyRole.A, pairing.problem.organisation_id),
        (PartyRole.B, pairing.capability.organisation_id),
    )
    record = _made(work, terms, parties)
    record.pairing = pairing
    record.field = terms.field or pairing.problem.field
    return _opened(work, record)


def _made(work: Work, terms: RecordTerms, parties: Parties) -> CooperationRecord:
    wrong = faults(terms, work.today())
    known = work.session.scalar(
        select(func.count(Organisation.id)).where(Organisation.id.in_([each for _, each in parties]))
    )
    if known != len({each for _, each in parties}):
        wrong.append(("parties", Fault.UNKNOWN_ORGANISATION))
    if wrong:
        raise BadTerms(wrong)
    record = CooperationRecord(
        number=_next_number(work), broker_id=work.person.id, status=RecordStatus.INTENDED
    )
    for name in TERM_FIELDS:
        setattr(record, name, getattr(terms, name))
    record.parties = [RecordParty(role=role, organisation_id=each) for role, each in parties]
    record.milestones = [
        Milestone(name=each.name, due_on=each.due_on, payment=each.payment) for each in terms.milestones
    ]
    return record


def _opened(work: Work, record: CooperationRecord) -> CooperationRecord:
    record.events = [
        RecordEvent(
            actor_id=work.person.id,
            action="open",
            to_status=RecordStatus.INTENDED.value,
            created_at=work.now(),
        )
    ]
    work.session.add(record)
    work.session.flush()
    audit.record(work, "record.opened", record, number=record.number, pairing=record.pairing_id)
    return record


def _next_number(work: Work) -> str:
    """2026-0001 and on, in the bureau's year; under the serial lock, so that no two records get the same."""
    take_serial_lock(work.session)
    year = work.today().year
    last = work.session.scalar(
        select(CooperationRecord.number)
        .where(CooperationRecord.number.like(f"{year}-%"))
        .order_by(func.length(CooperationRecord.number).desc(), CooperationRecord.number.desc())
        .limit(1)
    )
    return f"{year}-{int(last.rpartition('-')[2]) + 1 if last else 1:04d}"
