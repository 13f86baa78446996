"""A pairing becomes a cooperation: one record, whoever confirms and however often."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from matchmaker.audit import service as audit
from matchmaker.cooperation import service as cooperation
from matchmaker.cooperation.service import RecordTerms
from matchmaker.notices import service as notices
from matchmaker.pairings.decisions import begin, last_event, refuse_stale, require_step, step
from matchmaker.pairings.errors import AlreadyConfirmed, AlreadySolved, NotPublic
from matchmaker.pairings.reading import find
from matchmaker.pairings.refusals import refuse_against
from matchmaker.policy import Action, condition, require
from matchmaker.work import Work
from models import (
    CapabilityStatus,
    CooperationRecord,
    Organisation,
    Pairing,
    ProblemStatus,
    RecordStatus,
    Side,
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
    """What the confirmation form needs: the pairing, the organisations that could be a third party, what stands before."""

    pairing: Pairing
    others: Sequence[Organisation]
    records: Sequence[CooperationRecord]
    """Other cooperations of the same problem that were not terminated, the oldest first."""

    @property
    def is_solved(self) -> bool:
        return self.pairing.problem.status is ProblemStatus.SOLVED


def confirmation(work: Work, pairing_id: int) -> Confirmation:
    """Raises PairingNotFound, AlreadyConfirmed and IllegalStep where there is nothing to confirm."""
    require(work.actor, Action.PAIRING_DECIDE)
    pairing = find(work, pairing_id)
    if pairing.record is not None:
        raise AlreadyConfirmed(pairing.record, last_event(work, pairing, "confirm"))
    require_step(pairing, "confirm")
    sides = (pairing.problem.organisation_id, pairing.capability.organisation_id)
    others = select(Organisation).where(
        Organisation.status == Verification.VERIFIED, Organisation.id.not_in(sides)
    )
    return Confirmation(
        pairing, work.session.scalars(others.order_by(Organisation.name)).all(), _records(work, pairing)
    )


def _records(work: Work, pairing: Pairing) -> Sequence[CooperationRecord]:
    wanted = (
        select(CooperationRecord)
        .join(Pairing, CooperationRecord.pairing_id == Pairing.id)
        .where(
            Pairing.problem_id == pairing.problem_id,
            CooperationRecord.status != RecordStatus.TERMINATED,
            condition(work.actor, Action.RECORD_READ, CooperationRecord),
        )
    )
    return work.session.scalars(wanted.order_by(CooperationRecord.id)).all()


def confirm(
    work: Work,
    pairing: Pairing,
    terms: RecordTerms,
    version: int | None = None,
    note: str = "",
    spoken: Collection[Side] = (),
    solved_known: bool = False,
) -> CooperationRecord:
    """The two cooperate: opens the one cooperation record of the pairing, and tells both sides.

    A published problem is in cooperation from now on. Raises AlreadyConfirmed for the second of two who
    confirm, IllegalStep for what is dismissed, NotPublic for a problem or capability that staff have not checked,
    SideRefused as an introduction does, AlreadySolved for a solved problem unless that is `solved_known`, and BadTerms.
    """
    begin(work, pairing)
    if pairing.record is not None:
        raise AlreadyConfirmed(pairing.record, last_event(work, pairing, "confirm"))
    refuse_stale(work, pairing, version)
    require_step(pairing, "confirm")  # before there is a record
    for posting in (pairing.problem, pairing.capability):
        if posting.status in UNCHECKED:
            raise NotPublic(posting)
    against = refuse_against(pairing, spoken)
    if pairing.problem.status is ProblemStatus.SOLVED and not solved_known:
        raise AlreadySolved(pairing.problem)
    record = cooperation.open_record(work, pairing, terms)
    step(work, pairing, "confirm", note, against=against)
    if pairing.problem.status is ProblemStatus.PUBLISHED:
        before, after = advance(pairing.problem, "begin_cooperation")
        moved = {"from": before, "to": after}
        audit.record(work, "problem.cooperation_begun", pairing.problem, pairing=pairing.id, **moved)
    people = [person for party in record.parties for person in notices.members(work, party.organisation)]
    path, title = f"/cooperation/{record.id}", pairing.problem.title
    notices.tell(work, people, "pairing.confirmed", path, title=title, number=record.number)
    return record
