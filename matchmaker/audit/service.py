"""The audit: who did what to which object, when and from where. Append-only, each event chained to the last."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from matchmaker.database import take_serial_lock
from matchmaker.work import Work
from models import AuditEvent, User

FIRST = "0" * 64
ERASED = "account.erased"
"""The action of the event that vouches for what is left of the events of an erased person."""


@dataclass(frozen=True)
class BrokenLink:
    """The first event whose hash is not what its content and predecessor give."""

    event_id: int


@dataclass(frozen=True)
class Chain:
    """What a walk along the chain found: it holds up to event `holds_to`, having `walked` so many."""

    walked: int
    holds_to: int
    broken: BrokenLink | None


def record(work: Work, action: str, subject: Any = None, **details: Any) -> AuditEvent:
    """Add an event in the caller's transaction. `details` is JSON and never holds confidential text."""
    session = work.session
    session.flush()
    take_serial_lock(session)
    last = session.execute(
        select(AuditEvent.id, AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)
    ).first()
    event = AuditEvent(
        id=(last.id if last else 0) + 1,
        at=work.now().replace(microsecond=0),
        actor_id=work.actor.id if work.actor else None,
        actor_name="",
        action=action,
        object_kind=subject.__tablename__ if subject is not None else "",
        object_id=subject.id if subject is not None else None,
        details=details,
        address=work.address,
        previous_hash=last.hash if last else FIRST,
    )
    event.hash = digest(event)
    session.add(event)
    session.flush()
    return event


def digest(event: AuditEvent) -> str:
    """Of every column but the hash itself."""
    return _hashed(_content(event))


def _content(event: AuditEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "at": event.at.isoformat(),
        "actor_id": event.actor_id,
        "actor_name": event.actor_name,
        "action": event.action,
        "object_kind": event.object_kind,
        "object_id": event.object_id,
        "details": event.details,
        "address": event.address,
        "previous_hash": event.previous_hash,
    }


def _hashed(content: dict[str, Any]) -> str:
    encoded = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(encoded.encode()).hexdigest()


def _remains(event: AuditEvent) -> str:
    """Of what is left once the name is gone, and of the hash of then."""
    return _hashed(_content(event) | {"hash": event.hash})


def forget_name(work: Work, user: User) -> dict[str, Any]:
    """Take the person's name out of the events that hold it; returns the details with which ERASED vouches for the rest.

    Older events hold the actor's name, which their hash covers. From now on the chain checks such an event by the
    hash of what is left, and what is left of all of them by the event of the erasure, which is in the chain itself.
    """
    take_serial_lock(work.session)
    vouched, number = hashlib.sha256(), 0
    named = select(AuditEvent).where(AuditEvent.actor_id == user.id, AuditEvent.actor_name != "")
    for event in work.session.scalars(named.order_by(AuditEvent.id)).all():
        event.actor_name = ""
        event.remains = _remains(event)
        vouched.update(event.remains.encode())
        number += 1
    work.session.flush()
    return {"events": number, "remains": vouched.hexdigest()}


def first_broken_link(work: Work) -> BrokenLink | None:
    """Walk the chain from the start; None when every link holds."""
    return check(work).broken


def check(work: Work, newest: int | None = None, shown: Callable[[int], None] | None = None) -> Chain:
    """Walk the chain from the start, or only its newest links: a look that costs the same however long it is.

    Links are checked against the events beside them, so the oldest of the newest is taken as it is. `shown` is told
    now and then how many were walked.
    """
    wanted = select(AuditEvent).order_by(AuditEvent.id)
    previous, expected, walked = FIRST, 1, 0
    if newest is not None:
        last = work.session.scalar(select(func.max(AuditEvent.id))) or 0
        anchor = work.session.get(AuditEvent, last - newest)
        if anchor is not None:
            wanted = wanted.where(AuditEvent.id > anchor.id)
            previous, expected = anchor.hash, anchor.id + 1
    erased = _Erased(whole=expected == 1)
    for event in work.session.scalars(wanted.execution_options(yield_per=1000, populate_existing=True)):
        if event.id != expected or event.previous_hash != previous or not erased.holds(event):
            return Chain(walked, expected - 1, BrokenLink(event.id))
        previous, expected, walked = event.hash, expected + 1, walked + 1
        if shown is not None and walked % 1000 == 0:
            shown(walked)
    unvouched = erased.unvouched()
    if unvouched is not None:
        return Chain(walked, unvouched - 1, BrokenLink(unvouched))
    return Chain(walked, expected - 1, None)


class _Erased:
    """What a walk has met of events whose actor was erased, by actor, until the event that vouches for them.

    A walk that is not of the `whole` chain may have begun among them, and cannot tell.
    """

    def __init__(self, whole: bool) -> None:
        self._whole = whole
        self._met: dict[int | None, tuple[int, Any]] = {}

    def holds(self, event: AuditEvent) -> bool:
        """Whether the event is as it was written, or as its erasure left it."""
        if event.remains is None:
            return event.hash == digest(event) and self._vouched(event)
        if event.actor_name or event.remains != _remains(event):
            return False
        _, sums = self._met.setdefault(event.actor_id, (event.id, hashlib.sha256()))
        sums.update(event.remains.encode())
        return True

    def _vouched(self, event: AuditEvent) -> bool:
        """Of the event of an erasure: whether what was met is what it vouches for."""
        if event.action != ERASED:
            return True
        _, sums = self._met.pop(event.object_id, (0, hashlib.sha256()))
        return not self._whole or bool(sums.hexdigest() == event.details["remains"])

    def unvouched(self) -> int | None:
        """The first event whose name is gone without an erasure that says so."""
        return min((first for first, _ in self._met.values()), default=None) if self._whole else None
