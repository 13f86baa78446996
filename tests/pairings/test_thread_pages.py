"""The thread on the pages: what a side never sees, forms that lose nothing, the list of next steps."""

from __future__ import annotations

import io
import itertools
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from matchmaker.pairings import service
from matchmaker.work import Work
from models import (
    NOTE_KINDS,
    Attachment,
    Audience,
    EntryKind,
    NextStep,
    Pairing,
    Role,
    ThreadEntry,
    User,
)
from tests import factories
from tests.attachments.samples import PDF, file
from tests.pairings import talks

SEES = {
    "enterprise": {Audience.PROBLEM, Audience.BOTH},
    "liaison": {Audience.CAPABILITY, Audience.BOTH},
    "staff": set(Audience),
    "administrator": set(Audience) - {Audience.STAFF},
    "other_enterprise": set(),
}


@pytest.fixture
def desk(client: FlaskClient, people: dict[str, User]) -> FlaskClient:
    """The staff member's browser."""
    return factories.sign_in(client, people["staff"])


def say_everything(work: Work, people: dict[str, User], pairing: Pairing) -> dict[Audience, list[str]]:
    """Entries of every kind by everybody who may write them, each with a word of its own in text and file name."""
    words: dict[Audience, list[str]] = {each: [] for each in Audience}
    numbers = itertools.count()

    def word(audience: Audience) -> str:
        made = f"word{next(numbers)}x"
        words[audience].append(made)
        return made

    staff = work.as_actor(people["staff"])
    for kind, internal in itertools.product(NOTE_KINDS, (True, False)):
        text = word(Audience.STAFF if internal else Audience.BOTH)
        service.note(staff, pairing, kind, staff.today(), text, internal, [file(f"{text}.pdf")])
    for name in ("staff", "enterprise", "liaison"):
        writer = work.as_actor(people[name])
        for audience in service.page_of(writer, pairing.id).thread.audiences:
            text = word(audience)
            service.write(writer, pairing, text, audience, [file(f"{text}.pdf")])
    step = service.plan(staff, pairing, word(Audience.STAFF), staff.today(), staff.person)
    service.move(staff, step, step.due_on, staff.person, step.version, word(Audience.STAFF))
    service.hand_over(staff, pairing, staff.person, pairing.version, word(Audience.STAFF))
    work.session.commit()
    return words


def pages_of(client: FlaskClient, work: Work, pairing: Pairing) -> str:
    """All that the reader gets to see: pages, filters, parts for the board, notices, and files by their number."""
    paths = [
        "/",
        "/notices/",
        "/pairings/mine",
        "/pairings/next-steps",
        *(
            f"/pairings/{pairing.id}?show={show.value}&page={page}"
            for show in service.Show
            for page in (1, 2)
        ),
    ]
    found = [client.get(path).text for path in paths]
    found.append(client.get(f"/pairings/{pairing.id}", headers={"HX-Request": "true"}).text)
    for stored in work.session.scalars(select(Attachment)):
        answer = client.get(f"/attachments/{stored.id}")
        found.append(
            answer.headers.get("Content-Disposition", "") if answer.status_code == 200 else answer.text
        )
    return "\n".join(found)


@pytest.mark.parametrize("role", list(SEES))
def test_everybody_sees_what_is_for_them_and_no_internal_word_or_file_reaches_a_side(
    client: FlaskClient, work: Work, people: dict[str, User], pairing: Pairing, role: str
) -> None:
    words = say_everything(work, people, pairing)
    browser = factories.sign_in(client, people[role])
    shown = pages_of(browser, work, pairing)

    seen = {audience: {word for word in said if word in shown} for audience, said in words.items()}
    assert seen == {
        audience: set(said) if audience in SEES[role] else set() for audience, said in words.items()
    }


def test_a_message_names_the_organisation_and_opens_no_contacts(
    client: FlaskClient, work: Work, people: dict[str, User], pairing: Pairing
) -> None:
    author = people["enterprise"]
    service.write(work.as_actor(author), pairing, "您好", Audience.BOTH)
    work.session.commit()

    page = factories.sign_in(client, people["liaison"]).get(f"/pairings/{pairing.id}").text
    assert author.organisation.name in page
    assert not any(word in page for word in (author.name, author.email or "-", pairing.problem.contact_phone))


def test_a_message_is_sent_with_its_files(
    client: FlaskClient, work: Work, people: dict[str, User], pairing: Pairing
) -> None:
    browser = factories.sign_in(client, people["enterprise"])
    answer = browser.post(
        f"/pairings/{pairing.id}/messages",
        data={"text": "图纸见附件", "audience": "both", "files": [(io.BytesIO(PDF), "图纸.pdf")]},
        content_type="multipart/form-data",
    )

    assert (answer.status_code, answer.location) == (303, f"/pairings/{pairing.id}#thread")
    page = factories.sign_in(client, people["liaison"]).get(f"/pairings/{pairing.id}").text
    assert all(word in page for word in ("图纸见附件", "图纸.pdf"))


def test_a_refused_file_keeps_the_text_and_leaves_no_entry(
    client: FlaskClient, work: Work, people: dict[str, User], pairing: Pairing
) -> None:
    browser = factories.sign_in(client, people["enterprise"])
    answer = browser.post(
        f"/pairings/{pairing.id}/messages",
        data={"text": "请看程序", "audience": "both", "files": [(io.BytesIO(b"MZ"), "程序.exe")]},
        content_type="multipart/form-data",
    )

    assert (answer.status_code, "请看程序" in answer.text, "不能上传" in answer.text) == (422, True, True)
    assert work.session.scalars(select(ThreadEntry)).all() == []


def test_who_is_not_in_touch_any_more_keeps_what_was_typed(
    client: FlaskClient, work: Work, staff: Work, people: dict[str, User], pairing: Pairing
) -> None:
    service.dismiss(staff, pairing, pairing.version, "field")
    work.session.commit()
    browser = factories.sign_in(client, people["enterprise"])
    answer = browser.post(f"/pairings/{pairing.id}/messages", data={"text": "再谈谈", "audience": "both"})

    assert (answer.status_code, "再谈谈" in answer.text, "先发给科技局" in answer.text) == (409, True, True)


@pytest.mark.parametrize(
    ("path", "data", "kept"),
    [
        ("messages", {"text": "", "audience": "both"}, "请写点什么"),
        ("messages", {"text": "长" * 2001, "audience": "both"}, "最多 2000 个字"),
        ("notes", {"kind": "call", "day": "2999-01-01", "text": "明年", "audience": "staff"}, "请核对年份"),
        ("notes", {"kind": "talk", "day": "2026-11-20", "text": "谈了价格", "audience": "staff"}, "谈了价格"),
        ("next-steps", {"what": "回访", "due_on": "2020-01-01", "owner": "staff"}, "这一天已经过去"),
        ("next-steps", {"what": "", "due_on": "", "owner": "staff"}, "请填写这一项"),
        ("broker", {"broker": "", "version": "1", "note": "请接着跟"}, "请接着跟"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_lost(
    desk: FlaskClient, people: dict[str, User], pairing: Pairing, path: str, data: dict[str, str], kept: str
) -> None:
    if data.get("owner"):
        data = data | {"owner": str(people["staff"].id)}
    answer = desk.post(f"/pairings/{pairing.id}/{path}", data=data)

    assert (answer.status_code, kept in answer.text) == (422, True)


def plan(staff: Work, pairing: Pairing, what: str = "回访企业") -> NextStep:
    made = service.plan(staff, pairing, what, staff.today() + timedelta(days=1), staff.person)
    staff.session.commit()
    return made


def test_a_step_is_finished_from_the_list(desk: FlaskClient, staff: Work, pairing: Pairing) -> None:
    step = plan(staff, pairing)
    data: dict[str, Any] = {"version": step.version, "back": "mine", "note": "样件已到"}
    answer = desk.post(f"/pairings/next-steps/{step.id}/finish", data=data)

    assert (answer.status_code, answer.location) == (303, "/pairings/next-steps")
    page = desk.get("/pairings/next-steps").text
    assert ("没有未办的下一步" in page, "回访企业" in page) == (True, False)


def test_a_step_that_was_finished_by_mistake_is_opened_again_from_the_thread(
    desk: FlaskClient, staff: Work, pairing: Pairing
) -> None:
    step = plan(staff, pairing)
    desk.post(f"/pairings/next-steps/{step.id}/finish", data={"version": step.version})
    address = f"/pairings/next-steps/{step.id}/reopen"
    before = desk.get(f"/pairings/{pairing.id}").text
    staff.session.refresh(step)
    staff.session.commit()
    answer = desk.post(address, data={"version": step.version})
    after = desk.get(f"/pairings/{pairing.id}").text

    assert answer.status_code == 303
    assert (address in before, address in after) == (True, False)


def test_the_second_to_change_a_step_sees_who_did_and_keeps_the_note(
    desk: FlaskClient, work: Work, staff: Work, people: dict[str, User], pairing: Pairing
) -> None:
    step = plan(staff, pairing)
    seen = step.version
    colleague = factories.user(work.session, Role.STAFF, people["staff"].organisation, name="王工")
    service.move(work.as_actor(colleague), step, step.due_on + timedelta(days=5), staff.person, seen)
    work.session.commit()
    answer = desk.post(f"/pairings/next-steps/{step.id}/drop", data={"version": seen, "note": "不用了"})

    assert (answer.status_code, "王工" in answer.text, "不用了" in answer.text) == (409, True, True)


def test_a_pairing_is_taken_on_and_the_next_one_sees_it(
    desk: FlaskClient, work: Work, staff: Work, people: dict[str, User], pairing: Pairing
) -> None:
    colleague = factories.user(work.session, Role.STAFF, people["staff"].organisation, name="王工")
    seen = pairing.version
    service.hand_over(work.as_actor(colleague), pairing, colleague, seen)
    work.session.commit()
    stale = desk.post(f"/pairings/{pairing.id}/broker", data={"take": "1", "version": seen, "note": "归我"})
    again = desk.post(f"/pairings/{pairing.id}/broker", data={"take": "1", "version": pairing.version})

    assert (stale.status_code, "王工" in stale.text, "归我" in stale.text) == (409, True, True)
    assert again.status_code == 303
    work.session.refresh(pairing)
    assert pairing.broker_id == people["staff"].id


def test_the_navigation_counts_what_is_due(desk: FlaskClient, staff: Work, pairing: Pairing) -> None:
    before = talks.at(staff, staff.now() - timedelta(days=9))
    service.plan(before, pairing, "早该办的", staff.today() - timedelta(days=3), staff.person)
    service.plan(staff, pairing, "以后的", staff.today() + timedelta(days=3), staff.person)
    staff.session.commit()
    page = desk.get("/").text

    assert "1 项今天到期或已逾期" in page
    assert all(word in page for word in ("逾期 3 天", "早该办的", "以后的"))


def test_a_colleagues_list_can_be_looked_at_and_a_strangers_is_no_page(
    desk: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    colleague = factories.user(work.session, Role.STAFF, people["staff"].organisation, name="王工")
    work.session.commit()

    assert "王工的下一步" in desk.get(f"/pairings/next-steps?of={colleague.id}").text
    assert desk.get(f"/pairings/next-steps?of={people['enterprise'].id}").status_code == 404


def test_files_of_a_thread_come_with_what_was_written_only(
    desk: FlaskClient, staff: Work, pairing: Pairing
) -> None:
    entry = service.note(staff, pairing, EntryKind.CALL, staff.today(), "电话", True, [file("纪要.pdf")])
    staff.session.commit()
    later = desk.post(
        f"/attachments/thread_entry/{entry.id}",
        data={"files": [(io.BytesIO(PDF), "后补.pdf")]},
        content_type="multipart/form-data",
    )
    stored = staff.session.scalars(select(Attachment)).one()
    staff.session.commit()
    removed = desk.post(f"/attachments/{stored.id}/remove")

    assert later.status_code == 404
    assert (removed.status_code, removed.location) == (303, f"/pairings/{pairing.id}#thread")


def test_a_page_of_a_long_thread_asks_as_often_as_that_of_a_short_one(
    desk: FlaskClient, staff: Work, pairing: Pairing
) -> None:
    def asked() -> int:
        statements: list[str] = []
        engine = desk.application.extensions["database"].engine

        def count(*given: Any) -> None:
            statements.append(given[2])

        event.listen(engine, "before_cursor_execute", count)
        try:
            assert desk.get(f"/pairings/{pairing.id}").status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", count)
        return len(statements)

    service.note(staff, pairing, EntryKind.CALL, staff.today(), "电话", True, [file("纪要.pdf")])
    staff.session.commit()
    short = asked()
    for number in range(60):
        staff.session.add(
            ThreadEntry(
                pairing=pairing,
                kind=EntryKind.VISIT,
                author=staff.person,
                audience=Audience.STAFF,
                day=staff.today(),
                text=str(number),
            )
        )
    staff.session.commit()

    assert asked() <= short
