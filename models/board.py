"""What brokers keep on the board: filters by name, and what they did to one or several pairings, to be undone."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Row, UtcDateTime, choice
from models.pairing import Pairing, PairingStatus
from models.user import User

FILTER_NAME_LENGTH = 30
FILTER_QUERY_LENGTH = 1000


class SavedFilter(Row, Base):
    """A look at the board that its user comes back to: `query` is what follows the question mark of the address."""

    __tablename__ = "saved_filter"
    __table_args__ = (
        UniqueConstraint("user_id", "name"),
        CheckConstraint("name <> ''", name="name"),
        Index(
            "uq_saved_filter_default",
            "user_id",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(FILTER_NAME_LENGTH))
    query: Mapped[str] = mapped_column(String(FILTER_QUERY_LENGTH))
    is_default: Mapped[bool] = mapped_column(default=False)
    """The board opens with it. At most one of a user's."""

    user: Mapped[User] = relationship()


class BulkKind(StrEnum):
    DISMISS = "dismiss"
    ASSIGN = "assign"
    SHORTLIST = "shortlist"


class BulkChange(Row, Base):
    """One step taken with a pairing, or with several at once. Undone as one, for some minutes, as far as nobody went on."""

    __tablename__ = "bulk_change"
    __table_args__ = (Index("ix_bulk_change_actor", "actor_id", "created_at"),)

    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[BulkKind] = mapped_column(choice(BulkKind, "bulk_kind"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    actor: Mapped[User] = relationship()
    items: Mapped[list[BulkItem]] = relationship(
        back_populates="change", order_by="BulkItem.id", cascade="all, delete-orphan"
    )


class BulkItem(Row, Base):
    """A pairing that the change concerned: its version after it, and how it stood before."""

    __tablename__ = "bulk_item"
    __table_args__ = (UniqueConstraint("change_id", "pairing_id"),)

    change_id: Mapped[int] = mapped_column(ForeignKey("bulk_change.id", ondelete="CASCADE"))
    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id", ondelete="CASCADE"), index=True)
    version: Mapped[int]
    status_before: Mapped[PairingStatus] = mapped_column(choice(PairingStatus, "status_before"))
    broker_before_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    acted_on_before: Mapped[bool] = mapped_column(default=True)
    """Where nobody had, the pairing is scored again once the change is undone."""

    change: Mapped[BulkChange] = relationship(back_populates="items")
    pairing: Mapped[Pairing] = relationship()
    broker_before: Mapped[User | None] = relationship()
