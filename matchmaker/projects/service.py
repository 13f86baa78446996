"""Distilled projects: drafted from common needs, taken through their steps, amended, listed.

Other packages import from here; the modules beside this one are its rooms.
"""

from __future__ import annotations

from matchmaker.amendments import FieldChange
from matchmaker.projects.errors import BadTerms, ChangedMeanwhile, Incomplete, ProjectNotFound, ReasonMissing
from matchmaker.projects.events import changes_in
from matchmaker.projects.projects import (
    add_note,
    amend,
    brokers_to_choose,
    create,
    find,
    organisations_to_choose,
    problems_to_choose,
    proposed,
)
from matchmaker.projects.register import (
    EVERY,
    LIVE,
    OPEN,
    OPEN_STATUSES,
    Filters,
    Register,
    Sort,
    every,
    has_any,
)
from matchmaker.projects.register import find as find_all
from matchmaker.projects.sources import FoundProblems, look_up
from matchmaker.projects.steps import REASONED, STEPS, possible, still_asked, take
from matchmaker.projects.terms import Fault, ProjectTerms, faults, terms_of

__all__ = [
    "EVERY",
    "LIVE",
    "OPEN",
    "OPEN_STATUSES",
    "REASONED",
    "STEPS",
    "BadTerms",
    "ChangedMeanwhile",
    "Fault",
    "FieldChange",
    "Filters",
    "FoundProblems",
    "Incomplete",
    "ProjectNotFound",
    "ProjectTerms",
    "ReasonMissing",
    "Register",
    "Sort",
    "add_note",
    "amend",
    "brokers_to_choose",
    "changes_in",
    "create",
    "every",
    "faults",
    "find",
    "find_all",
    "has_any",
    "look_up",
    "organisations_to_choose",
    "possible",
    "problems_to_choose",
    "proposed",
    "still_asked",
    "take",
    "terms_of",
]
