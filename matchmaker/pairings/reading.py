"""Pairings as their reader sees them: rank, strength, and why, from what the reader may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from matchmaker.engine import Chip, Explanation, NotIndexed, strength
from matchmaker.engine.ranking import Strength
from matchmaker.pairings.errors import PairingNotFound
from matchmaker.pairings.suggestions import own_column
from matchmaker.policy import Action, allow, condition, require
from matchmaker.postings.documents import Posting, readable_sources
from matchmaker.work import Work
from models import (
    BudgetReaders,
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

NOTHING = Explanation((), (), ())
TOLD_TO_PARTIES = frozenset({"introduce", "negotiate", "confirm", "interest", "withdraw_interest"})
"""Steps that the sides see of a pairing's history; what staff weighed before stays among them."""


@dataclass(frozen=True)
class Suggestion:
    """A pairing with its place in the list it stands in, or among its problem's, from 1; None: dismissed."""

    pairing: Pairing
    rank: int | None
    explanation: Explanation

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
    sources: dict[Side, tuple[str, ...]]
    """Fields of each side that the reader may read."""
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
    return PairingPage(
        suggestion=explained(work, [(pairing, rank_of(work, pairing))])[0],
        sources={
            Side.PROBLEM: readable_sources(work.actor, pairing.problem),
            Side.CAPABILITY: readable_sources(work.actor, pairing.capability),
        },
        events=_history(work, pairing),
        side=side_of(work.person, pairing),
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
    """Suggestions of pairings and their ranks. About 4 ms each: explain what is shown, not whole lists."""
    return [Suggestion(pairing, rank, explain(work, pairing)) for pairing, rank in ranked]


def explain(work: Work, pairing: Pairing) -> Explanation:
    """Why the two fit, quoting and comparing only what the reader may read; empty if the engine forgot a side."""
    problem, capability = pairing.problem, pairing.capability
    try:
        found = work.engine.explain(
            work.session,
            problem.id,
            capability.id,
            readable_sources(work.actor, problem),
            readable_sources(work.actor, capability),
        )
    except NotIndexed:
        return NOTHING
    if _reads_budget(work, problem):
        return found
    hidden = Chip("budget", "unknown", "budget_not_shown")
    return replace(found, chips=tuple(hidden if each.name == "budget" else each for each in found.chips))


def _reads_budget(work: Work, problem: Problem) -> bool:
    return problem.budget_readers is BudgetReaders.ALL or allow(
        work.actor, Action.PROBLEM_READ_BUDGET, problem
    )


def rank_of(work: Work, pairing: Pairing) -> int | None:
    """Its place among the problem's suggestions that are not dismissed, from 1; None if it is dismissed itself."""
    if pairing.status is PairingStatus.DISMISSED:
        return None
    return ranks(work, [pairing]).get(pairing.id)


def ranks(work: Work, pairings: Sequence[Pairing]) -> dict[int, int]:
    """The place of each pairing among its own problem's suggestions; dismissed ones have none."""
    place = func.row_number().over(
        partition_by=Pairing.problem_id, order_by=(Pairing.score.desc(), Pairing.id)
    )
    rows = work.session.execute(
        select(Pairing.id, place).where(
            Pairing.problem_id.in_({each.problem_id for each in pairings}),
            Pairing.status != PairingStatus.DISMISSED,
        )
    )
    return {row[0]: row[1] for row in rows}


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
    """Loads both sides, their organisations and the interests along, in a fixed number of queries."""
    return wanted.options(
        joinedload(Pairing.problem).joinedload(Problem.organisation),
        joinedload(Pairing.capability).joinedload(Capability.organisation),
        selectinload(Pairing.interests).joinedload(Interest.user).joinedload(User.organisation),
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


def _open_contacts(work: Work, pairing: Pairing) -> frozenset[Side]:
    sides = (
        (Side.PROBLEM, Action.PROBLEM_READ_CONTACT, pairing.problem),
        (Side.CAPABILITY, Action.CAPABILITY_READ_CONTACT, pairing.capability),
    )
    return frozenset(side for side, action, posting in sides if allow(work.actor, action, posting))
