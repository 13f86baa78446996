"""Innovation carriers 创新载体 and alliances 产业技术创新战略联盟, who belongs to them, and companies' R&D bodies."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Row, choice
from models.organisation import Organisation

STANDING = text("until IS NULL")


class RecognitionLevel(StrEnum):
    """Who recognised it."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    MUNICIPAL = "municipal"


class Carrier(Row, Base):
    """`kind`, `county` and `field` are codes of the vocabulary. One that is closed is shown to the bureau only."""

    __tablename__ = "carrier"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("year IS NULL OR year BETWEEN 1949 AND 2200", name="year"),
    )

    kind: Mapped[str] = mapped_column(String(32), index=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    level: Mapped[RecognitionLevel | None] = mapped_column(choice(RecognitionLevel, "carrier_level"))
    year: Mapped[int | None] = mapped_column(Integer)
    """In which it was recognised."""
    county: Mapped[str | None] = mapped_column(String(32))
    field: Mapped[str | None] = mapped_column(String(32))
    industry: Mapped[str] = mapped_column(String(120), default="")
    """What its companies make, in words: 汽车零部件."""
    introduction: Mapped[str] = mapped_column(Text, default="")
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """The organisation that runs it, where that is one of ours."""
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

    operator: Mapped[Organisation | None] = relationship()
    memberships: Mapped[list[CarrierMembership]] = relationship(
        back_populates="carrier", cascade="all, delete-orphan", order_by="CarrierMembership.id"
    )


class CarrierMembership(Row, Base):
    """A stage of an organisation in a carrier, from a day to a day; the one without an end is how it stands now."""

    __tablename__ = "carrier_membership"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", name="dates"),
        Index(
            "uq_carrier_membership_standing",
            "carrier_id",
            "organisation_id",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
    )

    LEFT: ClassVar = "left"
    """The stage of an organisation that is not a member any more."""

    carrier_id: Mapped[int] = mapped_column(ForeignKey("carrier.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    stage: Mapped[str] = mapped_column(String(32))
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(String(200), default="")

    carrier: Mapped[Carrier] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship(lazy="joined")


class Alliance(Row, Base):
    """One that is dissolved is shown to the bureau only. What was agreed is read by its members and the bureau."""

    __tablename__ = "alliance"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint(
            "agreement_until IS NULL OR agreed_on IS NULL OR agreement_until >= agreed_on", name="agreement"
        ),
    )

    name: Mapped[str] = mapped_column(String(100), unique=True)
    level: Mapped[RecognitionLevel | None] = mapped_column(choice(RecognitionLevel, "alliance_level"))
    field: Mapped[str | None] = mapped_column(String(32), index=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    """理事长单位: a member too."""
    founded_on: Mapped[date | None] = mapped_column(Date)
    introduction: Mapped[str] = mapped_column(Text, default="")
    agreement: Mapped[str] = mapped_column(Text, default="")
    """What its members agreed on."""
    agreed_on: Mapped[date | None] = mapped_column(Date)
    agreement_until: Mapped[date | None] = mapped_column(Date)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

    lead: Mapped[Organisation] = relationship(lazy="joined")
    memberships: Mapped[list[AllianceMembership]] = relationship(
        back_populates="alliance", cascade="all, delete-orphan", order_by="AllianceMembership.id"
    )


class AllianceMembership(Row, Base):
    """From a day to a day; without an end: a member now."""

    __tablename__ = "alliance_membership"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", name="dates"),
        Index(
            "uq_alliance_membership_standing",
            "alliance_id",
            "organisation_id",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
    )

    alliance_id: Mapped[int] = mapped_column(ForeignKey("alliance.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(String(200), default="")

    alliance: Mapped[Alliance] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship(lazy="joined")


class ResearchBody(Row, Base):
    """A company's recognised R&D body 研发机构: 工程技术研究中心, 企业技术中心, 重点实验室 …"""

    __tablename__ = "research_body"
    __table_args__ = (
        UniqueConstraint("organisation_id", "name"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("year IS NULL OR year BETWEEN 1949 AND 2200", name="year"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(32), index=True)
    level: Mapped[RecognitionLevel] = mapped_column(choice(RecognitionLevel, "research_body_level"))
    name: Mapped[str] = mapped_column(String(100))
    year: Mapped[int | None] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

    organisation: Mapped[Organisation] = relationship(lazy="joined")
