"""A side's "we want to talk". When both sides said so, contacts open: the policy reads that from the interests."""

from __future__ import annotations

from typing import Any

from matchmaker.audit import service as audit
from matchmaker.notices import service as notices
from matchmaker.pairings.decisions import log_event, path_of, renew, side_members
from matchmaker.pairings.errors import AlreadyInterested, NotInterested, NotOpen
from matchmaker.pairings.reading import side_of, standing
from matchmaker.policy import Action, require
from matchmaker.postings.documents import Posting
from matchmaker.work import Work
from models import Interest, Pairing, Side, User

MESSAGE_LENGTH = 500


def express(work: Work, pairing: Pairing, message: str) -> bool:
    """The actor's organisation wants to talk. Returns whether both sides do now, which opens the contacts.

    Raises NotOpen for a pairing that is dismissed or confirmed, and AlreadyInterested.
    """
    require(work.actor, Action.INTEREST_EXPRESS, pairing)
    renew(work, pairing)
    side = _own_side(work, pairing)
    if not pairing.is_open:
        raise NotOpen(pairing)
    if side in standing(pairing):
        raise AlreadyInterested
    log_event(work, pairing, "interest", message)
    _stand(work, pairing, side, message.strip())
    both = len(standing(pairing)) == len(Side)
    audit.record(work, "interest.expressed", pairing, side=side.value, both=both)
    _tell_of_interest(work, pairing, side)
    if both:
        _tell(work, pairing, "interest.both", title=pairing.problem.title)
    return both


def withdraw(work: Work, pairing: Pairing) -> None:
    """Take the own side's interest back; contacts that it opened close. Raises NotInterested."""
    require(work.actor, Action.INTEREST_EXPRESS, pairing)
    renew(work, pairing)
    side = _own_side(work, pairing)
    found = standing(pairing)
    if side not in found:
        raise NotInterested
    log_event(work, pairing, "withdraw_interest", "")
    found[side].withdrawn_at = work.now()
    audit.record(work, "interest.withdrawn", pairing, side=side.value, both=len(found) == len(Side))
    _tell(
        work,
        pairing,
        "interest.withdrawn",
        name=_posting(pairing, side).organisation.name,
        title=_posting(pairing, _other(side)).title,
    )


def _stand(work: Work, pairing: Pairing, side: Side, message: str) -> None:
    """A side has one interest; one that was withdrawn stands again with the new message."""
    interest = next((each for each in pairing.interests if each.side is side), None)
    if interest is None:
        interest = Interest(side=side)
        pairing.interests.append(interest)
    interest.user, interest.message = work.person, message
    interest.created_at, interest.withdrawn_at = work.now(), None
    work.session.flush()


def _own_side(work: Work, pairing: Pairing) -> Side:
    side = side_of(work.person, pairing)
    assert side is not None  # the policy lets parties only
    return side


def _other(side: Side) -> Side:
    return Side.CAPABILITY if side is Side.PROBLEM else Side.PROBLEM


def _posting(pairing: Pairing, side: Side) -> Posting:
    return pairing.problem if side is Side.PROBLEM else pairing.capability


def _tell_of_interest(work: Work, pairing: Pairing, side: Side) -> None:
    """The other side if it may know of the pairing already, and staff."""
    _tell(
        work,
        pairing,
        "interest.expressed",
        name=_posting(pairing, side).organisation.name,
        title=_posting(pairing, _other(side)).title,
    )


def _tell(work: Work, pairing: Pairing, kind: str, **details: Any) -> None:
    """Everyone concerned but the actor's own colleagues, who sit next to them."""
    people: list[User] = [
        member
        for member in side_members(work, pairing)
        if kind == "interest.both" or member.organisation_id != work.person.organisation_id
    ]
    notices.tell(work, [*people, *notices.staff(work)], kind, path_of(pairing), **details)
