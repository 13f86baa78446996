"""Who may do what with a capability in which state: services and pages against one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from matchmaker.capabilities import reading, service
from matchmaker.policy import Forbidden
from matchmaker.postings.service import PostingNotFound
from matchmaker.work import Work
from models import Capability, CapabilityStatus, IllegalStep, Pairing, Side, User
from tests import factories

ROLES = ("visitor", "enterprise", "liaison", "other_liaison", "staff", "administrator")
STEPS: dict[str, tuple[Callable[[Work, Capability], Any], CapabilityStatus, set[str]]] = {
    "edit": (
        lambda work, it: service.save(work, it, {"title": "另一个名称"}, it.version),
        CapabilityStatus.DRAFT,
        {"liaison"},
    ),
    "autosave": (
        lambda work, it: service.autosave(work, it, {"title": "另一个名称"}, it.version),
        CapabilityStatus.DRAFT,
        {"liaison"},
    ),
    "submit": (service.submit, CapabilityStatus.DRAFT, {"liaison"}),
    "publish": (service.publish, CapabilityStatus.SUBMITTED, {"staff"}),
    "return": (
        lambda work, it: service.send_back(work, it, "请补充对比"),
        CapabilityStatus.SUBMITTED,
        {"staff"},
    ),
    "archive": (service.archive, CapabilityStatus.PUBLISHED, {"liaison", "staff"}),
    "restore": (service.restore, CapabilityStatus.ARCHIVED, {"liaison", "staff"}),
    "history": (
        lambda work, it: reading.history_of(work, it.id),
        CapabilityStatus.PUBLISHED,
        {"liaison", "staff"},
    ),
}
POSTS = ("submit", "publish", "return", "archive", "restore", "autosave", "edit")
PHONE = "0551-7654321"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_open_to_exactly_those_named(
    step: str, role: str, work: Work, people: dict[str, User]
) -> None:
    take, status, allowed = STEPS[step]
    capability = factories.capability(work.session, people["liaison"], status)
    actor = work.as_actor(people.get(role))
    if role in allowed:
        take(actor, capability)
    else:
        with pytest.raises(Forbidden):
            take(actor, capability)


@pytest.mark.parametrize(
    ("status", "readers"),
    [
        (CapabilityStatus.DRAFT, {"liaison"}),
        (CapabilityStatus.SUBMITTED, {"liaison", "staff", "administrator"}),
        (CapabilityStatus.RETURNED, {"liaison", "staff", "administrator"}),
        (CapabilityStatus.ARCHIVED, {"liaison", "staff", "administrator"}),
        (CapabilityStatus.PUBLISHED, set(ROLES)),
    ],
)
def test_who_may_know_of_a_capability_follows_from_its_state(
    status: CapabilityStatus, readers: set[str], work: Work, people: dict[str, User]
) -> None:
    capability = factories.capability(work.session, people["liaison"], status)
    found = set()
    for role in ROLES:
        try:
            service.find(work.as_actor(people.get(role)), capability.id)
            found.add(role)
        except PostingNotFound:
            pass
    assert found == readers


@pytest.mark.parametrize("status", [each for each in CapabilityStatus if each != "submitted"])
def test_only_what_waits_for_the_check_can_be_published(
    status: CapabilityStatus, work: Work, people: dict[str, User]
) -> None:
    capability = factories.capability(work.session, people["liaison"], status)
    with pytest.raises((IllegalStep, Forbidden)):
        service.publish(work.as_actor(people["staff"]), capability)
    assert capability.status is status


@pytest.mark.parametrize("role", ["visitor", "enterprise", "other_liaison", "administrator"])
@pytest.mark.parametrize("step", POSTS)
def test_no_page_lets_a_stranger_change_a_published_capability(
    app: Flask, work: Work, people: dict[str, User], role: str, step: str
) -> None:
    capability = factories.capability(work.session, people["liaison"])
    work.session.commit()
    before = (capability.status, capability.title, capability.version)
    client = app.test_client()
    if role in people:
        factories.sign_in(client, people[role])
    answer = client.post(f"/capabilities/{capability.id}/{step}", data={"title": "篡改", "reason": "篡改"})
    assert answer.status_code in (302, 403)
    work.session.rollback()
    work.session.refresh(capability)
    assert (capability.status, capability.title, capability.version) == before


@pytest.mark.parametrize("role", ROLES)
def test_contacts_are_on_the_page_of_those_who_may_read_them_only(
    app: Flask, work: Work, people: dict[str, User], role: str
) -> None:
    capability = factories.capability(work.session, people["liaison"], contact_phone=PHONE)
    work.session.commit()
    client = app.test_client()
    if role in people:
        factories.sign_in(client, people[role])
    shown = PHONE in client.get(f"/capabilities/{capability.id}").text
    assert shown == (role in {"liaison", "staff"})


@pytest.mark.parametrize(
    ("sides", "opens"), [((Side.PROBLEM,), False), ((Side.PROBLEM, Side.CAPABILITY), True)]
)
def test_contacts_open_to_the_enterprise_when_both_sides_want_to_talk(
    app: Flask, work: Work, people: dict[str, User], sides: tuple[Side, ...], opens: bool
) -> None:
    capability = factories.capability(work.session, people["liaison"], contact_phone=PHONE)
    problem = factories.problem(work.session, people["enterprise"])
    pairing = Pairing(problem=problem, capability=capability, score=0.8, engine_version="test", acted_on=True)
    work.session.add(pairing)
    work.session.flush()
    for side in sides:
        factories.agree(work.session, pairing, side)
    work.session.commit()
    client = factories.sign_in(app.test_client(), people["enterprise"])
    assert (PHONE in client.get(f"/capabilities/{capability.id}").text) == opens


def test_contacts_are_in_no_list(app: Flask, work: Work, people: dict[str, User]) -> None:
    factories.capability(work.session, people["liaison"], contact_phone=PHONE)
    work.session.commit()
    client = factories.sign_in(app.test_client(), people["enterprise"])
    assert PHONE not in client.get("/capabilities").text


def test_a_colleague_of_the_same_organisation_edits_the_draft(work: Work, people: dict[str, User]) -> None:
    colleague = factories.user(work.session, people["liaison"].role, people["liaison"].organisation)
    capability = factories.capability(work.session, people["liaison"], CapabilityStatus.DRAFT)
    service.save(work.as_actor(colleague), capability, {"title": "同事改过的名称"}, capability.version)
    assert capability.title == "同事改过的名称"
