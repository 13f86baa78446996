"""The words of the mails about accounts, in the language of whoever gets them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel.support import Translations

from matchmaker.mail import Letter
from matchmaker.work import Work
from models import Invitation, User

TRANSLATIONS = Path(__file__).resolve().parents[1] / "translations"

Words = Callable[[str], str]


def reset(work: Work, user: User, link: str) -> Letter:
    """How to set a new password."""
    gettext = _words(user.language)
    subject = gettext("重设您的登录密码")
    text = gettext(
        "%(name)s，您好：\n\n"
        "有人为您的账号申请了重设密码。请在 %(hours)s 小时内打开下面的地址，设一个新密码：\n\n%(link)s\n\n"
        "这个地址只能用一次。如果不是您本人申请的，不必理会，密码不会改变。\n\n%(city)s科学技术局"
    ) % {
        "name": user.name,
        "hours": work.settings.link_hours,
        "link": link,
        "city": _city(work, user.language),
    }
    return Letter(user.email or "", subject, text)


def invitation(work: Work, invited: Invitation, link: str) -> Letter:
    """Who invites whom, into which organisation; in the inviter's language, for the other's is not known yet."""
    inviter = invited.invited_by
    language = inviter.language
    gettext = _words(language)
    subject = gettext("%(name)s邀请您使用产学研对接服务") % {"name": inviter.name}
    text = gettext(
        "您好：\n\n"
        "%(organisation)s的%(name)s邀请您加入%(city)s产学研对接服务。"
        "请在 %(hours)s 小时内打开下面的地址，设置姓名和密码：\n\n%(link)s\n\n"
        "这个地址只能用一次。如果您不认识邀请人，不必理会。\n\n%(city)s科学技术局"
    ) % {
        "organisation": invited.organisation.name,
        "name": inviter.name,
        "hours": work.settings.link_hours,
        "link": link,
        "city": _city(work, language),
    }
    return Letter(invited.email, subject, text)


def locked(work: Work, user: User, times: int, minutes: int) -> Letter:
    """That somebody, perhaps not the owner, has tried wrong passwords too often."""
    gettext = _words(user.language)
    subject = gettext("您的账号暂时锁定了")
    text = gettext(
        "%(name)s，您好：\n\n"
        "您的账号连续输错密码 %(times)s 次，已锁定 %(minutes)s 分钟，到时自动解除。\n"
        "如果不是您本人操作，说明有人在试您的密码：请在解除后登录并修改密码，或者联系科技局。\n\n%(city)s科学技术局"
    ) % {
        "name": user.name,
        "times": times,
        "minutes": minutes,
        "city": _city(work, user.language),
    }
    return Letter(user.email or "", subject, text)


@cache
def _words(language: str) -> Words:
    """The catalogue itself: a mail is not written in the language of the request that causes it."""
    return Translations.load(str(TRANSLATIONS), ["en" if language == "en" else "zh_Hans_CN"]).gettext


def _city(work: Work, language: str) -> str:
    return work.settings.city_en if language == "en" else work.settings.city
