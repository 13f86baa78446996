"""Reading the audit: filters and pages. Nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, select

from matchmaker.listing import Listing, Rows, paginate, stream
from matchmaker.policy import Action, require
from matchmaker.work import LOCAL_ZONE, Work
from models import AuditEvent

PAGE_SIZE = 50
LONGEST_QUERY = 80


@dataclass(frozen=True)
class Filters:
    """What the page's address asks for; what makes no sense is passed over."""

    person: str = ""
    """Part of the actor's name as it was then."""
    action: str = ""
    kind: str = ""
    object_id: int | None = None
    since: date | None = None
    until: date | None = None
    page: int = 1

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Filters:
        texts = {
            name: query.get(name, "").replace("\x00", "").strip()[:LONGEST_QUERY]
            for name in ("person", "action", "kind")
        }
        return cls(
            **texts,
            object_id=_number(query.get("object")),
            since=_day(query.get("since")),
            until=_day(query.get("until")),
            page=_number(query.get("page")) or 1,
        )

    @property
    def narrowed(self) -> bool:
        return self != Filters(page=self.page)


@dataclass(frozen=True)
class Trail:
    """A page of events, newest first, and what there is to filter by."""

    listing: Listing[AuditEvent]
    actions: Sequence[str]
    kinds: Sequence[str]


def find(work: Work, filters: Filters) -> Trail:
    """The events that the filters let through."""
    require(work.actor, Action.AUDIT_READ)
    return Trail(
        paginate(work.session, _wanted(filters), filters.page, PAGE_SIZE),
        work.session.scalars(select(AuditEvent.action).distinct().order_by(AuditEvent.action)).all(),
        work.session.scalars(
            select(AuditEvent.object_kind)
            .where(AuditEvent.object_kind != "")
            .distinct()
            .order_by(AuditEvent.object_kind)
        ).all(),
    )


def every(work: Work, filters: Filters) -> Rows[AuditEvent]:
    """All events that the filters let through, newest first, for an export."""
    require(work.actor, Action.AUDIT_READ)
    return stream(work.session, _wanted(filters))


def _wanted(filters: Filters) -> Select[AuditEvent]:
    return select(AuditEvent).where(*_conditions(filters)).order_by(AuditEvent.id.desc())


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.person:
        pattern = filters.person.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        wanted.append(AuditEvent.actor_name.ilike(f"%{pattern}%", escape="\\"))
    if filters.action:
        wanted.append(AuditEvent.action == filters.action)
    if filters.kind:
        wanted.append(AuditEvent.object_kind == filters.kind)
    if filters.object_id is not None:
        wanted.append(AuditEvent.object_id == filters.object_id)
    if filters.since:
        wanted.append(AuditEvent.at >= _begin(filters.since))
    if filters.until:
        wanted.append(AuditEvent.at < _begin(filters.until + timedelta(days=1)))
    return wanted


def _begin(day: date) -> datetime:
    """The first moment of a day in the bureau's time zone."""
    return datetime.combine(day, time(), LOCAL_ZONE)


def _day(typed: str | None) -> date | None:
    try:
        found = date.fromisoformat((typed or "").strip())
    except ValueError:
        return None
    return found if 1990 <= found.year <= 2100 else None


def _number(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 9 else None
