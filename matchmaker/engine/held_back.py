"""Whether a learnt ranking is better, on problems held back from it.

Problems are dealt into folds; each fold is scored by a model learnt from the others alone. What it is compared with
is treated alike: a model that was learnt earlier is learnt again from what it knew, without the fold. Otherwise it
would be judged by examples that it has seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.evaluation import LEAST_JUDGMENTS, auc, calibration_error, ndcg
from matchmaker.engine.learning import FIT, LEANING, SPREAD, Example, fit, steady
from matchmaker.engine.ranking import RankingModel, logistic

Numbers = NDArray[np.float64]
FOLDS = 5
SEED = 20261124
LEAST_LISTS = 10
"""Problems with enough examples and a fit that it takes to measure ndcg."""
SURE = 1.64
"""Standard errors by which the order must have gained: chance alone makes as much once in twenty times."""
NOISE = 1.0
"""Standard errors by which what was decided may have become less likely."""


@dataclass(frozen=True)
class Figures:
    """Of one model on held-back problems. None: the examples do not tell."""

    agreement: float | None
    """The share of a problem's pairs of a fit and a misfit that it puts in their order, mean over problems, 0 to 1."""
    auc: float | None
    """The same over all pairs of all problems of a fold, mean over folds: scores of two models are not compared."""
    ndcg: float | None
    """At 10, over the examples alone."""
    log_loss: float
    calibration_error: float
    grade: float
    """1/(1+mean error of the predicted grade); a grade within the range that is known is no error."""

    def as_json(self) -> dict[str, float | None]:
        return dict(vars(self))


@dataclass(frozen=True)
class Comparison:
    """`gain`: of agreement, mean over problems that tell something, with its standard error."""

    examples: int
    problems: int
    telling: int
    """Problems with both a fit and a misfit: the others say nothing about order."""
    old: Figures
    new: Figures
    gain: float
    gain_error: float
    loss: float
    """How much less likely the new one found what was decided, in log loss by problem; negative: more likely."""
    loss_error: float

    @property
    def is_better(self) -> bool:
        """The order gained more than chance easily makes, and the chances did not suffer."""
        return self.gain > SURE * self.gain_error and self.gain > 0 and self.loss <= NOISE * self.loss_error

    def as_json(self) -> dict[str, object]:
        numbers = {
            name: value if np.isfinite(value) else None  # JSON knows no infinite error
            for name, value in vars(self).items()
            if name not in ("old", "new")
        }
        return numbers | {"old": self.old.as_json(), "new": self.new.as_json(), "better": self.is_better}


@dataclass
class _Scored:
    """Logits of fit (above 0: rather a fit) and predicted grades of held-back examples."""

    logits: Numbers
    chances: Numbers
    grades: Numbers
    fold: NDArray[np.intp]

    @classmethod
    def empty(cls, count: int) -> _Scored:
        return cls(np.zeros(count), np.zeros(count), np.zeros(count), np.zeros(count, np.intp))

    def put(self, places: Sequence[int], examples: Sequence[Example], model: RankingModel) -> None:
        self.fold[places] = self.fold.max() + 1
        for place in places:
            logit = model.logit(examples[place].parts)
            self.logits[place] = logit
            self.chances[place] = logistic(logit - model.cuts[FIT - 1])
            self.grades[place] = np.searchsorted(model.cuts, logit, side="right")


@dataclass(frozen=True)
class _Truth:
    """What the examples say, by place, and the places of each problem's."""

    examples: Sequence[Example]
    by_problem: Mapping[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, examples: Sequence[Example]) -> _Truth:
        by_problem: dict[str, list[int]] = {}
        for place, each in enumerate(examples):
            by_problem.setdefault(steady(each.problem), []).append(place)
        return cls(examples, dict(sorted(by_problem.items())))

    def folds(self, count: int) -> list[list[str]]:
        """The problems, dealt out by chance, the same each time."""
        names = list(self.by_problem)
        dealt = np.random.default_rng(SEED).permutation(len(names))
        return [[names[place] for place in dealt[start::count]] for start in range(min(count, len(names)))]

    def sorted_out(self, names: Sequence[str]) -> tuple[list[int], list[int]]:
        """Places of these problems' examples, and of the others'."""
        own = {place for name in names for place in self.by_problem[name]}
        return sorted(own), [place for place in range(len(self.examples)) if place not in own]


def compare(
    examples: Sequence[Example],
    prior: RankingModel,
    old: Sequence[bool] | RankingModel,
    folds: int = FOLDS,
    spread: float = SPREAD,
    leaning: float = LEANING,
    calibrate: bool = False,
) -> Comparison:
    """A model learnt from the examples against an old one, each time on problems that both were not learnt from.

    `old`: which of the examples the old model was learnt from, or a model that was not learnt from any.
    Raises ValueError for fewer than two problems: nothing could be held back.
    """

    def learner(chosen: Sequence[Example]) -> RankingModel:
        return fit(chosen, prior, prior.name, spread, leaning, calibrate)

    truth = _Truth.of(examples)
    if len(truth.by_problem) < 2:
        raise ValueError("one problem alone cannot be held back")
    before, after = _Scored.empty(len(examples)), _Scored.empty(len(examples))
    for names in truth.folds(folds):
        own, others = truth.sorted_out(names)
        after.put(own, examples, learner([examples[place] for place in others]))
        if isinstance(old, RankingModel):
            model = old
        else:
            model = learner([examples[place] for place in others if old[place]])
        before.put(own, examples, model)
    return _compared(truth, before, after)


def _compared(truth: _Truth, before: _Scored, after: _Scored) -> Comparison:
    gains = [
        new - old
        for places in truth.by_problem.values()
        if (new := _agreement(truth.examples, places, after)) is not None
        and (old := _agreement(truth.examples, places, before)) is not None
    ]
    losses = [
        float(np.mean(each))
        for places in truth.by_problem.values()
        if (
            each := _log_losses(truth.examples, places, after) - _log_losses(truth.examples, places, before)
        ).size
    ]
    gain, gain_error = _mean(gains)
    loss, loss_error = _mean(losses)
    return Comparison(
        len(truth.examples),
        len(truth.by_problem),
        len(gains),
        _figures(truth, before),
        _figures(truth, after),
        gain,
        gain_error,
        loss,
        loss_error,
    )


def _mean(values: Sequence[float]) -> tuple[float, float]:
    """And its standard error; nothing is known from fewer than two."""
    if len(values) < 2:
        return (values[0] if values else 0.0), float("inf") if values else 0.0
    return float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))


def _agreement(examples: Sequence[Example], places: Sequence[int], scored: _Scored) -> float | None:
    """Weighted share of this problem's (fit, misfit) pairs in their order."""
    fits = [place for place in places if examples[place].is_fit is True]
    misfits = [place for place in places if examples[place].is_fit is False]
    if not fits or not misfits:
        return None
    weights = np.outer(
        [examples[place].weight for place in fits], [examples[place].weight for place in misfits]
    )
    apart = scored.logits[fits][:, None] - scored.logits[misfits][None, :]
    return float((weights * ((apart > 0) + 0.5 * (apart == 0))).sum() / weights.sum())


def _log_losses(examples: Sequence[Example], places: Sequence[int], scored: _Scored) -> Numbers:
    known = [place for place in places if examples[place].is_fit is not None]
    fits = np.array([examples[place].is_fit for place in known], bool)
    weights = np.array([examples[place].weight for place in known], float)
    chances = np.clip(scored.chances[known], 1e-9, 1 - 1e-9)
    return -weights * np.log(np.where(fits, chances, 1 - chances))


def _figures(truth: _Truth, scored: _Scored) -> Figures:
    examples = truth.examples
    known = [place for place, each in enumerate(examples) if each.is_fit is not None]
    fits = np.array([examples[place].is_fit for place in known], bool)
    weights = np.array([examples[place].weight for place in known], float)
    agreements = [
        value
        for places in truth.by_problem.values()
        if (value := _agreement(examples, places, scored)) is not None
    ]
    off = np.array(
        [
            max(each.lowest - grade, grade - each.highest, 0.0)
            for each, grade in zip(examples, scored.grades, strict=True)
        ]
    )
    every = np.array([each.weight for each in examples])
    return Figures(
        agreement=float(np.mean(agreements)) if agreements else None,
        auc=_auc(scored.logits[known], fits, weights, scored.fold[known]),
        ndcg=_ndcg(truth, scored),
        log_loss=float(_log_losses(examples, known, scored).sum() / weights.sum()) if known else 0.0,
        calibration_error=calibration_error(scored.chances[known], fits, weights) if known else 0.0,
        grade=float(1 / (1 + every @ off / every.sum())),
    )


def _auc(logits: Numbers, fits: NDArray[np.bool_], weights: Numbers, folds: NDArray[np.intp]) -> float | None:
    found = [
        auc(logits[own], fits[own], weights[own]) for own in (folds == fold for fold in np.unique(folds))
    ]
    found = [each for each in found if not np.isnan(each)]
    return float(np.mean(found)) if found else None


def _ndcg(truth: _Truth, scored: _Scored) -> float | None:
    """Over problems with enough examples and a fit; a range of grades counts as its lowest."""
    found = []
    for places in truth.by_problem.values():
        grades = {str(place): truth.examples[place].lowest for place in places}
        if len(places) >= LEAST_JUDGMENTS and max(grades.values()) >= FIT:
            order = sorted(places, key=lambda place: -scored.logits[place])
            found.append(ndcg([str(place) for place in order], grades))
    return float(np.mean(found)) if len(found) >= LEAST_LISTS else None
