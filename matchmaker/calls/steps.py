"""How a call moves: the one place that changes its status, with its event, its audit and the telling."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from matchmaker.audit import service as audit
from matchmaker.calls.errors import CallNotFound, StaleCall
from matchmaker.database import take_serial_lock
from matchmaker.notices import service as notices
from matchmaker.policy import Action, allow, require
from matchmaker.work import Work
from models import (
    UNSEALED_STATUSES,
    Call,
    CallEvent,
    Objection,
    Organisation,
    Proposal,
    ProposalStatus,
    Reviewer,
    User,
    advance,
)

AUDITED = {
    "submit": "call.submitted",
    "return": "call.returned",
    "publish": "call.published",
    "close": "call.closed",
    "unseal": "call.unsealed",
    "decide": "call.decided",
    "announce": "call.announced",
    "reconsider": "call.reconsidered",
    "award": "call.awarded",
    "end_without_award": "call.ended_without_award",
    "cancel": "call.cancelled",
}
HANDED_IN = (ProposalStatus.SEALED, *UNSEALED_STATUSES)


def find(work: Work, call_id: int, action: Action = Action.CALL_READ) -> Call:
    """One to do this with. Raises CallNotFound, also for a call that the actor may not know of, and Forbidden."""
    call = work.session.get(Call, call_id)
    if call is None or not allow(work.actor, Action.CALL_READ, call):
        raise CallNotFound(call_id)
    require(work.actor, action, call)
    return call


def begin(work: Work, call: Call, action: Action, version: int | None = None) -> None:
    """The right to it; from now on nobody else changes the call, and what is read is what stands.

    A call whose time is up is closed first. Raises Forbidden, StaleCall.
    """
    require(work.actor, action, call)
    renew(work, call)
    require(work.actor, action, call)
    if version is not None and version != call.version:
        raise StaleCall(call, last_event(work, call))
    if call.has_closed(work.now()):
        close(work, call)


def renew(work: Work, call: Call) -> None:
    """Take the lock and forget what was read before it."""
    take_serial_lock(work.session)
    work.session.flush()
    for each in list(work.session.identity_map.values()):
        if isinstance(each, Call | Proposal | Reviewer | Objection):
            work.session.expire(each)
    work.session.refresh(call)


def close(work: Work, call: Call) -> None:
    """The clock closes a call, whoever comes by first. The owner and staff learn how many answered, not who."""
    nobody = as_nobody(work)
    count = proposal_count(work, call)
    step(nobody, call, "close", proposals=count)
    told = [*notices.members(work, call.problem.organisation), *notices.staff(work)]
    notices.tell(nobody, told, "call.closed", path_of(call), title=call.title, n=count)
    people = members_of(work, (each.organisation for each in handed_in(call)))
    notices.tell(nobody, people, "call.closed_proposer", path_of(call), title=call.title)


def step(work: Work, call: Call, action: str, text: str = "", **details: Any) -> None:
    """Move the call, and leave an event and an audit event. Raises IllegalStep."""
    moved = advance(call, action)
    note(work, call, action, text, moved)
    audit.record(work, AUDITED[action], call, **{"from": moved[0], "to": moved[1]}, **details)


def note(
    work: Work, call: Call, action: str, text: str = "", moved: tuple[str, str] | None = None
) -> CallEvent:
    event = CallEvent(
        call_id=call.id,
        actor_id=work.actor.id if work.actor else None,
        action=action,
        from_status=moved[0] if moved else None,
        to_status=moved[1] if moved else None,
        note=text.strip(),
        created_at=work.now(),
    )
    work.session.add(event)
    work.session.flush()
    work.session.expire(call, ["events"])
    return event


def as_nobody(work: Work) -> Work:
    """The same work without a name and an address: what the clock does, and what must not tell whose it is."""
    return replace(work, actor=None, address="")


def last_event(work: Work, call: Call) -> CallEvent | None:
    return work.session.scalar(
        select(CallEvent).where(CallEvent.call_id == call.id).order_by(CallEvent.id.desc()).limit(1)
    )


def handed_in(call: Call) -> list[Proposal]:
    """The proposals that count, in the order of their making. Who they are of is secret until the opening."""
    return [each for each in call.proposals if each.status in HANDED_IN]


def proposal_count(work: Work, call: Call) -> int:
    """How many proposals count: all that may be known before the opening."""
    wanted = select(func.count(Proposal.id)).where(
        Proposal.call_id == call.id, Proposal.status.in_(HANDED_IN)
    )
    return work.session.scalar(wanted) or 0


def members_of(work: Work, organisations: Iterable[Organisation]) -> list[User]:
    """Each organisation once, in the order given."""
    found = {each.id: each for each in organisations}
    return [member for each in found.values() for member in notices.members(work, each)]


def tell_concerned(work: Work, call: Call, kind: str, **details: Any) -> None:
    """The owner, whoever handed in a proposal, and staff."""
    proposers = members_of(work, (each.organisation for each in handed_in(call)))
    people = [*notices.members(work, call.problem.organisation), *proposers, *notices.staff(work)]
    notices.tell(work, people, kind, path_of(call), title=call.title, **details)


def path_of(call: Call) -> str:
    """Where its page is; services run outside requests too, so they can't ask Flask."""
    return f"/calls/{call.id}"
