"""Cooperation records signed in a period, and the contracts registered in it: numbers and amounts, by what they are of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from matchmaker.cooperation.register import UNSTATED
from matchmaker.statistics import lists
from matchmaker.statistics.lists import Kind, Link
from matchmaker.statistics.period import Period, Step, step_name
from matchmaker.work import Work
from models import CooperationRecord, Organisation, PartyRole, RecordParty


class Grouping(StrEnum):
    """What amounts are added up by."""

    FIELD = "field"
    COUNTY = "county"
    INSTITUTION = "institution"
    MODE = "mode"
    CATEGORY = "category"


@dataclass(frozen=True)
class Amount:
    """Records, in 万元, and the list that shows them."""

    key: str
    """Code, month, or an organisation's number; empty where the record does not say."""
    name: str
    """The organisation's; of others empty."""
    records: int
    amount: Decimal
    technology_amount: Decimal
    link: Link


@dataclass(frozen=True)
class Amounts:
    total: Amount
    groups: Mapping[Grouping, Sequence[Amount]]
    over_time: Sequence[Amount]
    registered: Amount
    """Contracts whose registration 认定登记 is of the period, whenever they were signed."""


@dataclass(frozen=True)
class _Row:
    """A record with its two first parties."""

    field: str | None
    mode: str
    category: str | None
    signed_on: Any
    """A day: whoever is in the list is signed."""
    amount: Decimal | None
    technology_amount: Decimal | None
    county: str | None
    institution: int | None
    institution_name: str | None


KEYS: Mapping[Grouping, Callable[[_Row], str]] = {
    Grouping.FIELD: lambda row: row.field or "",
    Grouping.COUNTY: lambda row: row.county or "",
    Grouping.INSTITUTION: lambda row: str(row.institution or ""),
    Grouping.MODE: lambda row: row.mode,
    Grouping.CATEGORY: lambda row: row.category or "",
}
NOTHING = {Grouping.INSTITUTION: "0"}
"""How the address says that there is none; of others UNSTATED."""


def amounts(work: Work, period: Period, step: Step) -> Amounts:
    rows = _rows(work, period)
    groups = {}
    for grouping in Grouping:
        by_key = _grouped(rows, KEYS[grouping])
        found = [
            _added_up(key, group, period.signed(**{grouping.value: key or NOTHING.get(grouping, UNSTATED)}))
            for key, group in by_key.items()
        ]
        groups[grouping] = sorted(found, key=lambda each: (-each.amount, -each.records, each.key))
    by_step = _grouped(rows, lambda row: step_name(step, row.signed_on))
    over_time = [
        _added_up(
            name,
            by_step.get(name, []),
            period.signed(signed_since=first.isoformat(), signed_until=last.isoformat()),
        )
        for name, first, last in period.steps(step)
    ]
    total = _added_up("", rows, period.signed())
    return Amounts(total, groups, over_time, _registered(work, period))


def _rows(work: Work, period: Period) -> list[_Row]:
    first, second = aliased(RecordParty), aliased(RecordParty)
    commissions, carries_out = aliased(Organisation), aliased(Organisation)
    wanted = (
        select(
            CooperationRecord.field,
            CooperationRecord.mode,
            CooperationRecord.contract_category,
            CooperationRecord.signed_on,
            CooperationRecord.amount,
            CooperationRecord.technology_amount,
            commissions.county,
            carries_out.id,
            carries_out.name,
        )
        .outerjoin(first, (first.record_id == CooperationRecord.id) & (first.role == PartyRole.A))
        .outerjoin(commissions, commissions.id == first.organisation_id)
        .outerjoin(second, (second.record_id == CooperationRecord.id) & (second.role == PartyRole.B))
        .outerjoin(carries_out, carries_out.id == second.organisation_id)
        .where(*lists.records(work, period.signed()))
    )
    return [_Row(*row) for row in work.session.execute(wanted).all()]


def _registered(work: Work, period: Period) -> Amount:
    query = period.registered()
    counted, amount, technology = work.session.execute(
        select(
            func.count(CooperationRecord.id),
            func.sum(CooperationRecord.amount),
            func.sum(CooperationRecord.technology_amount),
        ).where(*lists.records(work, query))
    ).one()
    return Amount("", "", counted, amount or Decimal(0), technology or Decimal(0), Link(Kind.RECORDS, query))


def _grouped(rows: Iterable[_Row], key: Callable[[_Row], str]) -> dict[str, list[_Row]]:
    groups: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def _added_up(key: str, rows: Sequence[_Row], query: dict[str, Any]) -> Amount:
    return Amount(
        key,
        (rows[0].institution_name or "") if rows else "",
        len(rows),
        sum((row.amount or Decimal(0) for row in rows), Decimal(0)),
        sum((row.technology_amount or Decimal(0) for row in rows), Decimal(0)),
        Link(Kind.RECORDS, query),
    )
