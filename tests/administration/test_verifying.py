"""The audit's chain proved as a job, where walking it takes long."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from matchmaker.administration import verifying
from matchmaker.audit import reading
from matchmaker.audit import service as audit
from matchmaker.policy import Forbidden
from matchmaker.work import Work
from matchmaker.worker.labour import TASKS, Labourer
from matchmaker.worker.office import Office
from models import JobStatus, User
from tests import factories


@pytest.fixture
def long(work: Work, people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> Work:
    """Five events, which count as many."""
    monkeypatch.setattr(verifying, "AT_ONCE", 3)
    administrator = work.as_actor(people["administrator"])
    for _ in range(5):
        audit.record(administrator, "session.started", people["administrator"])
    work.session.commit()
    return administrator


def walk(work: Work, office: Office) -> dict[str, int | None]:
    job = verifying.begin(work)
    work.session.commit()
    Labourer(office, TASKS).do_due()
    work.session.expire_all()
    found = reading.last_check(work)
    assert job is not None
    assert found is not None
    assert (found.id, found.status) == (job.id, JobStatus.DONE)
    return dict(found.result)


@pytest.fixture
def office(work: Work, database: object) -> Office:
    return Office(database, work.engine, work.settings)  # type: ignore[arg-type]


def test_a_long_chain_is_walked_as_a_job_whose_result_is_kept(long: Work, office: Office) -> None:
    assert walk(long, office) == {"holds_to": 5, "broken": None}


def test_the_job_names_the_first_break(long: Work, office: Office) -> None:
    long.session.execute(text("UPDATE audit_event SET address = '10.0.0.9' WHERE id = 3"))
    long.session.commit()

    assert walk(long, office) == {"holds_to": 2, "broken": 3}


def test_a_short_chain_is_walked_at_once(client: FlaskClient, people: dict[str, User]) -> None:
    browser = factories.sign_in(client, people["administrator"])
    page = browser.post("/administration/audit-check", follow_redirects=True)

    assert (page.status_code, "还没有审计记录" in page.text) == (200, True)


@pytest.mark.parametrize("role", ["enterprise", "staff"])
def test_only_administrators_have_it_proved(work: Work, people: dict[str, User], role: str) -> None:
    with pytest.raises(Forbidden):
        verifying.begin(work.as_actor(people[role]))
