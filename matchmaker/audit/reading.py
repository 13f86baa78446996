"""Reading the audit: filters and pages. Nothing here writes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, String, and_, cast, or_, select
from sqlalchemy.orm import joinedload

from matchmaker.listing import Listing, Rows, paginate, stream
from matchmaker.policy import Action, require
from matchmaker.typed_numbers import number
from matchmaker.work import LOCAL_ZONE, Work
from models import AuditEvent, FormerName, Job, Organisation, User

PAGE_SIZE = 50
LONGEST_QUERY = 80
CHECK = "audit.check"
"""The kind of the job that walks the chain."""


class EventMissing(LookupError):
    """There is no such event."""


@dataclass(frozen=True)
class Filters:
    """What the page's address asks for; what makes no sense is passed over."""

    person: str = ""
    """Part of the actor's name or login name."""
    organisation: str = ""
    """Part of its name: what its people did, and what was done to it."""
    text: str = ""
    """Part of the details, or of an address."""
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
            for name in ("person", "organisation", "text", "action", "kind")
        }
        return cls(
            **texts,
            object_id=number(query.get("object")),
            since=_day(query.get("since")),
            until=_day(query.get("until")),
            page=number(query.get("page")) or 1,
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
    wanted = select(AuditEvent).where(*_conditions(filters)).order_by(AuditEvent.id.desc())
    return wanted.options(joinedload(AuditEvent.actor))


def last_check(work: Work) -> Job | None:
    """The latest walk along the whole chain that was made as a job."""
    require(work.actor, Action.AUDIT_READ)
    wanted = select(Job).where(Job.kind == CHECK).order_by(Job.id.desc()).limit(1)
    return work.session.scalar(wanted.options(joinedload(Job.user)))


def event(work: Work, event_id: int) -> AuditEvent:
    """One of them. Raises EventMissing."""
    require(work.actor, Action.AUDIT_READ)
    found = work.session.get(AuditEvent, event_id)
    if found is None:
        raise EventMissing(event_id)
    return found


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.person:
        people = select(User.id).where(
            or_(
                User.name.icontains(filters.person, autoescape=True),
                User.email.icontains(filters.person, autoescape=True),
                User.mobile.contains(filters.person, autoescape=True),
            )
        )
        wanted.append(
            or_(
                AuditEvent.actor_id.in_(people),
                AuditEvent.actor_name.icontains(filters.person, autoescape=True),
            )
        )
    if filters.organisation:
        named = _organisations(filters.organisation)
        members = select(User.id).where(User.organisation_id.in_(named))
        wanted.append(
            or_(
                AuditEvent.actor_id.in_(members),
                and_(AuditEvent.object_kind == Organisation.__tablename__, AuditEvent.object_id.in_(named)),
            )
        )
    if filters.text:
        # as JSON writes it, where a Chinese character is an escape
        written = json.dumps(filters.text)[1:-1]
        wanted.append(
            or_(
                cast(AuditEvent.details, String).contains(written, autoescape=True),
                AuditEvent.address.contains(filters.text, autoescape=True),
            )
        )
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


def _organisations(name: str) -> Select[int]:
    """Ids of those that are called so, or were."""
    formerly = select(FormerName.organisation_id).where(FormerName.name.icontains(name, autoescape=True))
    return select(Organisation.id).where(
        or_(Organisation.name.icontains(name, autoescape=True), Organisation.id.in_(formerly))
    )


def _begin(day: date) -> datetime:
    """The first moment of a day in the bureau's time zone."""
    return datetime.combine(day, time(), LOCAL_ZONE)


def _day(typed: str | None) -> date | None:
    try:
        found = date.fromisoformat((typed or "").strip())
    except ValueError:
        return None
    return found if 1990 <= found.year <= 2100 else None
