"""Lists under the addresses of figures: what only the bureau may ask, what makes no sense, and whom a carrier leaves."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient

from matchmaker.postings import service as postings
from matchmaker.postings.service import Filters
from matchmaker.statistics import service
from matchmaker.statistics.service import Period
from matchmaker.work import Work
from models import Problem, User
from tests import factories
from tests.factories import sign_in
from tests.statistics.world import START, fill

YEAR = Period(date(2025, 10, 1), date(2026, 12, 31))


@pytest.mark.parametrize("asked", ["gap=1", "happened=introduced", "since=2030-01-01"])
def test_others_than_the_bureau_learn_nothing_from_its_filters(
    client: FlaskClient, work: Work, people: dict[str, User], asked: str
) -> None:
    problem = factories.problem(work.session, people["enterprise"], published_at=START)
    work.session.commit()
    assert problem.title in client.get(f"/problems?{asked}").text
    assert problem.title in sign_in(client, people["liaison"]).get(f"/problems?{asked}").text


def test_what_was_published_again_is_not_new_again(work: Work, people: dict[str, User]) -> None:
    problem = factories.problem(work.session, people["enterprise"], published_at=START)
    problem.published_at = work.now()
    work.session.flush()
    assert problem.first_published_at == START
    this_year = Filters.from_query({"since": str(work.today().replace(month=1, day=1))})
    staff = work.as_actor(people["staff"])
    assert postings.find(staff, Problem, this_year).listing.total == 0


@pytest.mark.parametrize(
    "address",
    [
        "/problems?happened=x&since=2026-02-30&until=%00&gap=",
        "/capabilities?happened=solved&since=2026-01-01&gap=1",
        "/pairings/?state=all&reached=x&happened=shortlist&since=x&institution=99999",
        "/cooperation/?signed_since=x&registered_until=9999-12-31&institution=0&county=none&category=none",
        "/organisations?active=1&since=0001-01-01",
        "/statistics/?span=x&by=week&flow=x&county=%00&carrier=99999999999&alliance=x",
    ],
)
def test_an_address_of_nonsense_is_no_fault(
    client: FlaskClient, people: dict[str, User], address: str
) -> None:
    assert sign_in(client, people["staff"]).get(address).status_code == 200


@pytest.mark.parametrize("address", ["from=0001-01-01&to=9999-12-31", "from=9999-12-31&to=0001-01-01"])
def test_days_out_of_bounds_in_an_address_are_cut_to_them(
    client: FlaskClient, work: Work, people: dict[str, User], address: str
) -> None:
    fill(work.session)
    work.session.commit()
    answer = sign_in(client, people["staff"]).get(f"/statistics/?{address}")
    assert answer.status_code == 200
    assert re.findall(r'name="(from|to)" value="([^"]*)"', answer.text) == [
        ("from", "2000-01-01"),
        ("to", f"{work.today().year + 2}-12-31"),
    ]


def test_a_carrier_narrows_figures_to_its_members(work: Work, people: dict[str, User]) -> None:
    fill(work.session)
    members = [each.organisation for each in work.session.query(Problem).limit(1)]
    carrier = factories.carrier(work.session, *members)
    staff = work.as_actor(people["staff"])
    found = service.figures(staff, replace(YEAR, carrier=carrier.id))
    own = [
        each
        for each in work.session.query(Problem).filter(Problem.organisation_id == members[0].id)
        if each.status != "draft"
    ]
    assert (
        0 < found.new.total.problems.count == len(own) < service.figures(staff, YEAR).new.total.problems.count
    )
    assert found.new.total.problems.link.query["carrier"] == carrier.id
