"""The engine's rows: written in the caller's transaction, and read back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, insert, select, text, true, update
from sqlalchemy.orm import Session

from matchmaker.database import take_serial_lock
from matchmaker.engine.documents import TITLE_SOURCE, Document, Facts, NotIndexed
from matchmaker.engine.encoding import EncodedDocument
from matchmaker.engine.vectors import Vectors, pack, unpack
from models.indexing import EmbeddingRow, IndexedDocument, lexical_matches, lexical_query

CHUNK = 500
"""Documents written or read at a time: below the databases' limits of variables in a statement."""


@dataclass(frozen=True)
class StoredDocument:
    """A document's row with its vectors of one encoder version, which are None where it has none."""

    kind: str
    object_id: int
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


def known_hashes(
    session: Session, documents: Sequence[Document], version_id: int | None = None
) -> dict[tuple[str, int], tuple[int, str]]:
    """Row id and text hash by kind and object id; a removed document's hash is empty.

    With a version, also that of a document which lacks its vectors.
    """
    found: dict[tuple[str, int], tuple[int, str]] = {}
    encoded = _has_vectors(version_id) if version_id is not None else true()
    for kind in ("problem", "capability"):
        ids = [each.id for each in documents if each.kind == kind]
        for chunk in _chunks(ids):
            rows = session.execute(
                select(
                    IndexedDocument.object_id,
                    IndexedDocument.id,
                    case((encoded, IndexedDocument.text_hash), else_=""),
                ).where(IndexedDocument.kind == kind, IndexedDocument.object_id.in_(chunk))
            )
            found |= {(kind, object_id): (row_id, text_hash) for object_id, row_id, text_hash in rows}
    return found


def _has_vectors(version_id: int | None) -> ColumnElement[bool]:
    """Whether a document has vectors of a version; those that it has are of its present text."""
    return exists().where(
        EmbeddingRow.document_id == IndexedDocument.id,
        EmbeddingRow.version_id == version_id,
        EmbeddingRow.part == "title",
    )


def write(
    session: Session,
    version_id: int,
    documents: Sequence[Document],
    encoded: dict[tuple[str, int], EncodedDocument],
) -> int:
    """Write documents; those without an entry in `encoded` keep their words and vectors.

    Those with one lose the vectors of their old text, of whatever version: other versions are caught up later.
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
        _insert_vectors(session, version_id, ((row_ids_now[key][0], each) for key, each in encoded.items()))
    return before


def _insert_vectors(
    session: Session, version_id: int, encoded: Iterable[tuple[int, EncodedDocument]]
) -> None:
    vectors = (row for row_id, each in encoded for row in _embedding_rows(row_id, version_id, each))
    for rows in _chunks(vectors, CHUNK * 4):
        session.execute(insert(EmbeddingRow), rows)


def _embedding_rows(document_id: int, version_id: int, encoded: EncodedDocument) -> Iterator[dict[str, Any]]:
    shared = {"document_id": document_id, "version_id": version_id, "source": "", "ordinal": 0, "text": ""}
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


def changes(session: Session, after: int, version_id: int | None) -> Iterator[list[StoredDocument]]:
    """Documents changed after a number, in order, CHUNK at a time, with their vectors of a version."""
    while True:
        wanted = select(IndexedDocument).where(IndexedDocument.change_number > after)
        found = _read(session, wanted.order_by(IndexedDocument.change_number).limit(CHUNK), version_id)
        if found:
            yield found
            after = found[-1].change_number
        if len(found) < CHUNK:
            return


def read_many(
    session: Session, kind: str, object_ids: Collection[int], version_id: int | None
) -> Iterator[list[StoredDocument]]:
    """Documents by id, CHUNK at a time, with their vectors of a version."""
    for ids in _chunks(sorted(object_ids)):
        wanted = select(IndexedDocument).where(
            IndexedDocument.kind == kind, IndexedDocument.object_id.in_(ids)
        )
        yield _read(session, wanted, version_id)


def read(session: Session, kind: str, object_id: int, version_id: int | None) -> StoredDocument:
    """One document, searchable or not. Raises NotIndexed, also if it has no vectors of this version."""
    wanted = select(IndexedDocument).where(
        IndexedDocument.kind == kind,
        IndexedDocument.object_id == object_id,
        IndexedDocument.removed.is_(False),
        _has_vectors(version_id),
    )
    found = _read(session, wanted, version_id)
    if not found:
        raise NotIndexed(kind, object_id)
    return found[0]


def _read(session: Session, statement: Any, version_id: int | None) -> list[StoredDocument]:
    columns = IndexedDocument.__table__.c
    rows = session.execute(statement.with_only_columns(*columns)).all()
    vectors: dict[tuple[int, str], Vectors] = {}
    for ids in _chunks([row.id for row in rows]):
        parts = session.execute(
            select(EmbeddingRow.document_id, EmbeddingRow.part, EmbeddingRow.vector).where(
                EmbeddingRow.document_id.in_(ids),
                EmbeddingRow.version_id == version_id,
                EmbeddingRow.part.in_(("title", "text", "confidential")),
            )
        )
        vectors |= {(document_id, part): unpack(stored) for document_id, part, stored in parts}
    return [
        StoredDocument(
            kind=row.kind,
            object_id=row.object_id,
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
    session: Session, kind: str, object_id: int, version_id: int | None, sources: Collection[str]
) -> tuple[Facts, list[StoredSentence]]:
    """Facts, and the title and sentences that come from `sources` and nothing else. Raises NotIndexed."""
    row = session.execute(
        select(IndexedDocument.id, IndexedDocument.facts).where(
            IndexedDocument.kind == kind,
            IndexedDocument.object_id == object_id,
            IndexedDocument.removed.is_(False),
            _has_vectors(version_id),
        )
    ).first()
    if row is None:
        raise NotIndexed(kind, object_id)
    lines = session.execute(
        select(EmbeddingRow.source, EmbeddingRow.text, EmbeddingRow.vector)
        .where(
            EmbeddingRow.document_id == row.id,
            EmbeddingRow.version_id == version_id,
            EmbeddingRow.part.in_(("title", "sentence")),
            EmbeddingRow.source.in_(list(sources)),
        )
        .order_by(EmbeddingRow.part.desc(), EmbeddingRow.ordinal)
    )
    found = [StoredSentence(source, line, unpack(stored)) for source, line, stored in lines]
    return Facts.from_json(row.facts), found


def by_words(session: Session, kind: str, terms: list[str]) -> list[int]:
    """Object ids of all documents that hold any of the terms, served or not, in no order: let the terms be rare."""
    if not terms:
        return []
    dialect = session.get_bind().dialect.name
    values = {"query": lexical_query(terms, dialect), "kind": kind}
    return list(session.scalars(text(lexical_matches(dialect)), values))


@dataclass(frozen=True)
class Known:
    """A document that the engine knows, and the hash of its text; it is empty where its vectors are lacking."""

    row_id: int
    kind: str
    object_id: int
    text_hash: str


def known(session: Session, version_id: int | None, limit: int, after: int = 0) -> list[Known]:
    """Documents in the order of their rows, after one."""
    text_hash = case((_has_vectors(version_id), IndexedDocument.text_hash), else_="")
    wanted = select(IndexedDocument.id, IndexedDocument.kind, IndexedDocument.object_id, text_hash)
    wanted = wanted.where(IndexedDocument.removed.is_(False), IndexedDocument.id > after)
    found = session.execute(wanted.order_by(IndexedDocument.id).limit(limit))
    return [Known(*row) for row in found]


def lacking(session: Session, version_id: int, limit: int, after: int = 0) -> list[Known]:
    """Documents without vectors of a version, in the order of their rows, with the hashes of their texts."""
    columns = (IndexedDocument.id, IndexedDocument.kind, IndexedDocument.object_id, IndexedDocument.text_hash)
    wanted = select(*columns).where(_lacks(version_id), IndexedDocument.id > after)
    found = session.execute(wanted.order_by(IndexedDocument.id).limit(limit))
    return [Known(*row) for row in found]


def count_lacking(session: Session, version_id: int) -> int:
    return session.scalar(select(func.count()).select_from(IndexedDocument).where(_lacks(version_id))) or 0


def _lacks(version_id: int) -> ColumnElement[bool]:
    return and_(IndexedDocument.removed.is_(False), ~_has_vectors(version_id))


def count(session: Session) -> int:
    """Documents that the engine knows."""
    there = select(func.count()).select_from(IndexedDocument).where(IndexedDocument.removed.is_(False))
    return session.scalar(there) or 0


def has_vectors(session: Session, version_ids: Collection[int]) -> bool:
    """Whether any vector of these versions is there."""
    wanted = select(EmbeddingRow.id).where(EmbeddingRow.version_id.in_(list(version_ids))).limit(1)
    return session.scalar(wanted) is not None


def add_version(session: Session, version_id: int, encoded: Sequence[tuple[Known, EncodedDocument]]) -> int:
    """Write vectors of a version beside those that serve, of documents that still lack them.

    Of documents whose text is another by now, or that are gone, nothing is written. Returns of how many it was.
    """
    take_serial_lock(session)
    wanted = {each.row_id: each.text_hash for each, _ in encoded}
    same = set()
    for ids in _chunks(wanted):
        rows = session.execute(
            select(IndexedDocument.id, IndexedDocument.text_hash).where(
                IndexedDocument.id.in_(ids), _lacks(version_id)
            )
        )
        same |= {row_id for row_id, text_hash in rows if text_hash == wanted[row_id]}
    _insert_vectors(
        session, version_id, ((each.row_id, made) for each, made in encoded if each.row_id in same)
    )
    return len(same)


def delete_vectors(session: Session, version_ids: Collection[int], after: int, documents: int) -> int | None:
    """Delete vectors of versions that nobody needs, of the next few documents after a row id.

    Returns the row id to go on after; None: that was all.
    """
    ids = session.scalars(
        select(IndexedDocument.id)
        .where(IndexedDocument.id > after)
        .order_by(IndexedDocument.id)
        .limit(documents)
    ).all()
    if not ids:
        return None
    session.execute(
        delete(EmbeddingRow).where(
            EmbeddingRow.document_id.in_(ids), EmbeddingRow.version_id.in_(list(version_ids))
        )
    )
    return ids[-1]


def _chunks(values: Any, size: int = CHUNK) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for value in values:
        chunk.append(value)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
