"""What can stand in the way of a step with a pairing; worded in wording.py."""

from __future__ import annotations

from collections.abc import Sequence

from matchmaker.postings.documents import Posting
from models import BulkChange, CooperationRecord, NextStep, Pairing, PairingEvent, Problem, Side, ThreadEntry


class PairingNotFound(LookupError):
    """There is no such pairing (any more), or the actor may not know of it."""


class StaleDecision(Exception):
    """Somebody took a step since the actor looked; carries the last one."""

    def __init__(self, pairing: Pairing, event: PairingEvent | None) -> None:
        super().__init__(f"pairing {pairing.id} is at version {pairing.version}")
        self.pairing = pairing
        self.event = event


class AlreadyConfirmed(Exception):
    """The pairing is a cooperation record already; carries the record and who confirmed."""

    def __init__(self, record: CooperationRecord, event: PairingEvent | None) -> None:
        super().__init__(f"pairing {record.pairing_id} is record {record.number}")
        self.record = record
        self.event = event


class NotPublic(Exception):
    """One side cannot be read by the other, so they cannot be brought together yet; carries that side."""

    def __init__(self, posting: Posting) -> None:
        super().__init__(f"{posting.KIND} {posting.id} is {posting.status.value}")
        self.posting = posting


class SideRefused(Exception):
    """Sides declined a talk or took their consent back, and nobody says that they were spoken with since; carries them."""

    def __init__(self, pairing: Pairing, sides: Sequence[Side]) -> None:
        super().__init__(f"pairing {pairing.id}: {', '.join(each.value for each in sides)} refused")
        self.pairing = pairing
        self.sides = sides


class AlreadySolved(Exception):
    """The problem is solved by another cooperation, and nobody says that this one is wanted beside it; carries it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"problem {problem.id} is {problem.status.value}")
        self.problem = problem


class NoteMissing(ValueError):
    """A dismissal for another reason says which."""


class UnknownReason(ValueError):
    """Not one of the vocabulary's reasons for a dismissal in use."""


class NotOpen(Exception):
    """The pairing is dismissed or confirmed: there is nothing left to be interested in."""

    def __init__(self, pairing: Pairing) -> None:
        super().__init__(f"pairing {pairing.id} is {pairing.status.value}")
        self.pairing = pairing


class AlreadyInterested(Exception):
    """The side's interest stands already."""


class NotInterested(Exception):
    """There is no standing interest of the side to withdraw."""


class StaleConsent(Exception):
    """The side's answer changed since the actor looked; carries the last event of consent."""

    def __init__(self, pairing: Pairing, event: PairingEvent | None) -> None:
        super().__init__(f"the answers on pairing {pairing.id} have changed")
        self.pairing = pairing
        self.event = event


class NothingToAsk(Exception):
    """Both sides have been asked before."""


class AlreadyAccepted(Exception):
    """The side accepted this version of the undertaking before."""


class UnknownBroker(ValueError):
    """Not an active member of the bureau's staff."""


class NotInTouch(Exception):
    """No introduction was proposed or made, or it has ended: a side's words go to the bureau alone."""

    def __init__(self, pairing: Pairing) -> None:
        super().__init__(f"pairing {pairing.id} is {pairing.status.value}")
        self.pairing = pairing


class NothingSaid(ValueError):
    """Neither a word nor a file."""


class TalkInFuture(ValueError):
    """A talk is noted when it has been."""


class DueInPast(ValueError):
    """A next step cannot fall due on a day that has passed."""


class StepNotFound(LookupError):
    """There is no such next step, or the actor may not know of it."""


class StaleStep(Exception):
    """Somebody changed the next step since the actor looked; carries it, and what happened last."""

    def __init__(self, step: NextStep, entry: ThreadEntry | None) -> None:
        super().__init__(f"next step {step.id} is at version {step.version}")
        self.step = step
        self.entry = entry


class FilterNotFound(LookupError):
    """There is no such saved filter, or it is somebody else's."""


class TooManyFilters(Exception):
    """A person keeps so many filters at most; carries the number."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} at most")
        self.most = most


class CountChanged(Exception):
    """What a filter finds is not as many as was seen; carries both numbers."""

    def __init__(self, seen: int, found: int) -> None:
        super().__init__(f"{found} found, {seen} seen")
        self.seen = seen
        self.found = found


class TooManyChosen(Exception):
    """More than can be changed in one go; carries how many can."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} at most")
        self.most = most


class ChangeNotFound(LookupError):
    """There is no such change of several pairings, or somebody else made it."""


class TooLateToUndo(Exception):
    """The minutes in which a change can be undone have passed, or it was undone; carries it."""

    def __init__(self, change: BulkChange) -> None:
        super().__init__(f"change {change.id}")
        self.change = change
