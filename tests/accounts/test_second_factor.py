from __future__ import annotations

from dataclasses import replace

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaker import create_app
from matchmaker.accounts import second_factor
from matchmaker.accounts.errors import SignInRefused, WrongCode, WrongPassword
from matchmaker.policy import Forbidden
from matchmaker.settings import Settings
from matchmaker.work import Work
from models import Role, User, now
from tests import factories
from tests.accounts.members import actions, is_in, later, member, refreshed, sign_in
from tests.factories import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def with_factor(work: Work) -> User:
    return member(work, Role.STAFF, totp_secret=SECRET)


def code(work: Work, shift: int = 0) -> str:
    return pyotp.TOTP(SECRET).at(int(work.now().timestamp()) + 30 * shift)


def give_code(client: FlaskClient, digits: str) -> int:
    return client.post("/second-factor", data={"code": digits}).status_code


def test_the_password_alone_does_not_sign_in(client: FlaskClient, work: Work) -> None:
    user = with_factor(work)
    assert sign_in(client, user.email or "").location == "/second-factor"
    assert not is_in(client)


def test_the_code_completes_the_sign_in(client: FlaskClient, work: Work) -> None:
    user = with_factor(work)
    sign_in(client, user.email or "", target="/account/password")
    answer = client.post("/second-factor", data={"code": code(work)})
    assert answer.location == "/account/password"
    assert is_in(client)


def test_a_code_cannot_be_given_without_the_password(client: FlaskClient, work: Work) -> None:
    with_factor(work)
    assert client.post("/second-factor", data={"code": code(work)}).location == "/sign-in"
    assert not is_in(client)


def test_a_code_is_good_once(work: Work) -> None:
    user = with_factor(work)
    second_factor.complete_sign_in(work, user.get_id(), code(work))
    with pytest.raises(WrongCode):
        second_factor.complete_sign_in(work, user.get_id(), code(work))


def test_an_earlier_code_is_dead_once_a_later_one_was_used(work: Work) -> None:
    user = with_factor(work)
    second_factor.complete_sign_in(work, user.get_id(), code(work, 1))
    with pytest.raises(WrongCode):
        second_factor.complete_sign_in(work, user.get_id(), code(work))


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_a_clock_that_is_half_a_minute_off_is_forgiven(work: Work, shift: int) -> None:
    fixed = later(work, seconds=0)
    user = with_factor(work)
    assert second_factor.complete_sign_in(fixed, user.get_id(), code(fixed, shift)) is user


@pytest.mark.parametrize("shift", [-2, 2])
def test_a_code_of_another_minute_is_wrong(work: Work, shift: int) -> None:
    fixed = later(work, seconds=0)
    user = with_factor(work)
    with pytest.raises(WrongCode):
        second_factor.complete_sign_in(fixed, user.get_id(), code(fixed, shift))


def test_blanks_in_a_code_are_forgiven(work: Work) -> None:
    user = with_factor(work)
    digits = code(work)
    assert second_factor.complete_sign_in(work, user.get_id(), f"{digits[:3]} {digits[3:]}") is user


def test_wrong_codes_lock_the_account(client: FlaskClient, work: Work) -> None:
    user = with_factor(work)
    sign_in(client, user.email or "")
    assert [give_code(client, "000000") for _ in range(5)] == [422, 422, 422, 422, 303]
    assert refreshed(work, user).locked_until is not None


def test_the_right_password_does_not_forget_wrong_codes(client: FlaskClient, work: Work) -> None:
    user = with_factor(work)
    for _ in range(2):
        sign_in(client, user.email or "")
        give_code(client, "000000")
        give_code(client, "000000")
    assert refreshed(work, user).failed_sign_ins == 4


def test_a_sign_out_everywhere_in_between_ends_the_sign_in(work: Work) -> None:
    user = with_factor(work)
    identity = user.get_id()
    user.session_epoch += 1
    with pytest.raises(SignInRefused):
        second_factor.complete_sign_in(work, identity, code(work))


def test_the_page_shows_a_secret_as_picture_and_text_and_a_right_code_enables_it(
    app: Flask, work: Work
) -> None:
    user = member(work, Role.STAFF)
    client = factories.sign_in(app.test_client(), user)
    page = client.get("/account/second-factor").text
    assert 'src="data:image/svg+xml' in page
    with client.session_transaction() as session:
        secret = session["totp_secret"]
    assert secret in page
    client.post("/account/second-factor", data={"code": pyotp.TOTP(secret).at(int(now().timestamp()))})
    assert refreshed(work, user).totp_secret == secret


def test_a_wrong_code_enables_nothing(app: Flask, work: Work) -> None:
    user = member(work, Role.STAFF)
    client = factories.sign_in(app.test_client(), user)
    client.get("/account/second-factor")
    assert client.post("/account/second-factor", data={"code": "000000"}).status_code == 422
    assert refreshed(work, user).totp_secret is None


def test_the_code_that_enabled_it_does_not_sign_in(work: Work) -> None:
    user = member(work, Role.STAFF)
    second_factor.enable(work.as_actor(user), SECRET, code(work))
    with pytest.raises(WrongCode):
        second_factor.complete_sign_in(work, user.get_id(), code(work))


def test_it_is_for_the_bureau_only(work: Work) -> None:
    with pytest.raises(Forbidden):
        second_factor.enable(work.as_actor(member(work)), SECRET, code(work))


def test_disabling_takes_the_password(work: Work) -> None:
    user = with_factor(work)
    with pytest.raises(WrongPassword):
        second_factor.disable(work.as_actor(user), "wrong")
    second_factor.disable(work.as_actor(user), PASSWORD)
    assert user.totp_secret is None


def test_an_administrator_frees_somebody_who_lost_the_phone(app: Flask, work: Work) -> None:
    user, administrator = with_factor(work), member(work, Role.ADMINISTRATOR)
    client = factories.sign_in(app.test_client(), administrator)
    client.post(f"/accounts/{user.id}/second-factor")
    assert refreshed(work, user).totp_secret is None
    assert actions(work.session) == ["account.second_factor_taken_away"]


def test_where_it_is_required_staff_get_nowhere_without_it(settings: Settings, work: Work) -> None:
    app = create_app(replace(settings, require_totp=True))
    staff, firm = member(work, Role.STAFF), member(work)
    pages = [
        factories.sign_in(app.test_client(), staff).get("/account").location,
        factories.sign_in(app.test_client(), staff).get("/account/second-factor").status_code,
        factories.sign_in(app.test_client(), firm).get("/account").status_code,
    ]
    app.extensions["database"].engine.dispose()
    assert pages == ["/account/second-factor", 200, 200]
