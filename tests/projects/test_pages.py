"""The pages of projects and common needs in a client."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from matchmaker.work import Work
from models import CommonNeed, Job, Problem, ProblemStatus, Project, ProjectStatus, User
from tests import factories
from tests.common_needs.texts import AIR, publish, run
from tests.factories import sign_in


@dataclass(frozen=True)
class Told:
    """A need or project and what it is made of, without a look into the database, which the client writes."""

    id: int
    parts: list[int]
    title: str = ""
    form: dict[str, Any] = field(default_factory=dict)


@pytest.fixture
def staff(client: FlaskClient, people: dict[str, User]) -> FlaskClient:
    return sign_in(client, people["staff"])


@pytest.fixture
def need(work: Work) -> Told:
    for said in AIR:
        publish(work, said)
    run(work)
    found = work.session.scalars(select(CommonNeed)).one()
    told = Told(found.id, [each.problem_id for each in found.members])
    work.session.commit()
    return told


@pytest.fixture
def project(work: Work, people: dict[str, User]) -> Told:
    made = factories.project(
        work.session,
        lead=people["liaison"].organisation,
        partners=(people["enterprise"].organisation,),
        sources=(factories.problem(work.session, people["enterprise"]),),
        plan="key_research",
    )
    sources = [each.problem_id for each in made.sources]
    told = Told(made.id, sources, made.title, fields(made))
    work.session.commit()
    return told


def projects(work: Work) -> list[Project]:
    """As they are now, read once: then others write."""
    wanted = select(Project).order_by(Project.id).options(selectinload(Project.sources))
    found = list(work.session.scalars(wanted.execution_options(populate_existing=True)))
    work.session.expunge_all()
    work.session.rollback()
    return found


def fields(project: Project) -> dict[str, Any]:
    """What the form of a project sends."""
    return {
        "title": project.title,
        "programme": project.programme or "",
        "level": project.level.value if project.level else "",
        "sources": [each.problem_id for each in project.sources],
        "lead": project.lead.name if project.lead else "",
        "partners-0": project.partners[0].name,
        "necessity": project.necessity,
        "version": project.version,
        "last_event": 0,
    }


def test_a_need_becomes_a_project_in_the_form_that_it_fills(
    staff: FlaskClient, work: Work, need: Told
) -> None:
    page = staff.get(f"/common-needs/{need.id}").text
    assert "沸石转轮" in page
    form = staff.get(f"/projects/new?need={need.id}").text
    assert all(title in form for title, _ in AIR)
    sources = need.parts
    answer = staff.post(
        f"/projects/new?need={need.id}", data={"title": "废气治理共性技术", "sources": sources[:2]}
    )
    assert answer.status_code == 303
    (made,) = projects(work)
    assert (made.need_id, [each.problem_id for each in made.sources]) == (need.id, sources[:2])


def test_a_form_that_fails_keeps_what_was_typed_and_says_what_is_wrong(
    staff: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    answer = staff.post(
        "/projects/new",
        data={
            "title": "短",
            "lead": "没有这家单位",
            "partners-0": "也没有这家",
            "more_sources": "12x",
            "budget": "很多",
        },
    )
    assert answer.status_code == 422
    for words in ("没有这家单位", "也没有这家", "12x", "很多", "至少 4 个字", "没有找到公开的难题"):
        assert words in answer.text
    assert projects(work) == []


def test_a_problem_that_is_not_there_is_said_at_its_field(staff: FlaskClient, work: Work) -> None:
    answer = staff.post("/projects/new", data={"title": "废气治理共性技术", "more_sources": "99999"})
    assert answer.status_code == 422
    assert "没有找到公开的难题" in answer.text


def test_a_source_is_found_by_its_title_and_only_if_it_is_public(
    staff: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    make = factories.problem
    first, second = (
        make(work.session, people["enterprise"], title=f"低温密封件{n}号失效").id for n in (1, 2)
    )
    hidden = make(work.session, people["enterprise"], ProblemStatus.RETURNED, title="低温密封件退回的").id
    work.session.commit()
    typed = {"title": "密封件共性技术", "more_sources": "低温 密封件"}
    answer = staff.post("/projects/new", data=typed | {"look_up": "1"})
    assert answer.status_code == 200
    assert "低温密封件1号失效" in answer.text
    assert "退回的" not in answer.text
    answer = staff.post("/projects/new", data=typed)  # which of the two?
    assert answer.status_code == 422
    assert "请在“来源难题”里打勾选择" in answer.text
    for refused in ({"more_sources": str(hidden)}, {"more_sources": "", "sources": [hidden]}):
        answer = staff.post("/projects/new", data=typed | refused)
        assert (answer.status_code, "只能加已发布、合作中或已解决的" in answer.text) == (422, True)
    chosen = typed | {"sources": [first]}
    assert staff.post("/projects/new", data=chosen).status_code == 303
    assert staff.post("/projects/new", data=typed | {"more_sources": "2号失效"}).status_code == 303
    assert [[each.problem_id for each in made.sources] for made in projects(work)] == [[first], [second]]


def test_a_step_says_what_is_still_missing(
    staff: FlaskClient, work: Work, people: dict[str, User], project: Project
) -> None:
    staff.post(f"/projects/{project.id}/step", data={"step": "reserve"})
    answer = staff.post(f"/projects/{project.id}/step", data={"step": "recommend"})
    assert (answer.status_code, projects(work)[0].status) == (303, ProjectStatus.RECOMMENDED)
    bare = factories.project(work.session, programme=None).id
    work.session.commit()
    answer = staff.post(f"/projects/{bare}/step", data={"step": "reserve"})
    assert answer.status_code == 422
    assert "还要先填写：科技专项、来源难题。" in answer.text


def test_who_cancels_is_told_whether_participants_read_the_reason(
    staff: FlaskClient, work: Work, people: dict[str, User], project: Told
) -> None:
    recommended = factories.project(
        work.session, ProjectStatus.RECOMMENDED, lead=people["enterprise"].organisation
    ).id
    work.session.commit()
    said = "看到并能导出这里写的原因"
    assert said in staff.get(f"/projects/{recommended}").text
    assert said not in staff.get(f"/projects/{project.id}").text


def test_an_illegal_step_is_told_as_a_change_meanwhile(staff: FlaskClient, project: Told) -> None:
    answer = staff.post(f"/projects/{project.id}/step", data={"step": "approve"})
    assert answer.status_code == 409


def test_a_second_editor_sees_both_and_may_save_again(
    staff: FlaskClient, work: Work, project: Project
) -> None:
    old = project.form | {"title": "第二个人写的项目名称"}
    assert staff.post(f"/projects/{project.id}/edit", data=project.form | {"budget": "88"}).status_code == 303
    answer = staff.post(f"/projects/{project.id}/edit", data=old)
    assert answer.status_code == 409
    assert "第二个人写的项目名称" in answer.text
    again = old | {"version": projects(work)[0].version}
    assert staff.post(f"/projects/{project.id}/edit", data=again).status_code == 303
    assert projects(work)[0].title == "第二个人写的项目名称"


def test_participants_see_the_project_and_not_the_bureaus_history(
    client: FlaskClient, work: Work, people: dict[str, User], project: Project
) -> None:
    recommended = factories.project(
        work.session, ProjectStatus.RECOMMENDED, lead=people["enterprise"].organisation
    )
    told = Told(recommended.id, [], recommended.title)
    firm = sign_in(client, people["enterprise"])
    work.session.commit()
    listing = firm.get("/projects/").text
    assert (told.title in listing, project.title in listing) == (True, False)
    page = firm.get(f"/projects/{told.id}").text
    assert "进展与历史" not in page
    assert firm.get(f"/projects/{project.id}").status_code == 404


@pytest.mark.parametrize("role", ["enterprise", "liaison", "intermediary"])
def test_common_needs_are_the_bureaus_own(
    role: str, client: FlaskClient, people: dict[str, User], need: Told
) -> None:
    other = sign_in(client, people[role])
    assert other.get("/common-needs/").status_code == 403
    assert other.get(f"/common-needs/{need.id}").status_code == 403


def test_not_the_same_and_back_again_by_buttons(staff: FlaskClient, work: Work, need: Told) -> None:
    problem = need.parts[2]
    answer = staff.post(f"/common-needs/{need.id}/apart", data={"problem": problem}, follow_redirects=True)
    assert "判定过不是同一件事的" in answer.text
    answer = staff.post(
        f"/common-needs/{need.id}/take-back", data={"problem": problem}, follow_redirects=True
    )
    assert "判定过不是同一件事的" not in answer.text


def test_a_need_that_stands_no_more_says_so(staff: FlaskClient, work: Work, need: Told) -> None:
    work.session.execute(update(Problem).values(status="withdrawn"))
    work.session.commit()
    assert "不再说同一件事" in staff.get(f"/common-needs/{need.id}").text


def test_the_tab_of_common_needs_and_their_list_say_what_they_count(staff: FlaskClient, need: Told) -> None:
    page = staff.get("/common-needs/").text
    assert "1 组共性需求，其中依据较强、还没有凝炼成项目的 " in page
    distilled = {"title": "废气治理共性技术", "sources": need.parts}
    assert staff.post(f"/projects/new?need={need.id}", data=distilled).status_code == 303
    page = staff.get("/common-needs/").text
    assert "1 组共性需求，其中依据较强、还没有凝炼成项目的 0 组" in page
    assert "组待凝炼" not in page


def test_looking_anew_puts_a_job(staff: FlaskClient, work: Work) -> None:
    assert staff.post("/common-needs/look").status_code == 303
    assert work.session.scalars(select(Job.kind)).all() == ["common_needs.look"]


@pytest.mark.parametrize(
    ("name", "heading"), [("projects", "项目名称"), ("common-needs", "最有代表性的难题")]
)
def test_the_reserve_and_the_needs_are_exported(
    name: str, heading: str, staff: FlaskClient, project: Told, need: Told
) -> None:
    answer = staff.get(f"/exports/{name}.xlsx")
    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    head, first = list(sheet.iter_rows(values_only=True))[:2]
    place = head.index(heading)
    assert first[place] in (project.title, *(title for title, _ in AIR))
