"""Two members of staff have the same page open: nobody overwrites the other unseen, and nobody loses what they typed."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker.cooperation import events
from matchmaker.work import Work
from models import AuditEvent, CooperationRecord, Milestone, Organisation, RecordStatus, User
from tests import factories
from tests.cooperation import records
from tests.cooperation.records import again
from tests.days import today

HIDDEN = ("version", "last_event", "opened")


def sent(page: str, prefix: str = "", **given: Any) -> dict[str, Any]:
    """What a browser sends from a form of the page: the hidden fields as they stand there, and what was typed."""
    held = {name: re.search(rf'id="{prefix}{name}"[^>]*value="([^"]*)"', page) for name in HIDDEN}
    return {name: html.unescape(found[1]) for name, found in held.items() if found} | given


def filled(page: str, **given: Any) -> dict[str, Any]:
    """The form of a record's terms as the page fills it, with some fields typed over."""
    inputs = re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page)
    chosen = re.findall(r'<select[^>]*name="(\w+)".*?</select>', page, re.DOTALL)
    values = {name: html.unescape(value) for name, value in inputs if name != "csrf_token"}
    for name in chosen:
        part = re.search(rf'<select[^>]*name="{name}".*?</select>', page, re.DOTALL)
        option = re.search(r'<option selected value="([^"]*)"', part[0] if part else "")
        values[name] = option[1] if option else ""
    return values | given


@pytest.fixture
def milestone(work: Work, record: CooperationRecord) -> Milestone:
    made = records.milestone(
        work.session.get_one(CooperationRecord, record.id), work.session, payment=Decimal("10")
    )
    work.session.commit()
    return made


@pytest.fixture
def intention(work: Work, people: dict[str, User]) -> CooperationRecord:
    made = records.paired_record(
        work.session, people, RecordStatus.INTENDED, contract_number="合-01", starts_on=today()
    )
    work.session.commit()
    return made


def post(desk: FlaskClient, record: CooperationRecord | int, **data: Any) -> Any:
    number = record if isinstance(record, int) else record.id
    return desk.post(f"/cooperation/{number}/step", data=data)


def changes_of(record: CooperationRecord) -> dict[str, tuple[str, str]]:
    kept = [change for event in record.events for change in events.changes_in(event)]
    return {change.field: (change.old, change.new) for change in kept}


def test_a_milestones_second_editor_is_told_and_changes_only_what_they_meant(
    desk: FlaskClient, milestone: Milestone, work: Work
) -> None:
    address, later = f"/cooperation/milestones/{milestone.id}", (today() + timedelta(days=99)).isoformat()
    page = desk.get(address).text
    old = {"name": milestone.name, "due_on": milestone.due_on.isoformat(), "payment": "10"}
    work.session.rollback()
    desk.post(address, data=sent(page, **old | {"due_on": later}))

    conflict = desk.post(address, data=sent(page, **old | {"payment": "20"}))

    assert conflict.status_code == 409
    assert "有人改过这个里程碑" in conflict.text
    assert f'value="{later}"' in conflict.text
    assert 'value="20"' in conflict.text
    assert (
        desk.post(address, data=sent(conflict.text, **old | {"due_on": later, "payment": "20"})).status_code
        == 303
    )
    now = work.session.get_one(Milestone, milestone.id, populate_existing=True)
    assert (now.due_on.isoformat(), now.payment) == (later, Decimal("20"))


def test_the_second_editor_of_a_record_is_shown_only_their_own_changes(
    desk: FlaskClient, record: CooperationRecord, work: Work
) -> None:
    address = f"/cooperation/{record.id}/edit"
    page = desk.get(address).text
    desk.post(address, data=filled(page, leader_a="李主任", amount="90.5"))

    conflict = desk.post(address, data=filled(page, leader_b="周教授"))

    table = conflict.text.partition('class="table table-sm conflict"')[2].partition("</table>")[0]
    assert conflict.status_code == 409
    assert re.findall(r'scope="row">([^<]*)<', table) == ["乙方负责人"]
    desk.post(address, data=filled(conflict.text))
    now = again(work, record)
    assert (now.leader_a, now.leader_b, now.amount) == ("李主任", "周教授", Decimal("90.50"))


def test_new_parties_alone_make_an_open_form_stale(
    desk: FlaskClient, record: CooperationRecord, work: Work
) -> None:
    third: Organisation = factories.organisation(work.session, name="示例检测有限公司")
    work.session.commit()
    address = f"/cooperation/{record.id}/edit"
    page = desk.get(address).text
    desk.post(address, data=filled(page, party_c=third.name))

    conflict = desk.post(address, data=filled(page, leader_b="周教授"))

    assert conflict.status_code == 409
    assert f'value="{third.name}"' in conflict.text


@pytest.mark.parametrize("opened", ["[", "[1]", "{}", "9" * 5000])
def test_a_spoilt_memory_of_the_form_loses_nothing(
    opened: str, desk: FlaskClient, record: CooperationRecord
) -> None:
    page = desk.get(f"/cooperation/{record.id}/edit").text

    answer = desk.post(f"/cooperation/{record.id}/edit", data=filled(page, opened=opened, version="0"))

    assert answer.status_code == 409


def test_signing_from_a_page_that_a_colleague_overtook_asks_again(
    desk: FlaskClient, intention: CooperationRecord, work: Work
) -> None:
    number = intention.id
    page = desk.get(f"/cooperation/{number}").text
    address = f"/cooperation/{number}/edit"
    desk.post(address, data=filled(desk.get(address).text, contract_number="合-02"))
    typed = {"step": "sign", "contract_category": "development_commissioned", "contract_number": "合-01"}
    typed["signed_on"] = today().isoformat()

    conflict = post(desk, number, **sent(page, "sign-", **typed))

    assert conflict.status_code == 409
    assert "有人办理过这份记录" in conflict.text
    assert 'value="合-02"' in conflict.text.partition('id="sign-contract_number"')[2].partition(">")[0]
    assert f'value="{typed["signed_on"]}"' in conflict.text
    assert again(work, intention).status is RecordStatus.INTENDED
    work.session.rollback()
    again_typed = typed | {"contract_number": "合-03"}
    assert post(desk, number, **sent(conflict.text, "sign-", **again_typed)).status_code == 303
    assert again(work, intention).contract_number == "合-03"


def test_what_signing_and_starting_replace_is_kept_in_history_and_audit(
    desk: FlaskClient, intention: CooperationRecord, work: Work
) -> None:
    later = (today() + timedelta(days=5)).isoformat()
    sign = {"signed_on": today().isoformat(), "contract_category": "consulting", "contract_number": "合-09"}
    page = desk.get(f"/cooperation/{intention.id}").text
    post(desk, intention, **sent(page, "sign-", step="sign", **sign))
    page = desk.get(f"/cooperation/{intention.id}").text
    post(desk, intention, **sent(page, "start-", step="start", starts_on=later))

    now = again(work, intention)
    assert changes_of(now) == {
        "contract_category": ("development_commissioned", "consulting"),
        "contract_number": ("合-01", "合-09"),
        "starts_on": (today().isoformat(), later),
    }
    audited = work.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "record.amended").order_by(AuditEvent.id)
    )
    assert [each.details["fields"] for each in audited] == [
        ["contract_category", "contract_number"],
        ["starts_on"],
    ]
    work.session.rollback()
    assert "<del>合-01</del>" in desk.get(f"/cooperation/{intention.id}").text


def test_a_second_acceptance_keeps_the_results_of_the_first(
    desk: FlaskClient, record: CooperationRecord, work: Work
) -> None:
    post(desk, record, step="accept", note="通过", result_jobs="3", result_tax="12.5")
    post(desk, record, step="reopen", reason="补充试验")

    post(
        desk, record, step="accept", note="再次通过", result_jobs="5", result_tax="12.50", result_patents="1"
    )

    assert changes_of(again(work, record)) == {
        "acceptance_note": ("通过", "再次通过"),
        "result_jobs": ("3", "5"),
    }


def test_a_note_of_progress_makes_no_page_stale(desk: FlaskClient, record: CooperationRecord) -> None:
    page = desk.get(f"/cooperation/{record.id}").text
    desk.post(f"/cooperation/{record.id}/notes", data={"note": "第二轮样机已送检"})

    answer = post(desk, record, **sent(page, "terminate-", step="terminate", reason="企业转产"))

    assert answer.status_code == 303


def test_a_step_that_is_gone_gives_back_what_was_typed_and_who_took_it(
    desk: FlaskClient, record: CooperationRecord, people: dict[str, User], work: Work
) -> None:
    page = desk.get(f"/cooperation/{record.id}").text
    post(desk, record, step="terminate", reason="企业转产")

    answer = post(desk, record, **sent(page, "accept-", step="accept", note="指标全部达到", result_jobs="7"))

    alert = answer.text.partition('id="error-summary"')[2].partition("<section")[0]
    assert answer.status_code == 409
    assert [
        each
        for each in ("已终止", "指标全部达到", ">7<", "终止合作", people["staff"].name)
        if each not in alert
    ] == []
    assert 'id="reopen-reason"' in answer.text


@pytest.mark.parametrize("first", ["complete", "waive"])
def test_a_milestone_that_is_dealt_with_gives_back_the_evidence(
    first: str, desk: FlaskClient, record: CooperationRecord, milestone: Milestone
) -> None:
    page = desk.get(f"/cooperation/{record.id}").text
    address = f"/cooperation/milestones/{milestone.id}/step"
    desk.post(address, data={"step": first, "done_on": today().isoformat(), "reason": "改为一次付清"})

    typed = {"step": "complete", "done_on": today().isoformat(), "evidence": "测试报告七号", "received": "5"}
    answer = desk.post(address, data=sent(page, f"complete-{milestone.id}-", **typed))

    alert = answer.text.partition('id="error-summary"')[2].partition("<section")[0]
    assert answer.status_code == 409
    assert "测试报告七号" in alert
    assert ("完成里程碑" if first == "complete" else "取消里程碑") in alert


def test_a_milestone_of_a_record_that_ended_gives_back_what_was_typed(
    desk: FlaskClient, record: CooperationRecord, milestone: Milestone
) -> None:
    address = f"/cooperation/milestones/{milestone.id}"
    page = desk.get(address).text
    post(desk, record, step="terminate", reason="企业转产")

    answer = desk.post(address, data=sent(page, name="样机复测", due_on="2027-03-01", payment="10"))

    assert answer.status_code == 409
    assert "样机复测" in answer.text
    assert "请先恢复合作" in answer.text


def test_the_history_tells_what_was_received_with_a_milestone(
    desk: FlaskClient, record: CooperationRecord, milestone: Milestone
) -> None:
    desk.post(
        f"/cooperation/milestones/{milestone.id}/step",
        data={"step": "complete", "done_on": today().isoformat(), "received": "20.25"},
    )

    history = desk.get(f"/cooperation/{record.id}").text.partition('id="history"')[2]
    assert "本次到账" in history
    assert "20.25 万元" in history
