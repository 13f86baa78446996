"""Does the jobs of the queue, one after the other, in a thread of its own: mail does not wait for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from threading import Event, Thread

import structlog
from sqlalchemy.exc import DBAPIError

from matchmaker.administration import verifying
from matchmaker.audit.reading import CHECK
from matchmaker.common_needs import running as common_needs
from matchmaker.engine import ModelMissing
from matchmaker.jobs import queue
from matchmaker.jobs.running import run_of
from matchmaker.jobs.service import Cancelled, JobFailed, LeaseLost, Run, Stopped
from matchmaker.spreadsheets import checking, export_jobs, storing
from matchmaker.worker.office import Office
from models import Job

Task = Callable[[Run], None]

TASKS: Mapping[str, Task] = {
    CHECK: verifying.task,
    common_needs.KIND: common_needs.task,
    "import.check": checking.check,
    "import.run": storing.store,
    export_jobs.KIND: export_jobs.task,
    export_jobs.LIST_KIND: export_jobs.task_list,
}
"""What does a job, by its kind."""

log = structlog.get_logger()


@dataclass
class Labourer:
    """Does jobs for one worker process."""

    office: Office
    tasks: Mapping[str, Task]
    beat: float = queue.BEAT

    def do_due(self, stopped: Callable[[], bool] = lambda: False) -> int:
        """Every job that waits; returns how many were taken."""
        taken = 0
        while not stopped() and self._do_next(stopped):
            taken += 1
        return taken

    def _do_next(self, stopped: Callable[[], bool]) -> bool:
        with self.office.work(write=False) as work:
            if not queue.is_any_due(work):
                return False
        with self.office.work() as work:
            job = queue.claim(work)
        if job is None:
            return False
        office = self.office
        run = run_of(job, office.database, office.engine, office.settings, office.clock, stopped)
        try:
            with self._beating(run):
                self._do(job, run)
        except LeaseLost:
            log.warning("job.lease_lost", id=job.id, kind=job.kind)
        return True

    def _do(self, job: Job, run: Run) -> None:
        log.info("job.started", id=job.id, kind=job.kind, attempts=job.attempts)
        how, error = "finish", ""
        try:
            self.tasks[job.kind](run)
        except Stopped:
            self._release(run, counts=False)
            log.info("job.put_back", id=job.id, kind=job.kind)
            return
        except DBAPIError as failure:
            log.error("job.database_failed", id=job.id, reason=str(failure.orig))
            self._release(run, counts=True)
            return
        except Cancelled:
            how = "cancel"
        except JobFailed as failure:
            how, error = "fail", failure.code
        except ModelMissing:
            how, error = "fail", "engine_missing"
        except LeaseLost:
            raise
        except Exception:  # one broken job must not keep the others waiting for ever
            log.exception("job.broken", id=job.id, kind=job.kind)
            how, error = "fail", "unexpected"
        with self.office.work() as work:
            queue.end(work, run.job_id, run.lease, how, error)
        log.info("job.ended", id=job.id, kind=job.kind, how=how, error=error)

    def _release(self, run: Run, counts: bool) -> None:
        with self.office.work() as work:
            queue.release(work, run.job_id, run.lease, counts=counts)

    @contextmanager
    def _beating(self, run: Run) -> Iterator[None]:
        """While a job is being done, its worker says now and then that it lives."""
        ended = Event()

        def beat() -> None:
            while not ended.wait(self.beat):
                try:
                    if not run.beat():
                        return
                except DBAPIError as error:
                    log.warning("job.beat_failed", id=run.job_id, reason=str(error.orig))

        thread = Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def start(labourer: Labourer, stop: Event, pause: float) -> Thread:
    """Do jobs in a thread until `stop` is set."""

    def labour() -> None:
        while not stop.is_set():
            try:
                labourer.do_due(stop.is_set)
            except DBAPIError as error:
                log.error("worker.database_failed", error=type(error).__name__, reason=str(error.orig))
            except Exception:  # what is broken in one job must not end the others
                log.exception("worker.failed")
            stop.wait(pause)

    # in the caller's context: what a job words for people needs the application's translations
    thread = Thread(target=copy_context().run, args=(labour,), daemon=True, name="jobs")
    thread.start()
    return thread
