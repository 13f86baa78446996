"""What lies around the board: the reader's own filters, what can still be undone, who can be given pairings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.pairings.assignment import brokers
from matchmaker.pairings.saved import saved_filters
from matchmaker.pairings.undoing import Undoable, undoable
from matchmaker.policy import Action, allow
from matchmaker.work import Work
from models import Organisation, SavedFilter, User


@dataclass(frozen=True)
class Desk:
    saved: Sequence[SavedFilter]
    undoable: Undoable | None
    brokers: Sequence[User]
    may_decide: bool
    may_assign: bool
    institution: str
    """The name of whose capabilities alone are looked at."""


def desk(work: Work, institution: int | None = None) -> Desk:
    named = work.session.get(Organisation, institution) if institution else None
    return Desk(
        saved=saved_filters(work),
        undoable=undoable(work),
        brokers=brokers(work),
        may_decide=allow(work.actor, Action.PAIRING_DECIDE),
        may_assign=allow(work.actor, Action.PAIRING_ASSIGN),
        institution=named.name if named else "",
    )
