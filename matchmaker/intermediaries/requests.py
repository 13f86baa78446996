"""Asking an intermediary for a service, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from matchmaker.attachments import service as attachments
from matchmaker.attachments.service import Upload
from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.intermediaries.errors import (
    AgreedLater,
    AgreementMissing,
    AlreadyAsked,
    ConsentMissing,
    ContactChanged,
    ContactMissing,
    HoldsConfidential,
    NoParty,
    NotOffered,
    NotOpen,
    NotVerified,
    ReasonMissing,
    ResultMissing,
    ServiceGone,
)
from matchmaker.intermediaries.sharing import Subject, repeats_confidential
from matchmaker.intermediaries.wording import agreement
from matchmaker.notices import service as notices
from matchmaker.policy import Action, allow, require
from matchmaker.work import Work
from models import (
    OPEN_REQUESTS,
    Capability,
    ConsentWay,
    CooperationRecord,
    Organisation,
    Pairing,
    Problem,
    RequestStatus,
    Service,
    ServiceRequest,
    ServiceRequestEvent,
    ServiceStatus,
    advance,
)

SUBJECTS: dict[str, tuple[Any, Action]] = {
    "problem": (Problem, Action.PROBLEM_READ),
    "capability": (Capability, Action.CAPABILITY_READ),
    "record": (CooperationRecord, Action.RECORD_READ),
}
"""What a service can be asked for about, by its word in addresses."""


@dataclass(frozen=True)
class Agreed:
    """How the bureau was told that the contact may be opened: who of the requester said it, the day and the way."""

    person: str
    day: date
    way: ConsentWay
    note: str = ""


@dataclass(frozen=True)
class Contact:
    """Whom the intermediary calls."""

    name: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Ask:
    """What is asked for, what the intermediary may read, and the consent that its acceptance opens the contact.

    `requester_id`: of a record, which party asks; otherwise whose problem or capability it is.
    `agreed`: staff, who ask for somebody else, say how that side consented.
    """

    wish: str
    contact_name: str
    contact_phone: str = ""
    contact_email: str = ""
    consent: bool = False
    shows_content: bool = True
    shows_money: bool = False
    requester_id: int | None = None
    pairing_id: int | None = None
    agreed: Agreed | None = None


def find_subject(work: Work, kind: str, subject_id: int) -> Subject:
    """What a service is to be asked for about, by whom the policy lets. Raises NotOffered."""
    if kind not in SUBJECTS:
        raise NotOffered(kind)
    model, read = SUBJECTS[kind]
    found: Subject | None = work.session.get(model, subject_id)
    if found is None or not allow(work.actor, read, found):
        raise NotOffered(f"{kind} {subject_id}")
    require(work.actor, Action.SERVICE_ASK, found)
    return found


def kind_of(subject: Subject) -> str:
    return next(kind for kind, (model, _read) in SUBJECTS.items() if isinstance(subject, model))


def requesters(work: Work, subject: Subject) -> list[Organisation]:
    """On behalf of whom the actor can ask."""
    if not isinstance(subject, CooperationRecord):
        return [subject.organisation]
    parties = [party.organisation for party in subject.parties]
    if work.person.is_staff:
        return parties
    return [each for each in parties if each.id == work.person.organisation_id]


def find_request(work: Work, request_id: int, action: Action = Action.SERVICE_REQUEST_READ) -> ServiceRequest:
    """The request, for the action. Raises NotOffered also for one that the reader may not know of."""
    found = work.session.get(ServiceRequest, request_id)
    if found is None or not allow(work.actor, Action.SERVICE_REQUEST_READ, found):
        raise NotOffered(f"request {request_id}")
    require(work.actor, action, found)
    return found


def ask(work: Work, subject: Subject, service: Service, asked: Ask) -> ServiceRequest:
    """The first event keeps how the requester agreed, where staff ask for it.

    Raises ServiceGone, NotVerified, NoParty, ConsentMissing, AgreementMissing, AgreedLater, ContactMissing,
    HoldsConfidential and AlreadyAsked.
    """
    require(work.actor, Action.SERVICE_ASK, subject)
    requester = _requester(work, subject, asked)
    _refuse_unfit(subject, requester, asked)
    note = _told(work, asked.agreed)
    take_serial_lock(work.session)
    work.session.refresh(service)
    if service.status is not ServiceStatus.PUBLISHED or not service.organisation.is_verified:
        raise ServiceGone
    _refuse_twice(work, subject, service)
    made = ServiceRequest(
        service=service,
        requester=requester,
        consented_by=work.person,
        pairing_id=_pairing_of(work, subject, asked.pairing_id),
        wish=asked.wish.strip(),
        shows_content=asked.shows_content,
        shows_money=asked.shows_money,
        contact_name=asked.contact_name,
        contact_phone=asked.contact_phone,
        contact_email=asked.contact_email,
        **{kind_of(subject): subject},
    )
    made.events.append(
        ServiceRequestEvent(
            actor=work.person, action="requested", to_status=RequestStatus.REQUESTED, note=note
        )
    )
    work.session.add(made)
    work.session.flush()
    audit.record(
        work,
        "service_request.requested",
        made,
        service=service.id,
        about=f"{kind_of(subject)} {subject.id}",
        organisation=requester.id,
        shows_content=made.shows_content,
        shows_money=made.shows_money,
    )
    _tell_provider(work, made, "service.requested", name=requester.name)
    if work.person.is_staff:
        _tell_requester(work, made, "service.requested_for", name=service.organisation.name)
    return made


def accept(work: Work, request: ServiceRequest, note: str = "") -> None:
    """The intermediary takes it on; from now on it reads the requester's contact."""
    _begin(work, request, Action.SERVICE_REQUEST_HANDLE)
    request.accepted_at = work.now()
    _step(work, request, "accept", "accepted", note)
    _tell_requester(work, request, "service.accepted", name=request.service.organisation.name)


def start(work: Work, request: ServiceRequest, note: str = "") -> None:
    """Work on it has begun."""
    _begin(work, request, Action.SERVICE_REQUEST_HANDLE)
    _step(work, request, "start", "started", note)
    _tell_requester(work, request, "service.started", name=request.service.organisation.name)


def complete(work: Work, request: ServiceRequest, result: str, file: Upload | None = None) -> None:
    """Done, with what came of it and perhaps a file. Raises ResultMissing and attachments' Refused."""
    if not result.strip():
        raise ResultMissing
    _begin(work, request, Action.SERVICE_REQUEST_HANDLE)
    request.result, request.ended_at = result.strip(), work.now()
    _step(work, request, "complete", "completed")
    if file is not None and file.filename:
        attachments.attach(work, request, file, confidential=False)
    _tell_requester(work, request, "service.completed", name=request.service.organisation.name)


def decline(work: Work, request: ServiceRequest, reason: str) -> None:
    """The intermediary does not take it on, or not any more; what it read closes. Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    _begin(work, request, Action.SERVICE_REQUEST_HANDLE)
    request.decline_reason, request.ended_at = reason.strip(), work.now()
    _step(work, request, "decline", "declined", request.decline_reason)
    _tell_requester(
        work,
        request,
        "service.declined",
        name=request.service.organisation.name,
        reason=request.decline_reason,
    )


def withdraw(work: Work, request: ServiceRequest, note: str = "") -> None:
    """The requester does not want it any more; what the intermediary read closes."""
    _begin(work, request, Action.SERVICE_REQUEST_WITHDRAW)
    request.ended_at = work.now()
    _step(work, request, "withdraw", "withdrawn", note)
    _tell_provider(work, request, "service.withdrawn", name=request.requester.name)


def correct_contact(
    work: Work, request: ServiceRequest, contact: Contact, seen: int, agreed: Agreed | None = None
) -> None:
    """Put right whom the intermediary calls. `seen`: the version that the form was opened with.

    Raises ContactChanged, NotOpen, ContactMissing, and of staff AgreementMissing and AgreedLater.
    """
    _begin(work, request, Action.SERVICE_REQUEST_EDIT_CONTACT)
    if request.version != seen:
        raise ContactChanged(request)
    if request.status not in OPEN_REQUESTS:
        raise NotOpen
    _refuse_no_contact(contact)
    note = _told(work, agreed)
    request.contact_name, request.contact_phone = contact.name, contact.phone
    request.contact_email = contact.email
    request.events.append(
        ServiceRequestEvent(
            actor=work.person,
            action="contact_corrected",
            from_status=request.status,
            to_status=request.status,
            note=note,
        )
    )
    work.session.flush()
    audit.record(work, "service_request.contact_corrected", request)


def _requester(work: Work, subject: Subject, asked: Ask) -> Organisation:
    possible = requesters(work, subject)
    if asked.requester_id is None and len(possible) == 1:
        return possible[0]
    for each in possible:
        if each.id == asked.requester_id:
            return each
    raise NoParty


def _refuse_unfit(subject: Subject, requester: Organisation, asked: Ask) -> None:
    if not requester.is_verified:
        raise NotVerified
    if not asked.consent:
        raise ConsentMissing
    _refuse_no_contact(Contact(asked.contact_name, asked.contact_phone, asked.contact_email))
    if repeats_confidential(subject, asked.wish):
        raise HoldsConfidential


def _refuse_no_contact(contact: Contact) -> None:
    if not contact.name or not (contact.phone or contact.email):
        raise ContactMissing


def _told(work: Work, agreed: Agreed | None) -> str:
    """The sentence that keeps how the requester agreed; its own people agree by asking, and it is empty."""
    if not work.person.is_staff:
        return ""
    if agreed is None or not agreed.person.strip():
        raise AgreementMissing
    if agreed.day > work.today():
        raise AgreedLater
    return agreement(agreed.person.strip(), agreed.day, agreed.way, agreed.note.strip())


def _refuse_twice(work: Work, subject: Subject, service: Service) -> None:
    column = getattr(ServiceRequest, f"{kind_of(subject)}_id")
    open_one = work.session.scalar(
        select(ServiceRequest).where(
            ServiceRequest.service_id == service.id,
            column == subject.id,
            ServiceRequest.status.in_(OPEN_REQUESTS),
        )
    )
    if open_one is not None:
        raise AlreadyAsked(open_one)


def _pairing_of(work: Work, subject: Subject, pairing_id: int | None) -> int | None:
    """The talk that it came up in, if it is one about the subject that the actor may read."""
    pairing = work.session.get(Pairing, pairing_id) if pairing_id else None
    if pairing is None or not allow(work.actor, Action.PAIRING_READ, pairing):
        return None
    return pairing.id if subject in (pairing.problem, pairing.capability, pairing.record) else None


def _begin(work: Work, request: ServiceRequest, action: Action) -> None:
    """Two may act at once: the second sees what the first did."""
    require(work.actor, action, request)
    take_serial_lock(work.session)
    work.session.refresh(request)


def _step(work: Work, request: ServiceRequest, action: str, event: str, note: str = "") -> None:
    before, after = advance(request, action)
    request.events.append(
        ServiceRequestEvent(
            actor=work.actor, action=event, from_status=before, to_status=after, note=note.strip()
        )
    )
    work.session.flush()
    audit.record(work, f"service_request.{event}", request, **{"from": before, "to": after})


def _tell_provider(work: Work, request: ServiceRequest, kind: str, **details: str) -> None:
    """The intermediary's people; where it has no account yet, the bureau calls it."""
    people = notices.members(work, request.service.organisation) or notices.staff(work)
    notices.tell(work, people, kind, path(request), title=request.service.title, **details)


def _tell_requester(work: Work, request: ServiceRequest, kind: str, **details: str) -> None:
    """The requester's people, and who of the bureau asked on its behalf."""
    people = notices.members(work, request.requester)
    if request.consented_by is not None and request.consented_by.is_staff:
        people.append(request.consented_by)
    notices.tell(work, people, kind, path(request), title=request.service.title, **details)


def path(request: ServiceRequest) -> str:
    return f"/service-requests/{request.id}"
