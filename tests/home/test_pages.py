"""The first pages and the search in a client: the right things for the right people."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from matchmaker.home import service
from matchmaker.home.public import Figures, figures
from matchmaker.postings import service as postings
from matchmaker.work import Work
from models import (
    BudgetReaders,
    CapabilityStatus,
    OrganisationKind,
    Problem,
    ProblemStatus,
    RecordStatus,
    Side,
    User,
    Verification,
)
from tests import factories
from tests.cooperation import records
from tests.factories import sign_in
from tests.home import pages


def page(client: FlaskClient, person: User | None, path: str = "/") -> str:
    response = (sign_in(client, person) if person else client).get(path)
    assert response.status_code == 200
    return response.text


def test_a_visitor_reads_what_this_is_and_where_to_register(
    client: FlaskClient, people: dict[str, User]
) -> None:
    text = page(client, None)

    assert "企业的技术难题，在这里找到能解决的人" in text
    assert 'href="/register"' in text


def test_a_visitor_sees_public_postings_only(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    shown = factories.problem(work.session, people["enterprise"])
    hidden = [
        factories.problem(work.session, people["enterprise"], status)
        for status in (ProblemStatus.DRAFT, ProblemStatus.SUBMITTED, ProblemStatus.WITHDRAWN)
    ]
    hidden_capability = factories.capability(work.session, people["liaison"], CapabilityStatus.SUBMITTED)
    work.session.commit()

    text = page(client, None)

    assert shown.title in text
    assert not [each for each in [*hidden, hidden_capability] if each.title in text]


def test_a_visitor_does_not_see_a_budget_for_members_only(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    factories.problem(work.session, people["enterprise"], budget_readers=BudgetReaders.SIGNED_IN)
    work.session.commit()

    assert "60–90 万元" not in page(client, None)


def test_figures_are_those_of_the_database(work: Work, people: dict[str, User]) -> None:
    session = work.session
    factories.problem(session, people["enterprise"])
    factories.problem(session, people["enterprise"], ProblemStatus.DRAFT)
    factories.capability(session, people["liaison"])
    factories.capability(session, people["liaison"], CapabilityStatus.ARCHIVED)
    factories.organisation(session, OrganisationKind.ENTERPRISE, status=Verification.PENDING)
    sides = [people["enterprise"].organisation, people["liaison"].organisation]
    for status in (RecordStatus.INTENDED, RecordStatus.SIGNED, RecordStatus.TERMINATED):
        records.record(session, sides, status)

    assert figures(work) == Figures(problems=1, capabilities=1, organisations=5, cooperations=1)


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("staff", "最急的在最上面"),
        ("administrator", "等待审核的单位"),
        ("enterprise", "我的难题"),
        ("liaison", "我的成果"),
        ("intermediary", "等您答复的申请"),
    ],
)
def test_each_role_gets_its_own_page(
    role: str, said: str, client: FlaskClient, people: dict[str, User]
) -> None:
    assert said in page(client, people[role])


def filled(work: Work, people: dict[str, User]) -> Problem:
    """Something of everything, so that every part of every page is drawn."""
    session = work.session
    record = records.paired_record(session, people, broker=people["staff"])
    records.milestone(record, session, due_in=-3)
    records.milestone(record, session, due_in=3, payment=20)
    for status in (ProblemStatus.SUBMITTED, ProblemStatus.RETURNED, ProblemStatus.DRAFT):
        factories.problem(session, people["enterprise"], status, return_reason="请补充指标")
    factories.capability(session, people["liaison"], CapabilityStatus.SUBMITTED)
    factories.capability(session, people["liaison"], CapabilityStatus.RETURNED, return_reason="请补充案例")
    factories.organisation(session, status=Verification.PENDING)
    pages.quiet_pairing(session, people, 20, status="introduced")
    pairing = records.pairing(session, people["enterprise"], people["liaison"])
    postings.index_many(work, [pairing.problem, pairing.capability])
    asked = records.pairing(session, people["enterprise"], people["liaison"])
    pages.interest(session, asked, people["liaison"], Side.CAPABILITY)
    pages.interest(
        session,
        records.pairing(session, people["enterprise"], people["liaison"]),
        people["enterprise"],
        Side.PROBLEM,
    )
    session.commit()
    return pairing.problem


@pytest.mark.parametrize("role", ["staff", "administrator", "enterprise", "liaison"])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_full_page_is_drawn(
    role: str, language: str, client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    people[role].language = language
    filled(work, people)

    assert page(client, people[role])


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        ("staff", ["逾期 3 天", "等待审核", "两周没有进展的对接", "有意向、等待对接", "新的好匹配"], []),
        ("enterprise", ["想和您谈的", "请补充指标", "进行中的合作"], ["请补充案例", "等待审核 <"]),
        ("liaison", ["想和您谈的", "请补充案例", "为什么推荐"], ["请补充指标"]),
        ("other_enterprise", [], ["样机测试", "请补充", "想当面谈一谈"]),
        ("other_liaison", [], ["样机测试", "请补充", "想当面谈一谈"]),
        ("administrator", [], ["想当面谈一谈"]),
    ],
)
def test_a_page_shows_what_is_for_its_reader(
    role: str,
    shown: list[str],
    hidden: list[str],
    client: FlaskClient,
    work: Work,
    people: dict[str, User],
) -> None:
    filled(work, people)

    text = page(client, people[role])

    assert [each for each in shown if each not in text] == []
    assert [each for each in hidden if each in text] == []


# Search


@pytest.fixture
def searchable(work: Work, people: dict[str, User]) -> dict[str, Any]:
    """A public problem and capability, and a draft and a submitted one that say the same."""
    session = work.session
    found = {
        "problem": factories.problem(session, people["enterprise"], title="水产冷链解冻失水怎么控制"),
        "capability": factories.capability(session, people["liaison"], title="水产品低温高湿解冻装备"),
        "draft": factories.problem(
            session, people["enterprise"], ProblemStatus.DRAFT, title="水产冷链解冻草稿不外传"
        ),
        "submitted": factories.problem(
            session, people["enterprise"], ProblemStatus.SUBMITTED, title="水产冷链解冻等待审核"
        ),
        "own_draft": factories.capability(
            session, people["liaison"], CapabilityStatus.DRAFT, title="水产冷链解冻未公开成果"
        ),
    }
    postings.index_many(work, found.values())
    session.commit()
    return found


def test_search_finds_by_meaning_on_both_sides(work: Work, searchable: dict[str, Any]) -> None:
    found = service.search(work, "冷冻鱼化冻时水分流失")

    assert searchable["problem"] in found.problems.items
    assert searchable["capability"] in found.capabilities.items


@pytest.mark.parametrize(
    ("role", "titles"),
    [
        (None, ["水产冷链解冻草稿不外传", "水产冷链解冻等待审核", "水产冷链解冻未公开成果"]),
        ("other_enterprise", ["水产冷链解冻草稿不外传", "水产冷链解冻等待审核", "水产冷链解冻未公开成果"]),
        ("liaison", ["水产冷链解冻草稿不外传", "水产冷链解冻等待审核"]),
        ("staff", ["水产冷链解冻草稿不外传", "水产冷链解冻未公开成果"]),
        ("administrator", ["水产冷链解冻草稿不外传", "水产冷链解冻未公开成果"]),
    ],
)
def test_search_never_shows_what_may_not_be_seen(
    role: str | None,
    titles: list[str],
    client: FlaskClient,
    people: dict[str, User],
    searchable: dict[str, Any],
) -> None:
    text = page(client, people[role] if role else None, "/search?q=水产冷链解冻")

    assert searchable["problem"].title in text.replace("<mark>", "").replace("</mark>", "")
    plain = text.replace("<mark>", "").replace("</mark>", "")
    assert [each for each in titles if each in plain] == []


def test_confidential_words_find_nothing(
    work: Work, people: dict[str, User], searchable: dict[str, Any]
) -> None:
    problem = searchable["problem"]
    problem.confidential = "代号赤霞珠配方"
    postings.index(work, problem)
    work.session.commit()

    found = service.search(work, "赤霞珠配方")

    assert problem not in found.problems.items or found.problems.weak


def test_search_finds_an_organisation_by_part_of_its_name(work: Work, people: dict[str, User]) -> None:
    firm = factories.organisation(work.session, name="安庆示例船用设备有限公司")

    assert list(service.search(work, "船用设备").organisations.items) == [firm]


def test_a_pending_organisation_is_found_by_the_bureau_alone(work: Work, people: dict[str, User]) -> None:
    factories.organisation(work.session, name="待审示例公司", status=Verification.PENDING)

    assert service.search(work, "待审示例").organisations.total == 0
    assert service.search(work.as_actor(people["staff"]), "待审示例").organisations.total == 1


@pytest.mark.parametrize(
    ("role", "count"), [("staff", 1), ("enterprise", 1), ("liaison", 1), ("other_enterprise", 0), (None, 0)]
)
def test_records_are_found_by_their_parties_and_the_bureau(
    role: str | None, count: int, work: Work, people: dict[str, User]
) -> None:
    records.paired_record(work.session, people, number="2020-7777")

    found = service.search(work.as_actor(people[role] if role else None), "2020-7777")

    assert found.records.total == count


def test_an_empty_search_says_what_to_write(client: FlaskClient, people: dict[str, User]) -> None:
    assert "写几个词或一句话" in page(client, None, "/search?q=%20")


def test_no_hit_says_what_to_do(client: FlaskClient, people: dict[str, User]) -> None:
    assert "没有找到" in page(client, None, "/search?q=没有这样的东西")


@pytest.mark.parametrize("query", ["%00", "%25_", "'; DROP TABLE problem --", "a" * 500, '“”"NEAR/', "🐟"])
def test_a_strange_query_still_draws_a_page(
    query: str, client: FlaskClient, people: dict[str, User], searchable: dict[str, Any]
) -> None:
    assert page(client, None, f"/search?q={query}")


@pytest.mark.parametrize("path", ["/search", "/problems", "/capabilities"])
def test_words_that_are_too_long_are_cut_and_the_page_says_so(
    client: FlaskClient, people: dict[str, User], path: str
) -> None:
    told = "只按前 200 个字查找"
    assert told in page(client, None, f"{path}?q={'轴' * 2000}")
    assert f'value="{"轴" * 201}' not in page(client, None, f"{path}?q={'轴' * 2000}")
    assert told not in page(client, None, f"{path}?q={'轴' * 200}")


def test_what_was_typed_is_escaped(client: FlaskClient, people: dict[str, User]) -> None:
    assert "<script>alert" not in page(client, None, "/search?q=<script>alert(1)</script>")
