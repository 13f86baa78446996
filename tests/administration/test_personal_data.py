"""What the service holds about a person: for the person all of it, for an administrator none of what they wrote."""

import io
import json
import zipfile
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker.administration import personal_data, wording
from matchmaker.pairings import service as pairings
from matchmaker.policy import Forbidden
from matchmaker.work import Work
from models import (
    Audience,
    AuditEvent,
    OrganisationKind,
    Pairing,
    PairingStatus,
    ProjectEvent,
    RequestStatus,
    Role,
    ServiceRequestEvent,
    User,
)
from tests import factories
from tests.pairings import talks


@pytest.fixture
def pairing(work: Work, people: dict[str, User]) -> Pairing:
    """With a message of the enterprise."""
    made = talks.pairing(work, people, PairingStatus.INTRODUCED)
    pairings.write(work.as_actor(people["enterprise"]), made, "底价八十万", Audience.PROBLEM)
    work.session.commit()
    return made


def unpacked(data: bytes) -> tuple[Any, str]:
    archive = zipfile.ZipFile(io.BytesIO(data))
    return json.loads(archive.read("personal-data.json")), archive.read("personal-data.html").decode()


def test_a_person_takes_away_all_that_is_held_about_them(
    client: FlaskClient, people: dict[str, User], pairing: Pairing
) -> None:
    answer = factories.sign_in(client, people["enterprise"]).post("/administration/own-data")
    data, page = unpacked(answer.data)

    assert data["account"][0]["email"] == people["enterprise"].email
    assert [each["text"] for each in data["messages"]] == ["底价八十万"]
    assert [each["title"] for each in data["problems"]] == [pairing.problem.title]
    assert people["enterprise"].name in page


def test_what_they_wrote_comes_with_its_text_and_what_is_confidential_stays_sealed(
    client: FlaskClient, work: Work, people: dict[str, User], pairing: Pairing
) -> None:
    person, problem = people["enterprise"], pairing.problem
    problem.confidential = "配方比例七比三"
    body = factories.organisation(work.session, OrganisationKind.INTERMEDIARY)
    asked = factories.service_request(
        work.session, factories.service(work.session, body), problem, RequestStatus.DONE
    )
    asked.events.append(ServiceRequestEvent(actor=person, action="requested", note="尽快"))
    project = factories.project(work.session)
    project.events.append(ProjectEvent(actor=person, action="noted", note="已开会"))
    work.session.commit()

    data, page = unpacked(factories.sign_in(client, person).post("/administration/own-data").data)

    (told,) = data["problems"]
    assert (told["background"], told["statement"]) == (problem.background, problem.statement)
    assert [(each["wish"], each["result"]) for each in data["service_requests"]] == [
        (asked.wish, asked.result)
    ]
    assert [each["note"] for each in data["service_request_steps"]] == ["尽快"]
    assert [each["note"] for each in data["project_steps"]] == ["已开会"]
    assert problem.statement in page
    assert "配方比例七比三" not in page + str(data)


def test_every_heading_of_the_page_for_people_is_in_words(people: dict[str, User], app: Flask) -> None:
    shown = {field for _model, _column, fields in personal_data.SECTIONS.values() for field in fields}
    assert shown - set(wording.FIELDS) == set()
    assert set(personal_data.SECTIONS) - set(wording.SECTIONS) == set()


def test_an_administrator_gets_it_without_what_the_person_wrote(
    work: Work, people: dict[str, User], pairing: Pairing
) -> None:
    found = personal_data.export(work.as_actor(people["administrator"]), people["enterprise"])

    assert set(found["messages"][0]) == {"created_at", "pairing_id", "kind"}
    assert set(found["problems"][0]) == {"id", "created_at", "title", "status"}
    event = work.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.action, event.object_id) == ("account.data_exported", people["enterprise"].id)


@pytest.mark.parametrize("role", ["other_enterprise", "staff"])
def test_nobody_else_gets_it(work: Work, people: dict[str, User], role: str) -> None:
    with pytest.raises(Forbidden):
        personal_data.export(work.as_actor(people[role]), people["enterprise"])


def test_an_administrator_erases_on_a_page_that_asks_for_a_reason(
    client: FlaskClient, work: Work, people: dict[str, User], pairing: Pairing
) -> None:
    browser = factories.sign_in(client, people["administrator"])
    path = f"/administration/accounts/{people['enterprise'].id}"
    assert people["enterprise"].name in browser.get(f"{path}/erase").text
    assert browser.post(f"{path}/erase", data={"names": "y"}).status_code == 422
    typed = {"names": "y", "reason": "本人书面要求", "understood": "y"}
    assert browser.post(f"{path}/erase", data=typed).status_code == 303
    assert "已注销的账号" in browser.get(path).text
    assert browser.post(f"{path}/data").status_code == 404


def test_in_english_an_erased_account_is_called_in_english(
    client: FlaskClient, work: Work, people: dict[str, User], pairing: Pairing
) -> None:
    browser = factories.sign_in(client, people["administrator"])
    path = f"/administration/accounts/{people['enterprise'].id}"
    browser.post(f"{path}/erase", data={"names": "y", "reason": "本人书面要求", "understood": "y"})
    browser.post("/language", data={"language": "en"})

    assert "Closed account" in browser.get(f"/pairings/{pairing.id}").text


def test_staff_hand_over_what_a_leaving_colleague_has_in_hand(
    client: FlaskClient, work: Work, people: dict[str, User], pairing: Pairing
) -> None:
    colleague = factories.user(work.session, Role.STAFF, people["staff"].organisation)
    pairing.broker = people["staff"]
    work.session.commit()
    browser = factories.sign_in(client, colleague)
    path = f"/administration/accounts/{people['staff'].id}"
    assert "全部移交" in browser.get(path).text
    assert browser.post(f"{path}/hand-over", data={"to": ""}).status_code == 422
    assert (
        browser.post(f"{path}/hand-over", data={"to": str(colleague.id), "note": "调离"}).status_code == 303
    )
    work.session.refresh(pairing)
    assert pairing.broker_id == colleague.id
