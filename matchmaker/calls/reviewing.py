"""Reviewers are named, declare that nothing ties them to a proposer, and score each criterion; then there is a ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import or_, select

from matchmaker.audit import service as audit
from matchmaker.calls import steps
from matchmaker.calls.errors import (
    BadTerms,
    CallNotFound,
    Fault,
    NotDeclared,
    ReviewFinished,
    ReviewsOutstanding,
    ScoresMissing,
    Tied,
)
from matchmaker.notices import service as notices
from matchmaker.policy import Action
from matchmaker.work import Work
from models import Call, CallStatus, IllegalStep, Proposal, Reviewer, Role, Score, User

WORD_LENGTH = 500
DECLARATION_LENGTH = 500
MOST_POINTS = 100
PLACES = Decimal("0.01")


@dataclass(frozen=True)
class Mark:
    """Points from 0 to 100 for one criterion, and a word on why."""

    points: int
    word: str = ""


@dataclass(frozen=True)
class Ranked:
    """A proposal's `place`, from 1; those with the very same mean share it and are `tied`.

    `mean` is the weighted mean of all reviewers' points, to two places; `by_reviewer` are their weighted points.
    """

    proposal: Proposal
    place: int
    tied: bool
    mean: Decimal
    by_reviewer: Mapping[int, Decimal]


def find_account(work: Work, login: str) -> User | None:
    """The active account with this e-mail address or mobile number."""
    given = login.strip()
    return work.session.scalar(
        select(User).where(or_(User.email == given.lower(), User.mobile == given), User.active)
    )


def name_reviewer(work: Work, call: Call, login: str) -> Reviewer:
    """Staff, or an account of a verified organisation that handed in nothing. Raises BadTerms, IllegalStep."""
    steps.begin(work, call, Action.CALL_DECIDE)
    _refuse_unless_under_review(call, "name_reviewer")
    user = find_account(work, login)
    fault = Fault.NO_ACCOUNT if user is None else _fault(call, user)
    if user is None or fault is not None:
        raise BadTerms([("login", fault or Fault.NO_ACCOUNT)])
    reviewer = Reviewer(call_id=call.id, user=user, named_by_id=work.person.id, created_at=work.now())
    call.reviewers.append(reviewer)
    work.session.flush()
    steps.note(work, call, "name_reviewer", user.name)
    audit.record(work, "call.reviewer_named", call, user=user.id)
    notices.tell(work, [user], "call.reviewer_named", f"{steps.path_of(call)}/review", title=call.title)
    return reviewer


def remove_reviewer(work: Work, call: Call, reviewer_id: int) -> None:
    """One who does not answer. Raises ReviewFinished for one whose scores are in or who stepped back: that one could be
    named again and declare otherwise; CallNotFound."""
    steps.begin(work, call, Action.CALL_DECIDE)
    _refuse_unless_under_review(call, "remove_reviewer")
    reviewer = next((each for each in call.reviewers if each.id == reviewer_id), None)
    if reviewer is None:
        raise CallNotFound(reviewer_id)
    if reviewer.finished_at is not None or reviewer.conflicted:
        raise ReviewFinished(reviewer)
    steps.note(work, call, "remove_reviewer", reviewer.user.name)
    audit.record(work, "call.reviewer_removed", call, user=reviewer.user_id)
    work.session.delete(reviewer)
    work.session.flush()
    work.session.expire(call, ["reviewers"])


def declare(work: Work, call: Call, conflicted: bool, text: str) -> Reviewer:
    """What the actor declares before seeing a proposal. A conflict, or being of a proposer, ends the review.

    Raises Tied for a member of a proposer's organisation: the declaration is kept, as a conflict.
    """
    reviewer = _own_review(work, call)
    if reviewer.declared_at is not None:
        raise IllegalStep(call, call.status, "declare")
    proposers = {each.organisation_id for each in steps.handed_in(call)}
    tied = work.person.organisation_id in proposers
    reviewer.declared_at, reviewer.conflicted = work.now(), conflicted or tied
    reviewer.declaration = text.strip()
    steps.note(work, call, "step_back" if reviewer.conflicted else "declare", text)
    audit.record(work, "call.reviewer_declared", call, conflicted=reviewer.conflicted)
    if reviewer.conflicted:
        path = steps.path_of(call)
        notices.tell(
            work, notices.staff(work), "call.reviewer_tied", path, title=call.title, name=work.person.name
        )
    return reviewer


def save_scores(work: Work, proposal: Proposal, marks: Mapping[int, Mark]) -> None:
    """The actor's own marks of a proposal by criterion id, whole or in part; they change until all are handed in.

    Raises ReviewFinished, NotDeclared, Tied, ValueError for points or criteria that are none.
    """
    call = proposal.call
    reviewer = _judging(work, call)
    known = {each.criterion_id: each for each in reviewer.scores if each.proposal_id == proposal.id}
    criteria = {each.id for each in call.criteria}
    for criterion_id, mark in marks.items():
        if criterion_id not in criteria or not 0 <= mark.points <= MOST_POINTS:
            raise ValueError(f"criterion {criterion_id}: {mark.points}")
        score = known.get(criterion_id)
        if score is None:
            score = Score(proposal_id=proposal.id, criterion_id=criterion_id, created_at=work.now())
            reviewer.scores.append(score)
        score.points, score.word = mark.points, mark.word.strip()
    work.session.flush()


def finish(work: Work, call: Call) -> None:
    """Hand in the actor's scores of all proposals; from now on they stay. Raises ScoresMissing and as save_scores."""
    reviewer = _judging(work, call)
    scored = {(each.proposal_id, each.criterion_id) for each in reviewer.scores}
    missing = [
        proposal
        for proposal in steps.handed_in(call)
        if any((proposal.id, each.id) not in scored for each in call.criteria)
    ]
    if missing:
        raise ScoresMissing(missing)
    reviewer.finished_at = work.now()
    steps.note(work, call, "finish_review")
    audit.record(work, "call.review_finished", call)
    if all_in(call):
        path = steps.path_of(call)
        notices.tell(work, notices.staff(work), "call.reviews_in", path, title=call.title)


def judging(call: Call) -> list[Reviewer]:
    """Those who count: not the ones that stepped back."""
    return [each for each in call.reviewers if not each.conflicted]


def all_in(call: Call) -> bool:
    """Whether somebody judged, and everybody who is to has."""
    counted = judging(call)
    return bool(counted) and all(each.finished_at is not None for each in counted)


def ranking(call: Call) -> list[Ranked]:
    """Best first. Raises ReviewsOutstanding: nobody sees a part of it, staff no more than reviewers."""
    if not all_in(call):
        raise ReviewsOutstanding
    weights = {each.id: each.weight for each in call.criteria}
    reviewers = judging(call)
    totals: dict[int, dict[int, int]] = {each.id: {} for each in steps.handed_in(call)}
    for reviewer in reviewers:
        for score in reviewer.scores:
            if score.proposal_id in totals:
                of_proposal = totals[score.proposal_id]
                weighted = score.points * weights[score.criterion_id]
                of_proposal[reviewer.id] = of_proposal.get(reviewer.id, 0) + weighted
    sums = {proposal_id: sum(each.values()) for proposal_id, each in totals.items()}
    ranked = []
    for proposal in sorted(steps.handed_in(call), key=lambda each: (-sums[each.id], each.id)):
        own = sums[proposal.id]
        ranked.append(
            Ranked(
                proposal=proposal,
                place=1 + sum(other > own for other in sums.values()),
                tied=sum(other == own for other in sums.values()) > 1,
                mean=_rounded(own, MOST_POINTS * len(reviewers)),
                by_reviewer={
                    each: _rounded(points, MOST_POINTS) for each, points in totals[proposal.id].items()
                },
            )
        )
    return ranked


def own_review(work: Work, call: Call) -> Reviewer | None:
    """The actor's place among the reviewers."""
    return next((each for each in call.reviewers if work.actor and each.user_id == work.actor.id), None)


def own_marks(reviewer: Reviewer, proposals: Sequence[Proposal]) -> dict[int, dict[int, Mark]]:
    """{proposal id: {criterion id: mark}} of what a reviewer scored so far."""
    marks: dict[int, dict[int, Mark]] = {each.id: {} for each in proposals}
    for score in reviewer.scores:
        marks.setdefault(score.proposal_id, {})[score.criterion_id] = Mark(score.points, score.word)
    return marks


def _rounded(total: int, divisor: int) -> Decimal:
    return (Decimal(total) / Decimal(divisor)).quantize(PLACES, ROUND_HALF_UP)


def _fault(call: Call, user: User) -> Fault | None:
    if user.role is Role.ADMINISTRATOR:
        return Fault.ADMINISTRATOR
    if not user.is_staff and not user.organisation.is_verified:
        return Fault.NOT_VERIFIED
    if user.organisation_id in {each.organisation_id for each in steps.handed_in(call)}:
        return Fault.OF_A_PROPOSER
    if any(each.user_id == user.id for each in call.reviewers):
        return Fault.NAMED_ALREADY
    return None


def _own_review(work: Work, call: Call) -> Reviewer:
    steps.begin(work, call, Action.CALL_REVIEW)
    _refuse_unless_under_review(call, "review")
    reviewer = own_review(work, call)
    if reviewer is None:
        raise CallNotFound(call.id)
    return reviewer


def _judging(work: Work, call: Call) -> Reviewer:
    """The actor as one who may judge now. Being of a proposer's organisation is looked at again each time."""
    reviewer = _own_review(work, call)
    if reviewer.declared_at is None:
        raise NotDeclared
    if work.person.organisation_id in {each.organisation_id for each in steps.handed_in(call)}:
        raise Tied
    if reviewer.finished_at is not None:
        raise ReviewFinished(reviewer)
    return reviewer


def _refuse_unless_under_review(call: Call, action: str) -> None:
    if call.status is not CallStatus.UNDER_REVIEW:
        raise IllegalStep(call, call.status, action)
