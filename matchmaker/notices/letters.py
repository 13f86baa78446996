"""Notices as mails, and as what an organisation's robot says; worded at the moment of sending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import force_locale, gettext
from sqlalchemy import select

from matchmaker import notice_wording
from matchmaker.deliveries.errors import Unwanted
from matchmaker.mail import Letter
from matchmaker.work import LOCAL_ZONE, Work
from models import Delivery, Notice, User

NOTICE, DIGEST = "notice", "digest"
"""The purposes of such deliveries."""
CHOICES_PATH = "/notices/choices"
SUBJECT_LENGTH = 120
MOST_IN_A_DIGEST = 60
SPOKEN = frozenset(
    {
        "after",
        "count",
        "day",
        "days",
        "decisions",
        "due",
        "milestone",
        "n",
        "name",
        "number",
        "step",
        "title",
        "until",
    }
)
"""Details that a robot may say: names of people's organisations and of what is public, numbers, days. Reasons,
messages and whatever else people write freely stay in the service."""
UNSPOKEN = "……"


def at_once(work: Work, delivery: Delivery) -> Letter:
    """The mail about one notice. Raises Unwanted."""
    reader = _reader(delivery)
    found = work.session.scalar(select(Notice).where(Notice.delivery_id == delivery.id))
    if found is None:
        raise Unwanted("the notice is gone")
    with force_locale(_locale(reader)):
        sentence = notice_wording.notice(found.kind, found.details)
        text = gettext(
            "%(name)s，您好：\n\n%(sentence)s\n\n查看：%(link)s\n\n"
            "%(city)s科学技术局产学研对接服务\n要更改收哪些邮件：%(choices)s",
            name=reader.name,
            sentence=sentence,
            link=work.settings.public_url + found.path,
            city=_city(work, reader),
            choices=work.settings.public_url + CHOICES_PATH,
        )
        return Letter(_address(reader), sentence[:SUBJECT_LENGTH], text)


def digest(work: Work, delivery: Delivery) -> Letter:
    """The mail of the day: what its reader has not read in the service yet. Raises Unwanted if that is nothing."""
    reader = _reader(delivery)
    found = work.session.scalars(
        select(Notice).where(Notice.delivery_id == delivery.id, Notice.read_at.is_(None)).order_by(Notice.id)
    ).all()
    if not found:
        raise Unwanted("everything was read meanwhile")
    with force_locale(_locale(reader)):
        lines = [_line(work, each) for each in found[:MOST_IN_A_DIGEST]]
        if len(found) > MOST_IN_A_DIGEST:
            lines.append(gettext("还有 %(count)s 条，请登录查看。", count=len(found) - MOST_IN_A_DIGEST))
        text = gettext(
            "%(name)s，您好：\n\n有 %(count)s 条通知您还没有看过：\n\n%(lines)s\n\n全部通知：%(link)s\n\n"
            "%(city)s科学技术局产学研对接服务\n要更改收哪些邮件：%(choices)s",
            name=reader.name,
            count=len(found),
            lines="\n\n".join(lines),
            link=work.settings.public_url + "/notices/",
            city=_city(work, reader),
            choices=work.settings.public_url + CHOICES_PATH,
        )
        subject = gettext("产学研对接：%(count)s 条新通知", count=len(found))
        return Letter(_address(reader), subject, text)


def speakable(details: Mapping[str, Any]) -> dict[str, Any]:
    """The details with everything that a robot may not say blotted out."""
    return {name: value if name in SPOKEN else UNSPOKEN for name, value in details.items()}


def spoken(kind: str, details: Mapping[str, Any]) -> str:
    """What a robot says: the notice in Chinese, without what people wrote freely."""
    with force_locale("zh_Hans_CN"):
        return notice_wording.notice(kind, speakable(details))


def _line(work: Work, notice: Notice) -> str:
    moment = notice.created_at.astimezone(LOCAL_ZONE)
    sentence = notice_wording.notice(notice.kind, notice.details)
    return f"· {moment:%m-%d %H:%M}  {sentence}\n  {work.settings.public_url}{notice.path}"


def _reader(delivery: Delivery) -> User:
    if delivery.user is None or not delivery.user.active:
        raise Unwanted("the account was closed")
    return delivery.user


def _address(reader: User) -> str:
    if not reader.email:
        raise Unwanted("the account has no address any more")
    return reader.email


def _locale(reader: User) -> str:
    return "en" if reader.language == "en" else "zh_Hans_CN"


def _city(work: Work, reader: User) -> str:
    return work.settings.city_en if reader.language == "en" else work.settings.city
