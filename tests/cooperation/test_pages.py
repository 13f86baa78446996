"""The pages of cooperation records in a client."""

from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from matchmaker.cooperation.events import path_of
from matchmaker.work import Work
from models import (
    CooperationRecord,
    Organisation,
    RecordEvent,
    RecordStatus,
    User,
)
from tests.cooperation import records
from tests.cooperation.records import again
from tests.factories import sign_in


def filled(people: dict[str, User], **given: Any) -> dict[str, Any]:
    return {
        "title": "船用阀门密封面激光熔覆技术开发",
        "party_a": people["enterprise"].organisation.name,
        "party_b": people["liaison"].organisation.name,
        "mode": "commissioned",
    } | given


def test_notices_lead_to_the_page_of_a_record(desk: FlaskClient, record: CooperationRecord) -> None:
    assert desk.get(path_of(record)).status_code == 200


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("enterprise", 200),
        ("liaison", 200),
        ("administrator", 200),
        ("other_enterprise", 404),
        ("other_liaison", 404),
    ],
)
def test_a_record_opens_for_its_parties_and_the_bureau(
    role: str, status: int, client: FlaskClient, people: dict[str, User], record: CooperationRecord
) -> None:
    assert sign_in(client, people[role]).get(f"/cooperation/{record.id}").status_code == status


def test_a_visitor_is_sent_to_sign_in(client: FlaskClient, record: CooperationRecord) -> None:
    response = client.get(f"/cooperation/{record.id}")

    assert response.status_code == 302
    assert "sign" in response.location


@pytest.mark.parametrize("role", ["enterprise", "liaison", "administrator"])
def test_readers_are_shown_no_step(
    role: str, client: FlaskClient, people: dict[str, User], record: CooperationRecord
) -> None:
    page = sign_in(client, people[role]).get(f"/cooperation/{record.id}").text

    assert 'name="step"' not in page


def test_contacts_of_the_parties_are_not_on_the_page(
    client: FlaskClient, people: dict[str, User], record: CooperationRecord
) -> None:
    page = sign_in(client, people["enterprise"]).get(f"/cooperation/{record.id}").text

    assert "0551-0000002" not in page


def test_a_record_is_made_by_hand(desk: FlaskClient, people: dict[str, User], work: Work) -> None:
    response = desk.post(
        "/cooperation/new",
        data=filled(people)
        | {
            "amount": "1,200.50",
            "milestones-0-name": "样机",
            "milestones-0-due_on": "2027-03-01",
            "milestones-0-payment": "200",
            "milestones-1-name": "",
        },
    )

    assert response.status_code == 303
    made = work.session.scalars(select(CooperationRecord)).one()
    assert (made.amount, [each.name for each in made.milestones]) == (Decimal("1200.50"), ["样机"])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"title": ""}, "请填写这一项"),
        ({"party_b": "没有这家单位"}, "没有找到这家已通过审核的单位"),
        ({"amount": "6.001"}, "最多两位小数"),
        ({"amount": "60", "technology_amount": "61"}, "技术交易额不能大于合同金额"),
        ({"starts_on": "2026-05-01", "ends_on": "2026-04-01"}, "结束日期不能早于开始日期"),
        ({"signed_on": "2026-13-01"}, "请填写日期"),
        ({"mode": "nonsense"}, "请从列表中选择"),
        ({"milestones-0-name": "样机"}, "请填写应完成日期"),
        ({"milestones-0-due_on": "2026-05-01"}, "请填写名称"),
        (
            {
                "amount": "5",
                "milestones-0-name": "样",
                "milestones-0-due_on": "2027-01-01",
                "milestones-0-payment": "6",
            },
            "付款合计超过了合同金额",
        ),
    ],
)
def test_a_bad_entry_is_told_at_the_field_and_nothing_is_lost(
    given: dict[str, str], message: str, desk: FlaskClient, people: dict[str, User]
) -> None:
    response = desk.post("/cooperation/new", data=filled(people, leader_b="周教授", **given))

    assert response.status_code == 422
    assert message in response.text
    assert "周教授" in response.text


@pytest.mark.parametrize("path", ["/cooperation/new", "/cooperation/{id}/edit"])
@pytest.mark.parametrize("data", [{}, {"version": "²", "last_event": "x", "amount": "1e9"}])
def test_a_form_that_comes_empty_or_spoilt_is_asked_again(
    path: str, data: dict[str, str], desk: FlaskClient, record: CooperationRecord
) -> None:
    assert desk.post(path.format(id=record.id), data=data).status_code in (409, 422)


def test_everything_that_is_wrong_is_told_at_once(desk: FlaskClient, people: dict[str, User]) -> None:
    given = {"title": "", "party_a": "没有这家单位", "amount": "60", "technology_amount": "61"}

    text = desk.post("/cooperation/new", data=filled(people, **given)).text

    messages = ("请填写这一项", "没有找到这家已通过审核的单位", "技术交易额不能大于合同金额")
    assert [message for message in messages if message not in text] == []


def test_the_same_organisation_twice_is_told_at_the_second(
    desk: FlaskClient, people: dict[str, User]
) -> None:
    name = people["enterprise"].organisation.name

    response = desk.post("/cooperation/new", data=filled(people, party_b=name))

    assert response.status_code == 422
    assert 'id="party_b-error"' in response.text
    assert 'id="party_a-error"' not in response.text


def test_more_rows_are_asked_for_without_losing_a_word(
    desk: FlaskClient, people: dict[str, User], work: Work
) -> None:
    response = desk.post(
        "/cooperation/new", data=filled(people) | {"add_rows": "1", "milestones-0-name": "中期检查"}
    )

    assert response.status_code == 200
    assert 'value="中期检查"' in response.text
    assert 'id="milestones-3-name"' in response.text
    assert work.session.scalar(select(func.count(CooperationRecord.id))) == 0


@pytest.mark.parametrize("role", ["enterprise", "liaison", "administrator"])
def test_only_staff_get_the_form(role: str, client: FlaskClient, people: dict[str, User]) -> None:
    assert sign_in(client, people[role]).get("/cooperation/new").status_code == 403


def edit_data(record: CooperationRecord, page: str, **given: Any) -> dict[str, Any]:
    """What a browser sends back from the form of `page`, with some fields typed over."""
    import re

    values = {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page).group(1)  # type: ignore[union-attr]
        for name in ("version", "last_event")
    }
    return (
        {
            "title": record.title,
            "party_a": record.parties[0].organisation.name,
            "party_b": record.parties[1].organisation.name,
            "mode": record.mode,
            "contract_category": record.contract_category,
            "field": record.field,
            "amount": str(record.amount),
            "technology_amount": str(record.technology_amount),
            "signed_on": record.signed_on.isoformat() if record.signed_on else "",
        }
        | values
        | given
    )


def test_an_amendment_shows_old_and_new_in_the_history(desk: FlaskClient, record: CooperationRecord) -> None:
    page = desk.get(f"/cooperation/{record.id}/edit").text

    response = desk.post(f"/cooperation/{record.id}/edit", data=edit_data(record, page, amount="90.5"))

    shown = desk.get(response.location).text
    assert "<del>80.50 万元</del>" in shown
    assert "<ins>90.50 万元</ins>" in shown


def test_a_second_editor_sees_what_changed_and_keeps_their_own_input(
    desk: FlaskClient, record: CooperationRecord, work: Work
) -> None:
    page = desk.get(f"/cooperation/{record.id}/edit").text
    desk.post(f"/cooperation/{record.id}/edit", data=edit_data(record, page, amount="90.5"))

    response = desk.post(
        f"/cooperation/{record.id}/edit", data=edit_data(record, page, leader_a="李主任", amount="70")
    )

    assert response.status_code == 409
    assert "有人改过这份记录" in response.text
    assert "90.50 万元" in response.text
    assert 'value="李主任"' in response.text
    assert again(work, record).amount == Decimal("90.50")


def test_saving_again_after_seeing_the_conflict_overwrites(
    desk: FlaskClient, record: CooperationRecord, work: Work
) -> None:
    page = desk.get(f"/cooperation/{record.id}/edit").text
    desk.post(f"/cooperation/{record.id}/edit", data=edit_data(record, page, amount="90.5"))
    conflict = desk.post(f"/cooperation/{record.id}/edit", data=edit_data(record, page, amount="70"))

    desk.post(f"/cooperation/{record.id}/edit", data=edit_data(record, conflict.text, amount="70"))

    assert again(work, record).amount == Decimal("70")


def test_acceptance_stands_on_the_page(desk: FlaskClient, record: CooperationRecord) -> None:
    response = desk.post(
        f"/cooperation/{record.id}/step",
        data={
            "step": "accept",
            "result_patents": "2",
            "result_output_value": "350.25",
            "note": "指标全部达到",
        },
    )

    shown = desk.get(response.location).text
    assert "指标全部达到" in shown
    assert "350.25 万元" in shown


def test_acceptance_names_the_milestones_that_are_left(
    desk: FlaskClient, record: CooperationRecord, work: Work
) -> None:
    records.milestone(work.session.get_one(CooperationRecord, record.id), work.session, name="中期检查")
    work.session.commit()

    response = desk.post(
        f"/cooperation/{record.id}/step", data={"step": "accept", "result_jobs": "3", "note": "指标全部达到"}
    )

    assert response.status_code == 422
    assert "还有里程碑没有完成：中期检查" in response.text
    assert 'value="3"' in response.text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"step": "accept", "note": ""}, "请填写这一项"),
        ({"step": "accept", "note": "通过", "result_jobs": "三个"}, "请填写整数"),
        ({"step": "accept", "note": "通过", "result_jobs": "9" * 5000}, "请填写整数"),
        ({"step": "terminate", "reason": " "}, "请写明原因"),
    ],
)
def test_a_step_that_lacks_something_says_so_and_changes_nothing(
    data: dict[str, str], message: str, desk: FlaskClient, record: CooperationRecord, work: Work
) -> None:
    response = desk.post(f"/cooperation/{record.id}/step", data=data)

    assert response.status_code == 422
    assert message in response.text
    assert again(work, record).status is RecordStatus.IN_PROGRESS


def test_a_step_that_somebody_took_already_is_a_conflict(
    desk: FlaskClient, record: CooperationRecord
) -> None:
    desk.post(f"/cooperation/{record.id}/step", data={"step": "terminate", "reason": "企业转产"})

    response = desk.post(f"/cooperation/{record.id}/step", data={"step": "terminate", "reason": "企业转产"})

    assert response.status_code == 409
    assert "已终止" in response.text


def test_an_unknown_step_is_a_bad_request(desk: FlaskClient, record: CooperationRecord) -> None:
    assert desk.post(f"/cooperation/{record.id}/step", data={"step": "delete"}).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/cooperation/{id}/step",
        "/cooperation/{id}/notes",
        "/cooperation/{id}/milestones",
        "/cooperation/{id}/edit",
    ],
)
@pytest.mark.parametrize("role", ["enterprise", "liaison", "administrator"])
def test_parties_change_nothing(
    role: str, path: str, client: FlaskClient, people: dict[str, User], record: CooperationRecord, work: Work
) -> None:
    data = {"step": "terminate", "reason": "不做了", "note": "进展", "name": "新的", "due_on": "2027-01-01"}

    assert sign_in(client, people[role]).post(path.format(id=record.id), data=data).status_code == 403
    assert work.session.scalar(select(func.count(RecordEvent.id))) == 1


@pytest.mark.parametrize("broker", ["x", "0", "9" * 30, "\x00"])
def test_a_broker_who_is_not_on_the_list_is_told_at_the_field(
    desk: FlaskClient, record: CooperationRecord, people: dict[str, User], broker: str
) -> None:
    typed = filled(people, version=record.version, broker=broker)
    answer = desk.post(f"/cooperation/{record.id}/edit", data=typed)

    assert (answer.status_code, "请从列表中选择" in answer.text) == (422, True)


def test_a_note_of_nothing_visible_is_asked_for_again(desk: FlaskClient, record: CooperationRecord) -> None:
    answer = desk.post(f"/cooperation/{record.id}/notes", data={"note": "\x00 \x00"})

    assert (answer.status_code, "请写明进展" in answer.text) == (422, True)


@pytest.mark.parametrize("note", ["[{见附件", '[{"a": 1}]', "[{}]"])
def test_a_note_is_words_whatever_it_looks_like(
    desk: FlaskClient, record: CooperationRecord, note: str
) -> None:
    desk.post(f"/cooperation/{record.id}/notes", data={"note": note})

    assert desk.get(f"/cooperation/{record.id}").status_code == 200


def test_a_progress_note_is_read_by_the_parties(
    desk: FlaskClient, people: dict[str, User], record: CooperationRecord
) -> None:
    desk.post(f"/cooperation/{record.id}/notes", data={"note": "第二轮样机已送检"})

    assert "第二轮样机已送检" in sign_in(desk, people["liaison"]).get(f"/cooperation/{record.id}").text


def test_an_organisation_that_is_not_verified_is_not_on_offer(
    desk: FlaskClient, people: dict[str, User], work: Work
) -> None:
    from models import Verification
    from tests import factories

    pending: Organisation = factories.organisation(
        work.session, status=Verification.PENDING, name="待审核的示例公司"
    )
    work.session.commit()

    assert pending.name not in desk.get("/cooperation/new").text


def test_the_list_says_what_to_do_when_nothing_fits(desk: FlaskClient, record: CooperationRecord) -> None:
    assert "请减少筛选条件" in desk.get("/cooperation/?q=没有这样的").text


@pytest.mark.parametrize(
    "query", ["page=x", "broker=abc", "sort=none", "state=x", "page=99999999999999999999", "q=%00"]
)
def test_an_address_of_nonsense_still_draws_a_list(
    query: str, desk: FlaskClient, record: CooperationRecord
) -> None:
    assert desk.get(f"/cooperation/?{query}").status_code == 200
