"""A call in a browser: put up, answered by three sealed proposals of two institutions, judged, announced, awarded."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from matchmaker.accounts.passwords import hash_password
from matchmaker.work import LOCAL_ZONE, Work
from models import Call, OrganisationKind, Role, User, now
from tests import factories
from tests.pairings import pairs

pytestmark = pytest.mark.journey
Windows = Callable[..., Page]
PLAN = "双视角成像识别气孔，先做三百件样件标定，再在产线旁挂一个月，按件给出大小和位置。"
SECRET = "算法代号青鸾"


def test_a_call_goes_from_three_sealed_proposals_to_its_award(
    work: Work, person: Windows, bureau: str, university: str
) -> None:
    problem, second = prepare(work)
    staff = person(bureau)
    path = put_up(staff, problem)
    first_school, second_school = person(university), person(second, width=390)
    for window, title in (
        (first_school, "第一套检测方案"),
        (first_school, "第二套检测方案"),
        (second_school, "另一家的检测方案"),
    ):
        answer(window, path, title)
    staff.goto(path)
    expect(staff.get_by_role("main")).to_contain_text("3 份")
    assert "示例理工大学" not in staff.get_by_role("main").inner_text()
    assert SECRET not in staff.content()

    close(work)
    late(second_school, path)
    step(staff, path, "开启揭榜方案")
    judge(staff, path, bureau)
    staff.goto(path)
    staff.get_by_text("作出决定", exact=True).first.click()
    staff.get_by_role("radio", name=re.compile("第一套检测方案")).check()
    staff.get_by_label(re.compile("^理由")).fill("综合评分第一")
    staff.get_by_role("button", name="确认：作出决定").click()
    step(staff, path, "开始公示")
    visitor = person()
    visitor.goto(f"{path}/notice")
    expect(visitor.get_by_role("main")).to_contain_text("示例理工大学")
    assert SECRET not in visitor.content()
    end_of_notice(work)
    step(staff, path, "确认中榜")
    staff.get_by_role("link", name=re.compile("^合作记录 ")).first.click()
    expect(staff.get_by_role("main")).to_contain_text("示例理工大学")
    expect(staff.get_by_role("main")).to_contain_text("98.50 万元")


def prepare(work: Work) -> tuple[int, str]:
    """A published problem, and the login of a second institution."""
    firm = factories.organisation(work.session, name="示例压铸有限公司")
    problem = pairs.problem(work, factories.user(work.session, Role.ENTERPRISE, firm))
    school = factories.organisation(work.session, OrganisationKind.INSTITUTE, name="示例研究院")
    password = hash_password(factories.PASSWORD)
    second: User = factories.user(work.session, Role.LIAISON, school, password_hash=password)
    work.session.commit()
    return problem.id, str(second.email)


def put_up(staff: Page, problem: int) -> str:
    staff.goto(f"/problems/{problem}")
    staff.get_by_role("link", name="张榜").click()
    staff.get_by_label(re.compile("^揭榜要求")).fill("三十秒内判定直径0.5毫米以上的气孔。")
    closes = (now() + timedelta(days=9)).astimezone(LOCAL_ZONE).strftime("%Y-%m-%dT%H:%M")
    staff.get_by_label(re.compile("^截止时间")).fill(closes)
    staff.get_by_role("button", name="保存草稿").click()
    expect(staff.get_by_role("main")).to_contain_text("草稿已保存")
    path = staff.url.split("?")[0].split("#")[0]
    step(staff, path, "张榜")
    expect(staff.get_by_role("main")).to_contain_text("揭榜中")
    return path


def answer(window: Page, path: str, title: str) -> None:
    write(window, path, title)
    expect(window.get_by_role("main")).to_contain_text("方案已密封提交")


def write(window: Page, path: str, title: str) -> None:
    window.goto(f"{path}/proposals/new")
    fill(window, title)


def fill(window: Page, title: str) -> None:
    window.get_by_label(re.compile("^方案名称")).fill(title)
    if "/new" in window.url:  # Enter keeps what is written, and hands nothing in
        with window.expect_navigation():
            window.keyboard.press("Enter")
        expect(window.get_by_role("main")).to_contain_text("还没有提交")
    window.get_by_label(re.compile("^技术方案")).fill(PLAN + SECRET)
    window.get_by_label(re.compile("^团队")).fill("负责人和四名工程师")
    window.get_by_label(re.compile("^报价")).fill("98.5")
    window.get_by_label(re.compile("^完成需要")).fill("10")
    with window.expect_navigation():
        window.get_by_role("button", name=re.compile("密封提交|替换已提交")).click()


def late(window: Page, path: str) -> None:
    """The form was open before the closing, and is sent after it."""
    window.goto(path)
    expect(window.get_by_role("link", name="我要揭榜")).to_have_count(0)
    expect(window.get_by_role("main")).to_contain_text("不再收方案")


def judge(staff: Page, path: str, login: str) -> None:
    staff.goto(path)
    staff.get_by_label(re.compile("^评审人的登录")).fill(login)
    with staff.expect_navigation():
        staff.get_by_role("button", name="请这位评审").click()
    staff.goto(f"{path}/review")
    staff.get_by_label("没有，我可以公正地评审").check()
    with staff.expect_navigation():
        staff.get_by_role("button", name="提交声明").click()
    points = {"第一套检测方案": "90", "第二套检测方案": "80", "另一家的检测方案": "85"}
    for title, given in points.items():
        with staff.expect_navigation():
            staff.get_by_role("link", name=title).click()
        for field in staff.get_by_label(re.compile("0 到 100 分")).all():
            field.fill(given)
        with staff.expect_navigation():
            staff.get_by_role("button", name="保存评分").click()
    staff.get_by_role("button", name="提交全部评分").click()
    expect(staff.get_by_role("main")).to_contain_text("第 1 名，90.00 分")


def step(staff: Page, path: str, name: str) -> None:
    staff.goto(path)
    staff.locator(".next-steps summary", has_text=name).first.click()
    with staff.expect_navigation():
        staff.get_by_role("button", name=f"确认：{name}", exact=True).click()
    expect(staff.locator("#alerts .alert-success")).to_be_visible()


def close(work: Work) -> None:
    """Time passes: the closing lies behind us."""
    call = work.session.scalars(select(Call)).one()
    call.closes_at = now() - timedelta(seconds=1)
    work.session.commit()


def end_of_notice(work: Work) -> None:
    work.session.expire_all()
    call = work.session.scalars(select(Call)).one()
    call.objections_until = now() - timedelta(seconds=1)
    work.session.commit()
