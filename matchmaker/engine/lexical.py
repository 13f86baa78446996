"""Words in memory: how often each term occurs in how many documents, and how alike two documents' words are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.text import bigrams, words

Floats = NDArray[np.float32]
HALF = 1.0
"""Occurrences at which a term has half its full weight: saying a word ten times is not ten words."""

UNKNOWN = 0
"""The number of a term that no document has; the terms of documents are numbered from 1."""


@dataclass(frozen=True)
class TermVector:
    """Terms of a document: numbers in a Lexicon, and their saturated counts in (0, 1)."""

    numbers: NDArray[np.int32]
    counts: Floats


def term_strings(title: str, full_text: str) -> tuple[str, str]:
    """The words and the bigrams of a document, space-joined, as they are stored. Title terms stand twice."""
    return (
        " ".join(words(title) + words(full_text)),
        " ".join(bigrams(title) + bigrams(full_text)),
    )


class Lexicon:
    """Terms, numbered as they are met, with document frequencies. Not thread safe: the engine's lock guards it."""

    def __init__(self) -> None:
        self.documents = 0
        self._number: dict[str, int] = {"": UNKNOWN}
        self._frequency = np.zeros(1024, np.int32)

    def vector(self, stored_words: str, stored_bigrams: str) -> TermVector:
        """The terms of both strings. A two-character word and the same bigram count as one term."""
        found = self._counted(stored_words, stored_bigrams)
        number = self._number
        numbers = [number.setdefault(term, len(number)) for term in found]
        if len(number) > len(self._frequency):
            self._frequency = np.concatenate([self._frequency, np.zeros(len(number), np.int32)])
        return self._vector(numbers, found)

    def query(self, query_words: str, query_bigrams: str) -> TermVector:
        """Like `vector` of a text that is not kept, such as a search: its unknown terms weigh, and are forgotten."""
        found = self._counted(query_words, query_bigrams)
        return self._vector([self._number.get(term, UNKNOWN) for term in found], found)

    @staticmethod
    def _counted(stored_words: str, stored_bigrams: str) -> Counter[str]:
        found = Counter(stored_words.split())
        for term, count in Counter(stored_bigrams.split()).items():
            found[term] = max(found[term], count)
        return found

    @staticmethod
    def _vector(numbers: list[int], found: Counter[str]) -> TermVector:
        counts = np.fromiter(found.values(), np.float32, len(found))
        return TermVector(np.array(numbers, np.int32), counts / (counts + HALF))

    def add(self, vector: TermVector) -> None:
        self._frequency[vector.numbers] += 1
        self.documents += 1

    def discard(self, vector: TermVector) -> None:
        self._frequency[vector.numbers] -= 1
        self.documents -= 1

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
        return np.where([term in self._number for term in terms], known, self.rarity_of("\0")).astype(np.float32)

    def rarest(self, terms: Iterable[str], count: int) -> list[str]:
        """Up to `count` of the terms that some document has, rarest first."""
        known = []
        for term in dict.fromkeys(terms):
            number = self._number.get(term)
            if number is not None and self._frequency[number] > 0:
                known.append((int(self._frequency[number]), term))
        return [term for _, term in sorted(known)[:count]]

    def cosines(self, query: TermVector, documents: Sequence[TermVector]) -> Floats:
        """How alike the words are, 0 to 1, each term weighted by its rarity: the same seen from either side."""
        if not documents:
            return np.zeros(0, np.float32)
        weights = self._weights(query)
        of_query = np.zeros(len(self._frequency), np.float32)
        of_query[query.numbers] = weights
        numbers, counts, owner = _joined(documents)
        values = counts * self.rarity(numbers)
        products = np.bincount(owner, values * of_query[numbers], len(documents))
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
        numbers, _, owner = _joined(documents)
        shared = np.bincount(owner, of_query[numbers], len(documents))
        return (shared / max(float(weights.sum()), 1e-9)).astype(np.float32)

    def _weights(self, vector: TermVector) -> Floats:
        return vector.counts * self.rarity(vector.numbers)


def _joined(documents: Sequence[TermVector]) -> tuple[NDArray[np.int32], Floats, NDArray[np.int64]]:
    """Numbers and counts of all documents one after another, and whose each is."""
    sizes = [len(each.numbers) for each in documents]
    return (
        np.concatenate([each.numbers for each in documents]),
        np.concatenate([each.counts for each in documents]),
        np.repeat(np.arange(len(documents)), sizes),
    )
