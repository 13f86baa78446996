"""What people do with problems: write, submit, check, publish, return, withdraw, restore, expire, read what is confidential."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy import select

from matchmaker.audit import service as audit
from matchmaker.confidentiality import service as confidentiality
from matchmaker.duplicates import service as duplicates
from matchmaker.pairings import service as pairings
from matchmaker.policy import Action, allow, require
from matchmaker.postings import service as postings
from matchmaker.postings import steps
from matchmaker.postings.service import Incomplete, NotEditable, NotVerified, PostingNotFound, ReasonMissing
from matchmaker.work import Work
from models import Problem, ProblemStatus
from models.sealed import Unreadable

DRAFTS = (ProblemStatus.DRAFT, ProblemStatus.RETURNED)
"""Nobody but the author's organisation works with these texts: they may be incomplete and are saved while typing."""
EDITABLE = (*DRAFTS, ProblemStatus.PUBLISHED, ProblemStatus.EXPIRED)
REQUIRED = (
    "title",
    "need",
    "background",
    "statement",
    "field",
    "industry",
    "county",
    "modes",
    "wanted_by",
    "valid_until",
    "contact_name",
)
"""What a problem must have to be submitted; the form asks for more than that it is there."""

log = structlog.get_logger()


def find(work: Work, problem_id: int) -> Problem:
    """Raises PostingNotFound, also for a problem that the actor may not know of."""
    problem = work.session.get(Problem, problem_id)
    if problem is None or not allow(work.actor, Action.PROBLEM_READ, problem):
        raise PostingNotFound("problem", problem_id)
    return problem


def find_own(work: Work, problem_id: int) -> Problem:
    """A problem that the actor may edit, in whatever state. Raises PostingNotFound and Forbidden."""
    problem = find(work, problem_id)
    require(work.actor, Action.PROBLEM_EDIT, problem)
    return problem


def missing(problem: Problem) -> tuple[str, ...]:
    """The required fields that are empty."""
    return tuple(name for name in REQUIRED if not getattr(problem, name))


def defaults(work: Work) -> dict[str, Any]:
    """What a new problem's form starts with."""
    require(work.actor, Action.PROBLEM_CREATE)
    person, organisation = work.person, work.person.organisation
    return {
        "county": organisation.county,
        "industry": organisation.industry,
        "contact_name": person.name,
        "contact_phone": person.mobile or organisation.contact_phone,
        "contact_email": person.email or organisation.contact_email,
        "valid_until": steps.default_validity(work),
    }


def create(work: Work, values: Mapping[str, Any]) -> Problem:
    """A new draft of the actor's organisation."""
    require(work.actor, Action.PROBLEM_CREATE)
    problem = Problem(organisation=work.person.organisation, author=work.person, created_at=work.now())
    work.session.add(problem)
    postings.write(work, problem, values, seen=None, keep_old=False)
    work.session.flush()
    audit.record(work, "problem.created", problem)
    log.info("problem.created", id=problem.id, actor=work.person.id)
    return problem


def save(work: Work, problem: Problem, values: Mapping[str, Any], seen: int) -> list[str]:
    """Write what was typed; returns the names of the fields that changed.

    A published text stays published: the old one is kept as a revision, the new one indexed and matched at once.
    Raises NotEditable, EditConflict, and Incomplete where a published text would lose something required.
    """
    require(work.actor, Action.PROBLEM_EDIT, problem)
    if problem.status not in EDITABLE:
        raise NotEditable(problem)
    changed = postings.write(work, problem, values, seen, keep_old=problem.status not in DRAFTS)
    if not changed:
        return []
    audit.record(work, "problem.edited", problem, fields=changed)
    if problem.status is ProblemStatus.PUBLISHED:
        if lacking := missing(problem):
            raise Incomplete(problem, lacking)
        _match(work, problem)
    return changed


def autosave(work: Work, problem: Problem, values: Mapping[str, Any], seen: int) -> None:
    """Write what is typed into a draft so far. Not an audit event: what counts is what is submitted.

    Raises NotEditable and EditConflict.
    """
    require(work.actor, Action.PROBLEM_EDIT, problem)
    if problem.status not in DRAFTS:
        raise NotEditable(problem)
    postings.write(work, problem, values, seen, keep_old=False)


def submit(work: Work, problem: Problem) -> None:
    """Hand it to the bureau; it is indexed, not searchable, and has its suggestions at once.

    Raises NotVerified, Incomplete, IllegalStep.
    """
    require(work.actor, Action.PROBLEM_SUBMIT, problem)
    if not problem.organisation.is_verified:
        raise NotVerified(problem)
    if lacking := missing(problem):
        raise Incomplete(problem, lacking)
    if problem.status is ProblemStatus.EXPIRED:
        postings.keep(work, problem)  # it was public, and may be returned and edited as a draft is
    steps.step(work, problem, "submit", "problem.submitted")
    problem.submitted_at = work.now()
    problem.return_reason = ""
    _match(work, problem)
    steps.tell_staff(work, problem, "problem.submitted")


def publish(work: Work, problem: Problem) -> None:
    """Show it to everyone. Matched again: there may be new capabilities since it was submitted.

    Raises NotVerified where the organisation's verification was taken back meanwhile.
    """
    require(work.actor, Action.PROBLEM_CHECK, problem)
    if not problem.organisation.is_verified:
        raise NotVerified(problem)
    steps.step(work, problem, "publish", "problem.published")
    problem.published_at = work.now()
    if problem.valid_until is None or problem.valid_until <= work.today():
        problem.valid_until = steps.default_validity(work)
    _match(work, problem)
    steps.tell_owner(work, problem, "problem.published")


def send_back(work: Work, problem: Problem, reason: str) -> None:
    """Return it to its author with what is to be changed; the text is kept, to be compared when it comes again.

    Raises ReasonMissing.
    """
    require(work.actor, Action.PROBLEM_CHECK, problem)
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    postings.keep(work, problem)
    steps.step(work, problem, "return", "problem.returned", reason=reason)
    problem.return_reason = reason
    pairings.retract(work, problem)
    steps.tell_owner(work, problem, "problem.returned", reason=reason)


def recheck(work: Work, problem: Problem) -> None:
    """Take back what the bureau decided a moment ago: it waits again. Whether that is still right the caller knows."""
    require(work.actor, Action.PROBLEM_CHECK, problem)
    if problem.status is ProblemStatus.PUBLISHED:
        steps.forget_publication(work, problem)
    steps.step(work, problem, "recheck", "problem.rechecked")
    problem.return_reason = ""
    _match(work, problem)
    steps.tell_owner(work, problem, "problem.rechecked")


def withdraw(work: Work, problem: Problem) -> None:
    """Take it out of public view, by its owner or by staff."""
    require(work.actor, Action.PROBLEM_WITHDRAW, problem)
    steps.step(work, problem, "withdraw", "problem.withdrawn")
    _take_down(work, problem)
    if work.person.organisation_id != problem.organisation_id:
        steps.tell_owner(work, problem, "problem.withdrawn")


def restore(work: Work, problem: Problem) -> None:
    """A withdrawn problem becomes a draft again; what was public before is kept as a revision."""
    require(work.actor, Action.PROBLEM_WITHDRAW, problem)
    if problem.published_at is not None:
        postings.keep(work, problem)
    steps.step(work, problem, "restore", "problem.restored")
    if work.person.organisation_id != problem.organisation_id:
        steps.tell_owner(work, problem, "problem.restored")


def reveal(work: Work, problem: Problem, where: str = "page") -> str:
    """The confidential text, for those who may read it; that they did is an audit event, unless there is nothing.

    An Unreadable where its key is not at hand; that is no reading.
    """
    require(work.actor, Action.PROBLEM_READ_CONFIDENTIAL, problem)
    if problem.confidential and not isinstance(problem.confidential, Unreadable):
        confidentiality.note_reading(work, problem, where)
    return problem.confidential


def expire_due(work: Work) -> int:
    """Published problems whose validity has ended leave public view; returns how many. For a daily command."""
    due = work.session.scalars(
        select(Problem)
        .where(Problem.status == ProblemStatus.PUBLISHED, Problem.valid_until < work.today())
        .order_by(Problem.id)
    ).all()
    for problem in due:
        steps.step(work, problem, "expire", "problem.expired")
        _take_down(work, problem)
        steps.tell_owner(work, problem, "problem.expired")
    return len(due)


def _match(work: Work, problem: Problem) -> None:
    postings.index(work, problem)
    duplicates.look(work, problem)
    if problem.same_as_id is None:
        pairings.suggest(work, problem)


def _take_down(work: Work, problem: Problem) -> None:
    postings.hide(work, problem)
    pairings.retract(work, problem)
