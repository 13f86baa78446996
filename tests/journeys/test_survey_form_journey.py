"""A demand survey form from Word to a submitted problem: read, checked, completed, handed in by its author."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect
from sqlalchemy import func, select

from matchmaker.accounts.passwords import hash_password
from matchmaker.work import Work
from models import OrganisationKind, Problem, ProblemStatus, Role
from tests import factories
from tests.survey_forms import samples

pytestmark = pytest.mark.journey
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def engineer(work: Work) -> str:
    firm = factories.organisation(work.session, OrganisationKind.ENTERPRISE, name="示例压铸有限公司")
    made = factories.user(
        work.session,
        Role.ENTERPRISE,
        firm,
        email="engineer@example.com",
        password_hash=hash_password(factories.PASSWORD),
    )
    work.session.commit()
    return str(made.email)


def stored(work: Work) -> int:
    """How many problems there are; the transaction ends, which would keep the server from writing."""
    found = work.session.scalar(select(func.count(Problem.id))) or 0
    work.session.rollback()
    return found


def test_a_form_in_word_is_read_checked_and_submitted(
    work: Work, person: Callable[..., Page], engineer: str
) -> None:
    page = person(engineer)
    page.goto("/problems/new")
    page.get_by_role("link", name="已经填好了征集表").click()
    page.get_by_label("文件", exact=True).set_input_files(
        FilePayload(name="征集表.docx", mimeType=WORD, buffer=samples.docx())
    )
    page.get_by_role("button", name="读取并填表").click()

    expect(page.get_by_role("heading", name=re.compile("从文件里读出 1\\d 项"))).to_be_visible()
    expect(page.get_by_label("难题名称")).to_have_value("铝合金压铸壳体气孔在线检测")
    expect(page.get_by_label("需求类型")).to_have_value("testing")
    expect(page.get_by_text("这里将以“示例压铸有限公司”发布")).to_be_visible()
    page.get_by_text(re.compile("没有用上的文字")).click()
    expect(page.get_by_text("主营产品：汽车零部件压铸件")).to_be_visible()

    page.get_by_label("现有工作基础").fill("有双工位压铸岛和二百件样件。")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_role("alert").get_by_text("请选择所属行业").first).to_be_visible()
    assert stored(work) == 0

    page.get_by_label("所属行业").select_option("C36")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("待审核")

    work.session.rollback()
    problem = work.session.scalars(select(Problem)).one()
    assert problem.status is ProblemStatus.SUBMITTED
    assert (problem.county, problem.contact_name) == ("340811", "张工")
    assert [each["name"] for each in problem.targets] == ["检出率", "单件节拍"]
