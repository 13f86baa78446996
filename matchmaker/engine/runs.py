"""A TREC run from two JSONL files, made by the engine as it serves, on a database of its own."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from matchmaker.database import Database
from matchmaker.engine.documents import Document, Kind, Passage
from matchmaker.engine.engine import MatchingEngine
from models.base import Base
from models.indexing import EmbeddingRow, IndexedDocument, create_lexical_index

CHUNK = 1000
SOURCE = "text"


class BadLine(ValueError):
    """A line of an input file cannot be used; carries file and line number."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line


def rank_files(
    problems: Path,
    capabilities: Path,
    out: Path,
    depth: int | None,
    encoder_setting: str,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Rank every capability (or `depth` of them) for each problem and write `out`; returns its lines.

    Inputs are JSONL with id, title and text. `progress` is told problems done and problems in all.
    Raises BadLine, ModelMissing, OSError.
    """
    wanted = list(read_documents(problems, "problem"))
    offered = list(read_documents(capabilities, "capability"))
    engine = MatchingEngine(encoder_setting)
    names = {document.id: name for name, document in offered}
    lines = 0
    with tempfile.TemporaryDirectory() as folder, open(out, "w", encoding="utf-8") as file:
        database = Database(f"sqlite:///{folder}/run.sqlite3")
        try:
            _fill(database, engine, [document for _, document in wanted + offered])
            tag = engine.version
            with database.session(write=False) as session:
                for done, (name, document) in enumerate(wanted, 1):
                    ranked = engine.rank(session, ("problem", document.id), depth)
                    for place, each in enumerate(ranked, 1):
                        file.write(f"{name} Q0 {names[each.id]} {place} {each.score:.6f} {tag}\n")
                    lines += len(ranked)
                    if progress:
                        progress(done, len(wanted))
        finally:
            database.engine.dispose()
    return lines


def _fill(database: Database, engine: MatchingEngine, documents: list[Document]) -> None:
    with database.engine.begin() as connection:
        tables = [IndexedDocument.__table__, EmbeddingRow.__table__]
        Base.metadata.create_all(connection, tables=tables)  # type: ignore[arg-type]
        create_lexical_index(connection)
    for start in range(0, len(documents), CHUNK):
        prepared = engine.encode_ahead(documents[start : start + CHUNK])
        with database.session() as session:
            engine.index(session, prepared)


def read_documents(path: Path, kind: Kind) -> Iterator[tuple[str, Document]]:
    """Name in the file, and a document numbered by its line. Raises BadLine, OSError."""
    seen: set[str] = set()
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                given = json.loads(line)
            except ValueError as error:
                raise BadLine(path, number, f"not JSON ({error})") from error
            if not isinstance(given, dict):
                raise BadLine(path, number, "not a JSON object")
            name, title, text = (given.get(key) for key in ("id", "title", "text"))
            if not isinstance(name, str | int) or not str(name).strip() or len(str(name).split()) != 1:
                raise BadLine(path, number, "no id, or one with spaces")
            if str(name) in seen:
                raise BadLine(path, number, f"id {name} stands twice")
            if not isinstance(title, str) or not title.strip():
                raise BadLine(path, number, "no title")
            if text is not None and not isinstance(text, str):
                raise BadLine(path, number, "text is not a string")
            seen.add(str(name))
            passages = (Passage(SOURCE, text),) if text and text.strip() else ()
            yield str(name), Document(kind, number, title, passages)
