"""The pages of the queue: for whoever works without scripts as well, and for two at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaker.checking import service
from matchmaker.work import Work
from models import CheckKind, ProblemStatus, Role, User
from tests import factories
from tests.checking import waiting


@pytest.fixture
def bureau(client: FlaskClient, people: dict[str, User]) -> FlaskClient:
    return factories.sign_in(client, people["staff"])


@pytest.fixture
def waits(work: Work, people: dict[str, User]) -> dict[str, Any]:
    made = {
        "problem": waiting.problem(work.session, people["enterprise"], days=5, targets=[]),
        "capability": waiting.capability(work.session, people["liaison"], days=1),
    }
    work.session.commit()
    return made


def path(subject: Any, step: str = "") -> str:
    return f"/checking/{subject.KIND}/{subject.id}{step}"


def test_staff_see_in_the_navigation_how_many_wait(bureau: FlaskClient, waits: dict[str, Any]) -> None:
    assert "2 项等待审核" in bureau.get("/problems").text


def test_the_item_says_what_is_missing_and_which_reason_fits(
    bureau: FlaskClient, waits: dict[str, Any]
) -> None:
    page = bureau.get(path(waits["problem"])).text
    assert "没有可以考核的技术指标" in page
    chosen = re.search(r'value="targets"[^>]*>.*?</button>', page, re.DOTALL)
    assert chosen is not None
    assert "看来符合" in chosen.group()


def test_publishing_leads_to_the_next_with_the_filters_kept(
    bureau: FlaskClient, work: Work, waits: dict[str, Any]
) -> None:
    problem = waits["problem"]
    answer = bureau.post(path(problem, "/accept?days=1"), data={"version": problem.version})
    assert (answer.status_code, answer.location) == (303, path(waits["capability"]) + "?days=1")
    assert "撤回刚才的通过" in bureau.get(answer.location).text


def test_one_kind_is_worked_through_by_itself(
    bureau: FlaskClient, work: Work, people: dict[str, User], waits: dict[str, Any]
) -> None:
    second = waiting.problem(work.session, people["other_enterprise"])
    work.session.commit()
    first = waits["problem"]
    assert f'href="{path(first)}?kind=problem"' in bureau.get("/checking?kind=problem").text
    assert f'href="{path(second)}?kind=problem"' in bureau.get(path(first, "?kind=problem")).text
    answer = bureau.post(path(first, "/accept?kind=problem"), data={"version": first.version})
    assert answer.location == path(second) + "?kind=problem"


def test_a_ready_reason_comes_into_the_form_without_scripts(
    bureau: FlaskClient, work: Work, waits: dict[str, Any]
) -> None:
    problem = waits["problem"]
    typed = {"version": problem.version, "reason": "另外：", "ready": "targets"}
    page = bureau.post(path(problem, "/return"), data=typed)
    assert page.status_code == 200
    assert re.search(r"<textarea[^>]*>\s*另外：\n请补充可以考核的技术指标", page.text)
    work.session.refresh(problem)
    assert problem.status is ProblemStatus.SUBMITTED


def test_returning_without_a_reason_says_so_at_the_field(bureau: FlaskClient, waits: dict[str, Any]) -> None:
    answer = bureau.post(path(waits["problem"], "/return"), data={"version": 1, "reason": " "})
    assert answer.status_code == 422
    assert "请写明退回的原因" in answer.text


def test_the_second_of_two_sees_who_decided_keeps_what_they_typed_and_goes_on(
    app: Flask, bureau: FlaskClient, work: Work, people: dict[str, User], waits: dict[str, Any]
) -> None:
    colleague = factories.user(work.session, Role.STAFF, people["staff"].organisation, name="李四")
    problem, version = waits["problem"], waits["problem"].version
    left = waiting.problem(
        work.session, people["other_enterprise"]
    )  # the colleague goes on with the capability
    service.accept(work.as_actor(colleague), CheckKind.PROBLEM, problem.id, version, service.Filters())
    work.session.commit()
    answer = bureau.post(path(problem, "/return"), data={"version": version, "reason": "缺少节拍"})
    assert answer.status_code == 409
    expected = ("李四", "发布难题", "缺少节拍", path(left, "/accept"))
    assert [each for each in expected if each not in answer.text] == []
    opened = bureau.get(path(problem))
    assert (opened.status_code, opened.location) == (303, path(left))
    left.status = ProblemStatus.PUBLISHED
    work.session.commit()
    answer = bureau.post(path(problem, "/accept"), data={"version": version})
    assert (answer.status_code, "李四" in answer.text) == (409, True)


def test_an_open_page_is_told_that_it_was_decided_meanwhile(
    bureau: FlaskClient, work: Work, waits: dict[str, Any], people: dict[str, User]
) -> None:
    problem = waits["problem"]
    assert bureau.post(path(problem, "/look")).text.strip() == ""
    service.accept(
        work.as_actor(people["staff"]), CheckKind.PROBLEM, problem.id, problem.version, service.Filters()
    )
    work.session.commit()
    assert "data-overtaken" in bureau.post(path(problem, "/look")).text


def test_a_decision_is_taken_back_from_the_page(
    bureau: FlaskClient, work: Work, waits: dict[str, Any]
) -> None:
    problem = waits["problem"]
    following = bureau.post(path(problem, "/accept"), data={"version": problem.version}).location
    event = re.search(r'name="event" value="(\d+)"', bureau.get(following).text)
    assert event is not None
    assert bureau.post("/checking/undo", data={"event": event.group(1)}).location == path(problem)
    assert bureau.post("/checking/undo", data={"event": event.group(1)}).location == "/checking"


@pytest.mark.parametrize(
    "address",
    [
        "/checking?page=99999&kind=%00&days=-3&field=x",
        "/checking/problem/999",
        "/checking/problem/999?against=1",
    ],
)
def test_strange_addresses_are_no_fault(bureau: FlaskClient, address: str) -> None:
    assert bureau.get(address).status_code in (200, 404)


@pytest.mark.parametrize("step", ["accept", "return", "look"])
@pytest.mark.parametrize("role", ["enterprise", "liaison", "administrator"])
def test_texts_are_checked_by_staff_alone(
    app: Flask, work: Work, people: dict[str, User], waits: dict[str, Any], role: str, step: str
) -> None:
    other = factories.sign_in(app.test_client(), people[role])
    typed = {"version": waits["problem"].version, "reason": "请补充指标"}
    assert other.post(path(waits["problem"], f"/{step}"), data=typed).status_code in (403, 404)
    work.session.refresh(waits["problem"])
    assert waits["problem"].status is ProblemStatus.SUBMITTED
