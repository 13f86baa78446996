"""What is told because its day has come, and is told once however often the job runs."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from matchmaker.database import take_serial_lock
from matchmaker.work import Work
from models import Reminder

CHUNK = 500

Occasion = tuple[int, str]
"""An object's number, and what of it: a stage with its day."""


def new(work: Work, kind: str, occasions: Collection[Occasion]) -> set[Occasion]:
    """Those that nobody was told of; the caller tells in the same transaction, and they are never new again."""
    if not _lacking(work, kind, occasions):
        return set()
    take_serial_lock(work.session)  # another worker may have been faster: look again
    lacking = _lacking(work, kind, occasions)
    work.session.add_all(
        Reminder(kind=kind, object_id=object_id, occasion=occasion) for object_id, occasion in sorted(lacking)
    )
    work.session.flush()
    return lacking


def _lacking(work: Work, kind: str, occasions: Collection[Occasion]) -> set[Occasion]:
    wanted = set(occasions)
    numbers = sorted({object_id for object_id, _ in wanted})
    known: set[Occasion] = set()
    for start in range(0, len(numbers), CHUNK):
        found = work.session.execute(
            select(Reminder.object_id, Reminder.occasion).where(
                Reminder.kind == kind, Reminder.object_id.in_(numbers[start : start + CHUNK])
            )
        )
        known |= {(object_id, occasion) for object_id, occasion in found}
    return wanted - known
