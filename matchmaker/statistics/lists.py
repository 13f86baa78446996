"""Figures are numbers of rows of lists: the rows that a list shows under an address, as conditions to count by.

A figure and the list it leads to are counted by the same address, and so cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from matchmaker.cooperation import register
from matchmaker.organisations import service as organisations
from matchmaker.pairings import service as pairings
from matchmaker.pairings.service import QueueFilters
from matchmaker.postings import service as postings
from matchmaker.work import Work
from models import Capability, CooperationRecord, Organisation, Pairing, Problem


class Kind(StrEnum):
    """The lists there are."""

    PROBLEMS = "problems"
    CAPABILITIES = "capabilities"
    PAIRINGS = "pairings"
    RECORDS = "records"
    ORGANISATIONS = "organisations"


@dataclass(frozen=True)
class Link:
    """A list under the conditions of its address."""

    kind: Kind
    query: Mapping[str, Any]


@dataclass(frozen=True)
class Counted:
    """A number of rows and the list that shows just those."""

    count: int
    link: Link


def problems(work: Work, query: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    return postings.conditions(work, Problem, postings.Filters.from_query(_typed(query)))


def capabilities(work: Work, query: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    return postings.conditions(work, Capability, postings.Filters.from_query(_typed(query)))


def records(work: Work, query: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    return register.conditions(work, register.Filters.from_query(_typed(query)))


def of_pairings(work: Work, query: Mapping[str, Any]) -> Select[Pairing]:
    """Joined with the problem and the capability."""
    return pairings.narrowed(work, QueueFilters.of(_typed(query)))


def count(work: Work, kind: Kind, query: Mapping[str, Any]) -> Counted:
    """How many rows the list has."""
    counting = {
        Kind.PROBLEMS: lambda: select(func.count(Problem.id)).where(*problems(work, query)),
        Kind.CAPABILITIES: lambda: select(func.count(Capability.id)).where(*capabilities(work, query)),
        Kind.RECORDS: lambda: select(func.count(CooperationRecord.id)).where(*records(work, query)),
        Kind.PAIRINGS: lambda: of_pairings(work, query).with_only_columns(func.count(Pairing.id)),
        Kind.ORGANISATIONS: lambda: organisations.matching(
            work, organisations.OrganisationFilter.from_query(_typed(query))
        ).with_only_columns(func.count(Organisation.id)),
    }
    found = work.session.scalar(counting[kind]().order_by(None)) or 0
    return Counted(int(found), Link(kind, query))


def _typed(query: Mapping[str, Any]) -> dict[str, str]:
    """As it comes in an address."""
    return {name: str(value) for name, value in query.items()}
