"""The pages of carriers, alliances and R&D bodies."""

from __future__ import annotations

from datetime import date

from flask.testing import FlaskClient

from matchmaker.work import Work
from models import Alliance, Carrier, User
from tests import factories


def test_staff_enter_a_carrier_and_its_members(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    firm = people["enterprise"].organisation
    factories.sign_in(client, people["staff"])
    made = client.post(
        "/carriers/new", data={"kind": "industrial_base", "name": "船用装备产业基地", "active": "y"}
    )
    assert made.status_code == 303
    typed = {"organisation": firm.name, "stage": "resident", "since": "2026-01-05"}
    assert client.post(f"{made.location}/stages", data=typed).status_code == 303
    page = client.get(made.location).text
    assert firm.name in page
    assert "入驻" in page
    carrier = work.session.query(Carrier).one()
    assert [each.since for each in carrier.memberships] == [date(2026, 1, 5)]
    assert "船用装备产业基地" in client.get(f"/organisations/{firm.id}").text


def test_what_is_wrong_is_said_at_the_field_and_kept(client: FlaskClient, people: dict[str, User]) -> None:
    factories.sign_in(client, people["staff"])
    answer = client.post("/carriers/new", data={"name": "园区", "year": "二〇", "operator": "没有的单位"})
    assert answer.status_code == 422
    for words in (
        "请选择载体类型",
        "至少 4 个字",
        "请填写四位年份",
        "没有找到这个单位",
        'value="没有的单位"',
    ):
        assert words in answer.text


def test_a_second_editor_sees_what_changed_and_keeps_their_input(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    carrier = factories.carrier(work.session, name="示例科技园区", industry="纺织")
    work.session.commit()
    factories.sign_in(client, people["staff"])
    typed = {"kind": "incubator", "name": carrier.name, "industry": "石油化工", "active": "y", "version": "1"}
    assert client.post(f"/carriers/{carrier.id}/edit", data=typed).status_code == 303
    answer = client.post(f"/carriers/{carrier.id}/edit", data=typed | {"industry": "船用装备"})
    assert answer.status_code == 409
    assert "主导产业现在是" in answer.text
    assert "石油化工" in answer.text
    assert 'value="船用装备"' in answer.text
    again = typed | {"industry": "船用装备", "version": "2"}
    assert client.post(f"/carriers/{carrier.id}/edit", data=again).status_code == 303


def test_an_agreement_is_read_by_members_and_the_bureau(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    alliance: Alliance = factories.alliance(
        work.session, people["liaison"].organisation, agreement="成果在成员之间优先转让"
    )
    work.session.commit()
    readers = set()
    for name in ("liaison", "enterprise", "staff"):
        page = factories.sign_in(client, people[name]).get(f"/alliances/{alliance.id}")
        assert page.status_code == 200
        if alliance.agreement in page.text:
            readers.add(name)
    assert readers == {"liaison", "staff"}


def test_the_figure_of_contracts_leads_to_those_that_are_signed(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    carrier = factories.carrier(work.session).id
    work.session.commit()
    page = factories.sign_in(client, people["staff"]).get(f"/carriers/{carrier}").text
    assert "历年已签合同金额" in page
    assert f"signed_since=2000-01-01&amp;carrier={carrier}" in page
