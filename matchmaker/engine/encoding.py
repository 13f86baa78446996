"""Documents made into what is stored: words, bigrams and vectors. No database here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.documents import Document
from matchmaker.engine.encoder import Encoder
from matchmaker.engine.lexical import term_strings
from matchmaker.engine.text import MAX_SENTENCES, sentences

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class EncodedSentence:
    source: str
    text: str
    vector: Vectors


@dataclass(frozen=True)
class EncodedDocument:
    """A document with everything that takes time to make; `MatchingEngine.index` only has to write it."""

    document: Document
    version: str
    """The encoder's."""
    text_hash: str
    words: str
    bigrams: str
    title: Vectors
    text: Vectors
    sentences: tuple[EncodedSentence, ...]
    confidential: Vectors | None = None


def encode_documents(encoder: Encoder, documents: Sequence[Document]) -> list[EncodedDocument]:
    """Problems are encoded as queries and capabilities as passages, as the model was trained."""
    encoded: dict[int, EncodedDocument] = {}
    for kind, encode in (("problem", encoder.encode_queries), ("capability", encoder.encode_passages)):
        places = [place for place, each in enumerate(documents) if each.kind == kind]
        split = {place: spread_sentences(documents[place]) for place in places}
        texts: dict[str, int] = {}  # a title without passages is its own full text: encoded once
        for place in places:
            document = documents[place]
            sentences_of = (text for _, text in split[place])
            for text in (document.title, document.full_text, *sentences_of, *_hidden(document)):
                texts.setdefault(text, len(texts))
        vectors = encode(list(texts)) if texts else np.zeros((0, encoder.dimension), np.float32)
        for place in places:
            document = documents[place]
            found_words, found_bigrams = term_strings(document.title, document.full_text)
            encoded[place] = EncodedDocument(
                document=document,
                version=encoder.version,
                text_hash=document.hash(),
                words=found_words,
                bigrams=found_bigrams,
                title=vectors[texts[document.title]],
                text=vectors[texts[document.full_text]],
                sentences=tuple(
                    EncodedSentence(source, text, vectors[texts[text]]) for source, text in split[place]
                ),
                confidential=next((vectors[texts[text]] for text in _hidden(document)), None),
            )
    return [encoded[place] for place in range(len(documents))]


def _hidden(document: Document) -> list[str]:
    """The confidential text, if there is any."""
    return [document.confidential] if document.confidential.strip() else []


def spread_sentences(document: Document) -> list[tuple[str, str]]:
    """Source and text of at most MAX_SENTENCES sentences: where there are more, each passage gets its share.

    They stand in the document's order; a sentence said twice counts once.
    """
    found: list[list[tuple[int, int, str, str]]] = []
    seen: set[str] = set()
    for number, passage in enumerate(document.passages):
        lines = []
        for place, text in enumerate(sentences(passage.text)):
            if text not in seen:
                seen.add(text)
                lines.append((number, place, passage.source, text))
        found.append(lines)
    in_turn = [each for round_ in zip_longest(*found) for each in round_ if each is not None]
    return [(source, text) for _, _, source, text in sorted(in_turn[:MAX_SENTENCES])]
