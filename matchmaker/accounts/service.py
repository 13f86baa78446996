"""Accounts: making them, signing in and out, changing one's own."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from matchmaker.accounts import letters, passwords
from matchmaker.accounts.errors import (
    AccountClosed,
    LoginNameTaken,
    SignInLocked,
    SignInRefused,
    UnfitRole,
    WrongPassword,
)
from matchmaker.accounts.passwords import hash_password
from matchmaker.accounts.strangers import Strangers
from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.deliveries import outbox
from matchmaker.deliveries.errors import Unwanted
from matchmaker.mail import Letter
from matchmaker.policy import Action, require
from matchmaker.work import Work
from models import Channel, Delivery, Organisation, OrganisationKind, Role, User

__all__ = ["ROLES", "Profile", "change_password", "create_user", "hash_password", "sign_in"]

ROLES: dict[OrganisationKind, tuple[Role, ...]] = {
    OrganisationKind.ENTERPRISE: (Role.ENTERPRISE,),
    OrganisationKind.UNIVERSITY: (Role.LIAISON,),
    OrganisationKind.INSTITUTE: (Role.LIAISON,),
    OrganisationKind.INTERMEDIARY: (Role.INTERMEDIARY,),
    OrganisationKind.BUREAU: (Role.STAFF, Role.ADMINISTRATOR),
}
"""The roles that members of each kind of organisation can have; the first is that of a new member."""

LOCKED = "locked"
"""The purpose of a delivery that tells of a lock."""

MOBILE = re.compile(r"1[3-9][0-9]{9}")


@dataclass(frozen=True)
class Profile:
    """What people may change of their own account."""

    name: str
    email: str | None
    mobile: str | None
    language: str


def login_name(typed: str) -> str:
    """An e-mail address in small letters, or a mobile number in digits without the country's code."""
    normal = unicodedata.normalize("NFKC", typed).strip()
    if "@" in normal:
        return normal.lower()
    bare = re.sub(r"[\s\-()]", "", normal)
    return re.sub(r"^(\+86|0086)", "", bare).lower()


def find(work: Work, typed: str) -> User | None:
    """The account with this login name, open or closed."""
    login = login_name(typed)
    column = User.email if "@" in login else User.mobile
    return work.session.scalar(select(User).where(column == login)) if login else None


def by_identity(work: Work, identity: str) -> User | None:
    """The account of a User.get_id(), unless it was closed or signed out everywhere since."""
    number, _, epoch = identity.partition(":")
    if not (number.isdigit() and epoch.isdigit()):
        return None
    user = work.session.get(User, int(number))
    return user if user is not None and user.active and user.session_epoch == int(epoch) else None


def create_user(
    work: Work,
    organisation: Organisation,
    role: Role,
    name: str,
    *,
    email: str | None = None,
    mobile: str | None = None,
    password: str | None = None,
    password_hash: str | None = None,
    language: str = "zh_CN",
) -> User:
    """A new account; give the password, or its hash where many accounts share one.

    Asks no policy: the caller (registration, an invitation, a command) has. Raises LoginNameTaken and UnfitRole.
    """
    if role not in ROLES[organisation.kind]:
        raise UnfitRole
    kept = password_hash or hash_password(password or "")
    email, mobile = _login_names(email, mobile)
    take_serial_lock(work.session)
    refuse_taken(work, email, mobile)
    user = User(
        organisation=organisation,
        role=role,
        name=name,
        email=email,
        mobile=mobile,
        language=language,
        password_hash=kept,
        password_changed_at=work.now(),
    )
    work.session.add(user)
    work.session.flush()
    return user


def refuse_taken(work: Work, email: str | None, mobile: str | None, but: User | None = None) -> None:
    """Raises LoginNameTaken if an account other than `but` has the address or the number."""
    for field, column, value in (("email", User.email, email), ("mobile", User.mobile, mobile)):
        if not value:
            continue
        owner = work.session.scalar(select(User.id).where(column == value))
        if owner is not None and (but is None or owner != but.id):
            raise LoginNameTaken(field)


def _login_names(email: str | None, mobile: str | None) -> tuple[str | None, str | None]:
    return (login_name(email) if email else None), (login_name(mobile) if mobile else None)


def sign_in(work: Work, typed: str, password: str, strangers: Strangers) -> User:
    """The account, if login name and password are right; where it has a second factor, that is still to be asked.

    Raises SignInRefused, SignInLocked or AccountClosed, and has counted the failure: the caller commits it.
    """
    require(work.actor, Action.SESSION_CREATE)
    user = find(work, typed)
    right = passwords.verify(user.password_hash if user else None, password)
    if user is None:
        until = strangers.fail(login_name(typed), work.now(), work.settings.lock_after, _lock_time(work))
        audit.record(work, "session.refused", reason="unknown")
        raise SignInLocked(until) if until else SignInRefused
    refresh(work, user)
    refuse_locked(work, user)
    if not right:
        raise count_failure(work, user, "password")
    if not user.active:
        audit.record(work.as_actor(user), "session.refused", user, reason="closed")
        raise AccountClosed
    if passwords.needs_rehash(user.password_hash):
        user.password_hash = hash_password(password)
    if user.totp_secret is None:
        complete_sign_in(work, user)
    return user


def complete_sign_in(work: Work, user: User) -> None:
    """Note that the person is in: everything that was asked was right."""
    user.failed_sign_ins, user.locked_until = 0, None
    user.last_sign_in_at = work.now()
    audit.record(work.as_actor(user), "session.started", user, second_factor=user.totp_secret is not None)


def refuse_locked(work: Work, user: User) -> None:
    """Raises SignInLocked while the account is locked; a lock that is over starts the count anew."""
    if user.locked_until is None:
        return
    if user.locked_until > work.now():
        audit.record(work, "session.refused", user, reason="locked")
        raise SignInLocked(user.locked_until)
    user.failed_sign_ins, user.locked_until = 0, None


def count_failure(work: Work, user: User, reason: str) -> SignInRefused:
    """Count a failed sign-in and lock the account if it was one too many; returns what to raise."""
    user.failed_sign_ins += 1
    audit.record(work, "session.refused", user, reason=reason)
    if user.failed_sign_ins < work.settings.lock_after:
        return SignInRefused()
    user.locked_until = work.now() + _lock_time(work)
    audit.record(work, "account.locked", user, until=user.locked_until.isoformat(timespec="seconds"))
    if user.email:
        minutes = work.settings.lock_minutes
        outbox.put(work, Channel.MAIL, LOCKED, user=user, times=user.failed_sign_ins, minutes=minutes)
    return SignInLocked(user.locked_until)


def letter_of_lock(work: Work, delivery: Delivery) -> Letter:
    """The mail that tells the owner. Raises Unwanted if the account was closed meanwhile."""
    user = delivery.user
    if user is None or not user.active or not user.email:
        raise Unwanted("the account was closed")
    return letters.locked(work, user, **delivery.details)


def _lock_time(work: Work) -> timedelta:
    return timedelta(minutes=work.settings.lock_minutes)


def refresh(work: Work, user: User) -> None:
    """Wait for other writers and see what they wrote: attempts made at the same time are all counted."""
    take_serial_lock(work.session)
    work.session.refresh(user)


def sign_out(work: Work) -> None:
    """Note that the person went."""
    require(work.actor, Action.SITE_USE)
    if work.actor is not None:
        audit.record(work, "session.ended", work.actor)


def sign_out_everywhere(work: Work) -> None:
    """End every session of the person, this one too."""
    require(work.actor, Action.ACCOUNT_MANAGE_OWN)
    work.person.session_epoch += 1
    audit.record(work, "account.signed_out_everywhere", work.person)


def choose_language(work: Work, language: str) -> None:
    """Keep the language with the account, where there is one."""
    require(work.actor, Action.SITE_USE)
    if work.actor is not None:
        work.actor.language = language


def change_profile(work: Work, wanted: Profile, password: str) -> None:
    """Change one's own account; another e-mail address or mobile number takes the password.

    Raises WrongPassword and LoginNameTaken.
    """
    require(work.actor, Action.ACCOUNT_MANAGE_OWN)
    user = work.person
    email, mobile = _login_names(wanted.email, wanted.mobile)
    if (email, mobile) != (user.email, user.mobile):
        if not passwords.verify(user.password_hash, password):
            raise WrongPassword
        take_serial_lock(work.session)
        refuse_taken(work, email, mobile, but=user)
    changed = [
        field
        for field, before, after in (
            ("name", user.name, wanted.name),
            ("email", user.email, email),
            ("mobile", user.mobile, mobile),
            ("language", user.language, wanted.language),
        )
        if before != after
    ]
    user.name, user.email, user.mobile, user.language = wanted.name, email, mobile, wanted.language
    if changed:
        audit.record(work, "account.changed", user, fields=changed)


def change_password(work: Work, present: str, new: str) -> None:
    """Change one's own password and end the other sessions. Raises WrongPassword."""
    require(work.actor, Action.ACCOUNT_MANAGE_OWN)
    if not passwords.verify(work.person.password_hash, present):
        raise WrongPassword
    set_password(work, work.person, new)
    audit.record(work, "account.password_changed", work.person)


def set_password(work: Work, user: User, password: str) -> None:
    """Every session and every link that was good with the old password ends."""
    user.password_hash = hash_password(password)
    user.password_changed_at = work.now()
    user.session_epoch += 1


def password_is_old(work: Work) -> bool:
    """Whether the person has to choose another before anything else."""
    if work.actor is None or not work.settings.password_max_days:
        return False
    since = work.actor.password_changed_at or work.actor.created_at
    return work.now() - since > timedelta(days=work.settings.password_max_days)


def weakness(work: Work, password: str, login_names: list[str]) -> passwords.Weakness | None:
    """Why the password may not be used; None: it may."""
    return passwords.weakness(password, login_names, work.settings.password_min_length)


def locked_until(work: Work, user: User) -> datetime | None:
    """Until when the account is locked, if it is now."""
    return user.locked_until if user.locked_until and user.locked_until > work.now() else None
