"""How values look on a page: days, times, money in 万元, sizes. Registered as template filters."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from flask_babel import get_locale, gettext, ngettext

from matchmaker.work import LOCAL_ZONE
from models import MoneyKind, now

NEAR_DAYS = 14
YUAN_IN_WAN = 10_000


def day(value: date | datetime | None) -> str:
    """2026-11-24, in the bureau's time zone; nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(LOCAL_ZONE).date()
    return value.isoformat()


def moment(value: datetime | None) -> str:
    """2026-11-24 09:30, in the bureau's time zone."""
    return "" if value is None else value.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M")


def near(value: date | datetime | None) -> str:
    """Days within two weeks in words (3 天后, 昨天), others as a date."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(LOCAL_ZONE).date()
    days = (value - now().astimezone(LOCAL_ZONE).date()).days
    if abs(days) > NEAR_DAYS:
        return value.isoformat()
    if days == 0:
        return str(gettext("今天"))
    if days == 1:
        return str(gettext("明天"))
    if days == -1:
        return str(gettext("昨天"))
    if days > 0:
        return str(ngettext("%(num)d 天后", "%(num)d 天后", days))
    return str(ngettext("%(num)d 天前", "%(num)d 天前", -days))


def wan(value: Decimal | None) -> str:
    """An amount with its unit: 1,200 万元 (in English ¥12,000,000); decimals only where there are any."""
    if value is None:
        return ""
    return str(gettext("%(amount)s 万元", amount=_amount(value)))


def money(posting: object) -> str:
    """A problem's budget or a capability's price: 面议, 60–90 万元, 70 万元."""
    kind: MoneyKind = posting.money_kind  # type: ignore[attr-defined]
    low: Decimal | None = posting.money_low  # type: ignore[attr-defined]
    high: Decimal | None = posting.money_high  # type: ignore[attr-defined]
    return money_of(None if kind is MoneyKind.NEGOTIABLE else low, high if kind is MoneyKind.RANGE else None)


def money_of(low: Decimal | None, high: Decimal | None) -> str:
    """The same by its ends, in 万元: neither is 面议, the lower alone is an amount."""
    if low is None:
        return str(gettext("面议"))
    if high is not None:
        return str(gettext("%(low)s–%(high)s 万元", low=_rough(low), high=_rough(high)))
    return str(gettext("%(amount)s 万元", amount=_rough(low)))


def size(value: int) -> str:
    """A file's size: 812 KB, 3.4 MB."""
    kilobytes = max(1, round(value / 1024))
    if kilobytes < 1024:
        return f"{kilobytes} KB"
    return f"{value / 1024 / 1024:.1f} MB"


def _amount(value: Decimal) -> str:
    locale = get_locale()
    if locale is not None and locale.language == "en":
        # English does not count in ten thousands: its sentences name yuan.
        value *= YUAN_IN_WAN
    whole = value == value.to_integral_value()
    return f"{int(value):,}" if whole else f"{value:,.2f}"


def _rough(value: Decimal) -> str:
    """Of an expectation: 1.5, where a contract's amount keeps its hundredths, 1.50."""
    text = _amount(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


FILTERS = {"day": day, "moment": moment, "near": near, "wan": wan, "money": money, "size": size}
