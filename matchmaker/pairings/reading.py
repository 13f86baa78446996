"""Pairings as their reader sees them: rank, strength, and why, from what the reader may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from matchmaker.engine import Explanation, Passage, strength
from matchmaker.engine.ranking import Strength
from matchmaker.pairings.errors import PairingNotFound
from matchmaker.pairings.explanations import by_confidential, explain
from matchmaker.pairings.suggestions import own_column
from matchmaker.policy import Action, allow, condition, require
from matchmaker.postings.documents import Posting, document_of, readable_sources
from matchmaker.work import Work
from models import (
    Capability,
    CooperationRecord,
    Interest,
    Pairing,
    PairingEvent,
    PairingStatus,
    Problem,
    Side,
    User,
)

TOLD_TO_PARTIES = frozenset({"introduce", "negotiate", "confirm", "interest", "withdraw_interest"})
"""Steps that the sides see of a pairing's history; what staff weighed before stays among them."""


@dataclass(frozen=True)
class Suggestion:
    """A pairing with its place in the list it stands in, or among its problem's, from 1; None: dismissed."""

    pairing: Pairing
    rank: int | None
    explanation: Explanation
    by_confidential: bool
    """Confidential details carried it; none of them are in the explanation."""

    @property
    def strength(self) -> Strength:
        return strength(self.pairing.score)

    @property
    def interests(self) -> dict[Side, Interest]:
        """Those that stand, by side."""
        return standing(self.pairing)


@dataclass(frozen=True)
class PairingPage:
    """One pairing with all that its reader may see and do."""

    suggestion: Suggestion
    passages: dict[Side, tuple[Passage, ...]]
    """The texts of each side that the reader may read."""
    events: tuple[PairingEvent, ...]
    side: Side | None
    """The reader's own side; None for staff."""
    steps: tuple[str, ...]
    """Decisions open to the reader."""
    contacts: frozenset[Side]
    """Sides whose contacts the reader may see."""
    record: CooperationRecord | None

    @property
    def pairing(self) -> Pairing:
        return self.suggestion.pairing


def find(work: Work, pairing_id: int) -> Pairing:
    """With both sides. Raises PairingNotFound, also for a pairing that the reader may not know of."""
    found = work.session.scalar(
        with_sides(select(Pairing)).where(
            Pairing.id == pairing_id, condition(work.actor, Action.PAIRING_READ, Pairing)
        )
    )
    if found is None:
        raise PairingNotFound(pairing_id)
    return found


def page_of(work: Work, pairing_id: int) -> PairingPage:
    """Everything that the reader may see of a pairing. Raises PairingNotFound."""
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
        events=_history(work, pairing),
        side=side,
        steps=pairing.MACHINE.actions(pairing.status) if decides else (),
        contacts=_open_contacts(work, pairing),
        record=record if record is not None and allow(work.actor, Action.RECORD_READ, record) else None,
    )


def suggestions_for(work: Work, posting: Posting, limit: int = 5) -> list[Suggestion]:
    """The posting's best pairings that the reader may see, without the dismissed ones; none for a visitor."""
    if not allow(work.actor, Action.PAIRING_READ):
        return []
    wanted = (
        with_sides(select(Pairing))
        .where(
            own_column(posting) == posting.id,
            Pairing.status != PairingStatus.DISMISSED,
            condition(work.actor, Action.PAIRING_READ, Pairing),
        )
        .order_by(Pairing.score.desc(), Pairing.id)
        .limit(limit)
    )
    pairings = work.session.scalars(wanted).all()
    return explained(work, [(pairing, place) for place, pairing in enumerate(pairings, 1)])


def explained(work: Work, ranked: Sequence[tuple[Pairing, int | None]]) -> list[Suggestion]:
    """Suggestions of pairings and their ranks. Explain what is shown, not whole lists: see `explain`."""
    return [
        Suggestion(pairing, rank, explain(work, pairing), by_confidential(work, pairing))
        for pairing, rank in ranked
    ]


def rank_of(work: Work, pairing: Pairing) -> int | None:
    """Its place among the problem's suggestions that are not dismissed, from 1; None if it is dismissed itself."""
    return _places(work, Pairing.problem_id, [pairing]).get(pairing.id)


def ranks(work: Work, pairings: Sequence[Pairing], side: Side | None = None) -> dict[int, int]:
    """The place of each pairing among those of its problem, or with side CAPABILITY of its capability.

    Only what the reader may know of counts; dismissed ones have no place.
    """
    own = Pairing.capability_id if side is Side.CAPABILITY else Pairing.problem_id
    return _places(work, own, pairings, condition(work.actor, Action.PAIRING_READ, Pairing))


def _places(
    work: Work, own: InstrumentedAttribute[int], pairings: Sequence[Pairing], *conditions: ColumnElement[bool]
) -> dict[int, int]:
    place = func.row_number().over(partition_by=own, order_by=(Pairing.score.desc(), Pairing.id))
    counted = (
        select(Pairing.id, place.label("place"))
        .where(
            own.in_({getattr(each, own.key) for each in pairings}),
            Pairing.status != PairingStatus.DISMISSED,
            *conditions,
        )
        .subquery()
    )
    wanted = select(counted.c.id, counted.c.place).where(counted.c.id.in_([each.id for each in pairings]))
    return {row[0]: row[1] for row in work.session.execute(wanted)}


def standing(pairing: Pairing) -> dict[Side, Interest]:
    """The interests that were expressed and not withdrawn, by side."""
    return {each.side: each for each in pairing.interests if each.withdrawn_at is None}


def side_of(user: User, pairing: Pairing) -> Side | None:
    """On which side the user's organisation is; None for others."""
    if pairing.problem.organisation_id == user.organisation_id:
        return Side.PROBLEM
    if pairing.capability.organisation_id == user.organisation_id:
        return Side.CAPABILITY
    return None


def with_sides(wanted: Select[Pairing]) -> Select[Pairing]:
    """Loads both sides, their organisations, the interests and the record along, in a fixed number of queries."""
    return wanted.options(
        joinedload(Pairing.problem).joinedload(Problem.organisation),
        joinedload(Pairing.capability).joinedload(Capability.organisation),
        selectinload(Pairing.interests).joinedload(Interest.user).joinedload(User.organisation),
        selectinload(Pairing.record).lazyload(CooperationRecord.parties),
    )


def _history(work: Work, pairing: Pairing) -> tuple[PairingEvent, ...]:
    """Newest first; the sides see the steps that concern them."""
    wanted = (
        select(PairingEvent)
        .where(PairingEvent.pairing_id == pairing.id)
        .order_by(PairingEvent.id.desc())
        .options(joinedload(PairingEvent.actor).joinedload(User.organisation))
    )
    if not allow(work.actor, Action.PAIRING_QUEUE):
        wanted = wanted.where(PairingEvent.action.in_(TOLD_TO_PARTIES))
    return tuple(work.session.scalars(wanted))


def _passages(work: Work, posting: Posting) -> tuple[Passage, ...]:
    readable = readable_sources(work.actor, posting)
    return tuple(each for each in document_of(posting, True).passages if each.source in readable)


def _open_contacts(work: Work, pairing: Pairing) -> frozenset[Side]:
    sides = (
        (Side.PROBLEM, Action.PROBLEM_READ_CONTACT, pairing.problem),
        (Side.CAPABILITY, Action.CAPABILITY_READ_CONTACT, pairing.capability),
    )
    return frozenset(side for side, action, posting in sides if allow(work.actor, action, posting))
