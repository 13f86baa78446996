"""Days as people write them: 2027-06-30, 6/30/2027, 26年底, 明年上半年, 12个月内. What is not all understood is not read."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from matchmaker.postings.service import months_after
from matchmaker.spreadsheets.numerals import DIGITS, number
from matchmaker.spreadsheets.values import Reading, Unread, plain

EXCEL_DAY_ZERO = date(1899, 12, 30)
EXCEL_DAYS = range(20_000, 80_000)
"""Serial numbers of 1954 to 2119, as a date column gives them that lost its format."""
YEARS = range(1950, 2101)
YEARS_BEHIND, YEARS_AHEAD = 10, 20
"""How far from today a year of two digits may be."""
MOST_MONTHS, MOST_DAYS = 120, 1000
"""A longer term is rather a year or a number of something else."""

LONGEST_DAY = 100
"""Characters."""

Read = Reading[date] | Unread | None
"""None: it is written in another way."""

_NOTHING = re.compile(
    r"(?:尽快|尽早|越快越好|越早越好|尽快(?:解决|完成)|长期|长期有效|长期合作|永久|常年|随时|不限|不定|无|暂无|没有|未定|待定|暂定"
    r"|面议|协商|双方协商|协商确定|另行商定|视情况(?:而定)?|无要求|无限制|asap|n/?a|[-—–/\\\s]+)[。.]?",
    re.IGNORECASE,
)
_TIME = re.compile(r"(?:T|\s+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:AM|PM)?$", re.IGNORECASE)
_NUMERALS = re.compile(r"[〇零一二三四五六七八九十两]+(?=年|月|日|号|个月|个?季度|周|天)")
_RELATIVE = {
    "去年": -1,
    "上年": -1,
    "今年": 0,
    "本年": 0,
    "当年": 0,
    "明年": 1,
    "来年": 1,
    "次年": 1,
    "后年": 2,
}
_BEFORE = re.compile(
    r"^(?:(?:计划|预计|预期|预定|争取|力争|要求|希望|期望|拟|最迟|最晚|不晚于|不迟于|截至|截止到?|约|大约|大概|在|于|到|至"
    r"|完成时间|时间|日期|有效期至?|自?(?:合同|协议)?(?:签订|签署|签约|生效|启动|立项)(?:之日|之)?(?:起|后|以后)?)[:：]?)+"
)
_BEHIND = re.compile(
    r"(?:\((?:星期|周)[一二三四五六日天]\)|星期[一二三四五六日天]|(?:之|以)?前|前?(?:完成|结束|交付|验收|完工|截止|解决)|为?止|左右|[。.,;])++$"
)
_BEFORE_A_YEAR = re.compile(r"(?:(?<!\d)\d{4}|\d年)[之以]?前")
_END, _SEP = r"(?:底|末|内|以内|之内)?", r"[-/.、]"
_TO = re.compile(r"至|到|~|—+|–")

_FULL = re.compile(r"(\d{4})(?:年|[-/.、])(\d{1,2})(?:月|[-/.、])(\d{1,2})[日号]?")
_EIGHT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_SHORT = re.compile(rf"(\d{{1,2}})(?:年|{_SEP})(\d{{1,2}})(?:月|{_SEP})(\d{{1,2}})[日号]?")
_YEAR_LAST = re.compile(rf"(\d{{1,2}}){_SEP}(\d{{1,2}}){_SEP}(\d{{4}})")
_MONTH = re.compile(
    rf"(\d{{4}}|\d{{2}}(?=年))(?:年(?:度)?(\d{{1,2}})月份?|{_SEP}(\d{{1,2}}))(上旬|中旬|下旬)?{_END}"
)
_QUARTER = re.compile(rf"(\d{{4}}|\d{{2}}(?=年))年?(?:度)?(?:第?([1-4])季度?|Q([1-4])){_END}", re.IGNORECASE)
_HALF = re.compile(rf"(\d{{4}}|\d{{2}}(?=年))年(?:度)?(?:([上下])半年|(年?中)){_END}")
_YEAR = re.compile(r"(\d{4})(?:年度?)?(?:年?(?:底|末)|内|以内|之内)?|(\d{2})年(?:年?(?:底|末))")
_THIS_YEAR = re.compile(r"年(?:底|末|内)")
_THIS_MONTH = re.compile(r"(本|这个|下|下个)月(?:底|末|内)")
_YEARLESS = re.compile(
    r"\d{1,2}月(?:\d{1,2}[日号]|份?(?:底|末|内|上旬|中旬|下旬)?)|第?[1-4]季度(?:底|末|内)?|[上下]半年内?"
)
_WITHIN = re.compile(
    r"(?:\d{1,3}[-~至到])?(\d{1,3}(?:\.5)?|半)个?(年半|年|个月|季度|周|天|日)(?:之内|以内|内|左右)?"
)
_MONTHS = {"年": 12, "季度": 3, "个月": 1}
_DAYS = {"周": 7, "天": 1, "日": 1}


def says_nothing(value: object) -> bool:
    """尽快, 长期, 无, 待定, or a dash: the cell might as well be empty."""
    return _NOTHING.fullmatch(plain(value)) is not None


def day(value: object, today: date) -> Reading[date] | Unread:
    """A day, or the last one of a month, quarter or year that is named; months and years from `today` on.

    "2026-12-31", "6/30/2027" (not certain), "2026年12月", "26年底", "明年上半年", "12个月内", 46387 (a spreadsheet's
    number of a day). Unread where the month cannot be told from the day, the year is missing, or words are left over.
    """
    if isinstance(value, datetime):
        return Reading(value.date())
    if isinstance(value, date):
        return Reading(value)
    if isinstance(value, float) and not value.is_integer() and str(value).endswith(".1"):
        return Unread.DAY  # 2026.1 may have been typed as 2026.10
    text = _TIME.sub("", plain(value))
    if len(text) > LONGEST_DAY:
        return Unread.DAY
    text = _with_figures("".join(text.split()))
    for word, years in _RELATIVE.items():
        if word in text:
            named = _read(text.replace(word, f"{today.year + years}年"), today)
            return Reading(named.value, False) if isinstance(named, Reading) else named
    if text.isascii() and text.isdigit() and int(text[:9]) in EXCEL_DAYS:
        return Reading(EXCEL_DAY_ZERO + timedelta(int(text)), False)
    return _read(text, today)


def _read(text: str, today: date) -> Reading[date] | Unread:
    if _BEFORE_A_YEAR.search(text):
        return Unread.DAY  # whether that year still counts is not said
    bare = _BEHIND.sub("", _BEFORE.sub("", text))
    for way in _WAYS:
        found = way(bare, today)
        if isinstance(found, Reading):
            sure = found.certain and text in (bare, f"{bare}前", f"{bare}之前", f"{bare}以前")
            return Reading(found.value, sure)
        if found is not None:
            return found
    return Unread.DAY


def _with_figures(text: str) -> str:
    """Chinese numerals as figures: 二〇二七年 is 2027年, 十二个月 is 12个月; 半年 stays."""
    return _NUMERALS.sub(lambda found: _figures(found[0]), text)


def _figures(numerals: str) -> str:
    if "十" not in numerals:
        return "".join(str(DIGITS[each]) for each in numerals)
    found = number(numerals)
    return numerals if found is None else str(found.value)


def _whole(text: str, today: date) -> Read:
    if found := _FULL.fullmatch(text) or _EIGHT.fullmatch(text):
        year, month, number = (int(each) for each in found.groups())
        return _the_day(year, month, number, sure=True)
    return None


def _year_last(text: str, today: date) -> Read:
    """6/30/2027 and 30/6/2027 can be one day only, 6/7/2027 two."""
    if found := _YEAR_LAST.fullmatch(text):
        first, second, year = (int(each) for each in found.groups())
        return _month_and_day(year, first, second)
    return None


def _short(text: str, today: date) -> Read:
    """26.6.30 begins with the year; 6/30/26 does not."""
    if not (found := _SHORT.fullmatch(text)):
        return None
    first, second, third = (int(each) for each in found.groups())
    if (year := _near(first, today)) and isinstance(read := _the_day(year, second, third), Reading):
        return read
    if "年" in text or "." in text or not (year := _near(third, today)):
        return Unread.DAY
    return _month_and_day(year, first, second)


def _month_and_day(year: int, first: int, second: int) -> Read:
    if first <= 12 and second <= 12 and first != second:
        return Unread.DAY_OR_MONTH
    return _the_day(year, min(first, second), max(first, second))


def _the_day(year: int, month: int, number: int, sure: bool = False) -> Read:
    try:
        return Reading(date(year, month, number), sure) if year in YEARS else Unread.DAY
    except ValueError:
        return Unread.DAY


def _near(short: int, today: date) -> int | None:
    """The year of two digits, where it is near enough."""
    year = 2000 + short
    return year if -YEARS_BEHIND <= year - today.year <= YEARS_AHEAD else None


def _full_year(written: str, today: date) -> int:
    """0 for none."""
    return int(written) if len(written) == 4 else _near(int(written), today) or 0


def _month(text: str, today: date) -> Read:
    if not (found := _MONTH.fullmatch(text)):
        return None
    year, month = _full_year(found[1], today), int(found[2] or found[3])
    if found[4] in ("上旬", "中旬"):
        return _the_day(year, month, 10 if found[4] == "上旬" else 20)
    return _end_of(year, month)


def _quarter(text: str, today: date) -> Read:
    found = _QUARTER.fullmatch(text)
    return _end_of(_full_year(found[1], today), 3 * int(found[2] or found[3])) if found else None


def _half(text: str, today: date) -> Read:
    found = _HALF.fullmatch(text)
    return _end_of(_full_year(found[1], today), 12 if found[2] == "下" else 6) if found else None


def _year(text: str, today: date) -> Read:
    if found := _YEAR.fullmatch(text):
        return _end_of(_full_year(found[1] or found[2], today), 12)
    return _end_of(today.year, 12) if _THIS_YEAR.fullmatch(text) else None


def _this_month(text: str, today: date) -> Read:
    if found := _THIS_MONTH.fullmatch(text):
        at = today if found[1] in ("本", "这个") else months_after(today.replace(day=1), 1)
        return _end_of(at.year, at.month)
    return Unread.YEARLESS if _YEARLESS.fullmatch(text) else None


def _end_of(year: int, month: int) -> Read:
    if year not in YEARS or not 1 <= month <= 12:
        return Unread.DAY
    return Reading(date(year, month, monthrange(year, month)[1]), False)


def _within(text: str, today: date) -> Read:
    if not (found := _WITHIN.fullmatch(text)):
        return None
    unit = found[2]
    many = 0.5 if found[1] == "半" else float(found[1])
    if unit == "年半":
        unit, many = "年", many + 0.5
    if unit in _DAYS:
        days = many * _DAYS[unit]
        return Reading(today + timedelta(int(days)), False) if days == int(days) <= MOST_DAYS else Unread.DAY
    months = many * _MONTHS[unit]
    return (
        Reading(months_after(today, int(months)), False)
        if months == int(months) <= MOST_MONTHS
        else Unread.DAY
    )


def _term(text: str, today: date) -> Read:
    """2026年1月至2027年6月: until the end."""
    parts = _TO.split(text)
    if len(parts) != 2:
        return None
    read = [next((each for way in _WAYS[:-1] if (each := way(part, today))), None) for part in parts]
    if not all(isinstance(each, Reading) for each in read):
        return None
    first, last = (each.value for each in read if isinstance(each, Reading))
    return Reading(last, False) if first <= last else Unread.DAY


_WAYS: Sequence[Callable[[str, date], Read]] = (
    _whole, _year_last, _short, _month, _quarter, _half, _year, _this_month, _within, _term,
)  # fmt: skip
