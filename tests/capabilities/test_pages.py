"""The pages of capabilities: lists, the liaison's table, the page of one, the check, the history."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaker.capabilities import service
from matchmaker.postings import service as postings
from matchmaker.work import Work
from models import Capability, CapabilityStatus, Pairing, User, now
from tests import factories


@pytest.fixture
def liaison(client: FlaskClient, people: dict[str, User]) -> FlaskClient:
    return factories.sign_in(client, people["liaison"])


@pytest.fixture
def staff(app: Flask, people: dict[str, User]) -> FlaskClient:
    return factories.sign_in(app.test_client(), people["staff"])


def titles(text: str) -> list[str]:
    """Those of a list, in its order."""
    return re.findall(r'<a href="/capabilities/\d+">([^<]+)</a>', text)


def some(work: Work, author: User, *named: str, **given: object) -> list[Capability]:
    made = [factories.capability(work.session, author, title=name, **given) for name in named]
    postings.index_many(work, made)
    work.session.commit()
    return made


def test_a_visitor_sees_published_capabilities_only(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    some(work, people["liaison"], "公开的成果")
    some(work, people["liaison"], "草稿里的成果", status=CapabilityStatus.DRAFT)
    assert titles(client.get("/capabilities").text) == ["公开的成果"]


def test_the_list_is_searched_by_meaning(client: FlaskClient, work: Work, people: dict[str, User]) -> None:
    some(work, people["liaison"], "压铸件内部缺陷X射线检测")
    some(
        work,
        people["liaison"],
        "蓝莓果渣花青素提取",
        summary="用酶解法低温提取蓝莓果渣中的花青素，用作食品原料。",
    )
    assert titles(client.get("/capabilities?q=水果废料里提色素").text)[0] == "蓝莓果渣花青素提取"


@pytest.mark.parametrize(
    ("query", "given"),
    [
        ("kind=expert", {"kind": "expert"}),
        ("field=1", {"field": "1", "subfield": None}),
        ("mode=testing", {"modes": ["testing"]}),
        ("trl=8", {"trl": 8}),
        ("county=340881", {"county": "340881"}),
    ],
)
def test_the_list_is_filtered(
    client: FlaskClient, work: Work, people: dict[str, User], query: str, given: dict[str, object]
) -> None:
    some(work, people["liaison"], "符合的成果", **given)
    some(work, people["liaison"], "别的成果")
    assert titles(client.get(f"/capabilities?{query}").text) == ["符合的成果"]


def test_the_county_of_the_institution_counts_too(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    people["liaison"].organisation.county = "340881"
    some(work, people["liaison"], "本地院所的成果")
    some(work, people["other_liaison"], "外地高校的成果")
    assert titles(client.get("/capabilities?county=340881").text) == ["本地院所的成果"]


def test_a_list_without_results_says_what_to_do(client: FlaskClient) -> None:
    assert "换几个词" in client.get("/capabilities?kind=expert").text


def test_a_page_copes_with_an_imported_capability(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    imported = Capability(
        organisation=people["liaison"].organisation, title="石墨烯散热膜", status=CapabilityStatus.PUBLISHED
    )
    work.session.add(imported)
    work.session.commit()
    for path in ("/capabilities", f"/capabilities/{imported.id}"):
        assert "石墨烯散热膜" in client.get(path).text


def test_the_owner_copes_with_an_imported_capability(
    liaison: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    imported = Capability(organisation=people["liaison"].organisation, status=CapabilityStatus.DRAFT)
    work.session.add(imported)
    work.session.commit()
    for path in ("/capabilities/mine", f"/capabilities/{imported.id}", f"/capabilities/{imported.id}/edit"):
        assert liaison.get(path).status_code == 200
    assert liaison.get(f"/capabilities/{imported.id}/history").status_code == 200


def test_text_typed_as_markup_is_shown_as_text(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    [made] = some(
        work, people["liaison"], "<script>alert(1)</script>成果", summary="<img src=x onerror=alert(1)>"
    )
    page = client.get(f"/capabilities/{made.id}").text
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page


def test_an_unknown_capability_is_not_found(client: FlaskClient) -> None:
    assert client.get("/capabilities/999").status_code == 404


def test_mine_shows_the_whole_organisations_and_nobody_elses(
    liaison: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    colleague = factories.user(work.session, people["liaison"].role, people["liaison"].organisation)
    some(work, colleague, "同事的成果", status=CapabilityStatus.DRAFT)
    some(work, people["other_liaison"], "别人的成果")
    assert titles(liaison.get("/capabilities/mine").text) == ["同事的成果"]


@pytest.mark.parametrize(
    "query", ["status=returned", "q=李四", "q=化工学院", "field=2", "q=找得到&status=returned"]
)
def test_mine_is_filtered_by_state_team_school_and_field(
    liaison: FlaskClient, work: Work, people: dict[str, User], query: str
) -> None:
    wanted = {"status": CapabilityStatus.RETURNED, "team": "李四课题组", "school": "化工学院", "field": "2"}
    some(work, people["liaison"], "找得到的成果", **wanted)
    some(work, people["liaison"], "别的成果")
    assert titles(liaison.get(f"/capabilities/mine?{query}").text) == ["找得到的成果"]


def test_a_percent_sign_finds_itself_only(liaison: FlaskClient, work: Work, people: dict[str, User]) -> None:
    some(work, people["liaison"], "纯度99.9%的提取", "别的成果名称")
    assert titles(liaison.get("/capabilities/mine?q=%25").text) == ["纯度99.9%的提取"]


def test_mine_counts_every_state(liaison: FlaskClient, work: Work, people: dict[str, User]) -> None:
    some(work, people["liaison"], "第一项成果", "第二项成果", status=CapabilityStatus.DRAFT)
    assert re.search(
        r"草稿 <span class=\"muted\">2</span>", liaison.get("/capabilities/mine?status=published").text
    )


def test_mine_says_how_many_problems_are_suggested_and_sorts_by_it(
    liaison: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    wanted, *_ = some(work, people["liaison"], "有推荐的成果", "后写的没有推荐")
    problem = factories.problem(work.session, people["enterprise"])
    work.session.add(Pairing(problem=problem, capability=wanted, score=0.4, engine_version="test"))
    work.session.commit()
    assert titles(liaison.get("/capabilities/mine").text)[0] == "后写的没有推荐"
    page = liaison.get("/capabilities/mine?sort=suggestions").text
    assert titles(page)[0] == "有推荐的成果"
    cell = page.partition(f'<a href="/capabilities/{wanted.id}#suggestions">')[2].partition("</a>")[0]
    assert "较匹配 1" in cell


def test_mine_says_why_something_came_back(liaison: FlaskClient, work: Work, people: dict[str, User]) -> None:
    some(
        work, people["liaison"], "退回的成果", status=CapabilityStatus.RETURNED, return_reason="请补充经济性"
    )
    assert "请补充经济性" in liaison.get("/capabilities/mine").text


def test_mine_has_pages(liaison: FlaskClient, work: Work, people: dict[str, User]) -> None:
    for number in range(51):
        factories.capability(
            work.session, people["liaison"], CapabilityStatus.DRAFT, title=f"成果{number:02d}号"
        )
    work.session.commit()
    assert len(titles(liaison.get("/capabilities/mine?page=2").text)) == 1


def test_mine_without_any_says_what_to_do(liaison: FlaskClient) -> None:
    assert "还没有成果" in liaison.get("/capabilities/mine").text


def test_enterprises_have_no_such_table(app: Flask, people: dict[str, User]) -> None:
    client = factories.sign_in(app.test_client(), people["enterprise"])
    assert client.get("/capabilities/mine").status_code == 403


def test_staff_get_the_longest_waiting_first(staff: FlaskClient, work: Work, people: dict[str, User]) -> None:
    late, early = some(work, people["liaison"], "后交的成果", "先交的成果", status=CapabilityStatus.SUBMITTED)
    early.submitted_at, late.submitted_at = now() - timedelta(days=3), now()
    work.session.commit()
    assert titles(staff.get("/capabilities?status=submitted").text) == ["先交的成果", "后交的成果"]


def test_who_checks_is_led_to_the_next_one(staff: FlaskClient, work: Work, people: dict[str, User]) -> None:
    first, second = some(
        work, people["liaison"], "先交的成果", "后交的成果", status=CapabilityStatus.SUBMITTED
    )
    assert f'href="/capabilities/{second.id}"' in staff.get(f"/capabilities/{first.id}").text
    staff.post(f"/capabilities/{first.id}/publish")
    assert f'href="/capabilities/{second.id}"' in staff.get(f"/capabilities/{first.id}").text


def test_who_checks_is_shown_what_is_alike_and_what_is_wanting(
    staff: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    some(work, people["other_liaison"], "压铸件内部缺陷X射线检测")
    [waiting] = some(
        work,
        people["liaison"],
        "压铸件内部缺陷X射线检测装置",
        status=CapabilityStatus.SUBMITTED,
        advantage="",
    )
    page = staff.get(f"/capabilities/{waiting.id}").text
    assert "已发布的成果里有相近的" in page
    assert "还没有写“与现有技术对比”" in page


def test_sending_back_without_a_reason_is_explained_at_the_field(
    staff: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    [waiting] = some(work, people["liaison"], "待审核的成果", status=CapabilityStatus.SUBMITTED)
    answer = staff.post(f"/capabilities/{waiting.id}/return", data={"reason": " "})
    assert answer.status_code == 422
    assert "请写明退回的原因" in answer.text.split('id="reason-error"')[1]


def test_a_reason_reaches_the_owner(
    staff: FlaskClient, liaison: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    [waiting] = some(work, people["liaison"], "待审核的成果", status=CapabilityStatus.SUBMITTED)
    staff.post(f"/capabilities/{waiting.id}/return", data={"reason": "请补充经济性"})
    assert "请补充经济性" in liaison.get(f"/capabilities/{waiting.id}").text


def test_publishing_twice_says_what_happened_meanwhile(
    staff: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    [waiting] = some(work, people["liaison"], "待审核的成果", status=CapabilityStatus.SUBMITTED)
    staff.post(f"/capabilities/{waiting.id}/publish")
    answer = staff.post(f"/capabilities/{waiting.id}/publish")
    assert answer.status_code == 409
    assert "它现在的状态是“已发布”" in answer.text


def test_the_history_shows_each_edit_in_words(
    liaison: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    [made] = some(work, people["liaison"], "会修改的成果", stage="pilot")
    patent = {"kind": "invention", "number": "ZL1", "state": "授权", "holder": ""}
    service.save(
        work.as_actor(people["liaison"]), made, {"stage": "industrialised", "patents": [patent]}, made.version
    )
    work.session.commit()
    page = liaison.get(f"/capabilities/{made.id}/history").text
    for word in ("所处阶段", "中试", "产业化", "知识产权", "发明专利 ZL1"):
        assert word in page


def test_the_history_is_closed_to_other_organisations(
    app: Flask, work: Work, people: dict[str, User]
) -> None:
    [made] = some(work, people["liaison"], "公开的成果")
    other = factories.sign_in(app.test_client(), people["other_liaison"])
    assert other.get(f"/capabilities/{made.id}/history").status_code == 403


def test_an_archived_capability_can_be_restored_from_its_page(
    liaison: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    [made] = some(work, people["liaison"], "已下架的成果", status=CapabilityStatus.ARCHIVED)
    assert liaison.post(f"/capabilities/{made.id}/restore").status_code == 303
    assert "已恢复为草稿" in liaison.get(f"/capabilities/{made.id}").text
