"""Service bodies 科技中介服务机构: what they offer, and what is asked of them about a problem, a capability or a record."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Row, UtcDateTime, Wan, choice
from models.capability import Capability
from models.cooperation import CooperationRecord
from models.organisation import Organisation
from models.pairing import Pairing
from models.posting import MONEY_CHECK, MoneyKind
from models.problem import Problem
from models.state import StateMachine
from models.user import User


class ServiceStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Service(Row, Base):
    """A line of an intermediary's catalogue; `kind` is a code of the vocabulary, money in 万元.

    What its owner changes after it was published is checked again; what staff change is not.
    """

    __tablename__ = "service"
    __table_args__ = (
        CheckConstraint(MONEY_CHECK, name="money"),
        CheckConstraint("status <> 'returned' OR return_reason <> ''", name="return_reason"),
        CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name="published"),
    )

    MACHINE = StateMachine(
        {
            "submit": {
                ServiceStatus.DRAFT: ServiceStatus.SUBMITTED,
                ServiceStatus.RETURNED: ServiceStatus.SUBMITTED,
            },
            "change": {ServiceStatus.PUBLISHED: ServiceStatus.SUBMITTED},
            "publish": {
                ServiceStatus.DRAFT: ServiceStatus.PUBLISHED,
                ServiceStatus.SUBMITTED: ServiceStatus.PUBLISHED,
            },
            "return": {ServiceStatus.SUBMITTED: ServiceStatus.RETURNED},
            "archive": {
                ServiceStatus.DRAFT: ServiceStatus.ARCHIVED,
                ServiceStatus.SUBMITTED: ServiceStatus.ARCHIVED,
                ServiceStatus.RETURNED: ServiceStatus.ARCHIVED,
                ServiceStatus.PUBLISHED: ServiceStatus.ARCHIVED,
            },
            "restore": {ServiceStatus.ARCHIVED: ServiceStatus.DRAFT},
        }
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32), index=True)
    title: Mapped[str] = mapped_column(String(60))
    description: Mapped[str] = mapped_column(Text)
    money_kind: Mapped[MoneyKind] = mapped_column(
        choice(MoneyKind, "service_money_kind"), default=MoneyKind.NEGOTIABLE
    )
    money_low: Mapped[Decimal | None] = mapped_column(Wan)
    money_high: Mapped[Decimal | None] = mapped_column(Wan)
    status: Mapped[ServiceStatus] = mapped_column(
        choice(ServiceStatus, "service_status"), default=ServiceStatus.DRAFT, index=True
    )
    return_reason: Mapped[str] = mapped_column(Text, default="")
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

    organisation: Mapped[Organisation] = relationship(lazy="joined")


class RequestStatus(StrEnum):
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


OPEN_REQUESTS = (RequestStatus.REQUESTED, RequestStatus.ACCEPTED, RequestStatus.IN_PROGRESS)
CONTACT_OPEN = (RequestStatus.ACCEPTED, RequestStatus.IN_PROGRESS, RequestStatus.DONE)
"""While the intermediary reads who to talk to."""
_OPEN_SQL = "status IN ('requested', 'accepted', 'in_progress')"
_ABOUT = ("problem_id", "capability_id", "record_id")


class ServiceRequest(Row, Base):
    """A service asked for on behalf of `requester`, about exactly one problem, capability or record.

    `shows_content` and `shows_money`: which public parts of that the intermediary may read. Its contact opens with
    the acceptance; `consented_by` agreed to that.
    """

    __tablename__ = "service_request"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN problem_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN capability_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN record_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="about_one",
        ),
        CheckConstraint("status <> 'declined' OR decline_reason <> ''", name="decline_reason"),
        CheckConstraint("status <> 'done' OR (result <> '' AND ended_at IS NOT NULL)", name="result"),
        CheckConstraint(
            "status NOT IN ('accepted', 'in_progress', 'done') OR accepted_at IS NOT NULL", name="accepted"
        ),
        *(
            Index(
                f"uq_service_request_open_{about.removesuffix('_id')}",
                "service_id",
                about,
                unique=True,
                sqlite_where=text(_OPEN_SQL),
                postgresql_where=text(_OPEN_SQL),
            )
            for about in _ABOUT
        ),
    )

    MACHINE: ClassVar = StateMachine(
        {
            "accept": {RequestStatus.REQUESTED: RequestStatus.ACCEPTED},
            "start": {RequestStatus.ACCEPTED: RequestStatus.IN_PROGRESS},
            "complete": {RequestStatus.IN_PROGRESS: RequestStatus.DONE},
            "decline": {
                RequestStatus.REQUESTED: RequestStatus.DECLINED,
                RequestStatus.ACCEPTED: RequestStatus.DECLINED,
            },
            "withdraw": {
                RequestStatus.REQUESTED: RequestStatus.WITHDRAWN,
                RequestStatus.ACCEPTED: RequestStatus.WITHDRAWN,
                RequestStatus.IN_PROGRESS: RequestStatus.WITHDRAWN,
            },
        }
    )

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    problem_id: Mapped[int | None] = mapped_column(ForeignKey("problem.id"), index=True)
    capability_id: Mapped[int | None] = mapped_column(ForeignKey("capability.id"), index=True)
    record_id: Mapped[int | None] = mapped_column(ForeignKey("cooperation_record.id"), index=True)
    pairing_id: Mapped[int | None] = mapped_column(ForeignKey("pairing.id"), index=True)
    """The talk that it came up in."""
    requester_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    consented_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """Who asked, and agreed that the contact opens: of the requester, or of the bureau on its behalf."""
    wish: Mapped[str] = mapped_column(Text)
    shows_content: Mapped[bool] = mapped_column(Boolean, default=True)
    shows_money: Mapped[bool] = mapped_column(Boolean, default=False)
    contact_name: Mapped[str] = mapped_column(String(40), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    contact_email: Mapped[str] = mapped_column(String(120), default="")
    status: Mapped[RequestStatus] = mapped_column(
        choice(RequestStatus, "request_status"), default=RequestStatus.REQUESTED, index=True
    )
    decline_reason: Mapped[str] = mapped_column(Text, default="")
    result: Mapped[str] = mapped_column(Text, default="")
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

    service: Mapped[Service] = relationship(lazy="joined")
    requester: Mapped[Organisation] = relationship(lazy="joined")
    consented_by: Mapped[User | None] = relationship()
    problem: Mapped[Problem | None] = relationship()
    capability: Mapped[Capability | None] = relationship()
    record: Mapped[CooperationRecord | None] = relationship()
    pairing: Mapped[Pairing | None] = relationship()
    events: Mapped[list[ServiceRequestEvent]] = relationship(
        cascade="all, delete-orphan", order_by="ServiceRequestEvent.id"
    )

    @property
    def organisation_id(self) -> int:
        """Whose contact it names, as with everything that has a contact."""
        return self.requester_id

    @property
    def about(self) -> Problem | Capability | CooperationRecord:
        """What it is about."""
        found = self.problem or self.capability or self.record
        assert found is not None
        return found


class ServiceRequestEvent(Row, Base):
    """One step of a request: who, when, from, to, note."""

    __tablename__ = "service_request_event"

    request_id: Mapped[int] = mapped_column(ForeignKey("service_request.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    action: Mapped[str] = mapped_column(String(32))
    from_status: Mapped[str | None] = mapped_column(String(32))
    to_status: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text, default="")

    actor: Mapped[User | None] = relationship()
