"""The page of one pairing: why, what both sides say, what can be done, and its thread."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.engine import Passage
from matchmaker.pairings.consent import Consent, consent_of
from matchmaker.pairings.reading import TOLD_TO_PARTIES, Suggestion, explained, find, ranks, side_of
from matchmaker.pairings.thread import Thread, ThreadFilters, thread_of
from matchmaker.pairings.undoing import Undoable, undoable
from matchmaker.policy import Action, allow, require
from matchmaker.postings.documents import Posting, document_of, readable_sources
from matchmaker.work import Work
from models import CooperationRecord, Pairing, Side


@dataclass(frozen=True)
class PairingPage:
    """One pairing with all that its reader may see and do."""

    suggestion: Suggestion
    passages: dict[Side, tuple[Passage, ...]]
    """The texts of each side that the reader may read."""
    thread: Thread
    side: Side | None
    """The reader's own side; None for staff."""
    steps: tuple[str, ...]
    """Decisions open to the reader."""
    contacts: frozenset[Side]
    """Sides whose contacts the reader may see."""
    consent: Consent
    record: CooperationRecord | None
    undoable: Undoable | None
    """What the reader decided here last, while it can be taken back."""

    @property
    def pairing(self) -> Pairing:
        return self.suggestion.pairing


def page_of(work: Work, pairing_id: int, filters: ThreadFilters | None = None) -> PairingPage:
    """Everything that the reader may see of a pairing, with one page of its thread. Raises PairingNotFound."""
    require(work.actor, Action.PAIRING_READ)
    pairing = find(work, pairing_id)
    decides = allow(work.actor, Action.PAIRING_DECIDE, pairing)
    record = pairing.record
    side = side_of(work.person, pairing)
    return PairingPage(
        suggestion=explained(work, [(pairing, ranks(work, [pairing], side).get(pairing.id))])[0],
        passages={
            Side.PROBLEM: _passages(work, pairing.problem),
            Side.CAPABILITY: _passages(work, pairing.capability),
        },
        thread=thread_of(work, pairing, filters or ThreadFilters(), TOLD_TO_PARTIES),
        side=side,
        steps=pairing.MACHINE.actions(pairing.status) if decides else (),
        contacts=_open_contacts(work, pairing),
        consent=consent_of(work, pairing),
        undoable=undoable(work, pairing) if decides else None,
        record=record if record is not None and allow(work.actor, Action.RECORD_READ, record) else None,
    )


def _passages(work: Work, posting: Posting) -> tuple[Passage, ...]:
    readable = readable_sources(work.actor, posting)
    return tuple(each for each in document_of(posting, True).passages if each.source in readable)


def _open_contacts(work: Work, pairing: Pairing) -> frozenset[Side]:
    sides = (
        (Side.PROBLEM, Action.PROBLEM_READ_CONTACT, pairing.problem),
        (Side.CAPABILITY, Action.CAPABILITY_READ_CONTACT, pairing.capability),
    )
    return frozenset(side for side, action, posting in sides if allow(work.actor, action, posting))
