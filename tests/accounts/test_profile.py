from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaker.accounts import service
from matchmaker.accounts.errors import LoginNameTaken, UnfitRole, WrongPassword
from matchmaker.work import Work
from models import Role, User
from tests import factories
from tests.accounts.members import actions, is_in, member, refreshed, sign_in
from tests.factories import PASSWORD


@pytest.fixture
def user(work: Work) -> User:
    return member(work, name="李工", email="li@example.com", mobile="13800138000")


@pytest.fixture
def browser(app: Flask, user: User) -> FlaskClient:
    return factories.sign_in(app.test_client(), user)


def form(**given: Any) -> dict[str, Any]:
    return {"name": "李工", "email": "li@example.com", "mobile": "13800138000", "language": "zh_CN", **given}


def test_a_name_is_changed_without_the_password(browser: FlaskClient, work: Work, user: User) -> None:
    assert browser.post("/account", data=form(name="李工程师")).status_code == 303
    assert refreshed(work, user).name == "李工程师"


def test_another_address_takes_the_password(browser: FlaskClient, work: Work, user: User) -> None:
    assert browser.post("/account", data=form(email="new@example.com")).status_code == 422
    assert browser.post("/account", data=form(email="New@example.com", password=PASSWORD)).status_code == 303
    assert refreshed(work, user).email == "new@example.com"


def test_the_same_address_written_otherwise_is_no_change(browser: FlaskClient) -> None:
    assert (
        browser.post("/account", data=form(email="LI@example.com", mobile="138 0013 8000")).status_code == 303
    )


def test_an_address_of_somebody_else_is_refused_at_the_field(browser: FlaskClient, work: Work) -> None:
    member(work, email="taken@example.com")
    answer = browser.post("/account", data=form(email="taken@example.com", password=PASSWORD))
    assert answer.status_code == 422
    assert "这个邮箱已有账号" in answer.text


def test_one_login_name_must_stay(browser: FlaskClient) -> None:
    answer = browser.post("/account", data=form(email="", mobile="", password=PASSWORD))
    assert answer.status_code == 422
    assert "邮箱和手机号至少填写一项" in answer.text


@pytest.mark.parametrize("mobile", ["12800138000", "1380013800", "138001380001", "0556-5555555"])
def test_what_is_no_mobile_number_is_refused(browser: FlaskClient, mobile: str) -> None:
    assert "请填写 11 位手机号" in browser.post("/account", data=form(mobile=mobile, password=PASSWORD)).text


def test_the_chosen_language_shows_at_once_and_is_kept(browser: FlaskClient, work: Work, user: User) -> None:
    browser.post("/account", data=form(language="en"))
    assert '<html lang="en">' in browser.get("/account").text
    assert refreshed(work, user).language == "en"


def test_the_switch_on_top_is_kept_with_the_account(browser: FlaskClient, work: Work, user: User) -> None:
    assert browser.post("/language", data={"language": "en", "next": "/account"}).location == "/account"
    assert refreshed(work, user).language == "en"


def test_a_visitor_switches_the_language(client: FlaskClient) -> None:
    client.post("/language", data={"language": "en", "next": "/sign-in"})
    assert '<html lang="en">' in client.get("/sign-in").text


def test_a_language_that_does_not_exist_changes_nothing(client: FlaskClient) -> None:
    client.post("/language", data={"language": "tlh"})
    assert '<html lang="zh-CN">' in client.get("/sign-in").text


def test_a_new_password_keeps_this_session_and_ends_the_others(
    app: Flask, browser: FlaskClient, user: User
) -> None:
    elsewhere = factories.sign_in(app.test_client(), user)
    browser.post(
        "/account/password", data={"present": PASSWORD, "password": "hefei-lake-37", "again": "hefei-lake-37"}
    )
    assert is_in(browser)
    assert not is_in(elsewhere)


def test_the_new_password_signs_in_and_the_old_does_not(app: Flask, browser: FlaskClient) -> None:
    browser.post(
        "/account/password", data={"present": PASSWORD, "password": "hefei-lake-37", "again": "hefei-lake-37"}
    )
    assert sign_in(app.test_client(), "li@example.com").status_code == 422
    assert sign_in(app.test_client(), "li@example.com", "hefei-lake-37").status_code == 303


@pytest.mark.parametrize(
    ("present", "password", "again", "message"),
    [
        ("wrong", "hefei-lake-37", "hefei-lake-37", "当前密码不对"),
        (PASSWORD, "short", "short", "密码至少 10 个字符"),
        (PASSWORD, "li@example.com", "li@example.com", "密码不能与邮箱、手机号相同"),
        (PASSWORD, "1234567890", "1234567890", "这个密码太常见"),
        (PASSWORD, "hefei-lake-37", "hefei-lake-73", "两次输入的密码不一样"),
        (PASSWORD, "", "", "请填写密码"),
    ],
)
def test_a_password_change_that_fails_says_why(
    browser: FlaskClient, present: str, password: str, again: str, message: str
) -> None:
    answer = browser.post(
        "/account/password", data={"present": present, "password": password, "again": again}
    )
    assert answer.status_code == 422
    assert message in answer.text


def test_blanks_at_the_ends_belong_to_a_password(work: Work, user: User) -> None:
    service.change_password(work.as_actor(user), PASSWORD, " hefei-lake-37 ")
    with pytest.raises(WrongPassword):
        service.change_password(work.as_actor(user), "hefei-lake-37", PASSWORD)


def test_changes_of_the_account_are_audited(browser: FlaskClient, work: Work) -> None:
    browser.post("/account", data=form(name="李工程师"))
    browser.post("/account", data=form(name="李工程师"))
    browser.post(
        "/account/password", data={"present": PASSWORD, "password": "hefei-lake-37", "again": "hefei-lake-37"}
    )
    assert actions(work.session) == ["account.changed", "account.password_changed"]


def test_an_account_is_made_with_login_names_as_they_are_kept(work: Work) -> None:
    firm = factories.organisation(work.session)
    made = service.create_user(
        work,
        firm,
        Role.ENTERPRISE,
        "赵工",
        email="Zhao@Example.com",
        mobile="+86 139 0013 9000",
        password=PASSWORD,
    )
    assert (made.email, made.mobile) == ("zhao@example.com", "13900139000")


def test_two_accounts_cannot_have_one_mobile_number(work: Work, user: User) -> None:
    firm = factories.organisation(work.session)
    with pytest.raises(LoginNameTaken) as taken:
        service.create_user(work, firm, Role.ENTERPRISE, "赵工", mobile="13800138000", password=PASSWORD)
    assert taken.value.field == "mobile"


def test_a_firm_has_no_staff(work: Work) -> None:
    with pytest.raises(UnfitRole):
        service.create_user(
            work,
            factories.organisation(work.session),
            Role.STAFF,
            "赵工",
            email="z@example.com",
            password=PASSWORD,
        )
