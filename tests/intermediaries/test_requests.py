"""Asking for a service, its steps, who is told, and what the intermediary reads of it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from matchmaker.attachments import service as attachments
from matchmaker.intermediaries import service
from matchmaker.intermediaries.errors import (
    AgreedLater,
    AgreementMissing,
    AlreadyAsked,
    ConsentMissing,
    ContactChanged,
    ContactMissing,
    HoldsConfidential,
    NoParty,
    NotOffered,
    NotOpen,
    NotVerified,
    ServiceGone,
)
from matchmaker.intermediaries.service import Agreed, Ask, Contact, RequestFilter
from matchmaker.policy import Forbidden
from matchmaker.work import Work
from models import (
    AuditEvent,
    ConsentWay,
    CooperationRecord,
    Delivery,
    IllegalStep,
    Notice,
    Pairing,
    PartyRole,
    Problem,
    RecordParty,
    RequestStatus,
    Service,
    ServiceRequest,
    ServiceStatus,
    User,
    Verification,
)
from tests import factories

SECRET = "采用自研的硼化物涂层配方，烧结温度一千一百二十度，保温四十分钟"
ASKED = Ask("请对三批样件做气孔检测，出具报告。", "设备科", "0556-0000009", consent=True)


class Desk:
    """A company's problem with a secret, an intermediary's service, and each of them at work."""

    def __init__(self, work: Work, people: dict[str, User]) -> None:
        self.session, self.people = work.session, people
        self.firm, self.body, self.staff = (
            work.as_actor(people[each]) for each in ("enterprise", "intermediary", "staff")
        )
        self.problem = factories.problem(work.session, people["enterprise"], confidential=SECRET)
        self.service = factories.service(work.session, people["intermediary"].organisation)
        work.session.commit()

    def ask(self, **given: Any) -> ServiceRequest:
        return service.ask(self.firm, self.problem, self.service, replace(ASKED, **given))

    def agreed(self, days: int = 0, **given: Any) -> Ask:
        """What staff ask for, with what the company said so many days from now."""
        day = self.staff.today() + timedelta(days=days)
        return replace(ASKED, agreed=Agreed("王工，设备科", day, ConsentWay.PHONE, "只谈检测"), **given)

    def told(self, name: str) -> list[str]:
        wanted = select(Notice.kind).where(Notice.user_id == self.people[name].id).order_by(Notice.id)
        return list(self.session.scalars(wanted))


@pytest.fixture
def desk(work: Work, people: dict[str, User]) -> Desk:
    return Desk(work, people)


def test_a_request_goes_from_asked_to_done_and_both_sides_are_told(desk: Desk) -> None:
    asked = desk.ask()
    service.accept(desk.body, asked)
    service.start(desk.body, asked)
    report = FileStorage(io.BytesIO(b"%PDF-1.4\n%%EOF\n"), filename="检测报告.pdf")
    service.complete(desk.body, asked, "三批均合格", report)
    assert (asked.status, asked.result) == (RequestStatus.DONE, "三批均合格")
    assert [each.action for each in asked.events] == ["requested", "accepted", "started", "completed"]
    assert desk.told("intermediary") == ["service.requested"]
    assert desk.told("enterprise") == ["service.accepted", "service.started", "service.completed"]
    (shown,) = service.requests_about(desk.firm, desk.problem)
    assert [file.name for file in shown.files] == ["检测报告.pdf"]
    assert attachments.of(desk.firm.as_actor(desk.people["liaison"]), "service_request", asked.id) == []
    actions = desk.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert [each for each in actions if each.startswith("service_request.")] == [
        "service_request.requested",
        "service_request.accepted",
        "service_request.started",
        "service_request.completed",
    ]


@pytest.mark.parametrize(
    ("status", "steps"),
    [
        (RequestStatus.REQUESTED, {"accept", "decline", "withdraw"}),
        (RequestStatus.ACCEPTED, {"start", "decline", "withdraw"}),
        (RequestStatus.IN_PROGRESS, {"complete", "withdraw"}),
        (RequestStatus.DONE, set()),
        (RequestStatus.DECLINED, set()),
        (RequestStatus.WITHDRAWN, set()),
    ],
)
def test_the_steps_of_a_state(desk: Desk, status: RequestStatus, steps: set[str]) -> None:
    assert set(ServiceRequest.MACHINE.actions(status)) == steps


def test_each_side_takes_its_own_steps(desk: Desk) -> None:
    asked = desk.ask()
    with pytest.raises(Forbidden):
        service.accept(desk.firm, asked)
    with pytest.raises(Forbidden):
        service.withdraw(desk.body, asked)
    service.withdraw(desk.firm, asked, "已经自己解决")
    with pytest.raises(IllegalStep):
        service.accept(desk.body, asked)
    assert desk.told("intermediary") == ["service.requested", "service.withdrawn"]


def test_the_contact_is_open_from_acceptance_to_the_end(desk: Desk) -> None:
    asked = desk.ask()
    assert not service.request_page(desk.body, asked.id).may_read_contact
    service.accept(desk.body, asked)
    assert service.request_page(desk.body, asked.id).may_read_contact
    service.decline(desk.body, asked, "排期已满")
    page = service.request_page(desk.body, asked.id)
    assert (page.may_read_contact, page.shared.texts, page.shared.wish) == (False, (), "")


def test_an_intermediary_reads_the_public_parts_that_were_chosen(desk: Desk) -> None:
    shown = service.request_page(desk.body, desk.ask().id).shared
    assert dict(shown.texts) == {
        "background": desk.problem.background,
        "statement": desk.problem.statement,
    }
    assert shown.money is None
    other = factories.service(desk.session, desk.people["intermediary"].organisation)
    bare = service.ask(desk.firm, desk.problem, other, replace(ASKED, shows_content=False, shows_money=True))
    shown = service.request_page(desk.body, bare.id).shared
    assert (shown.title, shown.texts, shown.targets, shown.money) == (
        desk.problem.title,
        (),
        (),
        desk.problem,
    )


def test_a_passage_of_the_confidential_details_is_not_asked_with(desk: Desk) -> None:
    with pytest.raises(HoldsConfidential):
        desk.ask(wish=f"请评估：{SECRET[4:20]}，是否可行。")


def test_nothing_confidential_is_in_what_an_intermediary_is_sent(desk: Desk) -> None:
    """Pages are asked for in test_pages; here is what is stored for it, notices and mail."""
    asked = desk.ask(shows_money=True)
    service.accept(desk.body, asked)
    desk.session.commit()
    sent = [
        *desk.session.scalars(select(Notice)),
        *desk.session.scalars(select(Delivery)),
        asked,
        *asked.events,
    ]
    stored = repr([vars(each) for each in sent]) + repr(
        service.request_page(desk.body, asked.id).shared.texts
    )
    assert not any(SECRET[at : at + 8] in stored for at in range(len(SECRET) - 8))


def test_what_cannot_be_asked_for_is_refused(desk: Desk, people: dict[str, User]) -> None:
    with pytest.raises(ConsentMissing):
        desk.ask(consent=False)
    first = desk.ask()
    with pytest.raises(AlreadyAsked) as again:
        desk.ask()
    assert again.value.request is first
    gone = factories.service(desk.session, people["intermediary"].organisation, ServiceStatus.ARCHIVED)
    with pytest.raises(ServiceGone):
        service.ask(desk.firm, desk.problem, gone, ASKED)
    desk.problem.organisation.status = Verification.PENDING
    with pytest.raises(NotVerified):
        desk.ask()


def test_nobody_asks_about_what_is_not_theirs(desk: Desk, people: dict[str, User]) -> None:
    other = desk.firm.as_actor(people["other_enterprise"])
    with pytest.raises(Forbidden):
        service.find_subject(other, "problem", desk.problem.id)
    with pytest.raises(NotOffered):
        service.find_request(other, desk.ask().id)
    with pytest.raises(Forbidden):
        service.ask(desk.body, desk.problem, desk.service, ASKED)


def test_staff_ask_for_a_side_and_both_are_told(desk: Desk) -> None:
    asked = service.ask(desk.staff, desk.problem, desk.service, desk.agreed())
    assert asked.requester is desk.problem.organisation
    assert desk.told("enterprise") == ["service.requested_for"]
    service.accept(desk.body, asked)
    assert desk.told("staff") == ["service.accepted"]


def test_staff_open_no_contact_without_saying_how_its_side_agreed(desk: Desk) -> None:
    with pytest.raises(AgreementMissing):
        service.ask(desk.staff, desk.problem, desk.service, ASKED)
    with pytest.raises(AgreedLater):
        service.ask(desk.staff, desk.problem, desk.service, desk.agreed(days=1))
    asked = service.ask(desk.staff, desk.problem, desk.service, desk.agreed())
    said = f"王工，设备科于{desk.staff.today()}同意开放联系方式（电话）。说明：只谈检测"
    assert [each.note for each in asked.events] == [said]
    seen = asked.version
    with pytest.raises(AgreementMissing):
        service.correct_contact(desk.staff, asked, Contact("李工", "0556-0000001"), seen)
    own = service.ask(
        desk.firm, factories.problem(desk.session, desk.people["enterprise"]), desk.service, ASKED
    )
    assert own.events[0].note == ""


def test_the_contact_of_an_open_request_is_put_right_by_who_asked(desk: Desk) -> None:
    asked = desk.ask()
    asked.contact_name = asked.contact_phone = ""
    desk.session.commit()
    seen = asked.version
    with pytest.raises(Forbidden):
        service.correct_contact(desk.body, asked, Contact("李工", "0556-0000001"), seen)
    with pytest.raises(ContactMissing):
        service.correct_contact(desk.firm, asked, Contact("李工"), seen)
    service.accept(desk.body, asked)
    with pytest.raises(ContactChanged):
        service.correct_contact(desk.firm, asked, Contact("李工", "0556-0000001"), seen)
    assert asked.contact_name == ""
    service.correct_contact(desk.firm, asked, Contact("李工", "0556-0000001"), asked.version)
    assert (asked.contact_name, asked.events[-1].action) == ("李工", "contact_corrected")
    audited = select(AuditEvent).where(AuditEvent.action == "service_request.contact_corrected")
    assert "李工" not in repr(desk.session.scalars(audited).one().details)
    service.withdraw(desk.firm, asked)
    with pytest.raises(NotOpen):
        service.correct_contact(desk.firm, asked, Contact("王工", "0556-0000001"), asked.version)


def test_files_of_an_intermediary_come_between_acceptance_and_the_end(desk: Desk) -> None:
    def upload() -> None:
        report = FileStorage(io.BytesIO(b"%PDF-1.4\n%%EOF\n"), filename="检测报告.pdf")
        attachments.attach(desk.body, asked, report, confidential=False)

    asked = desk.ask()
    with pytest.raises(Forbidden):
        upload()
    service.accept(desk.body, asked)
    upload()
    service.withdraw(desk.firm, asked)
    with pytest.raises(Forbidden):
        upload()


def test_of_a_record_one_of_its_parties_asks(desk: Desk, people: dict[str, User]) -> None:
    record = CooperationRecord(number="2026-9", title="联合检测", mode="services")
    firms = (people["enterprise"].organisation, people["liaison"].organisation)
    record.parties = [
        RecordParty(role=role, organisation=each)
        for role, each in zip((PartyRole.A, PartyRole.B), firms, strict=True)
    ]
    desk.session.add(record)
    desk.session.commit()
    with pytest.raises(NoParty):
        service.ask(desk.staff, record, desk.service, desk.agreed())
    stranger = people["other_enterprise"].organisation_id
    with pytest.raises(NoParty):
        service.ask(desk.staff, record, desk.service, desk.agreed(requester_id=stranger))
    asked = service.ask(desk.staff, record, desk.service, desk.agreed(requester_id=firms[1].id))
    assert [each.request for each in service.requests_about(desk.staff, record)] == [asked]
    assert service.requests_about(desk.firm, record) == []


def test_a_request_from_a_talk_stands_in_its_thread(desk: Desk, people: dict[str, User]) -> None:
    capability = factories.capability(desk.session, people["liaison"])
    pairing = Pairing(problem=desk.problem, capability=capability, score=0.5, engine_version="t")
    unrelated = Pairing(
        problem=factories.problem(desk.session, people["enterprise"]),
        capability=capability,
        score=0.5,
        engine_version="t",
    )
    desk.session.add_all([pairing, unrelated])
    desk.session.commit()
    asked = desk.ask(pairing_id=pairing.id)
    assert [each.request for each in service.requests_in(desk.staff, pairing)] == [asked]
    assert service.requests_in(desk.firm.as_actor(people["liaison"]), pairing) == []
    service.withdraw(desk.firm, asked)
    assert desk.ask(pairing_id=unrelated.id).pairing_id is None


def test_the_list_holds_the_open_ones_first_and_only_the_readers(desk: Desk, people: dict[str, User]) -> None:
    problems: list[Problem] = [factories.problem(desk.session, people["enterprise"]) for _ in range(3)]
    made = [
        factories.service_request(desk.session, desk.service, problem, status)
        for problem, status in zip(
            problems, (RequestStatus.DONE, RequestStatus.ACCEPTED, RequestStatus.REQUESTED), strict=True
        )
    ]
    elsewhere: Service = factories.service(desk.session, factories.organisation(desk.session))
    factories.service_request(desk.session, elsewhere, problems[0])
    desk.session.commit()
    found = service.requests(desk.body, RequestFilter())
    assert list(found.items) == [made[1], made[2], made[0]]
    narrowed = service.requests(desk.staff, RequestFilter.from_query({"state": "done", "about": "problem"}))
    assert list(narrowed.items) == [made[0]]
