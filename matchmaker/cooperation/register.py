"""The register of records 台账: filters, order, pages, and the sums over what the filters let through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from matchmaker.belonging import Belonging
from matchmaker.cooperation.steps import RUNNING
from matchmaker.days import EVER, FIRST_YEAR, Days
from matchmaker.listing import Listing, Rows, paginate, stream
from matchmaker.policy import Action, condition
from matchmaker.typed_numbers import number
from matchmaker.work import Work
from models import (
    CooperationRecord,
    Milestone,
    MilestoneStatus,
    Organisation,
    PartyRole,
    RecordEvent,
    RecordParty,
    RecordStatus,
    User,
)

LONGEST_QUERY = 100
OPEN = "open"
"""As a state in a list's address: whatever runs, from intention to acceptance."""


SIGNED_EVER = Days(since=date(FIRST_YEAR, 1, 1))
"""Signed at all, as an address can say it: an intention has no contract, and no day of signing."""
UNSTATED = "none"
"""As a field, category or county: that the record says nothing of it."""


class Sort(StrEnum):
    UPDATED = "updated"
    SIGNED = "signed"
    AMOUNT = "amount"
    DUE = "due"


@dataclass(frozen=True)
class Filters:
    """What a list's address asks for; codes that do not exist find nothing, numbers that are none are passed over."""

    q: str = ""
    state: str = ""
    field: str = ""
    mode: str = ""
    category: str = ""
    broker: int | None = None
    county: str = ""
    """Of party A."""
    institution: int | None = None
    """Party B's organisation; 0: there is no party B."""
    signed: Days = EVER
    registered: Days = EVER
    """认定登记 of the contract."""
    late: bool = False
    carrier: int | None = None
    alliance: int | None = None
    """To which one of its parties belongs."""
    sort: Sort = Sort.UPDATED
    page: int = 1

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Filters:
        texts = ("q", "state", "field", "mode", "category", "county")
        sort = query.get("sort", "")
        return cls(
            **{name: query.get(name, "").replace("\x00", "").strip()[:LONGEST_QUERY] for name in texts},
            broker=number(query.get("broker")),
            institution=number(query.get("institution")),
            signed=Days.of(query, "signed_since", "signed_until"),
            registered=Days.of(query, "registered_since", "registered_until"),
            late=query.get("late", "") not in ("", "0"),
            carrier=number(query.get("carrier")),
            alliance=number(query.get("alliance")),
            sort=Sort(sort) if sort in list(Sort) else Sort.UPDATED,
            page=number(query.get("page")) or 1,
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything but order and page is asked for."""
        return self != Filters(sort=self.sort, page=self.page)

    @property
    def chosen(self) -> bool:
        """Whether anything but words, order and page is asked for."""
        return self != Filters(q=self.q, sort=self.sort, page=self.page)


@dataclass(frozen=True)
class Entry:
    """A record in the list: `late` of its milestones are late, the next open one is due on `next_due`."""

    record: CooperationRecord
    late: int
    next_due: date | None
    updated_at: datetime


@dataclass(frozen=True)
class Register:
    """A page of the register, the sums of all its pages, and the brokers there are to filter by."""

    listing: Listing[Entry]
    amount: Decimal
    technology_amount: Decimal
    brokers: Sequence[User]
    institution: str
    """The name of party B that the list is narrowed to."""


def find(work: Work, filters: Filters) -> Register:
    """The records that the actor may read and the filters let through."""
    wanted = [condition(work.actor, Action.RECORD_READ, CooperationRecord), *_conditions(work, filters)]
    query = (
        select(CooperationRecord)
        .where(*wanted)
        .order_by(*_order(filters.sort))
        .options(joinedload(CooperationRecord.broker), selectinload(CooperationRecord.parties))
    )
    listing = paginate(work.session, query, filters.page, work.settings.page_size)
    amount, technology = work.session.execute(
        select(func.sum(CooperationRecord.amount), func.sum(CooperationRecord.technology_amount)).where(
            *wanted
        )
    ).one()
    entries = _entries(work, listing.items)
    return Register(
        Listing(entries, listing.page, listing.size, listing.total),
        amount or Decimal(0),
        technology or Decimal(0),
        _brokers(work),
        _institution(work, filters),
    )


def amount(work: Work, filters: Filters) -> Decimal:
    """What the contracts of the whole list add up to, in 万元."""
    return work.session.scalar(
        select(func.sum(CooperationRecord.amount)).where(*conditions(work, filters))
    ) or Decimal(0)


def every(work: Work, filters: Filters) -> Rows[CooperationRecord]:
    """All records of the list, in its order, for an export."""
    query = _wanted(work, filters).order_by(*_order(filters.sort))
    return stream(work.session, query.options(joinedload(CooperationRecord.broker)))


def milestones(work: Work, filters: Filters) -> Rows[Milestone]:
    """The milestones of all records of the list, record by record in the order of their numbers."""
    listed = _wanted(work, filters).with_only_columns(CooperationRecord.id).order_by(None)
    query = (
        select(Milestone)
        .join(Milestone.record)
        .where(Milestone.record_id.in_(listed))
        .order_by(CooperationRecord.number, Milestone.due_on, Milestone.id)
        .options(contains_eager(Milestone.record))
    )
    return stream(work.session, query)


def _wanted(work: Work, filters: Filters) -> Select[CooperationRecord]:
    readable = condition(work.actor, Action.RECORD_READ, CooperationRecord)
    return select(CooperationRecord).where(readable, *_conditions(work, filters))


def conditions(work: Work, filters: Filters) -> list[ColumnElement[bool]]:
    """Which records the register has, for figures that count them."""
    return [condition(work.actor, Action.RECORD_READ, CooperationRecord), *_conditions(work, filters)]


def late_milestone(today: date) -> ColumnElement[bool]:
    """`Milestone.is_late` in SQL; only while its record runs does anybody wait for it."""
    return and_(
        Milestone.status == MilestoneStatus.PLANNED,
        Milestone.due_on < today,
        Milestone.record_id.in_(select(CooperationRecord.id).where(CooperationRecord.status.in_(RUNNING))),
    )


def _conditions(work: Work, filters: Filters) -> list[ColumnElement[bool]]:
    equal = {
        CooperationRecord.field: filters.field,
        CooperationRecord.mode: filters.mode,
        CooperationRecord.contract_category: filters.category,
        CooperationRecord.broker_id: filters.broker,
    }
    wanted: list[ColumnElement[bool]] = [
        func.coalesce(column, "") == "" if value == UNSTATED else column == value
        for column, value in equal.items()
        if value
    ]
    wanted += [*_of_parties(filters), *filters.signed.dates(CooperationRecord.signed_on)]
    wanted += filters.registered.dates(CooperationRecord.registered_on)
    if filters.state:
        known = [RecordStatus(filters.state)] if filters.state in list(RecordStatus) else []
        wanted.append(CooperationRecord.status.in_(RUNNING if filters.state == OPEN else known))
    if filters.late:
        late = select(Milestone.record_id).where(late_milestone(work.today()))
        wanted.append(CooperationRecord.id.in_(late))
    for belonging in (Belonging(carrier=filters.carrier), Belonging(alliance=filters.alliance)):
        if belonging:
            parties = select(RecordParty.record_id).where(*belonging.of(RecordParty.organisation_id))
            wanted.append(CooperationRecord.id.in_(parties))
    if filters.q:
        wanted.append(_named(filters.q))
    return wanted


def _of_parties(filters: Filters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.county:
        of_county = select(RecordParty.record_id).join(Organisation).where(RecordParty.role == PartyRole.A)
        if filters.county == UNSTATED:
            stated = of_county.where(func.coalesce(Organisation.county, "") != "")
            wanted.append(CooperationRecord.id.not_in(stated))
        else:
            wanted.append(CooperationRecord.id.in_(of_county.where(Organisation.county == filters.county)))
    if filters.institution is not None:
        second = select(RecordParty.record_id).where(RecordParty.role == PartyRole.B)
        named = second.where(RecordParty.organisation_id == filters.institution)
        wanted.append(
            CooperationRecord.id.in_(named) if filters.institution else CooperationRecord.id.not_in(second)
        )
    return wanted


def _named(words: str) -> ColumnElement[bool]:
    """By number, title, contract number, or the name of a party."""
    pattern = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    of_party = (
        select(RecordParty.record_id)
        .join(Organisation, Organisation.id == RecordParty.organisation_id)
        .where(Organisation.name.ilike(pattern, escape="\\"))
    )
    columns = (CooperationRecord.number, CooperationRecord.title, CooperationRecord.contract_number)
    return or_(
        CooperationRecord.id.in_(of_party), *(column.ilike(pattern, escape="\\") for column in columns)
    )


def _order(sort: Sort) -> list[Any]:
    newest = CooperationRecord.id.desc()
    if sort is Sort.SIGNED:
        return [CooperationRecord.signed_on.is_(None), CooperationRecord.signed_on.desc(), newest]
    if sort is Sort.AMOUNT:
        return [CooperationRecord.amount.is_(None), CooperationRecord.amount.desc(), newest]
    if sort is Sort.DUE:
        due = _next_due()
        return [due.is_(None), due, newest]
    return [func.coalesce(_updated(), CooperationRecord.created_at).desc(), newest]


def _next_due() -> ScalarSelect[Any]:
    return (
        select(func.min(Milestone.due_on))
        .where(
            Milestone.record_id == CooperationRecord.id,
            Milestone.status == MilestoneStatus.PLANNED,
            CooperationRecord.status.in_(RUNNING),
        )
        .correlate(CooperationRecord)
        .scalar_subquery()
    )


def _updated() -> ScalarSelect[Any]:
    return (
        select(func.max(RecordEvent.created_at))
        .where(RecordEvent.record_id == CooperationRecord.id)
        .correlate(CooperationRecord)
        .scalar_subquery()
    )


def _entries(work: Work, records: Sequence[CooperationRecord]) -> list[Entry]:
    ids = [record.id for record in records]
    late = _by_record(
        work,
        select(Milestone.record_id, func.count(Milestone.id)).where(late_milestone(work.today())),
        Milestone.record_id,
        ids,
    )
    due = _by_record(
        work,
        select(Milestone.record_id, func.min(Milestone.due_on)).where(
            Milestone.status == MilestoneStatus.PLANNED
        ),
        Milestone.record_id,
        ids,
    )
    updated = _by_record(
        work, select(RecordEvent.record_id, func.max(RecordEvent.created_at)), RecordEvent.record_id, ids
    )
    return [
        Entry(
            record,
            late.get(record.id, 0),
            due.get(record.id) if record.status in RUNNING else None,
            updated.get(record.id, record.created_at),
        )
        for record in records
    ]


def _by_record(work: Work, query: Select[Any, Any], owner: Any, ids: Sequence[int]) -> dict[int, Any]:
    rows = work.session.execute(query.where(owner.in_(ids)).group_by(owner))
    return {row[0]: row[1] for row in rows}


def _institution(work: Work, filters: Filters) -> str:
    """Only where the reader has a record with it: names of others stay unknown to the sides."""
    if not filters.institution:
        return ""
    named = select(Organisation.name).where(Organisation.id == filters.institution)
    if work.actor is not None and work.actor.is_staff:
        return work.session.scalar(named) or ""
    return ""


def _brokers(work: Work) -> Sequence[User]:
    if work.actor is None or not work.actor.is_staff:
        return []
    brokering = select(CooperationRecord.broker_id).distinct()
    return work.session.scalars(select(User).where(User.id.in_(brokering)).order_by(User.name)).all()
