"""The steps of a record from intention to acceptance or its end, and what each does to the problem it came from.

`seen` is the last event that the page showed; where something happened since, a step raises ChangedMeanwhile. It is None
where there was no page. What a step replaces is kept in an amendment of its own, beside the step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import aliased

from matchmaker import amendments
from matchmaker.audit import service as audit
from matchmaker.cooperation import events
from matchmaker.cooperation.entered import problem_of
from matchmaker.cooperation.records import check_seen
from matchmaker.cooperation.terms import BadTerms, Fault, RecordTerms, faults, terms_of
from matchmaker.policy import Action, require
from matchmaker.postings import service as postings
from matchmaker.work import Work
from models import (
    CooperationRecord,
    Milestone,
    MilestoneStatus,
    Pairing,
    Problem,
    ProblemStatus,
    RecordStatus,
    advance,
)

RUNNING = (RecordStatus.INTENDED, RecordStatus.SIGNED, RecordStatus.IN_PROGRESS)
STEPS = ("sign", "start", "accept", "terminate", "reopen")
"""What a person can choose; `reopen` is one of two arrows of the state machine."""


def possible(record: CooperationRecord) -> tuple[str, ...]:
    """The steps that its present status allows, the main one first."""
    return tuple(step for step in STEPS if step in record.MACHINE.actions(record.status))


class OpenMilestones(Exception):
    """Before acceptance every milestone is done or waived; carries those that are neither."""

    def __init__(self, milestones: Sequence[Milestone]) -> None:
        super().__init__(", ".join(str(each.id) for each in milestones))
        self.milestones = milestones


@dataclass(frozen=True)
class Results:
    """What came of a cooperation 成效; output value and tax in 万元 a year."""

    patents: int | None = None
    products: int | None = None
    standards: int | None = None
    jobs: int | None = None
    output_value: Decimal | None = None
    tax: Decimal | None = None


def sign(
    work: Work,
    record: CooperationRecord,
    signed_on: date,
    contract_category: str,
    contract_number: str = "",
    tells: bool = True,
    seen: int | None = None,
) -> None:
    """The contract is signed; its parties are told, unless it is one of a table. Raises BadTerms for a day that cannot be."""
    terms = replace(
        terms_of(record),
        signed_on=signed_on,
        contract_category=contract_category,
        contract_number=contract_number or record.contract_number,
    )
    _look(work, record, seen)
    _check(work, terms)
    _step(
        work,
        record,
        "sign",
        "signed",
        tells=tells,
        seen=seen,
        signed_on=terms.signed_on,
        contract_category=terms.contract_category,
        contract_number=terms.contract_number,
    )


def start(
    work: Work, record: CooperationRecord, starts_on: date, note: str = "", seen: int | None = None
) -> None:
    """The work begins. Raises BadTerms where the record ends before it starts."""
    _look(work, record, seen)
    _check(work, replace(terms_of(record), starts_on=starts_on))
    _step(work, record, "start", "started", note, seen=seen, starts_on=starts_on)


def accept(
    work: Work, record: CooperationRecord, results: Results, note: str, seen: int | None = None
) -> None:
    """The results are accepted, and the problem is solved. Raises OpenMilestones, BadTerms without a note."""
    _reason(note, "note")
    _look(work, record, seen)
    left = [each for each in record.milestones if each.status is MilestoneStatus.PLANNED]
    if left and record.status is RecordStatus.IN_PROGRESS:
        raise OpenMilestones(left)
    values = {f"result_{name}": value for name, value in vars(results).items()}
    _step(work, record, "accept", "accepted", note, seen=seen, acceptance_note=note.strip(), **values)
    problem = problem_of(work, record)
    if problem is not None and problem.status is ProblemStatus.IN_COOPERATION:
        _move_problem(work, problem, "solve", "problem.solved", record)


def terminate(work: Work, record: CooperationRecord, reason: str, seen: int | None = None) -> None:
    """It ends without acceptance; a problem that no other record works on is open again. BadTerms without a reason."""
    _reason(reason, "reason")
    _step(work, record, "terminate", "terminated", reason, seen=seen, termination_reason=reason.strip())
    problem = problem_of(work, record)
    if (
        problem is not None
        and problem.status is ProblemStatus.IN_COOPERATION
        and not _others(work, record, problem, RUNNING)
    ):
        _move_problem(work, problem, "end_cooperation", "problem.cooperation_ended", record)


def reopen(work: Work, record: CooperationRecord, reason: str, seen: int | None = None) -> None:
    """Undo an acceptance or a termination: it goes on, or is an intention again if it was never signed."""
    _reason(reason, "reason")
    unsigned = record.status is RecordStatus.TERMINATED and record.signed_on is None
    _step(work, record, "reopen_unsigned" if unsigned else "reopen", "reopened", reason, seen=seen)
    record.termination_reason = ""  # the event of the termination keeps it
    problem = problem_of(work, record)
    if problem is None:
        return
    if problem.status is ProblemStatus.SOLVED and not _others(
        work, record, problem, (RecordStatus.ACCEPTED,)
    ):
        _move_problem(work, problem, "resume_cooperation", "problem.cooperation_resumed", record)
    elif problem.status is ProblemStatus.PUBLISHED:
        _move_problem(work, problem, "begin_cooperation", "problem.cooperation_begun", record)


def _step(
    work: Work,
    record: CooperationRecord,
    step: str,
    event: str,
    note: str = "",
    tells: bool = True,
    seen: int | None = None,
    **values: object,
) -> None:
    """Take the step and set the values that it brings, then tell of it."""
    _look(work, record, seen)
    held = [(name, getattr(record, name), value) for name, value in values.items()]
    replaced = amendments.between(each for each in held if each[1] not in (None, ""))
    moved = advance(record, step)
    for name, value in values.items():
        setattr(record, name, value)
    events.note_amended(work, record, replaced)
    events.note(work, record, event, note.strip(), moved=moved)
    if tells:
        events.tell(work, record, step=event)


def _look(work: Work, record: CooperationRecord, seen: int | None) -> None:
    """They may change it, and have seen what there is to see."""
    require(work.actor, Action.RECORD_EDIT, record)
    check_seen(record, seen)


def _check(work: Work, terms: RecordTerms) -> None:
    wrong = faults(terms, work.today())
    if wrong:
        raise BadTerms(wrong)


def _reason(text: str, field: str) -> None:
    if not text.strip():
        raise BadTerms([(field, Fault.REASON_MISSING)])


def _others(
    work: Work, record: CooperationRecord, problem: Problem, statuses: tuple[RecordStatus, ...]
) -> bool:
    """Whether another record of the same problem is in one of these states."""
    pairing = aliased(Pairing)
    found = work.session.scalar(
        select(CooperationRecord.id)
        .join(pairing, CooperationRecord.pairing_id == pairing.id)
        .where(
            pairing.problem_id == problem.id,
            CooperationRecord.id != record.id,
            CooperationRecord.status.in_(statuses),
        )
        .limit(1)
    )
    return found is not None


def _move_problem(work: Work, problem: Problem, step: str, event: str, record: CooperationRecord) -> None:
    before, after = advance(problem, step)
    audit.record(work, event, problem, record=record.number, **{"from": before, "to": after})
    postings.index(work, problem)
