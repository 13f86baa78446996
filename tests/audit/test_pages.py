"""The audit page: who reads it, its filters, and the check."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from matchmaker.audit import reading, service
from matchmaker.audit.reading import Filters
from matchmaker.policy import Forbidden
from matchmaker.work import Work
from models import User
from tests import factories
from tests.factories import sign_in


def event(
    work: Work, person: User | None, action: str = "problem.published", at: datetime | None = None
) -> None:
    moment = at or datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    at_that_time = Work(
        work.session,
        person,
        work.engine,
        work.settings,
        "10.0.0.8" if person and person.is_staff else "10.0.0.9",
        clock=lambda: moment,
    )
    service.record(at_that_time, action, person, reason="重复" if person and person.is_staff else "")
    work.session.commit()


def found(work: Work, people: dict[str, User], query: dict[str, str]) -> list[str]:
    trail = reading.find(work.as_actor(people["administrator"]), Filters.from_query(query))
    return [each.who for each in trail.listing.items]


@pytest.mark.parametrize("role", ["enterprise", "liaison", "staff"])
def test_only_the_administrator_reads_the_audit(
    role: str, client: FlaskClient, people: dict[str, User]
) -> None:
    assert sign_in(client, people[role]).get("/audit/").status_code == 403


@pytest.mark.parametrize("role", ["enterprise", "liaison", "staff", None])
def test_the_service_refuses_others_too(role: str | None, work: Work, people: dict[str, User]) -> None:
    with pytest.raises(Forbidden):
        reading.find(work.as_actor(people[role] if role else None), Filters())


def test_events_are_shown_in_words(client: FlaskClient, work: Work, people: dict[str, User]) -> None:
    event(work, people["staff"])

    page = sign_in(client, people["administrator"]).get("/audit/").text

    assert "发布难题" in page
    assert "2026-11-20 11:00" in page


@pytest.mark.parametrize(
    "query",
    [
        {"person": "王琳"},
        {"action": "problem.published"},
        {"organisation": "江城科技局"},
        {"text": "重复"},
        {"text": "10.0.0.8"},
        {"since": "2026-11-20"},
        {"since": "2026-11-20", "until": "2026-11-20"},
    ],
)
def test_a_filter_keeps_what_fits(query: dict[str, str], work: Work, people: dict[str, User]) -> None:
    wanted = factories.user(work.session, people["staff"].role, people["staff"].organisation, name="王琳")
    wanted.organisation.name = "江城科技局"
    event(work, people["liaison"], "capability.published", datetime(2026, 11, 10, tzinfo=UTC))
    event(work, wanted)

    assert found(work, people, query) == ["王琳"]


def test_an_event_has_a_page_of_its_own(client: FlaskClient, work: Work, people: dict[str, User]) -> None:
    event(work, people["staff"])
    administrator = sign_in(client, people["administrator"])

    assert people["staff"].name in administrator.get("/audit/1").text
    assert administrator.get("/audit/2").status_code == 404


def test_an_object_is_followed_by_kind_and_number(work: Work, people: dict[str, User]) -> None:
    event(work, people["staff"])
    event(work, people["liaison"])

    query = {"kind": "user_account", "object": str(people["liaison"].id)}
    assert found(work, people, query) == [people["liaison"].name]


def test_the_last_day_counts_until_midnight_in_shanghai(work: Work, people: dict[str, User]) -> None:
    event(work, people["staff"], at=datetime(2026, 11, 20, 15, 59, tzinfo=UTC))
    event(work, people["liaison"], at=datetime(2026, 11, 20, 16, 0, tzinfo=UTC))

    assert found(work, people, {"until": "2026-11-20"}) == [people["staff"].name]


def test_the_check_says_to_which_event_the_chain_holds(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    for _ in range(3):
        event(work, people["staff"])

    assert "第 1 条到第 3 条完好" in sign_in(client, people["administrator"]).post("/audit/check").text


def test_the_check_names_the_first_break(client: FlaskClient, work: Work, people: dict[str, User]) -> None:
    for _ in range(3):
        event(work, people["staff"])
    work.session.execute(text("UPDATE audit_event SET actor_name = '别人' WHERE id = 2"))
    work.session.commit()

    assert "第 2 条起对不上" in sign_in(client, people["administrator"]).post("/audit/check").text


@pytest.mark.parametrize("role", ["enterprise", "staff"])
def test_only_the_administrator_checks(role: str, client: FlaskClient, people: dict[str, User]) -> None:
    assert sign_in(client, people[role]).post("/audit/check").status_code == 403


@pytest.mark.parametrize(
    "query", ["since=yesterday", "object=x", "page=-1", "action=none", "person=%25", "until=9999-12-31"]
)
def test_an_address_of_nonsense_still_draws_a_page(
    query: str, client: FlaskClient, people: dict[str, User]
) -> None:
    assert sign_in(client, people["administrator"]).get(f"/audit/?{query}").status_code == 200
