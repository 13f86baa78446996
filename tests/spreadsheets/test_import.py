"""A table becomes objects once, row by row, as the person decided; what is wrong is said and given back."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from matchmaker.checking import service as checking
from matchmaker.jobs import service as jobs
from matchmaker.policy import Forbidden
from matchmaker.spreadsheets import importing
from matchmaker.spreadsheets.importing import ImportMissing, NotNow
from matchmaker.work import Work
from models import (
    AuditEvent,
    CooperationRecord,
    Handling,
    ImportKind,
    Likeness,
    Notice,
    Organisation,
    OrganisationKind,
    Problem,
    ProblemStatus,
    RecordStatus,
    RowState,
    User,
)
from tests import factories
from tests.spreadsheets.tables import PROBLEMS, STATEMENT, codes, problem, rows, run, seen, take, workbook


def count(work: Work, model: type) -> int:
    found = work.session.scalar(select(func.count()).select_from(model)) or 0
    work.session.commit()
    return found


def test_a_table_is_checked_imported_and_found_unchanged_the_second_time(
    work: Work, people: dict[str, User]
) -> None:
    firm = people["enterprise"].organisation.name
    content = workbook(
        [
            PROBLEMS,
            *(problem(firm, f"壳体气孔在线检测第{n}项", 内容=f"{STATEMENT}第{n}种壳体。") for n in range(3)),
        ]
    )
    staff = people["staff"]
    first = take(work, staff, content)
    assert [row.state for row, _ in rows(work, first)] == [RowState.REPAIRED] * 3
    assert count(work, Problem) == 0
    assert run(work, staff, first) == {"added": 3}
    made = work.session.scalars(select(Problem).order_by(Problem.id)).all()
    assert {(each.status, each.organisation.name, each.money_low) for each in made} == {
        (ProblemStatus.SUBMITTED, firm, 60)
    }
    work.session.commit()
    again = take(work, staff, content)
    assert {row.state for row, _ in rows(work, again)} == {RowState.SAME}
    events = count(work, AuditEvent)
    assert run(work, staff, again) == {"unchanged": 3}
    assert count(work, Problem) == 3
    assert count(work, AuditEvent) == events + 2  # started and finished, nothing of the problems


def test_staff_may_publish_at_once_and_owners_hand_theirs_in(work: Work, people: dict[str, User]) -> None:
    firm = people["enterprise"].organisation.name
    published = take(work, people["staff"], workbook([PROBLEMS, problem(firm, "壳体气孔在线检测")]))
    importing.decide(work.as_actor(people["staff"]), published, None, True, {})
    run(work, people["staff"], published)
    assert checking.last(work.as_actor(people["staff"])) is None  # decided for a table, not one by one
    own = take(
        work,
        people["enterprise"],
        workbook(
            [
                PROBLEMS[1:],
                problem(
                    firm,
                    "铝液除气效率提升",
                    背景="除气时间长。",
                    内容="铝液含氢量高，希望把除气时间缩短一半，成本不增加。",
                )[1:],
            ]
        ),
    )
    with pytest.raises(Forbidden):
        importing.decide(work.as_actor(people["enterprise"]), own, None, True, {})
    run(work, people["enterprise"], own)
    found = work.session.scalars(select(Problem).order_by(Problem.id)).all()
    assert [each.status for each in found] == [ProblemStatus.PUBLISHED, ProblemStatus.SUBMITTED]
    assert found[1].author_id == people["enterprise"].id
    told = work.session.scalars(select(Notice).where(Notice.kind == "import.problem")).all()
    assert [each.user_id for each in told] == [people["staff"].id]


def test_who_the_bureau_enters_for_is_told_once(work: Work, people: dict[str, User]) -> None:
    firm, other = (people[each].organisation.name for each in ("enterprise", "other_enterprise"))
    texts = [
        (firm, "壳体气孔在线检测", STATEMENT),
        (firm, "铝液除气效率提升", "铝液含氢量高，希望把除气时间缩短一半，成本不增加。"),
        (other, "轴承噪声自动检测", "装配线上逐套测量轴承异音，节拍八秒，误判率低于百分之一。"),
    ]
    content = workbook([PROBLEMS, *(problem(who, title, 内容=text) for who, title, text in texts)])
    staff = people["staff"]
    run(work, staff, take(work, staff, content))
    run(work, staff, take(work, staff, content))  # changes nothing, and tells nobody
    told = work.session.scalars(select(Notice).where(Notice.kind == "problem.entered")).all()
    assert {each.user_id: each.details for each in told} == {
        people["enterprise"].id: {"count": 2},
        people["other_enterprise"].id: {"count": 1},
    }
    assert len(told) == 2
    own = workbook([PROBLEMS[1:], problem(firm, "型腔温度场实时监测", 内容="压铸模具型腔温度分布不明。")[1:]])
    run(work, people["enterprise"], take(work, people["enterprise"], own))
    assert work.session.scalar(select(func.count()).where(Notice.kind == "problem.entered")) == 2


def test_what_is_wrong_is_said_and_only_the_good_rows_come_in(work: Work, people: dict[str, User]) -> None:
    firm = people["enterprise"].organisation.name
    content = workbook(
        [
            PROBLEMS,
            problem(firm, "壳体气孔在线检测"),
            problem("没有登记的公司", "轴承噪声检测"),
            problem(firm, "很短", 内容="", 背景="", 预算="若干", 完成="昨天"),
            [],
        ]
    )
    imported = take(work, people["staff"], content)
    (_, good), (_, stranger), (_, poor) = rows(work, imported)
    assert not good.faults
    assert ("organisation", "unknown_organisation") in codes(stranger)
    assert codes(poor) >= {
        ("title", "too_short"),
        ("statement", "needed"),
        ("money", "bad_amount"),
        ("wanted_by", "bad_day"),
    }
    assert run(work, people["staff"], imported) == {"added": 1}
    refused = importing.refused(work, seen(work, imported))
    assert [number for number, _ in refused] == [3, 4]


def test_what_a_row_leaves_out_is_proposed_and_said(work: Work, people: dict[str, User]) -> None:
    firm = people["enterprise"].organisation
    firm.industry = "C36"
    work.session.commit()
    heading = ("企业名称", "需求名称", "技术需求内容", "企业地址", "投入资金（元）")
    text = "壳体月产六万件，气孔在机加工以后才发现，报废损失很大。" + STATEMENT
    content = workbook(
        [heading, (firm.name, "压铸壳体气孔在线检测", text, "安庆市桐城市开源路 8 号", 500000)]
    )
    ((row, kept),) = rows(work, take(work, people["staff"], content))
    assert (row.state, kept.faults) == (RowState.REPAIRED, [])
    assert codes(kept) >= {
        ("background", "from_beginning"),
        ("field", "guessed"),
        ("county", "by_address"),
        ("need", "by_title"),
        ("modes", "usual"),
        ("money", "amount"),
    }
    assert (kept.values["county"], kept.values["industry"]) == ("340881", "C36")
    assert kept.values["money"] == ["exact", "50.00", None]
    assert f"{kept.values['background']}{kept.values['statement']}" == text


@pytest.mark.parametrize(
    ("handling", "outcome", "titles"),
    [
        (Handling.SKIP, "skipped", ["壳体气孔在线检测"]),
        (Handling.UPDATE, "updated", ["壳体气孔在线检测"]),
        (Handling.BOTH, "added", ["壳体气孔在线检测", "壳体气孔在线检测"]),
    ],
)
def test_a_row_that_is_like_what_is_here_is_treated_as_wanted(
    work: Work, people: dict[str, User], handling: Handling, outcome: str, titles: list[str]
) -> None:
    firm = people["enterprise"].organisation.name
    run(work, people["staff"], take(work, people["staff"], workbook([PROBLEMS, problem(firm, titles[0])])))
    changed = workbook([PROBLEMS, problem(firm, titles[0], 预算="80-90")])
    imported = take(work, people["staff"], changed)
    ((row, _),) = rows(work, imported)
    assert row.likeness is Likeness.TITLE
    importing.decide(work.as_actor(people["staff"]), imported, None, None, {row.id: handling})
    assert run(work, people["staff"], imported) == {outcome: 1}
    found = work.session.scalars(select(Problem).order_by(Problem.id)).all()
    assert [each.title for each in found] == titles
    assert (found[-1].money_high == 90) is (handling is not Handling.SKIP)


def test_nearly_the_same_words_and_rows_of_the_same_file_are_found(
    work: Work, people: dict[str, User]
) -> None:
    firm, other = people["enterprise"].organisation.name, people["other_enterprise"].organisation.name
    run(
        work,
        people["staff"],
        take(work, people["staff"], workbook([PROBLEMS, problem(firm, "壳体气孔在线检测")])),
    )
    assert work.session.scalars(select(Problem)).one().status is ProblemStatus.SUBMITTED
    content = workbook(
        [
            PROBLEMS,
            problem(other, "壳体气孔在线检测办法", 内容=STATEMENT.replace("五种", "六种")),
            problem(
                other, "铝液除气效率提升", 内容="铝液含氢量高，除气时间长，希望把时间缩短一半，成本不增加。"
            ),
            problem(other, "铝液除气效率提升", 内容="铝液含氢量高，除气时间长，希望缩短时间。"),
        ]
    )
    work.session.commit()
    imported = take(work, people["staff"], content)
    likenesses = [row.likeness for row, _ in rows(work, imported)]
    assert likenesses == [Likeness.TEXT, None, Likeness.ROW]
    assert run(work, people["staff"], imported) == {"added": 1, "skipped": 2}


def test_rows_of_a_file_that_say_nearly_the_same_are_found_and_variants_in_figures_are_not(
    work: Work, people: dict[str, User]
) -> None:
    firm = people["enterprise"].organisation.name
    text = "热处理车间井式炉温差超过 12 度，渗层深浅不一，需要均温改造和在线渗层预测的办法。"
    content = workbook(
        [
            PROBLEMS,
            problem(firm, "井式炉渗层均匀难题", 内容=text),
            problem(firm, "井式炉渗层均匀性难题", 内容=text.replace("办法", "方法")),
            problem(firm, "井式炉渗层均匀难题二", 内容=text.replace("12", "30")),
            problem(
                firm, "磨齿烧伤在线识别", 内容="磨齿烧伤靠酸洗抽检，需要在线识别烧伤，漏检率低于千分之一。"
            ),
        ]
    )
    imported = take(work, people["staff"], content)
    assert [(row.likeness, row.twin_id) for row, _ in rows(work, imported)] == [
        (None, None),
        (Likeness.ROW, 2),
        (None, None),
        (None, None),
    ]


def test_a_cancelled_import_keeps_what_it_did_and_can_go_on(work: Work, people: dict[str, User]) -> None:
    firm = people["enterprise"].organisation.name
    imported = take(
        work,
        people["staff"],
        workbook([PROBLEMS, *(problem(firm, f"壳体气孔在线检测第{n}项") for n in range(3))]),
    )
    as_staff = work.as_actor(people["staff"])
    job = importing.start(as_staff, imported)
    with pytest.raises(NotNow):
        importing.discard(as_staff, imported)
    jobs.cancel(as_staff, job.id)
    work.session.commit()
    assert importing.counts(work, seen(work, imported)).waiting == 3
    assert run(work, people["staff"], imported) == {"added": 3}


def test_organisations_and_records_come_in_too(work: Work, people: dict[str, User]) -> None:
    staff = people["staff"]
    code = factories.credit_code()
    firms = workbook(
        [
            ("2026 年企业名录",),
            ("序号", "企业名称", "统一社会信用代码", "注册地址", "所属行业", "联系人", "电话"),
            (
                1,
                "安庆市新示例机械有限公司",
                code,
                "安庆市怀宁县独秀大道 1 号",
                "通用设备",
                "王工",
                13800000000,
            ),
            (2, "安徽示例研究院", "913408001234567890", "", "", "", ""),
        ]
    )
    imported = take(work, staff, firms, ImportKind.ORGANISATION)
    (_, good), (_, bad) = rows(work, imported)
    assert good.values["county"] == "340822"
    assert {name for name, _ in codes(bad)} >= {"code"}
    importing.decide(work.as_actor(staff), imported, None, True, {})
    assert run(work, staff, imported) == {"added": 1}
    made = work.session.scalars(select(Organisation).where(Organisation.code == code)).one()
    assert (made.kind, made.is_verified, made.contact_phone) == (
        OrganisationKind.ENTERPRISE,
        True,
        "13800000000",
    )
    work.session.commit()
    school = people["liaison"].organisation.name
    records = workbook(
        [
            ("合同名称", "甲方", "乙方", "合同类别", "合同金额（万元）", "签订日期", "合同编号"),
            ("气孔检测系统委托开发", made.name, school, "技术开发（委托）", 86.5, "2026年3月15日", "HT-1"),
        ]
    )
    imported = take(work, staff, records, ImportKind.RECORD)
    assert run(work, staff, imported) == {"added": 1}
    record = work.session.scalars(select(CooperationRecord)).one()
    assert (record.status, record.mode, str(record.amount)) == (RecordStatus.SIGNED, "commissioned", "86.5")
    told = work.session.scalars(select(Notice).where(Notice.user_id == people["liaison"].id)).all()
    assert [(each.kind, each.details) for each in told] == [("record.entered", {"count": 1})]
    work.session.commit()
    assert run(work, staff, take(work, staff, records, ImportKind.RECORD)) == {"unchanged": 1}


def test_an_import_is_its_persons_own_and_of_kinds_they_may(work: Work, people: dict[str, User]) -> None:
    content = workbook([PROBLEMS, problem(people["enterprise"].organisation.name, "壳体气孔在线检测")])
    imported = take(work, people["enterprise"], content)
    for person in ("other_enterprise", "staff"):
        with pytest.raises(ImportMissing):
            importing.find(work.as_actor(people[person]), imported.id)
    assert importing.kinds(work.as_actor(people["liaison"])) == [ImportKind.CAPABILITY]
    with pytest.raises(Forbidden):
        importing.take(work.as_actor(people["liaison"]), ImportKind.PROBLEM, "a.xlsx", content)
    stranger = take(work, people["other_enterprise"], content)
    ((_, kept),) = rows(work, stranger)
    assert ("organisation", "not_own") in codes(kept)
