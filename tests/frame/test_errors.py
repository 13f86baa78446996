"""What a person sees when something goes wrong, and what is left of it in the database."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from matchmaker.database import Database
from matchmaker.work import Work
from models import Notice, User
from tests import factories
from tests.frame.probe import SECRET

CJK = re.compile("[\u4e00-\u9fff]")
FAULTS = [
    # method, path, status, the title in Chinese and in English
    ("POST", "/probe/abort/400", 400, "请求不完整", "Incomplete request"),
    ("GET", "/probe/forbidden", 403, "没有权限", "You do not have access"),
    ("GET", "/nowhere", 404, "没有找到", "Page not found"),
    ("GET", "/sign-out", 405, "不能这样打开", None),
    ("POST", "/probe/stale", 409, "有人刚刚改过", None),
    ("POST", "/probe/step", 409, "现在不能这样做", None),
    ("POST", "/probe/abort/413", 413, "文件太大", None),
    ("POST", "/probe/abort/415", 415, "文件类型不符", None),
    ("POST", "/probe/abort/429", 429, "操作太频繁", None),
    ("GET", "/probe/fail", 500, "服务出错了", None),
    ("POST", "/probe/fail", 500, "服务出错了", None),
    ("GET", "/probe/model", 503, "匹配服务暂不可用", None),
]
EACH_FAULT = pytest.mark.parametrize(
    ("method", "path", "status", "title", "english"), FAULTS, ids=[f"{f[0]}{f[1]}" for f in FAULTS]
)


@pytest.fixture
def browser(client: FlaskClient, people: dict[str, User], work: Work) -> FlaskClient:
    factories.problem(work.session, people["enterprise"])
    work.session.commit()
    return factories.sign_in(client, people["staff"])


def read(client: FlaskClient, language: str) -> None:
    with client.session_transaction() as session:
        session["language"] = language


def main_of(answer: TestResponse) -> str:
    found = re.search("<main.*</main>", answer.text, re.S)
    assert found, answer.text[:500]
    return found.group()


def notices(database: Database) -> int:
    with database.session(write=False) as session:
        return session.scalar(select(func.count()).select_from(Notice)) or 0


@EACH_FAULT
def test_a_fault_has_a_page_in_chinese(
    standing_browser: FlaskClient, method: str, path: str, status: int, title: str, english: str | None
) -> None:
    answer = standing_browser.open(path, method=method)
    assert answer.status_code == status
    assert f"<h1>{title}</h1>" in main_of(answer)
    assert answer.mimetype == "text/html"
    assert 'lang="zh-CN"' in answer.text
    assert "Traceback" not in answer.text
    assert SECRET not in answer.text


@EACH_FAULT
def test_a_fault_has_a_page_in_english(
    standing_browser: FlaskClient, method: str, path: str, status: int, title: str, english: str | None
) -> None:
    read(standing_browser, "en")
    answer = standing_browser.open(path, method=method)
    assert answer.status_code == status
    assert '<html lang="en">' in answer.text
    assert CJK.findall(main_of(answer)) == []
    if english:
        assert english.lower() in main_of(answer).lower()


@EACH_FAULT
def test_a_fault_of_a_part_comes_as_a_part(
    standing_browser: FlaskClient, method: str, path: str, status: int, title: str, english: str | None
) -> None:
    answer = standing_browser.open(path, method=method, headers={"HX-Request": "true"})
    assert answer.status_code == status
    assert answer.text.strip().startswith('<div class="alert')
    assert "<html" not in answer.text
    assert answer.headers["HX-Retarget"] == "#alerts"


def test_a_visitor_sees_the_error_page_too(client: FlaskClient) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "没有找到" in main_of(answer)


def test_the_error_page_of_somebody_signed_in_keeps_the_menu(
    browser: FlaskClient, people: dict[str, User]
) -> None:
    for path in ("/nowhere", "/probe/fail"):
        assert people["staff"].name in browser.get(path).text


def test_a_method_that_a_page_does_not_know_is_told_which_it_knows(browser: FlaskClient) -> None:
    answer = browser.get("/sign-out")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_too_many_requests_are_told_when_to_come_back(browser: FlaskClient) -> None:
    assert browser.post("/probe/limited").status_code == 200
    answer = browser.post("/probe/limited")
    assert answer.status_code == 429
    assert "操作太频繁" in main_of(answer)


def test_a_request_that_is_too_large_is_told_so(app: Flask, browser: FlaskClient) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 100
    answer = browser.post("/language", data={"language": "en", "next": "x" * 1000})
    assert answer.status_code == 413
    assert "文件太大" in main_of(answer)


def test_a_form_without_its_token_is_told_to_reload(
    app: Flask, browser: FlaskClient, database: Database
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = browser.post("/probe/write")
    assert answer.status_code == 400
    assert "<h1>页面已过期</h1>" in main_of(answer)
    assert "刷新" in main_of(answer)
    assert notices(database) == 0


def test_a_form_with_its_token_is_taken(app: Flask, browser: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    token = re.search('name="csrf-token" content="([^"]+)"', browser.get("/").text)
    assert token
    assert browser.post("/probe/write", data={"csrf_token": token[1]}).text == "written"
    assert browser.post("/probe/write", headers={"X-CSRFToken": token[1]}).text == "written"


def test_anothers_token_is_refused(app: Flask, browser: FlaskClient, people: dict[str, User]) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    other = factories.sign_in(app.test_client(), people["enterprise"])
    token = re.search('name="csrf-token" content="([^"]+)"', other.get("/").text)
    assert token
    browser.get("/")
    assert browser.post("/probe/write", data={"csrf_token": token[1]}).status_code == 400


def test_the_token_is_checked_on_every_post_of_the_service(app: Flask, browser: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    taken = []
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            path = app.url_map.bind("localhost").build(rule.endpoint, _values(rule))
            if "页面已过期" not in browser.post(path).text:
                taken.append(rule.endpoint)
    assert taken == []


def _values(rule: Any) -> dict[str, Any]:
    values = {}
    for name, converter in rule._converters.items():
        items = getattr(converter, "items", None)
        values[name] = next(iter(items)) if items else 1
    return values


def test_a_view_that_ends_well_is_kept(browser: FlaskClient, database: Database) -> None:
    assert browser.post("/probe/write").text == "written"
    assert notices(database) == 1


@pytest.mark.parametrize(
    "path", ["/probe/fail", "/probe/abort/404", "/probe/abort/500", "/probe/step", "/probe/answer/422"]
)
def test_a_view_that_fails_after_writing_leaves_nothing(
    browser: FlaskClient, database: Database, path: str
) -> None:
    assert browser.post(path).status_code >= 400
    assert notices(database) == 0


def test_a_failure_that_must_be_counted_is_kept(browser: FlaskClient, database: Database) -> None:
    assert browser.post("/probe/answer/422?keep=1").status_code == 422
    assert notices(database) == 1


def test_a_redirect_is_a_good_end(browser: FlaskClient, database: Database) -> None:
    browser.post("/probe/answer/303")
    assert notices(database) == 1


def test_reading_a_page_never_writes(browser: FlaskClient, database: Database) -> None:
    assert browser.get("/probe/write").status_code == 500
    assert notices(database) == 0


def test_a_post_that_only_reads_never_writes(browser: FlaskClient, database: Database) -> None:
    assert browser.post("/probe/look").status_code == 500
    assert notices(database) == 0


def test_a_change_that_comes_too_late_is_told_so_at_the_commit(browser: FlaskClient) -> None:
    answer = browser.post("/probe/late")
    assert answer.status_code == 409
    assert "有人刚刚改过" in main_of(answer)
    assert "改好了" not in answer.text
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_fault_that_shows_at_the_commit_has_its_page(browser: FlaskClient) -> None:
    with capture_logs() as logged:
        answer = browser.post("/probe/late/twice")
    assert answer.status_code == 500
    assert "服务出错了" in main_of(answer)
    assert [entry["event"] for entry in logged] == ["request.failed"]


def test_after_a_failure_the_next_request_works(browser: FlaskClient, database: Database) -> None:
    for path in ("/probe/fail", "/probe/late", "/probe/step"):
        browser.post(path)
        assert browser.post("/probe/write").status_code == 200
    assert notices(database) == 3


def test_what_failed_is_logged_without_what_was_typed(browser: FlaskClient) -> None:
    with capture_logs() as logged:
        browser.post("/probe/fail", data={"confidential": "配方甲"})
    (entry,) = logged
    assert (entry["event"], entry["path"], entry["log_level"]) == ("request.failed", "/probe/fail", "error")
    assert "配方甲" not in str(entry)
