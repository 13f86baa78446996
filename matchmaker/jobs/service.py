"""What people do with jobs: look how far they are, cancel them, fetch what they made."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from matchmaker.audit import service as audit
from matchmaker.jobs import queue
from matchmaker.jobs.errors import Cancelled, JobFailed, JobMissing, LeaseLost, Stopped
from matchmaker.jobs.queue import put
from matchmaker.jobs.running import Piece, Run
from matchmaker.listing import Listing, paginate
from matchmaker.policy import Action, allow, condition, require
from matchmaker.work import Work
from models import Job, JobFile
from models.sealed import NoKey, keys_of

__all__ = [
    "Cancelled",
    "JobFailed",
    "JobMissing",
    "LeaseLost",
    "Piece",
    "Run",
    "Stopped",
    "cancel",
    "file",
    "find",
    "page",
    "put",
]


def page(work: Work, number: int) -> Listing[Job]:
    """One page of the jobs that the actor may know of, newest first."""
    require(work.actor, Action.JOB_READ)
    wanted = (
        select(Job)
        .where(condition(work.actor, Action.JOB_READ, Job))
        .options(joinedload(Job.user))
        .order_by(Job.id.desc())
    )
    return paginate(work.session, wanted, number, work.settings.page_size)


def find(work: Work, job_id: int) -> Job:
    """Raises JobMissing, also for one that the actor may not know of."""
    found = work.session.get(Job, job_id)
    if found is None or not allow(work.actor, Action.JOB_READ, found):
        raise JobMissing(job_id)
    return found


def cancel(work: Work, job_id: int) -> Job:
    """End it after the piece that is being done; what was done stays. Raises JobMissing."""
    found = find(work, job_id)
    require(work.actor, Action.JOB_CANCEL, found)
    if not found.is_ended and found.cancel_requested_at is None:
        queue.request_cancel(work, found)
        audit.record(work, "job.cancelled", found, kind=found.kind)
    return found


def file(work: Work, job_id: int, file_id: int) -> tuple[JobFile, bytes]:
    """A file that the job made for the actor, and its bytes. Raises JobMissing, and NoKey where they cannot be opened."""
    job = find(work, job_id)
    require(work.actor, Action.JOB_READ_FILE, job)
    found = work.session.get(JobFile, file_id)
    if found is None or found.job_id != job.id:
        raise JobMissing(job_id)
    data = keys_of(work.session.get_bind().dialect).open_file(found.content)
    if data is None:
        raise NoKey("the file cannot be opened")
    return found, data
