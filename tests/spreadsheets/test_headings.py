"""Where a heading stands, and that nothing below it is taken for a part of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from matchmaker.spreadsheets import headings, import_wording
from matchmaker.spreadsheets.headings import Head
from matchmaker.spreadsheets.reading import BadFile, Cell, Line
from matchmaker.work import Work
from models import ImportKind, User
from tests.spreadsheets.tables import BACKGROUND, STATEMENT, rows, seen, take, workbook

HEADING = ("企业名称", "需求名称", "技术需求内容", "需求背景", "投入资金", "核实情况")


def head(*table: Sequence[Cell], kind: ImportKind = ImportKind.PROBLEM) -> Head:
    lines = [Line(number, tuple(cell or None for cell in row)) for number, row in enumerate(table, 1)]
    found = headings.find(kind, lines)
    assert found is not None
    return found


def fields(found: Head) -> list[str | None]:
    return [each.field for each in found.columns]


def test_the_first_row_of_data_is_never_part_of_the_heading(work: Work, people: dict[str, User]) -> None:
    firm = people["enterprise"].organisation.name
    data = [
        (firm, f"齿轮轴感应淬火开裂第{n}项", STATEMENT, BACKGROUND, 100, "联系电话待核实") for n in range(3)
    ]
    imported = take(work, people["staff"], workbook([HEADING, *data]))
    assert [row.number for row, _ in rows(work, imported)] == [2, 3, 4]
    assert [each["field"] for each in seen(work, imported).columns][-1] is None


def test_a_row_of_data_that_consists_of_names_of_fields_is_data() -> None:
    table = ("成果名称", "类型", "成果简介", "完成单位", "知识产权", "附件")
    found = head(
        table, ("齿轮磨削烧伤识别", "成果", "", "高校", "专利", "联系电话"), kind=ImportKind.CAPABILITY
    )
    assert found.last == 1


def test_a_merged_heading_is_read_with_the_row_below_it() -> None:
    upper = ("序号", "企业名称", "需求名称", "需求内容", "联系方式", "", "", "资金（万元）", "")
    lower = ("", "", "", "", "姓名", "电话", "邮箱", "投入资金", "其中自筹")
    found = head(("2026 年技术需求汇总表",), upper, lower)
    assert found.last == 3
    assert fields(found)[4:] == ["contact_name", "contact_phone", "contact_email", "money", None]
    assert found.columns[7].unit == 1


def test_a_heading_that_was_given_back_is_read_as_the_two_rows_it_was() -> None:
    upper = ("序号", "需求单位", "", "技术需求", "")
    lower = ("", "名称", "所在县区", "难题名称", "需求内容（含指标）")
    first = head(upper, lower)
    again = head(("不能导入的原因", *(each.heading for each in first.columns)))
    assert fields(first)[1:] == ["organisation", "county", "title", "statement"]
    assert fields(again)[1:] == fields(first)


def test_title_rows_are_not_glued_to_headings_and_their_unit_is_that_of_the_money() -> None:
    found = head(("2026年技术需求汇总表（单位：元）",), ("填报：科技局", "", "", "", "金额单位：元"), HEADING)
    assert found.last == 3
    assert [each.heading for each in found.columns] == [*HEADING[:4], "投入资金（元）", HEADING[5]]
    assert found.columns[4].unit == Decimal("0.0001")
    assert head(("单位：元",), ("企业名称", "需求名称", "需求内容", "预算（万元）")).columns[3].unit == 1
    assert head(("填报单位：元一软件有限公司",), HEADING).columns[4].unit is None


def test_an_amount_in_the_unit_above_the_heading_is_converted_and_that_is_said(
    work: Work, people: dict[str, User]
) -> None:
    firm = people["enterprise"].organisation.name
    table = [
        ("企业技术需求汇总表",),
        ("单位：元",),
        HEADING,
        (firm, "齿轮轴感应淬火开裂", STATEMENT, BACKGROUND, 3000, ""),
        (firm, "磨齿烧伤在线识别", STATEMENT, BACKGROUND, "30万", ""),
    ]
    (_, bare), (_, own) = rows(work, take(work, people["staff"], workbook(table)))
    assert (bare.values["money"], own.values["money"]) == (["exact", "0.30", None], ["exact", "30.00", None])
    notes = [
        {code: details for name, code, details in each.repairs if name == "money"} for each in (bare, own)
    ]
    assert notes[0]["amount_above"]["unit"] == "元"
    assert "amount_above" not in notes[1]


def test_what_was_found_and_what_is_still_needed_is_said(work: Work, people: dict[str, User]) -> None:
    with pytest.raises(BadFile) as raised:
        take(work, people["staff"], workbook([("企业名称", "需求名称", "联系人"), ("甲", "乙", "丙")]))
    assert import_wording.file_fault(raised.value, ImportKind.PROBLEM) == (
        "表头缺少必需的列。已找到：单位名称、难题名称、联系人；还需要：拟解决的关键技术问题。请对照模板的表头。"
    )


def test_the_words_of_a_title_are_those_of_the_text_beside_a_title() -> None:
    assert fields(head(("企业名称", "技术难题", "难题名称"))) == ["organisation", "statement", "title"]
    assert fields(head(("企业名称", "技术难题", "需要解决的问题"))) == ["organisation", "title", "statement"]


def test_who_filled_in_the_table_is_no_row_of_it(work: Work, people: dict[str, User]) -> None:
    firm = people["enterprise"].organisation.name
    data = (firm, "齿轮轴感应淬火开裂", STATEMENT, BACKGROUND, 100)
    below = [
        (None, "填表人：张三"),
        ("制表：李四", None, "审核：王五"),
        ("注： 金额为估计",),
        ("备注", "不是注脚的一行"),
    ]
    imported = take(work, people["staff"], workbook([HEADING, data, *below]))
    assert [row.number for row, _ in rows(work, imported)] == [2, 6]
