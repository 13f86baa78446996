"""The words of consent: where a side stands, how it told the bureau, what changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_pgettext

from matchmaker import formats
from matchmaker.pairings.consent import Consent, SideConsent
from matchmaker.pairings.errors import StaleConsent
from matchmaker.pairings.thread_wording import author
from matchmaker.pairings.wording import history_step, who
from matchmaker.wording import DECLINE_REASONS, WAYS
from models import ConsentStatus, Interest, User

TONES: Mapping[ConsentStatus, str] = {
    ConsentStatus.ASKED: "waiting",
    ConsentStatus.AGREED: "done",
    ConsentStatus.DECLINED: "quiet",
    ConsentStatus.WITHDRAWN: "refused",
}
STEPS: Mapping[str, Any] = {
    # What staff record that a side said.
    "agree": lazy_pgettext("consent", "同意对接"),
    "decline": lazy_pgettext("consent", "暂不对接"),
    "withdraw": lazy_pgettext("consent", "撤回同意"),
}


def since(side: SideConsent, consent: Consent, reader: User) -> str:
    """Who answered, when and how. Of the other side a person's name only while contacts are open."""
    interest = side.interest
    if interest is None:
        return ""
    if interest.status is ConsentStatus.ASKED:
        return str(gettext("%(when)s 起等待答复", when=formats.moment(interest.created_at)))
    if interest.way is None:
        return str(
            gettext(
                "%(who)s，%(when)s",
                who=author(interest.user, reader),
                when=formats.moment(interest.created_at),
            )
        )
    return _recorded(interest, reader.is_staff or consent.own is side.side or consent.both)


def _recorded(interest: Interest, named: bool) -> str:
    assert interest.way is not None
    words = {
        "day": formats.day(interest.said_on),
        "way": WAYS[interest.way],
        "when": formats.moment(interest.created_at),
        "staff": interest.user.name,
    }
    if named:
        return str(
            gettext(
                "%(person)s于 %(day)s 以%(way)s告知，科技局%(staff)s %(when)s 记录",
                person=interest.said_by,
                **words,
            )
        )
    return str(gettext("于 %(day)s 以%(way)s告知，科技局%(staff)s %(when)s 记录", **words))


def declined(interest: Interest) -> str:
    """Why the side does not want to talk, as everybody reads it."""
    assert interest.reason is not None
    return str(gettext("感谢关注，%(why)s。", why=DECLINE_REASONS[interest.reason]))


def stale(error: StaleConsent) -> str:
    """What happened since the form was drawn."""
    event = error.event
    if event is None:
        return str(gettext("您打开之后，答复有了变化。请看过现在的情况再办，您写的内容还在。"))
    return str(
        gettext(
            "您打开之后，%(who)s在 %(when)s %(step)s。请看过现在的情况再办，您写的内容还在。",
            who=who(event),
            when=formats.moment(event.created_at),
            step=history_step(event),
        )
    )
