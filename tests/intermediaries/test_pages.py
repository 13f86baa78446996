"""The pages of services: asking from a problem, answering, and what each side reads."""

from __future__ import annotations

import io

from flask import Flask
from flask.testing import FlaskClient

from matchmaker.work import Work
from models import RequestStatus, Service, ServiceRequest, ServiceStatus, User
from tests import factories
from tests.intermediaries.test_requests import SECRET

TYPED = {
    "wish": "请对三批样件做气孔检测，出具报告。",
    "contact_name": "设备科",
    "contact_phone": "0556-0000009",
    "consent": "y",
}


def browser(app: Flask, person: User) -> FlaskClient:
    return factories.sign_in(app.test_client(), person)


def test_from_a_problem_to_the_result_on_its_page(app: Flask, work: Work, people: dict[str, User]) -> None:
    problem = factories.problem(work.session, people["enterprise"], confidential=SECRET)
    offered = factories.service(work.session, people["intermediary"].organisation)
    work.session.commit()
    firm, body = browser(app, people["enterprise"]), browser(app, people["intermediary"])
    about = f"/service-requests/about/problem/{problem.id}"
    assert about in firm.get(f"/problems/{problem.id}").text
    assert f"{about}/{offered.id}" in firm.get(about).text
    assert "同意在服务机构受理以后" in firm.get(f"{about}/{offered.id}").text
    made = firm.post(f"{about}/{offered.id}", data=TYPED | {"shows_content": "y"})
    assert made.status_code == 303
    before = body.get(made.location).text
    assert problem.statement in before
    assert TYPED["contact_phone"] not in before
    assert body.post(f"{made.location}/accept").status_code == 303
    assert TYPED["contact_phone"] in body.get(made.location).text
    body.post(f"{made.location}/start")
    report = {"result": "三批均合格", "file": (io.BytesIO(b"%PDF-1.4\n%%EOF\n"), "检测报告.pdf")}
    assert body.post(f"{made.location}/complete", data=report).status_code == 303
    page = firm.get(f"/problems/{problem.id}").text
    for words in ("三批均合格", "检测报告.pdf", "已完成"):
        assert words in page
    for path in (made.location, "/service-requests/", "/", "/notices", f"/problems/{problem.id}"):
        assert SECRET[:8] not in body.get(path).text


def test_without_consent_the_form_keeps_what_was_typed(
    app: Flask, work: Work, people: dict[str, User]
) -> None:
    problem = factories.problem(work.session, people["enterprise"])
    offered = factories.service(work.session, people["intermediary"].organisation)
    work.session.commit()
    typed = {name: value for name, value in TYPED.items() if name != "consent"}
    answer = browser(app, people["enterprise"]).post(
        f"/service-requests/about/problem/{problem.id}/{offered.id}", data=typed
    )
    assert answer.status_code == 422
    assert "不同意开放联系方式时不能申请" in answer.text
    assert TYPED["wish"] in answer.text
    assert work.session.query(ServiceRequest).count() == 0


def test_staff_who_ask_for_a_company_say_how_it_agreed_and_only_its_side_reads_it(
    app: Flask, work: Work, people: dict[str, User]
) -> None:
    problem = factories.problem(work.session, people["enterprise"])
    offered = factories.service(work.session, people["intermediary"].organisation)
    work.session.commit()
    staff = browser(app, people["staff"])
    address = f"/service-requests/about/problem/{problem.id}/{offered.id}"
    silent = staff.post(address, data=TYPED)
    assert silent.status_code == 422
    for words in ("请填写对方谁同意的", "请选择怎么说的", TYPED["wish"]):
        assert words in silent.text
    said = {"agreed_person": "王工，设备科", "agreed_day": f"{work.today()}", "agreed_way": "phone"}
    later = staff.post(address, data=TYPED | said | {"agreed_day": "2099-01-01"})
    assert (later.status_code, "不能晚于今天" in later.text) == (422, True)
    assert work.session.query(ServiceRequest).count() == 0
    work.session.commit()
    made = staff.post(address, data=TYPED | said)
    assert made.status_code == 303
    firm, body = browser(app, people["enterprise"]), browser(app, people["intermediary"])
    assert "王工，设备科于" in firm.get(made.location).text
    assert "王工" not in browser(app, people["administrator"]).get(made.location).text
    body.post(f"{made.location}/accept")
    for path in (made.location, f"/problems/{problem.id}"):
        assert "王工" not in body.get(path).text
    assert "agreed_person" not in firm.get(f"/service-requests/about/problem/{problem.id}/{offered.id}").text


def test_an_empty_contact_is_said_and_filled_in(app: Flask, work: Work, people: dict[str, User]) -> None:
    problem = factories.problem(work.session, people["enterprise"])
    offered = factories.service(work.session, people["intermediary"].organisation)
    asked = factories.service_request(work.session, offered, problem, RequestStatus.ACCEPTED)
    asked.contact_name = asked.contact_phone = asked.contact_email = ""
    work.session.commit()
    firm, body = browser(app, people["enterprise"]), browser(app, people["intermediary"])
    page = f"/service-requests/{asked.id}"
    for reader in (firm, body):
        assert "申请单位还没有填联系人" in reader.get(page).text
    assert f"{page}/contact" not in body.get(page).text
    assert body.post(f"{page}/contact", data={}).status_code == 403
    typed = {"contact_name": "李工", "contact_phone": "", "version": str(asked.version)}
    bad = firm.post(f"{page}/contact", data=typed)
    assert (bad.status_code, "请填写联系人和至少一种联系方式" in bad.text, "李工" in bad.text) == (
        422,
        True,
        True,
    )
    stale = firm.post(f"{page}/contact", data=typed | {"contact_phone": "0556-0000001", "version": "0"})
    assert (stale.status_code, "0556-0000001" in stale.text) == (409, True)
    assert f'value="{asked.version}"' in stale.text
    assert firm.post(f"{page}/contact", data=typed | {"contact_phone": "0556-0000001"}).status_code == 303
    assert "0556-0000001" in body.get(page).text
    assert "服务机构已经受理，现在能看到" in firm.get(page).text


def test_after_a_withdrawal_the_intermediary_reads_neither_wish_nor_contact(
    app: Flask, work: Work, people: dict[str, User]
) -> None:
    problem = factories.problem(work.session, people["enterprise"])
    offered = factories.service(work.session, people["intermediary"].organisation)
    asked = factories.service_request(work.session, offered, problem, RequestStatus.ACCEPTED)
    work.session.commit()
    page = f"/service-requests/{asked.id}"
    firm, body = browser(app, people["enterprise"]), browser(app, people["intermediary"])
    upload = f"/attachments/service_request/{asked.id}"
    assert asked.wish in body.get(page).text
    assert upload in body.get(page).text
    assert firm.post(f"{page}/withdraw").status_code == 303
    closed = body.get(page).text
    for words in (asked.wish, asked.contact_name, upload):
        assert words not in closed
    assert "申请已经撤回，服务机构不能再看到" in firm.get(page).text
    assert asked.wish in firm.get(page).text


def test_what_was_typed_stays_when_somebody_was_quicker(
    app: Flask, work: Work, people: dict[str, User]
) -> None:
    problem = factories.problem(work.session, people["enterprise"])
    offered = factories.service(work.session, people["intermediary"].organisation)
    asked = factories.service_request(work.session, offered, problem, RequestStatus.WITHDRAWN)
    work.session.commit()
    answer = browser(app, people["intermediary"]).post(
        f"/service-requests/{asked.id}/decline", data={"reason": "排期已满，建议下月再来"}
    )
    assert answer.status_code == 409
    assert "排期已满，建议下月再来" in answer.text


def test_a_file_that_is_no_file_completes_nothing(app: Flask, work: Work, people: dict[str, User]) -> None:
    problem = factories.problem(work.session, people["enterprise"])
    offered = factories.service(work.session, people["intermediary"].organisation)
    asked = factories.service_request(work.session, offered, problem, RequestStatus.IN_PROGRESS)
    work.session.commit()
    report = {"result": "三批均合格", "file": (io.BytesIO(b"MZ\x90"), "检测报告.pdf")}
    answer = browser(app, people["intermediary"]).post(f"/service-requests/{asked.id}/complete", data=report)
    assert answer.status_code == 422
    assert "三批均合格" in answer.text
    work.session.expire_all()
    assert asked.status is RequestStatus.IN_PROGRESS


def test_an_intermediary_hands_in_and_staff_publish(app: Flask, work: Work, people: dict[str, User]) -> None:
    body, staff = browser(app, people["intermediary"]), browser(app, people["staff"])
    typed = {
        "kind": "finance",
        "title": "科技型企业知识产权质押融资",
        "description": "对接三家银行的知识产权质押贷款，协助评估和登记，一般三周放款。",
        "money_kind": "negotiable",
        "submit": "1",
    }
    made = body.post("/services/new", data=typed)
    assert made.status_code == 303
    assert typed["title"] not in app.test_client().get("/services/").text
    assert staff.post(f"{made.location}/publish").status_code == 303
    assert typed["title"] in app.test_client().get("/services/").text
    assert typed["title"] in body.get("/").text
    assert work.session.query(Service).one().status is ServiceStatus.PUBLISHED
