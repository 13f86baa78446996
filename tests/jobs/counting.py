"""A job that counts in pieces, and who does it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from matchmaker.database import Database
from matchmaker.jobs import queue
from matchmaker.jobs.service import Run
from matchmaker.work import Work
from matchmaker.worker.labour import Labourer
from matchmaker.worker.office import Office
from models import Job, User, now


def count(run: Run) -> None:
    """Writes down each number, in a piece of its own, once."""
    total = run.parameters["total"]
    while True:
        with run.piece() as piece:
            counted = piece.result.get("counted", [])
            if len(counted) == total:
                return
            piece.note(len(counted) + 1, total, counted=[*counted, len(counted)])


def labourer(
    work: Work, clock: Callable[[], datetime] = now, task: Callable[[Run], None] = count
) -> Labourer:
    return Labourer(
        Office(Database.of(work.settings), work.engine, work.settings, clock), {"count": task}, beat=30
    )


def ask(work: Work, person: User, total: int = 3) -> Job:
    job = queue.put(work.as_actor(person), "count", {"total": total})
    work.session.commit()
    return job


def seen(work: Work, job: Job) -> Job:
    """As it stands now; the test's own transaction, which would keep others from writing, has ended."""
    work.session.commit()
    found = work.session.get_one(Job, job.id, populate_existing=True)
    work.session.commit()
    return found
