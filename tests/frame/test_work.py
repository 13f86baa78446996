from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from matchmaker.work import Work
from models import User


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 24, 15, 59, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 11, 24, 16, 0, tzinfo=UTC), date(2026, 11, 25)),
    ],
)
def test_today_is_the_day_in_the_bureau(work: Work, moment: datetime, day: date) -> None:
    assert replace(work, clock=lambda: moment).today() == day


def test_now_is_aware(work: Work) -> None:
    assert work.now().tzinfo is not None


def test_nobody_is_no_person(work: Work) -> None:
    with pytest.raises(LookupError):
        _ = work.person


def test_work_for_another_person_is_in_the_same_transaction(work: Work, people: dict[str, User]) -> None:
    theirs = work.as_actor(people["staff"])
    assert theirs.person is people["staff"]
    assert theirs.session is work.session
    assert work.actor is None
