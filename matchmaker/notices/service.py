"""Notices: told in the same transaction as what they tell of, worded when they are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import func, select, update

from matchmaker.listing import Listing, paginate
from matchmaker.policy import Action, require
from matchmaker.work import LOCAL_ZONE, Work
from models import Notice, Organisation, Role, User

PAGE_SIZE = 40


class NoticeNotFound(LookupError):
    """There is none, or it is somebody else's."""


def tell(work: Work, people: Iterable[User], kind: str, path: str, **details: Any) -> int:
    """Give each person once a notice of `kind` (a key of wording.NOTICES); the actor is not told of their own deed."""
    told = {person.id: person for person in people if person.active and person is not work.actor}
    work.session.add_all(Notice(user_id=each, kind=kind, path=path, details=details) for each in sorted(told))
    return len(told)


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
