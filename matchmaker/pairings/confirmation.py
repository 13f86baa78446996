"""A pairing becomes a cooperation: one record, whoever confirms and however often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from matchmaker.audit import service as audit
from matchmaker.cooperation import service as cooperation
from matchmaker.cooperation.service import RecordTerms
from matchmaker.notices import service as notices
from matchmaker.pairings.decisions import begin, last_event, refuse_stale, step
from matchmaker.pairings.errors import AlreadyConfirmed, NotPublic
from matchmaker.pairings.reading import find
from matchmaker.policy import Action, require
from matchmaker.work import Work
from models import (
    CapabilityStatus,
    CooperationRecord,
    IllegalStep,
    Organisation,
    Pairing,
    ProblemStatus,
    Verification,
    advance,
)

UNCHECKED = (
    ProblemStatus.DRAFT,
    ProblemStatus.SUBMITTED,
    ProblemStatus.RETURNED,
    CapabilityStatus.DRAFT,
    CapabilityStatus.SUBMITTED,
    CapabilityStatus.RETURNED,
)
"""What is archived, withdrawn or expired meanwhile may still be confirmed: the talks took their time."""


@dataclass(frozen=True)
class Confirmation:
    """What the confirmation form needs: the pairing, and the organisations that could be a third party."""

    pairing: Pairing
    others: Sequence[Organisation]


def confirmation(work: Work, pairing_id: int) -> Confirmation:
    """Raises PairingNotFound, AlreadyConfirmed and IllegalStep where there is nothing to confirm."""
    require(work.actor, Action.PAIRING_DECIDE)
    pairing = find(work, pairing_id)
    if pairing.record is not None:
        raise AlreadyConfirmed(pairing.record, last_event(work, pairing, "confirm"))
    if "confirm" not in pairing.MACHINE.actions(pairing.status):
        raise IllegalStep(pairing, pairing.status, "confirm")
    sides = (pairing.problem.organisation_id, pairing.capability.organisation_id)
    others = select(Organisation).where(
        Organisation.status == Verification.VERIFIED, Organisation.id.not_in(sides)
    )
    return Confirmation(pairing, work.session.scalars(others.order_by(Organisation.name)).all())


def confirm(
    work: Work, pairing: Pairing, terms: RecordTerms, version: int | None = None, note: str = ""
) -> CooperationRecord:
    """The two cooperate: opens the one cooperation record of the pairing, and tells both sides.

    A published problem is in cooperation from now on. Raises AlreadyConfirmed for the second of two who
    confirm, IllegalStep for what is dismissed, NotPublic for a problem or capability that staff have not checked,
    and BadTerms.
    """
    begin(work, pairing)
    if pairing.record is not None:
        raise AlreadyConfirmed(pairing.record, last_event(work, pairing, "confirm"))
    refuse_stale(work, pairing, version)
    if "confirm" not in pairing.MACHINE.actions(pairing.status):
        raise IllegalStep(pairing, pairing.status, "confirm")  # before there is a record
    for posting in (pairing.problem, pairing.capability):
        if posting.status in UNCHECKED:
            raise NotPublic(posting)
    record = cooperation.open_record(work, pairing, terms)
    step(work, pairing, "confirm", note)
    if pairing.problem.status is ProblemStatus.PUBLISHED:
        before, after = advance(pairing.problem, "begin_cooperation")
        moved = {"from": before, "to": after}
        audit.record(work, "problem.cooperation_begun", pairing.problem, pairing=pairing.id, **moved)
    people = [person for party in record.parties for person in notices.members(work, party.organisation)]
    path, title = f"/cooperation/{record.id}", pairing.problem.title
    notices.tell(work, people, "pairing.confirmed", path, title=title, number=record.number)
    return record
