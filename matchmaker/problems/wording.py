"""The sentences of the pages of problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from models import ProblemStatus

EVENTS: Mapping[str, Any] = {
    "problem.created": lazy_pgettext("event", "新建草稿"),
    "problem.imported": lazy_pgettext("event", "从文件导入"),
    "problem.edited": lazy_pgettext("event", "修改内容"),
    "problem.submitted": lazy_pgettext("event", "提交审核"),
    "problem.published": lazy_pgettext("event", "审核通过，发布"),
    "problem.rechecked": lazy_pgettext("event", "撤回审核决定"),
    "problem.returned": lazy_pgettext("event", "退回修改"),
    "problem.same_as": lazy_pgettext("event", "认定与另一项是同一项"),
    "problem.separated": lazy_pgettext("event", "撤销同一项的认定"),
    "problem.told_apart": lazy_pgettext("event", "认定与相似的另一项不是同一项"),
    "problem.reconsidered": lazy_pgettext("event", "撤销“不是同一项”的认定"),
    "problem.taken_on": lazy_pgettext("event", "接手经办"),
    "problem.withdrawn": lazy_pgettext("event", "撤回"),
    "problem.restored": lazy_pgettext("event", "恢复为草稿"),
    "problem.expired": lazy_pgettext("event", "过期"),
    "problem.confidential_read": lazy_pgettext("event", "查看保密内容"),
    "problem.cooperation_begun": lazy_pgettext("event", "开始合作"),
    "problem.cooperation_ended": lazy_pgettext("event", "合作中止，重新公开"),
    "problem.solved": lazy_pgettext("event", "验收通过，难题解决"),
}

FIELDS: Mapping[str, Any] = {
    "title": _("难题名称"),
    "need": _("需求类型"),
    "urgency": _("紧迫程度"),
    "background": _("需求背景"),
    "statement": _("拟解决的关键技术问题"),
    "targets": _("主要技术指标"),
    "targets_text": _("指标补充说明"),
    "basis": _("现有工作基础"),
    "field": _("技术领域"),
    "subfield": _("二级领域"),
    "industry": _("所属行业"),
    "county": _("所在县（市、区）"),
    "modes": _("拟合作方式"),
    "money_kind": _("计划投入"),
    "money_low": _("计划投入：金额或下限"),
    "money_high": _("计划投入：上限"),
    "budget_readers": _("计划投入给谁看"),
    "wanted_by": _("期望完成时间"),
    "valid_until": _("有效期至"),
    "acceptable_partners": _("意向合作单位"),
    "confidential": _("保密内容"),
    "contact_name": _("联系人"),
    "contact_phone": _("联系电话"),
    "contact_email": _("电子邮箱"),
}

NEXT_STEPS: Mapping[ProblemStatus, Any] = {
    ProblemStatus.DRAFT: _("填完后提交审核"),
    ProblemStatus.SUBMITTED: _("科技局正在审核，结果会通知您"),
    ProblemStatus.RETURNED: _("按退回原因修改后重新提交"),
    ProblemStatus.PUBLISHED: _("有了推荐的成果就看一看，合适的表示意向"),
    ProblemStatus.IN_COOPERATION: _("按合作记录推进，完成各阶段任务"),
    ProblemStatus.SOLVED: _("已解决，不需要再办理"),
    ProblemStatus.WITHDRAWN: _("已撤回；要重新发布，请先恢复为草稿"),
    ProblemStatus.EXPIRED: _("延长有效期后重新提交"),
}
"""What its owner does next."""


def event(action: str) -> str:
    """What an audit event says in a problem's history; an unknown one stands for itself."""
    return str(EVENTS.get(action, action))


def field_name(name: str) -> str:
    return str(FIELDS.get(name, name))


def next_step(status: ProblemStatus) -> str:
    return str(NEXT_STEPS[status])
