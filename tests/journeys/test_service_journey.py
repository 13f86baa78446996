"""A company asks a service body for a test from its problem's page, and finds the result there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from matchmaker.accounts.passwords import hash_password
from matchmaker.work import Work
from models import OrganisationKind, Role
from tests import factories

pytestmark = pytest.mark.journey
Windows = Callable[..., Page]
SECRET = "涂层配方为硼化物与稀土氧化物七比三，烧结温度一千一百二十度"
PHONE = "0556-0000109"


@pytest.fixture
def problem(work: Work) -> str:
    """The path of a company's problem, and a service body with a service."""
    kept = hash_password(factories.PASSWORD)
    firm = factories.organisation(work.session)
    body = factories.organisation(work.session, OrganisationKind.INTERMEDIARY, name="示例检测技术公司")
    member = factories.user(
        work.session, Role.ENTERPRISE, firm, email="company@example.com", password_hash=kept
    )
    factories.user(work.session, Role.INTERMEDIARY, body, email="service@example.com", password_hash=kept)
    posted = factories.problem(work.session, member, confidential=SECRET, contact_phone=PHONE)
    factories.service(work.session, body, title="压铸件无损检测")
    work.session.commit()
    return f"/problems/{posted.id}"


def test_a_service_is_asked_for_accepted_and_its_result_stands_on_the_problem(
    person: Windows, problem: str, tmp_path: Path
) -> None:
    company, body = person("company@example.com"), person("service@example.com", width=390)
    ask(company, problem)

    body.goto("/")
    body.locator("#main a[href^='/service-requests/']:not([href*='?'])").click()
    expect(body.get_by_role("main")).to_contain_text("受理以后开放申请单位的联系方式")
    assert PHONE not in body.content()
    body.get_by_role("button", name="受理", exact=True).click()
    expect(body.get_by_role("main")).to_contain_text(PHONE)
    body.get_by_role("button", name="开始办理").click()
    expect(body.get_by_role("main")).to_contain_text("办理中")
    report = tmp_path / "检测报告.pdf"
    report.write_bytes(b"%PDF-1.4\n%%EOF\n")
    body.get_by_label("服务结果").fill("三批样件均合格，最大气孔直径0.3毫米。")
    body.get_by_label("结果文件").set_input_files(report)
    body.get_by_role("button", name="办理完成").click()
    expect(body.get_by_role("main")).to_contain_text("已完成")
    assert SECRET not in body.content()

    company.goto(problem)
    services = company.locator("#services")
    expect(services).to_contain_text("已完成")
    expect(services).to_contain_text("三批样件均合格")
    with company.expect_download() as given:
        services.get_by_role("link", name="检测报告.pdf").click()
    assert given.value.suggested_filename == "检测报告.pdf"


def ask(company: Page, problem: str) -> None:
    """From the problem's page; the wish repeats nothing that is confidential."""
    company.goto(problem)
    company.get_by_role("link", name="申请科技服务").click()
    company.get_by_role("link", name="申请这项服务").click()
    company.get_by_label("希望对方做什么").fill(f"请检测三批样件。{SECRET}")
    company.get_by_label("同意在服务机构受理以后").check()
    company.get_by_role("button", name="提交申请").click()
    expect(company.get_by_role("main")).to_contain_text("这段话与保密内容相同")
    company.get_by_label("希望对方做什么").fill("请对三批样件做气孔检测，出具报告。")
    company.get_by_role("button", name="提交申请").click()
    expect(company.get_by_role("main")).to_contain_text("已申请")
