"""What lies around the board: the reader's own filters, what can still be undone, who can be given pairings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.pairings.assignment import brokers
from matchmaker.pairings.bulk import Undoable, undoable
from matchmaker.pairings.saved import saved_filters
from matchmaker.policy import Action, allow
from matchmaker.work import Work
from models import SavedFilter, User


@dataclass(frozen=True)
class Desk:
    saved: Sequence[SavedFilter]
    undoable: Undoable | None
    brokers: Sequence[User]
    may_decide: bool
    may_assign: bool


def desk(work: Work) -> Desk:
    return Desk(
        saved=saved_filters(work),
        undoable=undoable(work),
        brokers=brokers(work),
        may_decide=allow(work.actor, Action.PAIRING_DECIDE),
        may_assign=allow(work.actor, Action.PAIRING_ASSIGN),
    )
