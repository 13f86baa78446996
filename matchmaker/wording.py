"""The words for codes: statuses, roles, steps, comparisons. What one package alone shows is worded there."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from matchmaker import project_wording, service_wording
from models import (
    Answerers,
    Audience,
    BudgetReaders,
    CallStatus,
    CapabilityStatus,
    Channel,
    CheckKind,
    ConsentStatus,
    ConsentWay,
    DeclineReason,
    DeliveryStatus,
    Frequency,
    MilestoneStatus,
    MoneyKind,
    OrganisationKind,
    PairingStatus,
    PartyRole,
    PayloadFormat,
    ProblemStatus,
    ProposalStatus,
    RankingState,
    RecordStatus,
    Role,
    Side,
    Urgency,
    Verification,
)

ORGANISATION_KINDS: Mapping[OrganisationKind, Any] = {
    # Apart from LABELS: a kind and a role of the same code are the same key.
    OrganisationKind.ENTERPRISE: _("企业"),
    OrganisationKind.UNIVERSITY: _("高校"),
    OrganisationKind.INSTITUTE: _("科研院所"),
    OrganisationKind.BUREAU: _("主管部门"),
    OrganisationKind.INTERMEDIARY: _("科技中介服务机构"),
}

CALL_STATUSES: Mapping[CallStatus, Any] = {
    CallStatus.DRAFT: lazy_pgettext("call", "草稿"),
    CallStatus.SUBMITTED: lazy_pgettext("call", "待审批"),
    CallStatus.OPEN: lazy_pgettext("call", "揭榜中"),
    CallStatus.CLOSED: lazy_pgettext("call", "已截止"),
    CallStatus.UNDER_REVIEW: lazy_pgettext("call", "评审中"),
    CallStatus.DECIDED: lazy_pgettext("call", "待公示"),
    CallStatus.NOTICE: lazy_pgettext("call", "公示中"),
    CallStatus.AWARDED: lazy_pgettext("call", "已中榜"),
    CallStatus.UNAWARDED: lazy_pgettext("call", "无中榜"),
    CallStatus.CANCELLED: lazy_pgettext("call", "已取消"),
}
PROPOSAL_STATUSES: Mapping[ProposalStatus, Any] = {
    ProposalStatus.DRAFT: lazy_pgettext("proposal", "草稿"),
    ProposalStatus.SEALED: lazy_pgettext("proposal", "已密封提交"),
    ProposalStatus.WITHDRAWN: lazy_pgettext("proposal", "已撤回"),
    ProposalStatus.UNSEALED: lazy_pgettext("proposal", "已开启"),
    ProposalStatus.AWARDED: lazy_pgettext("proposal", "中榜"),
    ProposalStatus.DECLINED: lazy_pgettext("proposal", "未中榜"),
}

CHECK_KINDS: Mapping[CheckKind, Any] = {
    CheckKind.CAPABILITY: lazy_pgettext("checking", "成果"),
    CheckKind.ORGANISATION: lazy_pgettext("checking", "单位"),
    CheckKind.PROBLEM: lazy_pgettext("checking", "难题"),
}
ANSWERERS: Mapping[Answerers, Any] = {
    Answerers.ACADEMIC: _("所有通过审核的高校和科研院所"),
    Answerers.NAMED: _("指定的单位"),
    Answerers.ANYONE: _("所有通过审核的单位，不限类型和地区"),
}
CONSENTS: Mapping[ConsentStatus, Any] = {
    ConsentStatus.ASKED: lazy_pgettext("consent", "等待答复"),
    ConsentStatus.AGREED: lazy_pgettext("consent", "同意对接"),
    ConsentStatus.DECLINED: lazy_pgettext("consent", "暂不对接"),
    ConsentStatus.WITHDRAWN: lazy_pgettext("consent", "已撤回同意"),
}
READERS: Mapping[Audience, Any] = {
    # Beside an entry, for staff.
    Audience.STAFF: _("仅科技局内部"),
    Audience.BOTH: _("双方可见"),
    Audience.PROBLEM: _("难题方可见"),
    Audience.CAPABILITY: _("成果方可见"),
}
DECLINE_REASONS: Mapping[DeclineReason, Any] = {
    # Why a side does not want to talk, as the other side reads it.
    DeclineReason.NOT_NOW: _("近期还没有合作安排"),
    DeclineReason.NOT_FITTING: _("方向与目前的需要不太一致"),
    DeclineReason.HAS_PARTNER: _("已经有合作单位"),
    DeclineReason.NO_CAPACITY: _("目前人手排不开"),
    DeclineReason.OTHER: _("另有考虑"),
}
WAYS: Mapping[ConsentWay, Any] = {
    # How a side told the bureau.
    ConsentWay.PHONE: lazy_pgettext("way of saying", "电话"),
    ConsentWay.MAIL: lazy_pgettext("way of saying", "邮件"),
    ConsentWay.MEETING: lazy_pgettext("way of saying", "会面"),
    ConsentWay.WECHAT: lazy_pgettext("way of saying", "微信"),
    ConsentWay.LETTER: lazy_pgettext("way of saying", "书面函件"),
}

LABELS: Mapping[StrEnum, Any] = {
    Verification.PENDING: _("待审核"),
    Verification.VERIFIED: _("已通过"),
    Verification.REJECTED: _("未通过"),
    Verification.MERGED: _("已并入"),
    Role.ENTERPRISE: _("企业用户"),
    Role.LIAISON: _("高校院所联络员"),
    Role.INTERMEDIARY: _("服务机构人员"),
    Role.STAFF: _("科技局工作人员"),
    Role.ADMINISTRATOR: _("管理员"),
    ProblemStatus.DRAFT: _("草稿"),
    ProblemStatus.SUBMITTED: _("待审核"),
    ProblemStatus.RETURNED: _("退回修改"),
    ProblemStatus.PUBLISHED: _("已发布"),
    ProblemStatus.IN_COOPERATION: _("合作中"),
    ProblemStatus.SOLVED: _("已解决"),
    ProblemStatus.WITHDRAWN: _("已撤回"),
    ProblemStatus.EXPIRED: _("已过期"),
    CapabilityStatus.DRAFT: _("草稿"),
    CapabilityStatus.SUBMITTED: _("待审核"),
    CapabilityStatus.RETURNED: _("退回修改"),
    CapabilityStatus.PUBLISHED: _("已发布"),
    CapabilityStatus.ARCHIVED: _("已下架"),
    RankingState.CANDIDATE: _("等待启用"),
    RankingState.ACTIVE: _("在用"),
    RankingState.RETIRED: _("已停用"),
    RankingState.REFUSED: _("没有更好，未启用"),
    PairingStatus.SUGGESTED: _("系统推荐"),
    PairingStatus.SHORTLISTED: lazy_pgettext("status", "入围"),
    PairingStatus.INTRODUCED: _("已对接"),
    PairingStatus.NEGOTIATING: _("洽谈中"),
    PairingStatus.CONFIRMED: _("已确认"),
    PairingStatus.DISMISSED: _("不合适"),
    RecordStatus.INTENDED: _("意向"),
    RecordStatus.SIGNED: _("已签约"),
    RecordStatus.IN_PROGRESS: _("执行中"),
    RecordStatus.ACCEPTED: _("已验收"),
    RecordStatus.TERMINATED: _("已终止"),
    MilestoneStatus.PLANNED: _("计划中"),
    MilestoneStatus.DONE: _("已完成"),
    MilestoneStatus.WAIVED: _("已取消"),
    PartyRole.A: _("甲方"),
    PartyRole.B: _("乙方"),
    PartyRole.C: _("丙方"),
    PartyRole.D: _("丁方"),
    Urgency.NORMAL: _("一般"),
    Urgency.URGENT: _("紧急"),
    Urgency.BLOCKING: _("卡脖子"),
    MoneyKind.NEGOTIABLE: _("面议"),
    MoneyKind.EXACT: _("确定金额"),
    MoneyKind.RANGE: _("金额区间"),
    BudgetReaders.ALL: _("所有人可见"),
    BudgetReaders.SIGNED_IN: _("登录用户可见"),
    Side.PROBLEM: _("难题方"),
    Side.CAPABILITY: _("成果方"),
}

TONES: Mapping[StrEnum, str] = {
    **project_wording.TONES,
    # One colour per state everywhere; the word stands beside it. Classes are in static/matchmaker.css.
    Verification.PENDING: "waiting",
    Verification.VERIFIED: "live",
    Verification.REJECTED: "refused",
    Verification.MERGED: "quiet",
    RankingState.CANDIDATE: "waiting",
    RankingState.ACTIVE: "live",
    RankingState.RETIRED: "quiet",
    RankingState.REFUSED: "quiet",
    ProblemStatus.DRAFT: "quiet",
    ProblemStatus.SUBMITTED: "waiting",
    ProblemStatus.RETURNED: "refused",
    ProblemStatus.PUBLISHED: "live",
    ProblemStatus.IN_COOPERATION: "working",
    ProblemStatus.SOLVED: "done",
    ProblemStatus.WITHDRAWN: "quiet",
    ProblemStatus.EXPIRED: "quiet",
    CapabilityStatus.DRAFT: "quiet",
    CapabilityStatus.SUBMITTED: "waiting",
    CapabilityStatus.RETURNED: "refused",
    CapabilityStatus.PUBLISHED: "live",
    CapabilityStatus.ARCHIVED: "quiet",
    CallStatus.DRAFT: "quiet",
    CallStatus.SUBMITTED: "waiting",
    CallStatus.OPEN: "live",
    CallStatus.CLOSED: "waiting",
    CallStatus.UNDER_REVIEW: "working",
    CallStatus.DECIDED: "working",
    CallStatus.NOTICE: "working",
    CallStatus.AWARDED: "done",
    CallStatus.UNAWARDED: "quiet",
    CallStatus.CANCELLED: "refused",
    ProposalStatus.DRAFT: "quiet",
    ProposalStatus.SEALED: "live",
    ProposalStatus.WITHDRAWN: "quiet",
    ProposalStatus.UNSEALED: "working",
    ProposalStatus.AWARDED: "done",
    ProposalStatus.DECLINED: "quiet",
    PairingStatus.SUGGESTED: "live",
    PairingStatus.SHORTLISTED: "waiting",
    PairingStatus.INTRODUCED: "working",
    PairingStatus.NEGOTIATING: "working",
    PairingStatus.CONFIRMED: "done",
    PairingStatus.DISMISSED: "quiet",
    RecordStatus.INTENDED: "waiting",
    RecordStatus.SIGNED: "working",
    RecordStatus.IN_PROGRESS: "working",
    RecordStatus.ACCEPTED: "done",
    RecordStatus.TERMINATED: "refused",
    MilestoneStatus.PLANNED: "waiting",
    MilestoneStatus.DONE: "done",
    MilestoneStatus.WAIVED: "quiet",
}

STRENGTHS = {"strong": _("很匹配"), "good": _("较匹配"), "possible": _("可能")}

COMPARISONS = {"≥": _("不低于"), "≤": _("不高于"), "=": _("等于"), "~": _("约")}

_HTTP = {
    400: (_("请求不完整"), _("浏览器送来的内容不完整。请返回、刷新后再试。")),
    403: (_("没有权限"), _("您的账号不能查看或办理这一项。如需开通，请联系科技局工作人员。")),
    404: (_("没有找到"), _("这个页面不存在，或者内容已经撤下。")),
    405: (_("不能这样打开"), _("请从页面上的按钮办理。")),
    409: (_("内容已变化"), _("有人刚刚处理过它，请刷新后再看。")),
    413: (_("文件太大"), _("上传的内容超过了限制，请压缩或分开上传。")),
    415: (_("文件类型不符"), _("这种文件不能上传。")),
    429: (_("操作太频繁"), _("请稍等一分钟再试。")),
    500: (_("服务出错了"), _("不是您的问题，我们已经记录下来。请稍后再试，您已保存的内容不会丢失。")),
    503: (_("服务暂不可用"), _("请稍后再试。")),
}


DELIVERIES: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    # What leaves the service, how, and how often; words that other codes have too.
    Channel: {
        Channel.MAIL: lazy_pgettext("delivery", "邮件"),
        Channel.WEBHOOK: lazy_pgettext("delivery", "机器人推送"),
    },
    DeliveryStatus: {
        DeliveryStatus.WAITING: lazy_pgettext("delivery", "等待发送"),
        DeliveryStatus.SENDING: lazy_pgettext("delivery", "正在发送"),
        DeliveryStatus.SENT: lazy_pgettext("delivery", "已发出"),
        DeliveryStatus.FAILED: lazy_pgettext("delivery", "没有发出"),
        DeliveryStatus.DROPPED: lazy_pgettext("delivery", "不再需要"),
    },
    PayloadFormat: {
        PayloadFormat.WECOM: _("企业微信群机器人"),
        PayloadFormat.DINGTALK: _("钉钉群机器人"),
        PayloadFormat.FEISHU: _("飞书群机器人"),
        PayloadFormat.JSON: _("自己的程序（带签名的 JSON）"),
    },
    Frequency: {
        Frequency.AT_ONCE: _("立即发邮件"),
        Frequency.DAILY: _("每天一封汇总"),
        Frequency.IN_SERVICE: _("只在系统里"),
        Frequency.OFF: _("不通知"),
    },
}

APART: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    OrganisationKind: ORGANISATION_KINDS,
    CallStatus: CALL_STATUSES,
    CheckKind: CHECK_KINDS,
    **DELIVERIES,
    ProposalStatus: PROPOSAL_STATUSES,
    Answerers: ANSWERERS,
    ConsentStatus: CONSENTS,
    Audience: READERS,
    DeclineReason: DECLINE_REASONS,
    ConsentWay: WAYS,
    **project_wording.APART,
    **service_wording.APART,
}
"""Enumerations whose codes another one has with other words."""


JOBS: Mapping[str, Any] = {
    "audit.check": _("核对审计链条"),
    "common_needs.look": _("归并共性需求"),
    "import.check": _("检查表格"),
    "import.run": _("导入表格"),
    "export.everything": _("导出全部数据"),
    "export.list": _("导出清单"),
}
"""What is done, by kind; the packages whose jobs these are name them here."""


def label(member: StrEnum | None) -> str:
    """The word for an enumeration's member, in the reader's language."""
    if member is None:
        return ""
    return str(APART.get(type(member), LABELS)[member])


def tone(member: StrEnum) -> str:
    """The colour class of a status."""
    return service_wording.TONES.get(type(member), TONES).get(member, "quiet")


def http_error(code: int) -> tuple[str, str]:
    """Title and explanation of a status code, in the reader's language."""
    title, text = _HTTP.get(code, _HTTP[500] if code >= 500 else _HTTP[400])
    return str(title), str(text)


RECORD_EVENTS: Mapping[str, Any] = {
    # What happened to a cooperation record: RecordEvent.action, and `step` of the notice "record.step".
    "opened": lazy_pgettext("event", "建立合作记录"),
    "amended": lazy_pgettext("event", "修改合作记录"),
    "noted": lazy_pgettext("event", "记录进展"),
    "signed": lazy_pgettext("event", "已签约"),
    "started": lazy_pgettext("event", "开始执行"),
    "accepted": lazy_pgettext("event", "通过验收"),
    "terminated": lazy_pgettext("event", "终止合作"),
    "reopened": lazy_pgettext("event", "恢复合作"),
    "milestone_added": lazy_pgettext("event", "增加里程碑"),
    "milestone_amended": lazy_pgettext("event", "修改里程碑"),
    "milestone_completed": lazy_pgettext("event", "完成里程碑"),
    "milestone_waived": lazy_pgettext("event", "取消里程碑"),
    "milestone_reopened": lazy_pgettext("event", "恢复里程碑"),
    "received": lazy_pgettext("event", "收到付款"),
}


def record_event(action: str) -> str:
    """The words for what happened to a cooperation record; an action without words stands for itself."""
    return str(RECORD_EVENTS.get(action, action))
