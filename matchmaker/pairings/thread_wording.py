"""The words of a thread: who wrote, for whom, and what happened to a next step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _

from matchmaker import formats
from matchmaker.pairings import wording
from matchmaker.pairings.errors import StaleStep
from matchmaker.pairings.refusals import refusals
from matchmaker.pairings.thread import Show
from matchmaker.wording import label
from models import Audience, EntryKind, Pairing, PairingStatus, ThreadEntry, User

NOTE_WAYS: Mapping[str, Any] = {
    EntryKind.CALL.value: lazy_pgettext("way of talking", "电话"),
    EntryKind.VISIT.value: lazy_pgettext("way of talking", "走访"),
    EntryKind.MEETING.value: lazy_pgettext("way of talking", "会面"),
    EntryKind.MAIL.value: lazy_pgettext("way of talking", "邮件或函件"),
}
NOTE_READERS: Mapping[str, Any] = {
    Audience.STAFF.value: _("仅科技局内部"),
    Audience.BOTH.value: _("双方也能看到"),
}
SYMBOLS: Mapping[EntryKind, str] = {
    EntryKind.CALL: "telephone",
    EntryKind.VISIT: "geo-alt",
    EntryKind.MEETING: "people",
    EntryKind.MAIL: "envelope",
    EntryKind.MESSAGE: "chat-left-text",
    EntryKind.STEP_PLANNED: "calendar-plus",
    EntryKind.STEP_MOVED: "calendar-event",
    EntryKind.STEP_DONE: "check2",
    EntryKind.STEP_DROPPED: "calendar-x",
    EntryKind.STEP_REOPENED: "arrow-counterclockwise",
}
STEP_SYMBOLS: Mapping[str, str] = {
    # Of the pairing's own steps; a step without one gets a dot.
    **wording.STEP_SYMBOLS,
    "interest": "chat-heart",
    "withdraw_interest": "arrow-return-left",
    "take_on": "person-check",
    "hand_over": "person-up",
}
SHOWN: Mapping[Show, Any] = {
    Show.ALL: lazy_pgettext("thread", "全部"),
    Show.NOTES: lazy_pgettext("thread", "沟通记录"),
    Show.MESSAGES: lazy_pgettext("thread", "留言"),
    Show.STEPS: lazy_pgettext("thread", "办理步骤"),
}
DONE: Mapping[str, Any] = {
    "finish": _("已记为完成。"),
    "drop": _("已去掉这一步。"),
    "move": _("已改好。"),
    "reopen": _("已恢复这一步。"),
}


def audience_choices(offered: Iterable[Audience], by_staff: bool) -> list[tuple[str, Any]]:
    """To whom a message can go, in the writer's words."""
    words: Mapping[Audience, Any]
    if by_staff:
        words = {
            Audience.BOTH: _("双方"),
            Audience.PROBLEM: _("只给难题方"),
            Audience.CAPABILITY: _("只给成果方"),
        }
    else:
        words = dict.fromkeys(Audience, _("只给科技局")) | {Audience.BOTH: _("对方和科技局")}
    return [(each.value, words[each]) for each in offered]


def why_not_across(pairing: Pairing) -> str:
    """Why a side writes to the bureau alone now, and what would change that."""
    if pairing.status is PairingStatus.DISMISSED:
        return str(gettext("这项匹配已经结束，现在只能给科技局留言。"))
    if refusals(pairing):
        return str(
            gettext("有一方暂不对接或已撤回同意，现在只能给科技局留言；重新同意以后，可以直接给对方留言。")
        )
    return str(gettext("现在只能给科技局留言。提出或安排对接以后，可以直接给对方留言。"))


def readers(entry: ThreadEntry, reader: User) -> str:
    """Who reads the entry, where that is not plain: for staff, and of a side's own words to the bureau."""
    if reader.is_staff:
        return label(entry.audience)
    if entry.kind is EntryKind.MESSAGE and entry.audience is not Audience.BOTH:
        return str(gettext("只有贵单位和科技局能看到"))
    return ""


def author(user: User | None, reader: User) -> str:
    """Who it was. Of the other side only the organisation: names of persons open with the contacts, not here."""
    if user is None:
        return str(gettext("系统"))
    if user.is_staff:
        return user.name if reader.is_staff else str(gettext("%(name)s（科技局）", name=user.name))
    if reader.is_staff or reader.organisation_id == user.organisation_id:
        return str(
            gettext("%(name)s（%(organisation)s）", name=user.name, organisation=user.organisation.name)
        )
    return user.organisation.name


def what_happened(entry: ThreadEntry) -> str:
    """To a next step, or which talk is noted."""
    if entry.step is None:
        way = NOTE_WAYS[entry.kind.value]
        return str(gettext("%(day)s %(way)s", day=formats.day(entry.day), way=way))
    words = {"what": entry.step.what, "day": formats.day(entry.day)}
    match entry.kind:
        case EntryKind.STEP_PLANNED:
            return str(gettext("安排下一步“%(what)s”，%(day)s 到期", **words))
        case EntryKind.STEP_MOVED:
            return str(gettext("把“%(what)s”改到 %(day)s", **words))
        case EntryKind.STEP_DONE:
            return str(gettext("完成了“%(what)s”", **words))
        case EntryKind.STEP_DROPPED:
            return str(gettext("去掉了“%(what)s”", **words))
        case _:
            return str(gettext("恢复了“%(what)s”，%(day)s 到期", **words))


def stale_step(error: StaleStep) -> str:
    """Who changed the next step meanwhile, and how."""
    if error.entry is None:
        return str(gettext("这一步已经有了变化，请看过现在的情况再办，您写的说明还在。"))
    return str(
        gettext(
            "您打开之后，%(who)s在 %(when)s %(what)s。请看过再办，您写的说明还在。",
            who=error.entry.author.name,
            when=formats.moment(error.entry.created_at),
            what=what_happened(error.entry),
        )
    )
