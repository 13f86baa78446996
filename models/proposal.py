"""Proposal 揭榜方案: an organisation's answer to a call. Its words and files are encrypted, and sealed until it closes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Row, UtcDateTime, choice
from models.organisation import Organisation
from models.state import StateMachine
from models.user import User

if TYPE_CHECKING:
    from models.call import Call


class ProposalStatus(StrEnum):
    DRAFT = "draft"
    SEALED = "sealed"
    WITHDRAWN = "withdrawn"
    UNSEALED = "unsealed"
    AWARDED = "awarded"
    DECLINED = "declined"


UNSEALED_STATUSES = (ProposalStatus.UNSEALED, ProposalStatus.AWARDED, ProposalStatus.DECLINED)
"""Handed in in time, and opened after the closing: those let in may read it."""


class Proposal(Row, Base):
    """`draft` is what its author works on, `sealed` what was handed in last; both are ciphertext."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("status = 'draft' OR handed_in_at IS NOT NULL", name="handed_in"),
        CheckConstraint("status IN ('draft', 'withdrawn') OR sealed IS NOT NULL", name="sealed"),
        CheckConstraint("NOT chosen OR status IN ('unsealed', 'awarded', 'declined')", name="chosen"),
        Index(
            "uq_proposal_chosen",
            "call_id",
            unique=True,
            sqlite_where=text("chosen"),
            postgresql_where=text("chosen"),
        ),
    )

    MACHINE = StateMachine(
        {
            "hand_in": {
                ProposalStatus.DRAFT: ProposalStatus.SEALED,
                ProposalStatus.SEALED: ProposalStatus.SEALED,
                ProposalStatus.WITHDRAWN: ProposalStatus.SEALED,
            },
            "withdraw": {ProposalStatus.SEALED: ProposalStatus.WITHDRAWN},
            "unseal": {ProposalStatus.SEALED: ProposalStatus.UNSEALED},
            "award": {ProposalStatus.UNSEALED: ProposalStatus.AWARDED},
            "decline": {ProposalStatus.UNSEALED: ProposalStatus.DECLINED},
        }
    )

    call_id: Mapped[int] = mapped_column(ForeignKey("solution_call.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    draft: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    status: Mapped[ProposalStatus] = mapped_column(
        choice(ProposalStatus, "proposal_status"), default=ProposalStatus.DRAFT
    )
    handed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    chosen: Mapped[bool] = mapped_column(Boolean, default=False)
    """The decision of its call names it."""
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

    call: Mapped[Call] = relationship(back_populates="proposals")
    organisation: Mapped[Organisation] = relationship(lazy="joined")
    author: Mapped[User | None] = relationship()
    files: Mapped[list[ProposalFile]] = relationship(
        cascade="all, delete-orphan", order_by="ProposalFile.id", back_populates="proposal"
    )
    events: Mapped[list[ProposalEvent]] = relationship(
        cascade="all, delete-orphan", order_by="ProposalEvent.id"
    )


class ProposalFile(Row, Base):
    """The encrypted bytes of a file. Its name, kind and size stand in the proposal's own ciphertext."""

    __tablename__ = "proposal_file"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    proposal: Mapped[Proposal] = relationship(back_populates="files")


class ProposalEvent(Row, Base):
    """Handed in, replaced, withdrawn: known to the proposer alone until the call is opened.

    `digest` is the salted SHA-256 of what it said at that moment, which the audit has too, without a name.
    """

    __tablename__ = "proposal_event"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    action: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64), default="")

    actor: Mapped[User | None] = relationship()
