"""A server on loopback with a database of its own, and a browser for each person."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from matchmaker import create_app
from matchmaker.accounts.passwords import hash_password
from matchmaker.engine import MatchingEngine
from matchmaker.postings import service as postings
from matchmaker.settings import Settings
from matchmaker.work import Work
from models import OrganisationKind, Role
from tests import factories
from tests.journeys.browser import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def server(settings: Settings, engine: MatchingEngine) -> Iterator[str]:
    """The address of the whole application as it is served, CSRF and all."""
    app = create_app(settings)
    app.extensions["engine"] = engine
    listening = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}"
    listening.shutdown()
    thread.join()
    app.extensions["database"].engine.dispose()


@pytest.fixture
def bureau(work: Work) -> str:
    """The login name of a member of the bureau's staff; the password is factories.PASSWORD."""
    bureau = factories.organisation(work.session, OrganisationKind.BUREAU, name="示例科学技术局")
    staff = factories.user(
        work.session,
        Role.STAFF,
        bureau,
        name="经办人甲",
        email="broker@example.com",
        password_hash=hash_password(factories.PASSWORD),
    )
    work.session.commit()
    return str(staff.email)


@pytest.fixture
def university(work: Work) -> str:
    """The login name of a liaison whose university has published what it can do."""
    school = factories.organisation(
        work.session, OrganisationKind.UNIVERSITY, name="示例理工大学", county=None
    )
    liaison = factories.user(
        work.session,
        Role.LIAISON,
        school,
        name="联络员乙",
        email="liaison@example.com",
        password_hash=hash_password(factories.PASSWORD),
    )
    for title, summary, field in CAPABILITIES:
        capability = factories.capability(
            work.session, liaison, title=title, summary=summary, advantage="", field=field, subfield=None
        )
        postings.index(work, capability)
    work.session.commit()
    return str(liaison.email)


CAPABILITIES = [
    (
        "铝合金压铸壳体内部气孔X射线智能检测",
        "用双视角X射线成像和深度学习识别铝合金压铸件内部的气孔和缩松，单件二十秒，能标出缺陷的位置和大小。"
        "已在两家压铸厂试用，直径0.5毫米以上的气孔检出率99%。",
        "8",
    ),
    (
        "高浓度有机废水厌氧氨氧化脱氮",
        "针对食品加工废水氨氮高的问题，用颗粒污泥厌氧氨氧化，曝气电耗比传统硝化反硝化低一半以上。",
        "7",
    ),
    (
        "茶叶含水率近红外在线测定",
        "在输送带上方用近红外光谱测定鲜叶和毛茶的含水率，每秒一次，误差不超过百分之一，可与杀青机联动。",
        "9",
    ),
]


@pytest.fixture
def person(browser: Browser, server: str) -> Iterator[Callable[..., Page]]:
    """Makes a browser window; with a login name, signed in. Messages of the console fail the test."""
    windows = []
    complaints: list[str] = []

    def open_window(login: str | None = None, width: int = 1440) -> Page:
        context = browser.new_context(
            base_url=server, viewport={"width": width, "height": 900}, locale="zh-CN"
        )
        context.set_default_timeout(15_000)
        windows.append(context)
        page = context.new_page()
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        if login:
            page.goto("/sign-in")
            page.get_by_label("邮箱或手机号").fill(login)
            page.get_by_label("密码", exact=True).fill(factories.PASSWORD)
            page.get_by_role("main").get_by_role("button", name="登录").click()
            page.wait_for_url(lambda url: "sign-in" not in url)
        return page

    yield open_window
    for context in windows:
        context.close()
    refused = [each for each in complaints if "status of 4" not in each]  # a refused form is not a fault
    assert refused == []
