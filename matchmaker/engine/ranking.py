"""The score of one problem with one capability, and of many at once. A function of the pair and of word frequencies.

Nothing in it depends on which other candidates are in the list, so scores stored with different problems
can be compared, and a pairing has one score whichever side asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.documents import Chip, Facts, Ranked
from matchmaker.engine.facts import chips
from matchmaker.engine.lexical import Lexicon
from matchmaker.engine.term_rows import TermVector

Vectors = NDArray[np.float32]
Strength = Literal["strong", "good", "possible"]

SLOPE = 6.0
"""Logits for a whole unit of cosine, and"""
CENTRE = 0.672
"""where the mixture is worth 50 %: so that of the development pairs with a score, that share was graded a fit (2 or 3)."""
SEARCH_SLOPE, SEARCH_CENTRE = 6.2, 0.415
"""The same in searches, where there is one cosine of a few words: orders, and is not a chance of anything."""

CONFIDENTIAL = "confidential"
"""The feature: by how much confidential details are nearer to a capability than all that is public of the problem."""
COARSE = 0.03
"""Its steps, and its most: who edits a capability again and again must not read the details off its score."""
MOST_CONFIDENTIAL = 0.36
DECISIVE = 0.5
"""Logits from which one feature by itself is a reason for a pairing: as much as all facts together."""


@dataclass(frozen=True)
class RankingModel:
    """A sum of features in logits: score = logistic(bias + sum of weight x feature). Features have names.

    `weights` are logits for a unit of a feature; one that is not named weighs nothing. `cuts` are the logits
    from which a pair is rather graded 1, 2 and 3 by an expert.
    """

    name: str
    weights: Mapping[str, float]
    bias: float
    cuts: tuple[float, float, float] = (-2.4, 0.0, 1.34)

    def logit(self, parts: Mapping[str, float]) -> float:
        """Of one pair by its features, such as a pairing's stored parts."""
        return self.bias + sum(self.weights.get(name, 0.0) * value for name, value in parts.items())

    def score(self, parts: Mapping[str, float]) -> float:
        return logistic(self.logit(parts))

    def is_decisive(self, name: str, parts: Mapping[str, float]) -> bool:
        """Whether a feature carries a pair: it adds much, or the pair's strength would be a weaker word without it."""
        added = self.weights.get(name, 0.0) * parts.get(name, 0.0)
        if added <= 0:
            return False
        without = logistic(self.logit(parts) - added)
        return added >= DECISIVE or strength(without) != strength(self.score(parts))

    def grade(self, score: float) -> int:
        """The grade, 0 to 3, that an expert would rather give than any other to a pair with this score."""
        logit = np.log(max(score, 1e-12) / max(1.0 - score, 1e-12))
        return int(np.searchsorted(self.cuts, logit, side="right"))


DEFAULT_MODEL = RankingModel(
    "rank-2",
    MappingProxyType(
        {
            # Cosines. Titles name the technical point and carry the least noise; full texts tell apart what
            # short titles cannot; `cross` is half the problem's text with the capability's title, half the
            # other way round. Where one side has a title only, the three add up to about half title, half
            # text, the best mixture measured.
            "title": 0.40 * SLOPE,
            "text": 0.30 * SLOPE,
            "cross": 0.30 * SLOPE,
            # Shared rare words: between 0.8 and 1.5 all did alike, without them it lost 0.02.
            "words": 1.2 * SLOPE,
            # What the public text says counts more. Where it says too little (title and half the text taken for
            # confidential), 0.3 to 0.6 gained 0.02 to 0.04 ndcg@10; customers, prices and recipes lost nothing.
            CONFIDENTIAL: 0.50 * SLOPE,
            # Facts order pairings of like meaning, and never lift a stranger over a fit: together about as
            # much as 0.07 of cosine. Distance alone is no reason against a university.
            "field_agrees": 0.15,
            "field_conflicts": -0.25,
            "mode_agrees": 0.08,
            "mode_conflicts": -0.12,
            "budget_agrees": 0.05,
            "budget_conflicts": -0.25,
            "maturity_agrees": 0.08,
            "maturity_conflicts": -0.20,
            "place_agrees": 0.05,
        }
    ),
    bias=-SLOPE * CENTRE,
)
STRONG = 0.5
"""Of the development pairs scored so, 6 in 10 were graded a fit by the experts, and nearly all related."""
GOOD = 0.3
"""Of those between, 4 in 10 a fit; of those below, down to 0.2, a quarter."""


def strength(score: float) -> Strength:
    """A score in words."""
    return "strong" if score >= STRONG else "good" if score >= GOOD else "possible"


@dataclass(frozen=True)
class Item:
    """One document as the score sees it."""

    title: Vectors
    text: Vectors
    terms: TermVector
    facts: Facts
    confidential: Vectors | None = None


@dataclass(frozen=True)
class Candidates:
    """Documents of the other side: (n, dimension) vectors, and terms and facts in the same order."""

    ids: Sequence[int]
    title: Vectors
    text: Vectors
    terms: Sequence[TermVector]
    facts: Sequence[Facts]
    confidential: Mapping[int, Vectors] = field(default_factory=dict)
    """Of those that have confidential details, by id."""


def score_all(
    item: Item,
    of_problem: bool,
    candidates: Candidates,
    lexicon: Lexicon,
    model: RankingModel = DEFAULT_MODEL,
) -> list[Ranked]:
    """Each candidate's score with the item, in the order given. `of_problem`: the item is the problem."""
    measured = {
        "title": candidates.title @ item.title,
        "text": candidates.text @ item.text,
        "cross": (candidates.title @ item.text + candidates.text @ item.title) / 2,
        "words": lexicon.cosines(item.terms, candidates.terms),
    }
    hidden = _confidential(item, candidates, measured)
    ranked = []
    for place, object_id in enumerate(candidates.ids):
        other = candidates.facts[place]
        compared = chips(item.facts, other) if of_problem else chips(other, item.facts)
        parts = {name: round(float(values[place]), 7) for name, values in measured.items()}
        parts |= {_feature(each): 1.0 for each in compared if each.verdict != "unknown"}
        if hidden[place] > 0:
            parts[CONFIDENTIAL] = round(float(hidden[place]), 4)
        ranked.append(Ranked(object_id, model.score(parts), parts))
    return ranked


def _confidential(item: Item, candidates: Candidates, measured: Mapping[str, Vectors]) -> Vectors:
    """The feature CONFIDENTIAL for each candidate; 0 for a problem without such details."""
    nearest = np.full(len(candidates.ids), -1.0, np.float32)
    if item.confidential is not None:
        nearest = np.maximum(candidates.title @ item.confidential, candidates.text @ item.confidential)
    for place, object_id in enumerate(candidates.ids if candidates.confidential else ()):
        if (vector := candidates.confidential.get(object_id)) is not None:
            nearest[place] = max(float(vector @ item.title), float(vector @ item.text))
    public = np.maximum(measured["title"], measured["text"])
    for crossed in (candidates.title @ item.text, candidates.text @ item.title):
        public = np.maximum(public, crossed)
    added = np.clip(nearest - public, 0.0, MOST_CONFIDENTIAL)
    coarse: Vectors = np.floor(added / COARSE + 1e-6).astype(np.float32) * COARSE
    return coarse


def _feature(chip: Chip) -> str:
    return f"{chip.name}_{chip.verdict}"


def logistic(logit: float) -> float:
    return float(1.0 / (1.0 + np.exp(-logit)))


def squash(meaning: Vectors) -> Vectors:
    """Cosines, with what shared words add, on a scale from 0 to 1, for searches."""
    logits = SEARCH_SLOPE * (meaning - SEARCH_CENTRE)
    squashed: Vectors = (1.0 / (1.0 + np.exp(-logits))).astype(np.float32)
    return squashed
