"""`flask import-texts`: good lines are published and matched, bad ones listed, interruptions lose nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from matchmaker.database import Database
from matchmaker.imports.drafts import TITLE_LIMIT, shortened
from matchmaker.settings import ROOT, Settings
from matchmaker.work import Work
from models import (
    Capability,
    CapabilityStatus,
    IndexedDocument,
    Organisation,
    OrganisationKind,
    Pairing,
    Problem,
    ProblemStatus,
    User,
)
from tests import factories
from tests.commands.conftest import Run

WriteLines = Callable[..., Path]
PATIENCE = 120
PROBLEM = {
    "id": "p-1",
    "title": "锂离子电池热失控预警",
    "text": "储能电池簇在热失控前缺少可测的征兆，需要提前报警。",
}
CAPABILITY = {"id": "c-1", "title": "储能电池气体与应变早期预警", "text": "开阀前十分钟分三级报警。"}


@pytest.fixture
def files(write_lines: WriteLines) -> tuple[Path, Path]:
    return write_lines("problems.jsonl", PROBLEM), write_lines("capabilities.jsonl", CAPABILITY)


def test_texts_are_published_indexed_and_matched(
    run: Run, files: tuple[Path, Path], people: dict[str, User], database: Database
) -> None:
    result = run("import-texts", "--problems", files[0], "--capabilities", files[1])
    assert result.exit_code == 0, result.output
    assert "导入 2 条" in result.output
    with database.session(write=False) as session:
        problem = session.scalars(select(Problem)).one()
        capability = session.scalars(select(Capability)).one()
        assert (problem.status, capability.status) == (ProblemStatus.PUBLISHED, CapabilityStatus.PUBLISHED)
        assert (problem.title, problem.statement) == (PROBLEM["title"], PROBLEM["text"])
        assert problem.organisation.kind is OrganisationKind.BUREAU
        assert problem.valid_until is not None
        pairing = session.scalars(select(Pairing)).one()
        assert (pairing.problem_id, pairing.capability_id) == (problem.id, capability.id)
        assert session.scalar(select(func.count(IndexedDocument.id)).where(IndexedDocument.searchable)) == 2


def test_importing_again_changes_nothing(
    run: Run, files: tuple[Path, Path], people: dict[str, User], database: Database
) -> None:
    run("import-texts", "--problems", files[0], "--capabilities", files[1])
    again = run("import-texts", "--problems", files[0], "--capabilities", files[1])
    assert again.exit_code == 0
    assert "导入 0 条，原来就有 2 条" in again.output
    with database.session(write=False) as session:
        assert session.scalar(select(func.count(Problem.id))) == 1


def test_bad_lines_are_listed_and_the_good_ones_kept(
    run: Run, write_lines: WriteLines, people: dict[str, User], database: Database
) -> None:
    path = write_lines(
        "capabilities.jsonl",
        CAPABILITY,
        "{broken",
        {"id": "c-2"},
        {"id": "c-1", "title": "编号重复"},
        {"id": "x" * 121, "title": "编号太长"},
        {"id": "c-3", "title": "正文太长", "text": "长" * 6001},
        r'{"id": "c-4", "title": "不可存的字符\u0000\ud800", "text": "正文"}',
    )
    result = run("import-texts", "--capabilities", path)
    assert result.exit_code == 0, result.output
    assert "导入 2 条" in result.output
    for line, reason in ((2, "不是 JSON"), (3, "没有名称"), (4, "相同"), (5, "120"), (6, "太长")):
        assert any(f"第 {line} 行" in said and reason in said for said in result.output.splitlines()), line
    with database.session(write=False) as session:
        titles = set(session.scalars(select(Capability.title)))
    assert titles == {CAPABILITY["title"], "不可存的字符?"}


def test_a_title_over_the_limit_stands_in_full_in_the_text(
    run: Run, write_lines: WriteLines, people: dict[str, User], database: Database
) -> None:
    title = "面向高比例再生铝的免热处理压铸合金，" * 5
    path = write_lines("problems.jsonl", {"id": "p-1", "title": title, "text": "需要控制铁相。"})
    assert run("import-texts", "--problems", path).exit_code == 0
    with database.session(write=False) as session:
        problem = session.scalars(select(Problem)).one()
        assert len(problem.title) <= TITLE_LIMIT
        assert problem.statement == f"{title}\n需要控制铁相。"


def test_a_long_text_is_spread_over_the_columns_without_loss(
    run: Run, write_lines: WriteLines, people: dict[str, User], database: Database
) -> None:
    text = "需要把漏检率降到千分之一以下。" * 300
    path = write_lines("capabilities.jsonl", {"id": "c-1", "title": "视觉检测", "text": text})
    assert run("import-texts", "--capabilities", path).exit_code == 0
    with database.session(write=False) as session:
        made = session.scalars(select(Capability)).one()
        assert len(made.summary) <= 2000
        assert made.summary + made.innovation + made.application == text


def test_a_named_organisation_becomes_the_owner(
    run: Run, files: tuple[Path, Path], people: dict[str, User], database: Database
) -> None:
    wanted = people["enterprise"].organisation
    result = run("import-texts", "--problems", files[0], "--organisation", wanted.code)
    assert result.exit_code == 0
    with database.session(write=False) as session:
        assert session.scalars(select(Problem)).one().organisation_id == wanted.id


def test_an_unknown_organisation_is_refused(
    run: Run, files: tuple[Path, Path], people: dict[str, User]
) -> None:
    result = run("import-texts", "--problems", files[0], "--organisation", "没有这个单位")
    assert result.exit_code == 1
    assert "--organisation" in result.output


def test_without_any_file_the_usage_is_shown(run: Run) -> None:
    assert run("import-texts").exit_code == 2


def test_what_was_saved_before_a_kill_is_whole_and_the_rest_follows(
    write_lines: WriteLines, work: Work, settings: Settings, database: Database
) -> None:
    factories.organisation(work.session, OrganisationKind.BUREAU)
    work.session.commit()
    lines = [{"id": f"c-{n}", "title": f"第{n}种齿轮渗碳淬火变形控制方法", "text": ""} for n in range(500)]
    path = write_lines("capabilities.jsonl", *lines)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "import-texts", "--capabilities", str(path)]
    environment = dict(
        os.environ,
        DATABASE_URL=settings.database,
        MATCHMAKER_DATA_DIR=str(settings.data_dir),
        MATCHMAKER_MODEL=settings.model,
        SECRET_KEY="test",
    )
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + PATIENCE
    while _saved(database) == 0 and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    saved = _saved(database)
    assert 0 < saved < len(lines)
    with database.session(write=False) as session:
        assert session.scalar(select(func.count(IndexedDocument.id))) == saved
    again = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    assert _saved(database) == len(lines)


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("短名称", "短名称"),
        ("一" * 70, "一" * 59 + "…"),
        ("一" * 30 + "，" + "二" * 40, "一" * 30 + "…"),
        ("一，" + "二" * 70, "一，" + "二" * 57 + "…"),
    ],
)
def test_titles_are_cut_at_a_pause(title: str, short: str) -> None:
    assert shortened(title, TITLE_LIMIT) == short


def _saved(database: Database) -> int:
    with database.session(write=False) as session:
        assert session.scalar(select(func.count(Organisation.id))) == 1
        return session.scalar(select(func.count(Capability.id))) or 0
