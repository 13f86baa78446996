"""Capability 科研能力与成果."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, choice
from models.posting import MONEY_CHECK, QUEUE, Posting
from models.state import StateMachine


class CapabilityStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class CapabilityMode(Base):
    """A cooperation mode that the institution offers."""

    __tablename__ = "capability_mode"

    capability_id: Mapped[int] = mapped_column(
        ForeignKey("capability.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(32), primary_key=True)

    def __init__(self, code: str) -> None:
        self.code = code


class Capability(Posting, Base):
    """`targets` holds the indicators 技术指标, `money_*` the expected price."""

    __tablename__ = "capability"
    __table_args__ = (
        CheckConstraint(MONEY_CHECK, name="price"),
        CheckConstraint("trl IS NULL OR trl BETWEEN 1 AND 9", name="trl"),
        CheckConstraint("length(summary) <= 2000", name="summary_length"),
        Index("ix_capability_queue", *QUEUE),
    )
    __mapper_args__ = {"version_id_col": Posting.version}

    KIND = "capability"

    MACHINE = StateMachine(
        {
            "submit": {
                CapabilityStatus.DRAFT: CapabilityStatus.SUBMITTED,
                CapabilityStatus.RETURNED: CapabilityStatus.SUBMITTED,
            },
            "publish": {CapabilityStatus.SUBMITTED: CapabilityStatus.PUBLISHED},
            "return": {CapabilityStatus.SUBMITTED: CapabilityStatus.RETURNED},
            "recheck": {
                CapabilityStatus.PUBLISHED: CapabilityStatus.SUBMITTED,
                CapabilityStatus.RETURNED: CapabilityStatus.SUBMITTED,
            },
            "archive": {
                CapabilityStatus.DRAFT: CapabilityStatus.ARCHIVED,
                CapabilityStatus.SUBMITTED: CapabilityStatus.ARCHIVED,
                CapabilityStatus.RETURNED: CapabilityStatus.ARCHIVED,
                CapabilityStatus.PUBLISHED: CapabilityStatus.ARCHIVED,
            },
            "restore": {CapabilityStatus.ARCHIVED: CapabilityStatus.DRAFT},
        }
    )

    kind: Mapped[str | None] = mapped_column(String(32))
    summary: Mapped[str] = mapped_column(Text, default="")
    innovation: Mapped[str] = mapped_column(Text, default="")
    advantage: Mapped[str] = mapped_column(Text, default="")
    economics: Mapped[str] = mapped_column(Text, default="")
    application: Mapped[str] = mapped_column(Text, default="")
    trl: Mapped[int | None] = mapped_column(Integer)
    stage: Mapped[str | None] = mapped_column(String(32))
    patents: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    """Rows of {kind, number, state, holder}."""
    team: Mapped[str] = mapped_column(String(200), default="")
    school: Mapped[str] = mapped_column(String(120), default="")
    cases: Mapped[str] = mapped_column(Text, default="")
    awards: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[CapabilityStatus] = mapped_column(
        choice(CapabilityStatus, "capability_status"), default=CapabilityStatus.DRAFT, index=True
    )

    mode_rows: Mapped[list[CapabilityMode]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by=CapabilityMode.code
    )
    modes: AssociationProxy[list[str]] = association_proxy("mode_rows", "code")
