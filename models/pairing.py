"""Pairing 匹配: one problem and one capability, its score, and its way to a cooperation."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Row, UtcDateTime, choice, now
from models.capability import Capability
from models.problem import Problem
from models.state import StateMachine
from models.user import User

if TYPE_CHECKING:
    from models.consent import Interest, Undertaking
    from models.cooperation import CooperationRecord


class PairingStatus(StrEnum):
    SUGGESTED = "suggested"
    SHORTLISTED = "shortlisted"
    INTRODUCED = "introduced"
    NEGOTIATING = "negotiating"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


OPEN_STATUSES = (
    PairingStatus.SUGGESTED,
    PairingStatus.SHORTLISTED,
    PairingStatus.INTRODUCED,
    PairingStatus.NEGOTIATING,
)


class Side(StrEnum):
    PROBLEM = "problem"
    CAPABILITY = "capability"


class Pairing(Row, Base):
    """`score` (0..1) and its `parts` are those of `engine_version`; once someone acted they stay as they were."""

    __tablename__ = "pairing"
    __table_args__ = (
        UniqueConstraint("problem_id", "capability_id"),
        CheckConstraint("score >= 0 AND score <= 1", name="score"),
        CheckConstraint("status <> 'dismissed' OR dismissal IS NOT NULL", name="dismissal_reason"),
        Index("ix_pairing_queue", "status", "score"),
    )

    MACHINE = StateMachine(
        {
            "shortlist": {PairingStatus.SUGGESTED: PairingStatus.SHORTLISTED},
            "introduce": {
                PairingStatus.SUGGESTED: PairingStatus.INTRODUCED,
                PairingStatus.SHORTLISTED: PairingStatus.INTRODUCED,
            },
            "negotiate": {PairingStatus.INTRODUCED: PairingStatus.NEGOTIATING},
            "confirm": dict.fromkeys(OPEN_STATUSES, PairingStatus.CONFIRMED),
            "dismiss": dict.fromkeys(OPEN_STATUSES, PairingStatus.DISMISSED),
            "reopen": {
                PairingStatus.DISMISSED: PairingStatus.SUGGESTED,
                PairingStatus.SHORTLISTED: PairingStatus.SUGGESTED,
            },
        }
    )

    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"))
    capability_id: Mapped[int] = mapped_column(ForeignKey("capability.id"), index=True)
    score: Mapped[float] = mapped_column(Float)
    parts: Mapped[dict[str, float]] = mapped_column(JSON, default=dict)
    engine_version: Mapped[str] = mapped_column(String(80))
    scored_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    status: Mapped[PairingStatus] = mapped_column(
        choice(PairingStatus, "pairing_status"), default=PairingStatus.SUGGESTED
    )
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    acted_on: Mapped[bool] = mapped_column(default=False)
    """Somebody took a step or said something here: never dropped, never scored again silently. Not so again once all
    of it was undone; its events keep it from being dropped."""
    dismissal: Mapped[str | None] = mapped_column(String(32))
    dismissal_note: Mapped[str] = mapped_column(Text, default="")
    broker_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

    broker: Mapped[User | None] = relationship()
    problem: Mapped[Problem] = relationship()
    capability: Mapped[Capability] = relationship()
    events: Mapped[list[PairingEvent]] = relationship(
        back_populates="pairing", order_by="PairingEvent.id", cascade="all, delete-orphan"
    )
    interests: Mapped[list[Interest]] = relationship(
        back_populates="pairing", order_by="Interest.id", cascade="all, delete-orphan"
    )
    record: Mapped[CooperationRecord | None] = relationship(back_populates="pairing", passive_deletes="all")
    """Passive: deleting a pairing that has a record is refused by the database, and takes the record nothing."""

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES


class PairingEvent(Row, Base):
    """One step: who, when, from, to, note; and, as the decision log, the score and its parts at that moment."""

    __tablename__ = "pairing_event"

    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    action: Mapped[str] = mapped_column(String(32))
    from_status: Mapped[str | None] = mapped_column(String(32))
    to_status: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text, default="")
    score: Mapped[float | None] = mapped_column(Float)
    parts: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    engine_version: Mapped[str | None] = mapped_column(String(80))
    rank: Mapped[int | None] = mapped_column(Integer)
    """Place among the problem's suggestions at that moment, from 1."""
    broker_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """Of "take_on" and "hand_over": whose the pairing is from then on."""
    side: Mapped[Side | None] = mapped_column(choice(Side, "event_side"))
    """Of a consent: whose it is, whoever entered it."""
    way: Mapped[str | None] = mapped_column(String(32))
    """Of a consent that staff recorded: how they were told, on which day, by whom of the side."""
    said_on: Mapped[date | None] = mapped_column(Date)
    said_by: Mapped[str] = mapped_column(String(60), default="")
    undertaking_id: Mapped[int | None] = mapped_column(ForeignKey("undertaking.id"))
    """Of "undertake": which version was accepted."""

    pairing: Mapped[Pairing] = relationship(back_populates="events")
    actor: Mapped[User | None] = relationship(foreign_keys=[actor_id])
    broker: Mapped[User | None] = relationship(foreign_keys=[broker_id])
    undertaking: Mapped[Undertaking | None] = relationship()
