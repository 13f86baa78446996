"""Decisions as tests need them: written into the log as the steps of staff leave them, without the steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from matchmaker.work import Work
from models import Capability, Pairing, PairingEvent, PairingStatus, Problem, User
from tests import factories

ENDS = {
    "shortlist": PairingStatus.SHORTLISTED,
    "introduce": PairingStatus.INTRODUCED,
    "negotiate": PairingStatus.NEGOTIATING,
    "confirm": PairingStatus.CONFIRMED,
    "dismiss": PairingStatus.DISMISSED,
    "reopen": PairingStatus.SUGGESTED,
}
NOON = datetime(2026, 11, 10, 4, tzinfo=UTC)


@dataclass
class Log:
    """Writes pairings with their events; `problem` is chosen by number, each made when first asked for."""

    work: Work
    people: dict[str, User]

    def __post_init__(self) -> None:
        self._problems: dict[int, Problem] = {}
        self._capability: list[Capability] = []

    def add(
        self,
        *steps: str,
        score: float = 0.8,
        rank: int | None = 1,
        problem: int = 1,
        version: str = "rank-1",
        at: datetime = NOON,
        later_rank: int | None = None,
    ) -> Pairing:
        """A pairing on which staff took these steps; without any it is a suggestion nobody looked at."""
        session = self.work.session
        pairing = Pairing(
            problem=self._problem(problem),
            capability=factories.capability(session, self.people["liaison"]),
            score=score,
            parts={"title": 0.9},
            engine_version=version,
            status=ENDS[steps[-1]] if steps else PairingStatus.SUGGESTED,
            dismissal="field" if steps and steps[-1] == "dismiss" else None,
            acted_on=bool(steps),
        )
        session.add(pairing)
        for number, step in enumerate(steps):
            pairing.events.append(
                PairingEvent(
                    actor=self.people["staff"],
                    action=step,
                    score=score,
                    parts=pairing.parts,
                    engine_version=version,
                    rank=rank if number == 0 else later_rank,
                    created_at=at,
                )
            )
        session.flush()
        return pairing

    def _problem(self, number: int) -> Problem:
        if number not in self._problems:
            self._problems[number] = factories.problem(self.work.session, self.people["enterprise"])
        return self._problems[number]
