"""The audit: who did what to which object, when and from where. Append-only, each event chained to the last."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from matchmaker.database import take_serial_lock
from matchmaker.work import Work
from models import AuditEvent

FIRST = "0" * 64


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
        actor_name=work.actor.name if work.actor else "",
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
    content = {
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
    encoded = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(encoded.encode()).hexdigest()


def first_broken_link(work: Work) -> BrokenLink | None:
    """Walk the chain from the start; None when every link holds."""
    return check(work).broken


def check(work: Work, newest: int | None = None) -> Chain:
    """Walk the chain from the start, or only its newest links: a look that costs the same however long it is.

    Links are checked against the events beside them, so the oldest of the newest is taken as it is.
    """
    wanted = select(AuditEvent).order_by(AuditEvent.id)
    previous, expected, walked = FIRST, 1, 0
    if newest is not None:
        last = work.session.scalar(select(func.max(AuditEvent.id))) or 0
        anchor = work.session.get(AuditEvent, last - newest)
        if anchor is not None:
            wanted = wanted.where(AuditEvent.id > anchor.id)
            previous, expected = anchor.hash, anchor.id + 1
    for event in work.session.scalars(wanted.execution_options(yield_per=1000, populate_existing=True)):
        if event.id != expected or event.previous_hash != previous or event.hash != digest(event):
            return Chain(walked, expected - 1, BrokenLink(event.id))
        previous, expected, walked = event.hash, expected + 1, walked + 1
    return Chain(walked, expected - 1, None)
