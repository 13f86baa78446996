"""Pairings as their reader sees them: rank, strength, and why, from what the reader may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from matchmaker.engine import Explanation, strength
from matchmaker.engine.ranking import Strength
from matchmaker.pairings.errors import PairingNotFound
from matchmaker.pairings.explanations import by_confidential, explain
from matchmaker.pairings.refusals import refusals
from matchmaker.pairings.suggestions import own_column
from matchmaker.policy import Action, allow, condition
from matchmaker.postings.documents import Posting
from matchmaker.work import Work
from models import (
    Capability,
    CooperationRecord,
    Interest,
    Pairing,
    PairingStatus,
    Problem,
    Side,
    User,
)

TOLD_TO_PARTIES = frozenset(
    {
        "introduce",
        "negotiate",
        "confirm",
        "interest",
        "withdraw_interest",
        "propose",
        "decline_interest",
        "record_interest",
        "record_decline",
        "record_withdrawal",
        "undertake",
    }
)
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

    @property
    def refusals(self) -> dict[Side, Interest]:
        """Of those that do not want to talk, by side."""
        return refusals(self.pairing)


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
    version = work.engine.version(work.session) if ranked else None
    return [
        Suggestion(pairing, rank, explain(work, pairing, version), by_confidential(work, pairing))
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
    return {each.side: each for each in pairing.interests if each.stands}


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
