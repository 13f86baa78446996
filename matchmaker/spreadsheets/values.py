"""What people write in a cell or on a form, in one form: plain text, headings, units of money, several in one.

A reading that needed a guess says so (`certain` is False): whoever uses it shows it to the person first. What cannot
be read for sure as one thing is not read at all, and `Unread` says why.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")

LONGEST = 2000
"""Characters of a value that are looked at; figures and days stand at the beginning."""


@dataclass(frozen=True)
class Reading(Generic[T]):
    """What was read, and whether nothing of it was guessed."""

    value: T
    certain: bool = True


class Unread(StrEnum):
    """Why nothing was read, worded by import_wording.FAULTS."""

    AMOUNT = "bad_amount"
    FOREIGN = "foreign_money"
    SEVERAL = "several_amounts"
    EACH = "amount_each"
    """By the year, the piece, the head: what it comes to is not said."""
    DAY = "bad_day"
    DAY_OR_MONTH = "day_or_month"
    """06/07/2027 is in June or in July."""
    YEARLESS = "day_without_year"


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


UNITS = {
    "亿元": Decimal(10_000),
    "千万元": Decimal(1000),
    "百万元": Decimal(100),
    "万元": Decimal(1),
    "千元": Decimal("0.1"),
    "元": Decimal("0.0001"),
    "外币": Decimal(0),
}
"""What one of each is in 万元."""
FOREIGN_UNIT = UNITS["外币"]
"""Of a column in foreign money: it is worth nothing that could be told."""
FOREIGN = re.compile(
    r"[美欧日港澳加韩台新]元|[美外]金|[美外港台]币|新加坡元|英镑|日圆|円|法郎|卢[布比]|泰铢|[$€£]"
    r"|(?<![a-z])(?:usd|eur|gbp|jpy|hkd|chf|aud|cad|krw|twd|sgd|rub)(?![a-z])",
    re.IGNORECASE,
)


def unit_of(text: object) -> Decimal | None:
    """What one of the unit that a heading names is in 万元; None where it names none. 投入（元）: 0.0001."""
    if FOREIGN.search(plain(text)):
        return FOREIGN_UNIT
    for remark in _REMARK.findall(plain(text)):
        found = re.search(r"(亿|千万|百万|万|千)?元|(亿|万)(?:人民币)?\)", remark)
        if found:
            return UNITS[(found[1] or found[2] or "") + "元"]
    return unit_above(text)


_SAID_FOREIGN = re.compile(
    rf"单位\s*[:为是]?\s*[千百万亿]*(?:{FOREIGN.pattern})(?![\u4e00-\u9fff])", re.IGNORECASE
)
_SAID = re.compile(r"单位\s*[:为是]?\s*(?:人民币)?\s*(亿|千万|百万|万|千)?元(?![\u4e00-\u9fff])")


def unit_above(text: object) -> Decimal | None:
    """The unit of money that a row above a heading names for the whole table. 金额单位：元 is 0.0001 (万元)."""
    written = plain(text)[:LONGEST]
    if _SAID_FOREIGN.search(written):
        return FOREIGN_UNIT
    found = _SAID.search(written)
    return UNITS[f"{found[1] or ''}元"] if found else None


def unit_name(unit: Decimal) -> str:
    return next(name for name, each in UNITS.items() if each == unit)


# Several in one

_APART = re.compile(r"[、,，;；|/\n\t]+|\s{2,}")


def several(value: object) -> list[str]:
    """What stands in one cell, apart: "委托开发、合作开发; 共建" are three."""
    return [each.strip() for each in _APART.split(plain(value)[:LONGEST]) if each.strip()]
