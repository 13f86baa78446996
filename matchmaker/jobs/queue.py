"""The queue of jobs: put in with what asks for them, taken under a lease, marked when they end.

A worker that dies lets its lease lapse, and the job is taken again. See docs/adr/0016.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select

from matchmaker.database import take_serial_lock
from matchmaker.jobs.errors import LeaseLost
from matchmaker.work import Work
from models import ENDED_JOBS, Job, JobStatus, advance

LEASE = timedelta(seconds=60)
"""After so long without a sign the worker counts as dead."""
BEAT = 10.0
"""Seconds between two signs."""
MOST_ATTEMPTS = 3
"""So often a job is taken without getting on: one that kills its worker is given up."""
DIED = "died"


def put(
    work: Work,
    kind: str,
    parameters: Mapping[str, Any],
    *,
    page: str = "",
    language: str = "",
    total: int = 0,
) -> Job:
    """To be done in the actor's name as soon as the caller's transaction is committed.

    `parameters`: identifiers and choices, never a text. `page`: the path on which the person goes on.
    """
    made = Job(
        kind=kind,
        parameters=dict(parameters),
        page=page,
        user=work.actor,
        address=work.address,
        language=language or (work.actor.language if work.actor else "zh_CN"),
        total=total,
        created_at=work.now(),
    )
    work.session.add(made)
    work.session.flush()
    return made


def is_any_due(work: Work) -> bool:
    """Whether `claim` would find something; takes no lock."""
    return work.session.scalar(select(Job.id).where(_due(work)).limit(1)) is not None


def claim(work: Work) -> Job | None:
    """The job that has waited longest, under a lease of the caller, who commits before beginning; None: nothing waits.

    Ends those on the way that were cancelled while nobody had them, or that got nowhere too often.
    """
    take_serial_lock(work.session)
    while found := _next(work):
        if found.status is JobStatus.RUNNING:
            advance(found, "release")
        if found.cancel_requested_at is not None:
            _end(work, found, "cancel")
        elif found.attempts >= MOST_ATTEMPTS:
            found.error = DIED
            _end(work, found, "fail")
        else:
            advance(found, "claim")
            found.attempts += 1
            found.started_at = found.started_at or work.now()
            found.lease = secrets.token_hex(16)
            _beat(work, found)
            return found
        work.session.flush()
    return None


def hold(work: Work, job_id: int, lease: str) -> Job:
    """The job, which nobody else can take or cancel until this work is committed; the lease lasts anew.

    Raises LeaseLost.
    """
    take_serial_lock(work.session)
    found = work.session.get(Job, job_id, populate_existing=True)
    if found is None or found.status is not JobStatus.RUNNING or found.lease != lease:
        raise LeaseLost(job_id)
    _beat(work, found)
    return found


def release(work: Work, job_id: int, lease: str, *, counts: bool) -> None:
    """Another worker may go on at once; `counts`: it was an attempt that failed. Raises LeaseLost."""
    found = hold(work, job_id, lease)
    if not counts:
        found.attempts -= 1
    advance(found, "release")
    found.lease, found.lease_until = "", None


def end(work: Work, job_id: int, lease: str, how: str, error: str = "") -> None:
    """`how`: finish, fail or cancel. Raises LeaseLost."""
    found = hold(work, job_id, lease)
    found.error = error
    _end(work, found, how)


def request_cancel(work: Work, job: Job) -> None:
    """One that waits ends now; one that runs ends after the piece that is being done. One that has ended stays so."""
    take_serial_lock(work.session)
    work.session.refresh(job)
    if job.is_ended:
        return
    job.cancel_requested_at = job.cancel_requested_at or work.now()
    if job.status is JobStatus.QUEUED:
        _end(work, job, "cancel")


def forget(work: Work) -> int:
    """Delete jobs that ended longer ago than the setting says, with their files; returns how many. For a daily job."""
    before = work.now() - timedelta(days=work.settings.job_days)
    old = Job.id.in_(select(Job.id).where(Job.status.in_(ENDED_JOBS), Job.ended_at < before))
    number = work.session.scalar(select(func.count(Job.id)).where(old)) or 0
    if number:
        take_serial_lock(work.session)
        work.session.execute(delete(Job).where(old))
    return number


def _due(work: Work) -> ColumnElement[bool]:
    return or_(
        Job.status == JobStatus.QUEUED,
        and_(Job.status == JobStatus.RUNNING, Job.lease_until <= work.now()),
    )


def _next(work: Work) -> Job | None:
    return work.session.scalar(
        select(Job).where(_due(work)).order_by(Job.id).limit(1).execution_options(populate_existing=True)
    )


def _beat(work: Work, job: Job) -> None:
    job.heartbeat_at = work.now()
    job.lease_until = work.now() + LEASE


def _end(work: Work, job: Job, how: str) -> None:
    job.ended_at = work.now()
    job.lease, job.lease_until = "", None
    advance(job, how)
