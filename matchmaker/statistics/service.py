"""The figures of a period, counted from what happened: the events of pairings and records, and the audit of problems.

A state that somebody has changed back since still happened: conversion counts whoever reached a stage, not who is
there now. Times run from the first submission of a problem; a step taken twice counts when it was first taken.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from matchmaker.policy import Action, require
from matchmaker.work import LOCAL_ZONE, Work
from models import (
    AuditEvent,
    CooperationRecord,
    Organisation,
    Pairing,
    PairingEvent,
    PartyRole,
    Problem,
    RecordEvent,
    RecordParty,
)

STAGES = ("suggested", "shortlist", "introduce", "negotiate", "confirm", "signed", "accepted")
"""How far a pairing may come, by the actions of its events; the last two are those of its cooperation record."""
DAY = 86_400.0


class Grouping(StrEnum):
    """What amounts are added up by."""

    FIELD = "field"
    COUNTY = "county"
    INSTITUTION = "institution"
    MODE = "mode"
    MONTH = "month"


@dataclass(frozen=True)
class Period:
    """Days in the bureau's time zone, both included; and the county (empty: all) of the problem or of party A."""

    first: date
    last: date
    county: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str], today: date) -> Period:
        """From an address; without or with days that make no sense: this year until today."""
        first = _day(query.get("from", "")) or today.replace(month=1, day=1)
        last = _day(query.get("to", "")) or today
        period = cls(first, last, query.get("county", "")[:32])
        return period if first <= last else replace(period, first=last, last=first)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From the first's midnight until before the midnight after the last."""
        after = self.last + timedelta(days=1)
        return (
            datetime.combine(self.first, time(), LOCAL_ZONE),
            datetime.combine(after, time(), LOCAL_ZONE),
        )


@dataclass(frozen=True)
class Duration:
    """Days that something took, over those to which it happened in the period; None where it happened to none."""

    name: str
    count: int
    median: float | None
    slowest_tenth: float | None
    """Nine in ten took no longer."""


@dataclass(frozen=True)
class Stage:
    """Pairings of the period's problems that reached a stage."""

    name: str
    count: int
    of_before: float | None
    """Share of those that reached the stage before; None for the first, and where there were none."""


@dataclass(frozen=True)
class Amount:
    """Records signed in the period, in 万元."""

    key: str
    """Code, month, or the organisation's name; empty where the record does not say."""
    records: int
    amount: Decimal
    technology_amount: Decimal


@dataclass(frozen=True)
class Figures:
    period: Period
    durations: Sequence[Duration]
    stages: Sequence[Stage]
    amounts: Mapping[Grouping, Sequence[Amount]]
    total: Amount


def figures(work: Work, period: Period) -> Figures:
    """Everything of one page."""
    require(work.actor, Action.STATISTICS_READ)
    records = _signed(work, period)
    return Figures(
        period,
        _durations(work, period),
        _stages(work, period),
        {each: _added_up(records, KEYS[each]) for each in Grouping},
        _total("", records),
    )


def _durations(work: Work, period: Period) -> list[Duration]:
    """Of what was first published, introduced, confirmed or signed in the period, whenever it was submitted."""
    submitted, published = (
        _first_told(event).subquery() for event in ("problem.submitted", "problem.published")
    )
    signed = (
        select(Pairing.problem_id, func.min(RecordEvent.created_at).label("at"))
        .join(CooperationRecord, CooperationRecord.pairing_id == Pairing.id)
        .join(RecordEvent, RecordEvent.record_id == CooperationRecord.id)
        .where(RecordEvent.action == "signed")
        .group_by(Pairing.problem_id)
        .subquery()
    )
    ends = {
        "publish": published,
        "introduce": _first_step("introduce").subquery(),
        "confirm": _first_step("confirm").subquery(),
        "signed": signed,
    }
    found = []
    for name, end in ends.items():
        rows = work.session.execute(
            select(submitted.c.at, end.c.at)
            .join(end, end.c.problem_id == submitted.c.problem_id)
            .join(Problem, Problem.id == submitted.c.problem_id)
            .where(_within(end.c.at, period), *_of_county(period))
        )
        days = [(ended - began).total_seconds() / DAY for began, ended in rows if ended >= began]
        found.append(_duration(name, days))
    return found


def _duration(name: str, days: list[float]) -> Duration:
    if not days:
        return Duration(name, 0, None, None)
    ordered = sorted(days)
    slow = ordered[min(len(ordered) - 1, -(-9 * len(ordered) // 10) - 1)]
    return Duration(name, len(days), statistics.median(days), slow)


def _first_told(event: str) -> Any:
    """(problem_id, at): when this first stood in the audit of a problem; its own dates are those of the last time."""
    return (
        select(AuditEvent.object_id.label("problem_id"), func.min(AuditEvent.at).label("at"))
        .where(AuditEvent.action == event, AuditEvent.object_kind == Problem.__tablename__)
        .group_by(AuditEvent.object_id)
    )


def _first_step(step: str) -> Any:
    """(problem_id, at): when a step was first taken with a pairing of a problem."""
    return (
        select(Pairing.problem_id, func.min(PairingEvent.created_at).label("at"))
        .join(PairingEvent, PairingEvent.pairing_id == Pairing.id)
        .where(PairingEvent.action == step)
        .group_by(Pairing.problem_id)
    )


def _stages(work: Work, period: Period) -> list[Stage]:
    """Who came further than a stage without an event of it (introduced at once) reached it too."""
    within = (
        select(Pairing.id)
        .join(Problem, Pairing.problem_id == Problem.id)
        .where(_within(Pairing.created_at, period), *_of_county(period))
    )
    reached: dict[int, int] = dict.fromkeys(work.session.scalars(within), 0)
    events = (
        select(PairingEvent.pairing_id, PairingEvent.action)
        .where(PairingEvent.pairing_id.in_(within), PairingEvent.action.in_(STAGES))
        .union(
            select(CooperationRecord.pairing_id, RecordEvent.action)
            .join(RecordEvent, RecordEvent.record_id == CooperationRecord.id)
            .where(CooperationRecord.pairing_id.in_(within), RecordEvent.action.in_(STAGES))
        )
    )
    for pairing, action in work.session.execute(events):
        reached[pairing] = max(reached[pairing], STAGES.index(action))
    counts = [sum(each >= place for each in reached.values()) for place in range(len(STAGES))]
    return [
        Stage(name, count, count / before if before else None)
        for name, count, before in zip(STAGES, counts, (0, *counts), strict=False)
    ]


def _signed(work: Work, period: Period) -> list[CooperationRecord]:
    wanted = (
        select(CooperationRecord)
        .where(CooperationRecord.signed_on.between(period.first, period.last))
        .options(joinedload(CooperationRecord.parties).joinedload(RecordParty.organisation))
    )
    if period.county:
        wanted = wanted.where(
            CooperationRecord.id.in_(
                select(RecordParty.record_id)
                .join(Organisation, RecordParty.organisation_id == Organisation.id)
                .where(RecordParty.role == PartyRole.A, Organisation.county == period.county)
            )
        )
    return list(work.session.scalars(wanted).unique())


def _party(record: CooperationRecord, role: PartyRole) -> Organisation | None:
    return next((each.organisation for each in record.parties if each.role is role), None)


def _county(record: CooperationRecord) -> str:
    party = _party(record, PartyRole.A)
    return (party.county or "") if party else ""


def _institution(record: CooperationRecord) -> str:
    party = _party(record, PartyRole.B)
    return party.name if party else ""


KEYS: Mapping[Grouping, Callable[[CooperationRecord], str]] = {
    Grouping.FIELD: lambda record: record.field or "",
    Grouping.COUNTY: _county,
    Grouping.INSTITUTION: _institution,
    Grouping.MODE: lambda record: record.mode,
    Grouping.MONTH: lambda record: f"{record.signed_on:%Y-%m}",
}


def _added_up(records: Iterable[CooperationRecord], key: Callable[[CooperationRecord], str]) -> list[Amount]:
    """The largest first; months in their order."""
    groups: dict[str, list[CooperationRecord]] = defaultdict(list)
    for each in records:
        groups[key(each)].append(each)
    found = [_total(name, group) for name, group in groups.items()]
    if key is KEYS[Grouping.MONTH]:
        return sorted(found, key=lambda each: each.key)
    return sorted(found, key=lambda each: (-each.amount, -each.records, each.key))


def _total(key: str, records: Sequence[CooperationRecord]) -> Amount:
    return Amount(
        key,
        len(records),
        sum((each.amount or Decimal(0) for each in records), Decimal(0)),
        sum((each.technology_amount or Decimal(0) for each in records), Decimal(0)),
    )


def _within(column: Any, period: Period) -> ColumnElement[bool]:
    start, end = period.moments
    return (column >= start) & (column < end)  # type: ignore[no-any-return]


def _of_county(period: Period) -> list[ColumnElement[bool]]:
    return [Problem.county == period.county] if period.county else []


def _day(typed: str) -> date | None:
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if 2000 <= found.year < 2100 else None
