"""What staff decide about a pairing. Each step keeps what the ranking said at that moment: it learns from them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError

from matchmaker.audit import service as audit
from matchmaker.cooperation import service as cooperation
from matchmaker.cooperation.service import RecordTerms
from matchmaker.database import take_serial_lock
from matchmaker.notices import service as notices
from matchmaker.pairings.errors import (
    AlreadyConfirmed,
    NoteMissing,
    NotPublic,
    PairingNotFound,
    StaleDecision,
    UnknownReason,
)
from matchmaker.pairings.reading import rank_of, standing
from matchmaker.policy import PUBLIC_CAPABILITIES, PUBLIC_PROBLEMS, Action, allow, require
from matchmaker.work import Work
from models import (
    CooperationRecord,
    Pairing,
    PairingEvent,
    PairingStatus,
    ProblemStatus,
    Term,
    User,
    VocabularyKind,
    advance,
)

NOTE_LENGTH = 1000
OTHER_REASON = "other"
AUDITED = {
    "shortlist": "pairing.shortlisted",
    "introduce": "pairing.introduced",
    "negotiate": "pairing.negotiating",
    "confirm": "pairing.confirmed",
    "dismiss": "pairing.dismissed",
    "reopen": "pairing.reopened",
}


def shortlist(work: Work, pairing: Pairing, version: int, note: str = "") -> PairingEvent:
    """Worth a closer look. As every decision, raises StaleDecision where somebody took a step since `version`
    was read, IllegalStep where the table of states has no such step, and PairingNotFound if it is gone."""
    _begin(work, pairing, version)
    return _step(work, pairing, "shortlist", note)


def introduce(work: Work, pairing: Pairing, version: int, note: str = "") -> PairingEvent:
    """The two are brought together, and told. Raises NotPublic while one cannot read the other."""
    _begin(work, pairing, version)
    if pairing.problem.status not in PUBLIC_PROBLEMS:
        raise NotPublic(pairing.problem)
    if pairing.capability.status not in PUBLIC_CAPABILITIES:
        raise NotPublic(pairing.capability)
    event = _step(work, pairing, "introduce", note)
    tell_sides(work, pairing, "pairing.introduced")
    return event


def negotiate(work: Work, pairing: Pairing, version: int, note: str = "") -> PairingEvent:
    """They talk about terms."""
    _begin(work, pairing, version)
    return _step(work, pairing, "negotiate", note)


def dismiss(work: Work, pairing: Pairing, version: int, reason: str, note: str = "") -> PairingEvent:
    """It does not fit, for a reason of the vocabulary. Raises UnknownReason, and NoteMissing for "other" alone.

    Sides that were in touch already are told that it ended, not why.
    """
    _begin(work, pairing, version)
    known = select(Term.id).where(Term.kind == VocabularyKind.DISMISSAL, Term.code == reason, Term.active)
    if work.session.scalar(known) is None:
        raise UnknownReason(reason)
    if reason == OTHER_REASON and not note.strip():
        raise NoteMissing
    in_touch = standing(pairing) or pairing.status in (
        PairingStatus.INTRODUCED,
        PairingStatus.NEGOTIATING,
    )
    event = _step(work, pairing, "dismiss", note, reason)
    if in_touch:
        tell_sides(work, pairing, "pairing.dismissed")
    return event


def reopen(work: Work, pairing: Pairing, version: int, note: str = "") -> PairingEvent:
    """Undo a dismissal or a shortlisting: it is a suggestion again, with the score that it had."""
    _begin(work, pairing, version)
    return _step(work, pairing, "reopen", note)


def confirm(
    work: Work, pairing: Pairing, terms: RecordTerms, version: int | None = None, note: str = ""
) -> CooperationRecord:
    """The two cooperate: opens the one cooperation record of the pairing, and tells both sides.

    A published problem is in cooperation from now on. Raises AlreadyConfirmed for the second of two who
    confirm, NotPublic for a problem or capability that was never published, and BadTerms.
    """
    _begin(work, pairing)
    if pairing.record is not None:
        raise AlreadyConfirmed(pairing.record, _last_event(work, pairing, "confirm"))
    _refuse_stale(work, pairing, version)
    for posting in (pairing.problem, pairing.capability):
        if posting.published_at is None:
            raise NotPublic(posting)
    record = cooperation.open_record(work, pairing, terms)
    _step(work, pairing, "confirm", note)
    if pairing.problem.status is ProblemStatus.PUBLISHED:
        before, after = advance(pairing.problem, "begin_cooperation")
        moved = {"from": before, "to": after}
        audit.record(work, "problem.cooperation_begun", pairing.problem, pairing=pairing.id, **moved)
    tell_sides(work, pairing, "pairing.confirmed", f"/cooperation/{record.id}", number=record.number)
    return record


def path_of(pairing: Pairing) -> str:
    """Where its page is; services run outside requests too, so they can't ask Flask."""
    return f"/pairings/{pairing.id}"


def tell_sides(work: Work, pairing: Pairing, kind: str, path: str | None = None, **details: Any) -> None:
    """Tell the members of both sides who may know of the pairing."""
    people = side_members(work, pairing)
    title = pairing.problem.title
    notices.tell(work, people, kind, path or path_of(pairing), title=title, **details)


def side_members(work: Work, pairing: Pairing) -> list[User]:
    """Members of both organisations who may read the pairing now."""
    found = [
        member
        for posting in (pairing.problem, pairing.capability)
        for member in notices.members(work, posting.organisation)
    ]
    return [member for member in found if allow(member, Action.PAIRING_READ, pairing)]


def renew(work: Work, pairing: Pairing) -> None:
    """From now on nobody else changes the pairing, and we see what the last one did. Raises PairingNotFound."""
    take_serial_lock(work.session)
    try:
        work.session.refresh(pairing)
    except InvalidRequestError as gone:
        raise PairingNotFound(pairing.id) from gone
    for each in (pairing.problem, pairing.capability):
        work.session.refresh(each)
    work.session.expire(pairing, ["interests", "record", "events"])


def log_event(
    work: Work, pairing: Pairing, action: str, note: str, reason: str | None = None
) -> PairingEvent:
    """Add to the pairing's history what happened, with the score, its parts and rank at this moment."""
    rank = rank_of(work, pairing)
    pairing.acted_on = True
    event = PairingEvent(
        pairing=pairing,
        actor=work.actor,
        created_at=work.now(),
        action=action,
        reason=reason,
        note=note.strip(),
        score=pairing.score,
        parts=pairing.parts,
        engine_version=pairing.engine_version,
        rank=rank,
    )
    work.session.add(event)
    return event


def _begin(work: Work, pairing: Pairing, version: int | None = None) -> None:
    require(work.actor, Action.PAIRING_DECIDE, pairing)
    renew(work, pairing)
    _refuse_stale(work, pairing, version)


def _refuse_stale(work: Work, pairing: Pairing, version: int | None) -> None:
    if version is not None and version != pairing.version:
        raise StaleDecision(pairing, _last_event(work, pairing))


def _last_event(work: Work, pairing: Pairing, action: str | None = None) -> PairingEvent | None:
    wanted = select(PairingEvent).where(PairingEvent.pairing_id == pairing.id)
    if action is not None:
        wanted = wanted.where(PairingEvent.action == action)
    return work.session.scalar(wanted.order_by(PairingEvent.id.desc()).limit(1))


def _step(work: Work, pairing: Pairing, action: str, note: str, reason: str | None = None) -> PairingEvent:
    event = log_event(work, pairing, action, note, reason)
    event.from_status, event.to_status = advance(pairing, action)
    pairing.dismissal = reason
    pairing.dismissal_note = event.note if reason else ""
    pairing.changed_at = work.now()
    details: dict[str, Any] = {"from": event.from_status, "to": event.to_status}
    if reason:
        details["reason"] = reason
    audit.record(
        work,
        AUDITED[action],
        pairing,
        problem=pairing.problem_id,
        capability=pairing.capability_id,
        **details,
    )
    return event
