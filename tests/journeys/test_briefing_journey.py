"""Staff look at the figures, keep a chart as a picture, and make a briefing of them that goes out as a Word file."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from matchmaker.work import Work
from tests.statistics.world import fill

pytestmark = pytest.mark.journey


@pytest.fixture
def filled(work: Work) -> None:
    fill(work.session)
    work.session.commit()


def test_figures_become_a_briefing_with_the_words_of_staff(
    person: Callable[..., Page], bureau: str, filled: None, tmp_path: Path
) -> None:
    page = person(bureau)
    page.goto("/statistics/?from=2025-10-01&to=2026-12-31&by=quarter&flow=introduce")
    expect(page.locator("[data-figure] canvas")).to_have_count(7)
    with page.expect_download() as kept:
        page.locator("section[aria-labelledby=stages-title] [data-save]").click()
    kept.value.save_as(tmp_path / "stages.png")
    assert (tmp_path / "stages.png").read_bytes().startswith(b"\x89PNG")
    number = page.locator(".figure a").first.inner_text()
    page.locator(".figure a").first.click()
    expect(page.locator(".pager-total")).to_have_text(f"共 {number} 条")

    page.get_by_role("link", name="联席会议简报").click()
    page.get_by_role("main").get_by_role("link", name="做一份简报").first.click()
    page.get_by_label("自定日期").check()
    page.get_by_label("起始日").fill("2025-10-01")
    page.get_by_label("截止日").fill("2026-12-31")
    page.get_by_role("button", name="取数并起草").click()
    overview = page.get_by_label("正文：一、总体情况")
    expect(overview).to_have_value(re.compile(f"新征集技术难题 {number} 项"))
    overview.fill(f"本期新征集 {number} 项难题，总体良好。")
    expect(page.locator("#overview [role=status]")).to_contain_text("已保存")
    page.get_by_role("button", name="重新取数").click()
    expect(overview).to_have_value(f"本期新征集 {number} 项难题，总体良好。")

    page.get_by_label("正文：八、下一步工作建议").fill("下周开一次供需对接会。")
    with page.expect_download() as exported:  # what is still being typed goes out with it
        page.get_by_role("button", name="导出 Word").click()
    exported.value.save_as(tmp_path / "briefing.docx")
    document = Document(str(tmp_path / "briefing.docx"))
    said = [each.text for each in document.paragraphs]
    assert f"本期新征集 {number} 项难题，总体良好。" in said
    assert "下周开一次供需对接会。" in said
    assert ["新征集技术难题", number] in [
        [cell.text for cell in row.cells] for table in document.tables for row in table.rows
    ]
    assert len(document.inline_shapes) >= 4
