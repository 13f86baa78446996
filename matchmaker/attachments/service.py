"""Attachments of postings, cooperation records and entries of threads: attach, list, open, remove, restore, sweep.

Removing hides a file at once and is undone by staff with `restore`. Its bytes go KEPT_DAYS later with `sweep`;
the row stays, so that history can say that there was a file, of which size, and who put it there.
The bytes of a cooperation record's files stay for good: they are evidence of an agreement.

A confidential file is sealed in memory before it is stored, and opened in memory to whoever asks for it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import IO, Protocol

import structlog
from sqlalchemy import func, select

from matchmaker.attachments import content, names
from matchmaker.attachments.storage import Storage, TooLarge, keep_if_committed
from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.policy import READERS_OF_FILES, Action, allow, condition, require
from matchmaker.work import Work
from models import (
    Alliance,
    Attachment,
    AttachmentOwner,
    Capability,
    CooperationRecord,
    Problem,
    ServiceRequest,
    ThreadEntry,
)
from models.sealed import keys_of

KEPT_DAYS = 30
PASSING_HOURS = 24
"""A stored file without a row is this old before it counts as left behind: its transaction may still be running."""

Owner = Problem | Capability | CooperationRecord | ThreadEntry | Alliance | ServiceRequest
log = structlog.get_logger()


class Upload(Protocol):
    """A file as a browser or a command hands it over."""

    @property
    def filename(self) -> str | None: ...

    @property
    def stream(self) -> IO[bytes]: ...


class Reason(StrEnum):
    """Why a file is not accepted."""

    NOTHING = "nothing"
    EMPTY = "empty"
    LARGE = "large"
    MANY = "many"
    TYPE = "type"
    CONTENT = "content"


class Refused(Exception):
    """A file that is not accepted; carries why, its cleaned name and its extension. Nothing was kept."""

    def __init__(self, reason: Reason, name: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.name = name
        self.extension = names.extension_of(name)


@dataclass(frozen=True)
class Examined:
    """A file that is what its name says, for whoever keeps its bytes elsewhere."""

    name: str
    media_type: str
    data: bytes


class NotFound(LookupError):
    """There is no such attachment or owner, or none that the actor may know of."""


class Confidential(Exception):
    """The attachment may be read, but only where that leaves a trace; carries the attachment."""

    def __init__(self, attachment: Attachment) -> None:
        super().__init__(f"attachment {attachment.id}")
        self.attachment = attachment


class BytesMissing(LookupError):
    """The row is there and its file is not: a restore from a backup went wrong. Carries the attachment."""

    def __init__(self, attachment: Attachment) -> None:
        super().__init__(f"attachment {attachment.id}")
        self.attachment = attachment


class Sealed(LookupError):
    """The bytes are sealed with a key that is not at hand. Carries the attachment."""

    def __init__(self, attachment: Attachment) -> None:
        super().__init__(f"attachment {attachment.id}")
        self.attachment = attachment


def examine(file: Upload, largest_mb: int) -> Examined:
    """Read a file into memory if it is of an allowed kind and size. Raises Refused."""
    name = names.clean(file.filename or "")
    if names.extension_of(name) not in content.TYPES:
        raise Refused(Reason.TYPE if name else Reason.NOTHING, name)
    data = file.stream.read(largest_mb * 1024 * 1024 + 1)
    if not data:
        raise Refused(Reason.EMPTY, name)
    if len(data) > largest_mb * 1024 * 1024:
        raise Refused(Reason.LARGE, name)
    media_type = content.media_type_in(io.BytesIO(data), names.extension_of(name))
    if media_type is None:
        raise Refused(Reason.CONTENT, name)
    return Examined(name, media_type, data)


def kind_of(owner: Owner) -> AttachmentOwner:
    return next(kind for kind, (model, *_) in READERS_OF_FILES.items() if isinstance(owner, model))


def owner_of(work: Work, owner_kind: str, owner_id: int) -> Owner:
    """What files hang on, if the actor may read it. Raises NotFound."""
    try:
        model, read, _ = READERS_OF_FILES[AttachmentOwner(owner_kind)]
    except ValueError:
        raise NotFound(owner_kind) from None
    found: Owner | None = work.session.get(model, owner_id)
    if found is None or not allow(work.actor, read, found):
        raise NotFound(f"{owner_kind} {owner_id}")
    return found


def find(work: Work, attachment_id: int) -> Attachment:
    """An attachment that is not removed and that the actor may read. Raises NotFound."""
    found = work.session.get(Attachment, attachment_id)
    if found is None or found.removed_at is not None or not allow(work.actor, Action.ATTACHMENT_READ, found):
        raise NotFound(f"attachment {attachment_id}")
    return found


def of(work: Work, owner_kind: str, owner_id: int) -> list[Attachment]:
    """The files of an object that the actor may read, in the order they came."""
    return list(
        work.session.scalars(
            select(Attachment)
            .where(
                Attachment.owner_kind == AttachmentOwner(owner_kind),
                Attachment.owner_id == owner_id,
                Attachment.removed_at.is_(None),
                condition(work.actor, Action.ATTACHMENT_READ, Attachment),
            )
            .order_by(Attachment.id)
        )
    )


def of_several(
    work: Work, owner_kind: AttachmentOwner, owner_ids: Sequence[int]
) -> dict[int, list[Attachment]]:
    """The files of several objects that the actor may read, by object; one without files is left out."""
    wanted = (
        select(Attachment)
        .where(
            Attachment.owner_kind == owner_kind,
            Attachment.owner_id.in_(owner_ids),
            Attachment.removed_at.is_(None),
            condition(work.actor, Action.ATTACHMENT_READ, Attachment),
        )
        .order_by(Attachment.id)
    )
    found: dict[int, list[Attachment]] = {}
    for each in work.session.scalars(wanted):
        found.setdefault(each.owner_id, []).append(each)
    return found


def removed_from(work: Work, owner_kind: str, owner_id: int) -> list[Attachment]:
    """The removed files that the actor may bring back, the last removed first."""
    if not allow(work.actor, Action.ATTACHMENT_RESTORE):
        return []
    return list(
        work.session.scalars(
            select(Attachment)
            .where(
                Attachment.owner_kind == AttachmentOwner(owner_kind),
                Attachment.owner_id == owner_id,
                Attachment.removed_at > work.now() - timedelta(days=KEPT_DAYS),
                condition(work.actor, Action.ATTACHMENT_READ, Attachment),
            )
            .order_by(Attachment.removed_at.desc())
        )
    )


def attach_all(work: Work, owner: Owner, files: Sequence[Upload], confidential: bool) -> list[Attachment]:
    """Attach several files or, where one is refused, none: the caller rolls back. Raises Refused."""
    given = [file for file in files if file.filename]
    if not given:
        raise Refused(Reason.NOTHING)
    return [attach(work, owner, file, confidential) for file in given]


def attach(work: Work, owner: Owner, file: Upload, confidential: bool) -> Attachment:
    """Store a file and its row; the file goes again if the caller's transaction fails. Raises Refused, NoKey."""
    require(work.actor, READERS_OF_FILES[kind_of(owner)][1], owner)
    require(work.actor, Action.ATTACHMENT_UPLOAD, owner)
    name = names.clean(file.filename or "")
    if not name:
        raise Refused(Reason.NOTHING)
    if names.extension_of(name) not in content.TYPES:
        raise Refused(Reason.TYPE, name)
    made = _examined(work, file) if confidential else _store(work, file, name)
    made.owner_kind, made.owner_id = kind_of(owner), owner.id
    made.confidential, made.uploaded_by = confidential, work.actor
    take_serial_lock(work.session)  # two uploads at once must not both be the last one allowed
    if _count(work, owner) >= work.settings.attachment_max_count:
        raise Refused(Reason.MANY, name)
    work.session.add(made)
    work.session.flush()
    _record(work, "attachment.uploaded", made)
    return made


def open_public(work: Work, attachment_id: int) -> tuple[Attachment, Path]:
    """A public attachment and where its bytes lie. Raises NotFound, BytesMissing, or Confidential for one that is not."""
    found = find(work, attachment_id)
    if found.confidential:
        raise Confidential(found)
    return found, _bytes_of(work, found)


def open_traced(work: Work, attachment_id: int) -> tuple[Attachment, Path | IO[bytes]]:
    """Any attachment, and where its bytes lie or they themselves; reading a confidential one is an audit event.

    Raises NotFound, BytesMissing, Sealed.
    """
    found = find(work, attachment_id)
    path = _bytes_of(work, found)
    if not found.confidential:
        return found, path
    data = keys_of(work.session.get_bind().dialect).open_file(path.read_bytes())
    if data is None:
        raise Sealed(found)
    _record(work, "attachment.confidential_read", found)
    return found, io.BytesIO(data)


def remove(work: Work, attachment_id: int) -> Attachment:
    """Hide a file from everyone. Raises NotFound."""
    attachment = find(work, attachment_id)
    owner = _owner(work, attachment)
    require(work.actor, Action.ATTACHMENT_REMOVE, owner)
    attachment.removed_at = work.now()
    _record(work, "attachment.removed", attachment)
    return attachment


def restore(work: Work, attachment_id: int) -> Attachment:
    """Bring a removed file back. Raises NotFound, Refused where there are too many."""
    found = work.session.get(Attachment, attachment_id)
    if found is None or not allow(work.actor, Action.ATTACHMENT_READ, found):
        raise NotFound(f"attachment {attachment_id}")
    owner = _owner(work, found)
    require(work.actor, Action.ATTACHMENT_RESTORE, owner)
    if found.removed_at is None:
        return found
    _bytes_of(work, found)
    take_serial_lock(work.session)
    if _count(work, owner) >= work.settings.attachment_max_count:
        raise Refused(Reason.MANY, found.name)
    found.removed_at = None
    _record(work, "attachment.restored", found)
    return found


def sweep(work: Work) -> int:
    """Delete files that no row needs; returns how many. A command for the service itself, safe to repeat.

    These are files that a killed process left before its transaction was committed, and files of problems and
    capabilities that were removed KEPT_DAYS ago.
    """
    storage = Storage(work.settings.data_dir)
    needed = set(
        work.session.scalars(
            select(Attachment.stored_as).where(
                Attachment.removed_at.is_(None)
                | (Attachment.removed_at > work.now() - timedelta(days=KEPT_DAYS))
                | (Attachment.owner_kind == AttachmentOwner.RECORD)
            )
        )
    )
    useless = [name for name in storage.names(older_than=PASSING_HOURS * 3600) if name not in needed]
    for name in useless:
        storage.delete(name)
    log.info("attachment.swept", files=len(useless))
    return len(useless)


def _store(work: Work, file: Upload, name: str) -> Attachment:
    storage = Storage(work.settings.data_dir)
    try:
        received = storage.receive(file.stream, work.settings.attachment_max_mb * 1024 * 1024)
    except TooLarge:
        raise Refused(Reason.LARGE, name) from None
    try:
        if received.size == 0:
            raise Refused(Reason.EMPTY, name)
        media_type = content.media_type_of(received.path, names.extension_of(name))
        if media_type is None:
            raise Refused(Reason.CONTENT, name)
        stored_as = storage.place(received)
    finally:
        received.discard()
    keep_if_committed(work.session, storage.path(stored_as))
    return Attachment(
        name=name, media_type=media_type, size=received.size, sha256=received.sha256, stored_as=stored_as
    )


def _examined(work: Work, file: Upload) -> Attachment:
    """Sealed under the lock: a key is not dropped while something that it sealed has no row yet."""
    seen = examine(file, work.settings.attachment_max_mb)
    take_serial_lock(work.session)
    sealed, key_id = keys_of(work.session.get_bind().dialect).seal_file(seen.data)
    storage = Storage(work.settings.data_dir)
    stored_as = storage.keep(sealed)
    keep_if_committed(work.session, storage.path(stored_as))
    return Attachment(
        name=seen.name,
        media_type=seen.media_type,
        size=len(seen.data),
        sha256="",
        stored_as=stored_as,
        key_id=key_id,
    )


def _count(work: Work, owner: Owner) -> int:
    """All that stand, also those that the actor may not see."""
    return (
        work.session.scalar(
            select(func.count(Attachment.id)).where(
                Attachment.owner_kind == kind_of(owner),
                Attachment.owner_id == owner.id,
                Attachment.removed_at.is_(None),
            )
        )
        or 0
    )


def _owner(work: Work, attachment: Attachment) -> Owner:
    return owner_of(work, attachment.owner_kind, attachment.owner_id)


def _bytes_of(work: Work, attachment: Attachment) -> Path:
    storage = Storage(work.settings.data_dir)
    path = storage.path(attachment.stored_as)
    if not path.is_file():
        work.session.refresh(attachment)  # it may just have been sealed anew, under another name
        path = storage.path(attachment.stored_as)
    if not path.is_file():
        log.error("attachment.bytes_missing", id=attachment.id, stored_as=attachment.stored_as)
        raise BytesMissing(attachment)
    return path


def _record(work: Work, action: str, attachment: Attachment) -> None:
    """Without the file's name: that of a confidential file may say what is confidential."""
    audit.record(
        work,
        action,
        attachment,
        owner_kind=attachment.owner_kind.value,
        owner_id=attachment.owner_id,
        size=attachment.size,
        confidential=attachment.confidential,
    )
