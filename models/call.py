"""Call for solutions 难题招标 (张榜): a published problem with a reward, answered by sealed proposals, judged, awarded."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Row, UtcDateTime, Wan, choice
from models.organisation import Organisation
from models.pairing import Pairing
from models.problem import Problem
from models.proposal import Proposal
from models.state import StateMachine
from models.user import User


class CallStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    OPEN = "open"
    CLOSED = "closed"
    UNDER_REVIEW = "under_review"
    DECIDED = "decided"
    NOTICE = "notice"
    AWARDED = "awarded"
    UNAWARDED = "unawarded"
    CANCELLED = "cancelled"


class Answerers(StrEnum):
    """Who may answer a call; always verified, and never the organisation whose problem it is."""

    ACADEMIC = "academic"
    """Universities and institutes."""
    NAMED = "named"
    """The organisations named in it."""
    ANYONE = "anyone"
    """Any organisation."""


ENDED = (CallStatus.AWARDED, CallStatus.UNAWARDED, CallStatus.CANCELLED)
_ENDED_SQL = text("status NOT IN ('awarded', 'unawarded', 'cancelled')")


class Call(Row, Base):
    """`reward` in 万元. `version` guards its text against two editors; a problem has one call at a time."""

    __tablename__ = "solution_call"
    __table_args__ = (
        CheckConstraint("reward >= 0", name="reward"),
        CheckConstraint("objection_days BETWEEN 1 AND 60", name="objection_days"),
        CheckConstraint("status <> 'cancelled' OR cancel_reason <> ''", name="cancel_reason"),
        CheckConstraint(
            "status IN ('draft', 'submitted', 'cancelled') OR (closes_at IS NOT NULL AND published_at IS NOT NULL)",
            name="published",
        ),
        CheckConstraint("status <> 'awarded' OR pairing_id IS NOT NULL", name="awarded"),
        CheckConstraint("status <> 'notice' OR objections_until IS NOT NULL", name="notice"),
        Index(
            "uq_solution_call_live",
            "problem_id",
            unique=True,
            sqlite_where=_ENDED_SQL,
            postgresql_where=_ENDED_SQL,
        ),
    )

    CANCELLABLE: ClassVar = (
        CallStatus.DRAFT,
        CallStatus.SUBMITTED,
        CallStatus.OPEN,
        CallStatus.CLOSED,
        CallStatus.UNDER_REVIEW,
        CallStatus.DECIDED,
        CallStatus.NOTICE,
    )
    MACHINE = StateMachine(
        {
            "submit": {CallStatus.DRAFT: CallStatus.SUBMITTED},
            "return": {CallStatus.SUBMITTED: CallStatus.DRAFT},
            "publish": {CallStatus.DRAFT: CallStatus.OPEN, CallStatus.SUBMITTED: CallStatus.OPEN},
            "close": {CallStatus.OPEN: CallStatus.CLOSED},
            "unseal": {CallStatus.CLOSED: CallStatus.UNDER_REVIEW},
            "decide": {CallStatus.UNDER_REVIEW: CallStatus.DECIDED},
            "announce": {CallStatus.DECIDED: CallStatus.NOTICE},
            "reconsider": {
                CallStatus.DECIDED: CallStatus.UNDER_REVIEW,
                CallStatus.NOTICE: CallStatus.UNDER_REVIEW,
            },
            "award": {CallStatus.NOTICE: CallStatus.AWARDED},
            "end_without_award": {
                CallStatus.CLOSED: CallStatus.UNAWARDED,
                CallStatus.NOTICE: CallStatus.UNAWARDED,
            },
            "cancel": dict.fromkeys(CANCELLABLE, CallStatus.CANCELLED),
        }
    )

    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    title: Mapped[str] = mapped_column(String(60))
    requirements: Mapped[str] = mapped_column(Text)
    reward: Mapped[Decimal] = mapped_column(Wan)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    answerers: Mapped[Answerers] = mapped_column(choice(Answerers, "answerers"), default=Answerers.ACADEMIC)
    objection_days: Mapped[int] = mapped_column(Integer, default=5)
    status: Mapped[CallStatus] = mapped_column(
        choice(CallStatus, "call_status"), default=CallStatus.DRAFT, index=True
    )
    return_reason: Mapped[str] = mapped_column(Text, default="")
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When those who may answer were told that it closes soon."""
    unsealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unsealed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decision_reasons: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    announced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    objections_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pairing_id: Mapped[int | None] = mapped_column(ForeignKey("pairing.id"), unique=True)
    """The pairing that the award confirmed; its record is the call's."""
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

    problem: Mapped[Problem] = relationship(lazy="joined")
    author: Mapped[User | None] = relationship(foreign_keys=author_id)
    unsealed_by: Mapped[User | None] = relationship(foreign_keys=unsealed_by_id)
    pairing: Mapped[Pairing | None] = relationship()
    criteria: Mapped[list[Criterion]] = relationship(
        cascade="all, delete-orphan", order_by="Criterion.position", lazy="selectin"
    )
    named: Mapped[list[NamedOrganisation]] = relationship(cascade="all, delete-orphan", lazy="selectin")
    proposals: Mapped[list[Proposal]] = relationship(back_populates="call", order_by="Proposal.id")
    reviewers: Mapped[list[Reviewer]] = relationship(cascade="all, delete-orphan", order_by="Reviewer.id")
    objections: Mapped[list[Objection]] = relationship(cascade="all, delete-orphan", order_by="Objection.id")
    events: Mapped[list[CallEvent]] = relationship(cascade="all, delete-orphan", order_by="CallEvent.id")

    @property
    def winner(self) -> Proposal | None:
        """The proposal that the decision chose; None: none was good enough, or nothing is decided."""
        return next((each for each in self.proposals if each.chosen), None)

    def accepts(self, moment: datetime) -> bool:
        """Whether a proposal handed in at that moment counts."""
        return self.status is CallStatus.OPEN and self.closes_at is not None and moment < self.closes_at

    def has_closed(self, moment: datetime) -> bool:
        """Open in the table, and past its closing time: the step is taken by the next who writes."""
        return self.status is CallStatus.OPEN and not self.accepts(moment)

    def status_at(self, moment: datetime) -> CallStatus:
        """A call that the clock closed counts as closed, written so or not."""
        return CallStatus.CLOSED if self.has_closed(moment) else self.status


class Criterion(Row, Base):
    """What proposals are judged by; the weights of a call add up to 100."""

    __tablename__ = "call_criterion"
    __table_args__ = (
        CheckConstraint("weight BETWEEN 1 AND 100", name="weight"),
        UniqueConstraint("call_id", "name"),
    )

    call_id: Mapped[int] = mapped_column(ForeignKey("solution_call.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(60))
    weight: Mapped[int] = mapped_column(Integer)


class NamedOrganisation(Row, Base):
    """One of those who may answer a call that names them."""

    __tablename__ = "call_organisation"
    __table_args__ = (UniqueConstraint("call_id", "organisation_id"),)

    call_id: Mapped[int] = mapped_column(ForeignKey("solution_call.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)

    organisation: Mapped[Organisation] = relationship(lazy="joined")


class Reviewer(Row, Base):
    """An account that judges the proposals of a call, once it declared that nothing ties it to a proposer."""

    __tablename__ = "call_reviewer"
    __table_args__ = (
        UniqueConstraint("call_id", "user_id"),
        CheckConstraint("conflicted IS NULL OR declared_at IS NOT NULL", name="declared"),
        CheckConstraint("finished_at IS NULL OR conflicted = false", name="finished"),
    )

    call_id: Mapped[int] = mapped_column(ForeignKey("solution_call.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    named_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    declared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    conflicted: Mapped[bool | None] = mapped_column()
    """None: not declared yet. True: steps back, and sees no proposal."""
    declaration: Mapped[str] = mapped_column(Text, default="")
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(foreign_keys=user_id, lazy="joined")
    scores: Mapped[list[Score]] = relationship(cascade="all, delete-orphan", back_populates="reviewer")

    @property
    def may_judge(self) -> bool:
        return self.conflicted is False


class Score(Row, Base):
    """What a reviewer gives a proposal for one criterion, from 0 to 100, with a word on why."""

    __tablename__ = "call_score"
    __table_args__ = (
        CheckConstraint("points BETWEEN 0 AND 100", name="points"),
        UniqueConstraint("reviewer_id", "proposal_id", "criterion_id"),
    )

    reviewer_id: Mapped[int] = mapped_column(ForeignKey("call_reviewer.id", ondelete="CASCADE"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("call_criterion.id"))
    points: Mapped[int] = mapped_column(Integer)
    word: Mapped[str] = mapped_column(Text, default="")

    reviewer: Mapped[Reviewer] = relationship(back_populates="scores")


class Objection(Row, Base):
    """What somebody holds against a decision during the public notice, and what staff answered."""

    __tablename__ = "call_objection"
    __table_args__ = (CheckConstraint("answered_at IS NULL OR answer <> ''", name="answer"),)

    call_id: Mapped[int] = mapped_column(ForeignKey("solution_call.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    text: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    user: Mapped[User] = relationship(foreign_keys=user_id)
    answered_by: Mapped[User | None] = relationship(foreign_keys=answered_by_id)


class CallEvent(Row, Base):
    """One step of a call: who, when, from, to, note. What happens to sealed proposals is a ProposalEvent."""

    __tablename__ = "call_event"

    call_id: Mapped[int] = mapped_column(ForeignKey("solution_call.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    action: Mapped[str] = mapped_column(String(32))
    from_status: Mapped[str | None] = mapped_column(String(32))
    to_status: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text, default="")

    actor: Mapped[User | None] = relationship()
