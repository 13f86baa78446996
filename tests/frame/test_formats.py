from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask, session
from hypothesis import given
from hypothesis import strategies as st

from matchmaker import formats
from matchmaker.work import LOCAL_ZONE
from models import Capability, MoneyKind, Problem
from tests.days import today


@pytest.fixture
def chinese(standing_app: Flask) -> Iterator[None]:
    with standing_app.test_request_context():
        session["language"] = "zh_CN"
        yield


@pytest.fixture
def english(standing_app: Flask) -> Iterator[None]:
    with standing_app.test_request_context():
        session["language"] = "en"
        yield


def test_a_day_is_that_of_the_bureau() -> None:
    assert formats.day(datetime(2026, 11, 24, 15, 59, tzinfo=UTC)) == "2026-11-24"
    assert formats.day(datetime(2026, 11, 24, 16, 0, tzinfo=UTC)) == "2026-11-25"
    assert formats.day(date(2026, 11, 24)) == "2026-11-24"


def test_a_moment_is_of_the_bureaus_clock() -> None:
    assert formats.moment(datetime(2026, 11, 24, 16, 5, tzinfo=UTC)) == "2026-11-25 00:05"


def test_nothing_looks_like_nothing(chinese: None) -> None:
    assert [formats.day(None), formats.moment(None), formats.near(None), formats.wan(None)] == [""] * 4


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "今天"),
        (1, "明天"),
        (-1, "昨天"),
        (2, "2 天后"),
        (-2, "2 天前"),
        (14, "14 天后"),
        (-14, "14 天前"),
    ],
)
def test_days_near_are_words(chinese: None, days: int, words: str) -> None:
    assert formats.near(today() + timedelta(days)) == words


@pytest.mark.parametrize("days", [15, -15, 400])
def test_days_far_are_dates(chinese: None, days: int) -> None:
    day = today() + timedelta(days)
    assert formats.near(day) == day.isoformat()


def test_a_moment_is_near_by_its_day_in_the_bureau(chinese: None) -> None:
    midnight = datetime.combine(today(), datetime.min.time(), LOCAL_ZONE)
    assert formats.near(midnight) == "今天"
    assert formats.near(midnight - timedelta(minutes=1)) == "昨天"
    assert formats.near(midnight.astimezone(UTC)) == "今天"


@pytest.mark.parametrize(
    ("days", "words"), [(0, "today"), (1, "tomorrow"), (-1, "yesterday"), (5, "in 5 days")]
)
def test_days_near_are_words_in_english(english: None, days: int, words: str) -> None:
    assert formats.near(today() + timedelta(days)).lower() == words


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0", "0 万元"),
        ("60", "60 万元"),
        ("60.00", "60 万元"),
        ("60.5", "60.50 万元"),
        ("0.01", "0.01 万元"),
        ("1200", "1,200 万元"),
        ("99999999.99", "99,999,999.99 万元"),
    ],
)
def test_an_amount_has_its_unit_and_only_the_places_that_there_are(
    chinese: None, amount: str, written: str
) -> None:
    assert formats.wan(Decimal(amount)) == written


@pytest.mark.parametrize(("amount", "digits"), [("60", "600,000"), ("0.01", "100"), ("1200", "12,000,000")])
def test_an_amount_is_in_yuan_in_english(english: None, amount: str, digits: str) -> None:
    assert digits in formats.wan(Decimal(amount))
    assert "万" not in formats.wan(Decimal(amount))


@given(st.decimals(0, 99999999, places=2))
def test_no_amount_is_rounded(amount: Decimal) -> None:
    assert Decimal(formats._amount(amount).replace(",", "")) == amount


@pytest.mark.parametrize("posting", [Problem, Capability])
@pytest.mark.parametrize(
    ("kind", "low", "high", "written"),
    [
        (MoneyKind.NEGOTIABLE, None, None, "面议"),
        (MoneyKind.EXACT, "70", None, "70 万元"),
        (MoneyKind.EXACT, "0", None, "0 万元"),
        (MoneyKind.EXACT, "1.50", None, "1.5 万元"),
        (MoneyKind.RANGE, "60", "90", "60–90 万元"),
        (MoneyKind.RANGE, "0.5", "1200", "0.5–1,200 万元"),
    ],
)
def test_money_is_as_its_kind_says(
    chinese: None, posting: type, kind: MoneyKind, low: str | None, high: str | None, written: str
) -> None:
    amounts = {"money_low": low and Decimal(low), "money_high": high and Decimal(high)}
    assert formats.money(posting(money_kind=kind, **amounts)) == written


@pytest.mark.parametrize(
    ("bytes_", "written"),
    [
        (0, "1 KB"),
        (1, "1 KB"),
        (2048, "2 KB"),
        (831_488, "812 KB"),
        (1024 * 1024 - 1, "1.0 MB"),
        (1024 * 1024, "1.0 MB"),
        (3_565_158, "3.4 MB"),
    ],
)
def test_sizes_are_in_the_unit_that_reads_well(bytes_: int, written: str) -> None:
    assert formats.size(bytes_) == written
