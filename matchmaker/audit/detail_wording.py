"""The words for the details of an event, by the keys that the services give them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import gettext, lazy_pgettext

from matchmaker import service_wording, wording
from matchmaker.audit import field_wording
from matchmaker.audit.filter_wording import filters_in_words
from matchmaker.audit.wording import object_name
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.vocabulary.wording import LISTS as VOCABULARIES
from models import (
    AuditEvent,
    CallStatus,
    CapabilityStatus,
    ConsentWay,
    PairingStatus,
    ProblemStatus,
    ProjectStatus,
    RecordStatus,
    RequestStatus,
    ServiceStatus,
    Side,
    Verification,
)

OWNERS: Mapping[str, Any] = {
    "organisation": lazy_pgettext("audit detail", "单位"),
    **service_wording.AUDIT_OBJECTS,
    "problem": lazy_pgettext("audit detail", "难题"),
    "capability": lazy_pgettext("audit detail", "成果"),
    "record": lazy_pgettext("audit detail", "合作记录"),
    "thread_entry": lazy_pgettext("audit detail", "往来编号"),
}
"""What a file hangs on."""

DETAILS: Mapping[str, Any] = {
    **service_wording.AUDIT_DETAILS,
    "actor": lazy_pgettext("audit detail", "人员"),
    "after": lazy_pgettext("audit detail", "改为"),
    "audience": lazy_pgettext("audit detail", "给谁看"),
    "before": lazy_pgettext("audit detail", "原为"),
    "both": lazy_pgettext("audit detail", "双方都有意向"),
    "broker": lazy_pgettext("audit detail", "经办人"),
    "bytes": lazy_pgettext("audit detail", "大小（字节）"),
    "capability": lazy_pgettext("audit detail", "成果"),
    "by": lazy_pgettext("audit detail", "办理途径"),
    "code": lazy_pgettext("audit detail", "统一社会信用代码"),
    "confidential": lazy_pgettext("audit detail", "保密"),
    "conflicted": lazy_pgettext("audit detail", "有利害关系"),
    "consent": lazy_pgettext("audit detail", "同意的说明版本"),
    "decisions": lazy_pgettext("audit detail", "学习的决定数"),
    "digest": lazy_pgettext("audit detail", "密封摘要"),
    "entry": lazy_pgettext("audit detail", "往来编号"),
    "events": lazy_pgettext("audit detail", "去名的审计记录数"),
    "fields": lazy_pgettext("audit detail", "改动的内容"),
    "files": lazy_pgettext("audit detail", "附件数"),
    "filters": lazy_pgettext("audit detail", "筛选条件"),
    "first": lazy_pgettext("audit detail", "起始日"),
    "form": lazy_pgettext("audit detail", "文件格式"),
    "format": lazy_pgettext("audit detail", "推送格式"),
    "from": lazy_pgettext("audit detail", "原状态"),
    "ids": lazy_pgettext("audit detail", "编号"),
    "mailed": lazy_pgettext("audit detail", "发到本人邮箱"),
    "kind": lazy_pgettext("audit detail", "种类"),
    "last": lazy_pgettext("audit detail", "截止日"),
    "list": lazy_pgettext("audit detail", "清单"),
    "main": lazy_pgettext("audit detail", "以它为准"),
    "milestone": lazy_pgettext("audit detail", "里程碑"),
    "moved": lazy_pgettext("audit detail", "一并改以它为准"),
    "name": lazy_pgettext("audit detail", "名称"),
    "need": lazy_pgettext("audit detail", "共性需求编号"),
    "number": lazy_pgettext("audit detail", "编号"),
    "objection": lazy_pgettext("audit detail", "异议编号"),
    "opened": lazy_pgettext("audit detail", "开启的方案"),
    "organisation": lazy_pgettext("audit detail", "单位"),
    "other": lazy_pgettext("audit detail", "另一项"),
    "owner_id": lazy_pgettext("audit detail", "所属编号"),
    "owner_kind": lazy_pgettext("audit detail", "属于"),
    "pairing": lazy_pgettext("audit detail", "匹配"),
    "pictures": lazy_pgettext("audit detail", "图片数"),
    "problem": lazy_pgettext("audit detail", "难题"),
    "proposal": lazy_pgettext("audit detail", "揭榜方案编号"),
    "proposals": lazy_pgettext("audit detail", "揭榜方案数"),
    "remains": lazy_pgettext("audit detail", "余下内容的摘要"),
    "reason": lazy_pgettext("audit detail", "原因"),
    "received": lazy_pgettext("audit detail", "到账（万元）"),
    "record": lazy_pgettext("audit detail", "合作记录"),
    "rows": lazy_pgettext("audit detail", "行数"),
    "said_on": lazy_pgettext("audit detail", "答复日期"),
    "second_factor": lazy_pgettext("audit detail", "两步验证"),
    "section": lazy_pgettext("audit detail", "部分"),
    "side": lazy_pgettext("audit detail", "哪一方"),
    "sides": lazy_pgettext("audit detail", "问了谁"),
    "size": lazy_pgettext("audit detail", "大小（字节）"),
    "step": lazy_pgettext("audit detail", "下一步编号"),
    "title": lazy_pgettext("audit detail", "名称"),
    "to": lazy_pgettext("audit detail", "新状态"),
    "topics": lazy_pgettext("audit detail", "通知类别"),
    "until": lazy_pgettext("audit detail", "到"),
    "user": lazy_pgettext("audit detail", "账号编号"),
    "version": lazy_pgettext("audit detail", "版本"),
    "way": lazy_pgettext("audit detail", "答复方式"),
    "where": lazy_pgettext("audit detail", "在哪里"),
    "winner": lazy_pgettext("audit detail", "中榜方案编号"),
}
_IMPORTED: Mapping[str, Any] = {
    "added": lazy_pgettext("audit detail", "新增"),
    "bad": lazy_pgettext("audit detail", "有误"),
    "failed": lazy_pgettext("audit detail", "没有导入"),
    "kind": lazy_pgettext("audit detail", "导入的是"),
    "skipped": lazy_pgettext("audit detail", "跳过"),
    "unchanged": lazy_pgettext("audit detail", "没有变化"),
    "updated": lazy_pgettext("audit detail", "更新"),
}
_TERM: Mapping[str, Any] = {
    "code": lazy_pgettext("audit detail", "代码"),
    "kind": lazy_pgettext("audit detail", "列表"),
    "to": lazy_pgettext("audit detail", "新的位置"),
}
APART: Mapping[str, Mapping[str, Any]] = {
    # By the action or the part before its dot, where a key means something else than DETAILS says.
    "import": _IMPORTED,
    "job": {"kind": lazy_pgettext("audit detail", "任务")},
    "organisation.merged": {
        "main": lazy_pgettext("audit detail", "并入"),
        "moved": lazy_pgettext("audit detail", "移过去的内容"),
    },
    "term": _TERM,
}
PLACES: Mapping[str, Any] = {
    # Of "where": where a confidential text was shown.
    "page": lazy_pgettext("audit detail", "详情页"),
    "form": lazy_pgettext("audit detail", "修改页"),
    "history": lazy_pgettext("audit detail", "修改记录"),
}
EXPORTED: Mapping[str, Any] = {
    # Of "list": which list was exported, by its name in the address.
    "accounts": lazy_pgettext("exported", "账号"),
    "alliances": lazy_pgettext("exported", "产业技术创新战略联盟"),
    "audit": lazy_pgettext("exported", "审计记录"),
    "calls": lazy_pgettext("exported", "难题招标"),
    "capabilities": lazy_pgettext("exported", "科研能力与成果"),
    "carriers": lazy_pgettext("exported", "创新载体"),
    "common-needs": lazy_pgettext("exported", "共性需求"),
    "my-capabilities": lazy_pgettext("exported", "我的成果"),
    "my-problems": lazy_pgettext("exported", "我的难题"),
    "organisations": lazy_pgettext("exported", "单位"),
    "pairings": lazy_pgettext("exported", "匹配"),
    "problems": lazy_pgettext("exported", "技术难题"),
    "projects": lazy_pgettext("exported", "凝炼项目"),
    "records": lazy_pgettext("exported", "合作记录"),
    "research-bodies": lazy_pgettext("exported", "企业研发机构"),
    "service-requests": lazy_pgettext("exported", "服务申请"),
    "services": lazy_pgettext("exported", "科技服务"),
}
AUDIENCES: Mapping[str, Any] = {
    "staff": lazy_pgettext("audit detail", "仅科技局内部"),
    "problem": lazy_pgettext("audit detail", "难题方"),
    "capability": lazy_pgettext("audit detail", "成果方"),
    "both": lazy_pgettext("audit detail", "双方"),
}
STATUSES: Mapping[str, type[StrEnum]] = {
    "capability": CapabilityStatus,
    "cooperation_record": RecordStatus,
    "organisation": Verification,
    "pairing": PairingStatus,
    "project": ProjectStatus,
    "problem": ProblemStatus,
    "service": ServiceStatus,
    "service_request": RequestStatus,
    "solution_call": CallStatus,
}
"""Whose codes `from` and `to` are, by the object's table."""

KINDS: Mapping[str, Mapping[Any, Any]] = {"term": VOCABULARIES, "import": OWNERS, "job": wording.JOBS}
"""Of what `kind` is one, by the part of the action before its dot."""
CODES: Mapping[str, Mapping[str, Any]] = {
    "audience": AUDIENCES,
    "fields": field_wording.FIELDS,
    "list": EXPORTED,
    "owner_kind": OWNERS,
    "section": field_wording.SECTIONS,
    "topics": field_wording.TOPICS,
    "where": PLACES,
}
"""Whose words a key's values have, one or several."""


def details_in_words(event: AuditEvent, vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """(name, value) of an event's details. They are codes and numbers, never confidential texts."""
    return [
        (_name(event, name), _value(event, name, value, vocabulary))
        for name, value in sorted(event.details.items(), key=lambda each: (each[0] == "to", each[0]))
        if value not in (None, "", [])
    ]


def _area(event: AuditEvent) -> str:
    return event.action.partition(".")[0]


def _name(event: AuditEvent, name: str) -> str:
    for apart in (event.action, _area(event)):
        if name in APART.get(apart, {}):
            return str(APART[apart][name])
    return str(DETAILS.get(name, name))


def _value(event: AuditEvent, name: str, value: Any, vocabulary: Vocabulary) -> str:
    if isinstance(value, bool):
        return str(lazy_pgettext("audit detail", "是") if value else lazy_pgettext("audit detail", "否"))
    if isinstance(value, list):
        return str(gettext("、")).join(_each(event, name, each) for each in value)
    if name == "main" and isinstance(value, int):
        return _numbered(event.object_kind, value)
    if name == "stage":
        return vocabulary.label("member_stage", str(value))
    if not isinstance(value, str):
        return str(value)
    if name == "about":
        kind, _space, number = value.partition(" ")
        return _numbered(kind, number)
    if name == "filters":
        return filters_in_words(value, vocabulary)
    return _word(event, name, value)


def _each(event: AuditEvent, name: str, value: Any) -> str:
    """One of several."""
    if name == "sides":
        return wording.label(Side(value))
    if name == "opened":
        return str(value["proposal"])
    if event.action == "organisation.merged" and name == "moved":
        return object_name(value)
    return str(CODES.get(name, {}).get(value, value))


def _word(event: AuditEvent, name: str, value: str) -> str:
    """Of a code that stands for itself."""
    statuses = STATUSES.get(event.object_kind)
    if name in ("from", "to") and statuses is not None and value in list(statuses):
        return wording.label(statuses(value))
    if name == "side" and value in list(Side):
        return wording.label(Side(value))
    if name == "way" and value in list(ConsentWay):
        return wording.label(ConsentWay(value))
    if name == "kind":
        known = KINDS.get(_area(event), {})
        return str(known.get(value) or object_name(value))
    return str(CODES.get(name, {}).get(value, value))


def _numbered(kind: str, number: int | str) -> str:
    named = OWNERS.get(kind) or object_name(kind)
    return str(gettext("%(kind)s %(id)s", kind=named, id=number))
