"""Who may take which step with a problem in which state: the services against one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from matchmaker.policy import Forbidden
from matchmaker.postings.service import PostingNotFound
from matchmaker.problems import service
from matchmaker.work import Work
from models import IllegalStep, Problem, ProblemStatus, User
from tests import factories

ROLES = ("visitor", "enterprise", "other_enterprise", "liaison", "staff", "administrator")
STEPS: dict[str, tuple[Callable[[Work, Problem], Any], ProblemStatus, set[str]]] = {
    "edit": (
        lambda work, it: service.save(work, it, {"title": "另一个名称"}, it.version),
        ProblemStatus.DRAFT,
        {"enterprise"},
    ),
    "submit": (service.submit, ProblemStatus.DRAFT, {"enterprise"}),
    "publish": (service.publish, ProblemStatus.SUBMITTED, {"staff"}),
    "return": (
        lambda work, it: service.send_back(work, it, "请补充指标"),
        ProblemStatus.SUBMITTED,
        {"staff"},
    ),
    "withdraw": (service.withdraw, ProblemStatus.PUBLISHED, {"enterprise", "staff"}),
    "restore": (service.restore, ProblemStatus.WITHDRAWN, {"enterprise", "staff"}),
    "reveal": (service.reveal, ProblemStatus.PUBLISHED, {"enterprise"}),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_open_to_exactly_those_named(
    step: str, role: str, work: Work, people: dict[str, User]
) -> None:
    take, status, allowed = STEPS[step]
    problem = factories.problem(work.session, people["enterprise"], status)
    actor = work.as_actor(people.get(role))
    if role in allowed:
        take(actor, problem)
    else:
        with pytest.raises(Forbidden):
            take(actor, problem)


@pytest.mark.parametrize(
    ("status", "readers"),
    [
        (ProblemStatus.DRAFT, {"enterprise"}),
        (ProblemStatus.SUBMITTED, {"enterprise", "staff", "administrator"}),
        (ProblemStatus.RETURNED, {"enterprise", "staff", "administrator"}),
        (ProblemStatus.WITHDRAWN, {"enterprise", "staff", "administrator"}),
        (ProblemStatus.EXPIRED, {"enterprise", "staff", "administrator"}),
        (ProblemStatus.PUBLISHED, set(ROLES)),
        (ProblemStatus.SOLVED, set(ROLES)),
    ],
)
def test_who_may_know_of_a_problem_follows_from_its_state(
    status: ProblemStatus, readers: set[str], work: Work, people: dict[str, User]
) -> None:
    problem = factories.problem(work.session, people["enterprise"], status)
    found = set()
    for role in ROLES:
        try:
            service.find(work.as_actor(people.get(role)), problem.id)
            found.add(role)
        except PostingNotFound:
            pass
    assert found == readers


@pytest.mark.parametrize("status", [each for each in ProblemStatus if each not in (ProblemStatus.SUBMITTED,)])
def test_only_what_waits_for_the_check_can_be_published(
    status: ProblemStatus, work: Work, people: dict[str, User]
) -> None:
    problem = factories.problem(work.session, people["enterprise"], status)
    with pytest.raises((IllegalStep, Forbidden)):
        service.publish(work.as_actor(people["staff"]), problem)
    assert problem.status is status


def test_a_colleague_of_the_same_organisation_edits_the_draft(work: Work, people: dict[str, User]) -> None:
    colleague = factories.user(work.session, people["enterprise"].role, people["enterprise"].organisation)
    problem = factories.problem(work.session, people["enterprise"], ProblemStatus.DRAFT)
    service.save(work.as_actor(colleague), problem, {"title": "同事改过的名称"}, problem.version)
    assert problem.title == "同事改过的名称"
