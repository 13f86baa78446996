"""The catalogue of services: writing, checking, publishing, taking down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.intermediaries.errors import (
    ChangedMeanwhile,
    NoIntermediary,
    NotEditable,
    NotOffered,
    NotVerified,
    ReasonMissing,
)
from matchmaker.listing import Listing, Rows, paginate, stream
from matchmaker.notices import service as notices
from matchmaker.policy import Action, allow, condition, require
from matchmaker.typed_numbers import number
from matchmaker.work import Work
from models import MoneyKind, Organisation, OrganisationKind, Service, ServiceStatus, Verification, advance

LONGEST_QUERY = 100
EDITABLE = (ServiceStatus.DRAFT, ServiceStatus.RETURNED, ServiceStatus.PUBLISHED)


@dataclass(frozen=True)
class ServiceFacts:
    """What is said of a service; `kind` is a code of the vocabulary, money in 万元."""

    kind: str
    title: str
    description: str
    money_kind: MoneyKind = MoneyKind.NEGOTIABLE
    money_low: Decimal | None = None
    money_high: Decimal | None = None


@dataclass(frozen=True)
class ServiceFilter:
    """What of the catalogue is wanted; nothing set: all."""

    q: str = ""
    kind: str = ""
    status: ServiceStatus | None = None
    organisation: int | None = None
    page: int = 1

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> ServiceFilter:
        """From an address; what makes no sense is passed over."""
        status = query.get("status", "")
        return cls(
            q=clean(query.get("q")),
            kind=clean(query.get("kind")),
            status=ServiceStatus(status) if status in list(ServiceStatus) else None,
            organisation=number(query.get("organisation")),
            page=number(query.get("page")) or 1,
        )

    @property
    def narrowed(self) -> bool:
        return self != ServiceFilter(page=self.page)


def services(work: Work, wanted: ServiceFilter) -> Listing[Service]:
    """Those that the reader may know of; what waits to be checked first, then by kind and the newest."""
    require(work.actor, Action.SERVICE_READ)
    return paginate(work.session, _matching(work, wanted), wanted.page, work.settings.page_size)


def all_services(work: Work, wanted: ServiceFilter) -> Rows[Service]:
    """The whole list, for an export."""
    require(work.actor, Action.SERVICE_READ)
    return stream(work.session, _matching(work, wanted))


def mine(work: Work) -> list[Service]:
    """What the actor's organisation offers: what waits for it first."""
    require(work.actor, Action.SERVICE_CREATE)
    first = {ServiceStatus.RETURNED: 0, ServiceStatus.DRAFT: 1, ServiceStatus.ARCHIVED: 4}
    found = work.session.scalars(
        select(Service)
        .where(Service.organisation_id == work.person.organisation_id)
        .order_by(Service.id.desc())
    )
    return sorted(found, key=lambda each: first.get(each.status, 2))


def counts(work: Work) -> Mapping[ServiceStatus, int]:
    """How many there are in each state, for staff only."""
    if not allow(work.actor, Action.SERVICE_CHECK):
        return {}
    rows = work.session.execute(select(Service.status, func.count(Service.id)).group_by(Service.status))
    return {row[0]: row[1] for row in rows}


def find_service(work: Work, service_id: int, action: Action = Action.SERVICE_READ) -> Service:
    """The service, for the action. Raises NotOffered also for one that the reader may not know of."""
    found = work.session.get(Service, service_id)
    if found is None or not allow(work.actor, Action.SERVICE_READ, found):
        raise NotOffered(f"service {service_id}")
    require(work.actor, action, found)
    return found


def intermediaries(work: Work) -> list[Organisation]:
    """Those for which staff enter services."""
    require(work.actor, Action.SERVICE_CREATE)
    return list(
        work.session.scalars(
            select(Organisation)
            .where(
                Organisation.kind == OrganisationKind.INTERMEDIARY,
                Organisation.status == Verification.VERIFIED,
            )
            .order_by(Organisation.name)
        )
    )


def create_service(work: Work, organisation: Organisation, facts: ServiceFacts) -> Service:
    """A draft. Raises NoIntermediary."""
    require(work.actor, Action.SERVICE_CREATE, organisation)
    if organisation.kind is not OrganisationKind.INTERMEDIARY:
        raise NoIntermediary
    made = Service(organisation=organisation, **asdict(facts))
    work.session.add(made)
    work.session.flush()
    audit.record(work, "service.created", made, organisation=organisation.id)
    return made


def edit_service(work: Work, service: Service, facts: ServiceFacts, seen: int) -> list[str]:
    """Describe it anew. What its owner changes after it was published is checked again before it is shown.

    Raises ChangedMeanwhile and NotEditable.
    """
    require(work.actor, Action.SERVICE_EDIT, service)
    _lock(work, service)
    if seen != service.version:
        raise ChangedMeanwhile(service)
    if service.status not in EDITABLE and not _checks(work):
        raise NotEditable
    changed = [name for name, value in asdict(facts).items() if getattr(service, name) != value]
    for name in changed:
        setattr(service, name, getattr(facts, name))
    if changed:
        work.session.flush()
        audit.record(work, "service.edited", service, fields=changed)
        if service.status is ServiceStatus.PUBLISHED and not _checks(work):
            _submit(work, service, "change")
    return changed


def submit(work: Work, service: Service) -> None:
    """Hand it in to be checked. Raises NotVerified."""
    require(work.actor, Action.SERVICE_EDIT, service)
    if not service.organisation.is_verified:
        raise NotVerified
    _lock(work, service)
    _submit(work, service, "submit")


def publish(work: Work, service: Service) -> None:
    """Staff found it right, or entered it themselves. Raises NotVerified."""
    require(work.actor, Action.SERVICE_CHECK, service)
    if not service.organisation.is_verified:
        raise NotVerified
    _lock(work, service)
    service.published_at, service.return_reason = work.now(), ""
    _step(work, service, "publish", "published")
    _tell_members(work, service, "service.published")


def send_back(work: Work, service: Service, reason: str) -> None:
    """Something is to be changed. Raises ReasonMissing."""
    require(work.actor, Action.SERVICE_CHECK, service)
    if not reason.strip():
        raise ReasonMissing
    _lock(work, service)
    service.return_reason = reason.strip()
    _step(work, service, "return", "returned")
    _tell_members(work, service, "service.returned", reason=service.return_reason)


def archive(work: Work, service: Service) -> None:
    """Not offered any more; what was asked for goes on."""
    require(work.actor, Action.SERVICE_EDIT, service)
    _lock(work, service)
    _step(work, service, "archive", "archived")
    if _checks(work):
        _tell_members(work, service, "service.archived")


def restore(work: Work, service: Service) -> None:
    """A draft again."""
    require(work.actor, Action.SERVICE_EDIT, service)
    _lock(work, service)
    _step(work, service, "restore", "restored")


STEPS = {
    "submit": Action.SERVICE_EDIT,
    "publish": Action.SERVICE_CHECK,
    "return": Action.SERVICE_CHECK,
    "archive": Action.SERVICE_EDIT,
    "restore": Action.SERVICE_EDIT,
}
"""The right that each step asks of a person."""


def steps_of(work: Work, service: Service) -> frozenset[str]:
    """The steps that the state allows and the actor may take, and "edit"; staff publish and do not submit."""
    possible = {
        step
        for step in Service.MACHINE.actions(service.status)
        if step in STEPS and allow(work.actor, STEPS[step], service)
    }
    if _checks(work):
        possible.discard("submit")
    editable = service.status in EDITABLE or (_checks(work) and service.status is not ServiceStatus.ARCHIVED)
    if editable and allow(work.actor, Action.SERVICE_EDIT, service):
        possible.add("edit")
    return frozenset(possible)


def _checks(work: Work) -> bool:
    return allow(work.actor, Action.SERVICE_CHECK)


def _matching(work: Work, wanted: ServiceFilter) -> Select[Any]:
    waiting = case((Service.status == ServiceStatus.SUBMITTED, 0), else_=1)
    query = (
        select(Service)
        .where(condition(work.actor, Action.SERVICE_READ, Service), *_conditions(wanted))
        .order_by(waiting, Service.kind, Service.id.desc())
    )
    if wanted.status is None and not _checks(work):
        query = query.where(Service.status == ServiceStatus.PUBLISHED)
    return query


def _conditions(wanted: ServiceFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.q:
        named = select(Organisation.id).where(Organisation.name.icontains(wanted.q, autoescape=True))
        found.append(
            or_(
                Service.title.icontains(wanted.q, autoescape=True),
                Service.description.icontains(wanted.q, autoescape=True),
                Service.organisation_id.in_(named),
            )
        )
    if wanted.kind:
        found.append(Service.kind == wanted.kind)
    if wanted.status is not None:
        found.append(Service.status == wanted.status)
    if wanted.organisation is not None:
        found.append(Service.organisation_id == wanted.organisation)
    return found


def _lock(work: Work, service: Service) -> None:
    """Two may decide at once: the second sees what the first did."""
    take_serial_lock(work.session)
    work.session.refresh(service)


def _step(work: Work, service: Service, action: str, event: str) -> None:
    before, after = advance(service, action)
    audit.record(work, f"service.{event}", service, **{"from": before, "to": after})


def _submit(work: Work, service: Service, action: str) -> None:
    _step(work, service, action, "submitted")
    service.submitted_at = work.now()
    notices.tell(
        work,
        notices.staff(work),
        "service.submitted",
        path(service),
        name=service.organisation.name,
        title=service.title,
    )


def _tell_members(work: Work, service: Service, kind: str, **details: str) -> None:
    people = notices.members(work, service.organisation)
    notices.tell(work, people, kind, path(service), title=service.title, **details)


def path(service: Service) -> str:
    return f"/services/{service.id}"


def clean(typed: str | None) -> str:
    return (typed or "").replace("\x00", "").strip()[:LONGEST_QUERY]
