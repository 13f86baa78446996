"""Sample problems and capabilities: written, submitted and checked by people, spread over the last year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from matchmaker.capabilities import service as capabilities
from matchmaker.confidentiality import service as confidentiality
from matchmaker.postings import service as postings
from matchmaker.problems import service as problems
from matchmaker.seeding.files import Entry, Seed
from matchmaker.seeding.people import People
from matchmaker.seeding.timeline import Timeline, spread
from matchmaker.settings import Settings
from models import Capability, CapabilityStatus, MoneyKind, Problem, ProblemStatus, Urgency

LONGEST_AGO = 345
"""Days; what is published stays up for a year."""
LEAD = 6
"""A text has been up for so many days at least before anybody acts on a pairing of it."""
CAPABILITY_TEXTS = (
    "summary",
    "innovation",
    "advantage",
    "economics",
    "application",
    "team",
    "school",
    "cases",
    "awards",
)
PROBLEM_TEXTS = ("background", "statement", "targets_text", "basis", "confidential", "acceptable_partners")


@dataclass(frozen=True)
class Days:
    """How many days ago a posting took its steps; None: it has not taken it."""

    created: int
    submitted: int | None = None
    checked: int | None = None
    ended: int | None = None


def days_of(key: str, status: str, first_use: int | None) -> Days:
    """When, for an entry of this status; `first_use`: when somebody first acted on a pairing of it."""
    gap = spread(f"{key} gap", 1, 4)
    if status == ProblemStatus.DRAFT.value:
        return Days(spread(key, 1, 20))
    if status == ProblemStatus.SUBMITTED.value:
        submitted = spread(key, 1, 5)
        return Days(submitted + gap, submitted)
    if status == ProblemStatus.RETURNED.value:
        checked = spread(key, 4, 30)
        return Days(checked + 2 * gap, checked + gap, checked)
    if status == ProblemStatus.EXPIRED.value:
        checked = spread(key, 372, 400)
        return Days(checked + 2 * gap, checked + gap, checked, checked - 366)
    if status in (ProblemStatus.WITHDRAWN.value, CapabilityStatus.ARCHIVED.value):
        checked = spread(key, 90, LONGEST_AGO)
        return Days(checked + 2 * gap, checked + gap, checked, spread(f"{key} end", 10, 80))
    checked = spread(key, 3, LONGEST_AGO) if first_use is None else first_use + LEAD + spread(key, 0, 30)
    return Days(checked + 2 * gap, checked + gap, checked)


class Postings:
    """What was made so far, by key."""

    def __init__(self, seed: Seed, people: People, settings: Settings) -> None:
        self._seed = seed
        self._people = people
        self._settings = settings
        self.problems: dict[str, Problem] = {}
        self.capabilities: dict[str, Capability] = {}
        self.days: dict[str, Days] = {}

    def plan(self, timeline: Timeline, first_use: Mapping[str, int]) -> None:
        for key, entry in self._seed.problems.items():
            self._plan(timeline, key, entry, first_use, self._problem_steps(key, entry))
        for key, entry in self._seed.capabilities.items():
            self._plan(timeline, key, entry, first_use, self._capability_steps(key, entry))

    def first_deeds(self) -> dict[str, int]:
        """For each organisation, how many days ago it first wrote something or was party to an agreement."""
        deeds = [
            (entry["organisation"], self.days[key].created)
            for key, entry in (*self._seed.problems.items(), *self._seed.capabilities.items())
        ]
        deeds += [
            (party["organisation"], entry["confirmed"]["days"])
            for entry in self._seed.records
            for party in entry.get("parties", ())
        ]
        found: dict[str, int] = {}
        for organisation, days in deeds:
            found[organisation] = max(found.get(organisation, 0), days)
        return found

    def _plan(
        self,
        timeline: Timeline,
        key: str,
        entry: Entry,
        first_use: Mapping[str, int],
        steps: Mapping[str, Callable[..., object]],
    ) -> None:
        days = self.days[key] = days_of(key, entry["status"], first_use.get(key))
        members = self._people.members(entry["organisation"])
        author = members[spread(key, 0, len(members) - 1)]
        checker = self._people.staff_for(key)
        published_on = timeline.day(days.checked or days.created)
        timeline.add(key, days.created, author, lambda work: steps["create"](work, published_on))
        if days.submitted is not None:
            timeline.add(key, days.submitted, author, steps["submit"])
        if days.checked is not None:
            returned = entry["status"] == ProblemStatus.RETURNED.value
            timeline.add(key, days.checked, checker, steps["send_back" if returned else "publish"])
        if days.ended is not None:
            expired = entry["status"] == ProblemStatus.EXPIRED.value
            timeline.add(key, days.ended, None if expired else author, steps["end"])

    def _problem_steps(self, key: str, entry: Entry) -> dict[str, Callable[..., object]]:
        made = self.problems

        def create(work: Any, published_on: date) -> None:
            made[key] = problems.create(
                work, {**problems.defaults(work), **self.problem_values(entry, published_on)}
            )

        def end(work: Any) -> None:
            if entry["status"] == ProblemStatus.EXPIRED.value:
                problems.expire_due(work)
            else:
                problems.withdraw(work, made[key])

        def publish(work: Any) -> None:
            """Whoever checks it takes some of those on that have confidential details, and reads these first."""
            if entry.get("confidential") and spread(f"{key} broker", 0, 2) == 0:
                confidentiality.take_on(work, made[key])
                problems.reveal(work, made[key])
            problems.publish(work, made[key])

        return {
            "create": create,
            "submit": lambda work: problems.submit(work, made[key]),
            "publish": publish,
            "send_back": lambda work: problems.send_back(work, made[key], entry["return_reason"]),
            "end": end,
        }

    def _capability_steps(self, key: str, entry: Entry) -> dict[str, Callable[..., object]]:
        made = self.capabilities

        def create(work: Any, published_on: date) -> None:
            values = {**capabilities.defaults(work), **self.capability_values(entry, published_on)}
            made[key] = capabilities.create(work, values)

        return {
            "create": create,
            "submit": lambda work: capabilities.submit(work, made[key]),
            "publish": lambda work: capabilities.publish(work, made[key]),
            "send_back": lambda work: capabilities.send_back(work, made[key], entry["return_reason"]),
            "end": lambda work: capabilities.archive(work, made[key]),
        }

    def problem_values(self, entry: Entry, published_on: date) -> dict[str, Any]:
        """The columns of a problem, as its form would give them."""
        return {
            **self._shared_values(entry, entry["budget"], published_on),
            **{name: entry.get(name, "") for name in PROBLEM_TEXTS},
            "need": entry["need"],
            "industry": entry["industry"],
            "county": entry["county"],
            "urgency": Urgency(entry["urgency"]),
            "wanted_by": postings.months_after(published_on, entry["within_months"]),
        }

    def capability_values(self, entry: Entry, published_on: date) -> dict[str, Any]:
        """The columns of a capability, as its form would give them."""
        return {
            **self._shared_values(entry, entry["price"], published_on),
            **{name: entry.get(name, "") for name in CAPABILITY_TEXTS},
            "kind": entry["kind"],
            "trl": entry["trl"],
            "stage": entry["stage"],
            "patents": [
                {name: str(value) for name, value in row.items()} for row in entry.get("patents", [])
            ],
        }

    def _shared_values(self, entry: Entry, money: Entry, published_on: date) -> dict[str, Any]:
        return {
            "title": entry["title"],
            "field": entry["field"],
            "subfield": entry["subfield"],
            "modes": list(entry["modes"]),
            "targets": [{name: str(value) for name, value in row.items()} for row in entry["targets"]],
            "money_kind": MoneyKind(money["kind"]),
            "money_low": _wan(money.get("low")),
            "money_high": _wan(money.get("high")),
            "valid_until": postings.months_after(published_on, self._settings.valid_months),
        }


def _wan(figure: Any) -> Decimal | None:
    return None if figure is None else Decimal(str(figure))
