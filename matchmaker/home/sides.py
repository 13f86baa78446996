"""What an enterprise and a liaison come for: their own things with the next step, what fits, and who asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select

from matchmaker.cooperation import register
from matchmaker.cooperation.register import Entry
from matchmaker.home.piles import BEFORE_INTRODUCTION, Pile, pile
from matchmaker.listing import Listing
from matchmaker.pairings import service as pairings
from matchmaker.policy import Action, condition, require
from matchmaker.postings import service as postings
from matchmaker.postings.service import SuggestionSummary
from matchmaker.work import Work
from models import (
    OPEN_STATUSES,
    Capability,
    CapabilityStatus,
    ConsentStatus,
    Interest,
    Pairing,
    Problem,
    ProblemStatus,
    Side,
)

CARDS = 6
ASKED = 5
RECORDS = 4
NEW_DAYS = 60
FITTING = 5
CANDIDATES = 60
"""Of the best pairings so many are looked through for different problems."""

_URGENT_FIRST = (
    ProblemStatus.RETURNED,
    ProblemStatus.EXPIRED,
    ProblemStatus.DRAFT,
    ProblemStatus.PUBLISHED,
    ProblemStatus.SUBMITTED,
    ProblemStatus.IN_COOPERATION,
)
"""What waits for its owner, then what they wait for; solved and withdrawn ones are not shown at home."""


@dataclass(frozen=True)
class Asked:
    """A pairing with the interest that the other side expressed, or else our own that the bureau asked for; `answered`:
    ours stands too."""

    pairing: Pairing
    interest: Interest
    answered: bool


@dataclass(frozen=True)
class EnterpriseHome:
    verified: bool
    problems: Sequence[tuple[Problem, SuggestionSummary | None]]
    problem_count: int
    asked: Pile[Asked]
    records: Listing[Entry]


@dataclass(frozen=True)
class LiaisonHome:
    verified: bool
    fitting: Sequence[pairings.Suggestion]
    only_new: bool
    """Whether the fitting problems were all published of late; if none were, the best of any age are shown."""
    asked: Pile[Asked]
    returned: Sequence[Capability]
    capabilities: Mapping[CapabilityStatus, int]
    records: Listing[Entry]


def enterprise_home(work: Work) -> EnterpriseHome:
    require(work.actor, Action.PROBLEM_CREATE)
    own = Problem.organisation_id == work.person.organisation_id
    order = case({status: place for place, status in enumerate(_URGENT_FIRST)}, value=Problem.status)
    problems = (
        work.session.scalars(
            select(Problem)
            .where(own, Problem.status.in_(_URGENT_FIRST))
            .order_by(order, Problem.id.desc())
            .limit(CARDS)
        )
        .unique()
        .all()
    )
    summaries = postings.suggestion_summaries(work, problems)
    return EnterpriseHome(
        verified=work.person.organisation.is_verified,
        problems=[(problem, summaries.get(problem.id)) for problem in problems],
        problem_count=work.session.scalar(select(func.count(Problem.id)).where(own)) or 0,
        asked=_asked(work, Side.PROBLEM),
        records=_records(work),
    )


def liaison_home(work: Work) -> LiaisonHome:
    require(work.actor, Action.CAPABILITY_CREATE)
    own = Capability.organisation_id == work.person.organisation_id
    rows = work.session.execute(
        select(Capability.status, func.count(Capability.id)).where(own).group_by(Capability.status)
    )
    counts = {row[0]: row[1] for row in rows}
    returned = select(Capability).where(own, Capability.status == CapabilityStatus.RETURNED)
    fresh = _fitting(work, only_new=True)
    return LiaisonHome(
        verified=work.person.organisation.is_verified,
        fitting=fresh or _fitting(work, only_new=False),
        only_new=bool(fresh),
        asked=_asked(work, Side.CAPABILITY),
        returned=work.session.scalars(returned.order_by(Capability.id.desc()).limit(ASKED)).unique().all(),
        capabilities={status: counts[status] for status in CapabilityStatus if status in counts},
        records=_records(work),
    )


def _asked(work: Work, own_side: Side) -> Pile[Asked]:
    """Who wants to talk about what is ours, and what the bureau proposes; what waits for our answer first."""
    other = Side.CAPABILITY if own_side is Side.PROBLEM else Side.PROBLEM
    model = Problem if own_side is Side.PROBLEM else Capability
    column = Pairing.problem_id if own_side is Side.PROBLEM else Pairing.capability_id
    ours = _stands(own_side)
    last = (
        select(func.max(Interest.created_at))
        .where(Interest.pairing_id == Pairing.id)
        .correlate(Pairing)
        .scalar_subquery()
    )
    wanted = (
        select(Pairing)
        .join(model, column == model.id)
        .where(
            model.organisation_id == work.person.organisation_id,
            Pairing.status.in_(OPEN_STATUSES),
            or_(_stands(other), _has(own_side, Interest.status == ConsentStatus.ASKED)),
            condition(work.actor, Action.PAIRING_READ, Pairing),
        )
        .order_by(case((ours, 1), else_=0), last.desc(), Pairing.id)
    )
    found = pile(work, pairings.with_sides(wanted), ASKED)
    return Pile([_who_asks(pairing, own_side, other) for pairing in found.items], found.total)


def _who_asks(pairing: Pairing, own_side: Side, other: Side) -> Asked:
    standing = pairings.standing(pairing)
    every = {each.side: each for each in pairing.interests}
    return Asked(pairing, standing.get(other) or every[own_side], own_side in standing)


def _stands(side: Side) -> ColumnElement[bool]:
    """Whether that side of the pairing has an interest that it did not withdraw."""
    return _has(side, Interest.stands)


def _has(side: Side, what: Any) -> ColumnElement[bool]:
    return (
        select(Interest.id)
        .where(Interest.pairing_id == Pairing.id, Interest.side == side, what)
        .correlate(Pairing)
        .exists()
    )


def _fitting(work: Work, only_new: bool) -> list[pairings.Suggestion]:
    """Problems that wait for a partner and fit a capability of ours, each once with the best of ours.

    Where we said yes already, or talks have begun, there is nothing to discover.
    """
    wanted = (
        select(Pairing)
        .join(Problem, Pairing.problem_id == Problem.id)
        .join(Capability, Pairing.capability_id == Capability.id)
        .where(
            Capability.organisation_id == work.person.organisation_id,
            Capability.status == CapabilityStatus.PUBLISHED,
            Problem.status == ProblemStatus.PUBLISHED,
            Pairing.status.in_(BEFORE_INTRODUCTION),
            ~_stands(Side.CAPABILITY),
            condition(work.actor, Action.PAIRING_READ, Pairing),
        )
        .order_by(Pairing.score.desc(), Pairing.id)
        .limit(CANDIDATES)
    )
    if only_new:
        wanted = wanted.where(Problem.published_at >= work.now() - timedelta(days=NEW_DAYS))
    best: dict[int, Pairing] = {}
    for pairing in work.session.scalars(pairings.with_sides(wanted)):
        best.setdefault(pairing.problem_id, pairing)
    return pairings.explained(work, [(pairing, None) for pairing in list(best.values())[:FITTING]])


def _records(work: Work) -> Listing[Entry]:
    found = register.find(work, register.Filters(state=register.OPEN, sort=register.Sort.DUE)).listing
    return Listing(found.items[:RECORDS], 1, RECORDS, found.total)
