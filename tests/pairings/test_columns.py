"""The board as columns: what stands in them, how more comes, what a move answers; and the filters kept by name."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from matchmaker.pairings import service
from matchmaker.pairings.columns import CARDS
from matchmaker.pairings.filters import Look, QueueFilters, State
from matchmaker.policy import Forbidden
from matchmaker.work import Work
from models import Pairing, PairingStatus, Role, User, now
from tests import factories
from tests.pairings import pairs

HTMX = {"HX-Request": "true"}
COLUMNS = "/pairings/?look=columns"


@pytest.fixture
def colleague(work: Work, people: dict[str, User]) -> User:
    made = factories.user(work.session, Role.STAFF, people["staff"].organisation, name="经办人乙")
    work.session.commit()
    return made


@pytest.fixture
def pairing(work: Work, people: dict[str, User]) -> Pairing:
    return of_both(work, people)


def of_both(work: Work, people: dict[str, User], **given: Any) -> Pairing:
    made = pairs.by_hand(
        work,
        factories.problem(work.session, people["enterprise"]),
        factories.capability(work.session, people["liaison"]),
        **given,
    )
    work.session.commit()
    return made


@pytest.fixture
def browser(client: FlaskClient, people: dict[str, User]) -> FlaskClient:
    return factories.sign_in(client, people["staff"])


def found(work: Work, **filters: Any) -> list[Pairing]:
    columns = service.columns(work, QueueFilters(**filters)).columns
    return [card.pairing for column in columns for card in column.cards]


def test_sides_do_not_see_the_columns(work: Work, people: dict[str, User]) -> None:
    with pytest.raises(Forbidden):
        service.columns(work.as_actor(people["enterprise"]), QueueFilters())


def test_each_card_stands_in_the_column_of_its_state(staff: Work, people: dict[str, User]) -> None:
    made = {
        status: of_both(staff, people, status=status)
        for status in (PairingStatus.SUGGESTED, PairingStatus.NEGOTIATING)
    }

    columns = {each.status: each for each in service.columns(staff, QueueFilters()).columns}

    assert [card.pairing for card in columns[PairingStatus.NEGOTIATING].cards] == [
        made[PairingStatus.NEGOTIATING]
    ]
    assert [each.total for each in columns.values()] == [1, 0, 0, 1, 0, 0]


def test_a_column_shows_its_best_and_gives_the_others_on_demand(staff: Work, people: dict[str, User]) -> None:
    ours = factories.problem(staff.session, people["enterprise"])
    made = [
        pairs.by_hand(
            staff, ours, factories.capability(staff.session, people["liaison"]), score=0.9 - place / 100
        )
        for place in range(CARDS + 2)
    ]
    filters = QueueFilters(state=State.SUGGESTED)

    first = service.columns(staff, filters).columns[0]
    rest = service.more(staff, filters, first.shown)

    assert [card.pairing for card in (*first.cards, *rest.cards)] == made
    assert (first.is_more, rest.is_more) == (True, False)


def test_a_card_says_where_it_may_be_moved(staff: Work, pairing: Pairing) -> None:
    assert {to.value: step for to, step in service.card(staff, pairing.id).moves.items()} == {
        "shortlisted": "shortlist",
        "introduced": "introduce",
        "confirmed": "confirm",
        "dismissed": "dismiss",
    }


def test_administrators_move_nothing(work: Work, people: dict[str, User], pairing: Pairing) -> None:
    assert service.card(work.as_actor(people["administrator"]), pairing.id).moves == {}


def test_columns_are_read_in_a_number_of_queries_that_does_not_grow(
    staff: Work, people: dict[str, User]
) -> None:
    def queries() -> int:
        asked: list[str] = []
        staff.session.expire_all()
        listen = lambda *given: asked.append(given[2])  # noqa: E731
        event.listen(staff.session.get_bind(), "before_cursor_execute", listen)
        service.columns(staff, QueueFilters())
        event.remove(staff.session.get_bind(), "before_cursor_execute", listen)
        return len(asked)

    of_both(staff, people)
    one = queries()
    for _ in range(5):
        of_both(staff, people)
    assert queries() == one


@pytest.mark.parametrize("which", ["broker", "nobody", "mine", "age", "score", "organisation"])
def test_a_filter_leaves_what_fits(
    staff: Work, people: dict[str, User], colleague: User, pairing: Pairing, which: str
) -> None:
    other = pairs.by_hand(
        staff,
        factories.problem(staff.session, people["other_enterprise"]),
        factories.capability(staff.session, people["other_liaison"]),
        score=0.95,
        changed_at=now() - timedelta(days=15),
    )
    if which == "nobody":
        service.assign(staff, [pairing.id], colleague)
    if which == "broker":
        service.assign(staff, [other.id], colleague)
    if which == "mine":
        service.assign(staff, [other.id], staff.person)
    filters: dict[str, dict[str, Any]] = {
        "broker": {"broker": str(colleague.id)},
        "nobody": {"broker": "none"},
        "mine": {"broker": "me"},
        "age": {"age": 14},
        "score": {"score": 90},
        "organisation": {"organisation": other.capability.organisation.name},
    }
    assert found(staff, **filters[which]) == [other]


def test_an_address_keeps_all_conditions(staff: Work) -> None:
    filters = QueueFilters(look=Look.COLUMNS, broker="me", age=14, score=60, organisation="大学")

    assert QueueFilters.of({name: str(value) for name, value in filters.query().items()}) == filters


def test_a_move_answers_with_the_card_and_the_counts(browser: FlaskClient, pairing: Pairing) -> None:
    data = {"version": pairing.version, "back": "look=columns"}
    answer = browser.post(f"/pairings/{pairing.id}/shortlist", data=data, headers=HTMX).text

    assert f'class="kanban-card" id="pairing-{pairing.id}"' in answer
    assert re.search(r'id="count-shortlisted"[^>]*>1<', answer)


def test_a_stale_move_says_who_did_what(browser: FlaskClient, staff: Work, pairing: Pairing) -> None:
    seen = pairing.version
    service.shortlist(staff, pairing, seen)
    staff.session.commit()

    data = {"version": seen, "back": "look=columns"}
    answer = browser.post(f"/pairings/{pairing.id}/introduce", data=data, headers=HTMX)

    assert (
        answer.status_code,
        f"{staff.person.name}在" in answer.text,
        'data-state="shortlisted"' in answer.text,
    ) == (
        409,
        True,
        True,
    )


def test_a_move_that_no_step_makes_is_refused_with_the_card_as_it_is(
    browser: FlaskClient, pairing: Pairing
) -> None:
    data = {"version": pairing.version, "back": "look=columns"}
    answer = browser.post(f"/pairings/{pairing.id}/negotiate", data=data, headers=HTMX)

    assert (answer.status_code, "不能办这一步" in answer.text, 'data-state="suggested"' in answer.text) == (
        409,
        True,
        True,
    )


def test_more_cards_come_as_a_part(browser: FlaskClient, pairing: Pairing) -> None:
    part = browser.get("/pairings/column?state=suggested&skip=0").text

    assert ("<html" in part, pairing.problem.title in part) == (False, True)


def test_there_is_no_column_of_all_open_ones(browser: FlaskClient) -> None:
    assert browser.get("/pairings/column").status_code == 404


def test_the_board_opens_with_the_filter_that_is_marked_so(browser: FlaskClient, pairing: Pairing) -> None:
    data = {"name": "我的在谈", "is_default": "1", "back": "look=columns&broker=me"}
    browser.post("/pairings/filters", data=data)

    assert browser.get("/pairings/").location == "/pairings/?look=columns&broker=me"


def test_on_a_phone_it_opens_as_a_list(browser: FlaskClient) -> None:
    browser.post(
        "/pairings/filters", data={"name": "我的", "is_default": "1", "back": "look=columns&broker=me"}
    )

    phone = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36"}
    assert browser.get("/pairings/", headers=phone).location == "/pairings/?broker=me"


def test_everything_can_be_the_filter_that_it_opens_with(browser: FlaskClient) -> None:
    browser.post("/pairings/filters", data={"name": "全部", "is_default": "1", "back": ""})

    assert browser.get("/pairings/", follow_redirects=True).status_code == 200


def test_a_filter_of_the_same_name_is_replaced(staff: Work) -> None:
    service.save_filter(staff, "在谈", QueueFilters(broker="me"))
    service.save_filter(staff, "在谈", QueueFilters(age=7))

    assert [each.query for each in service.saved_filters(staff)] == ["age=7"]


def test_the_board_opens_with_one_filter_at_most(staff: Work) -> None:
    service.save_filter(staff, "甲", QueueFilters(), is_default=True)
    service.save_filter(staff, "乙", QueueFilters(), is_default=True)

    assert [each.is_default for each in service.saved_filters(staff)] == [False, True]


def test_a_filter_without_a_name_is_asked_for_one(browser: FlaskClient) -> None:
    answer = browser.post("/pairings/filters", data={"name": " ", "back": "look=columns"})

    assert (answer.status_code, "请给这个筛选起个名字" in answer.text) == (422, True)


def test_filters_are_their_owners(staff: Work, colleague: User) -> None:
    kept = service.save_filter(staff, "在谈", QueueFilters())

    with pytest.raises(service.FilterNotFound):
        service.remove_filter(staff.as_actor(colleague), kept.id)
    assert not service.saved_filters(staff.as_actor(colleague))
