"""What can stand in the way of a step with a pairing; worded in wording.py."""

from __future__ import annotations

from matchmaker.postings.documents import Posting
from models import CooperationRecord, Pairing, PairingEvent


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
