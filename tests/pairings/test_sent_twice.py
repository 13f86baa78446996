"""A form that is sent twice leaves one message, one note, one next step, and tells once."""

from __future__ import annotations

from datetime import timedelta

from matchmaker.pairings import service
from matchmaker.work import Work
from models import Audience, EntryKind, NextStep, Pairing, ThreadEntry, User
from tests.attachments.samples import file
from tests.pairings import talks


def test_the_same_within_a_minute_is_one(staff: Work, people: dict[str, User], pairing: Pairing) -> None:
    for _ in range(2):
        service.write(staff, pairing, " 请回电 ", Audience.BOTH)
    for _ in range(2):
        service.note(staff, pairing, EntryKind.CALL, staff.today(), "没人接", True)
    for _ in range(2):
        service.plan(staff, pairing, "再打一次", staff.today(), staff.person)

    assert staff.session.query(ThreadEntry).count() == 3
    assert staff.session.query(NextStep).count() == 1
    assert talks.told(staff, people["enterprise"]).count("thread.message") == 1


def test_what_is_said_again_later_or_otherwise_is_another(
    staff: Work, people: dict[str, User], pairing: Pairing
) -> None:
    service.write(staff, pairing, "请回电", Audience.BOTH)
    service.write(staff, pairing, "请回电", Audience.PROBLEM)
    service.write(staff, pairing, "请回电", Audience.BOTH)
    service.write(staff, pairing, "请回电", Audience.BOTH, [file("a.pdf")])
    service.write(staff, pairing, "请回电", Audience.BOTH)
    service.write(staff.as_actor(people["enterprise"]), pairing, "请回电", Audience.BOTH)
    service.write(talks.at(staff, staff.now() + timedelta(seconds=61)), pairing, "请回电", Audience.BOTH)
    service.plan(staff, pairing, "再打一次", staff.today(), staff.person)
    service.plan(staff, pairing, "再打一次", staff.today() + timedelta(days=1), staff.person)

    assert staff.session.query(ThreadEntry).count() == 9
