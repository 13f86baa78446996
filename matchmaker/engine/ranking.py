"""The score of one problem with one capability, and of many at once. A function of the pair and of word frequencies.

Nothing in it depends on which other candidates are in the list, so scores stored with different problems
can be compared, and a pairing has one score whichever side asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.documents import Chip, Facts, Ranked
from matchmaker.engine.facts import chips
from matchmaker.engine.lexical import Lexicon, TermVector

Vectors = NDArray[np.float32]
Strength = Literal["strong", "good", "possible"]


@dataclass(frozen=True)
class Weights:
    """The ranking's numbers. Similarities are cosines; facts are in logits, added after them."""

    name: str = "rank-1"

    title_title: float = 0.40
    """Titles name the technical point and carry the least noise."""
    text_text: float = 0.30
    """Full texts tell apart what short titles cannot."""
    crosswise: float = 0.30
    """Half for the problem's text with the capability's title, half the other way round. Where one side has a
    title only, the three similarities add up to about half title, half text, the best mixture measured."""
    words: float = 0.20
    """Shared rare words: between 0.15 and 0.25 all did alike, without them it lost 0.02."""

    centre: float = 0.893
    """Where the mixture is worth 50 %: between the development pairs graded 1 and 2 of 3."""
    slope: float = 45.0
    """Makes the middle of the pairs graded 0 about 25 %, and the best tenth of those graded 3 over 90 %."""

    field_agrees: float = 0.15
    field_conflicts: float = -0.25
    mode_agrees: float = 0.08
    mode_conflicts: float = -0.12
    budget_agrees: float = 0.05
    budget_conflicts: float = -0.25
    maturity_agrees: float = 0.08
    maturity_conflicts: float = -0.20
    place_agrees: float = 0.05
    place_conflicts: float = 0.0
    """Facts order pairings of like meaning, and never lift a stranger over a fit: together about as much as
    one hundredth of cosine. Distance alone is no reason against a university."""


DEFAULT_WEIGHTS = Weights()
STRONG = 0.85
"""Of the development pairs scored so, 6 in 10 were graded a fit by the experts, and nearly all related."""
GOOD = 0.7
"""Of those between, 4 in 10 a fit; of those below, down to 0.55, a quarter."""


def strength(score: float) -> Strength:
    """A score in words: scores order pairings, they are not calibrated chances."""
    return "strong" if score >= STRONG else "good" if score >= GOOD else "possible"


@dataclass(frozen=True)
class Item:
    """One document as the score sees it."""

    title: Vectors
    text: Vectors
    terms: TermVector
    facts: Facts


@dataclass(frozen=True)
class Candidates:
    """Documents of the other side: (n, dimension) vectors, and terms and facts in the same order."""

    ids: Sequence[int]
    title: Vectors
    text: Vectors
    terms: Sequence[TermVector]
    facts: Sequence[Facts]


def score_all(
    item: Item, of_problem: bool, candidates: Candidates, lexicon: Lexicon, weights: Weights = DEFAULT_WEIGHTS
) -> list[Ranked]:
    """Each candidate's score with the item, in the order given. `of_problem`: the item is the problem."""
    title_title = candidates.title @ item.title
    text_text = candidates.text @ item.text
    crosswise = (candidates.title @ item.text + candidates.text @ item.title) / 2
    words = lexicon.cosines(item.terms, candidates.terms)
    meaning = (
        weights.title_title * title_title + weights.text_text * text_text + weights.crosswise * crosswise
    )
    logits = weights.slope * (meaning + weights.words * words - weights.centre)
    ranked = []
    for place, object_id in enumerate(candidates.ids):
        other = candidates.facts[place]
        compared = chips(item.facts, other) if of_problem else chips(other, item.facts)
        added = {f"{each.name}": _worth(each, weights) for each in compared}
        logit = float(logits[place]) + sum(added.values())
        parts = {
            "title": round(float(title_title[place]), 4),
            "text": round(float(text_text[place]), 4),
            "cross": round(float(crosswise[place]), 4),
            "words": round(float(words[place]), 4),
            **{name: value for name, value in added.items() if value},
        }
        ranked.append(Ranked(object_id, _logistic(logit), parts))
    return ranked


def _worth(chip: Chip, weights: Weights) -> float:
    return 0.0 if chip.verdict == "unknown" else float(getattr(weights, f"{chip.name}_{chip.verdict}"))


def _logistic(logit: float) -> float:
    return float(1.0 / (1.0 + np.exp(-logit)))


def squash(meaning: Vectors, weights: Weights = DEFAULT_WEIGHTS) -> Vectors:
    """Cosines as the score scales them, 0 to 1."""
    squashed: Vectors = (1.0 / (1.0 + np.exp(-weights.slope * (meaning - weights.centre)))).astype(np.float32)
    return squashed
