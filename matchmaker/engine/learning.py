"""The ranking model learnt from decisions: the features' weights, drawn towards those that it came with.

A proportional-odds model: the chance that a pair deserves grade k or more is logistic(logit - cut of k). What is
known of a pair is a range of grades, because who dismisses a suggestion says "no fit" and not how far off it is.
Each problem has a leaning of its own, some people being stricter than others; it is estimated and left behind.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.ranking import RankingModel

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]

HIGHEST = 3
FIT = 2
"""The least grade that counts as a fit."""
SPREAD = 0.12
"""How far a weight is likely to be from the prior's: the standard deviation of what that changes between pairs, in
logits. The prior counts as much as some 350 decisions; on the development set 0.05 to 1 did alike."""
LEANING = 0.7
"""The same of one problem's strictness."""
NO_LEANING = 0.01
SLOPE_SPREAD = 0.3
LEVEL_SPREAD = 0.3
"""Of the cut at FIT, in logits, where examples are a fair sample; and"""
RATE_SPREAD = 2.0
"""where staff decided on what they chose to: the share that they keep may be any."""
GAP_SPREAD = 0.5
"""On both sides of it of the logarithms of its distances to the others."""
CUT_STEPS = np.arange(-20, 21) / 10
"""What the cuts of grades 1 and 3 may be moved by, in logits."""
CUT_PULL = 10.0
"""Wrong grades by which a cut must be better for each logit that it moves."""
FARTHEST = 4.0
"""From the prior's, of the same: a search that steps too far must not overflow."""
LEAST_GAP = 1e-3
LEAST_APART = 1e-12
LARGEST = 1e3
"""No feature is larger; a value that is was never computed by the engine."""


@dataclass(frozen=True)
class Example:
    """A pair of some problem by its features, and what somebody's decision says of its grade, 0 to 3."""

    problem: Hashable
    parts: Mapping[str, float]
    lowest: int
    highest: int
    weight: float = 1.0
    """How much it counts: an expert's grade 1."""

    def __post_init__(self) -> None:
        """Raises ValueError for a range of grades that is none, a weight that is none, or features that are no numbers."""
        if not 0 <= self.lowest <= self.highest <= HIGHEST:
            raise ValueError(f"no range of grades: {self.lowest} to {self.highest}")
        if not 0 < self.weight <= LARGEST:
            raise ValueError(f"no weight: {self.weight}")
        if not all(abs(value) <= LARGEST for value in self.parts.values()):
            raise ValueError("features are numbers")

    @property
    def is_fit(self) -> bool | None:
        """None: it says nothing about that."""
        return True if self.lowest >= FIT else False if self.highest < FIT else None


def fit(
    examples: Sequence[Example],
    prior: RankingModel,
    name: str,
    spread: float = SPREAD,
    leaning: float = LEANING,
    calibrate: bool = False,
) -> RankingModel:
    """The most likely model, given that weights lie about `spread` around the prior's. The same for the same examples.

    It knows the prior's features and those of the examples. The mean logit of the examples stays what it was, so
    that as many pairs as before are above a fixed score. With `calibrate` the score itself is the chance of a fit,
    which wants examples that are a fair sample. `cuts` are those by which the fewest grades are predicted wrongly.
    """
    if not examples:
        return replace(prior, name=name)
    names = sorted({*prior.weights, *(name for each in examples for name in each.parts)})
    known = _Known.of(examples)
    logits = np.array([prior.logit(each.parts) for each in examples])
    features = np.array([[each.parts.get(name, 0.0) for name in names] for each in examples], float)
    changes, _ = _changes(known, logits, features, np.array(prior.cuts), spread, leaning)
    changed = features @ changes
    shift = float(known.weight @ changed / known.weight.sum())
    logits += changed - shift
    slope, cuts = _levels(known, logits, np.array(prior.cuts), calibrate)
    middle = float(cuts[FIT - 1]) if calibrate else 0.0
    learnt = {
        name: slope * (prior.weights.get(name, 0.0) + float(change))
        for name, change in zip(names, changes, strict=True)
    }
    half = float(cuts[FIT - 1]) - middle
    return RankingModel(
        name,
        MappingProxyType(learnt),
        slope * (prior.bias - shift) - middle,
        _least_wrong(
            known, slope * logits - middle, [half + each - prior.cuts[FIT - 1] for each in prior.cuts]
        ),
    )


@dataclass(frozen=True)
class _Known:
    """What is known of the examples' grades, and whose they are: a row each."""

    lowest: Places
    highest: Places
    weight: Numbers
    group: Places
    groups: int

    @classmethod
    def of(cls, examples: Sequence[Example]) -> _Known:
        _, group = np.unique([steady(each.problem) for each in examples], return_inverse=True)
        return cls(
            np.array([each.lowest for each in examples], np.intp),
            np.array([each.highest for each in examples], np.intp),
            np.array([each.weight for each in examples], float),
            group.astype(np.intp),
            int(group.max()) + 1,
        )


def _changes(
    known: _Known,
    logits: Numbers,
    features: Numbers,
    cuts: Numbers,
    spread: float,
    leaning: float,
    level: float = RATE_SPREAD,
) -> tuple[Numbers, Numbers]:
    """What to add to the weights that made these logits, and the cuts (3) that go with it."""
    scales = _scales(features)
    told = scales > 0
    scales = np.where(told, scales, 1.0)
    mean = known.weight @ features / known.weight.sum()
    standard = np.where(told, (features - mean) / scales, 0.0)
    found, raw_cuts = _Posterior(known, logits, standard, _raw(cuts), spread, leaning, level).peak()
    return np.where(told, found / scales, 0.0), _cuts(raw_cuts)


def _levels(known: _Known, logits: Numbers, cuts: Numbers, calibrate: bool) -> tuple[float, Numbers]:
    """Where grades begin for a problem whose strictness is not known; and by what to multiply logits to be chances."""
    features = logits[:, None] if calibrate else np.zeros((len(logits), 0))
    level = LEVEL_SPREAD if calibrate else RATE_SPREAD
    changes, cuts = _changes(known, logits, features, cuts, SLOPE_SPREAD, NO_LEANING, level)
    return (max(1 + float(changes[0]), LEAST_GAP) if calibrate else 1.0), cuts


def _least_wrong(known: _Known, logits: Numbers, start: Sequence[float]) -> tuple[float, float, float]:
    """The cuts by which predicted grades are least off, the middle one as it is and the others near the start.

    The likeliest cuts are not these: the odds are not quite proportional, and a predicted grade is one number.
    """
    low, half, high = start

    def off(low: float, high: float, moved: float) -> float:
        return _off(known, logits, (low, half, high)) + CUT_PULL * abs(moved)

    down = min(
        (step for step in CUT_STEPS if low + step <= half), key=lambda step: off(low + step, high, step)
    )
    up = min(
        (step for step in CUT_STEPS if high + step >= half),
        key=lambda step: off(low + down, high + step, step),
    )
    return float(low + down), half, float(high + up)


def _off(known: _Known, logits: Numbers, cuts: Sequence[float]) -> float:
    """By how much grades predicted with these cuts miss what is known, by weight."""
    grades = np.searchsorted(np.array(cuts), logits, side="right")
    missed = np.maximum(known.lowest - grades, 0) + np.maximum(grades - known.highest, 0)
    return float(known.weight @ missed)


class _Posterior:
    """The chance of the unknowns: a change for each feature, three cuts, and a leaning for each problem."""

    def __init__(
        self,
        known: _Known,
        logits: Numbers,
        features: Numbers,
        raw_cuts: Numbers,
        spread: float,
        leaning: float,
        level: float,
    ) -> None:
        self.known, self.logits, self.features = known, logits, features
        self.raw_cuts, self.spread, self.leaning = raw_cuts, spread, leaning
        self.cut_spreads = np.array([GAP_SPREAD, level, GAP_SPREAD])

    def peak(self) -> tuple[Numbers, Numbers]:
        """The likeliest changes and raw cuts."""
        from scipy.optimize import minimize
        from threadpoolctl import threadpool_limits

        count = self.features.shape[1]
        start = np.concatenate([np.zeros(count), self.raw_cuts, np.zeros(self.known.groups)])
        bounds = [(None, None)] * len(start)
        bounds[count : count + 3] = [(each - FARTHEST, each + FARTHEST) for each in self.raw_cuts]
        options = {"maxiter": 500}
        with threadpool_limits(1):  # threads for products as small as these wait more than they work
            found = minimize(self._loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options).x
        return found[:count], found[count : count + 3]

    def _loss(self, unknown: Numbers) -> tuple[float, Numbers]:
        """Minus the logarithm of the chance, and its gradient."""
        known, count = self.known, self.features.shape[1]
        change, raw_cuts, leaning = np.split(unknown, [count, count + 3])
        cuts = np.concatenate([[-np.inf], _cuts(raw_cuts), [np.inf]])
        logits = self.logits + self.features @ change + leaning[known.group]
        likely, by_above, by_below = _range_likelihood(
            logits - cuts[known.lowest], logits - cuts[known.highest + 1]
        )
        by_logit = known.weight * (by_above + by_below)
        by_cut = -np.bincount(known.lowest, known.weight * by_above, HIGHEST + 2)
        by_cut -= np.bincount(known.highest + 1, known.weight * by_below, HIGHEST + 2)
        low, middle, high = by_cut[1 : HIGHEST + 1]
        gaps = np.exp(raw_cuts[[0, 2]])
        off = (raw_cuts - self.raw_cuts) / self.cut_spreads
        change, leaning = change / self.spread, leaning / self.leaning
        loss = 0.5 * float(change @ change + off @ off + leaning @ leaning) - float(known.weight @ likely)
        by_raw_cuts = np.array([-gaps[0] * low, low + middle + high, gaps[1] * high])
        gradient = np.concatenate(
            [
                change / self.spread - self.features.T @ by_logit,
                off / self.cut_spreads - by_raw_cuts,
                leaning / self.leaning - np.bincount(known.group, by_logit, known.groups),
            ]
        )
        return loss, gradient


def _range_likelihood(above: Numbers, below: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """log(logistic(above) - logistic(below)), and its derivatives by both; below < above, either may be infinite."""
    bounded = np.isfinite(above) & np.isfinite(below)
    apart = np.full(len(above), -np.inf)
    np.subtract(below, above, out=apart, where=bounded)
    np.minimum(apart, -LEAST_APART, out=apart)
    likely = -np.logaddexp(0, -above) - np.logaddexp(0, below) + np.log(-np.expm1(apart))
    by_gap = np.exp(apart) / -np.expm1(apart)
    by_above = np.where(np.isinf(above), 0.0, _logistic(-above) + by_gap)
    by_below = np.where(np.isinf(below), 0.0, -_logistic(below) - by_gap)
    return likely, by_above, by_below


def _logistic(values: Numbers) -> Numbers:
    return np.exp(-np.logaddexp(0, -values))


def _cuts(raw: Numbers) -> Numbers:
    """(3) increasing, from the middle one and the logarithms of the distances to it."""
    return np.array([raw[1] - np.exp(raw[0]), raw[1], raw[1] + np.exp(raw[2])])


def _raw(cuts: Numbers) -> Numbers:
    """The inverse of `_cuts`."""
    low, high = np.log(np.maximum(np.diff(cuts), LEAST_GAP))
    return np.array([low, cuts[1], high])


def _scales(features: Numbers) -> Numbers:
    """How much each feature typically differs where it is not as usual; 0 for one that never differs.

    So a fact that one pair in a hundred has is measured by that pair, not by the hundredth of it in the mean.
    """
    found = []
    for column in features.T:
        _, counts = np.unique(column, return_counts=True)
        unusual = 1 - counts.max() / len(column)
        found.append(float(column.std() / np.sqrt(unusual)) if unusual else 0.0)
    return np.array(found)


def steady(problem: Hashable) -> str:
    """A name of a problem that sorts the same in every process."""
    return f"{type(problem).__name__}:{problem}"
