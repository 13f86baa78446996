"""What staff decide about a pairing. Each step keeps what the ranking said at that moment: it learns from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
from matchmaker.pairings.refusals import refuse_against
from matchmaker.policy import Action, allow, is_public, require
from matchmaker.work import Work
from models import (
    BulkKind,
    IllegalStep,
    Pairing,
    PairingEvent,
    PairingStatus,
    Side,
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
IN_TOUCH = (PairingStatus.INTRODUCED, PairingStatus.NEGOTIATING)
"""The sides know of the pairing by an introduction."""
WITHDRAWALS = ("withdraw_interest", "record_withdrawal")
"""The only answers that sides can still give once it is dismissed."""


def shortlist(work: Work, pairing: Pairing, version: int, note: str = "") -> PairingEvent:
    """Worth a closer look. As every decision, raises StaleDecision where somebody took a step since `version`
    was read, IllegalStep where the table of states has no such step, and PairingNotFound if it is gone."""
    begin(work, pairing, version)
    before = Before.of(pairing)
    event = step(work, pairing, "shortlist", note)
    keep(work, BulkKind.SHORTLIST, [pairing], {pairing.id: before})
    return event


def introduce(
    work: Work, pairing: Pairing, version: int, note: str = "", spoken: Collection[Side] = ()
) -> PairingEvent:
    """The two are brought together, and told. Raises NotPublic while one cannot read the other, and SideRefused where
    one does not want to talk and is not among those whom the actor has `spoken` with again."""
    begin(work, pairing, version)
    require_step(pairing, "introduce")
    for posting in (pairing.problem, pairing.capability):
        if not is_public(posting):
            raise NotPublic(posting)
    against = refuse_against(pairing, spoken)
    event = step(work, pairing, "introduce", note, against=against)
    ask(work, pairing)
    tell_sides(work, pairing, "pairing.introduced")
    return event


def negotiate(work: Work, pairing: Pairing, version: int, note: str = "") -> PairingEvent:
    """They talk about terms."""
    begin(work, pairing, version)
    return step(work, pairing, "negotiate", note)


def dismiss(work: Work, pairing: Pairing, version: int, reason: str, note: str = "") -> PairingEvent:
    """It does not fit, for a reason of the vocabulary. Raises UnknownReason, and NoteMissing for "other" alone.

    Sides that were in touch already, or of which one wanted to talk, are told that it ended, not why.
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
    """Dismiss for a checked reason. Sides that were in touch, or wanted to be, are told that it ended, not why."""
    introduced, wanted = pairing.status in IN_TOUCH, bool(standing(pairing))
    event = step(work, pairing, "dismiss", note, reason, places)
    if introduced or wanted:
        tell_sides(work, pairing, "pairing.dismissed" if introduced else "pairing.unsuitable")
    return event


def told_of_end(work: Work, pairing: Pairing) -> bool:
    """Whether the pairing is dismissed and its sides were told so, as `end` does."""
    last = last_event(work, pairing, "dismiss")
    if pairing.status is not PairingStatus.DISMISSED or last is None:
        return False
    withdrawn_since = select(PairingEvent.id).where(
        PairingEvent.pairing_id == pairing.id,
        PairingEvent.id > last.id,
        PairingEvent.action.in_(WITHDRAWALS),
    )
    wanted = standing(pairing) or work.session.scalar(withdrawn_since.limit(1)) is not None
    return bool(wanted) or last.from_status in IN_TOUCH


def reopen(work: Work, pairing: Pairing, version: int, note: str = "") -> PairingEvent:
    """Undo a dismissal or a shortlisting: it is a suggestion again, with the score that it had.

    Sides that were told that it ended are told that it goes on.
    """
    begin(work, pairing, version)
    was_told = told_of_end(work, pairing)
    event = step(work, pairing, "reopen", note)
    if was_told:
        tell_sides(work, pairing, "pairing.resumed")
    return event


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


def require_step(pairing: Pairing, action: str) -> None:
    """Raises IllegalStep where the table of states has no such step from here."""
    if action not in pairing.MACHINE.actions(pairing.status):
        raise IllegalStep(pairing, pairing.status, action)


def step(
    work: Work,
    pairing: Pairing,
    action: str,
    note: str,
    reason: str | None = None,
    places: Mapping[int, int] | None = None,
    against: Collection[Side] = (),
) -> PairingEvent:
    """Take the pairing along its states, with an event and an entry of the audit, which keeps `against` whose refusal.

    Raises IllegalStep.
    """
    require_step(pairing, action)  # before anything stands in the history
    event = log_event(work, pairing, action, note, reason, places)
    event.from_status, event.to_status = advance(pairing, action)
    pairing.dismissal = reason
    pairing.dismissal_note = event.note if reason else ""
    pairing.changed_at = work.now()
    details: dict[str, Any] = {"from": event.from_status, "to": event.to_status}
    if reason:
        details["reason"] = reason
    if against:
        details["against"] = [each.value for each in against]
    audit.record(
        work,
        AUDITED[action],
        pairing,
        problem=pairing.problem_id,
        capability=pairing.capability_id,
        **details,
    )
    return event
