"""When common needs are looked for: every night, when staff ask, and from the command line; as a job of the queue."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import select

from matchmaker.common_needs.finding import keep, look
from matchmaker.database import take_serial_lock
from matchmaker.jobs import service as jobs
from matchmaker.policy import Action, require
from matchmaker.work import LOCAL_ZONE, Work
from models import ENDED_JOBS, Job

KIND = "common_needs.look"
NIGHT = time(1, 30)
"""By the bureau's clock: after what is due at midnight, long before anybody works."""
PAGE = "/common-needs/"


def ask(work: Work) -> Job:
    """Look for them as soon as the worker can; the job that waits or runs already, where there is one."""
    require(work.actor, Action.COMMON_NEED_DECIDE)
    take_serial_lock(work.session)
    return pending(work) or jobs.put(work, KIND, {}, page=PAGE)


def ask_nightly(work: Work) -> int:
    """Once a night, by however many workers: puts the job; returns how many it put."""
    local = work.now().astimezone(LOCAL_ZONE)
    if local.time() < NIGHT:
        return 0
    tonight = datetime.combine(local.date(), NIGHT, LOCAL_ZONE)
    take_serial_lock(work.session)
    done = select(Job.id).where(Job.kind == KIND, Job.created_at >= tonight, Job.user_id.is_(None))
    if work.session.scalar(done.limit(1)) is not None:
        return 0
    jobs.put(work, KIND, {})
    return 1


def pending(work: Work) -> Job | None:
    """The job that waits or runs now."""
    wanted = select(Job).where(Job.kind == KIND, Job.status.not_in(ENDED_JOBS))
    return work.session.scalar(wanted.order_by(Job.id).limit(1))


def task(run: jobs.Run) -> None:
    """Reads and compares outside any transaction that writes, then writes all of it at once."""
    with run.reading() as work:
        found = look(work)
    with run.piece() as piece:
        outcome = keep(piece.work, found)
        piece.note(outcome.problems, outcome.problems, **vars(outcome))
