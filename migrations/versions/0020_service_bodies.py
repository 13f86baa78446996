"""Service bodies: their accounts' role, the catalogue of their services, what is asked of them, and its steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
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
    "carrier_kind",
    "member_stage",
    "research_body_kind",
)
OWNERS = ("problem", "capability", "record", "thread_entry", "alliance")
ROLES = ("enterprise", "liaison", "staff", "administrator")
NEW_ROLES = ("enterprise", "liaison", "intermediary", "staff", "administrator")
OPEN = "status IN ('requested', 'accepted', 'in_progress')"
ABOUT = ("problem", "capability", "record")
TABLES = {"problem": "problem", "capability": "capability", "record": "cooperation_record"}
MONEY = (
    "(money_kind = 'negotiable' AND money_low IS NULL AND money_high IS NULL)"
    " OR (money_kind = 'exact' AND money_low IS NOT NULL AND money_low >= 0 AND money_high IS NULL)"
    " OR (money_kind = 'range' AND money_low IS NOT NULL AND money_high IS NOT NULL"
    " AND money_low >= 0 AND money_high >= money_low)"
)


def upgrade() -> None:
    _allow("term", "kind", "vocabulary_kind", (*KINDS, "service_kind"))
    _allow("attachment", "owner_kind", "attachment_owner", (*OWNERS, "service_request"))
    _allow("user_account", "role", "role", NEW_ROLES)
    _allow("invitation", "role", "invitation_role", NEW_ROLES)
    _services()
    _requests()
    _give_role("user_account", "enterprise", "intermediary")
    _give_role("invitation", "enterprise", "intermediary")


def downgrade() -> None:
    """Files of results stay in the data folder until the next sweep."""
    op.drop_table("service_request_event")
    op.drop_table("service_request")
    op.drop_table("service")
    for table in ("user_account", "invitation"):
        op.execute(f"UPDATE {table} SET role = 'enterprise' WHERE role = 'intermediary'")
    _allow("invitation", "role", "invitation_role", ROLES)
    _allow("user_account", "role", "role", ROLES)
    op.execute("DELETE FROM attachment WHERE owner_kind = 'service_request'")
    _allow("attachment", "owner_kind", "attachment_owner", OWNERS)
    op.execute("DELETE FROM term WHERE kind = 'service_kind'")
    _allow("term", "kind", "vocabulary_kind", KINDS)


def _give_role(table: str, before: str, after: str) -> None:
    """To the accounts of intermediaries; where one has posted problems, its people keep the role that edits them."""
    op.execute(
        f"UPDATE {table} SET role = '{after}' WHERE role = '{before}' AND organisation_id IN"
        " (SELECT id FROM organisation WHERE kind = 'intermediary')"
        " AND organisation_id NOT IN (SELECT organisation_id FROM problem)"
    )


def _allow(table: str, column: str, name: str, values: tuple[str, ...]) -> None:
    """What the enumeration may hold."""
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        batch.create_check_constraint(op.f(f"ck_{table}_{name}"), f"{column} IN {values}")


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _services() -> None:
    op.create_table(
        "service",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("money_kind", _enum("service_money_kind", "negotiable", "exact", "range"), nullable=False),
        sa.Column("money_low", sa.BigInteger(), nullable=True),
        sa.Column("money_high", sa.BigInteger(), nullable=True),
        sa.Column(
            "status",
            _enum("service_status", "draft", "submitted", "returned", "published", "archived"),
            nullable=False,
        ),
        sa.Column("return_reason", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(MONEY, name=op.f("ck_service_money")),
        sa.CheckConstraint(
            "status <> 'returned' OR return_reason <> ''", name=op.f("ck_service_return_reason")
        ),
        sa.CheckConstraint(
            "status <> 'published' OR published_at IS NOT NULL", name=op.f("ck_service_published")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_service_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
    )
    for column in ("organisation_id", "kind", "status"):
        op.create_index(op.f(f"ix_service_{column}"), "service", [column])


def _requests() -> None:
    op.create_table(
        "service_request",
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=True),
        sa.Column("capability_id", sa.Integer(), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("pairing_id", sa.Integer(), nullable=True),
        sa.Column("requester_id", sa.Integer(), nullable=False),
        sa.Column("consented_by_id", sa.Integer(), nullable=True),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("shows_content", sa.Boolean(), nullable=False),
        sa.Column("shows_money", sa.Boolean(), nullable=False),
        sa.Column("contact_name", sa.String(length=40), nullable=False),
        sa.Column("contact_phone", sa.String(length=40), nullable=False),
        sa.Column("contact_email", sa.String(length=120), nullable=False),
        sa.Column(
            "status",
            _enum("request_status", "requested", "accepted", "in_progress", "done", "declined", "withdrawn"),
            nullable=False,
        ),
        sa.Column("decline_reason", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN problem_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN capability_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN record_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_service_request_about_one"),
        ),
        sa.CheckConstraint(
            "status <> 'declined' OR decline_reason <> ''", name=op.f("ck_service_request_decline_reason")
        ),
        sa.CheckConstraint(
            "status <> 'done' OR (result <> '' AND ended_at IS NOT NULL)",
            name=op.f("ck_service_request_result"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('accepted', 'in_progress', 'done') OR accepted_at IS NOT NULL",
            name=op.f("ck_service_request_accepted"),
        ),
        *_references("service_request", "service_id", "service"),
        *_references("service_request", "pairing_id", "pairing"),
        *_references("service_request", "requester_id", "organisation"),
        *_references("service_request", "consented_by_id", "user_account"),
        *(each for about in ABOUT for each in _references("service_request", f"{about}_id", TABLES[about])),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_request")),
    )
    for column in ("service_id", *(f"{about}_id" for about in ABOUT), "pairing_id", "requester_id", "status"):
        op.create_index(op.f(f"ix_service_request_{column}"), "service_request", [column])
    for about in ABOUT:
        op.create_index(
            f"uq_service_request_open_{about}",
            "service_request",
            ["service_id", f"{about}_id"],
            unique=True,
            sqlite_where=sa.text(OPEN),
            postgresql_where=sa.text(OPEN),
        )
    op.create_table(
        "service_request_event",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("from_status", sa.String(length=32), nullable=True),
        sa.Column("to_status", sa.String(length=32), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *_references("service_request_event", "request_id", "service_request", "CASCADE"),
        *_references("service_request_event", "actor_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_request_event")),
    )
    op.create_index(op.f("ix_service_request_event_request_id"), "service_request_event", ["request_id"])


def _references(
    table: str, column: str, other: str, ondelete: str | None = None
) -> tuple[sa.ForeignKeyConstraint]:
    name = op.f(f"fk_{table}_{column}_{other}")
    return (sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete),)
