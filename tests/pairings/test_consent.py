"""Consent on the pages and in the notices: what staff record, what is passed on, what a second person sees."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker.pairings import service
from matchmaker.undertakings import service as undertakings
from matchmaker.work import Work
from models import ConsentStatus, ConsentWay, DeclineReason, Notice, Pairing, PairingEvent, Side, User
from tests import factories
from tests.pairings import pairs

CALLED = {"person": "王工，技术部", "day": "2026-01-05", "way": "phone"}


@pytest.fixture
def pairing(work: Work, people: dict[str, User]) -> Pairing:
    ours = factories.problem(work.session, people["enterprise"], confidential="配方甲")
    theirs = factories.capability(work.session, people["liaison"])
    made = pairs.by_hand(work, ours, theirs)
    work.session.commit()
    return made


def status(work: Work, pairing: Pairing, side: Side) -> ConsentStatus:
    work.session.expire_all()
    return next(each.status for each in pairing.interests if each.side is side)


def test_staff_record_how_a_side_agreed(
    client: FlaskClient, work: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    answer = factories.sign_in(client, people["staff"]).post(
        f"/pairings/{pairing.id}/consent/problem", data={**CALLED, "step": "agree", "version": "0"}
    )

    assert (answer.status_code, status(work, pairing, Side.PROBLEM)) == (303, ConsentStatus.AGREED)
    event = work.session.scalars(select(PairingEvent)).one()
    assert (event.action, event.side, event.way, event.said_by) == (
        "record_interest",
        Side.PROBLEM,
        "phone",
        CALLED["person"],
    )


def test_a_record_on_an_answer_that_has_changed_is_refused_with_what_was_typed(
    client: FlaskClient, work: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    firm = work.as_actor(people["enterprise"])
    service.express(firm, pairing, "")
    service.withdraw(firm, pairing)
    work.session.commit()

    answer = factories.sign_in(client, people["staff"]).post(
        f"/pairings/{pairing.id}/consent/problem", data={**CALLED, "step": "agree", "version": "0"}
    )

    assert (answer.status_code, CALLED["person"] in answer.text, "撤回合作意向" in answer.text) == (
        409,
        True,
        True,
    )
    assert status(work, pairing, Side.PROBLEM) is ConsentStatus.WITHDRAWN


def test_a_day_to_come_and_a_missing_reason_are_said_at_their_fields(
    client: FlaskClient, work: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    service.propose(work.as_actor(people["staff"]), pairing)
    work.session.commit()
    staff, path = factories.sign_in(client, people["staff"]), f"/pairings/{pairing.id}/consent/problem"

    tomorrow = staff.post(path, data={**CALLED, "day": "2099-01-01", "step": "agree", "version": "1"})
    unsaid = staff.post(path, data={**CALLED, "step": "decline", "version": "1"})

    assert (tomorrow.status_code, "还没到这一天" in tomorrow.text) == (422, True)
    assert (unsaid.status_code, "请选择原因" in unsaid.text) == (422, True)


def test_the_other_side_reads_the_reason_and_not_the_note(
    client: FlaskClient, work: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    service.express(work.as_actor(people["enterprise"]), pairing, "")
    school = work.as_actor(people["liaison"])
    service.decline(school, pairing, DeclineReason.NO_CAPACITY, "炉子排到三月")
    work.session.commit()

    page = factories.sign_in(client, people["enterprise"]).get(f"/pairings/{pairing.id}").text

    assert ("感谢关注，目前人手排不开" in page, "炉子排到三月" in page) == (True, False)
    told = select(Notice.kind).where(Notice.user_id == people["enterprise"].id)
    assert "interest.declined" in work.session.scalars(told).all()


def test_contacts_stand_on_the_page_while_both_agree_and_no_longer(
    client: FlaskClient, work: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    said = service.Said(ConsentWay.MEETING, work.today(), "王工")
    for side in Side:
        service.record(work.as_actor(people["staff"]), pairing, side, service.Answer("agree", said=said))
    work.session.commit()
    liaison, phone = factories.sign_in(client, people["liaison"]), pairing.problem.contact_phone
    before = phone in liaison.get(f"/pairings/{pairing.id}").text
    service.withdraw(work.as_actor(people["enterprise"]), pairing)
    work.session.commit()

    assert (before, phone in liaison.get(f"/pairings/{pairing.id}").text) == (True, False)


def test_an_earlier_undertaking_is_not_accepted_once_a_new_one_is_in_force(
    client: FlaskClient, work: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    administrator = work.as_actor(people["administrator"])
    undertakings.publish(administrator, "新的承诺书", "The new undertaking", 1)
    work.session.commit()
    liaison = factories.sign_in(client, people["liaison"])

    answer = liaison.post(f"/pairings/{pairing.id}/undertaking", data={"version": "1"})

    assert (answer.status_code, "第 2 版" in answer.text) == (409, True)
    assert liaison.get("/undertakings/1").status_code == 200


def test_who_accepted_the_earlier_undertaking_is_told_once_of_a_new_one(
    work: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    """Those for whom nothing closes are not: who never accepted, or whose pairing ended."""
    liaison = work.as_actor(people["liaison"])
    second = pairs.by_hand(work, factories.problem(work.session, people["enterprise"]), pairing.capability)
    ended = pairs.by_hand(work, pairing.problem, factories.capability(work.session, people["other_liaison"]))
    for each, person in ((pairing, "liaison"), (second, "liaison"), (ended, "other_liaison")):
        service.accept(work.as_actor(people[person]), each, 1)
    service.dismiss(work.as_actor(people["staff"]), ended, ended.version, "field")
    undertakings.publish(work.as_actor(people["administrator"]), "新的承诺书", "The new undertaking", 1)

    told = work.session.scalars(select(Notice).where(Notice.kind == "undertaking.renewed")).all()
    assert [(each.user_id, each.path, each.details) for each in told] == [
        (liaison.person.id, "/pairings/mine", {"version": 2, "count": 2})
    ]


def test_a_new_undertaking_is_looked_at_before_it_is_published(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    texts = {"text_zh": "保密内容只用于洽谈。" * 5, "text_en": "For the talks only. " * 3, "version": "1"}
    administrator = factories.sign_in(client, people["administrator"])

    looked_at = administrator.post("/undertakings", data=texts)
    before = undertakings.in_force(work)
    assert before is not None
    assert ("undertaking-preview" in looked_at.text, before.version) == (True, 1)
    work.session.rollback()
    published = administrator.post("/undertakings", data={**texts, "step": "publish"})
    work.session.rollback()
    again = administrator.post("/undertakings", data={**texts, "text_zh": "另" * 40, "step": "publish"})

    after = undertakings.in_force(work)
    assert after is not None
    assert (published.status_code, again.status_code, after.version) == (303, 409, 2)
