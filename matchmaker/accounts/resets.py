"""Resetting a forgotten password: by a signed link, mailed or handed over by the bureau."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

from matchmaker import mail
from matchmaker.accounts import letters, service
from matchmaker.accounts.errors import AccountClosed, DeadLink
from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.deliveries import outbox
from matchmaker.deliveries.errors import Unwanted
from matchmaker.mail import Letter
from matchmaker.notices import service as notices
from matchmaker.policy import Action, require
from matchmaker.work import Work
from models import Channel, Delivery, User

RESET = "reset"
"""The purpose of such a delivery."""

LinkMaker = Callable[[str], str]
"""Makes the whole address of a page from a token."""


def request_reset(work: Work, typed: str) -> None:
    """Mail a link to the address of this account. Whether there is one shows neither in the answer nor in its time.

    The link itself is made when the mail is sent, and kept nowhere.
    """
    require(work.actor, Action.SESSION_CREATE)
    user = service.find(work, typed)
    if user is None or not user.active or not user.email:
        audit.record(work, "account.reset_requested", user)
        return
    audit.record(work, "account.reset_requested", user)
    outbox.put(work, Channel.MAIL, RESET, user=user, state=_state(user))


def letter(work: Work, delivery: Delivery) -> Letter:
    """The mail that was asked for, with a link made now. Raises Unwanted if the account has changed since."""
    user = delivery.user
    if user is None or not user.active or not user.email or delivery.details["state"] != _state(user):
        raise Unwanted("the account has changed since")
    return letters.reset(work, user, f"{work.settings.public_url}/reset/{token_of(work, user)}")


def issue(work: Work, user: User, link: LinkMaker) -> str | None:
    """Mail a link to the account's own address; where no mail can reach it, the link itself, to be handed over.

    Whoever holds the link can sign in as the person, so the bureau sees it only where there is no other way: it is
    shown once, kept nowhere, and the person and their colleagues are told who got it. Raises AccountClosed: an account that nobody can sign in to gets none.
    """
    require(work.actor, Action.ACCOUNT_RESET, user)
    if not user.active:  # an erased one never is
        raise AccountClosed
    if user.email and mail.reaches_people(work.settings):
        audit.record(work, "account.reset_issued", user, mailed=True)
        outbox.put(work, Channel.MAIL, RESET, user=user, state=_state(user))
        return None
    audit.record(work, "account.reset_issued", user, mailed=False)
    people, path = notices.members(work, user.organisation), f"/organisations/{user.organisation_id}"
    notices.tell(work, people, "account.reset_issued", path, name=user.name, who=work.person.name)
    return link(token_of(work, user))


def token_of(work: Work, user: User) -> str:
    """Good until it is too old, was used, or the password, the login name or the sessions were changed."""
    return _signer(work).dumps({"id": user.id, "state": _state(user)})


def open_link(work: Work, token: str) -> User:
    """The account that the link is for. Raises DeadLink."""
    require(work.actor, Action.SESSION_CREATE)
    try:
        content, made_at = _signer(work).loads(token, return_timestamp=True)
    except BadSignature:
        raise DeadLink from None
    if work.now() - made_at > timedelta(hours=work.settings.link_hours):
        raise DeadLink
    user = work.session.get(User, content["id"])
    if user is None or not user.active or content["state"] != _state(user):
        raise DeadLink
    return user


def reset(work: Work, token: str, password: str) -> User:
    """Set the new password, end every session and lift a lock. Raises DeadLink."""
    user = open_link(work, token)
    take_serial_lock(work.session)
    work.session.refresh(user)
    open_link(work, token)  # somebody may have used it while we waited
    service.set_password(work, user, password)
    user.failed_sign_ins, user.locked_until = 0, None
    audit.record(work.as_actor(user), "account.password_reset", user)
    return user


def _signer(work: Work) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(work.settings.secret(), salt="reset")


def _state(user: User) -> str:
    content = f"{user.password_hash} {user.session_epoch} {user.email} {user.mobile}"
    return hashlib.sha256(content.encode()).hexdigest()[:32]
