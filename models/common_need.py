"""Common need 共性技术需求: open problems of several companies that ask for the same thing, as the engine found them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Row, UtcDateTime, now
from models.problem import Problem
from models.user import User


class CommonNeed(Row, Base):
    """Keeps its id from run to run while most of its members stay. One that is found no more has no members left."""

    __tablename__ = "common_need"
    __table_args__ = (
        CheckConstraint("cohesion >= 0 AND cohesion <= 1", name="cohesion"),
        CheckConstraint("strength >= 0 AND strength <= 1", name="strength"),
        CheckConstraint("companies >= 0 AND capabilities >= 0", name="counts"),
    )

    medoid_id: Mapped[int | None] = mapped_column(ForeignKey("problem.id", ondelete="SET NULL"))
    """The member that is nearest to all others, and stands for them."""
    terms: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Rare words that most members share, most telling first."""
    cohesion: Mapped[float] = mapped_column(Float)
    """How alike its members are on the average, 0 to 1."""
    companies: Mapped[int] = mapped_column(Integer)
    capabilities: Mapped[int] = mapped_column(Integer)
    """How many are suggested for at least two members."""
    strength: Mapped[float] = mapped_column(Float, index=True)
    """Orders the list: what its parts say together, 0 to 1."""
    engine_version: Mapped[str] = mapped_column(String(80))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    """The last run that found it."""
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    medoid: Mapped[Problem | None] = relationship()
    members: Mapped[list[CommonNeedMember]] = relationship(
        cascade="all, delete-orphan", order_by="CommonNeedMember.problem_id"
    )


class CommonNeedMember(Row, Base):
    """A problem asks for one thing: it is a member once."""

    __tablename__ = "common_need_member"
    __table_args__ = (CheckConstraint("closeness >= 0 AND closeness <= 1", name="closeness"),)

    need_id: Mapped[int] = mapped_column(ForeignKey("common_need.id", ondelete="CASCADE"), index=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id", ondelete="CASCADE"), unique=True)
    closeness: Mapped[float] = mapped_column(Float)
    """How alike it is to the other members on the average, 0 to 1."""

    problem: Mapped[Problem] = relationship(lazy="joined")


class ToldApart(Row, Base):
    """Staff said that two problems do not ask for the same thing: no later run puts them together."""

    __tablename__ = "need_told_apart"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="order"),
    )

    first_id: Mapped[int] = mapped_column(ForeignKey("problem.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(ForeignKey("problem.id", ondelete="CASCADE"), index=True)
    told_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    told_by: Mapped[User | None] = relationship()
