"""Calls as their reader sees them: the list, the page of one, its review. Nothing here opens a seal early."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from matchmaker.belonging import ANYWHERE, Belonging
from matchmaker.calls import deciding, proposals, reviewing, sealing, steps
from matchmaker.calls.content import Content
from matchmaker.calls.drafting import is_editable
from matchmaker.calls.errors import CallNotFound, Unreadable
from matchmaker.calls.reviewing import Mark, Ranked
from matchmaker.listing import Listing, Rows, paginate, stream
from matchmaker.policy import Action, allow, condition, require
from matchmaker.work import Work
from models import (
    UNSEALED_STATUSES,
    Call,
    CallEvent,
    CallStatus,
    Capability,
    CooperationRecord,
    Objection,
    Organisation,
    OrganisationKind,
    Problem,
    Proposal,
    Reviewer,
    Role,
    User,
    Verification,
)


class Stage(StrEnum):
    """The tabs of the list."""

    OPEN = "open"
    REVIEW = "review"
    NOTICE = "notice"
    ENDED = "ended"
    PREPARING = "preparing"


STAGES: Mapping[Stage, tuple[CallStatus, ...]] = {
    Stage.OPEN: (CallStatus.OPEN,),
    Stage.REVIEW: (CallStatus.CLOSED, CallStatus.UNDER_REVIEW, CallStatus.DECIDED),
    Stage.NOTICE: (CallStatus.NOTICE,),
    Stage.ENDED: (CallStatus.AWARDED, CallStatus.UNAWARDED, CallStatus.CANCELLED),
    Stage.PREPARING: (CallStatus.DRAFT, CallStatus.SUBMITTED),
}


OWNERS_EVENTS = frozenset(
    {"create", "edit", "submit", "return", "publish", "extend", "remind", "close", "unseal", "announce"}
    | {"reconsider", "award", "end_without_award", "cancel"}
)
"""What the owner sees of a call's history; who reviews, what they declare and who objects stays with staff."""


@dataclass(frozen=True)
class Calls:
    """One page of the list; `mine` are the proposals of the reader's organisation, `to_review` its reviews to do."""

    stage: Stage
    belonging: Belonging
    listing: Listing[Call]
    counts: Mapping[Stage, int]
    mine: Sequence[OwnProposal]
    to_review: Sequence[Call]


@dataclass(frozen=True)
class OwnProposal:
    """A proposal with what its own organisation may read of it; None: the key does not open it."""

    proposal: Proposal
    content: Content | None
    has_draft: bool
    """Something was typed since it was handed in."""


@dataclass(frozen=True)
class Opened:
    """A proposal after the opening, for whom it is open; `content` None: the key does not open it."""

    proposal: Proposal
    content: Content | None
    ranked: Ranked | None
    is_scored: bool = False


@dataclass(frozen=True)
class CallPage:
    call: Call
    is_own: bool
    accepts: bool
    """A proposal handed in now would count."""
    steps: frozenset[str]
    count: int | None
    """How many handed in; None: not for this reader."""
    mine: Sequence[OwnProposal]
    may_answer: bool
    opened: Sequence[Opened]
    reviewers: Sequence[Reviewer]
    staff: Sequence[User]
    """Whom staff can name as reviewers at once."""
    review: Reviewer | None
    """The reader's own place among the reviewers."""
    reviews_in: bool
    winner: Organisation | None
    """Told to everyone from the public notice on."""
    winning: Opened | None
    capabilities: Sequence[Capability]
    objections: Sequence[Objection]
    takes_objections: bool
    record: CooperationRecord | None
    events: Sequence[CallEvent]


@dataclass(frozen=True)
class ReviewPage:
    """What a reviewer works on; `proposals` are empty until the declaration."""

    call: Call
    reviewer: Reviewer
    proposals: Sequence[Opened]
    missing: int
    ranking: Sequence[Ranked]
    """Of everybody's scores, once all are in."""


def listed(work: Work, stage: Stage, page: int, belonging: Belonging = ANYWHERE) -> Calls:
    """`belonging`: only those of problems of companies that belong there."""
    require(work.actor, Action.CALL_READ)
    readable = condition(work.actor, Action.CALL_READ, Call)
    by_status = dict(
        work.session.execute(
            select(Call.status, func.count(Call.id))
            .where(readable, *_of_members(belonging))
            .group_by(Call.status)
        ).all()
    )
    counts = {each: sum(by_status.get(status, 0) for status in STAGES[each]) for each in Stage}
    return Calls(
        stage=stage,
        belonging=belonging,
        listing=paginate(work.session, _in_stage(work, stage, belonging), page, work.settings.page_size),
        counts=counts,
        mine=[_own(work, each) for each in proposals.mine(work)] if work.actor else (),
        to_review=_to_review(work),
    )


def every(work: Work, stage: Stage, belonging: Belonging = ANYWHERE) -> Rows[Call]:
    """All calls of a tab, for an export; of their proposals nothing."""
    require(work.actor, Action.CALL_READ)
    wanted = _in_stage(work, stage, belonging)
    return stream(work.session, wanted.options(joinedload(Call.problem).defer(Problem.confidential)))


def _of_members(belonging: Belonging) -> list[ColumnElement[bool]]:
    asked = belonging.of(Problem.organisation_id)
    return [Call.problem_id.in_(select(Problem.id).where(*asked))] if asked else []


def _in_stage(work: Work, stage: Stage, belonging: Belonging) -> Select[Call]:
    first = Call.closes_at if stage is Stage.OPEN else Call.closes_at.desc()
    readable = condition(work.actor, Action.CALL_READ, Call)
    wanted = [readable, Call.status.in_(STAGES[stage]), *_of_members(belonging)]
    return select(Call).where(*wanted).order_by(first, Call.id.desc())


def page_of(work: Work, call_id: int) -> CallPage:
    """Raises CallNotFound."""
    call = steps.find(work, call_id)
    decides = allow(work.actor, Action.CALL_DECIDE, call)
    is_own = work.actor is not None and call.problem.organisation_id == work.actor.organisation_id
    opened = _opened(work, call)
    winner = winner_of(work, call)
    awardable = decides and call.status is CallStatus.NOTICE
    record = call.pairing.record if call.pairing is not None else None
    return CallPage(
        call=call,
        is_own=is_own,
        accepts=call.accepts(work.now()),
        steps=_steps(work, call),
        count=steps.proposal_count(work, call) if decides or is_own else None,
        mine=[_own(work, each) for each in proposals.mine(work, call)] if work.actor else (),
        may_answer=allow(work.actor, Action.CALL_ANSWER, call),
        opened=opened,
        reviewers=call.reviewers if decides else (),
        staff=_staff_to_name(work, call) if decides and call.status is CallStatus.UNDER_REVIEW else (),
        review=reviewing.own_review(work, call),
        reviews_in=reviewing.all_in(call),
        winner=winner,
        winning=next((each for each in opened if winner is not None and each.proposal.chosen), None),
        capabilities=deciding.winners_capabilities(work, call) if awardable else (),
        objections=_objections(work, call, decides),
        takes_objections=deciding.notice_runs(work, call)
        and work.actor is not None
        and allow(work.actor, Action.CALL_OBJECT, call),
        record=record if record is not None and allow(work.actor, Action.RECORD_READ, record) else None,
        events=[
            each for each in reversed(call.events) if decides or (is_own and each.action in OWNERS_EVENTS)
        ],
    )


def winner_of(work: Work, call: Call) -> Organisation | None:
    """Told to everyone from the public notice on, to who decides before."""
    announced = call.announced_at is not None and call.status in (CallStatus.NOTICE, CallStatus.AWARDED)
    if not announced and not allow(work.actor, Action.CALL_DECIDE, call):
        return None
    return call.winner.organisation if call.winner is not None else None


def review_page(work: Work, call_id: int) -> ReviewPage:
    """Raises CallNotFound, Forbidden for who is no reviewer of it."""
    call = steps.find(work, call_id)
    require(work.actor, Action.CALL_REVIEW, call)
    reviewer = reviewing.own_review(work, call)
    if reviewer is None:
        raise CallNotFound(call_id)
    opened = _opened(work, call) if reviewer.may_judge else []
    marks = reviewing.own_marks(reviewer, [each.proposal for each in opened])
    shown = [
        Opened(each.proposal, each.content, each.ranked, len(marks[each.proposal.id]) == len(call.criteria))
        for each in opened
    ]
    ranking = reviewing.ranking(call) if opened and reviewing.all_in(call) else []
    return ReviewPage(call, reviewer, shown, sum(not each.is_scored for each in shown), ranking)


def marks_of(work: Work, proposal: Proposal) -> dict[int, Mark]:
    """The actor's own marks of a proposal, by criterion. Raises Forbidden where it is not theirs to judge."""
    require(work.actor, Action.CALL_REVIEW, proposal.call)
    require(work.actor, Action.PROPOSAL_READ, proposal)
    reviewer = reviewing.own_review(work, proposal.call)
    if reviewer is None or not reviewer.may_judge:
        raise CallNotFound(proposal.id)
    return reviewing.own_marks(reviewer, [proposal])[proposal.id]


def call_of(work: Work, problem: Problem) -> Call | None:
    """The newest call of the problem that the reader may know of and that was not cancelled."""
    return work.session.scalar(
        select(Call)
        .where(
            Call.problem_id == problem.id,
            Call.status != CallStatus.CANCELLED,
            condition(work.actor, Action.CALL_READ, Call),
        )
        .order_by(Call.id.desc())
        .limit(1)
    )


def problem_to_call(work: Work, problem_id: int) -> Problem:
    """Raises CallNotFound for one that the actor cannot put up, because of who they are."""
    problem = work.session.get(Problem, problem_id)
    if problem is None or not allow(work.actor, Action.CALL_CREATE, problem):
        raise CallNotFound(problem_id)
    return problem


def own_proposal(work: Work, proposal: Proposal) -> OwnProposal:
    """With the draft's words, else those handed in. Raises Forbidden."""
    require(work.actor, Action.PROPOSAL_EDIT, proposal)
    return _own(work, proposal)


def find_objection(work: Work, objection_id: int) -> Objection:
    """Raises CallNotFound."""
    require(work.actor, Action.CALL_DECIDE)
    found = work.session.get(Objection, objection_id)
    if found is None:
        raise CallNotFound(objection_id)
    return found


def organisations_to_name(work: Work, owner_id: int, keep: Sequence[int] = ()) -> Sequence[Organisation]:
    """Verified universities and institutes first, then the others, without the owner and the bureau."""
    wanted = select(Organisation).where(
        or_(Organisation.status == Verification.VERIFIED, Organisation.id.in_(keep)),
        Organisation.kind != OrganisationKind.BUREAU,
        Organisation.id != owner_id,
    )
    found = work.session.scalars(wanted.order_by(Organisation.name)).all()
    return sorted(found, key=lambda each: each.kind is OrganisationKind.ENTERPRISE)


def _own(work: Work, proposal: Proposal) -> OwnProposal:
    try:
        content = proposals.draft_of(work, proposal)
    except Unreadable:
        content = None
    return OwnProposal(proposal, content, proposal.draft is not None)


def _opened(work: Work, call: Call) -> list[Opened]:
    """What was opened and this reader may read, best first once there is a ranking."""
    readable = work.session.scalars(
        select(Proposal)
        .where(
            Proposal.call_id == call.id,
            Proposal.status.in_(UNSEALED_STATUSES),
            condition(work.actor, Action.PROPOSAL_READ, Proposal),
        )
        .order_by(Proposal.id)
    ).unique()
    places = {}
    if allow(work.actor, Action.CALL_DECIDE, call) and reviewing.all_in(call):
        places = {each.proposal.id: each for each in reviewing.ranking(call)}
    found = [Opened(each, _content(work, each), places.get(each.id)) for each in readable]
    return sorted(found, key=lambda each: each.ranked.place if each.ranked else 0)


def _content(work: Work, proposal: Proposal) -> Content | None:
    try:
        return None if proposal.sealed is None else sealing.opened(work.session, proposal, proposal.sealed)
    except Unreadable:
        return None


def _steps(work: Work, call: Call) -> frozenset[str]:
    """What the reader can do now."""
    if work.actor is None:
        return frozenset()
    status = call.status_at(work.now())
    possible: set[str] = set()
    if allow(work.actor, Action.CALL_EDIT, call) and is_editable(work, call):
        possible.add("edit")
    if allow(work.actor, Action.CALL_EDIT, call) and not work.actor.is_staff and status is CallStatus.DRAFT:
        possible.add("submit")
    if allow(work.actor, Action.CALL_DECIDE, call):
        possible |= set(Call.MACHINE.actions(status)) - {"close", "submit"}
        if status is CallStatus.OPEN:
            possible.add("extend")
        count = steps.proposal_count(work, call)
        if status is CallStatus.CLOSED:
            possible.discard("end_without_award" if count else "unseal")
        if status is CallStatus.UNDER_REVIEW and not reviewing.all_in(call):
            possible.discard("decide")
        if status is CallStatus.NOTICE:
            possible.discard("award" if call.winner is None else "end_without_award")
            if deciding.notice_runs(work, call) or deciding.open_objections(call):
                possible -= {"award", "end_without_award"}
    return frozenset(possible)


def _staff_to_name(work: Work, call: Call) -> Sequence[User]:
    named = {each.user_id for each in call.reviewers}
    found = work.session.scalars(select(User).where(User.role == Role.STAFF, User.active).order_by(User.name))
    return [each for each in found if each.id not in named]


def _objections(work: Work, call: Call, decides: bool) -> Sequence[Objection]:
    """All for staff, their own for others."""
    return [each for each in call.objections if decides or (work.actor and each.user_id == work.actor.id)]


def _to_review(work: Work) -> Sequence[Call]:
    """Calls whose review waits for the actor."""
    if work.actor is None:
        return ()
    wanted = select(Call).where(
        Call.status == CallStatus.UNDER_REVIEW,
        condition(work.actor, Action.CALL_REVIEW, Call),
        Call.id.in_(
            select(Reviewer.call_id).where(Reviewer.user_id == work.actor.id, Reviewer.finished_at.is_(None))
        ),
    )
    return work.session.scalars(wanted.order_by(Call.id)).unique().all()
