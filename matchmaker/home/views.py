"""The first page, by role, and the search over everything."""

from __future__ import annotations

from datetime import datetime

from flask import render_template, request

from matchmaker.belonging import Belonging
from matchmaker.home import service
from matchmaker.home.wording import FIGURES
from matchmaker.policy import Action, allow
from matchmaker.problems.wording import next_step
from matchmaker.site import Pages, work
from matchmaker.work import LOCAL_ZONE
from models import BudgetReaders, Problem

pages = Pages("home", __name__)

TEMPLATES: dict[type[service.Home], str] = {
    service.VisitorHome: "home/visitor.html",
    service.StaffHome: "home/staff.html",
    service.AdministratorHome: "home/administrator.html",
    service.EnterpriseHome: "home/enterprise.html",
    service.LiaisonHome: "home/liaison.html",
    service.IntermediaryHome: "home/intermediary.html",
}


@pages.page("/", Action.HOME_READ)
def index() -> str:
    home = service.first_page(work())
    return render_template(
        TEMPLATES[type(home)],
        home=home,
        next_step=next_step,
        figure_names=FIGURES,
        budget_is_open=_budget_is_open,
        days_since=_days_since,
    )


@pages.page("/search", Action.HOME_READ)
def search() -> str:
    belonging = Belonging.from_query(request.args)
    return render_template(
        "home/search.html",
        found=service.search(work(), request.args.get("q", ""), belonging),
        belonging=belonging,
        budget_is_open=_budget_is_open,
    )


def _budget_is_open(problem: Problem) -> bool:
    return problem.budget_readers is BudgetReaders.ALL or allow(
        work().actor, Action.PROBLEM_READ_BUDGET, problem
    )


def _days_since(moment: datetime) -> int:
    """Whole days in the bureau's time zone."""
    return (work().today() - moment.astimezone(LOCAL_ZONE).date()).days
