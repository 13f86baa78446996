"""The matching engine: the one object through which the services index, rank, search and explain."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matchmaker.database import take_serial_lock
from matchmaker.engine import rankings, rows, twins
from matchmaker.engine.caches import Caches, note_written
from matchmaker.engine.documents import (
    OTHER,
    Document,
    Explanation,
    Hit,
    Kind,
    NotIndexed,
    Ranked,
)
from matchmaker.engine.encoder import Encoder, load_encoder
from matchmaker.engine.encoding import EncodedDocument, encode_documents
from matchmaker.engine.explanation import sentence_pairs, shared_terms
from matchmaker.engine.facts import chips
from matchmaker.engine.in_service import InService
from matchmaker.engine.lexical import Lexicon, term_strings
from matchmaker.engine.loading import Encoders
from matchmaker.engine.ranking import (
    CONFIDENTIAL,
    Candidates,
    Item,
    RankingModel,
    score_all,
    squash,
)
from matchmaker.engine.reach import Reach
from matchmaker.engine.versions import Version

Vectors = NDArray[np.float32]
LEAST_CANDIDATES = 200
"""Candidates taken from each of the three searches before the exact score orders them."""
CANDIDATES_PER_RESULT = 4
QUERY_TERMS = 32
"""The rarest terms of a document that look for candidates; common ones find everything."""
WORD_HITS = 4000
"""The most documents that they may find, of which the best are candidates."""
SEARCH_WORDS = 0.35
"""In list search, what having all the words typed is worth beside meaning, in cosine."""
SIMILAR_WORDS = 1.44
"""The same between two texts of a kind: near duplicates share their words."""


class MatchingEngine:
    """One per process; thread safe. Holds the model, loaded on first use, and caches of the rows.

    Which encoder's vectors serve, the database says (versions.py); where nothing was ever indexed, the one of
    `encoder_setting`, which the first text written registers. `home` is the data folder, where models are kept.
    Which ranking model serves, it says too (rankings.py), unless `model` is given.

    Sessions belong to the caller, who commits. Until then the changes are seen by that session alone.
    Methods that need the model raise `ModelMissing` if it is not there.
    """

    def __init__(
        self,
        encoder_setting: str,
        model: RankingModel | None = None,
        encoder: Encoder | None = None,
        counts_pending: bool = False,
        home: Path | None = None,
        loader: Callable[[str], Encoder] = load_encoder,
    ) -> None:
        def load(setting: str) -> Encoder:
            return encoder if encoder is not None and setting == encoder_setting else loader(setting)

        self._model = model
        self._caches = Caches(counts_pending)
        encoders = Encoders(encoder_setting, home, load)
        if encoder is not None:
            encoders.configured.load()  # the one given, whatever the folder of the setting holds
        self.in_service = InService(encoder_setting, encoders, self._caches)

    def version(self, session: Session) -> str:
        """Of ranking and encoder, stored with every pairing; does not load the model where its folder says it."""
        version = self.in_service.version(session)
        return f"{self._ranking(session, version).name}+{version.name}"

    def ranking(self, session: Session) -> RankingModel:
        """The ranking model in service."""
        return self._ranking(session, self.in_service.version(session))

    def _ranking(self, session: Session, version: Version) -> RankingModel:
        return self._model or rankings.serving(session, version.name)

    def encoder(self, session: Session) -> Encoder:
        """The encoder in service, loaded. Not before fork: call it in the worker, or not at all."""
        return self.in_service.load(self.in_service.version(session))

    def encode_ahead(
        self, documents: Sequence[Document], session: Session | None = None
    ) -> list[Document | EncodedDocument]:
        """What `index` accepts, encoded outside a write transaction.

        With a session, documents whose text is indexed already come back as they are. Without one, the encoder
        of the setting is used: `index` encodes again where another one serves.
        """
        if session is None:
            return list(encode_documents(self.in_service.configured.load(), documents))
        version = self.in_service.version(session)
        encoder = self.in_service.load(version)
        known = rows.known_hashes(session, documents, version.id)
        changed = [each for each in documents if known.get((each.kind, each.id), (0, ""))[1] != each.hash()]
        encoded = {
            (each.document.kind, each.document.id): each for each in encode_documents(encoder, changed)
        }
        return [encoded.get((each.kind, each.id), each) for each in documents]

    def index(self, session: Session, documents: Sequence[Document | EncodedDocument]) -> None:
        """Write documents, in the caller's transaction. Text that has not changed is not encoded again.

        What was encoded ahead by an encoder that is not in service any more is encoded here.
        """
        if not documents:
            return
        take_serial_lock(session)  # from here on no other encoder comes into service
        version = self.in_service.version_to_write(session)
        assert version.id is not None
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
        known = rows.known_hashes(session, list(plain.values()), version.id)
        unchanged = {key for key, each in plain.items() if known.get(key, (0, ""))[1] == each.hash()}
        encoded = {
            key: each
            for key, each in encoded.items()
            if key not in unchanged and each.version == version.name
        }
        wanting = [each for key, each in plain.items() if key not in encoded and key not in unchanged]
        if wanting:
            for made in encode_documents(self.in_service.load(version), wanting):
                encoded[(made.document.kind, made.document.id)] = made
        note_written(session, rows.write(session, version.id, list(plain.values()), encoded))

    def set_searchable(self, session: Session, kind: Kind, id: int, searchable: bool) -> None:
        """Show or hide a document in rankings and searches. Raises NotIndexed."""
        note_written(session, rows.mark(session, kind, id, searchable))

    def remove(self, session: Session, kind: Kind, id: int) -> None:
        """Forget a document: its words and vectors are deleted. Nothing happens if it is not there."""
        note_written(session, rows.mark(session, kind, id, None))

    def rank(
        self,
        session: Session,
        document: Document | tuple[Kind, int],
        depth: int | None = 20,
        within: Collection[int] | None = None,
        without: Collection[int] = (),
    ) -> list[Ranked]:
        """The other side's searchable documents, best first, `depth` of them or with None all.

        `document` is indexed or not, searchable or not. `within` and `without`, ids, limit the search itself, so
        that `depth` results come if there are so many. Raises NotIndexed for an unknown (kind, id).
        """
        return self.in_service.use(
            session, lambda version: self._rank(session, version, document, depth, within, without)
        )

    def _rank(
        self,
        session: Session,
        version: Version,
        document: Document | tuple[Kind, int],
        depth: int | None,
        within: Collection[int] | None,
        without: Collection[int],
    ) -> list[Ranked]:
        kind: Kind = document.kind if isinstance(document, Document) else document[0]
        encoded = None
        if isinstance(document, Document):
            encoded = encode_documents(self.in_service.load(version), [document])[0]
        other = OTHER[kind]
        with self._caches.lock:
            view = self.in_service.view(session, version)
            if encoded is None:
                item, terms = self._stored_item(session, version, view.lexicon, *document)  # type: ignore[misc]
            else:
                item, terms = self._new_item(view.lexicon, encoded)
            places = [each for each in (item.title, item.text, item.confidential) if each is not None]
            reach = view.reach(other, within, without)
            ids = self._candidate_ids(session, view.lexicon, other, reach, places, terms, depth)
            candidates = reach.candidates(ids, item.title.shape[0])
            ranked = score_all(
                item, kind == "problem", candidates, view.lexicon, self._ranking(session, version)
            )
        ranked.sort(key=lambda each: (-each.score, each.id))
        return ranked if depth is None else ranked[:depth]

    def score(self, session: Session, problem_id: int, capability_id: int) -> Ranked:
        """One pair, as `rank` scores it; `id` is the capability's. Searchable or not. Raises NotIndexed."""
        return self.in_service.use(
            session, lambda version: self._score(session, version, problem_id, capability_id)
        )

    def _score(self, session: Session, version: Version, problem_id: int, capability_id: int) -> Ranked:
        with self._caches.lock:
            lexicon = self.in_service.view(session, version).lexicon
            problem, _ = self._stored_item(session, version, lexicon, "problem", problem_id)
            capability, _ = self._stored_item(session, version, lexicon, "capability", capability_id)
            one = Candidates(
                [capability_id],
                capability.title[None, :],
                capability.text[None, :],
                [capability.terms],
                [capability.facts],
            )
            return score_all(problem, True, one, lexicon, self._ranking(session, version))[0]

    def search(
        self,
        session: Session,
        kind: Kind,
        text: str,
        limit: int,
        within: Collection[int] | None = None,
    ) -> list[Hit]:
        """Searchable documents for a few words typed, by meaning and words together, best first."""
        return self.in_service.use(
            session,
            lambda version: self._free_text(session, version, kind, text, limit, within, (), SEARCH_WORDS),
        )

    def similar(
        self,
        session: Session,
        kind: Kind,
        text: str,
        limit: int,
        within: Collection[int] | None = None,
        without: Collection[int] = (),
    ) -> list[Hit]:
        """Searchable documents that say the same as a text: near duplicates, or similar ones while typing."""
        return self.in_service.use(
            session,
            lambda version: self._free_text(
                session, version, kind, text, limit, within, without, SIMILAR_WORDS
            ),
        )

    def twins(
        self,
        session: Session,
        document: Document,
        count: int = 5,
        also: Collection[int] = (),
        only: bool = False,
    ) -> list[Hit]:
        """Documents of the same kind whose words are most alike, itself left out. Needs no model.

        `document` is indexed or not. Searchable ones, and those with an id in `also` even if they are not; with
        `only` just these.
        """
        wording = twins.Wording.of(*term_strings(document.title, document.full_text))

        def find(version: Version) -> list[Hit]:
            with self._caches.lock:
                lexicon = self.in_service.view(session, version).lexicon
                others = twins.wordings(session, document.kind, also, searchable_only=False)
                if not only:
                    others |= twins.near(session, lexicon, document.kind, wording)
                others.pop(document.id, None)
                return twins.most_alike(wording, others, lexicon)[:count]

        return self.in_service.use(session, find)

    def confidential_decides(self, session: Session, parts: Mapping[str, float]) -> bool:
        """Whether confidential details carried a pair with these features; of the details it says nothing."""
        return self.ranking(session).is_decisive(CONFIDENTIAL, parts)

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

        def explain(version: Version) -> Explanation:
            left = rows.read_sentences(session, "problem", problem_id, version.id, problem_sources)
            right = rows.read_sentences(session, "capability", capability_id, version.id, capability_sources)
            with self._caches.lock:
                lexicon = self.in_service.view(session, version).lexicon
                return Explanation(
                    sentence_pairs(left[1], right[1], lexicon),
                    shared_terms(left[1], right[1], lexicon),
                    chips(left[0], right[0]),
                )

        return self.in_service.use(session, explain)

    def forget(self) -> None:
        """Drop the caches, for instance when the database was replaced under a running process."""
        self._caches.forget()

    def _stored_item(
        self, session: Session, version: Version, lexicon: Lexicon, kind: Kind, id: int
    ) -> tuple[Item, list[str]]:
        stored = rows.read(session, kind, id, version.id)
        if stored.title is None or stored.text is None:
            raise NotIndexed(kind, id)
        terms = lexicon.vector(stored.words, stored.bigrams)
        item = Item(stored.title, stored.text, terms, stored.facts, stored.confidential)
        return item, stored.words.split() + stored.bigrams.split()

    def _new_item(self, lexicon: Lexicon, encoded: EncodedDocument) -> tuple[Item, list[str]]:
        terms = lexicon.query(encoded.words, encoded.bigrams)
        item = Item(encoded.title, encoded.text, terms, encoded.document.facts, encoded.confidential)
        return item, encoded.words.split() + encoded.bigrams.split()

    def _candidate_ids(
        self,
        session: Session,
        lexicon: Lexicon,
        kind: Kind,
        reach: Reach,
        places: Sequence[Vectors],
        terms: list[str],
        depth: int | None,
    ) -> Collection[int]:
        """Titles nearest to the first of `places`, texts nearest to the others, and best by words.

        Where nearly all would be taken, all.
        """
        count = LEAST_CANDIDATES if depth is None else max(LEAST_CANDIDATES, depth * CANDIDATES_PER_RESULT)
        if depth is None or reach.size <= count:
            return reach.ids()
        found = set(reach.nearest("title", places[0], count))
        for place in places[1:]:
            found.update(reach.nearest("text", place, count))
        rarest = lexicon.rarest(terms, QUERY_TERMS, WORD_HITS)
        asked = lexicon.query(" ".join(rarest), "")
        having = rows.by_words(session, kind, rarest)
        found.update(reach.best_by_words(lexicon, asked, having, count))
        return found

    def _free_text(
        self,
        session: Session,
        version: Version,
        kind: Kind,
        text: str,
        limit: int,
        within: Collection[int] | None,
        without: Collection[int],
        word_weight: float,
    ) -> list[Hit]:
        if not text.strip() or limit <= 0:
            return []
        vector = self.in_service.load(version).encode_queries([text])[0]
        found_words, found_bigrams = term_strings("", text)
        terms = found_words.split() + found_bigrams.split()
        with self._caches.lock:
            view = self.in_service.view(session, version)
            reach = view.reach(kind, within, without)
            ids = self._candidate_ids(session, view.lexicon, kind, reach, (vector, vector), terms, limit)
            candidates = reach.candidates(ids, vector.shape[0])
            typed = view.lexicon.query(found_words, found_bigrams)
            meaning = np.maximum(candidates.title @ vector, candidates.text @ vector)
            having = view.lexicon.coverage(typed, candidates.terms)
        scores = squash(meaning + word_weight * having)
        order = sorted(range(len(scores)), key=lambda place: (-scores[place], candidates.ids[place]))
        return [Hit(candidates.ids[place], float(scores[place])) for place in order[:limit]]
