"""Whether a learnt ranking is better is judged on problems that it has not seen."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from matchmaker.engine.held_back import compare
from matchmaker.engine.learning import Example
from matchmaker.engine.ranking import DEFAULT_MODEL, logistic
from tests.learning import examples


def test_what_follows_a_feature_is_found_to_be_better() -> None:
    found = compare(examples.decided(30, 10, examples.by_words), DEFAULT_MODEL, DEFAULT_MODEL)
    assert found.is_better
    assert found.new.agreement is not None
    assert found.new.agreement > 0.95
    assert (found.examples, found.problems) == (300, 30)
    assert found.new.ndcg is not None
    assert found.old.ndcg is not None
    assert found.new.ndcg > found.old.ndcg


@pytest.mark.parametrize("seed", range(6))
def test_decisions_by_chance_are_not_better(seed: int) -> None:
    """Each problem's decisions could be learnt by heart, and tell nothing of the next problem's."""
    assert not compare(
        examples.decided(12, 8, examples.by_chance, seed), DEFAULT_MODEL, DEFAULT_MODEL
    ).is_better


def test_the_old_figures_are_the_old_models_own() -> None:
    told = examples.decided(12, 10, examples.by_words)
    found = compare(told, DEFAULT_MODEL, DEFAULT_MODEL, folds=12)
    fits = [bool(each.is_fit) for each in told]
    logits = [DEFAULT_MODEL.logit(each.parts) for each in told]
    by_fold = [  # one problem each
        roc_auc_score(fits[place : place + 10], logits[place : place + 10])
        for place in range(0, 120, 10)
        if len(set(fits[place : place + 10])) == 2
    ]
    assert found.old.auc == pytest.approx(np.mean(by_fold))
    assert found.old.agreement == pytest.approx(np.mean(by_fold))
    assert found.old.log_loss == pytest.approx(log_loss(fits, [logistic(logit) for logit in logits]))


def test_a_model_learnt_earlier_is_judged_without_what_it_saw_of_the_held_back_problems() -> None:
    told = examples.decided(30, 10, examples.by_words)
    same = compare(told, DEFAULT_MODEL, [True] * len(told))
    assert same.gain == pytest.approx(0)
    assert same.new.as_json() == pytest.approx(same.old.as_json())
    assert not same.is_better
    fewer = compare(told, DEFAULT_MODEL, [number < 30 for number in range(len(told))])
    assert fewer.new.agreement is not None
    assert fewer.old.agreement is not None
    assert fewer.new.agreement > fewer.old.agreement


def test_better_chances_alone_are_no_better_order() -> None:
    """All pairs have the same features: a rate can be learnt, an order cannot."""
    parts = {"title": 0.9, "text": 0.9, "cross": 0.9, "words": 0.1}
    told = [
        Example(problem, parts, *((2, 3) if pair < 2 else (0, 1)))
        for problem in range(20)
        for pair in range(8)
    ]
    found = compare(told, DEFAULT_MODEL, DEFAULT_MODEL)
    assert found.new.log_loss < found.old.log_loss
    assert not found.is_better


def test_problems_that_tell_nothing_of_an_order_leave_it_undecided() -> None:
    told = [Example(number, {"title": 0.9}, 2, 3) for number in range(12)]
    found = compare(told, DEFAULT_MODEL, DEFAULT_MODEL)
    assert (found.telling, found.new.agreement, found.new.auc) == (0, None, None)
    assert not found.is_better
    json.dumps(found.as_json(), allow_nan=False)


def test_one_telling_problem_is_not_enough_to_say() -> None:
    told = examples.decided(2, 10, examples.by_words)
    told = [Example(e.problem, e.parts, 2, 3) if e.problem == 1 else e for e in told]
    found = compare(told, DEFAULT_MODEL, DEFAULT_MODEL)
    assert found.telling == 1
    assert not found.is_better
    json.dumps(found.as_json(), allow_nan=False)


def test_a_single_problem_cannot_be_held_back() -> None:
    with pytest.raises(ValueError, match="held back"):
        compare(examples.decided(1, 10, examples.by_words), DEFAULT_MODEL, DEFAULT_MODEL)
