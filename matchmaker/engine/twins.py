"""How alike the words of two texts of a kind are: whether one is a copy of the other, perhaps with small changes.

Meaning does not tell that: two different problems of one trade come as near as 0.95 in cosine. Rare words do.
Nothing here needs the model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.engine import rows
from matchmaker.engine.documents import Hit
from matchmaker.engine.lexical import Lexicon
from models.indexing import IndexedDocument

Floats = NDArray[np.float32]
Counts = Mapping[str, int]
LEAST_TERMS = 60
"""Different terms from which a text says enough that finding all of it in a longer one makes it a part of that."""
HALF = 1.0
"""Occurrences at which a term has half its full weight, as in the ranking."""
RAREST = 16
MOST_LOOKED_AT = 200
CHUNK = 500


@dataclass(frozen=True)
class Wording:
    """A text's terms with how often it says each."""

    counts: Counts

    @classmethod
    def of(cls, words: str, bigrams: str) -> Wording:
        """Of the two strings that are stored; a word of two characters is the same term as the pair."""
        found = Counter(words.split())
        for term, count in Counter(bigrams.split()).items():
            found[term] = max(found[term], count)
        return cls(found)


def near(session: Session, lexicon: Lexicon, kind: str, wording: Wording) -> dict[int, Wording]:
    """Searchable documents that may be copies: these share nearly all rare words, so the rarest find them.

    Of a text that is counted itself, words in one document find nothing but itself: others are asked for too.
    """
    terms = list(wording.counts)
    frequency = lexicon.frequencies(terms)
    order = np.argsort(frequency, kind="stable")
    rarest = []
    for least, most in ((1, 1), (2, None)):
        fitting = [
            place for place in order if frequency[place] >= least and frequency[place] <= (most or np.inf)
        ]
        chosen = fitting[:RAREST]
        found = np.cumsum(frequency[chosen])
        rarest += [
            terms[place] for place in chosen[: int(np.searchsorted(found, MOST_LOOKED_AT, side="right"))]
        ]
    return wordings(session, kind, rows.by_words(session, kind, rarest))


def wordings(
    session: Session, kind: str, ids: Collection[int], searchable_only: bool = True
) -> dict[int, Wording]:
    """Those of indexed documents; removed ones are left out."""
    found: dict[int, Wording] = {}
    shown = [IndexedDocument.searchable] if searchable_only else []
    wanted = sorted(ids)
    for chunk in (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK)):
        found_rows = session.execute(
            select(IndexedDocument.object_id, IndexedDocument.words, IndexedDocument.bigrams).where(
                IndexedDocument.kind == kind,
                IndexedDocument.object_id.in_(chunk),
                IndexedDocument.removed.is_(False),
                *shown,
            )
        )
        found |= {object_id: Wording.of(words, bigrams) for object_id, words, bigrams in found_rows}
    return found


def most_alike(wording: Wording, others: Mapping[int, Wording], lexicon: Lexicon) -> list[Hit]:
    """The others, most alike first. A score of 1 stands for the same words, 0 for none in common."""
    scores = alike(wording, list(others.values()), lexicon)
    hits = [Hit(object_id, round(float(score), 4)) for object_id, score in zip(others, scores, strict=True)]
    return sorted(hits, key=lambda hit: (-hit.score, hit.id))


def alike(wording: Wording, others: Sequence[Wording], lexicon: Lexicon) -> Floats:
    """For each other text 0 to 1, the same from either side: common terms by their rarity.

    Where one text is long enough and shorter than the other, how much of it the longer one has: a text that was
    pasted and added to, or of which a part was taken away, is as much a copy.
    """
    terms = {term: place for place, term in enumerate(dict.fromkeys(_all_terms([wording, *others])))}
    rarity = lexicon.rarities(list(terms))
    ours, *theirs = (_weights(each, terms, rarity) for each in (wording, *others))
    scores = np.zeros(len(others), np.float32)
    for place, other in enumerate(theirs):
        shared = (ours > 0) & (other > 0)
        norm = float(np.linalg.norm(ours) * np.linalg.norm(other))
        cosine = float(ours @ other) / norm if norm else 0.0
        shorter = min(ours, other, key=np.count_nonzero)
        held = float(rarity[shared].sum() / max(float(rarity[shorter > 0].sum()), 1e-9))
        long_enough = np.count_nonzero(shorter) >= LEAST_TERMS
        scores[place] = min(max(cosine, held if long_enough else 0.0), 1.0)
    return scores


def _all_terms(wordings: Sequence[Wording]) -> Iterator[str]:
    for each in wordings:
        yield from each.counts


def _weights(wording: Wording, terms: Mapping[str, int], rarity: Floats) -> Floats:
    """A number for each of `terms`: saturated counts by rarity."""
    weights = np.zeros(len(terms), np.float32)
    places = np.fromiter((terms[term] for term in wording.counts), np.int64, len(wording.counts))
    counts = np.fromiter(wording.counts.values(), np.float32, len(wording.counts))
    weights[places] = counts / (counts + HALF)
    weighted: Floats = weights * rarity
    return weighted
