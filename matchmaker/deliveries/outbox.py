"""The outbox: what must leave is put in together with what it tells of, claimed under a lease, and marked when it left.

Whoever puts something in neither waits for a server nor learns whether it can be reached. Whoever claims commits
that before sending; a worker that dies in between lets its lease lapse, and the next one sends again under the same
key. See docs/adr/0010.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select

from matchmaker.database import take_serial_lock
from matchmaker.work import Work
from models import Channel, Delivery, DeliveryStatus, User, Webhook, advance
from models.delivery import new_key

LEASE = timedelta(minutes=5)
"""Much longer than an attempt can take: servers are waited for by the second."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(hours=24)
"""Since the first attempt: a worker that was off for days loses nothing."""
FINISHED = (DeliveryStatus.SENT, DeliveryStatus.DROPPED, DeliveryStatus.FAILED)
ERROR_LENGTH = 200

Route = tuple[Channel, int | None]
"""What fails together: the mail server, or one organisation's robot."""


def put(
    work: Work,
    channel: Channel,
    purpose: str,
    *,
    user: User | None = None,
    webhook: Webhook | None = None,
    digest_day: date | None = None,
    **details: Any,
) -> Delivery:
    """To be sent as soon as the caller's transaction is committed, and never if it is not."""
    made = Delivery(
        channel=channel,
        purpose=purpose,
        user=user,
        webhook=webhook,
        digest_day=digest_day,
        details=details,
        next_try_at=work.now(),
    )
    work.session.add(made)
    return made


def route_of(delivery: Delivery) -> Route:
    return delivery.channel, delivery.webhook_id


def is_any_due(work: Work, resting: Collection[Route] = ()) -> bool:
    """Whether `claim` would find something; takes no lock."""
    wanted = select(Delivery.id).where(_due(work.now()), *_awake(resting)).limit(1)
    return work.session.scalar(wanted) is not None


def claim(work: Work, resting: Collection[Route] = ()) -> Delivery | None:
    """What has been due longest, now under a lease of the caller, who commits before sending; None: nothing is due.

    `resting`: routes that are left alone for now.
    """
    take_serial_lock(work.session)
    moment = work.now()
    found = work.session.scalar(
        select(Delivery)
        .where(_due(moment), *_awake(resting))
        .order_by(Delivery.next_try_at, Delivery.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if found is None:
        return None
    if found.status is DeliveryStatus.SENDING:
        advance(found, "lapse")
    advance(found, "claim")
    found.attempts += 1
    found.first_tried_at = found.first_tried_at or moment
    found.lease, found.lease_until = new_key(), moment + LEASE
    return found


def finish(work: Work, delivery_id: int, lease: str) -> bool:
    """It has left. False where the lease was lost meanwhile: whoever has it now marks it."""
    found = _held(work, delivery_id, lease)
    if found is None:
        return False
    advance(found, "finish")
    found.sent_at, found.error = work.now(), ""
    return True


def fail(work: Work, delivery_id: int, lease: str, error: str, final: bool = False) -> bool:
    """The attempt failed: tried again after a pause that doubles, until a day has passed; `final`: never again."""
    found = _held(work, delivery_id, lease)
    if found is None:
        return False
    found.error = error[:ERROR_LENGTH]
    moment = work.now()
    last = (found.first_tried_at or moment) + GIVEN_UP_AFTER
    if final or moment >= last:
        advance(found, "give_up")
    else:
        advance(found, "postpone")
        found.next_try_at = min(moment + pause_after(found.attempts), last)
    return True


def drop(work: Work, delivery_id: int, lease: str, reason: str) -> bool:
    """Nobody wants it any more."""
    found = _held(work, delivery_id, lease)
    if found is None:
        return False
    advance(found, "drop")
    found.error = reason[:ERROR_LENGTH]
    return True


def cancel(delivery: Delivery) -> None:
    """What waits or was given up shall not be sent; what is being sent is left to its worker. Raises IllegalStep."""
    advance(delivery, "drop")


def retry(work: Work, delivery: Delivery) -> None:
    """Given up, and tried again from the start. Raises IllegalStep."""
    advance(delivery, "retry")
    delivery.attempts, delivery.first_tried_at, delivery.next_try_at = 0, None, work.now()


def pause_after(attempts: int) -> timedelta:
    """1, 2, 4 … minutes, at most six hours."""
    doubled = 1 << min(attempts - 1, 20)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def forget(work: Work) -> int:
    """Delete what has been finished for longer than the setting says; returns how many. For a daily job."""
    before = work.now() - timedelta(days=work.settings.delivery_days)
    old = Delivery.id.in_(
        select(Delivery.id).where(Delivery.status.in_(FINISHED), Delivery.next_try_at < before)
    )
    number = work.session.scalar(select(func.count(Delivery.id)).where(old)) or 0
    if number:
        take_serial_lock(work.session)
        work.session.execute(delete(Delivery).where(old))
    return number


def _due(moment: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Delivery.status == DeliveryStatus.WAITING, Delivery.next_try_at <= moment),
        and_(Delivery.status == DeliveryStatus.SENDING, Delivery.lease_until <= moment),
    )


def _awake(resting: Collection[Route]) -> list[ColumnElement[bool]]:
    return [
        Delivery.channel != channel
        if webhook_id is None
        else or_(Delivery.webhook_id.is_(None), Delivery.webhook_id != webhook_id)
        for channel, webhook_id in resting
    ]


def _held(work: Work, delivery_id: int, lease: str) -> Delivery | None:
    take_serial_lock(work.session)
    found = work.session.get(Delivery, delivery_id, populate_existing=True)
    if found is None or found.status is not DeliveryStatus.SENDING or found.lease != lease:
        return None
    found.lease, found.lease_until = "", None
    return found
