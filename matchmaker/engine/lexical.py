"""Words in memory: how often each term occurs in how many documents, and how alike two documents' words are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.term_rows import MOST, TermMatrix, TermVector
from matchmaker.engine.text import bigrams, words

Floats = NDArray[np.float32]
UNKNOWN = 0
"""The number of a term that no document has; the terms of documents are numbered from 1."""
MOST_TERMS = 2**31


def term_strings(title: str, full_text: str) -> tuple[str, str]:
    """The words and the bigrams of a document, space-joined, as they are stored. Title terms stand twice."""
    return (
        " ".join(words(title) + words(full_text)),
        " ".join(bigrams(title) + bigrams(full_text)),
    )


class _Numbers(dict[str, int]):
    """A term that is asked for by `[]` and not there gets the next number."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


class Lexicon:
    """Terms, numbered as they are met, with document frequencies. Not thread safe: the engine's lock guards it."""

    def __init__(self) -> None:
        self.documents = 0
        self._number = _Numbers({"": UNKNOWN})
        self._frequency = np.zeros(1024, np.int32)

    def vector(self, stored_words: str, stored_bigrams: str) -> TermVector:
        """The terms of both strings. A two-character word and the same bigram count as one term."""
        return self.vectors([(stored_words, stored_bigrams)])[0]

    def vectors(self, stored: Sequence[tuple[str, str]]) -> TermMatrix:
        """`vector` of each document's words and bigrams; many at once take a tenth of the time."""
        counted = [np.unique(self._numbered(of), return_counts=True) for of in zip(*stored, strict=True)]
        found = np.concatenate([keys for keys, _ in counted])
        order = np.argsort(found)
        found = found[order]
        starts = np.flatnonzero(np.diff(found, prepend=-1))
        times = np.maximum.reduceat(np.concatenate([each for _, each in counted])[order], starts)
        owners, numbers = np.divmod(found[starts], MOST_TERMS)
        return TermMatrix(
            numbers.astype(np.int32),
            np.minimum(times, MOST).astype(np.uint8),
            np.searchsorted(owners, np.arange(len(stored)), side="right"),
        )

    def _numbered(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """For each term of each text the text's place and the term's number, as one number."""
        of_text = [list(map(self._number.__getitem__, text.split())) for text in texts]
        if len(self._number) > len(self._frequency):
            self._frequency = np.concatenate([self._frequency, np.zeros(len(self._number), np.int32)])
        places = np.repeat(np.arange(len(texts)), [len(each) for each in of_text])
        return places * MOST_TERMS + np.fromiter(chain.from_iterable(of_text), np.int64, len(places))

    def query(self, query_words: str, query_bigrams: str) -> TermVector:
        """Like `vector` of a text that is not kept, such as a search: its unknown terms weigh, and are forgotten."""
        found = Counter(query_words.split())
        for term, count in Counter(query_bigrams.split()).items():
            found[term] = max(found[term], count)
        numbers = [self._number.get(term, UNKNOWN) for term in found]
        times = np.fromiter(found.values(), np.int64, len(found))
        return TermVector(np.array(numbers, np.int32), np.minimum(times, MOST).astype(np.uint8))

    def add(self, added: TermVector | TermMatrix) -> None:
        """Count a document, or several."""
        np.add.at(self._frequency, added.numbers, 1)
        self.documents += len(added) if isinstance(added, TermMatrix) else 1

    def discard(self, gone: TermVector | TermMatrix) -> None:
        """The opposite of `add`."""
        np.subtract.at(self._frequency, gone.numbers, 1)
        self.documents -= len(gone) if isinstance(gone, TermMatrix) else 1

    def rarity(self, numbers: NDArray[np.int32]) -> Floats:
        """Inverse document frequencies: near 0 for what most documents say, up to about ln(documents)."""
        frequency = self._frequency[numbers].astype(np.float32)
        rest = np.maximum(self.documents - frequency, 0) + 0.5
        return np.log1p(rest / (frequency + 0.5))

    def rarity_of(self, term: str) -> float:
        """As `rarity`, for a term by itself."""
        number = self._number.get(term)
        if number is None:
            return float(np.log1p((self.documents + 0.5) / 0.5))
        return float(self.rarity(np.array([number], np.int32))[0])

    def frequencies(self, terms: Sequence[str]) -> NDArray[np.int32]:
        """In how many of the documents counted each term is."""
        known = [self._number.get(term, UNKNOWN) for term in terms]
        return np.where(np.array(known) == UNKNOWN, 0, self._frequency[known]).astype(np.int32)

    def rarities(self, terms: Sequence[str]) -> Floats:
        """As `rarity_of`, of many."""
        known = self.rarity(np.array([self._number.get(term, UNKNOWN) for term in terms], np.int32))
        return np.where([term in self._number for term in terms], known, self.rarity_of("\0")).astype(
            np.float32
        )

    def rarest(self, terms: Iterable[str], count: int, hits: int) -> list[str]:
        """Up to `count` of the terms that some document has, rarest first, that occur no more than `hits` times in all.

        So a look-up finds no more than that, however large the collection: what its common terms would find, it
        does not tell apart.
        """
        known = []
        for term in dict.fromkeys(terms):
            number = self._number.get(term)
            if number is not None and self._frequency[number] > 0:
                known.append((int(self._frequency[number]), term))
        known.sort()
        found = np.cumsum([frequency for frequency, _ in known[:count]])
        return [term for _, term in known[: int(np.searchsorted(found, hits, side="right"))]]

    def cosines(self, query: TermVector, documents: Sequence[TermVector]) -> Floats:
        """How alike the words are, 0 to 1, each term weighted by its rarity: the same seen from either side."""
        if not documents:
            return np.zeros(0, np.float32)
        weights = self._weights(query)
        of_query = np.zeros(len(self._frequency), np.float32)
        of_query[query.numbers] = weights
        terms = TermMatrix.of(documents)
        owner = terms.owners
        values = terms.counts * self.rarity(terms.numbers)
        products = np.bincount(owner, values * of_query[terms.numbers], len(documents))
        norms = np.sqrt(np.bincount(owner, values * values, len(documents)))
        norm = float(np.sqrt((weights * weights).sum()))
        return (products / np.maximum(norms * norm, 1e-9)).astype(np.float32)

    def coverage(self, query: TermVector, documents: Sequence[TermVector]) -> Floats:
        """The share of the query's terms, by rarity, that each document has, 0 to 1."""
        if not documents:
            return np.zeros(0, np.float32)
        weights = self.rarity(query.numbers)
        of_query = np.zeros(len(self._frequency), np.float32)
        of_query[query.numbers] = weights
        terms = TermMatrix.of(documents)
        shared = np.bincount(terms.owners, of_query[terms.numbers], len(documents))
        return (shared / max(float(weights.sum()), 1e-9)).astype(np.float32)

    def _weights(self, vector: TermVector) -> Floats:
        return vector.counts * self.rarity(vector.numbers)
