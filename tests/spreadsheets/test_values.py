"""What people write in cells: amounts, days, terms, boxes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from matchmaker.spreadsheets import terms, values
from matchmaker.spreadsheets.values import Amount, Reading
from models import MoneyKind

TODAY = date(2026, 11, 25)
MODES = [("commissioned", "委托开发"), ("joint_rd", "合作开发"), ("joint_body", "共建研发机构")]
COUNTIES = [("340802", "迎江区"), ("340881", "桐城市"), ("340825", "太湖县"), ("3408ED", "经济技术开发区")]


@pytest.mark.parametrize(
    ("written", "low", "high", "certain"),
    [
        ("50-80万元", "50", "80", True),
        ("５０～８０万", "50", "80", True),
        ("50万至80万", "50", "80", True),
        ("500,000元", "50", None, True),
        ("￥500,000", "50", None, True),
        ("人民币伍拾万元整", "50", None, True),
        ("一百二十万元", "120", None, True),
        (60.5, "60.5", None, True),
        ("约1.2亿", "12000", None, False),
        ("不超过100万元", "100", None, False),
        ("总投入200万元，其中首付50万元", "200", None, False),
        ("500000", "50", None, False),
        ("12.345万元", "12.35", None, False),
        ("80-50万元", "50", "80", False),
    ],
)
def test_an_amount_is_read_with_its_unit_and_says_where_it_was_guessed(
    written: object, low: str, high: str | None, certain: bool
) -> None:
    kind = MoneyKind.RANGE if high else MoneyKind.EXACT
    expected = Amount(kind, Decimal(low), Decimal(high) if high else None)
    assert values.amount(written) == Reading(expected, certain)


def test_a_figure_without_unit_is_in_the_unit_of_its_heading() -> None:
    found = values.amount("500000", values.unit_of("预算（元）"))
    assert found == Reading(Amount(MoneyKind.EXACT, Decimal("50.00")))
    assert values.unit_of("投入预算") is None


def test_negotiable_is_an_amount_and_words_negative_and_monstrous_figures_are_none() -> None:
    assert values.amount("双方协商") == Reading(Amount(MoneyKind.NEGOTIABLE))
    assert [values.amount(each) for each in ("看情况", "-5", "99999999999999 亿元", "", None)] == [None] * 5


@pytest.mark.parametrize(
    ("written", "expected", "certain"),
    [
        ("2026-12-31", date(2026, 12, 31), True),
        ("2026年3月5日前", date(2026, 3, 5), True),
        ("20261231", date(2026, 12, 31), True),
        (datetime(2026, 12, 31, 8), date(2026, 12, 31), True),
        ("46387", date(2026, 12, 31), False),
        ("2027年6月", date(2027, 6, 30), False),
        ("2027年第一季度", date(2027, 3, 31), False),
        ("2026年底", date(2026, 12, 31), False),
        ("6-12个月", date(2027, 11, 25), False),
        ("半年内", date(2027, 5, 25), False),
        ("二〇二七年六月", date(2027, 6, 30), False),
    ],
)
def test_a_day_is_read_in_the_ways_people_write_it(written: object, expected: date, certain: bool) -> None:
    assert values.day(written, TODAY) == Reading(expected, certain)


def test_days_that_do_not_exist_are_not_read() -> None:
    assert [values.day(each, TODAY) for each in ("2026-02-30", "尽快", "0000-00-00", "")] == [None] * 4


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
