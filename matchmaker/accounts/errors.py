"""What can go wrong with accounts through a person's doing. The views word it."""

from __future__ import annotations

from datetime import datetime


class AccountError(Exception):
    """Something about an account that the person can be told."""


class SignInRefused(AccountError):
    """No such account, or the password or the code is wrong: which of them is not said."""


class SignInLocked(SignInRefused):
    """Too many failures in a row; carries until when nobody gets in."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"locked until {until:%Y-%m-%d %H:%M}")
        self.until = until


class AccountClosed(SignInRefused):
    """The password is right, but the account was deactivated."""


class WrongPassword(AccountError):
    """The present password, asked for again, is wrong."""


class WrongCode(AccountError):
    """The six digits are wrong, too old or used already."""


class DeadLink(AccountError):
    """A reset link or an invitation that was used, revoked, altered or is too old."""


class LoginNameTaken(AccountError):
    """Another account has this e-mail address or mobile number; `field` is "email" or "mobile"."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is taken")
        self.field = field


class UnfitRole(AccountError):
    """The role does not go with the kind of the person's organisation."""


class OwnAccount(AccountError):
    """Administrators do not close their own account or change their own role."""


class LastAdministrator(AccountError):
    """Without this account nobody could administer the service any more."""


class AccountMissing(AccountError):
    """No such account, or none that the reader may know of."""
