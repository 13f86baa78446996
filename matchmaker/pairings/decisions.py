"""What staff decide about a pairing. Each step keeps what the ranking said at that moment: it learns from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError

from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.notices import service as notices
from matchmaker.pairings.asking import ask
from matchmaker.pairings.errors import (
    NoteMissing,
    NotPublic,
    PairingNotFound,
    StaleDecision,
    UnknownReason,
)
from matchmaker.pairings.kept_changes import Before, keep
from matchmaker.pairings.reading import rank_of, standing
from matchmaker.policy import Action, allow, is_public, require
from matchmaker.work import Work
from models import (
    BulkKind,
    IllegalStep,
    Pairing,
    PairingEvent,
    PairingStatus,
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
    begin(work, pairing, version)
    before = Before.of(pairing)
    event = step(work, pairing, "shortlist", note)
    keep(work, BulkKind.SHORTLIST, [pairing], {pairing.id: before})
    return event


def introduce(work: Work, pairing: Pairing, version: int, note: str = "") -> PairingEvent:
    """The two are brought together, and told. Raises NotPublic while one cannot read the other."""
    begin(work, pairing, version)
    for posting in (pairing.problem, pairing.capability):
        if not is_public(posting):
            raise NotPublic(posting)
    event = step(work, pairing, "introduce", note)
    ask(work, pairing)
    tell_sides(work, pairing, "pairing.introduced")
    return event


def negotiate(work: Work, pairing: Pairing, version: int, note: str = "") -> PairingEvent:
    """They talk about terms."""
    begin(work, pairing, version)
    return step(work, pairing, "negotiate", note)


def dismiss(work: Work, pairing: Pairing, version: int, reason: str, note: str = "") -> PairingEvent:
    """It does not fit, for a reason of the vocabulary. Raises UnknownReason, and NoteMissing for "other" alone.

    Sides that were in touch already are told that it ended, not why.
    """
    begin(work, pairing, version)
    check_reason(work, reason, note)
    before = Before.of(pairing)
    event = end(work, pairing, reason, note)
    keep(work, BulkKind.DISMISS, [pairing], {pairing.id: before})
    return event


def check_reason(work: Work, reason: str, note: str) -> None:
    """Raises UnknownReason, and NoteMissing for "other" alone."""
    known = select(Term.id).where(Term.kind == VocabularyKind.DISMISSAL, Term.code == reason, Term.active)
    if work.session.scalar(known) is None:
        raise UnknownReason(reason)
    if reason == OTHER_REASON and not note.strip():
        raise NoteMissing


def end(
    work: Work, pairing: Pairing, reason: str, note: str, places: Mapping[int, int] | None = None
) -> PairingEvent:
    """Dismiss for a checked reason. Sides that were in touch are told that it ended, not why."""
    in_touch = standing(pairing) or pairing.status in (
        PairingStatus.INTRODUCED,
        PairingStatus.NEGOTIATING,
    )
    event = step(work, pairing, "dismiss", note, reason, places)
    if in_touch:
        tell_sides(work, pairing, "pairing.dismissed")
    return event


def reopen(work: Work, pairing: Pairing, version: int, note: str = "") -> PairingEvent:
    """Undo a dismissal or a shortlisting: it is a suggestion again, with the score that it had."""
    begin(work, pairing, version)
    return step(work, pairing, "reopen", note)


def path_of(pairing: Pairing) -> str:
    """Where its page is; services run outside requests too, so they can't ask Flask."""
    return f"/pairings/{pairing.id}"


def tell_sides(work: Work, pairing: Pairing, kind: str) -> None:
    """Tell the members of both sides who may know of the pairing."""
    people, title = side_members(work, pairing), pairing.problem.title
    notices.tell(work, people, kind, path_of(pairing), title=title)


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
    pairing_id = pairing.id
    try:
        work.session.refresh(pairing)
    except InvalidRequestError as gone:
        raise PairingNotFound(pairing_id) from gone
    for each in (pairing.problem, pairing.capability):
        work.session.refresh(each)
    work.session.expire(pairing, ["interests", "record", "events"])


def log_event(
    work: Work,
    pairing: Pairing,
    action: str,
    note: str,
    reason: str | None = None,
    places: Mapping[int, int] | None = None,
) -> PairingEvent:
    """Add to the pairing's history what happened, with the score, its parts and rank at this moment.

    `places`: the ranks by pairing, where they are known for many at once.
    """
    rank = rank_of(work, pairing) if places is None else places.get(pairing.id)
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


def begin(work: Work, pairing: Pairing, version: int | None = None) -> None:
    require(work.actor, Action.PAIRING_DECIDE, pairing)
    renew(work, pairing)
    refuse_stale(work, pairing, version)


def refuse_stale(work: Work, pairing: Pairing, version: int | None) -> None:
    if version is not None and version != pairing.version:
        raise StaleDecision(pairing, last_event(work, pairing))


def last_event(work: Work, pairing: Pairing, action: str | None = None) -> PairingEvent | None:
    wanted = select(PairingEvent).where(PairingEvent.pairing_id == pairing.id)
    if action is not None:
        wanted = wanted.where(PairingEvent.action == action)
    return work.session.scalar(wanted.order_by(PairingEvent.id.desc()).limit(1))


def step(
    work: Work,
    pairing: Pairing,
    action: str,
    note: str,
    reason: str | None = None,
    places: Mapping[int, int] | None = None,
) -> PairingEvent:
    """Take the pairing along its states, with an event and an entry of the audit. Raises IllegalStep."""
    if action not in pairing.MACHINE.actions(pairing.status):
        raise IllegalStep(pairing, pairing.status, action)  # before anything stands in the history
    event = log_event(work, pairing, action, note, reason, places)
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
