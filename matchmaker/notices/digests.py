"""The mail of the day: from the set hour on, one for each person whose notices wait for it."""

from __future__ import annotations

from sqlalchemy import select, update

from matchmaker.database import take_serial_lock
from matchmaker.deliveries import outbox
from matchmaker.notices import letters
from matchmaker.work import LOCAL_ZONE, Work
from models import Channel, Delivery, Notice, User


def is_time(work: Work) -> bool:
    """Whether the hour of reminders and digests has come today, in the bureau's zone."""
    return work.now().astimezone(LOCAL_ZONE).hour >= work.settings.digest_hour


def put(work: Work) -> int:
    """Put a digest into the outbox for everybody who has notices waiting and got none today; returns how many."""
    if not is_time(work):
        return 0
    today = work.today()
    waiting = select(Notice.user_id).where(Notice.in_digest, Notice.delivery_id.is_(None))
    served = select(Delivery.user_id).where(Delivery.digest_day == today, Delivery.user_id.is_not(None))
    wanted = select(User).where(User.id.in_(waiting), User.id.not_in(served)).order_by(User.id)
    if not work.session.scalars(wanted.limit(1)).first():
        return 0
    take_serial_lock(work.session)  # another worker may have been faster: look again
    people = work.session.scalars(wanted).all()
    for person in people:
        made = outbox.put(work, Channel.MAIL, letters.DIGEST, user=person, digest_day=today)
        work.session.flush()
        work.session.execute(
            update(Notice)
            .where(Notice.user_id == person.id, Notice.in_digest, Notice.delivery_id.is_(None))
            .values(delivery_id=made.id)
        )
    return len(people)
