"""The first page, by role: what waits for this person, what fits them, or for a visitor what this is.

Each role has a room beside this module; the numbers and lists are read in a fixed number of queries.
"""

from __future__ import annotations

from matchmaker.home.bureau import AdministratorHome, StaffHome, administrator_home, staff_home
from matchmaker.home.intermediary import IntermediaryHome, intermediary_home
from matchmaker.home.public import VisitorHome, visitor_home
from matchmaker.home.search import SearchResults, search
from matchmaker.home.sides import EnterpriseHome, LiaisonHome, enterprise_home, liaison_home
from matchmaker.policy import Action, require
from matchmaker.work import Work
from models import Role

__all__ = [
    "AdministratorHome",
    "EnterpriseHome",
    "Home",
    "IntermediaryHome",
    "LiaisonHome",
    "SearchResults",
    "StaffHome",
    "VisitorHome",
    "first_page",
    "search",
]

Home = VisitorHome | StaffHome | AdministratorHome | EnterpriseHome | LiaisonHome | IntermediaryHome


def first_page(work: Work) -> Home:
    """What the reader's role comes for."""
    require(work.actor, Action.HOME_READ)
    if work.actor is None:
        return visitor_home(work)
    if work.actor.role is Role.STAFF:
        return staff_home(work)
    if work.actor.role is Role.ADMINISTRATOR:
        return administrator_home(work)
    if work.actor.role is Role.INTERMEDIARY:
        return intermediary_home(work)
    return enterprise_home(work) if work.actor.role is Role.ENTERPRISE else liaison_home(work)
