from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker import create_app
from matchmaker.accounts import invitations
from matchmaker.accounts.errors import DeadLink
from matchmaker.accounts.invitations import Newcomer
from matchmaker.settings import Settings
from matchmaker.work import Work
from models import Invitation, Role, User
from tests import factories
from tests.accounts.members import actions, is_in, later, link_in_mail, member
from tests.deliveries.post_office import mails
from tests.factories import PASSWORD

ANSWER = {"name": "赵工", "password": "hefei-lake-37", "again": "hefei-lake-37", "consent": "y"}


@pytest.fixture
def inviter(work: Work) -> User:
    return member(work)


@pytest.fixture
def browser(app: Flask, inviter: User) -> FlaskClient:
    return factories.sign_in(app.test_client(), inviter)


def invite(browser: FlaskClient, inviter: User, email: str = "zhao@example.com", **given: Any) -> str:
    """The path that the invited person is given."""
    page = browser.post(
        f"/organisations/{inviter.organisation_id}/invitations", data={"email": email, **given}
    ).text
    return re.findall(r"http://127\.0\.0\.1:8000(/invitations/[^<\s]+)", page)[-1]


def invited(work: Work) -> Invitation:
    work.session.rollback()
    found = work.session.scalars(select(Invitation).order_by(Invitation.id.desc())).first()
    work.session.commit()
    assert found is not None
    return found


def account(work: Work, email: str) -> User | None:
    work.session.rollback()
    return work.session.scalar(select(User).where(User.email == email))


def test_an_invited_colleague_joins_the_organisation_and_is_signed_in(
    app: Flask, browser: FlaskClient, inviter: User, work: Work
) -> None:
    newcomer = app.test_client()
    assert newcomer.post(invite(browser, inviter), data=ANSWER).status_code == 303
    assert is_in(newcomer)
    made = account(work, "zhao@example.com")
    assert made is not None
    assert (made.organisation_id, made.role) == (inviter.organisation_id, Role.ENTERPRISE)


def test_the_link_is_mailed(browser: FlaskClient, inviter: User, settings: Settings) -> None:
    path = invite(browser, inviter)
    assert link_in_mail(settings) == path
    assert "To: zhao@example.com" in mails(settings)


def test_where_mail_leaves_the_machine_the_inviter_does_not_see_the_link(
    settings: Settings, inviter: User, work: Work
) -> None:
    app = create_app(replace(settings, mail_url="smtp://127.0.0.1:9"))
    app.config["WTF_CSRF_ENABLED"] = False
    client = factories.sign_in(app.test_client(), inviter)
    answer = client.post(
        f"/organisations/{inviter.organisation_id}/invitations", data={"email": "zhao@example.com"}
    )
    app.extensions["database"].engine.dispose()
    assert answer.status_code == 303
    assert invited(work).email == "zhao@example.com"


@pytest.mark.parametrize("table", ["invitation", "delivery", "audit_event"])
def test_the_token_itself_is_not_kept(table: str, browser: FlaskClient, inviter: User, work: Work) -> None:
    token = invite(browser, inviter).rpartition("/")[2]
    rows = work.session.connection().exec_driver_sql(f"SELECT * FROM {table}").all()
    assert rows
    assert token not in str(rows)


def test_of_an_invitation_sent_twice_only_the_latest_is_mailed(
    browser: FlaskClient, inviter: User, work: Work, settings: Settings
) -> None:
    first = invite(browser, inviter)
    browser.post(f"/organisations/invitations/{invited(work).id}/resend")
    assert link_in_mail(settings) != first
    assert first not in mails(settings)


def test_an_invitation_is_good_once(app: Flask, browser: FlaskClient, inviter: User) -> None:
    path = invite(browser, inviter)
    app.test_client().post(path, data=ANSWER)
    assert app.test_client().get(path).status_code == 410


def test_a_revoked_invitation_is_dead(app: Flask, browser: FlaskClient, inviter: User, work: Work) -> None:
    path = invite(browser, inviter)
    browser.post(f"/organisations/invitations/{invited(work).id}/revoke")
    assert app.test_client().post(path, data=ANSWER).status_code == 410
    assert account(work, "zhao@example.com") is None


def test_an_invitation_is_dead_after_its_hours(browser: FlaskClient, inviter: User, work: Work) -> None:
    token = invite(browser, inviter).rpartition("/")[2]
    with pytest.raises(DeadLink):
        invitations.open_link(later(work, hours=work.settings.link_hours, seconds=2), token)


def test_sending_again_makes_a_new_link_and_ends_the_old(
    app: Flask, browser: FlaskClient, inviter: User, work: Work
) -> None:
    old = invite(browser, inviter)
    page = browser.post(f"/organisations/invitations/{invited(work).id}/resend").text
    (new,) = re.findall(r"http://127\.0\.0\.1:8000(/invitations/[^<\s]+)", page)
    assert app.test_client().get(old).status_code == 410
    assert app.test_client().get(new).status_code == 200


def test_inviting_the_same_address_again_replaces_the_invitation(
    app: Flask, browser: FlaskClient, inviter: User
) -> None:
    old = invite(browser, inviter)
    invite(browser, inviter, "Zhao@example.com")
    assert app.test_client().get(old).status_code == 410


def test_somebody_with_an_account_is_not_invited(browser: FlaskClient, inviter: User, work: Work) -> None:
    member(work, email="zhao@example.com")
    answer = browser.post(
        f"/organisations/{inviter.organisation_id}/invitations", data={"email": "zhao@example.com"}
    )
    assert answer.status_code == 422
    assert "这个邮箱已经有账号" in answer.text


def test_accepting_takes_the_consent(app: Flask, browser: FlaskClient, inviter: User) -> None:
    answer = app.test_client().post(invite(browser, inviter), data=ANSWER | {"consent": ""})
    assert answer.status_code == 422
    assert "请阅读说明，同意后再提交" in answer.text


def test_a_mobile_number_that_is_taken_is_refused_at_the_field(
    app: Flask, browser: FlaskClient, inviter: User, work: Work
) -> None:
    member(work, mobile="13800138000")
    answer = app.test_client().post(invite(browser, inviter), data=ANSWER | {"mobile": "13800138000"})
    assert answer.status_code == 422
    assert "这个手机号已有账号" in answer.text


def test_the_invited_address_is_no_password(app: Flask, browser: FlaskClient, inviter: User) -> None:
    weak = ANSWER | {"password": "zhao@example.com", "again": "zhao@example.com"}
    assert app.test_client().post(invite(browser, inviter), data=weak).status_code == 422


def test_a_second_acceptance_at_the_same_time_makes_no_second_account(
    browser: FlaskClient, inviter: User, work: Work
) -> None:
    token = invite(browser, inviter).rpartition("/")[2]
    invitations.accept(work, token, Newcomer("赵工", None, PASSWORD))
    with pytest.raises(DeadLink):
        invitations.accept(work, token, Newcomer("钱工", None, PASSWORD))


def test_an_administrator_chooses_the_role_of_a_colleague(app: Flask, work: Work) -> None:
    administrator = member(work, Role.ADMINISTRATOR)
    browser = factories.sign_in(app.test_client(), administrator)
    invite(browser, administrator, role="administrator")
    assert invited(work).role is Role.ADMINISTRATOR


def test_a_firm_cannot_invite_into_another_role(browser: FlaskClient, inviter: User, work: Work) -> None:
    invite(browser, inviter, role="administrator")
    assert invited(work).role is Role.ENTERPRISE


def test_invitations_are_audited(app: Flask, browser: FlaskClient, inviter: User, work: Work) -> None:
    app.test_client().post(invite(browser, inviter), data=ANSWER)
    assert actions(work.session) == [
        "invitation.sent",
        "invitation.accepted",
        "account.created",
        "session.started",
    ]


def test_nobody_mails_invitations_without_end(settings: Settings, inviter: User) -> None:
    app = create_app(replace(settings, sign_in_rate="3 per minute"))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    browser = factories.sign_in(app.test_client(), inviter)
    path = f"/organisations/{inviter.organisation_id}/invitations"
    answers = [browser.post(path, data={"email": f"u{n}@example.com"}).status_code for n in range(4)]
    app.extensions["database"].engine.dispose()
    assert answers == [200, 200, 200, 429]
