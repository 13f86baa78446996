"""PostgreSQL's word index is one of a function that says what it costs: the planner read every document instead."""

from __future__ import annotations

from alembic import op

from models.indexing import create_lexical_index, drop_lexical_index

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BEFORE = """CREATE INDEX ix_indexed_document_lexemes ON indexed_document
    USING gin ((array_to_tsvector(string_to_array(words, ' ') || string_to_array(bigrams, ' '))))"""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        drop_lexical_index(connection)
        create_lexical_index(connection)


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        drop_lexical_index(connection)
        op.execute(BEFORE)
