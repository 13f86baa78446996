"""Every state machine: what its table allows happens, and nothing else."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest

from models import (
    Capability,
    CapabilityStatus,
    CooperationRecord,
    IllegalStep,
    Job,
    JobStatus,
    Milestone,
    MilestoneStatus,
    Organisation,
    Pairing,
    PairingStatus,
    Problem,
    ProblemStatus,
    Project,
    ProjectStatus,
    RecordStatus,
    RequestStatus,
    Service,
    ServiceRequest,
    ServiceStatus,
    Verification,
    advance,
)

MACHINES: dict[type, type[StrEnum]] = {
    Problem: ProblemStatus,
    Capability: CapabilityStatus,
    Pairing: PairingStatus,
    CooperationRecord: RecordStatus,
    Milestone: MilestoneStatus,
    Organisation: Verification,
    Job: JobStatus,
    Project: ProjectStatus,
    Service: ServiceStatus,
    ServiceRequest: RequestStatus,
}
EVERY_STEP = [
    pytest.param(model, status, action, id=f"{model.__name__}-{status.value}-{action}")
    for model, statuses in MACHINES.items()
    for status in statuses
    for action in (*model.MACHINE.steps, "no such action")
]
ARROWS = {
    "Problem": """
        draft submit submitted, returned submit submitted, expired submit submitted,
        submitted publish published, submitted return returned,
        published recheck submitted, returned recheck submitted,
        draft withdraw withdrawn, submitted withdraw withdrawn, returned withdraw withdrawn,
        published withdraw withdrawn, withdrawn restore draft,
        published begin_cooperation in_cooperation, in_cooperation end_cooperation published,
        in_cooperation solve solved, solved resume_cooperation in_cooperation, published expire expired""",
    "Capability": """
        draft submit submitted, returned submit submitted, submitted publish published,
        submitted return returned, published recheck submitted, returned recheck submitted,
        draft archive archived, submitted archive archived,
        returned archive archived, published archive archived, archived restore draft""",
    "Pairing": """
        suggested shortlist shortlisted, suggested introduce introduced, shortlisted introduce introduced,
        introduced negotiate negotiating,
        suggested confirm confirmed, shortlisted confirm confirmed, introduced confirm confirmed,
        negotiating confirm confirmed,
        suggested dismiss dismissed, shortlisted dismiss dismissed, introduced dismiss dismissed,
        negotiating dismiss dismissed, dismissed reopen suggested, shortlisted reopen suggested""",
    "CooperationRecord": """
        intended sign signed, signed start in_progress, in_progress accept accepted,
        intended terminate terminated, signed terminate terminated, in_progress terminate terminated,
        accepted reopen in_progress, terminated reopen in_progress, terminated reopen_unsigned intended""",
    "Milestone": """
        planned complete done, planned waive waived, done reopen planned, waived reopen planned""",
    "Organisation": """
        pending verify verified, rejected verify verified, pending reject rejected,
        verified reject rejected, rejected resubmit pending,
        verified recheck pending, rejected recheck pending,
        pending merge merged, verified merge merged, rejected merge merged""",
    "Job": """
        queued claim running, running release queued, running finish done,
        queued fail failed, running fail failed, queued cancel cancelled, running cancel cancelled""",
    "Project": """
        distilling reserve reserve, reserve recommend recommended, recommended approve approved,
        approved accept accepted, reserve step_back distilling, recommended step_back reserve,
        distilling cancel cancelled, reserve cancel cancelled, recommended cancel cancelled,
        approved cancel cancelled, cancelled reopen distilling""",
    "Service": """
        draft submit submitted, returned submit submitted, published change submitted,
        draft publish published, submitted publish published, submitted return returned,
        draft archive archived, submitted archive archived, returned archive archived,
        published archive archived, archived restore draft""",
    "ServiceRequest": """
        requested accept accepted, accepted start in_progress, in_progress complete done,
        requested decline declined, accepted decline declined,
        requested withdraw withdrawn, accepted withdraw withdrawn, in_progress withdraw withdrawn""",
}
"""The arrows once more, by hand: from, action, to. A change of a machine is a change here too."""


def arrows(model: type) -> dict[tuple[str, str], str]:
    found = (each.split() for each in ARROWS[model.__name__].split(","))
    return {(before, action): after for before, action, after in found}


@pytest.mark.parametrize(("model", "status", "action"), EVERY_STEP)
def test_a_step_is_taken_where_there_is_an_arrow_and_refused_elsewhere(
    model: Any, status: StrEnum, action: str
) -> None:
    subject = model(status=status)
    after = arrows(model).get((status.value, action))
    if after is None:
        with pytest.raises(IllegalStep) as raised:
            advance(subject, action)
        assert (raised.value.subject, raised.value.status, raised.value.action) == (subject, status, action)
        assert subject.status is status
    else:
        assert advance(subject, action) == (status.value, after)
        assert subject.status is type(status)(after)


@pytest.mark.parametrize("model", MACHINES)
def test_the_actions_of_a_status_are_those_with_an_arrow(model: Any) -> None:
    for status in MACHINES[model]:
        expected = {action for before, action in arrows(model) if before == status.value}
        assert set(model.MACHINE.actions(status)) == expected


@pytest.mark.parametrize("model", MACHINES)
def test_every_status_can_be_reached_from_the_first(model: Any) -> None:
    reached = {next(iter(MACHINES[model]))}
    for _ in MACHINES[model]:
        reached |= {
            after
            for steps in model.MACHINE.steps.values()
            for before, after in steps.items()
            if before in reached
        }
    assert reached == set(MACHINES[model])


@pytest.mark.parametrize("model", MACHINES)
def test_a_new_object_begins_in_the_first_status(model: Any) -> None:
    assert model.__table__.c.status.default.arg is next(iter(MACHINES[model]))
