"""A clerk hands in an untidy table, looks at what was found, decides, imports, and takes the refused row back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from matchmaker.work import Work
from models import Problem
from tests import factories
from tests.spreadsheets.tables import STATEMENT, labour, workbook

pytestmark = pytest.mark.journey


def test_an_untidy_table_is_checked_decided_and_imported(
    person: Callable[..., Page], work: Work, bureau: str
) -> None:
    firm = factories.organisation(work.session, name="安庆市示例机械有限公司", industry="C36")
    work.session.commit()
    text = f"壳体月产六万件，气孔在机加工以后才发现，报废损失很大。{STATEMENT}"
    content = workbook(
        [
            ("2026 年技术需求汇总表",),
            ("需求单位", None, "技术需求", None, "拟投入"),
            ("名称", "县区", "难题名称", "需求内容", None),
            (firm.name, "宜秀", "压铸壳体气孔在线检测", text, "50万"),
            (None, None, "压铸壳体气孔在线检测", text, "50万"),
            (firm.name, "宜秀", "铝液除气效率提升", text, "若干"),
        ],
        merged=["A4:A5", "B4:B5"],
    )
    page = person(bureau, width=390)
    page.goto("/")
    page.goto("/imports/?kind=problem")
    file = {"name": "汇总表.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    page.get_by_label("文件", exact=True).set_input_files([file])  # type: ignore[list-item]
    page.get_by_role("button", name="上传并检查").click()
    expect(page.get_by_role("progressbar", name="检查表格")).to_be_visible()
    labour(work)
    expect(page.get_by_role("heading", name="检查结果")).to_be_visible(timeout=10_000)  # by itself
    table = page.get_by_role("table")
    expect(table).to_contain_text("系统按内容推测为")
    expect(table).to_contain_text("与第 4 行相同")
    expect(table).to_contain_text("“若干”不像金额")
    page.get_by_label("第 5 行的处理").select_option("两条都留")
    page.get_by_label("第 5 行的处理").select_option("跳过")
    page.get_by_label("导入以后").select_option("直接发布")
    page.get_by_role("button", name="导入 2 行").click()
    expect(page.get_by_role("progressbar", name="导入表格")).to_be_visible()
    labour(work)
    expect(page.get_by_role("heading", name="导入结果")).to_be_visible(timeout=10_000)
    expect(table.get_by_role("link", name="压铸壳体气孔在线检测").first).to_be_visible()
    with page.expect_download() as refused:
        page.get_by_role("link", name="下载有问题的 1 行").click()
    assert refused.value.suggested_filename == "汇总表（没有导入的行）.xlsx"
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert [each.title for each in work.session.scalars(select(Problem))] == ["压铸壳体气孔在线检测"]
