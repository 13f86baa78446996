"""The pages of calls, as people send them."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker.calls import service
from matchmaker.work import LOCAL_ZONE
from models import (
    Call,
    CallStatus,
    CooperationRecord,
    Proposal,
    ProposalStatus,
    now,
)
from tests import factories
from tests.calls.calling import PLAN, SECRET, Calling, content
from tests.calls.test_seal import PDF
from tests.pairings import pairs

TYPED = {"title": "双视角检测方案", "plan": PLAN + SECRET, "team": "五人", "price": "98.5", "months": "10"}


class Person:
    """Somebody's browser. What the test did so far is committed before each request: one writes at a time."""

    def __init__(self, calling: Calling, client: FlaskClient) -> None:
        self._calling, self._client = calling, client

    def get(self, path: str) -> Any:
        self._calling.work.session.commit()
        return self._client.get(path)

    def post(self, path: str, data: dict[str, Any] | None = None) -> Any:
        self._calling.work.session.commit()
        return self._client.post(path, data=data or {})


@pytest.fixture
def browser(app: Flask, calling: Calling) -> Any:
    """Makes the browser of a person."""

    def of(name: str | None) -> Person:
        client = app.test_client()
        calling.work.session.commit()
        return Person(calling, factories.sign_in(client, calling.people[name]) if name else client)

    return of


def fresh(calling: Calling) -> Call:
    """The call as the server left it."""
    calling.work.session.rollback()
    calling.work.session.expire_all()
    return calling.work.session.get_one(Call, calling.call.id)


def close(calling: Calling) -> None:
    """Move the closing time into the past, as time does."""
    calling.call.closes_at = now() - timedelta(minutes=1)
    calling.work.session.commit()


def test_a_problem_is_put_up_by_its_owner_with_staff_s_consent(calling: Calling, browser: Any) -> None:
    problem = pairs.problem(calling.work, calling.people["other_enterprise"])
    calling.work.session.commit()
    closes = (now() + timedelta(days=9)).astimezone(LOCAL_ZONE).strftime("%Y-%m-%dT%H:%M")
    typed = {
        "title": "在线检测揭榜",
        "requirements": "三十秒内判定",
        "reward": "120.50",
        "closes_at": closes,
        "answerers": "academic",
        "objection_days": "5",
        "criteria-0-name": "先进性",
        "criteria-0-weight": "60",
    }
    owner = browser("other_enterprise")
    refused = owner.post(f"/problems/{problem.id}/call", data=typed)
    assert refused.status_code == 422
    assert "各项权重合计要等于 100" in refused.text
    assert "在线检测揭榜" in refused.text
    right = typed | {"criteria-1-name": "报价", "criteria-1-weight": "40"}
    made = owner.post(f"/problems/{problem.id}/call", data=right)
    assert made.status_code == 303
    assert owner.post(f"{made.location}/submit").status_code == 303
    calling.work.session.rollback()
    call = calling.work.session.scalars(select(Call).where(Call.problem_id == problem.id)).one()
    step = {"step": "publish", "version": str(call.version)}
    assert browser("staff").post(f"{made.location}/step", data=step).status_code == 303
    page = browser(None).get(made.location)
    assert "揭榜中" in page.text
    assert closes.replace("T", " ") in page.text


def test_a_proposal_is_handed_in_with_a_file(calling: Calling, browser: Any) -> None:
    sent = {"hand_in": "1", "files": (io.BytesIO(PDF), "方案.pdf")} | TYPED
    liaison = browser("liaison")
    answer = liaison.post(f"/calls/{calling.call.id}/proposals/new", data=sent)
    assert answer.status_code == 303
    page = liaison.get(answer.location)
    assert SECRET in page.text
    path = re.search(r"/proposals/\d+/files/\d+", page.text)
    assert path is not None
    file = liaison.get(path.group())
    assert (file.data, file.mimetype) == (PDF, "application/pdf")
    for name in ("staff", "administrator", "enterprise", "other_liaison", "other_enterprise"):
        assert browser(name).get(answer.location).status_code in (403, 404)
        assert browser(name).get(path.group()).status_code in (403, 404)
        assert SECRET not in browser(name).get(f"/calls/{calling.call.id}").text


def test_a_late_proposal_is_refused_by_the_server_s_clock_and_kept_as_a_draft(
    calling: Calling, browser: Any
) -> None:
    close(calling)
    for page in (f"/calls/{calling.call.id}", "/calls/"):
        assert "揭榜中</span>" not in browser("liaison").get(page).text  # though nobody has closed it yet
    liaison = browser("liaison")
    answer = liaison.post(f"/calls/{calling.call.id}/proposals/new", data={"hand_in": "1"} | TYPED)

    assert answer.status_code == 409
    assert "已经截止，没有提交" in answer.text
    assert PLAN in answer.text
    call = fresh(calling)
    (draft,) = calling.work.session.scalars(select(Proposal))
    assert (draft.status, call.status) == (ProposalStatus.DRAFT, CallStatus.CLOSED)
    assert TYPED["title"] in liaison.get(f"/calls/{calling.call.id}").text
    assert SECRET in liaison.get(f"/proposals/{draft.id}").text


def test_what_is_missing_is_told_at_its_field_and_what_is_there_is_kept(
    calling: Calling, browser: Any
) -> None:
    liaison = browser("liaison")
    answer = liaison.post(
        f"/calls/{calling.call.id}/proposals/new", data={"hand_in": "1"} | TYPED | {"price": ""}
    )
    assert answer.status_code == 422
    assert "请填写报价" in answer.text
    fresh(calling)
    (draft,) = calling.work.session.scalars(select(Proposal))
    sent = {"hand_in": "1", "version": str(draft.version)} | TYPED
    assert liaison.post(f"/proposals/{draft.id}/edit", data=sent).status_code == 303


def test_a_colleague_s_newer_draft_is_not_overwritten(calling: Calling, browser: Any) -> None:
    proposal = service.start(calling.by("liaison"), calling.call, content())
    calling.work.session.commit()
    stale = {"version": str(proposal.version - 1)} | TYPED
    answer = browser("liaison").post(f"/proposals/{proposal.id}/edit", data=stale)
    assert answer.status_code == 409
    assert TYPED["title"] in answer.text
    assert "同事已经保存过" in answer.text


def test_staff_cannot_open_early_from_the_page_either(calling: Calling, browser: Any) -> None:
    calling.hand_in("liaison")
    calling.work.session.commit()
    step = {"step": "unseal", "version": str(calling.call.version)}
    answer = browser("staff").post(f"/calls/{calling.call.id}/step", data=step)
    assert answer.status_code == 409
    assert "还没有到截止时间" in answer.text


def test_from_the_opening_to_the_award_on_the_pages(calling: Calling, browser: Any) -> None:
    proposal = calling.hand_in("liaison")
    close(calling)
    staff, path = browser("staff"), f"/calls/{calling.call.id}"

    def step(name: str, **given: str) -> int:
        sent = {"step": name, "version": str(fresh(calling).version)} | given
        return int(staff.post(f"{path}/step", data=sent).status_code)

    stale = staff.post(f"{path}/step", data={"step": "unseal", "version": "0"})
    assert stale.status_code == 409
    assert step("unseal") == 303
    login = str(calling.people["staff"].email)
    assert staff.post(f"{path}/reviewers", data={"login": "nobody@example.com"}).status_code == 422
    assert staff.post(f"{path}/reviewers", data={"login": login}).status_code == 303
    assert staff.post(f"{path}/declare", data={"conflicted": "no"}).status_code == 303
    assert SECRET in staff.get(f"/proposals/{proposal.id}/scores").text
    scores = {"rows-0-points": "80", "rows-0-word": "成熟", "rows-1-points": "90", "rows-1-word": ""}
    assert (
        staff.post(f"/proposals/{proposal.id}/scores", data=scores | {"rows-0-points": "101"}).status_code
        == 422
    )
    assert staff.post(f"/proposals/{proposal.id}/scores", data=scores).status_code == 303
    assert staff.post(f"{path}/finish").status_code == 303
    assert "84.00" in staff.get(path).text
    assert step("decide", winner=str(proposal.id), reasons="评分最高") == 303
    assert step("announce") == 303
    public = browser(None).get(f"{path}/notice")
    assert calling.people["liaison"].organisation.name in public.text
    assert SECRET not in public.text
    objection = browser("other_liaison").post(f"{path}/objections", data={"text": "评分依据不足"})
    assert objection.status_code == 303
    assert "评分依据不足" in staff.get(path).text
    assert "评分依据不足" not in browser("liaison").get(path).text
    (found,) = fresh(calling).objections
    answer = {f"o{found.id}-answer": "已复核"}
    assert staff.post(f"/calls/objections/{found.id}/answer", data=answer).status_code == 303
    capability = str(calling.capabilities["liaison"].id)
    assert step("award", capability=capability) == 409
    fresh(calling).objections_until = now() - timedelta(seconds=1)
    calling.work.session.commit()
    assert step("award", capability=capability) == 303
    fresh(calling)
    (record,) = calling.work.session.scalars(select(CooperationRecord))
    assert record.number in staff.get(path).text


def test_the_owner_sees_the_number_and_no_name(calling: Calling, browser: Any) -> None:
    calling.hand_in("liaison")
    calling.work.session.commit()
    page = browser("enterprise").get(f"/calls/{calling.call.id}").text
    assert "1 份" in page
    assert calling.people["liaison"].organisation.name not in page


def test_the_problem_leads_to_its_call(calling: Calling, browser: Any) -> None:
    assert f"/calls/{calling.call.id}" in browser(None).get(f"/problems/{calling.problem.id}").text


def test_the_list_is_narrowed_to_the_members_of_a_carrier(calling: Calling, client: FlaskClient) -> None:
    owner, title = calling.call.problem.organisation, calling.call.title
    inside, empty = (factories.carrier(calling.work.session, *each).id for each in ((owner,), ()))
    calling.work.session.commit()
    assert title in client.get(f"/calls?carrier={inside}").text
    assert title not in client.get(f"/calls?carrier={empty}").text
