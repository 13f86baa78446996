"""The board's filters as SQL: which pairings, in which order, how many in each state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import aliased

from matchmaker.belonging import Belonging
from matchmaker.engine.ranking import GOOD, STRONG
from matchmaker.pairings import reached
from matchmaker.pairings.filters import MINE, NOBODY, QueueFilters, Sort, State, Strength
from matchmaker.pairings.reached import Reached
from matchmaker.policy import Action, condition
from matchmaker.postings.service import UNSTATED
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


def narrowed(work: Work, filters: QueueFilters) -> Select[Pairing]:
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
        Problem.field: "" if filters.field == UNSTATED else filters.field,
        Problem.county: filters.county,
        Capability.organisation_id: filters.institution,
    }
    wanted = wanted.where(*[column == value for column, value in equal.items() if value])
    wanted = wanted.where(*_of_broker(work, filters.broker), *_happened(filters))
    if filters.field == UNSTATED:
        wanted = wanted.where(func.coalesce(Problem.field, "") == "")
    if filters.mode:
        modes = select(ProblemMode.problem_id).where(ProblemMode.code == filters.mode)
        wanted = wanted.where(Pairing.problem_id.in_(modes))
    if filters.strength:
        wanted = wanted.where(_as_strong(filters.strength))
    if filters.score:
        wanted = wanted.where(Pairing.score >= filters.score / 100)
    if filters.age:
        wanted = wanted.where(Pairing.changed_at <= work.now() - timedelta(days=filters.age))
    if filters.interest:
        wanted = wanted.where(
            select(Interest.id)
            .where(Interest.pairing_id == Pairing.id, Interest.stands)
            .correlate(Pairing)
            .exists()
        )
    for belonging in (Belonging(carrier=filters.carrier), Belonging(alliance=filters.alliance)):
        if belonging:
            wanted = wanted.where(_belongs(belonging))
    wanted = wanted.where(*[_of_organisation(word) for word in filters.organisation.split()])
    return wanted.where(*[_named(word) for word in filters.q.split()])


def _happened(filters: QueueFilters) -> list[ColumnElement[bool]]:
    wanted = reached.came_to(Reached(filters.reached)) if filters.reached else []
    if filters.happened or filters.days:
        wanted += reached.in_days(Reached(filters.happened or Reached.SUGGESTED), filters.days)
    return wanted


def in_state(state: State) -> ColumnElement[bool]:
    if state is State.ALL:
        return true()
    if state is State.OPEN:
        return Pairing.status.in_(OPEN_STATUSES)
    return Pairing.status == PairingStatus(state.value)


def order(sort: Sort) -> list[ColumnElement[Any]]:
    orders: dict[Sort, list[ColumnElement[Any]]] = {
        Sort.BEST: [Pairing.score.desc(), Pairing.id.asc()],
        Sort.NEWEST: [Pairing.created_at.desc(), Pairing.score.desc(), Pairing.id.asc()],
        Sort.OLDEST: [Pairing.created_at.asc(), Pairing.score.desc(), Pairing.id.asc()],
        Sort.WAITING: [Pairing.changed_at.asc(), Pairing.score.desc(), Pairing.id.asc()],
    }
    return orders[sort]


def count_by_state(work: Work, pairings: Select[Pairing]) -> Mapping[State, int]:
    """How many there are in each state, and of all open ones; one query."""
    rows = work.session.execute(
        pairings.with_only_columns(Pairing.status, func.count(Pairing.id)).group_by(Pairing.status)
    )
    found = {State(row[0].value): int(row[1]) for row in rows}
    opened = sum(found.get(State(status.value), 0) for status in OPEN_STATUSES)
    return {
        State.OPEN: opened,
        **{State(each.value): found.get(State(each.value), 0) for each in PairingStatus},
        State.ALL: sum(found.values()),
    }


def _by_verified() -> list[ColumnElement[bool]]:
    """Both sides' organisations are verified."""
    verified = select(Organisation.id).where(Organisation.status == Verification.VERIFIED)
    return [side.organisation_id.in_(verified) for side in (Problem, Capability)]


def _main() -> list[ColumnElement[bool]]:
    """Neither side is the same as another, which is worked instead."""
    return [side.same_as_id.is_(None) for side in (Problem, Capability)]


def _of_broker(work: Work, broker: str) -> list[ColumnElement[bool]]:
    if not broker:
        return []
    if broker == NOBODY:
        return [Pairing.broker_id.is_(None)]
    return [Pairing.broker_id == (work.person.id if broker == MINE else int(broker))]


def _as_strong(strength: str) -> ColumnElement[bool]:
    return {
        Strength.STRONG.value: Pairing.score >= STRONG,
        Strength.GOOD.value: and_(Pairing.score >= GOOD, Pairing.score < STRONG),
        Strength.POSSIBLE.value: Pairing.score < GOOD,
    }.get(strength, false())


def _named(word: str) -> ColumnElement[bool]:
    """The word stands in the title or the organisation's name of either side."""
    pattern = _containing(word)
    return or_(
        Problem.title.ilike(pattern, escape="\\"),
        Capability.title.ilike(pattern, escape="\\"),
        _of_organisation(word),
    )


def _of_organisation(word: str) -> ColumnElement[bool]:
    """The word stands in the name of either side's organisation."""
    body = aliased(Organisation)
    named = select(body.id).where(body.name.ilike(_containing(word), escape="\\"))
    return or_(Problem.organisation_id.in_(named), Capability.organisation_id.in_(named))


def _belongs(belonging: Belonging) -> ColumnElement[bool]:
    """The organisation of either side belongs to it."""
    return or_(
        *belonging.of(Problem.organisation_id),
        *belonging.of(Capability.organisation_id),
    )


def _containing(word: str) -> str:
    """A pattern of LIKE, in which nothing of the word is a sign of its own."""
    return "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
