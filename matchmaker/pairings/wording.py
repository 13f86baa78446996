"""The words for pairings: what a chip means, what a step is called, what stood in the way of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _

from matchmaker import formats
from matchmaker.engine import Chip
from matchmaker.pairings.errors import AlreadyConfirmed, NotPublic, SideRefused, StaleDecision
from matchmaker.pairings.filters import State, Strength
from matchmaker.pairings.reached import Reached
from matchmaker.sentences import N_
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.wording import DECLINE_REASONS, LABELS, STRENGTHS, WAYS, label
from models import (
    ConsentStatus,
    ConsentWay,
    DeclineReason,
    IllegalStep,
    Interest,
    Pairing,
    PairingEvent,
    PairingStatus,
    Problem,
    Side,
)

CHIP_NAMES: Mapping[str, Any] = {
    "field": _("领域"),
    "mode": _("方式"),
    "budget": _("预算"),
    "maturity": _("成熟度"),
    "place": _("地域"),
}
VERDICTS: Mapping[str, Any] = {"agrees": _("相符"), "unknown": _("未知"), "conflicts": _("不符")}
VERDICT_MARKS = {"agrees": "●", "unknown": "○", "conflicts": "×"}


_DETAILS: Mapping[str, str] = {
    "field_not_given": N_("有一方没有填写技术领域"),
    "field_differs": N_("难题属于“%(first)s”，成果属于“%(second)s”"),
    "same_field": N_("双方同属“%(first)s”领域"),
    "same_subfield": N_("双方同属“%(first)s”方向"),
    "mode_not_given": N_("有一方没有填写合作方式"),
    "shared_modes": N_("双方都接受：%(all)s"),
    "no_shared_mode": N_("双方填写的合作方式没有相同的"),
    "negotiable": N_("有一方的金额为面议"),
    "within_budget": N_("成果方的期望价格在预算以内"),
    "slightly_above_budget": N_("期望价格略高于预算，可以商谈"),
    "above_budget": N_("期望价格明显高于预算"),
    "budget_not_shown": N_("预算不对您公开"),
    "trl_not_given": N_("没有填写技术成熟度"),
    "ready": N_("技术成熟度 %(first)s 级，可以进入应用"),
    "fits_research": N_("技术成熟度 %(first)s 级，适合研发或人才类需求"),
    "too_early": N_("技术成熟度 %(first)s 级，离应用还远"),
    "needs_development": N_("技术成熟度 %(first)s 级，还需要进一步开发"),
    "place_not_given": N_("有一方没有填写所在地"),
    "same_county": N_("双方都在%(first)s"),
    "same_city": N_("双方在同一个市"),
    "other_city": N_("双方不在同一个市"),
}
_VALUE_KINDS = {
    "field_differs": "field",
    "same_field": "field",
    "same_subfield": "subfield",
    "shared_modes": "mode",
    "same_county": "county",
}
"""Details whose values are codes of a vocabulary; the others' values are figures."""

SOURCES: Mapping[str, Any] = {
    "title": _("名称"),
    "background": _("需求背景"),
    "statement": _("关键技术问题"),
    "targets": _("技术指标"),
    "targets_text": _("其他指标"),
    "basis": _("现有基础"),
    "summary": _("简介"),
    "innovation": _("创新点"),
    "advantage": _("与现有技术对比"),
    "economics": _("经济性"),
    "application": _("应用领域与前景"),
    "cases": _("应用案例"),
}

STEPS: Mapping[str, Any] = {
    "shortlist": _("入围"),
    "introduce": _("对接"),
    "negotiate": _("洽谈"),
    "confirm": lazy_pgettext("step", "确认合作"),
    "dismiss": _("不合适"),
    "reopen": _("恢复推荐"),
}
STEP_HELP: Mapping[str, Any] = {
    "shortlist": _("值得细看，先列为入围"),
    "introduce": _("安排双方对接，双方都会收到通知"),
    "negotiate": _("双方已经在谈条件"),
    "confirm": _("填写合作条款，建立合作记录"),
    "dismiss": _("不合适，要选择原因"),
    "reopen": _("恢复为系统推荐"),
}
STEP_SYMBOLS = {
    "shortlist": "star",
    "introduce": "people",
    "negotiate": "chat-dots",
    "confirm": "check2-circle",
    "dismiss": "x-lg",
    "reopen": "arrow-counterclockwise",
}
DONE: Mapping[str, Any] = {
    # What happened and what comes next, after a step.
    "shortlist": _("已入围。下一步可以安排双方对接。"),
    "introduce": _("已记为对接，双方都收到了通知。"),
    "negotiate": _("已记为洽谈中。谈妥后请确认合作。"),
    "dismiss": _("已标为不合适。十分钟内可以撤销，以后用“恢复推荐”。"),
    "reopen": _("已恢复为系统推荐。"),
}
HISTORY: Mapping[str, Any] = {
    "shortlist": lazy_pgettext("who did it", "列为入围"),
    "introduce": lazy_pgettext("who did it", "安排对接"),
    "negotiate": lazy_pgettext("who did it", "记为洽谈中"),
    "confirm": lazy_pgettext("who did it", "确认合作"),
    "dismiss": lazy_pgettext("who did it", "标为不合适"),
    "reopen": lazy_pgettext("who did it", "恢复为系统推荐"),
    "interest": lazy_pgettext("who did it", "表示有合作意向"),
    "withdraw_interest": lazy_pgettext("who did it", "撤回合作意向"),
    "propose": lazy_pgettext("who did it", "提议双方对接"),
    "take_on": lazy_pgettext("who did it", "接手经办"),
    "release": lazy_pgettext("who did it", "撤销了经办安排"),
}
STATES: Mapping[State, Any] = {
    State.OPEN: _("进行中"),
    **{State(each.value): LABELS[each] for each in PairingStatus},
    State.ALL: lazy_pgettext("state", "全部"),
}
REACHED: Mapping[Reached, Any] = {
    Reached.SUGGESTED: _("系统推荐"),
    Reached.SHORTLISTED: _("入围"),
    Reached.INTRODUCED: _("对接"),
    Reached.NEGOTIATED: _("洽谈"),
    Reached.CONFIRMED: _("确认合作"),
    Reached.SIGNED: _("签约"),
    Reached.ACCEPTED: lazy_pgettext("stage", "验收"),
}
HAPPENED: Mapping[Reached, Any] = {
    Reached.SUGGESTED: _("系统推荐"),
    Reached.INTRODUCED: _("首次对接"),
    Reached.CONFIRMED: _("首次确认合作"),
}
STRENGTH_CHOICES: Mapping[Strength, Any] = {each: STRENGTHS[each.value] for each in Strength}


def chip_sentence(chip: Chip, vocabulary: Vocabulary) -> str:
    """What the chip compares, as a full sentence in the reader's language."""
    kind = _VALUE_KINDS.get(chip.detail)
    values = [vocabulary.label(kind, each) if kind else each for each in chip.values]
    words = {
        "first": values[0] if values else "",
        "second": values[1] if len(values) > 1 else "",
        "all": str(gettext("、")).join(values),
    }
    return str(gettext(_DETAILS[chip.detail], **words))


def mode_list(codes: Iterable[str], vocabulary: Vocabulary) -> str:
    return str(gettext("、")).join(vocabulary.label("mode", each) for each in codes)


def chip_name(chip: Chip) -> str:
    return str(CHIP_NAMES[chip.name])


def stale(error: StaleDecision) -> str:
    """Who did what meanwhile."""
    event = error.event
    if event is None:
        return str(gettext("您打开之后，这项匹配有了变化。请看过现在的情况再决定，您写的说明还在。"))
    return str(
        gettext(
            "您打开之后，%(who)s在 %(when)s 已经%(step)s，现在是“%(state)s”。请看过再决定，您写的说明还在。",
            who=who(event),
            when=formats.moment(event.created_at),
            step=history_step(event),
            state=label(error.pairing.status),
        )
    )


def already_confirmed(error: AlreadyConfirmed) -> str:
    """Who confirmed and when: nothing was made twice."""
    number = error.record.number
    if error.event is None:
        return str(gettext("这项匹配已经确认合作，合作记录 %(number)s 已建立，没有重复建立。", number=number))
    return str(
        gettext(
            "%(who)s在 %(when)s 已经确认了合作，合作记录 %(number)s 已建立，没有重复建立。",
            who=who(error.event),
            when=formats.moment(error.event.created_at),
            number=number,
        )
    )


def not_public(error: NotPublic) -> str:
    """Which side is in the way, and why."""
    if not error.posting.organisation.is_verified:
        name = error.posting.organisation.name
        return str(gettext("“%(name)s”现在没有通过审核，重新通过后才能办理这一步。", name=name))
    state = label(error.posting.status)
    if isinstance(error.posting, Problem):
        return str(gettext("难题现在是“%(state)s”，公开发布后才能办理这一步。", state=state))
    return str(gettext("成果现在是“%(state)s”，公开发布后才能办理这一步。", state=state))


REFUSAL_MARKS: Mapping[tuple[Side, ConsentStatus], Any] = {
    # On a card or row, where a side is named by its part.
    (Side.PROBLEM, ConsentStatus.DECLINED): _("难题方暂不对接"),
    (Side.PROBLEM, ConsentStatus.WITHDRAWN): _("难题方已撤回同意"),
    (Side.CAPABILITY, ConsentStatus.DECLINED): _("成果方暂不对接"),
    (Side.CAPABILITY, ConsentStatus.WITHDRAWN): _("成果方已撤回同意"),
}


def refusal_mark(interest: Interest) -> str:
    return str(REFUSAL_MARKS[interest.side, interest.status])


def refusal(pairing: Pairing, interest: Interest) -> str:
    """Which organisation does not want to talk, since when and why."""
    words = {"name": _name(pairing, interest.side), "day": formats.day(interest.created_at)}
    if interest.reason is None:
        return str(gettext("“%(name)s”%(day)s 撤回了对接的同意。", **words))
    return str(
        gettext("“%(name)s”%(day)s 答复暂不对接：%(why)s。", why=DECLINE_REASONS[interest.reason], **words)
    )


def spoken_again(pairing: Pairing, side: Side) -> str:
    """What staff say with the tick without which nobody is brought together against a refusal."""
    return str(gettext("我已与“%(name)s”再次沟通，对方同意继续", name=_name(pairing, side)))


def side_refused(error: SideRefused) -> str:
    names = str(gettext("、")).join(_name(error.pairing, each) for each in error.sides)
    return str(gettext("%(names)s现在不愿意对接，这一步没有办。请先再次沟通，勾选以后再办。", names=names))


def _name(pairing: Pairing, side: Side) -> str:
    posting = pairing.problem if side is Side.PROBLEM else pairing.capability
    return posting.organisation.name


def illegal(error: IllegalStep) -> str:
    """The step is not one of those from where the pairing stands."""
    return str(gettext("现在是“%(state)s”，不能办这一步。", state=label(error.status)))


def who(event: PairingEvent) -> str:
    return event.actor.name if event.actor else str(gettext("系统"))


def history_step(event: PairingEvent) -> str:
    if event.action == "hand_over" and event.broker is not None:
        return str(gettext("交给%(name)s经办", name=event.broker.name))
    if event.side is not None and event.action not in HISTORY:
        return _consent_step(event)
    return str(HISTORY.get(event.action, event.action))


def _consent_step(event: PairingEvent) -> str:
    """An answer with its reason, or one that staff recorded; without the name of who said it."""
    why = DECLINE_REASONS[DeclineReason(event.reason)] if event.reason else ""
    if event.action == "decline_interest":
        return str(gettext("答复暂不对接：%(why)s", why=why))
    if event.action == "undertake":
        version = event.undertaking.version if event.undertaking else ""
        return str(gettext("接受保密承诺书第 %(version)s 版", version=version))
    words = {"name": label(event.side), "day": formats.day(event.said_on), "why": why}
    words["way"] = WAYS[ConsentWay(event.way)] if event.way else ""
    match event.action:
        case "record_interest":
            return str(gettext("记录%(name)s同意对接（%(day)s，%(way)s）", **words))
        case "record_decline":
            return str(gettext("记录%(name)s暂不对接（%(day)s，%(way)s）：%(why)s", **words))
        case _:
            return str(gettext("记录%(name)s撤回同意（%(day)s，%(way)s）", **words))
