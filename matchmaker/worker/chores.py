"""What the worker does by the clock. Each chore is done once however often it is called, and by however many workers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from matchmaker.calls import service as calls
from matchmaker.common_needs import running as common_needs
from matchmaker.cooperation import reminders as milestones
from matchmaker.deliveries import outbox
from matchmaker.jobs import queue as jobs
from matchmaker.notices import digests
from matchmaker.pairings import strong
from matchmaker.postings import expiring
from matchmaker.spreadsheets import importing
from matchmaker.work import Work
from matchmaker.worker.office import Office

log = structlog.get_logger()


@dataclass(frozen=True)
class Chore:
    """`often`: how long after one look the next is due; `by_day`: nobody is told of it before the day's hour."""

    do: Callable[[Work], int]
    often: timedelta
    by_day: bool = False


CHORES: Mapping[str, Chore] = {
    # In this order: what is reminded of today stands in today's digest.
    "common_needs": Chore(common_needs.ask_nightly, timedelta(minutes=10)),
    "calls": Chore(calls.follow, timedelta(minutes=1)),
    "milestones": Chore(milestones.remind, timedelta(minutes=30), by_day=True),
    "expiring": Chore(expiring.remind, timedelta(minutes=30), by_day=True),
    "strong_matches": Chore(strong.tell, timedelta(hours=1), by_day=True),
    "digests": Chore(digests.put, timedelta(minutes=1), by_day=True),
    "forgotten": Chore(outbox.forget, timedelta(hours=6)),
    "forgotten_imports": Chore(importing.forget, timedelta(hours=6)),
    "forgotten_jobs": Chore(jobs.forget, timedelta(hours=6)),
}


@dataclass
class Rota:
    """Which chores one worker process did when. A new process does all at once: that repeats nothing."""

    office: Office
    done: dict[str, datetime] = field(default_factory=dict)

    def do_due(self) -> dict[str, int]:
        """Do the chores whose time has come, each in a transaction; returns what came of them."""
        found = {}
        for name, chore in CHORES.items():
            moment = self.office.clock()
            last = self.done.get(name)
            if last is not None and moment - last < chore.often:
                continue
            with self.office.work() as work:
                if chore.by_day and not digests.is_time(work):
                    continue
                found[name] = chore.do(work)
            self.done[name] = moment
            if found[name]:
                log.info("chore.done", chore=name, count=found[name])
        return found
