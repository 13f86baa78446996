"""One kind's served documents in memory, in arrays: what a search and a score need of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.fact_columns import FactColumns
from matchmaker.engine.ranking import Candidates
from matchmaker.engine.rows import StoredDocument
from matchmaker.engine.slots import Mask, SlotBook
from matchmaker.engine.term_rows import TermMatrix, TermRows
from matchmaker.engine.vectors import Vectors, VectorShelf

PARTS = ("title", "text")


class Shelf:
    """Documents by object id. Not thread safe: the engine's lock guards it."""

    def __init__(self) -> None:
        self._book = SlotBook()
        self._vectors = {part: VectorShelf() for part in PARTS}
        self._terms = TermRows()
        self._facts = FactColumns()
        self._confidential: dict[int, NDArray[np.float16]] = {}
        """By id, of the few that have confidential details."""

    def __len__(self) -> int:
        return self._book.taken

    def ids(self, allowed: Mask | None = None) -> list[int]:
        """Of every document that is allowed."""
        ids: list[int] = self._book.ids(None if allowed is None else np.flatnonzero(allowed)).tolist()
        return ids

    def known(self, ids: Collection[int], allowed: Mask | None = None) -> list[int]:
        """Those of `ids` that are here and allowed, in order."""
        found = self._book.known(ids)
        if allowed is not None:
            found = found[allowed[self._book.of(found)]]
        known: list[int] = found.tolist()
        return known

    def terms(self, ids: Sequence[int]) -> TermMatrix:
        """Of documents that are all here."""
        return self._terms.pick(self._book.of(np.array(ids, np.int64)))

    def discard(self, ids: Collection[int]) -> TermMatrix:
        """Take out those that are here; returns their terms."""
        slots = self._book.take_back(ids)
        terms = self._terms.pick(slots)
        self._terms.discard(slots)
        for each in ids if self._confidential else ():
            self._confidential.pop(each, None)
        return terms

    def put(self, documents: Sequence[StoredDocument], terms: TermMatrix) -> None:
        """Add documents that are not here, with their vectors: discard them first. `terms` are theirs, in order."""
        slots = self._book.give([each.object_id for each in documents])
        self._vectors["title"].put(
            slots, np.stack([each.title for each in documents if each.title is not None])
        )
        self._vectors["text"].put(slots, np.stack([each.text for each in documents if each.text is not None]))
        self._terms.put(slots, terms)
        self._facts.put(slots, [each.facts for each in documents])
        for each in documents:
            if each.confidential is not None:
                self._confidential[each.object_id] = each.confidential.astype(np.float16)

    def mask(self, within: Collection[int] | None, hidden: Collection[int]) -> Mask | None:
        """Where `nearest` may look: `within` if that is given, but not at `hidden`; None: everywhere."""
        return self._book.mask(within, hidden)

    def nearest(self, part: str, query: Vectors, count: int, allowed: Mask | None) -> list[int]:
        """Ids of up to `count` documents, most alike first."""
        ids: list[int] = self._book.ids(self._vectors[part].nearest(query, count, allowed)).tolist()
        return ids

    def pick(self, ids: Sequence[int], dimension: int) -> Candidates:
        """What scoring needs of documents that are all here."""
        slots = self._book.of(np.array(ids, np.int64))
        confidential = {
            each: self._confidential[each].astype(np.float32) for each in ids if each in self._confidential
        }
        return Candidates(
            ids,
            self._vectors["title"].vectors(slots, dimension),
            self._vectors["text"].vectors(slots, dimension),
            self._terms.pick(slots),
            self._facts.pick(slots),
            confidential if self._confidential else {},
        )
