"""The checking queue 审核: what kinds of things are checked, and who of the staff has which one open."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, choice
from models.user import User


class CheckKind(StrEnum):
    """In the order of the queue where two have waited equally long."""

    CAPABILITY = "capability"
    ORGANISATION = "organisation"
    PROBLEM = "problem"


class CheckClaim(Base):
    """What somebody of the staff has open to check it. A courtesy to the others and no lock: it runs out by itself.

    One for each user, because people look at one thing at a time.
    """

    __tablename__ = "check_claim"
    __table_args__ = (Index("ix_check_claim_object", "kind", "object_id"),)

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    kind: Mapped[CheckKind] = mapped_column(choice(CheckKind, "check_kind"))
    object_id: Mapped[int] = mapped_column(Integer)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the page last said that it is still open."""

    user: Mapped[User] = relationship()
