"""The engine's rows: written in the caller's transaction, and read back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from matchmaker.database import take_serial_lock
from matchmaker.engine.documents import TITLE_SOURCE, Document, Facts, NotIndexed
from matchmaker.engine.encoding import EncodedDocument
from matchmaker.engine.vectors import Vectors, pack, unpack
from models.indexing import EmbeddingRow, IndexedDocument, lexical_candidates, lexical_query

CHUNK = 500
"""Documents written or read at a time: below the databases' limits of variables in a statement."""


@dataclass(frozen=True)
class StoredDocument:
    """A document's row with its vectors."""

    kind: str
    object_id: int
    engine_version: str
    words: str
    bigrams: str
    facts: Facts
    served: bool
    """Searchable and not removed."""
    change_number: int
    title: Vectors | None
    text: Vectors | None
    confidential: Vectors | None = None


@dataclass(frozen=True)
class StoredSentence:
    source: str
    text: str
    vector: Vectors


def last_change(session: Session) -> int:
    """The highest change number this transaction sees; 0 when there is none."""
    return session.scalar(select(func.max(IndexedDocument.change_number))) or 0


def known_hashes(session: Session, documents: Sequence[Document]) -> dict[tuple[str, int], tuple[int, str]]:
    """Row id and text hash by kind and object id; a removed document's hash is empty."""
    found: dict[tuple[str, int], tuple[int, str]] = {}
    for kind in ("problem", "capability"):
        ids = [each.id for each in documents if each.kind == kind]
        for chunk in _chunks(ids):
            rows = session.execute(
                select(IndexedDocument.object_id, IndexedDocument.id, IndexedDocument.text_hash).where(
                    IndexedDocument.kind == kind, IndexedDocument.object_id.in_(chunk)
                )
            )
            found |= {(kind, object_id): (row_id, text_hash) for object_id, row_id, text_hash in rows}
    return found


def write(
    session: Session,
    version: str,
    documents: Sequence[Document],
    encoded: dict[tuple[str, int], EncodedDocument],
) -> int:
    """Write documents; those without an entry in `encoded` keep their words and vectors.

    Returns the change number before the first of these. Each document stands once in `documents`.
    """
    take_serial_lock(session)
    before = number = last_change(session)
    known = known_hashes(session, documents)
    new_rows: list[dict[str, Any]] = []
    rewritten: list[int] = []
    for document in documents:
        number += 1
        key = (document.kind, document.id)
        values: dict[str, Any] = {
            "title": document.title,
            "facts": document.facts.to_json(),
            "searchable": document.searchable,
            "removed": False,
            "change_number": number,
        }
        if key in encoded:
            values |= {
                "engine_version": version,
                "words": encoded[key].words,
                "bigrams": encoded[key].bigrams,
                "text_hash": encoded[key].text_hash,
            }
        if key in known:
            row_id = known[key][0]
            session.execute(update(IndexedDocument).where(IndexedDocument.id == row_id).values(values))
            if key in encoded:
                rewritten.append(row_id)
        else:
            new_rows.append(values | {"kind": document.kind, "object_id": document.id})
    for row_ids in _chunks(rewritten):
        session.execute(delete(EmbeddingRow).where(EmbeddingRow.document_id.in_(row_ids)))
    for rows in _chunks(new_rows):
        session.execute(insert(IndexedDocument), rows)
    if encoded:
        row_ids_now = known_hashes(session, [each.document for each in encoded.values()])
        vectors = (row for key, each in encoded.items() for row in _embedding_rows(row_ids_now[key][0], each))
        for rows in _chunks(vectors, CHUNK * 4):
            session.execute(insert(EmbeddingRow), rows)
    return before


def _embedding_rows(document_id: int, encoded: EncodedDocument) -> Iterator[dict[str, Any]]:
    shared = {"document_id": document_id, "source": "", "ordinal": 0, "text": ""}
    title = {"source": TITLE_SOURCE, "text": encoded.document.title}
    yield shared | title | {"part": "title", "vector": pack(encoded.title)}
    yield shared | {"part": "text", "vector": pack(encoded.text)}
    if encoded.confidential is not None:
        yield shared | {"part": "confidential", "vector": pack(encoded.confidential)}
    for ordinal, each in enumerate(encoded.sentences):
        sentence = {"source": each.source, "ordinal": ordinal, "text": each.text}
        yield shared | sentence | {"part": "sentence", "vector": pack(each.vector)}


def mark(session: Session, kind: str, object_id: int, searchable: bool | None) -> int:
    """Set searchable, or with None remove the document's texts and vectors. Returns the number before.

    Raises NotIndexed, except for the removal of what is not there.
    """
    take_serial_lock(session)
    before = last_change(session)
    row = session.execute(
        select(IndexedDocument.id, IndexedDocument.removed).where(
            IndexedDocument.kind == kind, IndexedDocument.object_id == object_id
        )
    ).first()
    if row is None or row.removed:
        if searchable is None:
            return before
        raise NotIndexed(kind, object_id)
    values: dict[str, Any] = {"change_number": before + 1}
    if searchable is None:
        session.execute(delete(EmbeddingRow).where(EmbeddingRow.document_id == row.id))
        values |= {"removed": True, "searchable": False, "title": "", "words": "", "bigrams": ""}
        values |= {"facts": {}, "text_hash": ""}
    else:
        values["searchable"] = searchable
    session.execute(update(IndexedDocument).where(IndexedDocument.id == row.id).values(values))
    return before


def changes(session: Session, after: int) -> Iterator[list[StoredDocument]]:
    """Documents changed after a number, in order, CHUNK at a time."""
    while True:
        wanted = select(IndexedDocument).where(IndexedDocument.change_number > after)
        found = _read(session, wanted.order_by(IndexedDocument.change_number).limit(CHUNK))
        if found:
            yield found
            after = found[-1].change_number
        if len(found) < CHUNK:
            return


def read(session: Session, kind: str, object_id: int, version: str) -> StoredDocument:
    """One document, searchable or not. Raises NotIndexed, also if another encoder made its vectors."""
    found = _read(
        session,
        select(IndexedDocument).where(
            IndexedDocument.kind == kind,
            IndexedDocument.object_id == object_id,
            IndexedDocument.removed.is_(False),
            IndexedDocument.engine_version == version,
        ),
    )
    if not found:
        raise NotIndexed(kind, object_id)
    return found[0]


def _read(session: Session, statement: Any) -> list[StoredDocument]:
    columns = IndexedDocument.__table__.c
    rows = session.execute(statement.with_only_columns(*columns)).all()
    vectors: dict[tuple[int, str], Vectors] = {}
    for ids in _chunks([row.id for row in rows]):
        parts = session.execute(
            select(EmbeddingRow.document_id, EmbeddingRow.part, EmbeddingRow.vector).where(
                EmbeddingRow.document_id.in_(ids), EmbeddingRow.part.in_(("title", "text", "confidential"))
            )
        )
        vectors |= {(document_id, part): unpack(stored) for document_id, part, stored in parts}
    return [
        StoredDocument(
            kind=row.kind,
            object_id=row.object_id,
            engine_version=row.engine_version,
            words=row.words,
            bigrams=row.bigrams,
            facts=Facts.from_json(row.facts),
            served=row.searchable and not row.removed,
            change_number=row.change_number,
            title=vectors.get((row.id, "title")),
            text=vectors.get((row.id, "text")),
            confidential=vectors.get((row.id, "confidential")),
        )
        for row in rows
    ]


def read_sentences(
    session: Session, kind: str, object_id: int, version: str, sources: Collection[str]
) -> tuple[Facts, list[StoredSentence]]:
    """Facts, and the title and sentences that come from `sources` and nothing else. Raises NotIndexed."""
    row = session.execute(
        select(IndexedDocument.id, IndexedDocument.facts).where(
            IndexedDocument.kind == kind,
            IndexedDocument.object_id == object_id,
            IndexedDocument.removed.is_(False),
            IndexedDocument.engine_version == version,
        )
    ).first()
    if row is None:
        raise NotIndexed(kind, object_id)
    lines = session.execute(
        select(EmbeddingRow.source, EmbeddingRow.text, EmbeddingRow.vector)
        .where(
            EmbeddingRow.document_id == row.id,
            EmbeddingRow.part.in_(("title", "sentence")),
            EmbeddingRow.source.in_(list(sources)),
        )
        .order_by(EmbeddingRow.part.desc(), EmbeddingRow.ordinal)
    )
    found = [StoredSentence(source, line, unpack(stored)) for source, line, stored in lines]
    return Facts.from_json(row.facts), found


def by_words(
    session: Session,
    kind: str,
    version: str,
    terms: list[str],
    count: int,
    within: Collection[int] | None = None,
) -> list[int]:
    """Object ids of served documents that hold any of the terms, best first; `within` limits the search itself."""
    if not terms or (within is not None and not within):
        return []
    dialect = session.get_bind().dialect.name
    allowed = ""
    if within is not None:
        allowed = f"AND object_id IN ({','.join(str(int(each)) for each in sorted(within))})"
    statement = lexical_candidates(dialect).format(within=allowed)
    values = {"query": lexical_query(terms, dialect), "kind": kind, "version": version, "limit": count}
    return list(session.scalars(text(statement), values))


def stale(session: Session, version: str) -> list[tuple[str, int]]:
    """Kind and id of documents whose vectors another encoder made."""
    rows = session.execute(
        select(IndexedDocument.kind, IndexedDocument.object_id)
        .where(IndexedDocument.engine_version != version, IndexedDocument.removed.is_(False))
        .order_by(IndexedDocument.id)
    )
    return [(kind, object_id) for kind, object_id in rows]


def _chunks(values: Any, size: int = CHUNK) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for value in values:
        chunk.append(value)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
