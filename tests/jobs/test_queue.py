"""Jobs are done once, by somebody who lives, until they end or somebody cancels them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matchmaker.jobs import queue
from matchmaker.jobs import service as jobs
from matchmaker.jobs.errors import JobFailed, LeaseLost
from matchmaker.jobs.service import Run
from matchmaker.work import Work
from models import Job, JobStatus, User, now
from tests.jobs.counting import ask, count, labourer, seen


def test_a_job_is_done_in_pieces_and_says_what_came_of_it(work: Work, people: dict[str, User]) -> None:
    job = ask(work, people["staff"])
    assert labourer(work).do_due() == 1
    done = seen(work, job)
    assert (done.status, done.done, done.total) == (JobStatus.DONE, 3, 3)
    assert done.result == {"counted": [0, 1, 2]}
    assert labourer(work).do_due() == 0


def test_one_that_fails_says_why_and_is_not_tried_again(work: Work, people: dict[str, User]) -> None:
    def refuse(run: Run) -> None:
        raise JobFailed("account_closed")

    def break_down(run: Run) -> None:
        raise ValueError

    for task, error in ((refuse, "account_closed"), (break_down, "unexpected")):
        job = ask(work, people["staff"])
        labourer(work, task=task).do_due()
        assert (seen(work, job).status, job.error) == (JobStatus.FAILED, error)
        assert labourer(work).do_due() == 0


def test_a_job_whose_worker_died_is_taken_again_and_the_dead_one_cannot_write(
    work: Work, people: dict[str, User]
) -> None:
    job = ask(work, people["staff"])
    dead = queue.claim(work)
    assert dead
    lease = dead.lease
    work.session.commit()
    assert labourer(work).do_due() == 0
    assert labourer(work, lambda: now() + queue.LEASE).do_due() == 1
    assert seen(work, job).status is JobStatus.DONE
    with pytest.raises(LeaseLost):
        queue.hold(work, job.id, lease)


def test_a_job_that_kills_its_worker_every_time_is_given_up(work: Work, people: dict[str, User]) -> None:
    job = ask(work, people["staff"])
    for attempt in range(queue.MOST_ATTEMPTS):
        later = Work(
            work.session, None, work.engine, work.settings, clock=lambda n=attempt: now() + n * queue.LEASE
        )
        assert queue.claim(later) is not None
        work.session.commit()
    assert labourer(work, lambda: now() + 9 * queue.LEASE).do_due() == 0
    assert (seen(work, job).status, job.error) == (JobStatus.FAILED, "died")


def test_a_job_that_gets_on_before_its_workers_die_is_not_given_up(
    work: Work, people: dict[str, User]
) -> None:
    job = ask(work, people["staff"], total=5)
    for attempt in range(5):
        moment = now() + attempt * queue.LEASE
        later = Work(work.session, None, work.engine, work.settings, clock=lambda at=moment: at)
        claimed = queue.claim(later)
        assert claimed
        claimed.result = {"counted": list(range(attempt + 1))}
        claimed.attempts = min(claimed.attempts, 1)
        work.session.commit()
    assert labourer(work, lambda: now() + 9 * queue.LEASE).do_due() == 1
    assert seen(work, job).result == {"counted": [0, 1, 2, 3, 4]}


def test_cancelling_ends_one_that_waits_at_once_and_one_that_runs_after_its_piece(
    work: Work, people: dict[str, User]
) -> None:
    waiting = ask(work, people["enterprise"])
    jobs.cancel(work.as_actor(people["enterprise"]), waiting.id)
    assert seen(work, waiting).status is JobStatus.CANCELLED

    def cancelled_meanwhile(run: Run) -> None:
        with run.piece() as piece:
            piece.note(1, 3, counted=[0])
        jobs.cancel(work.as_actor(people["administrator"]), run.job_id)
        work.session.commit()
        count(run)

    running = ask(work, people["enterprise"])
    labourer(work, task=cancelled_meanwhile).do_due()
    stopped = seen(work, running)
    assert (stopped.status, stopped.result, stopped.done) == (JobStatus.CANCELLED, {"counted": [0]}, 1)


def test_a_worker_that_is_told_to_end_puts_the_job_back_and_another_goes_on(
    work: Work, people: dict[str, User]
) -> None:
    job = ask(work, people["staff"])
    ended: list[bool] = []

    def told(run: Run) -> None:
        with run.piece() as piece:
            piece.note(1, 3, counted=[0])
        ended.append(True)
        count(run)

    labourer(work, task=told).do_due(lambda: bool(ended))
    assert (seen(work, job).status, job.attempts) == (JobStatus.QUEUED, 0)
    labourer(work).do_due()
    assert seen(work, job).result == {"counted": [0, 1, 2]}


def test_a_job_is_done_in_the_name_of_who_asked_and_not_after_their_account_was_closed(
    work: Work, people: dict[str, User]
) -> None:
    actors: list[int] = []

    def name(run: Run) -> None:
        with run.piece() as piece:
            actors.append(piece.work.person.id)

    ask(work, people["liaison"])
    labourer(work, task=name).do_due()
    assert actors == [people["liaison"].id]
    job = ask(work, people["liaison"])
    people["liaison"].active = False
    work.session.commit()
    labourer(work, task=name).do_due()
    assert (seen(work, job).status, job.error) == (JobStatus.FAILED, "account_closed")


def test_ended_jobs_are_forgotten_with_their_files_after_the_set_time(
    work: Work, people: dict[str, User]
) -> None:
    def keep(run: Run) -> None:
        with run.piece() as piece:
            piece.keep_file("a.txt", "text/plain", b"kept")

    job = ask(work, people["staff"])
    labourer(work, task=keep).do_due()
    ask(work, people["staff"])
    work.session.commit()
    later = Work(
        work.session,
        None,
        work.engine,
        work.settings,
        clock=lambda: now() + timedelta(days=work.settings.job_days, minutes=1),
    )
    assert queue.forget(later) == 1
    work.session.commit()
    assert work.session.get(Job, job.id, populate_existing=True) is None
