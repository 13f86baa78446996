"""The year that the sample data tell of, as steps in the order in which they happened.

Each step goes through the services as the person who took it, at its own time, so that histories, notices and
the chain of audit events come out as in real use.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from matchmaker.work import LOCAL_ZONE, Work
from models import User

FIRST_HOUR, WORKING_MINUTES = 8, 9 * 60
Deed = Callable[[Work], object]


def spread(key: str, low: int, high: int) -> int:
    """A whole number from low to high: looks random, and is the same each time."""
    digest = hashlib.sha256(key.encode()).digest()
    return low + int.from_bytes(digest[:8], "big") % (high - low + 1)


@dataclass(frozen=True, order=True)
class _Step:
    at: datetime
    number: int
    person: str | None = field(compare=False)
    deed: Deed = field(compare=False)


class Timeline:
    """Steps are added in any order. Those of one `subject` on one day keep the order in which they were added."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._steps: list[_Step] = []
        self._last: dict[tuple[str, date], datetime] = {}

    def __len__(self) -> int:
        return len(self._steps)

    def day(self, days_ago: int) -> date:
        return self.today - timedelta(days=days_ago)

    def moment(self, days_ago: int) -> datetime:
        """Midnight of that day."""
        return datetime.combine(self.day(days_ago), time(), LOCAL_ZONE).astimezone(UTC)

    def add(self, subject: str, days_ago: int, person: str | None, deed: Deed) -> None:
        """`person` is a key of the sample users; None: the service itself."""
        day = self.day(days_ago)
        at = datetime.combine(day, time(FIRST_HOUR), LOCAL_ZONE) + timedelta(
            minutes=spread(f"{subject} {days_ago}", 0, WORKING_MINUTES // 2)
        )
        before = self._last.get((subject, day))
        if before is not None:
            at = before + timedelta(minutes=spread(f"{subject} {len(self._steps)}", 4, 40))
        self._last[subject, day] = at
        self._steps.append(_Step(at.astimezone(UTC), len(self._steps), person, deed))

    def run(self, work: Work, people: dict[str, User]) -> Iterator[datetime]:
        """Take the steps, oldest first; yields the time of each before it is taken."""
        for step in sorted(self._steps):
            yield step.at
            actor = people[step.person] if step.person else None
            step.deed(replace(work, actor=actor, clock=_stopped(step.at)))


def _stopped(at: datetime) -> Callable[[], datetime]:
    return lambda: at
