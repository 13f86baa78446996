"""The words for a project's fields, steps and faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _

from matchmaker.formats import wan
from matchmaker.projects.terms import MOST_SOURCES, Fault
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.wording import label
from models import ProjectLevel

FIELD_NAMES: Mapping[str, Any] = {
    "title": _("项目名称"),
    "programme": _("科技专项"),
    "plan": _("申报计划"),
    "level": _("申报级别"),
    "field": _("技术领域"),
    "budget": _("项目预算"),
    "starts_on": _("开始日期"),
    "ends_on": _("结束日期"),
    "approval_number": _("立项编号"),
    "necessity": _("立项依据与必要性"),
    "expected_results": _("预期成果与考核指标"),
    "lead": _("牵头单位"),
    "partners": _("参与单位"),
    "sources": _("来源难题"),
    "broker": _("经办人"),
}
LISTS = {"programme": "programme", "plan": "plan", "field": "field"}
"""Fields whose values are codes of a vocabulary."""
LONG = frozenset({"necessity", "expected_results"})

FAULTS: Mapping[Fault, Any] = {
    Fault.TITLE_MISSING: _("请填写项目名称"),
    Fault.ENDS_BEFORE_START: _("结束日期不能早于开始日期"),
    Fault.ORGANISATION_TWICE: _("同一家单位只能填写一次"),
    Fault.UNKNOWN_ORGANISATION: _("没有找到这家已通过审核的单位，请从列表中选择"),
    Fault.UNKNOWN_PROBLEM: _("没有找到公开的难题。只能加已发布、合作中或已解决的，请换个词或编号"),
    Fault.TOO_MANY_SOURCES: _("来源难题最多 %(most)s 项", most=MOST_SOURCES),
    Fault.ASKED_FOR: _("项目现在的状态要求填写这一项"),
}

STEP_NAMES: Mapping[str, Any] = {
    "reserve": lazy_pgettext("project step", "入库"),
    "recommend": lazy_pgettext("project step", "推荐申报"),
    "approve": lazy_pgettext("project step", "登记立项"),
    "accept": lazy_pgettext("project step", "登记验收"),
    "step_back": lazy_pgettext("project step", "退回上一步"),
    "cancel": lazy_pgettext("project step", "撤销项目"),
    "reopen": lazy_pgettext("project step", "恢复项目"),
}
STEP_HELP: Mapping[str, Any] = {
    "reserve": _("进入项目储备库，等待申报机会。"),
    "recommend": _("牵头和参与单位从此可以看到这个项目，并收到通知。"),
    "approve": _("计划主管部门批准立项以后登记。"),
    "accept": _("项目完成、通过验收以后登记。"),
    "step_back": _("没有被选上的退回储备库，等下一次；不成熟的退回凝炼。"),
    "cancel": _("不再做这个项目。撤销以后可以恢复。"),
    "reopen": _("恢复到凝炼中，重新走入库和推荐。"),
}
STEP_TOLD: Mapping[str, Any] = {
    # What participants of a project that was recommended learn of a step, and of the words written with it.
    "step_back": _("牵头和参与单位会收到通知：推荐已撤回，暂不对他们开放。原因只有科技局内部看得到。"),
    "cancel": _("这个项目已经推荐过：牵头和参与单位会收到通知，看到并能导出这里写的原因，请不要写内部意见。"),
    "reopen": _("牵头和参与单位会收到通知：项目重新凝炼，暂不对他们开放。原因只有科技局内部看得到。"),
}
STEP_DONE: Mapping[str, Any] = {
    "reserve": _("已入库。下一步：有申报机会时推荐。"),
    "recommend": _("已推荐申报，牵头和参与单位已收到通知。"),
    "approve": _("已登记立项。"),
    "accept": _("已登记验收。"),
    "step_back": _("已退回上一步。"),
    "cancel": _("项目已撤销。"),
    "reopen": _("项目已恢复到凝炼中。"),
}


def missing_in_words(names: Sequence[str]) -> str:
    """The fields that a step asks for, as one phrase."""
    return str(gettext("、")).join(str(FIELD_NAMES[name]) for name in names)


def value_in_words(vocabulary: Vocabulary, field: str, value: str) -> str:
    """A value of an amendment as people read it: codes by their labels, amounts with their unit."""
    if value and field in LISTS:
        return vocabulary.label(LISTS[field], value)
    if value and field == "budget":
        return wan(Decimal(value))
    if value and field == "level":
        return label(ProjectLevel(value))
    return value
