"""A side's own answers: that it wants to talk, that it does not, and that it does not any more."""

from __future__ import annotations

from matchmaker.pairings.answers import Answer, answer, refuse_stale
from matchmaker.pairings.decisions import renew
from matchmaker.pairings.reading import side_of
from matchmaker.policy import Action, require
from matchmaker.work import Work
from models import DeclineReason, Pairing, Side

MESSAGE_LENGTH = 500


def express(work: Work, pairing: Pairing, message: str, version: int | None = None) -> bool:
    """The actor's organisation wants to talk. Returns whether both sides do now, which opens the contacts.

    Raises NotOpen for a pairing that is dismissed or confirmed, AlreadyInterested, and StaleConsent where the
    organisation's answer is not at `version` any more.
    """
    side = _begin(work, pairing)
    refuse_stale(work, pairing, side, version)
    return answer(work, pairing, side, Answer("agree", message=message))


def decline(
    work: Work, pairing: Pairing, reason: DeclineReason, note: str = "", version: int | None = None
) -> None:
    """Not now: the other side is told the reason in kind words, staff read the note too.

    Raises IllegalStep where the side has answered already, and StaleConsent.
    """
    side = _begin(work, pairing)
    refuse_stale(work, pairing, side, version)
    answer(work, pairing, side, Answer("decline", reason=reason, note=note))


def withdraw(work: Work, pairing: Pairing, note: str = "") -> None:
    """Take the own side's consent back, whatever else happened: what it opened closes. Raises NotInterested."""
    side = _begin(work, pairing)
    answer(work, pairing, side, Answer("withdraw", note=note))


def _begin(work: Work, pairing: Pairing) -> Side:
    require(work.actor, Action.INTEREST_EXPRESS, pairing)
    renew(work, pairing)
    side = side_of(work.person, pairing)
    assert side is not None  # the policy lets parties only
    return side
