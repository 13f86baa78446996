"""Confidential texts in the database: sealed, kept where their key is missing, sealed and opened by the migration."""

from __future__ import annotations

import stat
from datetime import datetime
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from matchmaker import schema
from matchmaker.confidential_keys import BadKeys, KeyRing
from matchmaker.database import Database
from matchmaker.problems import service
from matchmaker.settings import Settings
from matchmaker.work import Work
from models import PayloadFormat, Problem, Revision, User, Webhook
from models.sealed import NoKey, TooLong, Unreadable
from tests import factories
from tests.commands.conftest import empty, empty_url
from tests.confidentiality.conftest import SECRET

__all__ = ["empty", "empty_url"]

ROBOT = "https://robot.example.com/send?access_token=1"


def stored(work: Work, column: str = "problem.confidential") -> Any:
    table, _, name = column.partition(".")
    return work.session.scalar(text(f"SELECT {name} FROM {table} ORDER BY id DESC LIMIT 1"))


def test_a_text_is_stored_sealed_and_read_as_it_was(work: Work, problem: Problem) -> None:
    assert SECRET not in stored(work)
    work.session.expire_all()
    assert problem.confidential == SECRET


def test_an_earlier_text_is_sealed_in_its_revision(
    work: Work, people: dict[str, User], problem: Problem
) -> None:
    service.save(work.as_actor(people["enterprise"]), problem, {"confidential": "改过"}, problem.version)
    work.session.commit()
    work.session.expire_all()
    written = stored(work, "revision.data")
    assert SECRET not in str(written) + str(written).encode().decode("unicode_escape", "ignore")
    assert work.session.query(Revision).one().data["confidential"] == SECRET


def test_the_database_takes_no_plain_text(work: Work, problem: Problem) -> None:
    with pytest.raises(IntegrityError):
        work.session.execute(text("UPDATE problem SET confidential = 'plain'"))


def test_a_text_has_its_greatest_length_in_characters(work: Work, people: dict[str, User]) -> None:
    made = factories.problem(work.session, people["enterprise"], confidential="𠮷" * 4000)
    work.session.flush()
    made.confidential = "𠮷" * 4001
    with pytest.raises(TooLong):
        work.session.flush()


def test_the_key_is_the_owners_alone(keys: KeyRing, problem: Problem) -> None:
    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o600


def test_a_key_that_was_lost_is_not_made_anew(
    work: Work, people: dict[str, User], keys: KeyRing, problem: Problem
) -> None:
    keys.path.unlink()
    with pytest.raises(NoKey):
        factories.problem(work.session, people["enterprise"], confidential="新的秘密")
    assert not keys.path.exists()


@pytest.mark.parametrize("broken", ["", "bm90IGEga2V5"], ids=["missing", "no key"])
def test_without_its_key_a_text_is_kept_by_whatever_is_saved(
    work: Work, people: dict[str, User], keys: KeyRing, problem: Problem, broken: str
) -> None:
    before, key = stored(work), keys.path.read_text()
    keys.path.write_text(broken) if broken else keys.path.unlink()
    work.session.expire_all()
    assert isinstance(problem.confidential, Unreadable)
    owner = work.as_actor(people["enterprise"])
    service.save(owner, problem, {"confidential": "", "title": "改过以后的名称"}, problem.version)
    work.session.commit()
    assert stored(work) == before
    with pytest.raises(NoKey):
        service.save(owner, problem, {"confidential": "写在上面"}, problem.version)
    work.session.rollback()
    keys.path.write_text(key)
    assert problem.confidential == SECRET


def test_another_key_opens_nothing(keys: KeyRing, tmp_path: Any) -> None:
    other = KeyRing(tmp_path / "other")
    assert other.open(keys.seal(SECRET)) is None
    assert other.open_file(keys.seal_file(b"drawing")[0]) is None


def test_a_setting_gives_keys_and_says_so_when_it_cannot(settings: Settings, keys: KeyRing) -> None:
    key = keys.newest()
    given = KeyRing(settings.data_dir / "nowhere", key.written)
    assert given.open(keys.seal(SECRET)) == SECRET
    with pytest.raises(BadKeys):
        KeyRing(settings.data_dir / "nowhere", "abc")


def test_the_migration_seals_what_is_there_and_opens_it_on_the_way_down(empty: Database) -> None:
    config = schema.configuration(empty.engine)
    schema.upgrade(empty.engine)
    with empty.session() as session:
        people = factories.people(session)
        problem = factories.problem(session, people["enterprise"], confidential=SECRET)
        data = {"title": "从前", "confidential": SECRET}
        session.add(Revision(kind="problem", object_id=problem.id, number=1, data=data))
    command.downgrade(config, "0016")
    assert _texts(empty) == [SECRET, SECRET]
    command.upgrade(config, "head")
    assert not any(SECRET in each for each in _texts(empty))
    with empty.session(write=False) as session:
        assert session.query(Problem).one().confidential == SECRET
        assert session.query(Revision).one().data["confidential"] == SECRET


def test_the_migration_seals_robots_and_forgets_digests_of_confidential_files(empty: Database) -> None:
    config = schema.configuration(empty.engine)
    schema.upgrade(empty.engine)
    with empty.session() as session:
        people = factories.people(session)
        session.add(
            Webhook(organisation=people["enterprise"].organisation, url=ROBOT, format=PayloadFormat.JSON)
        )
    before = ScriptDirectory.from_config(config).get_revision("0025").down_revision
    command.downgrade(config, str(before))
    with empty.session() as session:
        assert session.scalar(text("SELECT url FROM webhook")) == ROBOT
        session.execute(
            text(
                "INSERT INTO attachment (owner_kind, owner_id, name, media_type, size, sha256, stored_as,"
                " confidential, created_at) VALUES ('problem', 1, 'a', 'b', 1, 'digest', '1', true, :now),"
                " ('problem', 1, 'a', 'b', 1, 'digest', '2', false, :now)"
            ),
            {"now": datetime(2026, 11, 1)},
        )
    command.upgrade(config, "head")
    with empty.session(write=False) as session:
        assert ROBOT not in str(session.scalar(text("SELECT url FROM webhook")))
        assert session.query(Webhook).one().url == ROBOT
        kept = session.scalars(text("SELECT sha256 FROM attachment ORDER BY stored_as")).all()
        assert kept == ["", "digest"]


def _texts(database: Database) -> list[str]:
    import json

    with database.session(write=False) as session:
        data = session.execute(text("SELECT data FROM revision")).scalar_one()
        read = json.loads(data) if isinstance(data, str) else data
        return [session.execute(text("SELECT confidential FROM problem")).scalar_one(), read["confidential"]]
