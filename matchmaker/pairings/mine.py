"""The suggestions of the actor's own organisation: for each of its postings, and over all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ColumnExpressionArgument, Select, and_, func, or_, select

from matchmaker.listing import Listing, paginate
from matchmaker.pairings.reading import Suggestion, explained, ranks, with_sides
from matchmaker.policy import Action, allow, condition, require
from matchmaker.postings.documents import Posting
from matchmaker.typed_numbers import number
from matchmaker.work import Work
from models import OPEN_STATUSES, Capability, ConsentStatus, Interest, Pairing, PairingStatus, Problem, Side

IN_GROUP = 3
"""Suggestions shown of each posting; the others stand on the page of that posting alone."""
GROUPS = 8
MOST_POSTINGS = 200
"""Own postings that the filter offers, the newest."""


class View(StrEnum):
    GROUPS = "groups"
    ALL = "all"


class Phase(StrEnum):
    """What a side can narrow its suggestions to: what staff weigh before they introduce is not among it."""

    OPEN = "open"
    WANTED = "wanted"
    OWN = "own"
    TALKING = "talking"
    CONFIRMED = "confirmed"
    ENDED = "ended"


class Sort(StrEnum):
    BEST = "best"
    NEWEST = "newest"


@dataclass(frozen=True)
class MineFilters:
    view: View = View.GROUPS
    posting: int | None = None
    phase: Phase = Phase.OPEN
    sort: Sort = Sort.BEST
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> MineFilters:
        """From an address; what makes no sense is passed over. One posting's suggestions are shown all."""
        posting, view = number(query.get("posting")), query.get("view", "")
        phase, sort = query.get("state", ""), query.get("sort", "")
        return cls(
            view=View.ALL if posting or view == View.ALL else View.GROUPS,
            posting=posting,
            phase=Phase(phase) if phase in list(Phase) else Phase.OPEN,
            sort=Sort(sort) if sort in list(Sort) else Sort.BEST,
            page=number(query.get("page")) or 1,
        )

    @property
    def narrowed(self) -> bool:
        return self.posting is not None or self.phase is not Phase.OPEN


@dataclass(frozen=True)
class Group:
    """One own posting and the first of its suggestions."""

    posting: Posting
    total: int
    suggestions: Sequence[Suggestion]


@dataclass(frozen=True)
class Mine:
    """A page of groups, or of suggestions where they are listed over all."""

    filters: MineFilters
    side: Side
    groups: Listing[Group] | None
    suggestions: Listing[Suggestion] | None
    postings: Sequence[tuple[int, str]]
    """(id, title) of the organisation's own postings, for the filter."""


def mine(work: Work, filters: MineFilters) -> Mine:
    """The suggestions of the actor's organisation; nothing for staff, who have the board."""
    require(work.actor, Action.PAIRING_READ)
    side = Side.PROBLEM if allow(work.actor, Action.PROBLEM_CREATE) else Side.CAPABILITY
    wanted = _wanted(work, side, filters)
    groups = _groups(work, side, wanted, filters) if filters.view is View.GROUPS else None
    listed = None
    if groups is None:
        found = paginate(
            work.session,
            with_sides(wanted.order_by(*_order(filters.sort))),
            filters.page,
            work.settings.page_size,
        )
        listed = Listing(_explained(work, found.items, side), found.page, found.size, found.total)
    shown = groups or listed
    assert shown is not None
    return Mine(replace(filters, page=shown.page), side, groups, listed, _own_postings(work, side))


def _own_model(side: Side) -> type[Problem] | type[Capability]:
    return Problem if side is Side.PROBLEM else Capability


def _wanted(work: Work, side: Side, filters: MineFilters) -> Select[Pairing]:
    own = _own_model(side)
    wanted = (
        select(Pairing)
        .join(Problem, Pairing.problem_id == Problem.id)
        .join(Capability, Pairing.capability_id == Capability.id)
        .where(
            condition(work.actor, Action.PAIRING_READ, Pairing),
            own.organisation_id == work.person.organisation_id,
            _in_phase(filters.phase, side),
        )
    )
    return wanted if filters.posting is None else wanted.where(own.id == filters.posting)


def _in_phase(phase: Phase, side: Side) -> ColumnElement[bool]:
    other = Side.CAPABILITY if side is Side.PROBLEM else Side.PROBLEM
    is_open = Pairing.status.in_(OPEN_STATUSES)
    phases: dict[Phase, ColumnElement[bool]] = {
        Phase.OPEN: is_open,
        Phase.WANTED: and_(
            is_open,
            or_(
                _interest(Interest.side == other, Interest.stands),
                _interest(Interest.side == side, Interest.status == ConsentStatus.ASKED),
            ),
        ),
        Phase.OWN: and_(is_open, _interest(Interest.side == side, Interest.stands)),
        Phase.TALKING: Pairing.status.in_((PairingStatus.INTRODUCED, PairingStatus.NEGOTIATING)),
        Phase.CONFIRMED: Pairing.status == PairingStatus.CONFIRMED,
        Phase.ENDED: and_(Pairing.status == PairingStatus.DISMISSED, _interest()),
    }
    return phases[phase]


def _interest(*conditions: ColumnExpressionArgument[bool]) -> ColumnElement[bool]:
    return (
        select(Interest.id).where(Interest.pairing_id == Pairing.id, *conditions).correlate(Pairing).exists()
    )


def _order(sort: Sort) -> list[ColumnElement[Any]]:
    if sort is Sort.NEWEST:
        return [Pairing.created_at.desc(), Pairing.score.desc(), Pairing.id.asc()]
    return [Pairing.score.desc(), Pairing.id.asc()]


def _groups(work: Work, side: Side, wanted: Select[Pairing], filters: MineFilters) -> Listing[Group]:
    """Postings with suggestions; the one with the best or the newest first."""
    own = Pairing.problem_id if side is Side.PROBLEM else Pairing.capability_id
    first = func.max(Pairing.created_at if filters.sort is Sort.NEWEST else Pairing.score)
    counted = work.session.execute(
        wanted.with_only_columns(own, func.count(Pairing.id)).group_by(own).order_by(first.desc(), own)
    ).all()
    pages = max(1, -(-len(counted) // GROUPS))
    page = max(1, min(filters.page, pages))
    shown = counted[(page - 1) * GROUPS : page * GROUPS]
    place = func.row_number().over(partition_by=own, order_by=_order(filters.sort)).label("place")
    placed = wanted.with_only_columns(Pairing.id, place).where(own.in_([row[0] for row in shown])).subquery()
    pairings = work.session.scalars(
        with_sides(select(Pairing))
        .join(placed, placed.c.id == Pairing.id)
        .where(placed.c.place <= IN_GROUP)
        .order_by(placed.c.place)
    ).all()
    by_posting: dict[int, list[Suggestion]] = {}
    for each in _explained(work, pairings, side):
        by_posting.setdefault(getattr(each.pairing, own.key), []).append(each)
    groups = [
        Group(_posting(by_posting[posting_id][0].pairing, side), total, by_posting[posting_id])
        for posting_id, total in shown
    ]
    return Listing(groups, page, GROUPS, len(counted))


def _posting(pairing: Pairing, side: Side) -> Posting:
    return pairing.problem if side is Side.PROBLEM else pairing.capability


def _explained(work: Work, pairings: Sequence[Pairing], side: Side) -> list[Suggestion]:
    places = ranks(work, pairings, side)
    return explained(work, [(each, places.get(each.id)) for each in pairings])


def _own_postings(work: Work, side: Side) -> Sequence[tuple[int, str]]:
    own = _own_model(side)
    rows = work.session.execute(
        select(own.id, own.title)
        .where(own.organisation_id == work.person.organisation_id, own.submitted_at.is_not(None))
        .order_by(own.id.desc())
        .limit(MOST_POSTINGS)
    )
    return [(row[0], row[1]) for row in rows]
