"""Days in the bureau's time zone as lists and figures ask for them: from one to another, both included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement

from matchmaker.work import LOCAL_ZONE

FIRST_YEAR, LAST_YEAR = 2000, 2099


@dataclass(frozen=True)
class Days:
    """None: no end on that side."""

    since: date | None = None
    until: date | None = None

    @classmethod
    def of(cls, query: Mapping[str, str], since: str = "since", until: str = "until") -> Days:
        """From an address; what is no day is passed over."""
        return cls(day_of(query.get(since, "")), day_of(query.get(until, "")))

    def __bool__(self) -> bool:
        return self != Days()

    def moments(self, column: Any) -> list[ColumnElement[bool]]:
        """Conditions on a column of moments: from the first day's midnight until before the one after the last."""
        wanted = []
        if self.since:
            wanted.append(column >= midnight(self.since))
        if self.until:
            wanted.append(column < midnight(self.until + timedelta(days=1)))
        return wanted

    def dates(self, column: Any) -> list[ColumnElement[bool]]:
        """The same on a column of days."""
        wanted = []
        if self.since:
            wanted.append(column >= self.since)
        if self.until:
            wanted.append(column <= self.until)
        return wanted


EVER = Days()


def midnight(day: date) -> datetime:
    """With which a day begins, in the bureau's time zone."""
    return datetime.combine(day, time(), LOCAL_ZONE)


def day_of(typed: str) -> date | None:
    """A day of this century as addresses have it, 2026-11-24, or nothing."""
    try:
        found = date.fromisoformat(typed.strip())
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None
