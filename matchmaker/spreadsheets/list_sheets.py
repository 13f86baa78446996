"""The lists that can be exported, each under the name that its address has. A new list adds its line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from matchmaker.audit.detail_wording import EXPORTED
from matchmaker.policy import Action
from matchmaker.spreadsheets import desk_sheets, partner_sheets, posting_sheets, project_sheets, record_sheets
from matchmaker.spreadsheets.sheets import Opened
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.work import Work

Query = Mapping[str, str]


@dataclass(frozen=True)
class Listed:
    """A list of the service: the right that it asks for, and how it is opened with its filters."""

    action: Action
    open: Callable[[Work, Vocabulary, Query], Opened]


LISTS: Mapping[str, Listed] = {
    "problems": Listed(Action.PROBLEM_READ, posting_sheets.problems_of),
    "my-problems": Listed(Action.PROBLEM_CREATE, posting_sheets.own_problems),
    "capabilities": Listed(Action.CAPABILITY_READ, posting_sheets.capabilities_of),
    "my-capabilities": Listed(Action.CAPABILITY_CREATE, posting_sheets.own_capabilities),
    "pairings": Listed(Action.PAIRING_QUEUE, desk_sheets.pairings_of),
    "calls": Listed(Action.CALL_READ, desk_sheets.calls_of),
    "records": Listed(Action.RECORD_READ, record_sheets.records_of),
    "organisations": Listed(Action.ORGANISATION_READ, desk_sheets.organisations_of),
    "accounts": Listed(Action.ACCOUNT_RESET, desk_sheets.accounts_of),
    "projects": Listed(Action.PROJECT_READ, project_sheets.projects_of),
    "common-needs": Listed(Action.COMMON_NEED_READ, project_sheets.needs_of),
    "carriers": Listed(Action.CARRIER_READ, partner_sheets.carriers_of),
    "alliances": Listed(Action.ALLIANCE_READ, partner_sheets.alliances_of),
    "research-bodies": Listed(Action.ORGANISATION_READ, partner_sheets.bodies_of),
    "services": Listed(Action.SERVICE_READ, partner_sheets.services_of),
    "service-requests": Listed(Action.SERVICE_REQUEST_READ, partner_sheets.requests_of),
    "audit": Listed(Action.AUDIT_READ, desk_sheets.audit_of),
}


def title(name: str) -> str:
    """What a list is called, in the reader's language."""
    return str(EXPORTED[name])


EVERYTHING: Mapping[str, Callable[[Work, Vocabulary, Query], Opened]] = {
    **{
        name: LISTS[name].open
        for name in (
            "problems",
            "capabilities",
            "records",
            "organisations",
            "carriers",
            "alliances",
            "research-bodies",
            "services",
            "service-requests",
            "accounts",
            "audit",
        )
    },
    "pairings": lambda work, vocabulary, query: desk_sheets.pairings_of(
        work, vocabulary, {"look": "columns"}
    ),
    "calls": desk_sheets.every_call,
    "projects": project_sheets.every_project,
}
"""What an administrator gets of all data, by list: each whole, without filters."""
