"""The queue itself: everything that waits for the bureau's check, in one order, whoever waits longest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from matchmaker.policy import Action, condition
from matchmaker.work import Work
from models import (
    AuditEvent,
    Capability,
    CapabilityStatus,
    CheckKind,
    Organisation,
    Problem,
    ProblemStatus,
    Verification,
)

MODELS: Mapping[CheckKind, Any] = {
    CheckKind.CAPABILITY: Capability,
    CheckKind.ORGANISATION: Organisation,
    CheckKind.PROBLEM: Problem,
}
CHECKS: Mapping[CheckKind, Action] = {
    CheckKind.CAPABILITY: Action.CAPABILITY_CHECK,
    CheckKind.ORGANISATION: Action.ORGANISATION_VERIFY,
    CheckKind.PROBLEM: Action.PROBLEM_CHECK,
}
WAITING: Mapping[CheckKind, Any] = {
    CheckKind.CAPABILITY: CapabilityStatus.SUBMITTED,
    CheckKind.ORGANISATION: Verification.PENDING,
    CheckKind.PROBLEM: ProblemStatus.SUBMITTED,
}
LONGEST_CODE = 32


@dataclass(frozen=True)
class Filters:
    """What the queue's address asks for; codes that do not exist find nothing, what makes no sense is passed over."""

    kind: CheckKind | None = None
    county: str = ""
    field: str = ""
    """Organisations have none."""
    days: int | None = None
    """Waiting at least so many days."""
    page: int = 1

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Filters:
        kind = query.get("kind", "")
        return cls(
            kind=CheckKind(kind) if kind in list(CheckKind) else None,
            county=query.get("county", "").replace("\x00", "").strip()[:LONGEST_CODE],
            field=query.get("field", "").replace("\x00", "").strip()[:LONGEST_CODE],
            days=_number(query.get("days")),
            page=_number(query.get("page")) or 1,
        )

    @property
    def narrowed(self) -> bool:
        return self != Filters(page=self.page)

    @property
    def query(self) -> dict[str, str]:
        """For an address that keeps the filters while one works through them."""
        given = {"kind": self.kind, "county": self.county, "field": self.field, "days": self.days}
        return {name: str(value) for name, value in given.items() if value}


@dataclass(frozen=True)
class Place:
    """Where something stands in the queue: by how long it waits, then by kind and number."""

    since: datetime
    kind: CheckKind
    id: int


@dataclass(frozen=True)
class Entry:
    """A row of the queue."""

    kind: CheckKind
    id: int
    title: str
    organisation: str
    county: str | None
    field: str | None
    since: datetime

    @property
    def place(self) -> Place:
        return Place(self.since, self.kind, self.id)


@dataclass(frozen=True)
class Position:
    """`number` counts from 1; 0 and no neighbours for what is not in the queue."""

    number: int
    total: int


def waiting(work: Work, filters: Filters) -> Select[Any]:
    """Kind, id, title, organisation, county, field and since, unordered, of what the actor may check."""
    kinds = [filters.kind] if filters.kind else [kind for kind in CheckKind if _may_hold(kind, filters)]
    parts = [
        _organisations(work) if kind is CheckKind.ORGANISATION else _postings(work, kind) for kind in kinds
    ]
    queue = union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    return select(queue).where(*_conditions(work, filters, queue))


def ordered(work: Work, filters: Filters) -> Select[Any]:
    queue = waiting(work, filters)
    columns = queue.selected_columns
    return queue.order_by(columns.since, columns.kind, columns.id)


def entries(work: Work, query: Select[Any]) -> list[Entry]:
    return [
        Entry(CheckKind(row.kind), row.id, row.title, row.organisation, row.county, row.field, row.since)
        for row in work.session.execute(query)
    ]


def count(work: Work) -> int:
    """All that the actor may check."""
    counted = [
        select(func.count(model.id))
        .where(model.status == WAITING[kind], _checkable(work, kind))
        .scalar_subquery()
        for kind, model in MODELS.items()
    ]
    return sum(work.session.execute(select(*counted)).one())


def place_of(work: Work, kind: CheckKind, number: int) -> Place | None:
    """Where it stands, whatever the filters; None for what does not wait or the actor may not check."""
    queue = waiting(work, Filters(kind=kind))
    row = work.session.execute(queue.where(queue.selected_columns.id == number)).first()
    return Place(row.since, kind, row.id) if row else None


def position(work: Work, filters: Filters, place: Place) -> Position:
    queue = waiting(work, filters).subquery()
    before = case((_follows(queue, place, backwards=True), 1), else_=0)
    total, earlier = work.session.execute(select(func.count(), func.sum(before)).select_from(queue)).one()
    return Position((earlier or 0) + 1, total)


def neighbour(
    work: Work,
    filters: Filters,
    place: Place,
    backwards: bool = False,
    without: Sequence[tuple[CheckKind, int]] = (),
) -> Entry | None:
    """The next after a place, or the one before it; beginning again at the other end. Never the place itself."""
    query = waiting(work, filters)
    columns = query.selected_columns
    order = [columns.since, columns.kind, columns.id]
    query = query.where(*(or_(columns.kind != kind, columns.id != number) for kind, number in without))
    query = query.where(or_(columns.kind != place.kind.value, columns.id != place.id))
    query = query.order_by(
        case((_follows(columns, place, backwards), 0), else_=1),
        *(each.desc() if backwards else each for each in order),
    )
    return next(iter(entries(work, query.limit(1))), None)


def _follows(queue: Any, place: Place, backwards: bool) -> ColumnElement[bool]:
    columns = queue.c if isinstance(queue, Subquery) else queue
    pairs = [(columns.since, place.since), (columns.kind, place.kind.value), (columns.id, place.id)]
    steps = [column < value if backwards else column > value for column, value in pairs]
    equal = [column == value for column, value in pairs]
    return or_(steps[0], and_(equal[0], steps[1]), and_(equal[0], equal[1], steps[2]))


def _may_hold(kind: CheckKind, filters: Filters) -> bool:
    return not (filters.field and kind is CheckKind.ORGANISATION)


def _checkable(work: Work, kind: CheckKind) -> ColumnElement[bool]:
    return condition(work.actor, CHECKS[kind], MODELS[kind])


def _postings(work: Work, kind: CheckKind) -> Select[Any]:
    model = MODELS[kind]
    county = model.county if kind is CheckKind.PROBLEM else func.coalesce(model.county, Organisation.county)
    return (
        select(
            literal(kind.value, String).label("kind"),
            model.id.label("id"),
            model.title.label("title"),
            Organisation.name.label("organisation"),
            county.label("county"),
            model.field.label("field"),
            func.coalesce(model.submitted_at, model.created_at).label("since"),
        )
        .join(Organisation, Organisation.id == model.organisation_id)
        .where(model.status == WAITING[kind], _checkable(work, kind))
    )


def _organisations(work: Work) -> Select[Any]:
    """Since they registered, or asked again after a refusal."""
    asked_again = (
        select(func.max(AuditEvent.at))
        .where(
            AuditEvent.object_kind == "organisation",
            AuditEvent.object_id == Organisation.id,
            AuditEvent.action == "organisation.resubmitted",
        )
        .correlate(Organisation)
        .scalar_subquery()
    )
    columns: list[Any] = [
        literal(CheckKind.ORGANISATION.value, String).label("kind"),
        Organisation.id.label("id"),
        Organisation.name.label("title"),
        Organisation.name.label("organisation"),
        Organisation.county.label("county"),
        null().cast(String).label("field"),
        func.coalesce(asked_again, Organisation.created_at).label("since"),
    ]
    return select(*columns).where(
        Organisation.status == WAITING[CheckKind.ORGANISATION], _checkable(work, CheckKind.ORGANISATION)
    )


def _conditions(work: Work, filters: Filters, queue: Subquery) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.county:
        wanted.append(queue.c.county == filters.county)
    if filters.field:
        wanted.append(queue.c.field == filters.field)
    if filters.days:
        wanted.append(queue.c.since <= work.now() - timedelta(days=filters.days))
    return wanted


def _number(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 5 else None
