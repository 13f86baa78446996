"""Typing a problem: messages at the field, nothing lost, drafts, autosave, two editors."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import select

from matchmaker.work import Work
from models import MoneyKind, Problem, ProblemStatus, User, Verification
from tests import factories
from tests.days import today
from tests.problems.typed import complete


@pytest.fixture
def company(client: FlaskClient, people: dict[str, User]) -> FlaskClient:
    return factories.sign_in(client, people["enterprise"])


def only(work: Work) -> Problem:
    work.session.rollback()
    work.session.expire_all()
    return work.session.scalars(select(Problem)).one()


def draft(work: Work, people: dict[str, User], **given: Any) -> Problem:
    made = factories.problem(work.session, people["enterprise"], ProblemStatus.DRAFT, **given)
    work.session.commit()
    return made


def message_at(page: str, field: str) -> str:
    found = re.search(rf'id="{field}-error">([^<]*)<', page)
    return found.group(1) if found else ""


def test_a_complete_form_is_submitted_and_leads_to_the_problems_page(
    company: FlaskClient, work: Work
) -> None:
    answer = company.post("/problems/new", data=complete(do="submit"))
    problem = only(work)
    assert (answer.status_code, answer.location) == (303, f"/problems/{problem.id}")
    assert problem.status is ProblemStatus.SUBMITTED


def test_everything_typed_is_stored(company: FlaskClient, work: Work) -> None:
    company.post("/problems/new", data=complete(do="submit"))
    problem = only(work)
    assert (problem.money_kind, problem.money_low, problem.money_high) == (
        MoneyKind.RANGE,
        Decimal(60),
        Decimal("90.5"),
    )
    assert sorted(problem.modes) == ["commissioned", "joint_rd"]
    assert problem.targets == [{"name": "检出率", "comparison": "≥", "value": "98", "unit": "%"}]
    assert problem.subfield == "8.04"


@pytest.mark.parametrize(
    ("field", "changed", "message"),
    [
        ("title", {"title": ""}, "请填写这一项"),
        ("title", {"title": "三个字"}, "至少 4 个字，现在 3 个字"),
        ("title", {"title": "字" * 61}, "最多 60 个字，现在 61 个字"),
        ("background", {"background": "太短"}, "至少 30 个字，现在 2 个字"),
        ("statement", {"statement": "长" * 4001}, "最多 4000 个字，现在 4001 个字"),
        ("need", {"need": ""}, "请选择需求类型"),
        ("need", {"need": "nonsense"}, "不是有效的选择。"),
        ("field", {"field": "", "subfield": ""}, "请选择技术领域"),
        ("subfield", {"subfield": "1.01"}, "“软件”不属于“先进制造与自动化”，请重新选择"),
        ("industry", {"industry": ""}, "请选择所属行业"),
        ("county", {"county": ""}, "请选择所在县（市、区）"),
        ("modes", {"modes": None}, "请至少选择一种合作方式"),
        ("money_low", {"money_low": ""}, "请填写下限；还没有定的话请选“面议”"),
        ("money_low", {"money_low": "六十"}, "请填写数字，单位万元，例如 60 或 60.5"),
        ("money_low", {"money_kind": "exact", "money_low": ""}, "请填写金额；还没有定的话请选“面议”"),
        ("money_high", {"money_high": "50"}, "上限不能低于下限"),
        ("money_high", {"money_high": ""}, "请填写上限；只有一个数的话请选“确定金额”"),
        ("targets-0-name", {"targets-0-name": ""}, "请填写指标名称"),
        ("targets-0-value", {"targets-0-value": ""}, "请填写数值"),
        ("wanted_by", {"wanted_by": ""}, "请填写期望完成的日期，或者几个月以内"),
        ("wanted_by", {"wanted_by": "2020-01-01"}, "请填写今天以后的日期"),
        ("wanted_by", {"wanted_by": "明年"}, "请按 2026-11-24 这样填写日期"),
        ("wanted_months", {"wanted_by": "", "wanted_months": "0"}, "请填写 1 到 120 之间的整数"),
        ("valid_until", {"valid_until": today().isoformat()}, "请填写今天以后的日期"),
        (
            "valid_until",
            {"valid_until": (today() + timedelta(days=1200)).isoformat()},
            "最长 36 个月，到期前可以再延长",
        ),
        ("contact_name", {"contact_name": ""}, "请填写联系人"),
        ("contact_phone", {"contact_phone": ""}, "电话和邮箱请至少填写一项"),
        ("contact_phone", {"contact_phone": "打我手机"}, "请填写电话号码，只含数字、空格、括号和连字符"),
        ("contact_email", {"contact_email": "nobody"}, "请填写完整的邮箱地址，例如 name@example.com"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(
    field: str, changed: dict[str, Any], message: str, company: FlaskClient
) -> None:
    answer = company.post("/problems/new", data=complete(do="submit", **changed))
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert message_at(page, field) == message


def test_a_failing_form_keeps_everything_that_was_typed(company: FlaskClient) -> None:
    typed = complete(
        do="submit",
        title="三个字",
        money_low="六十",
        targets_text="按国标验收",
        acceptable_partners="合肥工业大学",
    )
    page = company.post("/problems/new", data=typed).get_data(as_text=True)
    for name, value in typed.items():
        if name == "do":
            continue
        for each in value if isinstance(value, list) else [value]:
            assert str(escape(each)) in page, name
    assert re.search(r'value="joint_rd"[^>]*checked|checked[^>]*value="joint_rd"', page)


def test_a_failing_form_saves_nothing(company: FlaskClient, work: Work) -> None:
    company.post("/problems/new", data=complete(do="submit", title=""))
    assert work.session.scalars(select(Problem.id)).all() == []


def test_a_draft_may_lack_almost_everything(company: FlaskClient, work: Work) -> None:
    answer = company.post("/problems/new", data={"do": "save", "title": "想", "money_kind": "negotiable"})
    assert answer.status_code == 303
    assert (only(work).status, only(work).title) == (ProblemStatus.DRAFT, "想")


@pytest.mark.parametrize(
    "changed",
    [{"title": "字" * 61}, {"background": "长" * 2001}, {"money_low": "六十"}, {"money_high": "50"}],
)
def test_a_draft_takes_nothing_that_does_not_fit(changed: dict[str, Any], company: FlaskClient) -> None:
    assert company.post("/problems/new", data=complete(do="save", **changed)).status_code == 422


def test_a_draft_with_an_unfinished_range_keeps_the_figure_and_says_so(
    company: FlaskClient, work: Work
) -> None:
    answer = company.post("/problems/new", data=complete(do="save", money_high=""), follow_redirects=True)
    assert (only(work).money_kind, only(work).money_low) == (MoneyKind.EXACT, Decimal(60))
    assert "计划投入还没有填完" in answer.get_data(as_text=True)


def test_amounts_left_over_under_negotiable_do_not_matter(company: FlaskClient, work: Work) -> None:
    company.post("/problems/new", data=complete(do="submit", money_kind="negotiable", money_low="六十"))
    assert (only(work).money_kind, only(work).money_low) == (MoneyKind.NEGOTIABLE, None)


def test_months_stand_for_a_day(company: FlaskClient, work: Work) -> None:
    company.post("/problems/new", data=complete(do="submit", wanted_by="", wanted_months="6"))
    wanted = only(work).wanted_by
    assert wanted is not None
    assert 175 <= (wanted - today()).days <= 190


def test_a_second_level_alone_brings_its_field(company: FlaskClient, work: Work) -> None:
    company.post("/problems/new", data=complete(do="save", field="", subfield="4.02"))
    assert (only(work).field, only(work).subfield) == ("4", "4.02")


def test_empty_rows_of_targets_are_left_out(company: FlaskClient, work: Work) -> None:
    more = {"targets-3-name": "", "targets-3-comparison": "≤", "targets-3-value": "", "targets-3-unit": ""}
    company.post("/problems/new", data=complete(do="submit", **more))
    assert len(only(work).targets) == 1


def test_without_a_script_a_row_is_added_and_nothing_is_lost_or_saved(
    company: FlaskClient, work: Work
) -> None:
    page = company.post("/problems/new", data=complete(rows="targets:add")).get_data(as_text=True)
    assert 'name="targets-1-name"' in page
    assert 'value="铝合金压铸壳体气孔在线检测"' in page
    assert work.session.scalars(select(Problem.id)).all() == []


def test_without_a_script_the_row_asked_for_is_removed(company: FlaskClient) -> None:
    rows = {
        "targets-1-name": "节拍",
        "targets-1-comparison": "≤",
        "targets-1-value": "30",
        "targets-1-unit": "秒",
    }
    page = company.post("/problems/new", data=complete(rows="targets:remove:0", **rows)).get_data(
        as_text=True
    )
    assert "检出率" not in re.sub(r'<div class="form-text">.*?</div>', "", page)
    assert 'value="节拍"' in page


def test_an_organisation_that_is_not_verified_keeps_its_draft_and_learns_why(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    people["enterprise"].organisation.status = Verification.PENDING
    work.session.commit()
    answer = factories.sign_in(client, people["enterprise"]).post(
        "/problems/new", data=complete(do="submit"), follow_redirects=True
    )
    assert only(work).status is ProblemStatus.DRAFT
    assert "贵单位还没有通过审核" in answer.get_data(as_text=True)


def test_the_form_of_a_new_problem_starts_with_what_is_known(
    company: FlaskClient, people: dict[str, User]
) -> None:
    page = company.get("/problems/new").get_data(as_text=True)
    assert f'value="{people["enterprise"].name}"' in page
    assert re.search(r'<option selected value="340811">', page)


def test_two_editors_do_not_overwrite_each_other_silently(
    company: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    problem = draft(work, people)
    opened = problem.version
    company.post(f"/problems/{problem.id}/edit", data=complete(version=opened, title="先保存的那一个名称"))
    answer = company.post(
        f"/problems/{problem.id}/edit", data=complete(version=opened, title="后保存的那一个名称")
    )
    assert answer.status_code == 409
    assert only(work).title == "先保存的那一个名称"
    assert "后保存的那一个名称" in answer.get_data(as_text=True)


def test_after_a_conflict_saving_once_more_is_a_decision(
    company: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    problem = draft(work, people)
    opened = problem.version
    company.post(f"/problems/{problem.id}/edit", data=complete(version=opened, title="先保存的那一个名称"))
    conflict = company.post(
        f"/problems/{problem.id}/edit", data=complete(version=opened, title="后保存的那一个名称")
    )
    shown = re.search(r'name="version"[^>]*value="(\d+)"', conflict.get_data(as_text=True))
    assert shown is not None
    company.post(
        f"/problems/{problem.id}/edit", data=complete(version=shown.group(1), title="后保存的那一个名称")
    )
    assert only(work).title == "后保存的那一个名称"


def test_a_form_without_its_version_overwrites_nothing(
    company: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    problem = draft(work, people)
    assert company.post(f"/problems/{problem.id}/edit", data=complete()).status_code == 409


def test_typing_while_it_is_submitted_elsewhere_loses_nothing(
    company: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    problem = factories.problem(work.session, people["enterprise"], ProblemStatus.SUBMITTED)
    work.session.commit()
    answer = company.post(
        f"/problems/{problem.id}/edit", data=complete(version=problem.version, title="我写了很久的名称")
    )
    assert answer.status_code == 409
    assert "我写了很久的名称" in answer.get_data(as_text=True)


def test_autosave_makes_a_draft_and_says_where_it_is(company: FlaskClient, work: Work) -> None:
    answer = company.post("/problems/autosave", data={"title": "刚写了一半", "money_kind": "negotiable"})
    problem = only(work)
    assert answer.json is not None
    assert answer.json["edit_url"] == f"/problems/{problem.id}/edit"
    assert answer.json["version"] == problem.version
    assert re.fullmatch(r"已自动保存 \d\d:\d\d", answer.json["message"])


def test_autosave_goes_on_with_the_version_it_was_given(
    company: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    problem, version = draft(work, people), 1
    for title in ("第一次自动保存", "第二次自动保存"):
        answer = company.post(f"/problems/{problem.id}/autosave", data=complete(version=version, title=title))
        assert answer.json is not None
        version = answer.json["version"]
    assert only(work).title == "第二次自动保存"


def test_autosave_never_writes_over_a_newer_version(
    company: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    problem = draft(work, people)
    opened = problem.version
    company.post(f"/problems/{problem.id}/edit", data=complete(version=opened, title="先保存的那一个名称"))
    answer = company.post(
        f"/problems/{problem.id}/autosave", data=complete(version=opened, title="后保存的那一个名称")
    )
    assert answer.status_code == 409
    assert only(work).title == "先保存的那一个名称"


def test_autosave_names_what_it_could_not_save_and_saves_the_rest(
    company: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    problem = draft(work, people)
    answer = company.post(
        f"/problems/{problem.id}/autosave",
        data=complete(version=problem.version, title="新的名称写好了", background="长" * 2001),
    )
    assert answer.json is not None
    assert answer.json["skipped"] == ["需求背景"]
    assert (only(work).title, only(work).background) == ("新的名称写好了", problem.background)


@pytest.mark.parametrize("status", [ProblemStatus.PUBLISHED, ProblemStatus.SUBMITTED])
def test_autosave_leaves_texts_alone_that_others_read(
    status: ProblemStatus, company: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    problem = factories.problem(work.session, people["enterprise"], status)
    work.session.commit()
    answer = company.post(f"/problems/{problem.id}/autosave", data=complete(version=problem.version))
    assert answer.status_code == 409


def test_submitting_from_the_page_shows_what_is_missing(
    company: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    problem = draft(work, people, statement="", contact_name="")
    answer = company.post(f"/problems/{problem.id}/submit")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert (message_at(page, "statement"), message_at(page, "contact_name")) == (
        "请填写这一项",
        "请填写联系人",
    )


def test_a_complete_draft_is_submitted_from_its_page(
    company: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    problem = draft(work, people)
    assert company.post(f"/problems/{problem.id}/submit").status_code == 303
    assert only(work).status is ProblemStatus.SUBMITTED


def test_others_cannot_open_or_send_the_form(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    problem = factories.problem(work.session, people["enterprise"])
    work.session.commit()
    other = factories.sign_in(client, people["other_enterprise"])
    number = problem.id
    assert other.get(f"/problems/{number}/edit").status_code == 403
    assert other.post(f"/problems/{number}/edit", data=complete(version=1)).status_code == 403
    assert other.post(f"/problems/{number}/autosave", data=complete(version=1)).status_code == 403
    assert other.post(f"/problems/{number}/submit").status_code == 403


def test_what_is_like_the_text_is_shown_while_typing(
    company: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    from matchmaker.postings import service as postings

    like = factories.problem(work.session, people["other_enterprise"])
    fitting = factories.capability(work.session, people["liaison"])
    postings.index_many(work, [like, fitting])
    work.session.commit()
    page = company.post(
        "/problems/similar",
        data=complete(title=like.title, background=like.background, statement=like.statement),
    ).get_data(as_text=True)
    assert like.title in page
    assert fitting.title in page


def test_a_title_of_two_characters_is_too_little_to_look_for(company: FlaskClient) -> None:
    page = company.post("/problems/similar", data={"title": "气孔"}).get_data(as_text=True)
    assert "填写名称和技术问题以后" in page
