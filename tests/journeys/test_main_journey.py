"""The bureau's day in a browser: register, verify, post, publish, suggest, shortlist, confirm, follow, accept."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.days import today

pytestmark = pytest.mark.journey
Windows = Callable[..., Page]

TITLE = "压铸壳体内部气孔在线判定"
CONFIDENTIAL = "图号甲乙丙六八，单件扣款四十六元"


def test_a_problem_goes_from_registration_to_an_accepted_cooperation(
    person: Windows, bureau: str, university: str
) -> None:
    company = person()
    register(company)
    staff = person(bureau)
    verify(staff)
    post(company)
    publish(staff)
    shortlist_by_keyboard(staff)
    confirm(staff)
    finish(staff)

    company.goto("/problems/mine")
    expect(company.get_by_role("main")).to_contain_text("已解决")
    company.goto("/cooperation")
    expect(company.get_by_role("main")).to_contain_text("已验收")
    liaison = person(university, width=390)
    liaison.goto("/cooperation")
    expect(liaison.get_by_role("main")).to_contain_text("已验收")
    assert CONFIDENTIAL not in liaison.content()


def register(page: Page) -> None:
    page.goto("/register")
    page.get_by_label("企业", exact=True).check()
    page.get_by_label(re.compile("^单位名称|^单位全称")).fill("示例压铸有限公司")
    page.get_by_label(re.compile("^统一社会信用代码")).fill(factories.credit_code())
    page.get_by_label(re.compile("^所在县")).select_option("340811")
    page.get_by_label(re.compile("^联系人或联系部门")).fill("技术科")
    page.get_by_label(re.compile("^联系电话")).fill("0556-0000101")
    page.get_by_label(re.compile("^您的姓名")).fill("示例员工")
    page.locator("#email").fill("engineer@example.com")
    page.get_by_label("密码", exact=True).fill(factories.PASSWORD)
    page.get_by_label(re.compile("^再输一次密码")).fill(factories.PASSWORD)
    page.get_by_label(re.compile("^我已阅读")).check()
    page.get_by_role("button", name="提交注册").click()
    expect(page.locator(".topbar")).to_contain_text("示例员工")


def verify(page: Page) -> None:
    page.goto("/organisations?status=pending")
    page.get_by_role("main").get_by_role("link", name="示例压铸有限公司").first.click()
    page.get_by_role("button", name=re.compile("^通过")).click()
    expect(page.get_by_role("main")).to_contain_text("已通过")


def post(page: Page) -> None:
    page.goto("/problems/new")
    page.locator("#title").fill(TITLE)
    page.locator("#need").select_option("equipment")
    page.locator("#background").fill(
        "车间月产铝合金壳体六万件，气孔到机加工以后才发现，去年因此报废两千多件，客户要求逐件判定。"
    )
    page.locator("#statement").fill(
        "需要在压铸以后三十秒内判定直径0.5毫米以上的内部气孔并给出位置，五种壳体共线，换型不超过十分钟，现场有油雾和振动。"
    )
    # While typing: who could solve it.
    expect(page.locator(".form-side")).to_contain_text(re.compile("可能解决|成果"))
    page.locator("#targets-0-name").fill("气孔检出率")
    page.locator("#targets-0-value").fill("98")
    page.locator("#targets-0-unit").fill("%")
    page.locator("#field").select_option("8")
    page.locator("#industry").select_option("C36")
    page.locator("#county").select_option("340811")
    page.get_by_label("委托开发").check()
    page.get_by_label("面议", exact=True).check()
    page.locator("#wanted_months").fill("10")
    page.locator("#confidential").fill(CONFIDENTIAL)
    page.locator("#contact_name").fill("设备科")
    page.locator("#contact_phone").fill("0556-0000102")
    page.get_by_role("button", name="提交审核").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("待审核")
    # The suggestions stand on the page that answers the submission, with reasons.
    expect(main).to_contain_text("铝合金压铸壳体内部气孔X射线智能检测")
    expect(main).to_contain_text("很匹配")
    expect(main.locator("mark").first).to_be_visible()


def publish(page: Page) -> None:
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name=TITLE).first.click()
    page.get_by_role("button", name=re.compile("^发布")).click()
    expect(page.get_by_role("main")).to_contain_text("已发布")


def shortlist_by_keyboard(page: Page) -> None:
    page.goto("/pairings")
    expect(page.locator("#board-help")).to_be_visible()  # its script runs, and keys are heard
    page.keyboard.press("j")
    row = page.locator(".queue-row").first
    expect(row).to_contain_text(TITLE)
    page.keyboard.press("s")
    expect(row.locator(".state").first).to_contain_text("入围")
    page.keyboard.press("?")
    expect(page.locator("#help-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.wait_for_url(re.compile("/confirm"))


def confirm(page: Page) -> None:
    page.locator("#amount").fill("86.50")
    page.locator("#technology_amount").fill("90")
    page.locator("#contract_category").select_option("development_commissioned")
    page.get_by_role("main").get_by_role("button", name="确认合作").last.click()
    # More technology amount than amount: said at the field, nothing lost.
    expect(page.locator("#technology_amount-error")).to_be_visible()
    expect(page.locator("#amount")).to_have_value("86.50")
    page.locator("#technology_amount").fill("80")
    page.locator("#signed_on").fill(today().isoformat())
    page.locator("#starts_on").fill(today().isoformat())
    page.locator("#ends_on").fill((today() + timedelta(days=300)).isoformat())
    page.get_by_role("main").get_by_role("button", name="确认合作").last.click()
    page.wait_for_url(re.compile(r"/cooperation/\d+"))
    main = page.get_by_role("main")
    expect(main).to_contain_text("示例压铸有限公司")
    expect(main).to_contain_text("示例理工大学")
    expect(main).to_contain_text("86.50 万元")


def finish(page: Page) -> None:
    main = page.get_by_role("main")
    take_step(page, "签约")
    expect(main).to_contain_text("已签约")
    take_step(page, "开始执行")
    expect(main).to_contain_text("执行中")
    open_milestones = main.locator("#milestones details.step summary", has_text=re.compile("^完成$"))
    for left in range(open_milestones.count(), 0, -1):
        expect(open_milestones).to_have_count(left)
        open_milestones.first.click()
        form = main.locator("#milestones details[open] form").first
        form.locator("[name=done_on]").fill(today().isoformat())
        form.locator("[name=evidence]").fill("现场验收单，双方签字")
        form.get_by_role("button", name="记为已完成").click()
    expect(open_milestones).to_have_count(0)
    take_step(page, "验收", result_patents="2", note="专家组一致同意通过验收")
    expect(main).to_contain_text("已验收")


def take_step(page: Page, name: str, **fields: str) -> None:
    """Open a step's form where it is folded, fill it and send it."""
    step = page.locator("section[aria-labelledby=steps-title] details.step").filter(
        has=page.locator("summary", has_text=re.compile(f"^{name}"))
    )
    if step.get_attribute("open") is None:
        step.locator("summary").click()
    for field, value in fields.items():
        step.locator(f"[name={field}]").fill(value)
    step.get_by_role("button", name=re.compile("^确认")).click()
    page.wait_for_load_state()
