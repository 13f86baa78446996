"""What a row of a table says as a whole: whose it is, its texts, and words that say nothing."""

from __future__ import annotations

import pytest

from matchmaker.spreadsheets import dividing, import_wording
from matchmaker.spreadsheets.cells import Row
from matchmaker.work import Work
from models import ImportKind, RowState, User
from tests.spreadsheets.tables import PROBLEMS, STATEMENT, codes, problem, rows, take, workbook

RECORDS = ("合同名称", "甲方", "乙方", "合同类别", "合同金额（万元）", "合作方式")


def test_only_a_merged_cell_says_whose_the_rows_below_are(work: Work, people: dict[str, User]) -> None:
    firm, other = (people[each].organisation.name for each in ("enterprise", "other_enterprise"))
    titles = ["壳体气孔在线检测", "铝液除气效率提升", "轴承噪声自动检测", "磨齿烧伤在线识别"]
    names = [firm, None, other, None]
    table = [PROBLEMS, *(problem(name, title) for name, title in zip(names, titles, strict=True))]
    (_, _), (_, merged), (_, _), (last, blank) = rows(
        work, take(work, people["staff"], workbook(table, merged=["A2:A3"]))
    )
    assert merged.values["organisation"] == firm
    assert ("organisation", "from_above") in codes(merged)
    assert merged.cells[0] == firm  # a row that is given back stands alone
    assert last.state is RowState.BAD
    assert codes(blank) >= {("organisation", "needed_in_each")}
    assert "organisation_id" not in blank.values


def test_a_blank_cell_of_a_csv_file_is_nobodys(work: Work, people: dict[str, User]) -> None:
    firm = people["enterprise"].organisation.name
    table = [PROBLEMS, problem(firm, "壳体气孔在线检测"), problem("", "铝液除气效率提升")]
    content = "\n".join(",".join(str(cell) for cell in row) for row in table).encode()
    (first, _), (second, _) = rows(work, take(work, people["staff"], content))
    assert (first.state, second.state) == (RowState.REPAIRED, RowState.BAD)


def test_words_for_no_day_are_an_empty_cell_with_one_note(work: Work, people: dict[str, User]) -> None:
    firm = people["enterprise"].organisation.name
    table = [PROBLEMS, problem(firm, "壳体气孔在线检测", 完成="尽快"), problem(firm, "铝液除气", 完成="昨天")]
    (_, soon), (_, unread) = rows(work, take(work, people["staff"], workbook(table)))
    notes = [each for each in soon.repairs if each[0] == "wanted_by"]
    assert soon.faults == []
    assert [import_wording.repair(ImportKind.PROBLEM, each) for each in notes] == [
        f"期望完成时间：“尽快”当作没有填写，暂定“{soon.values['wanted_by']}”"
    ]
    assert {code for name, code in codes(unread) if name == "wanted_by"} == {"bad_day"}


@pytest.mark.parametrize(
    ("written", "money", "note"),
    [
        (
            "不超过100万",
            ["range", "0.00", "100.00"],
            "计划投入（万元）：“不超过100万”只写了一头，按 0–100 万元",
        ),
        ("100万以上", ["exact", "100.00", None], "计划投入（万元）：“100万以上”只写了一头，按 100 万元"),
        ("无", None, "计划投入（万元）：“无”当作没有填写"),
        ("10万元/年", None, "计划投入（万元）：“10万元/年”是按年、按件一类的金额，请写总额"),
        ("30万美元", None, "计划投入（万元）：“30万美元”是外币，请折成人民币再填"),
    ],
)
def test_an_amount_is_kept_as_postings_can_hold_it_and_what_was_done_is_said(
    work: Work, people: dict[str, User], written: str, money: list[str | None] | None, note: str
) -> None:
    table = [PROBLEMS, problem(people["enterprise"].organisation.name, "壳体气孔在线检测", 预算=written)]
    ((_, kept),) = rows(work, take(work, people["staff"], workbook(table)))
    said = [import_wording.repair(ImportKind.PROBLEM, each) for each in kept.repairs if each[0] == "money"]
    said += [import_wording.fault(ImportKind.PROBLEM, each) for each in kept.faults]
    assert (kept.values.get("money"), said) == (money, [note])


def test_a_category_that_is_not_clear_is_said_and_so_is_the_mode_that_follows(
    work: Work, people: dict[str, User]
) -> None:
    parties = people["enterprise"].organisation.name, people["liaison"].organisation.name
    table = [
        RECORDS,
        ("气孔检测系统开发", *parties, "技术开发", 86.5, ""),
        ("气孔检测系统研制", *parties, "合作开发", 86.5, ""),
        ("气孔检测系统改进", *parties, "技术开发", 86.5, "合作研发"),
        ("气孔检测系统升级", *parties, "技术服务", "50万以上", "委托研发"),
    ]
    imported = take(work, people["staff"], workbook(table), ImportKind.RECORD)
    (_, unclear), (_, clear), (_, told), (_, bound) = rows(work, imported)
    said = [import_wording.repair(ImportKind.RECORD, each) for each in unclear.repairs]
    assert "合作方式：没有填写，合同类别也没有写清，推测为“委托开发”，请核对" in said
    assert (clear.values["contract_category"], clear.values["mode"]) == ("development_joint", "joint_rd")
    assert codes(clear) == {("mode", "by_category")}
    assert (told.values["contract_category"], told.values["mode"]) == ("development_joint", "joint_rd")
    assert codes(bound) == {("amount", "one_amount")}
    assert bound.values["mode"] == "commissioned"


def divided(text: str) -> Row:
    row = Row({"statement": text})
    dividing.texts(row)
    return row


def test_a_text_is_divided_at_the_end_of_a_sentence_and_not_in_it() -> None:
    one = "鉴于目前模具存在易变形，不耐磨等诸多问题，现需要开发一种高温强度高、导热性能好的模具新材料。"
    row = divided(one)
    assert (row.values["background"], row.values["statement"]) == ("", one)
    assert [import_wording.fault(ImportKind.PROBLEM, each) for each in row.faults] == [
        "需求背景：没有填写，正文又太短，分不出背景。请补写背景：在什么产品、什么工序上遇到的，现在怎么做"
    ]
    listed = divided("生活垃圾终端分选遇到如下难题，急需解决：1、分选成本高，效率低；2、除臭不彻底，扰民。")
    assert listed.values["statement"].startswith("1、分选成本高")
    ratio = divided(
        "废渣含铁硅钙，三者之比约为35：18:8）和微量的金属元素，目前作为弃渣，需要找到利用的办法。"
    )
    assert ratio.values["background"] == ""
    short = divided("原盐中碘离子含量高。碘离子沉积在离子膜内，使电流效率下降。")
    assert short.values["background"] == "原盐中碘离子含量高。"
    wrapped = divided("在不开模具的情况下快速做出塑件样品并交付，\n用于线束的快速应对与小批量试装验证")
    assert wrapped.values["background"] == ""
    assert len(divided(STATEMENT * 120).values["statement"]) <= dividing.LONGEST_STATEMENT
