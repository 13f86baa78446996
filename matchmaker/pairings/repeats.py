"""What is sent twice, by a second press or by a browser that tries again, is one entry of the thread."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from matchmaker.work import Work
from models import Pairing, ThreadEntry

WITHIN = timedelta(seconds=60)


def just_written(work: Work, pairing: Pairing) -> ThreadEntry | None:
    """The actor's last entry on the thread, if it is of the last minute. Asked under the serial lock: of two that come
    at once the second finds the first.
    """
    last = work.session.scalar(
        select(ThreadEntry)
        .where(ThreadEntry.pairing_id == pairing.id, ThreadEntry.author_id == work.person.id)
        .order_by(ThreadEntry.id.desc())
        .limit(1)
    )
    return last if last is not None and work.now() - last.created_at <= WITHIN else None
