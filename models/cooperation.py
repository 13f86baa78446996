"""Cooperation record 合作记录: an agreement that staff follow from intention to acceptance."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Row, Wan, choice
from models.organisation import Organisation
from models.pairing import Pairing
from models.state import StateMachine
from models.user import User


class RecordStatus(StrEnum):
    INTENDED = "intended"
    SIGNED = "signed"
    IN_PROGRESS = "in_progress"
    ACCEPTED = "accepted"
    TERMINATED = "terminated"


class MilestoneStatus(StrEnum):
    """Late is not stored: a planned milestone whose due day has passed is late."""

    PLANNED = "planned"
    DONE = "done"
    WAIVED = "waived"


class PartyRole(StrEnum):
    """甲方 (commissions), 乙方 (carries out), 丙方, 丁方."""

    A = "a"
    B = "b"
    C = "c"
    D = "d"


class CooperationRecord(Row, Base):
    """Amounts are in 万元. `pairing_id` is unique: a pairing is confirmed into one record, ever."""

    __tablename__ = "cooperation_record"
    __table_args__ = (
        CheckConstraint("amount IS NULL OR amount >= 0", name="amount"),
        CheckConstraint(
            "technology_amount IS NULL OR (amount IS NOT NULL AND technology_amount BETWEEN 0 AND amount)",
            name="technology_amount",
        ),
        CheckConstraint("paid >= 0", name="paid"),
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="dates"),
        CheckConstraint("status <> 'terminated' OR termination_reason <> ''", name="termination_reason"),
    )

    MACHINE = StateMachine(
        {
            "sign": {RecordStatus.INTENDED: RecordStatus.SIGNED},
            "start": {RecordStatus.SIGNED: RecordStatus.IN_PROGRESS},
            "accept": {RecordStatus.IN_PROGRESS: RecordStatus.ACCEPTED},
            "terminate": {
                RecordStatus.INTENDED: RecordStatus.TERMINATED,
                RecordStatus.SIGNED: RecordStatus.TERMINATED,
                RecordStatus.IN_PROGRESS: RecordStatus.TERMINATED,
            },
            "reopen": {
                RecordStatus.ACCEPTED: RecordStatus.IN_PROGRESS,
                RecordStatus.TERMINATED: RecordStatus.IN_PROGRESS,
            },
            "reopen_unsigned": {RecordStatus.TERMINATED: RecordStatus.INTENDED},
        }
    )

    number: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    pairing_id: Mapped[int | None] = mapped_column(ForeignKey("pairing.id"), unique=True)
    mode: Mapped[str] = mapped_column(String(32))
    contract_category: Mapped[str | None] = mapped_column(String(32))
    contract_number: Mapped[str] = mapped_column(String(60), default="")
    registration_number: Mapped[str] = mapped_column(String(60), default="")
    registered_on: Mapped[date | None] = mapped_column(Date)
    amount: Mapped[Decimal | None] = mapped_column(Wan)
    technology_amount: Mapped[Decimal | None] = mapped_column(Wan)
    paid: Mapped[Decimal] = mapped_column(Wan, default=Decimal(0))
    field: Mapped[str | None] = mapped_column(String(32))
    programme: Mapped[str | None] = mapped_column(String(32))
    signed_on: Mapped[date | None] = mapped_column(Date)
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    leader_a: Mapped[str] = mapped_column(String(60), default="")
    leader_b: Mapped[str] = mapped_column(String(60), default="")
    status: Mapped[RecordStatus] = mapped_column(
        choice(RecordStatus, "record_status"), default=RecordStatus.INTENDED, index=True
    )
    termination_reason: Mapped[str] = mapped_column(Text, default="")
    acceptance_note: Mapped[str] = mapped_column(Text, default="")
    result_patents: Mapped[int | None] = mapped_column(Integer)
    result_products: Mapped[int | None] = mapped_column(Integer)
    result_standards: Mapped[int | None] = mapped_column(Integer)
    result_jobs: Mapped[int | None] = mapped_column(Integer)
    result_output_value: Mapped[Decimal | None] = mapped_column(Wan)
    result_tax: Mapped[Decimal | None] = mapped_column(Wan)
    broker_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

    pairing: Mapped[Pairing | None] = relationship(back_populates="record")
    broker: Mapped[User | None] = relationship()
    parties: Mapped[list[RecordParty]] = relationship(
        cascade="all, delete-orphan", order_by="RecordParty.role", lazy="selectin"
    )
    milestones: Mapped[list[Milestone]] = relationship(
        back_populates="record", cascade="all, delete-orphan", order_by="Milestone.due_on, Milestone.id"
    )
    events: Mapped[list[RecordEvent]] = relationship(cascade="all, delete-orphan", order_by="RecordEvent.id")


class RecordParty(Row, Base):
    __tablename__ = "record_party"
    __table_args__ = (UniqueConstraint("record_id", "role"), UniqueConstraint("record_id", "organisation_id"))

    record_id: Mapped[int] = mapped_column(ForeignKey("cooperation_record.id", ondelete="CASCADE"))
    role: Mapped[PartyRole] = mapped_column(choice(PartyRole, "party_role"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)

    organisation: Mapped[Organisation] = relationship(lazy="joined")


class Milestone(Row, Base):
    """`payment` in 万元 falls due with the milestone."""

    __tablename__ = "milestone"
    __table_args__ = (
        CheckConstraint("payment IS NULL OR payment >= 0", name="payment"),
        CheckConstraint("status <> 'done' OR done_on IS NOT NULL", name="done_on"),
    )

    MACHINE = StateMachine(
        {
            "complete": {MilestoneStatus.PLANNED: MilestoneStatus.DONE},
            "waive": {MilestoneStatus.PLANNED: MilestoneStatus.WAIVED},
            "reopen": {
                MilestoneStatus.DONE: MilestoneStatus.PLANNED,
                MilestoneStatus.WAIVED: MilestoneStatus.PLANNED,
            },
        }
    )

    record_id: Mapped[int] = mapped_column(
        ForeignKey("cooperation_record.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(120))
    due_on: Mapped[date] = mapped_column(Date)
    payment: Mapped[Decimal | None] = mapped_column(Wan)
    status: Mapped[MilestoneStatus] = mapped_column(
        choice(MilestoneStatus, "milestone_status"), default=MilestoneStatus.PLANNED
    )
    done_on: Mapped[date | None] = mapped_column(Date)
    evidence: Mapped[str] = mapped_column(Text, default="")

    record: Mapped[CooperationRecord] = relationship(back_populates="milestones")

    def is_late(self, today: date) -> bool:
        return self.status is MilestoneStatus.PLANNED and self.due_on < today


class RecordEvent(Row, Base):
    """A step, an amendment (old and new values in the note) or a progress note of a record."""

    __tablename__ = "record_event"

    record_id: Mapped[int] = mapped_column(
        ForeignKey("cooperation_record.id", ondelete="CASCADE"), index=True
    )
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    action: Mapped[str] = mapped_column(String(32))
    from_status: Mapped[str | None] = mapped_column(String(32))
    to_status: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text, default="")

    actor: Mapped[User | None] = relationship()
