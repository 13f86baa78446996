"""How strong the evidence for a common need is: its parts, and what they say together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from matchmaker.engine.ranking import CONFIDENTIAL
from matchmaker.policy import public
from matchmaker.work import Work
from models import Capability, Pairing, PairingStatus

LEAST_COMPANIES = 2
LEAST_MEMBERS = 2
"""Of a common need, for which a capability is suggested, so that it counts as fitting."""
LOOSE, TIGHT = 0.55, 0.80
"""Cohesions that count as nothing and as all: the sample's needs that were written as the same have 0.74."""


class Strength(StrEnum):
    STRONG = "strong"
    FAIR = "fair"
    WEAK = "weak"


@dataclass(frozen=True)
class Parts:
    """What a strength is made of."""

    companies: int
    cohesion: float
    capabilities: int

    @property
    def strength(self) -> float:
        """0 to 1: half that it is one thing, then how many ask for it, then whether anybody can."""
        one_thing = min(max((self.cohesion - LOOSE) / (TIGHT - LOOSE), 0.0), 1.0)
        asked = 1 - 1 / max(self.companies, 1)
        answered = 1 - 1 / (1 + self.capabilities)
        return round(0.5 * one_thing + 0.3 * asked + 0.2 * answered, 4)


FROM_STRONG, FROM_FAIR = 0.6, 0.4


def in_words(strength: float) -> Strength:
    if strength >= FROM_STRONG:
        return Strength.STRONG
    return Strength.FAIR if strength >= FROM_FAIR else Strength.WEAK


@dataclass(frozen=True)
class Fit:
    """A capability that is suggested for several members, and for which of them; `score` is the best of these."""

    capability_id: int
    problem_ids: tuple[int, ...]
    score: float


def fitting(work: Work, needs: Mapping[int, Collection[int]]) -> dict[int, list[Fit]]:
    """For each need, by the ids of its problems, the public capabilities that fit several: most members first.

    A pairing that only confidential details carried does not count: these take no part in common needs.
    """
    wanted = {each for members in needs.values() for each in members}
    model = work.engine.ranking(work.session)
    scores: dict[int, dict[int, float]] = defaultdict(dict)
    for problem_id, capability_id, parts, score in _suggested(work, sorted(wanted)):
        if CONFIDENTIAL in parts:
            score = model.score({name: value for name, value in parts.items() if name != CONFIDENTIAL})
        if score >= work.settings.suggestion_floor:
            scores[problem_id][capability_id] = score
    return {need: _several(members, scores) for need, members in needs.items()}


def _suggested(work: Work, problems: Sequence[int]) -> list[tuple[int, int, dict[str, float], float]]:
    found: list[tuple[int, int, dict[str, float], float]] = []
    for start in range(0, len(problems), 500):
        rows = work.session.execute(
            select(Pairing.problem_id, Pairing.capability_id, Pairing.parts, Pairing.score)
            .join(Capability, Pairing.capability_id == Capability.id)
            .where(
                Pairing.problem_id.in_(problems[start : start + 500]),
                Pairing.status != PairingStatus.DISMISSED,
                public(Capability),
            )
        )
        found += [(row[0], row[1], row[2], row[3]) for row in rows]
    return found


def _several(members: Collection[int], scores: Mapping[int, Mapping[int, float]]) -> list[Fit]:
    by_capability: dict[int, list[int]] = defaultdict(list)
    for problem in sorted(members):
        for capability in scores.get(problem, ()):
            by_capability[capability].append(problem)
    fits = [
        Fit(capability, tuple(problems), max(scores[each][capability] for each in problems))
        for capability, problems in by_capability.items()
        if len(problems) >= LEAST_MEMBERS
    ]
    return sorted(fits, key=lambda fit: (-len(fit.problem_ids), -fit.score, fit.capability_id))
