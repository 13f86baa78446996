"""Two runs against expert grades: each measure with its interval, their difference, and groups of problems apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from matchmaker.engine.comparison import Difference, Estimate, difference, estimate
from matchmaker.engine.evaluation import Grades, Measure, Predicted, Run, measure


@dataclass(frozen=True)
class Graded:
    """A run, and the grades that it predicts if it does."""

    run: Run
    predicted: Predicted | None = None


@dataclass(frozen=True)
class Evaluation:
    """`differences` are the first run less the second, where there are two and both have the measure."""

    problems: int
    pairs: int
    lacking: int
    """Judged pairs that are not in the run."""
    measures: Mapping[Measure, Estimate]
    against: Mapping[Measure, Estimate]
    differences: Mapping[Measure, Difference]
    groups: Mapping[str, Mapping[Measure, Estimate]]

    def as_json(self) -> dict[str, Any]:
        """With the measures' names as keys, ready to be written."""
        return {
            "problems": self.problems,
            "judged_pairs": self.pairs,
            "judged_pairs_lacking": self.lacking,
            "measures": _plain(self.measures),
            "against": _plain(self.against),
            "differences": _plain(self.differences),
            "groups": {group: _plain(found) for group, found in self.groups.items()},
        }


def evaluate(
    first: Graded, grades: Grades, second: Graded | None = None, groups: Mapping[str, str] | None = None
) -> Evaluation:
    """Measure a run, compare it with another, and look at each group of `groups` (problem: its group)."""
    ours = measure(first.run, grades, first.predicted)
    theirs = measure(second.run, grades, second.predicted) if second else {}
    pairs = [(problem, name) for problem, given in grades.items() for name in given]
    return Evaluation(
        problems=len(grades),
        pairs=len(pairs),
        lacking=sum(name not in first.run.get(problem, ()) for problem, name in pairs),
        measures={name: estimate(each) for name, each in ours.items()},
        against={name: estimate(each) for name, each in theirs.items()},
        differences={name: difference(ours[name], theirs[name]) for name in ours if name in theirs},
        groups={
            group: {
                name: estimate(each)
                for name, each in measure(first.run, grades, first.predicted, within).items()
            }
            for group, within in _groups(grades, groups or {}).items()
        },
    )


def _groups(grades: Grades, groups: Mapping[str, str]) -> dict[str, list[str]]:
    """The graded problems of each group, by the group's name."""
    found: dict[str, list[str]] = {}
    for problem in grades:
        if problem in groups:
            found.setdefault(groups[problem], []).append(problem)
    return dict(sorted(found.items()))


def _plain(measured: Mapping[Measure, Estimate]) -> dict[str, Any]:
    return {name.value: asdict(each) for name, each in measured.items()}
