"""Pairs of a problem and a capability with the grade that somebody gave: what an encoder learns from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.documents import Document
from matchmaker.engine.evaluation import Measure, measure, read_grades
from matchmaker.engine.runs import read_documents

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Texts:
    """What is encoded of a problem or capability. Those with the same texts are taken for the same."""

    title: str
    full: str
    """Title and passages, a line each; the title alone where there is no more."""

    @classmethod
    def of(cls, document: Document) -> Texts:
        return cls(document.title, document.full_text)


@dataclass(frozen=True)
class GradedPair:
    problem: Texts
    capability: Texts
    grade: float
    """0 for no fit to 3 for the best, or decisions on that scale."""
    weight: float = 1.0
    """How much it counts beside others: an expert's word 1, a suggestion passed over less."""


class UnknownName(LookupError):
    """A graded pair names a problem or capability that its file lacks; carries the file and the name."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(f"{path}: has no {name}")
        self.path = path
        self.name = name


def read_graded_pairs(problems: Path, capabilities: Path, qrels: Path) -> list[GradedPair]:
    """From two JSONL files (id, title, text) and TREC qrels. Raises BadLine, UnknownName, OSError."""
    wanted = {name: Texts.of(document) for name, document in read_documents(problems, "problem")}
    offered = {name: Texts.of(document) for name, document in read_documents(capabilities, "capability")}
    return [
        GradedPair(_found(wanted, problem, problems), _found(offered, capability, capabilities), float(grade))
        for problem, given in read_grades(qrels).items()
        for capability, grade in given.items()
    ]


def _found(texts: Mapping[str, Texts], name: str, path: Path) -> Texts:
    try:
        return texts[name]
    except KeyError:
        raise UnknownName(path, name) from None


@dataclass(frozen=True)
class Lessons:
    """Graded pairs as numbers. Texts are numbered with their prompts, each once; so are problems and capabilities."""

    texts: Sequence[str]
    places: Places
    """(n, 4): the texts of a pair: problem title, problem in full, capability title, capability in full."""
    problem: Places
    capability: Places
    grade: Numbers
    weight: Numbers
    capability_texts: Places
    """(number of capabilities, 2): title and full text of each."""
    problems: Sequence[Texts]

    @classmethod
    def of(cls, pairs: Sequence[GradedPair], query: str, passage: str) -> Lessons:
        """`query` and `passage` are the model's prompts for problems and for capabilities. Pairs without weight are left out."""
        pairs = [pair for pair in pairs if pair.weight > 0]
        texts: dict[str, int] = {}
        problems: dict[Texts, int] = {}
        capabilities: dict[Texts, int] = {}

        def number(prompt: str, text: str) -> int:
            return texts.setdefault(prompt + text, len(texts))

        rows = [
            (
                number(query, pair.problem.title),
                number(query, pair.problem.full),
                number(passage, pair.capability.title),
                number(passage, pair.capability.full),
                problems.setdefault(pair.problem, len(problems)),
                capabilities.setdefault(pair.capability, len(capabilities)),
            )
            for pair in pairs
        ]
        table = np.array(rows, np.int64).reshape(-1, 6)
        return cls(
            list(texts),
            table[:, :4],
            table[:, 4],
            table[:, 5],
            np.array([pair.grade for pair in pairs], float),
            np.array([pair.weight for pair in pairs], float),
            np.array(
                [(number(passage, each.title), number(passage, each.full)) for each in capabilities], np.int64
            ).reshape(-1, 2),
            list(problems),
        )

    def telling(self) -> list[int]:
        """Problems whose capabilities were not all graded alike: the others say nothing about an order."""
        return [int(each) for each in np.unique(self.problem) if np.ptp(self.grade[self.problem == each]) > 0]

    def figures(self, scores: Numbers, problems: Sequence[int]) -> dict[str, float]:
        """How well scores of all pairs, (n), order those of these problems: `agreement`, and what `evaluation` measures."""
        by_problem = self.agreement(scores, problems)
        found = {"agreement": float(by_problem.mean())}
        run: dict[str, dict[str, float]] = defaultdict(dict)
        grades: dict[str, dict[str, int]] = defaultdict(dict)
        mine = np.flatnonzero(np.isin(self.problem, problems))
        for each in mine[np.argsort(-scores[mine], kind="stable")]:
            problem, capability = str(self.problem[each]), str(self.capability[each])
            run[problem][capability] = float(scores[each])
            grades[problem][capability] = round(self.grade[each])
        measured = measure(run, grades)
        for name in (Measure.NDCG_10, Measure.AUC):
            if name in measured:
                found[name.value] = measured[name].value
        return found

    def agreement(self, scores: Numbers, problems: Sequence[int]) -> Numbers:
        """For each problem the share, by weight, of its pairs of unlike grades that scores put in their order, 0 to 1."""
        shares = []
        for problem in problems:
            mine = self.problem == problem
            grade, score, weight = self.grade[mine], scores[mine], self.weight[mine]
            counted = (grade[:, None] > grade[None, :]) * np.outer(weight, weight)
            won = (score[:, None] > score[None, :]) + 0.5 * (score[:, None] == score[None, :])
            shares.append(float((counted * won).sum() / counted.sum()))
        return np.array(shares)


Progress = Callable[[int, int], None]
"""Told what is done and what there is in all."""
