"""Suggestions at 5,000, 100,000 and a million capabilities, against the bare model and a bare FAISS search.

python -m benchmarks.scale [--database URL] SIZE ...     (made-up documents, see synthetic.py)

For each size, in a process of its own: seconds until the first answer after the start, memory of the index,
milliseconds from a new problem's text to its 20 suggestions (encoded, indexed and ranked in a transaction that is
rolled back), beside the model alone on the same texts and an exact search of a bare IndexFlatIP of that size;
and of the nearest 20 by title and by text, which share the engine's own search finds.
A database that is given is filled if it is empty, and stays.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from sqlalchemy import inspect, select

from benchmarks.synthetic import World, Written, fill
from matchmaker.database import Database
from matchmaker.engine import Document, Facts, MatchingEngine, Passage, load_encoder
from matchmaker.engine.encoder import Encoder
from matchmaker.engine.encoding import spread_sentences
from matchmaker.engine.ranking import DEFAULT_MODEL
from matchmaker.engine.vectors import Vectors, unpack
from matchmaker.settings import Settings
from models.indexing import EmbeddingRow, IndexedDocument

ASKED = 40
DEPTH = 20
SEED = 11
VERSION = "bench"
SENTENCES = 7
SENTENCE = "压铸壳体内部气孔要在三十秒内判定并定位，报废损失大，客户要求逐件出厂检验。"
TITLE = "铝合金压铸件气孔在线检测"
"""What the model is given in place of made-up terms, of which it would make four times as many tokens."""


class PlacedEncoder:
    """Takes the real model's time for texts of usual length, and gives each its place among the made-up documents."""

    version = VERSION

    def __init__(self, model: Encoder) -> None:
        self.dimension = model.dimension
        self.places: dict[str, Vectors] = {}
        self.usual: dict[str, str] = {}
        self._model = model

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        rows = self._model.encode_queries([self.usual.get(text, SENTENCE) for text in texts])
        return np.stack([self.places.get(text, row) for text, row in zip(texts, rows, strict=True)])

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._model.encode_passages(texts)


def main(sizes: Sequence[int], url: str | None) -> None:
    for size in sizes:
        with _filled(size, url) as address:
            # a process of its own, so that its memory is that of this size
            process = multiprocessing.get_context("spawn").Process(target=measure, args=(address, size))
            process.start()
            process.join()


@contextmanager
def _filled(size: int, url: str | None) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="matchmaker-scale-") as folder:
        address = url.replace("SIZE", str(size)) if url else f"sqlite:///{folder}/scale.sqlite3"
        database = Database(address)
        if not inspect(database.engine).has_table("indexed_document"):
            began = time.perf_counter()
            fill(database, World(), size, 100, VERSION)
            print(f"filled {size} in {time.perf_counter() - began:.0f} s")
        database.engine.dispose()
        yield address


def measure(address: str, size: int) -> None:
    print(f"== {size} capabilities, {address.partition(':')[0]}")
    database = Database(address)
    model = load_encoder(Settings.from_environment().encoder)
    encoder = PlacedEncoder(model)
    engine = MatchingEngine(VERSION, DEFAULT_MODEL, encoder)
    asked = [_problem(place, each, encoder) for place, each in enumerate(World().documents(ASKED, SEED))]
    model.encode_queries(["预热"])
    before, began = _memory(), time.perf_counter()
    with database.session(write=False) as session:
        engine.rank(session, asked[0], DEPTH)
    print(f"first answer {time.perf_counter() - began:.1f} s after the start")
    print(f"index memory {_memory() - before} MB resident, peak {_peak()} MB of the process")
    suggest, bare = _suggestions(database, engine, model, asked)
    _print_recall_and_ratio(database, engine, encoder, asked, suggest, bare)


def _problem(place: int, written: Written, encoder: PlacedEncoder) -> Document:
    """Of the usual length; its title and text lie where the made-up vectors say."""
    lines = [" ".join(part) for part in np.array_split(written.terms[8:], SENTENCES)]
    passages = (Passage("statement", "\n".join(lines)),)
    facts = Facts.from_json(written.facts)
    document = Document("problem", 10_000_000 + place, " ".join(written.terms[:8]), passages, facts)
    encoder.places |= {document.title: written.title, document.full_text: written.text}
    encoder.usual |= {document.title: TITLE, document.full_text: TITLE + SENTENCES * SENTENCE}
    return document


def _suggestions(
    database: Database, engine: MatchingEngine, model: Encoder, asked: list[Document]
) -> tuple[list[float], list[float]]:
    suggest, bare, ranking = [], [], []
    for document in asked:
        texts = list(
            dict.fromkeys(
                [document.title, document.full_text, *(text for _, text in spread_sentences(document))]
            )
        )
        bare.append(_timed(lambda texts=texts: model.encode_queries(texts)))  # type: ignore[misc]
        with database.open() as session:
            began = time.perf_counter()
            engine.index(session, [document])
            written = time.perf_counter()
            engine.rank(session, ("problem", document.id), DEPTH)
            ended = time.perf_counter()
            session.rollback()
        suggest.append(ended - began)
        ranking.append(ended - written)
    print(f"suggestions for a new problem: median {_ms(suggest)}, of which ranking {_ms(ranking)}")
    print(f"(a) the model alone on the same texts: median {_ms(bare)}")
    return suggest, bare


def _print_recall_and_ratio(
    database: Database,
    engine: MatchingEngine,
    encoder: PlacedEncoder,
    asked: list[Document],
    suggest: list[float],
    bare: list[float],
) -> None:
    exact: list[float] = []
    for part in ("title", "text"):
        flat, ids = _bare_index(database, part)
        found = []
        for document in asked:
            query = encoder.places[document.title if part == "title" else document.full_text]
            seconds = _timed(lambda query=query, flat=flat: flat.search(query[None, :], DEPTH))  # type: ignore[misc]
            exact.append(seconds)
            _, places = flat.search(query[None, :], DEPTH)
            with database.session(write=False) as session:
                version = engine.in_service.version(session)
                with engine.in_service.caches.lock:
                    reach = engine.in_service.view(session, version).reach("capability")
                    nearest = reach.nearest(part, query, DEPTH)
            found.append(len({int(ids[place]) for place in places[0]} & set(nearest)) / DEPTH)
        print(
            f"recall@{DEPTH} of the nearest by {part}: {statistics.mean(found):.4f}, worst {min(found):.2f}"
        )
    print(f"(b) a bare exact FAISS search: median {_ms(exact)}")
    whole = statistics.median(suggest) / (statistics.median(bare) + statistics.median(exact))
    print(f"ratio of suggestions to (a) + (b): {whole:.2f}", flush=True)


def _bare_index(database: Database, part: str) -> tuple[Any, Any]:
    """IndexFlatIP over a part of the capabilities' rows, and the id at each of its places."""
    flat = faiss.IndexFlatIP(384)
    ids: list[int] = []
    with database.engine.connect().execution_options(stream_results=True, yield_per=5000) as connection:
        rows = connection.execute(
            select(IndexedDocument.object_id, EmbeddingRow.vector)
            .join(EmbeddingRow, EmbeddingRow.document_id == IndexedDocument.id)
            .where(IndexedDocument.kind == "capability", EmbeddingRow.part == part)
        )
        for chunk in rows.partitions():
            flat.add(np.stack([unpack(vector) for _, vector in chunk]))
            ids += [object_id for object_id, _ in chunk]
    return flat, np.array(ids)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _ms(seconds: list[float]) -> str:
    return f"{statistics.median(seconds) * 1000:.1f} ms"


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) // 1024


def _memory() -> int:
    return _status("VmRSS")


def _peak() -> int:
    return _status("VmHWM")


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("sizes", type=int, nargs="+")
    given.add_argument("--database", help="an address, in which SIZE stands for the number")
    options = given.parse_args()
    main(options.sizes, options.database)
