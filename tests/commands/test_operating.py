"""The other commands: what they do, and plain words for whatever an operator can get wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from matchmaker import create_app, schema, settings_table
from matchmaker.accounts.passwords import verify
from matchmaker.audit import service as audit
from matchmaker.database import Database
from matchmaker.postings import service as postings
from matchmaker.settings import ROOT, Settings
from matchmaker.terminal import language
from matchmaker.work import Work
from models import Organisation, OrganisationKind, Pairing, Problem, ProblemStatus, Role, Term, User
from tests import factories
from tests.commands.conftest import Run, runner
from tests.days import today

BUREAU = "测试市科学技术局"
PASSWORD = "correct-horse-9"


@pytest.mark.parametrize(
    "command",
    [
        "check-translations",
        "create-administrator",
        "expire",
        "find-duplicates",
        "import-texts",
        "load-vocabulary",
        "migrate",
        "rank",
        "reindex",
        "seed",
        "settings",
        "sweep-files",
        "verify-audit",
    ],
)
def test_every_command_explains_itself_with_an_example(run: Run, command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"flask {command}" in result.output


def test_terms_that_are_lacking_are_loaded_and_changed_ones_kept(run: Run, database: Database) -> None:
    with database.session() as session:
        session.delete(session.scalars(select(Term).where(Term.code == "C36")).one())
        session.scalars(select(Term).where(Term.code == "C26")).one().label_zh = "改过的"
    result = run("load-vocabulary")
    assert "新增词条 1 条" in result.output
    with database.session(write=False) as session:
        assert session.scalars(select(Term).where(Term.code == "C26")).one().label_zh == "改过的"


def test_duplicates_are_found_in_everything_that_is_public(
    run: Run, work: Work, people: dict[str, User]
) -> None:
    twins = [factories.problem(work.session, people[who]) for who in ("enterprise", "other_enterprise")]
    postings.index_many(work, twins)
    work.session.commit()
    assert "可能重复的难题 1 对，成果 0 对" in run("find-duplicates").output


def test_problems_past_their_day_expire(run: Run, work: Work, people: dict[str, User]) -> None:
    due = factories.problem(work.session, people["enterprise"], valid_until=today() - timedelta(days=2))
    current = factories.problem(work.session, people["enterprise"])
    work.session.commit()
    result = run("expire")
    assert "过期难题 1 条" in result.output
    work.session.expire_all()
    assert work.session.get_one(Problem, due.id).status is ProblemStatus.EXPIRED
    assert work.session.get_one(Problem, current.id).status is ProblemStatus.PUBLISHED


def test_a_file_that_nobody_needs_is_swept(run: Run, settings: Settings) -> None:
    folder = settings.data_dir / "attachments" / "ab"
    folder.mkdir(parents=True)
    left = folder / ("ab" + "0" * 30)
    left.write_bytes(b"left behind")
    os.utime(left, (0, 0))
    assert "删除文件 1 个" in run("sweep-files").output
    assert not left.exists()


def test_texts_without_vectors_are_encoded_and_matched_again(
    run: Run, work: Work, people: dict[str, User]
) -> None:
    problem = factories.problem(work.session, people["enterprise"])
    capability = factories.capability(work.session, people["liaison"])
    postings.index_many(work, [problem, capability])
    work.session.execute(text("DELETE FROM embedding"))
    work.session.commit()
    assert "重新计算了 2 条" in run("reindex").output
    assert "重新计算了 0 条" in run("reindex").output
    work.session.expire_all()
    pairing = work.session.scalars(select(Pairing)).one()
    assert (pairing.problem_id, pairing.capability_id) == (problem.id, capability.id)


def test_a_changed_audit_event_is_found(run: Run, work: Work, people: dict[str, User]) -> None:
    for _ in range(3):
        audit.record(work, "problem.submitted")
    work.session.commit()
    assert run("verify-audit").exit_code == 0
    work.session.execute(text("UPDATE audit_event SET actor_name = '别人' WHERE id = 2"))
    work.session.commit()
    result = run("verify-audit")
    assert result.exit_code == 1
    assert "2" in result.output


def test_the_first_administrator_brings_the_bureau_with_them(run: Run, database: Database) -> None:
    code = factories.credit_code()
    result = _create(run, "--code", code)
    assert result.exit_code == 0, result.output
    with database.session(write=False) as session:
        user = session.scalars(select(User)).one()
        assert (user.role, user.email) == (Role.ADMINISTRATOR, "zhang@example.com")
        assert verify(user.password_hash, PASSWORD)
        assert user.organisation.kind is OrganisationKind.BUREAU
        assert user.organisation.is_verified
        assert not user.organisation.is_sample


def test_a_second_administrator_joins_the_same_bureau(run: Run, database: Database) -> None:
    _create(run, "--code", factories.credit_code())
    assert _create(run, email="li@example.com").exit_code == 0
    with database.session(write=False) as session:
        assert len(list(session.scalars(select(Organisation)))) == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"email": "no-address"}, "邮箱"),
        ({"password": "short"}, "密码"),
        ({"code": "913408000000000000"}, "--code"),
        ({"bureau": "示例企业"}, "不是主管部门"),
    ],
)
def test_an_administrator_that_cannot_be_is_refused_in_plain_words(
    run: Run, work: Work, given: dict[str, str], said: str
) -> None:
    factories.organisation(work.session, name="示例企业")
    work.session.commit()
    values = {"email": "zhang@example.com", "password": PASSWORD, "bureau": BUREAU} | given
    code = values.pop("code", factories.credit_code())
    result = _create(run, "--code", code, **values)
    assert result.exit_code == 1
    assert said in result.output
    assert work.session.scalar(select(User.id)) is None


def test_a_credit_code_that_another_has_is_refused_in_plain_words(run: Run, work: Work) -> None:
    taken = factories.organisation(work.session)
    work.session.commit()
    result = _create(run, "--code", taken.code)
    assert result.exit_code == 1
    assert taken.name in result.output


def _create(run: Run, *more: str, **given: str):  # type: ignore[no-untyped-def]
    values = {"email": "zhang@example.com", "password": PASSWORD, "bureau": BUREAU} | given
    options = [word for name, value in values.items() for word in (f"--{name}", value)]
    return run("create-administrator", "--name", "张三", *options, *more)


def test_a_model_that_is_not_there_is_said_so(settings: Settings, tmp_path: Path) -> None:
    app = create_app(replace(settings, model=str(tmp_path / "nothing")))
    result = runner(app)("seed")
    assert result.exit_code == 1
    assert "make model" in result.output


@pytest.mark.parametrize("command", ["flask", "gunicorn"])
def test_a_setting_that_cannot_be_read_is_named_without_a_traceback(command: str, tmp_path: Path) -> None:
    arguments = {"flask": ["--app", "wsgi", "migrate"], "gunicorn": ["wsgi:app"]}[command]
    done = subprocess.run(
        [sys.executable, "-m", command, *arguments],
        cwd=ROOT,
        env=dict(os.environ, MATCHMAKER_PORT="eighty", MATCHMAKER_DATA_DIR=str(tmp_path)),
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "MATCHMAKER_PORT='eighty'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("environment", "chosen"),
    [
        ({}, "zh_Hans_CN"),
        ({"LANG": "C.UTF-8"}, "zh_Hans_CN"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh_Hans_CN"),
        ({"LANGUAGE": "en", "LC_ALL": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_commands_speak_the_terminals_language(environment: dict[str, str], chosen: str) -> None:
    assert language(environment) == chosen


def test_the_handbook_lists_every_setting() -> None:
    assert settings_table.table() in (ROOT / "docs" / "operations.md").read_text("utf-8")


def test_an_unknown_version_keeps_its_number() -> None:
    assert schema.UnknownVersion("9999").version == "9999"
