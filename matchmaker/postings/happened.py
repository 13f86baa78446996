"""What happened to problems and capabilities, and when: what figures count, and lists filter by for the bureau.

Each is dated by the first time: what was new or introduced in a month stays so, whatever was undone or done again later.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, func, select

from matchmaker.days import Days
from matchmaker.engine.ranking import GOOD
from models import (
    Capability,
    CooperationRecord,
    Pairing,
    PairingEvent,
    Problem,
    ProblemStatus,
    RecordEvent,
)

FITS = GOOD
"""The score from which a suggestion is said to fit well, 较匹配: a problem without one is a gap."""
IN_TOUCH = ("introduce", "negotiate", "confirm")


class Happened(StrEnum):
    """What a list's days are days of."""

    PUBLISHED = "published"
    INTRODUCED = "introduced"
    CONFIRMED = "confirmed"
    SIGNED = "signed"
    SOLVED = "solved"


STEPS = {Happened.INTRODUCED: "introduce", Happened.CONFIRMED: "confirm"}


def first_of_problem(what: Happened) -> Subquery:
    """(problem_id, at): when it first came to this with any of a problem's pairings; of "solved" the last time.

    Published is a column of the problem itself.
    """
    if what in STEPS:
        wanted = (
            select(Pairing.problem_id, func.min(PairingEvent.created_at).label("at"))
            .join(PairingEvent, PairingEvent.pairing_id == Pairing.id)
            .where(PairingEvent.action == STEPS[what])
        )
    elif what is Happened.SIGNED:
        wanted = _by_record("signed", func.min(RecordEvent.created_at))
    else:
        wanted = _by_record("accepted", func.max(RecordEvent.created_at))
    return wanted.group_by(Pairing.problem_id).subquery()


def in_days(model: type[Problem] | type[Capability], what: Happened, days: Days) -> list[ColumnElement[bool]]:
    """Conditions on problems or capabilities. Of capabilities there is only "published"; a solved problem still is."""
    if model is Capability or what is Happened.PUBLISHED:
        return [model.first_published_at.is_not(None), *days.moments(model.first_published_at)]
    first = first_of_problem(what)
    wanted: list[ColumnElement[bool]] = [
        Problem.id.in_(select(first.c.problem_id).where(*days.moments(first.c.at)))
    ]
    return [*wanted, Problem.status == ProblemStatus.SOLVED] if what is Happened.SOLVED else wanted


def is_gap() -> ColumnElement[bool]:
    """A problem that is published and waits, with no suggestion that fits and nobody ever introduced."""
    answered = (
        select(Pairing.id)
        .where(Pairing.problem_id == Problem.id, (Pairing.score >= FITS) & (Pairing.status != "dismissed"))
        .correlate(Problem)
    )
    touched = (
        select(PairingEvent.id)
        .join(Pairing, PairingEvent.pairing_id == Pairing.id)
        .where(Pairing.problem_id == Problem.id, PairingEvent.action.in_(IN_TOUCH))
        .correlate(Problem)
    )
    return (Problem.status == ProblemStatus.PUBLISHED) & ~answered.exists() & ~touched.exists()


def _by_record(action: str, at: Any) -> Select[Any]:
    return (
        select(Pairing.problem_id, at.label("at"))
        .join(CooperationRecord, CooperationRecord.pairing_id == Pairing.id)
        .join(RecordEvent, RecordEvent.record_id == CooperationRecord.id)
        .where(RecordEvent.action == action)
    )
