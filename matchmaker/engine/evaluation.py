"""How good a ranking is against graded pairs. TREC files in, measures out; a fit is a grade of 2 or more.

ndcg is scikit-learn's, correlation scipy's; they are imported when something is measured with them: a server process
has no use for their 90 MB.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.runs import BadLine, Fault

CUT = 10
DEEP_CUT = 100
LEAST_JUDGMENTS = 5
FIT = 2
"""The least grade that counts as a fit."""
BANDS = 10
Grades = dict[str, dict[str, int]]
Run = dict[str, dict[str, float]]
"""For each problem its capabilities, best first, with their scores."""
Predicted = dict[str, dict[str, float]]
Numbers = NDArray[np.float64]


class Measure(StrEnum):
    """In the order in which they are shown."""

    NDCG_5 = "ndcg@5"
    NDCG_10 = "ndcg@10"
    RECALL_100 = "recall@100"
    AUC = "auc"
    SPEARMAN = "spearman"
    CALIBRATION_ERROR = "calibration_error"
    GRADE = "1/(1+mae)"


@dataclass(frozen=True)
class Measured:
    """A measure of one run over these problems."""

    problems: tuple[str, ...]
    worth: Callable[[Numbers], float]
    """Its value where the n-th problem counts as often as the n-th number says; nan where there is none."""

    @property
    def value(self) -> float:
        return self.worth(np.ones(len(self.problems)))


def read_grades(path: Path) -> Grades:
    """TREC qrels: problem, ignored, capability, grade; a grade below 0 is a 0. Raises BadLine, OSError."""
    grades: Grades = defaultdict(dict)
    for line, (problem, _, capability, grade) in _columns(path, 4):
        grades[problem][capability] = max(0, int(_number(path, line, grade)))
    return dict(grades)


def read_run(path: Path) -> Run:
    """A TREC run: by score as TREC's own tools do, and by the rank given where scores are equal.

    Raises BadLine, OSError.
    """
    lines: dict[str, list[tuple[float, float, str]]] = defaultdict(list)
    for line, (problem, _, capability, place, score, _) in _columns(path, 6):
        lines[problem].append((-_number(path, line, score), _number(path, line, place), capability))
    return {
        problem: {capability: -score for score, _, capability in sorted(found)}
        for problem, found in lines.items()
    }


def read_predicted(path: Path) -> Predicted:
    """Grades that a run predicts: problem, capability, grade. Raises BadLine, OSError."""
    predicted: Predicted = defaultdict(dict)
    for line, (problem, capability, grade) in _columns(path, 3):
        predicted[problem][capability] = _number(path, line, grade)
    return dict(predicted)


def _columns(path: Path, wanted: int) -> Iterator[tuple[int, list[str]]]:
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            try:
                columns = line.decode("utf-8").split()
            except UnicodeDecodeError:
                raise BadLine(path, number, Fault.NOT_TEXT) from None
            if columns and len(columns) != wanted:
                raise BadLine(path, number, Fault.COLUMNS)
            if columns:
                yield number, columns


def _number(path: Path, line: int, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise BadLine(path, line, Fault.NOT_A_NUMBER) from None
    if not np.isfinite(number):
        raise BadLine(path, line, Fault.NOT_A_NUMBER)
    return number


def eligible(grades: Grades) -> list[str]:
    """Problems with enough judgments and something to find."""
    return [
        problem
        for problem, given in grades.items()
        if len(given) >= LEAST_JUDGMENTS and max(given.values()) >= FIT
    ]


def measure(
    run: Run, grades: Grades, predicted: Predicted | None = None, within: Collection[str] | None = None
) -> dict[Measure, Measured]:
    """Every measure that the graded problems (or those `within`) have, over problems of their own each.

    A judged capability that the run lacks counts as its last, with a score of 0 or the run's least; one without
    a predicted grade as predicted 0. Without `predicted` there is no GRADE, and with scores that are no chances
    no CALIBRATION_ERROR. Which problems a measure is over depends on the grades alone: runs can be compared.
    """
    if within is not None:
        grades = {problem: given for problem, given in grades.items() if problem in within}
    found = eligible(grades)
    spread = [
        p for p, given in grades.items() if len(given) >= LEAST_JUDGMENTS and len(set(given.values())) > 1
    ]
    fitting = [problem for problem, given in grades.items() if max(given.values()) >= FIT]
    least = min((score for scores in run.values() for score in scores.values()), default=0.0)
    last = min(0.0, least)
    by_problem = {
        Measure.NDCG_5: [(p, ndcg(list(run.get(p, ())), grades[p], 5)) for p in found],
        Measure.NDCG_10: [(p, ndcg(list(run.get(p, ())), grades[p])) for p in found],
        Measure.RECALL_100: [(p, recall(list(run.get(p, ())), grades[p])) for p in fitting],
        Measure.SPEARMAN: [(p, spearman(run.get(p, {}), grades[p], last)) for p in spread],
    }
    measured = {name: _mean(values) for name, values in by_problem.items() if values}
    pooled = _pooled(run, grades, last, predicted)
    if pooled.fits.any() and not pooled.fits.all():
        measured[Measure.AUC] = Measured(pooled.problems, pooled.auc)
    if len(pooled.scores) and least >= 0 and pooled.scores.max() <= 1:
        measured[Measure.CALIBRATION_ERROR] = Measured(pooled.problems, pooled.calibration_error)
    if len(pooled.scores) and predicted is not None:
        measured[Measure.GRADE] = Measured(pooled.problems, pooled.grade_accuracy)
    return {name: measured[name] for name in Measure if name in measured}


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], cut: int = CUT) -> float:
    """Of one problem, its unjudged capabilities left out; the gain of grade g is 2^g - 1."""
    from sklearn.metrics import ndcg_score

    judged = [name for name in ranking if name in grades]
    gains = [2.0 ** grades[name] - 1 for name in judged]
    lacking = [2.0 ** grades[name] - 1 for name in grades.keys() - set(judged)]
    # What the run lacks is in the ideal order, and in this one behind every place that counts.
    pool = [*gains, *[0.0] * cut, *lacking]
    return float(ndcg_score([pool], [[-place for place in range(len(pool))]], k=cut, ignore_ties=True))


def recall(ranking: Sequence[str], grades: Mapping[str, int], cut: int = DEEP_CUT) -> float:
    """Of one problem with fits: the share of them among the first `cut` of the whole pool."""
    fits = {name for name, grade in grades.items() if grade >= FIT}
    return len(fits.intersection(ranking[:cut])) / len(fits)


def spearman(scores: Mapping[str, float], grades: Mapping[str, int], last: float = 0.0) -> float:
    """Of one problem: the rank correlation of scores and grades; 0 where the run tells nothing apart."""
    from scipy.stats import spearmanr

    given = [scores.get(name, last) for name in grades]
    return float(spearmanr(given, list(grades.values())).statistic) if len(set(given)) > 1 else 0.0


def auc(scores: Numbers, fits: NDArray[np.bool_], weights: Numbers | None = None) -> float:
    """How often a fit scores above another pair, ties half; nan where all are fits or none is.

    Written out: intervals ask for it thousands of times, and scikit-learn's takes ten times as long or more.
    """
    weights = np.ones(len(scores)) if weights is None else weights
    _, place = np.unique(scores, return_inverse=True)
    above = np.bincount(place, weights * fits)
    below = np.bincount(place, weights * ~fits)
    comparisons = above.sum() * below.sum()
    if not comparisons:
        return float("nan")
    return float((above * (np.cumsum(below) - below / 2)).sum() / comparisons)


def calibration_error(scores: Numbers, fits: NDArray[np.bool_], weights: Numbers | None = None) -> float:
    """How far scores are from the share of fits among pairs scored alike, in ten bands of score, on average."""
    weights = np.ones(len(scores)) if weights is None else weights
    band = np.minimum((scores * BANDS).astype(int), BANDS - 1)
    return float(np.abs(np.bincount(band, weights * (scores - fits))).sum() / weights.sum())


def _mean(values: Sequence[tuple[str, float]]) -> Measured:
    array = np.array([value for _, value in values])
    return Measured(
        tuple(problem for problem, _ in values), lambda weights: float(weights @ array / weights.sum())
    )


@dataclass(frozen=True)
class _Pooled:
    """All judged pairs in a row."""

    problems: tuple[str, ...]
    of: NDArray[np.intp]
    """The place of each pair's problem in `problems`."""
    scores: Numbers
    fits: NDArray[np.bool_]
    off: Numbers
    """How far the predicted grade is from the one given."""

    def auc(self, weights: Numbers) -> float:
        return auc(self.scores, self.fits, weights[self.of])

    def calibration_error(self, weights: Numbers) -> float:
        return calibration_error(self.scores, self.fits, weights[self.of])

    def grade_accuracy(self, weights: Numbers) -> float:
        each = weights[self.of]
        return float(1 / (1 + each @ self.off / each.sum()))


def _pooled(run: Run, grades: Grades, last: float, predicted: Predicted | None) -> _Pooled:
    problems = tuple(grades)
    pairs = [
        (
            place,
            run.get(problem, {}).get(name, last),
            grade,
            (predicted or {}).get(problem, {}).get(name, 0.0),
        )
        for place, problem in enumerate(problems)
        for name, grade in grades[problem].items()
    ]
    of, scores, given, guessed = np.array(pairs, dtype=float).reshape(-1, 4).T
    return _Pooled(problems, of.astype(np.intp), scores, given >= FIT, np.abs(guessed - given))
