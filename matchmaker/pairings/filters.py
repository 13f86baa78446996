"""What of the board is asked for, as its address says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from matchmaker.days import EVER, Days
from matchmaker.pairings.reached import DATED, Reached
from matchmaker.typed_numbers import number

LONGEST_QUERY = 100
SIZES = (20, 50)
MINE = "me"
"""As a broker: whoever looks."""
NOBODY = "none"
"""As a broker: nobody has taken it on."""
LONGEST_AGE = 3650


class Look(StrEnum):
    """The same pairings as a ranked list, or as columns of cards by state."""

    LIST = "list"
    COLUMNS = "columns"


class State(StrEnum):
    """The tabs of the list, and the columns."""

    OPEN = "open"
    SUGGESTED = "suggested"
    SHORTLISTED = "shortlisted"
    INTRODUCED = "introduced"
    NEGOTIATING = "negotiating"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    ALL = "all"
    """Whatever became of them."""


class Strength(StrEnum):
    STRONG = "strong"
    GOOD = "good"
    POSSIBLE = "possible"


class Sort(StrEnum):
    BEST = "best"
    NEWEST = "newest"
    OLDEST = "oldest"
    WAITING = "waiting"
    """Longest in its state first."""


@dataclass(frozen=True)
class QueueFilters:
    """What the board shows; "" and None stand for everything."""

    look: Look = Look.LIST
    state: State = State.OPEN
    problem: int | None = None
    capability: int | None = None
    field: str = ""
    county: str = ""
    mode: str = ""
    strength: str = ""
    score: int | None = None
    """At least, in hundredths."""
    broker: str = ""
    """MINE, NOBODY, or a user's id."""
    age: int | None = None
    """At least so many days in its state."""
    organisation: str = ""
    """Words of the name of either side's organisation."""
    carrier: int | None = None
    alliance: int | None = None
    """To which the organisation of either side belongs."""
    q: str = ""
    interest: bool = False
    institution: int | None = None
    """Whose the capability is."""
    reached: str = ""
    """A stage that they came to, whatever was taken back later."""
    happened: str = ""
    """Which of DATED the days are of; without it, when they were suggested."""
    days: Days = EVER
    sort: Sort = Sort.BEST
    page: int = 1
    size: int = SIZES[0]

    @classmethod
    def of(cls, query: Mapping[str, str]) -> QueueFilters:
        """From an address; what makes no sense is passed over."""
        look, state, sort = query.get("look", ""), query.get("state", ""), query.get("sort", "")
        size, broker = number(query.get("size")), clean(query.get("broker"))
        reached, happened = query.get("reached", ""), query.get("happened", "")
        texts = ("field", "county", "mode", "strength", "organisation", "q")
        return cls(
            look=Look(look) if look in list(Look) else Look.LIST,
            state=State(state) if state in list(State) else State.OPEN,
            problem=number(query.get("problem")),
            capability=number(query.get("capability")),
            **{name: clean(query.get(name)) for name in texts},
            score=_within(number(query.get("score")), 100),
            broker=broker if broker in (MINE, NOBODY) or number(broker) else "",
            age=_within(number(query.get("age")), LONGEST_AGE),
            carrier=number(query.get("carrier")),
            alliance=number(query.get("alliance")),
            interest=query.get("interest", "") not in ("", "0"),
            institution=number(query.get("institution")),
            reached=reached if reached in list(Reached) else "",
            happened=happened if happened in list(DATED) else "",
            days=Days.of(query),
            sort=Sort(sort) if sort in list(Sort) else Sort.BEST,
            page=number(query.get("page")) or 1,
            size=size if size in SIZES else SIZES[0],
        )

    def query(self, **changes: Any) -> dict[str, Any]:
        """As parameters of an address, without those that are as they are by default."""
        values, usual = _flat(replace(self, **changes)), _flat(QueueFilters())
        written = {name: int(value) if value is True else value for name, value in values.items()}
        return {name: value for name, value in written.items() if value != usual[name]}

    @property
    def narrowed(self) -> bool:
        """Whether anything but the look, the state, the order and the page is asked for."""
        return self.bare != QueueFilters()

    @property
    def bare(self) -> QueueFilters:
        """The conditions alone, however and in whatever state they are looked at."""
        usual = QueueFilters()
        return replace(
            self, look=usual.look, state=usual.state, sort=usual.sort, page=usual.page, size=usual.size
        )


def _flat(filters: QueueFilters) -> dict[str, Any]:
    """Days are two parameters of an address."""
    values = dict(vars(filters))
    days = values.pop("days")
    return values | {"since": days.since, "until": days.until}


def clean(typed: str | None) -> str:
    return (typed or "").replace("\x00", "").strip()[:LONGEST_QUERY]


def _within(value: int | None, most: int) -> int | None:
    return min(value, most) if value else None
