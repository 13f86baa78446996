"""What the figures are of: some days, a county, a carrier or an alliance. And lists of the same, as addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from matchmaker.days import Days
from matchmaker.typed_numbers import number

FIRST_DAY = date(2000, 1, 1)
YEARS_AHEAD = 2


class Span(StrEnum):
    """Days that need no typing."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    LAST_YEAR = "last_year"
    OWN = "own"


class Step(StrEnum):
    """What amounts over time are added up by."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True)
class Period:
    """Days in the bureau's time zone, both included; the county (empty: all) of the problem or of party A; and the
    carrier and the alliance to which organisations belong (None: to any or none).
    """

    first: date
    last: date
    county: str = ""
    carrier: int | None = None
    alliance: int | None = None

    @classmethod
    def of(cls, query: Mapping[str, str], today: date) -> Period:
        """From an address; without or with days that make no sense: this year until today. Within the bounds."""
        span = span_of(query)
        first, last = _days(span, today)
        if span is Span.OWN:
            first, last = _day(query.get("from", "")) or first, _day(query.get("to", "")) or last
        period = cls(
            first,
            last,
            query.get("county", "").replace("\x00", "")[:32],
            number(query.get("carrier")),
            number(query.get("alliance")),
        )
        in_order = period if first <= last else replace(period, first=last, last=first)
        return in_order.bounded(today)

    def bounded(self, today: date) -> Period:
        """Cut to days on which something can have happened. Lists pass over others, and would count what has no day."""
        end = last_day(today)
        return replace(
            self, first=min(max(self.first, FIRST_DAY), end), last=min(max(self.last, FIRST_DAY), end)
        )

    @property
    def days(self) -> Days:
        return Days(self.first, self.last)

    def within(self, **asked: Any) -> dict[str, Any]:
        """The parameters of a list's address: the place and the bodies that the figures are of, and what is asked."""
        place = {"county": self.county, "carrier": self.carrier, "alliance": self.alliance}
        return {name: value for name, value in (place | asked).items() if value not in (None, "")}

    def during(self, **asked: Any) -> dict[str, Any]:
        """The same, on these days."""
        return self.within(**self._iso("since", "until") | asked)

    def signed(self, **asked: Any) -> dict[str, Any]:
        """Of records: signed on these days."""
        return self.within(**self._iso("signed_since", "signed_until") | asked)

    def registered(self, **asked: Any) -> dict[str, Any]:
        """Of records: registered 认定登记 on these days."""
        return self.within(**self._iso("registered_since", "registered_until") | asked)

    def _iso(self, since: str, until: str) -> dict[str, Any]:
        return {since: self.first.isoformat(), until: self.last.isoformat()}

    def steps(self, step: Step) -> list[tuple[str, date, date]]:
        """(name, first, last) of each month, quarter or year of these days, cut at their ends."""
        found, day = [], self.first
        while day <= self.last:
            name, following = _step(step, day)
            found.append((name, day, min(self.last, following - timedelta(days=1))))
            day = following
        return found


def last_day(today: date) -> date:
    """The end of the year after next: nothing is asked for beyond it."""
    return date(today.year + YEARS_AHEAD, 12, 31)


def span_of(query: Mapping[str, str]) -> Span:
    """Days that are given count unless another span is chosen; without either it is this year."""
    chosen = query.get("span", "")
    if chosen in list(Span):
        return Span(chosen)
    return Span.OWN if query.get("from") or query.get("to") else Span.YEAR


def step_name(step: Step, day: date) -> str:
    """2026-05, 2026 Q2, 2026."""
    return _step(step, day)[0]


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None


def _days(span: Span, today: date) -> tuple[date, date]:
    if span is Span.MONTH:
        return today.replace(day=1), today
    if span is Span.QUARTER:
        return today.replace(month=today.month - (today.month - 1) % 3, day=1), today
    if span is Span.LAST_YEAR:
        return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
    return today.replace(month=1, day=1), today


def _step(step: Step, day: date) -> tuple[str, date]:
    """Its name, and the first day after it."""
    if step is Step.YEAR:
        return str(day.year), date(day.year + 1, 1, 1)
    months = 1 if step is Step.MONTH else 3
    start = day.month - (day.month - 1) % months
    year, month = divmod(day.year * 12 + start - 1 + months, 12)
    name = f"{day:%Y-%m}" if step is Step.MONTH else f"{day.year} Q{(start + 2) // 3}"
    return name, date(year, month + 1, 1)
