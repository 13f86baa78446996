"""Notice 通知: something a person should know, worded in their language when it is shown."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Row, UtcDateTime, choice
from models.delivery import Delivery

WAITS_FOR_DIGEST = text("in_digest AND delivery_id IS NULL")


class Frequency(StrEnum):
    """How a person is told of a topic: a mail at once, one a day, only in the service, or not at all."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    IN_SERVICE = "in_service"
    OFF = "off"


class Notice(Row, Base):
    """`kind` names the sentence, `details` fills it, `path` is where it leads."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_user", "user_id", "read_at"),
        Index(
            "ix_notice_digest",
            "user_id",
            sqlite_where=WAITS_FOR_DIGEST,
            postgresql_where=WAITS_FOR_DIGEST,
        ),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[str] = mapped_column(String(40))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    path: Mapped[str] = mapped_column(String(200), default="")
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    in_digest: Mapped[bool] = mapped_column(Boolean, default=False)
    """Its reader wants it in the mail of the day."""
    delivery_id: Mapped[int | None] = mapped_column(
        ForeignKey("delivery.id", ondelete="SET NULL"), index=True
    )
    """The mail that tells of it."""

    delivery: Mapped[Delivery | None] = relationship()


class NoticeChoice(Row, Base):
    """How a person wants to be told of a topic; without a row it is as usual for that topic."""

    __tablename__ = "notice_choice"
    __table_args__ = (UniqueConstraint("user_id", "topic"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    topic: Mapped[str] = mapped_column(String(20))
    frequency: Mapped[Frequency] = mapped_column(choice(Frequency, "frequency"))


class Reminder(Row, Base):
    """That something was told of because its day had come; written with the notices, so that it is told once."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("kind", "object_id", "occasion"),)

    kind: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[int] = mapped_column(Integer)
    occasion: Mapped[str] = mapped_column(String(40))
