"""A TREC run from two JSONL files, made by the engine as it serves, on a database of its own."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TextIO

from matchmaker.database import Database
from matchmaker.engine.documents import Document, Kind, Passage, Ranked
from matchmaker.engine.engine import MatchingEngine
from matchmaker.engine.ranking import DEFAULT_MODEL, RankingModel
from models.base import Base
from models.indexing import ENGINE_TABLES, create_lexical_index

CHUNK = 1000
SOURCE = "text"


class Fault(StrEnum):
    """Why a line cannot be used."""

    NOT_TEXT = "not UTF-8"
    NOT_JSON = "not JSON"
    NOT_AN_OBJECT = "not a JSON object"
    NO_ID = "no id, or one with spaces"
    ID_TWICE = "its id stands on an earlier line"
    NO_TITLE = "no title"
    TEXT_NOT_A_STRING = "text is not a string"
    COLUMNS = "not as many columns as the format has"
    NOT_A_NUMBER = "a number was expected"


class BadLine(ValueError):
    """A line of an input file cannot be used; carries file, line number and fault."""

    def __init__(self, path: Path, line: int, fault: Fault) -> None:
        super().__init__(f"{path}:{line}: {fault}")
        self.path = path
        self.line = line
        self.fault = fault


def rank_files(
    problems: Path,
    capabilities: Path,
    out: Path,
    depth: int | None,
    encoder_setting: str,
    progress: Callable[[int, int], None] | None = None,
    model: RankingModel = DEFAULT_MODEL,
    grades: Path | None = None,
) -> int:
    """Rank every capability (or `depth` of them) for each problem and write `out`; returns its lines.

    Inputs are JSONL with id, title and text. `progress` is told problems done and problems in all. `grades`
    gets the grade that the model predicts for each line of the run: problem, capability, grade, by tabs, because
    TREC's format has no column for it. Raises BadLine, ModelMissing, OSError.
    """
    wanted = list(read_documents(problems, "problem"))
    offered = list(read_documents(capabilities, "capability"))
    engine = MatchingEngine(encoder_setting, model)
    names = {document.id: name for name, document in offered}
    with (
        tempfile.TemporaryDirectory() as folder,
        _whole_or_none(out) as run,
        _whole_or_none(grades) if grades else nullcontext() as graded,
    ):
        database = Database(f"sqlite:///{folder}/run.sqlite3")
        try:
            fill(database, engine, [document for _, document in wanted + offered])
            with database.session(write=False) as session:
                tag = "_".join(engine.version(session).split())
            lines = 0
            for done, (name, ranked) in enumerate(_ranked(database, engine, wanted, depth), 1):
                _write(run, name, ranked, names, tag)
                if graded:
                    _write_grades(graded, name, ranked, names, model)
                lines += len(ranked)
                if progress:
                    progress(done, len(wanted))
            return lines
        finally:
            database.engine.dispose()


@contextmanager
def _whole_or_none(path: Path) -> Iterator[TextIO]:
    """A file to write to; half a run is not left behind."""
    with open(path, "w", encoding="utf-8") as file:
        try:
            yield file
        except BaseException:
            if path.is_file():
                path.unlink()
            raise


def _ranked(
    database: Database, engine: MatchingEngine, wanted: list[tuple[str, Document]], depth: int | None
) -> Iterator[tuple[str, list[Ranked]]]:
    with database.session(write=False) as session:
        for name, document in wanted:
            yield name, engine.rank(session, ("problem", document.id), depth)


def _write(run: TextIO, problem: str, ranked: list[Ranked], names: dict[int, str], tag: str) -> None:
    for place, each in enumerate(ranked, 1):
        run.write(f"{problem} Q0 {names[each.id]} {place} {each.score:.6g} {tag}\n")


def _write_grades(
    graded: TextIO, problem: str, ranked: list[Ranked], names: dict[int, str], model: RankingModel
) -> None:
    for each in ranked:
        graded.write(f"{problem}\t{names[each.id]}\t{model.grade(each.score)}\n")


def fill(database: Database, engine: MatchingEngine, documents: list[Document]) -> None:
    """Make the engine's tables in an empty database, and index the documents."""
    with database.engine.begin() as connection:
        Base.metadata.create_all(connection, tables=ENGINE_TABLES)
        create_lexical_index(connection)
    for start in range(0, len(documents), CHUNK):
        prepared = engine.encode_ahead(documents[start : start + CHUNK])
        with database.session() as session:
            engine.index(session, prepared)


def read_documents(path: Path, kind: Kind) -> Iterator[tuple[str, Document]]:
    """Name in the file, and a document numbered by its line. Raises BadLine, OSError."""
    for each in read_lines(path, kind):
        if isinstance(each, BadLine):
            raise each
        yield each


def read_lines(path: Path, kind: Kind) -> Iterator[tuple[str, Document] | BadLine]:
    """As `read_documents`, with a BadLine in the place of each line that cannot be used. Raises OSError."""
    seen: set[str] = set()
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            read = _read(line)
            if isinstance(read, Fault):
                yield BadLine(path, number, read)
                continue
            name, title, text = read
            if name in seen:
                yield BadLine(path, number, Fault.ID_TWICE)
                continue
            seen.add(name)
            passages = (Passage(SOURCE, text),) if text.strip() else ()
            yield name, Document(kind, number, title, passages)


def _read(line: bytes) -> tuple[str, str, str] | Fault:
    """The id, title and text of a line."""
    try:
        given = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Fault.NOT_TEXT
    except ValueError:
        return Fault.NOT_JSON
    if not isinstance(given, dict):
        return Fault.NOT_AN_OBJECT
    name, title, text = (given.get(key) for key in ("id", "title", "text"))
    if not isinstance(name, str | int) or len(str(name).split()) != 1:
        return Fault.NO_ID
    if not isinstance(title, str) or not title.strip():
        return Fault.NO_TITLE
    if text is not None and not isinstance(text, str):
        return Fault.TEXT_NOT_A_STRING
    return _storable(str(name).strip()), _storable(title), _storable(text or "")


def _storable(text: str) -> str:
    """Without what JSON can write and databases cannot hold: NUL and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
