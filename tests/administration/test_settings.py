"""Settings: every one is explained, secrets are masked, and what is changed in service holds from the next request on."""

from dataclasses import fields, replace

import pytest
from flask.testing import FlaskClient

from matchmaker import settings_in_service
from matchmaker.accounts import service as accounts
from matchmaker.administration import service_settings, setting_wording
from matchmaker.administration.errors import Changed, FixedByEnvironment
from matchmaker.administration.service_settings import MASK, Source
from matchmaker.policy import Forbidden
from matchmaker.settings import BadSetting, Settings
from matchmaker.work import Work
from models import User
from tests import factories
from tests.accounts.members import later


@pytest.fixture
def administrator(work: Work, people: dict[str, User]) -> Work:
    return work.as_actor(people["administrator"])


def shown(work: Work, name: str, **environment: str) -> service_settings.Entry:
    return next(each for each in service_settings.entries(work, environment) if each.name == name)


def test_every_setting_is_explained() -> None:
    assert set(setting_wording.MEANINGS) == {each.name for each in fields(Settings)}
    assert set(settings_in_service.CHANGEABLE) <= set(setting_wording.MEANINGS)


def test_secrets_are_masked(administrator: Work) -> None:
    told = replace(
        administrator,
        settings=replace(
            administrator.settings, secret_key="hidden-1", mail_url="smtp://me:hidden-2@mail.example.com"
        ),
    )
    assert shown(told, "secret_key").value == MASK
    assert shown(told, "mail_url").value == "smtp://me:***@mail.example.com"


def test_what_is_changed_holds_from_the_next_request_on(client: FlaskClient, people: dict[str, User]) -> None:
    browser = factories.sign_in(client, people["administrator"])
    path = "/administration/settings/city"
    assert browser.post(path, data={"value": "江城市", "version": "0"}).status_code == 303

    assert "江城市" in browser.get("/").text
    assert browser.post(path, data={"value": "x", "version": "1"}).status_code == 422
    assert browser.post(path, data={"value": "安庆市", "version": "0"}).status_code == 409
    assert browser.post(f"{path}/reset", data={"version": "1"}).status_code == 303
    assert "江城市" not in browser.get("/").text


def test_the_environment_goes_before_the_database(administrator: Work) -> None:
    service_settings.change(administrator, "page_size", "50", 0)
    base = administrator.settings

    assert settings_in_service.effective(administrator.session, base, {}).page_size == 50
    fixed = {"MATCHMAKER_PAGE_SIZE": "20"}
    assert settings_in_service.effective(administrator.session, base, fixed).page_size == base.page_size
    assert shown(administrator, "page_size", **fixed).source is Source.ENVIRONMENT
    with pytest.raises(FixedByEnvironment):
        service_settings.find(administrator, "page_size", fixed)


@pytest.mark.parametrize(
    ("name", "value"),
    [("page_size", "5"), ("page_size", "many"), ("strong_match", "1.5"), ("city", "x" * 41)],
)
def test_what_a_value_cannot_be_is_refused(administrator: Work, name: str, value: str) -> None:
    with pytest.raises(BadSetting):
        service_settings.change(administrator, name, value, 0)


def test_what_locks_out_or_needs_a_restart_is_not_changed_here(administrator: Work) -> None:
    for name in ("port", "secret_key", "database_url"):
        with pytest.raises(KeyError):
            service_settings.change(administrator, name, "1", 0)


def test_who_read_an_older_value_overwrites_nobody(administrator: Work) -> None:
    service_settings.change(administrator, "page_size", "50", 0)
    with pytest.raises(Changed):
        service_settings.change(administrator, "page_size", "60", 0)


@pytest.mark.parametrize("role", ["enterprise", "staff"])
def test_only_administrators_change_settings(work: Work, people: dict[str, User], role: str) -> None:
    with pytest.raises(Forbidden):
        service_settings.change(work.as_actor(people[role]), "page_size", "50", 0)


def test_an_old_password_is_changed_before_anything_else(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    service_settings.change(work.as_actor(people["administrator"]), "password_max_days", "90", 0)
    user = people["enterprise"]
    user.password_changed_at = later(work, days=-91).now()
    work.session.commit()

    assert factories.sign_in(client, user).get("/problems").location == "/account/password"
    limited = replace(work, settings=replace(work.settings, password_max_days=92))
    assert not accounts.password_is_old(limited.as_actor(user))
