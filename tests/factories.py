"""Builds objects as they stand after the steps that lead to them, without going through the services."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum.cn import uscc

from models import (
    CONTACT_OPEN,
    Alliance,
    AllianceMembership,
    Capability,
    CapabilityStatus,
    Carrier,
    CarrierMembership,
    ConsentStatus,
    Interest,
    MoneyKind,
    Organisation,
    OrganisationKind,
    Pairing,
    Participant,
    ParticipantRole,
    Problem,
    ProblemStatus,
    Project,
    ProjectLevel,
    ProjectSource,
    ProjectStatus,
    RequestStatus,
    Role,
    Service,
    ServiceRequest,
    ServiceStatus,
    Side,
    Undertaking,
    UndertakingAcceptance,
    User,
    Verification,
    now,
)
from tests.days import today

_numbers = itertools.count(1)
PASSWORD = "correct-horse-9"


def credit_code() -> str:
    """A unified social credit code with the right check digit, a new one each time."""
    body = f"91340800MA2{next(_numbers):06d}"
    return body + uscc.calc_check_digit(body)


def organisation(
    session: Session, kind: OrganisationKind = OrganisationKind.ENTERPRISE, **given: Any
) -> Organisation:
    number = next(_numbers)
    values: dict[str, Any] = {
        "kind": kind,
        "name": f"示例单位{number}",
        "code": credit_code(),
        "county": "340811",
        "status": Verification.VERIFIED,
        "contact_name": "科技部",
        "contact_phone": "0556-0000000",
    } | given
    made = Organisation(**values)
    session.add(made)
    session.flush()
    return made


def user(session: Session, role: Role, of: Organisation, **given: Any) -> User:
    """Signs in with PASSWORD where `password_hash` is not given; made by sign_in without it, it needs none."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "email": f"user{number}@example.com",
        "name": f"用户{number}",
        "role": role,
        "password_hash": "unset",
    } | given
    made = User(organisation=of, **values)
    session.add(made)
    session.flush()
    return made


def people(session: Session) -> dict[str, User]:
    firm, other_firm = organisation(session), organisation(session)
    school = organisation(session, OrganisationKind.UNIVERSITY)
    other_school = organisation(session, OrganisationKind.UNIVERSITY)
    body = organisation(session, OrganisationKind.INTERMEDIARY)
    bureau = organisation(session, OrganisationKind.BUREAU)
    return {
        "enterprise": user(session, Role.ENTERPRISE, firm),
        "other_enterprise": user(session, Role.ENTERPRISE, other_firm),
        "liaison": user(session, Role.LIAISON, school),
        "other_liaison": user(session, Role.LIAISON, other_school),
        "intermediary": user(session, Role.INTERMEDIARY, body),
        "staff": user(session, Role.STAFF, bureau),
        "administrator": user(session, Role.ADMINISTRATOR, bureau),
    }


def problem(
    session: Session, author: User, status: ProblemStatus = ProblemStatus.PUBLISHED, **given: Any
) -> Problem:
    number = next(_numbers)
    values: dict[str, Any] = {
        "title": f"铝合金压铸件气孔在线检测{number}",
        "need": "equipment",
        "background": "压铸车间月产壳体六万件，气孔在机加工以后才发现，报废损失大，客户要求出厂前逐件判定。",
        "statement": "需要在压铸后三十秒内用X射线或超声判定直径0.5毫米以上的气孔，并给出位置，适应五种壳体换型。",
        "targets": [{"name": "检出率", "comparison": "≥", "value": "98", "unit": "%"}],
        "field": "8",
        "subfield": "8.04",
        "industry": "C36",
        "county": "340811",
        "money_kind": MoneyKind.RANGE,
        "money_low": Decimal(60),
        "money_high": Decimal(90),
        "wanted_by": today() + timedelta(days=300),
        "valid_until": today() + timedelta(days=365),
        "contact_name": "设备科",
        "contact_phone": "0556-0000001",
    } | given
    modes = values.pop("modes", ["commissioned"])
    made = Problem(organisation=author.organisation, author=author, status=status, **values)
    made.modes = modes
    if status is not ProblemStatus.DRAFT:
        made.submitted_at = now()
    if status is ProblemStatus.PUBLISHED:
        made.published_at = now()
    session.add(made)
    session.flush()
    return made


def capability(
    session: Session, author: User, status: CapabilityStatus = CapabilityStatus.PUBLISHED, **given: Any
) -> Capability:
    number = next(_numbers)
    values: dict[str, Any] = {
        "title": f"压铸件内部缺陷X射线智能检测{number}",
        "kind": "result",
        "summary": "面向铝合金压铸壳体，采用双视角X射线成像与深度学习识别气孔、缩松，单件二十秒，可定位缺陷并输出报告。",
        "advantage": "与人工抽检相比漏检率由百分之五降到千分之三。",
        "field": "8",
        "subfield": "8.04",
        "trl": 7,
        "stage": "pilot",
        "money_kind": MoneyKind.EXACT,
        "money_low": Decimal(70),
        "valid_until": today() + timedelta(days=365),
        "contact_name": "成果转化办公室",
        "contact_phone": "0551-0000002",
    } | given
    modes = values.pop("modes", ["commissioned", "transfer"])
    made = Capability(organisation=author.organisation, author=author, status=status, **values)
    made.modes = modes
    if status is not CapabilityStatus.DRAFT:
        made.submitted_at = now()
    if status is CapabilityStatus.PUBLISHED:
        made.published_at = now()
    session.add(made)
    session.flush()
    return made


def carrier(session: Session, *members: Organisation, **given: Any) -> Carrier:
    """With these as resident members."""
    values: dict[str, Any] = {"kind": "incubator", "name": f"示例孵化器{next(_numbers)}"} | given
    made = Carrier(**values)
    made.memberships = [
        CarrierMembership(organisation=each, stage="resident", since=date(2024, 1, 1)) for each in members
    ]
    session.add(made)
    session.flush()
    return made


def alliance(session: Session, lead: Organisation, *members: Organisation, **given: Any) -> Alliance:
    """With the lead and these as members."""
    made = Alliance(name=f"示例产业技术创新战略联盟{next(_numbers)}", lead=lead, **given)
    made.memberships = [
        AllianceMembership(organisation=each, since=date(2024, 1, 1)) for each in (lead, *members)
    ]
    session.add(made)
    session.flush()
    return made


def service(
    session: Session, of: Organisation, status: ServiceStatus = ServiceStatus.PUBLISHED, **given: Any
) -> Service:
    values: dict[str, Any] = {
        "kind": "testing",
        "title": f"压铸件无损检测服务{next(_numbers)}",
        "description": "按国家标准对压铸件做X射线检测，三个工作日出报告，可到现场取样。",
        "published_at": now() if status is ServiceStatus.PUBLISHED else None,
        "return_reason": "请写明标准" if status is ServiceStatus.RETURNED else "",
    } | given
    made = Service(organisation=of, status=status, **values)
    session.add(made)
    session.flush()
    return made


def service_request(
    session: Session,
    asked: Service,
    about: Problem | Capability,
    status: RequestStatus = RequestStatus.REQUESTED,
    **given: Any,
) -> ServiceRequest:
    values: dict[str, Any] = {
        "wish": "请对三批样件做气孔检测。",
        "contact_name": "设备科",
        "contact_phone": "0556-0000009",
        "accepted_at": now() if status in CONTACT_OPEN else None,
        "ended_at": now() if status is RequestStatus.DONE else None,
        "result": "已出报告" if status is RequestStatus.DONE else "",
        "decline_reason": "排期已满" if status is RequestStatus.DECLINED else "",
        about.KIND: about,
    } | given
    made = ServiceRequest(
        service=asked,
        requester=about.organisation,
        consented_by=about.author,
        status=status,
        **values,
    )
    session.add(made)
    session.flush()
    return made


def project(
    session: Session,
    status: ProjectStatus = ProjectStatus.DISTILLING,
    lead: Organisation | None = None,
    partners: Sequence[Organisation] = (),
    sources: Sequence[Problem] = (),
    **given: Any,
) -> Project:
    number = next(_numbers)
    recommended = (ProjectStatus.RECOMMENDED, ProjectStatus.APPROVED, ProjectStatus.ACCEPTED)
    values: dict[str, Any] = {
        "number": f"XM2026-{number:04d}",
        "title": f"压铸件内部缺陷在线检测共性技术{number}",
        "programme": "it",
        "level": ProjectLevel.PROVINCIAL,
        "field": "8",
        "budget": Decimal(200),
        "necessity": "三家企业都因气孔漏检被退货，单独开发负担不起。",
        "expected_results": "形成检测装置一套，在三家企业应用。",
        "recommended_at": now() if status in recommended else None,
        "cancel_reason": "企业撤回需求" if status is ProjectStatus.CANCELLED else "",
    } | given
    made = Project(status=status, **values)
    made.participants = [
        *([Participant(organisation=lead, role=ParticipantRole.LEAD)] if lead else []),
        *(Participant(organisation=each, role=ParticipantRole.PARTNER) for each in partners),
    ]
    made.sources = [ProjectSource(problem=each) for each in sources]
    session.add(made)
    session.flush()
    return made


def agree(session: Session, pairing: Pairing, *sides: Side, undertaken: bool = False) -> None:
    """These sides agree to talk, of their own; `undertaken`: they accept the undertaking in force too."""
    for side in sides:
        person = (pairing.problem if side is Side.PROBLEM else pairing.capability).author
        pairing.interests.append(Interest(side=side, user=person, status=ConsentStatus.AGREED))
        if undertaken:
            undertake(session, pairing, side, person)


def undertake(session: Session, pairing: Pairing, side: Side, person: User) -> None:
    """The person accepts the undertaking in force for that side."""
    latest = session.scalars(select(Undertaking).order_by(Undertaking.version.desc())).first()
    session.add(UndertakingAcceptance(pairing=pairing, side=side, undertaking=latest, user=person))


def sign_in(client: FlaskClient, person: User) -> FlaskClient:
    """As after a sign-in, without the form."""
    with client.session_transaction() as session:
        session["_user_id"] = person.get_id()
        session["_fresh"] = True
        session["seen"] = int(time.time())
    return client
