"""The reserve 项目储备库: filters, order, pages, and what the filters let through adds up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from matchmaker.listing import Listing, Rows, paginate, stream
from matchmaker.policy import Action, condition
from matchmaker.work import Work
from models import Organisation, Participant, Project, ProjectEvent, ProjectLevel, ProjectStatus, User

LONGEST_QUERY = 100
OPEN = "open"
"""As a state in a list's address: whatever is neither accepted nor cancelled."""
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
    state: str = ""
    programme: str = ""
    plan: str = ""
    level: str = ""
    field: str = ""
    broker: int | None = None
    sort: Sort = Sort.UPDATED
    page: int = 1

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Filters:
        texts = ("q", "state", "programme", "plan", "level", "field")
        sort = query.get("sort", "")
        return cls(
            **{name: query.get(name, "").replace("\x00", "").strip()[:LONGEST_QUERY] for name in texts},
            broker=_number(query.get("broker")),
            sort=Sort(sort) if sort in list(Sort) else Sort.UPDATED,
            page=_number(query.get("page")) or 1,
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
    """A page of the reserve, the budgets of all its pages in 万元, and the brokers there are to filter by."""

    listing: Listing[Project]
    budget: Decimal
    brokers: Sequence[User]


def find(work: Work, filters: Filters) -> Register:
    """The projects that the actor may read and the filters let through."""
    wanted = _wanted(work, filters)
    listing = paginate(work.session, wanted, filters.page, work.settings.page_size)
    budget = work.session.scalar(select(func.sum(Project.budget)).where(*_conditions(work, filters)))
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
    if filters.state:
        one = [ProjectStatus(filters.state)] if filters.state in list(ProjectStatus) else []
        wanted.append(Project.status.in_(OPEN_STATUSES if filters.state == OPEN else one))
    if filters.q:
        wanted.append(_named(filters.q))
    return wanted


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


def _number(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 9 else None
