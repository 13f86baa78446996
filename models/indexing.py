"""What the engine keeps of each problem and capability: words, facts and vectors. Rows are the truth, FAISS a cache."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base

KINDS = ("problem", "capability")


class IndexedDocument(Base):
    """One problem or capability as the engine knows it.

    Every change draws the next change number, under the database's write lock, so that numbers become
    visible in order and a cache that has seen number n need only ask for what is above n. A removed document
    stays as an empty row that tells the caches of its removal.
    """

    __tablename__ = "indexed_document"
    __table_args__ = (
        UniqueConstraint("kind", "object_id"),
        CheckConstraint("kind IN ('problem', 'capability')", name="kind"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[int] = mapped_column(Integer)
    engine_version: Mapped[str] = mapped_column(String(80))
    """The encoder that made the vectors; vectors of different encoders are never compared."""
    title: Mapped[str] = mapped_column(Text, default="")
    words: Mapped[str] = mapped_column(Text, default="")
    """Segmented words separated by single spaces; those of the title stand twice, which is their weight."""
    bigrams: Mapped[str] = mapped_column(Text, default="")
    """Pairs of neighbouring Chinese characters and Latin words, separated by single spaces."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    searchable: Mapped[bool] = mapped_column(default=False)
    removed: Mapped[bool] = mapped_column(default=False)
    change_number: Mapped[int] = mapped_column(Integer, unique=True)
    text_hash: Mapped[str] = mapped_column(String(64))
    """Of title, passages and encoder: what has not changed is not encoded again."""


class EmbeddingRow(Base):
    """One vector of a document: its title, title and text together, one sentence, or what nobody may be shown."""

    __tablename__ = "embedding"
    __table_args__ = (
        CheckConstraint("part IN ('title', 'text', 'sentence', 'confidential')", name="part"),
        Index("ix_embedding_document_part", "document_id", "part"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("indexed_document.id", ondelete="CASCADE"))
    part: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(40), default="")
    """The field a sentence was taken from; what a reader may read is decided by it."""
    ordinal: Mapped[int] = mapped_column(Integer, default=0)
    text: Mapped[str] = mapped_column(Text, default="")
    """Of a sentence or title; empty for the others, so that no confidential text is copied here."""
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    """Half-precision floats of a vector of length 1."""


_SQLITE = (
    """CREATE VIRTUAL TABLE document_words USING fts5(
        words, bigrams, content='indexed_document', content_rowid='id',
        tokenize="unicode61 tokenchars '+#.%/-'")""",
    """CREATE TRIGGER document_words_insert AFTER INSERT ON indexed_document BEGIN
        INSERT INTO document_words(rowid, words, bigrams) VALUES (new.id, new.words, new.bigrams); END""",
    """CREATE TRIGGER document_words_delete AFTER DELETE ON indexed_document BEGIN
        INSERT INTO document_words(document_words, rowid, words, bigrams)
        VALUES ('delete', old.id, old.words, old.bigrams); END""",
    """CREATE TRIGGER document_words_update AFTER UPDATE OF words, bigrams ON indexed_document BEGIN
        INSERT INTO document_words(document_words, rowid, words, bigrams)
        VALUES ('delete', old.id, old.words, old.bigrams);
        INSERT INTO document_words(rowid, words, bigrams) VALUES (new.id, new.words, new.bigrams); END""",
)
_LEXEMES = "array_to_tsvector(string_to_array(words, ' ') || string_to_array(bigrams, ' '))"
"""The terms as they are: like to_tsvector('simple'), but no parser cuts what the tokeniser kept together."""


def create_lexical_index(connection: Connection) -> None:
    """The word index beside `indexed_document`, kept by the database itself: FTS5 with triggers, or a GIN index."""
    if connection.dialect.name == "sqlite":
        for statement in _SQLITE:
            connection.execute(text(statement))
    else:
        connection.execute(
            text(f"CREATE INDEX ix_indexed_document_lexemes ON indexed_document USING gin (({_LEXEMES}))")
        )


def drop_lexical_index(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for trigger in ("insert", "delete", "update"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS document_words_{trigger}"))
        connection.execute(text("DROP TABLE IF EXISTS document_words"))
    else:
        connection.execute(text("DROP INDEX IF EXISTS ix_indexed_document_lexemes"))


def lexical_candidates(dialect: str) -> str:
    """SQL for documents that hold any of some terms, best first.

    Parameters: kind, version, query (as `lexical_query` writes it), limit. Filters act before the limit.
    """
    if dialect == "sqlite":
        return """SELECT d.object_id FROM document_words JOIN indexed_document d ON d.id = document_words.rowid
            WHERE document_words MATCH :query AND d.kind = :kind AND d.searchable AND NOT d.removed
            AND d.engine_version = :version {within}
            ORDER BY bm25(document_words), d.object_id LIMIT :limit"""
    return f"""SELECT object_id FROM indexed_document d WHERE {_LEXEMES} @@ CAST(:query AS tsquery)
        AND kind = :kind AND searchable AND NOT removed AND engine_version = :version {{within}}
        ORDER BY ts_rank({_LEXEMES}, CAST(:query AS tsquery)) DESC, object_id LIMIT :limit"""


def lexical_query(terms: list[str], dialect: str) -> str:
    """Any of the terms, quoted for the dialect's own query language."""
    if dialect == "sqlite":
        return " OR ".join('"' + term.replace('"', '""') + '"' for term in terms)
    return " | ".join("'" + term.replace("'", "''") + "'" for term in terms)
