"""The words of calls: what is wrong, what a step is called, what stood in the way, what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _

from matchmaker import formats
from matchmaker.attachments.service import Refused
from matchmaker.attachments.wording import refusal
from matchmaker.calls import errors
from matchmaker.calls.errors import Fault
from matchmaker.calls.proposals import MOST_FILE_MB, MOST_FILES
from matchmaker.calls.reading import Stage
from matchmaker.settings import Settings
from matchmaker.wording import label
from matchmaker.work import LOCAL_ZONE
from models import CallEvent

FAULTS: Mapping[Fault, Any] = {
    Fault.TITLE: _("请填写名称"),
    Fault.REQUIREMENTS: _("请写明揭榜要求"),
    Fault.REWARD: _("请填写大于 0 的揭榜金额"),
    Fault.CLOSES_MISSING: _("请填写截止时间"),
    Fault.CLOSES_PASSED: _("截止时间已经过去，请填写以后的时间"),
    Fault.CLOSES_EARLIER: _("截止时间只能延后，不能提前"),
    Fault.NOBODY_NAMED: _("请至少选择一家可以揭榜的单位"),
    Fault.NO_CRITERIA: _("请至少填写一项评审标准"),
    Fault.CRITERION_TWICE: _("同一项标准只能填写一次"),
    Fault.WEIGHTS: _("各项权重合计要等于 100"),
    Fault.REASON: _("请写明理由"),
    Fault.PLAN: _("请写明技术方案，至少 30 个字"),
    Fault.TEAM: _("请写明团队"),
    Fault.PRICE: _("请填写报价"),
    Fault.MONTHS: _("请填写完成需要几个月"),
    Fault.NO_ACCOUNT: _("没有这个账号，请核对邮箱或手机号"),
    Fault.ADMINISTRATOR: _("管理员账号不能参加评审"),
    Fault.NOT_VERIFIED: _("这个账号的单位没有通过审核"),
    Fault.OF_A_PROPOSER: _("这个账号属于提交了揭榜方案的单位，不能参加评审"),
    Fault.NAMED_ALREADY: _("已经请了这位评审人"),
}
STAGES: Mapping[Stage, Any] = {
    Stage.OPEN: lazy_pgettext("call", "揭榜中"),
    Stage.REVIEW: lazy_pgettext("call", "评审中"),
    Stage.NOTICE: lazy_pgettext("call", "公示中"),
    Stage.ENDED: lazy_pgettext("call", "已结束"),
    Stage.PREPARING: lazy_pgettext("call", "准备中"),
}
STEPS: Mapping[str, Any] = {
    "publish": _("张榜"),
    "return": _("退回修改"),
    "extend": _("延长截止时间"),
    "unseal": _("开启揭榜方案"),
    "decide": _("作出决定"),
    "announce": _("开始公示"),
    "award": _("确认中榜"),
    "end_without_award": _("结束，无中榜"),
    "reconsider": _("撤回决定，重新评审"),
    "cancel": _("取消招标"),
}
STEP_HELP: Mapping[str, Any] = {
    "publish": _("张榜后公开，可以揭榜的单位会收到通知。金额、要求和标准不能再改，截止时间只能延后。"),
    "return": _("发布单位会收到原因，修改后可以重新申请。"),
    "extend": _("可以揭榜的单位会收到通知。截止时间只能延后。"),
    "unseal": _("全部方案一次开启，谁在什么时候开启会记入审计。开启后请评审人。"),
    "decide": _("所有评审人的评分已经到齐。也可以决定没有方案中榜。"),
    "announce": _("公示中榜单位，公示期内可以提出异议。"),
    "award": _("与中榜单位的成果确认匹配，并建立合作记录。"),
    "end_without_award": _("难题仍然公开，以后可以再次张榜。"),
    "reconsider": _("异议成立或发现差错时用。已有评分保留，可以增加评审人。"),
    "cancel": _("不再收方案；没有开启的方案不会开启。"),
}
STEP_DONE: Mapping[str, Any] = {
    "submit": _("已提交，等待科技局审批。"),
    "publish": _("已张榜，可以揭榜的单位已收到通知。"),
    "return": _("已退回，发布单位会收到原因。"),
    "extend": _("截止时间已延长，可以揭榜的单位已收到通知。"),
    "unseal": _("揭榜方案已开启，并记入审计。下一步请评审人。"),
    "decide": _("决定已记录。下一步开始公示。"),
    "announce": _("公示已开始。公示期满、没有未答复的异议后可以确认中榜。"),
    "award": _("已确认中榜，合作记录已建立，各方已收到通知。"),
    "end_without_award": _("招标已结束，没有中榜单位。"),
    "reconsider": _("决定已撤回，重新评审。"),
    "cancel": _("招标已取消。"),
}
EVENTS: Mapping[str, Any] = {
    "create": lazy_pgettext("call event", "起草招标"),
    "edit": lazy_pgettext("call event", "修改招标"),
    "submit": lazy_pgettext("call event", "申请张榜"),
    "return": lazy_pgettext("call event", "退回修改"),
    "publish": lazy_pgettext("call event", "张榜"),
    "extend": lazy_pgettext("call event", "延长截止时间"),
    "remind": lazy_pgettext("call event", "提醒即将截止"),
    "close": lazy_pgettext("call event", "到时截止"),
    "unseal": lazy_pgettext("call event", "开启揭榜方案"),
    "name_reviewer": lazy_pgettext("call event", "请评审人"),
    "remove_reviewer": lazy_pgettext("call event", "撤销评审人"),
    "declare": lazy_pgettext("call event", "声明没有利益关系"),
    "step_back": lazy_pgettext("call event", "因利益关系回避"),
    "finish_review": lazy_pgettext("call event", "提交评分"),
    "decide": lazy_pgettext("call event", "作出决定"),
    "announce": lazy_pgettext("call event", "开始公示"),
    "object": lazy_pgettext("call event", "提出异议"),
    "answer": lazy_pgettext("call event", "答复异议"),
    "reconsider": lazy_pgettext("call event", "撤回决定"),
    "award": lazy_pgettext("call event", "确认中榜"),
    "end_without_award": lazy_pgettext("call event", "结束，无中榜"),
    "cancel": lazy_pgettext("call event", "取消招标"),
}
PROPOSAL_EVENTS: Mapping[str, Any] = {
    "hand_in": lazy_pgettext("proposal event", "密封提交"),
    "replace": lazy_pgettext("proposal event", "替换"),
    "withdraw": lazy_pgettext("proposal event", "撤回"),
}
_REFUSALS: Mapping[type[Exception], Any] = {
    errors.NotCallable: _("只有已发布、不与别的重复的难题可以张榜。"),
    errors.NotAddressed: _("贵单位现在不在可以揭榜的范围内，方案没有提交；写的内容已存为草稿。"),
    errors.TooManyProposals: _("一家单位对一项招标最多有 10 份方案，请修改已有的。"),
    errors.TooEarly: _("还没有到截止时间，任何人都不能开启揭榜方案。"),
    errors.NoProposals: _("没有收到揭榜方案，可以结束招标或以后再次张榜。"),
    errors.Tied: _("您的单位提交了揭榜方案，您不能参加评审。"),
    errors.NotDeclared: _("请先声明有没有利益关系。"),
    errors.ReviewFinished: _("评分已经提交，不能再改。"),
    errors.ReviewsOutstanding: _("评分还没有到齐，现在不能作出决定。"),
    errors.NotInNotice: _("异议只在公示期内受理。"),
    errors.OpenObjections: _("还有异议没有答复，答复后才能确认。"),
    errors.NoWinner: _("这与已经作出的决定不符，请先看决定。"),
    errors.WrongCapability: _("请选择中榜单位已发布的成果。中榜单位还没有发布成果时，请先请它发布。"),
    errors.Unreadable: _("这份方案不能解密，请联系管理员核对密钥。"),
}
REFUSED: tuple[type[Exception], ...] = (
    *_REFUSALS,
    errors.NoticeRunning,
    errors.AlreadyAwarded,
    errors.AlreadyCalled,
    errors.ScoresMissing,
    errors.StaleCall,
    errors.StaleProposal,
    errors.TooLate,
)
"""What `refused` has a sentence for."""


def refused(error: Exception) -> str:
    """Why it was not done, and what to do."""
    match error:
        case errors.TooLate():
            return too_late(error)
        case errors.StaleCall():
            return _stale(error)
        case errors.StaleProposal():
            return str(
                gettext("您打开之后，同事已经保存过这份方案。您写的还在下面，核对后再保存会覆盖同事的。")
            )
        case errors.NoticeRunning():
            until = formats.moment(error.call.objections_until)
            return str(gettext("公示期到 %(until)s 才满，之后可以办理。", until=until))
        case errors.AlreadyAwarded():
            number = error.record.number
            return str(gettext("已经确认中榜，合作记录 %(number)s 已建立，没有重复建立。", number=number))
        case errors.AlreadyCalled():
            return str(gettext("这个难题已经有一项招标，现在是“%(state)s”。", state=label(error.call.status)))
        case errors.ScoresMissing():
            return str(gettext("还有 %(n)s 份方案没有评完，请评完后一起提交。", n=len(error.proposals)))
    return str(_REFUSALS[type(error)])


def too_late(error: errors.TooLate) -> str:
    """By whose clock, and that nothing is lost."""
    if error.call.closes_at is None or error.moment < error.call.closes_at:
        state = label(error.call.status)
        return str(
            gettext("这项招标现在是“%(state)s”，不收方案。您写的内容已存为草稿，没有丢失。", state=state)
        )
    return str(
        gettext(
            "已经截止，没有提交。截止时间是 %(closes)s，服务器收到时是 %(moment)s。"
            "您写的内容已存为草稿，没有丢失。",
            closes=formats.moment(error.call.closes_at),
            moment=error.moment.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M:%S"),
        )
    )


def file_refused(error: Refused, settings: Settings) -> str:
    """Within the limits of a proposal; that the rest was kept."""
    limits = replace(settings, attachment_max_mb=MOST_FILE_MB, attachment_max_count=MOST_FILES)
    return refusal(error, limits)


def event(found: CallEvent) -> str:
    return str(EVENTS[found.action])


def step_name(step: str) -> str:
    return str(STEPS[step])


def _stale(error: errors.StaleCall) -> str:
    if error.event is None:
        return str(gettext("您打开之后，这项招标有了变化。请看过现在的情况再办理，您写的还在。"))
    return str(
        gettext(
            "您打开之后，%(who)s在 %(when)s 已经%(step)s。请看过现在的情况再办理，您写的还在。",
            who=error.event.actor.name if error.event.actor else gettext("系统"),
            when=formats.moment(error.event.created_at),
            step=event(error.event),
        )
    )
