"""Members invite colleagues into their organisation by a link that is good once, for some time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from matchmaker.accounts import letters, service
from matchmaker.accounts.errors import DeadLink, UnfitRole
from matchmaker.accounts.service import ROLES, create_user, hash_password
from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.deliveries import outbox
from matchmaker.deliveries.errors import Unwanted
from matchmaker.mail import Letter
from matchmaker.policy import Action, allow, require
from matchmaker.work import Work
from models import Channel, Delivery, Invitation, Organisation, Role, User

INVITATION = "invitation"
"""The purpose of such a delivery."""

CONSENT = "2026-11"
"""Which wording of the notice on personal information the person agreed to."""

LinkMaker = Callable[[str], str]


@dataclass(frozen=True)
class Newcomer:
    """What an invited colleague tells about themselves."""

    name: str
    mobile: str | None
    password: str


def invitable_roles(organisation: Organisation) -> tuple[Role, ...]:
    """The roles that a new member of this organisation can get; the first is the usual one."""
    return ROLES[organisation.kind]


def standing(work: Work, organisation: Organisation) -> list[Invitation]:
    """Neither accepted nor revoked, newest first; those out of date too, so that they can be sent again."""
    require(work.actor, Action.MEMBER_INVITE, organisation)
    return list(
        work.session.scalars(
            select(Invitation)
            .where(
                Invitation.organisation_id == organisation.id,
                Invitation.accepted_at.is_(None),
                Invitation.revoked_at.is_(None),
            )
            .order_by(Invitation.id.desc())
        )
    )


def invite(
    work: Work, organisation: Organisation, email: str, role: Role | None, link: LinkMaker
) -> tuple[Invitation, str]:
    """Mail an invitation; returns it with its link, which is kept nowhere.

    One that stands for the same address is replaced. Raises LoginNameTaken and UnfitRole.
    """
    require(work.actor, Action.MEMBER_INVITE, organisation)
    role = role or invitable_roles(organisation)[0]
    if role not in invitable_roles(organisation):
        raise UnfitRole
    email = service.login_name(email)
    service.refuse_taken(work, email, None)
    for earlier in standing(work, organisation):
        if earlier.email == email:
            earlier.revoked_at = work.now()
    invited = Invitation(
        organisation=organisation,
        email=email,
        role=role,
        invited_by=work.person,
        token_hash="",
        expires_at=work.now(),
    )
    return invited, _send(work, invited, link, "invitation.sent")


def resend(work: Work, invited: Invitation, link: LinkMaker) -> str:
    """Mail it again with a new link; the old one ends. Raises DeadLink if it was accepted or revoked meanwhile."""
    require(work.actor, Action.MEMBER_INVITE, invited.organisation)
    _refuse_ended(invited)
    return _send(work, invited, link, "invitation.sent_again")


def revoke(work: Work, invited: Invitation) -> None:
    """Take it back. Raises DeadLink if it was accepted or revoked meanwhile."""
    require(work.actor, Action.INVITATION_REVOKE, invited)
    _refuse_ended(invited)
    invited.revoked_at = work.now()
    audit.record(work, "invitation.revoked", invited)


def find(work: Work, invitation_id: int) -> Invitation | None:
    """None also for one that the reader may not know of."""
    invited = work.session.get(Invitation, invitation_id)
    return invited if invited and allow(work.actor, Action.INVITATION_REVOKE, invited) else None


def open_link(work: Work, token: str) -> Invitation:
    """The invitation that the link is for. Raises DeadLink."""
    require(work.actor, Action.SESSION_CREATE)
    invited = work.session.scalar(select(Invitation).where(Invitation.token_hash == _digest(token)))
    if invited is None or invited.expires_at <= work.now():
        raise DeadLink
    _refuse_ended(invited)
    return invited


def accept(work: Work, token: str, newcomer: Newcomer) -> User:
    """Make the account of the invited person. Raises DeadLink and LoginNameTaken."""
    kept = hash_password(newcomer.password)
    take_serial_lock(work.session)
    invited = open_link(work, token)
    work.session.refresh(invited)
    _refuse_ended(invited)  # somebody may have used it while we waited
    user = create_user(
        work,
        invited.organisation,
        invited.role,
        newcomer.name,
        email=invited.email,
        mobile=newcomer.mobile,
        password_hash=kept,
        language=letters_language(invited),
    )
    invited.accepted_at = work.now()
    as_newcomer = work.as_actor(user)
    audit.record(as_newcomer, "invitation.accepted", invited)
    audit.record(as_newcomer, "account.created", user, consent=CONSENT)
    service.complete_sign_in(work, user)
    return user


def letters_language(invited: Invitation) -> str:
    """The inviter's language until the newcomer chooses."""
    return invited.invited_by.language


def _send(work: Work, invited: Invitation, link: LinkMaker, event: str) -> str:
    invited.expires_at = work.now() + timedelta(hours=work.settings.link_hours)
    invited.token_hash = secrets.token_hex(32)  # until the row has the number that its token is made of
    work.session.add(invited)
    work.session.flush()
    token = _token(work, invited)
    invited.token_hash = _digest(token)
    work.session.flush()
    audit.record(work, event, invited, organisation=invited.organisation_id)
    outbox.put(work, Channel.MAIL, INVITATION, invitation=invited.id, token=invited.token_hash)
    return link(token)


def letter(work: Work, delivery: Delivery) -> Letter:
    """The mail to the invited person, with its link made anew. Raises Unwanted if the invitation ended or was sent again."""
    invited = work.session.get(Invitation, delivery.details["invitation"])
    if invited is None or invited.expires_at <= work.now() or invited.token_hash != delivery.details["token"]:
        raise Unwanted("the invitation is not good any more")
    try:
        _refuse_ended(invited)
    except DeadLink:
        raise Unwanted("the invitation is not good any more") from None
    return letters.invitation(
        work, invited, f"{work.settings.public_url}/invitations/{_token(work, invited)}"
    )


def _token(work: Work, invited: Invitation) -> str:
    """Made of the row and the key outside the database: it need not be kept until the mail has left.

    Each sending has an expiry of its own, and so a token of its own.
    """
    content = f"invitation {invited.id} {invited.email} {invited.expires_at.isoformat()}"
    made = hmac.new(work.settings.secret().encode(), content.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def _refuse_ended(invited: Invitation) -> None:
    if invited.accepted_at is not None or invited.revoked_at is not None:
        raise DeadLink


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
