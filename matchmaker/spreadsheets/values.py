"""What people write in a cell or on a form: amounts with units, days, several in one, and headings.

A reading that needed a guess says so (`certain` is False): whoever uses it shows it to the person first. None: it
cannot be read as that at all.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Generic, TypeVar

from matchmaker.postings.service import months_after
from models import MoneyKind
from models.base import LARGEST_WAN

T = TypeVar("T")

LONGEST = 2000
"""Characters of a value that are looked at; figures and days stand at the beginning."""
IMPLAUSIBLE_WAN = Decimal(10_000)
"""A bare figure from here on is meant in yuan: nobody plans a hundred million and leaves out the unit."""
EXCEL_DAY_ZERO = date(1899, 12, 30)
EXCEL_DAYS = range(20_000, 80_000)
"""Serial numbers of 1954 to 2119, as a date column gives them that lost its format."""
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Reading(Generic[T]):
    """What was read, and whether nothing of it was guessed."""

    value: T
    certain: bool = True


@dataclass(frozen=True)
class Amount:
    """Money in 万元 with two places, as postings hold it: negotiable without figures, exact without `high`."""

    kind: MoneyKind
    low: Decimal | None = None
    high: Decimal | None = None


def plain(value: object) -> str:
    """A cell's or a line's text in one form: full width made half, blanks and NUL trimmed. Empty for nothing."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFKC", str(value)).replace("\x00", "").strip()


# Headings

_REMARK = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_NUMBERING = re.compile(r"^(?:第?[一二三四五六七八九十]{1,3}[、.．)]|\(?\d{1,2}[、.．)])\s*")
_HEADING_NOISE = re.compile(r"[\s*:：·•_\-—/]+")


def heading(text: object) -> str:
    """A heading or label by which to look it up: "一、预算（万元）*：" is 预算. Latin letters become small."""
    found = _NUMBERING.sub("", plain(text))
    found = _REMARK.sub("", found)
    return _HEADING_NOISE.sub("", found).lower()


def unit_of(text: object) -> Decimal | None:
    """What one of the unit that a heading names is in 万元; None where it names none. 投入（元）: 0.0001."""
    for remark in _REMARK.findall(plain(text)):
        found = re.search(r"(亿|千万|百万|万|千)?元|(亿|万)(?:人民币)?\)", remark)
        if found:
            return _UNITS[(found[1] or found[2] or "") + "元"]
    return unit_above(text)


_SAID = re.compile(r"单位\s*[:为是]?\s*(?:人民币)?\s*(亿|千万|百万|万|千)?元(?![\u4e00-\u9fff])")


def unit_above(text: object) -> Decimal | None:
    """The unit of money that a row above a heading names for the whole table. 金额单位：元 is 0.0001 (万元)."""
    found = _SAID.search(plain(text)[:LONGEST])
    return _UNITS[f"{found[1] or ''}元"] if found else None


def unit_name(unit: Decimal) -> str:
    return next(name for name, each in _UNITS.items() if each == unit)


# Amounts

_UNITS = {
    "亿元": Decimal(10_000),
    "千万元": Decimal(1000),
    "百万元": Decimal(100),
    "万元": Decimal(1),
    "千元": Decimal("0.1"),
    "元": Decimal("0.0001"),
}
_NUMERALS = dict(zip("〇零一二三四五六七八九", [0, 0, *range(1, 10)], strict=True))
_NUMERALS |= dict(zip("壹贰叁肆伍陆柒捌玖两", [*range(1, 10), 2], strict=True))
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_CHINESE = "".join([*_NUMERALS, *_TENS])
_CHINESE_FIGURE = re.compile(f"[{_CHINESE}]+(?=(?:多|余)?(?:亿|万|元|圆|个月|年|月|个季度|周|天))")
_FIGURE = re.compile(r"(?<![\d.])(-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d{1,15}(?:\.\d{1,8})?)")
_UNIT = re.compile(r"\s*(?:多|余)?\s*(亿|千万|百万|万|千)?\s*(元|圆|人民币|rmb|w(?![a-z]))?", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:-|–|—|~|至|到)+\s*")
_NEGOTIABLE = re.compile(r"面议|面谈|协商|商议|商定|洽谈|待定|另议|可谈|详谈|negotiable", re.IGNORECASE)
_AROUND = re.compile(
    r"^(?:人民币|约|大约|预计|计划|总|共|共计|合计|投入|预算|金额|资金|经费|为|是|:|¥|rmb|cny|\s)*$", re.I
)
_ROUGHLY = re.compile(r"约|左右|以内|以下|以上|不超过|不低于|至少|最多|最高|上下|多|余|预计|[<>≤≥]")


def amount(value: object, unit: Decimal | None = None) -> Reading[Amount] | None:
    """An amount, a range or 面议; a figure without its own unit is in `unit` (of `unit_of`), or else in 万元.

    "50-80万元", "500,000元", "约1.2亿", "五十万元", "不超过100万" (100, not certain), "面议".
    """
    text = _with_figures(plain(value)[:LONGEST])
    figures = list(_figures(text))
    if not figures:
        return Reading(Amount(MoneyKind.NEGOTIABLE)) if _NEGOTIABLE.search(text) else None
    at = _the_range(text, figures)
    if at is None:
        first = next((each for each in figures if each.unit is not None), figures[0])
        found = _one(first, unit)
        sure = len(figures) == 1 and bool(_AROUND.match(text[: first.start]))
        sure = sure and text[first.end :].strip(" 。.整正(),;") == "" and not _ROUGHLY.search(text)
    else:
        low, high = figures[at], figures[at + 1]
        shared = high.unit if low.unit is None else low.unit
        found = _range(_one(low, unit, shared), _one(high, unit, high.unit or low.unit))
        sure = len(figures) == 2 and not _ROUGHLY.search(text)
    if found is None or _beyond(found.value):
        return None
    return Reading(found.value, found.certain and sure)


@dataclass(frozen=True)
class _Figure:
    """A number in a text; `unit` in 万元, None where none stands behind it."""

    number: Decimal
    unit: Decimal | None
    start: int
    end: int


def _figures(text: str) -> Iterator[_Figure]:
    for found in _FIGURE.finditer(text):
        behind = _UNIT.match(text, found.end())
        assert behind is not None  # every part of it is optional
        scale, money = behind[1], (behind[2] or "").lower()
        in_yuan = text[: found.start()].rstrip().endswith("¥")
        unit = _UNITS["万元" if money == "w" else f"{scale or ''}元"] if scale or money or in_yuan else None
        yield _Figure(
            Decimal(found[1].replace(",", "")), unit, found.start(), behind.end() if unit else found.end()
        )


def _the_range(text: str, figures: list[_Figure]) -> int | None:
    """Where two figures stand with nothing but a dash or 至 between them."""
    for at, (low, high) in enumerate(itertools.pairwise(figures)):
        if _BETWEEN.fullmatch(text[low.end : high.start]):
            return at
        if low.end == high.start and high.number < 0:  # the dash was taken for a sign
            figures[at + 1] = _Figure(-high.number, high.unit, high.start, high.end)
            return at
    return None


def _one(figure: _Figure, unit: Decimal | None, shared: Decimal | None = None) -> Reading[Amount] | None:
    if figure.number < 0:
        return None
    named = figure.unit or shared or unit
    bare = named is None
    if named is None:
        named = _UNITS["元"] if figure.number >= IMPLAUSIBLE_WAN else _UNITS["万元"]
    wan = figure.number * named
    rounded = wan.quantize(HUNDREDTH, ROUND_HALF_UP)
    sure = rounded == wan and not (bare and figure.number >= IMPLAUSIBLE_WAN)
    return Reading(Amount(MoneyKind.EXACT, rounded), sure)


def _range(low: Reading[Amount] | None, high: Reading[Amount] | None) -> Reading[Amount] | None:
    if low is None or high is None:
        return None
    ends = sorted(each.value.low or Decimal(0) for each in (low, high))
    in_order = ends[0] == low.value.low
    if ends[0] == ends[1]:
        return Reading(Amount(MoneyKind.EXACT, ends[0]), low.certain and high.certain)
    return Reading(Amount(MoneyKind.RANGE, *ends), low.certain and high.certain and in_order)


def _beyond(found: Amount) -> bool:
    return any(each is not None and each > LARGEST_WAN for each in (found.low, found.high))


def _with_figures(text: str) -> str:
    """Chinese numerals before a unit as figures: 五十万元 is 50万元, 一百二十 is 120, 半年 stays."""
    return _CHINESE_FIGURE.sub(lambda found: str(_chinese(found[0])), text)


def _chinese(numerals: str) -> int:
    """Below ten thousand; 二〇二六, which has no tens, digit by digit."""
    if not any(each in _TENS for each in numerals):
        return int("".join(str(_NUMERALS[each]) for each in numerals)[:15])
    total, digit = 0, 0
    for each in numerals:
        if each in _TENS:
            total, digit = total + (digit or 1) * _TENS[each], 0
        else:
            digit = _NUMERALS[each]
    return total + digit


# Days

_DAY = re.compile(r"(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)\s*[日号]?")
_DIGITS = re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)")
_MONTH = re.compile(r"(?<!\d)(\d{4})\s*(?:年\s*(\d{1,2})\s*月|[-/.](\d{1,2})(?![\d./-]))")
_QUARTER = re.compile(r"(\d{4})\s*年\s*第?\s*([1-4一二三四])\s*季度?")
_HALF = re.compile(r"(\d{4})\s*年\s*([上下])半年")
_YEAR = re.compile(r"(?<!\d)(\d{4})\s*年?\s*(?:底|末|内|前|以前|之前)?(?!\d)")
_WITHIN = re.compile(r"(?<!\d)(\d{1,3}|半|两)\s*(?:[-~至到]\s*(\d{1,3}))?\s*(个?月|个?季度|年|周|天)(?!\d)")
_DAYS = {"周": 7, "天": 1}
_MONTHS = {"年": 12, "季度": 3, "月": 1}


def day(value: object, today: date) -> Reading[date] | None:
    """A day, or the last one of a month, quarter or year that is named; months and years from `today` on.

    "2026-12-31", "2026年12月", "2026年底", "12个月内", "半年", 46387 (a spreadsheet's number of a day).
    """
    if isinstance(value, datetime):
        return Reading(value.date())
    if isinstance(value, date):
        return Reading(value)
    text = _with_figures(plain(value)[:LONGEST])
    if text.isascii() and text.isdigit() and int(text[:9]) in EXCEL_DAYS:
        return Reading(EXCEL_DAY_ZERO + timedelta(int(text)), False)
    for pattern in (_DAY, _DIGITS):
        if found := pattern.search(text):
            year, month, number = (int(each) for each in found.groups())
            return _the_day(year, month, number, whole=found[0].strip() == text.rstrip("前 "))
    return _the_end(text) or _within(text, today)


def _the_day(year: int, month: int, number: int, whole: bool) -> Reading[date] | None:
    try:
        return Reading(date(year, month, number), whole)
    except ValueError:
        return None


def _the_end(text: str) -> Reading[date] | None:
    if found := _MONTH.search(text):
        return _end_of(int(found[1]), int(found[2] or found[3]))
    if found := _QUARTER.search(text):
        return _end_of(int(found[1]), 3 * (1 + "1234".find(str(_NUMERALS.get(found[2], found[2])))))
    if found := _HALF.search(text):
        return _end_of(int(found[1]), 6 if found[2] == "上" else 12)
    if found := _YEAR.search(text):
        return _end_of(int(found[1]), 12)
    return None


def _end_of(year: int, month: int) -> Reading[date] | None:
    if not (1900 <= year <= 2200 and 1 <= month <= 12):
        return None
    return Reading(date(year, month, monthrange(year, month)[1]), False)


def _within(text: str, today: date) -> Reading[date] | None:
    if not (found := _WITHIN.search(text)):
        return None
    unit = found[3].removeprefix("个")
    if found[1] == "半":
        return Reading(months_after(today, 6), False) if unit == "年" else None
    many = 2 if found[1] == "两" else int(found[2] or found[1])
    if unit in _DAYS:
        return Reading(today + timedelta(many * _DAYS[unit]), False)
    return Reading(months_after(today, many * _MONTHS[unit]), False) if many * _MONTHS[unit] <= 1200 else None


# Several in one

_APART = re.compile(r"[、,，;；|/\n\t]+|\s{2,}")


def several(value: object) -> list[str]:
    """What stands in one cell, apart: "委托开发、合作开发; 共建" are three."""
    return [each.strip() for each in _APART.split(plain(value)[:LONGEST]) if each.strip()]
