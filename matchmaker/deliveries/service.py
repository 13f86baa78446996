"""What administrators see of the outbox: what waits, what failed and why; never what a message says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.deliveries import outbox
from matchmaker.deliveries.errors import DeliveryMissing
from matchmaker.listing import Listing, paginate
from matchmaker.policy import Action, require
from matchmaker.work import Work
from models import Delivery, DeliveryStatus, IllegalStep, User, Webhook

PAGE_SIZE = 40
LATE_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Overview:
    """How many deliveries stand where, of those that are remembered."""

    counts: Mapping[DeliveryStatus, int]
    late: int
    """Due for more than ten minutes: no worker is running, or it cannot keep up."""
    oldest_due: datetime | None


def overview(work: Work) -> Overview:
    require(work.actor, Action.DELIVERY_ADMINISTER)
    found = work.session.execute(select(Delivery.status, func.count(Delivery.id)).group_by(Delivery.status))
    late = (
        Delivery.status == DeliveryStatus.WAITING,
        Delivery.next_try_at < work.now() - LATE_AFTER,
    )
    number, oldest = work.session.execute(
        select(func.count(Delivery.id), func.min(Delivery.next_try_at)).where(*late)
    ).one()
    counts = dict.fromkeys(DeliveryStatus, 0) | {row[0]: row[1] for row in found}
    return Overview(counts, number, oldest)


def page(work: Work, status: DeliveryStatus, number: int) -> Listing[Delivery]:
    """One page of those in this status, newest first."""
    require(work.actor, Action.DELIVERY_ADMINISTER)
    wanted = (
        select(Delivery)
        .where(Delivery.status == status)
        .options(
            joinedload(Delivery.user).joinedload(User.organisation),
            joinedload(Delivery.webhook).joinedload(Webhook.organisation),
        )
        .order_by(Delivery.id.desc())
    )
    return paginate(work.session, wanted, number, PAGE_SIZE)


def retry(work: Work, delivery_id: int) -> None:
    """Try again what was given up. Raises DeliveryMissing if it is not given up, or not any more."""
    found = _find(work, delivery_id)
    try:
        outbox.retry(work, found)
    except IllegalStep:
        raise DeliveryMissing(delivery_id) from None
    audit.record(work, "delivery.retried", found)


def cancel(work: Work, delivery_id: int) -> None:
    """Never send it. Raises DeliveryMissing if it has left or is being sent."""
    found = _find(work, delivery_id)
    if found.status is DeliveryStatus.SENDING:
        raise DeliveryMissing(delivery_id)
    try:
        outbox.cancel(found)
    except IllegalStep:
        raise DeliveryMissing(delivery_id) from None
    audit.record(work, "delivery.cancelled", found)


def _find(work: Work, delivery_id: int) -> Delivery:
    require(work.actor, Action.DELIVERY_ADMINISTER)
    take_serial_lock(work.session)
    found = work.session.get(Delivery, delivery_id, populate_existing=True)
    if found is None:
        raise DeliveryMissing(delivery_id)
    return found
