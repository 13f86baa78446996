"""The board as columns: cards by state, the first of each, and more of one on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, lazyload, load_only, selectinload

from matchmaker.engine import strength
from matchmaker.engine.ranking import Strength
from matchmaker.listing import Rows, stream
from matchmaker.pairings.desk import Desk, desk
from matchmaker.pairings.filters import Look, QueueFilters, State
from matchmaker.pairings.narrowing import count_by_state, in_state, narrowed, order
from matchmaker.pairings.queue import of_posting
from matchmaker.pairings.reading import find, standing
from matchmaker.pairings.refusals import refusals
from matchmaker.policy import Action, allow, require
from matchmaker.work import Work
from models import (
    Capability,
    CooperationRecord,
    Interest,
    Organisation,
    Pairing,
    PairingStatus,
    Problem,
    Side,
    User,
)

CARDS = 30
"""Of each column at first, and more at a time."""


@dataclass(frozen=True)
class Card:
    """A pairing as far as a card shows it; no explanation, which the panel beside has."""

    pairing: Pairing
    days: int
    """Full days in its state."""
    moves: Mapping[PairingStatus, str]
    """To which columns the reader may move it, and by which step."""

    @property
    def strength(self) -> Strength:
        return strength(self.pairing.score)

    @property
    def interests(self) -> dict[Side, Interest]:
        return standing(self.pairing)

    @property
    def refusals(self) -> dict[Side, Interest]:
        return refusals(self.pairing)


@dataclass(frozen=True)
class Column:
    status: PairingStatus
    cards: Sequence[Card]
    total: int
    shown: int
    """With the cards before these."""

    @property
    def is_more(self) -> bool:
        return self.shown < self.total


@dataclass(frozen=True)
class Columns:
    filters: QueueFilters
    columns: Sequence[Column]
    counts: Mapping[State, int]
    problem: Problem | None
    """Whose pairings these are, where the board is that of one problem."""
    capability: Capability | None
    desk: Desk


def columns(work: Work, filters: QueueFilters) -> Columns:
    """The first cards of every column, in two queries and those that load what hangs on them."""
    require(work.actor, Action.PAIRING_QUEUE)
    wanted = narrowed(work, filters)
    counts = count_by_state(work, wanted)
    place = func.row_number().over(partition_by=Pairing.status, order_by=order(filters.sort))
    numbered = wanted.with_only_columns(Pairing.id, place.label("place")).subquery()
    first = (
        select(Pairing)
        .join(numbered, numbered.c.id == Pairing.id)
        .where(numbered.c.place <= CARDS)
        .order_by(numbered.c.place)
    )
    found = [card_of(work, each) for each in work.session.scalars(_for_cards(first))]
    listed = {status: [each for each in found if each.pairing.status is status] for status in PairingStatus}
    made = [
        Column(status, cards, counts[State(status.value)], len(cards)) for status, cards in listed.items()
    ]
    return Columns(filters, made, counts, *of_posting(work, filters), desk(work, filters.institution))


def more(work: Work, filters: QueueFilters, skip: int) -> Column:
    """The next cards of the column of `filters.state` after so many."""
    require(work.actor, Action.PAIRING_QUEUE)
    wanted = narrowed(work, filters).where(in_state(filters.state))
    total = work.session.scalar(wanted.with_only_columns(func.count(Pairing.id))) or 0
    following = wanted.order_by(*order(filters.sort)).limit(CARDS).offset(skip)
    cards = [card_of(work, each) for each in work.session.scalars(_for_cards(following))]
    return Column(PairingStatus(filters.state.value), cards, total, skip + len(cards))


def every(work: Work, filters: QueueFilters) -> Rows[Pairing]:
    """All pairings of the board for an export: of the list's state or, as the columns show them, of every state."""
    require(work.actor, Action.PAIRING_QUEUE)
    wanted = narrowed(work, filters).order_by(*order(filters.sort))
    if filters.look is Look.LIST:
        wanted = wanted.where(in_state(filters.state))
    return stream(work.session, _for_cards(wanted))


def card(work: Work, pairing_id: int) -> Card:
    """One card as it is now. Raises PairingNotFound."""
    require(work.actor, Action.PAIRING_QUEUE)
    return card_of(work, find(work, pairing_id))


def card_of(work: Work, pairing: Pairing) -> Card:
    steps = pairing.MACHINE.steps if allow(work.actor, Action.PAIRING_DECIDE) else {}
    moves = {arrows[pairing.status]: step for step, arrows in steps.items() if pairing.status in arrows}
    return Card(pairing, max(0, (work.now() - pairing.changed_at).days), moves)


def _for_cards(wanted: Select[Pairing]) -> Select[Pairing]:
    """Loads what a card shows and no long text, least of all a confidential one."""
    return wanted.options(
        joinedload(Pairing.problem).options(
            load_only(Problem.title, Problem.field, Problem.county, Problem.status, Problem.same_as_id),
            lazyload(Problem.mode_rows),
            joinedload(Problem.organisation).load_only(Organisation.name),
        ),
        joinedload(Pairing.capability).options(
            load_only(Capability.title, Capability.trl, Capability.status, Capability.same_as_id),
            lazyload(Capability.mode_rows),
            joinedload(Capability.organisation).load_only(Organisation.name),
        ),
        joinedload(Pairing.broker).load_only(User.name),
        selectinload(Pairing.interests).lazyload(Interest.user),
        selectinload(Pairing.record).lazyload(CooperationRecord.parties),
    )
