"""What one search may find: the shared documents and above them the session's own, each within its filter."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from matchmaker.engine.lexical import Lexicon
from matchmaker.engine.ranking import Candidates
from matchmaker.engine.shelves import Shelf
from matchmaker.engine.slots import Mask
from matchmaker.engine.term_rows import TermMatrix, TermVector
from matchmaker.engine.vectors import Vectors


@dataclass(frozen=True)
class Layer:
    """A shelf, and where in it a search may look; None: everywhere."""

    shelf: Shelf
    allowed: Mask | None

    @property
    def size(self) -> int:
        return len(self.shelf) if self.allowed is None else int(self.allowed.sum())


@dataclass(frozen=True)
class Reach:
    """Documents of one kind; no id is in two layers. Valid while the engine's lock is held."""

    layers: tuple[Layer, ...]

    @property
    def size(self) -> int:
        return sum(layer.size for layer in self.layers)

    def ids(self) -> list[int]:
        """Of every document."""
        return [each for layer in self.layers for each in layer.shelf.ids(layer.allowed)]

    def nearest(self, part: str, query: Vectors, count: int) -> list[int]:
        """Ids of documents most alike: up to `count` of each layer."""
        return [
            each for layer in self.layers for each in layer.shelf.nearest(part, query, count, layer.allowed)
        ]

    def best_by_words(
        self, lexicon: Lexicon, asked: TermVector, ids: Collection[int], count: int
    ) -> list[int]:
        """Up to `count` of `ids`, those whose words are most like what is asked; others than reached are left out."""
        found = [(layer, layer.shelf.known(ids, layer.allowed)) for layer in self.layers]
        reached = [each for _, known in found for each in known]
        if len(reached) <= count:
            return reached
        terms = _joined([layer.shelf.terms(known) for layer, known in found])
        likeness = lexicon.cosines(asked, terms)
        order = np.lexsort((np.array(reached), -likeness))[:count]
        return [reached[place] for place in order]

    def candidates(self, ids: Collection[int], dimension: int) -> Candidates:
        """What scoring needs of documents; those that are not reached are left out."""
        picked = [layer.shelf.pick(layer.shelf.known(ids, layer.allowed), dimension) for layer in self.layers]
        if len(picked) == 1:
            return picked[0]
        return Candidates(
            [each for one in picked for each in one.ids],
            np.concatenate([one.title for one in picked]),
            np.concatenate([one.text for one in picked]),
            _joined([TermMatrix.of(one.terms) for one in picked]),
            [each for one in picked for each in one.facts],
            {id: vector for one in picked for id, vector in one.confidential.items()},
        )


def _joined(parts: list[TermMatrix]) -> TermMatrix:
    whole = parts[0]
    for part in parts[1:]:
        whole = TermMatrix.joined(whole, part)
    return whole
