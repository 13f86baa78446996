"""What a side answers to a talk, whoever enters it: the state moves, the history and the audit keep it, others are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from matchmaker.audit import service as audit
from matchmaker.notices import service as notices
from matchmaker.pairings.asking import ask
from matchmaker.pairings.decisions import log_event, path_of, side_members
from matchmaker.pairings.errors import AlreadyInterested, NotInterested, NotOpen, StaleConsent
from matchmaker.pairings.reading import standing
from matchmaker.postings.documents import Posting
from matchmaker.work import Work
from models import (
    ConsentWay,
    DeclineReason,
    Interest,
    Pairing,
    PairingEvent,
    Side,
    User,
    advance,
)

EVENTS: Mapping[str, tuple[str, str]] = {
    # By step: in the history where the side answers itself, and where staff record it.
    "agree": ("interest", "record_interest"),
    "decline": ("decline_interest", "record_decline"),
    "withdraw": ("withdraw_interest", "record_withdrawal"),
}
TOLD: Mapping[str, str] = {
    "agree": "interest.expressed",
    "decline": "interest.declined",
    "withdraw": "interest.withdrawn",
}
CONSENT_EVENTS = frozenset({"propose", "undertake", *(name for pair in EVENTS.values() for name in pair)})


@dataclass(frozen=True)
class Said:
    """How the bureau was told: the way, the day, and who of the side said it."""

    way: ConsentWay
    day: date
    person: str


@dataclass(frozen=True)
class Answer:
    """`step` is one of EVENTS. The other side reads `message` and `reason`, only staff read `note`."""

    step: str
    message: str = ""
    reason: DeclineReason | None = None
    note: str = ""
    said: Said | None = None


def answer(work: Work, pairing: Pairing, side: Side, given: Answer) -> bool:
    """Enter what a side answers, once the pairing is renewed. Returns whether both agree now.

    Raises NotOpen for agreeing where talks are over, AlreadyInterested, NotInterested, and IllegalStep for
    declining what was answered already.
    """
    if given.step == "agree" and not pairing.is_open:
        raise NotOpen(pairing)
    before = standing(pairing)
    if given.step == "agree" and side in before:
        raise AlreadyInterested
    if given.step == "withdraw" and side not in before:
        raise NotInterested
    interest = answer_of(pairing, side)
    if interest is None:
        ask(work, pairing, (side,))
    _enter(work, answer_of(pairing, side), given)
    _log(work, pairing, side, given)
    if given.step == "agree":
        ask(work, pairing)
    both = len(standing(pairing)) == len(Side)
    audit.record(work, TOLD[given.step], pairing, side=side.value, both=both, **_audited(given))
    tell_of(work, pairing, side, TOLD[given.step], **_told(given))
    if both:
        _tell_both(work, pairing)
    return both


def answer_of(pairing: Pairing, side: Side) -> Interest | None:
    return next((each for each in pairing.interests if each.side is side), None)


def refuse_stale(work: Work, pairing: Pairing, side: Side, version: int | None) -> None:
    """Raises StaleConsent where the side's answer changed since `version` of it was read (0: there was none)."""
    found = answer_of(pairing, side)
    if version is not None and version != (found.version if found else 0):
        last = (
            select(PairingEvent)
            .where(PairingEvent.pairing_id == pairing.id, PairingEvent.action.in_(CONSENT_EVENTS))
            .order_by(PairingEvent.id.desc())
            .limit(1)
        )
        raise StaleConsent(pairing, work.session.scalar(last))


def posting_of(pairing: Pairing, side: Side) -> Posting:
    return pairing.problem if side is Side.PROBLEM else pairing.capability


def other(side: Side) -> Side:
    return Side.CAPABILITY if side is Side.PROBLEM else Side.PROBLEM


def tell_of(work: Work, pairing: Pairing, side: Side, kind: str, **details: Any) -> None:
    """Tell the other side, staff, and the side itself where it was staff who entered it."""
    people: list[User] = [
        member
        for member in side_members(work, pairing)
        if member.organisation_id != work.person.organisation_id
    ]
    name, title = posting_of(pairing, side).organisation.name, posting_of(pairing, other(side)).title
    notices.tell(
        work, [*people, *notices.staff(work)], kind, path_of(pairing), name=name, title=title, **details
    )


def _tell_both(work: Work, pairing: Pairing) -> None:
    people = [*side_members(work, pairing), *notices.staff(work)]
    notices.tell(work, people, "interest.both", path_of(pairing), title=pairing.problem.title)


def _enter(work: Work, interest: Interest | None, given: Answer) -> None:
    assert interest is not None  # asked before
    advance(interest, given.step)
    interest.user, interest.message = work.person, given.message.strip()
    interest.created_at, interest.reason = work.now(), given.reason
    interest.way = given.said.way if given.said else None
    interest.said_on = given.said.day if given.said else None
    interest.said_by = given.said.person.strip() if given.said else ""
    work.session.flush()


def _log(work: Work, pairing: Pairing, side: Side, given: Answer) -> None:
    own, recorded = EVENTS[given.step]
    reason = given.reason.value if given.reason else None
    event = log_event(
        work, pairing, recorded if given.said else own, given.note or given.message, reason=reason
    )
    event.side = side
    if given.said:
        event.way, event.said_on, event.said_by = (
            given.said.way.value,
            given.said.day,
            given.said.person.strip(),
        )


def _audited(given: Answer) -> dict[str, str]:
    details = {"reason": given.reason.value} if given.reason else {}
    if given.said:
        details |= {"way": given.said.way.value, "said_on": given.said.day.isoformat()}
    return details


def _told(given: Answer) -> dict[str, str]:
    return {"why": given.reason.value} if given.reason else {}
