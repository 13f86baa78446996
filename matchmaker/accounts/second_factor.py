"""The second factor of staff and administrators: six digits that a phone shows for half a minute (TOTP)."""

from __future__ import annotations

import hmac

import pyotp
from sqlalchemy import update

from matchmaker.accounts import passwords, service
from matchmaker.accounts.errors import SignInRefused, WrongCode, WrongPassword
from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.policy import Action, Forbidden, require
from matchmaker.work import Work
from models import User

SECONDS = 30
TOLERANCE = 1
"""So many half minutes the phone's clock may be early or late."""


def new_secret() -> str:
    """A secret that is nobody's yet."""
    return pyotp.random_base32()


def address(user: User, secret: str, issuer: str) -> str:
    """What the QR code says to the phone."""
    return pyotp.TOTP(secret).provisioning_uri(
        name=user.email or user.mobile or user.name, issuer_name=issuer
    )


def is_missing(work: Work) -> bool:
    """Whether the actor has to set one up before anything else."""
    actor = work.actor
    return work.settings.require_totp and actor is not None and actor.is_staff and actor.totp_secret is None


def step_of(work: Work, secret: str, code: str) -> int | None:
    """The half minute that the code belongs to; None: the code is wrong."""
    digits = "".join(code.split())
    present = int(work.now().timestamp()) // SECONDS
    generator = pyotp.TOTP(secret)
    for step in range(present - TOLERANCE, present + TOLERANCE + 1):
        if hmac.compare_digest(generator.generate_otp(step).encode(), digits.encode()):
            return step
    return None


def complete_sign_in(work: Work, identity: str, code: str) -> User:
    """The second step of a sign-in: `identity` is that of the account whose password was right.

    Raises SignInRefused, SignInLocked or WrongCode, and has counted the failure: the caller commits it.
    """
    require(work.actor, Action.SESSION_CREATE)
    user = service.by_identity(work, identity)
    if user is None or user.totp_secret is None:
        raise SignInRefused
    service.refresh(work, user)
    service.refuse_locked(work, user)
    step = step_of(work, user.totp_secret, code)
    if step is None or not _spend(work, user, step):
        refused = service.count_failure(work, user, "second_factor")
        raise refused if user.locked_until else WrongCode
    service.complete_sign_in(work, user)
    return user


def _spend(work: Work, user: User, step: int) -> bool:
    """Whether the code of this half minute was still unused; now it is used."""
    work.session.flush()
    spent = work.session.execute(
        update(User)
        .where(User.id == user.id, User.totp_last_step < step)
        .values(totp_last_step=step)
        .returning(User.id)
    ).first()
    return spent is not None


def enable(work: Work, secret: str, code: str) -> None:
    """Begin to ask the person for a code of this secret. Raises WrongCode unless they can give one now."""
    require(work.actor, Action.ACCOUNT_MANAGE_OWN)
    if not work.person.is_staff:
        raise Forbidden(Action.ACCOUNT_MANAGE_OWN, work.person)
    step = step_of(work, secret, code)
    if step is None:
        raise WrongCode
    work.person.totp_secret, work.person.totp_last_step = secret, step
    audit.record(work, "account.second_factor_enabled", work.person)


def disable(work: Work, password: str) -> None:
    """Stop asking the person for a code. Raises WrongPassword."""
    require(work.actor, Action.ACCOUNT_MANAGE_OWN)
    if not passwords.verify(work.person.password_hash, password):
        raise WrongPassword
    work.person.totp_secret = None
    audit.record(work, "account.second_factor_disabled", work.person)


def take_away(work: Work, user: User) -> None:
    """Free somebody who lost the phone: they sign in by password and set it up anew."""
    require(work.actor, Action.ACCOUNT_ADMINISTER, user)
    take_serial_lock(work.session)
    user.totp_secret = None
    user.session_epoch += 1
    audit.record(work, "account.second_factor_taken_away", user)
