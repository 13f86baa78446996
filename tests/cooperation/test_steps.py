"""The steps of a record, who takes them, and what they do to its problem."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from matchmaker.cooperation import steps
from matchmaker.cooperation.service import BadTerms, Fault
from matchmaker.cooperation.steps import OpenMilestones, Results
from matchmaker.policy import Forbidden
from matchmaker.postings import service as postings
from matchmaker.work import Work
from models import (
    AuditEvent,
    CooperationRecord,
    IllegalStep,
    MilestoneStatus,
    Notice,
    ProblemStatus,
    RecordStatus,
    User,
)
from tests import factories
from tests.cooperation import records
from tests.days import today

Step = Callable[[Work, CooperationRecord], None]
STEPS: dict[str, Step] = {
    "sign": lambda work, record: steps.sign(work, record, today(), "service"),
    "start": lambda work, record: steps.start(work, record, today()),
    "accept": lambda work, record: steps.accept(work, record, Results(), "专家组一致同意通过"),
    "terminate": lambda work, record: steps.terminate(work, record, "企业转产"),
    "reopen": lambda work, record: steps.reopen(work, record, "双方同意继续"),
}
ARROWS = {
    ("sign", RecordStatus.INTENDED): RecordStatus.SIGNED,
    ("start", RecordStatus.SIGNED): RecordStatus.IN_PROGRESS,
    ("accept", RecordStatus.IN_PROGRESS): RecordStatus.ACCEPTED,
    ("terminate", RecordStatus.INTENDED): RecordStatus.TERMINATED,
    ("terminate", RecordStatus.SIGNED): RecordStatus.TERMINATED,
    ("terminate", RecordStatus.IN_PROGRESS): RecordStatus.TERMINATED,
    ("reopen", RecordStatus.ACCEPTED): RecordStatus.IN_PROGRESS,
    ("reopen", RecordStatus.TERMINATED): RecordStatus.IN_PROGRESS,
}


def problem_of(record: CooperationRecord) -> Any:
    assert record.pairing is not None
    return record.pairing.problem


@pytest.mark.parametrize("status", list(RecordStatus))
@pytest.mark.parametrize("step", list(STEPS))
def test_a_step_leads_where_the_table_says_or_nowhere(
    step: str, status: RecordStatus, staff: Work, people: dict[str, User]
) -> None:
    record = records.paired_record(staff.session, people, status)
    after = ARROWS.get((step, status))

    if after is None:
        with pytest.raises(IllegalStep):
            STEPS[step](staff, record)
        assert record.status is status
    else:
        STEPS[step](staff, record)
        assert record.status is after


@pytest.mark.parametrize("role", ["enterprise", "liaison", "other_enterprise", "administrator"])
@pytest.mark.parametrize(("step", "status"), list(ARROWS))
def test_only_staff_take_steps(
    step: str, status: RecordStatus, role: str, work: Work, people: dict[str, User]
) -> None:
    record = records.paired_record(work.session, people, status)

    with pytest.raises(Forbidden):
        STEPS[step](work.as_actor(people[role]), record)


def test_the_choice_of_steps_is_what_the_table_allows(staff: Work, people: dict[str, User]) -> None:
    record = records.paired_record(staff.session, people, RecordStatus.SIGNED)

    assert steps.possible(record) == ("start", "terminate")


def test_signing_keeps_day_and_category(staff: Work, people: dict[str, User]) -> None:
    record = records.paired_record(staff.session, people, RecordStatus.INTENDED, contract_category=None)

    steps.sign(staff, record, today(), "consulting", "皖合2026-7")

    assert (record.signed_on, record.contract_category, record.contract_number) == (
        today(),
        "consulting",
        "皖合2026-7",
    )


def test_nobody_signs_tomorrow(staff: Work, people: dict[str, User]) -> None:
    record = records.paired_record(staff.session, people, RecordStatus.INTENDED)

    with pytest.raises(BadTerms) as refused:
        steps.sign(staff, record, today() + timedelta(days=2), "service")

    assert refused.value.faults == [("signed_on", Fault.SIGNED_IN_FUTURE)]


def test_work_does_not_start_after_it_ends(staff: Work, people: dict[str, User]) -> None:
    record = records.paired_record(staff.session, people, RecordStatus.SIGNED, ends_on=today())

    with pytest.raises(BadTerms):
        steps.start(staff, record, today() + timedelta(days=1))


def test_acceptance_keeps_the_results(staff: Work, people: dict[str, User]) -> None:
    record = records.paired_record(staff.session, people)

    steps.accept(staff, record, Results(patents=2, jobs=0, output_value=Decimal("350.25")), "通过")

    assert (record.result_patents, record.result_jobs, record.result_output_value, record.result_tax) == (
        2,
        0,
        Decimal("350.25"),
        None,
    )


def test_acceptance_solves_the_problem(staff: Work, people: dict[str, User]) -> None:
    record = records.paired_record(staff.session, people)

    STEPS["accept"](staff, record)

    assert problem_of(record).status is ProblemStatus.SOLVED


def test_a_solved_problem_is_still_found(staff: Work, people: dict[str, User]) -> None:
    record = records.paired_record(staff.session, people)

    STEPS["accept"](staff, record)

    hits = staff.engine.search(staff.session, "problem", problem_of(record).title, 5)
    assert [hit.id for hit in hits] == [problem_of(record).id]


def test_acceptance_waits_for_open_milestones_and_names_them(staff: Work, people: dict[str, User]) -> None:
    record = records.paired_record(staff.session, people)
    records.milestone(record, staff.session, status=MilestoneStatus.WAIVED)
    left = records.milestone(record, staff.session, name="中期检查")

    with pytest.raises(OpenMilestones) as refused:
        STEPS["accept"](staff, record)

    assert list(refused.value.milestones) == [left]
    assert record.status is RecordStatus.IN_PROGRESS


def test_acceptance_without_an_opinion_is_refused(staff: Work, people: dict[str, User]) -> None:
    record = records.paired_record(staff.session, people)

    with pytest.raises(BadTerms):
        steps.accept(staff, record, Results(), "  ")


def test_termination_needs_a_reason(staff: Work, people: dict[str, User]) -> None:
    record = records.paired_record(staff.session, people)

    with pytest.raises(BadTerms):
        steps.terminate(staff, record, " ")


def test_termination_opens_the_problem_again(staff: Work, people: dict[str, User]) -> None:
    record = records.paired_record(staff.session, people)

    STEPS["terminate"](staff, record)

    assert problem_of(record).status is ProblemStatus.PUBLISHED


def test_the_problem_stays_in_cooperation_while_another_record_runs(
    staff: Work, people: dict[str, User]
) -> None:
    record = records.paired_record(staff.session, people)
    records.paired_record(staff.session, people, RecordStatus.SIGNED, problem=problem_of(record))

    STEPS["terminate"](staff, record)

    assert problem_of(record).status is ProblemStatus.IN_COOPERATION


def test_a_terminated_record_beside_it_does_not_count_as_running(
    staff: Work, people: dict[str, User]
) -> None:
    record = records.paired_record(staff.session, people)
    records.paired_record(staff.session, people, RecordStatus.TERMINATED, problem=problem_of(record))

    STEPS["terminate"](staff, record)

    assert problem_of(record).status is ProblemStatus.PUBLISHED


def test_reopening_an_acceptance_takes_the_solution_back(staff: Work, people: dict[str, User]) -> None:
    record = records.paired_record(staff.session, people)
    STEPS["accept"](staff, record)

    STEPS["reopen"](staff, record)

    assert problem_of(record).status is ProblemStatus.IN_COOPERATION


def test_a_problem_that_another_record_solved_stays_solved(staff: Work, people: dict[str, User]) -> None:
    record = records.paired_record(staff.session, people)
    STEPS["accept"](staff, record)
    records.paired_record(staff.session, people, RecordStatus.ACCEPTED, problem=problem_of(record))

    STEPS["reopen"](staff, record)

    assert problem_of(record).status is ProblemStatus.SOLVED


def test_reopening_a_termination_takes_the_problem_along(staff: Work, people: dict[str, User]) -> None:
    record = records.paired_record(staff.session, people)
    STEPS["terminate"](staff, record)

    STEPS["reopen"](staff, record)

    assert problem_of(record).status is ProblemStatus.IN_COOPERATION


def test_a_record_that_was_never_signed_is_an_intention_again(staff: Work, people: dict[str, User]) -> None:
    record = records.paired_record(staff.session, people, RecordStatus.INTENDED)
    STEPS["terminate"](staff, record)

    STEPS["reopen"](staff, record)

    assert record.status is RecordStatus.INTENDED


def test_a_problem_that_was_withdrawn_meanwhile_is_left_alone(staff: Work, people: dict[str, User]) -> None:
    problem = factories.problem(staff.session, people["enterprise"], ProblemStatus.WITHDRAWN)
    record = records.paired_record(staff.session, people, problem=problem)

    STEPS["accept"](staff, record)

    assert problem.status is ProblemStatus.WITHDRAWN


def test_a_record_made_by_hand_has_no_problem_to_solve(staff: Work, people: dict[str, User]) -> None:
    sides = [people["enterprise"].organisation, people["liaison"].organisation]
    record = records.record(staff.session, sides)

    STEPS["accept"](staff, record)

    assert record.status is RecordStatus.ACCEPTED


def test_each_step_is_an_event_with_its_reason(staff: Work, people: dict[str, User]) -> None:
    record = records.paired_record(staff.session, people)

    steps.terminate(staff, record, "企业转产")

    last = record.events[-1]
    assert (last.action, last.actor, last.from_status, last.to_status, last.note) == (
        "terminated",
        staff.actor,
        "in_progress",
        "terminated",
        "企业转产",
    )


def test_steps_of_record_and_problem_are_in_the_audit_without_the_reason(
    staff: Work, people: dict[str, User]
) -> None:
    record = records.paired_record(staff.session, people)

    steps.terminate(staff, record, "企业转产")

    found = [(event.action, event.details) for event in staff.session.scalars(select(AuditEvent))]
    assert found == [
        ("record.terminated", {"number": record.number, "from": "in_progress", "to": "terminated"}),
        (
            "problem.cooperation_ended",
            {"record": record.number, "from": "in_cooperation", "to": "published"},
        ),
    ]


def test_both_parties_and_the_broker_are_told_and_the_actor_is_not(
    staff: Work, people: dict[str, User]
) -> None:
    colleague = factories.user(staff.session, people["staff"].role, people["staff"].organisation)
    record = records.paired_record(staff.session, people, broker=colleague)

    STEPS["accept"](staff, record)
    staff.session.flush()

    told = {notice.user_id for notice in staff.session.scalars(select(Notice))}
    assert told == {people["enterprise"].id, people["liaison"].id, colleague.id}


def test_a_problem_goes_on_as_the_engine_knows_it(staff: Work, people: dict[str, User]) -> None:
    record = records.paired_record(staff.session, people)
    postings.index(staff, problem_of(record))

    STEPS["terminate"](staff, record)

    capability = record.pairing.capability if record.pairing else None
    postings.index(staff, capability)  # type: ignore[arg-type]
    ranked = staff.engine.rank(staff.session, ("capability", capability.id))  # type: ignore[union-attr]
    assert [each.id for each in ranked] == [problem_of(record).id]
