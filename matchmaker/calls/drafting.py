"""A problem becomes a call: written, sent to staff, returned, put up, given more time, cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from matchmaker.audit import service as audit
from matchmaker.call_relations import ACADEMIC
from matchmaker.calls import steps
from matchmaker.calls.errors import AlreadyCalled, BadTerms, Fault, NotCallable, TooLate
from matchmaker.database import take_serial_lock
from matchmaker.formats import moment
from matchmaker.notices import service as notices
from matchmaker.policy import Action, is_public, require
from matchmaker.work import Work
from models import (
    ENDED,
    Answerers,
    Call,
    CallStatus,
    Capability,
    Criterion,
    IllegalStep,
    NamedOrganisation,
    Organisation,
    OrganisationKind,
    Pairing,
    PairingStatus,
    Problem,
    ProblemStatus,
    Verification,
)

TITLE_LENGTH = 60
REQUIREMENTS_LENGTH = 4000
REASON_LENGTH = 500
DEFAULT_OBJECTION_DAYS = 5
ALL_WEIGHTS = 100


@dataclass(frozen=True)
class CallTerms:
    """What a call says. `reward` in 万元; `named` are organisation ids; `criteria` are (name, weight)."""

    title: str
    requirements: str
    reward: Decimal | None
    closes_at: datetime | None
    answerers: Answerers = Answerers.ACADEMIC
    named: tuple[int, ...] = ()
    criteria: tuple[tuple[str, int], ...] = ()
    objection_days: int = DEFAULT_OBJECTION_DAYS


def faults(terms: CallTerms, present: datetime) -> list[tuple[str, Fault]]:
    """(field, fault) of everything wrong with them at this moment."""
    return list(_faults(terms, present))


def _faults(terms: CallTerms, present: datetime) -> Iterator[tuple[str, Fault]]:
    if not terms.title.strip():
        yield "title", Fault.TITLE
    if not terms.requirements.strip():
        yield "requirements", Fault.REQUIREMENTS
    if terms.reward is None or terms.reward <= 0:
        yield "reward", Fault.REWARD
    if terms.closes_at is None:
        yield "closes_at", Fault.CLOSES_MISSING
    elif terms.closes_at <= present:
        yield "closes_at", Fault.CLOSES_PASSED
    if terms.answerers is Answerers.NAMED and not terms.named:
        yield "named", Fault.NOBODY_NAMED
    names = [name for name, _weight in terms.criteria]
    if not names:
        yield "criteria", Fault.NO_CRITERIA
    elif len(set(names)) < len(names):
        yield "criteria", Fault.CRITERION_TWICE
    elif sum(weight for _name, weight in terms.criteria) != ALL_WEIGHTS:
        yield "criteria", Fault.WEIGHTS


def live_call(work: Work, problem: Problem) -> Call | None:
    """The problem's call that has not ended."""
    return work.session.scalar(select(Call).where(Call.problem_id == problem.id, Call.status.not_in(ENDED)))


def create(work: Work, problem: Problem, terms: CallTerms) -> Call:
    """A draft. Raises NotCallable, AlreadyCalled and BadTerms."""
    require(work.actor, Action.CALL_CREATE, problem)
    take_serial_lock(work.session)
    work.session.refresh(problem)
    _refuse_uncallable(problem)
    existing = live_call(work, problem)
    if existing is not None:
        raise AlreadyCalled(existing)
    _refuse_bad(work, terms)
    call = Call(problem=problem, author=work.person, created_at=work.now())
    _write(call, terms)
    work.session.add(call)
    work.session.flush()
    steps.note(work, call, "create")
    audit.record(work, "call.created", call, problem=problem.id)
    return call


def edit(work: Work, call: Call, terms: CallTerms, version: int) -> None:
    """While it is a draft, or for staff before they put it up. Raises IllegalStep, StaleCall, BadTerms."""
    steps.begin(work, call, Action.CALL_EDIT, version)
    if not is_editable(work, call):
        raise IllegalStep(call, call.status, "edit")
    _refuse_bad(work, terms)
    _write(call, terms)
    steps.note(work, call, "edit")
    audit.record(work, "call.edited", call)


def is_editable(work: Work, call: Call) -> bool:
    """Whether its words may still change."""
    editable = (CallStatus.DRAFT, CallStatus.SUBMITTED) if work.person.is_staff else (CallStatus.DRAFT,)
    return call.status in editable


def submit(work: Work, call: Call) -> None:
    """The owner asks staff to put it up. Raises BadTerms where time went by since it was written."""
    steps.begin(work, call, Action.CALL_EDIT)
    _refuse_bad(work, terms_of(call))
    steps.step(work, call, "submit")
    call.return_reason = ""
    name = call.problem.organisation.name
    notices.tell(
        work, notices.staff(work), "call.submitted", steps.path_of(call), title=call.title, name=name
    )


def send_back(work: Work, call: Call, reason: str, version: int | None = None) -> None:
    """Back to the owner, who is told why."""
    steps.begin(work, call, Action.CALL_DECIDE, version)
    _refuse_no_reason(reason)
    steps.step(work, call, "return", reason)
    call.return_reason = reason.strip()
    people = notices.members(work, call.problem.organisation)
    path = steps.path_of(call)
    notices.tell(work, people, "call.returned", path, title=call.title, reason=call.return_reason)


def publish(work: Work, call: Call, version: int | None = None) -> None:
    """Put it up 张榜: from now on it is public and answered. Raises NotCallable, BadTerms."""
    steps.begin(work, call, Action.CALL_DECIDE, version)
    _refuse_uncallable(call.problem)
    _refuse_bad(work, terms_of(call))
    call.published_at = work.now()
    steps.step(work, call, "publish")
    owners = notices.members(work, call.problem.organisation)
    notices.tell(work, owners, "call.published", steps.path_of(call), title=call.title)
    _invite(work, call)


def extend(work: Work, call: Call, closes_at: datetime, reason: str, version: int | None = None) -> None:
    """Give more time, never less: whoever counts on the closing is not opened before it.

    Raises TooLate once it closed, IllegalStep where it is not open, BadTerms.
    """
    steps.begin(work, call, Action.CALL_DECIDE, version)
    if call.status is CallStatus.CLOSED:
        raise TooLate(call, work.now())
    if call.status is not CallStatus.OPEN or call.closes_at is None:
        raise IllegalStep(call, call.status, "extend")
    if closes_at <= call.closes_at:
        raise BadTerms([("closes_at", Fault.CLOSES_EARLIER)])
    _refuse_no_reason(reason)
    before, call.closes_at, call.reminded_at = call.closes_at, closes_at, None
    steps.note(work, call, "extend", reason)
    times = {"before": before.isoformat(), "after": closes_at.isoformat()}
    audit.record(work, "call.extended", call, **times)
    people = steps.members_of(work, answerers(work, call))
    path, until = steps.path_of(call), moment(closes_at)
    notices.tell(work, people, "call.extended", path, title=call.title, until=until)


def cancel(work: Work, call: Call, reason: str, version: int | None = None) -> None:
    """End it before an award. Proposals that are sealed stay sealed for good.

    Before the opening everybody who might have answered is told: telling those who did would say who they are.
    """
    steps.begin(work, call, Action.CALL_DECIDE, version)
    _refuse_no_reason(reason)
    call.cancel_reason = reason.strip()
    steps.step(work, call, "cancel", reason)
    if call.published_at is not None and call.unsealed_at is None:
        told = [*notices.members(work, call.problem.organisation), *notices.staff(work)]
        told += steps.members_of(work, answerers(work, call))
        path, reason = steps.path_of(call), call.cancel_reason
        notices.tell(work, told, "call.cancelled", path, title=call.title, reason=reason)
    else:
        steps.tell_concerned(work, call, "call.cancelled", reason=call.cancel_reason)


def answerers(work: Work, call: Call) -> list[Organisation]:
    """The organisations that may answer, those with a capability suggested for the problem first."""
    wanted = select(Organisation).where(
        Organisation.status == Verification.VERIFIED,
        Organisation.kind != OrganisationKind.BUREAU,
        Organisation.id != call.problem.organisation_id,
    )
    if call.answerers is Answerers.ACADEMIC:
        wanted = wanted.where(Organisation.kind.in_(ACADEMIC))
    elif call.answerers is Answerers.NAMED:
        wanted = wanted.where(Organisation.id.in_([each.organisation_id for each in call.named]))
    matching = _matching(work, call)
    return sorted(
        work.session.scalars(wanted.order_by(Organisation.id)), key=lambda each: each.id not in matching
    )


def terms_of(call: Call) -> CallTerms:
    """What the call says as it stands."""
    return CallTerms(
        title=call.title,
        requirements=call.requirements,
        reward=call.reward,
        closes_at=call.closes_at,
        answerers=call.answerers,
        named=tuple(each.organisation_id for each in call.named),
        criteria=tuple((each.name, each.weight) for each in call.criteria),
        objection_days=call.objection_days,
    )


def _matching(work: Work, call: Call) -> dict[int, str]:
    """{organisation: its capability that is suggested most strongly for the problem}."""
    rows = work.session.execute(
        select(Capability.organisation_id, Capability.title)
        .join(Pairing, Pairing.capability_id == Capability.id)
        .where(Pairing.problem_id == call.problem_id, Pairing.status != PairingStatus.DISMISSED)
        .order_by(Pairing.score)
    )
    return {row[0]: row[1] for row in rows}


def _invite(work: Work, call: Call) -> None:
    matching, path = _matching(work, call), steps.path_of(call)
    until = moment(call.closes_at)
    for organisation in answerers(work, call):
        people = notices.members(work, organisation)
        if organisation.id in matching:
            titles = {"title": call.title, "capability": matching[organisation.id]}
            notices.tell(work, people, "call.opened_matching", path, until=until, **titles)
        else:
            notices.tell(work, people, "call.opened", path, until=until, title=call.title)


def _write(call: Call, terms: CallTerms) -> None:
    call.title, call.requirements = terms.title.strip(), terms.requirements.strip()
    call.reward = terms.reward or Decimal(0)
    call.closes_at, call.answerers = terms.closes_at, terms.answerers
    call.objection_days = terms.objection_days
    named = terms.named if terms.answerers is Answerers.NAMED else ()
    kept = {each.organisation_id: each for each in call.named}
    call.named = [kept.get(each) or NamedOrganisation(organisation_id=each) for each in dict.fromkeys(named)]
    known = {each.name: each for each in call.criteria}
    rows = []
    for position, (name, weight) in enumerate(terms.criteria, 1):
        row = known.get(name) or Criterion(name=name)
        row.position, row.weight = position, weight
        rows.append(row)
    call.criteria = rows


def _refuse_uncallable(problem: Problem) -> None:
    if problem.status is not ProblemStatus.PUBLISHED or not is_public(problem) or problem.same_as_id:
        raise NotCallable(problem)


def _refuse_bad(work: Work, terms: CallTerms) -> None:
    found = faults(terms, work.now())
    if found:
        raise BadTerms(found)


def _refuse_no_reason(reason: str) -> None:
    if not reason.strip():
        raise BadTerms([("reason", Fault.REASON)])
