"""Encoders are rows: which one is active, and vectors of two of them side by side."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BUNDLED = "e5-small-zh-int8"
"""What the bundled model's versions begin with."""


def upgrade() -> None:
    _create_versions()
    _take_over_versions()
    op.drop_index("ix_embedding_document_part", "embedding")
    op.add_column("embedding", sa.Column("version_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE embedding SET version_id = (SELECT v.id FROM encoder_version v JOIN indexed_document d"
        " ON d.engine_version = v.version WHERE d.id = embedding.document_id)"
    )
    with op.batch_alter_table("embedding") as batch:
        batch.alter_column("version_id", existing_type=sa.Integer(), nullable=False)
        batch.create_foreign_key(
            op.f("fk_embedding_version_id_encoder_version"), "encoder_version", ["version_id"], ["id"]
        )
    op.create_index("ix_embedding_document_version", "embedding", ["document_id", "version_id", "part"])
    # not in a batch, which would replace the table and lose the triggers of the word index
    op.execute("ALTER TABLE indexed_document DROP COLUMN engine_version")


def downgrade() -> None:
    """Only the active version's vectors stay; a document that lacks them belongs to no encoder."""
    op.execute("ALTER TABLE indexed_document ADD COLUMN engine_version VARCHAR(80) NOT NULL DEFAULT ''")
    active = "(SELECT id FROM encoder_version WHERE state = 'active')"
    op.execute(f"DELETE FROM embedding WHERE version_id NOT IN {active}")
    op.execute(
        "UPDATE indexed_document SET engine_version = (SELECT version FROM encoder_version"
        " WHERE state = 'active') WHERE EXISTS (SELECT 1 FROM embedding e WHERE e.document_id = indexed_document.id)"
    )
    op.drop_index("ix_embedding_document_version", "embedding")
    with op.batch_alter_table("embedding") as batch:
        batch.drop_constraint(op.f("fk_embedding_version_id_encoder_version"), type_="foreignkey")
        batch.drop_column("version_id")
    op.create_index("ix_embedding_document_part", "embedding", ["document_id", "part"])
    op.drop_table("encoder_version")


def _create_versions() -> None:
    op.create_table(
        "encoder_version",
        sa.Column("version", sa.String(length=80), nullable=False),
        sa.Column("setting", sa.String(length=500), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "bundled",
                "setting",
                "trained",
                name="encoder_origin",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "preparing",
                "active",
                "retired",
                name="encoder_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("activated_by", sa.Integer(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("matched_through", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'active' OR activated_at IS NOT NULL", name=op.f("ck_encoder_version_active_since")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_encoder_version")),
        sa.UniqueConstraint("version", name=op.f("uq_encoder_version_version")),
    )
    for state in ("active", "preparing"):
        only = sa.text(f"state = '{state}'")
        op.create_index(
            f"uq_encoder_version_{state}",
            "encoder_version",
            ["state"],
            unique=True,
            sqlite_where=only,
            postgresql_where=only,
        )


def _take_over_versions() -> None:
    """The encoder of most documents is the active one; where it is loaded from, the setting says."""
    connection = op.get_bind()
    found = connection.execute(
        sa.text(
            "SELECT engine_version, sum(CASE WHEN removed THEN 0 ELSE 1 END) AS documents"
            " FROM indexed_document GROUP BY engine_version ORDER BY documents DESC, engine_version"
        )
    ).all()
    for place, (version, _) in enumerate(found):
        connection.execute(
            sa.text(
                "INSERT INTO encoder_version (version, setting, origin, state, figures, created_at, activated_at)"
                " VALUES (:version, '', :origin, :state, '{}', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)"
            ),
            {
                "version": version,
                "origin": "bundled" if version.startswith(BUNDLED) else "setting",
                "state": "retired" if place else "active",
            },
        )
    op.execute("UPDATE encoder_version SET retired_at = activated_at WHERE state = 'retired'")
