"""The figures of a period, counted from what happened: first publications, events of pairings and of records.

A state that somebody has changed back since still happened: conversion counts whoever reached a stage, not who is
there now. Times run from the first submission of a problem; a step taken twice counts when it was first taken.
Every number of rows is that of a list under an address (`lists`), to which its figure leads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.policy import Action, require
from matchmaker.postings.service import FITS
from matchmaker.statistics.amounts import Amount, Amounts, Grouping, amounts
from matchmaker.statistics.bodies import Bodies, bodies
from matchmaker.statistics.flows import Flow, Stage, Way, flows, introductions, stages
from matchmaker.statistics.lists import Counted, Kind, Link
from matchmaker.statistics.period import FIRST_DAY, Period, Span, Step, last_day, span_of
from matchmaker.statistics.postings import (
    Duration,
    Gap,
    New,
    NewPostings,
    Solved,
    durations,
    gaps,
    new_postings,
    solved,
)
from matchmaker.work import Work

__all__ = [
    "FIRST_DAY",
    "FITS",
    "Amount",
    "Amounts",
    "Bodies",
    "Counted",
    "Duration",
    "Figures",
    "Flow",
    "Gap",
    "Grouping",
    "Kind",
    "Link",
    "New",
    "NewPostings",
    "Period",
    "Solved",
    "Span",
    "Stage",
    "Step",
    "Way",
    "figures",
    "last_day",
    "span_of",
]


@dataclass(frozen=True)
class Figures:
    """Everything that the bureau reports of a period."""

    period: Period
    new: NewPostings
    bodies: Bodies
    introductions: Counted
    stages: Sequence[Stage]
    durations: Sequence[Duration]
    amounts: Amounts
    solved: Solved
    flows: Sequence[Flow]
    gaps: Sequence[Gap]

    @property
    def solved_share(self) -> float | None:
        return self.solved.share(self.new.total.problems.count)

    def duration(self, name: str) -> Duration:
        return next(each for each in self.durations if each.name == name)


def figures(work: Work, period: Period, step: Step = Step.MONTH, way: Way = Way.CONFIRMED) -> Figures:
    """Amounts over time by `step`; flows of what was introduced or confirmed."""
    require(work.actor, Action.STATISTICS_READ)
    return Figures(
        period,
        new_postings(work, period),
        bodies(work, period),
        introductions(work, period),
        stages(work, period),
        durations(work, period),
        amounts(work, period, step),
        solved(work, period),
        flows(work, period, way),
        gaps(work, period),
    )
