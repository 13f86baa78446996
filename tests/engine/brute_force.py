"""What a ranking and a search should answer, straight from the rows: no index, no cache, nothing remembered."""

from __future__ import annotations

from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.engine.documents import Facts
from matchmaker.engine.engine import SEARCH_WORDS
from matchmaker.engine.lexical import Lexicon, term_strings
from matchmaker.engine.ranking import DEFAULT_MODEL, Candidates, Item, score_all, squash
from matchmaker.engine.vectors import unpack
from models.indexing import EmbeddingRow, EncoderState, EncoderVersion, IndexedDocument
from tests.engine.samples import CharacterEncoder

KINDS = ("problem", "capability")
Scores = dict[int, float]


class BruteForce:
    """Of all documents that `session` sees. How rare words are is counted in what `committed` sees."""

    def __init__(self, session: Session, committed: Session) -> None:
        self._lexicon = Lexicon()
        encoded = _vectors(committed)
        for row in _rows(committed):
            if row.searchable and not row.removed and row.id in encoded:
                self._lexicon.add(self._lexicon.vector(row.words, row.bigrams))
        self._items: dict[tuple[str, int], Item] = {}
        self._served: dict[str, list[int]] = {kind: [] for kind in KINDS}
        found = _vectors(session)
        for row in _rows(session):
            if not row.removed and row.id in found:
                vectors = found[row.id]
                terms = self._lexicon.vector(row.words, row.bigrams)
                self._items[row.kind, row.object_id] = Item(
                    vectors["title"], vectors["text"], terms, Facts.from_json(row.facts)
                )
                if row.searchable:
                    self._served[row.kind].append(row.object_id)

    def rank(self, kind: str, id: int, within: set[int] | None = None) -> Scores | None:
        """None: there is no such document."""
        asking = self._items.get((kind, id))
        if asking is None:
            return None
        found = self._candidates(KINDS[kind == KINDS[0]], within)
        scored = score_all(asking, kind == "problem", found, self._lexicon, DEFAULT_MODEL)
        return {each.id: each.score for each in scored}

    def search(self, kind: str, text: str, within: set[int] | None = None) -> Scores:
        vector = CharacterEncoder().encode_queries([text])[0]
        found = self._candidates(kind, within)
        meaning = np.maximum(found.title @ vector, found.text @ vector)
        having = self._lexicon.coverage(self._lexicon.query(*term_strings("", text)), found.terms)
        return dict(zip(found.ids, squash(meaning + SEARCH_WORDS * having).tolist(), strict=True))

    def _candidates(self, kind: str, within: set[int] | None) -> Candidates:
        ids = [each for each in self._served[kind] if within is None or each in within]
        found = [self._items[kind, each] for each in ids]
        none = np.zeros((0, CharacterEncoder.dimension), np.float32)
        return Candidates(
            ids,
            np.stack([each.title for each in found]) if found else none,
            np.stack([each.text for each in found]) if found else none,
            [each.terms for each in found],
            [each.facts for each in found],
        )


def _rows(session: Session) -> Any:
    return session.execute(select(*IndexedDocument.__table__.columns)).all()


def _vectors(session: Session) -> dict[int, dict[str, Any]]:
    """By row and part, of the encoder in service."""
    found: dict[int, dict[str, Any]] = {}
    for row_id, part, vector in session.execute(
        select(EmbeddingRow.document_id, EmbeddingRow.part, EmbeddingRow.vector)
        .join(EncoderVersion, EncoderVersion.id == EmbeddingRow.version_id)
        .where(EncoderVersion.state == EncoderState.ACTIVE, EmbeddingRow.part.in_(("title", "text")))
    ):
        found.setdefault(row_id, {})[part] = unpack(vector)
    return found
