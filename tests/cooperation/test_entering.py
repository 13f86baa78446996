"""An agreement made elsewhere, entered with new organisations, a problem and a capability."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from matchmaker.cooperation import service
from matchmaker.postings import service as postings
from matchmaker.postings.service import Filters
from matchmaker.work import Work
from models import (
    Capability,
    CapabilityStatus,
    CooperationRecord,
    FormerName,
    Organisation,
    Problem,
    ProblemStatus,
    User,
    Verification,
)
from tests.factories import credit_code, sign_in

NEW = "示例铸造有限公司"
NEED = "砂型铸件表面粘砂，清理一件要四十分钟，希望改进涂料配方，把粘砂面积减到百分之二以下。"
OFFER = "醇基锆英粉涂料，悬浮性好，用于大型铸钢件，粘砂面积可以控制在百分之一以内。"


@pytest.fixture
def browser(client: FlaskClient, people: dict[str, User]) -> FlaskClient:
    return sign_in(client, people["staff"])


def typed(people: dict[str, User], **given: str) -> dict[str, str]:
    return {
        "title": "铸件抗粘砂涂料委托开发",
        "party_a": people["enterprise"].organisation.name,
        "party_b": people["liaison"].organisation.name,
        "mode": "commissioned",
        "field": "4",
    } | given


def new_firm(**given: str) -> dict[str, str]:
    return {
        "party_a": NEW,
        "new_a-code": credit_code(),
        "new_a-kind": "enterprise",
        "new_a-county": "340811",
    } | given


def texts() -> dict[str, str]:
    return {
        "problem-title": "砂型铸件抗粘砂",
        "problem-summary": NEED,
        "capability-title": "醇基锆英粉抗粘砂涂料",
        "capability-summary": OFFER,
        "capability-field": "8",
    }


def the_record(work: Work) -> CooperationRecord:
    work.session.rollback()
    return work.session.scalars(select(CooperationRecord)).one()


def test_new_parties_and_texts_come_with_the_record_in_one_step(
    browser: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    answer = browser.post("/cooperation/new", data=typed(people, **new_firm(), **texts()))
    assert answer.status_code == 303
    record = the_record(work)
    firm = work.session.scalars(select(Organisation).where(Organisation.name == NEW)).one()
    assert (firm.status, record.parties[0].organisation) == (Verification.VERIFIED, firm)

    problem, capability = service.problem_of(work, record), service.capability_of(work, record)
    assert problem is not None
    assert capability is not None
    assert (problem.organisation, problem.status, problem.field) == (
        firm,
        ProblemStatus.IN_COOPERATION,
        "4",
    )
    assert (capability.organisation, capability.status, capability.field) == (
        people["liaison"].organisation,
        CapabilityStatus.PUBLISHED,
        "8",
    )
    page = browser.get(answer.location).text
    assert page.count("登记合作时录入") == 2
    for path in (f"/problems/{problem.id}", f"/capabilities/{capability.id}", f"/organisations/{firm.id}"):
        assert browser.get(path).status_code == 200


def test_what_was_entered_is_found_at_once(browser: FlaskClient, work: Work, people: dict[str, User]) -> None:
    browser.post("/cooperation/new", data=typed(people, **texts()))
    work.session.rollback()
    for model, words in ((Problem, "砂型铸件抗粘砂"), (Capability, "抗粘砂涂料")):
        (found,) = postings.find(work, model, Filters(q=words)).listing.items
        assert found.external_id == "record:" + the_record(work).number


def test_a_problem_entered_with_a_record_is_solved_and_opened_again_with_it(
    browser: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    browser.post("/cooperation/new", data=typed(people, **texts()))
    staff, record = work.as_actor(people["staff"]), the_record(work)
    problem = service.problem_of(staff, record)
    assert problem is not None
    service.sign(staff, record, staff.today(), "development_commissioned")
    service.start(staff, record, staff.today())
    service.accept(staff, record, service.Results(), "通过")
    assert problem.status is ProblemStatus.SOLVED
    service.reopen(staff, record, "误操作")
    assert problem.status is ProblemStatus.IN_COOPERATION
    service.terminate(staff, record, "企业转产")
    assert problem.status is ProblemStatus.PUBLISHED


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"new_a-code": "91340800MA2000000X"}, "校验码对不上"),
        ({"new_a-kind": ""}, "请选择单位类型"),
        ({"new_a-code": ""}, "请填写统一社会信用代码"),
        ({"problem-title": "砂"}, "至少 4 个字"),
        ({"problem-title": "砂型铸件抗粘砂"}, "请填写简介"),
        ({"technology_amount": "5"}, "金额"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_made(
    given: dict[str, str], message: str, browser: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    answer = browser.post("/cooperation/new", data=typed(people, **new_firm(**given)))
    assert (answer.status_code, message in answer.text, NEW in answer.text) == (422, True, True)
    work.session.rollback()
    assert made(work) == 0


@pytest.mark.parametrize("field", ["code", "name"])
def test_a_new_party_whose_code_or_name_is_taken_is_told_and_nothing_is_made(
    field: str, browser: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    other = people["other_enterprise"].organisation
    other.status = Verification.PENDING
    work.session.commit()
    given = {"new_a-code": other.code} if field == "code" else {"party_a": other.name}
    second = {"party_b": "示例研究所", "new_b-code": credit_code(), "new_b-kind": "institute"}
    answer = browser.post("/cooperation/new", data=typed(people, **new_firm(**given), **second))
    said = {"code": "已有单位使用这个代码", "name": "已有同名单位"}[field]
    assert (answer.status_code, said in answer.text) == (422, True)
    work.session.rollback()
    assert made(work) == 0


def test_a_former_name_leads_to_the_present_one_and_an_unknown_one_to_its_section(
    browser: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    firm = people["enterprise"].organisation
    work.session.add(
        FormerName(organisation_id=firm.id, name="江城老厂", code="", since=work.now(), until=work.now())
    )
    work.session.commit()

    page = browser.post("/cooperation/new", data=typed(people, party_a="江城老厂", party_b="无名研究所")).text

    assert f"这家单位现在叫“{firm.name}”" in page
    assert "打开下面的“乙方还没有登记为单位”" in page


def test_what_is_wrong_in_a_part_names_its_field_above_the_form(
    browser: FlaskClient, people: dict[str, User]
) -> None:
    given = texts() | {"problem-summary": "太短"}
    page = browser.post("/cooperation/new", data=typed(people, **given)).text
    assert "甲方的难题：简介：至少 30 个字" in page


def test_a_party_that_is_known_is_not_entered_anew(
    browser: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    known = people["enterprise"].organisation.name
    answer = browser.post("/cooperation/new", data=typed(people, **new_firm(party_a=known)))
    assert (answer.status_code, "这家单位已经登记" in answer.text) == (422, True)


def made(work: Work) -> int:
    """Records, and organisations that came with one."""
    counted: Any = select(func.count(CooperationRecord.id))
    new = select(func.count(Organisation.id)).where(Organisation.name.in_((NEW, "示例研究所")))
    return (work.session.scalar(counted) or 0) + (work.session.scalar(new) or 0)
