"""How pairings stood before a step, kept so that it can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matchmaker.work import Work
from models import BulkChange, BulkItem, BulkKind, Pairing, PairingStatus


@dataclass(frozen=True)
class Before:
    """How a pairing stands; taken before the step."""

    status: PairingStatus
    broker_id: int | None
    acted_on: bool

    @classmethod
    def of(cls, pairing: Pairing) -> Before:
        return cls(pairing.status, pairing.broker_id, pairing.acted_on)


def keep(work: Work, kind: BulkKind, going: Sequence[Pairing], before: Mapping[int, Before]) -> BulkChange:
    """What was done with these pairings, after it was done."""
    work.session.flush()  # versions are counted when rows are written
    change = BulkChange(actor=work.person, kind=kind, created_at=work.now())
    for each in going:
        stood = before[each.id]
        change.items.append(
            BulkItem(
                pairing=each,
                version=each.version,
                status_before=stood.status,
                broker_before_id=stood.broker_id,
                acted_on_before=stood.acted_on,
            )
        )
    work.session.add(change)
    work.session.flush()
    return change
