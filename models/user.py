"""User 用户 and Invitation: who may sign in, for which organisation, in which role."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Row, UtcDateTime, choice
from models.organisation import Organisation


class Role(StrEnum):
    ENTERPRISE = "enterprise"
    LIAISON = "liaison"
    INTERMEDIARY = "intermediary"
    STAFF = "staff"
    ADMINISTRATOR = "administrator"


class User(Row, Base):
    """A person. Signs in with the e-mail address or the mobile number; at least one of them is there."""

    __tablename__ = "user_account"
    __table_args__ = (
        CheckConstraint(
            "(erased_at IS NULL) = (email IS NOT NULL OR mobile IS NOT NULL)", name="has_login_name"
        ),
        CheckConstraint("erased_at IS NULL OR NOT active", name="erased_is_closed"),
        CheckConstraint("email IS NULL OR email = lower(email)", name="email_lower"),
    )

    email: Mapped[str | None] = mapped_column(String(120), unique=True)
    mobile: Mapped[str | None] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    language: Mapped[str] = mapped_column(String(12), default="zh_CN")
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_last_step: Mapped[int] = mapped_column(Integer, default=0)
    failed_sign_ins: Mapped[int] = mapped_column(Integer, default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    session_epoch: Mapped[int] = mapped_column(Integer, default=0)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the person's data were erased; the row stays, so that what it did keeps its doer."""

    organisation: Mapped[Organisation] = relationship(back_populates="members")

    # What Flask-Login asks of a user.
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        """The epoch is part of the identity: raising it signs the person out everywhere."""
        return f"{self.id}:{self.session_epoch}"

    @property
    def is_staff(self) -> bool:
        return self.role in (Role.STAFF, Role.ADMINISTRATOR)


class Invitation(Row, Base):
    """A member's invitation of a colleague into the same organisation; the link's token is kept as a hash only."""

    __tablename__ = "invitation"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    email: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(40), default="")
    role: Mapped[Role] = mapped_column(choice(Role, "invitation_role"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()
    invited_by: Mapped[User] = relationship()
