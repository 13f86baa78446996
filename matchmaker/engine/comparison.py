"""How sure a measure is, and whether one run is better than another: by drawing problems anew, a thousand times.

Problems are drawn, not pairs: judgments of one problem resemble each other.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matchmaker.engine.evaluation import Measured, Numbers

DRAWS = 1000
SEED = 20261124
INTERVAL = (2.5, 97.5)


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval; without one where there are too few problems to draw from."""

    value: float
    low: float | None
    high: float | None
    problems: int


@dataclass(frozen=True)
class Difference(Estimate):
    """Of a run from another, over the same problems; `p`: how often chance alone makes one as large."""

    p: float | None


def estimate(measured: Measured, draws: int = DRAWS) -> Estimate:
    """The measure with its bootstrap interval by problem."""
    low, high = _interval(_drawn(measured.worth, len(measured.problems), draws))
    return Estimate(measured.value, low, high, len(measured.problems))


def difference(first: Measured, second: Measured, draws: int = DRAWS) -> Difference:
    """First less second, each time with the same problems drawn for both; p is two-sided.

    Raises ValueError where the two are not over the same problems.
    """
    if first.problems != second.problems:
        raise ValueError("two runs are compared over the same problems")
    drawn = _drawn(lambda weights: first.worth(weights) - second.worth(weights), len(first.problems), draws)
    low, high = _interval(drawn)
    return Difference(first.value - second.value, low, high, len(first.problems), _p(drawn))


def _drawn(worth: Callable[[Numbers], float], problems: int, draws: int) -> Numbers:
    """Its value for each drawing of as many problems as there are, some of them several times."""
    from scipy.stats import DegenerateDataWarning, bootstrap

    if problems < 2:
        return np.empty(0)
    with warnings.catch_warnings():
        # A measure that is the same for every problem, such as a perfect one, is no reason to warn.
        warnings.simplefilter("ignore", DegenerateDataWarning)
        result = bootstrap(
            (np.arange(problems),),
            lambda chosen: worth(np.bincount(chosen, minlength=problems).astype(float)),
            vectorized=False,
            method="percentile",
            n_resamples=draws,
            rng=np.random.default_rng(SEED),
        )
    drawn: Numbers = result.bootstrap_distribution
    return drawn[np.isfinite(drawn)]


def _interval(drawn: Numbers) -> tuple[float | None, float | None]:
    if not len(drawn):
        return None, None
    low, high = np.percentile(drawn, INTERVAL)
    return float(low), float(high)


def _p(drawn: Numbers) -> float | None:
    if not len(drawn):
        return None
    tail = min(int((drawn <= 0).sum()), int((drawn >= 0).sum()))
    return min(1.0, 2 * (tail + 1) / (len(drawn) + 1))
