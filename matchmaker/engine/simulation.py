"""How fast learning pays: graded pairs replayed as decisions, problem by problem, and measured on unseen problems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.evaluation import auc, eligible, ndcg
from matchmaker.engine.learning import FIT, Example, fit, steady
from matchmaker.engine.ranking import RankingModel

Numbers = NDArray[np.float64]
STEPS = (0, 50, 200, 1000)
FOLDS = 5
ORDERS = 4
SEED = 20261124


@dataclass(frozen=True)
class Point:
    """After so many decisions (None: all there are; `decisions` then is their mean number over folds).

    `ndcg` is at 10 and over problems, `auc` over pairs, both on problems that nothing was learnt from, mean over
    folds and orders. The errors are standard deviations from one order of the decisions to another.
    """

    decisions: int
    is_all: bool
    ndcg: float
    ndcg_error: float
    auc: float
    auc_error: float
    grade: float
    """1/(1+mean error of the predicted grade)."""


@dataclass(frozen=True)
class Curve:
    points: tuple[Point, ...]
    problems: int
    pairs: int
    orders: int
    folds: int


def simulate(
    examples: Sequence[Example],
    prior: RankingModel,
    steps: Sequence[int] = STEPS,
    folds: int = FOLDS,
    orders: int = ORDERS,
    progress: Callable[[int, int], None] | None = None,
) -> Curve:
    """`examples` are graded exactly. Raises ValueError where nothing can be held back, or nothing measured."""
    by_problem: dict[str, list[Example]] = {}
    for each in examples:
        by_problem.setdefault(steady(each.problem), []).append(each)
    names = sorted(by_problem)
    if len(names) < 2 * folds:
        raise ValueError("too few problems to hold back a part of them")
    counts: list[int | None] = [*(step for step in steps if step < len(examples)), None]
    found = np.full((len(counts), orders, 3), np.nan)
    learnt_from = np.zeros((len(counts), orders, folds))
    for order in range(orders):
        dealt = [names[place] for place in np.random.default_rng(SEED + order).permutation(len(names))]
        scores: list[list[tuple[Example, float, int]]] = [[] for _ in counts]
        for fold in range(folds):
            unseen = dealt[fold::folds]
            told = [each for name in dealt if name not in set(unseen) for each in by_problem[name]]
            for place, count in enumerate(counts):
                model = fit(told[:count], prior, prior.name, calibrate=True) if count != 0 else prior
                learnt_from[place, order, fold] = len(told[:count])
                for name in unseen:
                    for each in by_problem[name]:
                        logit = model.logit(each.parts)
                        grade = int(np.searchsorted(model.cuts, logit, side="right"))
                        scores[place].append((each, logit, grade))
            if progress:
                progress(order * folds + fold + 1, orders * folds)
        for place, scored in enumerate(scores):
            found[place, order] = _measure(scored)
    if np.isnan(found).any():
        raise ValueError("too few grades to measure by")
    return Curve(
        tuple(
            Point(
                round(float(learnt_from[place].mean())),
                count is None,
                *(float(value) for value in _with_errors(found[place])),
            )
            for place, count in enumerate(counts)
        ),
        len(names),
        len(examples),
        orders,
        folds,
    )


def _with_errors(by_order: Numbers) -> tuple[float, ...]:
    mean, error = by_order.mean(axis=0), by_order.std(axis=0, ddof=1 if len(by_order) > 1 else 0)
    return mean[0], error[0], mean[1], error[1], mean[2]


def _measure(scored: Sequence[tuple[Example, float, int]]) -> tuple[float, float, float]:
    """ndcg@10, AUC and 1/(1+MAE) of held-back pairs, each scored by a model that had not seen its problem."""
    grades: dict[str, dict[str, int]] = {}
    logits: dict[str, dict[str, float]] = {}
    for number, (each, logit, _) in enumerate(scored):
        grades.setdefault(steady(each.problem), {})[str(number)] = each.lowest
        logits.setdefault(steady(each.problem), {})[str(number)] = logit
    by_problem = [
        ndcg(sorted(logits[name], key=lambda number: -logits[name][number]), grades[name])
        for name in eligible(grades)
    ]
    fits = np.array([each.lowest >= FIT for each, _, _ in scored])
    values = np.array([logit for _, logit, _ in scored])
    off = np.array([abs(grade - each.lowest) for each, _, grade in scored])
    if not by_problem or fits.all() or not fits.any():
        return (float("nan"),) * 3
    return float(np.mean(by_problem)), auc(values, fits), float(1 / (1 + off.mean()))
