"""Migrations: to the schema of the classes, up, down and up again on data, and what the command says."""

from __future__ import annotations

from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.orm import Session

from matchmaker import schema
from matchmaker.database import Database
from matchmaker.engine import Document, MatchingEngine
from models import Base, Problem
from tests import factories
from tests.commands.conftest import Run
from tests.conftest import POSTGRESQL


def test_migrated_tables_are_those_of_the_classes(empty: Database) -> None:
    schema.upgrade(empty.engine)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": _is_no_word_index}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_migrated_constraints_are_those_of_the_classes(database: Database, empty: Database) -> None:
    schema.upgrade(empty.engine)
    assert _constraints(empty.engine) == _constraints(database.engine)


def test_migrated_word_index_is_the_one_of_the_classes(database: Database, empty: Database) -> None:
    schema.upgrade(empty.engine)
    assert _word_index(empty.engine) == _word_index(database.engine) != []


def test_goes_down_and_up_again_on_data(empty: Database, engine: MatchingEngine) -> None:
    schema.upgrade(empty.engine)
    _fill(empty, engine)
    command.downgrade(schema.configuration(empty.engine), "base")
    assert inspect(empty.engine).get_table_names() == ["alembic_version"]
    schema.upgrade(empty.engine)
    _fill(empty, engine)
    with empty.session(write=False) as session:
        assert session.query(Problem).count() == 1


def test_vectors_know_their_encoder_after_it_became_a_row(empty: Database) -> None:
    config = schema.configuration(empty.engine)
    command.upgrade(config, "0005")
    with empty.engine.begin() as connection:
        for id, encoder in ((1, "e5-small-zh-int8-1"), (2, "e5-small-zh-int8-1"), (3, "other-1")):
            connection.execute(
                text(
                    "INSERT INTO indexed_document (id, kind, object_id, engine_version, title, words, bigrams,"
                    " facts, searchable, removed, change_number, text_hash) VALUES"
                    " (:id, 'capability', :id, :encoder, '', '压铸', '', '{}', true, false, :id, 'hash')"
                ),
                {"id": id, "encoder": encoder},
            )
            connection.execute(
                text(
                    "INSERT INTO embedding (document_id, part, source, ordinal, text, vector)"
                    " VALUES (:id, 'title', '', 0, '', :vector)"
                ),
                {"id": id, "vector": b"12"},
            )
    kept = "SELECT d.id, e.version_id FROM embedding e JOIN indexed_document d ON d.id = e.document_id"
    command.upgrade(config, "0006")
    with empty.session(write=False) as session:
        found = session.execute(
            text("SELECT id, version, setting, origin, state FROM encoder_version ORDER BY id")
        ).all()
        assert found == [
            (1, "e5-small-zh-int8-1", "", "bundled", "active"),
            (2, "other-1", "", "setting", "retired"),
        ]
        assert session.execute(text(f"{kept} ORDER BY 1")).all() == [(1, 1), (2, 1), (3, 2)]
        _find_by_words(session, 3)
    command.downgrade(config, "0005")
    with empty.session(write=False) as session:
        found = session.execute(text("SELECT id, engine_version FROM indexed_document ORDER BY id")).all()
        assert found == [(1, "e5-small-zh-int8-1"), (2, "e5-small-zh-int8-1"), (3, "")]
        assert session.scalars(text("SELECT document_id FROM embedding ORDER BY 1")).all() == [1, 2]
        _find_by_words(session, 3)


def test_accounts_of_intermediaries_get_their_role_unless_they_posted_problems(empty: Database) -> None:
    config = schema.configuration(empty.engine)
    command.upgrade(config, "0019")
    with empty.engine.begin() as connection:
        for number, kind in enumerate(("intermediary", "intermediary", "enterprise"), 1):
            connection.execute(
                text(
                    "INSERT INTO organisation (id, created_at, kind, name, code, tags, introduction, address,"
                    " contact_name, contact_phone, contact_email, status, reject_reason, is_sample, version)"
                    " VALUES (:id, '2026-01-01', :kind, :name, :code, '[]', '', '', '', '', '', 'verified', '',"
                    " false, 1)"
                ),
                {"id": number, "kind": kind, "name": f"单位{number}", "code": f"91340800MA2{number:07d}"},
            )
            connection.execute(
                text(
                    "INSERT INTO user_account (id, created_at, email, name, organisation_id, role, language,"
                    " active, password_hash, totp_last_step, failed_sign_ins, session_epoch) VALUES"
                    " (:id, '2026-01-01', :email, '', :id, 'enterprise', 'zh_CN', true, '', 0, 0, 0)"
                ),
                {"id": number, "email": f"{number}@example.com"},
            )
        connection.execute(
            text(
                "INSERT INTO problem (id, created_at, organisation_id, title, money_kind, targets, contact_name,"
                " contact_phone, contact_email, return_reason, version, background, statement, targets_text,"
                " basis, confidential, urgency, budget_readers, acceptable_partners, status) VALUES"
                " (1, '2026-01-01', 1, '', 'negotiable', '[]', '', '', '', '', 1, '', '', '', '', '', 'normal',"
                " 'all', '', 'draft')"
            )
        )
    command.upgrade(config, "0020")
    roles = "SELECT role FROM user_account ORDER BY id"
    with empty.session(write=False) as session:
        assert session.scalars(text(roles)).all() == ["enterprise", "intermediary", "enterprise"]
    command.downgrade(config, "0019")
    with empty.session(write=False) as session:
        assert set(session.scalars(text(roles))) == {"enterprise"}


def test_each_migration_goes_down_by_itself(empty: Database) -> None:
    config = schema.configuration(empty.engine)
    schema.upgrade(empty.engine)
    newest = schema.version(empty.engine)
    while schema.version(empty.engine) is not None:
        command.downgrade(config, "-1")
        command.upgrade(config, "+1")
        command.downgrade(config, "-1")
    schema.upgrade(empty.engine)
    assert schema.version(empty.engine) == newest


def test_migrate_twice_says_that_all_is_well(run_on_empty: Run) -> None:
    assert "已升级到版本" in run_on_empty("migrate").output
    again = run_on_empty("migrate")
    assert again.exit_code == 0
    assert "已是最新版本" in again.output


def test_a_database_newer_than_the_program_is_left_alone(run_on_empty: Run, empty: Database) -> None:
    run_on_empty("migrate")
    with empty.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    result = run_on_empty("migrate")
    assert result.exit_code == 1
    assert "9999" in result.output
    assert "比程序新" in result.output


def test_somebody_elses_database_is_left_alone(run_on_empty: Run, empty: Database) -> None:
    with empty.engine.begin() as connection:
        connection.execute(text("CREATE TABLE accounts_payable (id INTEGER)"))
    result = run_on_empty("migrate")
    assert result.exit_code == 1
    assert "accounts_payable" in result.output
    assert inspect(empty.engine).get_table_names() == ["accounts_payable"]


def test_commands_on_a_database_without_tables_say_to_migrate(run_on_empty: Run) -> None:
    result = run_on_empty("verify-audit")
    assert result.exit_code == 1
    assert "flask migrate" in result.output


def _fill(database: Database, engine: MatchingEngine) -> None:
    with database.session() as session:
        people = factories.people(session)
        problem = factories.problem(session, people["enterprise"])
        factories.capability(session, people["liaison"])
        engine.index(session, [Document("problem", problem.id, problem.title)])
        _find_by_words(session)


def _find_by_words(session: Session, documents: int = 1) -> None:
    """The word index is there and kept by the database."""
    found = (
        text("SELECT count(*) FROM indexed_document WHERE words <> ''")
        if POSTGRESQL
        else text("SELECT count(*) FROM document_words WHERE document_words MATCH '压铸'")
    )
    assert session.scalar(found) == documents


def _is_no_word_index(item: Any, name: str | None, kind: str, reflected: bool, compared_to: Any) -> bool:
    return not (name or "").startswith(("document_words", "ix_indexed_document_lexemes", "alembic_version"))


def _constraints(engine: Engine) -> dict[str, Any]:
    """Of every table, in no order."""
    looking = inspect(engine)
    found = {}
    for table in Base.metadata.tables:
        found[table] = {
            "primary": looking.get_pk_constraint(table)["constrained_columns"],
            "checks": sorted((c["name"] or "", c["sqltext"]) for c in looking.get_check_constraints(table)),
            "unique": sorted(
                (c["name"] or "", tuple(c["column_names"])) for c in looking.get_unique_constraints(table)
            ),
            "foreign": sorted(
                (c["name"] or "", c["referred_table"], str(c["options"]))
                for c in looking.get_foreign_keys(table)
            ),
            "indexes": sorted(c["name"] or "" for c in looking.get_indexes(table)),
            "columns": sorted(
                (c["name"], str(c["type"]), bool(c["nullable"])) for c in looking.get_columns(table)
            ),
        }
    return found


def _word_index(engine: Engine) -> list[str]:
    statement = (
        "SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_indexed_document_lexemes'"
        if POSTGRESQL
        else "SELECT sql FROM sqlite_master WHERE name LIKE 'document\\_words%' ESCAPE '\\' ORDER BY name"
    )
    with engine.connect() as connection:
        return _texts(connection, statement)


def _texts(connection: Connection, statement: str) -> list[str]:
    return [str(row[0]) for row in connection.execute(text(statement))]
