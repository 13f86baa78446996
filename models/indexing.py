"""What the engine keeps of each problem and capability: words, facts and vectors. Rows are the truth, FAISS a cache."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
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

from models.base import Base, Row, UtcDateTime, choice
from models.ranking import LearntRanking

KINDS = ("problem", "capability")


class EncoderOrigin(StrEnum):
    BUNDLED = "bundled"
    SETTING = "setting"
    TRAINED = "trained"


class EncoderState(StrEnum):
    PREPARING = "preparing"
    ACTIVE = "active"
    RETIRED = "retired"


class EncoderVersion(Row, Base):
    """An encoder that makes or made vectors. One is active: its vectors are searched and compared, no others.

    Another may be preparing: its vectors are being made beside those that serve. A retired one may prepare again.
    """

    __tablename__ = "encoder_version"
    __table_args__ = (
        UniqueConstraint("version"),
        CheckConstraint("state <> 'active' OR activated_at IS NOT NULL", name="active_since"),
        *(
            Index(
                f"uq_encoder_version_{state}", "state", unique=True, sqlite_where=only, postgresql_where=only
            )
            for state, only in (
                ("active", text("state = 'active'")),
                ("preparing", text("state = 'preparing'")),
            )
        ),
    )

    version: Mapped[str] = mapped_column(String(80))
    """What the encoder calls itself: two encoders of one name make the same vectors."""
    setting: Mapped[str] = mapped_column(String(500))
    """Where it is loaded from: a folder, within the data folder where it is relative, or a hub name; empty: not known."""
    origin: Mapped[EncoderOrigin] = mapped_column(choice(EncoderOrigin, "encoder_origin"))
    state: Mapped[EncoderState] = mapped_column(choice(EncoderState, "encoder_state"))
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """How good it was found to be when it was made."""
    announced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when its vectors are as good as complete, so that every process should load it for the switch."""
    activated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The last time; also tells apart two times of service of one version."""
    activated_by: Mapped[int | None] = mapped_column(Integer)
    """The account; none: a command or the first start."""
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    matched_through: Mapped[int | None] = mapped_column(Integer)
    """The document (indexed_document.id) up to which suggestions were looked for anew; none: all of them."""


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
    """Of title and passages: what has not changed is not encoded again."""


class EmbeddingRow(Base):
    """One vector of a document: its title, title and text together, one sentence, or what nobody may be shown."""

    __tablename__ = "embedding"
    __table_args__ = (
        CheckConstraint("part IN ('title', 'text', 'sentence', 'confidential')", name="part"),
        Index("ix_embedding_document_version", "document_id", "version_id", "part"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("indexed_document.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(ForeignKey("encoder_version.id"))
    """The encoder that made it; vectors of different encoders are never compared. All vectors of a document are
    of its present text: a change of text deletes those of every version."""
    part: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(40), default="")
    """The field a sentence was taken from; what a reader may read is decided by it."""
    ordinal: Mapped[int] = mapped_column(Integer, default=0)
    text: Mapped[str] = mapped_column(Text, default="")
    """Of a sentence or title; empty for the others, so that no confidential text is copied here."""
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    """Half-precision floats of a vector of length 1."""


ENGINE_TABLES: list[Any] = [
    each.__table__ for each in (EncoderVersion, IndexedDocument, EmbeddingRow, LearntRanking)
]
"""All that the engine itself needs, in order."""

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
_POSTGRESQL = (
    # The terms as they are: like to_tsvector('simple'), but no parser cuts what the tokeniser kept together. What it
    # costs is said, because the planner takes a function for cheap and would rather make every document's lexemes
    # than look into the index; in plpgsql, because it would look into a function in SQL and forget what was said.
    """CREATE OR REPLACE FUNCTION document_lexemes(words text, bigrams text) RETURNS tsvector
        LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 100000 AS
        $$BEGIN RETURN array_to_tsvector(string_to_array(words, ' ') || string_to_array(bigrams, ' ')); END$$""",
    """CREATE INDEX ix_indexed_document_lexemes ON indexed_document
        USING gin (document_lexemes(words, bigrams))""",
)


def create_lexical_index(connection: Connection) -> None:
    """The word index beside `indexed_document`, kept by the database itself: FTS5 with triggers, or a GIN index."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.execute(text(statement))


def drop_lexical_index(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for trigger in ("insert", "delete", "update"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS document_words_{trigger}"))
        connection.execute(text("DROP TABLE IF EXISTS document_words"))
    else:
        connection.execute(text("DROP INDEX IF EXISTS ix_indexed_document_lexemes"))
        connection.execute(text("DROP FUNCTION IF EXISTS document_lexemes"))


def lexical_matches(dialect: str) -> str:
    """SQL for the object ids of documents that hold any of some terms. Parameters: kind, query (`lexical_query`).

    Neither order nor filters: those are quicker where the documents' words and states are in memory.
    """
    if dialect == "sqlite":
        # CROSS JOIN: first the words, then their documents, and not the words of each document of the kind
        return """SELECT d.object_id FROM document_words CROSS JOIN indexed_document d
            ON d.id = document_words.rowid WHERE document_words MATCH :query AND d.kind = :kind"""
    return """SELECT object_id FROM indexed_document
        WHERE document_lexemes(words, bigrams) @@ CAST(:query AS tsquery) AND kind = :kind"""


def lexical_query(terms: list[str], dialect: str) -> str:
    """Any of the terms, quoted for the dialect's own query language."""
    if dialect == "sqlite":
        return " OR ".join('"' + term.replace('"', '""') + '"' for term in terms)
    return " | ".join("'" + term.replace("'", "''") + "'" for term in terms)
