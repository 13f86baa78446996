from __future__ import annotations

import pytest
from flask import Flask

from matchmaker.accounts import directory
from matchmaker.accounts.directory import AccountFilter
from matchmaker.accounts.errors import LastAdministrator, OwnAccount, UnfitRole
from matchmaker.work import Work
from models import Role, User
from tests import factories
from tests.accounts.members import actions, is_in, member, refreshed, sign_in


def names(work: Work, actor: User, **wanted: object) -> set[str]:
    return {user.name for user in directory.accounts(work.as_actor(actor), AccountFilter(**wanted), 1).items}  # type: ignore[arg-type]


@pytest.fixture
def administrator(work: Work) -> User:
    return member(work, Role.ADMINISTRATOR, name="管理员甲")


def test_staff_see_the_accounts_they_serve_and_not_the_bureaus(work: Work, administrator: User) -> None:
    member(work, name="李工")
    staff = member(work, Role.STAFF, name="王科长")
    assert names(work, staff) == {"李工"}


def test_administrators_see_every_account(work: Work, administrator: User) -> None:
    member(work, name="李工")
    assert names(work, administrator) == {"李工", "管理员甲"}


@pytest.mark.parametrize("q", ["李", "LI@", "138 0013", "齿轮"])
def test_accounts_are_found_by_name_login_name_or_organisation(
    work: Work, administrator: User, q: str
) -> None:
    firm = factories.organisation(work.session, name="安庆砺衡齿轮传动有限公司")
    member(work, name="李工", email="li@example.com", mobile="13800138000", organisation=firm)
    member(work, name="赵工", email="zhao@example.com")
    assert names(work, administrator, q=q) == {"李工"}


def test_a_percent_sign_finds_only_itself(work: Work, administrator: User) -> None:
    assert names(work, administrator, q="%") == set()


def test_accounts_are_filtered_by_role_and_state(work: Work, administrator: User) -> None:
    member(work, name="李工", active=False)
    member(work, Role.LIAISON, name="陈老师")
    assert names(work, administrator, role=Role.LIAISON) == {"陈老师"}
    assert names(work, administrator, active=False) == {"李工"}


def test_closing_an_account_ends_its_sessions_and_opening_it_lets_in_again(
    app: Flask, work: Work, administrator: User
) -> None:
    user = member(work)
    theirs, ours = (
        factories.sign_in(app.test_client(), user),
        factories.sign_in(app.test_client(), administrator),
    )
    ours.post(f"/accounts/{user.id}/active", data={"active": "no"})
    assert not is_in(theirs)
    assert sign_in(theirs, user.email or "").status_code == 422
    ours.post(f"/accounts/{user.id}/active", data={"active": "yes"})
    assert sign_in(theirs, user.email or "").status_code == 303


def test_a_session_from_before_the_account_was_closed_does_not_come_back(
    app: Flask, work: Work, administrator: User
) -> None:
    user = member(work)
    theirs, ours = (
        factories.sign_in(app.test_client(), user),
        factories.sign_in(app.test_client(), administrator),
    )
    for active in ("no", "yes"):
        ours.post(f"/accounts/{user.id}/active", data={"active": active})
    assert not is_in(theirs)


def test_administrators_do_not_close_their_own_account(work: Work, administrator: User) -> None:
    member(work, Role.ADMINISTRATOR)
    with pytest.raises(OwnAccount):
        directory.set_active(work.as_actor(administrator), administrator, False)


def test_the_last_administrator_stays(work: Work, administrator: User) -> None:
    acting = member(work, Role.ADMINISTRATOR)
    acting.active = False  # closed by somebody else since this request began
    with pytest.raises(LastAdministrator):
        directory.set_active(work.as_actor(acting), administrator, False)
    with pytest.raises(LastAdministrator):
        directory.set_role(work.as_actor(acting), administrator, Role.STAFF)


def test_a_new_role_ends_the_sessions_of_the_old(app: Flask, work: Work, administrator: User) -> None:
    staff = member(work, Role.STAFF)
    theirs, ours = (
        factories.sign_in(app.test_client(), staff),
        factories.sign_in(app.test_client(), administrator),
    )
    ours.post(f"/accounts/{staff.id}/role", data={"role": "administrator"})
    assert refreshed(work, staff).role is Role.ADMINISTRATOR
    assert not is_in(theirs)


def test_a_member_of_a_firm_does_not_become_staff(work: Work, administrator: User) -> None:
    with pytest.raises(UnfitRole):
        directory.set_role(work.as_actor(administrator), member(work), Role.STAFF)


def test_a_refused_change_says_why(app: Flask, work: Work, administrator: User) -> None:
    browser = factories.sign_in(app.test_client(), administrator)
    page = browser.post(f"/accounts/{administrator.id}/active", data={"active": "no"}, follow_redirects=True)
    assert "不能停用自己的账号" in page.text


def test_what_the_bureau_does_to_accounts_is_audited(app: Flask, work: Work, administrator: User) -> None:
    user = member(work)
    browser = factories.sign_in(app.test_client(), administrator)
    browser.post(f"/accounts/{user.id}/active", data={"active": "no"})
    browser.post(f"/accounts/{user.id}/active", data={"active": "no"})
    browser.post(f"/accounts/{user.id}/active", data={"active": "yes"})
    assert actions(work.session) == ["account.deactivated", "account.activated"]
