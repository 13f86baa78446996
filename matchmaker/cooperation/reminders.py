"""Milestones that fall due: both parties and the broker are told 14 and 3 days before, on the day, and each week after."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from matchmaker.cooperation import events
from matchmaker.cooperation.steps import RUNNING
from matchmaker.notices import reminders
from matchmaker.work import Work
from models import CooperationRecord, Milestone, MilestoneStatus

AHEAD = (14, 3, 0)
"""Days before the due day."""
WEEK = 7


def remind(work: Work) -> int:
    """Tell of the milestones whose time has come, each stage once; returns how many were told of. For a daily job.

    A stage that a stopped service missed is told of late, and only the last one; another due day begins anew.
    """
    horizon = work.today() + timedelta(days=max(AHEAD))
    due = work.session.scalars(
        select(Milestone)
        .join(Milestone.record)
        .where(
            Milestone.status == MilestoneStatus.PLANNED,
            Milestone.due_on <= horizon,
            CooperationRecord.status.in_(RUNNING),
        )
        .order_by(Milestone.due_on, Milestone.id)
    )
    stages = [(each, f"{each.due_on} {stage(each.due_on, work.today())}") for each in due]
    told = reminders.new(work, "milestone", [(each.id, occasion) for each, occasion in stages])
    for milestone, occasion in stages:
        if (milestone.id, occasion) in told:
            _tell(work, milestone)
    return len(told)


def stage(due_on: date, today: date) -> int:
    """The last of the stages that has come: days before the due day, or below zero the weeks since."""
    left = (due_on - today).days
    if left > -WEEK:
        return min(each for each in AHEAD if left <= each)
    return -(-left // WEEK)


def _tell(work: Work, milestone: Milestone) -> None:
    left = (milestone.due_on - work.today()).days
    kind = "milestone.due" if left > 0 else "milestone.today" if left == 0 else "milestone.late"
    events.tell(
        work,
        milestone.record,
        kind,
        milestone=milestone.name,
        due=milestone.due_on.isoformat(),
        days=abs(left),
    )
