"""What every page has and does: headers, language, the idle session, and nothing inline."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from matchmaker.work import Work
from models import User
from tests import factories
from tests.standing import Standing
from tests.test_routes import browser, guarded_rules, routes_of_objects

LOADS = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "object": "data"}
DIRECTIVES = {
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


class Faults(HTMLParser):
    """What the content security policy would stop, and what would reach another host."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or "style" in given:
            self.found.append(f"<{tag}> has a style of its own")
        self._script = tag == "script" and "src" not in given
        for name, value in attrs:
            if name.startswith(("on", "hx-on")):
                self.found.append(f"<{tag} {name}>")
            if (value or "").strip().lower().startswith("javascript:"):
                self.found.append(f"<{tag} {name}={value}>")
        source = given.get(LOADS.get(tag, "")) or ""
        if urlsplit(source).netloc or (urlsplit(source).scheme not in ("", "data")):
            self.found.append(f"<{tag}> loads {source}")
        if tag == "form" and urlsplit(given.get("action") or "").netloc:
            self.found.append(f"<form> posts to {given['action']}")
        if given.get("id"):
            self.ids.append(str(given["id"]))

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.found.append(f"<script> with {data[:40]}")

    def handle_endtag(self, tag: str) -> None:
        self._script = False


def faults(page: TestResponse) -> list[str]:
    parser = Faults()
    parser.feed(page.text)
    twice = {each for each in parser.ids if parser.ids.count(each) > 1}
    return parser.found + [f"id {each} stands twice" for each in sorted(twice)]


def pages_of(
    app: Flask, work: Work, people: dict[str, User], person: str
) -> Iterator[tuple[str, TestResponse]]:
    """Every page that the person can open: lists, forms, and the pages of objects."""
    standing = Standing(work.session, people)
    paths = [
        path
        for rule, path, allowed in routes_of_objects(app, standing, person)
        if allowed and "GET" in (rule.methods or ())
    ]
    paths += [
        rule.rule for rule in guarded_rules(app) if not rule.arguments and "GET" in (rule.methods or ())
    ]
    client = browser(app, standing.people[person])
    work.session.commit()  # a page with confidential text leaves a trace, and SQLite has one writer
    for path in paths:
        if not path.startswith("/probe"):
            answer = client.get(path)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                yield path, answer


@pytest.mark.parametrize("person", ["visitor", "enterprise", "liaison", "staff", "administrator"])
def test_no_page_has_anything_inline_or_from_elsewhere(
    app: Flask, work: Work, people: dict[str, User], person: str
) -> None:
    seen = {path: faults(answer) for path, answer in pages_of(app, work, people, person)}
    assert len(seen) > 5
    assert {path: found for path, found in seen.items() if found} == {}


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere", "/probe/fail"])
def test_every_page_has_the_headers_of_safety(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert {each.strip() for each in headers["Content-Security-Policy"].split(";")} == DIRECTIVES
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_files_may_be_kept_by_browsers_and_have_the_headers_too(client: FlaskClient) -> None:
    answer = client.get("/static/matchmaker.css")
    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers.get("Cache-Control") != "no-store"


def test_the_cookie_is_kept_from_scripts_and_other_sites(client: FlaskClient) -> None:
    cookie = client.post("/language", data={"language": "en"}).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_files_of_the_frame_are_served_from_here(client: FlaskClient) -> None:
    wanted = re.findall(r'(?:src|href)="(/static/[^"]+)"', client.get("/").text)
    assert len(wanted) > 5
    assert [path for path in wanted if client.get(path).status_code != 200] == []


def test_a_visitor_is_sent_to_the_sign_in_and_back(client: FlaskClient) -> None:
    answer = client.get("/account?tab=1")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/account?tab%3D1"
    assert "请先登录。" in client.get(answer.location).text


def test_a_visitor_who_posts_is_sent_to_the_sign_in_alone(client: FlaskClient) -> None:
    assert client.post("/account").location == "/sign-in"


def test_a_part_that_a_visitor_asks_for_sends_the_whole_page_to_the_sign_in(client: FlaskClient) -> None:
    answer = client.get(
        "/probe/staff", headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/problems?page=2"}
    )
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/problems?page%3D2"


def test_somebody_without_the_right_is_refused(client: FlaskClient, people: dict[str, User]) -> None:
    assert factories.sign_in(client, people["enterprise"]).get("/probe/staff").status_code == 403
    assert client.get("/probe/staff").text != "inside"


@pytest.mark.parametrize("person", [None, "enterprise", "staff", "administrator"])
def test_a_page_that_declares_no_action_is_refused_to_everyone(
    app: Flask, people: dict[str, User], person: str | None
) -> None:
    app.add_url_rule("/undeclared", "undeclared", lambda: "inside", methods=["GET", "POST"])
    client = browser(app, people[person] if person else None)
    for answer in (client.get("/undeclared"), client.post("/undeclared")):
        assert answer.status_code == (302 if person is None else 403)
        assert answer.text != "inside"


def test_an_idle_session_ends_and_says_so(app: Flask, client: FlaskClient, people: dict[str, User]) -> None:
    factories.sign_in(client, people["staff"])
    with client.session_transaction() as session:
        session["seen"] = int(time.time()) - 60 * 60 - 5
        session["language"] = "en"
    answer = client.get("/account", follow_redirects=True)
    assert answer.request.path == "/sign-in"
    assert people["staff"].name not in answer.text
    assert '<html lang="en">' in answer.text
    assert "signed out" in answer.text
    with client.session_transaction() as session:
        assert "_user_id" not in session


def test_a_session_in_use_stays(client: FlaskClient, people: dict[str, User]) -> None:
    factories.sign_in(client, people["staff"])
    long_ago = int(time.time()) - 59 * 60
    with client.session_transaction() as session:
        session["seen"] = long_ago
    assert client.get("/account").status_code == 200
    with client.session_transaction() as session:
        assert session["seen"] > long_ago


def test_a_closed_account_is_out_at_once(client: FlaskClient, people: dict[str, User], work: Work) -> None:
    factories.sign_in(client, people["staff"])
    assert client.get("/account").status_code == 200
    people["staff"].active = False
    work.session.commit()
    assert client.get("/account").status_code == 302


def test_a_raised_epoch_ends_sessions_everywhere(
    client: FlaskClient, people: dict[str, User], work: Work
) -> None:
    factories.sign_in(client, people["staff"])
    people["staff"].session_epoch += 1
    work.session.commit()
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize("identity", ["", "x", "1", "1:", ":1", "1:x", "999:0", "-1:0", "٣:0"])
def test_a_cookie_that_names_nobody_is_a_visitor(client: FlaskClient, identity: str) -> None:
    with client.session_transaction() as session:
        session["_user_id"], session["seen"] = identity, int(time.time())
    assert client.get("/account").status_code == 302
    assert client.get("/").status_code == 200


def test_the_language_chosen_stays(client: FlaskClient) -> None:
    assert '<html lang="zh-CN">' in client.get("/").text
    client.post("/language", data={"language": "en", "next": "/"})
    for path in ("/", "/sign-in"):
        assert '<html lang="en">' in client.get(path).text
    client.post("/language", data={"language": "zh_CN"})
    assert '<html lang="zh-CN">' in client.get("/").text


def test_a_person_reads_in_their_language_in_every_browser(
    app: Flask, client: FlaskClient, people: dict[str, User]
) -> None:
    factories.sign_in(client, people["staff"]).post("/language", data={"language": "en"})
    elsewhere = factories.sign_in(app.test_client(), people["staff"])
    assert '<html lang="en">' in elsewhere.get("/").text


def test_a_language_that_there_is_not_changes_nothing(client: FlaskClient) -> None:
    assert client.post("/language", data={"language": "xx"}).status_code == 303
    assert '<html lang="zh-CN">' in client.get("/").text


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/\t/elsewhere.example",
        "/%0d%0aSet-Cookie:x=1\r\n",
        "javascript:alert(1)",
        "elsewhere",
        "//[",
        "///elsewhere.example",
        "",
    ],
)
def test_the_way_back_never_leads_elsewhere(standing_app: Flask, target: str) -> None:
    answer = standing_app.test_client().post("/language", data={"language": "en", "next": target})
    assert (answer.status_code, answer.location) == (303, "/")


def test_the_way_back_keeps_the_page_and_its_filters(client: FlaskClient) -> None:
    answer = client.post("/language", data={"language": "en", "next": "/problems?q=%E9%BD%BF&page=2"})
    assert answer.location == "/problems?q=%E9%BD%BF&page=2"


def test_titles_are_of_the_city(client: FlaskClient) -> None:
    assert re.search("<title>.*安庆市.*</title>", client.get("/").text, re.S)


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color:red">',
        "<style>p{}</style>",
        "<script>go()</script>",
        '<button onclick="go()">',
        '<button hx-on:click="go()">',
        '<a href="javascript:go()">',
        '<script src="https://elsewhere.example/x.js"></script>',
        '<img src="//elsewhere.example/x.png">',
        '<link rel="stylesheet" href="http://elsewhere.example/x.css">',
        '<form action="https://elsewhere.example/">',
        '<p id="a"><p id="a">',
    ],
)
def test_the_search_for_faults_finds_them(html: str) -> None:
    assert faults(TestResponse([html.encode()], "200 OK", Headers(), request=None)) != []  # type: ignore[arg-type]
