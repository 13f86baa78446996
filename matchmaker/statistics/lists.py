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
from matchmaker.organisations import service as bodies
from matchmaker.pairings import service as pairings
from matchmaker.pairings.service import QueueFilters
from matchmaker.postings import service as postings
from matchmaker.work import Work
from models import Capability, Organisation, Pairing, Problem


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


def organisations(work: Work, query: Mapping[str, Any]) -> Select[Organisation]:
    return bodies.matching(work, bodies.OrganisationFilter.from_query(_typed(query)))


def count_problems(work: Work, query: Mapping[str, Any]) -> Counted:
    found = work.session.scalar(select(func.count(Problem.id)).where(*problems(work, query)))
    return Counted(found or 0, Link(Kind.PROBLEMS, query))


def count_pairings(work: Work, query: Mapping[str, Any]) -> Counted:
    found = work.session.scalar(of_pairings(work, query).with_only_columns(func.count(Pairing.id)))
    return Counted(found or 0, Link(Kind.PAIRINGS, query))


def _typed(query: Mapping[str, Any]) -> dict[str, str]:
    """As it comes in an address."""
    return {name: str(value) for name, value in query.items()}
