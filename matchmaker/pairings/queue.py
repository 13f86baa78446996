"""The staff's queue: ranked pairings over all problems or of one, narrowed, counted by state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import aliased

from matchmaker.engine.ranking import GOOD, STRONG
from matchmaker.listing import Listing, paginate
from matchmaker.pairings.reading import Suggestion, explained, find, ranks, with_sides
from matchmaker.policy import Action, condition, require
from matchmaker.work import Work
from models import (
    OPEN_STATUSES,
    Capability,
    Interest,
    Organisation,
    Pairing,
    PairingStatus,
    Problem,
    ProblemMode,
    ProblemStatus,
    Verification,
)

LONGEST_QUERY = 100
SIZES = (20, 50)


class State(StrEnum):
    """The board's tabs."""

    OPEN = "open"
    SUGGESTED = "suggested"
    SHORTLISTED = "shortlisted"
    INTRODUCED = "introduced"
    NEGOTIATING = "negotiating"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class Strength(StrEnum):
    STRONG = "strong"
    GOOD = "good"
    POSSIBLE = "possible"


class Sort(StrEnum):
    BEST = "best"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True)
class QueueFilters:
    """What the board shows; "" and None stand for everything."""

    state: State = State.OPEN
    problem: int | None = None
    capability: int | None = None
    field: str = ""
    county: str = ""
    mode: str = ""
    strength: str = ""
    q: str = ""
    interest: bool = False
    sort: Sort = Sort.BEST
    page: int = 1
    size: int = SIZES[0]

    @classmethod
    def of(cls, query: Mapping[str, str]) -> QueueFilters:
        """From an address; what makes no sense is passed over."""
        state, sort, size = query.get("state", ""), query.get("sort", ""), number(query.get("size"))
        texts = ("field", "county", "mode", "strength", "q")
        return cls(
            state=State(state) if state in list(State) else State.OPEN,
            problem=number(query.get("problem")),
            capability=number(query.get("capability")),
            **{name: clean(query.get(name)) for name in texts},
            interest=query.get("interest", "") not in ("", "0"),
            sort=Sort(sort) if sort in list(Sort) else Sort.BEST,
            page=number(query.get("page")) or 1,
            size=size if size in SIZES else SIZES[0],
        )

    def query(self, **changes: Any) -> dict[str, Any]:
        """As parameters of an address, without those that are as they are by default."""
        values, usual = vars(replace(self, **changes)), vars(QueueFilters())
        written = {name: int(value) if value is True else value for name, value in values.items()}
        return {name: value for name, value in written.items() if value != usual[name]}

    @property
    def narrowed(self) -> bool:
        """Whether anything but the state, the order and the page is asked for."""
        return self != QueueFilters(state=self.state, sort=self.sort, page=self.page, size=self.size)


@dataclass(frozen=True)
class Board:
    filters: QueueFilters
    listing: Listing[Suggestion]
    counts: Mapping[State, int]
    problem: Problem | None
    """Whose suggestions these are, where the board is that of one problem."""
    capability: Capability | None


def board(work: Work, filters: QueueFilters) -> Board:
    """A page of the queue with its counts."""
    require(work.actor, Action.PAIRING_QUEUE)
    narrowed = _narrowed(work, filters)
    wanted = narrowed.where(_in_state(filters.state)).order_by(*_order(filters.sort))
    found = paginate(work.session, with_sides(wanted), filters.page, filters.size)
    places = ranks(work, found.items)
    rows = explained(work, [(each, places.get(each.id)) for each in found.items])
    return Board(
        replace(filters, page=found.page),
        Listing(rows, found.page, found.size, found.total),
        _counts(work, narrowed),
        work.session.get(Problem, filters.problem) if filters.problem else None,
        work.session.get(Capability, filters.capability) if filters.capability else None,
    )


def counts(work: Work, filters: QueueFilters) -> Mapping[State, int]:
    """How many pairings each tab of the board has under these filters."""
    require(work.actor, Action.PAIRING_QUEUE)
    return _counts(work, _narrowed(work, filters))


def row(work: Work, pairing_id: int) -> Suggestion:
    """One line of the queue. Raises PairingNotFound."""
    require(work.actor, Action.PAIRING_QUEUE)
    pairing = find(work, pairing_id)
    return explained(work, [(pairing, ranks(work, [pairing]).get(pairing.id))])[0]


def _narrowed(work: Work, filters: QueueFilters) -> Select[Pairing]:
    """Pairings under all filters but the state.

    A solved problem waits for nobody's suggestion, and one whose organisation lost its verification for none yet.
    Of what is the same as another, only what somebody acted on is shown.
    """
    wanted = (
        select(Pairing)
        .join(Problem, Pairing.problem_id == Problem.id)
        .join(Capability, Pairing.capability_id == Capability.id)
        .where(
            condition(work.actor, Action.PAIRING_READ, Pairing),
            or_(Pairing.acted_on, and_(Problem.status != ProblemStatus.SOLVED, *_by_verified(), *_main())),
        )
    )
    equal = {
        Pairing.problem_id: filters.problem,
        Pairing.capability_id: filters.capability,
        Problem.field: filters.field,
        Problem.county: filters.county,
    }
    wanted = wanted.where(*[column == value for column, value in equal.items() if value])
    if filters.mode:
        modes = select(ProblemMode.problem_id).where(ProblemMode.code == filters.mode)
        wanted = wanted.where(Pairing.problem_id.in_(modes))
    if filters.strength:
        wanted = wanted.where(_as_strong(filters.strength))
    if filters.interest:
        wanted = wanted.where(
            select(Interest.id)
            .where(Interest.pairing_id == Pairing.id, Interest.withdrawn_at.is_(None))
            .correlate(Pairing)
            .exists()
        )
    return wanted.where(*[_named(word) for word in filters.q.split()])


def _by_verified() -> list[ColumnElement[bool]]:
    """Both sides' organisations are verified."""
    verified = select(Organisation.id).where(Organisation.status == Verification.VERIFIED)
    return [side.organisation_id.in_(verified) for side in (Problem, Capability)]


def _main() -> list[ColumnElement[bool]]:
    """Neither side is the same as another, which is worked instead."""
    return [side.same_as_id.is_(None) for side in (Problem, Capability)]


def _counts(work: Work, narrowed: Select[Pairing]) -> Mapping[State, int]:
    rows = work.session.execute(
        narrowed.with_only_columns(Pairing.status, func.count(Pairing.id)).group_by(Pairing.status)
    )
    found = {State(row[0].value): int(row[1]) for row in rows}
    opened = sum(found.get(State(status.value), 0) for status in OPEN_STATUSES)
    return {
        State.OPEN: opened,
        **{State(each.value): found.get(State(each.value), 0) for each in PairingStatus},
    }


def _in_state(state: State) -> ColumnElement[bool]:
    if state is State.OPEN:
        return Pairing.status.in_(OPEN_STATUSES)
    return Pairing.status == PairingStatus(state.value)


def _as_strong(strength: str) -> ColumnElement[bool]:
    return {
        Strength.STRONG.value: Pairing.score >= STRONG,
        Strength.GOOD.value: and_(Pairing.score >= GOOD, Pairing.score < STRONG),
        Strength.POSSIBLE.value: Pairing.score < GOOD,
    }.get(strength, false())


def _named(word: str) -> ColumnElement[bool]:
    """The word stands in the title or the organisation's name of either side."""
    pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    body = aliased(Organisation)
    named = select(body.id).where(body.name.ilike(pattern, escape="\\"))
    return or_(
        Problem.title.ilike(pattern, escape="\\"),
        Capability.title.ilike(pattern, escape="\\"),
        Problem.organisation_id.in_(named),
        Capability.organisation_id.in_(named),
    )


def _order(sort: Sort) -> list[ColumnElement[Any]]:
    orders: dict[Sort, list[ColumnElement[Any]]] = {
        Sort.BEST: [Pairing.score.desc(), Pairing.id.asc()],
        Sort.NEWEST: [Pairing.created_at.desc(), Pairing.score.desc(), Pairing.id.asc()],
        Sort.OLDEST: [Pairing.created_at.asc(), Pairing.score.desc(), Pairing.id.asc()],
    }
    return orders[sort]


def number(typed: str | None) -> int | None:
    """A row's or page's number in an address, or nothing."""
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 9 else None


def clean(typed: str | None) -> str:
    return (typed or "").replace("\x00", "").strip()[:LONGEST_QUERY]
