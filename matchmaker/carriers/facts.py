"""What carriers, alliances and R&D bodies share: writing what was typed, never over a newer version; counting members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from matchmaker.audit import service as audit
from matchmaker.carriers.errors import ChangedMeanwhile, NameTaken
from matchmaker.database import take_serial_lock
from matchmaker.work import Work
from models import Organisation

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


def members_by(
    work: Work, owner: InstrumentedAttribute[int], ids: Sequence[int], standing: Sequence[ColumnElement[bool]]
) -> dict[int, int]:
    """How many organisations belong to each of `ids`; `owner` is the column of the membership that names it."""
    counted = (
        select(owner, func.count())
        .join(Organisation, owner.class_.organisation_id == Organisation.id)
        .where(owner.in_(ids), *standing)
        .group_by(owner)
    )
    return dict(work.session.execute(counted).all())
