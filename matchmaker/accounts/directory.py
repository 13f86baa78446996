"""The list of accounts, and what the bureau does to those of others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager

from matchmaker.accounts.errors import AccountMissing, LastAdministrator, OwnAccount, UnfitRole
from matchmaker.accounts.service import ROLES, login_name
from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.listing import Listing, Rows, paginate, stream
from matchmaker.policy import Action, condition, require
from matchmaker.work import Work
from models import Organisation, Role, User


@dataclass(frozen=True)
class AccountFilter:
    """What of the list is wanted; nothing set: all."""

    q: str = ""
    role: Role | None = None
    active: bool | None = None

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> AccountFilter:
        """From an address; what makes no sense is passed over."""
        role = query.get("role", "")
        return cls(
            q=query.get("q", "").replace("\x00", "").strip()[:100],
            role=Role(role) if role in list(Role) else None,
            active={"yes": True, "no": False}.get(query.get("active", "")),
        )


def accounts(work: Work, wanted: AccountFilter, page: int) -> Listing[User]:
    """The accounts that the actor may help with, the latest signed-in first."""
    require(work.actor, Action.ACCOUNT_RESET)
    return paginate(work.session, _matching(work, wanted), page, work.settings.page_size)


def every(work: Work, wanted: AccountFilter) -> Rows[User]:
    """All of the list, for an export."""
    require(work.actor, Action.ACCOUNT_RESET)
    return stream(work.session, _matching(work, wanted))


def _matching(work: Work, wanted: AccountFilter) -> Select[User]:
    query = (
        select(User)
        .join(User.organisation)
        .options(contains_eager(User.organisation))
        .where(condition(work.actor, Action.ACCOUNT_RESET, User))
        .order_by(User.last_sign_in_at.desc().nulls_last(), User.id)
    )
    if wanted.q:
        query = query.where(
            or_(
                User.name.icontains(wanted.q, autoescape=True),
                User.email.contains(login_name(wanted.q), autoescape=True),
                User.mobile.contains(login_name(wanted.q), autoescape=True),
                Organisation.name.icontains(wanted.q, autoescape=True),
            )
        )
    if wanted.role is not None:
        query = query.where(User.role == wanted.role)
    if wanted.active is not None:
        query = query.where(User.active == wanted.active)
    return query


def find(work: Work, user_id: int) -> User:
    """An account that the actor may help with. Raises AccountMissing."""
    user = work.session.scalar(
        select(User).where(User.id == user_id, condition(work.actor, Action.ACCOUNT_RESET, User))
    )
    if user is None:
        raise AccountMissing
    return user


def set_active(work: Work, user: User, active: bool) -> None:
    """Close an account, which ends its sessions, or open it again. Raises OwnAccount and LastAdministrator."""
    require(work.actor, Action.ACCOUNT_ADMINISTER, user)
    _refresh(work, user)
    if user.active == active:
        return
    if user.erased_at is not None:
        raise AccountMissing
    if not active:
        refuse_closing(work, user)
        user.session_epoch += 1
    user.active = active
    audit.record(work, "account.activated" if active else "account.deactivated", user)


def set_role(work: Work, user: User, role: Role) -> None:
    """Change a role among those of the organisation's kind, which ends the person's sessions.

    Raises OwnAccount, LastAdministrator and UnfitRole.
    """
    require(work.actor, Action.ACCOUNT_ADMINISTER, user)
    _refresh(work, user)
    if user.role is role:
        return
    if role not in ROLES[user.organisation.kind]:
        raise UnfitRole
    _refuse_self(work, user)
    _refuse_last_administrator(work, user)
    before, user.role = user.role, role
    user.session_epoch += 1
    audit.record(work, "account.role_changed", user, before=before.value, after=role.value)


def _refresh(work: Work, user: User) -> None:
    """Two administrators must not close each other's account at the same time."""
    take_serial_lock(work.session)
    work.session.refresh(user)


def refuse_closing(work: Work, user: User) -> None:
    """Raises OwnAccount and LastAdministrator."""
    _refuse_self(work, user)
    _refuse_last_administrator(work, user)


def _refuse_self(work: Work, user: User) -> None:
    if user.id == work.person.id:
        raise OwnAccount


def _refuse_last_administrator(work: Work, user: User) -> None:
    if user.role is not Role.ADMINISTRATOR:
        return
    others = work.session.scalar(
        select(func.count(User.id)).where(User.role == Role.ADMINISTRATOR, User.active, User.id != user.id)
    )
    if not others:
        raise LastAdministrator
