"""Decisions in a database as staff's steps leave them, without the steps: features are given, not computed."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from matchmaker.work import Work
from models import Capability, Pairing, PairingEvent, PairingStatus, Problem, User
from tests import factories
from tests.learning import examples

ENDS = {
    "shortlist": PairingStatus.SHORTLISTED,
    "introduce": PairingStatus.INTRODUCED,
    "negotiate": PairingStatus.NEGOTIATING,
    "confirm": PairingStatus.CONFIRMED,
    "dismiss": PairingStatus.DISMISSED,
    "reopen": PairingStatus.SUGGESTED,
}
FIRST = datetime(2026, 11, 10, 4, tzinfo=UTC)


@dataclass
class History:
    """A problem and a capability are made when first asked for by number; every entry is a minute later."""

    work: Work
    people: dict[str, User]
    minutes: int = 0
    problems: dict[int, Problem] = field(default_factory=dict)
    capabilities: dict[int, Capability] = field(default_factory=dict)
    of_problem: dict[int, int] = field(default_factory=dict)
    _version: str | None = None
    """While many are written, which go to the database at once."""

    def add(
        self,
        *steps: str,
        problem: int = 1,
        parts: dict[str, float] | None = None,
        version: str | None = None,
        acted_on: bool | None = None,
    ) -> Pairing:
        """A pairing of the problem with a capability of its own; "dismiss:budget" is dismissed for that reason."""
        session = self.work.session
        version = version or self._version or self.work.engine.version(session)
        status = ENDS[steps[-1].partition(":")[0]] if steps else PairingStatus.SUGGESTED
        place = self.of_problem[problem] = self.of_problem.get(problem, 0) + 1
        pairing = Pairing(
            problem=self.problem(problem),
            capability=self.capability(place),
            score=0.8,
            parts=parts or {"title": 0.9, "words": 0.1},
            engine_version=version,
            status=status,
            dismissal=steps[-1].partition(":")[2] or "field" if status is PairingStatus.DISMISSED else None,
            acted_on=bool(steps) if acted_on is None else acted_on,
            created_at=self._now(),
        )
        session.add(pairing)
        self.decide(pairing, *steps)
        return pairing

    def decide(self, pairing: Pairing, *steps: str) -> None:
        """More entries of a pairing that is there."""
        for step in steps:
            action, _, reason = step.partition(":")
            event = PairingEvent(
                pairing=pairing,
                actor_id=self.people["staff"].id,
                action=action,
                reason=reason or ("field" if action == "dismiss" else None),
                score=pairing.score,
                parts=pairing.parts,
                engine_version=pairing.engine_version,
                rank=1,
                created_at=self._now(),
            )
            self.work.session.add(event)
        if self._version is None:
            self.work.session.flush()

    def many(
        self, problems: int, of_each: int, follow: examples.Follow, seed: int = 1, first: int = 1
    ) -> None:
        """Introduced where `follow` says so, else dismissed."""
        chance = random.Random(seed)
        self._version = self.work.engine.version(self.work.session)
        with self.work.session.no_autoflush:
            for problem in range(first, first + problems):
                for _ in range(of_each):
                    parts = examples.features(chance)
                    self.add(
                        "introduce" if follow(parts, chance) else "dismiss", problem=problem, parts=parts
                    )
        self._version = None
        self.work.session.flush()

    def problem(self, number: int) -> Problem:
        if number not in self.problems:
            self.problems[number] = factories.problem(self.work.session, self.people["enterprise"])
        return self.problems[number]

    def capability(self, number: int) -> Capability:
        if number not in self.capabilities:
            self.capabilities[number] = factories.capability(self.work.session, self.people["liaison"])
        return self.capabilities[number]

    def _now(self) -> datetime:
        self.minutes += 1
        return FIRST + timedelta(minutes=self.minutes)
