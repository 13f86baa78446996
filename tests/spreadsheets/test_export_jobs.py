"""All data, and long lists, as jobs: what is in the file, for whom, and the trace it leaves."""

from __future__ import annotations

import io
import zipfile

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from matchmaker.audit.detail_wording import EXPORTED
from matchmaker.database import Database
from matchmaker.jobs import service as jobs
from matchmaker.spreadsheets import export_jobs, exporting
from matchmaker.spreadsheets.list_sheets import EVERYTHING
from matchmaker.work import Work
from matchmaker.worker.labour import TASKS, Labourer
from matchmaker.worker.office import Office
from models import AuditEvent, Job, JobStatus, ProblemStatus, User
from tests import factories
from tests.cooperation import records
from tests.factories import sign_in

SECRET = "刀具涂层配方甲乙丙"


def done(app: Flask, work: Work, job_id: int) -> Job:
    office = Office(Database.of(work.settings), work.engine, work.settings)
    with app.app_context():
        Labourer(office, TASKS, beat=30).do_due()
    work.session.rollback()
    return work.session.get_one(Job, job_id, populate_existing=True)


def test_an_administrator_gets_every_list_and_nothing_confidential(
    app: Flask, work: Work, people: dict[str, User]
) -> None:
    records.paired_record(work.session, people)
    published = factories.problem(work.session, people["enterprise"], confidential=SECRET)
    draft = factories.problem(work.session, people["enterprise"], ProblemStatus.DRAFT, title="没有写完的难题")
    work.session.commit()
    client = sign_in(app.test_client(), people["administrator"])

    answer = client.post("/exports/")
    job = done(app, work, int(answer.location.rsplit("/", 1)[1]))
    _, data = jobs.file(work.as_actor(people["administrator"]), job.id, job.files[0].id)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        books = {name: load_workbook(io.BytesIO(archive.read(name))) for name in archive.namelist()}

    assert job.status is JobStatus.DONE
    assert set(books) == {f"{EXPORTED[name]}.xlsx" for name in EVERYTHING}
    cells = {cell for book in books.values() for sheet in book for row in sheet.values for cell in row}
    assert published.title in cells
    assert not {SECRET, draft.title, people["staff"].password_hash} & cells
    exported = work.session.scalars(select(AuditEvent).where(AuditEvent.action == "data.exported")).one()
    assert exported.actor_id == people["administrator"].id


def test_it_is_in_the_language_of_whoever_asked(app: Flask, work: Work, people: dict[str, User]) -> None:
    job = export_jobs.ask(work.as_actor(people["administrator"]), "en")
    work.session.commit()

    job = done(app, work, job.id)
    _, data = jobs.file(work.as_actor(people["administrator"]), job.id, job.files[0].id)

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "Organisations.xlsx" in archive.namelist()


def test_nobody_else_may_ask_for_it(app: Flask, people: dict[str, User]) -> None:
    asked = {
        role: sign_in(app.test_client(), people[role]).post("/exports/").status_code
        for role in ("enterprise", "liaison", "staff")
    }
    assert set(asked.values()) == {403}


def test_a_list_that_is_too_long_to_wait_for_is_a_job(
    app: Flask, work: Work, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_AT_ONCE", 2)
    titles = {factories.problem(work.session, people["enterprise"], field="4").title for _ in range(3)}
    factories.problem(work.session, people["enterprise"], field="8")
    work.session.commit()
    client = sign_in(app.test_client(), people["staff"])

    page = client.get("/exports/problems.csv?field=4")
    answer = client.post("/exports/problems.csv?field=4")
    job = done(app, work, int(answer.location.rsplit("/", 1)[1]))
    found, data = jobs.file(work.as_actor(people["staff"]), job.id, job.files[0].id)

    assert "这份清单有 3 行" in page.text
    assert found.name.startswith("技术难题 ")
    assert {line.split(",")[1] for line in data.decode("utf-8-sig").splitlines()[1:]} == titles
    event = work.session.scalars(select(AuditEvent).where(AuditEvent.action == "list.exported")).one()
    assert event.details["filters"] == "field=4"
