"""The staff's board: who sees it, what it shows, and what a step answers."""

import html
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker.pairings import service
from matchmaker.pairings.filters import QueueFilters, Sort, State
from matchmaker.policy import Forbidden
from matchmaker.work import Work
from models import Pairing, PairingEvent, PairingStatus, ProblemStatus, User
from tests import factories
from tests.pairings import pairs

HTMX = {"HX-Request": "true"}


@pytest.fixture
def pairing(work: Work, people: dict[str, User]) -> Pairing:
    made = pairs.by_hand(
        work,
        factories.problem(
            work.session, people["enterprise"], title="齿轮端面磕碰伤检测", field="1", county="340822"
        ),
        factories.capability(work.session, people["liaison"], title="金属件立体缺陷检测"),
    )
    work.session.commit()
    return made


@pytest.fixture
def other(work: Work, people: dict[str, User], pairing: Pairing) -> Pairing:
    made = pairs.by_hand(
        work,
        factories.problem(
            work.session, people["other_enterprise"], title="夏秋茶香气提升", field="9", modes=["call"]
        ),
        factories.capability(work.session, people["other_liaison"], title="红茶加工成套技术"),
        score=0.25,
    )
    work.session.commit()
    return made


@pytest.fixture
def browser(client: FlaskClient, people: dict[str, User]) -> FlaskClient:
    return factories.sign_in(client, people["staff"])


def shown(work: Work, **filters: Any) -> list[Pairing]:
    return [each.pairing for each in service.board(work, QueueFilters(**filters)).listing.items]


@pytest.mark.parametrize("role", ["enterprise", "liaison"])
def test_sides_do_not_see_the_board(work: Work, people: dict[str, User], role: str) -> None:
    with pytest.raises(Forbidden):
        service.board(work.as_actor(people[role]), QueueFilters())


def test_administrators_see_the_board_without_steps(
    client: FlaskClient, people: dict[str, User], pairing: Pairing
) -> None:
    page = factories.sign_in(client, people["administrator"]).get("/pairings/").text

    assert (pairing.problem.title in page, "data-step=" in page) == (True, False)


def test_the_best_comes_first(staff: Work, pairing: Pairing, other: Pairing) -> None:
    assert shown(staff) == [pairing, other]


def test_the_newest_comes_first_if_asked(staff: Work, pairing: Pairing, other: Pairing) -> None:
    assert shown(staff, sort=Sort.NEWEST) == [other, pairing]


def test_the_oldest_comes_first_if_asked(staff: Work, pairing: Pairing, other: Pairing) -> None:
    assert shown(staff, sort=Sort.OLDEST) == [pairing, other]


@pytest.mark.parametrize(
    "filters",
    [
        {"field": "9"},
        {"county": "340811"},
        {"mode": "call"},
        {"strength": "possible"},
        {"q": "红茶"},
        {"q": "夏秋茶 香气"},
    ],
)
def test_a_filter_leaves_what_fits(
    staff: Work, pairing: Pairing, other: Pairing, filters: dict[str, str]
) -> None:
    assert shown(staff, **filters) == [other]


def test_the_board_of_one_problem_shows_its_pairings(staff: Work, pairing: Pairing, other: Pairing) -> None:
    assert shown(staff, problem=other.problem_id) == [other]


def test_the_board_of_one_capability_shows_its_pairings(
    staff: Work, pairing: Pairing, other: Pairing
) -> None:
    assert shown(staff, capability=other.capability_id) == [other]


def test_words_find_the_organisations_name(staff: Work, pairing: Pairing, other: Pairing) -> None:
    assert shown(staff, q=other.capability.organisation.name) == [other]


def test_a_per_cent_sign_is_a_character_to_look_for(staff: Work, pairing: Pairing) -> None:
    assert shown(staff, q="%") == []


def test_only_with_interest(staff: Work, pairing: Pairing, other: Pairing, people: dict[str, User]) -> None:
    service.express(staff.as_actor(people["other_liaison"]), other, "")

    assert shown(staff, interest=True) == [other]


def test_a_withdrawn_interest_is_none(staff: Work, pairing: Pairing, people: dict[str, User]) -> None:
    service.express(staff.as_actor(people["liaison"]), pairing, "")
    service.withdraw(staff.as_actor(people["liaison"]), pairing)

    assert shown(staff, interest=True) == []


def test_counts_are_those_under_the_other_filters(staff: Work, pairing: Pairing, other: Pairing) -> None:
    service.shortlist(staff, other, other.version)

    counts = service.board(staff, QueueFilters(field="9")).counts
    assert (counts[State.OPEN], counts[State.SUGGESTED], counts[State.SHORTLISTED]) == (1, 0, 1)


def test_the_dismissed_stand_in_their_own_tab(staff: Work, pairing: Pairing) -> None:
    service.dismiss(staff, pairing, pairing.version, "field")

    assert (shown(staff), shown(staff, state=State.DISMISSED)) == ([], [pairing])


def test_a_solved_problem_waits_for_no_suggestion(
    staff: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    solved = factories.problem(staff.session, people["enterprise"], ProblemStatus.SOLVED)
    pairs.by_hand(staff, solved, pairing.capability)

    assert shown(staff) == [pairing]


def test_pages_have_the_size_asked_for(staff: Work, pairing: Pairing, people: dict[str, User]) -> None:
    for _ in range(20):
        pairs.by_hand(staff, factories.problem(staff.session, people["enterprise"]), pairing.capability)

    listing = service.board(staff, QueueFilters(page=2)).listing
    assert (len(listing.items), listing.pages, listing.total) == (1, 2, 21)


@pytest.mark.parametrize(
    "rubbish", ["state=x&sort=y&page=-1&size=7&problem=abc", "page=99999999999", "q=%00"]
)
def test_an_address_that_makes_no_sense_shows_the_board(
    browser: FlaskClient, pairing: Pairing, rubbish: str
) -> None:
    assert browser.get(f"/pairings/?{rubbish}").status_code == 200


def test_an_address_keeps_the_filters(staff: Work) -> None:
    filters = QueueFilters(state=State.SHORTLISTED, q="茶", interest=True, page=3)

    assert QueueFilters.of({name: str(value) for name, value in filters.query().items()}) == filters


def step(browser: FlaskClient, pairing: Pairing, name: str, **values: Any) -> Any:
    given = {"version": pairing.version, "back": ""} | values
    headers = given.pop("headers", None)
    return browser.post(f"/pairings/{pairing.id}/{name}", data=given, headers=headers)


def test_a_step_leads_back_to_the_row_on_the_board(browser: FlaskClient, pairing: Pairing) -> None:
    answer = step(browser, pairing, "shortlist", back="field=1&page=2")

    assert (answer.status_code, answer.location) == (303, f"/pairings/?field=1&page=2#pairing-{pairing.id}")


def test_a_step_from_its_own_page_leads_there(browser: FlaskClient, pairing: Pairing) -> None:
    answer = browser.post(f"/pairings/{pairing.id}/shortlist", data={"version": pairing.version})

    assert answer.location == f"/pairings/{pairing.id}"


def test_its_own_page_leads_back_to_the_list_as_it_was(browser: FlaskClient, pairing: Pairing) -> None:
    data = {"version": pairing.version, "list": "field=1&sort=newest"}

    answer = browser.post(f"/pairings/{pairing.id}/shortlist", data=data, follow_redirects=True)

    assert f'href="/pairings/?field=1&amp;sort=newest#pairing-{pairing.id}"' in answer.text


def test_a_step_on_the_board_answers_with_the_row(browser: FlaskClient, pairing: Pairing) -> None:
    answer = step(browser, pairing, "shortlist", headers=HTMX)

    assert answer.text.lstrip().startswith(
        f'<li class="queue-row queue-shortlisted" id="pairing-{pairing.id}"'
    )


def test_a_step_on_the_board_renews_the_counts_under_its_filters(
    browser: FlaskClient, pairing: Pairing, other: Pairing
) -> None:
    answer = step(browser, pairing, "shortlist", back="field=1", headers=HTMX)

    tabs = re.sub(r"<[^>]+>|\s+", " ", answer.text.partition('id="queue-tabs"')[2].partition("</nav>")[0])
    assert re.search(r"进行中\s+1 .*系统推荐\s+0 .*入围\s+1 ", tabs)


def test_a_button_pressed_twice_is_one_step(browser: FlaskClient, work: Work, pairing: Pairing) -> None:
    version = pairing.version
    answers = [step(browser, pairing, "shortlist", version=version).status_code for _ in range(2)]

    events = work.session.scalars(select(PairingEvent)).all()
    assert (answers, len(events)) == ([303, 303], 1)


def test_a_stale_step_is_refused_with_what_happened(
    browser: FlaskClient, staff: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    seen = pairing.version
    service.shortlist(staff, pairing, seen)
    staff.session.commit()

    answer = step(browser, pairing, "introduce", version=seen)

    assert (answer.status_code, people["staff"].name in answer.text, "列为入围" in answer.text) == (
        409,
        True,
        True,
    )


def stale_dismissal(browser: FlaskClient, staff: Work, pairing: Pairing, **more: object) -> str:
    seen = pairing.version
    service.shortlist(staff, pairing, seen)
    staff.session.commit()
    note = "细细写下的一段"
    answer = step(browser, pairing, "dismiss", version=seen, reason="field", note=note, headers=HTMX, **more)
    return answer.text


def test_a_stale_step_from_the_open_panel_keeps_the_note_in_it(
    browser: FlaskClient, staff: Work, pairing: Pairing
) -> None:
    assert "细细写下的一段</textarea>" in stale_dismissal(browser, staff, pairing, panel=pairing.id)


def test_a_stale_step_from_a_row_gives_the_note_back(
    browser: FlaskClient, staff: Work, pairing: Pairing
) -> None:
    assert "您写的说明：细细写下的一段" in stale_dismissal(browser, staff, pairing)


def test_a_stale_step_may_be_taken_again_from_the_answer(
    browser: FlaskClient, staff: Work, pairing: Pairing
) -> None:
    seen = pairing.version
    service.shortlist(staff, pairing, seen)
    staff.session.commit()
    answer = step(browser, pairing, "introduce", version=seen)
    version = re.findall(r'name="version" value="(\d+)"', answer.text)[0]

    step(browser, pairing, "introduce", version=version)

    staff.session.refresh(pairing)
    assert pairing.status is PairingStatus.INTRODUCED


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"reason": ""}, "请选择不合适的原因"),
        ({"reason": "mood"}, "请选择不合适的原因"),
        ({"reason": "other"}, "请在说明里写明原因"),
        ({"reason": "field", "note": "长" * 1001}, "最多 1000 个字"),
    ],
)
def test_a_dismissal_that_lacks_something_says_so(
    browser: FlaskClient, pairing: Pairing, values: dict[str, str], words: str
) -> None:
    answer = step(browser, pairing, "dismiss", **values)

    assert (answer.status_code, words in answer.text) == (422, True)


def test_a_step_without_the_version_seen_is_refused(browser: FlaskClient, pairing: Pairing) -> None:
    assert browser.post(f"/pairings/{pairing.id}/shortlist", data={}).status_code == 422


def test_a_dismissal_is_stored_with_reason_and_note(
    browser: FlaskClient, work: Work, pairing: Pairing
) -> None:
    step(browser, pairing, "dismiss", reason="maturity", note="还在实验室")

    event = work.session.scalars(select(PairingEvent)).one()
    assert (event.reason, event.note) == ("maturity", "还在实验室")


def test_the_side_panel_is_a_part_and_no_page(browser: FlaskClient, pairing: Pairing) -> None:
    part = browser.get(f"/pairings/{pairing.id}?back=field%3D1", headers=HTMX).text

    assert ("<html" in part, html.escape("field=1") in part) == (False, True)


def test_an_unknown_pairing_is_not_found(browser: FlaskClient) -> None:
    assert [
        browser.get("/pairings/999").status_code,
        browser.get("/pairings/999/confirm").status_code,
        browser.post("/pairings/999/shortlist", data={"version": 1}).status_code,
    ] == [404, 404, 404]
