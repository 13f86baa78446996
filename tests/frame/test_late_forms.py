"""What was typed into a form that comes after its session ended is kept; a stranger's form is not offered to be sent."""

from __future__ import annotations

import re
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker.accounts.passwords import hash_password
from matchmaker.database import Database
from matchmaker.work import Work
from models import Problem, User
from tests import factories
from tests.problems.typed import complete

PAGE = {"Accept": "text/html,application/xhtml+xml", "Origin": "http://localhost"}
TITLE = "压铸壳体气孔在线检测"


@pytest.fixture
def late(app: Flask, client: FlaskClient, people: dict[str, User]) -> FlaskClient:
    """Who was signed in when they opened the form, and is not any more."""
    factories.sign_in(client, people["enterprise"])
    app.config["WTF_CSRF_ENABLED"] = True
    with client.session_transaction() as session:
        session["seen"] = 1
    return client


def token(client: FlaskClient, page: str) -> str:
    found = re.search('name="csrf-token" content="([^"]+)"', client.get(page).text)
    assert found
    return found[1]


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))


def test_a_form_sent_after_the_session_ended_is_sent_again_after_signing_in(
    late: FlaskClient, people: dict[str, User], work: Work, database: Database
) -> None:
    people["enterprise"].password_hash = hash_password(factories.PASSWORD)
    work.session.commit()
    with late.session_transaction() as session:
        session["seen"] = int(time.time())
    typed = complete(title=TITLE) | {"submit": "1", "csrf_token": token(late, "/problems/new")}
    with late.session_transaction() as session:
        session["seen"] = 1
    first = late.post("/problems/new", data=typed, headers=PAGE)
    assert first.status_code == 403
    assert "还没有提交" in first.text
    assert "在新窗口登录" in first.text
    kept = hidden(first.text)
    assert kept["title"] == TITLE

    signing_in = {"login": people["enterprise"].email, "password": factories.PASSWORD}
    late.post("/sign-in", data=signing_in | {"csrf_token": token(late, "/sign-in")})
    second = late.post("/problems/new", data=typed | {"csrf_token": kept["csrf_token"]}, headers=PAGE)
    assert (second.status_code, "在新窗口登录" in second.text) == (400, False)
    again = typed | {"csrf_token": hidden(second.text)["csrf_token"]}
    assert late.post("/problems/new", data=again, headers=PAGE).status_code == 303
    with database.session() as session:
        assert session.scalars(select(Problem.title)).all() == [TITLE]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://elsewhere.example"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Accept": "*/*"},
    ],
)
def test_a_strangers_form_or_a_script_s_is_not_offered_to_be_sent(
    headers: dict[str, str], late: FlaskClient
) -> None:
    answer = late.post("/problems/new", data=complete(title=TITLE), headers=PAGE | headers)
    assert answer.status_code in (303, 302, 400)
    assert TITLE not in answer.text


def test_passwords_are_not_sent_back(late: FlaskClient) -> None:
    typed = {"name": "示例压铸有限公司", "password": "Geheim-2026", "new_password": "Geheim-2027"}
    answer = late.post("/register", data=typed, headers=PAGE)
    assert "示例压铸有限公司" in answer.text
    assert "Geheim" not in answer.text


def test_a_part_that_comes_too_late_leaves_the_page_as_it_is(app: Flask, late: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    answer = late.post("/problems/similar", data=complete(title=TITLE), headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (403, "#alerts")
    assert "HX-Redirect" not in answer.headers
    assert "您填写的内容还在这一页上" in answer.text
