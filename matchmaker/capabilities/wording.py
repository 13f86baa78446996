"""The sentences of the pages of capabilities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _

from models import CapabilityStatus

EVENTS: Mapping[str, Any] = {
    "capability.created": lazy_pgettext("event", "新建草稿"),
    "capability.imported": lazy_pgettext("event", "从文件导入"),
    "capability.edited": lazy_pgettext("event", "修改内容"),
    "capability.submitted": lazy_pgettext("event", "提交审核"),
    "capability.published": lazy_pgettext("event", "审核通过，发布"),
    "capability.rechecked": lazy_pgettext("event", "撤回审核决定"),
    "capability.returned": lazy_pgettext("event", "退回修改"),
    "capability.same_as": lazy_pgettext("event", "认定与另一项是同一项"),
    "capability.separated": lazy_pgettext("event", "撤销同一项的认定"),
    "capability.told_apart": lazy_pgettext("event", "认定与相似的另一项不是同一项"),
    "capability.reconsidered": lazy_pgettext("event", "撤销“不是同一项”的认定"),
    "capability.archived": lazy_pgettext("event", "下架"),
    "capability.taken_on": lazy_pgettext("event", "接手经办"),
    "capability.restored": lazy_pgettext("event", "恢复为草稿"),
    "capability.expired": lazy_pgettext("event", "过期下架"),
}

FIELDS: Mapping[str, Any] = {
    "title": _("成果名称"),
    "kind": _("类型"),
    "summary": _("简介"),
    "field": _("技术领域"),
    "subfield": _("二级领域"),
    "innovation": _("创新点"),
    "advantage": _("与现有技术对比"),
    "economics": _("经济性"),
    "targets": _("技术指标"),
    "application": _("应用领域与前景"),
    "trl": _("技术成熟度"),
    "stage": _("所处阶段"),
    "patents": _("知识产权"),
    "cases": _("应用案例"),
    "awards": _("获奖与鉴定"),
    "modes": _("可合作方式"),
    "money_kind": _("合作价格"),
    "money_low": _("合作价格：金额或下限"),
    "money_high": _("合作价格：上限"),
    "valid_until": _("有效期至"),
    "team": _("负责人与团队"),
    "school": _("所在学院或实验室"),
    "county": _("在本市的地点"),
    "contact_name": _("联系人"),
    "contact_phone": _("联系电话"),
    "contact_email": _("电子邮箱"),
}

NEXT_STEPS: Mapping[CapabilityStatus, Any] = {
    CapabilityStatus.DRAFT: _("填完后提交审核"),
    CapabilityStatus.SUBMITTED: _("科技局正在审核，结果会通知您"),
    CapabilityStatus.RETURNED: _("按退回原因修改后重新提交"),
    CapabilityStatus.PUBLISHED: _("有了推荐的难题就看一看，合适的表示意向"),
    CapabilityStatus.ARCHIVED: _("已下架；要重新发布，请先恢复为草稿"),
}
"""What its owner does next."""


def event(action: str) -> str:
    """What an audit event says in a capability's history; an unknown one stands for itself."""
    return str(EVENTS.get(action, action))


def field_name(name: str) -> str:
    return str(FIELDS.get(name, name))


def next_step(status: CapabilityStatus) -> str:
    return str(NEXT_STEPS[status])


def wanting(names: tuple[str, ...]) -> str:
    """A warning that the entry lacks what readers in industry look for first; empty where it lacks nothing."""
    if not names:
        return ""
    what = str(gettext("、")).join(str(gettext("“%(field)s”", field=field_name(name))) for name in names)
    return str(
        gettext(
            "还没有写%(fields)s。企业评审常跳过没有对比和经济性的成果，建议补上，哪怕只有一两个数。",
            fields=what,
        )
    )
