"""How good a ranking is against graded pairs: ndcg@10 over judged pairs only."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

CUT = 10
LEAST_JUDGMENTS = 5
LEAST_BEST_GRADE = 2
Grades = dict[str, dict[str, int]]
Run = dict[str, list[str]]


def read_grades(path: Path) -> Grades:
    """TREC qrels: problem, ignored, capability, grade."""
    grades: Grades = defaultdict(dict)
    with open(path, encoding="utf-8") as file:
        for line in file:
            problem, _, capability, grade = line.split()
            grades[problem][capability] = int(grade)
    return dict(grades)


def read_run(path: Path) -> Run:
    """A TREC run: for each problem its capabilities by rank."""
    places: dict[str, list[tuple[int, str]]] = defaultdict(list)
    with open(path, encoding="utf-8") as file:
        for line in file:
            problem, _, capability, place, _, _ = line.split()
            places[problem].append((int(place), capability))
    return {problem: [name for _, name in sorted(found)] for problem, found in places.items()}


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], cut: int = CUT) -> float:
    """Of one problem, its unjudged capabilities left out; the gain of grade g is 2^g - 1."""
    judged = [grades[name] for name in ranking if name in grades]
    best = _gain(sorted(grades.values(), reverse=True)[:cut])
    return _gain(judged[:cut]) / best if best else 0.0


def _gain(grades: Sequence[int]) -> float:
    return math.fsum((2.0**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def eligible(grades: Grades) -> list[str]:
    """Problems with enough judgments and something to find."""
    return [
        problem
        for problem, given in grades.items()
        if len(given) >= LEAST_JUDGMENTS and max(given.values()) >= LEAST_BEST_GRADE
    ]


def ndcg_by_problem(run: Run, grades: Grades) -> dict[str, float]:
    """Over eligible problems; one that the run lacks counts 0."""
    return {problem: ndcg(run.get(problem, ()), grades[problem]) for problem in eligible(grades)}
