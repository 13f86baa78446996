"""Who has a posting in hand, who read what is confidential in it, and what a reader sees where the key is missing."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker.attachments import service as attachments
from matchmaker.confidential_keys import KeyRing
from matchmaker.confidentiality import service
from matchmaker.policy import Action, Forbidden, allow
from matchmaker.work import Work
from models import AuditEvent, Notice, Problem, Role, User
from tests import factories
from tests.attachments.samples import file
from tests.confidentiality.conftest import SECRET


def readings(work: Work, problem: Problem, reader: User) -> list[str]:
    work.session.rollback()
    found = service.readings(work.as_actor(reader), problem, 1).listing.items
    where = [each.event.details.get("where", "file") for each in found]
    work.session.rollback()  # others write now
    return where


def test_staff_read_after_they_took_it_on(
    client: FlaskClient, people: dict[str, User], problem: Problem
) -> None:
    staff = factories.sign_in(client, people["staff"])
    page = f"/problems/{problem.id}"
    assert "由我经办" in staff.get(page).get_data(as_text=True)
    assert staff.post(f"{page}/reveal").status_code == 403
    assert staff.post(f"{page}/take-on").status_code == 303
    assert SECRET in staff.post(f"{page}/reveal").get_data(as_text=True)


def test_the_broker_before_is_told_and_reads_no_more(
    work: Work, people: dict[str, User], problem: Problem
) -> None:
    colleague = factories.user(work.session, Role.STAFF, people["staff"].organisation)
    assert service.take_on(work.as_actor(colleague), problem)
    version = problem.version
    assert service.take_on(work.as_actor(people["staff"]), problem)
    assert not service.take_on(work.as_actor(people["staff"]), problem)
    assert problem.version == version
    notice = work.session.scalars(select(Notice)).one()
    assert (notice.user_id, notice.kind) == (colleague.id, "pairing.problem_taken_on")
    assert not allow(colleague, Action.PROBLEM_READ_CONFIDENTIAL, problem)
    actions = work.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert list(actions) == ["problem.taken_on", "problem.taken_on"]


@pytest.mark.parametrize("role", ["enterprise", "liaison", "administrator"])
def test_only_staff_take_a_problem_on(
    work: Work, people: dict[str, User], problem: Problem, role: str
) -> None:
    with pytest.raises(Forbidden):
        service.take_on(work.as_actor(people[role]), problem)


def test_every_way_of_reading_leaves_one_trace(
    client: FlaskClient, work: Work, people: dict[str, User], problem: Problem
) -> None:
    owner = factories.sign_in(client, people["enterprise"])
    made = attachments.attach(work.as_actor(people["enterprise"]), problem, file(), confidential=True)
    work.session.commit()
    page, attachment = f"/problems/{problem.id}", f"/attachments/{made.id}"
    owner.get(page)
    assert readings(work, problem, people["enterprise"]) == []
    owner.post(f"{page}/reveal")
    owner.get(f"{page}/edit")
    owner.post(attachment)
    assert readings(work, problem, people["enterprise"]) == ["file", "form", "page"]


def test_earlier_texts_in_the_history_are_a_reading(
    client: FlaskClient, work: Work, people: dict[str, User], problem: Problem
) -> None:
    from matchmaker.problems import service as problems

    problems.save(work.as_actor(people["enterprise"]), problem, {"confidential": "改过"}, problem.version)
    work.session.commit()
    factories.sign_in(client, people["enterprise"]).get(f"/problems/{problem.id}/history")
    assert readings(work, problem, people["enterprise"]) == ["history"]


def test_the_owner_sees_who_by_name_and_organisation(
    client: FlaskClient, work: Work, people: dict[str, User], problem: Problem
) -> None:
    staff = work.as_actor(people["staff"])
    service.take_on(staff, problem)
    service.note_reading(staff, problem, "page")
    work.session.commit()
    page = factories.sign_in(client, people["enterprise"]).get(f"/problems/{problem.id}/readers")
    said = page.get_data(as_text=True)
    assert people["staff"].name in said
    assert people["staff"].organisation.name in said


@pytest.mark.parametrize("role", ["other_enterprise", "liaison", "staff", "administrator"])
def test_nobody_else_sees_who_read_it(
    client: FlaskClient, people: dict[str, User], problem: Problem, role: str
) -> None:
    answer = factories.sign_in(client, people[role]).get(f"/problems/{problem.id}/readers")
    assert answer.status_code == 403


def test_where_the_key_is_missing_readers_are_told_and_nothing_is_recorded(
    client: FlaskClient, work: Work, people: dict[str, User], problem: Problem, keys: KeyRing
) -> None:
    made = attachments.attach(work.as_actor(people["enterprise"]), problem, file(), confidential=True)
    work.session.commit()
    keys.path.unlink()
    owner = factories.sign_in(client, people["enterprise"])
    for answer in (owner.get(f"/problems/{problem.id}"), owner.get(f"/problems/{problem.id}/edit")):
        assert answer.status_code == 200
        assert "没有丢失" in answer.get_data(as_text=True)
    answer = owner.post(f"/attachments/{made.id}")
    assert (answer.status_code, "没有丢失" in answer.get_data(as_text=True)) == (503, True)
    assert readings(work, problem, people["enterprise"]) == []


def test_where_the_key_is_missing_what_was_typed_stays_in_the_form(
    client: FlaskClient, people: dict[str, User], problem: Problem, keys: KeyRing
) -> None:
    keys.path.unlink()
    owner = factories.sign_in(client, people["enterprise"])
    answer = owner.post("/problems/new", data={"title": "另一个难题", "confidential": "另一个秘密"})
    said = answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert "另一个秘密" in said
    assert "缺少密钥" in said
