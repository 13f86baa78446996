"""Writing what was typed about a carrier, an alliance or an R&D body, never over a newer version."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from matchmaker.audit import service as audit
from matchmaker.carriers.errors import ChangedMeanwhile, NameTaken
from matchmaker.database import take_serial_lock
from matchmaker.work import Work

LONGEST_QUERY = 100


def refuse_taken(work: Work, model: Any, name: str, but: int | None = None) -> None:
    """Raises NameTaken. Names are compared under the lock, so that of two the second is told."""
    take_serial_lock(work.session)
    owner = work.session.scalar(select(model.id).where(model.name == name))
    if owner is not None and owner != but:
        raise NameTaken(name)


def write(work: Work, subject: Any, facts: Any, seen: int) -> list[str]:
    """Set the columns that differ from the dataclass of facts; returns their names.

    `seen` is the version that the form was opened with: raises ChangedMeanwhile if there is a newer one.
    """
    take_serial_lock(work.session)
    work.session.refresh(subject)
    if seen != subject.version:
        raise ChangedMeanwhile(subject)
    changed = [name for name, value in asdict(facts).items() if getattr(subject, name) != value]
    for name in changed:
        setattr(subject, name, getattr(facts, name))
    if changed:
        work.session.flush()
        audit.record(work, f"{subject.__tablename__}.changed", subject, fields=changed)
    return changed


def clean(typed: str | None) -> str:
    """A word in a list's address."""
    return (typed or "").replace("\x00", "").strip()[:LONGEST_QUERY]


def number(typed: str | None) -> int | None:
    """A page's or row's number in a list's address, or nothing."""
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 9 else None
