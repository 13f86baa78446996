"""New problems and capabilities by month, field and county; the times problems took; gaps."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from matchmaker.postings import service as postings
from matchmaker.postings.service import UNSTATED, Happened
from matchmaker.statistics import lists
from matchmaker.statistics.lists import Counted, Kind, Link
from matchmaker.statistics.period import Period, Step, step_name
from matchmaker.work import LOCAL_ZONE, Work
from models import Capability, Organisation, Problem

DAY = 86_400.0
DURATIONS = {
    "publish": Happened.PUBLISHED,
    "introduce": Happened.INTRODUCED,
    "confirm": Happened.CONFIRMED,
    "signed": Happened.SIGNED,
}


@dataclass(frozen=True)
class New:
    """First published in the period, in one month, field or county."""

    key: str
    problems: Counted
    capabilities: Counted


@dataclass(frozen=True)
class NewPostings:
    total: New
    months: Sequence[New]
    fields: Sequence[New]
    counties: Sequence[New]
    """Of capabilities those of teams or institutions there: most institutions are elsewhere."""


@dataclass(frozen=True)
class Duration:
    """Days that something took, over those to which it happened in the period; None where it happened to none."""

    name: str
    count: int
    mean: float | None
    median: float | None
    slowest_tenth: float | None
    """Nine in ten took no longer."""
    link: Link


@dataclass(frozen=True)
class Gap:
    """A field in which problems wait and nobody fits, as it is now."""

    field: str
    gaps: Counted
    waiting: Counted
    """All that are published and wait."""
    oldest: datetime | None
    """When the one that waits longest was first published."""


@dataclass(frozen=True)
class Solved:
    """Problems solved in the period; and of those first published in it, how many are solved by now."""

    solved: Counted
    of_new: Counted

    def share(self, new: int) -> float | None:
        return self.of_new.count / new if new else None


@dataclass(frozen=True)
class _Row:
    month: str
    field: str
    counties: frozenset[str]


def new_postings(work: Work, period: Period) -> NewPostings:
    """One look at each table; added up here, because months are those of the bureau's time zone."""
    problems, capabilities = _problems(work, period), _capabilities(work, period)
    months = _counters(problems, capabilities, lambda row: [row.month])
    fields = _counters(problems, capabilities, lambda row: [row.field])
    counties = _counters(problems, capabilities, lambda row: row.counties)
    return NewPostings(
        _new("", len(problems), len(capabilities), period.during()),
        [
            _new(name, months[0][name], months[1][name], period.during(since=first, until=last))
            for name, first, last in period.steps(Step.MONTH)
        ],
        [
            _new(key, fields[0][key], fields[1][key], period.during(field=key or UNSTATED))
            for key in _largest(*fields)
        ],
        [
            _new(key, counties[0][key], counties[1][key], period.during(county=key or UNSTATED))
            for key in _largest(*counties)
            if not period.county or key == period.county
        ],
    )


def durations(work: Work, period: Period) -> list[Duration]:
    """Of what was first published, introduced, confirmed or signed in the period, whenever it was submitted."""
    found = []
    for name, what in DURATIONS.items():
        query = period.during(happened=what.value)
        rows = select(Problem.first_submitted_at, Problem.first_published_at)
        if what is not Happened.PUBLISHED:
            first = postings.first_of_problem(what)
            rows = select(Problem.first_submitted_at, first.c.at).join(
                first, first.c.problem_id == Problem.id
            )
        rows = rows.where(*lists.problems(work, query), Problem.first_submitted_at.is_not(None))
        days = [_days(began, ended) for began, ended in work.session.execute(rows)]
        found.append(_duration(name, days, Link(Kind.PROBLEMS, query)))
    return found


def gaps(work: Work, period: Period) -> list[Gap]:
    """The fields with most of them first. Of now, whatever the days of the period."""
    query = period.within(gap=1)
    waiting = dict(_by_field(work, period.within(status="published")))
    oldest = func.min(Problem.first_published_at)
    rows = work.session.execute(
        select(Problem.field, func.count(Problem.id), oldest)
        .where(*lists.problems(work, query))
        .group_by(Problem.field)
    )
    found = [
        Gap(
            field or "",
            Counted(count, Link(Kind.PROBLEMS, query | {"field": field or UNSTATED})),
            Counted(
                waiting.get(field, 0),
                Link(Kind.PROBLEMS, period.within(status="published", field=field or UNSTATED)),
            ),
            since,
        )
        for field, count, since in rows
    ]
    return sorted(found, key=lambda each: (-each.gaps.count, each.field))


def solved(work: Work, period: Period) -> Solved:
    return Solved(
        lists.count_problems(work, period.during(happened=Happened.SOLVED.value)),
        lists.count_problems(work, period.during(status="solved")),
    )


def _by_field(work: Work, query: dict[str, Any]) -> list[tuple[str | None, int]]:
    rows = work.session.execute(
        select(Problem.field, func.count(Problem.id))
        .where(*lists.problems(work, query))
        .group_by(Problem.field)
    )
    return [(field, count) for field, count in rows]


def _days(began: Any, ended: Any) -> float:
    return max(0.0, float((ended - began).total_seconds() / DAY))


def _duration(name: str, days: list[float], link: Link) -> Duration:
    if not days:
        return Duration(name, 0, None, None, None, link)
    ordered = sorted(days)
    slow = ordered[min(len(ordered) - 1, -(-9 * len(ordered) // 10) - 1)]
    return Duration(name, len(days), statistics.fmean(days), statistics.median(days), slow, link)


def _new(key: str, problems: int, capabilities: int, query: dict[str, Any]) -> New:
    query = {name: value.isoformat() if isinstance(value, date) else value for name, value in query.items()}
    return New(
        key,
        Counted(problems, Link(Kind.PROBLEMS, query)),
        Counted(capabilities, Link(Kind.CAPABILITIES, query)),
    )


def _problems(work: Work, period: Period) -> list[_Row]:
    wanted = select(Problem.first_published_at, Problem.field, Problem.county)
    rows = work.session.execute(wanted.where(*lists.problems(work, period.during())))
    return [_Row(_month(at), field or "", frozenset({county or ""})) for at, field, county in rows]


def _capabilities(work: Work, period: Period) -> list[_Row]:
    wanted = select(
        Capability.first_published_at, Capability.field, Capability.county, Organisation.county
    ).join(Organisation, Organisation.id == Capability.organisation_id)
    rows = work.session.execute(wanted.where(*lists.capabilities(work, period.during())))
    return [_Row(_month(at), field or "", frozenset(filter(None, places))) for at, field, *places in rows]


def _month(at: Any) -> str:
    return step_name(Step.MONTH, at.astimezone(LOCAL_ZONE).date())


def _counters(
    problems: Sequence[_Row], capabilities: Sequence[_Row], keys: Callable[[_Row], Iterable[str]]
) -> tuple[Counter[str], Counter[str]]:
    first, second = (Counter(key for row in rows for key in keys(row)) for rows in (problems, capabilities))
    return first, second


def _largest(*counters: Counter[str]) -> list[str]:
    """Keys of both, those with most problems first."""
    first, second = counters
    return sorted(first.keys() | second.keys(), key=lambda key: (-first[key], -second[key], key))
