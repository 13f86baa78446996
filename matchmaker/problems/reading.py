"""What the pages of problems show to their reader, each in one piece."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import defer

from matchmaker.attachments import service as attachments
from matchmaker.confidentiality import service as confidentiality
from matchmaker.duplicates import service as duplicates
from matchmaker.listing import Rows, stream
from matchmaker.pairings import service as pairings
from matchmaker.policy import Action, allow, require
from matchmaker.postings import service as postings
from matchmaker.postings import steps
from matchmaker.postings.documents import document_of
from matchmaker.postings.service import Edit, Filters, Found, Like, Likeness, SuggestionSummary
from matchmaker.problems.service import EDITABLE, find
from matchmaker.work import Work
from models import Attachment, AuditEvent, BudgetReaders, Problem, ProblemStatus

SUGGESTIONS_SHOWN = 5
TITLE_TELLS = 4
"""A shorter title says nothing yet."""
STEPS = {
    "submit": Action.PROBLEM_SUBMIT,
    "publish": Action.PROBLEM_CHECK,
    "return": Action.PROBLEM_CHECK,
    "withdraw": Action.PROBLEM_WITHDRAW,
    "restore": Action.PROBLEM_WITHDRAW,
}
"""The right that each step of the state machine asks of a person; steps not named here are nobody's own."""


@dataclass(frozen=True)
class Rights:
    """Which parts of a problem its reader may read."""

    basis: bool
    budget: bool
    partners: bool
    contact: bool
    know_confidential: bool
    history: bool

    @classmethod
    def of(cls, work: Work, problem: Problem) -> Rights:
        def may(action: Action) -> bool:
            return allow(work.actor, action, problem)

        return cls(
            basis=may(Action.PROBLEM_READ_BASIS),
            budget=budget_is_open(work, problem),
            partners=may(Action.PROBLEM_READ_PARTNERS),
            contact=may(Action.PROBLEM_READ_CONTACT),
            know_confidential=may(Action.PROBLEM_KNOW_CONFIDENTIAL),
            history=may(Action.PROBLEM_READ_HISTORY),
        )


@dataclass(frozen=True)
class ProblemPage:
    """A problem as its reader sees it. Templates show a part only where `may` says so."""

    problem: Problem
    may: Rights
    is_own: bool
    steps: frozenset[str]
    """What the reader can do now: edit, submit, publish, return, withdraw, restore."""
    suggestions: Sequence[pairings.Suggestion]
    attachments: Sequence[Attachment]
    removed_attachments: Sequence[Attachment]
    events: Sequence[AuditEvent]
    revisions: int
    similar: Sequence[Like]
    """For whoever checks it: public ones about much the same thing, without likely copies, which are in `same`."""
    same: duplicates.Notes
    next_waiting: Problem | None
    """For whoever checks: the one to look at after this."""
    guarded: confidentiality.Guarded


@dataclass(frozen=True)
class HistoryPage:
    problem: Problem
    edits: Sequence[Edit]
    events: Sequence[AuditEvent]
    may_read_confidential: bool


@dataclass(frozen=True)
class OwnProblem:
    """A card of `mine`."""

    problem: Problem
    steps: frozenset[str]
    suggestions: SuggestionSummary | None


def page_of(work: Work, problem_id: int) -> ProblemPage:
    """Raises PostingNotFound."""
    problem = find(work, problem_id)
    may, checks = Rights.of(work, problem), allow(work.actor, Action.PROBLEM_CHECK, problem)
    waiting = problem.status is ProblemStatus.SUBMITTED
    return ProblemPage(
        problem=problem,
        may=may,
        is_own=is_own(work, problem),
        steps=steps_of(work, problem),
        suggestions=pairings.suggestions_for(work, problem, SUGGESTIONS_SHOWN),
        attachments=attachments.of(work, problem.KIND, problem.id),
        removed_attachments=attachments.removed_from(work, problem.KIND, problem.id),
        events=steps.events_of(work, problem) if may.history else (),
        revisions=postings.revision_count(work, problem) if may.history else 0,
        similar=_similar(work, problem) if checks and waiting else (),
        same=duplicates.notes_of(work, problem),
        next_waiting=steps.next_waiting(work, problem) if checks else None,
        guarded=confidentiality.guarded(work, problem),
    )


def history_of(work: Work, problem_id: int) -> HistoryPage:
    """Every edit of the published text and every step; an owner who is shown confidential ones leaves a trace.

    Raises PostingNotFound.
    """
    problem = find(work, problem_id)
    require(work.actor, Action.PROBLEM_READ_HISTORY, problem)
    edits, own = postings.edits(work, problem), is_own(work, problem)
    if own and any(change.name == "confidential" for edit in edits for change in edit.changes):
        confidentiality.note_reading(work, problem, "history")
    return HistoryPage(problem, edits, steps.events_of(work, problem), own)


def mine(work: Work) -> list[OwnProblem]:
    """The problems of the actor's organisation: what waits for them first, then the newest."""
    require(work.actor, Action.PROBLEM_CREATE)
    problems = work.session.scalars(
        select(Problem)
        .where(Problem.organisation_id == work.person.organisation_id)
        .order_by(Problem.id.desc())
    ).all()
    summaries = postings.suggestion_summaries(work, problems)
    cards = [OwnProblem(each, steps_of(work, each), summaries.get(each.id)) for each in problems]
    return sorted(cards, key=lambda card: _URGENT_FIRST.get(card.problem.status, 2))


_URGENT_FIRST = {
    ProblemStatus.RETURNED: 0,
    ProblemStatus.EXPIRED: 0,
    ProblemStatus.DRAFT: 1,
    ProblemStatus.SOLVED: 3,
    ProblemStatus.WITHDRAWN: 4,
}


def every_own(work: Work) -> Rows[Problem]:
    """All problems of the actor's organisation, the newest first, for an export; confidential texts are not opened."""
    require(work.actor, Action.PROBLEM_CREATE)
    own = Problem.organisation_id == work.person.organisation_id
    wanted = select(Problem).where(own).order_by(Problem.id.desc())
    return stream(work.session, wanted.options(defer(Problem.confidential)))


def listed(work: Work, filters: Filters) -> Found:
    require(work.actor, Action.PROBLEM_READ)
    return postings.find(work, Problem, filters)


def budget_is_open(work: Work, problem: Problem) -> bool:
    """Whether the reader may see the budget: the owner chose who may."""
    return problem.budget_readers is BudgetReaders.ALL or allow(
        work.actor, Action.PROBLEM_READ_BUDGET, problem
    )


def likeness_of(work: Work, values: Mapping[str, Any], problem_id: int | None) -> Likeness | None:
    """For the text typed so far; None while there is too little of it. `problem_id` is that of a stored draft."""
    require(work.actor, Action.PROBLEM_CREATE)
    empty: dict[str, Any] = {
        "title": "",
        "background": "",
        "statement": "",
        "targets": [],
        "targets_text": "",
        "basis": "",
        "confidential": "",
    }
    draft = Problem(id=problem_id or 0, **(empty | dict(values)))
    if len(draft.title) < TITLE_TELLS:
        return None
    return postings.likeness(work, document_of(draft, searchable=False))


def is_own(work: Work, problem: Problem) -> bool:
    return work.actor is not None and allow(work.actor, Action.PROBLEM_EDIT, problem)


def steps_of(work: Work, problem: Problem) -> frozenset[str]:
    """The steps that the state allows and the actor may take, and "edit"."""
    possible = {
        step
        for step in Problem.MACHINE.actions(problem.status)
        if step in STEPS and allow(work.actor, STEPS[step], problem)
    }
    if problem.status in EDITABLE and allow(work.actor, Action.PROBLEM_EDIT, problem):
        possible.add("edit")
    return frozenset(possible)


def _similar(work: Work, problem: Problem) -> list[Like]:
    found = postings.similar(work, document_of(problem, searchable=False))
    return [each for each in found if not each.is_copy]
