"""Problem 技术难题."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from models.base import Base, choice
from models.posting import MONEY_CHECK, QUEUE, Posting
from models.sealed import SEALED_CHECK, NoKey, SealedText, Unreadable
from models.state import StateMachine


class ProblemStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    IN_COOPERATION = "in_cooperation"
    SOLVED = "solved"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Urgency(StrEnum):
    NORMAL = "normal"
    URGENT = "urgent"
    BLOCKING = "blocking"


class BudgetReaders(StrEnum):
    ALL = "all"
    SIGNED_IN = "signed_in"


class ProblemMode(Base):
    """A cooperation mode that the enterprise wants."""

    __tablename__ = "problem_mode"

    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(String(32), primary_key=True)

    def __init__(self, code: str) -> None:
        self.code = code


class Problem(Posting, Base):
    __tablename__ = "problem"
    __table_args__ = (
        CheckConstraint(MONEY_CHECK, name="budget"),
        CheckConstraint("length(background) <= 2000", name="background_length"),
        CheckConstraint("length(statement) <= 4000", name="statement_length"),
        CheckConstraint(SEALED_CHECK, name="confidential_sealed"),
        Index("ix_problem_queue", *QUEUE),
    )
    __mapper_args__ = {"version_id_col": Posting.version}

    KIND = "problem"

    MACHINE = StateMachine(
        {
            "submit": {
                ProblemStatus.DRAFT: ProblemStatus.SUBMITTED,
                ProblemStatus.RETURNED: ProblemStatus.SUBMITTED,
                ProblemStatus.EXPIRED: ProblemStatus.SUBMITTED,
            },
            "publish": {ProblemStatus.SUBMITTED: ProblemStatus.PUBLISHED},
            "return": {ProblemStatus.SUBMITTED: ProblemStatus.RETURNED},
            "recheck": {
                ProblemStatus.PUBLISHED: ProblemStatus.SUBMITTED,
                ProblemStatus.RETURNED: ProblemStatus.SUBMITTED,
            },
            "withdraw": {
                ProblemStatus.DRAFT: ProblemStatus.WITHDRAWN,
                ProblemStatus.SUBMITTED: ProblemStatus.WITHDRAWN,
                ProblemStatus.RETURNED: ProblemStatus.WITHDRAWN,
                ProblemStatus.PUBLISHED: ProblemStatus.WITHDRAWN,
            },
            "restore": {ProblemStatus.WITHDRAWN: ProblemStatus.DRAFT},
            "begin_cooperation": {ProblemStatus.PUBLISHED: ProblemStatus.IN_COOPERATION},
            "end_cooperation": {ProblemStatus.IN_COOPERATION: ProblemStatus.PUBLISHED},
            "solve": {ProblemStatus.IN_COOPERATION: ProblemStatus.SOLVED},
            "resume_cooperation": {ProblemStatus.SOLVED: ProblemStatus.IN_COOPERATION},
            "expire": {ProblemStatus.PUBLISHED: ProblemStatus.EXPIRED},
        }
    )

    need: Mapped[str | None] = mapped_column(String(32))
    background: Mapped[str] = mapped_column(Text, default="")
    statement: Mapped[str] = mapped_column(Text, default="")
    targets_text: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[str] = mapped_column(Text, default="")
    confidential: Mapped[str] = mapped_column(SealedText(4000), default="")
    industry: Mapped[str | None] = mapped_column(String(32))
    urgency: Mapped[Urgency] = mapped_column(choice(Urgency, "urgency"), default=Urgency.NORMAL)
    budget_readers: Mapped[BudgetReaders] = mapped_column(
        choice(BudgetReaders, "budget_readers"), default=BudgetReaders.ALL
    )
    wanted_by: Mapped[date | None] = mapped_column(Date)
    acceptable_partners: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[ProblemStatus] = mapped_column(
        choice(ProblemStatus, "problem_status"), default=ProblemStatus.DRAFT, index=True
    )

    mode_rows: Mapped[list[ProblemMode]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by=ProblemMode.code
    )
    modes: AssociationProxy[list[str]] = association_proxy("mode_rows", "code")

    @validates("confidential")
    def _keep_unreadable(self, key: str, value: str) -> str:
        """What cannot be read now is not lost by writing over it: raises NoKey."""
        if isinstance(self.confidential, Unreadable) and self.confidential is not value:
            raise NoKey("the present text cannot be read")
        return value
