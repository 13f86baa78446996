"""Checking with the keyboard alone: publish one, return one with a ready reason, verify an organisation, take it back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from matchmaker.work import Work
from models import OrganisationKind, ProblemStatus, Role, User, Verification
from tests import factories
from tests.checking import waiting

pytestmark = pytest.mark.journey


@pytest.fixture
def engineer(work: Work) -> User:
    firm = factories.organisation(work.session, OrganisationKind.ENTERPRISE, name="示例机械有限公司")
    return factories.user(work.session, Role.ENTERPRISE, firm)


def test_staff_work_through_what_was_submitted_by_keyboard(
    person: Callable[..., Page], work: Work, bureau: str, engineer: User
) -> None:
    good = waiting.problem(work.session, engineer, days=9, title="铝合金压铸壳体气孔在线检测")
    vague = waiting.problem(
        work.session, engineer, days=5, title="输送带跑偏自动纠正", targets=[], statement="请高校帮忙"
    )
    fresh = waiting.organisation(work.session, days=2, name="示例新注册轴承有限公司")
    work.session.commit()
    page = person(bureau)

    page.goto("/checking")
    left(page, 3)
    hears_keys(page)
    page.keyboard.press("Enter")
    shows(page, good.title)
    hears_keys(page)
    page.keyboard.press("?")
    expect(page.locator("#check-help")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("p")

    shows(page, vague.title)
    left(page, 2)
    hears_keys(page)
    expect(page.locator(".check-hints")).to_contain_text("没有可以考核的技术指标")
    page.keyboard.press("r")
    page.keyboard.press("2")
    expect(page.locator('[data-reason="2"]')).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Control+Enter")

    shows(page, fresh.name)
    left(page, 1)
    hears_keys(page)
    page.keyboard.press("p")
    expect(page.get_by_role("heading", name="待审核")).to_be_visible()
    expect(page.get_by_text("都审完了")).to_be_visible()
    hears_keys(page)
    page.keyboard.press("z")
    shows(page, fresh.name)
    left(page, 1)

    work.session.expire_all()
    assert (good.status, vague.status) == (ProblemStatus.PUBLISHED, ProblemStatus.RETURNED)
    assert "请补充可以考核的技术指标" in vague.return_reason
    assert fresh.status is Verification.PENDING


def shows(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def hears_keys(page: Page) -> None:
    """The script is there: it brings the button for help."""
    expect(page.get_by_role("button", name="键盘操作")).to_be_visible()


def left(page: Page, count: int) -> None:
    """How many wait, as the navigation says."""
    expect(page.locator(".side-nav")).to_contain_text(f"{count} 项等待审核")
