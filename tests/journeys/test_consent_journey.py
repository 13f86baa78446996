"""A confidential problem, from its posting to opened details and contacts, and closed again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_main_journey import CONFIDENTIAL, post, publish, register, verify

pytestmark = pytest.mark.journey
Windows = Callable[..., Page]
PHONE = "0556-0000102"


def test_confidential_details_open_by_both_consents_and_the_undertaking(
    person: Windows, bureau: str, university: str
) -> None:
    company, staff = person(), person(bureau)
    register(company)
    verify(staff)
    post(company)
    publish(staff)
    pairing = propose(staff)
    liaison = person(university, width=390)

    agree(liaison, pairing)
    liaison.get_by_text("阅读并接受保密承诺书第 1 版").click()
    liaison.get_by_role("button", name="代表本单位接受").click()
    expect(liaison.locator("#consent")).to_contain_text("双方都同意对接后")
    assert PHONE not in liaison.content()

    agree(company, pairing)
    liaison.goto(pairing)
    expect(liaison.locator("#contacts")).to_contain_text(PHONE)
    liaison.get_by_role("link", name=re.compile("保密内容已开放")).click()
    liaison.get_by_role("button", name=re.compile("查看保密内容")).click()
    expect(liaison.get_by_role("main")).to_contain_text(CONFIDENTIAL)

    company.goto(pairing)
    company.on("dialog", lambda dialog: dialog.accept())
    company.get_by_role("button", name="撤回同意").click()
    expect(company.locator("#consent")).to_contain_text("已撤回同意")
    liaison.goto(pairing)
    expect(liaison.locator("#consent")).to_contain_text("已撤回同意")
    expect(liaison.locator("#contacts")).to_have_count(0)


def propose(staff: Page) -> str:
    """Staff ask both sides; returns the pairing's address."""
    staff.goto("/pairings?look=list")
    links = (
        staff.get_by_role("main")
        .locator("a[href*='/pairings/']")
        .evaluate_all("all => all.map(each => new URL(each.href).pathname)")
    )
    pairing = next(path for path in links if re.fullmatch(r"/pairings/\d+", path))
    staff.goto(pairing)
    staff.get_by_role("button", name=re.compile("提议双方对接")).click()
    expect(staff.locator("#consent")).to_contain_text("等待答复")
    return str(pairing)


def agree(page: Page, pairing: str) -> None:
    page.goto(pairing)
    page.locator("#consent summary", has_text="同意对接").click()
    page.get_by_role("button", name="告诉对方我们愿意谈").click()
    expect(page.locator("#consent")).to_contain_text("同意对接")
