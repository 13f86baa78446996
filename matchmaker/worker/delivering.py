"""Sends what is due: claimed in one transaction, sent in none, marked in another.

Killed before the claim is committed, nothing has happened; between claim and mark, the lease lapses and it is sent
again under the same key. Nothing is lost, and a repeat can be recognised.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from smtplib import SMTPException

import structlog

from matchmaker import mail
from matchmaker.deliveries import outbox
from matchmaker.deliveries.errors import Unwanted
from matchmaker.deliveries.outbox import Route
from matchmaker.mail import Letter, Undeliverable, Unreachable
from matchmaker.webhooks import posting
from matchmaker.webhooks.addresses import BadAddress, Fault
from matchmaker.webhooks.posting import NotTaken, Push
from matchmaker.worker import contents
from matchmaker.worker.office import Office

REST = timedelta(minutes=1)
"""What cannot be reached is left alone for so long: no queue of attempts that each wait for it."""

log = structlog.get_logger()


@dataclass
class Courier:
    """Sends for one worker process, and remembers which routes are out of order."""

    office: Office
    send_letter: Callable[..., None] = mail.deliver
    resting: dict[Route, datetime] = field(default_factory=dict)

    def deliver_due(self, stopped: Callable[[], bool] = lambda: False) -> int:
        """Everything that is due, one after the other; returns how many attempts that took."""
        attempts = 0
        while not stopped() and self._deliver_next():
            attempts += 1
        return attempts

    def _deliver_next(self) -> bool:
        resting = self._resting()
        with self.office.work(write=False) as work:
            if not outbox.is_any_due(work, resting):
                return False
        with self.office.work() as work:
            claimed = outbox.claim(work, resting)
        if claimed is None:
            return False
        delivery_id, lease, route = claimed.id, claimed.lease, outbox.route_of(claimed)
        try:
            with self.office.work(write=False) as work:
                found = work.session.get_one(type(claimed), delivery_id)
                content = contents.of(work, found)
            self._send(content, claimed.key)
        except Unwanted as reason:
            with self.office.work() as work:
                outbox.drop(work, delivery_id, lease, str(reason))
        except (Undeliverable, BadAddress) as error:
            final = not isinstance(error, BadAddress) or error.fault is not Fault.UNKNOWN_HOST
            self._failed(delivery_id, lease, error, final=final)
        except (Unreachable, NotTaken) as error:
            self.resting[route] = self.office.clock() + REST
            self._failed(delivery_id, lease, error)
        except SMTPException as error:
            self._failed(delivery_id, lease, error)
        except Exception as error:  # one that cannot be worded must not keep the others waiting
            log.exception("delivery.broken", id=delivery_id, purpose=claimed.purpose)
            self._failed(delivery_id, lease, error)
        else:
            with self.office.work() as work:
                outbox.finish(work, delivery_id, lease)
            log.info("delivery.sent", id=delivery_id, purpose=claimed.purpose, attempts=claimed.attempts)
        return True

    def _send(self, content: Letter | Push, key: str) -> None:
        if isinstance(content, Letter):
            self.send_letter(self.office.settings, content, key)
        else:
            posting.post(self.office.settings, content)

    def _failed(self, delivery_id: int, lease: str, error: Exception, final: bool = False) -> None:
        """The reason is kept for administrators; it names servers and codes, not texts."""
        reason = str(error) if isinstance(error, Undeliverable | Unreachable | NotTaken | BadAddress) else ""
        reason = reason or type(error).__name__
        with self.office.work() as work:
            outbox.fail(work, delivery_id, lease, reason, final=final)
        log.warning("delivery.failed", id=delivery_id, reason=reason, final=final)

    def _resting(self) -> list[Route]:
        moment = self.office.clock()
        self.resting = {route: until for route, until in self.resting.items() if until > moment}
        return list(self.resting)
