from __future__ import annotations

import re
from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from matchmaker import create_app
from matchmaker.accounts import service
from matchmaker.accounts.errors import AccountClosed, SignInLocked, SignInRefused
from matchmaker.accounts.pages import local_target
from matchmaker.accounts.strangers import Strangers
from matchmaker.settings import Settings
from matchmaker.work import Work
from models import User
from tests.accounts.members import actions, is_in, later, member, refreshed, sign_in
from tests.deliveries.post_office import mails, send_all
from tests.factories import PASSWORD


@pytest.mark.parametrize("typed", ["li@example.com", " LI@Example.com ", "ｌｉ@example.com"])
def test_an_email_address_signs_in_however_it_is_written(client: FlaskClient, work: Work, typed: str) -> None:
    member(work, email="li@example.com")
    assert sign_in(client, typed).status_code == 303
    assert is_in(client)


@pytest.mark.parametrize("typed", ["13800138000", "138 0013 8000", "+86 138-0013-8000"])
def test_a_mobile_number_signs_in_however_it_is_written(client: FlaskClient, work: Work, typed: str) -> None:
    member(work, email=None, mobile="13800138000")
    assert sign_in(client, typed).status_code == 303


def test_the_answer_does_not_tell_whether_there_is_an_account(client: FlaskClient, work: Work) -> None:
    user = member(work)
    wrong, unknown = (
        sign_in(client, user.email or "", "wrong"),
        sign_in(client, "nobody@example.com", "wrong"),
    )
    assert wrong.status_code == unknown.status_code == 422
    assert _page(wrong.text) == _page(unknown.text)


def _page(text: str) -> str:
    """Without what was typed and without the form's token."""
    return re.sub(r'(value|content)="[^"]*"', "", text)


def test_a_failed_sign_in_keeps_the_login_name(client: FlaskClient, work: Work) -> None:
    assert 'value="li@example.com"' in sign_in(client, "li@example.com", "wrong").text


def test_a_failed_sign_in_is_counted_though_the_answer_is_an_error(client: FlaskClient, work: Work) -> None:
    user = member(work)
    sign_in(client, user.email or "", "wrong")
    assert refreshed(work, user).failed_sign_ins == 1


def test_five_failures_lock_the_account_even_for_the_right_password(client: FlaskClient, work: Work) -> None:
    user = member(work)
    for _ in range(5):
        answer = sign_in(client, user.email or "", "wrong")
    assert "暂时锁定到" in answer.text
    assert "暂时锁定到" in sign_in(client, user.email or "").text
    assert not is_in(client)


def test_an_unknown_name_locks_like_an_account(client: FlaskClient, work: Work) -> None:
    for _ in range(4):
        assert "暂时锁定到" not in sign_in(client, "nobody@example.com", "wrong").text
    assert "暂时锁定到" in sign_in(client, "Nobody@example.com", "wrong").text


def test_a_lock_is_over_after_its_time(work: Work) -> None:
    user = member(work)
    _fail(work, user, 5)
    assert service.sign_in(later(work, minutes=16), user.email or "", PASSWORD, Strangers()) is user
    assert (user.failed_sign_ins, user.locked_until) == (0, None)


def test_after_a_lock_the_count_begins_anew(work: Work) -> None:
    user = member(work)
    _fail(work, user, 5)
    with pytest.raises(SignInRefused) as refused:
        service.sign_in(later(work, minutes=16), user.email or "", "wrong", Strangers())
    assert not isinstance(refused.value, SignInLocked)


def test_trying_a_locked_account_does_not_lock_it_longer(work: Work) -> None:
    user = member(work)
    _fail(work, user, 5)
    until = user.locked_until
    with pytest.raises(SignInLocked) as refused:
        service.sign_in(later(work, minutes=10), user.email or "", "wrong", Strangers())
    assert refused.value.until == until


def test_a_success_forgets_earlier_failures(work: Work) -> None:
    user = member(work)
    _fail(work, user, 4)
    service.sign_in(work, user.email or "", PASSWORD, Strangers())
    assert user.failed_sign_ins == 0


def test_the_owner_of_a_locked_account_is_told_by_mail(work: Work, settings: Settings) -> None:
    user = member(work)
    _fail(work, user, 5)
    work.session.commit()
    send_all(settings)
    assert f"To: {user.email}" in mails(settings)


def test_a_closed_account_is_told_only_to_who_knows_its_password(work: Work) -> None:
    user = member(work, active=False)
    with pytest.raises(AccountClosed):
        service.sign_in(work, user.email or "", PASSWORD, Strangers())
    with pytest.raises(SignInRefused) as refused:
        service.sign_in(work, user.email or "", "wrong", Strangers())
    assert type(refused.value) is SignInRefused


def test_a_hash_with_older_parameters_is_renewed_at_sign_in(work: Work) -> None:
    user = member(work)
    user.password_hash = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    service.sign_in(work, user.email or "", PASSWORD, Strangers())
    assert "m=24576" in user.password_hash


def test_signing_in_notes_when(work: Work) -> None:
    user = member(work)
    moment = later(work, hours=1)
    service.sign_in(moment, user.email or "", PASSWORD, Strangers())
    assert user.last_sign_in_at == moment.now()


def test_a_session_planted_before_is_not_the_one_signed_in(client: FlaskClient, work: Work) -> None:
    user = member(work)
    with client.session_transaction() as planted:
        planted["csrf_token"], planted["anything"] = "planted", "planted"
    sign_in(client, user.email or "")
    with client.session_transaction() as session:
        assert "anything" not in session
        assert session.get("csrf_token") != "planted"


def test_the_language_chosen_before_signing_in_stays(client: FlaskClient, work: Work) -> None:
    user = member(work)
    client.post("/language", data={"language": "en", "next": "/"})
    sign_in(client, user.email or "")
    assert '<html lang="en">' in client.get("/account").text


def test_the_language_of_the_account_greets_where_none_was_chosen(client: FlaskClient, work: Work) -> None:
    user = member(work, language="en")
    sign_in(client, user.email or "")
    assert '<html lang="en">' in client.get("/account").text


def test_after_signing_in_one_goes_where_one_wanted(client: FlaskClient, work: Work) -> None:
    user = member(work)
    assert sign_in(client, user.email or "", target="/account/password").location == "/account/password"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:x",
    ],
)
def test_nobody_is_sent_to_another_site(app: Flask, target: str) -> None:
    with app.test_request_context():
        assert local_target(target) == "/"


def test_a_query_belongs_to_where_one_goes(app: Flask) -> None:
    with app.test_request_context():
        assert local_target("/problems?q=%E9%BD%BF&page=2") == "/problems?q=%E9%BD%BF&page=2"


def test_signing_out_ends_the_session(client: FlaskClient, work: Work) -> None:
    user = member(work)
    sign_in(client, user.email or "")
    client.post("/sign-out")
    assert not is_in(client)


def test_signing_out_everywhere_ends_every_session(app: Flask, work: Work) -> None:
    user = member(work)
    here, elsewhere = app.test_client(), app.test_client()
    sign_in(here, user.email or "")
    sign_in(elsewhere, user.email or "")
    here.post("/account/sign-out-everywhere")
    assert not is_in(here)
    assert not is_in(elsewhere)


def test_sign_ins_and_failures_are_audited(client: FlaskClient, work: Work) -> None:
    user = member(work)
    sign_in(client, user.email or "", "wrong")
    sign_in(client, "nobody@example.com", "wrong")
    sign_in(client, user.email or "")
    client.post("/sign-out")
    assert actions(work.session) == ["session.refused", "session.refused", "session.started", "session.ended"]


def test_attempts_from_one_address_are_limited(settings: Settings) -> None:
    app = create_app(replace(settings, sign_in_rate="3 per minute"))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    client = app.test_client()
    answers = [sign_in(client, f"nobody{n}@example.com", "wrong").status_code for n in range(4)]
    app.extensions["database"].engine.dispose()
    assert answers == [422, 422, 422, 429]


def answers_by_forwarded_address(settings: Settings, *forwarded: str) -> list[int]:
    """Of wrong sign-ins, each with another login name and another X-Forwarded-For."""
    app = create_app(replace(settings, sign_in_rate="3 per minute"))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    answers = [
        app.test_client()
        .post(
            "/sign-in",
            data={"login": f"nobody{n}@example.com", "password": "wrong"},
            headers={"X-Forwarded-For": each},
        )
        .status_code
        for n, each in enumerate(forwarded)
    ]
    app.extensions["database"].engine.dispose()
    return answers


@pytest.mark.parametrize(("proxies", "forged"), [(0, "10.0.0.{n}"), (1, "10.0.0.{n}, 198.51.100.7")])
def test_a_forged_address_does_not_get_around_the_limit(
    settings: Settings, proxies: int, forged: str
) -> None:
    forwarded = [forged.format(n=n) for n in range(4)]
    answers = answers_by_forwarded_address(replace(settings, proxies=proxies), *forwarded)
    assert answers == [422, 422, 422, 429]


def test_behind_a_proxy_each_address_has_its_own_limit(settings: Settings) -> None:
    forwarded = [f"198.51.100.{n}" for n in range(5)]
    assert set(answers_by_forwarded_address(replace(settings, proxies=1), *forwarded)) == {422}


def test_a_sign_in_without_the_forms_token_is_refused(app: Flask, work: Work) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    user = member(work)
    assert sign_in(app.test_client(), user.email or "").status_code == 400


def test_an_empty_form_says_what_to_fill_in(client: FlaskClient) -> None:
    answer = sign_in(client, "", "")
    assert answer.status_code == 422
    assert "请填写邮箱或手机号" in answer.text
    assert "请填写密码" in answer.text


def _fail(work: Work, user: User, times: int) -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            service.sign_in(work, user.email or "", "wrong", Strangers())
