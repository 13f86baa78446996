"""The lists that can be exported, each under the name that its address has. A new list adds its line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from matchmaker.policy import Action
from matchmaker.spreadsheets import desk_sheets, posting_sheets, record_sheets
from matchmaker.spreadsheets.sheets import Opened
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.work import Work

Query = Mapping[str, str]


@dataclass(frozen=True)
class Listed:
    """A list of the service: what it is called, the right that it asks for, and how it is opened with its filters."""

    title: Any
    action: Action
    open: Callable[[Work, Vocabulary, Query], Opened]


LISTS: Mapping[str, Listed] = {
    "problems": Listed(_("技术难题"), Action.PROBLEM_READ, posting_sheets.problems_of),
    "my-problems": Listed(_("我的难题"), Action.PROBLEM_CREATE, posting_sheets.own_problems),
    "capabilities": Listed(_("科研能力与成果"), Action.CAPABILITY_READ, posting_sheets.capabilities_of),
    "my-capabilities": Listed(_("我的成果"), Action.CAPABILITY_CREATE, posting_sheets.own_capabilities),
    "pairings": Listed(_("匹配"), Action.PAIRING_QUEUE, desk_sheets.pairings_of),
    "calls": Listed(_("难题招标"), Action.CALL_READ, desk_sheets.calls_of),
    "records": Listed(_("合作记录"), Action.RECORD_READ, record_sheets.records_of),
    "organisations": Listed(_("单位"), Action.ORGANISATION_READ, desk_sheets.organisations_of),
    "accounts": Listed(_("账号"), Action.ACCOUNT_RESET, desk_sheets.accounts_of),
    "audit": Listed(_("审计记录"), Action.AUDIT_READ, desk_sheets.audit_of),
}

EVERYTHING: Mapping[str, Callable[[Work, Vocabulary, Query], Opened]] = {
    **{
        name: LISTS[name].open
        for name in ("problems", "capabilities", "records", "organisations", "accounts", "audit")
    },
    "pairings": lambda work, vocabulary, query: desk_sheets.pairings_of(
        work, vocabulary, {"look": "columns"}
    ),
    "calls": desk_sheets.every_call,
}
"""What an administrator gets of all data, by list: each whole, without filters."""
