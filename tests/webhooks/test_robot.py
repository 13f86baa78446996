"""An organisation's robot: who connects it, what it says and what never, how it is signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker import create_app
from matchmaker.notices import service as notices
from matchmaker.policy import Forbidden
from matchmaker.settings import Settings
from matchmaker.webhooks import payloads, service
from matchmaker.work import Work
from models import Delivery, DeliveryStatus, PayloadFormat, User, Webhook
from tests.deliveries.post_office import send_all, stored
from tests.deliveries.servers import Robot, robot
from tests.factories import sign_in

REASON = "请写明配方比例"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, webhook_private=True)


@pytest.fixture
def server() -> Iterator[Robot]:
    with robot() as made:
        yield made


@pytest.fixture
def owner(work: Work, people: dict[str, User]) -> Work:
    return work.as_actor(people["enterprise"])


def connect(
    owner: Work, server: Robot, form: PayloadFormat = PayloadFormat.JSON, signing_secret: str = ""
) -> str:
    secret = service.connect(owner, owner.person.organisation, 0, server.url, form, signing_secret)
    owner.session.commit()
    assert secret is not None
    return secret


def returned(work: Work, *people: User) -> None:
    notices.tell(work, people, "problem.returned", "/problems/7", title="气孔检测", reason=REASON)
    work.session.commit()


def test_a_message_is_signed_over_its_time_and_body(
    work: Work, owner: Work, server: Robot, settings: Settings
) -> None:
    secret = connect(owner, server)
    returned(work, owner.person)
    send_all(settings)
    ((headers, body),) = server.got
    signed = headers["X-Matchmaker-Timestamp"].encode() + b"." + body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Matchmaker-Signature"] == f"sha256={expected}"
    (push,) = [each for each in stored(settings) if each.webhook_id]
    assert headers["X-Matchmaker-Delivery"] == push.key
    assert push.status is DeliveryStatus.SENT


@pytest.mark.parametrize(
    ("form", "where"),
    [
        (PayloadFormat.WECOM, ("markdown", "content")),
        (PayloadFormat.DINGTALK, ("markdown", "text")),
        (PayloadFormat.JSON, ("text",)),
    ],
)
def test_each_messenger_gets_its_own_form(
    work: Work, owner: Work, server: Robot, settings: Settings, form: PayloadFormat, where: tuple[str, ...]
) -> None:
    connect(owner, server, form)
    returned(work, owner.person)
    send_all(settings)
    (content,) = server.contents()
    for name in where:
        content = content[name]
    assert "难题“气孔检测”被退回修改" in content


def test_feishu_gets_a_card(work: Work, owner: Work, server: Robot, settings: Settings) -> None:
    connect(owner, server, PayloadFormat.FEISHU)
    returned(work, owner.person)
    send_all(settings)
    (content,) = server.contents()
    assert content["msg_type"] == "interactive"
    assert "气孔检测" in content["card"]["elements"][0]["content"]


def test_dingtalk_finds_its_signature_in_the_query(
    work: Work, owner: Work, server: Robot, settings: Settings
) -> None:
    connect(owner, server, PayloadFormat.DINGTALK, "SECabc")
    returned(work, owner.person)
    send_all(settings)
    asked = parse_qs(urlsplit(server.paths[0]).query)
    (timestamp,) = asked["timestamp"]
    expected = hmac.new(b"SECabc", f"{timestamp}\nSECabc".encode(), hashlib.sha256).digest()
    assert asked["sign"] == [base64.b64encode(expected).decode()]
    assert asked["key"] == ["1"]
    assert len(timestamp) == 13


def test_feishu_finds_its_signature_in_the_body(
    work: Work, owner: Work, server: Robot, settings: Settings
) -> None:
    connect(owner, server, PayloadFormat.FEISHU, "secret")
    returned(work, owner.person)
    send_all(settings)
    (content,) = server.contents()
    expected = hmac.new(f"{content['timestamp']}\nsecret".encode(), b"", hashlib.sha256).digest()
    assert content["sign"] == base64.b64encode(expected).decode()
    assert len(content["timestamp"]) == 10


def test_neither_address_nor_signing_secret_rest_open_in_a_table(owner: Work, server: Robot) -> None:
    connect(owner, server, PayloadFormat.DINGTALK, "SECabc")
    rows = owner.session.connection().exec_driver_sql("SELECT * FROM webhook").all()
    assert server.url not in str(rows)
    assert "SECabc" not in str(rows)


def test_without_its_key_a_robot_is_tried_again_later(
    work: Work, owner: Work, server: Robot, settings: Settings
) -> None:
    connect(owner, server)
    returned(work, owner.person)
    key = settings.data_dir / "confidential_key"
    kept = key.read_text()
    key.unlink()
    send_all(settings)
    assert server.got == []
    key.write_text(kept)
    send_all(settings, minutes=2)
    assert len(server.got) == 1


def test_what_people_write_freely_is_neither_said_nor_kept(
    work: Work, owner: Work, server: Robot, settings: Settings
) -> None:
    connect(owner, server)
    returned(work, owner.person)
    assert REASON not in str([each.details for each in stored(settings)])
    send_all(settings)
    assert REASON not in server.got[0][1].decode()


def test_a_notice_to_several_members_is_pushed_once(
    work: Work, owner: Work, server: Robot, settings: Settings, people: dict[str, User]
) -> None:
    connect(owner, server)
    people["other_enterprise"].organisation = people["enterprise"].organisation
    returned(work, owner.person, people["other_enterprise"], people["liaison"])
    send_all(settings)
    assert len(server.got) == 1


def test_a_new_secret_ends_the_old_one(work: Work, owner: Work, server: Robot, settings: Settings) -> None:
    old = connect(owner, server)
    new = service.renew_secret(owner, owner.person.organisation, 1)
    owner.session.commit()
    returned(work, owner.person)
    send_all(settings)
    ((headers, body),) = server.got
    made = payloads.signature(new, headers["X-Matchmaker-Timestamp"], body)
    assert headers["X-Matchmaker-Signature"] == made
    assert old != new


def test_the_secret_rests_in_no_table(owner: Work, server: Robot) -> None:
    secret = connect(owner, server)
    for table in ("webhook", "delivery", "audit_event"):
        rows = owner.session.connection().exec_driver_sql(f"SELECT * FROM {table}").all()
        assert secret not in str(rows)


def test_after_disconnecting_nothing_that_waits_is_pushed(
    work: Work, owner: Work, server: Robot, settings: Settings
) -> None:
    connect(owner, server)
    returned(work, owner.person)
    service.disconnect(owner, owner.person.organisation, 1)
    owner.session.commit()
    send_all(settings)
    assert server.got == []


def test_a_robot_that_is_down_is_tried_again(
    work: Work, owner: Work, server: Robot, settings: Settings
) -> None:
    connect(owner, server)
    server.answer = (503, {})
    service.send_test(owner, owner.person.organisation, 1)
    owner.session.commit()
    send_all(settings)
    server.answer = (200, {"errcode": 0})
    send_all(settings, minutes=2)
    keys = [headers["X-Matchmaker-Delivery"] for headers, _ in server.got]
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_only_its_own_members_connect_an_organisation(
    work: Work, owner: Work, server: Robot, people: dict[str, User]
) -> None:
    for person in ("other_enterprise", "staff"):
        with pytest.raises(Forbidden):
            service.connect(
                work.as_actor(people[person]),
                owner.person.organisation,
                0,
                server.url,
                PayloadFormat.JSON,
            )


@pytest.fixture
def browser(settings: Settings, people: dict[str, User]) -> Iterator[FlaskClient]:
    app: Flask = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    yield sign_in(app.test_client(), people["enterprise"])
    app.extensions["database"].engine.dispose()


def test_the_secret_is_shown_once_and_the_address_never_again(
    browser: FlaskClient, server: Robot, people: dict[str, User]
) -> None:
    path = f"/organisations/{people['enterprise'].organisation_id}/robot"
    answer = browser.post(path, data={"version": 0, "format": "json", "url": server.url})
    (secret,) = re.findall(r"readonly>([0-9a-f]{64})<", answer.text)
    page = browser.get(path).text
    assert secret not in page
    assert server.url not in page
    assert "127.0.0.1" in page


def test_a_bad_address_is_told_at_its_field(app: Flask, people: dict[str, User], work: Work) -> None:
    client = sign_in(app.test_client(), people["enterprise"])
    app.extensions["settings"] = replace(app.extensions["settings"], webhook_private=False)
    path = f"/organisations/{people['enterprise'].organisation_id}/robot"
    answer = client.post(path, data={"version": 0, "format": "wecom", "url": "https://192.168.1.1/"})
    assert answer.status_code == 422
    assert "内部网络" in answer.text
    assert work.session.scalars(select(Webhook.id)).all() == []


def test_a_secret_that_nobody_signs_with_is_told_at_its_field(
    browser: FlaskClient, server: Robot, people: dict[str, User], work: Work
) -> None:
    path = f"/organisations/{people['enterprise'].organisation_id}/robot"
    typed = {"version": 0, "format": "wecom", "url": server.url, "signing_secret": "SECabc"}
    answer = browser.post(path, data=typed)
    assert answer.status_code == 422
    assert "只有钉钉和飞书用加签密钥" in answer.text
    assert work.session.scalars(select(Webhook.id)).all() == []


def test_the_second_of_two_sees_what_the_first_did_and_keeps_what_was_typed(
    browser: FlaskClient, server: Robot, owner: Work, people: dict[str, User]
) -> None:
    connect(owner, server)
    path = f"/organisations/{people['enterprise'].organisation_id}/robot"
    mine = f"{server.url}&mine=1"
    answer = browser.post(path, data={"version": 0, "format": "feishu", "url": mine})
    assert answer.status_code == 409
    assert mine.replace("&", "&amp;") in answer.text
    assert 'name="version" type="hidden" value="1"' in answer.text
    assert browser.post(path, data={"version": 1, "format": "feishu", "url": mine}).status_code == 303


def test_a_step_on_a_page_that_is_out_of_date_does_nothing(
    browser: FlaskClient, server: Robot, owner: Work, people: dict[str, User]
) -> None:
    connect(owner, server)
    path = f"/organisations/{people['enterprise'].organisation_id}/robot"
    for step in ("secret", "test", "remove"):
        assert browser.post(f"{path}/{step}", data={"version": 7}).status_code == 303
    owner.session.rollback()
    assert owner.session.scalars(select(Webhook.version)).all() == [1]
    assert owner.session.scalars(select(Delivery.id)).all() == []
