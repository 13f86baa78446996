"""A job in a worker's hands: its pieces are transactions that hold the lease, and write down how far it is.

What a piece does and that it is done are committed together: whoever takes the job after a death goes on behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from matchmaker.database import Database
from matchmaker.engine import MatchingEngine
from matchmaker.jobs import queue
from matchmaker.jobs.errors import Cancelled, JobFailed, LeaseLost, Stopped
from matchmaker.settings import Settings
from matchmaker.work import Work
from models import Job, JobFile, JobStatus, User, now
from models.sealed import keys_of


@dataclass(frozen=True)
class Run:
    """What a task gets: what it shall do, for whom, and the means."""

    job_id: int
    lease: str
    parameters: Mapping[str, Any]
    user_id: int | None
    address: str
    language: str
    database: Database
    engine: MatchingEngine
    settings: Settings
    clock: Callable[[], datetime] = field(default=now)
    stopped: Callable[[], bool] = field(default=lambda: False)

    @contextmanager
    def piece(self) -> Iterator[Piece]:
        """A transaction in the name of whoever asked for the job, committed at the end.

        Raises Cancelled, Stopped and LeaseLost before anything is done, JobFailed where that account was closed.
        """
        if self.stopped():
            raise Stopped
        with self.database.session() as session:
            work = self._work(session)
            job = queue.hold(work, self.job_id, self.lease)
            if job.cancel_requested_at is not None:
                raise Cancelled
            yield Piece(work, job)

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """To look things up between pieces; writes nothing. Raises as `piece` does."""
        if self.stopped():
            raise Stopped
        with self.database.session(write=False) as session:
            job = session.get(Job, self.job_id)
            if job is None or job.lease != self.lease:
                raise LeaseLost(self.job_id)
            if job.cancel_requested_at is not None:
                raise Cancelled
            yield self._work(session)

    def check(self) -> None:
        """Between steps that compute for long. Raises as `piece` does."""
        with self.reading():
            return

    def beat(self) -> bool:
        """Say that the worker lives; False where the job is in other hands."""
        with self.database.session() as session:
            try:
                queue.hold(
                    Work(session, None, self.engine, self.settings, clock=self.clock), self.job_id, self.lease
                )
            except LeaseLost:
                return False
            return True

    def _work(self, session: Session) -> Work:
        actor = session.get(User, self.user_id) if self.user_id is not None else None
        if self.user_id is not None and (actor is None or not actor.active):
            raise JobFailed("account_closed")
        return Work(session, actor, self.engine, self.settings, self.address, self.clock)


@dataclass(frozen=True)
class Piece:
    """A part of a job, in a transaction. `work` is in the name of whoever asked for the job."""

    work: Work
    job: Job

    @property
    def result(self) -> Mapping[str, Any]:
        """What came of the pieces before."""
        return self.job.result

    def note(self, done: int, total: int | None = None, step: str | None = None, **result: Any) -> None:
        """How far the job is once this piece is committed, and what came of it so far.

        Only what gets on counts as such: a job that dies at the same place again and again is given up.
        """
        if done > self.job.done:
            self.job.attempts = min(self.job.attempts, 1)
        self.job.done = done
        if total is not None:
            self.job.total = total
        if step is not None:
            self.job.step = step
        if result:
            self.job.result = {**self.job.result, **result}

    def keep_file(self, name: str, media_type: str, data: bytes) -> JobFile:
        """A file for whoever asked for the job, sealed. Raises NoKey."""
        content, _key = keys_of(self.work.session.get_bind().dialect).seal_file(data)
        made = JobFile(job_id=self.job.id, name=name, media_type=media_type, size=len(data), content=content)
        self.work.session.add(made)
        return made


def run_of(
    job: Job,
    database: Database,
    engine: MatchingEngine,
    settings: Settings,
    clock: Callable[[], datetime] = now,
    stopped: Callable[[], bool] = lambda: False,
) -> Run:
    """Of a job that was just claimed."""
    assert job.status is JobStatus.RUNNING
    return Run(
        job.id,
        job.lease,
        job.parameters,
        job.user_id,
        job.address,
        job.language,
        database,
        engine,
        settings,
        clock,
        stopped,
    )
