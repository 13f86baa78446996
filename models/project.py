"""Distilled project 凝炼项目: what several companies lack, made into a project that a plan can carry."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Row, UtcDateTime, Wan, choice
from models.common_need import CommonNeed
from models.organisation import Organisation
from models.problem import Problem
from models.state import StateMachine
from models.user import User


class ProjectStatus(StrEnum):
    DISTILLING = "distilling"
    RESERVE = "reserve"
    RECOMMENDED = "recommended"
    APPROVED = "approved"
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"


class ProjectLevel(StrEnum):
    NATIONAL = "national"
    PROVINCIAL = "provincial"
    MUNICIPAL = "municipal"


class ParticipantRole(StrEnum):
    LEAD = "lead"
    PARTNER = "partner"


class Project(Row, Base):
    """`budget` in 万元. `version` guards its text against two editors."""

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("budget IS NULL OR budget >= 0", name="budget"),
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="dates"),
        CheckConstraint("status <> 'cancelled' OR cancel_reason <> ''", name="cancel_reason"),
        CheckConstraint(
            "status IN ('distilling', 'cancelled') OR (programme IS NOT NULL AND level IS NOT NULL)",
            name="complete",
        ),
        CheckConstraint(
            "status NOT IN ('recommended', 'approved', 'accepted') OR recommended_at IS NOT NULL",
            name="recommended",
        ),
    )

    MACHINE = StateMachine(
        {
            "reserve": {ProjectStatus.DISTILLING: ProjectStatus.RESERVE},
            "recommend": {ProjectStatus.RESERVE: ProjectStatus.RECOMMENDED},
            "approve": {ProjectStatus.RECOMMENDED: ProjectStatus.APPROVED},
            "accept": {ProjectStatus.APPROVED: ProjectStatus.ACCEPTED},
            # One that was not chosen this year waits in the reserve for the next; one that is not ready is worked on.
            "step_back": {
                ProjectStatus.RESERVE: ProjectStatus.DISTILLING,
                ProjectStatus.RECOMMENDED: ProjectStatus.RESERVE,
            },
            "cancel": {
                ProjectStatus.DISTILLING: ProjectStatus.CANCELLED,
                ProjectStatus.RESERVE: ProjectStatus.CANCELLED,
                ProjectStatus.RECOMMENDED: ProjectStatus.CANCELLED,
                ProjectStatus.APPROVED: ProjectStatus.CANCELLED,
            },
            "reopen": {ProjectStatus.CANCELLED: ProjectStatus.DISTILLING},
        }
    )

    number: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    programme: Mapped[str | None] = mapped_column(String(32), index=True)
    plan: Mapped[str | None] = mapped_column(String(32))
    level: Mapped[ProjectLevel | None] = mapped_column(choice(ProjectLevel, "project_level"))
    field: Mapped[str | None] = mapped_column(String(32), index=True)
    budget: Mapped[Decimal | None] = mapped_column(Wan)
    necessity: Mapped[str] = mapped_column(Text, default="")
    """立项依据与必要性."""
    expected_results: Mapped[str] = mapped_column(Text, default="")
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    approval_number: Mapped[str] = mapped_column(String(60), default="")
    """The plan's own number 立项编号."""
    status: Mapped[ProjectStatus] = mapped_column(
        choice(ProjectStatus, "project_status"), default=ProjectStatus.DISTILLING, index=True
    )
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    recommended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when its participants read it; none again where the recommendation was taken back."""
    need_id: Mapped[int | None] = mapped_column(ForeignKey("common_need.id"), index=True)
    """The common need that it was distilled from."""
    broker_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

    need: Mapped[CommonNeed | None] = relationship()
    broker: Mapped[User | None] = relationship()
    sources: Mapped[list[ProjectSource]] = relationship(
        cascade="all, delete-orphan", order_by="ProjectSource.problem_id"
    )
    participants: Mapped[list[Participant]] = relationship(
        cascade="all, delete-orphan", order_by="Participant.role, Participant.id", lazy="selectin"
    )
    events: Mapped[list[ProjectEvent]] = relationship(
        cascade="all, delete-orphan", order_by="ProjectEvent.id"
    )

    @property
    def lead(self) -> Organisation | None:
        leads = (each.organisation for each in self.participants if each.role is ParticipantRole.LEAD)
        return next(leads, None)

    @property
    def partners(self) -> list[Organisation]:
        return [each.organisation for each in self.participants if each.role is ParticipantRole.PARTNER]


class ProjectSource(Row, Base):
    """A problem that the project is to solve."""

    __tablename__ = "project_source"
    __table_args__ = (UniqueConstraint("project_id", "problem_id"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"), index=True)

    problem: Mapped[Problem] = relationship(lazy="joined")


class Participant(Row, Base):
    """牵头单位 (one at most) or 参与单位."""

    __tablename__ = "project_participant"
    __table_args__ = (
        UniqueConstraint("project_id", "organisation_id"),
        Index(
            "uq_project_participant_lead",
            "project_id",
            unique=True,
            sqlite_where=text("role = 'lead'"),
            postgresql_where=text("role = 'lead'"),
        ),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[ParticipantRole] = mapped_column(choice(ParticipantRole, "participant_role"))

    organisation: Mapped[Organisation] = relationship(lazy="joined")


class ProjectEvent(Row, Base):
    """A step, an amendment (old and new values in the note) or a note of a project."""

    __tablename__ = "project_event"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    action: Mapped[str] = mapped_column(String(32))
    from_status: Mapped[str | None] = mapped_column(String(32))
    to_status: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text, default="")

    actor: Mapped[User | None] = relationship()
