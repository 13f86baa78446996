"""The sentences of the checking queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _

from matchmaker.audit import wording as audit_words
from matchmaker.capabilities import wording as capability_words
from matchmaker.checking.readability import LONG_SENTENCE, SHORT_TEXT, Finding, Hint
from matchmaker.checking.registration import Doubt
from matchmaker.checking.service import Decision
from matchmaker.formats import moment
from matchmaker.problems import wording as problem_words
from models import AuditEvent, CheckKind, VocabularyKind

ORGANISATION_FIELDS: Mapping[str, Any] = {
    "name": _("单位名称"),
    "code": _("统一社会信用代码"),
    "county": _("所在县（市、区）"),
    "industry": _("所属行业"),
    "tags": _("单位标签"),
    "introduction": _("单位简介"),
    "address": _("地址"),
    "contact_name": _("联系人"),
    "contact_phone": _("联系电话"),
    "contact_email": _("联系邮箱"),
}
FIELDS: Mapping[CheckKind, Mapping[str, Any]] = {
    CheckKind.PROBLEM: problem_words.FIELDS,
    CheckKind.CAPABILITY: capability_words.FIELDS,
    CheckKind.ORGANISATION: ORGANISATION_FIELDS,
}
LACKING: Mapping[CheckKind, Mapping[str, Any]] = {
    CheckKind.PROBLEM: {
        "targets": _("没有可以考核的技术指标"),
        "money_kind": _("计划投入写的是面议，没有金额"),
        "basis": _("没有写现有工作基础"),
        "contact_phone": _("没有电话，也没有邮箱"),
        "subfield": _("没有选二级领域"),
    },
    CheckKind.CAPABILITY: {
        "advantage": _("没有与现有技术对比，企业评审常跳过这样的成果"),
        "economics": _("没有经济性：投入、成本、回收期"),
        "targets": _("没有技术指标"),
        "trl": _("没有选技术成熟度"),
        "application": _("没有写应用领域与前景"),
        "patents": _("没有知识产权"),
        "team": _("没有写负责人与团队"),
        "contact_phone": _("没有电话，也没有邮箱"),
    },
    CheckKind.ORGANISATION: {
        "introduction": _("没有单位简介"),
        "industry": _("没有选所属行业"),
        "address": _("没有地址"),
        "contact_email": _("没有联系邮箱"),
    },
}
FINDINGS: Mapping[Hint, Any] = {
    Hint.CONTACT_IN_TEXT: _("公开内容里有电话或邮箱（%(quoted)s），发布后所有人都能看到。"),
    Hint.EMPTY_TITLE: _("名称里没有写出技术点。"),
    Hint.SHORT: _("正文不到 %(short)s 个字，看不出具体要解决什么、做到什么程度。"),
    Hint.NO_FIGURE: _("指标和正文里没有一个带单位的数，验收时无从考核。"),
    Hint.STOCK_PHRASES: _("正文里有套话（%(quoted)s）而没有数字，请作者写出具体的技术点。"),
    Hint.LONG_SENTENCES: _("有一句超过 %(long)s 个字，读起来吃力，可以分成几句：“%(quoted)s……”"),
}
DOUBTS: Mapping[Doubt, Any] = {
    Doubt.CODE_OF_OTHER_KIND: _("从统一社会信用代码的第一位看，登记机关与所选的单位类型不符。"),
    Doubt.CODE_OF_OTHER_PLACE: _("从统一社会信用代码看，注册地与所选的县（市、区）不同。"),
    Doubt.NAME_OF_OTHER_KIND: _("从名称看，与所选的单位类型不符。"),
}
REASONS: Mapping[CheckKind, VocabularyKind] = {
    CheckKind.PROBLEM: VocabularyKind.RETURN_PROBLEM,
    CheckKind.CAPABILITY: VocabularyKind.RETURN_CAPABILITY,
    CheckKind.ORGANISATION: VocabularyKind.RETURN_ORGANISATION,
}
"""The list of ready reasons of each kind."""
ACCEPT: Mapping[CheckKind, Any] = {
    CheckKind.PROBLEM: _("发布"),
    CheckKind.CAPABILITY: _("发布"),
    CheckKind.ORGANISATION: _("通过审核"),
}
SEND_BACK: Mapping[CheckKind, Any] = {
    CheckKind.PROBLEM: lazy_pgettext("button", "退回修改"),
    CheckKind.CAPABILITY: lazy_pgettext("button", "退回修改"),
    CheckKind.ORGANISATION: _("不予通过"),
}


def field_name(kind: CheckKind, name: str) -> str:
    return str(FIELDS[kind].get(name, name))


def lacks(kind: CheckKind, name: str) -> str:
    return str(LACKING[kind][name])


def finding(found: Finding) -> str:
    """What a reader stumbles over, and why that matters."""
    return str(FINDINGS[found.hint]) % {"quoted": found.quoted, "short": SHORT_TEXT, "long": LONG_SENTENCE}


def doubt(found: Doubt) -> str:
    return str(DOUBTS[found])


def name_of(subject: Any) -> str:
    return str(getattr(subject, "title", None) or getattr(subject, "name", None) or gettext("（还没有名称）"))


def accepted(kind: CheckKind, subject: Any) -> str:
    """Said after publishing or verifying."""
    if kind is CheckKind.ORGANISATION:
        return str(gettext("“%(name)s”已通过审核，已通知对方。", name=name_of(subject)))
    return str(gettext("“%(title)s”已发布，发布单位已收到通知。", title=name_of(subject)))


def sent_back(kind: CheckKind, subject: Any) -> str:
    """Said after returning or refusing."""
    if kind is CheckKind.ORGANISATION:
        return str(gettext("已告知“%(name)s”未通过审核及原因，对方修改后会再次提交。", name=name_of(subject)))
    return str(gettext("“%(title)s”已退回，发布单位会收到退回原因。", title=name_of(subject)))


def to_undo(decision: Decision) -> str:
    """On the button that takes the last decision back."""
    if decision.accepted:
        return str(gettext("撤回刚才的通过：%(title)s", title=name_of(decision.subject)))
    return str(gettext("撤回刚才的退回：%(title)s", title=name_of(decision.subject)))


def undone(decision: Decision) -> str:
    return str(gettext("已撤回对“%(title)s”的决定，它重新等待审核。", title=name_of(decision.subject)))


def happened(subject: Any, event: AuditEvent | None) -> str:
    """What became of one that waits no more."""
    if event is None:
        return str(gettext("“%(title)s”已经不在待审核中。", title=name_of(subject)))
    return str(
        gettext(
            "“%(title)s”已由 %(who)s 于 %(when)s 办理：%(what)s。",
            title=name_of(subject),
            who=event.who or gettext("系统"),
            when=moment(event.at),
            what=audit_words.action_name(event.action),
        )
    )


def also_open(names: list[str]) -> str:
    """Who else has it open."""
    return str(
        gettext(
            "%(names)s 正在看这一条。为免重复办理，可以先看下一条。",
            names=gettext("、").join(names),
        )
    )
