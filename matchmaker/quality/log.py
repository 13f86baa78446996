"""The decision log as the figures need it: what staff said of each pairing, and what the ranking had said then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from matchmaker.policy import Action, condition
from matchmaker.work import Work
from models import Pairing, PairingEvent, PairingStatus

GRADES = {"dismiss": 0, "shortlist": 1, "introduce": 2, "negotiate": 2, "confirm": 3}
"""What each of staff's steps says of a pairing; 1 and above: they kept it."""
REOPEN = "reopen"


@dataclass(frozen=True)
class Decision:
    """Staff's last word on a pairing, with rank, score and engine of the moment of their first.

    A decision that was undone (reopen) is as if it had never been: what counts begins after it.
    """

    pairing: int
    problem: int
    grade: int
    rank: int | None
    score: float
    engine_version: str
    at: datetime

    @property
    def kept(self) -> bool:
        return self.grade > 0


def decisions(work: Work) -> list[Decision]:
    """One for each pairing that staff have decided on, in the order of the pairings. One query, no texts."""
    wanted = (
        select(
            PairingEvent.pairing_id,
            Pairing.problem_id,
            PairingEvent.action,
            PairingEvent.rank,
            PairingEvent.score,
            PairingEvent.engine_version,
            PairingEvent.created_at,
        )
        .join(Pairing, PairingEvent.pairing_id == Pairing.id)
        .where(
            PairingEvent.action.in_([*GRADES, REOPEN]),
            PairingEvent.score.is_not(None),
            condition(work.actor, Action.PAIRING_READ, Pairing),
        )
        .order_by(PairingEvent.pairing_id, PairingEvent.id)
    )
    return _last_words(work.session.execute(wanted))


def _last_words(events: Iterable[Any]) -> list[Decision]:
    found: dict[int, Decision] = {}
    for pairing, problem, action, rank, score, engine_version, at in events:
        if action == REOPEN:
            found.pop(pairing, None)
            continue
        first = found.get(pairing)
        found[pairing] = (
            Decision(pairing, problem, GRADES[action], rank, score, engine_version or "", at)
            if first is None
            else Decision(
                pairing, problem, GRADES[action], first.rank, first.score, first.engine_version, first.at
            )
        )
    return list(found.values())


def undecided(work: Work) -> int:
    """Suggestions on which staff have said nothing, or took back what they had said."""
    counted = select(func.count(Pairing.id)).where(
        Pairing.status == PairingStatus.SUGGESTED, condition(work.actor, Action.PAIRING_READ, Pairing)
    )
    return work.session.scalar(counted) or 0
