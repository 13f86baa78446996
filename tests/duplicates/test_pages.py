"""Pages about duplicates: the staff's list, what a posting's page says, the buttons and their faults."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaker.duplicates import service
from matchmaker.work import Work
from models import Capability, Problem, User
from tests import factories
from tests.pairings import pairs
from tests.test_routes import browser


@pytest.fixture
def two(work: Work, people: dict[str, User]) -> tuple[Problem, Problem]:
    made = pairs.problem(work, people["enterprise"]), pairs.problem(work, people["other_enterprise"])
    work.session.commit()
    service.look(work, made[1])
    work.session.commit()
    return made


@pytest.fixture
def staff(app: Flask, people: dict[str, User], two: tuple[Problem, Problem]) -> FlaskClient:
    return browser(app, people["staff"])


def text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.text


def test_the_list_names_both_and_how_alike_they_are(staff: FlaskClient, two: tuple[Problem, Problem]) -> None:
    page = text(staff, "/duplicates")
    assert two[0].title in page
    assert two[1].title in page
    assert "用词约 9" in page


@pytest.mark.parametrize("state", ["likely", "same"])
def test_the_list_is_narrowed_to_a_carrier_of_which_a_side_is_a_member(
    work: Work, staff: FlaskClient, people: dict[str, User], two: tuple[Problem, Problem], state: str
) -> None:
    here = factories.carrier(work.session, two[0].organisation).id
    elsewhere = factories.carrier(work.session, people["liaison"].organisation).id
    if state == "same":
        service.link(work.as_actor(people["staff"]), two[1], two[0])
    work.session.commit()
    of = f"/duplicates?state={state}&carrier="
    assert two[1].title in staff.get(f"{of}{here}").text
    assert two[1].title not in staff.get(f"{of}{elsewhere}").text


def test_linking_from_the_list_leads_back_to_it(staff: FlaskClient, two: tuple[Problem, Problem]) -> None:
    main, duplicate = two
    answer = staff.post(
        f"/problems/{duplicate.id}/same-as", data={"other": main.id, "keep": "other", "back": "/duplicates"}
    )
    assert (answer.status_code, answer.location) == (303, "/duplicates")
    assert "以后只办理后者" in text(staff, "/duplicates?state=same")
    assert duplicate.title in text(staff, "/duplicates?state=same")


def test_the_other_can_be_the_duplicate(work: Work, staff: FlaskClient, two: tuple[Problem, Problem]) -> None:
    staff.post(f"/problems/{two[1].id}/same-as", data={"other": two[0].id, "keep": "this"})
    work.session.expire_all()
    assert (two[0].same_as_id, two[1].same_as_id) == (two[1].id, None)


def test_the_duplicates_page_says_so_to_everybody_and_more_to_its_owner(
    app: Flask, staff: FlaskClient, people: dict[str, User], two: tuple[Problem, Problem]
) -> None:
    main, duplicate = two
    staff.post(f"/problems/{duplicate.id}/same-as", data={"other": main.id})
    path, link = f"/problems/{duplicate.id}", f'href="/problems/{main.id}"'
    for_all = text(app.test_client(), path)
    owner = text(browser(app, people["other_enterprise"]), path)
    assert "与此同一项" in for_all
    assert link in for_all
    assert "科技局认定这个难题与另一项是同一项" in owner
    assert "科技局认定这个难题与另一项是同一项" not in for_all
    assert "科技局认定这个难题与另一项是同一项" in text(
        browser(app, people["other_enterprise"]), "/problems/mine"
    )


def test_a_link_can_be_undone_on_the_page(
    work: Work, staff: FlaskClient, two: tuple[Problem, Problem]
) -> None:
    staff.post(f"/problems/{two[1].id}/same-as", data={"other": two[0].id})
    assert "撤销：不是同一项" in text(staff, f"/problems/{two[1].id}")
    staff.post(f"/problems/{two[1].id}/separate")
    work.session.expire_all()
    assert two[1].same_as_id is None


def test_two_told_apart_can_be_taken_for_alike_again(
    staff: FlaskClient, two: tuple[Problem, Problem]
) -> None:
    staff.post(f"/problems/{two[0].id}/tell-apart", data={"other": two[1].id})
    assert "没有可能重复的" in text(staff, "/duplicates")
    assert two[0].title in text(staff, "/duplicates?state=apart")
    staff.post(f"/problems/{two[0].id}/reconsider", data={"other": two[1].id})
    assert two[0].title in text(staff, "/duplicates")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "请填写另一项的编号或网址"),
        ("那一个", "请填写数字编号"),
        ("999999", "没有这个编号"),
        ("self", "填的是这一项自己"),
    ],
)
def test_a_number_that_leads_nowhere_is_told_at_the_field(
    staff: FlaskClient, two: tuple[Problem, Problem], typed: str, message: str
) -> None:
    given = str(two[0].id) if typed == "self" else typed
    answer = staff.post(f"/problems/{two[0].id}/same-as", data={"other": given})
    assert answer.status_code == 422
    assert message in answer.text


def test_an_address_is_as_good_as_a_number(
    work: Work, staff: FlaskClient, two: tuple[Problem, Problem]
) -> None:
    address = f"http://localhost/problems/{two[0].id}?from=list#top"
    answer = staff.post(f"/problems/{two[1].id}/same-as", data={"other": address})
    work.session.expire_all()
    assert (answer.status_code, two[1].same_as_id) == (303, two[0].id)


def test_linking_to_a_duplicate_says_to_which_it_belongs(
    work: Work, people: dict[str, User], staff: FlaskClient, two: tuple[Problem, Problem]
) -> None:
    third = pairs.problem(work, people["enterprise"])
    work.session.commit()
    staff.post(f"/problems/{two[1].id}/same-as", data={"other": two[0].id})
    answer = staff.post(f"/problems/{third.id}/same-as", data={"other": two[1].id})
    assert answer.status_code == 422
    assert "请先撤销那个关联" in answer.text


def test_capabilities_have_the_same(work: Work, app: Flask, people: dict[str, User]) -> None:
    main, duplicate = (pairs.capability(work, people[who]) for who in ("liaison", "other_liaison"))
    work.session.commit()
    service.look(work, duplicate)
    work.session.commit()
    client = browser(app, people["staff"])
    assert main.title in text(client, "/duplicates?kind=capability")
    assert "同一项，以那一项为准" in text(client, f"/capabilities/{duplicate.id}")
    client.post(f"/capabilities/{duplicate.id}/same-as", data={"other": main.id})
    work.session.expire_all()
    assert duplicate.same_as_id == main.id
    owner = browser(app, people["other_liaison"])
    assert "科技局认定这项成果与另一项是同一项" in text(owner, f"/capabilities/{duplicate.id}")
    assert "与另一项是同一项" in text(owner, "/capabilities/mine")


@pytest.mark.parametrize("kind", [Problem, Capability])
def test_while_typing_a_copy_is_marked(work: Work, app: Flask, people: dict[str, User], kind: type) -> None:
    if kind is Problem:
        there = pairs.problem(work, people["enterprise"])
        typed = {"title": there.title, "background": there.background, "statement": there.statement}
        path, who = "/problems/similar", "other_enterprise"
    else:
        there = pairs.capability(work, people["liaison"])
        typed = {"title": there.title, "summary": there.summary, "advantage": there.advantage}
        path, who = "/capabilities/similar", "other_liaison"
    work.session.commit()
    page = browser(app, people[who]).post(path, data=typed).text
    assert "已有几乎一样的" in page
    assert "用词" in page


def test_administrators_see_the_list_without_buttons(
    app: Flask, people: dict[str, User], two: object
) -> None:
    page = text(browser(app, people["administrator"]), "/duplicates")
    assert "用词约" in page
    assert "不是同一项</button>" not in page


def test_the_reason_is_at_hand_where_a_duplicates_pairing_is_dismissed(
    work: Work, app: Flask, people: dict[str, User], two: tuple[Problem, Problem]
) -> None:
    pairing = pairs.by_hand(work, two[1], pairs.capability(work, people["liaison"]), acted_on=True)
    work.session.commit()
    client = browser(app, people["staff"])
    client.post(f"/problems/{two[1].id}/same-as", data={"other": two[0].id})
    page = text(client, f"/pairings/{pairing.id}")
    assert f'value="duplicate" id="reason-{pairing.id}-duplicate" checked' in page
    assert "已关联为另一项的重复" in page
