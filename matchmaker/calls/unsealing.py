"""The clock: calls close, those who may answer are reminded, and only then are proposals opened, in one step."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from matchmaker.calls import sealing, steps
from matchmaker.calls.drafting import answerers
from matchmaker.calls.errors import NoProposals, TooEarly
from matchmaker.formats import moment
from matchmaker.notices import service as notices
from matchmaker.policy import Action
from matchmaker.work import Work
from models import Call, CallStatus, advance

REMIND_BEFORE = timedelta(days=3)


def follow(work: Work) -> int:
    """Close what is due and remind of what closes soon; returns how many of both. Safe to repeat.

    Pages do not wait for it: whoever takes the next step closes a call that is due.
    """
    return close_due(work) + remind_due(work)


def close_due(work: Work) -> int:
    """Close the calls whose time is up; returns how many."""
    due = select(Call.id).where(Call.status == CallStatus.OPEN, Call.closes_at <= work.now())
    closed = 0
    for call_id in work.session.scalars(due.order_by(Call.id)).all():
        call = work.session.get_one(Call, call_id)
        steps.renew(work, call)
        if call.has_closed(work.now()):
            steps.close(work, call)
            closed += 1
    return closed


def remind_due(work: Work) -> int:
    """Tell those who may answer, once, that a call closes within three days; returns of how many calls."""
    due = select(Call.id).where(
        Call.status == CallStatus.OPEN,
        Call.closes_at > work.now(),
        Call.closes_at <= work.now() + REMIND_BEFORE,
        Call.reminded_at.is_(None),
    )
    reminded = 0
    for call_id in work.session.scalars(due.order_by(Call.id)).all():
        call = work.session.get_one(Call, call_id)
        steps.renew(work, call)
        if call.reminded_at is not None or not call.accepts(work.now()):
            continue
        call.reminded_at = work.now()
        people = steps.members_of(work, answerers(work, call))
        path, until = steps.path_of(call), moment(call.closes_at)
        notices.tell(work, people, "call.closing", path, title=call.title, until=until)
        steps.note(steps.as_nobody(work), call, "remind")
        reminded += 1
    return reminded


def unseal(work: Work, call: Call, version: int | None = None) -> int:
    """Open all proposals at once, after the closing; returns how many there are.

    The audit keeps who opened which, of whom, handed in when, with the digests that were audited on handing in.
    Raises TooEarly, NoProposals, IllegalStep.
    """
    steps.begin(work, call, Action.CALL_DECIDE, version)
    if call.accepts(work.now()):
        raise TooEarly
    proposals = steps.handed_in(call)
    if call.status is CallStatus.CLOSED and not proposals:
        raise NoProposals
    opened = [
        {
            "proposal": each.id,
            "organisation": each.organisation_id,
            "handed_in": each.handed_in_at.isoformat() if each.handed_in_at else "",
            "digest": sealing.digest(work.session, each),
        }
        for each in proposals
    ]
    steps.step(work, call, "unseal", opened=opened)
    call.unsealed_at, call.unsealed_by = work.now(), work.person
    for proposal in proposals:
        advance(proposal, "unseal")
    work.session.flush()
    owners = notices.members(work, call.problem.organisation)
    notices.tell(work, owners, "call.unsealed", steps.path_of(call), title=call.title, count=len(proposals))
    return len(proposals)
