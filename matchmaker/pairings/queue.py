"""The staff's queue: ranked pairings over all problems or of one, narrowed, counted by state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from matchmaker.listing import Listing, paginate
from matchmaker.pairings.desk import Desk, desk
from matchmaker.pairings.filters import QueueFilters, State
from matchmaker.pairings.narrowing import count_by_state, in_state, narrowed, order
from matchmaker.pairings.reading import Suggestion, explained, find, ranks, with_sides
from matchmaker.policy import Action, require
from matchmaker.work import Work
from models import Capability, Problem


@dataclass(frozen=True)
class Board:
    filters: QueueFilters
    listing: Listing[Suggestion]
    counts: Mapping[State, int]
    problem: Problem | None
    """Whose suggestions these are, where the board is that of one problem."""
    capability: Capability | None
    desk: Desk


def board(work: Work, filters: QueueFilters) -> Board:
    """A page of the queue with its counts."""
    require(work.actor, Action.PAIRING_QUEUE)
    wanted = narrowed(work, filters)
    listed = wanted.where(in_state(filters.state)).order_by(*order(filters.sort))
    by_state = count_by_state(work, wanted)
    found = paginate(work.session, with_sides(listed), filters.page, filters.size, by_state[filters.state])
    places = ranks(work, found.items)
    rows = explained(work, [(each, places.get(each.id)) for each in found.items])
    return Board(
        replace(filters, page=found.page),
        Listing(rows, found.page, found.size, found.total),
        by_state,
        *of_posting(work, filters),
        desk(work, filters.institution),
    )


def of_posting(work: Work, filters: QueueFilters) -> tuple[Problem | None, Capability | None]:
    """The problem or the capability whose pairings alone are looked at."""
    return (
        work.session.get(Problem, filters.problem) if filters.problem else None,
        work.session.get(Capability, filters.capability) if filters.capability else None,
    )


def counts(work: Work, filters: QueueFilters) -> Mapping[State, int]:
    """How many pairings each state has under these filters."""
    require(work.actor, Action.PAIRING_QUEUE)
    return count_by_state(work, narrowed(work, filters))


def row(work: Work, pairing_id: int) -> Suggestion:
    """One line of the queue. Raises PairingNotFound."""
    require(work.actor, Action.PAIRING_QUEUE)
    pairing = find(work, pairing_id)
    return explained(work, [(pairing, ranks(work, [pairing]).get(pairing.id))])[0]
