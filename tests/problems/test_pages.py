"""The pages of problems: what each reader sees, and above all what not."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker.pairings import service as pairings
from matchmaker.postings import service as postings
from matchmaker.problems import service
from matchmaker.work import Work
from models import (
    AuditEvent,
    BudgetReaders,
    MoneyKind,
    Pairing,
    Problem,
    ProblemStatus,
    Side,
    User,
)
from tests import factories

CONFIDENTIAL, CONTACT, BASIS, PARTNERS, BUDGET = (
    "客户图号Y8-2107",
    "0556-7654321",
    "已有样件四百",
    "合肥某大学",
    "73–91 万元",
)
SECRETS = {
    "confidential": CONFIDENTIAL,
    "contact_phone": CONTACT,
    "basis": BASIS,
    "acceptable_partners": PARTNERS,
    "money_low": 73,
    "money_high": 91,
    "budget_readers": BudgetReaders.SIGNED_IN,
}
ROLES = ("visitor", "enterprise", "other_enterprise", "liaison", "consented", "staff", "administrator")
READERS = {
    CONFIDENTIAL: set(),
    CONTACT: {"enterprise", "consented", "staff"},
    BASIS: set(ROLES) - {"visitor"},
    PARTNERS: {"enterprise", "staff"},
    BUDGET: set(ROLES) - {"visitor"},
}
"""On the page itself; the confidential text opens only where that leaves a trace, to its owner too."""


def secret_problem(work: Work, people: dict[str, User], **given: Any) -> Problem:
    made = factories.problem(
        work.session, people["enterprise"], **(SECRETS | {"broker": people["staff"]} | given)
    )
    postings.index(work, made)
    work.session.commit()
    return made


def consent(work: Work, people: dict[str, User], problem: Problem) -> None:
    """The other liaison's institution and the enterprise both want to talk."""
    capability = factories.capability(work.session, people["other_liaison"])
    pairing = Pairing(problem=problem, capability=capability, score=0.8, engine_version="test")
    work.session.add(pairing)
    factories.agree(work.session, pairing, *Side, undertaken=True)
    work.session.commit()


def as_role(client: FlaskClient, people: dict[str, User], role: str) -> FlaskClient:
    person = people["other_liaison"] if role == "consented" else people.get(role)
    return factories.sign_in(client, person) if person else client


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("text", READERS, ids=["confidential", "contact", "basis", "partners", "budget"])
def test_each_part_stands_on_the_page_of_those_who_may_read_it(
    text: str, role: str, client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    problem = secret_problem(work, people)
    consent(work, people, problem)
    page = as_role(client, people, role).get(f"/problems/{problem.id}").get_data(as_text=True)
    assert problem.title in page
    assert (text in page) == (role in READERS[text])


@pytest.mark.parametrize("role", ["visitor", "other_enterprise", "liaison"])
@pytest.mark.parametrize("address", ["/problems", "/problems?q=压铸气孔", "/problems?q=Y8-2107"])
def test_lists_show_nothing_that_is_not_public(
    address: str, role: str, client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    secret_problem(work, people)
    page = as_role(client, people, role).get(address).get_data(as_text=True)
    assert not {CONFIDENTIAL, CONTACT, PARTNERS, BASIS} & {t for t in READERS if t in page}


def test_the_list_hides_the_budget_from_visitors_where_the_owner_wants_it(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    secret_problem(work, people)
    assert BUDGET not in client.get("/problems").get_data(as_text=True)
    signed_in = factories.sign_in(client, people["liaison"])
    assert BUDGET in signed_in.get("/problems").get_data(as_text=True)


@pytest.mark.parametrize("role", ["consented", "staff", "enterprise"])
def test_the_confidential_text_is_revealed_to_those_who_may_and_leaves_a_trace(
    role: str, client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    problem = secret_problem(work, people)
    consent(work, people, problem)
    reader = as_role(client, people, role)
    answer = reader.post(f"/problems/{problem.id}/reveal")
    assert CONFIDENTIAL in answer.get_data(as_text=True)
    work.session.rollback()
    assert work.session.scalar(select(AuditEvent.action)) == "problem.confidential_read"


@pytest.mark.parametrize("role", ["other_enterprise", "liaison", "administrator"])
def test_nobody_else_reveals_it(role: str, client: FlaskClient, work: Work, people: dict[str, User]) -> None:
    problem = secret_problem(work, people)
    answer = as_role(client, people, role).post(f"/problems/{problem.id}/reveal")
    assert answer.status_code == 403
    assert CONFIDENTIAL not in answer.get_data(as_text=True)


def test_with_htmx_only_the_text_comes_back(client: FlaskClient, work: Work, people: dict[str, User]) -> None:
    problem = secret_problem(work, people)
    staff = factories.sign_in(client, people["staff"])
    page = staff.post(f"/problems/{problem.id}/reveal", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert CONFIDENTIAL in page
    assert "<html" not in page


def test_suggestions_to_the_capability_side_quote_nothing_confidential(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    problem = secret_problem(work, people)
    capability = factories.capability(work.session, people["liaison"])
    postings.index(work, capability)
    pairings.suggest(work, problem)
    work.session.commit()
    page = as_role(client, people, "liaison").get(f"/problems/{problem.id}").get_data(as_text=True)
    assert capability.title in page
    assert CONFIDENTIAL not in page
    assert CONTACT not in page


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (ProblemStatus.DRAFT, 404),
        (ProblemStatus.SUBMITTED, 404),
        (ProblemStatus.WITHDRAWN, 404),
        (ProblemStatus.PUBLISHED, 200),
        (ProblemStatus.IN_COOPERATION, 200),
    ],
)
def test_to_others_a_problem_that_is_not_public_does_not_exist(
    status: ProblemStatus, code: int, client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    problem = factories.problem(work.session, people["enterprise"], status)
    work.session.commit()
    assert client.get(f"/problems/{problem.id}").status_code == code


def test_an_imported_problem_without_author_and_with_a_title_alone_has_a_page(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    problem = Problem(
        organisation=people["enterprise"].organisation,
        title="只有题目的导入难题",
        status=ProblemStatus.PUBLISHED,
        external_id="r-17",
    )
    work.session.add(problem)
    work.session.commit()
    postings.index(work, problem)
    work.session.commit()
    for role in ("visitor", "enterprise", "staff"):
        page = as_role(client, people, role).get(f"/problems/{problem.id}")
        assert page.status_code == 200
    assert "只有题目的导入难题" in client.get("/problems").get_data(as_text=True)


def test_the_owners_page_offers_exactly_what_is_possible_now(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    problem = factories.problem(work.session, people["enterprise"], ProblemStatus.SUBMITTED)
    work.session.commit()
    page = as_role(client, people, "enterprise").get(f"/problems/{problem.id}").get_data(as_text=True)
    assert f"/problems/{problem.id}/withdraw" in page
    for closed in ("edit", "submit", "publish", "restore"):
        assert f"/problems/{problem.id}/{closed}" not in page


def test_staff_find_publish_return_and_the_next_one_on_the_page(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    first = factories.problem(work.session, people["enterprise"], ProblemStatus.SUBMITTED)
    second = factories.problem(work.session, people["other_enterprise"], ProblemStatus.SUBMITTED)
    work.session.commit()
    page = as_role(client, people, "staff").get(f"/problems/{first.id}").get_data(as_text=True)
    for target in (f"/problems/{first.id}/publish", f"/problems/{first.id}/return", f"/problems/{second.id}"):
        assert target in page


def test_the_check_names_what_is_published_already_and_says_much_the_same(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    there = factories.problem(work.session, people["other_enterprise"])
    again = factories.problem(work.session, people["enterprise"], ProblemStatus.SUBMITTED)
    postings.index_many(work, [there, again])
    work.session.commit()
    page = as_role(client, people, "staff").get(f"/problems/{again.id}").get_data(as_text=True)
    assert there.title in page


def test_returning_without_a_reason_says_so_and_changes_nothing(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    problem = factories.problem(work.session, people["enterprise"], ProblemStatus.SUBMITTED)
    work.session.commit()
    answer = as_role(client, people, "staff").post(f"/problems/{problem.id}/return", data={"reason": " "})
    assert answer.status_code == 422
    assert "请写明退回的原因" in answer.get_data(as_text=True)
    work.session.refresh(problem)
    assert problem.status is ProblemStatus.SUBMITTED


def test_a_step_taken_twice_is_told_kindly(client: FlaskClient, work: Work, people: dict[str, User]) -> None:
    problem = factories.problem(work.session, people["enterprise"])
    work.session.commit()
    answer = as_role(client, people, "staff").post(f"/problems/{problem.id}/publish")
    assert answer.status_code == 409
    assert "已发布" in answer.get_data(as_text=True)


def test_mine_shows_state_next_step_and_the_best_suggestion(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    problem = factories.problem(work.session, people["enterprise"])
    capability = factories.capability(work.session, people["liaison"])
    postings.index_many(work, [problem, capability])
    pairings.suggest(work, problem)
    work.session.commit()
    page = as_role(client, people, "enterprise").get("/problems/mine").get_data(as_text=True)
    for part in (problem.title, "已发布", "有了推荐的成果就看一看", capability.title):
        assert part in page


def test_mine_shows_nothing_of_others(client: FlaskClient, work: Work, people: dict[str, User]) -> None:
    problem = factories.problem(work.session, people["other_enterprise"])
    work.session.commit()
    page = as_role(client, people, "enterprise").get("/problems/mine").get_data(as_text=True)
    assert problem.title not in page


def test_history_shows_before_and_after_to_the_owner_and_the_confidential_part_to_nobody_else(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    problem, owner = secret_problem(work, people), work.as_actor(people["enterprise"])
    service.save(
        owner, problem, {"title": "改过以后的难题名称", "confidential": "改过的秘密文字"}, problem.version
    )
    work.session.commit()
    as_owner = as_role(client, people, "enterprise").get(f"/problems/{problem.id}/history")
    assert CONFIDENTIAL in as_owner.get_data(as_text=True)
    as_staff = as_role(client, people, "staff").get(f"/problems/{problem.id}/history").get_data(as_text=True)
    assert "改过以后的难题名称" in as_staff
    assert "铝合金压铸件气孔" in as_staff
    assert CONFIDENTIAL not in as_staff
    assert "改过的秘密文字" not in as_staff


@pytest.mark.parametrize("role", ["other_enterprise", "liaison", "administrator"])
def test_history_is_for_owner_and_staff(
    role: str, client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    problem = factories.problem(work.session, people["enterprise"])
    work.session.commit()
    assert as_role(client, people, role).get(f"/problems/{problem.id}/history").status_code == 403


def test_pages_are_complete_in_english_too(client: FlaskClient, work: Work, people: dict[str, User]) -> None:
    problem = factories.problem(work.session, people["enterprise"], money_kind=MoneyKind.RANGE)
    people["enterprise"].language = "en"
    work.session.commit()
    page = as_role(client, people, "enterprise").get(f"/problems/{problem.id}").get_data(as_text=True)
    assert "Advanced manufacturing and automation" in page
