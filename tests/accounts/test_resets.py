from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker.accounts import resets, service
from matchmaker.accounts.errors import DeadLink
from matchmaker.policy import Forbidden
from matchmaker.settings import Settings
from matchmaker.work import Work
from models import DeliveryStatus, Notice, Role, User
from tests import factories
from tests.accounts.members import actions, is_in, later, link_in_mail, member, refreshed, sign_in
from tests.deliveries.post_office import mails, send_all, stored
from tests.factories import PASSWORD

NEW = "hefei-lake-37"


def choose(client: FlaskClient, path: str, password: str = NEW) -> int:
    return client.post(path, data={"password": password, "again": password}).status_code


def token(work: Work, user: User) -> str:
    return resets.token_of(work, user)


def test_a_mailed_link_sets_a_new_password(client: FlaskClient, work: Work, settings: Settings) -> None:
    user = member(work)
    client.post("/reset", data={"login": user.email})
    assert choose(client, link_in_mail(settings)) == 303
    assert sign_in(client, user.email or "", NEW).status_code == 303


def test_a_new_password_ends_every_session(app: Flask, work: Work) -> None:
    user = member(work)
    elsewhere = factories.sign_in(app.test_client(), user)
    choose(app.test_client(), f"/reset/{token(work, user)}")
    assert not is_in(elsewhere)


def test_a_new_password_lifts_a_lock(work: Work) -> None:
    user = member(work, failed_sign_ins=5, locked_until=later(work, minutes=10).now())
    resets.reset(work, token(work, user), NEW)
    assert (user.failed_sign_ins, user.locked_until) == (0, None)


def test_the_answer_does_not_tell_whether_there_is_an_account(client: FlaskClient, work: Work) -> None:
    user = member(work)
    answers = []
    for login in (user.email, "nobody@example.com"):
        client.post("/reset", data={"login": login})
        answers.append(re.findall(r'role="status">([^<]*)', client.get("/sign-in").text))
    assert answers[0] == answers[1] != []


def test_an_account_without_an_address_gets_no_mail(
    client: FlaskClient, work: Work, settings: Settings
) -> None:
    member(work, email=None, mobile="13800138000")
    client.post("/reset", data={"login": "13800138000"})
    send_all(settings)
    assert mails(settings) == ""


def test_a_closed_account_gets_no_mail(client: FlaskClient, work: Work, settings: Settings) -> None:
    user = member(work, active=False)
    client.post("/reset", data={"login": user.email})
    send_all(settings)
    assert mails(settings) == ""


def test_a_link_is_good_once(client: FlaskClient, work: Work) -> None:
    path = f"/reset/{token(work, member(work))}"
    assert choose(client, path) == 303
    assert choose(client, path, "another-lake-38") == 410


def test_a_link_is_dead_after_a_password_change(work: Work) -> None:
    user = member(work)
    link = token(work, user)
    service.change_password(work.as_actor(user), PASSWORD, NEW)
    with pytest.raises(DeadLink):
        resets.open_link(work, link)


def test_a_link_is_dead_after_the_address_was_changed(work: Work) -> None:
    user = member(work)
    link = token(work, user)
    user.email = "other@example.com"
    with pytest.raises(DeadLink):
        resets.open_link(work, link)


def test_a_link_of_a_closed_account_is_dead(work: Work) -> None:
    user = member(work)
    link = token(work, user)
    user.active = False
    with pytest.raises(DeadLink):
        resets.open_link(work, link)


def test_a_link_is_dead_after_its_hours(work: Work) -> None:
    link = token(work, member(work))
    with pytest.raises(DeadLink):
        resets.open_link(later(work, hours=work.settings.link_hours, seconds=2), link)


@pytest.mark.parametrize("link", ["", "x", "eyJpZCI6MX0.abc.def"])
def test_an_altered_link_is_dead(work: Work, link: str) -> None:
    with pytest.raises(DeadLink):
        resets.open_link(work, link)


def test_a_weak_new_password_is_refused_and_the_link_stays_good(client: FlaskClient, work: Work) -> None:
    path = f"/reset/{token(work, member(work))}"
    assert choose(client, path, "1234567890") == 422
    assert choose(client, path) == 303


def test_staff_hand_a_link_over(app: Flask, work: Work) -> None:
    user, staff = member(work), member(work, Role.STAFF)
    page = factories.sign_in(app.test_client(), staff).post(f"/accounts/{user.id}/reset-link").text
    (path,) = re.findall(r"http://127\.0\.0\.1:8000(/reset/[^<\s]+)", page)
    assert choose(app.test_client(), path) == 303
    assert actions(work.session) == ["account.reset_issued", "account.password_reset"]


@pytest.mark.parametrize("erased", [False, True])
def test_a_closed_account_gets_no_link_and_nobody_is_told(app: Flask, work: Work, erased: bool) -> None:
    staff, colleague = member(work, Role.STAFF), member(work)
    closed = member(
        work,
        organisation=colleague.organisation,
        active=False,
        erased_at=work.now() if erased else None,
        **({"email": None, "mobile": None, "name": "已注销的账号"} if erased else {}),
    )
    browser = factories.sign_in(app.test_client(), staff)

    answer = browser.post(f"/accounts/{closed.id}/reset-link")

    assert (answer.status_code, "/reset/" in answer.text) == (303, False)
    assert "不能重设密码" in browser.get("/accounts").text
    assert actions(work.session) == []
    assert work.session.scalars(select(Notice)).all() == []


@pytest.fixture
def with_mail(work: Work) -> Work:
    """Where mail leaves the machine."""
    return replace(work, settings=replace(work.settings, mail_url="smtp://127.0.0.1:1"))


def test_where_mail_leaves_the_bureau_never_sees_the_link(with_mail: Work, settings: Settings) -> None:
    user, staff = member(with_mail), member(with_mail, Role.STAFF)
    assert resets.issue(with_mail.as_actor(staff), user, str) is None
    with_mail.session.commit()
    (waiting,) = stored(settings)
    assert (waiting.user_id, waiting.purpose) == (user.id, resets.RESET)
    assert with_mail.session.scalars(select(Notice)).all() == []


def test_an_account_without_an_address_still_gets_a_link_by_hand(with_mail: Work) -> None:
    user, staff = member(with_mail, email=None, mobile="13800138000"), member(with_mail, Role.STAFF)
    assert resets.issue(with_mail.as_actor(staff), user, str)
    assert [each.user_id for each in with_mail.session.scalars(select(Notice))] == [user.id]


def test_the_people_of_an_account_are_told_who_got_a_link_for_it(app: Flask, work: Work) -> None:
    user, staff = member(work), member(work, Role.STAFF)
    factories.sign_in(app.test_client(), staff).post(f"/accounts/{user.id}/reset-link")
    told = work.session.scalars(select(Notice).where(Notice.user_id == user.id)).one()
    assert (told.kind, told.details["who"]) == ("account.reset_issued", staff.name)


def test_staff_cannot_take_over_an_account_of_the_bureau(app: Flask, work: Work) -> None:
    staff, administrator = member(work, Role.STAFF), member(work, Role.ADMINISTRATOR)
    answer = factories.sign_in(app.test_client(), staff).post(f"/accounts/{administrator.id}/reset-link")
    assert answer.status_code == 404
    with pytest.raises(Forbidden):
        resets.issue(work.as_actor(staff), administrator, str)


def test_the_link_rests_in_no_table(client: FlaskClient, work: Work, settings: Settings) -> None:
    user = member(work)
    client.post("/reset", data={"login": user.email})
    (waiting,) = stored(settings)
    assert set(waiting.details) == {"state"}
    assert token(work, user) not in str(vars(waiting))
    assert choose(client, link_in_mail(settings)) == 303


def test_a_mail_that_waited_past_a_password_change_is_not_sent(
    client: FlaskClient, work: Work, settings: Settings
) -> None:
    user = member(work)
    client.post("/reset", data={"login": user.email})
    service.change_password(work.as_actor(user), PASSWORD, NEW)
    work.session.commit()
    send_all(settings)
    assert [each.status for each in stored(settings)] == [DeliveryStatus.DROPPED]
    assert mails(settings) == ""


def test_the_audit_holds_no_link(client: FlaskClient, work: Work, settings: Settings) -> None:
    user = member(work)
    client.post("/reset", data={"login": user.email})
    link = link_in_mail(settings).rpartition("/")[2]
    events = (
        refreshed(work, user) and work.session.connection().exec_driver_sql("SELECT * FROM audit_event").all()
    )
    assert link not in str(events)
