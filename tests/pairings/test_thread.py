"""What is written on a thread, who reads it, in which order, and who is told."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from matchmaker.attachments import service as attachments
from matchmaker.pairings import service
from matchmaker.pairings.service import Show, ThreadFilters
from matchmaker.policy import Forbidden
from matchmaker.work import Work
from models import Audience, AuditEvent, EntryKind, Pairing, PairingStatus, ThreadEntry, User
from tests.attachments.samples import PDF, file
from tests.pairings import talks


@pytest.fixture
def firm(work: Work, people: dict[str, User]) -> Work:
    return work.as_actor(people["enterprise"])


@pytest.fixture
def school(work: Work, people: dict[str, User]) -> Work:
    return work.as_actor(people["liaison"])


def read(work: Work, pairing: Pairing, **given: object) -> list[str]:
    """The texts of the reader's part of the thread, in its order."""
    thread = service.page_of(work, pairing.id, ThreadFilters(**given)).thread  # type: ignore[arg-type]
    return [item.entry.text for day in thread.days for item in day.items if item.entry]


def talk(work: Work, pairing: Pairing, text: str, internal: bool = True) -> ThreadEntry:
    return service.note(work, pairing, EntryKind.CALL, work.today(), text, internal)


def test_a_side_writes_to_the_other_once_they_were_brought_together(
    firm: Work, school: Work, pairing: Pairing
) -> None:
    service.write(firm, pairing, "样件寄出了", Audience.BOTH)

    assert read(school, pairing) == ["样件寄出了"]


@pytest.mark.parametrize("status", [PairingStatus.SUGGESTED, PairingStatus.SHORTLISTED])
def test_before_an_introduction_a_side_writes_to_the_bureau_alone(
    work: Work, people: dict[str, User], firm: Work, school: Work, status: PairingStatus
) -> None:
    pairing = talks.pairing(work, people, status)
    with pytest.raises(service.NotInTouch):
        service.write(firm, pairing, "能不能见面", Audience.BOTH)
    service.write(firm, pairing, "请帮我们牵线", Audience.PROBLEM)

    assert (read(firm, pairing), read(school, pairing)) == (["请帮我们牵线"], [])


def test_an_interest_of_either_side_proposes_an_introduction(
    work: Work, people: dict[str, User], firm: Work, school: Work
) -> None:
    pairing = talks.pairing(work, people)
    service.express(school, pairing, "想谈")
    service.write(firm, pairing, "什么时候方便", Audience.BOTH)

    assert read(school, pairing) == ["什么时候方便"]


def test_after_it_ended_the_sides_do_not_reach_each_other_here(
    staff: Work, firm: Work, school: Work, pairing: Pairing
) -> None:
    service.write(firm, pairing, "还在比较", Audience.BOTH)
    service.dismiss(staff, pairing, pairing.version, "budget")

    with pytest.raises(service.NotInTouch):
        service.write(firm, pairing, "再谈谈", Audience.BOTH)
    assert read(school, pairing) == ["还在比较"]


def test_a_side_does_not_write_into_the_others_part(firm: Work, pairing: Pairing) -> None:
    with pytest.raises(service.NotInTouch):
        service.write(firm, pairing, "给科技局", Audience.CAPABILITY)


def test_others_do_not_write_at_all(work: Work, people: dict[str, User], pairing: Pairing) -> None:
    for name in ("other_enterprise", "other_liaison", "administrator"):
        with pytest.raises(Forbidden):
            service.write(work.as_actor(people[name]), pairing, "路过", Audience.BOTH)


def test_only_staff_note_talks(firm: Work, pairing: Pairing) -> None:
    with pytest.raises(Forbidden):
        talk(firm, pairing, "电话")


def test_a_note_is_internal_or_for_both_sides(
    staff: Work, firm: Work, school: Work, pairing: Pairing
) -> None:
    talk(staff, pairing, "对方急着要")
    talk(staff, pairing, "约好周五看样机", internal=False)

    assert read(firm, pairing) == read(school, pairing) == ["约好周五看样机"]
    assert read(staff, pairing) == ["约好周五看样机", "对方急着要"]


def test_administrators_of_accounts_learn_that_there_are_internal_notes_and_not_a_word_of_them(
    work: Work, people: dict[str, User], staff: Work, firm: Work, pairing: Pairing
) -> None:
    attachment = file("底价.pdf", PDF)
    entry = service.note(staff, pairing, EntryKind.CALL, staff.today(), "对方底价八十万", True, [attachment])
    talk(staff, pairing, "约好周五看样机", internal=False)

    administrator = work.as_actor(people["administrator"])
    assert read(administrator, pairing) == ["约好周五看样机"]
    assert service.page_of(administrator, pairing.id, ThreadFilters()).thread.withheld == 1
    assert service.page_of(firm, pairing.id, ThreadFilters()).thread.withheld == 0
    (kept,) = attachments.of(staff, "thread_entry", entry.id)
    with pytest.raises(attachments.NotFound):
        attachments.find(administrator, kept.id)


def test_a_talk_is_not_noted_before_it_was(staff: Work, pairing: Pairing) -> None:
    with pytest.raises(service.TalkInFuture):
        service.note(staff, pairing, EntryKind.VISIT, staff.today() + timedelta(days=1), "走访", True)


def test_an_empty_entry_is_not_made_but_a_file_alone_is(
    staff: Work, firm: Work, school: Work, pairing: Pairing
) -> None:
    with pytest.raises(service.NothingSaid):
        service.write(firm, pairing, " \n", Audience.BOTH)
    entry = service.write(firm, pairing, "", Audience.BOTH, [file("图纸.pdf", PDF)])

    files = attachments.of_several(school, attachments.kind_of(entry), [entry.id])
    assert [each.name for each in files[entry.id]] == ["图纸.pdf"]


def test_a_file_of_an_internal_note_opens_for_staff_alone(
    staff: Work, firm: Work, school: Work, pairing: Pairing
) -> None:
    entry = service.note(staff, pairing, EntryKind.MEETING, staff.today(), "", True, [file("内部.pdf", PDF)])
    (stored,) = attachments.of_several(staff, attachments.kind_of(entry), [entry.id])[entry.id]

    assert attachments.find(staff, stored.id) is stored
    for side in (firm, school):
        with pytest.raises(attachments.NotFound):
            attachments.find(side, stored.id)


def test_both_sides_and_staff_read_one_line_newest_first_by_days(
    staff: Work, firm: Work, school: Work, pairing: Pairing
) -> None:
    monday = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)  # 23:30 in Anqing
    service.write(talks.at(firm, monday), pairing, "周一夜里", Audience.BOTH)
    service.write(talks.at(school, monday + timedelta(hours=1)), pairing, "周二凌晨", Audience.BOTH)
    service.negotiate(talks.at(staff, monday + timedelta(hours=2)), pairing, pairing.version)

    days = service.page_of(firm, pairing.id).thread.days
    assert [(str(day.day), len(day.items)) for day in days] == [("2026-11-17", 2), ("2026-11-16", 1)]
    assert [item.event.action for day in days for item in day.items if item.event] == ["negotiate"]


def test_the_thread_is_filtered_and_counted_by_kind(staff: Work, firm: Work, pairing: Pairing) -> None:
    talk(staff, pairing, "电话", internal=False)
    service.write(firm, pairing, "留言", Audience.BOTH)
    service.plan(staff, pairing, "回访", staff.today(), staff.person)

    assert read(staff, pairing, show=Show.NOTES) == ["电话"]
    assert read(staff, pairing, show=Show.MESSAGES) == ["留言"]
    counts = {
        who.person.role.value: dict(service.page_of(who, pairing.id).thread.counts) for who in (staff, firm)
    }
    assert counts["staff"] == {Show.ALL: 3, Show.NOTES: 1, Show.MESSAGES: 1, Show.STEPS: 1}
    assert counts["enterprise"] == {Show.ALL: 2, Show.NOTES: 1, Show.MESSAGES: 1, Show.STEPS: 0}


def test_every_entry_stands_on_exactly_one_page(work: Work, staff: Work, pairing: Pairing) -> None:
    same = datetime(2026, 11, 20, 2, tzinfo=UTC)
    work.session.add_all(
        ThreadEntry(
            pairing=pairing,
            kind=EntryKind.CALL,
            author=staff.person,
            audience=Audience.STAFF,
            day=same.date(),
            text=str(number),
            created_at=same + timedelta(minutes=number // 3),
        )
        for number in range(70)
    )
    found = [text for page in (1, 2, 3, 4) for text in read(staff, pairing, page=page)]

    assert service.page_of(staff, pairing.id).thread.pages == 3
    assert [int(text) for text in found[:70]] == sorted(range(70), reverse=True)
    assert found[70:] == found[60:70]  # a page beyond the last is the last


def test_a_message_tells_the_other_side_and_the_broker(
    work: Work, people: dict[str, User], staff: Work, firm: Work, pairing: Pairing
) -> None:
    service.hand_over(staff, pairing, people["staff"], pairing.version)
    service.write(firm, pairing, "样件寄出了", Audience.BOTH)

    who = ("enterprise", "liaison", "staff", "other_liaison")
    assert [talks.told(work, people[name]) for name in who] == [
        [],
        ["thread.message"],
        ["thread.message"],
        [],
    ]


def test_a_word_to_the_bureau_alone_tells_staff_while_nobody_has_taken_it_on(
    work: Work, people: dict[str, User], firm: Work, pairing: Pairing
) -> None:
    service.write(firm, pairing, "有个顾虑", Audience.PROBLEM)

    assert (talks.told(work, people["liaison"]), talks.told(work, people["staff"])) == (
        [],
        ["thread.message"],
    )


def test_the_audit_knows_that_something_was_said_and_not_a_word_of_it(
    work: Work, firm: Work, pairing: Pairing
) -> None:
    service.write(firm, pairing, "三号炉的配方", Audience.BOTH)

    event = work.session.scalars(select(AuditEvent).where(AuditEvent.action == "thread.message")).one()
    assert (event.object_id, event.details["audience"]) == (pairing.id, "both")
    assert "配方" not in str(event.details)


def test_what_was_said_keeps_the_pairing_from_being_dropped(firm: Work, pairing: Pairing) -> None:
    service.write(firm, pairing, "请留着", Audience.PROBLEM)

    assert pairing.acted_on


@pytest.mark.parametrize("who", ["enterprise", "liaison"])
def test_who_takes_the_consent_back_is_not_written_to_any_more(
    work: Work, people: dict[str, User], firm: Work, school: Work, pairing: Pairing, who: str
) -> None:
    service.express(firm, pairing, "")
    service.express(school, pairing, "")
    service.write(firm, pairing, "先看样机", Audience.BOTH)
    service.withdraw(work.as_actor(people[who]), pairing)

    for side in (firm, school):
        with pytest.raises(service.NotInTouch):
            service.write(side, pairing, "请再考虑", Audience.BOTH)
    assert read(school, pairing) == ["先看样机"]
