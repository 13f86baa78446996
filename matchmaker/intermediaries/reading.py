"""Requests as their readers see them: a page of one, lists, and what stands on the page of what they are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import selectinload

from matchmaker.attachments import service as attachments
from matchmaker.belonging import ANYWHERE, Belonging
from matchmaker.intermediaries.catalogue import clean
from matchmaker.intermediaries.requests import find_request, kind_of
from matchmaker.intermediaries.sharing import Shared, Subject, shared
from matchmaker.listing import Listing, Rows, paginate, stream
from matchmaker.policy import Action, allow, condition, require
from matchmaker.typed_numbers import number
from matchmaker.work import Work
from models import (
    OPEN_REQUESTS,
    Attachment,
    AttachmentOwner,
    Organisation,
    Pairing,
    Problem,
    RequestStatus,
    Service,
    ServiceRequest,
    ServiceStatus,
)

OPEN = "open"
"""As a state in a list's address: whatever waits or is being done."""
STEPS = {
    "accept": Action.SERVICE_REQUEST_HANDLE,
    "start": Action.SERVICE_REQUEST_HANDLE,
    "complete": Action.SERVICE_REQUEST_HANDLE,
    "decline": Action.SERVICE_REQUEST_HANDLE,
    "withdraw": Action.SERVICE_REQUEST_WITHDRAW,
}
"""The right that each step asks of a person."""
READS_WHOLE = {
    "problem": Action.PROBLEM_READ,
    "capability": Action.CAPABILITY_READ,
    "record": Action.RECORD_READ,
}


@dataclass(frozen=True)
class RequestFilter:
    """What a list's address asks for; what makes no sense is passed over."""

    q: str = ""
    state: str = ""
    kind: str = ""
    """Of the service."""
    about: str = ""
    """problem, capability or record."""
    provider: int | None = None
    belonging: Belonging = ANYWHERE
    """To which the requester belongs."""
    page: int = 1

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> RequestFilter:
        return cls(
            q=clean(query.get("q")),
            state=clean(query.get("state")),
            kind=clean(query.get("kind")),
            about=clean(query.get("about")),
            provider=number(query.get("provider")),
            belonging=Belonging.from_query(query),
            page=number(query.get("page")) or 1,
        )

    @property
    def narrowed(self) -> bool:
        return self != RequestFilter(page=self.page)


@dataclass(frozen=True)
class RequestPage:
    """A request as its reader sees it. The provider reads `shared`; `link`: who may open the whole object."""

    request: ServiceRequest
    kind: str
    shared: Shared
    may_read_contact: bool
    may_edit_contact: bool
    link: bool
    is_provider: bool
    steps: frozenset[str]
    files: Sequence[Attachment]
    removed: Sequence[Attachment]


@dataclass(frozen=True)
class Requested:
    """A request on the page of what it is about, with the files of its result."""

    request: ServiceRequest
    files: Sequence[Attachment]


def request_page(work: Work, request_id: int) -> RequestPage:
    """Raises NotOffered."""
    request = find_request(work, request_id)
    return RequestPage(
        request=request,
        kind=kind_of(request.about),
        shared=shared(request),
        may_read_contact=allow(work.actor, Action.SERVICE_REQUEST_READ_CONTACT, request),
        may_edit_contact=request.status in OPEN_REQUESTS
        and allow(work.actor, Action.SERVICE_REQUEST_EDIT_CONTACT, request),
        link=allow(work.actor, READS_WHOLE[kind_of(request.about)], request.about),
        is_provider=work.person.organisation_id == request.service.organisation_id,
        steps=steps_of(work, request),
        files=attachments.of(work, AttachmentOwner.SERVICE_REQUEST, request.id),
        removed=attachments.removed_from(work, AttachmentOwner.SERVICE_REQUEST, request.id),
    )


def steps_of(work: Work, request: ServiceRequest) -> frozenset[str]:
    """The steps that the state allows and the actor may take."""
    return frozenset(
        step
        for step in ServiceRequest.MACHINE.actions(request.status)
        if allow(work.actor, STEPS[step], request)
    )


def requests(work: Work, wanted: RequestFilter) -> Listing[ServiceRequest]:
    """Those that the actor may read; what is open first, the oldest of it before the others."""
    require(work.actor, Action.SERVICE_REQUEST_READ)
    return paginate(work.session, _matching(work, wanted), wanted.page, work.settings.page_size)


def all_requests(work: Work, wanted: RequestFilter) -> Rows[ServiceRequest]:
    """The whole list, for an export."""
    require(work.actor, Action.SERVICE_REQUEST_READ)
    without_secrets = selectinload(ServiceRequest.problem).defer(Problem.confidential)
    about = selectinload(ServiceRequest.capability), selectinload(ServiceRequest.record)
    return stream(work.session, _matching(work, wanted).options(without_secrets, *about))


def count_by_state(work: Work) -> Mapping[RequestStatus, int]:
    """How many of those that the actor may read are in each state."""
    rows = work.session.execute(
        select(ServiceRequest.status, func.count(ServiceRequest.id))
        .where(condition(work.actor, Action.SERVICE_REQUEST_READ, ServiceRequest))
        .group_by(ServiceRequest.status)
    )
    return {row[0]: row[1] for row in rows}


def waiting(work: Work) -> int:
    """How many wait for the actor: of an intermediary to be answered, of staff services to be checked."""
    if allow(work.actor, Action.SERVICE_CHECK):
        wanted: Select[Any] = select(func.count(Service.id)).where(Service.status == ServiceStatus.SUBMITTED)
    else:
        wanted = select(func.count(ServiceRequest.id)).where(
            ServiceRequest.status == RequestStatus.REQUESTED,
            condition(work.actor, Action.SERVICE_REQUEST_HANDLE, ServiceRequest),
        )
    return work.session.scalar(wanted) or 0


def providers(work: Work) -> list[Organisation]:
    """Whom something was asked of that the actor may read."""
    asked = (
        select(Service.organisation_id)
        .join(ServiceRequest, ServiceRequest.service_id == Service.id)
        .where(condition(work.actor, Action.SERVICE_REQUEST_READ, ServiceRequest))
    )
    return list(
        work.session.scalars(
            select(Organisation).where(Organisation.id.in_(asked)).order_by(Organisation.name)
        )
    )


def requests_about(work: Work, subject: Subject) -> list[Requested]:
    """On the page of a problem, capability or record: what the reader may know was asked for about it."""
    column = getattr(ServiceRequest, f"{kind_of(subject)}_id")
    return _requested(work, column == subject.id)


def requests_in(work: Work, pairing: Pairing) -> list[Requested]:
    """In the thread of a pairing: what came up there."""
    return _requested(work, ServiceRequest.pairing_id == pairing.id)


def _requested(work: Work, which: ColumnElement[bool]) -> list[Requested]:
    if not allow(work.actor, Action.SERVICE_REQUEST_READ):
        return []
    found = work.session.scalars(
        select(ServiceRequest)
        .where(which, condition(work.actor, Action.SERVICE_REQUEST_READ, ServiceRequest))
        .order_by(ServiceRequest.id.desc())
        .options(selectinload(ServiceRequest.events))
    ).all()
    if not found:
        return []
    files = attachments.of_several(work, AttachmentOwner.SERVICE_REQUEST, [each.id for each in found])
    return [Requested(each, files.get(each.id, ())) for each in found]


def _matching(work: Work, wanted: RequestFilter) -> Select[Any]:
    is_open = case((ServiceRequest.status.in_(OPEN_REQUESTS), 0), else_=1)
    return (
        select(ServiceRequest)
        .join(Service, ServiceRequest.service_id == Service.id)
        .where(
            condition(work.actor, Action.SERVICE_REQUEST_READ, ServiceRequest),
            *wanted.belonging.of(ServiceRequest.requester_id),
            *_conditions(wanted),
        )
        .order_by(is_open, case((is_open == 0, ServiceRequest.id), else_=-ServiceRequest.id))
    )


def _conditions(wanted: RequestFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.q:
        named = select(Organisation.id).where(Organisation.name.icontains(wanted.q, autoescape=True))
        found.append(
            or_(
                Service.title.icontains(wanted.q, autoescape=True),
                Service.organisation_id.in_(named),
                ServiceRequest.requester_id.in_(named),
            )
        )
    if wanted.state:
        known = [RequestStatus(wanted.state)] if wanted.state in list(RequestStatus) else []
        found.append(ServiceRequest.status.in_(OPEN_REQUESTS if wanted.state == OPEN else known))
    if wanted.kind:
        found.append(Service.kind == wanted.kind)
    if wanted.about in READS_WHOLE:
        found.append(getattr(ServiceRequest, f"{wanted.about}_id").is_not(None))
    if wanted.provider is not None:
        found.append(Service.organisation_id == wanted.provider)
    return found
