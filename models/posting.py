"""What problems and capabilities have in common: money, places, people, history."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship, validates

from models.base import Base, Row, UtcDateTime, Wan, choice
from models.organisation import Organisation
from models.sealed import RevisionData
from models.user import User


class MoneyKind(StrEnum):
    """How a budget or a price is given: 面议, one figure, or a range. Figures are in 万元."""

    NEGOTIABLE = "negotiable"
    EXACT = "exact"
    RANGE = "range"


MONEY_CHECK = (
    "(money_kind = 'negotiable' AND money_low IS NULL AND money_high IS NULL)"
    " OR (money_kind = 'exact' AND money_low IS NOT NULL AND money_low >= 0 AND money_high IS NULL)"
    " OR (money_kind = 'range' AND money_low IS NOT NULL AND money_high IS NOT NULL"
    " AND money_low >= 0 AND money_high >= money_low)"
)
"""NOT NULL is said because a check that comes out as unknown passes."""
QUEUE = ("status", "submitted_at", "created_at", "published_at", "county", "field")
"""Columns of an index from which lists and the checking queue are counted and ordered without reading long texts."""


class Posting(Row):
    """Mixin of problem and capability."""

    KIND: ClassVar[str]

    title: Mapped[str] = mapped_column(String(60), default="")
    field: Mapped[str | None] = mapped_column(String(32), index=True)
    subfield: Mapped[str | None] = mapped_column(String(32))
    county: Mapped[str | None] = mapped_column(String(32), index=True)
    money_kind: Mapped[MoneyKind] = mapped_column(
        choice(MoneyKind, "money_kind"), default=MoneyKind.NEGOTIABLE
    )
    money_low: Mapped[Decimal | None] = mapped_column(Wan)
    money_high: Mapped[Decimal | None] = mapped_column(Wan)
    targets: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    """Rows of {name, comparison, value, unit}."""
    contact_name: Mapped[str] = mapped_column(String(40), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    contact_email: Mapped[str] = mapped_column(String(120), default="")
    valid_until: Mapped[date | None] = mapped_column(Date)
    return_reason: Mapped[str] = mapped_column(Text, default="")
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """Set with the first `submitted_at` and `published_at` and never again: what is new in a month stays so."""
    updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    external_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    """The identifier in the file it was imported from; importing twice finds it again."""
    version: Mapped[int] = mapped_column(Integer, default=1)

    @validates("submitted_at", "published_at")
    def _keep_first(self, key: str, value: datetime | None) -> datetime | None:
        first = f"first_{key}"
        if value is not None and getattr(self, first) is None:
            setattr(self, first, value)
        return value

    @declared_attr
    def organisation_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("organisation.id"), index=True)

    @declared_attr
    def author_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("user_account.id"))

    @declared_attr
    def broker_id(cls) -> Mapped[int | None]:
        """经办人: who of the bureau's staff has it in hand, and so reads what is confidential in it."""
        return mapped_column(ForeignKey("user_account.id"), index=True)

    @declared_attr
    def same_as_id(cls) -> Mapped[int | None]:
        """Staff found it to be the same as another, which is worked on instead; that one is never itself a duplicate."""
        return mapped_column(ForeignKey(f"{cls.KIND}.id"), index=True)

    @declared_attr
    def same_as(cls) -> Mapped[Any]:
        name = cls.__name__  # type: ignore[attr-defined]
        return relationship(name, remote_side=f"{name}.id", foreign_keys=f"{name}.same_as_id")

    @declared_attr
    def organisation(cls) -> Mapped[Organisation]:
        return relationship(Organisation, lazy="joined")

    @declared_attr
    def author(cls) -> Mapped[User | None]:
        return relationship(User, foreign_keys=f"{cls.__name__}.author_id")  # type: ignore[attr-defined]

    @declared_attr
    def broker(cls) -> Mapped[User | None]:
        return relationship(User, foreign_keys=f"{cls.__name__}.broker_id")  # type: ignore[attr-defined]


class Revision(Row, Base):
    """The fields of a problem or capability as they stood before an edit of a published text."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("kind", "object_id", "number"),)

    kind: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(Integer)
    data: Mapped[dict[str, Any]] = mapped_column(RevisionData)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    author: Mapped[User | None] = relationship()
