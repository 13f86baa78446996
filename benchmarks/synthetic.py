"""Made-up capabilities and problems in any number, with the shape of real ones: topics within fields, Zipf's words.

Vectors: 200 fields of 20 topics each around a common direction, as sentence encoders have one, and a spread within
48 directions of the topic's own neighbourhood. Words: a topic's own terms beside terms by Zipf's law. Written
straight into the rows that the engine would write, but for the vectors of single sentences, which no search uses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert, text

from matchmaker.database import Database
from matchmaker.engine.vectors import pack
from models.base import Base, now
from models.indexing import (
    ENGINE_TABLES,
    EmbeddingRow,
    EncoderOrigin,
    EncoderState,
    EncoderVersion,
    IndexedDocument,
    create_lexical_index,
)

Floats = NDArray[np.float32]
DIMENSION = 384
FIELDS, TOPICS, SPREAD = 200, 20, 48
VOCABULARY = 200_000
TOPIC_TERMS = 60
OWN_TERMS, COMMON_TERMS = 20, 90
CHUNK = 2000
MODES = ("commissioned", "joint_rd", "licence", "transfer", "talent")


@dataclass(frozen=True)
class Written:
    """One made-up document: its vectors of length 1, and its terms, title first."""

    topic: int
    title: Floats
    text: Floats
    terms: list[str]

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "field": str(self.topic % 15 + 1),
            "subfield": f"{self.topic % 15 + 1}.{self.topic % 8:02d}",
            "modes": [MODES[self.topic % 5]],
            "money_low": f"{self.topic % 90 + 10}.00",
            "trl": self.topic % 9 + 1,
            "county": f"3408{self.topic % 12:02d}",
        }


class World:
    """Fields, topics and their terms, the same for the same seed."""

    def __init__(self, seed: int = 7) -> None:
        random = np.random.default_rng(seed)
        common = _unit(random.standard_normal(DIMENSION))
        fields = _unit(random.standard_normal((FIELDS, DIMENSION)))
        own = _unit(random.standard_normal((FIELDS * TOPICS, DIMENSION)))
        self._centres = 0.85 * common + 0.35 * np.repeat(fields, TOPICS, 0) + 0.25 * own
        self._spread = _unit(random.standard_normal((FIELDS, SPREAD, DIMENSION)))
        self._terms = random.integers(VOCABULARY // 10, VOCABULARY, (FIELDS * TOPICS, TOPIC_TERMS))
        share = 1.0 / np.arange(1, FIELDS * TOPICS + 1) ** 0.5
        self._share = share / share.sum()

    def documents(self, count: int, seed: int) -> Iterator[Written]:
        random = np.random.default_rng(seed)
        for start in range(0, count, CHUNK):
            size = min(CHUNK, count - start)
            topics = random.choice(len(self._share), size, p=self._share)
            titles = self._near(topics, random)
            texts = _unit(titles + 0.25 * self._near(topics, random))
            own = self._terms[topics[:, None], random.integers(0, TOPIC_TERMS, (size, OWN_TERMS))]
            common = (VOCABULARY ** random.random((size, COMMON_TERMS))).astype(np.int64)
            terms = np.concatenate([own, common], axis=1)
            for place in range(size):
                yield Written(
                    int(topics[place]), titles[place], texts[place], [f"w{number}" for number in terms[place]]
                )

    def _near(self, topics: NDArray[np.int64], random: np.random.Generator) -> Floats:
        spread = random.standard_normal((len(topics), 1, SPREAD)).astype(np.float32) * (0.4 / SPREAD**0.5)
        off = np.empty((len(topics), DIMENSION), np.float32)
        for place, topic in enumerate(topics):
            off[place] = spread[place] @ self._spread[topic // TOPICS]
        return _unit(self._centres[topics] + off)


def _unit(vectors: Any) -> Floats:
    rows: Floats = (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)
    return rows


def fill(database: Database, world: World, capabilities: int, problems: int, version: str) -> None:
    """Tables of the engine alone, with this many documents, numbered from 1 in each kind."""
    with database.engine.begin() as connection:
        Base.metadata.create_all(connection, tables=ENGINE_TABLES)
        create_lexical_index(connection)
    with database.session() as session:
        session.add(
            EncoderVersion(
                version=version,
                setting=version,
                origin=EncoderOrigin.SETTING,
                state=EncoderState.ACTIVE,
                activated_at=now(),
                figures={},
            )
        )
    number = 0
    for kind, count, seed in (("problem", problems, 1), ("capability", capabilities, 2)):
        documents = enumerate(world.documents(count, seed), 1)
        while rows := [(id, each) for id, each in _some(documents)]:
            with database.engine.begin() as connection:
                connection.execute(
                    insert(IndexedDocument.__table__),  # type: ignore[arg-type]
                    [
                        _document_row(kind, id, number + place, each)
                        for place, (id, each) in enumerate(rows, 1)
                    ],
                )
                connection.execute(
                    insert(EmbeddingRow.__table__),  # type: ignore[arg-type]
                    [
                        row
                        for place, (_, each) in enumerate(rows, 1)
                        for row in _vector_rows(number + place, each)
                    ],
                )
            number += len(rows)
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in ("indexed_document", "embedding"):
                connection.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))
                connection.execute(text(f"VACUUM ANALYZE {table}"))


def _some(documents: Iterator[tuple[int, Written]]) -> Iterator[tuple[int, Written]]:
    for _ in range(CHUNK):
        try:
            yield next(documents)
        except StopIteration:
            return


def _document_row(kind: str, id: int, number: int, each: Written) -> dict[str, Any]:
    return {
        "id": number,
        "kind": kind,
        "object_id": id,
        "title": " ".join(each.terms[:8]),
        "words": " ".join(each.terms[:8] + each.terms),
        "bigrams": " ".join(each.terms),
        "facts": each.facts,
        "searchable": True,
        "removed": False,
        "change_number": number,
        "text_hash": f"{kind}-{id}",
    }


def _vector_rows(row_id: int, each: Written) -> Iterator[dict[str, Any]]:
    for part, vector in (("title", each.title), ("text", each.text)):
        yield {
            "document_id": row_id,
            "version_id": 1,
            "part": part,
            "source": "",
            "ordinal": 0,
            "text": "",
            "vector": pack(vector),
        }
