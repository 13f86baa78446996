"""The words of services and requests: parts that are shown, steps, and why something was not done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _

from matchmaker.intermediaries import errors
from matchmaker.wording import WAYS
from models import ConsentWay, RequestStatus

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
    "problem": _("难题"),
    "capability": _("成果"),
    "record": lazy_pgettext("one of them", "合作记录"),
}
EVENTS: Mapping[str, Any] = {
    "requested": lazy_pgettext("service request", "提出申请"),
    "contact_corrected": lazy_pgettext("service request", "更正联系方式"),
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
CONTACT_SHOWN: Mapping[RequestStatus, Any] = {
    # Whether the intermediary reads the contact now, for the requester and the bureau.
    RequestStatus.REQUESTED: _("服务机构受理以后才能看到；撤回申请或对方谢绝以后重新关闭。"),
    RequestStatus.ACCEPTED: _("服务机构已经受理，现在能看到；撤回申请或对方谢绝以后重新关闭。"),
    RequestStatus.IN_PROGRESS: _("服务机构正在办理，现在能看到；撤回申请以后重新关闭。"),
    RequestStatus.DONE: _("服务已经完成，服务机构仍能看到。"),
    RequestStatus.DECLINED: _("对方已经谢绝，服务机构不能再看到。"),
    RequestStatus.WITHDRAWN: _("申请已经撤回，服务机构不能再看到。"),
}
_REFUSALS: Mapping[type[Exception], tuple[str, Any]] = {
    errors.ServiceGone: ("", _("这项服务已经不再提供，请另选一项。")),
    errors.NotVerified: ("", _("单位还没有通过审核，通过以后才能发布服务或申请服务。")),
    errors.NoParty: ("requester", _("请选择申请单位")),
    errors.ConsentMissing: ("consent", _("不同意开放联系方式时不能申请，服务机构无法联系您")),
    errors.AgreementMissing: ("agreed_person", _("请填写对方谁同意的")),
    errors.AgreedLater: ("agreed_day", _("不能晚于今天")),
    errors.ContactMissing: ("contact_name", _("请填写联系人和至少一种联系方式")),
    errors.HoldsConfidential: ("wish", _("这段话与保密内容相同，服务机构会看到，请改写")),
    errors.AlreadyAsked: ("", _("同一项服务已经申请过，还在办理。")),
}


def refusal(error: Exception) -> tuple[str, str]:
    """(field, sentence) for why something was not asked for; no field: of the whole."""
    field, sentence = _REFUSALS[type(error)]
    return field, str(sentence)


REFUSALS = tuple(_REFUSALS)


def agreement(person: str, day: date, way: ConsentWay, note: str) -> str:
    """How a requester told the bureau that its contact may be opened, as the request's history keeps it."""
    told = {"person": person, "day": day.isoformat(), "way": str(WAYS[way])}
    if note:
        return str(
            gettext("%(person)s于%(day)s同意开放联系方式（%(way)s）。说明：%(note)s", note=note, **told)
        )
    return str(gettext("%(person)s于%(day)s同意开放联系方式（%(way)s）。", **told))


def contact_shown(status: RequestStatus) -> str:
    """Whether the intermediary reads the contact."""
    return str(CONTACT_SHOWN[status])


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
