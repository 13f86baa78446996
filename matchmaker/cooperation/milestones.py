"""Milestones 里程碑: added, amended, completed, waived and reopened while their record runs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from matchmaker import amendments
from matchmaker.amendments import FieldChange
from matchmaker.cooperation import events
from matchmaker.cooperation.records import (
    ChangedMeanwhile,
    RecordNotFound,
    agreed_payments,
    find,
    happened_since,
)
from matchmaker.cooperation.steps import RUNNING
from matchmaker.cooperation.terms import MILESTONE_FIELDS, BadTerms, Fault, MilestoneTerms
from matchmaker.policy import Action, require
from matchmaker.work import Work
from models import CooperationRecord, Milestone, MilestoneStatus, advance

NOTHING = Decimal(0)


class RecordClosed(Exception):
    """An accepted or terminated record keeps its milestones as they are; carries the record."""

    def __init__(self, record: CooperationRecord) -> None:
        super().__init__(f"record {record.number} is {record.status.value}")
        self.record = record


def find_milestone(work: Work, milestone_id: int, for_change: bool = False) -> Milestone:
    """With its record. Raises RecordNotFound."""
    record_id = work.session.scalar(select(Milestone.record_id).where(Milestone.id == milestone_id))
    if record_id is None:
        raise RecordNotFound(milestone_id)
    record = find(work, record_id, for_change)
    return next(each for each in record.milestones if each.id == milestone_id)


def add(work: Work, record: CooperationRecord, terms: MilestoneTerms) -> Milestone:
    """Raises RecordClosed and BadTerms."""
    _open(work, record)
    _check_payment(record, terms, before=NOTHING)
    made = Milestone(name=terms.name.strip(), due_on=terms.due_on, payment=terms.payment)
    record.milestones.append(made)
    work.session.flush()
    events.note(work, record, "milestone_added", f"{made.name} · {made.due_on}", milestone=made.id)
    return made


def amend(
    work: Work,
    milestone: Milestone,
    terms: MilestoneTerms,
    opened: Mapping[str, str] | None = None,
    seen: int = 0,
) -> list[FieldChange]:
    """Write new terms over the old, which the event keeps; returns what changed.

    `opened` is what the form showed, as amendments write it, and `seen` the record's last event then. Raises
    ChangedMeanwhile, RecordClosed and BadTerms.
    """
    record = milestone.record
    _open(work, record)
    changes = amendments.between(
        (f"milestone_{name}", getattr(milestone, name), getattr(terms, name)) for name in MILESTONE_FIELDS
    )
    present = {name: amendments.written(getattr(milestone, name)) for name in MILESTONE_FIELDS}
    if opened is not None and any(opened.get(name) != value for name, value in present.items()):
        happened = [each for each in happened_since(record, seen) if each.action.startswith("milestone_")]
        raise ChangedMeanwhile(record, happened, changes)
    _check_payment(record, terms, before=milestone.payment or NOTHING)
    if changes:
        named = [FieldChange("milestone", milestone.name, milestone.name), *changes]
        for name in MILESTONE_FIELDS:
            setattr(milestone, name, getattr(terms, name))
        events.note(work, record, "milestone_amended", amendments.in_writing(named), milestone=milestone.id)
    return changes


def complete(
    work: Work, milestone: Milestone, done_on: date, evidence: str = "", received: Decimal = NOTHING
) -> None:
    """Done on that day; what was `received` with it is added to what the record was paid.

    Raises RecordClosed and BadTerms.
    """
    record = milestone.record
    _open(work, record)
    if done_on > work.today():
        raise BadTerms([("done_on", Fault.DONE_IN_FUTURE)])
    if received and record.paid + received > (record.amount or NOTHING):
        raise BadTerms([("received", Fault.PAID_ABOVE_AMOUNT)])
    advance(milestone, "complete")
    milestone.done_on, milestone.evidence = done_on, evidence.strip()
    if received:
        _note_received(work, milestone, received)
    text = " · ".join(each for each in (milestone.name, done_on.isoformat(), evidence.strip()) if each)
    events.note(work, record, "milestone_completed", text, milestone=milestone.id)
    events.tell(work, record, step="milestone_completed")


def waive(work: Work, milestone: Milestone, reason: str) -> None:
    """It is not wanted any more. Raises RecordClosed, and BadTerms without a reason."""
    _open(work, milestone.record)
    if not reason.strip():
        raise BadTerms([("reason", Fault.REASON_MISSING)])
    advance(milestone, "waive")
    milestone.evidence = reason.strip()
    events.note(
        work,
        milestone.record,
        "milestone_waived",
        f"{milestone.name} · {reason.strip()}",
        milestone=milestone.id,
    )


def reopen(work: Work, milestone: Milestone) -> None:
    """Planned again; payments stay as they were noted. Raises RecordClosed, and BadTerms if the payment fits no more."""
    record = milestone.record
    _open(work, record)
    if milestone.status is MilestoneStatus.WAIVED:
        _check_payment(
            record, MilestoneTerms(milestone.name, milestone.due_on, milestone.payment), before=NOTHING
        )
    advance(milestone, "reopen")
    milestone.done_on, milestone.evidence = None, ""
    events.note(work, record, "milestone_reopened", milestone.name, milestone=milestone.id)


def _open(work: Work, record: CooperationRecord) -> None:
    require(work.actor, Action.RECORD_EDIT, record)
    if record.status not in RUNNING:
        raise RecordClosed(record)


def _note_received(work: Work, milestone: Milestone, received: Decimal) -> None:
    """Add it to what was paid; the event tells the sum and what it was added to."""
    record, sum_ = milestone.record, amendments.written(received)
    before, record.paid = record.paid, record.paid + received
    kept = [
        FieldChange("milestone", milestone.name, milestone.name),
        FieldChange("received", "", sum_),
        *amendments.between([("paid", before, record.paid)]),
    ]
    events.note(work, record, "received", amendments.in_writing(kept), milestone=milestone.id, received=sum_)


def _check_payment(record: CooperationRecord, terms: MilestoneTerms, before: Decimal) -> None:
    if not terms.name.strip():
        raise BadTerms([("name", Fault.NAME_MISSING)])
    if terms.payment is None:
        return
    if record.amount is None:
        raise BadTerms([("payment", Fault.AMOUNT_MISSING)])
    if agreed_payments(record) - before + terms.payment > record.amount:
        raise BadTerms([("payment", Fault.PAYMENTS_ABOVE_AMOUNT)])
