"""Notice 通知: something a person should know, worded in their language when it is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Row, UtcDateTime


class Notice(Row, Base):
    """`kind` names the sentence, `details` fills it, `path` is where it leads."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_user", "user_id", "read_at"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[str] = mapped_column(String(40))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    path: Mapped[str] = mapped_column(String(200), default="")
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
