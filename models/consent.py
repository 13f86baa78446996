"""Consent: what each side of a pairing answered to a talk, and the undertaking of confidentiality 保密承诺书."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Row, choice
from models.organisation import Organisation
from models.pairing import Side
from models.state import StateMachine
from models.user import User

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from models.pairing import Pairing

PERSON_LENGTH = 60


class ConsentStatus(StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ConsentWay(StrEnum):
    """How a side told the bureau what staff recorded."""

    PHONE = "phone"
    MAIL = "mail"
    MEETING = "meeting"
    WECHAT = "wechat"
    LETTER = "letter"


class DeclineReason(StrEnum):
    """Why a side does not want to talk now; the other side is told in kind words."""

    NOT_NOW = "not_now"
    NOT_FITTING = "not_fitting"
    HAS_PARTNER = "has_partner"
    NO_CAPACITY = "no_capacity"
    OTHER = "other"


class Interest(Row, Base):
    """A side's answer to a talk, one per side; `created_at` is when it became what it is.

    Contacts open while both sides' are agreed. Earlier answers stand in the pairing's events.
    """

    __tablename__ = "interest"
    __table_args__ = (
        UniqueConstraint("pairing_id", "side"),
        CheckConstraint("(way IS NULL) = (said_on IS NULL) AND (way IS NULL) = (said_by = '')", name="said"),
        CheckConstraint("(status = 'declined') = (reason IS NOT NULL)", name="decline_reason"),
    )

    MACHINE = StateMachine(
        {
            "agree": {
                ConsentStatus.ASKED: ConsentStatus.AGREED,
                ConsentStatus.DECLINED: ConsentStatus.AGREED,
                ConsentStatus.WITHDRAWN: ConsentStatus.AGREED,
            },
            "decline": {ConsentStatus.ASKED: ConsentStatus.DECLINED},
            "withdraw": {ConsentStatus.AGREED: ConsentStatus.WITHDRAWN},
        }
    )

    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id", ondelete="CASCADE"), index=True)
    side: Mapped[Side] = mapped_column(choice(Side, "side"))
    status: Mapped[ConsentStatus] = mapped_column(
        choice(ConsentStatus, "consent_status"), default=ConsentStatus.ASKED
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    """Who asked, answered, or recorded the answer."""
    message: Mapped[str] = mapped_column(Text, default="")
    """Of the side to the other one."""
    reason: Mapped[DeclineReason | None] = mapped_column(choice(DeclineReason, "decline_reason_code"))
    way: Mapped[ConsentWay | None] = mapped_column(choice(ConsentWay, "consent_way"))
    """None: the side answered here itself."""
    said_on: Mapped[date | None] = mapped_column(Date)
    said_by: Mapped[str] = mapped_column(String(PERSON_LENGTH), default="")
    """Who of the side said it to the bureau."""
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

    pairing: Mapped[Pairing] = relationship(back_populates="interests")
    user: Mapped[User] = relationship()

    @hybrid_property
    def stands(self) -> bool:
        """The side agreed to talk, and still does."""
        return self.status is ConsentStatus.AGREED

    @stands.inplace.expression
    @classmethod
    def _stands_in_sql(cls) -> ColumnElement[bool]:
        return cls.status == ConsentStatus.AGREED

    @property
    def organisation(self) -> Organisation:
        """Whose answer it is, whoever entered it."""
        posting = self.pairing.problem if self.side is Side.PROBLEM else self.pairing.capability
        return posting.organisation


class Undertaking(Row, Base):
    """A version of the undertaking's text; the latest one is in force. Texts are never changed."""

    __tablename__ = "undertaking"
    __table_args__ = (
        UniqueConstraint("version"),
        CheckConstraint("version > 0 AND text_zh <> '' AND text_en <> ''", name="text"),
    )

    version: Mapped[int] = mapped_column(Integer)
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """None: the version that comes with the program."""

    published_by: Mapped[User | None] = relationship()


class UndertakingAcceptance(Row, Base):
    """A person accepted a version for their organisation, towards the other side of one pairing."""

    __tablename__ = "undertaking_acceptance"
    __table_args__ = (UniqueConstraint("pairing_id", "side", "undertaking_id"),)

    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id", ondelete="CASCADE"))
    side: Mapped[Side] = mapped_column(choice(Side, "acceptance_side"))
    undertaking_id: Mapped[int] = mapped_column(ForeignKey("undertaking.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    pairing: Mapped[Pairing] = relationship()
    undertaking: Mapped[Undertaking] = relationship()
    user: Mapped[User] = relationship()
