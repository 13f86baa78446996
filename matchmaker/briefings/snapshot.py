"""What a briefing keeps of the day on which its figures were taken: codes, numbers, names and titles as plain data."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, load_only

from matchmaker.cooperation import register
from matchmaker.postings import service as postings
from matchmaker.projects import service as projects
from matchmaker.statistics import service as statistics
from matchmaker.statistics.service import Figures, Grouping, Period, Step
from matchmaker.work import LOCAL_ZONE, Work
from models import (
    Capability,
    CooperationRecord,
    Milestone,
    Organisation,
    PartyRole,
    Problem,
    Project,
)

MOST_ROWS = 60
"""Of a list in a briefing; its text says how many there are in all."""
LONGEST_BY_MONTH = 400
"""Days; amounts of a longer period are added up by quarter."""

Snapshot = dict[str, Any]


def take(work: Work, period: Period) -> Snapshot:
    """Amounts are texts, because JSON has no decimals."""
    by = Step.MONTH if (period.last - period.first).days <= LONGEST_BY_MONTH else Step.QUARTER
    figures = statistics.figures(work, period, by)
    return {
        "totals": _totals(figures),
        "months": [_new(each) for each in figures.new.months],
        "fields": [_new(each) for each in figures.new.fields],
        "counties": [_new(each) for each in figures.new.counties],
        "stages": [
            {"name": each.name, "count": each.count, "share": each.of_before} for each in figures.stages
        ],
        "amounts": [_amount(each) for each in figures.amounts.over_time],
        "categories": [_amount(each) for each in figures.amounts.groups[Grouping.CATEGORY]],
        "institutions": [_amount(each) for each in figures.amounts.groups[Grouping.INSTITUTION]][:MOST_ROWS],
        "flows": [
            {"field": each.field, "institution": each.institution, "count": each.pairings.count}
            for each in figures.flows
        ],
        "gaps": [
            {"field": each.field, "gaps": each.gaps.count, "waiting": each.waiting.count}
            for each in figures.gaps
        ],
        "problems": _postings(work, Problem, period),
        "capabilities": _postings(work, Capability, period),
        "records": _records(work, period),
        "overdue": _overdue(work, period),
        "projects": _projects(work, period),
    }


def _totals(figures: Figures) -> Snapshot:
    total, registered = figures.amounts.total, figures.amounts.registered
    return {
        "problems": figures.new.total.problems.count,
        "capabilities": figures.new.total.capabilities.count,
        "introductions": figures.introductions.count,
        "records": total.records,
        "amount": str(total.amount),
        "technology_amount": str(total.technology_amount),
        "registered": registered.records,
        "registered_amount": str(registered.technology_amount),
        "solved": figures.solved.solved.count,
        "days_to_introduction": figures.duration("introduce").mean,
        "days_to_signature": figures.duration("signed").mean,
        "joined": {kind.value: each.count for kind, each in figures.bodies.joined.items()},
        "active": {kind.value: each.count for kind, each in figures.bodies.active.items()},
        "gaps": sum(each.gaps.count for each in figures.gaps),
    }


def _new(each: statistics.New) -> Snapshot:
    return {"key": each.key, "problems": each.problems.count, "capabilities": each.capabilities.count}


def _amount(each: statistics.Amount) -> Snapshot:
    return {
        "key": each.key,
        "name": each.name,
        "records": each.records,
        "amount": str(each.amount),
        "technology_amount": str(each.technology_amount),
    }


def _postings(work: Work, model: Any, period: Period) -> list[Snapshot]:
    """The newest first; nothing of them but what everybody may read."""
    filters = postings.Filters.from_query({name: str(value) for name, value in period.during().items()})
    wanted = (
        select(model)
        .where(*postings.conditions(work, model, filters))
        .options(load_only(model.title, model.field, model.first_published_at))
        .order_by(model.first_published_at.desc(), model.id.desc())
        .limit(MOST_ROWS)
    )
    return [
        {
            "title": each.title,
            "organisation": each.organisation.name,
            "field": each.field or "",
            "day": _day(each.first_published_at),
        }
        for each in work.session.scalars(wanted).unique()
    ]


def _records(work: Work, period: Period) -> list[Snapshot]:
    query = {name: str(value) for name, value in period.signed().items()}
    wanted = (
        select(CooperationRecord)
        .where(*register.conditions(work, register.Filters.from_query(query)))
        .order_by(CooperationRecord.signed_on.desc(), CooperationRecord.id.desc())
        .limit(MOST_ROWS)
    )
    return [
        {
            "number": each.number,
            "title": each.title,
            "first": _party(each, PartyRole.A),
            "second": _party(each, PartyRole.B),
            "mode": each.mode,
            "amount": None if each.amount is None else str(each.amount),
            "day": _day(each.signed_on),
        }
        for each in work.session.scalars(wanted).unique()
    ]


def _overdue(work: Work, period: Period) -> list[Snapshot]:
    """Milestones that are late now and were due by the end of the period, the longest late first."""
    query = {name: str(value) for name, value in period.within(late=1).items()}
    records = select(CooperationRecord.id).where(
        *register.conditions(work, register.Filters.from_query(query))
    )
    wanted = (
        select(Milestone)
        .where(
            register.late_milestone(work.today()),
            Milestone.due_on <= period.last,
            Milestone.record_id.in_(records),
        )
        .options(joinedload(Milestone.record).joinedload(CooperationRecord.broker))
        .order_by(Milestone.due_on, Milestone.id)
        .limit(MOST_ROWS)
    )
    return [
        {
            "number": each.record.number,
            "title": each.record.title,
            "milestone": each.name,
            "due": _day(each.due_on),
            "late": (work.today() - each.due_on).days,
            "broker": each.record.broker.name if each.record.broker else "",
        }
        for each in work.session.scalars(wanted).unique()
    ]


def _projects(work: Work, period: Period) -> list[Snapshot]:
    """Distilled and not yet accepted or cancelled; of a county those with a problem or their lead in it."""
    found = projects.every(work, projects.Filters(state=projects.OPEN)).items
    return [
        {
            "title": each.title,
            "programme": each.programme or "",
            "level": each.level.value if each.level else "",
            "status": each.status.value,
            "lead": each.lead.name if each.lead else "",
            "problems": len(each.sources),
            "budget": None if each.budget is None else str(each.budget),
        }
        for each in found
        if not period.county or period.county in _counties(each)
    ][:MOST_ROWS]


def _counties(project: Project) -> set[str | None]:
    lead: Organisation | None = project.lead
    return {lead.county if lead else None, *(each.problem.county for each in project.sources)}


def _party(record: CooperationRecord, role: PartyRole) -> str:
    return next((each.organisation.name for each in record.parties if each.role is role), "")


def _day(value: Any) -> str:
    if value is None:
        return ""
    return str(value.astimezone(LOCAL_ZONE).date() if hasattr(value, "astimezone") else value)
