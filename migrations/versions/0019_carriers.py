"""Innovation carriers, alliances, who belongs to them, and R&D bodies; their kinds and stages are vocabulary."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0021"
branch_labels = None
depends_on = None

KINDS = (
    "field",
    "subfield",
    "industry",
    "county",
    "mode",
    "need",
    "capability_kind",
    "stage",
    "trl",
    "patent_kind",
    "contract_category",
    "programme",
    "organisation_tag",
    "dismissal",
    "return_problem",
    "return_capability",
    "return_organisation",
)
NEW_KINDS = ("carrier_kind", "member_stage", "research_body_kind")
OWNERS = ("problem", "capability", "record", "thread_entry")
LEVELS = ("national", "provincial", "municipal")


def upgrade() -> None:
    _allow("term", "kind", "vocabulary_kind", (*KINDS, *NEW_KINDS))
    _allow("attachment", "owner_kind", "attachment_owner", (*OWNERS, "alliance"))
    _carriers()
    _alliances()
    _research_bodies()


def downgrade() -> None:
    """Files of alliances stay in the data folder until the next sweep."""
    op.drop_table("research_body")
    op.drop_table("alliance_membership")
    op.drop_table("alliance")
    op.drop_table("carrier_membership")
    op.drop_table("carrier")
    op.execute("DELETE FROM attachment WHERE owner_kind = 'alliance'")
    _allow("attachment", "owner_kind", "attachment_owner", OWNERS)
    op.execute(f"DELETE FROM term WHERE kind IN {NEW_KINDS}")
    _allow("term", "kind", "vocabulary_kind", KINDS)


def _allow(table: str, column: str, name: str, values: tuple[str, ...]) -> None:
    """What the enumeration may hold."""
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        batch.create_check_constraint(op.f(f"ck_{table}_{name}"), f"{column} IN {values}")


def _level(name: str) -> sa.Enum:
    return sa.Enum(*LEVELS, name=name, native_enum=False, create_constraint=True, length=32)


def _carriers() -> None:
    op.create_table(
        "carrier",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("level", _level("carrier_level"), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("county", sa.String(length=32), nullable=True),
        sa.Column("field", sa.String(length=32), nullable=True),
        sa.Column("industry", sa.String(length=120), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_carrier_name")),
        sa.CheckConstraint("year IS NULL OR year BETWEEN 1949 AND 2200", name=op.f("ck_carrier_year")),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["organisation.id"], name=op.f("fk_carrier_operator_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier")),
        sa.UniqueConstraint("name", name=op.f("uq_carrier_name")),
    )
    op.create_index(op.f("ix_carrier_kind"), "carrier", ["kind"])
    op.create_index(op.f("ix_carrier_operator_id"), "carrier", ["operator_id"])
    op.create_table(
        "carrier_membership",
        sa.Column("carrier_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        *_membership("carrier"),
    )
    _membership_indexes("carrier")


def _membership(of: str) -> tuple[sa.schema.SchemaItem, ...]:
    table = f"{of}_membership"
    return (
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f(f"ck_{table}_dates")),
        sa.ForeignKeyConstraint(
            [f"{of}_id"], [f"{of}.id"], name=op.f(f"fk_{table}_{of}_id_{of}"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _membership_indexes(of: str) -> None:
    table = f"{of}_membership"
    op.create_index(op.f(f"ix_{table}_{of}_id"), table, [f"{of}_id"])
    op.create_index(op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"])
    op.create_index(
        f"uq_{table}_standing",
        table,
        [f"{of}_id", "organisation_id"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )


def _alliances() -> None:
    op.create_table(
        "alliance",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("level", _level("alliance_level"), nullable=True),
        sa.Column("field", sa.String(length=32), nullable=True),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("agreement_until", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_alliance_name")),
        sa.CheckConstraint(
            "agreement_until IS NULL OR agreed_on IS NULL OR agreement_until >= agreed_on",
            name=op.f("ck_alliance_agreement"),
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["organisation.id"], name=op.f("fk_alliance_lead_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alliance")),
        sa.UniqueConstraint("name", name=op.f("uq_alliance_name")),
    )
    op.create_index(op.f("ix_alliance_field"), "alliance", ["field"])
    op.create_index(op.f("ix_alliance_lead_id"), "alliance", ["lead_id"])
    op.create_table(
        "alliance_membership",
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        *_membership("alliance"),
    )
    _membership_indexes("alliance")


def _research_bodies() -> None:
    op.create_table(
        "research_body",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("level", _level("research_body_level"), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_research_body_name")),
        sa.CheckConstraint("year IS NULL OR year BETWEEN 1949 AND 2200", name=op.f("ck_research_body_year")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_research_body_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_research_body")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_research_body_organisation_id_name")),
    )
    op.create_index(op.f("ix_research_body_kind"), "research_body", ["kind"])
