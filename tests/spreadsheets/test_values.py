"""What people write in cells: amounts, days, terms, boxes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from matchmaker.spreadsheets import days, terms, values
from matchmaker.spreadsheets.amounts import Amount, amount
from matchmaker.spreadsheets.cells import SYNONYMS
from matchmaker.spreadsheets.days import day
from matchmaker.spreadsheets.values import Reading, Unread
from models import MoneyKind

TODAY = date(2026, 11, 25)
MODES = [("commissioned", "委托开发"), ("joint_rd", "合作开发"), ("joint_body", "共建研发机构")]
CATEGORIES = [
    ("development_commissioned", "技术开发（委托）"),
    ("development_joint", "技术开发（合作）"),
    ("transfer", "技术转让"),
]
COUNTIES = [("340802", "迎江区"), ("340881", "桐城市"), ("340825", "太湖县"), ("3408ED", "经济技术开发区")]


@pytest.mark.parametrize(
    ("written", "low", "high", "certain"),
    [
        ("50-80万元", "50", "80", True),
        ("５０～８０万", "50", "80", True),
        ("50万-80万", "50", "80", True),
        ("50—80万元", "50", "80", True),
        ("50万至80万", "50", "80", True),
        ("1千万至2千万", "1000", "2000", True),
        ("2千-3千万元", "2000", "3000", True),
        ("三十至五十万元", "30", "50", True),
        ("8000-12000", "0.8", "1.2", False),
        ("80-50万元", "50", "80", False),
        ("不低于50万元且不超过80万元", "50", "80", False),
        ("500,000元", "50", None, True),
        ("￥500,000", "50", None, True),
        ("3千万元", "3000", None, True),
        ("5百万", "500", None, True),
        ("2.5千万元", "2500", None, True),
        ("5000千元", "500", None, True),
        ("2千元", "0.2", None, True),
        ("1亿2千万", "12000", None, True),
        ("一亿二千万", "12000", None, True),
        ("三十五万", "35", None, True),
        ("一百二十万元", "120", None, True),
        ("人民币伍拾万零伍仟元整", "50.5", None, True),
        ("50W", "50", None, True),
        (60.5, "60.5", None, True),
        (0.1 + 0.2, "0.3", None, True),
        ("约1.2亿", "12000", None, False),
        ("30余万元", "30", None, False),
        ("用于三条产线，50万元左右", "50", None, False),
        ("总投入200万元，其中首付50万元", "200", None, False),
        ("100万元（大写：壹佰万元整）", "100", None, False),
        ("2027年投入50万元", "50", None, False),
        ("500000", "50", None, False),
        ("12.345万元", "12.35", None, False),
    ],
)
def test_an_amount_is_read_with_its_unit_and_says_where_it_was_guessed(
    written: object, low: str, high: str | None, certain: bool
) -> None:
    kind = MoneyKind.RANGE if high else MoneyKind.EXACT
    expected = Amount(kind, Decimal(low), Decimal(high) if high else None)
    assert amount(written) == Reading(expected, certain)


def test_a_bound_leaves_the_other_end_open() -> None:
    hundred = Decimal(100)
    for written in ("100万以上", "不低于100万元", "100万+", "≥100"):
        assert amount(written) == Reading(Amount(MoneyKind.RANGE, hundred, None), False)
    for written in ("不超过100万元", "100万以内", "控制在100万元以内", "<100万"):
        assert amount(written) == Reading(Amount(MoneyKind.RANGE, None, hundred), False)


@pytest.mark.parametrize(
    ("why", "written"),
    [
        (Unread.FOREIGN, ("30万美元", "10万欧元", "US$300,000", "港币50万", "100万日元", "USD 30万")),
        (Unread.SEVERAL, ("首付30万，尾款70万", "首付30，尾款70万", "100万元，占30%", "1.234.567", "12,5万")),
        (Unread.EACH, ("10万元/年", "每年10万", "年投入50万元", "20万/台")),
        (
            Unread.AMOUNT,
            (
                "看情况",
                "-5",
                "99999999999999 亿元",
                "",
                None,
                "3千",
                "数百万元",
                "十几万",
                "一万二",
                "三五万",
            ),
        ),
        (
            Unread.AMOUNT,
            ("三百五万", "50万件", "500-1千万", "三-五千万", "5e5", "9" * 150 + "万", "资金" * 120 + "50"),
        ),
    ],
)
def test_what_can_be_meant_in_two_ways_or_in_no_money_of_ours_is_not_read(
    why: Unread, written: tuple[object, ...]
) -> None:
    read = {each: amount(each) for each in written}
    assert all(isinstance(found, Unread) for found in read.values()), read
    if why is not Unread.AMOUNT:
        assert read == dict.fromkeys(written, why)


def test_a_figure_without_unit_is_in_the_unit_of_its_heading() -> None:
    found = amount("500000", values.unit_of("预算（元）"))
    assert found == Reading(Amount(MoneyKind.EXACT, Decimal("50.00")))
    assert values.unit_of("投入预算") is None
    assert values.unit_above("填报单位：新元科技有限公司") is None


def test_a_heading_in_foreign_money_makes_bare_figures_foreign() -> None:
    for unit in (
        values.unit_of("预算（万美元）"),
        values.unit_of("预算万欧元"),
        values.unit_above("单位：万美元"),
    ):
        assert amount("30", unit) is Unread.FOREIGN
        assert amount("30万元", unit) == Reading(Amount(MoneyKind.EXACT, Decimal(30)))
    assert values.unit_name(values.FOREIGN_UNIT) == "外币"
    assert values.unit_of("预算（外币）") == values.FOREIGN_UNIT


def test_negotiable_is_an_amount() -> None:
    assert amount("双方协商") == Reading(Amount(MoneyKind.NEGOTIABLE))


@pytest.mark.parametrize(
    ("written", "expected", "certain"),
    [
        ("2026-12-31", date(2026, 12, 31), True),
        ("2026/12/31 0:00", date(2026, 12, 31), True),
        ("2026 年 12 月 31 日", date(2026, 12, 31), True),
        ("2026年3月5日前", date(2026, 3, 5), True),
        ("20261231", date(2026, 12, 31), True),
        (datetime(2026, 12, 31, 8), date(2026, 12, 31), True),
        ("46387", date(2026, 12, 31), False),
        ("6/30/2027", date(2027, 6, 30), False),
        ("30/6/2027", date(2027, 6, 30), False),
        ("06-30-2027", date(2027, 6, 30), False),
        ("26.6.30", date(2026, 6, 30), False),
        ("26/6/30", date(2026, 6, 30), False),
        ("6/30/27", date(2027, 6, 30), False),
        ("26年底", date(2026, 12, 31), False),
        ("27年上半年", date(2027, 6, 30), False),
        ("明年6月", date(2027, 6, 30), False),
        ("后年6月30日", date(2028, 6, 30), False),
        ("今年底", date(2026, 12, 31), False),
        ("年底前", date(2026, 12, 31), False),
        ("明年上半年", date(2027, 6, 30), False),
        ("下个月底", date(2026, 12, 31), False),
        ("2027年6月", date(2027, 6, 30), False),
        ("2027年6月底", date(2027, 6, 30), False),
        ("2027年6月中旬", date(2027, 6, 20), False),
        ("2027年上半年", date(2027, 6, 30), False),
        ("2027年第一季度", date(2027, 3, 31), False),
        ("2027年三季度", date(2027, 9, 30), False),
        ("2026年底", date(2026, 12, 31), False),
        ("争取2027年完成", date(2027, 12, 31), False),
        ("2026年1月至2027年6月", date(2027, 6, 30), False),
        ("6-12个月", date(2027, 11, 25), False),
        ("半年内", date(2027, 5, 25), False),
        ("一年半", date(2028, 5, 25), False),
        ("合同签订后6个月", date(2027, 5, 25), False),
        ("二〇二七年六月", date(2027, 6, 30), False),
    ],
)
def test_a_day_is_read_in_the_ways_people_write_it(written: object, expected: date, certain: bool) -> None:
    assert day(written, TODAY) == Reading(expected, certain)


@pytest.mark.parametrize(
    ("why", "written"),
    [
        (Unread.DAY_OR_MONTH, ("6/7/2027", "6/12/27", "06-07-2027")),
        (Unread.YEARLESS, ("6月底", "12月31日前", "下半年", "6月")),
        (Unread.DAY, ("2026-02-30", "尽快", "0000-00-00", "", "13/13/2027", 2026.1, "60个工作日", "27年")),
        (Unread.DAY, ("2027年看情况再定", "不早于2026-12-31", "2027年前", "2027款", "编号2027-3-A")),
    ],
)
def test_days_that_do_not_exist_or_may_be_others_are_not_read(
    why: Unread, written: tuple[object, ...]
) -> None:
    assert {each: day(each, TODAY) for each in written} == dict.fromkeys(written, why)


def test_words_and_dashes_in_a_column_of_days_say_nothing() -> None:
    said = ("尽快", "长期", "长期有效", "面议", "无", "待定", "—", "/")
    assert all(days.says_nothing(each) for each in said)
    assert not days.says_nothing("尽快，2027年6月前")


def test_a_heading_is_known_without_number_unit_star_and_colon() -> None:
    assert values.heading("一、预算（万元）*：") == values.heading("2．预 算") == "预算"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("☑委托开发 □合作开发 ■共建研发机构", ["委托开发", "共建研发机构"]),
        ("委托开发☑ 合作开发□", ["委托开发"]),
        ("口委托开发 √合作开发  口共建研发机构", ["合作开发"]),
        ("□委托开发 □合作开发", []),
        ("进出口贸易", None),
    ],
)
def test_only_ticked_boxes_count(written: str, expected: list[str] | None) -> None:
    assert terms.ticked(written) == expected


def test_terms_are_found_by_label_and_a_part_of_one_is_a_guess() -> None:
    assert terms.term(" 委托开发 ", MODES) == Reading("commissioned")
    assert terms.term("委托", MODES) == Reading("commissioned", False)
    assert terms.terms("委托开发/合作开发", MODES) == Reading(["commissioned", "joint_rd"])
    assert terms.terms("委托开发、喝茶", MODES) == Reading(["commissioned"], False)


def test_labels_that_differ_in_their_brackets_are_told_apart_or_not_certain() -> None:
    for synonyms in (SYNONYMS["contract_category"], None):
        assert terms.term("技术开发", CATEGORIES, synonyms) == Reading("development_commissioned", False)
        assert terms.term("技术开发(合作)", CATEGORIES, synonyms) == Reading("development_joint")
        assert terms.term("技术开发（合作开发）", CATEGORIES, synonyms) == Reading("development_joint")
        assert terms.term("技术开发（委托）", CATEGORIES, synonyms) == Reading("development_commissioned")
    assert terms.term("合作开发", CATEGORIES, SYNONYMS["contract_category"]) == Reading("development_joint")


def test_a_synonym_of_a_term_that_is_not_in_the_list_any_more_is_none() -> None:
    assert terms.term("共建实验室", MODES[:2], SYNONYMS["mode"]) is None


def test_several_modes_in_the_trades_words_are_all_kept() -> None:
    words = SYNONYMS["mode"]
    assert terms.terms("委托研发、共建研发机构", MODES, words) == Reading(["commissioned", "joint_body"])
    assert terms.terms("委托研发和合作开发", MODES, words) == Reading(["commissioned", "joint_rd"])


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("安徽省安庆市迎江区华中路1号", Reading("340802")),
        ("桐城经济开发区", Reading("340881", False)),
        ("桐城", Reading("340881")),
        ("安庆经开区", Reading("3408ED", False)),
        ("合肥市蜀山区", None),
    ],
)
def test_the_county_is_found_in_an_address(address: str, expected: Reading[str] | None) -> None:
    assert terms.county(address, COUNTIES) == expected
