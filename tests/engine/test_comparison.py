"""Intervals and significance: by problem, and right as often as they claim."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.engine.comparison import difference, estimate
from matchmaker.engine.evaluation import Measured, Numbers


def mean_of(values: Numbers) -> Measured:
    names = tuple(f"p{place}" for place in range(len(values)))
    return Measured(names, lambda weights: float(weights @ values / weights.sum()))


def test_the_interval_of_a_mean_is_about_two_standard_errors_to_each_side() -> None:
    values = np.random.default_rng(1).normal(0.7, 0.2, 100)
    found = estimate(mean_of(values))
    error = values.std() / 10
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - 1.96 * error, abs=error / 4)
    assert found.high == pytest.approx(values.mean() + 1.96 * error, abs=error / 4)
    assert found.problems == 100


def test_a_run_does_not_differ_from_itself() -> None:
    values = np.random.default_rng(2).random(40)
    found = difference(mean_of(values), mean_of(values))
    assert (found.value, found.low, found.high, found.p) == (0, 0, 0, 1)


def test_a_small_gain_on_every_problem_is_sure_where_two_separate_samples_would_not_tell() -> None:
    values = np.random.default_rng(3).random(40)
    found = difference(mean_of(values + 0.01), mean_of(values))
    assert found.value == pytest.approx(0.01)
    assert found.p is not None
    assert found.p < 0.01
    assert estimate(mean_of(values + 0.01)).low < values.mean()  # type: ignore[operator]


def test_of_two_runs_alike_chance_is_found_significant_as_often_as_p_says() -> None:
    chance = np.random.default_rng(4)
    found = [
        difference(mean_of(chance.normal(size=60)), mean_of(chance.normal(size=60)), draws=200).p
        for _ in range(200)
    ]
    below = sum(p < 0.1 for p in found if p is not None)
    assert len(found) == 200
    assert 8 <= below <= 36  # 20 expected; 4 standard deviations to each side


def test_one_problem_has_no_interval() -> None:
    found = difference(mean_of(np.array([0.5])), mean_of(np.array([0.4])))
    assert (found.low, found.high, found.p) == (None, None, None)


def test_runs_over_different_problems_are_not_compared() -> None:
    with pytest.raises(ValueError, match="same problems"):
        difference(mean_of(np.ones(3)), mean_of(np.ones(4)))
