"""Whoever asked for a job watches it, cancels it and fetches its files; nobody else's are theirs."""

from __future__ import annotations

from flask.testing import FlaskClient

from matchmaker.jobs import queue
from matchmaker.jobs.service import Run
from matchmaker.work import Work
from models import JobStatus, Role, User
from tests import factories
from tests.jobs.counting import ask, labourer, seen


def test_the_progress_is_asked_for_again_until_the_job_has_ended(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    job = ask(work, people["staff"])
    factories.sign_in(client, people["staff"])
    page = client.get(f"/jobs/{job.id}").text
    assert f'hx-get="/jobs/{job.id}/progress"' in page
    assert "正在排队" in client.get(f"/jobs/{job.id}/progress").text
    labourer(work).do_due()
    assert client.get(f"/jobs/{job.id}/progress").headers["HX-Refresh"] == "true"
    assert "hx-get" not in client.get(f"/jobs/{job.id}").text
    assert "已完成" in client.get("/jobs/").text


def test_cancelling_on_the_page_says_that_what_was_done_stays(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    job = ask(work, people["liaison"])
    factories.sign_in(client, people["liaison"])
    answer = client.post(f"/jobs/{job.id}/cancel", follow_redirects=True)
    assert "做完的部分保留" in answer.text
    assert seen(work, job).status is JobStatus.CANCELLED


def test_only_whoever_asked_and_an_administrator_stop_a_job_and_each_lands_on_a_page_of_theirs(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    jobs = [
        queue.put(work.as_actor(people["staff"]), "count", {"total": 3}, page="/imports/17") for _ in range(2)
    ]
    work.session.commit()
    colleague = factories.user(work.session, Role.STAFF, people["staff"].organisation)
    work.session.commit()
    factories.sign_in(client, colleague)
    assert client.post(f"/jobs/{jobs[0].id}/cancel").status_code == 403
    assert "停止" not in client.get(f"/jobs/{jobs[0].id}/progress").text
    for job, person, lands in (
        (jobs[0], "administrator", f"/jobs/{jobs[0].id}"),
        (jobs[1], "staff", "/imports/17"),
    ):
        factories.sign_in(client, people[person])
        assert client.post(f"/jobs/{job.id}/cancel").location == lands
        assert seen(work, job).status is JobStatus.CANCELLED


def test_jobs_and_their_files_are_those_of_whoever_asked(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    def keep(run: Run) -> None:
        with run.piece() as piece:
            piece.keep_file("名单.csv", "text/csv", b"a,b")

    job = ask(work, people["enterprise"])
    labourer(work, task=keep).do_due()
    address = f"/jobs/{job.id}/files/{seen(work, job).files[0].id}"
    work.session.commit()
    factories.sign_in(client, people["enterprise"])
    assert client.get(address).data == b"a,b"
    for other, expected in (("other_enterprise", 404), ("staff", 403)):
        factories.sign_in(client, people[other])
        assert client.get(address).status_code == expected
    factories.sign_in(client, people["other_enterprise"])
    assert client.get(f"/jobs/{job.id}").status_code == 404
    assert client.post(f"/jobs/{job.id}/cancel").status_code == 404
