"""An import that updates writes what the file says, and nothing that was only proposed for a new object."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from matchmaker.spreadsheets import import_wording, importing
from matchmaker.work import Work
from models import Handling, Notice, Problem, Revision, RowState, User
from tests.spreadsheets.tables import (
    BACKGROUND,
    PROBLEMS,
    STATEMENT,
    Rows,
    codes,
    problem,
    rows,
    run,
    take,
    workbook,
)

TITLE = "壳体气孔在线检测"


def written(work: Work) -> dict[str, Any]:
    found = work.session.scalars(select(Problem)).one()
    columns = {each.key: getattr(found, each.key) for each in Problem.__table__.columns}
    work.session.commit()
    return {**columns, "modes": set(found.modes)}


def everything(work: Work) -> list[tuple[Any, ...]]:
    """Of all problems."""
    kept = [tuple(row) for row in work.session.execute(select(Problem.__table__).order_by(Problem.id))]
    work.session.commit()
    return kept


def updated(work: Work, staff: User, table: Rows) -> tuple[set[str], dict[str, Any]]:
    """Which columns an update changed, and what stands there now."""
    before = written(work)
    imported = take(work, staff, workbook(table))
    importing.decide(work.as_actor(staff), imported, Handling.UPDATE, None, {})
    assert run(work, staff, imported) == {"updated": 1}
    after = written(work)
    same = {"version", "updated_at"}
    return {name for name in after if after[name] != before[name]} - same, after


def known_firm(work: Work, people: dict[str, User]) -> str:
    """Its name; of it is known what rows leave out."""
    firm = people["enterprise"].organisation
    firm.county, firm.industry = "340803", "C27"
    firm.contact_name, firm.contact_phone, firm.contact_email = "单位王工", "0556-1111111", "firm@example.com"
    work.session.commit()
    return firm.name


def first(work: Work, people: dict[str, User]) -> str:
    firm = known_firm(work, people)
    heading, row = (
        (*PROBLEMS, "邮箱", "合作方式"),
        [*problem(firm, TITLE), "li@example.com", "共建研发机构"],
    )
    run(work, people["staff"], take(work, people["staff"], workbook([heading, row])))
    return firm


def test_an_update_leaves_what_its_file_does_not_say(work: Work, people: dict[str, User]) -> None:
    firm = first(work, people)
    heading = ("企业名称", "需求名称", "技术需求内容", "需求背景", "预算（万元）")
    changed, now = updated(
        work, people["staff"], [heading, (firm, TITLE, STATEMENT + "补充一句。", BACKGROUND, 90)]
    )
    assert changed == {"statement", "money_low"}
    assert (now["county"], now["contact_name"], now["contact_phone"], now["contact_email"]) == (
        "340811",
        "李工",
        "0556-7654321",
        "li@example.com",
    )


def test_an_update_does_not_part_a_text_for_a_background_that_is_there(
    work: Work, people: dict[str, User]
) -> None:
    firm = first(work, people)
    text = "壳体换型以后误判增多，客户抱怨很多，损失一年比一年大。" + STATEMENT
    changed, now = updated(work, people["staff"], [("企业名称", "需求名称", "需求内容"), (firm, TITLE, text)])
    assert changed == {"statement"}
    assert (now["statement"], now["background"]) == (text, BACKGROUND)


def test_what_was_proposed_is_said_at_the_row(work: Work, people: dict[str, User]) -> None:
    firm = first(work, people)
    table = [("企业名称", "需求名称", "需求内容"), (firm, "铝液除气效率提升", STATEMENT + BACKGROUND)]
    ((_, kept),) = rows(work, take(work, people["staff"], workbook(table)))
    proposed = {name for name, code, _ in kept.repairs if code == "of_organisation"}
    assert proposed == {"county", "industry", "contact_name", "contact_phone", "contact_email"}
    assert set(kept.entry.given) == {"organisation", "organisation_id", "title", "background", "statement"}


def test_the_same_file_again_changes_nothing_though_its_one_text_was_parted(
    work: Work, people: dict[str, User]
) -> None:
    firm, staff = known_firm(work, people), people["staff"]
    texts = {
        "壳体气孔在线检测": BACKGROUND + STATEMENT,
        "铝液除气效率提升": "铝液含氢量高，希望把除气时间缩短一半，成本不增加。试过旋转喷吹和真空除气，效果都不稳定，转子一个月换一次。",
        "轴承异音自动判定": "装配线上要逐套测量轴承异音，节拍八秒，误判率低于百分之一。现在靠人耳听，一个班下来谁也听不准，标准也说不清",
    }
    heading = ("企业名称", "需求名称", "需求内容", "预算（万元）")
    titles = list(texts)
    table = [heading, *((firm, title, text, 60) for title, text in texts.items())]
    table += [(firm, titles[0], texts[titles[1]], 60), (firm, f"{titles[1]}方法", texts[titles[1]], 60)]
    imported = take(work, staff, workbook(table))
    importing.decide(work.as_actor(staff), imported, Handling.UPDATE, None, {})
    assert run(work, staff, imported) == {"added": len(texts), "skipped": 2}
    before = everything(work)
    again = take(work, staff, workbook(table))
    assert [row.state for row, _ in rows(work, again)][: len(texts)] == [RowState.SAME] * len(texts)
    importing.decide(work.as_actor(staff), again, Handling.UPDATE, None, {})
    assert run(work, staff, again) == {"unchanged": len(texts), "skipped": 2}
    assert everything(work) == before


def test_a_parted_text_that_was_changed_is_parted_again(work: Work, people: dict[str, User]) -> None:
    firm, staff = known_firm(work, people), people["staff"]
    heading = ("企业名称", "需求名称", "需求内容")
    run(work, staff, take(work, staff, workbook([heading, (firm, TITLE, BACKGROUND + STATEMENT)])))
    assert written(work)["background"] == BACKGROUND
    newer = BACKGROUND.replace("六万", "八万")
    changed, now = updated(work, staff, [heading, (firm, TITLE, newer + STATEMENT)])
    assert (changed, now["background"], now["statement"]) == ({"background"}, newer, STATEMENT)


def test_whose_published_texts_staff_change_by_a_table_is_told_once(
    work: Work, people: dict[str, User]
) -> None:
    firm, staff = known_firm(work, people), people["staff"]
    texts = {
        "壳体气孔在线检测": STATEMENT,
        "铝液除气效率提升": "铝液含氢量高，希望把除气时间缩短一半，成本不增加。",
    }
    table = [PROBLEMS, *(problem(firm, title, 内容=text) for title, text in texts.items())]
    imported = take(work, staff, workbook(table))
    importing.decide(work.as_actor(staff), imported, None, True, {})
    run(work, staff, imported)
    newer = workbook([PROBLEMS, *([*row[:3], row[3] + "补充一句。", *row[4:]] for row in table[1:])])
    again = take(work, staff, newer)
    assert importing.others_published(work.as_actor(staff), again) == 2
    importing.decide(work.as_actor(staff), again, Handling.UPDATE, None, {})
    assert run(work, staff, again) == {"updated": 2}
    told = work.session.scalars(select(Notice).where(Notice.kind == "problem.updated")).all()
    assert [(each.user_id, each.details) for each in told] == [(people["enterprise"].id, {"count": 2})]
    kept = work.session.scalars(select(Revision).order_by(Revision.object_id)).all()
    assert [each.data["statement"] for each in kept] == list(texts.values())
    own = [PROBLEMS[1:], [*table[1][1:3], STATEMENT, *table[1][4:]]]
    back = take(work, people["enterprise"], workbook(own))
    assert importing.others_published(work.as_actor(people["enterprise"]), back) == 0
    importing.decide(work.as_actor(people["enterprise"]), back, Handling.UPDATE, None, {})
    assert run(work, people["enterprise"], back) == {"updated": 1}
    assert len(work.session.scalars(select(Notice).where(Notice.kind == "problem.updated")).all()) == 1


def test_whoever_types_the_table_is_not_made_the_contact(work: Work, people: dict[str, User]) -> None:
    firm, staff = known_firm(work, people), people["staff"]
    owner = people["enterprise"].organisation
    owner.contact_name, owner.contact_phone, owner.contact_email, owner.industry = "", "", "", None
    work.session.commit()
    texts = {"联系人": None, "电话": None, "行业": None}
    table = [
        PROBLEMS,
        problem(firm, TITLE, **texts),
        problem(firm, "铝液除气", **{**texts, "联系人": "李工"}),
    ]
    (_, nobody), (_, somebody) = rows(work, take(work, staff, workbook(table)))
    assert {("contact_name", "no_contact"), ("industry", "needed_of_organisation")} <= codes(nobody)
    assert "contact_name" not in nobody.values
    assert ("contact_phone", "no_phone") in codes(somebody)
    assert ("contact_name", "no_contact") not in codes(somebody)


def test_an_update_that_leaves_something_lacking_says_what(work: Work, people: dict[str, User]) -> None:
    firm, staff = first(work, people), people["staff"]
    work.session.scalars(select(Problem)).one().contact_name = ""
    work.session.commit()
    heading = ("企业名称", "需求名称", "技术需求内容", "需求背景")
    table = [heading, (firm, TITLE, STATEMENT + "补充一句。", BACKGROUND)]
    imported = take(work, staff, workbook(table))
    importing.decide(work.as_actor(staff), imported, Handling.UPDATE, None, {})
    assert run(work, staff, imported) == {"failed": 1}
    ((_, kept),) = rows(work, imported)
    assert import_wording.fault(imported.kind, kept.faults[0]) == "缺少必填的内容：联系人"
