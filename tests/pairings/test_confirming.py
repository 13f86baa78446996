"""The form with which staff confirm a pairing."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker.cooperation.service import RecordTerms
from matchmaker.pairings import service
from matchmaker.pairings.forms import likely_amount
from matchmaker.work import Work
from models import CooperationRecord, MoneyKind, OrganisationKind, Pairing, PartyRole, User
from tests import factories
from tests.pairings import pairs


@pytest.fixture
def pairing(work: Work, people: dict[str, User]) -> Pairing:
    made = pairs.by_hand(
        work,
        factories.problem(work.session, people["enterprise"], modes=["joint_rd", "transfer"]),
        factories.capability(work.session, people["liaison"], modes=["consulting", "transfer"]),
    )
    work.session.commit()
    return made


@pytest.fixture
def browser(client: FlaskClient, people: dict[str, User]) -> FlaskClient:
    return factories.sign_in(client, people["staff"])


def filled(pairing: Pairing, **given: Any) -> dict[str, Any]:
    return {"title": "压铸件气孔在线检测", "mode": "commissioned", "version": pairing.version} | given


def values(page: str) -> dict[str, str]:
    """What the form's fields hold."""
    found = {}
    for tag in re.findall(r"<input[^>]+>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found[name.group(1)] = value.group(1) if value else ""
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        found[name] = chosen.group(1) if chosen else ""
    return found


def test_the_form_proposes_what_both_sides_said(browser: FlaskClient, pairing: Pairing) -> None:
    form = values(browser.get(f"/pairings/{pairing.id}/confirm").text)

    assert {name: form[name] for name in ("title", "mode", "contract_category", "amount", "ends_on")} == {
        "title": pairing.problem.title,
        "mode": "transfer",
        "contract_category": "transfer",
        "amount": "70",
        "ends_on": pairing.problem.wanted_by.isoformat() if pairing.problem.wanted_by else "",
    }


def test_the_form_proposes_two_milestones(browser: FlaskClient, pairing: Pairing) -> None:
    form = values(browser.get(f"/pairings/{pairing.id}/confirm").text)

    assert [form["milestones-0-name"], form["milestones-1-name"]] == ["中期检查", "验收"]


@pytest.mark.parametrize(
    ("low", "high", "price", "likely"),
    [(60, 90, 70, 70), (60, 90, 95, 60), (None, None, 70, 70), (60, 90, None, 60), (None, None, None, None)],
)
def test_the_proposed_amount(
    work: Work,
    people: dict[str, User],
    low: int | None,
    high: int | None,
    price: int | None,
    likely: int | None,
) -> None:
    ours = factories.problem(
        work.session,
        people["enterprise"],
        money_kind=MoneyKind.RANGE if low else MoneyKind.NEGOTIABLE,
        money_low=Decimal(low) if low else None,
        money_high=Decimal(high) if high else None,
    )
    theirs = factories.capability(
        work.session,
        people["liaison"],
        money_kind=MoneyKind.EXACT if price else MoneyKind.NEGOTIABLE,
        money_low=Decimal(price) if price else None,
    )

    assert likely_amount(pairs.by_hand(work, ours, theirs)) == likely


def test_confirming_leads_to_the_record(browser: FlaskClient, work: Work, pairing: Pairing) -> None:
    answer = browser.post(f"/pairings/{pairing.id}/confirm", data=filled(pairing))

    record = work.session.scalars(select(CooperationRecord)).one()
    assert (answer.status_code, answer.location) == (303, f"/cooperation/{record.id}")


def test_everything_typed_is_in_the_record(
    browser: FlaskClient, work: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    third = factories.organisation(work.session, OrganisationKind.INSTITUTE)
    work.session.commit()
    today = work.today()
    typed = filled(
        pairing,
        third=third.id,
        amount="80.5",
        technology_amount="60",
        contract_category="transfer",
        programme="it",
        leader_a="设备科长",
        starts_on=today.isoformat(),
        ends_on=(today + timedelta(days=200)).isoformat(),
        **{
            "milestones-0-name": "样机",
            "milestones-0-due_on": today.isoformat(),
            "milestones-0-payment": "20",
        },
        **{"milestones-1-name": "", "milestones-1-due_on": "", "milestones-1-payment": ""},
    )

    browser.post(f"/pairings/{pairing.id}/confirm", data=typed)

    record = work.session.scalars(select(CooperationRecord)).one()
    assert (
        record.amount,
        record.technology_amount,
        record.programme,
        record.leader_a,
        record.ends_on,
        [(each.name, each.due_on, each.payment) for each in record.milestones],
        [each.role for each in record.parties if each.organisation_id == third.id],
    ) == (
        Decimal("80.5"),
        Decimal(60),
        "it",
        "设备科长",
        today + timedelta(days=200),
        [("样机", today, Decimal(20))],
        [PartyRole.C],
    )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": ""}, "请填写这一项"),
        ({"mode": ""}, "请选择合作方式"),
        ({"amount": "很多"}, "请填写数字"),
        ({"amount": "10", "technology_amount": "20"}, "技术交易额不能大于合同金额"),
        ({"starts_on": "2026-05-01", "ends_on": "2026-04-01"}, "结束日期不能早于开始日期"),
        ({"signed_on": "明天"}, "请填写日期"),
        ({"third": "999999"}, "请从列表中选择"),
        ({"milestones-0-name": "样机", "milestones-0-due_on": ""}, "请填写应完成日期"),
        (
            {
                "amount": "10",
                "milestones-0-name": "样机",
                "milestones-0-due_on": "2026-12-01",
                "milestones-0-payment": "20",
            },
            "付款合计超过了合同金额",
        ),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    browser: FlaskClient, pairing: Pairing, wrong: dict[str, str], words: str
) -> None:
    answer = browser.post(f"/pairings/{pairing.id}/confirm", data=filled(pairing, **wrong))

    assert (answer.status_code, words in answer.text) == (422, True)


def test_a_failed_form_keeps_every_field(browser: FlaskClient, pairing: Pairing) -> None:
    typed = filled(
        pairing,
        title="",
        amount="88.8",
        leader_b="课题组",
        ends_on="2027-01-01",
        **{"milestones-0-name": "样机"},
    )
    answer = browser.post(f"/pairings/{pairing.id}/confirm", data=typed)

    form = values(answer.text)
    assert [form[name] for name in ("amount", "leader_b", "ends_on", "milestones-0-name", "mode")] == [
        "88.8",
        "课题组",
        "2027-01-01",
        "样机",
        "commissioned",
    ]


def test_a_milestone_is_added_without_losing_what_was_typed(browser: FlaskClient, pairing: Pairing) -> None:
    typed = filled(pairing, change="add", **{"milestones-0-name": "样机"})
    form = values(browser.post(f"/pairings/{pairing.id}/confirm", data=typed).text)

    assert (form["milestones-0-name"], form["milestones-1-name"], form["title"]) == (
        "样机",
        "",
        "压铸件气孔在线检测",
    )


def test_a_milestone_is_taken_away(browser: FlaskClient, pairing: Pairing) -> None:
    rows = {"milestones-0-name": "样机", "milestones-1-name": "验收"}
    answer = browser.post(f"/pairings/{pairing.id}/confirm", data=filled(pairing, change="remove-0", **rows))

    form = values(answer.text)
    assert (form["milestones-0-name"], "milestones-1-name" in form) == ("验收", False)


def test_changing_the_rows_confirms_nothing(browser: FlaskClient, work: Work, pairing: Pairing) -> None:
    browser.post(f"/pairings/{pairing.id}/confirm", data=filled(pairing, change="add"))

    assert work.session.scalars(select(CooperationRecord)).all() == []


def test_the_second_who_confirms_is_told_who_did_with_a_link(
    browser: FlaskClient, work: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    typed = filled(pairing)
    colleague = factories.user(work.session, people["staff"].role, people["staff"].organisation)
    record = service.confirm(work.as_actor(colleague), pairing, RecordTerms("压铸件气孔检测", "commissioned"))
    work.session.commit()

    answer = browser.post(f"/pairings/{pairing.id}/confirm", data=typed)

    assert (
        answer.status_code,
        colleague.name in answer.text,
        f'href="/cooperation/{record.id}"' in answer.text,
    ) == (409, True, True)


def test_a_stale_confirmation_keeps_what_was_typed_and_may_be_sent_again(
    browser: FlaskClient, work: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    typed = filled(pairing, leader_a="设备科长")
    service.introduce(work.as_actor(people["staff"]), pairing, pairing.version)
    work.session.commit()

    refused = browser.post(f"/pairings/{pairing.id}/confirm", data=typed)
    form = values(refused.text)
    again = browser.post(f"/pairings/{pairing.id}/confirm", data=typed | {"version": form["version"]})

    assert (refused.status_code, form["leader_a"], again.status_code) == (409, "设备科长", 303)


def test_a_dismissed_pairing_has_no_form(
    browser: FlaskClient, work: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    service.dismiss(work.as_actor(people["staff"]), pairing, pairing.version, "field")
    work.session.commit()

    assert browser.get(f"/pairings/{pairing.id}/confirm").status_code == 409
