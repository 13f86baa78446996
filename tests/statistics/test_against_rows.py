"""Every figure of the dashboard against what plain rows give, and against the list that it leads to."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from statistics import fmean
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from matchmaker.cooperation import register
from matchmaker.organisations import service as organisations
from matchmaker.pairings import service as pairings
from matchmaker.pairings.filters import State
from matchmaker.postings import service as postings
from matchmaker.statistics import service
from matchmaker.statistics.service import (
    Amount,
    Counted,
    Duration,
    Figures,
    Grouping,
    Kind,
    Link,
    Period,
    Stage,
    Step,
    Way,
)
from matchmaker.work import Work
from models import Capability, Problem, User
from tests.factories import sign_in
from tests.statistics.world import COUNTIES, Rows, day, fill

PERIODS = [
    Period(date(2026, 1, 1), date(2026, 9, 30)),
    Period(date(2025, 11, 15), date(2026, 8, 1), COUNTIES[1]),
]
ORDER = ("suggested", "shortlist", "introduce", "negotiate", "confirm", "signed", "accepted")
FITS = 0.3


class Expected:
    """The same figures in plain Python over rows."""

    def __init__(self, session: Session, period: Period) -> None:
        self.rows, self.period = Rows(session), period
        visible = [each for each in self.rows.problems.values() if each.status != "draft"]
        self.problems = [each for each in visible if period.county in ("", each.county)]

    def within(self, at: Any) -> bool:
        return (
            at is not None
            and self.period.first <= (day(at) if hasattr(at, "hour") else at) <= self.period.last
        )

    def new_problems(self) -> list[Any]:
        return [each for each in self.problems if self.within(each.first_published_at)]

    def new_capabilities(self, county: str) -> list[Any]:
        found = []
        for each in self.rows.capabilities.values():
            places = {each.county, self.rows.organisations[each.organisation_id].county}
            if self.within(each.first_published_at) and (not county or county in places):
                found.append(each)
        return found

    def pairings(self) -> list[Any]:
        return [each for each in self.rows.pairings.values() if self._shown(each)]

    def _shown(self, pairing: Any) -> bool:
        problem = self.rows.problems[pairing.problem_id]
        capability = self.rows.capabilities[pairing.capability_id]
        if self.period.county not in ("", problem.county):
            return False
        bodies = [self.rows.organisations[each.organisation_id] for each in (problem, capability)]
        hidden = (
            problem.status == "solved"
            or any(each.status != "verified" for each in bodies)
            or problem.same_as_id is not None
            or capability.same_as_id is not None
        )
        return pairing.acted_on or not hidden

    def first_step(self, action: str) -> dict[int, Any]:
        found: dict[int, Any] = {}
        for pairing, at in self.rows.steps(action):
            found[pairing.id] = min(found.get(pairing.id, at), at)
        return found

    def records(self) -> list[Any]:
        return [
            each for each in self.rows.records.values() if self.within(each.signed_on) and self._here(each)
        ]

    def _here(self, record: Any) -> bool:
        return self.period.county in ("", self.county(record))

    def county(self, record: Any) -> str | None:
        first = self.rows.parties.get((record.id, "a"))
        return self.rows.organisations[first].county if first else None


@pytest.fixture
def filled(work: Work, people: dict[str, User]) -> Work:
    fill(work.session)
    work.session.commit()
    return work.as_actor(people["staff"])


@pytest.fixture(params=PERIODS, ids=["city", "county"])
def both(filled: Work, request: pytest.FixtureRequest) -> tuple[Figures, Expected]:
    figures = service.figures(filled, request.param, Step.QUARTER, Way.INTRODUCED)
    return figures, Expected(filled.session, request.param)


Both = tuple[Figures, Expected]


def test_new_problems_and_capabilities(both: Both) -> None:
    figures, expected = both
    problems = expected.new_problems()
    capabilities = expected.new_capabilities(expected.period.county)
    total = figures.new.total
    assert (total.problems.count, total.capabilities.count) == (len(problems), len(capabilities))
    assert total.problems.count > 3
    for rows, key in (
        (figures.new.months, lambda each: f"{day(each.first_published_at):%Y-%m}"),
        (figures.new.fields, lambda each: each.field or ""),
    ):
        assert {row.key: row.problems.count for row in rows if row.problems.count} == Counter(
            map(key, problems)
        )
        found = {row.key: row.capabilities.count for row in rows if row.capabilities.count}
        assert found == Counter(map(key, capabilities))
    by_county = Counter(each.county for each in problems)
    assert {row.key: row.problems.count for row in figures.new.counties if row.problems.count} == by_county
    for row in figures.new.counties:
        assert row.capabilities.count == len(expected.new_capabilities(row.key))


def test_organisations_that_joined_and_that_are_active(both: Both) -> None:
    figures, expected = both
    rows, active = expected.rows, set()
    for each in (*rows.problems.values(), *rows.capabilities.values()):
        if expected.within(each.first_published_at):
            active.add(each.organisation_id)
    for pairing, at in rows.steps("introduce"):
        if expected.within(at):
            active.add(rows.problems[pairing.problem_id].organisation_id)
            active.add(rows.capabilities[pairing.capability_id].organisation_id)
    for party in rows.party_rows:
        if expected.within(rows.records[party.record_id].signed_on):
            active.add(party.organisation_id)
    here = [each for each in rows.organisations.values() if expected.period.county in ("", each.county)]
    for kind, counted in figures.bodies.active.items():
        assert counted.count == sum(each.kind == kind and each.id in active for each in here), kind
    for kind, counted in figures.bodies.joined.items():
        joined = [each for each in here if each.status == "verified" and expected.within(each.created_at)]
        assert counted.count == sum(each.kind == kind for each in joined), kind


def test_how_far_pairings_came(both: Both) -> None:
    figures, expected = both
    furthest: dict[int, int] = defaultdict(int)
    for place, action in enumerate(ORDER):
        for pairing, _ in expected.rows.steps(action):
            furthest[pairing.id] = max(furthest[pairing.id], place)
    made = [each for each in expected.pairings() if expected.within(each.created_at)]
    counts = [sum(furthest[each.id] >= place for each in made) for place in range(len(ORDER))]
    assert [(each.name, each.count) for each in figures.stages] == list(zip(ORDER, counts, strict=True))
    assert counts[0] > counts[4] > 0
    assert [each.of_before for each in figures.stages[1:]] == [
        after / before if before else None for before, after in pairwise(counts)
    ]


def test_introductions_and_where_they_led(both: Both) -> None:
    figures, expected = both
    first, rows = expected.first_step("introduce"), expected.rows
    held = [each for each in expected.pairings() if expected.within(first.get(each.id))]
    assert figures.introductions.count == len(held) > 0
    flows: Counter[tuple[str, str]] = Counter()
    for each in held:
        institution = rows.organisations[rows.capabilities[each.capability_id].organisation_id]
        flows[rows.problems[each.problem_id].field or "", institution.name] += 1
    assert {(each.field, each.institution): each.pairings.count for each in figures.flows} == flows


def test_days_that_problems_took(both: Both) -> None:
    figures, expected = both
    ends = {
        "publish": {each.id: each.first_published_at for each in expected.problems},
        "introduce": expected.rows.first("introduce"),
        "confirm": expected.rows.first("confirm"),
        "signed": expected.rows.first("signed"),
    }
    for name, at in ends.items():
        days = [
            max(0.0, (at[each.id] - each.first_submitted_at).total_seconds() / 86_400)
            for each in expected.problems
            if expected.within(at.get(each.id))
        ]
        found = figures.duration(name)
        assert (found.count, found.mean) == (len(days), pytest.approx(fmean(days)) if days else None), name


def test_amounts_and_what_they_are_made_of(both: Both) -> None:
    figures, expected = both
    records, rows = expected.records(), expected.rows
    total = figures.amounts.total
    assert (total.records, total.amount, total.technology_amount) == _summed(records)
    assert total.records > 0
    keys: dict[Any, Callable[[Any], str]] = {
        Grouping.FIELD: lambda each: each.field or "",
        Grouping.COUNTY: lambda each: expected.county(each) or "",
        Grouping.INSTITUTION: lambda each: str(rows.parties.get((each.id, "b"), "")),
        Grouping.MODE: lambda each: each.mode,
        Grouping.CATEGORY: lambda each: each.contract_category or "",
    }
    for grouping, key in keys.items():
        assert _by_key(figures.amounts.groups[grouping]) == _grouped(records, key), grouping
    quarters = _grouped(records, lambda each: f"{each.signed_on.year} Q{(each.signed_on.month + 2) // 3}")
    assert {key: sums for key, sums in _by_key(figures.amounts.over_time).items() if sums[0]} == quarters
    registered = [
        each for each in rows.records.values() if expected.within(each.registered_on) and expected._here(each)
    ]
    found = figures.amounts.registered
    assert (found.records, found.amount, found.technology_amount) == _summed(registered)


def test_problems_solved_and_their_share(both: Both) -> None:
    figures, expected = both
    last = expected.rows.first("accepted", latest=True)
    solved = [
        each for each in expected.problems if each.status == "solved" and expected.within(last.get(each.id))
    ]
    assert figures.solved.solved.count == len(solved)
    new = expected.new_problems()
    assert figures.solved_share == sum(each.status == "solved" for each in new) / len(new)


def test_gaps(both: Both) -> None:
    figures, expected = both
    rows = expected.rows
    touched = {
        pairing.problem_id
        for step in ("introduce", "negotiate", "confirm")
        for pairing, _ in rows.steps(step)
    }
    fitting = {
        each.problem_id
        for each in rows.pairings.values()
        if each.score >= FITS and each.status != "dismissed"
    }
    waiting = [each for each in expected.problems if each.status == "published"]
    gaps = [each for each in waiting if each.id not in touched | fitting]
    assert {each.field: each.gaps.count for each in figures.gaps} == Counter(
        each.field or "" for each in gaps
    )
    by_field = Counter(each.field or "" for each in waiting)
    for found in figures.gaps:
        assert found.waiting.count == by_field[found.field]
        published = [each.first_published_at for each in gaps if (each.field or "") == found.field]
        assert found.oldest == min(published)


def test_every_figure_leads_to_a_list_of_just_so_many(filled: Work, both: Both) -> None:
    figures, _ = both
    checked = Counter[Kind]()
    for count, link in _links(figures):
        if count:
            assert _listed(filled, link) == count, link
            checked[link.kind] += 1
    assert set(checked) == set(Kind)


def test_the_pages_of_lists_say_the_same_number(
    client: FlaskClient, filled: Work, people: dict[str, User]
) -> None:
    staff = sign_in(client, people["staff"])
    page = staff.get("/statistics/?from=2026-01-01&to=2026-09-30").text
    seen = 0
    for link, number in re.findall(r'<span class="figure"><a href="([^"]+)">(\d+)</a>', page):
        listed = staff.get(link.replace("&amp;", "&")).text
        assert re.search(rf"共 {number} 条", listed), link
        seen += 1
    assert seen >= 4


def _links(figures: Any) -> Iterator[tuple[int, Link]]:
    """Every count with its link, wherever it stands."""
    if isinstance(figures, Counted):
        yield figures.count, figures.link
    elif isinstance(figures, Amount):
        yield figures.records, figures.link
    elif isinstance(figures, Stage | Duration):
        yield figures.count, figures.link
    elif isinstance(figures, dict):
        for each in figures.values():
            yield from _links(each)
    elif isinstance(figures, list | tuple):
        for each in figures:
            yield from _links(each)
    elif hasattr(figures, "__dataclass_fields__") and not isinstance(figures, Period):
        yield from _links(list(vars(figures).values()))


def _listed(work: Work, link: Link) -> int:
    query = {name: str(value) for name, value in link.query.items()}
    if link.kind is Kind.PROBLEMS:
        return postings.find(work, Problem, postings.Filters.from_query(query)).listing.total
    if link.kind is Kind.CAPABILITIES:
        return postings.find(work, Capability, postings.Filters.from_query(query)).listing.total
    if link.kind is Kind.RECORDS:
        return register.find(work, register.Filters.from_query(query)).listing.total
    if link.kind is Kind.PAIRINGS:
        return pairings.counts(work, pairings.QueueFilters.of(query))[State.ALL]
    wanted = organisations.OrganisationFilter.from_query(query)
    return organisations.organisations(work, wanted, 1).total


def _summed(records: list[Any]) -> tuple[int, Decimal, Decimal]:
    zero = Decimal(0)
    return (
        len(records),
        sum((each.amount or zero for each in records), zero),
        sum((each.technology_amount or zero for each in records), zero),
    )


def _grouped(records: list[Any], key: Callable[[Any], str]) -> dict[str, tuple[int, Decimal, Decimal]]:
    groups = defaultdict(list)
    for each in records:
        groups[key(each)].append(each)
    return {name: _summed(group) for name, group in groups.items()}


def _by_key(rows: Any) -> dict[str, tuple[int, Decimal, Decimal]]:
    return {each.key: (each.records, each.amount, each.technology_amount) for each in rows}
