"""What enterprises and liaisons see of their pairings, and say about them."""

import pytest
from flask.testing import FlaskClient

from matchmaker.pairings import service
from matchmaker.pairings.mine import MineFilters, Phase, Sort, View
from matchmaker.work import Work
from models import CapabilityStatus, ConsentStatus, Pairing, ProblemStatus, Side, User
from tests import factories
from tests.pairings import pairs


@pytest.fixture
def pairing(work: Work, people: dict[str, User]) -> Pairing:
    made = pairs.by_hand(
        work,
        factories.problem(work.session, people["enterprise"], contact_phone="0556-1234567"),
        factories.capability(work.session, people["liaison"], contact_phone="0551-7654321"),
    )
    work.session.commit()
    return made


@pytest.fixture
def firm(work: Work, people: dict[str, User]) -> Work:
    return work.as_actor(people["enterprise"])


@pytest.fixture
def school(work: Work, people: dict[str, User]) -> Work:
    return work.as_actor(people["liaison"])


def listed(work: Work, **filters: object) -> list[Pairing]:
    found = service.mine(work, MineFilters(view=View.ALL, **filters))  # type: ignore[arg-type]
    assert found.suggestions is not None
    return [each.pairing for each in found.suggestions.items]


def test_an_enterprise_sees_the_pairings_of_its_problems(firm: Work, pairing: Pairing) -> None:
    assert listed(firm) == [pairing]


def test_a_liaison_sees_the_pairings_of_its_capabilities(school: Work, pairing: Pairing) -> None:
    assert listed(school) == [pairing]


@pytest.mark.parametrize("role", ["other_enterprise", "other_liaison"])
def test_others_do_not(work: Work, pairing: Pairing, people: dict[str, User], role: str) -> None:
    assert listed(work.as_actor(people[role])) == []


def test_a_liaison_does_not_see_a_problem_that_is_not_public_yet(
    school: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    waiting = factories.problem(school.session, people["enterprise"], ProblemStatus.SUBMITTED)
    pairs.by_hand(school, waiting, pairing.capability)

    assert listed(school) == [pairing]


def test_an_enterprise_sees_the_pairings_of_its_problem_before_it_is_public(
    firm: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    waiting = factories.problem(firm.session, people["enterprise"], ProblemStatus.SUBMITTED)
    early = pairs.by_hand(firm, waiting, pairing.capability, score=0.9)

    assert listed(firm) == [early, pairing]


def test_an_enterprise_does_not_see_a_capability_that_is_not_public(
    firm: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    waiting = factories.capability(firm.session, people["liaison"], CapabilityStatus.SUBMITTED)
    pairs.by_hand(firm, pairing.problem, waiting)

    assert listed(firm) == [pairing]


def test_dismissed_pairings_are_not_listed(firm: Work, pairing: Pairing, people: dict[str, User]) -> None:
    service.dismiss(firm.as_actor(people["staff"]), pairing, pairing.version, "field")

    assert listed(firm) == []


def test_best_or_newest_first(school: Work, pairing: Pairing, people: dict[str, User]) -> None:
    newer = pairs.by_hand(
        school, factories.problem(school.session, people["other_enterprise"]), pairing.capability, score=0.5
    )

    assert (listed(school), listed(school, sort=Sort.NEWEST)) == ([pairing, newer], [newer, pairing])


def test_one_own_posting(school: Work, pairing: Pairing, people: dict[str, User]) -> None:
    another = factories.capability(school.session, people["liaison"])
    wanted = pairs.by_hand(school, pairing.problem, another)

    assert listed(school, posting=another.id) == [wanted]


def test_what_the_other_side_wants_to_talk_about(
    firm: Work, school: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    pairs.by_hand(firm, pairing.problem, factories.capability(firm.session, people["liaison"]))
    service.express(school, pairing, "")

    assert (listed(firm, phase=Phase.WANTED), listed(school, phase=Phase.WANTED)) == ([pairing], [])


def test_what_one_wants_to_talk_about_oneself(firm: Work, school: Work, pairing: Pairing) -> None:
    service.express(school, pairing, "")

    assert (listed(firm, phase=Phase.OWN), listed(school, phase=Phase.OWN)) == ([], [pairing])


def test_groups_show_the_best_of_each_posting(
    school: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    for number in range(4):
        ours = factories.problem(school.session, people["other_enterprise"])
        pairs.by_hand(school, ours, pairing.capability, score=0.4 + number / 100)
    another = factories.capability(school.session, people["liaison"])
    best = pairs.by_hand(school, pairing.problem, another, score=0.95)

    groups = service.mine(school, MineFilters()).groups
    assert groups is not None
    assert [
        (each.posting, each.total, [suggestion.rank for suggestion in each.suggestions])
        for each in groups.items
    ] == [(best.capability, 1, [1]), (pairing.capability, 5, [1, 2, 3])]


def test_the_rank_is_among_ones_own_list(school: Work, pairing: Pairing, people: dict[str, User]) -> None:
    """What the liaison may not know of does not show as a gap."""
    waiting = factories.problem(school.session, people["other_enterprise"], ProblemStatus.SUBMITTED)
    pairs.by_hand(school, waiting, pairing.capability, score=0.99)

    found = service.mine(school, MineFilters(view=View.ALL)).suggestions
    assert found is not None
    assert [each.rank for each in found.items] == [1]


def test_the_page_of_a_side(client: FlaskClient, pairing: Pairing, people: dict[str, User]) -> None:
    page = factories.sign_in(client, people["liaison"]).get("/pairings/mine").text

    assert (pairing.problem.title in page, "有意向" in page) == (True, True)


@pytest.mark.parametrize(
    ("role", "words"), [("enterprise", "还没有提交过难题"), ("liaison", "还没有提交过成果")]
)
def test_an_empty_page_says_what_to_do(
    client: FlaskClient, people: dict[str, User], role: str, words: str
) -> None:
    assert words in factories.sign_in(client, people[role]).get("/pairings/mine").text


def test_staff_are_led_to_the_board(client: FlaskClient, people: dict[str, User]) -> None:
    assert factories.sign_in(client, people["staff"]).get("/pairings/mine").location == "/pairings/"


@pytest.mark.parametrize("role", ["other_enterprise", "other_liaison"])
def test_the_page_of_a_pairing_does_not_exist_for_others(
    client: FlaskClient, pairing: Pairing, people: dict[str, User], role: str
) -> None:
    assert factories.sign_in(client, people[role]).get(f"/pairings/{pairing.id}").status_code == 404


def test_contacts_are_shown_when_both_want_to_talk(
    client: FlaskClient, firm: Work, school: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    browser = factories.sign_in(client, people["liaison"])
    service.express(firm, pairing, "")
    firm.session.commit()
    before = browser.get(f"/pairings/{pairing.id}").text
    service.express(school, pairing, "")
    firm.session.commit()
    after = browser.get(f"/pairings/{pairing.id}").text

    assert ("0556-1234567" in before, "0556-1234567" in after) == (False, True)


def test_sides_do_not_read_what_staff_noted(
    client: FlaskClient, work: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    staff = work.as_actor(people["staff"])
    service.shortlist(staff, pairing, pairing.version, "这家付款慢")
    service.introduce(staff, pairing, pairing.version, "对方难缠")
    work.session.commit()

    page = factories.sign_in(client, people["enterprise"]).get(f"/pairings/{pairing.id}").text
    assert ("付款慢" in page, "难缠" in page, "安排对接" in page, "列为入围" in page) == (
        False,
        False,
        True,
        False,
    )


def test_interest_is_said_with_a_message_and_leads_back(
    client: FlaskClient, work: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    answer = factories.sign_in(client, people["enterprise"]).post(
        f"/pairings/{pairing.id}/interest",
        data={"message": " 想看演示 ", "back": "/pairings/mine?sort=newest"},
    )

    work.session.expire_all()
    assert (answer.location, [(each.side, each.message) for each in pairing.interests if each.stands]) == (
        f"/pairings/mine?sort=newest#pairing-{pairing.id}",
        [(Side.PROBLEM, "想看演示")],
    )


@pytest.mark.parametrize(
    "back",
    [
        "https://example.com/",
        "//example.com",
        "/\\example.com",
        "/\t/example.com",
        "/x\r\nSet-Cookie: a=b",
        "",
    ],
)
def test_interest_leads_nowhere_else(
    client: FlaskClient, pairing: Pairing, people: dict[str, User], back: str
) -> None:
    answer = factories.sign_in(client, people["enterprise"]).post(
        f"/pairings/{pairing.id}/interest", data={"back": back}
    )

    assert answer.location == f"/pairings/{pairing.id}"


def test_a_message_that_is_too_long_is_kept_and_says_so(
    client: FlaskClient, pairing: Pairing, people: dict[str, User]
) -> None:
    answer = factories.sign_in(client, people["enterprise"]).post(
        f"/pairings/{pairing.id}/interest", data={"message": "长" * 501}
    )

    assert (answer.status_code, "最多 500 个字" in answer.text, "长" * 501 in answer.text) == (
        422,
        True,
        True,
    )


def test_staff_express_no_interest(client: FlaskClient, pairing: Pairing, people: dict[str, User]) -> None:
    answer = factories.sign_in(client, people["staff"]).post(f"/pairings/{pairing.id}/interest")

    assert answer.status_code == 403


def test_interest_is_withdrawn(
    client: FlaskClient, firm: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    service.express(firm, pairing, "")
    firm.session.commit()
    factories.sign_in(client, people["enterprise"]).post(f"/pairings/{pairing.id}/withdraw-interest")

    firm.session.expire_all()
    found = {each.side: each.status for each in pairing.interests}
    assert found[Side.PROBLEM] is ConsentStatus.WITHDRAWN
