"""Organisation 单位: an enterprise, university, institute, bureau or intermediary body."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import JSON, Boolean, CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Row, UtcDateTime, choice
from models.state import StateMachine

if TYPE_CHECKING:
    from models.user import User


class OrganisationKind(StrEnum):
    ENTERPRISE = "enterprise"
    UNIVERSITY = "university"
    INSTITUTE = "institute"
    BUREAU = "bureau"
    INTERMEDIARY = "intermediary"


class Verification(StrEnum):
    PENDING = "pending"
    VERIFIED = "verified"
    REJECTED = "rejected"


class Organisation(Row, Base):
    __tablename__ = "organisation"
    __table_args__ = (CheckConstraint("length(code) = 18", name="code_length"),)

    MACHINE = StateMachine(
        {
            "verify": {
                Verification.PENDING: Verification.VERIFIED,
                Verification.REJECTED: Verification.VERIFIED,
            },
            "reject": {
                Verification.PENDING: Verification.REJECTED,
                Verification.VERIFIED: Verification.REJECTED,
            },
            "resubmit": {Verification.REJECTED: Verification.PENDING},
        }
    )

    kind: Mapped[OrganisationKind] = mapped_column(choice(OrganisationKind, "organisation_kind"))
    name: Mapped[str] = mapped_column(String(100), unique=True)
    code: Mapped[str] = mapped_column(String(18), unique=True)
    county: Mapped[str | None] = mapped_column(String(32))
    industry: Mapped[str | None] = mapped_column(String(32))
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    introduction: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    contact_name: Mapped[str] = mapped_column(String(40), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    contact_email: Mapped[str] = mapped_column(String(120), default="")
    status: Mapped[Verification] = mapped_column(
        choice(Verification, "verification"), default=Verification.PENDING
    )
    reject_reason: Mapped[str] = mapped_column(Text, default="")
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_sample: Mapped[bool] = mapped_column(Boolean, default=False)

    members: Mapped[list[User]] = relationship(back_populates="organisation", order_by="User.id")

    @property
    def is_verified(self) -> bool:
        return self.status is Verification.VERIFIED
