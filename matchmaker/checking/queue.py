"""The queue itself: everything that waits for the bureau's check, in one order, whoever waits longest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    and_,
    case,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from matchmaker.belonging import ANYWHERE, Belonging
from matchmaker.policy import Action, condition
from matchmaker.typed_numbers import number
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
LONGEST_WAIT = 3650


@dataclass(frozen=True)
class Filters:
    """What the queue's address asks for; codes that do not exist find nothing, what makes no sense is passed over."""

    kind: CheckKind | None = None
    county: str = ""
    field: str = ""
    """Organisations have none."""
    days: int | None = None
    """Waiting at least so many days; ten years at most."""
    belonging: Belonging = ANYWHERE
    """Of the organisation, or of that which posted."""
    page: int = 1

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Filters:
        kind = query.get("kind", "")
        return cls(
            kind=CheckKind(kind) if kind in list(CheckKind) else None,
            county=query.get("county", "").replace("\x00", "").strip()[:LONGEST_CODE],
            field=query.get("field", "").replace("\x00", "").strip()[:LONGEST_CODE],
            days=min(number(query.get("days")) or 0, LONGEST_WAIT) or None,
            belonging=Belonging.from_query(query),
            page=number(query.get("page")) or 1,
        )

    @property
    def narrowed(self) -> bool:
        return self != Filters(page=self.page)

    @property
    def query(self) -> dict[str, str]:
        """For an address that keeps the filters while one works through them."""
        given: dict[str, Any] = {
            "kind": self.kind,
            "county": self.county,
            "field": self.field,
            "days": self.days,
            "carrier": self.belonging.carrier,
            "alliance": self.belonging.alliance,
        }
        return {name: str(value) for name, value in given.items() if value}


@dataclass(frozen=True)
class Place:
    """Where something stands in the queue: by how long it waits, then by kind and number."""

    since: datetime
    kind: CheckKind
    id: int


@dataclass(frozen=True)
class Entry:
    """A row of the list."""

    place: Place
    title: str
    organisation: str
    county: str | None
    field: str | None

    @property
    def kind(self) -> CheckKind:
        return self.place.kind

    @property
    def id(self) -> int:
        return self.place.id


@dataclass(frozen=True)
class Position:
    """`number` counts from 1; 0 and no neighbours for what is not in the queue."""

    number: int
    total: int


def waiting(work: Work, filters: Filters) -> Select[Any]:
    """Kind, id and since, unordered, of what the actor may check; columns that indexes hold and no more."""
    kinds = [filters.kind] if filters.kind else list(CheckKind)
    parts = [
        _organisations(work, filters) if kind is CheckKind.ORGANISATION else _postings(work, kind, filters)
        for kind in kinds
    ]
    queue = union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    return select(queue)


def page(work: Work, filters: Filters, size: int) -> list[Entry]:
    """The rows of the list's page."""
    queue = waiting(work, filters)
    columns = queue.selected_columns
    found = (
        queue.order_by(columns.since, columns.kind, columns.id).limit(size).offset((filters.page - 1) * size)
    )
    return _entries(work, _places(work, found))


def totals(work: Work, filters: Filters) -> Mapping[CheckKind, int]:
    """How many of each kind the filters let through, whatever kind they ask for."""
    queue = waiting(work, replace(filters, kind=None)).subquery()
    rows = work.session.execute(select(queue.c.kind, func.count()).group_by(queue.c.kind))
    found = {CheckKind(row[0]): int(row[1]) for row in rows}
    return {kind: found.get(kind, 0) for kind in CheckKind}


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
) -> Place | None:
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
    return next(iter(_places(work, query.limit(1))), None)


def _follows(queue: Any, place: Place, backwards: bool) -> ColumnElement[bool]:
    columns = queue.c if isinstance(queue, Subquery) else queue
    pairs = [(columns.since, place.since), (columns.kind, place.kind.value), (columns.id, place.id)]
    steps = [column < value if backwards else column > value for column, value in pairs]
    equal = [column == value for column, value in pairs]
    return or_(steps[0], and_(equal[0], steps[1]), and_(equal[0], equal[1], steps[2]))


def _checkable(work: Work, kind: CheckKind) -> ColumnElement[bool]:
    return condition(work.actor, CHECKS[kind], MODELS[kind])


def _places(work: Work, query: Select[Any]) -> list[Place]:
    return [Place(row.since, CheckKind(row.kind), row.id) for row in work.session.execute(query)]


def _entries(work: Work, places: Sequence[Place]) -> list[Entry]:
    shown: dict[tuple[CheckKind, int], Any] = {}
    for kind in {each.kind for each in places}:
        ids = [each.id for each in places if each.kind is kind]
        for each in work.session.execute(_shown(kind).where(MODELS[kind].id.in_(ids))):
            shown[kind, each.id] = each
    return [
        Entry(each, row.title, row.organisation, row.county, row.field)
        for each in places
        if (row := shown.get((each.kind, each.id))) is not None
    ]


def _shown(kind: CheckKind) -> Select[Any]:
    """What the list says of one."""
    model, name = MODELS[kind], Organisation.name.label("organisation")
    if kind is CheckKind.ORGANISATION:
        columns: list[Any] = [model.id, model.name.label("title"), name, model.county, null().label("field")]
        return select(*columns)
    columns = [model.id, model.title, name, _county(kind).label("county"), model.field]
    return select(*columns).join(Organisation, Organisation.id == model.organisation_id)


def _county(kind: CheckKind) -> Any:
    """Of a capability where the team has a place here, or where its institution is."""
    county = MODELS[kind].county
    return func.coalesce(county, Organisation.county) if kind is CheckKind.CAPABILITY else county


def _postings(work: Work, kind: CheckKind, filters: Filters) -> Select[Any]:
    model = MODELS[kind]
    since = func.coalesce(model.submitted_at, model.created_at)
    query = _part(kind, since).where(model.status == WAITING[kind], _checkable(work, kind))
    if filters.field:
        query = query.where(model.field == filters.field)
    if filters.county:
        of = Organisation.id == model.organisation_id
        query = query.join(Organisation, of).where(_county(kind) == filters.county)
    asked = filters.belonging.of(model.organisation_id)
    return query.where(*asked, *_long_enough(work, filters, since))


def _organisations(work: Work, filters: Filters) -> Select[Any]:
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
    kind, since = CheckKind.ORGANISATION, func.coalesce(asked_again, Organisation.created_at)
    query = _part(kind, since).where(Organisation.status == WAITING[kind], _checkable(work, kind))
    if filters.field:
        query = query.where(false())
    if filters.county:
        query = query.where(Organisation.county == filters.county)
    return query.where(*filters.belonging.of(Organisation.id), *_long_enough(work, filters, since))


def _part(kind: CheckKind, since: Any) -> Select[Any]:
    columns: list[Any] = [
        literal(kind.value, String).label("kind"),
        MODELS[kind].id.label("id"),
        since.label("since"),
    ]
    return select(*columns)


def _long_enough(work: Work, filters: Filters, since: Any) -> list[ColumnElement[bool]]:
    return [since <= work.now() - timedelta(days=filters.days)] if filters.days else []
