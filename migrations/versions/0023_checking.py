"""Who has what open to check it, and the ready reasons for sending something back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0025"
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
)
REASONS = ("return_problem", "return_capability", "return_organisation")


def upgrade() -> None:
    op.create_table(
        "check_claim",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "capability",
                "organisation",
                "problem",
                name="check_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_check_claim_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_check_claim")),
    )
    op.create_index("ix_check_claim_object", "check_claim", ["kind", "object_id"])
    _restrict_kinds((*KINDS, *REASONS))


def downgrade() -> None:
    op.execute(
        "DELETE FROM term WHERE kind IN ('return_problem', 'return_capability', 'return_organisation')"
    )
    _restrict_kinds(KINDS)
    op.drop_table("check_claim")


def _restrict_kinds(kinds: tuple[str, ...]) -> None:
    """Which lists there are."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("term") as batch:
        batch.drop_constraint(op.f("ck_term_vocabulary_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_term_vocabulary_kind"), f"kind IN ({listed})")
