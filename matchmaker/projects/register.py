"""The reserve 项目储备库: filters, order, pages, and what the filters let through adds up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from matchmaker.belonging import ANYWHERE, Belonging
from matchmaker.listing import Listing, Rows, paginate, stream
from matchmaker.policy import Action, condition
from matchmaker.typed_numbers import number
from matchmaker.work import Work
from models import (
    Organisation,
    Participant,
    Problem,
    Project,
    ProjectEvent,
    ProjectLevel,
    ProjectSource,
    ProjectStatus,
    User,
)

LONGEST_QUERY = 100
LIVE = "live"
"""As a state in a list's address, and where it names none: whatever is not cancelled."""
EVERY = "all"
OPEN = "open"
"""Whatever is neither accepted nor cancelled."""
OPEN_STATUSES = (
    ProjectStatus.DISTILLING,
    ProjectStatus.RESERVE,
    ProjectStatus.RECOMMENDED,
    ProjectStatus.APPROVED,
)


class Sort(StrEnum):
    UPDATED = "updated"
    BUDGET = "budget"
    NUMBER = "number"


@dataclass(frozen=True)
class Filters:
    """What a list's address asks for; codes that do not exist find nothing, numbers that are none are passed over."""

    q: str = ""
    state: str = LIVE
    """A status, or LIVE, OPEN, EVERY."""
    programme: str = ""
    plan: str = ""
    level: str = ""
    field: str = ""
    broker: int | None = None
    belonging: Belonging = ANYWHERE
    """To what a participant, or the company of a source, belongs."""
    sort: Sort = Sort.UPDATED
    page: int = 1

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Filters:
        texts = ("q", "programme", "plan", "level", "field")
        sort = query.get("sort", "")
        return cls(
            **{name: query.get(name, "").replace("\x00", "").strip()[:LONGEST_QUERY] for name in texts},
            state=query.get("state", "").strip()[:LONGEST_QUERY] or LIVE,
            broker=number(query.get("broker")),
            belonging=Belonging.from_query(query),
            sort=Sort(sort) if sort in list(Sort) else Sort.UPDATED,
            page=number(query.get("page")) or 1,
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything but order and page is asked for."""
        return self != Filters(sort=self.sort, page=self.page)

    @property
    def chosen(self) -> bool:
        """Whether anything but words, order and page is asked for."""
        return self != Filters(q=self.q, sort=self.sort, page=self.page)


@dataclass(frozen=True)
class Register:
    """A page of the reserve, the budgets of all its pages in 万元 without those of projects that were cancelled, and the
    brokers there are to filter by.
    """

    listing: Listing[Project]
    budget: Decimal
    brokers: Sequence[User]


def find(work: Work, filters: Filters) -> Register:
    """The projects that the actor may read and the filters let through."""
    wanted = _wanted(work, filters)
    listing = paginate(work.session, wanted, filters.page, work.settings.page_size)
    budget = work.session.scalar(
        select(func.sum(Project.budget)).where(
            *_conditions(work, filters), Project.status != ProjectStatus.CANCELLED
        )
    )
    return Register(listing, budget or Decimal(0), _brokers(work))


def every(work: Work, filters: Filters) -> Rows[Project]:
    """The whole list, for an export."""
    return stream(work.session, _wanted(work, filters))


def has_any(work: Work) -> bool:
    """Whether the actor may read a project at all."""
    wanted = select(Project.id).where(condition(work.actor, Action.PROJECT_READ, Project))
    return work.session.scalar(wanted.limit(1)) is not None


def _wanted(work: Work, filters: Filters) -> Select[Any]:
    return (
        select(Project)
        .where(*_conditions(work, filters))
        .order_by(*_order(filters.sort))
        .options(
            joinedload(Project.broker), selectinload(Project.participants), selectinload(Project.sources)
        )
    )


def _conditions(work: Work, filters: Filters) -> list[ColumnElement[bool]]:
    equal = {
        Project.programme: filters.programme,
        Project.plan: filters.plan,
        Project.field: filters.field,
        Project.broker_id: filters.broker,
    }
    wanted = [condition(work.actor, Action.PROJECT_READ, Project)]
    wanted += [column == value for column, value in equal.items() if value]
    if filters.level:
        known = [ProjectLevel(filters.level)] if filters.level in list(ProjectLevel) else []
        wanted.append(Project.level.in_(known))
    if filters.state != EVERY:
        wanted.append(Project.status.in_(_statuses(filters.state)))
    wanted += _of_members(filters.belonging)
    if filters.q:
        wanted.append(_named(filters.q))
    return wanted


def _statuses(state: str) -> Sequence[ProjectStatus]:
    groups = {OPEN: OPEN_STATUSES, LIVE: (*OPEN_STATUSES, ProjectStatus.ACCEPTED)}
    return groups.get(state) or ([ProjectStatus(state)] if state in list(ProjectStatus) else [])


def _of_members(belonging: Belonging) -> list[ColumnElement[bool]]:
    """Each by itself: a company may belong to the carrier and the university to the alliance."""
    found: list[ColumnElement[bool]] = []
    for each in (Belonging(carrier=belonging.carrier), Belonging(alliance=belonging.alliance)):
        if each:
            taking_part = select(Participant.project_id).where(*each.of(Participant.organisation_id))
            asking = (
                select(ProjectSource.project_id)
                .join(Problem, Problem.id == ProjectSource.problem_id)
                .where(*each.of(Problem.organisation_id))
            )
            found.append(or_(Project.id.in_(taking_part), Project.id.in_(asking)))
    return found


def _named(words: str) -> ColumnElement[bool]:
    """By number, title, the plan's number, or the name of a participant."""
    pattern = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    taking_part = (
        select(Participant.project_id)
        .join(Organisation, Organisation.id == Participant.organisation_id)
        .where(Organisation.name.ilike(pattern, escape="\\"))
    )
    columns = (Project.number, Project.title, Project.approval_number)
    return or_(Project.id.in_(taking_part), *(column.ilike(pattern, escape="\\") for column in columns))


def _order(sort: Sort) -> list[Any]:
    if sort is Sort.BUDGET:
        return [Project.budget.is_(None), Project.budget.desc(), Project.id.desc()]
    if sort is Sort.NUMBER:
        return [Project.id.desc()]
    updated = (
        select(func.max(ProjectEvent.created_at))
        .where(ProjectEvent.project_id == Project.id)
        .correlate(Project)
        .scalar_subquery()
    )
    return [func.coalesce(updated, Project.created_at).desc(), Project.id.desc()]


def _brokers(work: Work) -> Sequence[User]:
    if work.actor is None or not work.actor.is_staff:
        return []
    brokering = select(Project.broker_id).distinct()
    return work.session.scalars(select(User).where(User.id.in_(brokering)).order_by(User.name)).all()
