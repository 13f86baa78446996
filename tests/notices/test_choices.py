"""How people choose to be told, and what that does to a notice."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker.notices import choices, digests, service
from matchmaker.notices.topics import TOPICS, topic_of
from matchmaker.settings import Settings
from matchmaker.work import Work
from models import Delivery, Frequency, Notice, NoticeChoice, Role, User
from tests.deliveries.post_office import do_chores, mails, send_all
from tests.factories import sign_in

MORNING = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
"""08:00 in the bureau."""


def choose(work: Work, person: User, **wanted: Frequency) -> None:
    choices.choose(work.as_actor(person), wanted)
    work.session.commit()


def tell(work: Work, person: User, title: str = "气孔检测") -> None:
    service.tell(work, [person], "problem.published", "/problems/7", title=title)
    work.session.commit()


@pytest.mark.parametrize(
    ("frequency", "mailed", "in_digest"),
    [
        (Frequency.AT_ONCE, 1, False),
        (Frequency.DAILY, 0, True),
        (Frequency.IN_SERVICE, 0, False),
    ],
)
def test_every_choice_leaves_the_notice_in_the_service(
    work: Work, people: dict[str, User], frequency: Frequency, mailed: int, in_digest: bool
) -> None:
    choose(work, people["enterprise"], review=frequency)
    tell(work, people["enterprise"])
    assert len(work.session.scalars(select(Delivery.id)).all()) == mailed
    (notice,) = work.session.scalars(select(Notice))
    assert notice.in_digest is in_digest


def test_who_has_no_address_is_told_in_the_service(work: Work, people: dict[str, User]) -> None:
    people["enterprise"].mobile, people["enterprise"].email = "13800138000", None
    tell(work, people["enterprise"])
    assert work.session.scalars(select(Delivery.id)).all() == []
    assert len(work.session.scalars(select(Notice.id)).all()) == 1


@pytest.mark.parametrize(
    ("kind", "topic"),
    [
        ("problem.submitted", "inbox"),
        ("problem.returned", "review"),
        ("problem.expired", "expiry"),
        ("match.problem", "match"),
        ("something.new", "other"),
    ],
)
def test_a_kind_belongs_to_the_topic_that_names_most_of_it(kind: str, topic: str) -> None:
    assert topic_of(kind).name == topic


def test_the_page_keeps_what_was_chosen(client: FlaskClient, people: dict[str, User], work: Work) -> None:
    browser = sign_in(client, people["enterprise"])
    wanted = {topic.name: "daily" for topic in TOPICS if Role.ENTERPRISE in topic.roles}
    assert browser.post("/notices/choices", data=wanted | {"talks": "in_service"}).status_code == 303
    kept = work.session.execute(select(NoticeChoice.topic, NoticeChoice.frequency))
    found = {topic: frequency.value for topic, frequency in kept}
    assert (found["talks"], found["match"]) == ("in_service", "daily")
    page = browser.get("/notices/choices").text
    assert re.findall(r'<input checked[^>]*name="talks"[^>]*value="(\w+)"', page) == ["in_service"]


def test_what_cannot_be_chosen_is_refused_at_its_field(
    client: FlaskClient, people: dict[str, User], work: Work
) -> None:
    browser = sign_in(client, people["enterprise"])
    wanted = {topic.name: "daily" for topic in TOPICS if Role.ENTERPRISE in topic.roles}
    assert browser.post("/notices/choices", data=wanted | {"talks": "off"}).status_code == 422
    assert work.session.scalars(select(NoticeChoice.id)).all() == []


def test_the_mail_of_the_day_holds_what_is_unread_and_comes_once(
    work: Work, people: dict[str, User], settings: Settings
) -> None:
    choose(work, people["enterprise"], review=Frequency.DAILY)
    for title in ("第一项", "第二项", "第三项"):
        tell(work, people["enterprise"], title)
    read = work.session.scalars(select(Notice).order_by(Notice.id)).first()
    assert read is not None
    read.read_at = MORNING
    work.session.commit()
    assert do_chores(settings, MORNING)["digests"] == 1
    tell(work, people["enterprise"], "第四项")
    assert do_chores(settings, MORNING.replace(hour=5))["digests"] == 0
    send_all(settings)
    mail = mails(settings)
    assert mail.count("Subject:") == 1
    assert ("第一项" in mail, "第二项" in mail, "第三项" in mail, "第四项" in mail) == (
        False,
        True,
        True,
        False,
    )
    assert do_chores(settings, MORNING.replace(day=26))["digests"] == 1


def test_before_its_hour_there_is_no_mail_of_the_day(
    work: Work, people: dict[str, User], settings: Settings
) -> None:
    choose(work, people["enterprise"], review=Frequency.DAILY)
    tell(work, people["enterprise"])
    early = datetime(2026, 11, 24, 23, 59, tzinfo=UTC)
    assert "digests" not in do_chores(settings, early)
    assert not digests.is_time(Work(work.session, None, work.engine, settings, clock=lambda: early))


def test_who_read_everything_gets_no_mail_of_the_day(
    work: Work, people: dict[str, User], settings: Settings
) -> None:
    choose(work, people["enterprise"], review=Frequency.DAILY)
    tell(work, people["enterprise"])
    do_chores(settings, MORNING)
    service.mark_read(work.as_actor(people["enterprise"]))
    work.session.commit()
    send_all(settings)
    assert mails(settings) == ""
