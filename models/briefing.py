"""Briefing 联席会议简报: a period's figures as they stood when they were taken, and the text around them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Row, UtcDateTime, choice
from models.user import User

BRIEFING_TITLE_LENGTH = 80
SECTION_LENGTH = 8000


class SectionKind(StrEnum):
    """The parts of a briefing, in the order in which the bureau has them."""

    OVERVIEW = "overview"
    PROBLEMS = "problems"
    CAPABILITIES = "capabilities"
    COOPERATION = "cooperation"
    OVERDUE = "overdue"
    GAPS = "gaps"
    PROJECTS = "projects"
    NEXT_STEPS = "next_steps"


class Briefing(Row, Base):
    """`first` and `last` are days in the bureau's time zone, both included; an empty `county` means all of them."""

    __tablename__ = "briefing"
    __table_args__ = (
        CheckConstraint("first <= last", name="period"),
        CheckConstraint("title <> ''", name="title"),
    )

    title: Mapped[str] = mapped_column(String(BRIEFING_TITLE_LENGTH))
    language: Mapped[str] = mapped_column(String(10))
    """Of the document, whoever looks at it: a user's language code."""
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)
    county: Mapped[str] = mapped_column(String(32), default="")
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Taken at `taken_at` and not changed since: codes, numbers, names and titles. Amounts are texts in 万元."""
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

    author: Mapped[User | None] = relationship()
    sections: Mapped[list[BriefingSection]] = relationship(
        back_populates="briefing", order_by="BriefingSection.id", cascade="all, delete-orphan"
    )


class BriefingSection(Row, Base):
    """The text of one part. Each has its own version: two people may write in two parts at the same time."""

    __tablename__ = "briefing_section"
    __table_args__ = (
        UniqueConstraint("briefing_id", "kind"),
        CheckConstraint(f"length(text) <= {SECTION_LENGTH}", name="length"),
    )

    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefing.id", ondelete="CASCADE"))
    kind: Mapped[SectionKind] = mapped_column(choice(SectionKind, "section_kind"))
    text: Mapped[str] = mapped_column(Text, default="")
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since then the text is a person's, and stays when figures are taken anew."""
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

    briefing: Mapped[Briefing] = relationship(back_populates="sections")
    editor: Mapped[User | None] = relationship()
