"""Who of the bureau has a posting in hand, and who read what is confidential in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import structlog
from sqlalchemy import ColumnElement, Table, and_, func, or_, select, update
from sqlalchemy.orm import aliased

from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.listing import Listing
from matchmaker.notices import service as notices
from matchmaker.policy import Action, allow, require
from matchmaker.postings.errors import Posting, PostingNotFound
from matchmaker.postings.steps import path_of
from matchmaker.work import Work
from models import Attachment, AuditEvent, Capability, Organisation, Problem, User
from models.sealed import Unreadable

PAGE_SIZE = 50
READ_TEXT = {Problem.KIND: "problem.confidential_read", Capability.KIND: "capability.confidential_read"}
READ_FILE = "attachment.confidential_read"
log = structlog.get_logger()


@dataclass(frozen=True)
class Rights:
    """The rows of the policy for one kind of posting."""

    model: type[Posting]
    read: Action
    read_confidential: Action
    read_readers: Action
    take_on: Action


RIGHTS: Mapping[str, Rights] = {
    Problem.KIND: Rights(
        Problem,
        Action.PROBLEM_READ,
        Action.PROBLEM_READ_CONFIDENTIAL,
        Action.PROBLEM_READ_READERS,
        Action.PROBLEM_TAKE_ON,
    ),
    Capability.KIND: Rights(
        Capability,
        Action.CAPABILITY_READ,
        Action.CAPABILITY_READ_CONFIDENTIAL,
        Action.CAPABILITY_READ_READERS,
        Action.CAPABILITY_TAKE_ON,
    ),
}


@dataclass(frozen=True)
class Guarded:
    """What is confidential in a posting, as its reader may know of it; not a word of it."""

    text: bool
    unreadable: bool
    """There is a text and its key is not at hand."""
    files: int
    broker: User | None
    """Told to staff and to its owner."""
    may_read: bool
    may_take_on: bool
    """It is not the reader's yet."""
    may_see_readers: bool
    readings: int
    """For whoever may see who read it."""

    @property
    def anything(self) -> bool:
        return self.text or self.files > 0


@dataclass(frozen=True)
class Reading:
    """One look at something confidential: the audit's event, whose account it was, and which file if it was one."""

    event: AuditEvent
    organisation: Organisation | None
    file: Attachment | None


@dataclass(frozen=True)
class ReadingsPage:
    posting: Posting
    listing: Listing[Reading]


def guarded(work: Work, posting: Posting) -> Guarded:
    """For the page of a posting that the actor may read."""
    rights = RIGHTS[posting.KIND]
    text = posting.confidential if isinstance(posting, Problem) else ""
    may_take_on = allow(work.actor, rights.take_on, posting)
    may_see_readers = allow(work.actor, rights.read_readers, posting)
    return Guarded(
        text=bool(text),
        unreadable=isinstance(text, Unreadable),
        files=_count_files(work, posting) if may_take_on or may_see_readers else 0,
        broker=posting.broker if may_take_on or may_see_readers else None,
        may_read=allow(work.actor, rights.read_confidential, posting),
        may_take_on=may_take_on and posting.broker_id != work.person.id,
        may_see_readers=may_see_readers,
        readings=_count(work, posting) if may_see_readers else 0,
    )


def find(work: Work, kind: str, posting_id: int) -> Posting:
    """Raises PostingNotFound, also for one that the actor may not know of."""
    rights = RIGHTS[kind]
    found = cast(Posting | None, work.session.get(rights.model, posting_id))
    if found is None or not allow(work.actor, rights.read, found):
        raise PostingNotFound(kind, posting_id)
    return found


def take_on(work: Work, posting: Posting) -> bool:
    """The posting is the actor's from now on, the broker before is told; returns whether that is a change."""
    require(work.actor, RIGHTS[posting.KIND].take_on, posting)
    take_serial_lock(work.session)
    work.session.refresh(posting, ["broker_id", "broker"])
    previous = posting.broker
    if previous is work.person:
        return False
    # past the version: whoever edits the text meanwhile need not be told that it has another broker
    table = cast(Table, RIGHTS[posting.KIND].model.__table__)
    work.session.execute(update(table).where(table.c.id == posting.id).values(broker_id=work.person.id))
    work.session.refresh(posting, ["broker_id", "broker"])
    audit.record(work, f"{posting.KIND}.taken_on", posting, before=previous.id if previous else None)
    if previous is not None:
        details = {"name": work.person.name, "title": posting.title}
        kind = f"pairing.{posting.KIND}_taken_on"
        notices.tell(work, [previous], kind, path_of(posting), **details)
    log.info(f"{posting.KIND}.taken_on", id=posting.id, actor=work.person.id)
    return True


def note_reading(work: Work, posting: Posting, where: str) -> None:
    """The actor is being shown the confidential text: on the page, in the form, in the history. Once a request."""
    require(work.actor, RIGHTS[posting.KIND].read_confidential, posting)
    audit.record(work, READ_TEXT[posting.KIND], posting, where=where)


def readings(work: Work, posting: Posting, page: int) -> ReadingsPage:
    """Who read what is confidential in it, newest first; files that were removed too."""
    require(work.actor, RIGHTS[posting.KIND].read_readers, posting)
    total = _count(work, posting)
    page = max(1, min(page, -(-total // PAGE_SIZE) or 1))
    reader = aliased(User)
    found = work.session.execute(
        select(AuditEvent, Organisation, Attachment)
        .outerjoin(reader, AuditEvent.actor_id == reader.id)
        .outerjoin(Organisation, reader.organisation_id == Organisation.id)
        .outerjoin(Attachment, and_(AuditEvent.action == READ_FILE, AuditEvent.object_id == Attachment.id))
        .where(_is_reading_of(posting))
        .order_by(AuditEvent.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return ReadingsPage(posting, Listing([Reading(*row) for row in found], page, PAGE_SIZE, total))


def _is_reading_of(posting: Posting) -> ColumnElement[bool]:
    files = select(Attachment.id).where(
        Attachment.owner_kind == posting.KIND, Attachment.owner_id == posting.id
    )
    return or_(
        and_(
            AuditEvent.object_kind == posting.KIND,
            AuditEvent.object_id == posting.id,
            AuditEvent.action == READ_TEXT[posting.KIND],
        ),
        and_(
            AuditEvent.object_kind == Attachment.__tablename__,
            AuditEvent.object_id.in_(files),
            AuditEvent.action == READ_FILE,
        ),
    )


def _count(work: Work, posting: Posting) -> int:
    return work.session.scalar(select(func.count(AuditEvent.id)).where(_is_reading_of(posting))) or 0


def _count_files(work: Work, posting: Posting) -> int:
    wanted = select(func.count(Attachment.id)).where(
        Attachment.owner_kind == posting.KIND,
        Attachment.owner_id == posting.id,
        Attachment.confidential,
        Attachment.removed_at.is_(None),
    )
    return work.session.scalar(wanted) or 0
