from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from models import CooperationRecord, Problem, ProblemStatus, User
from models.base import UtcDateTime, Wan
from tests.models.objects import Objects

DIALECTS: list[Any] = [sqlite.dialect(), postgresql.dialect()]


@given(st.decimals(-99999999, 99999999, places=2), st.sampled_from(DIALECTS))
def test_any_amount_with_two_places_comes_back(amount: Decimal, dialect: Any) -> None:
    wan = Wan()
    stored = wan.process_bind_param(amount, dialect)
    assert isinstance(stored, int)
    assert wan.process_result_value(stored, dialect) == amount


@given(st.decimals(-99999999, 99999999, places=3).filter(lambda amount: amount * 100 % 1 != 0))
def test_an_amount_with_three_places_is_refused(amount: Decimal) -> None:
    with pytest.raises(ValueError, match="two decimal places"):
        Wan().process_bind_param(amount, DIALECTS[0])


def test_amounts_are_exact_in_the_database(objects: Objects) -> None:
    session = objects.session
    objects.record.amount, objects.record.paid = Decimal("99999999.99"), Decimal("0.01")
    objects.record_of(None, "2026-0002", amount=Decimal("0.10"))
    objects.record_of(None, "2026-0003", amount=Decimal("0.20"))
    session.commit()
    session.expire_all()
    assert objects.record.amount == Decimal("99999999.99")
    assert objects.record.paid == Decimal("0.01")
    numbers = ("2026-0002", "2026-0003")
    total = select(func.sum(CooperationRecord.amount)).where(CooperationRecord.number.in_(numbers))
    assert session.scalar(total) == Decimal("0.30")
    assert session.scalar(select(func.max(CooperationRecord.amount))) == Decimal("99999999.99")


def test_amounts_are_compared_as_amounts(objects: Objects) -> None:
    wanted = select(CooperationRecord.id).where(
        CooperationRecord.amount.between(Decimal(60), Decimal("60.00"))
    )
    assert objects.session.scalars(wanted).all() == [objects.record.id]
    assert objects.session.scalar(select(CooperationRecord.id).where(CooperationRecord.amount > 60)) is None


def test_no_amount_is_no_amount(objects: Objects) -> None:
    record = objects.record_of(None, "2026-0002", amount=None)
    objects.session.commit()
    objects.session.expire_all()
    assert record.amount is None
    assert record.paid == 0


def test_a_naive_time_is_refused(objects: Objects) -> None:
    objects.author.last_sign_in_at = datetime(2026, 11, 24, 9, 30)
    with pytest.raises(StatementError, match="naive datetime"):
        objects.session.flush()


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)),
    st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours))),
)
def test_a_time_of_any_zone_comes_back_as_the_same_moment_in_utc(naive: datetime, zone: timezone) -> None:
    moment = naive.replace(tzinfo=zone)
    stored = UtcDateTime().process_bind_param(moment, DIALECTS[0])
    assert stored is not None
    forgotten = stored.replace(tzinfo=None)  # as SQLite does
    back = UtcDateTime().process_result_value(forgotten, DIALECTS[0])
    assert back == moment
    assert back is not None
    assert back.tzinfo is UTC


def test_times_are_aware_and_utc_when_read(objects: Objects) -> None:
    beijing = timezone(timedelta(hours=8))
    objects.author.last_sign_in_at = datetime(2026, 11, 25, 1, 30, tzinfo=beijing)
    objects.session.commit()
    objects.session.expire_all()
    assert objects.author.last_sign_in_at == datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
    assert objects.author.last_sign_in_at.utcoffset() == timedelta(0)
    assert objects.author.created_at.tzinfo is not None


def test_times_are_compared_as_moments(objects: Objects) -> None:
    beijing = timezone(timedelta(hours=8))
    objects.author.last_sign_in_at = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
    objects.session.commit()
    wanted = select(User.id).where(User.last_sign_in_at < datetime(2026, 11, 25, 1, 31, tzinfo=beijing))
    assert objects.session.scalars(wanted).all() == [objects.author.id]


def test_a_status_is_stored_by_its_value(objects: Objects) -> None:
    session: Session = objects.session
    assert session.connection().exec_driver_sql("SELECT status FROM problem").scalar() == "published"
    assert session.scalar(select(Problem).where(Problem.status == ProblemStatus.PUBLISHED)) is objects.problem


def test_a_word_that_is_no_status_is_refused_before_the_database(objects: Objects) -> None:
    objects.problem.status = "gone"  # type: ignore[assignment]
    with pytest.raises(StatementError):
        objects.session.flush()
