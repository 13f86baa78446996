"""The words of services and requests: parts that are shown, steps, and why something was not done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _

from matchmaker.intermediaries import errors

PARTS: Mapping[str, Any] = {
    # Columns of what a request is about, as the intermediary reads them.
    "background": _("需求背景"),
    "statement": _("拟解决的关键技术问题"),
    "targets_text": _("指标补充说明"),
    "summary": _("简介"),
    "innovation": _("创新点"),
    "advantage": _("与现有技术对比"),
    "economics": _("经济性"),
    "application": _("应用领域与前景"),
    "field": _("技术领域"),
    "need": _("需求类型"),
    "county": _("所在县（市、区）"),
    "kind": _("类型"),
    "stage": _("所处阶段"),
    "mode": _("合作方式"),
    "contract_category": _("技术合同类别"),
}
ABOUT: Mapping[str, Any] = {
    "problem": _("技术难题"),
    "capability": _("成果与能力"),
    "record": _("合作记录"),
}
EVENTS: Mapping[str, Any] = {
    "requested": lazy_pgettext("service request", "提出申请"),
    "accepted": lazy_pgettext("service request", "受理"),
    "started": lazy_pgettext("service request", "开始办理"),
    "completed": lazy_pgettext("service request", "办理完成"),
    "declined": lazy_pgettext("service request", "谢绝"),
    "withdrawn": lazy_pgettext("service request", "撤回申请"),
}
STEP_DONE: Mapping[str, Any] = {
    "accept": _("已受理，申请单位的联系方式已经开放，并已通知对方。"),
    "start": _("已开始办理，并已通知对方。"),
    "complete": _("已完成，结果已经通知对方。"),
    "decline": _("已谢绝，并已告知对方原因。"),
    "withdraw": _("申请已撤回，服务机构不再看到内容和联系方式。"),
}
_REFUSALS: Mapping[type[Exception], tuple[str, Any]] = {
    errors.ServiceGone: ("", _("这项服务已经不再提供，请另选一项。")),
    errors.NotVerified: ("", _("单位还没有通过审核，通过以后才能发布服务或申请服务。")),
    errors.NoParty: ("requester", _("请选择申请单位")),
    errors.ConsentMissing: ("consent", _("不同意开放联系方式时不能申请，服务机构无法联系您")),
    errors.ContactMissing: ("contact_name", _("请填写联系人和至少一种联系方式")),
    errors.HoldsConfidential: ("wish", _("这段话与保密内容相同，服务机构会看到，请改写")),
    errors.AlreadyAsked: ("", _("同一项服务已经申请过，还在办理。")),
}


def refusal(error: Exception) -> tuple[str, str]:
    """(field, sentence) for why something was not asked for; no field: of the whole."""
    field, sentence = _REFUSALS[type(error)]
    return field, str(sentence)


REFUSALS = tuple(_REFUSALS)


def part(name: str) -> str:
    return str(PARTS[name])


def event(action: str) -> str:
    return str(EVENTS.get(action, action))


def doer(event_of: Any, reader: Any) -> str:
    """Who took a step: colleagues and the bureau read the name, the other side its organisation."""
    user = event_of.actor
    if user is None:
        return str(gettext("系统"))
    if reader is not None and (reader.is_staff or reader.organisation_id == user.organisation_id):
        return str(user.name)
    return str(user.organisation.name)
