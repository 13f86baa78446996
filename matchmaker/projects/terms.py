"""What a project says, what it must say for which state, and what cannot be right about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from models import ParticipantRole, Project, ProjectLevel, ProjectStatus

TITLE_LENGTH = 120
TEXT_LENGTH = 4000
MOST_PARTNERS = 12
MOST_SOURCES = 60

FIELDS = (
    "title",
    "programme",
    "plan",
    "level",
    "field",
    "budget",
    "starts_on",
    "ends_on",
    "approval_number",
    "necessity",
    "expected_results",
)
"""Those that terms and project share by name."""

ASKED: Mapping[ProjectStatus, tuple[str, ...]] = {
    # The reserve is what the bureau believes in, an application what a plan's office reads.
    ProjectStatus.RESERVE: ("programme", "level", "sources", "necessity"),
    ProjectStatus.RECOMMENDED: (
        "programme",
        "level",
        "sources",
        "necessity",
        "plan",
        "lead",
        "budget",
        "expected_results",
    ),
    ProjectStatus.APPROVED: ("programme", "level", "plan", "lead", "budget", "expected_results"),
    ProjectStatus.ACCEPTED: ("programme", "level", "plan", "lead", "budget", "expected_results"),
}
"""What a project in such a state says."""


@dataclass(frozen=True)
class ProjectTerms:
    """A project as typed. Money in 万元, codes of the vocabulary, organisations and problems by number."""

    title: str
    programme: str | None = None
    plan: str | None = None
    level: ProjectLevel | None = None
    field: str | None = None
    budget: Decimal | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    approval_number: str = ""
    necessity: str = ""
    expected_results: str = ""
    lead: int | None = None
    partners: tuple[int, ...] = ()
    sources: tuple[int, ...] = ()
    broker_id: int | None = None
    """Looked at on amending only; None: as it is."""


class Fault(StrEnum):
    """Why terms cannot be right; worded in wording.FAULTS."""

    TITLE_MISSING = "title_missing"
    ENDS_BEFORE_START = "ends_before_start"
    ORGANISATION_TWICE = "organisation_twice"
    UNKNOWN_ORGANISATION = "unknown_organisation"
    UNKNOWN_PROBLEM = "unknown_problem"
    TOO_MANY_SOURCES = "too_many_sources"
    ASKED_FOR = "asked_for"
    """The state that the project is in asks for it."""


def faults(terms: ProjectTerms, status: ProjectStatus = ProjectStatus.DISTILLING) -> list[tuple[str, Fault]]:
    """(field, fault) of everything wrong that the terms alone can tell, for a project in that state."""
    return [*_wrong(terms), *((name, Fault.ASKED_FOR) for name in lacking(terms, status))]


def lacking(terms: ProjectTerms, status: ProjectStatus) -> list[str]:
    """What a project with these terms does not say yet and a state asks for."""
    return [name for name in ASKED.get(status, ()) if getattr(terms, name) in (None, "", ())]


def terms_of(project: Project) -> ProjectTerms:
    """As it stands."""
    shared: dict[str, Any] = {name: getattr(project, name) for name in FIELDS}
    by_role = {
        role: tuple(each.organisation_id for each in project.participants if each.role is role)
        for role in ParticipantRole
    }
    return ProjectTerms(
        **shared,
        lead=next(iter(by_role[ParticipantRole.LEAD]), None),
        partners=by_role[ParticipantRole.PARTNER],
        sources=tuple(each.problem_id for each in project.sources),
        broker_id=project.broker_id,
    )


def _wrong(terms: ProjectTerms) -> Iterator[tuple[str, Fault]]:
    if not terms.title.strip():
        yield "title", Fault.TITLE_MISSING
    if terms.starts_on and terms.ends_on and terms.ends_on < terms.starts_on:
        yield "ends_on", Fault.ENDS_BEFORE_START
    organisations = [each for each in (terms.lead, *terms.partners) if each is not None]
    if len(set(organisations)) < len(organisations):
        yield "partners", Fault.ORGANISATION_TWICE
    if len(terms.sources) > MOST_SOURCES:
        yield "sources", Fault.TOO_MANY_SOURCES
