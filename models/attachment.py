"""Attachment 附件: a file of a posting, a record or an entry of a thread. The bytes lie in the data folder."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Row, UtcDateTime, choice
from models.user import User


class AttachmentOwner(StrEnum):
    PROBLEM = "problem"
    CAPABILITY = "capability"
    RECORD = "record"
    THREAD_ENTRY = "thread_entry"
    ALLIANCE = "alliance"
    SERVICE_REQUEST = "service_request"


class Attachment(Row, Base):
    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_owner", "owner_kind", "owner_id"),
        CheckConstraint("size >= 0", name="size"),
        CheckConstraint("key_id IS NULL OR sha256 = ''", name="sealed_without_digest"),
    )

    owner_kind: Mapped[AttachmentOwner] = mapped_column(choice(AttachmentOwner, "attachment_owner"))
    owner_id: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    """Empty of a confidential file: whoever has the database could try guessed files against it."""
    stored_as: Mapped[str] = mapped_column(String(80), unique=True)
    confidential: Mapped[bool] = mapped_column(Boolean, default=False)
    key_id: Mapped[str | None] = mapped_column(String(8), index=True)
    """Of the key that its bytes are sealed with; the size is that of the file itself."""
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    uploaded_by: Mapped[User | None] = relationship()
