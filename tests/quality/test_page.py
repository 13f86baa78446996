"""The page: by role, with decisions and without, in both languages, and in a fixed number of queries."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from matchmaker.quality import service
from matchmaker.work import Work
from models import User
from tests import factories
from tests.quality.decided import NOON, Log


@pytest.fixture
def written(work: Work, people: dict[str, User]) -> Log:
    """Two kept and one dismissed of one problem under one engine, one kept under another; one undecided."""
    made = Log(work, people)
    made.add("introduce", score=0.92, rank=1)
    made.add("shortlist", score=0.85, rank=2)
    made.add("dismiss", score=0.64, rank=3)
    made.add("shortlist", score=0.61, rank=1, version="rank-2", problem=2, at=NOON + timedelta(days=1))
    made.add(score=0.7)
    work.session.commit()
    return made


def charts(page: str) -> list[dict[str, Any]]:
    return [json.loads(html.unescape(found)) for found in re.findall(r'data-chart="([^"]*)"', page)]


@pytest.mark.parametrize(
    ("name", "status"), [("staff", 200), ("administrator", 200), ("enterprise", 403), ("liaison", 403)]
)
def test_the_page_is_for_the_bureau(
    client: FlaskClient, people: dict[str, User], written: Log, name: str, status: int
) -> None:
    assert factories.sign_in(client, people[name]).get("/quality/").status_code == status


def test_the_menu_leads_staff_there_and_nobody_else(client: FlaskClient, people: dict[str, User]) -> None:
    assert 'href="/quality/"' in factories.sign_in(client, people["staff"]).get("/notices/").text
    assert 'href="/quality/"' not in factories.sign_in(client, people["liaison"]).get("/notices/").text


def test_before_the_first_decision_it_says_what_will_come_and_when(
    client: FlaskClient, people: dict[str, User]
) -> None:
    page = factories.sign_in(client, people["staff"]).get("/quality/").text
    assert "还没有决定可以统计" in page
    assert "有第一项决定就开始统计" in page
    assert "data-chart" not in page
    assert "quality.js" not in page


def test_every_plot_has_the_figures_of_its_table(
    client: FlaskClient, people: dict[str, User], written: Log
) -> None:
    page = factories.sign_in(client, people["staff"]).get("/quality/").text
    over_time, calibration, versions = charts(page)
    assert [series["points"][0]["value"] for series in over_time["series"]] == [1, 0.75, 0.75]
    assert over_time["categories"] == ["2026-11"]
    assert [(point["x"], point["value"]) for point in calibration["points"]] == [
        (pytest.approx(0.625), 0.5),
        (0.85, 1),
        (0.92, 1),
    ]
    assert versions["categories"] == ["rank-1", "rank-2"]
    assert page.count('class="chart-table"') == 3
    assert "60% – 70%" in page
    assert '<span class="muted">3/4</span>' in page


def test_one_version_is_chosen_by_the_address(
    client: FlaskClient, people: dict[str, User], written: Log
) -> None:
    page = factories.sign_in(client, people["staff"]).get("/quality/?version=rank-2").text
    assert '<option value="rank-2" selected>' in page
    assert [series["points"][0]["value"] for series in charts(page)[0]["series"]] == [1, 1, 1]
    assert charts(page)[2]["categories"] == ["rank-1", "rank-2"]


def test_it_is_written_in_english_too(client: FlaskClient, people: dict[str, User], written: Log) -> None:
    client.post("/language", data={"language": "en"})
    page = factories.sign_in(client, people["staff"]).get("/quality/").text
    assert "Suggestion quality" in page
    main = re.sub(r"(?s)^.*<main|</main>.*$", "", page)
    assert re.findall(r"[一-鿿]+", main) == []


def test_more_decisions_take_no_more_queries(work: Work, people: dict[str, User], written: Log) -> None:
    asked: list[str] = []
    event.listen(work.session.get_bind(), "before_cursor_execute", lambda *given: asked.append(given[2]))
    staff = work.as_actor(people["staff"])
    service.quality(staff)
    few = len(asked)
    for number in range(10):
        written.add("shortlist", problem=number)
    work.session.flush()
    work.session.commit()
    asked.clear()
    service.quality(staff)
    assert len(asked) <= few
