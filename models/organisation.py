"""Organisation 单位: an enterprise, university, institute, bureau or intermediary body."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text
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
    MERGED = "merged"
    """It was found to be the same as another, which took over all that it had."""


class Organisation(Row, Base):
    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("length(code) = 18", name="code_length"),
        Index("ix_organisation_queue", "status", "created_at", "county"),
        CheckConstraint("(status = 'merged') = (merged_into_id IS NOT NULL)", name="merged"),
    )

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
            "recheck": {
                Verification.VERIFIED: Verification.PENDING,
                Verification.REJECTED: Verification.PENDING,
            },
            "merge": {
                Verification.PENDING: Verification.MERGED,
                Verification.VERIFIED: Verification.MERGED,
                Verification.REJECTED: Verification.MERGED,
            },
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
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

    members: Mapped[list[User]] = relationship(back_populates="organisation", order_by="User.id")
    merged_into: Mapped[Organisation | None] = relationship(remote_side="Organisation.id")

    @property
    def is_verified(self) -> bool:
        return self.status is Verification.VERIFIED


class FormerName(Row, Base):
    """What an organisation was called before: until it was renamed, or merged into the one that bears this row."""

    __tablename__ = "former_name"
    __table_args__ = (CheckConstraint("until >= since", name="period"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    code: Mapped[str] = mapped_column(String(18))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    merged_from_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    """The organisation that bore it and was merged; none: a renaming."""
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    organisation: Mapped[Organisation] = relationship(foreign_keys=organisation_id)
    changed_by: Mapped[User | None] = relationship()
