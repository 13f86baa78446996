from __future__ import annotations

import threading
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker.accounts.errors import LoginNameTaken
from matchmaker.database import Database
from matchmaker.engine import MatchingEngine
from matchmaker.organisations import service
from matchmaker.organisations.errors import OrganisationTaken
from matchmaker.organisations.service import Facts, FirstMember
from matchmaker.policy import Forbidden
from matchmaker.settings import Settings
from matchmaker.work import Work
from models import Notice, Organisation, OrganisationKind, Role, User, Verification
from tests import factories
from tests.accounts.members import actions, is_in, member
from tests.factories import PASSWORD


def form(**given: Any) -> dict[str, Any]:
    """A complete registration."""
    return {
        "kind": "enterprise",
        "organisation_name": "安庆新皖机械有限公司",
        "code": factories.credit_code(),
        "county": "340811",
        "contact_name": "技术科",
        "contact_phone": "0556-5555555",
        "name": "李工",
        "email": "li@example.com",
        "mobile": "",
        "password": "hefei-lake-37",
        "again": "hefei-lake-37",
        "consent": "y",
        **given,
    }


def registered(work: Work) -> Organisation:
    work.session.rollback()
    found = work.session.scalars(select(Organisation).order_by(Organisation.id.desc())).first()
    assert found is not None
    return found


def test_a_visitor_registers_and_is_signed_in(client: FlaskClient, work: Work) -> None:
    answer = client.post("/register", data=form())
    assert answer.status_code == 303
    assert is_in(client)
    assert "单位正在等待审核" in client.get(answer.location).text
    assert registered(work).status is Verification.PENDING


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        ("enterprise", Role.ENTERPRISE),
        ("university", Role.LIAISON),
        ("institute", Role.LIAISON),
        ("intermediary", Role.INTERMEDIARY),
    ],
)
def test_the_role_follows_the_kind(client: FlaskClient, work: Work, kind: str, role: Role) -> None:
    client.post("/register", data=form(kind=kind))
    assert [each.role for each in registered(work).members] == [role]


def test_nobody_registers_a_bureau(client: FlaskClient, work: Work) -> None:
    assert client.post("/register", data=form(kind="bureau")).status_code == 422
    with pytest.raises(Forbidden):
        service.register(work, OrganisationKind.BUREAU, facts(), person())


def test_small_letters_blanks_and_wide_digits_in_the_code_are_forgiven(
    client: FlaskClient, work: Work
) -> None:
    code = factories.credit_code()
    typed = f" {code[:6].lower()} {code[6:12]}-{code[12:].lower()} ".replace("9", "９")
    assert client.post("/register", data=form(code=typed)).status_code == 303
    assert registered(work).code == code


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", "请填写统一社会信用代码"),
        ("91340800MA2X", "统一社会信用代码是 18 位，现在有 12 位"),
        ("91340800MAI0000012", "不含 I、O、S、V、Z"),
        ("9134O800MA20000012", "前 8 位是数字"),
    ],
)
def test_a_code_that_cannot_be_one_says_what_is_wrong(client: FlaskClient, code: str, message: str) -> None:
    answer = client.post("/register", data=form(code=code))
    assert answer.status_code == 422
    assert message in answer.text


def test_a_code_with_one_wrong_character_is_refused_by_its_check_digit(client: FlaskClient) -> None:
    code = factories.credit_code()
    other = code[:10] + ("3" if code[10] != "3" else "4") + code[11:]
    assert "最后一位校验码对不上" in client.post("/register", data=form(code=other)).text


def test_a_code_that_is_registered_is_refused_kindly_and_without_names(
    client: FlaskClient, work: Work
) -> None:
    there = member(work, name="王厂长", email="wang@example.com")
    answer = client.post("/register", data=form(code=there.organisation.code))
    assert answer.status_code == 422
    assert "这个代码的单位已经注册。请让本单位已有账号的同事" in answer.text
    assert "王厂长" not in answer.text
    assert "wang@example.com" not in answer.text


@pytest.mark.parametrize(
    "typed", ["安庆新皖（集团）有限公司", "安庆新皖(集团)有限公司", " 安庆新皖 (集团) 有限公司 "]
)
def test_a_name_that_is_registered_is_refused_however_it_is_written(
    client: FlaskClient, work: Work, typed: str
) -> None:
    factories.organisation(work.session, name="安庆新皖（集团）有限公司")
    work.session.commit()
    assert "这个名称的单位已经注册" in client.post("/register", data=form(organisation_name=typed)).text


def test_an_address_that_has_an_account_is_refused_at_the_field(client: FlaskClient, work: Work) -> None:
    member(work, email="li@example.com")
    answer = client.post("/register", data=form())
    assert answer.status_code == 422
    assert "这个邮箱已有账号" in answer.text


def test_nothing_is_left_of_a_registration_that_failed(client: FlaskClient, work: Work) -> None:
    taken = member(work, email="li@example.com")
    client.post("/register", data=form())
    assert registered(work).id == taken.organisation_id


def test_a_form_that_fails_keeps_what_was_typed_but_the_password(client: FlaskClient) -> None:
    page = client.post(
        "/register", data=form(county="", tags=["high_tech"], introduction="生产自动变速箱齿轮")
    ).text
    for kept in ("安庆新皖机械有限公司", "技术科", "0556-5555555", "li@example.com", "生产自动变速箱齿轮"):
        assert kept in page
    assert "hefei-lake-37" not in page


def test_an_empty_form_names_every_field_once_in_the_order_of_the_page(client: FlaskClient) -> None:
    page = client.post("/register", data={}).text
    summary = page[page.index('id="error-summary"') : page.index("</ul>", page.index('id="error-summary"'))]
    places = [
        summary.index(f'href="#{field}"')
        for field in (
            "kind",
            "organisation_name",
            "code",
            "county",
            "contact_name",
            "name",
            "email",
            "password",
            "consent",
        )
    ]
    assert places == sorted(places)


def test_one_login_name_is_needed(client: FlaskClient) -> None:
    answer = client.post("/register", data=form(email="", mobile=""))
    assert answer.status_code == 422
    assert "邮箱和手机号至少填写一项" in answer.text


def test_a_mobile_number_alone_is_enough(client: FlaskClient, work: Work) -> None:
    assert client.post("/register", data=form(email="", mobile="138 0013 8000")).status_code == 303
    assert registered(work).members[0].mobile == "13800138000"


def test_consent_is_needed_and_kept_in_the_audit(client: FlaskClient, work: Work) -> None:
    assert client.post("/register", data=form(consent="")).status_code == 422
    client.post("/register", data=form())
    events = work.session.connection().exec_driver_sql(
        "SELECT details FROM audit_event WHERE action = 'account.created'"
    )
    assert ["consent" in str(row) for row in events] == [True]


def test_an_organisation_outside_the_city_has_no_county(client: FlaskClient, work: Work) -> None:
    client.post("/register", data=form(county="outside"))
    assert registered(work).county is None


def test_staff_are_told(client: FlaskClient, work: Work) -> None:
    staff = member(work, Role.STAFF)
    client.post("/register", data=form())
    work.session.rollback()
    told = work.session.scalars(select(Notice)).all()
    assert [(each.user_id, each.kind) for each in told] == [(staff.id, "organisation.registered")]
    assert told[0].path == f"/organisations/{registered(work).id}"


def test_a_registration_is_audited(client: FlaskClient, work: Work) -> None:
    client.post("/register", data=form())
    assert actions(work.session) == ["organisation.registered", "account.created", "session.started"]


def test_the_newcomer_reads_the_language_in_which_they_registered(client: FlaskClient, work: Work) -> None:
    client.post("/language", data={"language": "en"})
    client.post("/register", data=form())
    assert registered(work).members[0].language == "en"


def test_somebody_signed_in_is_led_to_their_organisation(client: FlaskClient, work: Work) -> None:
    user = member(work)
    factories.sign_in(client, user)
    assert client.get("/register").location == f"/organisations/{user.organisation_id}"


def facts(**given: Any) -> Facts:
    return Facts(**{"name": "安庆新皖机械有限公司", "code": factories.credit_code(), **given})


def person(**given: Any) -> FirstMember:
    return FirstMember(
        **{"name": "李工", "email": "li@example.com", "mobile": None, "password": PASSWORD, **given}
    )


@pytest.mark.parametrize(
    ("same", "lost"),
    [("code", OrganisationTaken), ("name", OrganisationTaken), ("email", LoginNameTaken)],
)
def test_of_two_who_register_the_same_at_once_the_second_is_told(
    database: Database, engine: MatchingEngine, settings: Settings, same: str, lost: type[Exception]
) -> None:
    code = factories.credit_code()
    barrier, outcomes = threading.Barrier(2), []

    def register(number: int) -> None:
        described = facts(
            code=code if same == "code" else factories.credit_code(),
            name="同名单位" if same == "name" else f"单位{number}",
        )
        who = person(email="same@example.com" if same == "email" else f"user-{number}@example.com")
        barrier.wait()
        try:
            with database.session() as session:
                service.register(
                    Work(session, None, engine, settings), OrganisationKind.ENTERPRISE, described, who
                )
            outcomes.append(None)
        except (OrganisationTaken, LoginNameTaken) as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=register, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == sorted([None, lost], key=str)
    with database.session() as session:
        assert len(session.scalars(select(User)).all()) == 1
