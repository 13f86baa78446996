"""An organisation's robot: where its notices are pushed to besides the service and the mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.deliveries import outbox
from matchmaker.deliveries.errors import Unwanted
from matchmaker.notices import letters
from matchmaker.policy import Action, require
from matchmaker.webhooks import addresses, payloads
from matchmaker.webhooks.posting import NotTaken, Push
from matchmaker.work import Work
from models import Channel, Delivery, DeliveryStatus, Organisation, PayloadFormat, Webhook
from models.delivery import new_key
from models.sealed import Unreadable

LATEST = 5
TEST = "test"
TEST_SENTENCE = "这是一条测试消息：贵单位的通知会推送到这里。"


class StaleWebhook(Exception):
    """Somebody changed or removed it since the actor opened the page; carries it as it is now, or None."""

    def __init__(self, webhook: Webhook | None) -> None:
        super().__init__("the robot was changed meanwhile")
        self.webhook = webhook


@dataclass(frozen=True)
class Overview:
    """An organisation's robot, or none, and its latest messages, newest first."""

    webhook: Webhook | None
    latest: Sequence[Delivery]


def overview(work: Work, organisation: Organisation) -> Overview:
    require(work.actor, Action.ORGANISATION_CONNECT, organisation)
    found = _of(work, organisation)
    if found is None:
        return Overview(None, ())
    latest = work.session.scalars(
        select(Delivery).where(Delivery.webhook_id == found.id).order_by(Delivery.id.desc()).limit(LATEST)
    ).all()
    return Overview(found, latest)


def connect(
    work: Work,
    organisation: Organisation,
    version: int,
    url: str,
    form: PayloadFormat,
    signing_secret: str = "",
) -> str | None:
    """Set or change the robot; `version` 0: the actor saw none. Returns the new robot's secret, to be shown once.

    `signing_secret` is what the messenger signs with (加签), where it does. Raises BadAddress, StaleWebhook and NoKey.
    """
    require(work.actor, Action.ORGANISATION_CONNECT, organisation)
    addresses.check(work.settings, url)
    found = _for_change(work, organisation, version)
    is_new = found is None
    if found is None:
        found = Webhook(organisation=organisation, url=url, format=form)
        work.session.add(found)
    found.url, found.format, found.changed_by = url, form, work.person
    found.signing_secret = signing_secret if form in payloads.SIGNING else ""
    work.session.flush()
    audit.record(work, "webhook.changed", found, organisation=organisation.id, format=form.value)
    return _secret(work, found) if is_new else None


def renew_secret(work: Work, organisation: Organisation, version: int) -> str:
    """What signs from now on; what signed before is void. Raises StaleWebhook."""
    require(work.actor, Action.ORGANISATION_CONNECT, organisation)
    found = _existing(work, organisation, version)
    found.salt, found.changed_by = new_key(), work.person
    work.session.flush()
    audit.record(work, "webhook.secret_renewed", found, organisation=organisation.id)
    return _secret(work, found)


def disconnect(work: Work, organisation: Organisation, version: int) -> None:
    """Nothing is pushed any more, nor what is still waiting. Raises StaleWebhook."""
    require(work.actor, Action.ORGANISATION_CONNECT, organisation)
    found = _existing(work, organisation, version)
    audit.record(work, "webhook.removed", found, organisation=organisation.id)
    for waiting in work.session.scalars(
        select(Delivery).where(
            Delivery.webhook_id == found.id,
            Delivery.status.in_((DeliveryStatus.WAITING, DeliveryStatus.FAILED)),
        )
    ):
        outbox.cancel(waiting)
    work.session.flush()
    work.session.execute(update(Delivery).where(Delivery.webhook_id == found.id).values(webhook_id=None))
    work.session.delete(found)


def send_test(work: Work, organisation: Organisation, version: int) -> None:
    """Put a test message into the outbox. Raises StaleWebhook."""
    require(work.actor, Action.ORGANISATION_CONNECT, organisation)
    found = _existing(work, organisation, version)
    outbox.put(work, Channel.WEBHOOK, TEST, webhook=found)


def push(work: Work, delivery: Delivery) -> Push:
    """What is posted for a delivery, signed now. Raises Unwanted if the robot was removed, NotTaken without its key."""
    robot = delivery.webhook
    if robot is None:
        raise Unwanted("the robot was removed")
    if isinstance(robot.url, Unreadable) or isinstance(robot.signing_secret, Unreadable):
        raise NotTaken("the key that sealed the address is not at hand")
    sentence, path = TEST_SENTENCE, "/"
    if delivery.purpose != TEST:
        details: dict[str, Any] = delivery.details
        sentence, path = letters.spoken(details["kind"], details["details"]), details["path"]
    given, moment = robot.signing_secret, work.now()
    signed = (
        payloads.feishu_signature(given, moment) if given and robot.format is PayloadFormat.FEISHU else {}
    )
    body = payloads.body_of(
        delivery, robot.format, sentence, work.settings.public_url + path, work.settings.city, signed
    )
    is_dingtalk = given and robot.format is PayloadFormat.DINGTALK
    return Push(
        robot.url,
        body,
        payloads.headers_of(delivery, _secret(work, robot), moment, body),
        payloads.dingtalk_parameters(given, moment) if is_dingtalk else "",
    )


def _secret(work: Work, webhook: Webhook) -> str:
    return payloads.secret_of(work.settings.secret(), webhook.id, webhook.salt)


def _of(work: Work, organisation: Organisation) -> Webhook | None:
    return work.session.scalar(
        select(Webhook)
        .where(Webhook.organisation_id == organisation.id)
        .execution_options(populate_existing=True)
    )


def _for_change(work: Work, organisation: Organisation, version: int) -> Webhook | None:
    take_serial_lock(work.session)
    found = _of(work, organisation)
    if (found.version if found else 0) != version:
        raise StaleWebhook(found)
    return found


def _existing(work: Work, organisation: Organisation, version: int) -> Webhook:
    found = _for_change(work, organisation, version)
    if found is None:
        raise StaleWebhook(None)
    return found
