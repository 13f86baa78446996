from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker.database import Database
from matchmaker.organisations import service
from matchmaker.organisations.errors import OrganisationTaken, ReasonMissing
from matchmaker.organisations.service import Facts, OrganisationFilter
from matchmaker.policy import Forbidden
from matchmaker.work import Work
from models import IllegalStep, Notice, Organisation, OrganisationKind, Role, User, Verification
from tests import factories
from tests.accounts.members import actions, member, refreshed

REASON = "名称与营业执照不一致，请核对后重新提交。"


@pytest.fixture
def staff(work: Work) -> User:
    return member(work, Role.STAFF)


@pytest.fixture
def bureau(app: Flask, staff: User) -> FlaskClient:
    return factories.sign_in(app.test_client(), staff)


@pytest.fixture
def waiting(work: Work) -> User:
    """The member of an organisation that waits to be verified."""
    return member(work, organisation=factories.organisation(work.session, status=Verification.PENDING))


@pytest.fixture
def firm(app: Flask, waiting: User) -> FlaskClient:
    return factories.sign_in(app.test_client(), waiting)


def status(work: Work, user: User) -> Verification:
    work.session.rollback()
    return refreshed(work, user).organisation.status


def kinds_of_notices(work: Work, user: User) -> list[str]:
    work.session.rollback()
    return list(
        work.session.scalars(select(Notice.kind).where(Notice.user_id == user.id).order_by(Notice.id))
    )


def test_staff_verify_and_the_members_are_told(bureau: FlaskClient, waiting: User, work: Work) -> None:
    bureau.post(f"/organisations/{waiting.organisation_id}/verify")
    assert status(work, waiting) is Verification.VERIFIED
    assert waiting.organisation.verified_at is not None
    assert kinds_of_notices(work, waiting) == ["organisation.verified"]


def test_a_refusal_takes_a_reason(bureau: FlaskClient, waiting: User, work: Work) -> None:
    answer = bureau.post(f"/organisations/{waiting.organisation_id}/reject", data={"reason": "  "})
    assert answer.status_code == 422
    assert "请写明原因" in answer.text
    assert status(work, waiting) is Verification.PENDING


def test_no_service_refuses_without_a_reason(work: Work, staff: User, waiting: User) -> None:
    with pytest.raises(ReasonMissing):
        service.reject(work.as_actor(staff), waiting.organisation, " ")


def test_a_refused_organisation_reads_why_and_asks_again(
    bureau: FlaskClient, firm: FlaskClient, waiting: User, work: Work
) -> None:
    bureau.post(f"/organisations/{waiting.organisation_id}/reject", data={"reason": REASON})
    assert REASON in firm.get(f"/organisations/{waiting.organisation_id}").text
    assert firm.post(f"/organisations/{waiting.organisation_id}/resubmit").status_code == 303
    assert status(work, waiting) is Verification.PENDING


def test_staff_are_told_that_it_asks_again(work: Work, staff: User, waiting: User) -> None:
    service.reject(work.as_actor(staff), waiting.organisation, REASON)
    service.resubmit(work.as_actor(waiting), waiting.organisation)
    work.session.commit()
    assert kinds_of_notices(work, staff) == ["organisation.resubmitted"]


def test_a_verification_clears_an_earlier_reason(work: Work, staff: User, waiting: User) -> None:
    service.reject(work.as_actor(staff), waiting.organisation, REASON)
    service.verify(work.as_actor(staff), waiting.organisation)
    assert waiting.organisation.reject_reason == ""


def test_a_verification_can_be_taken_back(work: Work, staff: User, waiting: User) -> None:
    service.verify(work.as_actor(staff), waiting.organisation)
    service.reject(work.as_actor(staff), waiting.organisation, REASON)
    assert (waiting.organisation.status, waiting.organisation.verified_at) == (Verification.REJECTED, None)


def test_the_second_of_two_who_verify_is_told(bureau: FlaskClient, waiting: User, work: Work) -> None:
    path = f"/organisations/{waiting.organisation_id}/verify"
    assert [bureau.post(path).status_code, bureau.post(path).status_code] == [303, 409]
    assert kinds_of_notices(work, waiting) == ["organisation.verified"]


def test_one_who_looked_before_another_verified_is_told(
    work: Work, database: Database, staff: User, waiting: User
) -> None:
    seen = waiting.organisation
    work.session.commit()
    with database.session() as session:
        elsewhere = replace(work, session=session)
        service.verify(elsewhere.as_actor(staff), service.find(elsewhere.as_actor(staff), seen.id))
    with pytest.raises(IllegalStep):
        service.verify(work.as_actor(staff), seen)


def test_one_that_waits_does_not_ask_again(work: Work, waiting: User) -> None:
    with pytest.raises(IllegalStep):
        service.resubmit(work.as_actor(waiting), waiting.organisation)


def test_members_do_not_verify_themselves(work: Work, waiting: User) -> None:
    with pytest.raises(Forbidden):
        service.verify(work.as_actor(waiting), waiting.organisation)


def test_the_bureau_does_not_refuse_itself(work: Work, staff: User) -> None:
    with pytest.raises(Forbidden):
        service.reject(work.as_actor(staff), staff.organisation, REASON)


def test_steps_of_an_organisation_are_audited(
    bureau: FlaskClient, firm: FlaskClient, waiting: User, work: Work
) -> None:
    path = f"/organisations/{waiting.organisation_id}"
    bureau.post(f"{path}/reject", data={"reason": REASON})
    firm.post(f"{path}/resubmit")
    bureau.post(f"{path}/verify")
    assert actions(work.session) == [
        "organisation.rejected",
        "organisation.resubmitted",
        "organisation.verified",
    ]


def described(organisation: Organisation, **given: Any) -> dict[str, Any]:
    return {
        "name": organisation.name,
        "code": organisation.code,
        "county": "340811",
        "contact_name": "科技部",
        "contact_phone": "0556-5555555",
        **given,
    }


def test_members_describe_their_organisation(firm: FlaskClient, waiting: User, work: Work) -> None:
    path = f"/organisations/{waiting.organisation_id}/edit"
    given = described(
        waiting.organisation, industry="C36", tags=["high_tech"], introduction="生产齿轮", county="outside"
    )
    assert firm.post(path, data=given).status_code == 303
    organisation = refreshed(work, waiting).organisation
    work.session.refresh(organisation)
    assert (organisation.industry, organisation.tags, organisation.introduction, organisation.county) == (
        "C36",
        ["high_tech"],
        "生产齿轮",
        None,
    )


def test_the_form_shows_what_there_is(firm: FlaskClient, waiting: User) -> None:
    page = firm.get(f"/organisations/{waiting.organisation_id}/edit").text
    assert f'value="{waiting.organisation.code}"' in page
    assert '<option selected value="340811">' in page


def test_name_and_code_change_while_it_waits(work: Work, waiting: User) -> None:
    service.edit(
        work.as_actor(waiting), waiting.organisation, Facts(name="更正后的名称", code=factories.credit_code())
    )
    assert waiting.organisation.name == "更正后的名称"


def test_name_and_code_stay_once_it_is_verified(app: Flask, work: Work) -> None:
    user = member(work)
    name = user.organisation.name
    browser = factories.sign_in(app.test_client(), user)
    given = described(user.organisation, name="另一个名称", code=factories.credit_code())
    assert browser.post(f"/organisations/{user.organisation_id}/edit", data=given).status_code == 303
    assert refreshed(work, user).organisation.name == name


def test_no_service_renames_a_verified_one_for_its_members(work: Work) -> None:
    user = member(work)
    name = user.organisation.name
    service.edit(
        work.as_actor(user), user.organisation, Facts(name="另一个名称", code=factories.credit_code())
    )
    assert user.organisation.name == name


def test_an_administrator_corrects_the_name_of_a_verified_one(work: Work) -> None:
    user, administrator = member(work), member(work, Role.ADMINISTRATOR)
    service.edit(work.as_actor(administrator), user.organisation, Facts(name="更正后的名称"))
    assert user.organisation.name == "更正后的名称"


def test_the_name_of_another_organisation_is_refused(firm: FlaskClient, work: Work, waiting: User) -> None:
    factories.organisation(work.session, name="已有的单位")
    work.session.commit()
    answer = firm.post(
        f"/organisations/{waiting.organisation_id}/edit",
        data=described(waiting.organisation, name="已有的单位"),
    )
    assert answer.status_code == 422
    assert "另一个单位已经用了它" in answer.text
    with pytest.raises(OrganisationTaken):
        service.edit(work.as_actor(waiting), waiting.organisation, Facts(name="已有的单位"))


def names(work: Work, actor: User | None, **wanted: Any) -> list[str]:
    found = service.organisations(work.as_actor(actor), OrganisationFilter(**wanted), 1)
    return [each.name for each in found.items]


@pytest.fixture
def several(work: Work, staff: User) -> None:
    staff.organisation.name = "科技局"
    factories.organisation(work.session, name="旧的待审", status=Verification.PENDING, county="340802")
    factories.organisation(work.session, name="企业甲")
    factories.organisation(work.session, OrganisationKind.UNIVERSITY, name="大学乙", county=None)
    factories.organisation(work.session, name="未通过", status=Verification.REJECTED)
    work.session.commit()


def test_staff_see_all_and_what_waits_first(work: Work, staff: User, several: None) -> None:
    assert names(work, staff) == ["旧的待审", "未通过", "大学乙", "企业甲", "科技局"]


def test_visitors_see_the_verified(work: Work, several: None) -> None:
    assert set(names(work, None)) == {"大学乙", "企业甲", "科技局"}


def test_members_see_their_own_beside_the_verified(work: Work, several: None, waiting: User) -> None:
    assert waiting.organisation.name in names(work, waiting)
    assert "旧的待审" not in names(work, waiting)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"kind": OrganisationKind.UNIVERSITY}, ["大学乙"]),
        ({"status": Verification.REJECTED}, ["未通过"]),
        ({"county": "340802"}, ["旧的待审"]),
        ({"q": "待审"}, ["旧的待审"]),
        ({"q": "%"}, []),
    ],
)
def test_the_list_is_filtered(work: Work, staff: User, several: None, wanted: Any, found: list[str]) -> None:
    assert names(work, staff, **wanted) == found


@pytest.mark.parametrize(
    "query", ["q=%00", "county=%00", "kind=x", "status=x", "page=-1", "page=x", "page=99999999999"]
)
def test_a_strange_address_of_the_list_is_no_fault(bureau: FlaskClient, query: str) -> None:
    assert bureau.get(f"/organisations?{query}").status_code == 200
    assert bureau.get(f"/accounts?{query}").status_code == 200


def test_contacts_and_members_are_for_its_own_and_the_bureau(
    app: Flask, bureau: FlaskClient, work: Work
) -> None:
    user = member(work, name="李工", email="li@example.com")
    path = f"/organisations/{user.organisation_id}"
    secrets = ("0556-0000000", "li@example.com", user.organisation.code)
    inside = [factories.sign_in(app.test_client(), user).get(path).text, bureau.get(path).text]
    outside = [
        app.test_client().get(path).text,
        factories.sign_in(app.test_client(), member(work, Role.LIAISON)).get(path).text,
    ]
    assert all(secret in page for page in inside for secret in secrets)
    assert not any(secret in page for page in outside for secret in secrets)


def test_one_that_is_not_verified_does_not_exist_for_others(client: FlaskClient, waiting: User) -> None:
    assert client.get(f"/organisations/{waiting.organisation_id}").status_code == 404


def test_an_enterprise_is_called_an_enterprise(client: FlaskClient, work: Work) -> None:
    path = f"/organisations/{member(work).organisation_id}"
    assert '<p class="page-below">企业</p>' in client.get(path).text
