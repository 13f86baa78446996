"""Figures of how well staff's decisions bear the ranking out. Functions of decisions; nothing here reads anything.

Written out with numpy: a library of measures costs a server process 90 MB and more than a second when it is
first imported. Tests hold these against the libraries that `flask evaluate` uses.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from matchmaker.engine.evaluation import CUT, auc, calibration_error
from matchmaker.engine.held_back import LEAST_LISTS
from matchmaker.quality.log import Decision
from matchmaker.work import LOCAL_ZONE

PLACES = (1, 3, 10)
BANDS = 10
SURE = 1.959964
"""Standard deviations to each side of a 95 % interval."""
FEW = 30
"""Fewer decisions than this make figures that the next one can turn over."""


@dataclass(frozen=True)
class Share:
    """How many of the decided were kept, with Wilson's 95 % interval."""

    kept: int
    decided: int

    @property
    def value(self) -> float | None:
        return self.kept / self.decided if self.decided else None

    @property
    def low(self) -> float:
        return max(0.0, self._middle - self._reach)

    @property
    def high(self) -> float:
        return min(1.0, self._middle + self._reach)

    @property
    def _middle(self) -> float:
        if not self.decided:
            return 0.5
        return (self.kept + SURE**2 / 2) / (self.decided + SURE**2)

    @property
    def _reach(self) -> float:
        if not self.decided:
            return 0.5
        spread = self.kept * (self.decided - self.kept) / self.decided + SURE**2 / 4
        return SURE * math.sqrt(spread) / (self.decided + SURE**2)


@dataclass(frozen=True)
class Summary:
    """What a set of decisions says; None where they are too few or too alike to say it."""

    all: Share
    at: Mapping[int, Share]
    """Of those decided in the first 1, 3 and 10 places of their problem."""
    ndcg: float | None
    """None below LEAST_LISTS problems: of one or two it says nothing."""
    ndcg_problems: int
    auc: float | None
    calibration_error: float | None
    first: datetime | None
    last: datetime | None

    @property
    def is_thin(self) -> bool:
        return self.all.decided < FEW


@dataclass(frozen=True)
class Month:
    """`name` is 2026-11, in the bureau's time zone; months without a decision have empty shares."""

    name: str
    all: Share
    at: Mapping[int, Share]


@dataclass(frozen=True)
class Band:
    """Decisions with a score from `low` up to below `high`, and their mean score."""

    low: float
    high: float
    share: Share
    mean: float


def summarise(decisions: Sequence[Decision]) -> Summary:
    scores = np.array([each.score for each in decisions], dtype=float)
    kept = np.array([each.kept for each in decisions], dtype=bool)
    worth = _ndcg_by_problem(decisions)
    times = [each.at for each in decisions]
    return Summary(
        all=_share(decisions),
        at=shares(decisions),
        ndcg=sum(worth) / len(worth) if len(worth) >= LEAST_LISTS else None,
        ndcg_problems=len(worth),
        auc=auc(scores, kept) if kept.any() and not kept.all() else None,
        calibration_error=calibration_error(scores, kept) if decisions else None,
        first=min(times, default=None),
        last=max(times, default=None),
    )


def shares(decisions: Sequence[Decision]) -> dict[int, Share]:
    """The share kept of what was decided in the first places; a decision without a place is in none."""
    return {
        place: _share([each for each in decisions if each.rank is not None and each.rank <= place])
        for place in PLACES
    }


def months(decisions: Sequence[Decision], newest: int = 24) -> list[Month]:
    """One after the other from the first decision's month to the last's, the `newest` at most."""
    found: dict[int, list[Decision]] = defaultdict(list)
    for each in decisions:
        local = each.at.astimezone(LOCAL_ZONE)
        found[local.year * 12 + local.month - 1].append(each)
    if not found:
        return []
    first, last = min(found), max(found)
    return [
        Month(f"{number // 12}-{number % 12 + 1:02d}", _share(found[number]), shares(found[number]))
        for number in range(max(first, last - newest + 1), last + 1)
    ]


def bands(decisions: Sequence[Decision]) -> list[Band]:
    """Tenths of the score that have decisions, from the lowest."""
    found: dict[int, list[Decision]] = defaultdict(list)
    for each in decisions:
        found[min(int(each.score * BANDS), BANDS - 1)].append(each)
    return [
        Band(
            number / BANDS,
            (number + 1) / BANDS,
            _share(found[number]),
            sum(each.score for each in found[number]) / len(found[number]),
        )
        for number in sorted(found)
    ]


def _ndcg_by_problem(decisions: Sequence[Decision]) -> list[float]:
    """ndcg@10 of each problem of which something was kept and something dismissed, by score; gain 2^grade - 1."""
    found: dict[int, list[Decision]] = defaultdict(list)
    for each in decisions:
        found[each.problem].append(each)
    return [
        _gain(sorted(given, key=lambda each: (-each.score, each.pairing)))
        / _gain(sorted(given, key=lambda each: -each.grade))
        for given in found.values()
        if any(each.kept for each in given) and not all(each.kept for each in given)
    ]


def _gain(decisions: Sequence[Decision]) -> float:
    return math.fsum((2**each.grade - 1) / math.log2(place + 2) for place, each in enumerate(decisions[:CUT]))


def _share(decisions: Sequence[Decision]) -> Share:
    return Share(sum(each.kept for each in decisions), len(decisions))
