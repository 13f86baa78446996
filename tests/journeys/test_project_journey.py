"""A member of staff turns a common need into a project, puts it into the reserve and recommends it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from matchmaker.work import Work
from tests.common_needs.texts import AIR, publish, run

pytestmark = pytest.mark.journey


@pytest.fixture
def need(work: Work) -> None:
    for said in AIR:
        publish(work, said)
    run(work)


def test_from_a_common_need_to_a_recommended_project(
    server: str, bureau: str, university: str, need: None, person: Callable[..., Page]
) -> None:
    page = person(bureau)
    page.get_by_role("link", name="凝炼项目").first.click()
    page.locator(".status-tabs").get_by_role("link", name="共性需求").click()
    page.locator(".needs a").first.click()
    expect(page.get_by_text("沸石转轮").first).to_be_visible()
    page.get_by_role("link", name="转成项目草稿").click()
    page.get_by_label("项目名称").fill("低浓度有机废气治理共性技术")
    page.get_by_label("科技专项").select_option("environment")
    page.get_by_label("申报级别").select_option("provincial")
    page.get_by_role("button", name="建立项目").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("凝炼中")

    page.locator("summary", has_text="入库").click()
    page.get_by_role("button", name="确认入库").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("入库")
    page.locator("summary", has_text="推荐申报").click()
    page.get_by_role("link", name="去填写").first.click()
    page.get_by_label("申报计划").select_option("key_research")
    page.get_by_label("牵头单位").fill("示例理工大学")
    page.get_by_label("预期成果与考核指标").fill("中试装置一套")
    page.get_by_role("button", name="保存").click()
    page.locator("summary", has_text="推荐申报").click()
    page.get_by_role("button", name="确认推荐申报").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("推荐申报")
    expect(page.locator("#history")).to_contain_text("入库 → 推荐申报")
