"""Delivery 发送: a mail or a push that must leave the service once, kept beside what it tells of until it has left."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Row, UtcDateTime, choice
from models.organisation import Organisation
from models.sealed import LONGEST_SEALED_ADDRESS, SEALED, SealedText
from models.state import StateMachine
from models.user import User


class Channel(StrEnum):
    MAIL = "mail"
    WEBHOOK = "webhook"


class DeliveryStatus(StrEnum):
    """A waiting one with attempts has failed so far and is tried again; failed: given up; dropped: not wanted any more."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class PayloadFormat(StrEnum):
    """What an organisation's robot takes: our own signed JSON, or that of 企业微信, 钉钉, 飞书."""

    JSON = "json"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"


def new_key() -> str:
    return secrets.token_hex(16)


def _sealed(column: str) -> str:
    return f"{column} LIKE '{SEALED}%' AND length({column}) <= {LONGEST_SEALED_ADDRESS}"


class Webhook(Row, Base):
    """Where an organisation's notices are pushed to: whoever knows the address can post into the group, so it is sealed.

    What signs our own messages is made of `salt` and the key outside the database.
    """

    __tablename__ = "webhook"
    __table_args__ = (
        CheckConstraint(_sealed("url"), name="url_sealed"),
        CheckConstraint(
            f"signing_secret = '' OR ({_sealed('signing_secret')})", name="signing_secret_sealed"
        ),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    url: Mapped[str] = mapped_column(SealedText(500))
    signing_secret: Mapped[str] = mapped_column(SealedText(200), default="")
    """加签: what 钉钉 or 飞书 gave to sign with; empty where the group does not ask for it."""
    format: Mapped[PayloadFormat] = mapped_column(choice(PayloadFormat, "payload_format"))
    salt: Mapped[str] = mapped_column(String(32), default=new_key)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

    organisation: Mapped[Organisation] = relationship()
    changed_by: Mapped[User | None] = relationship()


class Delivery(Row, Base):
    """`purpose` says what it is, `details` what cannot be read elsewhere: never a text, a link or an address.

    It is worded when it is sent. `key` is the same at every attempt, so that a repeat can be recognised.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("status <> 'sending' OR lease_until IS NOT NULL", name="lease"),
        CheckConstraint("status <> 'sent' OR sent_at IS NOT NULL", name="sent_at"),
        UniqueConstraint("user_id", "digest_day"),
        Index("ix_delivery_due", "status", "next_try_at"),
    )

    MACHINE = StateMachine(
        {
            "claim": {DeliveryStatus.WAITING: DeliveryStatus.SENDING},
            "lapse": {DeliveryStatus.SENDING: DeliveryStatus.WAITING},
            "finish": {DeliveryStatus.SENDING: DeliveryStatus.SENT},
            "postpone": {DeliveryStatus.SENDING: DeliveryStatus.WAITING},
            "give_up": {DeliveryStatus.SENDING: DeliveryStatus.FAILED},
            "drop": {
                DeliveryStatus.WAITING: DeliveryStatus.DROPPED,
                DeliveryStatus.SENDING: DeliveryStatus.DROPPED,
                DeliveryStatus.FAILED: DeliveryStatus.DROPPED,
            },
            "retry": {DeliveryStatus.FAILED: DeliveryStatus.WAITING},
        }
    )

    key: Mapped[str] = mapped_column(String(32), unique=True, default=new_key)
    channel: Mapped[Channel] = mapped_column(choice(Channel, "channel"))
    purpose: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    webhook_id: Mapped[int | None] = mapped_column(ForeignKey("webhook.id", ondelete="SET NULL"))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    digest_day: Mapped[date | None] = mapped_column(Date)
    """Of a digest: its day in the bureau's zone. One for a person and day."""
    status: Mapped[DeliveryStatus] = mapped_column(
        choice(DeliveryStatus, "delivery_status"), default=DeliveryStatus.WAITING
    )
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    first_tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease: Mapped[str] = mapped_column(String(32), default="")
    """Whose attempt it is: a worker that lost its lease does not mark another one's."""
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(String(200), default="")
    """Why the last attempt failed."""

    user: Mapped[User | None] = relationship()
    webhook: Mapped[Webhook | None] = relationship()
