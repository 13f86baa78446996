"""Adapts an encoder to graded pairs: a model's folder in, a model's folder out, which is served and trained as the first.

The upper layers of a sentence-transformers model of the BERT kind learn to put a problem nearer to what was graded
better (CoSENT loss). What lies below, the vocabulary above all, stays as it is: so each text goes through the lower
layers once, and words that no graded text has keep their meaning. The weights that serve are a mean of the
trained ones and those of before, which keeps what the base model knows of everything else.

A loop of its own, because sentence-transformers' trainer takes pairs of texts one by one: here all capabilities of a
problem share one step, so that each text is encoded once for all its pairs and each grade is compared with each.
That trainer would also need two more packages.

torch is imported when something is trained only.
"""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from matchmaker.engine import centre
from matchmaker.engine.graded import GradedPair, Lessons, Numbers, Places, Progress, Texts
from matchmaker.engine.model_folder import whole_or_none, write_model
from matchmaker.engine.pupil import Pupil

if TYPE_CHECKING:
    from torch import Tensor

log = logging.getLogger(__name__)

TITLE, TEXT, CROSS = 0.40, 0.30, 0.30
"""How the cosines of a pair are mixed: as the ranking without decisions does."""
LEAST_PROBLEMS = 5
"""Problems with unlike grades, without which there is nothing to learn from and to hold back."""
WARM_UP = 0.1
LONGEST_STEP = 1.0
LEAST_SPREAD = 1e-3


class TooFewPairs(Exception):
    """There is not enough to learn from; carries the number of problems whose pairs were graded unlike."""

    def __init__(self, problems: int) -> None:
        super().__init__(f"{problems} problems with unlike grades; {LEAST_PROBLEMS} are needed")
        self.problems = problems


@dataclass(frozen=True)
class Plan:
    """How to train. The defaults were tried on real grades; nothing else tried was clearly better (docs/engine.md)."""

    layers: int = 4
    """Upper layers that learn."""
    epochs: int = 3
    rate: float = 1e-4
    """The highest learning rate."""
    problems: int = 2
    """Problems of one step."""
    strangers: int = 16
    """Capabilities of other problems in each step, taken for unfit."""
    sharpness: float = 1.0
    """Logits in the loss for as much similarity as graded pairs differed by before, a standard deviation."""
    share: float = 0.5
    """Of the trained weights in the mean with those of before."""
    held_back: float = 0.2
    """Share of the problems from which nothing is learnt, and by which the result is judged."""
    longest: int = 256
    """Tokens of a text that are read in training."""
    seed: int = 0


@dataclass(frozen=True)
class Figures:
    """What was learnt from, and how the order of the held-back problems' capabilities was and is, meaning alone.

    They are of the weights in full precision, without words. The epoch that was kept is the best of its kind on the same
    problems, so that `after` flatters a little; the engine's own figures on other problems are the proof.
    """

    version: str
    """The new encoder's name: that of the bundled one, and a digest of the trained weights."""
    pairs: int
    problems: int
    held_back: int
    epoch: int
    """The one that was kept, from 1."""
    before: dict[str, float]
    """`agreement`, and ndcg@10 and AUC where the held-back grades allow them."""
    after: dict[str, float]
    gain: float
    """Of agreement, the mean over held-back problems."""
    gain_error: float | None
    """The standard error of `gain`; None where a single problem was held back."""

    @property
    def better(self) -> bool:
        """Whether the new encoder orders what it has not seen better than the one it came from."""
        return self.gain > 0

    @property
    def clearly_better(self) -> bool:
        """By more than one standard error; never where a single problem was held back."""
        return self.gain_error is not None and self.gain > max(self.gain_error, 0)


def train(
    base: Path,
    pairs: Sequence[GradedPair],
    out: Path,
    plan: Plan = Plan(),
    progress: Progress | None = None,
    notes: Mapping[str, Any] = MappingProxyType({}),
) -> Figures:
    """Adapt the model in folder `base` and write it to folder `out`, which appears whole or not at all.

    The same pairs, plan and machine make the same weights. `out` is written even where it is not better: whoever
    calls looks at the figures. `progress` counts texts read and problems learnt from; it may raise, which ends the
    training and leaves nothing behind. `notes` are JSON that stands in the folder's stamp. Raises NotTrainable, TooFewPairs, OSError.
    """
    pupil = Pupil(base, plan.layers, plan.longest)
    lessons = Lessons.of(pairs, pupil.query, pupil.passage)
    problems = split(lessons, plan)
    with whole_or_none(out) as folder:  # before hours of work: where nothing can be written it ends at once
        figures = _learn(pupil, lessons, *problems, plan, progress)
        stamp = {"recipe": figures.version, "base": pupil.version, "plan": asdict(plan)}
        write_model(pupil.model, folder, {**stamp, "figures": asdict(figures), **notes}, log.info)
    return figures


def _learn(
    pupil: Pupil,
    lessons: Lessons,
    learnt: list[int],
    held_back: list[int],
    plan: Plan,
    progress: Progress | None,
) -> Figures:
    """Leave the pupil with the best weights."""
    total = len(lessons.texts) + plan.epochs * len(learnt)

    def tell(done: int, _: int) -> None:
        if progress:
            progress(done, total)

    pupil.read(lessons.texts, tell)
    likeness = _Likeness(pupil, lessons)
    before = likeness.scores(held_back)
    best: _Epoch | None = None
    for epoch in _epochs(likeness, learnt, held_back, plan, tell):
        log.info("epoch %d: agreement on held-back problems %.4f", epoch.number, epoch.agreement)
        if best is None or epoch.agreement > best.agreement:
            best = epoch
    assert best is not None
    pupil.put(best.weights)
    gains = lessons.agreement(best.scores, held_back) - lessons.agreement(before, held_back)
    return Figures(
        version=f"{pupil.version.partition('+')[0]}+{pupil.digest()}",
        pairs=len(lessons.grade),
        problems=len(learnt),
        held_back=len(held_back),
        epoch=best.number,
        before=lessons.figures(before, held_back),
        after=lessons.figures(best.scores, held_back),
        gain=float(gains.mean()),
        gain_error=float(gains.std(ddof=1) / math.sqrt(len(gains))) if len(gains) > 1 else None,
    )


def split(lessons: Lessons, plan: Plan) -> tuple[list[int], list[int]]:
    """Problems to learn from, and problems held back.

    A digest of the title decides, not chance: who trains a model further with more problems holds nearly the
    same ones back, so that the model which they judge has not learnt from them before.
    """
    problems = lessons.telling()
    if len(problems) < LEAST_PROBLEMS:
        raise TooFewPairs(len(problems))

    def drawn(problem: int) -> bytes:
        return hashlib.sha256(
            f"{plan.seed} {lessons.problems[problem].title}".encode("utf-8", "surrogatepass")
        ).digest()

    shuffled = sorted(problems, key=drawn)
    count = min(max(1, round(plan.held_back * len(problems))), len(problems) - 1)
    return sorted(shuffled[count:]), sorted(shuffled[:count])


def learnt_from(pairs: Sequence[GradedPair], plan: Plan = Plan()) -> set[Texts]:
    """The problems that `train` learns from with these pairs: neither held back nor without an order. Raises TooFewPairs."""
    lessons = Lessons.of(pairs, "", "")
    return {lessons.problems[each] for each in split(lessons, plan)[0]}


@dataclass(frozen=True)
class _Epoch:
    """What could be served after each problem has been learnt from so many times."""

    number: int
    agreement: float
    scores: Numbers
    weights: list[Tensor]


def _epochs(
    likeness: _Likeness, learnt: list[int], held_back: list[int], plan: Plan, tell: Progress
) -> Iterator[_Epoch]:
    pupil, lessons = likeness.pupil, likeness.lessons
    course = _Course(likeness, learnt, plan)
    done = len(lessons.texts)
    for number in range(1, plan.epochs + 1):
        for problems in course.steps():
            course.learn(problems)
            done += len(problems)
            tell(done, 0)
        trained, mean = pupil.weights(), pupil.mean_weights(plan.share)
        pupil.put(mean)
        scores = likeness.scores(held_back)
        pupil.put(trained)
        yield _Epoch(number, float(lessons.agreement(scores, held_back).mean()), scores, mean)


class _Likeness:
    """How alike problems and capabilities are by the pupil's present weights."""

    def __init__(self, pupil: Pupil, lessons: Lessons) -> None:
        import torch

        self.pupil = pupil
        self.lessons = lessons
        with torch.no_grad():
            titles = np.unique(lessons.capability_texts[:, 0])
            self._common = centre.SHARE * pupil.vectors(titles).mean(
                0
            )  # as it was before, so that it stays put

    def of(self, places: Places) -> Tensor:
        """(n): the mixture of cosines of pairs, each given by four texts, (n, 4)."""
        import torch

        texts, rows = np.unique(places, return_inverse=True)
        vectors = torch.nn.functional.normalize(self.pupil.vectors(texts) - self._common, dim=-1)
        problem_title, problem_text, title, text = (vectors[column] for column in rows.reshape(-1, 4).T)
        return (
            TITLE * (problem_title * title).sum(-1)
            + TEXT * (problem_text * text).sum(-1)
            + CROSS / 2 * ((problem_text * title).sum(-1) + (problem_title * text).sum(-1))
        )

    def scores(self, problems: Sequence[int]) -> Numbers:
        """(n): of each pair of these problems; nan for the others."""
        import torch

        mine = np.flatnonzero(np.isin(self.lessons.problem, problems))
        scores = np.full(len(self.lessons.grade), np.nan)
        with torch.no_grad():
            scores[mine] = self.of(self.lessons.places[mine]).numpy()
        return scores


class _Course:
    """The steps of a training."""

    def __init__(self, likeness: _Likeness, problems: list[int], plan: Plan) -> None:
        import torch

        pupil, lessons = likeness.pupil, likeness.lessons
        steps = plan.epochs * math.ceil(len(problems) / plan.problems)
        self._likeness = likeness
        self._pupil = pupil
        self._lessons = lessons
        self._problems = problems
        self._plan = plan
        self._chance = np.random.default_rng(plan.seed)
        self._optimiser = torch.optim.AdamW(pupil.parameters, lr=plan.rate)
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimiser, lambda step: min((step + 1) / (WARM_UP * steps), 1.0) * (1 - step / (steps + 1))
        )
        mine = np.isin(lessons.problem, problems)
        self._offered = np.unique(lessons.capability[mine])
        self._lowest = float(lessons.grade[mine].min())
        spread = float(likeness.scores(problems)[mine].std())
        self._sharpness = plan.sharpness / max(spread, LEAST_SPREAD)

    def steps(self) -> Iterator[list[int]]:
        """Each problem once, a few at a time."""
        shuffled = [int(each) for each in self._chance.permutation(self._problems)]
        for start in range(0, len(shuffled), self._plan.problems):
            yield shuffled[start : start + self._plan.problems]

    def learn(self, problems: list[int]) -> None:
        """One step."""
        import torch

        places, grades, weights = self._pairs(problems)
        logits = self._sharpness * self._likeness.of(places)
        loss = _loss(logits, torch.tensor(grades), torch.tensor(weights))
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._pupil.parameters, LONGEST_STEP)
        self._optimiser.step()
        self._schedule.step()

    def _pairs(self, problems: list[int]) -> tuple[Places, Numbers, Numbers]:
        """Texts, grades and weights: the problems' graded pairs, and pairs with strangers, which are taken for unfit."""
        lessons = self._lessons
        mine = np.flatnonzero(np.isin(lessons.problem, problems))
        others = np.setdiff1d(self._offered, lessons.capability[mine])
        strangers = self._chance.choice(others, min(self._plan.strangers, len(others)), replace=False)
        strange = [
            (*lessons.places[lessons.problem == problem][0, :2], *lessons.capability_texts[stranger])
            for problem in problems
            for stranger in strangers
        ]
        return (
            np.concatenate([lessons.places[mine], np.array(strange, np.int64).reshape(-1, 4)]),
            np.concatenate([lessons.grade[mine], np.full(len(strange), self._lowest)]),
            np.concatenate([lessons.weight[mine], np.ones(len(strange))]),
        )


def _loss(logits: Tensor, grades: Tensor, weights: Tensor) -> Tensor:
    """CoSENT: the log of 1 and the sum of e to the (worse - better), over all pairs of pairs with unlike grades."""
    import torch

    better = grades[:, None] > grades[None, :]
    wrong = logits[None, :] - logits[:, None] + (weights[:, None] * weights[None, :]).log()
    return torch.logsumexp(torch.cat([torch.zeros(1, dtype=wrong.dtype), wrong[better]]), 0)
