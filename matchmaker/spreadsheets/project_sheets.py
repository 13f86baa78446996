"""The reserve of projects and the list of common needs as sheets."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from flask_babel import gettext, pgettext

from matchmaker.common_needs import service as common_needs
from matchmaker.common_needs import wording as need_wording
from matchmaker.common_needs.service import Need
from matchmaker.policy import Action, allow
from matchmaker.projects import service as projects
from matchmaker.spreadsheets.sheets import Column, Kind, Opened, Sheet
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.wording import label
from matchmaker.work import Work
from models import Project


def projects_of(work: Work, vocabulary: Vocabulary, query: Mapping[str, str]) -> Opened:
    found = projects.every(work, projects.Filters.from_query(query))
    return Opened(found.total, [Sheet(gettext("凝炼项目"), _project(work, vocabulary), found.items)])


def every_project(work: Work, vocabulary: Vocabulary, query: Mapping[str, str]) -> Opened:
    """With those that were cancelled, which the list leaves out until asked."""
    return projects_of(work, vocabulary, {"state": projects.EVERY})


def needs_of(work: Work, vocabulary: Vocabulary, query: Mapping[str, str]) -> Opened:
    found = common_needs.every(work, common_needs.Filters.from_query(query))
    return Opened(found.total, [Sheet(gettext("共性需求"), _need(vocabulary), found.items)])


def _project(work: Work, vocabulary: Vocabulary) -> list[Column[Project]]:
    def sources(each: Project) -> str:
        readable = (one.problem for one in each.sources)
        return "\n".join(
            f"{problem.title}（{problem.organisation.name}）"
            for problem in readable
            if allow(work.actor, Action.PROBLEM_READ, problem)
        )

    return [
        Column(gettext("编号"), lambda each: each.number),
        Column(gettext("项目名称"), lambda each: each.title, Kind.LONG),
        Column(gettext("状态"), lambda each: label(each.status)),
        Column(gettext("科技专项"), lambda each: vocabulary.label("programme", each.programme)),
        Column(gettext("申报计划"), lambda each: vocabulary.label("plan", each.plan)),
        Column(gettext("申报级别"), lambda each: label(each.level)),
        Column(gettext("技术领域"), lambda each: vocabulary.label("field", each.field)),
        Column(gettext("牵头单位"), lambda each: each.lead.name if each.lead else None, Kind.LONG),
        Column(gettext("参与单位"), lambda each: "、".join(one.name for one in each.partners), Kind.LONG),
        Column(gettext("来源难题"), sources, Kind.LONG),
        Column(gettext("项目预算（万元）"), lambda each: each.budget, Kind.MONEY),
        Column(gettext("开始日期"), lambda each: each.starts_on, Kind.DAY),
        Column(gettext("结束日期"), lambda each: each.ends_on, Kind.DAY),
        Column(gettext("立项编号"), lambda each: each.approval_number),
        Column(gettext("立项依据与必要性"), lambda each: each.necessity, Kind.LONG),
        Column(gettext("预期成果与考核指标"), lambda each: each.expected_results, Kind.LONG),
        Column(gettext("经办人"), lambda each: each.broker.name if each.broker else None),
        Column(gettext("撤销原因"), lambda each: each.cancel_reason, Kind.LONG),
    ]


def _given(need: Need, amount: Decimal) -> Decimal | None:
    return amount if need.budget.given else None


def _need(vocabulary: Vocabulary) -> list[Column[Need]]:
    def joined(kind: str, codes: list[str]) -> str:
        return "、".join(vocabulary.label(kind, each) for each in codes)

    return [
        Column(gettext("编号"), lambda each: each.need.id, Kind.WHOLE),
        Column(gettext("最有代表性的难题"), lambda each: each.title, Kind.LONG),
        Column(gettext("依据"), lambda each: str(need_wording.STRENGTHS[each.strength])),
        Column(gettext("彼此相近程度"), lambda each: need_wording.cohesion(each.need.cohesion)),
        Column(pgettext("column", "企业数"), lambda each: len(each.companies), Kind.WHOLE),
        Column(gettext("企业"), lambda each: "、".join(one.name for one in each.companies), Kind.LONG),
        Column(gettext("所在县（市、区）"), lambda each: joined("county", each.counties)),
        Column(gettext("技术领域"), lambda each: joined("field", each.fields)),
        Column(gettext("共同的关键词"), lambda each: "、".join(each.need.terms)),
        Column(gettext("难题"), lambda each: "\n".join(one.problem.title for one in each.members), Kind.LONG),
        Column(gettext("适合几家的成果数"), lambda each: each.need.capabilities, Kind.WHOLE),
        Column(gettext("投入合计下限（万元）"), lambda each: _given(each, each.budget.low), Kind.MONEY),
        Column(gettext("投入合计上限（万元）"), lambda each: _given(each, each.budget.high), Kind.MONEY),
        Column(gettext("凝炼成的项目"), lambda each: "、".join(one.number for one in each.projects)),
    ]
