"""The words for a record's fields, steps and faults."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _

from matchmaker.cooperation.terms import Fault
from matchmaker.formats import wan
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.wording import label

FAULTS: Mapping[Fault, Any] = {
    Fault.TITLE_MISSING: _("请填写项目名称"),
    Fault.AMOUNT_MISSING: _("填写了技术交易额或阶段付款，请同时填写合同金额"),
    Fault.TECHNOLOGY_ABOVE_AMOUNT: _("技术交易额不能大于合同金额"),
    Fault.PAID_ABOVE_AMOUNT: _("已付金额不能大于合同金额"),
    Fault.ENDS_BEFORE_START: _("结束日期不能早于开始日期"),
    Fault.ENDS_BEFORE_SIGNING: _("结束日期不能早于签约日期"),
    Fault.SIGNED_IN_FUTURE: _("签约日期不能晚于今天"),
    Fault.REGISTERED_BEFORE_SIGNING: _("登记日期不能早于签约日期"),
    Fault.PAYMENTS_ABOVE_AMOUNT: _("各里程碑的付款合计超过了合同金额"),
    Fault.TOO_FEW_PARTIES: _("至少要有甲方和乙方两家单位"),
    Fault.PARTY_TWICE: _("同一家单位只能填写一次"),
    Fault.UNKNOWN_ORGANISATION: _("没有找到这家已通过审核的单位，请从列表中选择"),
    Fault.AMOUNT_BELOW_PAYMENTS: _("合同金额小于各里程碑的付款合计，请先修改里程碑"),
    Fault.SIGNED_NEEDS_DAY: _("已经签约的合作要有签约日期"),
    Fault.SIGNED_NEEDS_CATEGORY: _("已经签约的合作要有技术合同类别"),
    Fault.DONE_IN_FUTURE: _("完成日期不能晚于今天"),
    Fault.REASON_MISSING: _("请写明原因或意见"),
    Fault.NAME_MISSING: _("请填写里程碑名称"),
}

FIELD_NAMES: Mapping[str, Any] = {
    # The words for a field in the history of amendments and in a conflict.
    "title": _("项目名称"),
    "mode": _("合作方式"),
    "contract_category": _("技术合同类别"),
    "contract_number": _("合同编号"),
    "registration_number": _("认定登记号"),
    "registered_on": _("认定登记日期"),
    "amount": _("合同金额"),
    "technology_amount": _("技术交易额"),
    "paid": _("已付金额"),
    "field": _("技术领域"),
    "programme": _("科技专项"),
    "signed_on": _("签约日期"),
    "starts_on": _("开始日期"),
    "ends_on": _("结束日期"),
    "leader_a": _("甲方负责人"),
    "leader_b": _("乙方负责人"),
    "broker": _("经办人"),
    "party_a": _("甲方"),
    "party_b": _("乙方"),
    "party_c": _("丙方"),
    "party_d": _("丁方"),
    "milestone": lazy_pgettext("one", "里程碑"),
    "milestone_name": _("名称"),
    "milestone_due_on": _("应完成日期"),
    "milestone_payment": _("应付金额"),
    "received": _("本次到账"),
    "acceptance_note": _("验收意见"),
    "result_patents": _("新增知识产权（件）"),
    "result_products": _("新产品（个）"),
    "result_standards": _("标准（项）"),
    "result_jobs": _("新增就业（人）"),
    "result_output_value": _("新增年产值"),
    "result_tax": _("新增年税收"),
}
LISTS = {"mode": "mode", "contract_category": "contract_category", "field": "field", "programme": "programme"}
"""Fields whose values are codes of a vocabulary."""
AMOUNTS = frozenset(
    {
        "amount",
        "technology_amount",
        "paid",
        "milestone_payment",
        "received",
        "result_output_value",
        "result_tax",
    }
)

STEP_NAMES: Mapping[str, Any] = {
    "sign": _("签约"),
    "start": _("开始执行"),
    "accept": _("验收"),
    "terminate": _("终止合作"),
    "reopen": _("恢复合作"),
}

STEP_DONE: Mapping[str, Any] = {
    "sign": _("已签约。下一步：工作启动后登记开始执行。"),
    "start": _("已开始执行。请按里程碑跟进，逾期的会排在待办最前面。"),
    "accept": _("已验收，成效已记录；由匹配而来的难题已标为“已解决”。"),
    "terminate": _("合作已终止。由匹配而来的难题，没有其他合作也没有解决的，恢复为“已发布”，可以继续对接。"),
    "reopen": _("合作已恢复。"),
}


MILESTONE_STEPS: Mapping[str, Any] = {
    "complete": _("记为已完成"),
    "waive": _("取消这个里程碑"),
    "reopen": _("恢复为计划中"),
}


def look_again(step: str) -> tuple[str, str]:
    """Title and text where others changed the record, and the step can still be taken."""
    return (
        str(gettext("您打开之后，有人办理过这份记录")),
        str(
            gettext(
                "还没有办理，您填写的内容都还在。看过下面的变化以后，再按一次“确认%(step)s”就按您填写的办理。",
                step=step,
            )
        ),
    )


def not_possible(status: StrEnum, step: str) -> tuple[str, str]:
    """Title and text where a step is none from where things stand now."""
    return (
        str(gettext("现在不能这样做")),
        str(
            gettext(
                "您打开之后有人办理过，现在是“%(state)s”，不能再办“%(step)s”。",
                state=label(status),
                step=step,
            )
        ),
    )


def closed() -> tuple[str, str]:
    """Title and text where the record ended meanwhile."""
    return (
        str(gettext("现在不能这样做")),
        str(gettext("合作已经结束，里程碑不能再改。如有需要，请先恢复合作。")),
    )


def milestone_step(step: str) -> str:
    return str(MILESTONE_STEPS[step])


def step_name(step: str) -> str:
    return str(STEP_NAMES[step])


def value_in_words(vocabulary: Vocabulary, field: str, value: str) -> str:
    """A value of an amendment as people read it: codes by their labels, amounts with their unit."""
    if value and field in LISTS:
        return vocabulary.label(LISTS[field], value)
    if value and field in AMOUNTS:
        return wan(Decimal(value))
    return value


PLACES: Mapping[str, Any] = {
    "number": _("记录编号"),
    "title": _("项目名称"),
    "city": _("城市"),
    "today": _("生成的日期"),
    "party_a": _("甲方"),
    "party_a_code": _("甲方统一社会信用代码"),
    "party_b": _("乙方"),
    "party_b_code": _("乙方统一社会信用代码"),
    "party_c": _("丙方（没有时为空）"),
    "party_d": _("丁方（没有时为空）"),
    "leader_a": _("甲方负责人"),
    "leader_b": _("乙方负责人"),
    "mode": _("合作方式"),
    "contract_category": _("技术合同类别"),
    "amount": _("合同金额，带单位"),
    "technology_amount": _("技术交易额，带单位"),
    "starts_on": _("开始日期"),
    "ends_on": _("结束日期"),
    "field": _("技术领域"),
    "problem": _("难题名称"),
    "statement": _("拟解决的关键技术问题"),
    "targets": _("主要技术指标"),
    "capability": _("成果名称"),
    "copies": _("份数，各方和科技局各一份，中文数字，例如“三”"),
    "milestones": _("里程碑，在表格里逐行重复：milestone.name、milestone.due_on、milestone.payment"),
}
"""What a template may have places for, in words."""
