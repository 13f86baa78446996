"""What every use case gets first: the session, who acts, the engine, the settings and the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from matchmaker.engine import MatchingEngine
from matchmaker.settings import Settings
from models import User, now

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Work:
    """One piece of work for one person (None: a visitor or the service itself) in the caller's transaction.

    A request, a command or a test makes it and commits; services never do.
    """

    session: Session
    actor: User | None
    engine: MatchingEngine
    settings: Settings
    address: str = ""
    """Where the person's request came from, for the audit."""
    clock: Callable[[], datetime] = field(default=now)

    @property
    def person(self) -> User:
        """The actor where the policy has already refused visitors."""
        if self.actor is None:
            raise LookupError("nobody is signed in")
        return self.actor

    def now(self) -> datetime:
        return self.clock()

    def today(self) -> date:
        """The day in the bureau's time zone."""
        return self.clock().astimezone(LOCAL_ZONE).date()

    def as_actor(self, actor: User | None) -> Work:
        return replace(self, actor=actor)
