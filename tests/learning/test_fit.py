"""What is learnt from decisions: little from few, much from many, and never nonsense."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from matchmaker.engine.learning import LARGEST, Example, fit
from matchmaker.engine.ranking import DEFAULT_MODEL, RankingModel, logistic
from tests.learning import examples


def order(model: RankingModel, seed: int = 7) -> list[float]:
    chance = random.Random(seed)
    return [model.logit(examples.features(chance)) for _ in range(300)]


def likeness(first: RankingModel, second: RankingModel) -> float:
    """Kendall's tau of two orders of the same pairs: 1 where they are one."""
    return float(kendalltau(order(first), order(second)).statistic)


def test_nothing_decided_changes_nothing() -> None:
    learnt = fit([], DEFAULT_MODEL, "new")
    assert learnt.name == "new"
    assert (learnt.weights, learnt.bias, learnt.cuts) == (
        DEFAULT_MODEL.weights,
        DEFAULT_MODEL.bias,
        DEFAULT_MODEL.cuts,
    )


def test_ten_decisions_against_the_order_hardly_move_it() -> None:
    chance = random.Random(3)
    pairs = sorted((examples.features(chance) for _ in range(10)), key=DEFAULT_MODEL.logit)
    turned = [
        Example(number % 3, parts, *((2, 3) if number < 5 else (0, 1))) for number, parts in enumerate(pairs)
    ]
    assert likeness(fit(turned, DEFAULT_MODEL, "new"), DEFAULT_MODEL) > 0.9


def test_many_consistent_decisions_turn_the_order() -> None:
    learnt = fit(examples.decided(60, 12, examples.by_words), DEFAULT_MODEL, "new")
    unseen = examples.decided(40, 12, examples.by_words, seed=99)

    def agreement(model: RankingModel) -> float:
        kept = [model.logit(each.parts) for each in unseen if each.is_fit]
        rest = [model.logit(each.parts) for each in unseen if not each.is_fit]
        return float(np.mean([high > low for high in kept for low in rest]))

    assert agreement(DEFAULT_MODEL) < 0.92
    assert agreement(learnt) > 0.96
    assert learnt.weights["words"] > 1.5 * DEFAULT_MODEL.weights["words"]


def test_more_decisions_move_it_further() -> None:
    moved = [
        fit(examples.decided(problems, 12, examples.by_words), DEFAULT_MODEL, "new").weights["words"]
        for problems in (1, 5, 40)
    ]
    assert DEFAULT_MODEL.weights["words"] < moved[0] < moved[1] < moved[2]


def test_the_same_decisions_give_the_same_model_in_any_order() -> None:
    told = examples.decided(20, 10, examples.by_words)
    shuffled = told[:]
    random.Random(5).shuffle(shuffled)
    first, again, other = (fit(each, DEFAULT_MODEL, "new") for each in (told, told, shuffled))
    assert first == again
    assert dict(other.weights) == pytest.approx(dict(first.weights), rel=1e-3, abs=1e-3)


def test_a_problem_whose_people_are_strict_does_not_teach_that_its_features_are_bad() -> None:
    """All of one problem's pairs have the fact and all are dismissed: that is its leaning, not the fact's weight."""
    told = examples.decided(20, 10, examples.by_words)
    told = [
        Example(e.problem, {k: v for k, v in e.parts.items() if "field" not in k}, e.lowest, e.highest)
        for e in told
    ]
    strict = [Example("strict", {**e.parts, "field_agrees": 1.0}, 0, 1) for e in told[:10]]
    together = fit(told + strict, DEFAULT_MODEL, "new").weights["field_agrees"]
    alone = fit(told + strict, DEFAULT_MODEL, "new", leaning=0.01).weights["field_agrees"]
    assert alone < together < DEFAULT_MODEL.weights["field_agrees"]


def test_a_feature_the_prior_does_not_know_is_learnt_too() -> None:
    told = [
        Example(e.problem, {**e.parts, "novel": float(bool(e.is_fit))}, e.lowest, e.highest)
        for e in examples.decided(40, 10, examples.by_chance)
    ]
    assert fit(told, DEFAULT_MODEL, "new").weights["novel"] > 1


def test_a_feature_that_never_differs_keeps_its_weight() -> None:
    told = [
        Example(e.problem, {**e.parts, "mode_agrees": 1.0}, e.lowest, e.highest)
        for e in examples.decided(20, 10, examples.by_words)
    ]
    assert fit(told, DEFAULT_MODEL, "new").weights["mode_agrees"] == DEFAULT_MODEL.weights["mode_agrees"]


def test_the_level_of_scores_stays_so_that_the_floor_passes_as_many() -> None:
    """Staff who dismiss nearly everything teach an order; were the level learnt too, nothing would be suggested."""
    told = examples.decided(40, 12, lambda parts, chance: parts["words"] > 0.17)
    learnt = fit(told, DEFAULT_MODEL, "new")
    before = [DEFAULT_MODEL.logit(each.parts) for each in told]
    after = [learnt.logit(each.parts) for each in told]
    assert np.mean(after) == pytest.approx(np.mean(before), abs=1e-6)
    chances = np.mean([logistic(logit - learnt.cuts[1]) for logit in after])
    assert chances == pytest.approx(np.mean([bool(each.is_fit) for each in told]), abs=0.03)


def test_calibrated_scores_are_chances_of_a_fit() -> None:
    told = examples.decided(60, 12, lambda parts, chance: chance.random() < 4 * parts["words"])
    learnt = fit(told, DEFAULT_MODEL, "new", calibrate=True)
    assert learnt.cuts[1] == 0
    scores = np.array([learnt.score(each.parts) for each in told])
    fits = np.array([bool(each.is_fit) for each in told])
    for low, high in pairwise((0.0, 0.3, 0.6)):
        band = (scores >= low) & (scores < high)
        assert scores[band].mean() == pytest.approx(fits[band].mean(), abs=0.08)


def test_exact_grades_place_the_cuts() -> None:
    chance = random.Random(2)
    told = []
    for number in range(600):
        parts = examples.features(chance)
        logit = DEFAULT_MODEL.logit(parts)
        grade = int(np.searchsorted((-2.0, -1.0, 0.0), logit + chance.gauss(0, 0.2)))
        told.append(Example(number % 40, parts, grade, grade))
    learnt = fit(told, DEFAULT_MODEL, "new", calibrate=True)

    def off(model: RankingModel) -> float:
        grades = [int(np.searchsorted(model.cuts, model.logit(each.parts))) for each in told]
        return float(np.mean([abs(grade - each.lowest) for grade, each in zip(grades, told, strict=True)]))

    assert off(learnt) < off(DEFAULT_MODEL) / 2
    assert learnt.cuts[0] < learnt.cuts[1] < learnt.cuts[2]


numbers = st.floats(-LARGEST, LARGEST, allow_nan=False)
anything = st.builds(
    lambda problem, parts, grades, weight: Example(problem, parts, min(grades), max(grades), weight),
    st.integers(1, 4),
    st.dictionaries(st.sampled_from(("title", "words", "field_agrees", "x", "y")), numbers),
    st.tuples(st.integers(0, 3), st.integers(0, 3)),
    st.sampled_from((0.001, 0.1, 1.0, 50.0)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(anything, max_size=12), st.booleans())
def test_weights_stay_numbers_whatever_was_decided(told: list[Example], calibrate: bool) -> None:
    with np.errstate(all="raise", under="ignore"):
        learnt = fit(told, DEFAULT_MODEL, "new", calibrate=calibrate)
    assert all(math.isfinite(value) for value in (*learnt.weights.values(), learnt.bias, *learnt.cuts))
    assert learnt.cuts[0] < learnt.cuts[1] < learnt.cuts[2]
    assert learnt.weights.keys() == DEFAULT_MODEL.weights.keys() | {n for each in told for n in each.parts}


@pytest.mark.parametrize(
    "given", [(2, 1, 1.0), (-1, 1, 1.0), (0, 4, 1.0), (0, 1, 0.0), (0, 1, float("nan")), (0, 1, float("inf"))]
)
def test_an_example_that_makes_no_sense_is_refused(given: tuple[int, int, float]) -> None:
    with pytest.raises(ValueError, match=r"grades|weight"):
        Example(1, {}, *given)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e9])
def test_a_feature_that_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="features"):
        Example(1, {"title": value}, 0, 1)


def test_fifty_decisions_of_a_few_strict_people_hardly_move_where_grades_begin() -> None:
    told = examples.decided(3, 17, lambda parts, chance: False)
    learnt = fit(told, DEFAULT_MODEL, "new", calibrate=True)
    new = [learnt.logit(each.parts) for each in told]
    old = [DEFAULT_MODEL.logit(each.parts) for each in told]
    assert np.abs(np.array(new) - old).mean() < 1
    assert np.abs(np.array(learnt.cuts) - DEFAULT_MODEL.cuts).max() < 1
