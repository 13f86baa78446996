"""Notices: told in the same transaction as what they tell of, worded when they are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import func, select, update

from matchmaker.deliveries import outbox
from matchmaker.listing import Listing, paginate
from matchmaker.notices import choices, letters
from matchmaker.notices.topics import topic_of
from matchmaker.policy import Action, require
from matchmaker.work import LOCAL_ZONE, Work
from models import Channel, Frequency, Notice, Organisation, Role, User, Webhook

PAGE_SIZE = 40


class NoticeNotFound(LookupError):
    """There is none, or it is somebody else's."""


def tell(work: Work, people: Iterable[User], kind: str, path: str, **details: Any) -> int:
    """Give each person once a notice of `kind` (a key of notice_wording.NOTICES); the actor is not told of their own deed.

    The mails and pushes that it calls for are put into the outbox beside it.
    """
    told = {person.id: person for person in people if person.active and person is not work.actor}
    topic = topic_of(kind)
    for user_id, frequency in sorted(choices.of_people(work, told, topic).items()):
        reader = told[user_id]
        if frequency is Frequency.OFF:
            del told[user_id]
            continue
        notice = Notice(user_id=user_id, kind=kind, path=path, details=details)
        if reader.email and frequency is Frequency.AT_ONCE:
            notice.delivery = outbox.put(work, Channel.MAIL, letters.NOTICE, user=reader)
        notice.in_digest = bool(reader.email) and frequency is Frequency.DAILY
        work.session.add(notice)
    _push(work, told.values(), kind, path, details)
    return len(told)


def _push(work: Work, told: Iterable[User], kind: str, path: str, details: dict[str, Any]) -> None:
    """Each organisation's robot says once what any of its members were told."""
    organisations = {person.organisation_id for person in told}
    robots = select(Webhook).where(Webhook.organisation_id.in_(organisations)).order_by(Webhook.id)
    for robot in work.session.scalars(robots):
        outbox.put(
            work,
            Channel.WEBHOOK,
            letters.NOTICE,
            webhook=robot,
            kind=kind,
            path=path,
            details=letters.speakable(details),
        )


def members(work: Work, organisation: Organisation) -> list[User]:
    """The organisation's active members."""
    return list(
        work.session.scalars(
            select(User).where(User.organisation_id == organisation.id, User.active).order_by(User.id)
        )
    )


def staff(work: Work) -> list[User]:
    """The bureau's active staff (not the administrators of accounts)."""
    return list(
        work.session.scalars(select(User).where(User.role == Role.STAFF, User.active).order_by(User.id))
    )


def brokers(work: Work, present: User | None) -> list[User]:
    """Who can be chosen to broker something: the bureau's active staff, and whoever does so now."""
    found = staff(work)
    return found if present is None or present in found else [*found, present]


def unread_count(work: Work) -> int:
    if work.actor is None:
        return 0
    return (
        work.session.scalar(
            select(func.count(Notice.id)).where(Notice.user_id == work.actor.id, Notice.read_at.is_(None))
        )
        or 0
    )


def page(work: Work, number: int) -> Listing[Notice]:
    """One page of the reader's own: the unread first, then the read, each newest first."""
    require(work.actor, Action.NOTICE_READ)
    wanted = (
        select(Notice)
        .where(Notice.user_id == work.person.id)
        .order_by(Notice.read_at.is_not(None), Notice.id.desc())
    )
    return paginate(work.session, wanted, number, PAGE_SIZE)


@dataclass(frozen=True)
class Day:
    """The notices of one day in the bureau's time zone, all read or all unread."""

    day: date
    read: bool
    notices: list[Notice]


def by_day(found: Iterable[Notice]) -> list[Day]:
    """The notices in their order, those of one day together."""
    days = groupby(
        found, key=lambda each: (each.read_at is not None, each.created_at.astimezone(LOCAL_ZONE).date())
    )
    return [Day(day, read, list(notices)) for (read, day), notices in days]


def open_notice(work: Work, notice_id: int) -> Notice:
    """One of the reader's own, from now on read. Raises NoticeNotFound."""
    require(work.actor, Action.NOTICE_READ)
    found = work.session.scalar(
        select(Notice).where(Notice.id == notice_id, Notice.user_id == work.person.id)
    )
    if found is None:
        raise NoticeNotFound(notice_id)
    found.read_at = found.read_at or work.now()
    return found


def mark_read(work: Work, notice_id: int | None = None) -> None:
    """One of the reader's notices, or with None all of them."""
    require(work.actor, Action.NOTICE_READ)
    wanted = update(Notice).where(Notice.user_id == work.person.id, Notice.read_at.is_(None))
    if notice_id is not None:
        wanted = wanted.where(Notice.id == notice_id)
    work.session.execute(wanted.values(read_at=work.now()))
