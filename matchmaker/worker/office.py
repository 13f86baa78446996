"""What the worker works with: the database, the engine, the settings and the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from matchmaker.database import Database
from matchmaker.engine import MatchingEngine
from matchmaker.settings import Settings
from matchmaker.settings_in_service import effective
from matchmaker.work import Work
from models import now


@dataclass(frozen=True)
class Office:
    database: Database
    engine: MatchingEngine
    settings: Settings
    clock: Callable[[], datetime] = field(default=now)

    @contextmanager
    def work(self, write: bool = True) -> Iterator[Work]:
        """The service's own work, by nobody, in a transaction of its own."""
        with self.database.session(write=write) as session:
            settings = effective(session, self.settings)
            yield Work(session, None, self.engine, settings, clock=self.clock)
