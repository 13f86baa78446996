"""How fast learning pays: graded pairs replayed as decisions, problem by problem, and measured on unseen problems."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
_Scored = tuple[Example, float, int]
"""A held-back example with its logit and the grade that is predicted."""


@dataclass(frozen=True)
class Point:
    """After so many decisions; the last is after all there are, whose mean number over folds it gives.

    `ndcg` is at 10 and over problems, `auc` over pairs of a fold, both on problems that nothing was learnt from,
    mean over folds and orders. The errors are standard deviations from one order of the decisions to another.
    """

    decisions: int
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
    if len(by_problem) < 2 * folds:
        raise ValueError("too few problems to hold back a part of them")
    deals = [_dealt(by_problem, SEED + order, folds) for order in range(orders)]
    least = min(len(told) for deal in deals for told, _ in deal)
    counts: list[int | None] = [*(step for step in steps if step < least), None]
    found = np.full((len(counts), orders, 3), np.nan)
    for order, deal in enumerate(deals):
        scores: list[list[list[_Scored]]] = [[] for _ in counts]
        for fold, (told, unseen) in enumerate(deal, 1):
            for place, count in enumerate(counts):
                model = fit(told[:count], prior, prior.name, calibrate=True) if count != 0 else prior
                scores[place].append([_scored(each, model) for each in unseen])
            if progress:
                progress(order * folds + fold, orders * folds)
        for place, scored in enumerate(scores):
            found[place, order] = _measure(scored)
    if np.isnan(found).any():
        raise ValueError("too few grades to measure by")
    every = round(float(np.mean([len(told) for deal in deals for told, _ in deal])))
    points = tuple(
        Point(every if count is None else count, *_with_errors(found[place]))
        for place, count in enumerate(counts)
    )
    return Curve(points, len(by_problem), len(examples), orders, folds)


def _dealt(
    by_problem: Mapping[str, list[Example]], seed: int, folds: int
) -> list[tuple[list[Example], list[Example]]]:
    """For each fold the examples to learn from, problem by problem in an order of chance, and the unseen ones."""
    names = sorted(by_problem)
    dealt = [names[place] for place in np.random.default_rng(seed).permutation(len(names))]
    found = []
    for fold in range(folds):
        unseen = set(dealt[fold::folds])
        told = [each for name in dealt if name not in unseen for each in by_problem[name]]
        found.append((told, [each for name in sorted(unseen) for each in by_problem[name]]))
    return found


def _scored(example: Example, model: RankingModel) -> _Scored:
    logit = model.logit(example.parts)
    return example, logit, int(np.searchsorted(model.cuts, logit, side="right"))


def _with_errors(by_order: Numbers) -> tuple[float, float, float, float, float]:
    mean, error = by_order.mean(axis=0), by_order.std(axis=0, ddof=1 if len(by_order) > 1 else 0)
    return float(mean[0]), float(error[0]), float(mean[1]), float(error[1]), float(mean[2])


def _measure(by_fold: Sequence[Sequence[_Scored]]) -> tuple[float, float, float]:
    """ndcg@10, AUC and 1/(1+MAE) of held-back pairs, each scored by a model that had not seen its problem.

    Scores of two models are not compared: AUC is the mean over folds. nan where there is too little to measure.
    """
    grades: dict[str, dict[str, int]] = {}
    logits: dict[str, dict[str, float]] = {}
    scored = [each for fold in by_fold for each in fold]
    for number, (each, logit, _) in enumerate(scored):
        grades.setdefault(steady(each.problem), {})[str(number)] = each.lowest
        logits.setdefault(steady(each.problem), {})[str(number)] = logit
    by_problem = [
        ndcg(sorted(logits[name], key=lambda number: -logits[name][number]), grades[name])
        for name in eligible(grades)
    ]
    aucs = [
        auc(np.array([logit for _, logit, _ in fold]), np.array([each.lowest >= FIT for each, _, _ in fold]))
        for fold in by_fold
    ]
    if not by_problem or np.isnan(aucs).all():
        return (float("nan"),) * 3
    off = np.array([abs(grade - each.lowest) for each, _, grade in scored])
    return float(np.mean(by_problem)), float(np.nanmean(aucs)), float(1 / (1 + off.mean()))
