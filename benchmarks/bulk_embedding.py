"""Bulk embedding: documents encoded and written as rows, against the bare encoder on the same texts.

python -m benchmarks.bulk_embedding BENCH_FOLDER [MODEL]   (problems.jsonl, capabilities.jsonl)

The two take turns, chunk by chunk, so that both see the same machine. Once for the problems, which have full texts,
and once for the capabilities, which in that folder are titles alone: the least work for the model, so the hardest.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matchmaker.database import Database
from matchmaker.engine import Document, Kind, MatchingEngine
from matchmaker.engine.encoder import Encoder
from matchmaker.engine.encoding import spread_sentences
from matchmaker.engine.runs import read_documents
from matchmaker.settings import Settings
from models.base import Base
from models.indexing import ENGINE_TABLES, create_lexical_index

CHUNK = 100
MOST = 2000
ROUNDS = {"problems": 4, "capabilities": 1}


def main(folder: Path, setting: str) -> None:
    kinds: tuple[tuple[Kind, str], ...] = (("problem", "problems"), ("capability", "capabilities"))
    for kind, name in kinds:
        documents = [document for _, document in read_documents(folder / f"{name}.jsonl", kind)]
        measure(name, documents[:MOST], setting)


def measure(name: str, documents: list[Document], setting: str) -> None:
    engine = MatchingEngine(setting)
    bare, ahead, whole, texts = [], [], [], 0
    for _ in range(ROUNDS[name]):
        with _empty_database() as database:
            with database.session(write=False) as session:
                encoder = engine.encoder(session)
            encoder.encode_queries(["预热"])
            for start in range(0, len(documents), CHUNK):
                chunk = documents[start : start + CHUNK]
                seconds, count = _bare(encoder, chunk)
                bare.append(seconds)
                texts += count
                encoded, written = _index(engine, database, chunk)
                ahead.append(encoded)
                whole.append(encoded + written)
    print(f"{name}: {len(documents)} documents, {texts // ROUNDS[name]} different texts")
    print(
        f"  bare encoder {texts / sum(bare):.0f} texts/s, encoded and written {texts / sum(whole):.0f} texts/s"
    )
    print(
        f"  share of the encoder's own throughput, median of {len(bare)} chunks: {_share(bare, whole)}",
        end="",
    )
    print(f"; before writing {_share(bare, ahead)}")


def _share(bare: list[float], other: list[float]) -> str:
    return f"{statistics.median(one / two for one, two in zip(bare, other, strict=True)):.1%}"


def _index(engine: MatchingEngine, database: Database, documents: list[Document]) -> tuple[float, float]:
    """Seconds of encoding and of writing."""
    began = time.perf_counter()
    with database.session(write=False) as session:
        prepared = engine.encode_ahead(documents, session)
    encoded = time.perf_counter()
    with database.session() as session:
        engine.index(session, prepared)
    return encoded - began, time.perf_counter() - encoded


@contextmanager
def _empty_database() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as temporary:
        database = Database(f"sqlite:///{temporary}/bulk.sqlite3")
        with database.engine.begin() as connection:
            Base.metadata.create_all(connection, tables=ENGINE_TABLES)
            create_lexical_index(connection)
        try:
            yield database
        finally:
            database.engine.dispose()


def _bare(encoder: Encoder, documents: list[Document]) -> tuple[float, int]:
    """Seconds, and how many texts there are: each once, as the engine does it."""
    texts = list(
        dict.fromkeys(
            text
            for each in documents
            for text in (each.title, each.full_text, *(line for _, line in spread_sentences(each)))
        )
    )
    encode = encoder.encode_queries if documents[0].kind == "problem" else encoder.encode_passages
    began = time.perf_counter()
    encode(texts)
    return time.perf_counter() - began, len(texts)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else Settings.from_environment().encoder)
