"""Problems that ask for the same thing 共性需求: groups of texts of one kind that are alike, all with all.

Average linkage over the score that pairings have, between texts of one kind: a text joins a group where it is like
its members on the average, not where it is like one of them, so that no chain leads from one thing to another.
Confidential vectors are not read. Nothing here needs the model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matchmaker.engine import rows
from matchmaker.engine.documents import Kind, SentencePair
from matchmaker.engine.engine import MatchingEngine
from matchmaker.engine.explanation import rarity, sentence_pairs, shared_terms
from matchmaker.engine.lexical import Lexicon
from matchmaker.engine.ranking import DEFAULT_MODEL, SLOPE
from matchmaker.engine.versions import Version

Floats = NDArray[np.float32]
ALIKE = 0.55
"""From here on two groups are one. See docs/engine.md for how it was chosen."""
STAY = 0.03
"""Added to pairs that were together in the run before: what is near the line does not come and go because other texts
changed how rare a word is. All pairs within a group get it, so that a run on the same texts finds the same groups."""
NEVER = -1e9
MOST_WORDS = 0.15
"""Cosine of shared rare words from which more adds nothing: a text with another's sentences is a copy, not a reason."""
BLOCK = 512
MOST_TERMS = 6


@dataclass(frozen=True)
class Group:
    """Two or more documents, ascending. Numbers are 0 to 1."""

    members: tuple[int, ...]
    medoid: int
    """Nearest to all others."""
    cohesion: float
    """How alike its pairs are on the average."""
    closeness: Mapping[int, float]
    """How alike each member is to the others on the average."""


@dataclass(frozen=True)
class _Texts:
    """What a score needs of each document, in the order of `ids`."""

    ids: NDArray[np.int64]
    title: Floats
    text: Floats
    words: Any
    """A sparse matrix: terms by rarity, rows of length 1."""

    def scores(self, left: Any, right: Any) -> Floats:
        """Of documents at some places with those at others."""
        weights = {name: weight / SLOPE for name, weight in DEFAULT_MODEL.weights.items()}
        titles, texts = self.title[left], self.text[left]
        scores = weights["title"] * (titles @ self.title[right].T)
        scores += weights["text"] * (texts @ self.text[right].T)
        scores += weights["cross"] / 2 * (titles @ self.text[right].T + texts @ self.title[right].T)
        words = np.minimum((self.words[left] @ self.words[right].T).toarray(), MOST_WORDS)
        both: Floats = scores + np.float32(weights["words"]) * words
        return both


def gather(
    engine: MatchingEngine,
    session: Session,
    kind: Kind,
    ids: Collection[int],
    apart: Collection[tuple[int, int]] = (),
    before: Mapping[int, int] | None = None,
    alike: float = ALIKE,
) -> list[Group]:
    """The groups among documents, by their lowest member. Of the same texts it makes the same groups.

    `apart` are pairs that never come into one group. `before`: which group of the last run a document was in, under
    any number. Documents that the engine does not know are left out.
    """
    if len(ids) < 2:
        return []
    texts = _read(engine, session, kind, ids)
    if len(texts.ids) < 2:
        return []
    place = {int(each): number for number, each in enumerate(texts.ids)}
    never = [(place[left], place[right]) for left, right in apart if left in place and right in place]
    groups = np.array([(before or {}).get(int(each), -1) for each in texts.ids])
    found = []
    for component in _components(texts, groups, alike):
        for members in _linked(texts, component, groups, never, alike):
            found.append(_group(texts, members))
    return sorted(found, key=lambda group: group.members)


def measure(engine: MatchingEngine, session: Session, kind: Kind, ids: Collection[int]) -> Group | None:
    """A group of just these, as `gather` describes one; None where the engine knows fewer than two of them."""
    texts = _read(engine, session, kind, ids)
    return _group(texts, np.arange(len(texts.ids))) if len(texts.ids) > 1 else None


def key_terms(
    engine: MatchingEngine, session: Session, kind: Kind, group: Group, sources: Collection[str]
) -> list[str]:
    """Rare words that the medoid shares with at least half of the others, those shared with most of them first."""

    def find(version: Version) -> list[str]:
        said = {each: _sentences(session, version, kind, each, sources) for each in group.members}
        others = [each for each in group.members if each != group.medoid]
        with engine.in_service.caches.lock:
            lexicon = engine.in_service.view(session, version).lexicon
            counted = Counter(
                term for each in others for term in shared_terms(said[group.medoid], said[each], lexicon)
            )
            shared = {
                term: (-count, -round(rarity(term, lexicon), 2), -len(term), term)
                for term, count in counted.items()
                if 2 * count >= len(others)
            }
        return sorted(shared, key=lambda term: shared[term])[:MOST_TERMS]

    return engine.in_service.use(session, find)


def bindings(
    engine: MatchingEngine, session: Session, kind: Kind, first: int, second: int, sources: Collection[str]
) -> tuple[SentencePair, ...]:
    """The pairs of sentences by which two of a kind are alike, best first. Raises NotIndexed."""

    def find(version: Version) -> tuple[SentencePair, ...]:
        left, right = (_sentences(session, version, kind, each, sources) for each in (first, second))
        with engine.in_service.caches.lock:
            return sentence_pairs(left, right, engine.in_service.view(session, version).lexicon)

    return engine.in_service.use(session, find)


def _sentences(
    session: Session, version: Version, kind: Kind, each: int, sources: Collection[str]
) -> list[rows.StoredSentence]:
    return rows.read_sentences(session, kind, each, version.id, sources)[1]


def _read(engine: MatchingEngine, session: Session, kind: Kind, ids: Collection[int]) -> _Texts:
    def read(version: Version) -> _Texts:
        known = [
            each
            for chunk in rows.read_many(session, kind, ids, version.id)
            for each in chunk
            if each.title is not None and each.text is not None
        ]
        known.sort(key=lambda each: each.object_id)
        with engine.in_service.caches.lock:
            lexicon = engine.in_service.view(session, version).lexicon
            words = _weighed(lexicon, [(each.words, each.bigrams) for each in known])
        return _Texts(
            np.array([each.object_id for each in known], np.int64),
            np.array([each.title for each in known], np.float32),
            np.array([each.text for each in known], np.float32),
            words,
        )

    return engine.in_service.use(session, read)


def _weighed(lexicon: Lexicon, stored: Sequence[tuple[str, str]]) -> Any:
    from scipy.sparse import csr_array

    if not stored:
        return csr_array((0, 1), dtype=np.float32)
    terms = lexicon.vectors(stored)
    starts = np.concatenate([[0], terms.ends])
    weights = terms.counts * lexicon.rarity(terms.numbers)
    norms = np.sqrt(np.add.reduceat(weights * weights, starts[:-1])) if len(weights) else np.ones(len(stored))
    weights /= np.repeat(np.maximum(norms, 1e-9), np.diff(starts))
    shape = (len(stored), int(terms.numbers.max(initial=0)) + 1)
    return csr_array((weights.astype(np.float32), terms.numbers, starts), shape=shape)


def _components(texts: _Texts, groups: NDArray[np.int64], alike: float) -> Iterator[NDArray[np.int64]]:
    """Places that a chain of alike pairs joins: no group reaches across, so that each is linked by itself."""
    everywhere = np.arange(len(texts.ids))
    of = everywhere.copy()
    for start in range(0, len(everywhere), BLOCK):
        block = everywhere[start : start + BLOCK]
        scores = texts.scores(block, everywhere)
        scores += STAY * _together(groups[block], groups)
        for near in scores >= alike:
            joined = np.unique(of[near])
            if len(joined) > 1:
                of[np.isin(of, joined)] = joined[0]
    order = np.argsort(of, kind="stable")
    for component in np.split(order, np.flatnonzero(np.diff(of[order])) + 1):
        if len(component) > 1:
            yield component


def _together(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = (left[:, None] == right[None, :]) & (left[:, None] >= 0)
    return same


def _linked(
    texts: _Texts,
    component: NDArray[np.int64],
    groups: NDArray[np.int64],
    never: Sequence[tuple[int, int]],
    alike: float,
) -> Iterator[NDArray[np.int64]]:
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    scores = _symmetric(texts, component).astype(np.float64)
    scores += STAY * _together(groups[component], groups[component])
    at = {int(place): number for number, place in enumerate(component)}
    for left, right in never:
        if left in at and right in at:
            scores[at[left], at[right]] = scores[at[right], at[left]] = NEVER
    np.subtract(2.0, scores, out=scores)
    np.fill_diagonal(scores, 0.0)
    tree = linkage(squareform(scores, checks=False), "average")
    of = fcluster(tree, 2.0 - alike, "distance")
    for number in np.unique(of):
        members = component[of == number]
        if len(members) > 1:
            yield members


def _symmetric(texts: _Texts, places: NDArray[np.int64]) -> Floats:
    """Scores of each with each; products of floats differ in the last place by the order of their rows."""
    scores = texts.scores(places, places)
    even: Floats = ((scores + scores.T) / 2).astype(np.float32)
    return even


def _group(texts: _Texts, places: NDArray[np.int64]) -> Group:
    scores = _symmetric(texts, places)
    np.fill_diagonal(scores, 0.0)
    near = np.clip(scores.sum(axis=1) / (len(places) - 1), 0.0, 1.0)
    ids = [int(each) for each in texts.ids[places]]
    return Group(
        tuple(ids),
        ids[int(np.argmax(np.round(near, 6)))],
        round(float(near.mean()), 4),
        {each: round(float(value), 4) for each, value in zip(ids, near, strict=True)},
    )
