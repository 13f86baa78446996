"""Several pairings at once: dismissed for one reason, given to a broker, undone as far as nobody went on."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker.pairings import service
from matchmaker.pairings.filters import QueueFilters, State
from matchmaker.pairings.undoing import UNDO_FOR
from matchmaker.policy import Forbidden
from matchmaker.work import Work
from models import BulkChange, Pairing, PairingEvent, Role, User
from tests import factories
from tests.pairings import pairs


@pytest.fixture
def colleague(work: Work, people: dict[str, User]) -> User:
    made = factories.user(work.session, Role.STAFF, people["staff"].organisation, name="经办人乙")
    work.session.commit()
    return made


@pytest.fixture
def three(work: Work, people: dict[str, User]) -> list[Pairing]:
    ours = factories.problem(work.session, people["enterprise"], title="齿轮端面磕碰伤检测", field="8")
    made = [
        pairs.by_hand(work, ours, factories.capability(work.session, people["liaison"]), score=0.9 - n / 10)
        for n in range(3)
    ]
    work.session.commit()
    return made


@pytest.fixture
def browser(client: FlaskClient, people: dict[str, User]) -> FlaskClient:
    return factories.sign_in(client, people["staff"])


def seen(pairings: list[Pairing]) -> service.Chosen:
    return service.Chosen({each.id: each.version for each in pairings})


def actions(work: Work, pairing: Pairing) -> list[str]:
    wanted = select(PairingEvent.action).where(PairingEvent.pairing_id == pairing.id)
    return list(work.session.scalars(wanted.order_by(PairingEvent.id)))


def statuses(pairings: list[Pairing]) -> list[str]:
    return [each.status.value for each in pairings]


def test_all_that_were_selected_are_dismissed_each_with_an_event(staff: Work, three: list[Pairing]) -> None:
    outcome = service.dismiss_chosen(staff, seen(three), "field", "不是一个行业")

    assert (outcome.done, outcome.left, statuses(three)) == (3, [], ["dismissed"] * 3)
    assert [actions(staff, each) for each in three] == [["dismiss"]] * 3


def test_what_a_colleague_changed_meanwhile_is_left_and_named(
    staff: Work, three: list[Pairing], colleague: User
) -> None:
    chosen = seen(three)
    service.shortlist(staff.as_actor(colleague), three[1], three[1].version)

    outcome = service.dismiss_chosen(staff, chosen, "field")

    assert statuses(three) == ["dismissed", "shortlisted", "dismissed"]
    assert [(each.pairing, each.event and each.event.actor) for each in outcome.left] == [
        (three[1], colleague)
    ]


def test_all_of_a_filter_are_dismissed_if_they_are_as_many_as_were_seen(
    staff: Work, three: list[Pairing]
) -> None:
    weak = QueueFilters(field="8", state=State.OPEN)

    with pytest.raises(service.CountChanged):
        service.dismiss_chosen(staff, service.Chosen(filters=weak, count=2), "field")
    service.dismiss_chosen(staff, service.Chosen(filters=weak, count=3), "field")

    assert statuses(three) == ["dismissed"] * 3


@pytest.mark.parametrize(
    ("reason", "error"), [("mood", service.UnknownReason), ("other", service.NoteMissing)]
)
def test_a_reason_is_needed_as_for_one(
    staff: Work, three: list[Pairing], reason: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        service.dismiss_chosen(staff, seen(three), reason)


def test_several_change_hands_at_once(staff: Work, three: list[Pairing], colleague: User) -> None:
    service.assign(staff, [three[0].id], colleague)

    outcome = service.assign_chosen(staff, seen(three), colleague)

    assert (outcome.done, [each.broker for each in three]) == (2, [colleague] * 3)


def test_undoing_brings_each_back_to_where_it_stood_and_erases_nothing(
    staff: Work, three: list[Pairing]
) -> None:
    service.shortlist(staff, three[0], three[0].version)
    service.introduce(staff, three[1], three[1].version)
    service.negotiate(staff, three[1], three[1].version)
    change = service.dismiss_chosen(staff, seen(three), "field").change
    assert change is not None

    outcome = service.undo(staff, change.id)

    assert (outcome.done, statuses(three)) == (3, ["shortlisted", "negotiating", "suggested"])
    assert actions(staff, three[1]) == [
        "introduce",
        "negotiate",
        "dismiss",
        "reopen",
        "introduce",
        "negotiate",
    ]


def test_undoing_leaves_what_somebody_touched_since(
    staff: Work, three: list[Pairing], colleague: User
) -> None:
    change = service.dismiss_chosen(staff, seen(three), "field").change
    assert change is not None
    service.reopen(staff.as_actor(colleague), three[2], three[2].version)

    outcome = service.undo(staff, change.id)

    assert (outcome.done, [each.pairing for each in outcome.left]) == (2, [three[2]])
    assert actions(staff, three[2]) == ["dismiss", "reopen"]


def test_undoing_an_assignment_gives_back_to_whom_it_was(
    staff: Work, three: list[Pairing], colleague: User
) -> None:
    service.assign(staff, [three[0].id], colleague)
    step = service.plan(staff, three[1], "打电话", staff.today(), staff.person)
    change = service.assign_chosen(staff, seen(three), another_colleague(staff)).change
    assert change is not None

    service.undo(staff, change.id)

    assert [each.broker for each in three] == [colleague, None, None]
    assert step.owner is staff.person


def another_colleague(work: Work) -> User:
    return factories.user(work.session, Role.STAFF, work.person.organisation, name="经办人丙")


def test_what_nobody_had_acted_on_is_scored_again_once_it_is_undone(
    staff: Work, three: list[Pairing], colleague: User
) -> None:
    service.assign(staff, [three[1].id], colleague)
    change = service.dismiss_chosen(staff, seen(three), "field").change
    assert change is not None
    service.undo(staff, change.id)
    assert [each.acted_on for each in three] == [False, True, False]


def test_what_a_side_said_in_between_keeps_an_undone_pairing_as_it_is(
    staff: Work, people: dict[str, User], three: list[Pairing]
) -> None:
    service.shortlist(staff, three[0], three[0].version)
    service.express(staff.as_actor(people["enterprise"]), three[0], "想谈")
    undo_last(staff)
    assert (three[0].status.value, three[0].acted_on) == ("suggested", True)


def test_an_undone_pairing_is_scored_again_and_keeps_its_history(
    staff: Work, people: dict[str, User]
) -> None:
    pairing = pairs.suggested(staff, people)
    service.dismiss(staff, pairing, pairing.version, "field")
    undo_last(staff)
    pairing.score, pairing.engine_version = 0.123, "old"
    staff.session.commit()
    floor = replace(staff, settings=replace(staff.settings, suggestion_floor=1.0))
    service.suggest(floor, pairing.problem)
    assert pairing.engine_version != "old"
    service.retract(staff, pairing.problem)
    assert actions(staff, pairing) == ["dismiss", "reopen"]


def undo_last(staff: Work) -> service.Outcome:
    last = service.undoable(staff)
    assert last is not None
    return service.undo(staff, last.change.id)


def test_single_decisions_are_undone_one_after_the_other_the_last_first(
    staff: Work, three: list[Pairing]
) -> None:
    service.shortlist(staff, three[0], three[0].version)
    service.introduce(staff, three[1], three[1].version)
    service.dismiss(staff, three[1], three[1].version, "field")

    undo_last(staff)
    assert statuses(three) == ["shortlisted", "introduced", "suggested"]
    undo_last(staff)
    assert statuses(three) == ["suggested", "introduced", "suggested"]
    assert service.undoable(staff) is None


def test_what_went_on_since_is_not_offered_to_be_undone(staff: Work, three: list[Pairing]) -> None:
    service.shortlist(staff, three[0], three[0].version)
    service.shortlist(staff, three[1], three[1].version)
    service.introduce(staff, three[1], three[1].version)
    last = service.undoable(staff)
    assert last is not None
    assert [each.pairing for each in last.change.items] == [three[0]]
    assert service.undoable(staff, three[1]) is None


@pytest.mark.parametrize("minutes", [-1, 1])
def test_a_change_can_be_undone_for_some_minutes(staff: Work, three: list[Pairing], minutes: int) -> None:
    change = service.dismiss_chosen(staff, seen(three), "field").change
    assert change is not None
    later = change.created_at + UNDO_FOR + timedelta(minutes=minutes)
    then = replace(staff, clock=lambda: later)

    assert (service.undoable(then) is not None) == (minutes < 0)
    if minutes > 0:
        with pytest.raises(service.TooLateToUndo):
            service.undo(then, change.id)


def test_a_change_is_undone_once(staff: Work, three: list[Pairing]) -> None:
    change = service.dismiss_chosen(staff, seen(three), "field").change
    assert change is not None
    service.undo(staff, change.id)

    with pytest.raises(service.TooLateToUndo):
        service.undo(staff, change.id)
    assert service.undoable(staff) is None


def test_a_colleagues_change_is_theirs_to_undo(staff: Work, three: list[Pairing], colleague: User) -> None:
    change = service.dismiss_chosen(staff, seen(three), "field").change
    assert change is not None

    with pytest.raises(service.ChangeNotFound):
        service.undo(staff.as_actor(colleague), change.id)


@pytest.mark.parametrize("role", ["enterprise", "liaison", "administrator"])
def test_only_staff_change_several(
    work: Work, people: dict[str, User], three: list[Pairing], role: str
) -> None:
    with pytest.raises(Forbidden):
        service.dismiss_chosen(work.as_actor(people[role]), seen(three), "field")


def send(browser: FlaskClient, path: str, pairings: list[Pairing], **more: Any) -> Any:
    chosen = " ".join(f"{each.id}:{each.version}" for each in pairings)
    return browser.post(f"/pairings/bulk/{path}", data={"chosen": chosen, "back": "look=columns"} | more)


def test_the_board_offers_to_undo_after_a_reload(
    browser: FlaskClient, work: Work, three: list[Pairing]
) -> None:
    answer = send(browser, "dismiss", three, reason="field")
    assert (answer.status_code, answer.location) == (303, "/pairings/?look=columns")

    change = work.session.scalars(select(BulkChange)).one()
    work.session.commit()
    page = browser.get(answer.location).text
    assert f'action="/pairings/bulk/{change.id}/undo"' in page
    assert "您把 3 项标为不合适" in page

    browser.post(f"/pairings/bulk/{change.id}/undo", data={"back": "look=columns"})
    for each in three:
        work.session.refresh(each)
    assert statuses(three) == ["suggested"] * 3


def test_a_bulk_dismissal_without_its_note_keeps_the_selection(
    browser: FlaskClient, three: list[Pairing]
) -> None:
    answer = send(browser, "dismiss", three, reason="other")

    chosen = " ".join(f"{each.id}:{each.version}" for each in three)
    assert (answer.status_code, f'name="chosen" value="{chosen}"' in answer.text) == (422, True)


def test_a_count_that_is_not_true_any_more_changes_nothing(
    browser: FlaskClient, work: Work, three: list[Pairing]
) -> None:
    data = {"chosen": "all", "count": "2", "state": "suggested", "back": "look=columns", "reason": "field"}
    answer = browser.post("/pairings/bulk/dismiss", data=data)

    assert (answer.status_code, "现在符合条件的是 3 项" in answer.text) == (409, True)
    assert work.session.scalars(select(PairingEvent)).all() == []


def test_what_was_left_is_told_with_who_and_what(
    browser: FlaskClient, staff: Work, three: list[Pairing], colleague: User
) -> None:
    chosen = " ".join(f"{each.id}:{each.version}" for each in three)
    service.shortlist(staff.as_actor(colleague), three[0], three[0].version)
    staff.session.commit()

    answer = browser.post(
        "/pairings/bulk/dismiss", data={"chosen": chosen, "reason": "field"}, follow_redirects=True
    )

    assert "1 项没有动" in answer.text
    assert f"{colleague.name}在" in answer.text


def test_a_single_decision_can_be_undone_from_the_board_and_from_the_pairings_page(
    browser: FlaskClient, work: Work, three: list[Pairing]
) -> None:
    step = {"version": three[0].version, "back": "look=list"}
    answer = browser.post(f"/pairings/{three[0].id}/shortlist", data=step, headers={"HX-Request": "true"})
    change = work.session.scalars(select(BulkChange)).one()
    work.session.commit()
    assert f'action="/pairings/bulk/{change.id}/undo"' in answer.text
    page = browser.get(f"/pairings/{three[0].id}").text
    assert f'action="/pairings/bulk/{change.id}/undo"' in page

    answer = browser.post(f"/pairings/bulk/{change.id}/undo", data={"pairing": three[0].id})
    assert answer.location == f"/pairings/{three[0].id}"
    work.session.refresh(three[0])
    assert three[0].status.value == "suggested"
    assert "bulk" not in browser.get(answer.location).text
