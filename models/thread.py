"""The thread of a pairing: notes of calls and visits, messages, and what is to be done next by whom."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Row, UtcDateTime, choice
from models.pairing import Pairing, Side
from models.state import StateMachine
from models.user import User

WHAT_LENGTH = 200


class StepStatus(StrEnum):
    """Overdue is not stored: an open step whose due day has passed is overdue."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class NextStep(Row, Base):
    """What a member of staff is to do about a pairing, and until when."""

    __tablename__ = "next_step"
    __table_args__ = (
        CheckConstraint("what <> ''", name="what"),
        CheckConstraint("(status = 'open') = (closed_at IS NULL)", name="closed"),
        Index("ix_next_step_owner", "owner_id", "status", "due_on"),
    )

    MACHINE = StateMachine(
        {
            "finish": {StepStatus.OPEN: StepStatus.DONE},
            "drop": {StepStatus.OPEN: StepStatus.DROPPED},
            "reopen": {StepStatus.DONE: StepStatus.OPEN, StepStatus.DROPPED: StepStatus.OPEN},
        }
    )

    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(String(WHAT_LENGTH))
    due_on: Mapped[date] = mapped_column(Date)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    status: Mapped[StepStatus] = mapped_column(choice(StepStatus, "step_status"), default=StepStatus.OPEN)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

    pairing: Mapped[Pairing] = relationship()
    owner: Mapped[User] = relationship()

    def is_overdue(self, today: date) -> bool:
        return self.status is StepStatus.OPEN and self.due_on < today


class EntryKind(StrEnum):
    """A note of a talk by its way, a message, or what happened to a next step."""

    CALL = "call"
    VISIT = "visit"
    MEETING = "meeting"
    MAIL = "mail"
    MESSAGE = "message"
    STEP_PLANNED = "step_planned"
    STEP_MOVED = "step_moved"
    STEP_DONE = "step_done"
    STEP_DROPPED = "step_dropped"
    STEP_REOPENED = "step_reopened"


NOTE_KINDS = (EntryKind.CALL, EntryKind.VISIT, EntryKind.MEETING, EntryKind.MAIL)


class Audience(StrEnum):
    """Who reads an entry beside the bureau's staff, who read all."""

    STAFF = "staff"
    """Nobody: it is internal."""
    PROBLEM = "problem"
    """The problem's side."""
    CAPABILITY = "capability"
    """The capability's side."""
    BOTH = "both"


class ThreadEntry(Row, Base):
    """Something said or noted. It is never changed: what was wrong is put right by a later entry.

    `side` is the author's, None for staff. `day` is when the talk was, or when the next step is due now.
    """

    __tablename__ = "thread_entry"
    __table_args__ = (
        CheckConstraint("(kind = 'message') = (day IS NULL)", name="day"),
        CheckConstraint(
            "(step_id IS NULL) = (kind IN ('call', 'visit', 'meeting', 'mail', 'message'))", name="step"
        ),
        CheckConstraint("step_id IS NULL OR audience = 'staff'", name="step_audience"),
        CheckConstraint(
            "side IS NULL OR (kind = 'message' AND audience IN (side, 'both'))", name="side_audience"
        ),
        CheckConstraint("kind <> 'message' OR audience <> 'staff'", name="message_audience"),
        Index("ix_thread_entry_pairing", "pairing_id", "created_at"),
    )

    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id", ondelete="CASCADE"))
    kind: Mapped[EntryKind] = mapped_column(choice(EntryKind, "entry_kind"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    side: Mapped[Side | None] = mapped_column(choice(Side, "entry_side"))
    audience: Mapped[Audience] = mapped_column(choice(Audience, "audience"))
    day: Mapped[date | None] = mapped_column(Date)
    text: Mapped[str] = mapped_column(Text, default="")
    step_id: Mapped[int | None] = mapped_column(ForeignKey("next_step.id", ondelete="CASCADE"))

    pairing: Mapped[Pairing] = relationship()
    author: Mapped[User] = relationship()
    step: Mapped[NextStep | None] = relationship()
