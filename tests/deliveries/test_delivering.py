"""Sending: in the reader's words, once, again after a failure, and never in the way of what people do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from matchmaker.deliveries import outbox
from matchmaker.notices import service as notices
from matchmaker.settings import Settings
from matchmaker.work import Work
from matchmaker.worker.delivering import Courier
from models import Channel, DeliveryStatus, User
from tests.deliveries.post_office import mails, office, send_all, stored
from tests.deliveries.servers import mail_server


def told(work: Work, *people: User, title: str = "气孔检测") -> None:
    notices.tell(work, people, "problem.published", "/problems/7", title=title)
    work.session.commit()


@pytest.mark.parametrize(
    ("language", "subject"),
    [("zh_CN", "难题“气孔检测”已发布"), ("en", "The problem '气孔检测' is published")],
)
def test_a_notice_is_mailed_in_its_readers_language(
    app: Flask, work: Work, people: dict[str, User], settings: Settings, language: str, subject: str
) -> None:
    people["enterprise"].language = language
    told(work, people["enterprise"])
    with app.app_context():
        send_all(settings)
    assert f"Subject: {subject}" in mails(settings)
    assert "http://127.0.0.1:8000/problems/7" in mails(settings)
    assert [each.status for each in stored(settings)] == [DeliveryStatus.SENT]


def test_what_was_sent_is_not_sent_again(work: Work, people: dict[str, User], settings: Settings) -> None:
    told(work, people["enterprise"])
    assert (send_all(settings), send_all(settings, days=1)) == (1, 0)


def test_a_refused_mail_is_tried_again_under_the_same_message_id(
    work: Work, people: dict[str, User], settings: Settings
) -> None:
    told(work, people["enterprise"])
    with mail_server() as server:
        by = replace(settings, mail_url=server.url)
        server.answer = lambda verb, line: "451 come back later" if verb == "DATA" else "250 ok"
        send_all(by)
        (waiting,) = stored(settings)
        server.answer = lambda verb, line: "250 ok"
        assert send_all(by) == 0
        send_all(by, minutes=2)
    assert (waiting.status, waiting.attempts) == (DeliveryStatus.WAITING, 1)
    assert server.identifiers() == [f"<{waiting.key}@127.0.0.1>"]


def test_an_address_that_the_server_refuses_keeps_nobody_else_waiting(
    work: Work, people: dict[str, User], settings: Settings
) -> None:
    told(work, people["enterprise"], people["liaison"])
    gone = people["enterprise"].email or ""
    with mail_server() as server:
        server.answer = lambda verb, line: "550 no such user" if gone in line else "250 ok"
        send_all(replace(settings, mail_url=server.url))
    assert [each["To"] for each in server.messages] == [people["liaison"].email]
    assert [each.status for each in stored(settings)] == [DeliveryStatus.FAILED, DeliveryStatus.SENT]


def test_a_server_that_is_down_is_not_asked_for_each_letter(
    work: Work, people: dict[str, User], settings: Settings
) -> None:
    told(work, *people.values())
    assert send_all(replace(settings, mail_url="smtp://127.0.0.1:1")) == 1
    assert {each.status for each in stored(settings)} == {DeliveryStatus.WAITING}


def test_one_that_cannot_be_worded_keeps_nobody_waiting(
    work: Work, people: dict[str, User], settings: Settings
) -> None:
    outbox.put(work, Channel.MAIL, "of a later release", user=people["enterprise"])
    told(work, people["enterprise"])
    send_all(settings)
    assert [each.status for each in stored(settings)] == [DeliveryStatus.WAITING, DeliveryStatus.SENT]


def test_an_account_that_was_closed_meanwhile_gets_nothing(
    work: Work, people: dict[str, User], settings: Settings
) -> None:
    told(work, people["enterprise"])
    people["enterprise"].active = False
    work.session.commit()
    send_all(settings)
    assert [each.status for each in stored(settings)] == [DeliveryStatus.DROPPED]
    assert mails(settings) == ""


def test_a_mail_goes_to_the_address_that_the_account_has_now(
    work: Work, people: dict[str, User], settings: Settings
) -> None:
    told(work, people["enterprise"])
    people["enterprise"].email = "new@example.com"
    work.session.commit()
    send_all(settings)
    assert "To: new@example.com" in mails(settings)


def test_two_workers_send_nothing_twice(work: Work, people: dict[str, User], settings: Settings) -> None:
    """The second looks while the first is sending."""
    for number in range(3):
        told(work, people["enterprise"], title=f"难题{number}")
    sent: list[str] = []
    first, second = office(settings), office(settings)
    other = Courier(second, send_letter=lambda by, letter, key: sent.append(key))

    def slowly(by: Settings, letter: object, key: str) -> None:
        other.deliver_due()
        sent.append(key)

    Courier(first, send_letter=slowly).deliver_due()
    for each in (first, second):
        each.database.engine.dispose()
    assert len(sent) == len(set(sent)) == 3
