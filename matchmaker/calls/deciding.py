"""The end of a call: decision, public notice, objections, award. An award opens one cooperation record, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import select

from matchmaker.audit import service as audit
from matchmaker.calls import reviewing, sealing, steps
from matchmaker.calls.content import Content
from matchmaker.calls.errors import (
    AlreadyAwarded,
    BadTerms,
    Fault,
    NoticeRunning,
    NotInNotice,
    NoWinner,
    OpenObjections,
    ReviewsOutstanding,
    WrongCapability,
)
from matchmaker.cooperation.service import RecordTerms
from matchmaker.formats import moment
from matchmaker.notices import service as notices
from matchmaker.pairings import service as pairings
from matchmaker.policy import Action
from matchmaker.work import LOCAL_ZONE, Work
from models import (
    Call,
    CallStatus,
    Capability,
    CapabilityStatus,
    CooperationRecord,
    IllegalStep,
    Objection,
    PairingStatus,
    Proposal,
    ProposalStatus,
    Side,
    advance,
)

OBJECTION_LENGTH = 2000
REASONS_LENGTH = 2000
MODE, CATEGORY = "call", "development_commissioned"


def decide(work: Work, call: Call, winner: Proposal | None, reasons: str, version: int | None = None) -> None:
    """Choose a proposal, or none, with reasons. Raises ReviewsOutstanding, StaleCall, BadTerms, IllegalStep."""
    steps.begin(work, call, Action.CALL_DECIDE, version)
    if call.status is not CallStatus.UNDER_REVIEW:
        raise IllegalStep(call, call.status, "decide")
    if not reviewing.all_in(call):
        raise ReviewsOutstanding
    if not reasons.strip():
        raise BadTerms([("reasons", Fault.REASON)])
    if winner is not None and winner not in steps.handed_in(call):
        raise NoWinner
    if winner is not None:
        winner.chosen = True
    call.decision_reasons, call.decided_at = reasons.strip(), work.now()
    steps.step(work, call, "decide", reasons, winner=winner.id if winner else None)
    steps.tell_concerned(work, call, "call.decided")


def announce(work: Work, call: Call, version: int | None = None) -> None:
    """Publish the decision 公示: objections are taken to the end of the last day of the call's objection days."""
    steps.begin(work, call, Action.CALL_DECIDE, version)
    last = work.today() + timedelta(days=call.objection_days)
    call.announced_at = work.now()
    call.objections_until = datetime.combine(last, time(23, 59, 59), LOCAL_ZONE)
    steps.step(work, call, "announce")
    steps.tell_concerned(work, call, "call.announced", until=moment(call.objections_until))


def object_to(work: Work, call: Call, text: str) -> Objection:
    """Anybody signed in may, while the notice runs. Raises NotInNotice, BadTerms."""
    steps.begin(work, call, Action.CALL_OBJECT)
    if not notice_runs(work, call):
        raise NotInNotice
    if not text.strip():
        raise BadTerms([("text", Fault.REASON)])
    objection = Objection(user=work.person, text=text.strip(), created_at=work.now())
    call.objections.append(objection)
    work.session.flush()
    steps.note(work, call, "object")
    audit.record(work, "call.objected", call, objection=objection.id)
    notices.tell(work, notices.staff(work), "call.objected", steps.path_of(call), title=call.title)
    return objection


def answer(work: Work, objection: Objection, call: Call, text: str) -> None:
    """Staff answer; whoever objected is told. An upheld objection is followed by `reconsider`."""
    steps.begin(work, call, Action.CALL_DECIDE)
    if objection.call_id != call.id or objection.answered_at is not None:
        raise IllegalStep(call, call.status, "answer")
    if not text.strip():
        raise BadTerms([("answer", Fault.REASON)])
    objection.answer, objection.answered_at, objection.answered_by = text.strip(), work.now(), work.person
    work.session.flush()
    steps.note(work, call, "answer")
    audit.record(work, "call.objection_answered", call, objection=objection.id)
    notices.tell(work, [objection.user], "call.objection_answered", steps.path_of(call), title=call.title)


def reconsider(work: Work, call: Call, reason: str, version: int | None = None) -> None:
    """Take the decision back, for an objection that holds or a mistake; the proposals are judged again."""
    steps.begin(work, call, Action.CALL_DECIDE, version)
    if not reason.strip():
        raise BadTerms([("reason", Fault.REASON)])
    steps.step(work, call, "reconsider", reason)
    for each in call.proposals:
        each.chosen = False
    call.decision_reasons = ""
    call.decided_at = call.announced_at = call.objections_until = None
    steps.tell_concerned(work, call, "call.reconsidered")


def winners_capabilities(work: Work, call: Call) -> Sequence[Capability]:
    """The winner's published ones, from which the award's is chosen; the one that its proposal names first."""
    winner = call.winner
    if winner is None:
        return ()
    found = work.session.scalars(
        select(Capability)
        .where(
            Capability.organisation_id == winner.organisation_id,
            Capability.status == CapabilityStatus.PUBLISHED,
        )
        .order_by(Capability.title)
    ).unique()
    named = _content(work, winner).capability_id
    return sorted(found, key=lambda each: each.id != named)


def award(work: Work, call: Call, capability: Capability) -> CooperationRecord:
    """The winner and the owner cooperate: the pairing is confirmed, its record opened; once, whoever is quickest.

    Raises AlreadyAwarded for the second, NoticeRunning, OpenObjections, NoWinner, WrongCapability, IllegalStep.
    """
    steps.begin(work, call, Action.CALL_DECIDE)
    if call.pairing is not None and call.pairing.record is not None:
        raise AlreadyAwarded(call.pairing.record)
    _refuse_before_end_of_notice(work, call, "award")
    winner = call.winner
    if winner is None:
        raise NoWinner
    is_theirs = capability.organisation_id == winner.organisation_id
    if not is_theirs or capability.status is not CapabilityStatus.PUBLISHED:
        raise WrongCapability
    record = _record(work, call, winner, capability)
    call.pairing = record.pairing
    steps.step(work, call, "award", record=record.number, proposal=winner.id)
    for each in steps.handed_in(call):
        advance(each, "award" if each is winner else "decline")
    work.session.flush()
    steps.tell_concerned(work, call, "call.awarded", name=winner.organisation.name, number=record.number)
    return record


def end_without_award(work: Work, call: Call, reason: str, version: int | None = None) -> None:
    """Nobody answered, or nobody was good enough and the notice is over. Raises as award."""
    steps.begin(work, call, Action.CALL_DECIDE, version)
    if not reason.strip():
        raise BadTerms([("reason", Fault.REASON)])
    if call.status is CallStatus.CLOSED:
        if steps.proposal_count(work, call):
            raise IllegalStep(call, call.status, "end_without_award")
    else:
        _refuse_before_end_of_notice(work, call, "end_without_award")
        if call.winner is not None:
            raise NoWinner
    steps.step(work, call, "end_without_award", reason)
    for each in steps.handed_in(call):
        advance(each, "decline")
    work.session.flush()
    steps.tell_concerned(work, call, "call.unawarded")


def notice_runs(work: Work, call: Call) -> bool:
    """Whether objections are taken now."""
    return (
        call.status is CallStatus.NOTICE
        and call.objections_until is not None
        and work.now() < call.objections_until
    )


def open_objections(call: Call) -> list[Objection]:
    return [each for each in call.objections if each.answered_at is None]


def _refuse_before_end_of_notice(work: Work, call: Call, action: str) -> None:
    if call.status is not CallStatus.NOTICE:
        raise IllegalStep(call, call.status, action)
    if notice_runs(work, call):
        raise NoticeRunning(call)
    if waiting := open_objections(call):
        raise OpenObjections(waiting)


def _record(work: Work, call: Call, winner: Proposal, capability: Capability) -> CooperationRecord:
    """Of the pairing's confirmation; the one it has, where staff confirmed it beside the call."""
    pairing = pairings.pair(work, call.problem, capability)
    if pairing.status is PairingStatus.DISMISSED:
        pairings.reopen(work, pairing, pairing.version)
    price = _content(work, winner).price
    terms = RecordTerms(
        title=call.title,
        mode=MODE,
        contract_category=CATEGORY,
        amount=price,
    )
    try:
        # Whatever they said of the suggestion before: the one has called, the other has answered it.
        return pairings.confirm(work, pairing, terms, spoken=tuple(Side), solved_known=True)
    except pairings.AlreadyConfirmed as done:
        return done.record


def _content(work: Work, proposal: Proposal) -> Content:
    """Of a proposal that was opened. Raises Unreadable."""
    if proposal.status is ProposalStatus.SEALED or proposal.sealed is None:
        raise IllegalStep(proposal, proposal.status, "read")
    return sealing.opened(work.session, proposal, proposal.sealed)
