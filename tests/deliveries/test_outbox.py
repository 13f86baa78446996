"""The outbox: what is put in, who may send it, when it is tried again, and when no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from matchmaker.database import Database
from matchmaker.deliveries import outbox
from matchmaker.notices import service as notices
from matchmaker.work import Work
from models import Channel, Delivery, DeliveryStatus, Notice, User, now

START = datetime(2026, 11, 25, 1, tzinfo=now().tzinfo)


@pytest.fixture
def at(work: Work) -> Callable[[timedelta], Work]:
    """The work so long after START."""
    return lambda later: Work(work.session, None, work.engine, work.settings, clock=lambda: START + later)


def put(work: Work, person: User) -> Delivery:
    made = outbox.put(work, Channel.MAIL, "notice", user=person)
    work.session.commit()
    return made


def test_what_is_not_committed_is_neither_told_nor_sent(work: Work, people: dict[str, User]) -> None:
    notices.tell(work, [people["enterprise"]], "problem.published", "/problems/1", title="气孔检测")
    work.session.flush()
    assert work.session.scalar(select(Delivery.status)) is DeliveryStatus.WAITING
    work.session.rollback()
    assert work.session.scalars(select(Notice.id)).all() == []
    assert work.session.scalars(select(Delivery.id)).all() == []


def test_what_one_worker_has_claimed_no_other_gets(
    work: Work, database: Database, people: dict[str, User]
) -> None:
    put(work, people["enterprise"])
    assert outbox.claim(work) is not None
    work.session.commit()
    with database.session() as session:
        assert outbox.claim(Work(session, None, work.engine, work.settings)) is None


def test_a_lease_that_lapsed_is_claimed_again_under_the_same_key(
    at: Callable[[timedelta], Work], people: dict[str, User]
) -> None:
    put(at(timedelta(0)), people["enterprise"])
    first = outbox.claim(at(timedelta(0)))
    assert first is not None
    key, lease = first.key, first.lease
    assert outbox.claim(at(outbox.LEASE - timedelta(seconds=1))) is None
    again = outbox.claim(at(outbox.LEASE))
    assert again is not None
    assert (again.key, again.attempts) == (key, 2)
    assert again.lease != lease


def test_a_worker_that_lost_its_lease_marks_nothing(
    at: Callable[[timedelta], Work], people: dict[str, User]
) -> None:
    made = put(at(timedelta(0)), people["enterprise"])
    first = outbox.claim(at(timedelta(0)))
    assert first is not None
    lost = first.lease
    outbox.claim(at(outbox.LEASE))
    assert not outbox.finish(at(outbox.LEASE), made.id, lost)
    assert not outbox.fail(at(outbox.LEASE), made.id, lost, "late", final=True)
    assert made.status is DeliveryStatus.SENDING


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 2), (3, 4), (9, 256), (10, 360), (40, 360)])
def test_pauses_double_up_to_six_hours(attempts: int, minutes: int) -> None:
    assert outbox.pause_after(attempts) == timedelta(minutes=minutes)


def test_it_is_tried_for_a_day_and_then_given_up(
    at: Callable[[timedelta], Work], people: dict[str, User]
) -> None:
    made = put(at(timedelta(0)), people["enterprise"])
    tried = []
    moment = timedelta(0)
    while made.status is not DeliveryStatus.FAILED:
        claimed = outbox.claim(at(moment))
        assert claimed is not None
        tried.append(moment)
        outbox.fail(at(moment), made.id, claimed.lease, "no answer")
        moment = made.next_try_at - START
    assert tried[:4] == [timedelta(minutes=each) for each in (0, 1, 3, 7)]
    assert tried[-1] == outbox.GIVEN_UP_AFTER
    assert len(tried) == 13
    assert made.error == "no answer"


def test_a_day_is_counted_from_the_first_attempt_not_from_a_time_without_worker(
    at: Callable[[timedelta], Work], people: dict[str, User]
) -> None:
    made = put(at(timedelta(0)), people["enterprise"])
    late = timedelta(days=3)
    claimed = outbox.claim(at(late))
    assert claimed is not None
    outbox.fail(at(late), made.id, claimed.lease, "no answer")
    assert made.status is DeliveryStatus.WAITING


def test_what_was_sent_is_forgotten_after_the_set_time(
    at: Callable[[timedelta], Work], people: dict[str, User]
) -> None:
    sent, waiting = (put(at(timedelta(0)), people["enterprise"]) for _ in range(2))
    claimed = outbox.claim(at(timedelta(0)))
    assert claimed is not None
    outbox.finish(at(timedelta(0)), claimed.id, claimed.lease)
    assert outbox.forget(at(timedelta(days=90))) == 0
    assert outbox.forget(at(timedelta(days=91))) == 1
    left = at(timedelta(0)).session.scalars(select(Delivery.id)).all()
    assert left == [waiting.id] != [sent.id]
