"""The thread of a pairing: its steps, notes, messages and files in one line of time, each reader's part of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby

from sqlalchemy import CompoundSelect, String, case, func, literal, select, union_all
from sqlalchemy.orm import joinedload

from matchmaker.attachments import service as attachments
from matchmaker.pairings.assignment import brokers
from matchmaker.pairings.messages import audiences
from matchmaker.pairings.next_steps import steps_of
from matchmaker.policy import Action, allow, condition
from matchmaker.typed_numbers import number
from matchmaker.work import LOCAL_ZONE, Work
from models import (
    NOTE_KINDS,
    Attachment,
    AttachmentOwner,
    Audience,
    EntryKind,
    NextStep,
    Pairing,
    PairingEvent,
    ThreadEntry,
    User,
)

PAGE_SIZE = 30


class Show(StrEnum):
    """What of the thread is shown."""

    ALL = "all"
    NOTES = "notes"
    MESSAGES = "messages"
    STEPS = "steps"
    """What was decided, and what is or was to be done next."""


@dataclass(frozen=True)
class ThreadFilters:
    show: Show = Show.ALL
    page: int = 1
    size: int = PAGE_SIZE

    @classmethod
    def of(cls, given: Mapping[str, str]) -> ThreadFilters:
        """From an address; what it does not understand is passed over."""
        show, page = given.get("show", ""), given.get("page", "")
        return cls(
            show=Show(show) if show in list(Show) else Show.ALL,
            page=number(page) or 1,
        )


@dataclass(frozen=True)
class Item:
    """A step of the pairing or an entry of the thread; exactly one of the two."""

    at: datetime
    event: PairingEvent | None = None
    entry: ThreadEntry | None = None
    files: Sequence[Attachment] = ()


@dataclass(frozen=True)
class Day:
    """What happened on one day in the bureau's time zone."""

    day: date
    items: Sequence[Item]


@dataclass(frozen=True)
class Thread:
    """Newest first: who opens it wants to know what happened last, and writes where that stands."""

    filters: ThreadFilters
    """With the page that is shown."""
    days: Sequence[Day]
    counts: Mapping[Show, int]
    steps: Sequence[NextStep]
    """Open next steps; for staff only."""
    audiences: tuple[Audience, ...]
    """To whom the reader may write; empty: to nobody."""
    may_note: bool
    withheld: int
    """Internal entries of which administrators learn no more than that they are there."""
    brokers: Sequence[User]
    """To whom the reader may give the pairing; empty for those who do not assign."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.counts[self.filters.show] // self.filters.size))


def thread_of(work: Work, pairing: Pairing, filters: ThreadFilters, told_to_parties: Iterable[str]) -> Thread:
    """One page of the reader's part of the thread. Of the pairing's own steps sides see `told_to_parties`."""
    line = _line(work, pairing, told_to_parties)
    counts = _counts(work, line)
    pages = max(1, -(-counts[filters.show] // filters.size))
    filters = replace(filters, page=max(1, min(filters.page, pages)))
    return Thread(
        filters=filters,
        days=_by_day(_items(work, line, filters)),
        counts=counts,
        steps=steps_of(work, pairing),
        audiences=audiences(work, pairing),
        may_note=allow(work.actor, Action.THREAD_NOTE, pairing),
        withheld=_withheld(work, pairing),
        brokers=brokers(work) if allow(work.actor, Action.PAIRING_ASSIGN, pairing) else (),
    )


def _withheld(work: Work, pairing: Pairing) -> int:
    """How many entries an administrator does not read; the sides are not told that there are any."""
    if not allow(work.actor, Action.PAIRING_QUEUE) or allow(work.actor, Action.THREAD_NOTE, pairing):
        return 0
    hidden = select(func.count(ThreadEntry.id)).where(
        ThreadEntry.pairing_id == pairing.id, ~condition(work.actor, Action.THREAD_READ, ThreadEntry)
    )
    return work.session.scalar(hidden) or 0


def _line(work: Work, pairing: Pairing, told_to_parties: Iterable[str]) -> CompoundSelect[tuple[object, ...]]:
    """(what, id, at) of all that the reader may see, from both tables; `what` is a member of Show but ALL."""
    events = select(
        literal(Show.STEPS.value, String).label("what"),
        literal(0).label("entry"),
        PairingEvent.id.label("id"),
        PairingEvent.created_at.label("at"),
    ).where(PairingEvent.pairing_id == pairing.id)
    if not allow(work.actor, Action.PAIRING_QUEUE):
        events = events.where(PairingEvent.action.in_(sorted(told_to_parties)))
    what = case(
        (ThreadEntry.kind == EntryKind.MESSAGE, Show.MESSAGES.value),
        (ThreadEntry.kind.in_(NOTE_KINDS), Show.NOTES.value),
        else_=Show.STEPS.value,
    )
    entries = select(what, literal(1), ThreadEntry.id, ThreadEntry.created_at).where(
        ThreadEntry.pairing_id == pairing.id, condition(work.actor, Action.THREAD_READ, ThreadEntry)
    )
    return union_all(events, entries)


def _counts(work: Work, line: CompoundSelect[tuple[object, ...]]) -> Mapping[Show, int]:
    found = line.subquery()
    rows = work.session.execute(select(found.c.what, func.count()).group_by(found.c.what)).all()
    counts = {Show(row[0]): int(row[1]) for row in rows}
    return {show: counts.get(show, 0) for show in Show} | {Show.ALL: sum(counts.values())}


def _items(work: Work, line: CompoundSelect[tuple[object, ...]], filters: ThreadFilters) -> list[Item]:
    found = line.subquery()
    wanted = select(found.c.entry, found.c.id)
    if filters.show is not Show.ALL:
        wanted = wanted.where(found.c.what == filters.show.value)
    rows = work.session.execute(
        wanted.order_by(found.c.at.desc(), found.c.entry.desc(), found.c.id.desc())
        .limit(filters.size)
        .offset((filters.page - 1) * filters.size)
    ).all()
    events = _events(work, [row.id for row in rows if not row.entry])
    entries = _entries(work, [row.id for row in rows if row.entry])
    return [entries[row.id] if row.entry else events[row.id] for row in rows]


def _events(work: Work, ids: Sequence[int]) -> Mapping[int, Item]:
    if not ids:
        return {}
    wanted = (
        select(PairingEvent)
        .where(PairingEvent.id.in_(ids))
        .options(
            joinedload(PairingEvent.actor).joinedload(User.organisation), joinedload(PairingEvent.broker)
        )
    )
    return {each.id: Item(each.created_at, event=each) for each in work.session.scalars(wanted)}


def _entries(work: Work, ids: Sequence[int]) -> Mapping[int, Item]:
    if not ids:
        return {}
    wanted = (
        select(ThreadEntry)
        .where(ThreadEntry.id.in_(ids))
        .options(joinedload(ThreadEntry.author).joinedload(User.organisation), joinedload(ThreadEntry.step))
    )
    files = attachments.of_several(work, AttachmentOwner.THREAD_ENTRY, ids)
    return {
        each.id: Item(each.created_at, entry=each, files=files.get(each.id, ()))
        for each in work.session.scalars(wanted)
    }


def _by_day(items: Iterable[Item]) -> list[Day]:
    days = groupby(items, key=lambda each: each.at.astimezone(LOCAL_ZONE).date())
    return [Day(day, list(found)) for day, found in days]
