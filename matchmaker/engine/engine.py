"""The matching engine: the one object through which the services index, rank, search and explain."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matchmaker.engine import rows
from matchmaker.engine.caches import Caches, View, note_written
from matchmaker.engine.documents import (
    OTHER,
    Document,
    Explanation,
    Hit,
    Kind,
    NotIndexed,
    Ranked,
)
from matchmaker.engine.encoder import Encoder, LazyEncoder
from matchmaker.engine.encoding import EncodedDocument, encode_documents
from matchmaker.engine.explanation import sentence_pairs, shared_terms
from matchmaker.engine.facts import chips
from matchmaker.engine.lexical import Lexicon, term_strings
from matchmaker.engine.ranking import DEFAULT_MODEL, Candidates, Item, RankingModel, score_all, squash

Vectors = NDArray[np.float32]
LEAST_CANDIDATES = 200
"""Candidates taken from each of the three searches before the exact score orders them."""
CANDIDATES_PER_RESULT = 4
QUERY_TERMS = 32
"""The rarest terms of a document that look for candidates; common ones find everything."""
SEARCH_WORDS = 0.12
"""In list search, what having all the words typed is worth beside meaning, in cosine."""
SIMILAR_WORDS = 0.20
"""The same between two texts of a kind: near duplicates share their words."""


class MatchingEngine:
    """One per process; thread safe. Holds the model, loaded on first use, and caches of the rows.

    Sessions belong to the caller, who commits. Until then the changes are seen by that session alone.
    Methods that need the model raise `ModelMissing` if it is not there.
    """

    def __init__(
        self,
        encoder_setting: str,
        model: RankingModel = DEFAULT_MODEL,
        encoder: Encoder | None = None,
        counts_pending: bool = False,
    ) -> None:
        self._encoder = LazyEncoder(encoder_setting, *([lambda _: encoder] if encoder else []))
        self._model = model
        self._caches = Caches(counts_pending)

    @property
    def version(self) -> str:
        """Of ranking and encoder, stored with every pairing; does not load the model where its folder says it."""
        return f"{self._model.name}+{self._encoder.version}"

    def preload(self) -> None:
        """Load the model now. Not before fork: call it in the worker, or not at all."""
        self._encoder.load()

    def encode_ahead(
        self, documents: Sequence[Document], session: Session | None = None
    ) -> list[Document | EncodedDocument]:
        """What `index` accepts, encoded outside a write transaction.

        With a session, documents whose text is indexed already come back as they are.
        """
        encoder = self._encoder.load()
        known = rows.known_hashes(session, documents) if session is not None else {}
        changed = [
            each
            for each in documents
            if known.get((each.kind, each.id), (0, ""))[1] != each.hash(encoder.version)
        ]
        encoded = {
            (each.document.kind, each.document.id): each for each in encode_documents(encoder, changed)
        }
        return [encoded.get((each.kind, each.id), each) for each in documents]

    def index(self, session: Session, documents: Sequence[Document | EncodedDocument]) -> None:
        """Write documents, in the caller's transaction. Text that has not changed is not encoded again."""
        if not documents:
            return
        version = self._encoder.version
        plain: dict[tuple[str, int], Document] = {}
        encoded: dict[tuple[str, int], EncodedDocument] = {}
        for each in documents:
            if isinstance(each, EncodedDocument):
                key = (each.document.kind, each.document.id)
                plain[key], encoded[key] = each.document, each
            else:
                key = (each.kind, each.id)
                plain[key] = each
                encoded.pop(key, None)
        known = rows.known_hashes(session, list(plain.values()))
        unchanged = {key for key, each in plain.items() if known.get(key, (0, ""))[1] == each.hash(version)}
        wanting = [each for key, each in plain.items() if key not in encoded and key not in unchanged]
        if wanting:
            for made in encode_documents(self._encoder.load(), wanting):
                encoded[(made.document.kind, made.document.id)] = made
        for same in unchanged:
            encoded.pop(same, None)
        note_written(session, rows.write(session, version, list(plain.values()), encoded))

    def set_searchable(self, session: Session, kind: Kind, id: int, searchable: bool) -> None:
        """Show or hide a document in rankings and searches. Raises NotIndexed."""
        note_written(session, rows.mark(session, kind, id, searchable))

    def remove(self, session: Session, kind: Kind, id: int) -> None:
        """Forget a document: its words and vectors are deleted. Nothing happens if it is not there."""
        note_written(session, rows.mark(session, kind, id, None))

    def stale(self, session: Session) -> list[tuple[str, int]]:
        """Kind and id of documents that another encoder indexed: index these again after changing the model."""
        return rows.stale(session, self._encoder.version)

    def rank(
        self,
        session: Session,
        document: Document | tuple[Kind, int],
        depth: int | None = 20,
        within: Collection[int] | None = None,
    ) -> list[Ranked]:
        """The other side's searchable documents, best first, `depth` of them or with None all.

        `document` is indexed or not, searchable or not. `within` limits the search itself, so that `depth`
        results come if there are so many. Raises NotIndexed for an unknown (kind, id).
        """
        kind: Kind = document.kind if isinstance(document, Document) else document[0]
        encoded = None
        if isinstance(document, Document):
            encoded = encode_documents(self._encoder.load(), [document])[0]
        other = OTHER[kind]
        with self._caches.lock:
            view = self._view(session)
            if encoded is None:
                item, terms = self._stored_item(session, view.lexicon, *document)  # type: ignore[misc]
            else:
                item, terms = self._new_item(view.lexicon, encoded)
            ids = self._candidate_ids(session, view, other, item.title, item.text, terms, depth, within)
            candidates = view.candidates(other, ids, item.title.shape[0])
            ranked = score_all(item, kind == "problem", candidates, view.lexicon, self._model)
        ranked.sort(key=lambda each: (-each.score, each.id))
        return ranked if depth is None else ranked[:depth]

    def score(self, session: Session, problem_id: int, capability_id: int) -> Ranked:
        """One pair, as `rank` scores it; `id` is the capability's. Searchable or not. Raises NotIndexed."""
        with self._caches.lock:
            lexicon = self._view(session).lexicon
            problem, _ = self._stored_item(session, lexicon, "problem", problem_id)
            capability, _ = self._stored_item(session, lexicon, "capability", capability_id)
            one = Candidates(
                [capability_id],
                capability.title[None, :],
                capability.text[None, :],
                [capability.terms],
                [capability.facts],
            )
            return score_all(problem, True, one, lexicon, self._model)[0]

    def search(
        self,
        session: Session,
        kind: Kind,
        text: str,
        limit: int,
        within: Collection[int] | None = None,
    ) -> list[Hit]:
        """Searchable documents for a few words typed, by meaning and words together, best first."""
        return self._free_text(session, kind, text, limit, within, SEARCH_WORDS)

    def similar(
        self,
        session: Session,
        kind: Kind,
        text: str,
        limit: int,
        within: Collection[int] | None = None,
    ) -> list[Hit]:
        """Searchable documents that say the same as a text: near duplicates, or similar ones while typing."""
        return self._free_text(session, kind, text, limit, within, SIMILAR_WORDS)

    def explain(
        self,
        session: Session,
        problem_id: int,
        capability_id: int,
        problem_sources: Collection[str],
        capability_sources: Collection[str],
    ) -> Explanation:
        """Why two fit. Only sentences from the sources given are read at all; the title's is "title".

        Facts are those of the documents: leave out the chips whose facts the reader may not see.
        Raises NotIndexed.
        """
        version = self._encoder.version
        left = rows.read_sentences(session, "problem", problem_id, version, problem_sources)
        right = rows.read_sentences(session, "capability", capability_id, version, capability_sources)
        with self._caches.lock:
            lexicon = self._view(session).lexicon
            return Explanation(
                sentence_pairs(left[1], right[1], lexicon),
                shared_terms(left[1], right[1], lexicon),
                chips(left[0], right[0]),
            )

    def forget(self) -> None:
        """Drop the caches, for instance when the database was replaced under a running process."""
        self._caches.forget()

    def _view(self, session: Session) -> View:
        return self._caches.view(session, self._encoder.version)

    def _stored_item(self, session: Session, lexicon: Lexicon, kind: Kind, id: int) -> tuple[Item, list[str]]:
        stored = rows.read(session, kind, id, self._encoder.version)
        if stored.title is None or stored.text is None:
            raise NotIndexed(kind, id)
        terms = lexicon.vector(stored.words, stored.bigrams)
        item = Item(stored.title, stored.text, terms, stored.facts)
        return item, stored.words.split() + stored.bigrams.split()

    def _new_item(self, lexicon: Lexicon, encoded: EncodedDocument) -> tuple[Item, list[str]]:
        terms = lexicon.query(encoded.words, encoded.bigrams)
        item = Item(encoded.title, encoded.text, terms, encoded.document.facts)
        return item, encoded.words.split() + encoded.bigrams.split()

    def _candidate_ids(
        self,
        session: Session,
        view: View,
        kind: Kind,
        title: Vectors,
        text: Vectors,
        terms: list[str],
        depth: int | None,
        within: Collection[int] | None,
    ) -> Collection[int]:
        """Nearest titles, nearest texts and best by words; where nearly all would be taken, all."""
        count = LEAST_CANDIDATES if depth is None else max(LEAST_CANDIDATES, depth * CANDIDATES_PER_RESULT)
        if depth is None or (within is not None and len(within) <= count):
            return view.ids(kind) if within is None else set(within)
        found = set(view.nearest(kind, "title", title, count, within))
        found.update(view.nearest(kind, "text", text, count, within))
        rarest = view.lexicon.rarest(terms, QUERY_TERMS)
        found.update(rows.by_words(session, kind, self._encoder.version, rarest, count, within))
        return found

    def _free_text(
        self,
        session: Session,
        kind: Kind,
        text: str,
        limit: int,
        within: Collection[int] | None,
        word_weight: float,
    ) -> list[Hit]:
        if not text.strip() or limit <= 0:
            return []
        encoder = self._encoder.load()
        vector = encoder.encode_queries([text])[0]
        found_words, found_bigrams = term_strings("", text)
        terms = found_words.split() + found_bigrams.split()
        with self._caches.lock:
            view = self._view(session)
            ids = self._candidate_ids(session, view, kind, vector, vector, terms, limit, within)
            candidates = view.candidates(kind, ids, vector.shape[0])
            typed = view.lexicon.query(found_words, found_bigrams)
            meaning = np.maximum(candidates.title @ vector, candidates.text @ vector)
            having = view.lexicon.coverage(typed, candidates.terms)
        scores = squash(meaning + word_weight * having)
        order = sorted(range(len(scores)), key=lambda place: (-scores[place], candidates.ids[place]))
        return [Hit(candidates.ids[place], float(scores[place])) for place in order[:limit]]
