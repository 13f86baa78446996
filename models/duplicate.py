"""Pairs of problems, or of capabilities, whose words are so alike that one may be a copy of the other."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Row, UtcDateTime
from models.user import User


class LikelyDuplicate(Row, Base):
    """Found by the engine when a text comes in or changes; gone when the texts are not alike any more.

    What staff told apart stays, so that it is not shown again. That two are the same is said by `same_as_id` of
    the one that is not worked on.
    """

    __tablename__ = "likely_duplicate"
    __table_args__ = (
        UniqueConstraint("kind", "first_id", "second_id"),
        CheckConstraint("kind IN ('problem', 'capability')", name="kind"),
        CheckConstraint("first_id < second_id", name="order"),
        CheckConstraint("alike >= 0 AND alike <= 1", name="alike"),
        Index("ix_likely_duplicate_second", "kind", "second_id"),
    )

    kind: Mapped[str] = mapped_column(String(20))
    first_id: Mapped[int] = mapped_column(Integer)
    second_id: Mapped[int] = mapped_column(Integer)
    alike: Mapped[float] = mapped_column(Float)
    """0 to 1: how much of their words they share, rare ones counting more."""
    told_apart_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_apart_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    told_apart_by: Mapped[User | None] = relationship()
